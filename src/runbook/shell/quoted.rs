//! What is inside quotes, after a `$`, in braces, backticks and comments.
//!
//! Owns: the steps of the walk there. Leaves alone: words and commands.
use super::cursor::Unit;
use super::layer::{Kind, Mode};
use super::lexer::Lexer;
use super::slot::{Context, Slot};
use super::word::{Held, Last, POSITIONAL};
use super::{Doubt, Fault, Place, Reason};

impl Lexer<'_> {
    /// Takes a character inside `"…"`.
    pub(super) fn double(&mut self, c: char, at: Place) {
        match c {
            '"' => self.leave(Last::Other),
            '\\' => self.double_escape(at),
            '`' => self.backticks(at),
            '$' => self.dollar(at),
            c => self.quoted_char(c, at),
        }
    }

    fn quoted_char(&mut self, c: char, at: Place) {
        if c == '\n' && !self.heredocs.is_empty() {
            self.doubt(Doubt::Heredoc);
        }
        self.word(at).push(c, Last::Other);
    }

    fn double_escape(&mut self, at: Place) {
        match self.cursor.raw() {
            Unit::Char(c) => {
                if !"$`\"\\".contains(c) {
                    self.word(at).push('\\', Last::Other);
                }
                self.quoted_char(c, at);
            }
            Unit::Value => self.refused_value(Reason::AfterBackslash),
            Unit::End => {}
        }
    }

    /// Takes a backslash outside quotes.
    pub(super) fn escape(&mut self, at: Place) {
        match self.cursor.raw() {
            Unit::Char(c) => {
                let word = self.word(at);
                word.push(c, Last::Other);
                word.quoted = true;
            }
            Unit::Value => self.refused_value(Reason::AfterBackslash),
            Unit::End => self.word(at).push('\\', Last::Other),
        }
    }

    /// Takes `'…'`.
    pub(super) fn single(&mut self, opened: Place) {
        self.word(opened).quoted = true;
        loop {
            let at = self.cursor.place();
            match self.cursor.raw() {
                Unit::Char('\'') => break,
                Unit::Char(c) => self.quoted_char(c, at),
                Unit::Value => self.value(Slot::new(Context::Single), at),
                Unit::End => return self.stop(opened, Fault::SingleQuote),
            }
        }
        self.word(opened).last = Last::Other;
    }

    /// Takes `` `…` ``, whose inside is not read.
    pub(super) fn backticks(&mut self, opened: Place) {
        loop {
            match self.cursor.raw() {
                Unit::Char('`') => break,
                Unit::Char('\\') if matches!(self.cursor.peek_raw(), Unit::Char(_)) => {
                    self.cursor.raw();
                }
                Unit::Char('\n') if !self.heredocs.is_empty() => self.doubt(Doubt::Heredoc),
                Unit::Char(_) => {}
                Unit::Value => self.refused_value(Reason::Backticks),
                Unit::End => return self.stop(opened, Fault::Backtick),
            }
        }
        let word = self.word(opened);
        word.text.push_str("$()");
        word.last = Last::Other;
    }

    /// Takes a comment up to its newline.
    pub(super) fn comment(&mut self) {
        loop {
            match self.cursor.peek_raw() {
                Unit::Char('\n') | Unit::End => return,
                Unit::Char(_) => {}
                Unit::Value => self.refused_value(Reason::Comment),
            }
            self.cursor.raw();
        }
    }

    /// Takes what follows a `$`.
    pub(super) fn dollar(&mut self, at: Place) {
        let bare = self.layer.modes.is_empty();
        match self.cursor.peek() {
            Unit::Char('(') => self.dollar_parenthesis(at),
            Unit::Char('{') => self.dollar_brace(at),
            Unit::Char('\'') if bare => self.dollar_quote(at),
            Unit::Char('[') => {
                self.doubt(Doubt::OldArithmetic);
                self.word(at).push('$', Last::Other);
            }
            Unit::Char(c) if c == '_' || c.is_ascii_alphabetic() => self.dollar_name(at),
            Unit::Char(c) if c.is_ascii_digit() => self.dollar_sign(c, Last::Name, at),
            Unit::Char(c) if "@*#?-$!".contains(c) => self.dollar_sign(c, Last::Other, at),
            Unit::Value => {
                self.cursor.joined();
                self.refused_value(Reason::AfterDollar);
            }
            _ => self.word(at).push('$', Last::Other),
        }
    }

    fn dollar_parenthesis(&mut self, at: Place) {
        self.cursor.joined();
        self.word(at);
        if self.cursor.take('(') {
            self.enter(Mode::Arithmetic(0), at);
        } else {
            self.descend(Kind::Substitution, at);
        }
    }

    fn dollar_brace(&mut self, at: Place) {
        self.cursor.joined();
        self.word(at).text.push_str("${");
        self.enter(Mode::Braces, at);
        if matches!(self.cursor.peek(), Unit::Char(' ' | '\t' | '\n' | '|' | '(')) {
            self.doubt(Doubt::BraceCommand);
        }
        let indirect = self.cursor.take('!');
        if !indirect {
            self.cursor.take('#');
        }
        let name = match self.cursor.peek() {
            Unit::Char(c) if is_positional(c) => POSITIONAL.to_owned(),
            _ => self.cursor.name(),
        };
        self.word(at).text.push_str(&name);
        if indirect {
            self.calculated(&name);
        }
        self.used(&name, at);
    }

    fn dollar_name(&mut self, at: Place) {
        let name = self.cursor.name();
        let word = self.word(at);
        word.text.push('$');
        word.text.push_str(&name);
        word.last = Last::Name;
        self.used(&name, at);
    }

    fn dollar_sign(&mut self, c: char, last: Last, at: Place) {
        self.cursor.joined();
        let word = self.word(at);
        word.text.extend(['$', c]);
        word.last = last;
        if is_positional(c) {
            self.used(POSITIONAL, at);
        }
    }

    fn dollar_quote(&mut self, opened: Place) {
        self.cursor.joined();
        self.word(opened).quoted = true;
        loop {
            match self.cursor.raw() {
                Unit::Char('\'') => break,
                Unit::Char('\\') => self.dollar_quote_escape(),
                Unit::Char(c) => self.quoted_char(c, opened),
                Unit::Value => self.refused_value(Reason::DollarQuote),
                Unit::End => return self.stop(opened, Fault::SingleQuote),
            }
        }
        self.word(opened).last = Last::Other;
    }

    fn dollar_quote_escape(&mut self) {
        match self.cursor.peek_raw() {
            Unit::Char('\'') => self.doubt(Doubt::DollarQuote),
            Unit::Char(_) => {}
            Unit::Value | Unit::End => return,
        }
        self.cursor.raw();
    }

    /// Takes a character inside `${ … }`.
    pub(super) fn braces(&mut self, c: char, at: Place) {
        let quoted = self.layer.is_quoted();
        match c {
            '}' => {
                self.word(at).text.push('}');
                self.leave(Last::Other);
            }
            '\\' => self.escape(at),
            '\'' if quoted => self.doubt(Doubt::QuotesInBraces),
            '\'' => self.single(at),
            '"' => {
                if quoted {
                    self.doubt(Doubt::QuotesInBraces);
                }
                self.enter(Mode::Double, at);
            }
            '`' => self.backticks(at),
            '$' => self.dollar(at),
            c => self.calculation_char(c, at),
        }
    }

    /// Takes a character inside `$(( … ))`.
    pub(super) fn arithmetic(&mut self, c: char, open: usize, at: Place) {
        match c {
            '(' => self.set_open(open + 1),
            ')' if open > 0 => self.set_open(open - 1),
            ')' => self.end_arithmetic(at),
            '\'' | '"' => self.doubt(Doubt::Arithmetic),
            '\\' => self.escape(at),
            '`' => self.backticks(at),
            '$' => self.dollar(at),
            c => self.calculation_char(c, at),
        }
    }

    /// Ends `$(( … ))`; with one parenthesis only, it was `$( ( … ) … )`.
    fn end_arithmetic(&mut self, at: Place) {
        let opened = self.layer.modes.last().map_or(at, |(_, opened)| *opened);
        self.leave(Last::Other);
        if self.cursor.take(')') {
            self.word(at).text.push_str("$(())");
        } else {
            self.doubt(Doubt::Arithmetic);
            self.descend(Kind::Substitution, opened);
        }
    }

    fn set_open(&mut self, open: usize) {
        if let Some((mode, _)) = self.layer.modes.last_mut() {
            *mode = Mode::Arithmetic(open);
        }
    }

    /// Takes a character where a name may be read as a variable.
    fn calculation_char(&mut self, c: char, at: Place) {
        if c == '\n' && !self.heredocs.is_empty() {
            self.doubt(Doubt::Heredoc);
        }
        self.word(at).text.push(c);
        if c == '_' || c.is_ascii_alphabetic() {
            let mut name = String::from(c);
            while let Unit::Char(c) = self.cursor.peek()
                && (c == '_' || c.is_ascii_alphanumeric())
            {
                self.cursor.joined();
                name.push(c);
            }
            self.calculated(&name);
            self.word(at).text.push_str(name.get(1..).unwrap_or_default());
        }
    }

    /// Notes that a variable is calculated with, which makes its content a program to some shells.
    fn calculated(&mut self, name: &str) {
        if let Some(&value) = self.holding.get(name) {
            self.reading.refuse(value, Reason::Arithmetic);
        }
    }

    /// Notes that a variable is used; one that holds a value counts as that value.
    fn used(&mut self, name: &str, at: Place) {
        let Some(&value) = self.holding.get(name) else {
            return;
        };
        self.uses.push(value);
        if self.layer.modes.iter().any(|(mode, _)| matches!(mode, Mode::Arithmetic(_))) {
            self.reading.refuse(value, Reason::Arithmetic);
        }
        if self.layer.is_cut() {
            self.reading.refuse(value, Reason::Splits(name.to_owned()));
        }
        let word = self.word(at);
        word.held.push(Held { value, at: word.text.len(), direct: false });
    }
}

/// Tells whether `$` and this is a positional parameter or all of them.
fn is_positional(c: char) -> bool {
    c.is_ascii_digit() || matches!(c, '@' | '*')
}
