//! One file that holds a run: a zip that every program unpacks, and that is read here where it lies.
//!
//! An archive has one form and no other (`form`), so that two programs never find two things in it: entries
//! are stored as they are, in order, without a gap. Reading one holds every byte of it against that
//! form (`reading`), and then gives it as the directory that it was (`mounted`); whatever would write is
//! refused. What of a run goes in is in `contents`, how it gets there in `packing`. What the other files
//! in it say, and whether the run is as it was recorded, is for higher floors.

mod contents;
mod form;
mod mounted;
mod packing;
mod reading;
mod tree;

pub use contents::{Contents, LeftOut, Packed};
pub use mounted::Archive;
pub use packing::{Sink, Written, keep_archive, write_archive};

use super::name::is_component;

/// The most entries that an archive has.
const MOST_ENTRIES: u64 = 300_000;
/// The longest list of entries, in bytes.
const MOST_LIST: u64 = 64 << 20;
/// The longest name of an entry, with its folders.
const MOST_NAME: usize = 1024;
/// How deep an entry may lie.
const MOST_DEPTH: usize = 8;
/// How much is read at once.
const PIECE: usize = 256 * 1024;

/// Tells whether a name is one file, below the archive and of the same name, on every system.
fn is_portable(name: &str) -> bool {
    // What stands behind its letter there is put together with it by some systems, and by others not.
    let is_mark = |c: char| ('\u{300}'..='\u{36f}').contains(&c);
    let is_plain = |c: char| !matches!(c, '\\' | ':') && !is_mark(c);
    let is_part = |part: &str| is_component(part) && part.chars().all(is_plain) && !part.ends_with([' ', '.']);
    name.len() <= MOST_NAME && name.split('/').count() <= MOST_DEPTH && name.split('/').all(is_part)
}

#[cfg(test)]
mod tests;
