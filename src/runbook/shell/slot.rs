//! How a value is written at one placeholder.
//!
//! Owns: the quoting for each context, and when a value may stand without quotes.
//! Leaves alone: which context it is; the lexer decides that.
use super::word;

/// In what kind of quotes the author put the placeholder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Context {
    /// In none.
    Bare,
    /// In `'…'`.
    Single,
    /// In `"…"`.
    Double,
}

/// A placeholder of a command that was read: writes values so that they stay values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slot {
    pub(super) context: Context,
    /// Neighbours allow a plain value without quotes.
    pub(super) plain: bool,
    /// It touches a `$name` inside double quotes, which would grow.
    pub(super) after_name: bool,
    pub(super) list: bool,
    pub(super) option: bool,
}

impl Slot {
    /// Makes the slot of one context, with everything else at its strictest.
    pub(super) fn new(context: Context) -> Self {
        Slot { context, plain: false, after_name: false, list: false, option: false }
    }

    /// Tells whether a list may stand here, one word for each element.
    pub fn takes_list(&self) -> bool {
        self.list
    }

    /// Tells whether the program may take a value that begins with `-` for an option.
    ///
    /// Quotes do not change that. Where this holds, a careful caller refuses such a value; the author
    /// can end the options with `--` before the placeholder.
    pub fn may_read_as_option(&self) -> bool {
        self.option
    }

    /// Writes one value: exactly one word, or part of the word around it.
    pub fn text(&self, value: &str, out: &mut String) {
        match self.context {
            Context::Bare if self.plain && is_plain(value) => out.push_str(value),
            Context::Bare => {
                out.push('\'');
                push_single(value, out);
                out.push('\'');
            }
            Context::Single => push_single(value, out),
            Context::Double => {
                self.push_break(out);
                push_double(value, out);
            }
        }
    }

    /// Writes a list, one word for each element; an empty list is no word at all.
    ///
    /// Where [`Self::takes_list`] does not hold, the elements are written as one text with spaces.
    pub fn list(&self, values: &[String], out: &mut String) {
        if !self.list {
            return self.text(&values.join(" "), out);
        }
        for (index, value) in values.iter().enumerate() {
            if index > 0 {
                out.push(' ');
            }
            self.text(value, out);
        }
    }

    /// Writes a reference to an environment variable, so that its content is quoted as a value is.
    pub fn variable(&self, name: &str, out: &mut String) {
        let name: String = name.chars().filter(|&c| word::is_name_char(c)).collect();
        let (before, after) = match self.context {
            Context::Bare => ("\"$", "\""),
            Context::Single => ("'\"$", "\"'"),
            Context::Double => ("${", "}"),
        };
        out.push_str(before);
        out.push_str(&name);
        out.push_str(after);
    }

    fn push_break(&self, out: &mut String) {
        if self.after_name {
            out.push_str("\"\"");
        }
    }
}

/// Tells whether a character means nothing to any shell, wherever it stands in a word.
pub(super) fn is_plain_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || "_./:@%+,-".contains(c)
}

fn is_plain(value: &str) -> bool {
    !value.is_empty() && !value.starts_with('-') && value.chars().all(is_plain_char) && !word::is_reserved(value)
}

fn push_single(value: &str, out: &mut String) {
    for c in value.chars().filter(|&c| c != '\0') {
        match c {
            '\'' => out.push_str("'\\''"),
            c => out.push(c),
        }
    }
}

fn push_double(value: &str, out: &mut String) {
    for c in value.chars().filter(|&c| c != '\0') {
        if matches!(c, '\\' | '"' | '$' | '`') {
            out.push('\\');
        }
        out.push(c);
    }
}
