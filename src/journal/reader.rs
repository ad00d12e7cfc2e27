//! Reading a journal from its first byte, verifying as it goes.
//!
//! A reader never writes, takes no lock and trusts no marker: what it gives is what the bytes say.
//! Writers and tails read through [`follow`] too, so there is one way of verifying.

use std::path::Path;

use super::body::check_json;
use super::chain::{Break, Chain, Fault, Item, Junk};
use super::digest::Digest;
use super::error::JournalError;
use super::layout::LogFiles;
use super::record::{Kept, Record};
use super::storage::{Access, Storage, Stored};
use super::window::Window;

/// Says how much of a line is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// Shape, hash, number and chain.
    Chain,
    /// Also that it is JSON by the journal's rules.
    Full,
}

/// Says what a journal is worth, read to its end or to its first break.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// How many records follow each other without a break.
    pub records: u64,
    /// The hash of the last of them.
    pub head: Digest,
    /// How many bytes the file has.
    pub size: u64,
    /// What is wrong first.
    pub broken: Option<Break>,
    /// What stands behind the last record and is none: the torn tail of a write that did not end.
    pub torn: Option<Junk>,
}

impl Verdict {
    /// Tells whether every byte belongs to a record, or to junk that a record names.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.broken.is_none() && self.torn.is_none()
    }
}

/// Reads a run's journal as far as it reaches now, and says what it is worth.
///
/// # Errors
///
/// Says which file could not be read; a broken chain is no error but a verdict.
pub fn read(
    storage: &dyn Storage,
    run: &Path,
    depth: Depth,
    each: &mut dyn FnMut(&Record<'_>),
) -> Result<Verdict, JournalError> {
    read_log(storage, &LogFiles::of_run(run), depth, each)
}

/// Reads any log as far as it reaches now, and says what it is worth.
///
/// # Errors
///
/// Says which file could not be read; a broken chain is no error but a verdict.
pub fn read_log(
    storage: &dyn Storage,
    log: &LogFiles,
    depth: Depth,
    each: &mut dyn FnMut(&Record<'_>),
) -> Result<Verdict, JournalError> {
    let file = open_stretch(storage, &log.journal)?;
    let stretch = file.as_stretch();
    judge(&mut Window::new(0, stretch.until), &stretch, (depth, each))
}

/// Reads a log's journal to its end in one go, for its verdict and for the hash of all its bytes.
pub(super) fn survey(
    stretch: &Stretch<'_>,
    depth: Depth,
    each: &mut dyn FnMut(&Record<'_>),
) -> Result<(Verdict, Digest), JournalError> {
    let mut window = Window::hashing(stretch.until);
    let verdict = judge(&mut window, stretch, (depth, each))?;
    let sha256 = window.finish(stretch.file).map_err(JournalError::io("read", stretch.path))?;
    Ok((verdict, sha256))
}

/// Is a file that was opened to be read as far as it reaches now.
pub(super) struct Opened<'a> {
    file: Box<dyn Stored>,
    path: &'a Path,
    until: u64,
}

impl Opened<'_> {
    pub fn as_stretch(&self) -> Stretch<'_> {
        Stretch { file: &*self.file, path: self.path, until: self.until }
    }
}

/// Opens a journal to read it.
pub(super) fn open_stretch<'a>(storage: &dyn Storage, path: &'a Path) -> Result<Opened<'a>, JournalError> {
    let file = storage.open(path, Access::Read).map_err(JournalError::io("open", path))?;
    let until = file.stat().map_err(JournalError::io("look at", path))?.size;
    Ok(Opened { file, path, until })
}

/// Leads a new chain along a window that begins at the first byte.
fn judge(
    window: &mut Window,
    stretch: &Stretch<'_>,
    (depth, each): (Depth, &mut dyn FnMut(&Record<'_>)),
) -> Result<Verdict, JournalError> {
    let mut chain = Chain::default();
    let mut unfit = None;
    let broken = walk(&mut chain, (window, stretch), &mut |record| {
        if depth == Depth::Full && unfit.is_none() {
            unfit = find_unfit(record);
        }
        each(record);
    })?;
    let torn = if broken.is_none() { torn(&chain, stretch)? } else { None };
    let breaks = [unfit, chain.buried(), broken];
    let broken = breaks.into_iter().flatten().min_by_key(|found| found.offset);
    Ok(Verdict { records: chain.next(), head: *chain.head(), size: stretch.until, broken, torn })
}

fn find_unfit(record: &Record<'_>) -> Option<Break> {
    let Record { n, offset, .. } = *record;
    check_json(record.line().trim_ascii_end()).err().map(|_| Break { n, offset, fault: Fault::Unfit })
}

/// Reads a run's journal into memory.
///
/// # Errors
///
/// Says which file could not be read.
pub fn read_all(storage: &dyn Storage, run: &Path) -> Result<(Vec<Kept>, Verdict), JournalError> {
    let mut records = Vec::new();
    let verdict = read(storage, run, Depth::Chain, &mut |record| records.push(record.to_kept()))?;
    Ok((records, verdict))
}

/// Is the part of a file that is to be read next: from where a chain stands to an offset.
pub(super) struct Stretch<'a> {
    pub file: &'a dyn Stored,
    pub path: &'a Path,
    pub until: u64,
}

/// Leads a chain over the whole lines of a stretch, up to the first break.
pub(super) fn follow(
    chain: &mut Chain,
    stretch: &Stretch<'_>,
    each: &mut dyn FnMut(&Record<'_>),
) -> Result<Option<Break>, JournalError> {
    let mut window = Window::new(chain.offset(), stretch.until);
    walk(chain, (&mut window, stretch), each)
}

fn walk(
    chain: &mut Chain,
    (window, stretch): (&mut Window, &Stretch<'_>),
    each: &mut dyn FnMut(&Record<'_>),
) -> Result<Option<Break>, JournalError> {
    while let Some(line) = window.next_line(stretch.file).map_err(JournalError::io("read", stretch.path))? {
        match chain.take(line) {
            Ok(Item::Record(record)) => each(&record),
            Ok(Item::Junk) => {}
            Err(found) => return Ok(Some(found)),
        }
    }
    Ok(None)
}

/// Reads what stands between the end of the chain's last whole line and the end of a stretch.
pub(super) fn fragment(chain: &Chain, stretch: &Stretch<'_>) -> Result<Vec<u8>, JournalError> {
    let mut window = Window::new(chain.offset(), stretch.until);
    let line = window.next_line(stretch.file).map_err(JournalError::io("read", stretch.path))?;
    let line = line.map(<[u8]>::to_vec);
    Ok(line.unwrap_or_else(|| window.rest().to_vec()))
}

/// Finds what a write that did not end left behind the last record.
fn torn(chain: &Chain, stretch: &Stretch<'_>) -> Result<Option<Junk>, JournalError> {
    let rest = fragment(chain, stretch)?;
    let mut chain = chain.clone();
    if !rest.is_empty() {
        chain.set_aside(&rest);
    }
    Ok(chain.unfenced().pop().filter(|junk| junk.offset + junk.len == chain.offset()))
}

#[cfg(test)]
mod tests;
