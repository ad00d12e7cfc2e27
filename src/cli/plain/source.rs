//! Where the words of a dialogue come from: a terminal, a pipe, or a file of answers.
//!
//! On a terminal what was typed before a prompt is forgotten. Elsewhere nobody reads what is asked, so
//! that a value has to be given by its name; there a line can be looked at before it is taken.

use std::io::IsTerminal as _;
use std::os::fd::BorrowedFd;
use std::time::Duration;

use zeroize::Zeroizing;

use super::answers::{Answers, assignment};
use crate::app::{NotTyped, Typist};

/// How long nothing is looked at.
const TICK: Duration = Duration::from_secs(1);

/// Gives lines.
#[derive(Debug)]
pub(super) struct Source {
    pub(super) typist: Typist,
    pub(super) answers: Option<Answers>,
    /// A line that was read and not taken.
    held: Option<Zeroizing<String>>,
}

/// Says what came.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Came {
    /// A line.
    Line(Zeroizing<String>),
    /// None yet; something else may have happened.
    Nothing,
    /// No line comes any more.
    End,
}

impl Source {
    pub(super) fn new(typist: Typist, answers: Option<Answers>) -> Self {
        Self { typist, answers, held: None }
    }

    /// Tells whether a person reads what is asked and types the answers.
    pub(super) fn is_person(&self) -> bool {
        self.answers.is_none() && self.typist.is_terminal() && std::io::stdout().is_terminal()
    }

    /// Forgets what a person typed before he was asked.
    pub(super) fn forget(&mut self) {
        if self.answers.is_none() {
            self.typist.forget();
        }
    }

    /// Gives the next line, or nothing once an end can be read or a second passed.
    pub(super) fn line(&mut self, woken: BorrowedFd<'_>) -> Result<Came, NotTyped> {
        if let Some(line) = self.held.take() {
            return Ok(Came::Line(line));
        }
        if let Some(answers) = &mut self.answers {
            return Ok(answers.next().map_or(Came::End, Came::Line));
        }
        match self.typist.line_or(woken, TICK) {
            Ok(Some(line)) => Ok(Came::Line(line)),
            Ok(None) => Ok(Came::Nothing),
            Err(NotTyped::Ended) => Ok(Came::End),
            Err(error) => Err(error),
        }
    }

    /// Waits until something happens, whatever is typed.
    pub(super) fn rest(&mut self, woken: BorrowedFd<'_>) -> Result<(), NotTyped> {
        self.typist.rest(woken, TICK)
    }

    /// Takes the value that is given for a name, where nobody is asked; another line stays.
    pub(super) fn value(&mut self, name: &str) -> Result<Option<Zeroizing<String>>, NotTyped> {
        if let Some(answers) = &mut self.answers {
            return Ok(answers.take_value(name));
        }
        let line = match self.held.take() {
            Some(line) => line,
            None => match self.typist.line() {
                Ok(line) => line,
                Err(NotTyped::Ended) => return Ok(None),
                Err(error) => return Err(error),
            },
        };
        let value = assignment(&line).filter(|(given, _)| *given == name);
        let value = value.map(|(_, value)| Zeroizing::new(value.to_owned()));
        if value.is_none() {
            self.held = Some(line);
        }
        Ok(value)
    }
}
