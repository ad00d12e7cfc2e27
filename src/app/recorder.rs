//! The thread that owns the journal's writer: one decision in flight, a receipt for each.
//!
//! What other processes recorded in between comes back instead, so that the decision is taken again
//! on the run as it is now.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, TryRecvError, sync_channel};
use std::time::Duration;

use crate::journal::{Appended, Draft, JournalError, Kept, Outcome, Storage, World, Writer, put_blob};
use crate::run::Head;

/// Says what became of a decision.
#[derive(Debug)]
pub enum Receipt {
    /// All its records are durable.
    Recorded(Vec<Appended>),
    /// Others recorded something after what the decision knew; nothing of it was recorded.
    Behind(Vec<Kept>),
    /// It is not recorded, or only so many of its records are.
    Failed {
        /// Those that are durable.
        recorded: Vec<Appended>,
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
    pub evidence: Vec<String>,
    /// The records.
    pub drafts: Vec<Draft>,
}

/// Is the near end of the recorder.
#[derive(Debug)]
pub struct Recorder {
    jobs: SyncSender<Job>,
    receipts: Receiver<Receipt>,
}

impl Recorder {
    /// Starts the thread; `wake` is called after each receipt.
    ///
    /// # Errors
    ///
    /// Says why nothing can be recorded.
    pub fn start(world: &World, run: &Path, (by, wake): (&[u8], Wakeup)) -> Result<Self, JournalError> {
        let mut writer = Writer::open(world, run, by)?;
        let (storage, place) = (Arc::clone(&world.storage), run.to_owned());
        let (jobs, inbox) = sync_channel::<Job>(1);
        let (outbox, receipts) = sync_channel(1);
        let work = move || {
            while let Ok(job) = inbox.recv() {
                let receipt = match keep(&*storage, &place, &job.evidence) {
                    Ok(()) => append(&mut writer, job.base, job.drafts),
                    Err(error) => Receipt::Failed { recorded: vec![], why: error.to_string(), is_final: false },
                };
                if outbox.send(receipt).is_err() {
                    return;
                }
                wake();
            }
        };
        let started = std::thread::Builder::new().name("recorder".to_owned()).spawn(work);
        started.map_err(|source| JournalError::Io { doing: "start recording to", path: PathBuf::from(run), source })?;
        Ok(Self { jobs, receipts })
    }

    /// Hands a decision over; gives false when the recorder has ended.
    pub fn record(&self, job: Job) -> bool {
        self.jobs.send(job).is_ok()
    }

    /// Takes a receipt, if there is one.
    ///
    /// # Errors
    ///
    /// Says that the recorder has ended.
    pub fn receipt(&self) -> Result<Option<Receipt>, Ended> {
        match self.receipts.try_recv() {
            Ok(receipt) => Ok(Some(receipt)),
            Err(TryRecvError::Empty) => Ok(None),
            Err(TryRecvError::Disconnected) => Err(Ended),
        }
    }

    /// Waits for a receipt, not for ever.
    pub fn wait(&self, patience: Duration) -> Option<Receipt> {
        self.receipts.recv_timeout(patience).ok()
    }
}

/// Says that the recorder's thread is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ended;

/// Wakes the loop from another thread.
pub type Wakeup = Box<dyn Fn() + Send>;

/// Keeps what records are going to name.
fn keep(storage: &dyn Storage, run: &Path, evidence: &[String]) -> Result<(), JournalError> {
    evidence.iter().try_for_each(|evidence| put_blob(storage, run, evidence.as_bytes()).map(|_| ()))
}

fn append(writer: &mut Writer, base: Head, drafts: Vec<Draft>) -> Receipt {
    let mut recorded: Vec<Appended> = Vec::new();
    for draft in drafts {
        let (n, hash) = recorded.last().map_or((base.n, base.hash), |last| (last.n, last.head));
        match writer.append(&draft.after(n, hash), |unseen| Err::<(), _>(unseen.to_vec())) {
            Ok(Outcome::Appended(at) | Outcome::Already(at)) => recorded.push(at),
            Ok(Outcome::Refused(unseen)) if recorded.is_empty() => return Receipt::Behind(unseen),
            Ok(Outcome::Refused(_)) => {
                let why = "not recorded as a whole: another process recorded in between; look at the trail".to_owned();
                return Receipt::Failed { recorded, why, is_final: true };
            }
            Err(error) => {
                return Receipt::Failed { recorded, why: error.to_string(), is_final: error.is_final() };
            }
        }
    }
    Receipt::Recorded(recorded)
}
