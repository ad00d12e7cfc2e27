//! What the supervisor hears: the end of its child, a word to end, and who cancels.
//!
//! A hangup and the like are heard and mean nothing; being heard, not ignored, they are as usual again
//! for the command.

use std::fs::File;
use std::io::{self, Read};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use rustix::fs::{Mode, OFlags};
use signal_hook::consts::{SIGALRM, SIGCHLD, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGXFSZ};
use signal_hook::{flag, low_level::pipe};

use super::super::error::CommandError;
use super::super::running::CANCEL;

/// Is the signals that are heard.
#[derive(Debug)]
pub(super) struct Signals {
    child: UnixStream,
    end: UnixStream,
}

impl Signals {
    /// Begins to listen.
    pub fn listen() -> io::Result<Self> {
        for number in [SIGHUP, SIGXFSZ, SIGALRM, SIGUSR1, SIGUSR2] {
            flag::register(number, Arc::new(AtomicBool::new(false)))?;
        }
        Ok(Self { child: listen(&[SIGCHLD])?, end: listen(&[SIGTERM, SIGINT, SIGQUIT])? })
    }

    /// Gives the ends to wait on.
    pub fn ends(&self) -> [BorrowedFd<'_>; 2] {
        [self.child.as_fd(), self.end.as_fd()]
    }

    /// Tells whether somebody asked to end.
    pub fn is_told_to_end(&mut self) -> bool {
        drain(&mut self.child);
        !drain(&mut self.end).is_empty()
    }
}

fn listen(numbers: &[i32]) -> io::Result<UnixStream> {
    let (near, far) = UnixStream::pair()?;
    near.set_nonblocking(true)?;
    for number in numbers {
        pipe::register(*number, far.try_clone()?)?;
    }
    Ok(near)
}

/// Opens a named pipe that this end alone keeps from being at its end.
pub(super) fn open_pipe(path: &Path) -> Result<File, CommandError> {
    let flags = OFlags::RDWR | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let opened = rustix::fs::open(path, flags, Mode::empty());
    opened.map(File::from).map_err(|error| CommandError::io("open", path)(error.into()))
}

/// Tells whether somebody cancels.
pub(super) fn is_cancelled(control: &mut File) -> bool {
    drain(control).iter().any(|byte| CANCEL.contains(byte))
}

/// Takes what is there from something that does not block, as far as it matters.
fn drain(from: &mut impl Read) -> Vec<u8> {
    let mut bytes = [0; 256];
    let mut all = Vec::new();
    while let Ok(read @ 1..) = from.read(&mut bytes) {
        all.truncate(bytes.len());
        all.extend_from_slice(&bytes[..read]);
    }
    all
}
