//! Blobs: evidence that is too long for a line, kept under the hash of its content.
//!
//! A blob is durable, and so is its name, before a record that names it may be written; a record
//! names those it needs in a top-level member `"blobs":["<64 hex>",…]`. What is in a blob, and what
//! has to be masked in it before, is the caller's.

use std::collections::HashSet;
use std::io;
use std::path::{Path, PathBuf};

use super::digest::Digest;
use super::error::JournalError;
use super::layout::BLOBS;
use super::storage::{Privacy, Storage};
use super::whole::{Place, Put, is_there, open_plain, put_new, sync_dir};

/// The largest blob.
pub const MAX_BLOB: u64 = 64 * 1024 * 1024;

/// Keeps a content, and gives the hash under which a record may name it from now on.
///
/// # Errors
///
/// Says why it may not be named.
pub fn put_blob(storage: &dyn Storage, run: &Path, content: &[u8]) -> Result<Digest, JournalError> {
    Keeper::default().put(storage, run, content)
}

/// Keeps the contents of one run, and remembers what it made durable itself: that costs one look the next time,
/// and no sync.
#[derive(Debug, Default)]
pub struct Keeper {
    kept: HashSet<Digest>,
    /// The directories whose names are durable.
    shelves: HashSet<PathBuf>,
}

impl Keeper {
    /// Keeps a content, and gives the hash under which a record may name it from now on.
    ///
    /// # Errors
    ///
    /// Says why it may not be named.
    pub fn put(&mut self, storage: &dyn Storage, run: &Path, content: &[u8]) -> Result<Digest, JournalError> {
        let sha256 = Digest::of(content);
        let path = blob_path(run, &sha256);
        let size = content.len() as u64;
        if size > MAX_BLOB {
            return Err(JournalError::TooLarge { path, size, most: MAX_BLOB });
        }
        if self.kept.contains(&sha256) && is_there(storage, &path)? {
            return Ok(sha256);
        }
        let done = self.put_durably(storage, run, (&sha256, content));
        match &done {
            Ok(()) => drop(self.kept.insert(sha256)),
            // Whatever is wrong, the disk is not what was remembered of it.
            Err(_) => *self = Self::default(),
        }
        done.map(|()| sha256)
    }

    fn put_durably(
        &mut self,
        storage: &dyn Storage,
        run: &Path,
        (sha256, content): (&Digest, &[u8]),
    ) -> Result<(), JournalError> {
        let (blobs, path) = (run.join(BLOBS), blob_path(run, sha256));
        let dir = shelf(&blobs, sha256);
        if !self.shelves.contains(&dir) {
            make_shelf(storage, &blobs, &dir)?;
            self.shelves.insert(dir.clone());
        }
        let name = sha256.to_string();
        let place = Place { dir: &dir, name: &name, privacy: Privacy::Usual };
        // Looked for first, so that a content that is there already costs no room.
        let is_kept = check_there(storage, &dir, &path)?
            || put_new(storage, &place, content)? == Put::New
            || check_there(storage, &dir, &path)?;
        if is_kept { Ok(()) } else { Err(JournalError::Content { path, what: "vanished while it was being kept" }) }
    }
}

/// Reads a blob, and verifies that it is what its name says; nothing when it is not there.
///
/// # Errors
///
/// Says why it cannot be read, or that it is not the content that was kept.
pub fn get_blob(storage: &dyn Storage, run: &Path, sha256: &Digest) -> Result<Option<Vec<u8>>, JournalError> {
    let path = blob_path(run, sha256);
    let Some(content) = open_plain(storage, &path, MAX_BLOB)?.map(|file| file.bytes()).transpose()? else {
        return Ok(None);
    };
    if Digest::of(&content) == *sha256 { Ok(Some(content)) } else { Err(altered(path)) }
}

/// Gives the path of a blob in a run's directory.
#[must_use]
pub fn blob_path(run: &Path, sha256: &Digest) -> PathBuf {
    shelf(&run.join(BLOBS), sha256).join(sha256.to_string())
}

/// Gives the directory of those blobs whose hashes begin with the same two digits.
fn shelf(blobs: &Path, sha256: &Digest) -> PathBuf {
    blobs.join(sha256.to_string().get(..2).unwrap_or_default())
}

fn make_shelf(storage: &dyn Storage, blobs: &Path, dir: &Path) -> Result<(), JournalError> {
    match storage.create_dir(dir, Privacy::Usual) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
            Err(JournalError::io("make the directory", dir)(error))
        }
        // Also when it was there: another process may have made it and not come to this yet.
        _ => sync_dir(storage, blobs),
    }
}

/// Makes sure of a blob that is there: it is the content, and it stays. Tells whether it is there.
fn check_there(storage: &dyn Storage, dir: &Path, path: &Path) -> Result<bool, JournalError> {
    let Some(file) = open_plain(storage, path, MAX_BLOB)? else {
        return Ok(false);
    };
    file.settle()?;
    let found = file.sha256()?;
    if path.file_name().is_none_or(|name| *name != *found.to_string()) {
        return Err(altered(path.into()));
    }
    sync_dir(storage, dir)?;
    Ok(true)
}

fn altered(path: PathBuf) -> JournalError {
    JournalError::Content { path, what: "is not the content that its name says" }
}

#[cfg(test)]
mod tests;
