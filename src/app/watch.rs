//! Sleeping until a run's files change, or nobody listens any more.
//!
//! The kernel's word is a hint only: on network file systems it never comes, and where watching is not
//! possible at all the sleeper wakes by time alone.

use std::io;
use std::os::fd::{BorrowedFd, OwnedFd};
use std::path::Path;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::inotify::{self, CreateFlags, WatchFlags};

use crate::journal::{JOURNAL, LOCK};

/// What is watched, and for what.
const WATCHED: [(&str, WatchFlags); 3] = [(JOURNAL, TOUCHED), (LOCK, TOUCHED), ("seal", APPEARED)];
const TOUCHED: WatchFlags =
    WatchFlags::MODIFY.union(WatchFlags::ATTRIB).union(WatchFlags::MOVE_SELF).union(WatchFlags::DELETE_SELF);
const APPEARED: WatchFlags = WatchFlags::CREATE.union(WatchFlags::MOVED_TO);

/// How long is waited for the rest when something changed: a record is some writes, and they are looked at together.
const GATHER: Duration = Duration::from_millis(4);

/// Says why the sleep ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Woken {
    /// Something may have changed.
    Perhaps,
    /// The other end of what was given to listen at is gone.
    Unread,
}

/// Watches a run's files.
#[derive(Debug)]
pub struct Watch {
    kernel: Option<OwnedFd>,
    /// Whether it tells of the files that every run has.
    is_complete: bool,
}

impl Watch {
    /// Begins to watch what is there.
    pub fn over(dir: &Path) -> Self {
        let kernel = inotify::init(CreateFlags::CLOEXEC | CreateFlags::NONBLOCK).ok();
        let is_watched = |(name, flags): (&str, _)| {
            // What cannot be watched is looked at once a second all the same.
            kernel.as_ref().is_some_and(|kernel| inotify::add_watch(kernel, dir.join(name), flags).is_ok())
        };
        let is_complete = WATCHED.map(is_watched).starts_with(&[true, true]);
        Self { kernel, is_complete }
    }

    /// Tells whether the kernel tells everything that becomes of the journal, on a file system of this machine.
    pub fn is_complete(&self) -> bool {
        self.is_complete && self.kernel.is_some()
    }

    /// Sleeps until something changes, or a pipe has what is asked for or is hung up; at most that long.
    ///
    /// # Errors
    ///
    /// What the system says.
    pub fn wait(
        &mut self,
        (pipe, events): (BorrowedFd<'_>, PollFlags),
        patience: Option<Duration>,
    ) -> io::Result<Woken> {
        // That it is hung up is always told.
        let mut ends = vec![PollFd::from_borrowed_fd(pipe, events)];
        ends.extend(self.kernel.iter().map(|watch| PollFd::new(watch, PollFlags::IN)));
        sleep(&mut ends, patience)?;
        if ends.get(1).is_some_and(|watch| !watch.revents().is_empty()) {
            ends.truncate(1);
            sleep(&mut ends, Some(GATHER))?;
        }
        let is_unread = ends[0].revents().intersects(PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL);
        self.drain();
        Ok(if is_unread { Woken::Unread } else { Woken::Perhaps })
    }

    /// Takes what the kernel told; a watch that fails is given up, so that it cannot wake us for ever.
    fn drain(&mut self) {
        let mut bytes = [0; 4096];
        while let Some(watch) = &self.kernel {
            match rustix::io::read(watch, &mut bytes) {
                Ok(1..) => {}
                Err(rustix::io::Errno::AGAIN) => return,
                Err(rustix::io::Errno::INTR) => {}
                Ok(0) | Err(_) => self.kernel = None,
            }
        }
    }
}

fn sleep(ends: &mut [PollFd<'_>], patience: Option<Duration>) -> io::Result<()> {
    let timeout =
        patience.map(|time| Timespec { tv_sec: time.as_secs().cast_signed(), tv_nsec: time.subsec_nanos().into() });
    match poll(ends, timeout.as_ref()) {
        Ok(_) | Err(rustix::io::Errno::INTR) => Ok(()),
        Err(error) => Err(error.into()),
    }
}
