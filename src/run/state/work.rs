//! What was done with one item, as its records tell.

use std::collections::HashSet;

use super::Head;
use crate::journal::Digest;
use crate::run::event::{Deferral, Found, Meaning, Outcome, Person, Proof, Verdict};

/// Is what was done with one item since it was last opened.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::run) struct Work {
    /// Who signed that it was done.
    pub given: Vec<Given>,
    /// What proves it, where nobody has to sign and somebody said that it was done.
    pub confirmed: bool,
    /// How it was settled otherwise.
    pub settled: Option<Settled>,
    /// Why it goes on against the evidence.
    pub overridden: Option<String>,
    /// Why a person did what the program was to do.
    pub by_hand: Option<String>,
    /// The option that was chosen.
    pub chosen: Option<String>,
    /// The values that were noted down.
    pub recorded: HashSet<String>,
    /// How often what it does was started, ever.
    pub attempt: u32,
    /// What became of it.
    pub action: Going,
    /// How long that took, once its end was seen.
    pub took_ms: Option<u64>,
    /// The session in which what it does was started last.
    pub session: String,
    /// Whether somebody wants it to end before its time.
    pub is_cancelled: bool,
    /// Whether that began, or may have begun: a command that could not be started changed nothing.
    pub has_run: bool,
    /// Whether it may be done before its turn.
    pub is_freed: bool,
    /// Whether it was moved out of the way, and is done when the run is elsewhere.
    pub is_put_off: bool,
    /// Whether it may be begun although it does not fit any more.
    pub is_late: bool,
    /// What is wrong with it since it was done.
    pub regressed: Option<String>,
    /// The last record that touched it.
    pub at: u64,
}

/// Says what became of what an item does.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::run) enum Going {
    /// It was not started.
    #[default]
    Idle,
    /// It is under way since this moment, in milliseconds since 1970 in UTC.
    Running(i64),
    /// Its end was seen.
    Ended(Found, String),
    /// Its end was never seen.
    Lost(String),
}

/// Is a signature that says that an item was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    /// Who signed.
    pub who: Person,
    /// The role that was signed for.
    pub role: Option<String>,
    /// What it means.
    pub meaning: Meaning,
    /// By what the signer proved who he is, in the words of his statement.
    pub auth: String,
    /// The hash of the step as it was shown.
    pub shown: Option<Digest>,
    /// The record it stands in.
    pub n: u64,
}

/// Says how an item was settled otherwise than by doing it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settled {
    /// With what outcome.
    pub outcome: Outcome,
    /// Who said so.
    pub who: Person,
    /// Why.
    pub why: String,
    /// Whose it is now, where it was moved out of the way.
    pub deferred: Option<Deferral>,
    /// Whether that was handed over for good.
    pub is_handed_over: bool,
}

impl Settled {
    pub(in crate::run) fn of(verdict: &Verdict, who: &Person) -> Self {
        Self {
            outcome: verdict.outcome,
            who: who.clone(),
            why: verdict.reason.clone().unwrap_or_default(),
            deferred: verdict.deferred.clone(),
            is_handed_over: false,
        }
    }
}

impl Work {
    /// Opens it once more; what was tried before counts on.
    pub fn reopen(&mut self, at: Head) {
        let Self { attempt, is_freed, is_put_off, is_late, .. } = *self;
        *self = Self { attempt, is_freed, is_put_off, is_late, at: at.n, ..Self::default() };
    }

    /// Takes a person's judgement in place of what was said so far; signatures were for that.
    pub fn judge(&mut self) {
        self.settled = None;
        self.given.clear();
    }

    /// Tells whether a person decided what becomes of it, whatever is found out about its action.
    pub fn is_decided(&self) -> bool {
        self.settled.is_some() || self.by_hand.is_some() || self.overridden.is_some()
    }

    /// Tells whether it is done when its turn is not.
    pub fn is_out_of_turn(&self) -> bool {
        self.is_freed || self.is_put_off
    }

    /// Tells whether what it does is under way.
    pub fn is_running(&self) -> bool {
        matches!(self.action, Going::Running(_))
    }

    /// Gives what proves that it was done.
    pub fn proof(&self) -> Proof {
        match &self.action {
            _ if self.by_hand.is_some() || self.overridden.is_some() => Proof::Claimed,
            Going::Ended(Found::Sensed, _) => Proof::Sensed,
            Going::Ended(Found::Checked, _) => Proof::Checked,
            _ => Proof::Claimed,
        }
    }

    /// Tells whether what it does ended as it should, or a person says so.
    pub fn is_acted_on(&self) -> bool {
        let good = matches!(&self.action, Going::Ended(found, _) if *found != Found::Failed);
        good || self.by_hand.is_some() || self.overridden.is_some()
    }

    /// Tells whether anything was done with it, whatever came of it; that it may be done early is nothing.
    pub fn is_touched(&self) -> bool {
        self.attempt > 0
            || self.is_begun()
            || self.confirmed
            || self.settled.is_some()
            || self.regressed.is_some()
            || self.is_running()
    }

    /// Tells whether something was done with it that a signature would be about.
    pub fn is_begun(&self) -> bool {
        !self.given.is_empty() || self.chosen.is_some() || !self.recorded.is_empty() || self.is_acted_on()
    }
}
