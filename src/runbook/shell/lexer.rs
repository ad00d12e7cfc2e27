//! Walks the text as a shell would and knows the context at every placeholder.
//!
//! Owns: the state of the walk, the levels of quotes and commands, and what happens at a placeholder.
//! Operators are in `operators.rs`, what is inside quotes in `quoted.rs`, words and commands that end
//! in `flow.rs`, here-documents in `heredoc.rs`. Leaves alone: what commands do with their words.
use super::cursor::{Cursor, Unit};
use super::heredoc::Pending;
use super::layer::{Expect, Kind, Layer, Mode};
use super::slot::{Context, Slot, is_plain_char};
use super::word::{Last, Simple, Word};
use super::{Doubt, Fault, Piece, Place, Problem, Reason};
use std::collections::{BTreeMap, BTreeSet};

/// More levels than this nobody writes.
const DEEPEST: usize = 64;

/// What a walk has found.
#[derive(Debug, Default)]
pub(super) struct Reading {
    pub(super) slots: Vec<Slot>,
    pub(super) simple: Vec<Simple>,
    pub(super) problems: Vec<Problem>,
    refused: Vec<bool>,
}

impl Reading {
    /// Notes that a value cannot stand in its place; the first reason counts.
    pub(super) fn refuse(&mut self, value: usize, reason: Reason) {
        if value >= self.refused.len() {
            self.refused.resize(value + 1, false);
        }
        if let Some(refused) = self.refused.get_mut(value)
            && !std::mem::replace(refused, true)
        {
            self.problems.push(Problem::Misplaced { value, reason });
        }
    }

    /// Notes that the author's text is broken.
    pub(super) fn broken(&mut self, at: Place, fault: Fault) {
        self.problems.push(Problem::Broken { at, fault });
    }
}

/// A walk through one template.
#[derive(Debug)]
pub(super) struct Lexer<'a> {
    pub(super) cursor: Cursor<'a>,
    pub(super) layer: Layer,
    pub(super) outer: Vec<Layer>,
    /// How many levels of any kind are open.
    depth: usize,
    pub(super) reading: Reading,
    pub(super) doubt: Option<Doubt>,
    pub(super) heredocs: Vec<Pending>,
    /// Variables that hold a value.
    pub(super) holding: BTreeMap<String, usize>,
    /// Functions that were defined.
    pub(super) functions: BTreeSet<String>,
    /// Commands that got values, by name.
    pub(super) calls: BTreeMap<String, Vec<usize>>,
    /// Every use of a value so far, directly or by a variable.
    pub(super) uses: Vec<usize>,
    /// Which uses were refused last because a shell reads them: from, until.
    pub(super) sent: (usize, usize),
    done: bool,
}

impl<'a> Lexer<'a> {
    /// Starts before the first piece.
    pub(super) fn new(pieces: &'a [Piece<'a>]) -> Self {
        Lexer {
            cursor: Cursor::new(pieces),
            layer: Layer::new(Kind::Whole, Place::default(), 0),
            outer: Vec::new(),
            depth: 0,
            reading: Reading::default(),
            doubt: None,
            heredocs: Vec::new(),
            holding: BTreeMap::new(),
            functions: BTreeSet::new(),
            calls: BTreeMap::new(),
            uses: Vec::new(),
            sent: (0, 0),
            done: false,
        }
    }

    /// Walks to the end.
    pub(super) fn run(mut self) -> Reading {
        while !self.done {
            let at = self.cursor.place();
            let unit = self.cursor.joined();
            match (self.layer.modes.last().map(|(mode, _)| *mode), unit) {
                (_, Unit::End) => self.finish(),
                (None, Unit::Char(c)) => self.bare(c, at),
                (None, Unit::Value) => self.bare_value(at),
                (Some(Mode::Double), Unit::Char(c)) => self.double(c, at),
                (Some(Mode::Double), Unit::Value) => self.double_value(at),
                (Some(Mode::Braces), Unit::Char(c)) => self.braces(c, at),
                (Some(Mode::Braces), Unit::Value) => self.refused_value(Reason::Braces),
                (Some(Mode::Arithmetic(open)), Unit::Char(c)) => self.arithmetic(c, open, at),
                (Some(Mode::Arithmetic(_)), Unit::Value) => self.refused_value(Reason::Arithmetic),
            }
        }
        self.reading
    }

    fn bare(&mut self, c: char, at: Place) {
        match c {
            ' ' | '\t' => self.end_word(),
            '\n' => self.newline(),
            '\'' => self.single(at),
            '"' => self.enter(Mode::Double, at),
            '\\' => self.escape(at),
            '`' => self.backticks(at),
            '$' => self.dollar(at),
            '#' if self.layer.word.is_none() => self.comment(),
            ';' | '&' | '|' => self.separator(c),
            '(' => self.open(at),
            ')' => self.close(at),
            '<' | '>' => self.redirect(c),
            '=' => self.layer.equals(at),
            c => self.literal(c, at),
        }
    }

    fn literal(&mut self, c: char, at: Place) {
        let word = self.layer.word(at);
        word.special |= matches!(c, '{' | '[' | '~');
        word.push(c, if is_plain_char(c) { Last::Plain } else { Last::Other });
    }

    fn bare_value(&mut self, at: Place) {
        let digits = self.layer.word.as_ref().is_none_or(|word| word.digits && !word.quoted);
        if digits && matches!(self.cursor.peek(), Unit::Char('<' | '>')) {
            self.refused_value(Reason::StreamNumber);
            return;
        }
        let mut slot = Slot::new(Context::Bare);
        let before = self.layer.word.as_ref().is_none_or(|word| word.last == Last::Plain && !word.special);
        slot.plain = before && self.layer.expect != Expect::CasePattern && self.may_follow_plain();
        self.value(slot, at);
    }

    /// Tells whether what comes next cannot join with a value that stands without quotes.
    fn may_follow_plain(&self) -> bool {
        match self.cursor.peek_raw() {
            Unit::End => true,
            Unit::Value => false,
            Unit::Char(c) => " \t\n;|&)'\"".contains(c) || (is_plain_char(c) && !c.is_ascii_digit()),
        }
    }

    fn double_value(&mut self, at: Place) {
        let mut slot = Slot::new(Context::Double);
        slot.after_name = self.layer.word.as_ref().is_some_and(|word| word.last == Last::Name);
        self.value(slot, at);
    }

    /// Takes a placeholder in a place that is certain, as far as its own context goes.
    pub(super) fn value(&mut self, slot: Slot, at: Place) {
        if let Some(reason) = self.enclosing_reason() {
            self.refused_value(reason);
            return;
        }
        let value = self.reading.slots.len();
        self.reading.slots.push(slot);
        self.uses.push(value);
        self.layer.word(at).hold(value);
    }

    /// Takes a placeholder that cannot stand in its place.
    pub(super) fn refused_value(&mut self, reason: Reason) {
        let value = self.reading.slots.len();
        self.reading.slots.push(Slot::new(Context::Bare));
        self.reading.refuse(value, reason);
    }

    fn enclosing_reason(&self) -> Option<Reason> {
        if let Some(doubt) = self.doubt {
            return Some(Reason::After(doubt));
        }
        let mut modes = self.outer.iter().chain([&self.layer]).flat_map(|layer| &layer.modes);
        modes.find_map(|(mode, _)| match mode {
            Mode::Double => None,
            Mode::Braces => Some(Reason::Braces),
            Mode::Arithmetic(_) => Some(Reason::Arithmetic),
        })
    }

    /// Gives the word in progress, or begins one here.
    pub(super) fn word(&mut self, at: Place) -> &mut Word {
        self.layer.word(at)
    }

    /// Notes that shells may differ from here on; the first doubt counts.
    pub(super) fn doubt(&mut self, doubt: Doubt) {
        self.doubt.get_or_insert(doubt);
    }

    /// Enters quotes or braces.
    pub(super) fn enter(&mut self, mode: Mode, at: Place) {
        if self.deeper(at) {
            self.word(at).quoted |= mode == Mode::Double;
            self.layer.modes.push((mode, at));
        }
    }

    /// Leaves quotes or braces.
    pub(super) fn leave(&mut self, last: Last) {
        if self.layer.modes.pop().is_some() {
            self.depth -= 1;
        }
        if let Some(word) = self.layer.word.as_mut() {
            word.last = last;
        }
    }

    /// Enters a list of commands.
    pub(super) fn descend(&mut self, kind: Kind, at: Place) {
        if self.deeper(at) {
            let mut inner = Layer::new(kind, at, self.uses.len());
            inner.given = self.layer.input;
            inner.input = self.layer.input;
            self.layer.after_bar = false;
            self.outer.push(std::mem::replace(&mut self.layer, inner));
        }
    }

    /// Leaves a list of commands and gives it.
    pub(super) fn ascend(&mut self) -> Option<Layer> {
        let layer = self.outer.pop()?;
        self.depth -= 1;
        Some(std::mem::replace(&mut self.layer, layer))
    }

    fn deeper(&mut self, at: Place) -> bool {
        let may = self.may_open(self.depth, at);
        self.depth += usize::from(may);
        may
    }

    /// Tells whether one more may be open when so many are; ends the walk if not.
    pub(super) fn may_open(&mut self, open: usize, at: Place) -> bool {
        if open >= DEEPEST {
            self.stop(at, Fault::TooDeep);
        }
        open < DEEPEST
    }

    /// Ends the walk: nothing after this can be understood.
    pub(super) fn stop(&mut self, at: Place, fault: Fault) {
        self.reading.broken(at, fault);
        self.done = true;
    }

    fn finish(&mut self) {
        self.done = true;
        self.end_word();
        self.end_command();
        let pending = self.heredocs.first().map(|pending| pending.at);
        if let Some(at) = pending {
            self.reading.broken(at, Fault::Heredoc);
        }
        let outer = std::mem::take(&mut self.outer);
        for layer in outer.iter().chain([&self.layer]) {
            if layer.kind != Kind::Whole {
                self.reading.broken(layer.at, Fault::Parenthesis);
            }
            for (mode, at) in &layer.modes {
                self.reading.broken(*at, unclosed(*mode));
            }
        }
    }
}

fn unclosed(mode: Mode) -> Fault {
    match mode {
        Mode::Double => Fault::DoubleQuote,
        Mode::Braces => Fault::Brace,
        Mode::Arithmetic(_) => Fault::Parenthesis,
    }
}
