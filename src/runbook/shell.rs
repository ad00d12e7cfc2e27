//! A command template into a command that no value can bend.
//!
//! Owns: reading the author's shell text once, at check time, and knowing for every placeholder how a
//! value must be quoted there, or that no quoting is certain. The text will run as `sh -c`, where
//! `sh` may be `dash` or `bash`; wherever the two read the text differently, a value is refused.
//!
//! Promised: a value stays one word (a list one word for each element) and is never read as shell
//! text, by this shell or by a second one that the command starts in plain sight (`sh -c`, `ssh`, …).
//!
//! Left alone: what a program makes of its arguments; [`Slot::may_read_as_option`] says where to look.
mod cursor;
mod flow;
mod heredoc;
mod interpreters;
mod judge;
mod layer;
mod lexer;
mod operators;
mod options;
mod prefixes;
mod problem;
mod quoted;
mod rules;
mod script;
mod slot;
mod word;

#[cfg(test)]
mod hostile;
#[cfg(test)]
mod tests;

pub use problem::{Doubt, Fault, Problem, Reason};
pub use slot::Slot;
pub use word::Simple;

/// One piece of a command template, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Piece<'a> {
    /// Text of the author, trusted.
    Text(&'a str),
    /// A place where a value will stand.
    Value,
}

/// A position in a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Place {
    /// Which piece, from 0.
    pub piece: usize,
    /// Which byte of that piece.
    pub byte: usize,
}

/// A command template that was read and found safe to fill.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    slots: Vec<Slot>,
    simple: Vec<Simple>,
}

impl Command {
    /// Gives how values are written, one slot for each placeholder, in order.
    pub fn slots(&self) -> &[Slot] {
        &self.slots
    }

    /// Gives the simple commands in the order of the text, those inside `$( … )` too.
    pub fn commands(&self) -> &[Simple] {
        &self.simple
    }
}

/// Reads a template; on failure gives every problem, not the first only.
pub fn read(pieces: &[Piece<'_>]) -> Result<Command, Vec<Problem>> {
    let reading = lexer::Lexer::new(pieces).run();
    if reading.problems.is_empty() {
        let mut simple = reading.simple;
        simple.sort_by_key(Simple::at);
        return Ok(Command { slots: reading.slots, simple });
    }
    Err(reading.problems)
}
