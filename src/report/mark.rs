//! The marks of the checklist, as the screen has them, with a word for each.
//!
//! The word carries all that the sign and the tone do, so that nothing is said by colour or shape alone.

use crate::run::{Lock, Proof, Standing};

/// Is how an item stands, at a glance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// The sign.
    pub sign: &'static str,
    /// The same in a word or two.
    pub word: &'static str,
    /// How it is to be taken.
    pub tone: Tone,
}

/// Says how something is to be taken; writers that have colours choose them by this.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tone {
    /// As it should be.
    Good,
    /// To be looked at.
    Loud,
    /// Not as it should be.
    Bad,
    /// Not finished.
    Open,
    /// Of no weight.
    Quiet,
}

impl Tone {
    /// Gives the word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Loud => "loud",
            Self::Bad => "bad",
            Self::Open => "open",
            Self::Quiet => "quiet",
        }
    }
}

impl Mark {
    /// Gives the mark of a standing.
    pub fn of(standing: &Standing) -> Self {
        let (sign, word, tone) = match standing {
            Standing::Locked(Lock::OnlyBackOut) => ("·", "in reserve", Tone::Quiet),
            Standing::Locked(_) => ("·", "not begun", Tone::Open),
            Standing::Ready => ("○", "not begun", Tone::Open),
            Standing::Running(_) => ("◐", "running", Tone::Open),
            Standing::ToSign => ("◇", "to sign", Tone::Open),
            Standing::Done(Proof::Sensed) => ("✓S", "done, sensed", Tone::Good),
            Standing::Done(Proof::Checked) => ("✓C", "done, checked", Tone::Good),
            Standing::Done(Proof::Claimed) => ("✓P", "done, claimed", Tone::Good),
            Standing::Overridden(_) => ("!", "overridden", Tone::Loud),
            Standing::Regressed(_) => ("✗", "regressed", Tone::Bad),
            Standing::Failed(_) => ("✗", "failed", Tone::Bad),
            Standing::EndUnknown(_) => ("?", "end unknown", Tone::Bad),
            Standing::Skipped(_) => ("»", "skipped", Tone::Loud),
            Standing::NotApplicable(_) => ("–", "not applicable", Tone::Quiet),
            Standing::Deferred(_) => ("→", "deferred", Tone::Loud),
            Standing::Heading { done, of } if done == of => ("✓", "all settled", Tone::Quiet),
            Standing::Heading { .. } => ("▾", "in part", Tone::Open),
        };
        Self { sign, word, tone }
    }
}

/// Says why an item stands as it does, in the words of its records; nothing where there is nothing to say.
pub(super) fn why(standing: &Standing) -> Option<String> {
    match standing {
        Standing::Locked(lock) => Some(lock.to_string()),
        Standing::Overridden(why)
        | Standing::Regressed(why)
        | Standing::Failed(why)
        | Standing::EndUnknown(why)
        | Standing::Skipped(why)
        | Standing::NotApplicable(why) => Some(why.clone()),
        Standing::Deferred(whose) => Some(format!("to {whose}")),
        Standing::Heading { done, of } => Some(format!("{done} of {of} settled")),
        Standing::Ready | Standing::Running(_) | Standing::ToSign | Standing::Done(_) => None,
    }
}
