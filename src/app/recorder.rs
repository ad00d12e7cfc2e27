//! The thread that owns the journal's writer: one decision in flight, a receipt for each.
//!
//! What other processes recorded in between comes back instead, so that the decision is taken again
//! on the run as it is now.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TryRecvError, sync_channel};
use std::time::Duration;

use super::clerk::{Clerk, Health, Job, Receipt};
use crate::journal::{JournalError, World};

/// Is what the thread does.
#[derive(Debug)]
enum Work {
    /// Records a decision.
    Record(Job),
    /// Keeps what the next one is likely to name.
    KeepAhead(Vec<Vec<u8>>),
}

/// Is the near end of the recorder.
#[derive(Debug)]
pub struct Recorder {
    jobs: SyncSender<Work>,
    /// Whether something is being kept ahead, or waits for that.
    is_ahead: Arc<AtomicBool>,
    receipts: Receiver<(Receipt, Health)>,
    /// How well the disk did when it was opened.
    health: Health,
}

impl Recorder {
    /// Starts the thread; `wake` is called after each receipt.
    ///
    /// # Errors
    ///
    /// Says why nothing can be recorded.
    pub fn start(world: &World, run: &Path, (by, wake): (&[u8], Wakeup)) -> Result<Self, JournalError> {
        let mut clerk = Clerk::open(world, run, by)?;
        let health = clerk.health();
        // One decision, and what is kept ahead of one: nobody who hands something over waits.
        let (jobs, inbox) = sync_channel(2);
        let (outbox, receipts) = sync_channel(1);
        let is_ahead = Arc::new(AtomicBool::new(false));
        let ahead = Arc::clone(&is_ahead);
        let work = move || {
            while let Ok(work) = inbox.recv() {
                match work {
                    Work::KeepAhead(evidence) => {
                        clerk.keep_ahead(&evidence);
                        ahead.store(false, Ordering::Release);
                    }
                    Work::Record(job) => {
                        let receipt = clerk.record(job);
                        if outbox.send((receipt, clerk.health())).is_err() {
                            return;
                        }
                        wake();
                    }
                }
            }
        };
        let started = std::thread::Builder::new().name("recorder".to_owned()).spawn(work);
        started.map_err(|source| JournalError::Io { doing: "start recording to", path: PathBuf::from(run), source })?;
        Ok(Self { jobs, is_ahead, receipts, health })
    }

    /// Says how well the disk did when it was opened.
    pub fn health(&self) -> Health {
        self.health
    }

    /// Hands a decision over; gives false when the recorder has ended.
    pub fn record(&self, job: Job) -> bool {
        self.jobs.send(Work::Record(job)).is_ok()
    }

    /// Hands over what the next decision is likely to name; left alone while the last of it is being kept.
    pub fn keep_ahead(&self, evidence: Vec<Vec<u8>>) {
        if !self.is_ahead.swap(true, Ordering::AcqRel) && self.jobs.try_send(Work::KeepAhead(evidence)).is_err() {
            self.is_ahead.store(false, Ordering::Release);
        }
    }

    /// Takes a receipt, if there is one.
    ///
    /// # Errors
    ///
    /// Says that the recorder has ended.
    pub fn receipt(&self) -> Result<Option<(Receipt, Health)>, Ended> {
        match self.receipts.try_recv() {
            Ok(receipt) => Ok(Some(receipt)),
            Err(TryRecvError::Empty) => Ok(None),
            Err(TryRecvError::Disconnected) => Err(Ended),
        }
    }

    /// Waits for a receipt, not for ever.
    pub fn wait(&self, patience: Duration) -> Option<(Receipt, Health)> {
        self.receipts.recv_timeout(patience).ok()
    }
}

/// Says that the recorder's thread is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ended;

/// Wakes the loop from another thread.
pub type Wakeup = Box<dyn Fn() + Send>;
