//! The thread that looks at what other processes record to the run that is open.
//!
//! It takes no lock and writes nothing. What it gives is durable; records of this process come along
//! and are left out where they are applied. It ends when nobody listens any more.

use std::io;
use std::os::fd::AsFd as _;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Duration;

use super::recorder::Wakeup;
use super::watch::{Watch, Woken};
use crate::journal::{Chain, JournalError, Kept, Tail, World};

/// How often to look whatever the kernel tells.
const TICK: Duration = Duration::from_secs(1);
/// How many batches of records may wait.
const MOST_BATCHES: usize = 16;

/// Is what others recorded, or why it can no longer be told.
pub type Foreign = Result<Vec<Kept>, String>;

/// Is the near end of the thread.
#[derive(Debug)]
pub struct Follower {
    batches: Receiver<Foreign>,
    /// Hangs up when this is dropped.
    _pipe: UnixStream,
}

impl Follower {
    /// Starts the thread behind a record; `wake` is called after each batch.
    ///
    /// # Errors
    ///
    /// Says why the journal cannot be followed.
    pub fn start(world: &World, run: &Path, (after, wake): (u64, Wakeup)) -> Result<Self, JournalError> {
        let failed = |source: io::Error| JournalError::Io { doing: "follow", path: run.to_owned(), source };
        let (near, far) = UnixStream::pair().map_err(failed)?;
        let (batches, inbox) = sync_channel(MOST_BATCHES);
        // Watched first, so that nothing can happen between the first look and the first sleep.
        let watch = Watch::over(run);
        let tail = Tail::open(&world.storage, run, Chain::default())?;
        let ground = Ground { watch, tail, after };
        let work = move || {
            if let Err(error) = ground.follow(&far, (&batches, &wake)) {
                let _ = batches.send(Err(error.to_string()));
                wake();
            }
        };
        std::thread::Builder::new().name("follower".to_owned()).spawn(work).map_err(failed)?;
        Ok(Self { batches: inbox, _pipe: near })
    }

    /// Takes a batch, if there is one.
    pub fn batch(&self) -> Option<Foreign> {
        self.batches.try_recv().ok()
    }

    /// Waits for a batch, not for ever; for who has no loop.
    pub fn wait(&self, patience: Duration) -> Option<Foreign> {
        self.batches.recv_timeout(patience).ok()
    }
}

struct Ground {
    watch: Watch,
    tail: Tail,
    after: u64,
}

impl Ground {
    /// Looks whenever the files change, and once a second.
    fn follow(
        mut self,
        pipe: &UnixStream,
        (batches, wake): (&SyncSender<Foreign>, &Wakeup),
    ) -> Result<(), JournalError> {
        loop {
            let mut settled = self.tail.poll()?.settled;
            settled.retain(|record| record.n > self.after);
            if !settled.is_empty() {
                if batches.send(Ok(settled)).is_err() {
                    return Ok(());
                }
                wake();
            }
            match self.watch.wait(pipe.as_fd(), TICK) {
                Ok(Woken::Perhaps) => {}
                Ok(Woken::Unread) | Err(_) => return Ok(()),
            }
        }
    }
}
