//! Small files that are there whole or not at all, and stay as they are.
//!
//! One is written under a temporary name beside its place, synced, and given its name only when no
//! other file has it; then the directory is synced. Reading one is bounded and follows no links.
//! What is in the files, and what it means that one is there already, is the caller's.

use std::io;
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use super::digest::Digest;
use super::error::JournalError;
use super::layout::MAKING;
use super::storage::{Access, Kind, Privacy, Storage, Stored};

/// How many temporary files of one name may have been left behind.
const MOST_LEFT_BEHIND: usize = 1_000;
const PIECE: usize = 64 * 1024;

/// Says where a file goes, and who may read it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place<'a> {
    pub dir: &'a Path,
    pub name: &'a str,
    pub privacy: Privacy,
}

impl Place<'_> {
    pub fn path(&self) -> PathBuf {
        self.dir.join(self.name)
    }
}

/// Says how a name was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Put {
    /// Free; the file has it now, durably.
    New,
    /// Taken; nothing was changed.
    Taken,
}

/// Puts a file in its place, unless there is one.
pub(super) fn put_new(storage: &dyn Storage, place: &Place<'_>, bytes: &[u8]) -> Result<Put, JournalError> {
    let (put, _) = put_held(storage, place, &mut |file, making| {
        write_all(file, bytes).map_err(JournalError::io("write", making))?;
        file.sync().map_err(JournalError::io("sync", making))
    })?;
    if put == Put::New {
        sync_dir(storage, place.dir)?;
    }
    Ok(put)
}

/// Fills a file before it has its name, and keeps it open.
pub(super) fn put_held(
    storage: &dyn Storage,
    place: &Place<'_>,
    fill: &mut dyn FnMut(&dyn Stored, &Path) -> Result<(), JournalError>,
) -> Result<(Put, Box<dyn Stored>), JournalError> {
    let (making, file) = make_temporary(storage, place)?;
    let put = fill(&*file, &making).and_then(|()| name_it(storage, &making, &place.path()));
    if !matches!(put, Ok(Put::New)) {
        // Only its room is lost when this fails too: nothing ever looks for it.
        let _ = storage.remove(&making);
    }
    Ok((put?, file))
}

fn make_temporary(storage: &dyn Storage, place: &Place<'_>) -> Result<(PathBuf, Box<dyn Stored>), JournalError> {
    let mut last = None;
    for count in 0..MOST_LEFT_BEHIND {
        let making = place.dir.join(format!("{MAKING}{}-{count}", place.name));
        let made = match place.privacy {
            Privacy::Usual => storage.create(&making),
            Privacy::Private => storage.create_private(&making),
        };
        match made {
            Ok(file) => return Ok((making, file)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => last = Some((making, error)),
            Err(error) => return Err(JournalError::io("make", &making)(error)),
        }
    }
    let (making, error) = last.unwrap_or_else(|| (place.path(), io::ErrorKind::AlreadyExists.into()));
    Err(JournalError::io("make", &making)(error))
}

fn name_it(storage: &dyn Storage, making: &Path, target: &Path) -> Result<Put, JournalError> {
    match storage.rename_new(making, target) {
        Ok(()) => Ok(Put::New),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(Put::Taken),
        Err(error) => Err(JournalError::io("rename to", target)(error)),
    }
}

/// Writes bytes, however many calls it takes.
pub(super) fn write_all(file: &dyn Stored, bytes: &[u8]) -> io::Result<()> {
    let mut rest = bytes;
    while !rest.is_empty() {
        let written = file.append(rest)?;
        rest = rest.get(written..).filter(|_| written > 0).ok_or(io::ErrorKind::WriteZero)?;
    }
    Ok(())
}

/// Makes the names in a directory durable.
pub(super) fn sync_dir(storage: &dyn Storage, dir: &Path) -> Result<(), JournalError> {
    storage.sync_dir(dir).map_err(JournalError::io("sync the directory", dir))
}

/// Tells whether a name is taken.
pub(super) fn is_there(storage: &dyn Storage, path: &Path) -> Result<bool, JournalError> {
    kind_of(storage, path).map(|kind| kind.is_some())
}

/// Tells what a name stands for; nothing when it is free.
pub(super) fn kind_of(storage: &dyn Storage, path: &Path) -> Result<Option<Kind>, JournalError> {
    match storage.stat(path) {
        Ok(found) => Ok(Some(found.kind)),
        Err(error) if is_nothing(&error) => Ok(None),
        Err(error) => Err(JournalError::io("look at", path)(error)),
    }
}

fn is_nothing(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

/// Is an open file that is known to be a plain one of a bounded size.
#[derive(Debug)]
pub(super) struct Plain<'a> {
    file: Box<dyn Stored>,
    path: &'a Path,
    pub size: u64,
}

/// Opens a plain file of at most so many bytes; nothing when there is none.
pub(super) fn open_plain<'a>(
    storage: &dyn Storage,
    path: &'a Path,
    most: u64,
) -> Result<Option<Plain<'a>>, JournalError> {
    match kind_of(storage, path)? {
        None => return Ok(None),
        Some(Kind::File) => {}
        Some(_) => return Err(JournalError::Content { path: path.into(), what: "is not a plain file" }),
    }
    let file = storage.open(path, Access::Read).map_err(JournalError::io("open", path))?;
    let size = file.stat().map_err(JournalError::io("look at", path))?.size;
    if size > most {
        return Err(JournalError::TooLarge { path: path.into(), size, most });
    }
    Ok(Some(Plain { file, path, size }))
}

impl Plain<'_> {
    /// Makes durable what others wrote, and has the next read ask the disk.
    pub fn settle(&self) -> Result<(), JournalError> {
        self.file.sync().map_err(JournalError::io("sync", self.path))?;
        self.file.forget().map_err(JournalError::io("drop the cache of", self.path))
    }

    /// Hands out the bytes piece by piece, as many as there were when it was opened.
    pub fn read(&self, each: &mut dyn FnMut(&[u8])) -> Result<(), JournalError> {
        let mut buffer = vec![0; PIECE];
        let mut offset = 0;
        while offset < self.size {
            let want = usize::try_from(self.size - offset).unwrap_or(PIECE).min(PIECE);
            let got = self.file.read_at(&mut buffer[..want], offset).map_err(JournalError::io("read", self.path))?;
            if got == 0 {
                return Ok(());
            }
            each(&buffer[..got]);
            offset += got as u64;
        }
        Ok(())
    }

    /// Hashes all of it.
    pub fn sha256(&self) -> Result<Digest, JournalError> {
        let mut hasher = Sha256::new();
        self.read(&mut |piece| hasher.update(piece))?;
        Ok(Digest::finish(hasher))
    }

    /// Reads all of it.
    pub fn bytes(&self) -> Result<Vec<u8>, JournalError> {
        let mut bytes = Vec::new();
        self.read(&mut |piece| bytes.extend_from_slice(piece))?;
        Ok(bytes)
    }
}

/// Reads a plain file of at most so many bytes; nothing when there is none.
///
/// # Errors
///
/// Says why it cannot be read, or that it is larger, or no plain file.
pub fn read_whole(storage: &dyn Storage, path: &Path, most: u64) -> Result<Option<Vec<u8>>, JournalError> {
    open_plain(storage, path, most)?.map(|file| file.bytes()).transpose()
}
