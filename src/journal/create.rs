//! Making a run's directory, so that it is there whole or not at all.
//!
//! Everything is made under a temporary name beside the place where it goes, synced, and renamed;
//! the first record is in it from the start. What the other files hold is the caller's.

use std::path::{Path, PathBuf};

use super::digest::Digest;
use super::error::JournalError;
use super::layout::{BLOBS, JOURNAL, LOCK, SEAL, SECRETS, SESSIONS};
use super::line;
use super::lock::Marker;
use super::record::Draft;
use super::storage::{Privacy, Storage, unreliable_file_system};
use super::whole::{is_there, sync_dir, write_all};

/// The directories in a run's directory, and who may enter them.
const ROOMS: [(&str, Privacy); 4] =
    [(BLOBS, Privacy::Usual), (SECRETS, Privacy::Private), (SESSIONS, Privacy::Usual), (SEAL, Privacy::Usual)];

/// Is a run that is about to be made.
#[derive(Clone, Copy, Debug)]
pub struct NewRun<'a> {
    /// The name of its directory.
    pub name: &'a str,
    /// The files that it starts with, by name: the manifest, the runbook, the roster.
    pub files: &'a [(&'a str, &'a [u8])],
    /// Its first record.
    pub first: &'a Draft,
    /// On which file systems it may lie.
    pub file_systems: FileSystems,
}

/// Says which file systems are good enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileSystems {
    /// Those whose locks and syncs can be relied on.
    Reliable,
    /// All of them.
    Any,
}

/// Makes a run's directory under `runs`, which is there, and gives its path.
///
/// # Errors
///
/// Says what could not be made; then no directory of that name is there, but a temporary one may be.
pub fn create_run(storage: &dyn Storage, runs: &Path, run: &NewRun<'_>) -> Result<PathBuf, JournalError> {
    check_file_system(storage, runs, run.file_systems)?;
    let place = runs.join(run.name);
    check_is_free(storage, &place)?;
    let making = runs.join(format!(".tmp-{}", run.name));
    make_dir(storage, &making, Privacy::Usual)?;
    furnish(storage, &making, run)?;
    sync_dir(storage, &making)?;
    storage.rename(&making, &place).map_err(JournalError::io("rename to", &place))?;
    sync_dir(storage, runs)?;
    Ok(place)
}

fn check_file_system(storage: &dyn Storage, runs: &Path, allowed: FileSystems) -> Result<(), JournalError> {
    let magic = storage.file_system(runs).map_err(JournalError::io("ask for the file system of", runs))?;
    match unreliable_file_system(magic) {
        Some(kind) if allowed == FileSystems::Reliable => Err(JournalError::FileSystem { path: runs.into(), kind }),
        _ => Ok(()),
    }
}

fn check_is_free(storage: &dyn Storage, place: &Path) -> Result<(), JournalError> {
    if is_there(storage, place)? { Err(JournalError::Exists { path: place.into() }) } else { Ok(()) }
}

fn furnish(storage: &dyn Storage, making: &Path, run: &NewRun<'_>) -> Result<(), JournalError> {
    for (name, privacy) in ROOMS {
        make_dir(storage, &making.join(name), privacy)?;
    }
    for (name, bytes) in run.files {
        make_file(storage, &making.join(name), bytes)?;
    }
    let mut first = Vec::new();
    line::build(&mut first, (0, &Digest::ZERO), (run.first.members(), run.first.id()));
    make_file(storage, &making.join(JOURNAL), &first)?;
    make_file(storage, &making.join(LOCK), &Marker::Committed(first.len() as u64).to_bytes())
}

fn make_dir(storage: &dyn Storage, path: &Path, privacy: Privacy) -> Result<(), JournalError> {
    storage.create_dir(path, privacy).map_err(JournalError::io("make the directory", path))
}

fn make_file(storage: &dyn Storage, path: &Path, bytes: &[u8]) -> Result<(), JournalError> {
    let file = storage.create(path).map_err(JournalError::io("make", path))?;
    write_all(&*file, bytes).map_err(JournalError::io("write", path))?;
    file.sync().map_err(JournalError::io("sync", path))
}

#[cfg(test)]
mod tests;
