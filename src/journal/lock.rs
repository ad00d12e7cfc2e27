//! The lock file: who may write, and how far the journal is durable.
//!
//! Its 21 bytes are the marker: `C<size>` says that everything up to that size is durable, `W<size>`
//! that a write behind that size is in flight or broke. The marker has to be true only while the
//! machine is up, so it is never synced; the file is never unlinked, renamed or made anew.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::clock::Clock;
use super::error::JournalError;
use super::storage::{Access, Stat, Storage, Stored};

/// How long an appender waits for another one.
pub const PATIENCE: Duration = Duration::from_secs(2);
const FIRST_PAUSE: Duration = Duration::from_micros(100);
/// Short, because nobody queues: a waiter has to look in the moment between two appends of another.
const LONGEST_PAUSE: Duration = Duration::from_millis(1);
const LEN: usize = 21;

/// Says how far the journal is durable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Marker {
    /// Everything up to this size is durable, and there was no more.
    Committed(u64),
    /// Everything up to this size is durable, and more is being written or was left behind.
    Writing(u64),
}

impl Marker {
    /// Gives the size up to which everything is durable.
    #[must_use]
    pub fn durable(self) -> u64 {
        match self {
            Self::Committed(size) | Self::Writing(size) => size,
        }
    }

    /// Writes the marker's 21 bytes.
    #[must_use]
    pub fn to_bytes(self) -> Vec<u8> {
        match self {
            Self::Committed(size) => format!("C{size:020}"),
            Self::Writing(size) => format!("W{size:020}"),
        }
        .into_bytes()
    }

    /// Reads a marker.
    #[must_use]
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let (kind, digits) = bytes.split_first().filter(|_| bytes.len() == LEN)?;
        let size = str::from_utf8(digits).ok()?;
        let size = size.bytes().all(|byte| byte.is_ascii_digit()).then(|| size.parse().ok())??;
        match kind {
            b'C' => Some(Self::Committed(size)),
            b'W' => Some(Self::Writing(size)),
            _ => None,
        }
    }
}

/// Is the open lock file of a run.
#[derive(Debug)]
pub(super) struct Lock {
    file: Box<dyn Stored>,
    path: PathBuf,
    opened: Stat,
}

impl Lock {
    /// Opens the lock file for reading the marker, or for taking the lock too.
    pub fn open(storage: &dyn Storage, path: PathBuf, access: Access) -> Result<Self, JournalError> {
        let file = storage.open(&path, access).map_err(JournalError::io("open", &path))?;
        let opened = file.stat().map_err(JournalError::io("look at", &path))?;
        Ok(Self { file, path, opened })
    }

    /// Takes the lock, waiting a little longer each time, and never breaks one.
    pub fn acquire(&self, clock: &dyn Clock) -> Result<(), JournalError> {
        let begun = clock.since_boot();
        let mut pause = FIRST_PAUSE;
        loop {
            if self.file.try_lock().map_err(JournalError::io("lock", &self.path))? {
                return Ok(());
            }
            let waited = clock.since_boot().saturating_sub(begun);
            if waited >= PATIENCE {
                return Err(JournalError::Busy { path: self.path.clone(), holder: self.file.lock_holder(), waited });
            }
            clock.wait(pause.min(PATIENCE.saturating_sub(waited)));
            pause = LONGEST_PAUSE.min(pause * 2);
        }
    }

    /// Gives the lock up.
    pub fn release(&self) -> Result<(), JournalError> {
        self.file.unlock().map_err(JournalError::io("unlock", &self.path))
    }

    /// Checks that it still is the one file of its name.
    pub fn check_identity(&self, storage: &Arc<dyn Storage>) -> Result<(), JournalError> {
        check_identity(&**storage, &*self.file, (&self.path, &self.opened)).map(|_| ())
    }

    /// Reads the marker; nothing when it is none.
    pub fn marker(&self) -> Result<Option<Marker>, JournalError> {
        let mut bytes = [0; LEN + 1];
        let got = self.file.read_at(&mut bytes, 0).map_err(JournalError::io("read", &self.path))?;
        Ok(Marker::parse(&bytes[..got]))
    }

    /// Reads the marker while somebody may be writing it: nothing unless it reads the same twice.
    pub fn glimpse(&self) -> Result<Option<Marker>, JournalError> {
        let first = self.marker()?;
        Ok(first.filter(|_| self.marker().is_ok_and(|second| second == first)))
    }

    /// Writes the marker.
    pub fn mark(&self, marker: Marker) -> io::Result<()> {
        let bytes = marker.to_bytes();
        match self.file.write_at(&bytes, 0)? {
            LEN => Ok(()),
            _ => Err(io::ErrorKind::WriteZero.into()),
        }
    }

    /// Makes the error of a lock that could not be brought up to date after a record was durable.
    pub fn not_marked(&self, source: io::Error) -> JournalError {
        JournalError::NotMarked { path: self.path.clone(), source }
    }

    /// Makes the error of a marker that could not be written before anything else was.
    pub fn io(&self, source: io::Error) -> JournalError {
        JournalError::Io { doing: "write", path: self.path.clone(), source }
    }
}

/// Checks that an open file still is the one file of its name, and gives how it is now.
pub(super) fn check_identity(
    storage: &dyn Storage,
    file: &dyn Stored,
    (path, opened): (&std::path::Path, &Stat),
) -> Result<Stat, JournalError> {
    let now = file.stat().map_err(JournalError::io("look at", path))?;
    let named = match storage.stat(path) {
        Ok(named) => named,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(JournalError::Replaced { path: path.into() });
        }
        Err(error) => return Err(JournalError::io("look at", path)(error)),
    };
    if now.links == 1 && now.is_same_file(opened) && named.is_same_file(opened) {
        return Ok(now);
    }
    Err(JournalError::Replaced { path: path.into() })
}
