//! How a command ended, as it stands in the folder.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::frame::Stream;
use crate::journal::Clock;

/// Is a point in time, by both clocks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moment {
    /// By the wall clock, in milliseconds since 1970 in UTC.
    pub wall_ms: i64,
    /// Since the machine came up, in nanoseconds.
    pub boot_ns: u64,
}

impl Moment {
    /// Tells the time.
    pub(in crate::exec) fn now(clock: &dyn Clock) -> Self {
        let boot_ns = u64::try_from(clock.since_boot().as_nanos()).unwrap_or(u64::MAX);
        Self { wall_ms: clock.wall_ms(), boot_ns }
    }

    /// Gives the time since the machine came up.
    #[must_use]
    pub fn since_boot(&self) -> Duration {
        Duration::from_nanos(self.boot_ns)
    }
}

/// Says how a command ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// By itself, with this status.
    Exit(i32),
    /// By the signal of this number.
    Signal(i32),
    /// It was never begun; why, in words that are safe to show.
    NotStarted(String),
}

/// Says why a command was asked to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stop {
    /// It took too long.
    TimedOut,
    /// Somebody cancelled it.
    Cancelled,
    /// The supervisor was told to end: the machine goes down, perhaps.
    Terminated,
}

/// Is what is known of one of the two outputs, after masking.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// How many bytes there were.
    pub bytes: u64,
    /// How many of them were not kept.
    pub dropped: u64,
    /// The SHA-256 of all of them, in hex.
    pub sha256: String,
}

/// Is the end of a command.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct End {
    /// The host where it was run.
    pub host: Option<String>,
    /// How it ended.
    pub how: How,
    /// Why it was asked to end, if it was.
    pub stopped: Option<Stop>,
    /// Says that asking was not enough.
    pub killed: bool,
    /// Says that something that it started goes on.
    pub left_running: bool,
    /// When it was started.
    pub started: Moment,
    /// When it ended.
    pub ended: Moment,
    /// Its standard output.
    pub out: Tally,
    /// Its standard error.
    pub err: Tally,
}

impl End {
    /// Gives what is known of one output.
    #[must_use]
    pub fn tally(&self, stream: Stream) -> &Tally {
        match stream {
            Stream::Out => &self.out,
            Stream::Err => &self.err,
        }
    }

    /// Tells how long it took.
    #[must_use]
    pub fn took(&self) -> Duration {
        self.ended.since_boot().saturating_sub(self.started.since_boot())
    }
}

impl fmt::Display for How {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exit(status) => write!(f, "it ended with status {status}"),
            Self::Signal(number) => match signal_name(*number) {
                Some(name) => write!(f, "it was ended by signal {number} ({name})"),
                None => write!(f, "it was ended by signal {number}"),
            },
            Self::NotStarted(why) => write!(f, "it could not be started: {why}"),
        }
    }
}

fn signal_name(number: i32) -> Option<&'static str> {
    let names = ["HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE"];
    let more = ["ALRM", "TERM"];
    names.iter().chain(&more).nth(usize::try_from(number.checked_sub(1)?).ok()?).copied()
}
