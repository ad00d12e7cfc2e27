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
pub struct Watch(Option<OwnedFd>);

impl Watch {
    /// Begins to watch what is there.
    pub fn over(dir: &Path) -> Self {
        let watch = inotify::init(CreateFlags::CLOEXEC | CreateFlags::NONBLOCK).ok();
        if let Some(watch) = &watch {
            for (name, flags) in WATCHED {
                // What cannot be watched is looked at once a second all the same.
                let _ = inotify::add_watch(watch, dir.join(name), flags);
            }
        }
        Self(watch)
    }

    /// Sleeps until something changes or the other end of a pipe goes away, at most that long.
    ///
    /// # Errors
    ///
    /// What the system says.
    pub fn wait(&mut self, pipe: BorrowedFd<'_>, patience: Duration) -> io::Result<Woken> {
        // Nothing is waited for but that it is hung up, which is always told.
        let mut ends = vec![PollFd::from_borrowed_fd(pipe, PollFlags::empty())];
        ends.extend(self.0.iter().map(|watch| PollFd::new(watch, PollFlags::IN)));
        let timeout = Timespec { tv_sec: patience.as_secs().cast_signed(), tv_nsec: patience.subsec_nanos().into() };
        match poll(&mut ends, Some(&timeout)) {
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
        let is_unread = ends[0].revents().intersects(PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL);
        self.drain();
        Ok(if is_unread { Woken::Unread } else { Woken::Perhaps })
    }

    /// Takes what the kernel told; a watch that fails is given up, so that it cannot wake us for ever.
    fn drain(&mut self) {
        let mut bytes = [0; 4096];
        while let Some(watch) = &self.0 {
            match rustix::io::read(watch, &mut bytes) {
                Ok(1..) => {}
                Err(rustix::io::Errno::AGAIN) => return,
                Err(rustix::io::Errno::INTR) => {}
                Ok(0) | Err(_) => self.0 = None,
            }
        }
    }
}
