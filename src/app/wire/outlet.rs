//! The way out to a terminal that may take only a part of what it is given, or nothing for a while.
//!
//! What it does not take is kept in order and goes first the next time; nobody waits here.

use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::sync::Arc;

use ratatui::layout::Size;
use rustix::fs::OFlags;
use rustix::termios::{tcgetwinsize, ttyname};

use super::Tty;

/// The size of a terminal that does not say how large it is.
const USUAL: Size = Size { width: 80, height: 24 };

/// Keeps what the other end has not taken.
#[derive(Debug)]
pub(in crate::app) struct Outlet<W> {
    end: W,
    queue: Vec<u8>,
}

impl<W: Write> Outlet<W> {
    /// Makes one that nothing was written to.
    pub(in crate::app) fn new(end: W) -> Self {
        Self { end, queue: Vec::new() }
    }

    /// Tells whether everything was taken.
    pub(in crate::app) fn is_empty(&self) -> bool {
        self.queue.is_empty()
    }

    /// Writes as much as is taken.
    pub(in crate::app) fn push(&mut self) -> io::Result<()> {
        let mut taken = 0;
        let outcome = loop {
            match self.queue.get(taken..) {
                None | Some([]) => break Ok(()),
                Some(rest) => match self.end.write(rest) {
                    Ok(0) => break Err(ErrorKind::WriteZero.into()),
                    Ok(written) => taken += written,
                    Err(error) if error.kind() == ErrorKind::Interrupted => {}
                    Err(error) if error.kind() == ErrorKind::WouldBlock => break Ok(()),
                    Err(error) => break Err(error),
                },
            }
        };
        self.queue.drain(..taken.min(self.queue.len()));
        outcome
    }

    /// Gives the other end.
    pub(in crate::app) fn end(&self) -> &W {
        &self.end
    }
}

impl<W: Write> Write for Outlet<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.queue.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.push()
    }
}

impl Tty for Outlet<Arc<File>> {
    fn size(&self) -> io::Result<Size> {
        size(self.end.as_fd())
    }
}

/// Opens the terminal anew for writing that does not wait: the way that was inherited belongs to others too.
pub(in crate::app) fn open(inherited: BorrowedFd<'_>) -> io::Result<File> {
    let own = ttyname(inherited, Vec::new()).ok().and_then(|name| {
        let flags = (OFlags::NONBLOCK | OFlags::NOCTTY).bits().cast_signed();
        let path = Path::new(std::ffi::OsStr::from_bytes(name.to_bytes())).to_owned();
        let mut options = OpenOptions::new();
        std::os::unix::fs::OpenOptionsExt::custom_flags(options.read(true).write(true), flags);
        options.open(path).ok()
    });
    own.map_or_else(|| inherited.try_clone_to_owned().map(File::from), Ok)
}

fn size(terminal: BorrowedFd<'_>) -> io::Result<Size> {
    let size = tcgetwinsize(terminal)?;
    let is_said = size.ws_col > 0 && size.ws_row > 0;
    Ok(if is_said { Size { width: size.ws_col, height: size.ws_row } } else { USUAL })
}
