//! Reads an archive to its last byte, and refuses all that is not of the one form.
//!
//! What is kept in memory are the names, and how many there may be is known before the first is read. Each
//! byte belongs to what stands before a file, to a file whose checksum is right, to the list or to the
//! end; so there is no entry beside the list, none in another's place, and nothing before or behind.

use std::io::{self, BufReader, Read};

use super::form::{END, Entry, LISTED, Line, List, WIDE_END};
use super::tree::{Spot, Tree};
use super::{MOST_ENTRIES, MOST_LIST, MOST_NAME, PIECE};
use crate::journal::storage::Stored;
use crate::text::Shown;

/// What to do with what another program packed.
const ANEW: &str = "unpack it into an empty folder, and look at the folder of the run in it";
/// How much of a name is shown.
const CELLS: usize = 100;

/// Says why a file is not read as an archive.
#[derive(Debug)]
pub(super) enum Unread {
    /// It is none, or not all of one.
    Unfit(String),
    /// It cannot be read.
    Failed(io::Error),
}

impl From<io::Error> for Unread {
    fn from(error: io::Error) -> Self {
        Self::Failed(error)
    }
}

fn unfit<T>(what: impl Into<String>) -> Result<T, Unread> {
    Err(Unread::Unfit(what.into()))
}

fn foreign<T>(what: &str) -> Result<T, Unread> {
    unfit(format!("{what}, which mop does not write; {ANEW}"))
}

/// Reads an archive of so many bytes, and gives the names in it.
pub(super) fn read_archive(file: &dyn Stored, size: u64) -> Result<Tree, Unread> {
    let list = find_list(file, size)?;
    let mut lines = BufReader::with_capacity(PIECE, Part { file, at: list.start, left: list.length });
    let (mut tree, mut entries, mut offset) = (Tree::new(), Vec::new(), 0);
    for _ in 0..list.entries {
        let entry = read_line(&mut lines)?;
        if entry.offset != offset {
            return foreign(&format!("`{}` does not stand right behind the entry before it", shown(&entry.name)));
        }
        let spot = Spot { start: entry.start(), size: entry.size };
        tree.add(&entry.name, spot).or_else(|what| foreign(&format!("`{}` {what}", shown(&entry.name))))?;
        offset = spot.start.saturating_add(spot.size);
        if offset > list.start {
            return unfit(format!("`{}` would reach behind the entries; the archive is damaged", shown(&entry.name)));
        }
        entries.push((entry, spot));
    }
    if offset != list.start || lines.read(&mut [0])? != 0 {
        return foreign("bytes stand in it that belong to no entry");
    }
    for (entry, spot) in &entries {
        check_content(file, entry, *spot)?;
    }
    Ok(tree)
}

/// Finds the list of entries, and holds the end of the archive against it.
fn find_list(file: &dyn Stored, size: u64) -> Result<List, Unread> {
    let cut = "is no archive, or its end is missing; get it once more";
    let Some(at) = size.checked_sub(END) else { return unfit(cut) };
    let end = read_bytes(file, at, END)?;
    if !end.starts_with(b"PK\x05\x06") {
        return unfit(cut);
    }
    let list = match (List::read(&end), at.checked_sub(WIDE_END)) {
        (Some(list), _) => Some(list),
        (None, Some(wide)) => List::read_wide(&read_bytes(file, wide, WIDE_END)?),
        (None, None) => None,
    };
    let Some(list) = list else { return unfit("the end of the archive is damaged; get it once more") };
    if list.entries > MOST_ENTRIES || list.length > MOST_LIST {
        return unfit(format!("it is said to have {} entries, more than are looked at; {ANEW}", list.entries));
    }
    let expected = list.end();
    let end_at = list.start.saturating_add(list.length);
    if end_at.saturating_add(expected.len() as u64) != size
        || read_bytes(file, end_at, expected.len() as u64)? != expected
    {
        return foreign("its end does not stand right behind its list of entries, or says more than that");
    }
    Ok(list)
}

/// Reads an entry of the list, which is of the one form.
fn read_line(list: &mut impl Read) -> Result<Entry, Unread> {
    let damaged = || Unread::Unfit("its list of entries is damaged; get it once more".to_owned());
    let mut head = [0; LISTED];
    list.read_exact(&mut head).map_err(|error| end_of_list(error, &damaged))?;
    let line = Line::read(&head).ok_or_else(damaged)?;
    let [name_length, extra_length, comment_length] = line.lengths;
    if name_length > MOST_NAME {
        return foreign("a name in it is longer than any of a run");
    }
    let mut rest = vec![0; name_length + extra_length + comment_length];
    list.read_exact(&mut rest).map_err(|error| end_of_list(error, &damaged))?;
    let (name, extra) = rest.split_at(name_length);
    let Ok(name) = std::str::from_utf8(name) else { return foreign("a name in it is no UTF-8") };
    if line.method != 0 {
        return foreign(&format!("`{}` is compressed", shown(name)));
    }
    let (size, offset) = line.numbers(extra).ok_or_else(damaged)?;
    let entry = Entry { name: name.to_owned(), size, crc32: line.crc32, offset };
    let found = [&head[..], &rest].concat();
    if found == entry.listed() { Ok(entry) } else { foreign(&format!("`{}` is listed in a way", shown(name))) }
}

fn end_of_list(error: io::Error, damaged: &dyn Fn() -> Unread) -> Unread {
    if error.kind() == io::ErrorKind::UnexpectedEof { damaged() } else { Unread::Failed(error) }
}

/// Holds a file and what stands before it against the list.
fn check_content(file: &dyn Stored, entry: &Entry, spot: Spot) -> Result<(), Unread> {
    let local = entry.local();
    if read_bytes(file, entry.offset, local.len() as u64)? != local {
        return foreign(&format!("`{}` has something else before its content than in the list", shown(&entry.name)));
    }
    let mut part = Part { file, at: spot.start, left: spot.size };
    let (mut hasher, mut piece) = (crc32fast::Hasher::new(), vec![0; PIECE]);
    loop {
        match part.read(&mut piece)? {
            0 if part.left > 0 => return unfit("ends while it is read; somebody cuts it"),
            0 => break,
            got => hasher.update(piece.get(..got).unwrap_or_default()),
        }
    }
    if hasher.finalize() == entry.crc32 {
        return Ok(());
    }
    let name = shown(&entry.name);
    unfit(format!("`{name}` is damaged: its bytes are not those that were packed; get the archive once more"))
}

fn read_bytes(file: &dyn Stored, at: u64, length: u64) -> Result<Vec<u8>, Unread> {
    let mut bytes = Vec::new();
    Part { file, at, left: length }.read_to_end(&mut bytes)?;
    if bytes.len() as u64 == length { Ok(bytes) } else { unfit("its end is missing; get it once more") }
}

fn shown(name: &str) -> Shown {
    Shown::line_limited(name, CELLS)
}

/// Is a part of a file that is read from its beginning to its end.
struct Part<'a> {
    file: &'a dyn Stored,
    at: u64,
    left: u64,
}

impl Read for Part<'_> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let most = usize::try_from(self.left).unwrap_or(usize::MAX).min(bytes.len());
        let got = self.file.read_at(bytes.get_mut(..most).unwrap_or_default(), self.at)?;
        self.at += got as u64;
        self.left -= got as u64;
        Ok(got)
    }
}
