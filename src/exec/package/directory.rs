//! Where an archive's list of entries is: the record at its end, and what stands around it.
//!
//! The record says how many entries there are before any is read, so that a list that is too long is
//! never taken into memory. Archives of more than 4 GiB have a second, wider record before it.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt as _;

/// The length of the record, without its comment.
const RECORD: u64 = 22;
/// The longest comment.
const MOST_COMMENT: u64 = 65_535;
/// The length of what leads to the wide record.
const LOCATOR: u64 = 20;
/// The length of the wide record.
const WIDE: u64 = 56;
/// The length of an entry without its name.
const SHORTEST: u64 = 46;

/// Is where the list of entries is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Directory {
    /// How many entries it has.
    pub entries: u64,
    /// Where it begins in the file.
    pub start: u64,
    /// How long it is, in bytes.
    pub length: u64,
    /// How many bytes stand before the archive.
    pub before: u64,
    /// How many bytes stand after it.
    pub after: u64,
}

/// Says why there is no list.
#[derive(Debug)]
pub(super) enum Absent {
    /// It is no archive, or not all of one.
    Damaged(&'static str),
    /// It cannot be read.
    Unreadable(io::Error),
}

impl From<io::Error> for Absent {
    fn from(error: io::Error) -> Self {
        Self::Unreadable(error)
    }
}

/// Finds the list of entries in a file of this length.
pub(super) fn find(file: &File, length: u64) -> Result<Directory, Absent> {
    let (at, comment) = find_record(file, length)?;
    let mut record = [0; RECORD as usize];
    file.read_exact_at(&mut record, at)?;
    let after = length - (at + RECORD + comment);
    let found = match wide(file, at)? {
        Some((wide_at, wide)) => located(wide_at, &wide_fields(&wide))?,
        None => located(at, &narrow_fields(&record))?,
    };
    Ok(Directory { after, ..found })
}

/// Finds the record: the one that ends with the file, or else the last that fits into it.
fn find_record(file: &File, length: u64) -> Result<(u64, u64), Absent> {
    let start = length.saturating_sub(RECORD + MOST_COMMENT);
    let mut tail = vec![0; usize::try_from(length - start).unwrap_or(0)];
    file.read_exact_at(&mut tail, start)?;
    let fits = |at: usize| {
        let comment = u64::from(u16_at(&tail, at + 20)?);
        let at = start + at as u64;
        (at + RECORD + comment <= length).then_some((at, comment))
    };
    let found: Vec<_> = memchr::memmem::find_iter(&tail, b"PK\x05\x06").filter_map(fits).collect();
    let exact = found.iter().rev().find(|(at, comment)| at + RECORD + comment == length);
    let cut = "the end of the archive is missing: it is cut off, or it is no zip";
    exact.or(found.last()).copied().ok_or(Absent::Damaged(cut))
}

/// Reads the wide record, if there is one.
fn wide(file: &File, record: u64) -> Result<Option<(u64, [u8; WIDE as usize])>, Absent> {
    let Some(at) = record.checked_sub(LOCATOR) else { return Ok(None) };
    let mut locator = [0; LOCATOR as usize];
    file.read_exact_at(&mut locator, at)?;
    if !locator.starts_with(b"PK\x06\x07") {
        return Ok(None);
    }
    let said = u64_at(&locator, 8).unwrap_or(u64::MAX);
    // What stands before the archive moves it, and nobody has told the locator.
    for place in [Some(said), at.checked_sub(WIDE)].into_iter().flatten().filter(|place| *place <= at) {
        let mut bytes = [0; WIDE as usize];
        if file.read_exact_at(&mut bytes, place).is_ok() && bytes.starts_with(b"PK\x06\x06") {
            return Ok(Some((place, bytes)));
        }
    }
    Err(Absent::Damaged("the record of its list of entries is damaged"))
}

/// Is what a record says.
struct Fields {
    disks: [u64; 2],
    here: u64,
    entries: u64,
    length: u64,
    offset: u64,
}

fn narrow_fields(record: &[u8]) -> Fields {
    let short = |at| u64::from(u16_at(record, at).unwrap_or(0));
    let long = |at| u64::from(u32_at(record, at).unwrap_or(0));
    Fields { disks: [short(4), short(6)], here: short(8), entries: short(10), length: long(12), offset: long(16) }
}

fn wide_fields(record: &[u8]) -> Fields {
    let short = |at| u64::from(u32_at(record, at).unwrap_or(0));
    let long = |at| u64_at(record, at).unwrap_or(0);
    Fields { disks: [short(16), short(20)], here: long(24), entries: long(32), length: long(40), offset: long(48) }
}

/// Holds what a record says against where it stands: the list ends there.
fn located(end: u64, fields: &Fields) -> Result<Directory, Absent> {
    let Fields { disks, here, entries, length, offset } = *fields;
    if disks != [0, 0] || here != entries {
        return Err(Absent::Damaged("it is one part of an archive that stands on several disks"));
    }
    let start = end.checked_sub(length);
    let before = start.and_then(|start| start.checked_sub(offset));
    let (Some(start), Some(before)) = (start, before) else {
        return Err(Absent::Damaged("its list of entries is not where it should be: bytes are missing"));
    };
    if entries > length / SHORTEST {
        return Err(Absent::Damaged("it is said to have more entries than its list has room for"));
    }
    Ok(Directory { entries, start, length, before, after: 0 })
}

pub(super) fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..)?.first_chunk().copied()?))
}

pub(super) fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..)?.first_chunk().copied()?))
}

pub(super) fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_le_bytes(bytes.get(at..)?.first_chunk().copied()?))
}
