//! The files that a run's first record names by their hashes.
//!
//! Only what has the hash is given out; that a file is another one is the audit's to say.

use std::path::Path;

use serde_json::{Map, Value as Json};

use crate::journal::{Access, Digest, Disk, Kind, Storage as _};
use crate::run::roster::MOST_BYTES;

/// The most bytes of a runbook.
const MOST_BOOK: usize = 32 * 1024 * 1024;
/// The most bytes of any other file: keys take more room in the list of signers than in the roster, but not
/// twice as much.
const MOST: usize = 2 * MOST_BYTES;

/// Is the files that the first record names.
pub(super) struct Pins<'a> {
    pub(super) dir: &'a Path,
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

    fn read_limited(&self, name: &str, most: usize) -> Option<Vec<u8>> {
        let pinned = self.hash(name)?;
        let bytes = read(&self.dir.join(name), most)?;
        (Digest::of(&bytes).to_string() == pinned).then_some(bytes)
    }
}

/// Reads a plain file that is not too large.
fn read(path: &Path, most: usize) -> Option<Vec<u8>> {
    if Disk.stat(path).ok()?.kind != Kind::File {
        return None;
    }
    let file = Disk.open(path, Access::Read).ok()?;
    let mut bytes = vec![0; usize::try_from(file.stat().ok()?.size).ok().filter(|size| *size <= most)?];
    let mut filled = 0;
    while filled < bytes.len() {
        match file.read_at(bytes.get_mut(filled..)?, filled as u64).ok()? {
            0 => return None,
            got => filled += got,
        }
    }
    Some(bytes)
}
