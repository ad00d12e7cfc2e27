//! What was found when a run was verified: the last word on whether its record can be trusted.
//!
//! Verifying is done elsewhere; here it is a value. How to do it again by hand stands beside it.

use super::answer::Grade;

/// Is what was found when a run was verified.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Check {
    /// The verdict, by the word that scripts know it by.
    pub verdict: &'static str,
    /// The verdict in capitals.
    pub title: &'static str,
    /// The rest of the line.
    pub words: String,
    /// How `mop verify` ends with it.
    pub exit: u8,
    /// How it is to be taken.
    pub grade: Grade,
    /// What was looked at: a word, and what is to be said of it.
    pub looked_at: Vec<(&'static str, String)>,
    /// What was found: how much it weighs, and what it is.
    pub found: Vec<(&'static str, String)>,
    /// How many records follow each other without a break.
    pub records: u64,
    /// How many bytes the journal has.
    pub bytes: u64,
    /// The hash of the last of those records.
    pub head: String,
    /// What a person could have kept of it.
    pub receipt: String,
    /// What the seal says, where there is one that can be read.
    pub seal: Option<SealSeen>,
}

/// Is a seal as it was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SealSeen {
    /// When it was made.
    pub time: String,
    /// How the run ended.
    pub result: String,
    /// How many records it covers.
    pub records: u64,
    /// Whose signatures of it hold, and by what.
    pub signers: Vec<(String, &'static str)>,
}
