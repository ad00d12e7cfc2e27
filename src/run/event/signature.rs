//! A person's word, and what proves whose it is.

use serde::{Deserialize, Serialize};

use super::Verdict;
use crate::journal::Digest;
use crate::run::roster::Level;
use crate::run::wire::hashes;

/// Is a person's word on a step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signature {
    /// The item.
    pub step: String,
    /// What is signed.
    #[serde(flatten)]
    pub verdict: Verdict,
    /// The signature.
    #[serde(flatten)]
    pub signed: Signed,
}

/// Is a signature: what it means, on what it was given, and what proves whose it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signed {
    /// What the signature means.
    pub meaning: Meaning,
    /// The role that was signed for.
    pub role: Option<String>,
    /// The last record that was on the screen.
    pub seen: u64,
    /// The exact text that was signed.
    #[serde(rename = "stmt")]
    pub statement: String,
    /// How the signer proved who he is.
    pub level: Level,
    /// The SSH signature of the statement and a line feed, where a key made one.
    #[serde(rename = "sig")]
    pub signature: Option<String>,
    /// The hashes of the evidence: what was shown, and the values.
    #[serde(with = "hashes")]
    pub blobs: Vec<Digest>,
}

/// Says what is wrong in an earlier record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Amendment {
    /// The number of the record.
    pub of: u64,
    /// What is wrong in it.
    pub wrong: String,
    /// What is right.
    pub right: String,
    /// Why it was wrong.
    pub why: String,
    /// The signature, where the record is about a step that is signed.
    #[serde(flatten)]
    pub signed: Option<Signed>,
}

impl Amendment {
    /// Says it as a statement does.
    pub fn words(&self) -> String {
        let Self { of, wrong, right, .. } = self;
        format!("record {of} is wrong: {wrong}; right: {right}")
    }
}

/// Says what a signature means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Meaning {
    /// I did it.
    Executed,
    /// I saw it done.
    Witnessed,
    /// It failed.
    Failed,
    /// It is not done, or not now.
    Skipped,
    /// A record is wrong.
    Amended,
}

impl Meaning {
    /// Gives the word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Executed => "executed",
            Self::Witnessed => "witnessed",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
            Self::Amended => "amended",
        }
    }
}
