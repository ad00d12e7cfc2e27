//! The terminal of a running command as who sits at it sees it: what it prints, and where it is typed to.
//!
//! Nothing here waits. Who comes later sees the end of what was printed, and the command is told twice
//! how large the terminal is, so that what fills the screen draws it anew. Looking away ends nothing.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{ErrorKind, Write as _};
use std::os::fd::{AsFd as _, BorrowedFd};
use std::path::{Path, PathBuf};

use rustix::fs::{Mode, OFlags};

use super::error::CommandError;
use super::folder::KEYS;
use super::order::Size;
use super::running::{Found, Running, State, find};
use super::typed::{MOST, Typed};

/// How much of what was printed before somebody sees who comes later.
const MOST_BEFORE: usize = 8 * 1024;
/// How much is read at once.
const MOST_AT_ONCE: usize = 64 * 1024;
/// How many words may wait; who types on meanwhile waits too.
const MOST_WAITING: usize = 64;

/// Is the terminal of a command.
#[derive(Debug)]
pub struct Lent {
    running: Running,
    path: PathBuf,
    /// Where it is typed to, once the supervisor listens.
    keys: Option<File>,
    waiting: VecDeque<Vec<u8>>,
    /// What was printed and not given yet.
    printed: Vec<u8>,
}

impl Lent {
    /// Sits down at the command in a folder: at its beginning, or later; gives nothing where none runs.
    ///
    /// # Errors
    ///
    /// Says what of its folder cannot be read.
    pub fn sit_down(dir: &Path, (size, is_new): (Size, bool)) -> Result<Option<Self>, CommandError> {
        let Found::Running(running) = find(dir)? else { return Ok(None) };
        let (path, waiting, printed) = (dir.join(KEYS), VecDeque::new(), Vec::new());
        let mut lent = Self { running: *running, path, keys: None, waiting, printed };
        if !is_new {
            lent.look_back()?;
            lent.resize(Size { rows: size.rows.saturating_sub(1).max(1), ..size });
        }
        lent.resize(size);
        Ok(Some(lent))
    }

    fn look_back(&mut self) -> Result<(), CommandError> {
        loop {
            let news = self.running.news(MOST_AT_ONCE)?;
            news.chunks.iter().for_each(|chunk| self.printed.extend_from_slice(&chunk.bytes));
            let old = self.printed.len().saturating_sub(MOST_BEFORE);
            self.printed.drain(..old);
            if !news.is_more {
                return Ok(());
            }
        }
    }

    /// Gives what was printed since, as it came, and tells whether that was the last of it.
    ///
    /// # Errors
    ///
    /// Says what cannot be read.
    pub fn news(&mut self) -> Result<(Vec<u8>, bool), CommandError> {
        let mut printed = std::mem::take(&mut self.printed);
        let news = self.running.news(MOST_AT_ONCE)?;
        news.chunks.iter().for_each(|chunk| printed.extend_from_slice(&chunk.bytes));
        Ok((printed, !news.is_more && !matches!(news.state, State::Running)))
    }

    /// Types.
    pub fn type_keys(&mut self, keys: &[u8]) {
        self.waiting.extend(keys.chunks(MOST).map(|keys| Typed::Keys(keys).bytes()));
        self.push();
    }

    /// Tells how large the terminal is now.
    pub fn resize(&mut self, size: Size) {
        self.waiting.push_back(Typed::Size(size).bytes());
        self.push();
    }

    /// Tells whether so much waits to be read that nobody should type on.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.waiting.len() >= MOST_WAITING
    }

    /// Passes on what was typed, as far as it is taken.
    pub fn push(&mut self) {
        if self.keys.is_none() {
            let flags = OFlags::WRONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
            // Until the supervisor listens, what is typed waits.
            self.keys = rustix::fs::open(&self.path, flags, Mode::empty()).ok().map(File::from);
        }
        while let (Some(keys), Some(word)) = (&mut self.keys, self.waiting.front()) {
            match keys.write(word) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => return,
                // A word goes through as a whole; where nobody reads any more, it goes nowhere.
                _ => drop(self.waiting.pop_front()),
            }
        }
    }

    /// Gives what can be read when there may be news; it has to be looked at once a second all the same.
    #[must_use]
    pub fn wakes(&self) -> Option<BorrowedFd<'_>> {
        self.running.wakes()
    }

    /// Gives the end that takes more of what was typed, where something waits for that.
    #[must_use]
    pub fn unsent(&self) -> Option<BorrowedFd<'_>> {
        self.keys.as_ref().filter(|_| !self.waiting.is_empty()).map(|keys| keys.as_fd())
    }
}
