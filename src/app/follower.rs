//! The thread that looks at what other processes record to the run that is open.
//!
//! It takes no lock and writes nothing. What it gives is durable; records of this process come along
//! and are left out where they are applied. It ends when nobody listens any more. Where the kernel tells
//! what changes it sleeps until then, so that an idle program wakes for its clock alone; whoever has that
//! clock looks with it whether something was not told.

use std::io::{self, Write as _};
use std::os::fd::AsFd as _;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Duration;

use rustix::event::PollFlags;

use super::recorder::Wakeup;
use super::signals::drain;
use super::watch::{Watch, Woken};
use crate::journal::{Chain, JOURNAL, JournalError, Kept, Stat, Storage, Tail, World, unreliable_file_system};

/// How often to look where the kernel does not tell.
const TICK: Duration = Duration::from_secs(1);
/// How many batches of records may wait.
const MOST_BATCHES: usize = 16;

/// Is what others recorded, or why it can no longer be told.
pub type Foreign = Result<Vec<Kept>, String>;

/// Is the near end of the thread.
#[derive(Debug)]
pub struct Follower {
    batches: Receiver<Foreign>,
    /// Hangs up when this is dropped, and wakes the thread when something is written to it.
    pipe: UnixStream,
    storage: Arc<dyn Storage>,
    journal: PathBuf,
    /// The file that is followed.
    opened: Stat,
    /// How many bytes of it were told.
    told: Arc<AtomicU64>,
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
        near.set_nonblocking(true).and_then(|()| far.set_nonblocking(true)).map_err(failed)?;
        let (batches, inbox) = sync_channel(MOST_BATCHES);
        // Watched first, so that nothing can happen between the first look and the first sleep.
        let watch = Watch::over(run);
        let tail = Tail::open(&world.storage, run, Chain::default())?;
        let (storage, journal, told) = (Arc::clone(&world.storage), run.join(JOURNAL), Arc::default());
        let opened = storage.stat(&journal).map_err(failed)?;
        let kind = storage.file_system(run).map(unreliable_file_system);
        let patience = (!watch.is_complete() || !matches!(kind, Ok(None))).then_some(TICK);
        let ground = Ground { watch, tail, after, patience, told: Arc::clone(&told) };
        let work = move || {
            if let Err(error) = ground.follow(far, (&batches, &wake)) {
                let _ = batches.send(Err(error.to_string()));
                wake();
            }
        };
        std::thread::Builder::new().name("follower".to_owned()).spawn(work).map_err(failed)?;
        Ok(Self { batches: inbox, pipe: near, storage, journal, opened, told })
    }

    /// Has the thread look where the journal is not as it was told: for who is awake anyway.
    pub fn look(&self) {
        let now = self.storage.stat(&self.journal);
        let is_told = |now: Stat| {
            now.is_same_file(&self.opened) && now.size == self.told.load(Ordering::Acquire) && now.links == 1
        };
        if !now.is_ok_and(is_told) {
            // One that is full wakes as well.
            let _ = (&self.pipe).write(b"l");
        }
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
    /// How long to sleep; nothing where it is told when something changes.
    patience: Option<Duration>,
    told: Arc<AtomicU64>,
}

impl Ground {
    /// Looks whenever the files change, and when somebody wants it.
    fn follow(
        mut self,
        mut pipe: UnixStream,
        (batches, wake): (&SyncSender<Foreign>, &Wakeup),
    ) -> Result<(), JournalError> {
        loop {
            let mut settled = self.tail.poll()?.settled;
            self.told.store(self.tail.chain().offset(), Ordering::Release);
            settled.retain(|record| record.n > self.after);
            if !settled.is_empty() {
                if batches.send(Ok(settled)).is_err() {
                    return Ok(());
                }
                wake();
            }
            match self.watch.wait((pipe.as_fd(), PollFlags::IN), self.patience) {
                Ok(Woken::Perhaps) => drop(drain(&mut pipe)),
                Ok(Woken::Unread) | Err(_) => return Ok(()),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::journal::Disk;

    #[test]
    fn a_look_wakes_the_thread_only_where_the_journal_is_not_as_it_was_told() {
        let folder = tempfile::tempdir().unwrap();
        let journal = folder.path().join(JOURNAL);
        fs::write(&journal, b"told\n").unwrap();
        let (pipe, mut far) = UnixStream::pair().unwrap();
        far.set_nonblocking(true).unwrap();
        let (_, batches) = sync_channel(1);
        let (opened, told) = (Disk.stat(&journal).unwrap(), Arc::new(AtomicU64::new(5)));
        let follower = Follower { batches, pipe, storage: Arc::new(Disk), journal: journal.clone(), opened, told };
        let mut wakes = || {
            follower.look();
            drain(&mut far)
        };
        assert!(!wakes(), "nothing changed");
        fs::write(&journal, b"told\nnew\n").unwrap();
        assert!(wakes(), "it grew");
        fs::write(&journal, b"told\n").unwrap();
        assert!(!wakes());
        fs::write(folder.path().join("other"), b"told\n").unwrap();
        fs::rename(folder.path().join("other"), &journal).unwrap();
        assert!(wakes(), "it was replaced");
        fs::remove_file(&journal).unwrap();
        assert!(wakes(), "it is gone");
    }
}
