//! How what a step does ended.

use serde::{Deserialize, Serialize};

use crate::journal::Digest;
use crate::run::answer::Answer;
use crate::run::probe::Sighting;
use crate::run::wire::{hash, pairs};

/// Says how an action ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct End {
    /// What it means for the step.
    pub found: Found,
    /// The same in a sentence.
    pub why: String,
    /// How long it took, in milliseconds.
    pub took_ms: u64,
    /// How the program ended: `exit 0`, `signal 9`, `timed out`; nothing where no program ran.
    #[serde(default)]
    pub exit: Option<String>,
    /// The values that were taken from its output.
    #[serde(default, with = "pairs")]
    pub values: Vec<(String, Answer)>,
    /// What it wrote, as far as it was kept.
    #[serde(default)]
    pub output: Vec<Output>,
    /// What probes said, where it was to look at them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sightings: Vec<Sighting>,
}

/// Says what the end of an action means for its step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Found {
    /// It was as expected: what was looked at is good.
    Sensed,
    /// It was as expected: the command ended well.
    Checked,
    /// It was not as expected.
    Failed,
    /// A person has to judge.
    ForPerson,
}

/// Is one stream that a command wrote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Output {
    /// Which.
    pub stream: String,
    /// How many bytes it wrote.
    pub bytes: u64,
    /// How many of them were not kept.
    pub dropped: u64,
    /// The SHA-256 of all of them.
    #[serde(with = "hash")]
    pub sha256: Digest,
}
