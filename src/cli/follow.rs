//! Following a run's journal: what becomes durable, until it is sealed or nobody reads any more.
//!
//! Sleeps until the kernel tells of a change, and looks once a second whatever it tells. Records are
//! given once, when they are durable. A change behind the follower's back is found by reading the
//! whole journal again, once a second at most and only after the file was touched.

use std::fs;
use std::io::Write;
use std::os::fd::AsFd as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use rustix::event::PollFlags;
use signal_hook::consts::{SIGINT, SIGTERM};

use super::closing::is_sealed;
use super::output::Output;
use crate::app::{Watch, Woken};
use crate::journal::{Chain, Depth, Disk, JOURNAL, JournalError, Kept, Storage, Tail, read};

/// How often to look whatever the kernel tells.
const TICK: Duration = Duration::from_secs(1);
/// How much longer than it took the whole journal is left alone after it was read again.
const LEISURE: u32 = 20;

/// Says why following ended.
#[derive(Debug)]
pub(super) enum Ending {
    /// The run was sealed, with the log as it stands here.
    Sealed(Box<Chain>),
    /// Nobody reads any more.
    Unread,
    /// The journal is not what it was, or cannot be read.
    Failed(JournalError),
}

/// Follows a journal from where a chain stands; `words` says what to print of a record.
pub(super) fn follow(
    dir: &Path,
    chain: Chain,
    output: &mut Output<impl Write, impl Write>,
    words: &mut dyn FnMut(&Kept) -> String,
) -> Ending {
    let mut follower = match Follower::begin(dir, chain) {
        Ok(follower) => follower,
        Err(error) => return Ending::Failed(error),
    };
    loop {
        // Before each sleep everything is written out, so that a signal can end the program anywhere.
        if !output.flush() {
            return Ending::Unread;
        }
        match follower.next() {
            Ok(News::Records(records)) => records.iter().for_each(|record| output.print(&words(record))),
            Ok(News::Sealed) => return Ending::Sealed(Box::new(follower.tail.chain().clone())),
            Ok(News::Unread) => return Ending::Unread,
            Err(error) => return Ending::Failed(error),
        }
    }
}

/// Lets SIGINT and SIGTERM end the program with 128 and their number, even while output is stuck.
pub(super) fn end_on_signals() {
    for signal in [SIGINT, SIGTERM] {
        // Where that cannot be set up, the signals end it as they end any program.
        let always = Arc::new(AtomicBool::new(true));
        let _ = signal_hook::flag::register_conditional_shutdown(signal, 128 + signal, always);
    }
}

enum News {
    Records(Vec<Kept>),
    Sealed,
    Unread,
}

struct Follower {
    dir: PathBuf,
    storage: Arc<dyn Storage>,
    tail: Tail,
    watch: Watch,
    /// How the file was when the whole of it was read last.
    verified: Option<Stamp>,
    /// When the whole of it may be read again.
    next_reading: Instant,
}

/// Changes whenever anybody touches a file.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Stamp {
    changed: (i64, i64),
    size: u64,
}

impl Follower {
    fn begin(dir: &Path, chain: Chain) -> Result<Self, JournalError> {
        let storage: Arc<dyn Storage> = Arc::new(Disk);
        // Watched first, so that nothing can happen between the first look and the first sleep.
        let watch = Watch::over(dir);
        let tail = Tail::open(&storage, dir, chain)?;
        let next_reading = Instant::now() + TICK;
        Ok(Self { dir: dir.to_owned(), storage, tail, watch, verified: None, next_reading })
    }

    /// Waits for what comes next.
    fn next(&mut self) -> Result<News, JournalError> {
        loop {
            // The seal first: what it covers is in the journal before it.
            let is_sealed = is_sealed(&*self.storage, &self.dir);
            let settled = self.tail.poll()?.settled;
            if !settled.is_empty() {
                return Ok(News::Records(settled));
            }
            if is_sealed {
                return self.verify().map(|()| News::Sealed);
            }
            match self.watch.wait((std::io::stdout().as_fd(), PollFlags::empty()), Some(TICK)) {
                Ok(Woken::Unread) => return Ok(News::Unread),
                Ok(Woken::Perhaps) => self.verify_if_touched()?,
                Err(source) => {
                    return Err(JournalError::Io { doing: "wait for", path: self.dir.join(JOURNAL), source });
                }
            }
        }
    }

    fn verify_if_touched(&mut self) -> Result<(), JournalError> {
        let stamp = stamp(&self.dir);
        if stamp == self.verified || Instant::now() < self.next_reading {
            return Ok(());
        }
        let begun = Instant::now();
        self.verify()?;
        self.verified = stamp;
        self.next_reading = Instant::now() + TICK.max(begun.elapsed() * LEISURE);
        Ok(())
    }

    /// Reads everything again and holds it against the last record that was given.
    fn verify(&self) -> Result<(), JournalError> {
        let chain = self.tail.chain();
        let Some(last) = chain.next().checked_sub(1) else { return Ok(()) };
        let mut is_there = false;
        let verdict = read(&*self.storage, &self.dir, Depth::Chain, &mut |record| {
            is_there |= record.n == last && record.head == *chain.head();
        })?;
        let path = self.dir.join(JOURNAL);
        match verdict.broken.filter(|found| !is_there || found.offset < chain.offset()) {
            Some(found) => Err(JournalError::Broken { path, found }),
            None if is_there => Ok(()),
            None => Err(JournalError::Rewritten { path, n: last }),
        }
    }
}

fn stamp(dir: &Path) -> Option<Stamp> {
    let found = fs::symlink_metadata(dir.join(JOURNAL)).ok()?;
    Some(Stamp { changed: (found.ctime(), found.ctime_nsec()), size: found.size() })
}
