//! Why a command stopped before its end, and with which exit code.
//!
//! What happened below in many kinds of errors is sorted here once: what is answered with no, what
//! could not be answered, and what a signal ended.

use std::io::Write;

use super::Exit;
use super::output::Output;
use crate::app::{NotDone, NotTyped, StoreError};
use crate::text::Shown;

/// Says why a command stopped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stop {
    exit: Exit,
    why: String,
}

impl Stop {
    /// Stops because the answer is no.
    pub(super) fn no(why: impl ToString) -> Self {
        Self { exit: Exit::Problems, why: why.to_string() }
    }

    /// Stops because nothing can be answered.
    pub(super) fn usage(why: impl ToString) -> Self {
        Self { exit: Exit::Usage, why: why.to_string() }
    }

    /// Stops because nobody listens any more.
    pub(super) fn unheard() -> Self {
        Self { exit: Exit::Good, why: String::new() }
    }

    /// Gives how the program ends.
    pub(super) fn exit(&self) -> Exit {
        self.exit
    }

    /// Says why.
    pub(super) fn why(&self) -> &str {
        &self.why
    }

    /// Says why, and gives how the program ends.
    pub(super) fn say(&self, output: &mut Output<impl Write, impl Write>) -> Exit {
        // What was answered before stands above it.
        let _ = output.flush();
        if !self.why.is_empty() {
            output.complain(Shown::text(&self.why).as_str());
        }
        self.exit
    }
}

impl From<NotTyped> for Stop {
    fn from(error: NotTyped) -> Self {
        match error {
            NotTyped::Signal(signal) => Self { exit: Exit::Signal(signal.number()), why: "cancelled".to_owned() },
            _ => Self::usage(error),
        }
    }
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        Self::usage(error)
    }
}

impl From<NotDone> for Stop {
    fn from(error: NotDone) -> Self {
        match error {
            NotDone::Refused(refusal) => Self::no(refusal),
            NotDone::Failed(why) => Self::usage(why),
        }
    }
}
