//! Walks along a run's journal and says what stands where: records, junk, and what is wrong.
//!
//! Unlike a reader that wants to trust what it reads, a walk goes on behind a break, so that a damaged
//! log can still be read. It holds one line at a time and never writes. Words and forms are for those
//! who asked for the walk.

mod problem;
mod rows;

use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;
use std::time::Duration;

pub(super) use problem::Problem;
use rows::Rows;
pub(super) use rows::{Row, Stand, Standing};

use crate::journal::{Access, Chain, JOURNAL, JournalError, LOCK, Marker, Storage, Stored};

/// How many bytes without a line feed are read before the walk gives up.
const MOST_BYTES: u64 = 8 * 1024 * 1024;
/// How often an unfinished line is looked at again, as somebody may be writing it.
const MOST_LOOKS: usize = 8;
/// How long to wait between two looks.
const PAUSE: Duration = Duration::from_millis(25);

/// Says how far to walk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    /// To the end of the file.
    All,
    /// As far as everything is durable; the rest is left to somebody who follows.
    Durable,
}

/// Says what a walk came upon.
#[derive(Debug)]
pub(super) struct Walked {
    /// Where it ended.
    pub(super) chain: Chain,
    /// How many lines were shown as records.
    pub(super) records: u64,
    /// How many things are wrong.
    pub(super) problems: u64,
    /// Whether there is a marker that says how much is durable.
    pub(super) is_marked: bool,
}

/// Walks along a journal; `each` says whether to go on.
///
/// # Errors
///
/// Says which file cannot be read; what is wrong inside of it is told to `each`.
pub(super) fn walk(
    (storage, dir): (&dyn Storage, &Path),
    reach: Reach,
    each: &mut dyn FnMut(Stand<'_>) -> bool,
) -> Result<Walked, JournalError> {
    let path = dir.join(JOURNAL);
    let io = |doing| {
        let path = path.clone();
        move |source| JournalError::Io { doing, path, source }
    };
    let file = storage.open(&path, Access::Read).map_err(io("open"))?;
    // The marker first: the file only grows, so a marker can never cover more than what is seen after it.
    let durable = durable(storage, dir);
    let size = file.stat().map_err(io("look at"))?.size;
    let until = durable.filter(|_| reach == Reach::Durable).map_or(size, |durable| durable.min(size));
    let mut rows = Rows::new(durable, each);
    let mut rest = read_lines(&*file, until, &mut rows).map_err(io("read"))?;
    if reach == Reach::All {
        rest = look_again(&*file, rest, &mut rows).map_err(io("read"))?;
        rows.finish(&rest);
    } else {
        rows.leave();
    }
    if let Some(known) = durable.filter(|known| size < *known) {
        rows.problem(&Problem::cut(size, known));
    }
    Ok(rows.end(durable.is_some()))
}

/// Reads how far the journal is durable; nothing unless the marker is there and reads the same twice.
fn durable(storage: &dyn Storage, dir: &Path) -> Option<u64> {
    let marker = || -> Option<Marker> {
        let mut bytes = [0; 64];
        let lock = dir.join(LOCK);
        let got = storage.open(&lock, Access::Read).ok()?.read_at(&mut bytes, 0).ok()?;
        Marker::parse(bytes.get(..got)?)
    };
    let first = marker()?;
    (marker()? == first).then(|| first.durable())
}

/// Reads on in an open file.
struct From<'a> {
    file: &'a dyn Stored,
    offset: u64,
}

impl Read for From<'_> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let got = self.file.read_at(bytes, self.offset)?;
        self.offset += got as u64;
        Ok(got)
    }
}

/// Hands out whole lines, and gives what stands behind the last of them.
fn read_lines(file: &dyn Stored, until: u64, rows: &mut Rows<'_>) -> io::Result<Vec<u8>> {
    let from = From { file, offset: rows.offset() };
    let mut reader = BufReader::with_capacity(1 << 18, from.take(until.saturating_sub(rows.offset())));
    let mut line = Vec::new();
    while rows.goes_on() {
        line.clear();
        (&mut reader).take(MOST_BYTES).read_until(b'\n', &mut line)?;
        if line.len() as u64 == MOST_BYTES && !line.ends_with(b"\n") {
            rows.give_up(&Problem::endless(rows.offset(), MOST_BYTES));
        } else if line.ends_with(b"\n") {
            rows.take(&line);
        } else {
            return Ok(line);
        }
    }
    Ok(Vec::new())
}

/// Gives a line that is being written the time to become whole.
fn look_again(file: &dyn Stored, mut rest: Vec<u8>, rows: &mut Rows<'_>) -> io::Result<Vec<u8>> {
    for _ in 0..MOST_LOOKS {
        if rest.is_empty() {
            break;
        }
        std::thread::sleep(PAUSE);
        rest = read_lines(file, file.stat()?.size, rows)?;
    }
    Ok(rest)
}

#[cfg(test)]
mod tests;
