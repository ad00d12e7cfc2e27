//! A run that is read to tell of it, wherever it lies: as far as its journal can be verified, and no further.
//!
//! Reads only. Unlike [`Store::open`](super::Store::open) it takes a journal that breaks off, and a roster that is
//! not the one that was recorded: what to think of such a run is said by whoever verifies it. A runbook that is
//! another one is refused, because nothing that is read by it would be true.

use std::collections::{HashMap, VecDeque};
use std::path::Path;
use std::sync::Arc;

use super::edition::events;
use super::perform::{beside, command_folder};
use super::store::{ROSTER, StoreError, check_files, pinned_runbook, read_pinned_roster};
use crate::exec::command::{Chunk, Stream, each_kept};
use crate::journal::{COMMANDS, Storage, Verdict, read_all};
use crate::report::Printed;
use crate::run::{Basis, Chronicle, Event, Head, Run, What, replay};

/// How much of a stream is shown from its beginning.
const MOST_BEGIN: usize = 4 * 1024;
/// How much of it from its end.
const MOST_END: usize = 12 * 1024;

/// Is a run with its records.
#[derive(Debug)]
pub struct Reading {
    /// The run, as its records tell it.
    pub run: Run,
    /// Those records.
    pub records: Vec<(Head, Event)>,
    /// What commands printed, by the number of the record of their end.
    pub printed: HashMap<u64, Vec<Printed>>,
}

impl Reading {
    /// Reads the first records of a run, at most so many.
    ///
    /// # Errors
    ///
    /// Says why nothing can be told of it.
    pub fn of(storage: &dyn Storage, path: &Path, most: u64) -> Result<Self, StoreError> {
        let reading = Self::without_output(storage, path, most)?;
        let printed = printed(storage, path, &reading.records);
        Ok(Self { printed, ..reading })
    }

    /// Reads the same, and nothing of what commands printed.
    ///
    /// # Errors
    ///
    /// Says why nothing can be told of it.
    pub fn without_output(storage: &dyn Storage, path: &Path, most: u64) -> Result<Self, StoreError> {
        let (basis, records, _) = records(storage, path, most)?;
        let run = replay(basis, records.iter().cloned()).map_err(|why| StoreError::NoRun { path: path.into(), why })?;
        check_files(storage, path, &run, |name| name.ends_with(".yaml"))?;
        Ok(Self { run, records, printed: HashMap::new() })
    }
}

/// Reads a run with its records, to go through it from one to the next; and what its journal is worth.
pub(super) fn chronicle(storage: &dyn Storage, path: &Path) -> Result<(Chronicle, Run, Verdict), StoreError> {
    let (basis, records, verdict) = records(storage, path, u64::MAX)?;
    let (chronicle, run) = Chronicle::of(basis, records).map_err(|why| StoreError::NoRun { path: path.into(), why })?;
    check_files(storage, path, &run, |name| name.ends_with(".yaml"))?;
    Ok((chronicle, run, verdict))
}

/// Is what a run begins with, its records, and what its journal is worth.
type Records = (Basis, Vec<(Head, Event)>, Verdict);

fn records(storage: &dyn Storage, path: &Path, most: u64) -> Result<Records, StoreError> {
    let runbook = Arc::new(pinned_runbook(storage, path)?);
    let (kept, verdict) = read_all(storage, path)?;
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    let records = events(storage, path, kept.get(..most).unwrap_or(&kept))?;
    let roster = Arc::new(read_pinned_roster(storage, &path.join(ROSTER)).unwrap_or_default());
    Ok((Basis { runbook, roster }, records, verdict))
}

/// Reads what commands printed, as far as it was kept; what cannot be read is not shown.
fn printed(storage: &dyn Storage, run: &Path, records: &[(Head, Event)]) -> HashMap<u64, Vec<Printed>> {
    let of = |(head, event): &(Head, Event)| {
        let (folder, end) = match &event.what {
            What::ActionEnded { step, attempt, end } => (command_folder(step, *attempt), end),
            What::AdHocEnded { number, end } => (command_folder(&beside(*number), *number), end),
            _ => return None,
        };
        if end.output.iter().all(|output| output.bytes == 0) {
            return None;
        }
        let mut excerpts = [Excerpt::of(Stream::Out, "stdout"), Excerpt::of(Stream::Err, "stderr")];
        let dir = run.join(COMMANDS).join(folder);
        each_kept(storage, &dir, &mut |chunk| excerpts.iter_mut().for_each(|excerpt| excerpt.take(&chunk))).ok()?;
        let bytes =
            |stream: &str| end.output.iter().find(|output| output.stream == stream).map_or(0, |output| output.bytes);
        Some((head.n, excerpts.into_iter().map(|excerpt| excerpt.finish(bytes)).collect()))
    };
    records.iter().filter_map(of).collect()
}

/// Is the beginning and the end of a stream while it is read.
struct Excerpt {
    stream: Stream,
    name: &'static str,
    begin: Vec<u8>,
    /// Whether what comes next does not follow the beginning.
    is_parted: bool,
    end: VecDeque<u8>,
}

impl Excerpt {
    fn of(stream: Stream, name: &'static str) -> Self {
        Self { stream, name, begin: Vec::new(), is_parted: false, end: VecDeque::new() }
    }

    fn take(&mut self, chunk: &Chunk) {
        if chunk.stream != self.stream {
            return;
        }
        if chunk.missed > 0 {
            self.is_parted = true;
            self.end.clear();
        }
        let room = if self.is_parted { 0 } else { MOST_BEGIN.saturating_sub(self.begin.len()) };
        let (first, rest) = chunk.bytes.split_at(room.min(chunk.bytes.len()));
        self.begin.extend_from_slice(first);
        self.end.extend(rest);
        self.is_parted |= !rest.is_empty();
        self.end.drain(..self.end.len().saturating_sub(MOST_END));
    }

    /// Gives what is shown, whole lines where something is left out.
    fn finish(self, bytes: impl Fn(&str) -> u64) -> Printed {
        let (mut begin, mut end) = (self.begin, Vec::from(self.end));
        let all = bytes(self.name);
        let left = |begin: &[u8], end: &[u8]| all.saturating_sub((begin.len() + end.len()) as u64);
        if left(&begin, &end) > 0 {
            begin.truncate(begin.iter().rposition(|byte| *byte == b'\n').map_or(begin.len(), |at| at + 1));
            end.drain(..end.iter().position(|byte| *byte == b'\n').map_or(0, |at| at + 1));
        }
        let left_out = left(&begin, &end);
        Printed { stream: self.name.to_owned(), begin, left_out, end }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chunk(bytes: &[u8], missed: u64) -> Chunk {
        Chunk { stream: Stream::Out, offset: 0, at_ms: 0, bytes: bytes.into(), missed }
    }

    fn shown(chunks: &[Chunk], all: u64) -> (usize, u64, usize) {
        let mut excerpt = Excerpt::of(Stream::Out, "stdout");
        chunks.iter().for_each(|chunk| excerpt.take(chunk));
        let printed = excerpt.finish(|_| all);
        (printed.begin.len(), printed.left_out, printed.end.len())
    }

    #[test]
    fn short_output_is_shown_whole_and_of_long_output_the_beginning_and_the_end() {
        assert_eq!(shown(&[chunk(b"one\ntwo", 0)], 7), (7, 0, 0));
        let line = [b"x".repeat(99), b"\n".to_vec()].concat();
        let long: Vec<_> = (0..1_000).map(|_| chunk(&line, 0)).collect();
        let (begin, left_out, end) = shown(&long, 100_000);
        assert_eq!((begin % 100, end % 100, begin as u64 + left_out + end as u64), (0, 0, 100_000));
        assert!(begin > 3_900 && end > 12_000, "{begin} {end}");
    }

    #[test]
    fn what_was_not_kept_is_counted_as_left_out() {
        let (begin, left_out, end) = shown(&[chunk(b"first\n", 0), chunk(b"part\nlast\n", 1_000)], 1_016);
        assert_eq!((begin, left_out, end), (6, 1_005, 5));
    }
}
