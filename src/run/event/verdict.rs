//! How a step was settled, and what proves it.

use serde::{Deserialize, Serialize};

use super::Meaning;

/// Says how a step was settled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// With what outcome.
    pub outcome: Outcome,
    /// What proves it; nothing where nothing was done.
    pub proof: Option<Proof>,
    /// Why, where it is not simply done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Whose it is now, where it was moved out of the way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deferred: Option<Deferral>,
}

impl Verdict {
    /// Says that a step was done, and what proves it.
    pub fn done(proof: Proof) -> Self {
        Self { outcome: Outcome::Done, proof: Some(proof), reason: None, deferred: None }
    }

    /// Says it as a statement does: `done, claimed`, `deferred to Bob until Monday`.
    pub fn words(&self) -> String {
        let later = self.deferred.as_ref().map(|later| format!(" to {} until {}", later.to, later.until));
        let proof = self.proof.map(|proof| format!(", {}", proof.word()));
        format!("{}{}{}", self.outcome.word(), later.unwrap_or_default(), proof.unwrap_or_default())
    }
}

/// Says with what outcome a step was settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It was done.
    Done,
    /// It was done against the evidence.
    Overridden,
    /// It failed, a person says.
    Failed,
    /// It is not done.
    Skipped,
    /// It is done later, by somebody.
    Deferred,
    /// It does not apply, a person says.
    NotApplicable,
}

impl Outcome {
    /// Gives the word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Overridden => "overridden",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
            Self::Deferred => "deferred",
            Self::NotApplicable => "not applicable",
        }
    }

    /// Gives what a signature for it means when nobody has signed yet.
    pub fn meaning(self) -> Meaning {
        match self {
            Self::Done | Self::Overridden => Meaning::Executed,
            Self::Failed => Meaning::Failed,
            Self::Skipped | Self::Deferred | Self::NotApplicable => Meaning::Skipped,
        }
    }
}

/// Says what proves that a step was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Proof {
    /// A person says so.
    Claimed,
    /// The end of a command that was as expected.
    Checked,
    /// A look at the thing itself, which goes on being watched.
    Sensed,
}

impl Proof {
    /// Gives the word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Claimed => "claimed",
            Self::Checked => "checked",
            Self::Sensed => "sensed",
        }
    }

    /// Gives the letter for it; the one for what a person claims is P.
    pub fn letter(self) -> char {
        match self {
            Self::Claimed => 'P',
            Self::Checked => 'C',
            Self::Sensed => 'S',
        }
    }
}

/// Says whose a step is that was moved out of the way.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deferral {
    /// Whose.
    pub to: String,
    /// Until when.
    pub until: String,
}
