//! Acting in a run without the full screen: one person, one act at a time.
//!
//! Decides, records and believes in the order that the loop keeps, with the same pieces. What others
//! recorded in between is believed first, and the act is decided again. Who the person is, and what
//! is printed, is for whoever calls.

use std::path::PathBuf;

use super::clerk::{Clerk, Job, Receipt, believe, believe_others, drafts};
use super::clock::Surroundings;
use super::edition::{Changed, changed};
use super::presence::Attendance;
use super::store::{Pinned, Store, StoreError, by_words};
use super::turn::Opener;
use crate::exec::sign::OpenSsh;
use crate::journal::{Digest, JournalError, Kept, Reading, Sealed, Storage, confirm_seal, put_blob, read_seal};
use crate::run::roster::Auth;
use crate::run::{Decision, Effect, Entry, Head, History, Intent, Person, Refusal, Run, Scene, Stamp, decide};
use crate::ui::Now;

/// How many past runs are learnt from.
const MOST_PAST: usize = 20;

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
    pub at: Head,
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
        let session = surroundings.short_id().ok_or(StoreError::NoChance)?;
        Self::open_in(session, surroundings, (store, name))
    }

    /// Opens a run in a session that has its name already.
    ///
    /// # Errors
    ///
    /// Says why nothing can be done in it.
    pub fn open_in(
        session: String,
        surroundings: Surroundings,
        (store, name): (Store, &str),
    ) -> Result<Self, StoreError> {
        // The seal first: once it is there, the run does not change any more.
        let sealed = confirm_seal(&*surroundings.world.storage, &store.path(name))?;
        let run = store.open(&surroundings, name)?;
        let (name, opened_at) = (name.to_owned(), run.head().n);
        Ok(Self { surroundings, store, name, run, session, sealed, clerk: None, opened_at })
    }

    /// Gives the run.
    pub fn run(&self) -> &Run {
        &self.run
    }

    /// Tells the time.
    pub fn now(&self) -> Now {
        self.surroundings.now()
    }

    /// Gives what past runs of the same runbook teach.
    pub fn history(&self) -> History {
        self.store.history(&self.surroundings, &self.run.start().runbook, MOST_PAST)
    }

    /// Reads the files of the runbook that the run goes by.
    ///
    /// # Errors
    ///
    /// Says which of them cannot be read.
    pub fn in_force(&self) -> Result<Pinned, StoreError> {
        self.store.in_force(&self.surroundings, (&self.name, &self.run))
    }

    /// Looks whether the file of the runbook that the run goes by says something else now.
    pub fn changed(&self, opener: Opener) -> Option<Changed> {
        changed(&self.run, &self.in_force().ok()?, opener)
    }

    /// Gives the disk that it is on.
    pub fn storage(&self) -> &dyn Storage {
        &*self.surroundings.world.storage
    }

    /// Looks who is at the run.
    pub fn attendance(&self) -> Attendance {
        Attendance::at(&self.surroundings.world.storage, self.path())
    }

    /// Gives its directory.
    pub fn path(&self) -> PathBuf {
        self.store.path(&self.name)
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
            terminal: (self.surroundings.terminal)(),
            auth,
            sightings: Vec::new(),
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
    fn record(&mut self, Decision { events, evidence, .. }: Decision) -> Result<Option<Head>, NotDone> {
        let drafts = drafts(&self.surroundings, &events).map_err(NotDone::Failed)?;
        let evidence = evidence.into_iter().map(String::into_bytes).collect();
        let job = Job { base: self.run.head(), evidence, drafts };
        match self.clerk()?.record(job) {
            Receipt::Recorded(at) => {
                if !believe(&mut self.run, &at, &events) {
                    self.read_again()?;
                }
                at.last().copied().map(Some).ok_or_else(|| NotDone::failed("there was nothing to record"))
            }
            Receipt::Behind(records) => {
                self.believe(&records)?;
                Ok(None)
            }
            Receipt::Sealed => Err(NotDone::Refused(Refusal::Closed)),
            Receipt::Failed { why, .. } => Err(NotDone::Failed(why)),
        }
    }

    /// Takes what other processes recorded.
    ///
    /// # Errors
    ///
    /// Says why the run cannot be read again, where something stands in between that is not known.
    pub fn believe(&mut self, records: &[Kept]) -> Result<(), NotDone> {
        match believe_others(&mut self.run, records) {
            true => Ok(()),
            false => self.read_again(),
        }
    }

    /// Reads the run again, where something was recorded that it does not know.
    fn read_again(&mut self) -> Result<(), NotDone> {
        self.run = self.store.open(&self.surroundings, &self.name).map_err(NotDone::failed)?;
        Ok(())
    }

    /// Looks whether a run that was closed has been sealed since, by somebody else.
    ///
    /// # Errors
    ///
    /// Says why its seal cannot be read.
    pub fn look_for_seal(&mut self) -> Result<(), NotDone> {
        let (storage, path) = (&*self.surroundings.world.storage, self.store.path(&self.name));
        if self.sealed.is_none() && self.run.closed().is_some() && !matches!(read_seal(storage, &path), Ok(None)) {
            self.sealed = confirm_seal(storage, &path).map_err(NotDone::failed)?;
        }
        Ok(())
    }

    /// Puts a file into the run: its bytes first, then the record that names them.
    ///
    /// # Errors
    ///
    /// Says why it is not in the run.
    pub fn attach(
        &mut self,
        (step, name): (Option<String>, String),
        content: &[u8],
        who: &Person,
    ) -> Result<Acted, NotDone> {
        let (bytes, blob) = (content.len() as u64, Digest::of(content));
        let intent = Intent::AttachFile { step, name, bytes, blob };
        decide(&self.run, &intent, &self.stamp(who)).map_err(NotDone::Refused)?;
        let path = self.store.recordable(&self.surroundings, &self.name).map_err(NotDone::failed)?;
        put_blob(&*self.surroundings.world.storage, &path, content).map_err(NotDone::failed)?;
        self.act(&intent, who)
    }

    /// Tells whether the disk is so full that no end of a command could be recorded.
    pub(super) fn is_short(&mut self) -> bool {
        self.clerk().is_ok_and(|clerk| clerk.health().room.is_short())
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
