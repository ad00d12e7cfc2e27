//! The terminal of a command that asks questions: one of its own, of which the supervisor holds the other end.
//!
//! It goes on when the terminal of who started it is gone. What is typed comes through a named pipe in
//! the folder, and is written down nowhere; what is printed is kept like any other output.

use std::fs::File;
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::os::fd::{AsFd as _, BorrowedFd, OwnedFd};
use std::path::Path;
use std::process::Child;

use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
use rustix::process::{Pid, Signal, ioctl_tiocsctty, kill_process_group};
use rustix::pty::{OpenptFlags, ioctl_tiocgptpeer, openpt, unlockpt};
use rustix::termios::{InputModes, OptionalActions, Winsize, tcgetattr, tcsetattr, tcsetpgrp, tcsetwinsize};

use super::super::error::CommandError;
use super::super::folder::KEYS;
use super::super::order::Size;
use super::super::typed::{Typed, next};
use super::signals::open_pipe;

/// How much may wait until the command reads it; who types on meanwhile waits too.
const MOST_WAITING: usize = 64 * 1024;

/// Is our end of a terminal.
pub(super) struct Terminal {
    near: File,
    /// The other end, until the command has it.
    far: Option<OwnedFd>,
    keys: File,
    /// What came and is no whole word yet.
    came: Vec<u8>,
    /// What the command has not read yet.
    waiting: Vec<u8>,
}

impl Terminal {
    /// Makes one, and makes it this session's.
    pub fn open(dir: &Path, size: Size) -> Result<Self, CommandError> {
        let keys = open_pipe(&dir.join(KEYS))?;
        let (near, far) = pair(size).map_err(CommandError::io("make a terminal for", dir))?;
        Ok(Self { near, far: Some(far), keys, came: Vec::new(), waiting: Vec::new() })
    }

    /// Gives the end of the command, once.
    pub fn far(&mut self) -> Option<OwnedFd> {
        self.far.take()
    }

    /// Gives another hold of our end.
    pub fn near(&self) -> io::Result<File> {
        self.near.try_clone()
    }

    /// Gives the end where what is typed comes.
    pub fn typed(&self) -> BorrowedFd<'_> {
        self.keys.as_fd()
    }

    /// Gives the end that takes more, where something waits for that.
    pub fn unread(&self) -> Option<BorrowedFd<'_>> {
        (!self.waiting.is_empty()).then(|| self.near.as_fd())
    }

    /// Takes what was typed, and passes on what is taken.
    pub fn pass_on(&mut self) {
        self.take();
        while let Some((typed, used)) = next(&self.came) {
            match typed {
                Typed::Keys(keys) => self.waiting.extend_from_slice(keys),
                Typed::Size(size) => drop(resize(&self.near, size)),
                Typed::Nonsense => {}
            }
            self.came.drain(..used);
        }
        self.push();
    }

    /// Takes what is in the pipe, as long as little waits.
    fn take(&mut self) {
        let mut bytes = [0; 4096];
        while self.came.len() + self.waiting.len() < MOST_WAITING {
            match self.keys.read(&mut bytes) {
                Ok(read @ 1..) => self.came.extend_from_slice(bytes.get(..read).unwrap_or_default()),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Ok(0) | Err(_) => return,
            }
        }
    }

    fn push(&mut self) {
        while !self.waiting.is_empty() {
            match self.near.write(&self.waiting) {
                Ok(written @ 1..) => drop(self.waiting.drain(..written)),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => return,
                // Nobody is left who could read it.
                Ok(0) | Err(_) => self.waiting.clear(),
            }
        }
    }
}

/// Lets a command have the terminal for itself; it may have been stopped because it wanted it before.
pub(super) fn hand_over(far: &OwnedFd, child: &Child) {
    let group = Pid::from_child(child);
    // What has ended already needs no terminal.
    let _ = tcsetpgrp(far, group);
    let _ = kill_process_group(group, Signal::CONT);
}

fn pair(size: Size) -> io::Result<(File, OwnedFd)> {
    let near = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC)?;
    unlockpt(&near)?;
    let far = ioctl_tiocgptpeer(&near, OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC)?;
    fcntl_setfl(&near, fcntl_getfl(&near)? | OFlags::NONBLOCK)?;
    resize(&near, size)?;
    let mut modes = tcgetattr(&far)?;
    modes.input_modes.insert(InputModes::IUTF8);
    tcsetattr(&far, OptionalActions::Now, &modes)?;
    ioctl_tiocsctty(&far)?;
    Ok((File::from(near), far))
}

fn resize(near: impl std::os::fd::AsFd, Size { columns, rows }: Size) -> rustix::io::Result<()> {
    tcsetwinsize(near, Winsize { ws_col: columns, ws_row: rows, ws_xpixel: 0, ws_ypixel: 0 })
}
