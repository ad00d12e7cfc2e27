//! Acting in a run without the full screen: one person, one act at a time.
//!
//! Decides, records and believes in the order that the loop keeps, with the same pieces. What others
//! recorded in between is believed first, and the act is decided again. Who the person is, and what
//! is printed, is for whoever calls.

use super::clerk::{Clerk, Job, Receipt, believe, believe_others, drafts};
use super::clock::{Surroundings, terminal_words};
use super::store::{Store, StoreError, by_words};
use crate::exec::sign::OpenSsh;
use crate::journal::{Appended, JournalError, Reading, Sealed, confirm_seal};
use crate::run::roster::Auth;
use crate::run::{Decision, Effect, Entry, Intent, Person, Refusal, Run, Scene, Stamp, decide};

/// Is a run that somebody acts in without the full screen.
#[derive(Debug)]
pub struct Hand {
    pub(super) surroundings: Surroundings,
    pub(super) store: Store,
    pub(super) name: String,
    pub(super) run: Run,
    pub(super) session: String,
    pub(super) sealed: Option<Sealed>,
    clerk: Option<Clerk>,
    /// The last record when it was opened.
    opened_at: u64,
}

/// Says why an act was not done.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotDone {
    /// It is refused.
    #[error("{0}")]
    Refused(Refusal),
    /// It cannot be recorded, or what else.
    #[error("{0}")]
    Failed(String),
}

/// Says what became of an act.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acted {
    /// Where its last record stands.
    pub at: Appended,
    /// What is to be performed now that it is durable.
    pub effects: Vec<Effect>,
}

impl NotDone {
    pub(super) fn failed(error: impl ToString) -> Self {
        Self::Failed(error.to_string())
    }
}

impl Hand {
    /// Opens a run, sealed or not.
    ///
    /// # Errors
    ///
    /// Says why nothing can be done in it.
    pub fn open(surroundings: Surroundings, store: Store, name: &str) -> Result<Self, StoreError> {
        // The seal first: once it is there, the run does not change any more.
        let sealed = confirm_seal(&*surroundings.world.storage, &store.path(name))?;
        let run = store.open(&surroundings, name)?;
        let session = surroundings.short_id().ok_or(StoreError::NoChance)?;
        let (name, opened_at) = (name.to_owned(), run.head().n);
        Ok(Self { surroundings, store, name, run, session, sealed, clerk: None, opened_at })
    }

    /// Gives the run.
    pub fn run(&self) -> &Run {
        &self.run
    }

    /// Gives the name of its directory.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Gives its seal, if it is sealed.
    pub fn sealed(&self) -> Option<&Sealed> {
        self.sealed.as_ref()
    }

    /// Gives the OpenSSH that signs.
    pub fn ssh(&self) -> &OpenSsh {
        &self.surroundings.ssh
    }

    /// Tells what others recorded since it was opened.
    pub fn news(&self) -> &[Entry] {
        let known = usize::try_from(self.opened_at).unwrap_or(usize::MAX).saturating_add(1);
        self.run.trail().get(known..).unwrap_or_default()
    }

    /// Stamps what a person does now.
    pub fn stamp(&self, who: &Person) -> Stamp {
        self.surroundings.stamp(who, &self.session)
    }

    /// Gives the scene of a signature that a person would give here and now.
    pub fn scene(&self, who: &Person, auth: Auth) -> Scene {
        let clock = &*self.surroundings.world.clock;
        Scene {
            who: who.clone(),
            at_ms: clock.wall_ms(),
            clock: self.surroundings.clock_words(&Reading::take(clock)),
            terminal: terminal_words(),
            auth,
        }
    }

    /// Does what a person wants: decides it, records it, and tells where it stands.
    ///
    /// # Errors
    ///
    /// Says why it is refused, or not recorded.
    pub fn act(&mut self, intent: &Intent, who: &Person) -> Result<Acted, NotDone> {
        loop {
            if self.sealed.is_some() {
                return Err(NotDone::Refused(Refusal::Closed));
            }
            let decision = decide(&self.run, intent, &self.stamp(who)).map_err(NotDone::Refused)?;
            let effects = decision.effects.clone();
            if let Some(at) = self.record(decision)? {
                return Ok(Acted { at, effects });
            }
        }
    }

    /// Records a decision; gives nothing when it has to be taken again.
    fn record(&mut self, Decision { events, evidence, .. }: Decision) -> Result<Option<Appended>, NotDone> {
        let drafts = drafts(&self.surroundings, &events).map_err(NotDone::Failed)?;
        let job = Job { base: self.run.head(), evidence, drafts };
        match self.clerk()?.record(job) {
            Receipt::Recorded(at) => {
                if !believe(&mut self.run, &at, &events) {
                    self.run = self.store.open(&self.surroundings, &self.name).map_err(NotDone::failed)?;
                }
                at.last().copied().map(Some).ok_or_else(|| NotDone::failed("there was nothing to record"))
            }
            Receipt::Behind(records) => {
                believe_others(&mut self.run, &records);
                Ok(None)
            }
            Receipt::Sealed => Err(NotDone::Refused(Refusal::Closed)),
            Receipt::Failed { why, .. } => Err(NotDone::Failed(why)),
        }
    }

    /// Gives what records, which is opened when it is needed first.
    pub(super) fn clerk(&mut self) -> Result<&mut Clerk, NotDone> {
        let clerk = match self.clerk.take() {
            Some(clerk) => clerk,
            None => {
                let path = self.store.recordable(&self.surroundings, &self.name).map_err(NotDone::failed)?;
                let clerk = Clerk::open(&self.surroundings.world, &path, &by_words(&self.session));
                clerk.map_err(|error| match error {
                    JournalError::Sealed { .. } => NotDone::Refused(Refusal::Closed),
                    error => NotDone::failed(error),
                })?
            }
        };
        Ok(self.clerk.insert(clerk))
    }
}
