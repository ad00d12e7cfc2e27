//! A command as it is seen from outside: by who started it, and by who comes later.
//!
//! Everything is read from its folder, so both see the same. Nothing here blocks but [`Running::wait`],
//! which is told for how long; a reader that is slow misses output, never the end, and nothing is
//! ended by looking away.

use std::fmt;
use std::io::{self, Read as _};
use std::os::fd::{AsFd as _, BorrowedFd, OwnedFd};
use std::path::{Path, PathBuf};
use std::process::Child;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::inotify::{self, CreateFlags, WatchFlags};
use rustix::fs::{Mode, OFlags};

use super::end::End;
use super::error::CommandError;
use super::folder::{CONTROL, END, ORDER, is_held, read};
use super::follow::{Chunk, Follow};
use super::left::{self, Left};
use super::order::Begun;
use crate::journal::{Clock as _, MachineClock};
use crate::text::Shown;

/// How often it is looked, should the kernel not tell.
const LOOK: Duration = Duration::from_secs(1);
/// What cancels a command.
pub(super) const CANCEL: &[u8] = b"c";
/// How much is read of what a supervisor says before it ends.
const MOST_WORDS: u64 = 4096;

/// Says how a start stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// Its supervisor is there; the command is about to begin, runs, or has just ended.
    Running,
    /// It ended, and this is how.
    Ended(Box<End>),
    /// It was never begun and never will be; why, where that is known.
    NeverBegun(Option<Shown>),
    /// It was begun, and nobody saw its end.
    Unknown(Box<Lost>),
}

/// Is what is known of a command whose supervisor is gone without a word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lost {
    /// What was begun.
    pub begun: Begun,
    /// Says that the machine came up anew since, so that nothing of it can run here.
    pub is_rebooted: bool,
    /// Those of its processes that still run, as far as they are seen.
    pub left: Vec<Left>,
}

impl fmt::Display for Lost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_rebooted {
            return f.write_str("its end is unknown: the machine came up anew meanwhile");
        }
        f.write_str("its end is unknown: its supervisor was killed")?;
        if self.left.is_empty() {
            return f.write_str("; none of its processes is seen any more");
        }
        let left: Vec<_> = self.left.iter().map(Left::to_string).collect();
        write!(f, "; of its processes there still run: {}", left.join(", "))
    }
}

/// Says what stands under the name of a start.
#[derive(Debug)]
pub enum Found {
    /// Nothing: it was never tried.
    Absent,
    /// Its supervisor is there.
    Running(Box<Running>),
    /// It ended, and this is how.
    Ended(Box<End>),
    /// It was tried, never begun, and never will be.
    NeverBegun,
    /// It was begun, and nobody saw its end.
    Unknown(Box<Lost>),
}

/// Finds a start of this or an earlier process.
///
/// # Errors
///
/// Says what of its folder cannot be read.
pub fn find(dir: &Path) -> Result<Found, CommandError> {
    match dir.try_exists() {
        Ok(true) => {}
        Ok(false) => return Ok(Found::Absent),
        Err(error) => return Err(CommandError::io("look at", dir)(error)),
    }
    Ok(match look(dir)? {
        State::Running => Found::Running(Box::new(Running::new(dir, None))),
        State::Ended(end) => Found::Ended(end),
        State::NeverBegun(_) => Found::NeverBegun,
        State::Unknown(lost) => Found::Unknown(lost),
    })
}

fn look(dir: &Path) -> Result<State, CommandError> {
    let end = || Ok(read(&dir.join(END))?.map(|end| State::Ended(Box::new(end))));
    if let Some(ended) = end()? {
        return Ok(ended);
    }
    if is_held(dir)? {
        return Ok(State::Running);
    }
    // It may have ended, and given up its lock, since the first look.
    if let Some(ended) = end()? {
        return Ok(ended);
    }
    let begun: Option<Begun> = read(&dir.join(ORDER))?;
    Ok(begun.map_or(State::NeverBegun(None), |begun| State::Unknown(Box::new(lost(begun)))))
}

fn lost(begun: Begun) -> Lost {
    let is_rebooted = begun.boot != MachineClock.boot_id();
    let left = if is_rebooted { Vec::new() } else { left::of_session(begun.supervisor, begun.ticks) };
    Lost { begun, is_rebooted, left }
}

/// Is what is new of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct News {
    /// What it printed.
    pub chunks: Vec<Chunk>,
    /// Says that there is more to read now.
    pub is_more: bool,
    /// How it stands. When that is an end and there is no more, this is the last news.
    pub state: State,
}

/// Is a command that was started, here or earlier.
#[derive(Debug)]
pub struct Running {
    dir: PathBuf,
    follow: Follow,
    watch: Option<OwnedFd>,
    /// The supervisor, where it is our child.
    child: Option<Child>,
    begun: Option<Begun>,
    last_ms: u64,
    is_cancelling: bool,
}

impl Running {
    pub(super) fn started(dir: &Path, child: Child) -> Self {
        Self::new(dir, Some(child))
    }

    fn new(dir: &Path, child: Option<Child>) -> Self {
        let (watch, follow) = (watch(dir), Follow::new(dir));
        Self { dir: dir.to_owned(), follow, watch, child, begun: None, last_ms: 0, is_cancelling: false }
    }

    /// Gives its folder.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Gives what was begun, once it was.
    #[must_use]
    pub fn begun(&self) -> Option<&Begun> {
        self.begun.as_ref()
    }

    /// Tells for how long it has printed nothing, once it was begun.
    #[must_use]
    pub fn silent_for(&self, since_boot: Duration) -> Option<Duration> {
        let last = self.begun.as_ref()?.started.since_boot() + Duration::from_millis(self.last_ms);
        Some(since_boot.saturating_sub(last))
    }

    /// Reads what is new, up to about so many bytes of output; never waits.
    ///
    /// # Errors
    ///
    /// Says what cannot be read.
    pub fn news(&mut self, most: usize) -> Result<News, CommandError> {
        self.drain_watch();
        if self.is_cancelling {
            self.tell_cancel()?;
        }
        // In this order: what was printed before the end is there when the end is.
        let state = self.state()?;
        if self.begun.is_none() {
            self.begun = read(&self.dir.join(ORDER))?;
        }
        let mut chunks = Vec::new();
        let mut bytes = 0;
        while bytes < most {
            let Some(chunk) = self.follow.next()? else { return Ok(News { chunks, is_more: false, state }) };
            bytes += chunk.bytes.len();
            self.last_ms = self.last_ms.max(chunk.at_ms);
            chunks.push(chunk);
        }
        Ok(News { chunks, is_more: true, state })
    }

    fn state(&mut self) -> Result<State, CommandError> {
        let state = look(&self.dir)?;
        if let Some(child) = &mut self.child {
            // Its status says no more than its folder; fetching it is only tidy.
            let _ = child.try_wait();
        }
        Ok(match state {
            State::NeverBegun(None) => State::NeverBegun(self.words()),
            state => state,
        })
    }

    /// Reads why the supervisor did not begin; it has given up its lock, so it is as good as gone.
    fn words(&mut self) -> Option<Shown> {
        let mut said = Vec::new();
        self.child.as_mut()?.stderr.as_mut()?.take(MOST_WORDS).read_to_end(&mut said).ok()?;
        let said = String::from_utf8_lossy(&said);
        let words = said.trim().trim_start_matches("mop: ").to_owned();
        (!words.is_empty()).then(|| Shown::line_limited(&words, 400))
    }

    /// Waits until something may be new, at most that long.
    ///
    /// # Errors
    ///
    /// Says what the system says.
    pub fn wait(&self, patience: Duration) -> io::Result<()> {
        let patience = patience.min(LOOK);
        let timeout = Timespec { tv_sec: patience.as_secs().cast_signed(), tv_nsec: patience.subsec_nanos().into() };
        let mut ends: Vec<_> = self.watch.iter().map(|watch| PollFd::new(watch, PollFlags::IN)).collect();
        match poll(&mut ends, Some(&timeout)) {
            Ok(_) | Err(rustix::io::Errno::INTR) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Gives what becomes ready to read when something may be new, to be waited on with others; it must be looked
    /// at once a second all the same.
    #[must_use]
    pub fn wakes(&self) -> Option<BorrowedFd<'_>> {
        self.watch.as_ref().map(|watch| watch.as_fd())
    }

    /// Asks for it to be ended; that it has ended is told as any end is.
    ///
    /// # Errors
    ///
    /// Says why the supervisor cannot be told.
    pub fn cancel(&mut self) -> Result<(), CommandError> {
        self.is_cancelling = true;
        self.tell_cancel()
    }

    /// Tells the supervisor, or leaves it to be told once it listens.
    fn tell_cancel(&mut self) -> Result<(), CommandError> {
        let path = self.dir.join(CONTROL);
        let flags = OFlags::WRONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let control = rustix::fs::open(&path, flags, Mode::empty());
        match control.and_then(|control| rustix::io::write(&control, CANCEL)) {
            Ok(_) => self.is_cancelling = false,
            // Nobody listens yet, or any more.
            Err(rustix::io::Errno::NXIO) => {}
            Err(error) => return Err(CommandError::io("write to", &path)(error.into())),
        }
        Ok(())
    }

    fn drain_watch(&mut self) {
        let mut bytes = [0; 4096];
        while let Some(watch) = &self.watch {
            match rustix::io::read(watch, &mut bytes) {
                Ok(1..) | Err(rustix::io::Errno::INTR) => {}
                Err(rustix::io::Errno::AGAIN) => return,
                Ok(0) | Err(_) => self.watch = None,
            }
        }
    }
}

/// Watches a folder; where that is not possible, time alone wakes who waits.
fn watch(dir: &Path) -> Option<OwnedFd> {
    let watch = inotify::init(CreateFlags::CLOEXEC | CreateFlags::NONBLOCK).ok()?;
    // The lock's file is closed by the end of the supervisor, whatever ended it.
    let flags = WatchFlags::MODIFY | WatchFlags::CREATE | WatchFlags::MOVED_TO | WatchFlags::CLOSE_WRITE;
    inotify::add_watch(&watch, dir, flags).ok()?;
    Some(watch)
}
