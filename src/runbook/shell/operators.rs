//! The operators between words: separators, parentheses, redirections and newlines.
//!
//! Owns: what each operator ends and what the next word is after it.
//! Leaves alone: the words themselves.
use super::cursor::Unit;
use super::layer::{Expect, Kind, Redirect};
use super::lexer::Lexer;
use super::word::{self, Word};
use super::{Doubt, Fault, Place};

impl Lexer<'_> {
    /// Takes `;`, `&` or `|` and what belongs to it.
    pub(super) fn separator(&mut self, c: char) {
        self.end_word();
        match c {
            ';' => self.semicolon(),
            '&' => self.ampersand(),
            _ => self.bar(),
        }
    }

    fn semicolon(&mut self) {
        self.end_command();
        if self.layer.expect == Expect::LoopIn {
            self.loop_over_positional();
        }
        if self.cursor.take(';') {
            if self.cursor.take('&') {
                self.doubt(Doubt::Operator);
            }
            self.end_case_part();
        } else if self.cursor.take('&') {
            self.doubt(Doubt::Operator);
            self.end_case_part();
        }
        self.begin_pipeline();
    }

    fn end_case_part(&mut self) {
        if self.layer.compounds.last().is_some_and(|compound| compound.is_case) {
            self.layer.expect = Expect::CasePattern;
        }
    }

    fn ampersand(&mut self) {
        if !self.cursor.take('&') && self.cursor.peek() == Unit::Char('>') {
            self.doubt(Doubt::Operator);
        }
        self.end_command();
        self.begin_pipeline();
    }

    fn bar(&mut self) {
        if self.layer.expect == Expect::CasePattern {
            return;
        }
        self.end_command();
        if self.cursor.take('|') {
            self.begin_pipeline();
            return;
        }
        if self.cursor.take('&') {
            self.doubt(Doubt::Operator);
        }
        self.layer.input = Some((self.layer.since, self.uses.len()));
        self.layer.after_bar = true;
    }

    fn begin_pipeline(&mut self) {
        self.layer.begin_pipeline(self.uses.len());
    }

    /// Takes a newline between words.
    pub(super) fn newline(&mut self) {
        self.end_word();
        self.end_command();
        if !self.layer.after_bar {
            self.begin_pipeline();
        }
        self.heredoc_bodies();
    }

    /// Takes `(`.
    pub(super) fn open(&mut self, at: Place) {
        let keyword = |word: &Word| !word.quoted && word.held.is_empty() && word::is_reserved(&word.text);
        if self.layer.is_fresh() && self.layer.word.as_ref().is_some_and(keyword) {
            self.end_word();
        }
        if self.layer.expect == Expect::CasePattern && self.layer.word.is_none() {
            return;
        }
        if self.is_function_name() {
            self.end_word();
            self.function();
            return;
        }
        let fresh = self.layer.word.is_none() && self.layer.is_fresh() && self.layer.expect == Expect::Command;
        if !fresh || self.cursor.peek() == Unit::Char('(') {
            self.doubt(Doubt::Parentheses);
        }
        self.descend(Kind::Subshell, at);
    }

    fn is_function_name(&self) -> bool {
        let mut names = self.layer.words.iter().chain(&self.layer.word);
        let name = names.next();
        let single = names.next().is_none() && name.is_some_and(|word| !word.quoted && word.held.is_empty());
        single && self.layer.expect == Expect::Command && !self.layer.redirected
    }

    fn function(&mut self) {
        let mut ahead = self.cursor;
        while matches!(ahead.peek(), Unit::Char(' ' | '\t')) {
            ahead.joined();
        }
        if ahead.take(')') && self.layer.words.iter().all(|word| !word.assignment) {
            self.cursor = ahead;
            if let Some(name) = self.layer.words.pop() {
                self.define(name.text);
            }
        } else {
            self.doubt(Doubt::Parentheses);
            let at = self.cursor.place();
            self.descend(Kind::Subshell, at);
        }
    }

    /// Takes `)`.
    pub(super) fn close(&mut self, at: Place) {
        self.end_word();
        if self.layer.expect == Expect::CasePattern {
            self.layer.expect = Expect::Command;
            self.begin_pipeline();
            return;
        }
        self.end_command();
        match self.ascend() {
            None => self.reading.broken(at, Fault::StrayParenthesis),
            Some(layer) if layer.kind == Kind::Substitution => self.end_substitution(&layer),
            Some(_) => {}
        }
    }

    /// Takes `<` or `>` and what belongs to it.
    pub(super) fn redirect(&mut self, c: char) {
        let is_number = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_digit());
        if self.layer.word.as_ref().is_some_and(|word| !word.quoted && is_number(&word.text)) {
            self.layer.word = None;
        }
        self.end_word();
        self.layer.redirected = true;
        self.layer.after_bar = false;
        let redirect = if c == '<' { self.redirect_in() } else { self.redirect_out() };
        self.layer.redirect = Some(redirect);
    }

    fn redirect_in(&mut self) -> Redirect {
        if self.cursor.take('<') {
            if self.cursor.take('<') {
                self.doubt(Doubt::Operator);
                return Redirect::File;
            }
            return Redirect::Heredoc(self.cursor.take('-'));
        }
        self.redirect_rest('>')
    }

    fn redirect_out(&mut self) -> Redirect {
        if self.cursor.take('|') { Redirect::File } else { self.redirect_rest('>') }
    }

    fn redirect_rest(&mut self, second: char) -> Redirect {
        if self.cursor.take('&') {
            return Redirect::Stream;
        }
        if !self.cursor.take(second) && self.cursor.peek() == Unit::Char('(') {
            self.doubt(Doubt::Operator);
        }
        Redirect::File
    }
}
