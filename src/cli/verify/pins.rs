//! The files that a run's first record names by their hashes.
//!
//! Only what has the hash is given out; that a file is another one is the audit's to say.

use std::path::Path;

use serde_json::{Map, Value as Json};

use crate::journal::{Digest, Storage, read_whole};
use crate::run::roster::MOST_BYTES;

/// The most bytes of a runbook.
const MOST_BOOK: u64 = 32 * 1024 * 1024;
/// The most bytes of any other file: keys take more room in the list of signers than in the roster, but not
/// twice as much.
const MOST: u64 = 2 * MOST_BYTES as u64;

/// Is a run's directory, on the disk or in the archive where it lies.
#[derive(Clone, Copy, Debug)]
pub(super) struct Folder<'a> {
    pub(super) storage: &'a dyn Storage,
    pub(super) dir: &'a Path,
}

/// Is the files that the first record names.
pub(super) struct Pins<'a> {
    pub(super) folder: Folder<'a>,
    pub(super) files: Option<&'a Map<String, Json>>,
}

impl Pins<'_> {
    /// Gives the hash of a file, as the record writes it.
    pub(super) fn hash(&self, name: &str) -> Option<&str> {
        self.files?.get(name)?.as_str()
    }

    /// Reads a file when it is the one that was pinned.
    pub(super) fn read(&self, name: &str) -> Option<Vec<u8>> {
        self.read_limited(name, MOST)
    }

    /// Reads a runbook, which may be longer.
    pub(super) fn read_book(&self, name: &str) -> Option<Vec<u8>> {
        self.read_limited(name, MOST_BOOK)
    }

    fn read_limited(&self, name: &str, most: u64) -> Option<Vec<u8>> {
        let pinned = self.hash(name)?;
        let Folder { storage, dir } = self.folder;
        let bytes = read_whole(storage, &dir.join(name), most).ok()??;
        (Digest::of(&bytes).to_string() == pinned).then_some(bytes)
    }
}
