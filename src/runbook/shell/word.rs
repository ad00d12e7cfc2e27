//! A word of the shell as the author wrote it, and a simple command made of such words.
//!
//! Owns: what is remembered of a word (its text without quotes, the values in it) and the words that
//! are grammar. Leaves alone: what a command does with its words.
use super::Place;

/// A value that a word holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Held {
    /// Which placeholder.
    pub(super) value: usize,
    /// Where in the text of the word.
    pub(super) at: usize,
    /// The placeholder itself, not a variable or a `$( … )` that has it.
    pub(super) direct: bool,
}

/// What the last unit of a word was, as far as a value behind it must know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Last {
    /// A character that joins with nothing, or nothing yet.
    Plain,
    /// `$name`, which would grow.
    Name,
    /// Anything else.
    Other,
}

/// A word being read, or read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    pub(super) at: Place,
    /// Without quotes; a value is `{}`, a command substitution `$()`.
    pub(super) text: String,
    pub(super) held: Vec<Held>,
    /// Some of it is quoted or escaped.
    pub(super) quoted: bool,
    /// Some of it is sure to be there, whatever the variables hold.
    pub(super) solid: bool,
    /// It has an unquoted character that gives its neighbours a meaning: `{`, `[`, `~`.
    pub(super) special: bool,
    /// It is `NAME=…` with an unquoted name, which the shell takes for an assignment before a command.
    pub(super) assignment: bool,
    /// All of its own characters are digits.
    pub(super) digits: bool,
    pub(super) last: Last,
}

impl Word {
    /// Starts an empty word.
    pub(super) fn new(at: Place) -> Self {
        Word {
            at,
            text: String::new(),
            held: Vec::new(),
            quoted: false,
            solid: false,
            special: false,
            assignment: false,
            digits: true,
            last: Last::Plain,
        }
    }

    /// Adds a character that stands for itself.
    pub(super) fn push(&mut self, c: char, last: Last) {
        self.text.push(c);
        self.solid = true;
        self.digits &= c.is_ascii_digit();
        self.last = last;
    }

    /// Adds a placeholder.
    pub(super) fn hold(&mut self, value: usize) {
        self.held.push(Held { value, at: self.text.len(), direct: true });
        self.text.push_str("{}");
        self.solid = true;
        self.last = Last::Other;
    }

    /// Gives the text before the first value.
    pub(super) fn literal(&self) -> &str {
        let end = self.held.first().map_or(self.text.len(), |held| held.at);
        self.text.get(..end).unwrap_or_default()
    }

    /// Tells whether it is one bare placeholder and nothing else.
    pub(super) fn is_whole(&self) -> bool {
        self.text == "{}" && !self.quoted && self.held.len() == 1 && self.held.iter().all(|held| held.direct)
    }

    /// Tells whether it may turn out to be no word at all.
    pub(super) fn may_vanish(&self) -> bool {
        (!self.solid && !self.quoted) || (self.text == "$@" && self.quoted)
    }

    /// Adds a `=`, which may make an assignment of what is before it.
    pub(super) fn push_equals(&mut self, at_first: bool) {
        let name = self.text.strip_suffix('+').unwrap_or(&self.text);
        self.assignment |= at_first && !self.quoted && self.held.is_empty() && is_name(name);
        self.push('=', Last::Plain);
    }

    /// Gives the name that it assigns to as an argument, when it is `NAME=…`.
    pub(super) fn assigns(&self) -> Option<&str> {
        let (name, _) = self.literal().split_once('=')?;
        let name = name.strip_suffix('+').unwrap_or(name);
        is_name(name).then_some(name)
    }

    /// Tells whether it is this keyword, unquoted.
    pub(super) fn is_keyword(&self, keyword: &str) -> bool {
        !self.quoted && self.held.is_empty() && self.text == keyword
    }
}

/// A simple command of a template, as literal words.
///
/// A value is written `{}` and a command substitution `$()`. Redirections are left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Simple {
    pub(super) at: Place,
    pub(super) prefixes: Vec<String>,
    pub(super) words: Vec<String>,
}

impl Simple {
    /// Gives where its first word begins.
    pub fn at(&self) -> Place {
        self.at
    }

    /// Gives the words before the command: `A=b`, `sudo -u site`, `timeout 5`.
    pub fn prefixes(&self) -> &[String] {
        &self.prefixes
    }

    /// Gives the command and its arguments; empty when there are only assignments.
    pub fn words(&self) -> &[String] {
        &self.words
    }
}

/// Tells whether a character may be in a shell name.
pub(super) fn is_name_char(c: char) -> bool {
    c == '_' || c.is_ascii_alphanumeric()
}

/// Tells whether a text is a shell name.
pub(super) fn is_name(text: &str) -> bool {
    text.chars().all(is_name_char) && text.chars().next().is_some_and(|c| !c.is_ascii_digit())
}

/// The name under which `$1`, `$@` and `$*` are remembered.
pub(super) const POSITIONAL: &str = "@";

/// Words that are grammar to `dash` or to `bash` where a command may begin.
const RESERVED: &[&str] = &[
    "!", "{", "}", "[[", "]]", "case", "coproc", "do", "done", "elif", "else", "esac", "fi", "for", "function", "if",
    "in", "select", "then", "time", "until", "while",
];

/// Tells whether a text is a word of the grammar.
pub(super) fn is_reserved(text: &str) -> bool {
    RESERVED.contains(&text)
}
