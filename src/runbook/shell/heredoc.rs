//! Here-documents: the lines after a command up to a word of their own.
//!
//! Owns: skipping them, and noticing those that shells may end in different places.
//! Leaves alone: what the text says; no value may stand in it.
use super::cursor::Unit;
use super::lexer::Lexer;
use super::word::Word;
use super::{Doubt, Fault, Place, Reason};

/// A here-document whose text comes after the next newline.
#[derive(Debug)]
pub(super) struct Pending {
    pub(super) at: Place,
    delimiter: String,
    strips_tabs: bool,
    is_literal: bool,
    depth: usize,
}

impl Lexer<'_> {
    /// Notes a here-document that ends with this word.
    pub(super) fn heredoc(&mut self, word: &Word, strips_tabs: bool) {
        for held in &word.held {
            self.reading.refuse(held.value, Reason::Heredoc);
        }
        if word.text.contains(['$', '`', '\n']) {
            self.doubt(Doubt::Heredoc);
        }
        if !self.may_open(self.heredocs.len(), word.at) {
            return;
        }
        self.heredocs.push(Pending {
            at: word.at,
            delimiter: word.text.clone(),
            strips_tabs,
            is_literal: word.quoted,
            depth: self.outer.len(),
        });
    }

    /// Skips the texts that were waiting for this newline.
    pub(super) fn heredoc_bodies(&mut self) {
        let depth = self.outer.len();
        let (waiting, due): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.heredocs).into_iter().partition(|pending| pending.depth < depth);
        if !waiting.is_empty() || due.iter().any(|pending| pending.depth > depth) {
            self.doubt(Doubt::Heredoc);
        }
        self.heredocs = waiting;
        for pending in due {
            if !self.heredoc_body(&pending) {
                return self.stop(pending.at, Fault::Heredoc);
            }
        }
    }

    fn heredoc_body(&mut self, pending: &Pending) -> bool {
        loop {
            let (line, ended) = self.heredoc_line();
            let shown = if pending.strips_tabs { line.trim_start_matches('\t') } else { &line };
            if shown == pending.delimiter {
                return true;
            }
            if ended {
                return false;
            }
            if !pending.is_literal && is_doubtful(&line) {
                self.doubt(Doubt::Heredoc);
            }
        }
    }

    /// Takes one line; tells whether the text ended with it.
    fn heredoc_line(&mut self) -> (String, bool) {
        let mut line = String::new();
        loop {
            match self.cursor.raw() {
                Unit::Char('\n') => return (line, false),
                Unit::Char(c) => line.push(c),
                Unit::Value => {
                    self.refused_value(Reason::Heredoc);
                    line.push_str("{}");
                }
                Unit::End => return (line, true),
            }
        }
    }
}

/// Tells whether something begins on a line that a shell may read past its end.
fn is_doubtful(line: &str) -> bool {
    let opens = |open: &str, close: char| line.matches(open).count() > line.matches(close).count();
    line.ends_with('\\') || opens("$(", ')') || opens("${", '}') || line.matches('`').count() % 2 == 1
}
