//! The small typed language of `{{ … }}` and `when`.
//!
//! It has names, comparisons, `and`/`or`/`not`, `in`, a few filters, and a moment shifted by a length of
//! time; nothing that loops or computes. Versions compare as versions because the kinds of values are
//! known before anything runs. Owns the tree; `lex` and `parse` make it, `eval` gives its value. Which
//! names there are is settled in `build`.

mod eval;
mod lex;
mod parse;
#[cfg(test)]
mod tests;

use std::ops::Range;

pub use eval::{Found, Lookup, Missing, Operand, eval, text};
pub use parse::parse;

use super::value::Value;

/// The longest expression that is read, in bytes.
pub const MOST_BYTES: usize = 4096;

/// Names that mean something already.
pub const RESERVED: [&str; 13] =
    ["chosen", "outcome", "step", "window", "run", "true", "false", "and", "or", "not", "in", "if", "else"];

/// How a step can have ended, as `outcome.STEP` says it.
pub const OUTCOMES: [&str; 6] = ["done", "failed", "skipped", "na", "deferred", "overridden"];

/// An expression over names of some form, with the bytes of its source it was read from.
#[derive(Clone, Debug, PartialEq)]
pub struct Expr<N> {
    /// Where it stands in its source text.
    pub at: Range<usize>,
    /// What it is.
    pub node: Node<N>,
}

/// What an expression can be.
#[derive(Clone, Debug, PartialEq)]
pub enum Node<N> {
    /// A value written out.
    Literal(Value),
    /// A name.
    Name(N),
    /// A value of a table: `sums[hop]`.
    Index(Box<Expr<N>>, Box<Expr<N>>),
    /// A list written out.
    List(Vec<Expr<N>>),
    /// `not x`.
    Not(Box<Expr<N>>),
    /// `x and y and …`.
    All(Vec<Expr<N>>),
    /// `x or y or …`.
    Any(Vec<Expr<N>>),
    /// `x < y` and its kin.
    Compare(Compare, Box<Expr<N>>, Box<Expr<N>>),
    /// `x in list`; the flag says `not in`.
    In(bool, Box<Expr<N>>, Box<Expr<N>>),
    /// `window.start - 24h`; the flag says minus.
    Shift(bool, Box<Expr<N>>, Box<Expr<N>>),
    /// `x | filter(argument)`.
    Filter(Filter, Box<Expr<N>>, Option<Box<Expr<N>>>),
}

impl<N> Expr<N> {
    /// Calls a function with every name in it, from the left.
    pub fn each_name<'e>(&'e self, call: &mut impl FnMut(&'e N)) {
        match &self.node {
            Node::Literal(_) => {}
            Node::Name(name) => call(name),
            Node::Not(inner) => inner.each_name(call),
            Node::List(parts) | Node::All(parts) | Node::Any(parts) => {
                for part in parts {
                    part.each_name(call);
                }
            }
            Node::Index(left, right)
            | Node::Compare(_, left, right)
            | Node::In(_, left, right)
            | Node::Shift(_, left, right) => {
                left.each_name(call);
                right.each_name(call);
            }
            Node::Filter(_, value, argument) => {
                value.each_name(call);
                if let Some(argument) = argument {
                    argument.each_name(call);
                }
            }
        }
    }
}

/// A name as it is written: `hop`, `chosen.backup.title`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path(pub Vec<String>);

impl Path {
    /// Returns the first part.
    pub fn root(&self) -> &str {
        self.0.first().map_or("", String::as_str)
    }

    /// Returns the name as it is written.
    pub fn dotted(&self) -> String {
        self.0.join(".")
    }
}

/// How two values are held against each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compare {
    /// `==`
    Equal,
    /// `!=`
    Unequal,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
}

impl Compare {
    /// Returns how it is written.
    pub fn sign(self) -> &'static str {
        match self {
            Self::Equal => "==",
            Self::Unequal => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
        }
    }

    /// Says whether it asks for an order, not only for sameness.
    pub fn is_order(self) -> bool {
        !matches!(self, Self::Equal | Self::Unequal)
    }
}

/// What can stand after `|`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Filter {
    /// How many values a list has, or characters a text.
    Length,
    /// The values of a list as one text.
    Join,
    /// The first of a list.
    First,
    /// The last of a list.
    Last,
    /// In capital letters.
    Upper,
    /// In small letters.
    Lower,
    /// Another value where there never will be one.
    Default,
}

impl Filter {
    /// Every filter and its word.
    pub const WORDS: [(&'static str, Self); 7] = [
        ("length", Self::Length),
        ("join", Self::Join),
        ("first", Self::First),
        ("last", Self::Last),
        ("upper", Self::Upper),
        ("lower", Self::Lower),
        ("default", Self::Default),
    ];

    /// Says whether it takes an argument.
    pub fn takes_argument(self) -> bool {
        matches!(self, Self::Join | Self::Default)
    }
}

/// Why a text is no expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseError {
    /// The part of the source that is wrong.
    pub at: Range<usize>,
    /// What is wrong.
    pub message: String,
    /// What to write instead.
    pub help: Option<String>,
}

impl ParseError {
    fn new(at: Range<usize>, message: impl Into<String>) -> Self {
        Self { at, message: message.into(), help: None }
    }

    fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}
