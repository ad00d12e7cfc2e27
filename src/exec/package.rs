//! Verifies an archive without unpacking it anywhere.
//!
//! The list of entries is read here, and held against what the `zip` crate makes of it; then every entry is
//! unpacked through a small buffer, so that its checksum is proved. Names that would leave the folder,
//! archives that would fill a disk, and what two programs would read in two ways are faults. So is what
//! the order wants and does not find. Archives in archives are counted and not opened.

mod check;
mod content;
mod directory;
mod end;
mod entry;
mod filling;
mod links;
mod names;
mod wanted;

use std::path::PathBuf;

pub use check::{Checking, start};
pub use end::{End, Fault, How, Tally};

/// Says how much an archive may ask of this machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How many entries it may have.
    pub entries: u64,
    /// How long its list of entries may be, in bytes.
    pub directory: u64,
    /// How large it may be unpacked, when the order does not say.
    pub unpacked: u64,
    /// How many times larger than packed an entry, or all of them, may be once that is past `harmless`.
    pub ratio: u64,
    /// How large an entry may be without its ratio being looked at.
    pub harmless: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { entries: 300_000, directory: 64 << 20, unpacked: 64 << 30, ratio: 500, harmless: 10 << 20 }
    }
}

/// Says which archive is verified, and what must be in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// The archive.
    pub file: PathBuf,
    /// Entries that must be in it; `*` stands for any part of a name.
    pub has: Vec<String>,
    /// Entries that must not be in it.
    pub lacks: Vec<String>,
    /// Texts that entries must hold: an entry, and the text.
    pub holds: Vec<(String, String)>,
    /// How large it may be unpacked.
    pub under: Option<u64>,
    /// How much it may ask of this machine.
    pub limits: Limits,
}

impl Order {
    /// Orders an archive to be verified, with nothing wanted in it.
    #[must_use]
    pub fn new(file: impl Into<PathBuf>) -> Self {
        let (has, lacks, holds) = (Vec::new(), Vec::new(), Vec::new());
        Self { file: file.into(), has, lacks, holds, under: None, limits: Limits::default() }
    }
}
