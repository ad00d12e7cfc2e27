//! What a person asks of a run.
//!
//! An intent names the step that was looked at and the number of the last record that was on the
//! screen then, so that a decision is never taken on something that nobody read.

use super::answer::Answer;
use super::event::ClockReading;
use super::proof::Proved;
use super::roster::Level;

/// Is something that a person wants to happen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Intent {
    /// Be one of those who act in this run.
    Join,
    /// Sign for a step, that it was done.
    SignStep {
        /// The item.
        step: String,
        /// The last record on the screen.
        seen: u64,
        /// Who signs, and what proves it; a step that nobody has to sign needs none.
        proved: Option<Box<Proved>>,
    },
    /// Choose one of the options of a step.
    ChooseOption {
        /// The item.
        step: String,
        /// The last record on the screen.
        seen: u64,
        /// The option.
        option: String,
        /// What is noted down with it.
        values: Vec<(String, Answer)>,
    },
    /// Note down the values that a step gives.
    RecordValues {
        /// The item.
        step: String,
        /// The last record on the screen.
        seen: u64,
        /// The values.
        values: Vec<(String, Answer)>,
    },
    /// Say that the run is over.
    Close {
        /// The last record that was looked at.
        seen: u64,
        /// How it ended, in one line.
        result: String,
    },
    /// Keep how the clocks stand.
    KeepClock(ClockReading),
    /// Keep that the terminal was hung up.
    KeepHangup,
    /// Keep that somebody could not prove who he is.
    KeepRefusedIdentity {
        /// By what it was to be proved.
        level: Level,
        /// Why it was not.
        why: String,
    },
    /// Write a remark into the record.
    AddNote {
        /// The item it is about.
        step: Option<String>,
        /// The remark.
        text: String,
    },
}
