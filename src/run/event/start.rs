//! How a run began, and how the clocks stood.

use serde::{Deserialize, Serialize};

use crate::journal::Tick;
use crate::run::answer::Answer;
use crate::run::wire::{pairs, tick, window};

/// Says how the clocks stood; the moment and the time since boot are those of the event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockReading {
    /// Why they were read.
    #[serde(with = "tick")]
    pub why: Tick,
    /// By how many milliseconds the wall clock went beyond the time that passed since the last reading.
    pub beyond_ms: i64,
    /// How the wall clock is kept.
    #[serde(rename = "clock")]
    pub keeping: String,
    /// Which time up of the machine it is.
    pub boot: String,
}

/// Says how a run began.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Start {
    /// The id of the run.
    pub run: String,
    /// The id of the runbook.
    pub runbook: String,
    /// Its title.
    pub title: String,
    /// Whether it is practice: commands are shown, and run only where the runbook says that it is safe.
    #[serde(default)]
    pub rehearsal: bool,
    /// The files that the run began with, each with its SHA-256.
    #[serde(with = "pairs")]
    pub files: Vec<(String, String)>,
    /// What the machine said of itself, by name.
    #[serde(with = "pairs")]
    pub machine: Vec<(String, String)>,
    /// Where the ledger of all runs stood.
    pub ledger: String,
    /// The answers to the inputs.
    #[serde(with = "pairs")]
    pub answers: Vec<(String, Answer)>,
    /// The beginning and the end of the window.
    #[serde(with = "window")]
    pub window: Option<(String, String)>,
}
