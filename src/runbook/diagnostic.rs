//! What is wrong with a runbook, where, why it matters and what to write instead.
//!
//! Owns the list of everything that can be found ([`Code`]) and the collecting of findings.
//! `diagnostic/render.rs` makes text, JSON and annotations of them. Finds nothing itself.

mod code;
mod render;

pub use code::{Code, Severity};
pub use render::{Finding, Form, render, summary};

use std::collections::HashSet;

use super::place::Place;

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Which of the known findings it is.
    pub code: Code,
    /// Where it is.
    pub place: Place,
    /// What is wrong, in one sentence without a full stop.
    pub message: String,
    /// What to write instead.
    pub help: Option<String>,
    /// Other places that belong to it, each with a few words.
    pub related: Vec<(Place, String)>,
}

impl Diagnostic {
    /// Makes a finding.
    pub fn new(code: Code, place: Place, message: impl Into<String>) -> Self {
        Self { code, place, message: message.into(), help: None, related: Vec::new() }
    }

    /// Adds what to write instead.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Adds "did you mean" when there is something to mean.
    #[must_use]
    pub fn did_you_mean(self, word: Option<&str>) -> Self {
        match word {
            Some(word) => self.help(format!("did you mean `{word}`?")),
            None => self,
        }
    }

    /// Adds another place that belongs to it.
    #[must_use]
    pub fn related(mut self, place: Place, words: impl Into<String>) -> Self {
        self.related.push((place, words.into()));
        self
    }

    /// Says whether the runbook cannot be run because of it.
    pub fn is_error(&self) -> bool {
        self.code.severity() == Severity::Error
    }
}

/// Everything found so far.
#[derive(Debug, Default)]
pub struct Problems {
    list: Vec<Diagnostic>,
    dropped: usize,
    errors: usize,
    warnings: usize,
    lost: HashSet<String>,
}

impl Problems {
    /// How many errors are kept, and how many warnings; the rest is counted.
    pub const MOST: usize = 1000;

    /// Adds a finding.
    pub fn push(&mut self, mut diagnostic: Diagnostic) {
        shorten(&mut diagnostic.message);
        diagnostic.help.as_mut().map(shorten);
        let count = if diagnostic.is_error() { &mut self.errors } else { &mut self.warnings };
        *count += 1;
        if *count <= Self::MOST {
            self.list.push(diagnostic);
        } else {
            self.dropped += 1;
        }
    }

    /// Adds a finding that needs no help.
    pub fn add(&mut self, code: Code, place: Place, message: impl Into<String>) {
        self.push(Diagnostic::new(code, place, message));
    }

    /// Notes a name whose declaration could not be read, so that its uses are not reported too.
    pub fn lose(&mut self, name: &str) {
        self.lost.insert(name.to_owned());
    }

    /// Says whether the declaration of a name could not be read.
    pub fn is_lost(&self, name: &str) -> bool {
        self.lost.contains(name)
    }

    /// Says whether this was found already.
    pub fn has(&self, code: Code) -> bool {
        self.list.iter().any(|diagnostic| diagnostic.code == code)
    }

    /// Says whether anything found so far keeps the runbook from being run.
    pub fn has_errors(&self) -> bool {
        self.errors > 0
    }

    /// Returns the findings in the order of their places, each once, and how many more there were.
    pub fn into_sorted(mut self) -> (Vec<Diagnostic>, usize) {
        self.list.sort_by_key(|diagnostic| (diagnostic.place, diagnostic.code));
        self.list.dedup();
        (self.list, self.dropped)
    }
}

/// Cuts what nobody would read to its end, such as a message with a megabyte from the file in it.
fn shorten(text: &mut String) {
    const MOST_BYTES: usize = 800;
    if text.len() > MOST_BYTES {
        text.truncate(text.floor_char_boundary(MOST_BYTES));
        text.push('…');
    }
}
