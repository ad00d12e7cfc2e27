//! Recording one decision: its evidence first, then its records, each after the one before.
//!
//! Owns what becomes of a decision when others recorded something meanwhile, when the run was sealed
//! meanwhile, and when the disk fails. The screen's recorder and whoever acts without a screen go
//! through here. How a record becomes durable is the journal's.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use super::clock::Surroundings;
use crate::journal::{
    Clock, Draft, JournalError, Keeper, Kept, Outcome, Room, SealFacts, Sealed, Storage, World, Writer, read_seal,
};
use crate::run::{Event, Head, Run, from_wire, to_wire};

/// What to say when nothing is started because its end could not be recorded.
pub(super) const DISK_FULL: &str = "the disk is full: nothing is started whose end could not be recorded; make room";

/// Says what became of a decision.
#[derive(Debug)]
pub enum Receipt {
    /// All its records are durable.
    Recorded(Vec<Head>),
    /// Others recorded something after what the decision knew; nothing of it was recorded.
    Behind(Vec<Kept>),
    /// The run is sealed; nothing of it was recorded.
    Sealed,
    /// It is not recorded, or only so many of its records are.
    Failed {
        /// Those that are durable.
        recorded: Vec<Head>,
        /// Why the next one is not.
        why: String,
        /// Whether nothing more can be recorded.
        is_final: bool,
    },
}

/// Is a decision that is to be recorded.
#[derive(Debug)]
pub struct Job {
    /// The last record that it was decided in sight of.
    pub base: Head,
    /// What the records name by its hash; it is kept before they are written.
    pub evidence: Vec<Vec<u8>>,
    /// The records.
    pub drafts: Vec<Draft>,
}

/// Says how well the disk does: what an operator has to know before it fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Health {
    /// How long the last decision took to become durable.
    pub took: Duration,
    /// How much room is reserved.
    pub room: Room,
}

/// Records decisions to one run.
#[derive(Debug)]
pub struct Clerk {
    storage: Arc<dyn Storage>,
    clock: Arc<dyn Clock>,
    run: PathBuf,
    writer: Writer,
    keeper: Keeper,
    took: Duration,
}

impl Clerk {
    /// Opens the journal of a run.
    ///
    /// # Errors
    ///
    /// Says why nothing can be recorded to it.
    pub fn open(world: &World, run: &Path, by: &[u8]) -> Result<Self, JournalError> {
        let writer = Writer::open(world, run, by)?;
        let (storage, clock) = (Arc::clone(&world.storage), Arc::clone(&world.clock));
        Ok(Self { storage, clock, run: run.to_owned(), writer, keeper: Keeper::default(), took: Duration::ZERO })
    }

    /// Says how well the disk does.
    pub fn health(&self) -> Health {
        Health { took: self.took, room: self.writer.room() }
    }

    /// Records a decision.
    pub fn record(&mut self, job: Job) -> Receipt {
        let began = self.clock.since_boot();
        let receipt = self.record_now(job);
        self.took = self.clock.since_boot().saturating_sub(began);
        receipt
    }

    fn record_now(&mut self, job: Job) -> Receipt {
        // A sealed directory is left alone, down to its evidence.
        if !matches!(read_seal(&*self.storage, &self.run), Ok(None)) {
            return Receipt::Sealed;
        }
        match self.keep(&job.evidence) {
            Ok(()) => self.append(job.base, job.drafts),
            Err(error) => Receipt::Failed { recorded: vec![], why: error.to_string(), is_final: false },
        }
    }

    /// Seals the run.
    ///
    /// # Errors
    ///
    /// Says why it is not sealed.
    pub fn seal(&mut self, facts: &SealFacts<'_>) -> Result<Sealed, JournalError> {
        self.writer.seal(facts)
    }

    /// Keeps what a decision is likely to name that somebody is about to make, so that it need not wait for that.
    pub fn keep_ahead(&mut self, evidence: &[Vec<u8>]) {
        if matches!(read_seal(&*self.storage, &self.run), Ok(None)) {
            // What fails is tried again with the decision, which says why it fails.
            let _ = self.keep(evidence);
        }
    }

    /// Keeps what records are going to name.
    fn keep(&mut self, evidence: &[Vec<u8>]) -> Result<(), JournalError> {
        let Self { storage, run, keeper, .. } = self;
        evidence.iter().try_for_each(|evidence| keeper.put(&**storage, run, evidence).map(|_| ()))
    }

    fn append(&mut self, base: Head, drafts: Vec<Draft>) -> Receipt {
        let mut recorded: Vec<Head> = Vec::new();
        for draft in drafts {
            let (n, hash) = recorded.last().map_or((base.n, base.hash), |last| (last.n, last.hash));
            match self.writer.append(&draft.after(n, hash), |unseen| Err::<(), _>(unseen.to_vec())) {
                Ok(Outcome::Appended(at) | Outcome::Already(at)) => recorded.push(Head { n: at.n, hash: at.head }),
                Ok(Outcome::Refused(unseen)) if recorded.is_empty() => return Receipt::Behind(unseen),
                Ok(Outcome::Refused(_)) => {
                    let why = "not recorded as a whole: another process recorded in between; look at the trail";
                    return Receipt::Failed { recorded, why: why.to_owned(), is_final: true };
                }
                Err(JournalError::Sealed { .. }) if recorded.is_empty() => return Receipt::Sealed,
                Err(error) => {
                    return Receipt::Failed { recorded, why: error.to_string(), is_final: error.is_final() };
                }
            }
        }
        Receipt::Recorded(recorded)
    }
}

/// Writes events as the records that they become.
///
/// # Errors
///
/// Says why one of them cannot be recorded.
pub(super) fn drafts(surroundings: &Surroundings, events: &[Event]) -> Result<Vec<Draft>, String> {
    let draft = |event| match surroundings.record_id() {
        Some(id) => Draft::new(id, &to_wire(event)).map_err(|error| error.to_string()),
        None => Err("not recorded: this system gives no random numbers".to_owned()),
    };
    events.iter().map(draft).collect()
}

/// Says as which records drafts will be known if they come right behind one.
pub(super) fn foresee(base: Head, drafts: &[Draft]) -> Vec<Head> {
    let mut last = base;
    let behind = |draft: &Draft| {
        last = Head { n: last.n + 1, hash: draft.hash_behind(last.n, &last.hash) };
        last
    };
    drafts.iter().map(behind).collect()
}

/// Applies events that are durable, each at its place; false when something stands between them that
/// the run does not know.
pub(super) fn believe(run: &mut Run, at: &[Head], events: &[Event]) -> bool {
    for (at, event) in at.iter().zip(events) {
        if at.n != run.head().n + 1 {
            return false;
        }
        run.apply(*at, event);
    }
    true
}

/// Applies what other processes recorded, as far as the run does not know it; false when it has to be read
/// again: something stands in between that it does not know, or they adopted another edition of its runbook.
#[must_use]
pub(super) fn believe_others(run: &mut Run, records: &[Kept]) -> bool {
    for record in records {
        if record.n > run.head().n + 1 {
            return false;
        }
        if record.n == run.head().n + 1 {
            run.apply(Head { n: record.n, hash: record.head }, &from_wire(&record.line));
        }
    }
    !run.is_lost()
}

#[cfg(test)]
mod tests;
