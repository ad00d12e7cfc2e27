//! A file here that grows, is cut, is replaced, or is not there yet.
//!
//! Each look reads on from where the last one stopped. What is no plain file is never read: a pipe would
//! keep us waiting. A file that was replaced is read to its end first. How much is read at one look is
//! limited; who writes faster than that for long makes us skip, and what was skipped is counted.

use std::fs::{File, Metadata, OpenOptions};
use std::io;
use std::os::unix::fs::{FileExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use regex::bytes::Regex;

use super::lines::Lines;
use crate::exec::command::Moment;
use crate::exec::probe::reading::{Failure, Log};
use crate::journal::Mask;
use crate::text::Shown;

/// How much of a file that was there before is shown.
const BEFORE: u64 = 64 * 1024;
/// How much is read at one look.
const MOST_READ: u64 = 16 * 1024 * 1024;
/// How far behind the end a look may be; what is more is skipped.
const MOST_BEHIND: u64 = 64 * 1024 * 1024;
/// How much of what was read last is held against the file, to see that it is still the same.
const MARK: usize = 64;

/// How much is read at once.
const PIECE: usize = 128 * 1024;

/// Follows a file.
#[derive(Debug)]
pub(in crate::exec::probe) struct FileTail {
    path: PathBuf,
    alert: Option<Regex>,
    mask: Option<Arc<Mask>>,
    /// Says that nobody looked yet: what is there now was there before.
    is_first: bool,
    open: Option<Open>,
    lines: Option<Lines>,
}

/// Is the file that is read, and how far it was read.
#[derive(Debug)]
struct Open {
    file: File,
    id: (u64, u64),
    at: u64,
    /// The last bytes before `at`.
    mark: Vec<u8>,
}

impl FileTail {
    /// Begins to follow a file; it is opened at the first look.
    pub fn new(path: &Path, alert: Option<Regex>, mask: Option<Arc<Mask>>) -> Self {
        Self { path: path.to_owned(), alert, mask, is_first: true, open: None, lines: None }
    }

    /// Reads what came since the last look.
    ///
    /// # Errors
    ///
    /// Says why there is nothing to read.
    pub fn look(&mut self, now: Moment) -> Result<Log, Failure> {
        let (found, time) = (self.find(), now.since_boot());
        let mut lines = self.lines.take().unwrap_or_else(|| self.begin(found.as_ref().ok(), now));
        let looked = self.read(found, &mut lines, time);
        self.is_first = false;
        let log = looked.map(|()| lines.log(time)).map_err(|error| {
            lines.distrust(time);
            unreadable(&self.path, &error)
        });
        self.lines = Some(lines);
        log
    }

    /// Begins without a line. A file that was not touched for a while had no alert for as long.
    fn begin(&self, found: Option<&(File, Metadata)>, now: Moment) -> Lines {
        let quiet = found.map_or(Duration::ZERO, |(_, found)| {
            let touched_ms = found.mtime().saturating_mul(1000).saturating_add(found.mtime_nsec() / 1_000_000);
            Duration::from_millis(u64::try_from(now.wall_ms.saturating_sub(touched_ms)).unwrap_or_default())
        });
        Lines::new(self.alert.clone(), self.mask.clone(), now.since_boot().saturating_sub(quiet))
    }

    fn read(&mut self, found: io::Result<(File, Metadata)>, lines: &mut Lines, now: Duration) -> io::Result<()> {
        if let Some(open) = &mut self.open {
            // Also one that is gone or was replaced: what came to it last is looked at.
            let is_behind = open.read(lines, now)?;
            let is_same = found.as_ref().is_ok_and(|(_, found)| open.id == id(found));
            if !is_same && !is_behind {
                lines.restart(now);
                self.open = None;
            }
        }
        let (file, found) = found?;
        if self.open.is_none() {
            let mut open = Open { file, id: id(&found), at: 0, mark: Vec::new() };
            if self.is_first {
                open.skip_to_end(found.len(), lines)?;
            }
            open.read(lines, now)?;
            self.open = Some(open);
        }
        lines.pause(now);
        Ok(())
    }

    fn find(&self) -> io::Result<(File, Metadata)> {
        let nonblocking = rustix::fs::OFlags::NONBLOCK.bits().cast_signed();
        let file = OpenOptions::new().read(true).custom_flags(nonblocking).open(&self.path)?;
        let found = file.metadata()?;
        if found.is_file() { Ok((file, found)) } else { Err(io::Error::other("it is no plain file")) }
    }
}

impl Open {
    /// Shows the end of what was there before, and goes on behind it.
    fn skip_to_end(&mut self, len: u64, lines: &mut Lines) -> io::Result<()> {
        self.at = len.saturating_sub(BEFORE);
        let mut before = vec![0; usize::try_from(len - self.at).unwrap_or_default()];
        let read = read_at(&self.file, &mut before, self.at)?;
        before.truncate(read);
        self.pass(&before);
        let is_cut = self.at > read as u64;
        let whole = memchr::memchr(b'\n', &before).filter(|_| is_cut).map_or(0, |end| end + 1);
        lines.before(before.get(whole..).unwrap_or_default());
        Ok(())
    }

    /// Reads on, as far as one look may; tells whether there is more.
    fn read(&mut self, lines: &mut Lines, now: Duration) -> io::Result<bool> {
        let len = self.file.metadata()?.len();
        if len < self.at || !self.is_same()? {
            lines.restart(now);
            self.at = 0;
            self.mark.clear();
        }
        let behind = len - self.at;
        if behind > MOST_BEHIND {
            let skipped = behind - MOST_READ;
            lines.miss(skipped, now);
            self.at += skipped;
            self.mark.clear();
        }
        let until = self.at + MOST_READ;
        let mut piece = vec![0; PIECE];
        while self.at < until {
            let read = read_at(&self.file, &mut piece, self.at)?;
            let came = piece.get(..read).unwrap_or_default();
            if came.is_empty() {
                return Ok(false);
            }
            lines.add(came, now);
            self.pass(came);
        }
        Ok(true)
    }

    fn pass(&mut self, bytes: &[u8]) {
        self.at += bytes.len() as u64;
        self.mark.extend_from_slice(bytes.get(bytes.len().saturating_sub(MARK)..).unwrap_or_default());
        self.mark.drain(..self.mark.len().saturating_sub(MARK));
    }

    /// Tells whether what was read last is still there: a file that was emptied may have grown again.
    fn is_same(&self) -> io::Result<bool> {
        let mut there = vec![0; self.mark.len()];
        let read = read_at(&self.file, &mut there, self.at - self.mark.len() as u64)?;
        Ok(read == there.len() && there == self.mark)
    }
}

fn id(found: &Metadata) -> (u64, u64) {
    (found.dev(), found.ino())
}

/// Reads as much as there is and fits.
fn read_at(file: &File, bytes: &mut [u8], at: u64) -> io::Result<usize> {
    let mut got = 0;
    while got < bytes.len() {
        match file.read_at(bytes.get_mut(got..).unwrap_or_default(), at + got as u64) {
            Ok(0) => break,
            Ok(read) => got += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(got)
}

fn unreadable(path: &Path, error: &io::Error) -> Failure {
    let path = Shown::line_limited(&path.to_string_lossy(), 120);
    Failure::unknown(&match error.kind() {
        io::ErrorKind::NotFound => format!("{path} is not there"),
        io::ErrorKind::PermissionDenied => format!("{path} may not be read by this account"),
        _ => format!("{path} cannot be read: {error}"),
    })
}

#[cfg(test)]
mod tests;
