//! The file that a download grows in, and the note of what it is a part of.
//!
//! Both stand beside where the file is wanted. The part is locked, so that two downloads never write the same one;
//! the note is only worth something together with it, and says nothing secret. Names of finished files are
//! in `aside`.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use rustix::fs::OFlags;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::end::size_words;
use super::reply::{Have, Mark};
use crate::text::Shown;

/// The longest note that is read.
const MOST_NOTE: u64 = 16 * 1024;

/// Is what a part is a part of.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Note {
    /// The SHA-256 of the address, which may be secret itself.
    address: String,
    mark: Mark,
    total: Option<u64>,
}

/// Is a file that grows.
#[derive(Debug)]
pub(super) struct Part {
    file: File,
    path: PathBuf,
    note: PathBuf,
    address: String,
    /// What is known of it.
    pub have: Have,
}

impl Part {
    /// Opens the part of a file, and takes up what is there of the same address.
    pub(super) fn open(to: &Path, address: &str) -> Result<Self, Shown> {
        let (path, note) = (beside(to, ".part"), beside(to, ".part.note"));
        let file = open_locked(&path)?;
        let mut part = Self { file, path, note, address: hex(&Sha256::digest(address)), have: Have::default() };
        let bytes = part.file.metadata().map_err(|error| part.failed("read", &error))?.len();
        match part.read_note().filter(|_| bytes > 0) {
            Some(note) => part.have = Have { bytes, mark: Some(note.mark), total: note.total },
            None => part.restart(None, None)?,
        }
        part.file.seek(SeekFrom::Start(part.have.bytes)).map_err(|error| part.failed("read", &error))?;
        Ok(part)
    }

    fn read_note(&self) -> Option<Note> {
        let flags = (OFlags::NOFOLLOW | OFlags::NONBLOCK).bits().cast_signed();
        let file = OpenOptions::new().read(true).custom_flags(flags).open(&self.note).ok()?;
        let mut bytes = Vec::new();
        file.take(MOST_NOTE).read_to_end(&mut bytes).ok()?;
        serde_json::from_slice(&bytes).ok().filter(|note: &Note| note.address == self.address)
    }

    /// Begins again with another file, of which nothing is here.
    pub(super) fn restart(&mut self, mark: Option<Mark>, total: Option<u64>) -> Result<(), Shown> {
        // First the old bytes go, so that a note is never beside another file's bytes.
        let cut = self.file.set_len(0).and_then(|()| self.file.rewind());
        let cut = if self.have.bytes > 0 { cut.and_then(|()| self.file.sync_data()) } else { cut };
        cut.map_err(|error| self.failed("begin", &error))?;
        self.have = Have { bytes: 0, mark, total };
        let written = match &self.have.mark {
            Some(mark) => self.write_note(&Note { address: self.address.clone(), mark: mark.clone(), total }),
            None => self.remove_note(),
        };
        written.map_err(|error| self.failed("begin", &error))
    }

    fn write_note(&self, note: &Note) -> io::Result<()> {
        self.remove_note()?;
        let mut file = OpenOptions::new().write(true).create_new(true).open(&self.note)?;
        file.write_all(&serde_json::to_vec(note)?)
    }

    fn remove_note(&self) -> io::Result<()> {
        match fs::remove_file(&self.note) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// Adds bytes at its end.
    pub(super) fn add(&mut self, bytes: &[u8]) -> Result<(), Shown> {
        if let Err(error) = self.file.write_all(bytes) {
            // Some of them may be there; what counts is what is known to be.
            let _ = self.file.set_len(self.have.bytes);
            return Err(self.failed("write", &error));
        }
        self.have.bytes += bytes.len() as u64;
        Ok(())
    }

    /// Looks whether so many more bytes have room.
    pub(super) fn check_room(&self, more: u64) -> Result<(), Shown> {
        let Ok(disk) = rustix::fs::fstatvfs(&self.file) else { return Ok(()) };
        let free = disk.f_bavail.saturating_mul(disk.f_frsize);
        match disk.f_blocks > 0 && free < more {
            true => Err(Shown::line(&format!(
                "the disk has no room for it: {} more would come, and {} are free",
                size_words(more),
                size_words(free)
            ))),
            false => Ok(()),
        }
    }

    /// Brings everything to the disk, and gives a reader from its beginning.
    pub(super) fn finish(&mut self) -> Result<&mut File, Shown> {
        let done = self.file.sync_all().and_then(|()| self.file.rewind());
        done.map_err(|error| self.failed("write", &error))?;
        Ok(&mut self.file)
    }

    /// Gives its path.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Forgets what it is a part of; it has another name now, or is worth nothing.
    pub(super) fn forget(&self) {
        let _ = self.remove_note();
    }

    /// Removes it when nothing is in it, and tells whether that was so.
    pub(super) fn tidy(&self) -> bool {
        let is_empty = self.have.bytes == 0;
        if is_empty {
            let _ = fs::remove_file(&self.path);
            self.forget();
        }
        is_empty
    }

    fn failed(&self, doing: &str, error: &io::Error) -> Shown {
        let hint = match error.kind() {
            io::ErrorKind::StorageFull => "; make room, and start it again: it goes on where it is",
            io::ErrorKind::QuotaExceeded => "; this account may use no more of the disk",
            io::ErrorKind::FileTooLarge => "; the disk takes no file of this size",
            _ => "",
        };
        Shown::line_limited(&format!("cannot {doing} {}: {error}{hint}", self.path.display()), 500)
    }
}

fn open_locked(path: &Path) -> Result<File, Shown> {
    let words = |what: &str| Shown::line_limited(&format!("{}: {what}", path.display()), 400);
    let flags = (OFlags::NOFOLLOW | OFlags::NONBLOCK).bits().cast_signed();
    let opened = OpenOptions::new().read(true).write(true).create(true).truncate(false).custom_flags(flags).open(path);
    let file = opened.map_err(|error| words(&format!("cannot be written: {error}")))?;
    let meta = file.metadata().map_err(|error| words(&error.to_string()))?;
    if !meta.is_file() {
        return Err(words("it is no file, and what comes cannot be kept there"));
    }
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Err(words("another download is writing it")),
        Err(TryLockError::Error(error)) => return Err(words(&format!("cannot be locked: {error}"))),
    }
    // Another download may have finished it between opening and locking.
    match fs::symlink_metadata(path) {
        Ok(now) if (now.dev(), now.ino()) == (meta.dev(), meta.ino()) => Ok(file),
        _ => Err(words("another download has just finished it; try again")),
    }
}

/// Gives a path with something after its name.
pub(super) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    name.into()
}

/// Writes bytes in hexadecimal.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
