//! What was written into a model in which every reference leads somewhere.
//!
//! A runbook and those it calls are gathered, then everything that can be referred to is declared, then
//! each part is built with its names settled (`names`, `order`) and its kinds checked (`kinds`). Mistakes are reported and
//! building goes on, so that all of them are seen at once; only a book without errors becomes a model.

mod activity;
mod command;
mod declare;
mod gather;
mod input;
mod kinds;
mod names;
mod offsets;
mod order;
mod probe;
mod step;
mod template;

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

pub use gather::{Library, NoLibrary, called_path};
pub(super) use probe::METHODS;

use super::diagnostic::{Code, Diagnostic, Problems};
use super::model::{BookId, Runbook, Step, StepId};
use super::place::Place;
use super::source::Source;
use super::value::Kind;
use crate::id::nearest;
use declare::Declared;
use offsets::Offsets;

/// How many names are looked at for "did you mean" in one runbook.
const MOST_LOOKS: usize = 1_000_000;

/// What came of reading a runbook.
#[derive(Debug)]
pub struct Loaded {
    /// The model, when there was no error.
    pub runbook: Option<Runbook>,
    /// The files it was read from; the first is the one that was asked for.
    pub sources: Vec<Source>,
    /// What was found, in the order of the places.
    pub diagnostics: Vec<Diagnostic>,
    /// How many findings more there were.
    pub dropped: usize,
}

impl Loaded {
    /// Counts the errors and the warnings.
    pub fn counts(&self) -> (usize, usize) {
        let errors = self.diagnostics.iter().filter(|diagnostic| diagnostic.is_error()).count();
        (errors, self.diagnostics.len() - errors)
    }

    /// Says what was found, each in a line with its place.
    pub fn findings(&self) -> Vec<String> {
        let line = |diagnostic: &Diagnostic| {
            let source = self.sources.get(usize::from(diagnostic.place.source.0));
            let at = |source: &Source| format!("{}:{}: ", source.name(), source.position(diagnostic.place.start).line);
            format!("{}{}", source.map(at).unwrap_or_default(), diagnostic.message)
        };
        self.diagnostics.iter().map(line).collect()
    }
}

/// Reads a runbook from its bytes, and what it calls from the library.
pub fn load(name: &str, bytes: Vec<u8>, library: &dyn Library) -> Loaded {
    let mut problems = Problems::default();
    let gathered = gather::gather(name, bytes, library, &mut problems);
    let runbook = build(gathered.books, &gathered.calls, &gathered.sources, &mut problems);
    if let Some(runbook) = &runbook {
        super::check::check(runbook, &gathered.sources, &mut problems);
    }
    let runbook = runbook.filter(|_| !problems.has_errors());
    let (diagnostics, dropped) = problems.into_sorted();
    Loaded { runbook, sources: gathered.sources, diagnostics, dropped }
}

/// Reads a runbook again that was checked when its run began or adopted it: nothing is remarked on any more.
pub(super) fn reload(name: &str, bytes: Vec<u8>, library: &dyn Library) -> Option<Runbook> {
    let mut problems = Problems::default();
    let gathered = gather::gather(name, bytes, library, &mut problems);
    let runbook = build(gathered.books, &gathered.calls, &gathered.sources, &mut problems);
    runbook.filter(|_| !problems.has_errors())
}

fn build(
    written: Vec<gather::Written>,
    calls: &HashMap<Place, BookId>,
    sources: &[Source],
    problems: &mut Problems,
) -> Option<Runbook> {
    if written.is_empty() {
        return None;
    }
    let unread = problems.has_errors();
    let declared = declare::declare(&written, problems);
    let mut steps = Vec::new();
    steps.resize_with(declared.steps.len(), || None);
    let scope = Scope::default();
    let mut builder = Builder {
        declared: &declared,
        calls,
        sources,
        problems,
        steps,
        next: 0,
        scope,
        used: HashSet::new(),
        patterns: HashSet::new(),
        unread,
        looks: MOST_LOOKS,
        located: RefCell::default(),
        earlier: RefCell::default(),
    };
    let books: Vec<_> = written.into_iter().map(|written| builder.book(written)).collect();
    builder.report_unused_inputs();
    let steps = builder.steps.into_iter().collect::<Option<Vec<Step>>>()?;
    Some(Runbook { books, steps })
}

/// What can be named where something is being built.
#[derive(Clone, Debug, Default)]
struct Scope {
    /// The runbook.
    book: BookId,
    /// The input, when it is one.
    input: Option<u32>,
    /// The step, when it is in one.
    step: Option<StepId>,
    /// The activity, when it is in one.
    activity: Option<u32>,
    /// The loops it is in, from the outermost.
    rounds: Vec<Round>,
    /// What was recorded by then.
    time: Time,
    /// Whether it is done only under a condition of its own.
    conditional: bool,
}

/// What was recorded by the time a thing is needed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Time {
    /// Only the inputs.
    Start,
    /// What earlier steps record.
    #[default]
    Step,
    /// What this step records too.
    AfterStep,
    /// Everything that may ever be recorded; what is missing is waited for.
    Any,
    /// Everything, and every loop has a round: the back-out is in it.
    BackOut,
}

/// An activity, and which ones are surely begun before it.
type Reached = ((BookId, u32), Vec<bool>);

/// A loop that is being gone through.
#[derive(Clone, Debug)]
struct Round {
    name: Arc<str>,
    list: String,
    kind: Kind,
}

/// Builds the parts of one runbook after another.
struct Builder<'a> {
    declared: &'a Declared,
    calls: &'a HashMap<Place, BookId>,
    sources: &'a [Source],
    problems: &'a mut Problems,
    steps: Vec<Option<Step>>,
    next: usize,
    scope: Scope,
    used: HashSet<(BookId, u32)>,
    patterns: HashSet<String>,
    /// Whether something could not be read, so that what seems empty may not be.
    unread: bool,
    /// How many names may still be looked at for "did you mean".
    looks: usize,
    /// The text that was located last.
    located: RefCell<Option<(Place, Offsets)>>,
    /// The activity that was asked about last, and which ones are surely begun before it.
    earlier: RefCell<Option<Reached>>,
}

impl Builder<'_> {
    /// Finds what a misspelt word may mean; gives up when a hostile file asks for too many guesses.
    fn meant<'n>(&mut self, word: &str, names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
        let names: Vec<_> = names.take(self.looks).collect();
        self.looks -= names.len();
        nearest(word, names)
    }

    /// Says whether a list was written without anything in it.
    fn is_empty<T>(&self, list: &Option<Vec<T>>) -> bool {
        !self.unread && list.as_ref().is_some_and(Vec::is_empty)
    }

    fn report(&mut self, diagnostic: Diagnostic) {
        self.problems.push(diagnostic);
    }

    /// Builds something in a scope of its own.
    fn within<T>(&mut self, change: impl FnOnce(&mut Scope), build: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.scope.clone();
        change(&mut self.scope);
        let built = build(self);
        self.scope = before;
        built
    }

    /// Builds something that is needed at another time than the step itself.
    fn at<T>(&mut self, time: Time, build: impl FnOnce(&mut Self) -> T) -> T {
        self.within(
            |scope| {
                if scope.time != Time::BackOut {
                    scope.time = time
                }
            },
            build,
        )
    }

    /// Checks a regular expression, each only once.
    fn pattern(&mut self, pattern: crate::runbook::shape::Pattern) -> String {
        let text = pattern.0.text;
        if self.patterns.contains(&text) {
            return text;
        }
        match regex::RegexBuilder::new(&text).size_limit(1 << 20).build() {
            Ok(_) => {
                self.patterns.insert(text.clone());
            }
            Err(error) => {
                let why = error.to_string();
                let why = why.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
                let braces = text.contains("{{");
                let help = if braces {
                    "a pattern takes no values; use `contains` for a text with {{ }}".to_owned()
                } else {
                    format!("{why}; a literal . ( ) [ ] * + ? | needs a \\ before it")
                };
                self.report(
                    Diagnostic::new(Code::BadValue, pattern.0.place, "this is not a regular expression").help(help),
                );
            }
        }
        text
    }

    fn report_unused_inputs(&mut self) {
        if self.problems.has_errors() {
            return; // what could not be read may use them
        }
        let declared = self.declared;
        for value in &declared.values {
            let Some((book, index)) = value.input else {
                continue;
            };
            if !self.used.contains(&(book, index)) {
                let message = format!("nothing uses the input `{}`", value.name);
                self.report(
                    Diagnostic::new(Code::UnusedInput, value.place, message)
                        .help(format!("use it as {{{{ {} }}}} or in a `when`, or remove it", value.name)),
                );
            }
        }
    }
}

/// Lists names for a help, not more than a reader looks at.
fn some<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    const MOST: usize = 12;
    let mut names = names.into_iter();
    let first: Vec<_> = names.by_ref().take(MOST).collect();
    let more = if names.next().is_some() { ", …" } else { "" };
    first.join(", ") + more
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runbook::shipped;

    struct Shipped;

    impl Library for Shipped {
        fn read(&self, from: &str, path: &str) -> Result<(String, Vec<u8>), String> {
            let file = called_path(from, path).display().to_string();
            let found = shipped::ALL.iter().find(|book| book.file == file).ok_or("not shipped")?;
            Ok((file, found.text.as_bytes().to_vec()))
        }
    }

    #[test]
    fn what_is_read_again_is_what_was_checked() {
        for book in shipped::ALL {
            let read = || (book.file, book.text.as_bytes().to_vec());
            let checked = load(read().0, read().1, &Shipped).runbook;
            assert!(checked.is_some(), "{}", book.id);
            assert_eq!(format!("{checked:?}"), format!("{:?}", reload(read().0, read().1, &Shipped)), "{}", book.id);
        }
    }

    #[test]
    fn what_is_only_remarked_on_is_read_again_and_what_cannot_be_run_is_not() {
        let remarked = "mop: 1\ntitle: A\nactivities:\n  - title: B\n    steps:\n      - TODO write this\n";
        let loaded = load("a.yaml", remarked.into(), &NoLibrary);
        assert!(loaded.counts().1 > 0 && loaded.runbook.is_some(), "{:?}", loaded.diagnostics);
        assert!(reload("a.yaml", remarked.into(), &NoLibrary).is_some());
        assert!(reload("a.yaml", b"mop: 1\n".to_vec(), &NoLibrary).is_none());
    }
}
