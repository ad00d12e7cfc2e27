//! What a witness takes and what it refuses: a head has to extend the last one that was kept.
//!
//! No file and no pipe is known here. Heads that are kept already may come again, which is how a
//! witness goes on after the line was cut; what comes then has to be one chain that leads to the last
//! head that was kept. [`Anchors`] holds a journal against what was kept of it.

use std::collections::{BTreeMap, HashMap};
use std::io::{self, BufRead, Read as _};

use super::line::{HeadLine, NotAHead};
use crate::journal::Digest;

/// The longest line that can be one.
const LONGEST: u64 = 2048;
/// How many runs a file may be about.
const MOST_RUNS: usize = 10_000;
/// What ends a line that was not written to its end.
pub(super) const FENCE: u8 = b'#';

/// Is a line of a file or a stream of heads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// A head.
    Head(HeadLine),
    /// What a write left that did not end, closed by a later one.
    Torn,
    /// A beginning of a line, with nothing behind it.
    Unfinished,
    /// Something else.
    Strange(NotAHead),
}

/// Reads the next line; nothing at the end.
///
/// # Errors
///
/// Gives what the system said when reading failed.
pub fn read_heads(input: &mut impl BufRead) -> io::Result<Option<Entry>> {
    let mut line = Vec::new();
    input.take(LONGEST).read_until(b'\n', &mut line)?;
    Ok(match line.strip_suffix(b"\n") {
        None if line.is_empty() => None,
        None if line.len() as u64 == LONGEST => Some(Entry::Strange(NotAHead)),
        None => Some(Entry::Unfinished),
        Some(line) if line.last() == Some(&FENCE) => Some(Entry::Torn),
        Some(line) => Some(HeadLine::parse(line).map_or_else(Entry::Strange, Entry::Head)),
    })
}

/// Says why a head is not kept.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Refusal {
    /// There are heads missing in between.
    #[error(
        "{run}: head {found} came, and the last one kept is {kept}; begin again with: mop heads -f --after {kept} {run}"
    )]
    Gap { run: String, kept: u64, found: u64 },
    /// It follows another head than the one that was kept.
    #[error("{run}: record {n} was changed after its head was kept; the log is not the one that was witnessed")]
    Fork { run: String, n: u64 },
    /// Heads come that do not follow each other.
    #[error("{run}: head {n} does not follow the one that came before it")]
    Disorder { run: String, n: u64 },
    /// The log ends before what was kept of it.
    #[error("{run}: the log ends with record {found}, and head {kept} was kept; it was cut, or is another one")]
    Behind { run: String, kept: u64, found: u64 },
    /// There are more runs than anybody witnesses.
    #[error("heads of more than {MOST_RUNS} runs are kept; begin a new file")]
    TooMany,
}

/// Says what a head is to a witness.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Judged {
    /// It is the first one of its run, and is to be kept.
    First,
    /// It extends the last one, and is to be kept.
    New,
    /// It is one that is behind the last one, or is the last one.
    Known,
}

/// Remembers the last head of each run.
#[derive(Debug, Default)]
pub(super) struct Witness {
    kept: HashMap<String, (u64, Digest)>,
    /// What came last, and has not reached what was kept.
    behind: HashMap<String, (u64, Digest)>,
}

impl Witness {
    /// Takes a head that was kept before.
    pub(super) fn recall(&mut self, head: &HeadLine) -> Result<(), Refusal> {
        if let Some(kept) = self.kept.get(&head.run) {
            check_extends(*kept, head)?;
        }
        self.kept.insert(head.run.clone(), (head.n, head.head));
        Ok(())
    }

    /// Judges a head that comes in.
    pub(super) fn judge(&mut self, head: &HeadLine) -> Result<Judged, Refusal> {
        let Some(kept) = self.kept.get(&head.run).copied() else {
            return self.begin(head);
        };
        if let Some((n, hash)) = self.behind.remove(&head.run)
            && (head.n != n + 1 || head.prev != hash)
        {
            return Err(Refusal::Disorder { run: head.run.clone(), n: head.n });
        }
        if head.n < kept.0 {
            self.behind.insert(head.run.clone(), (head.n, head.head));
            return Ok(Judged::Known);
        }
        if head.n == kept.0 {
            let fork = Refusal::Fork { run: head.run.clone(), n: head.n };
            return (head.head == kept.1).then_some(Judged::Known).ok_or(fork);
        }
        check_extends(kept, head)?;
        self.kept.insert(head.run.clone(), (head.n, head.head));
        Ok(Judged::New)
    }

    fn begin(&mut self, head: &HeadLine) -> Result<Judged, Refusal> {
        if self.kept.len() >= MOST_RUNS {
            return Err(Refusal::TooMany);
        }
        self.kept.insert(head.run.clone(), (head.n, head.head));
        Ok(Judged::First)
    }

    /// Refuses a run whose heads ended before the last one that was kept.
    pub(super) fn check_reached(&self) -> Result<(), Refusal> {
        match self.behind.iter().min_by_key(|(run, _)| run.as_str()) {
            None => Ok(()),
            Some((run, (found, _))) => {
                let kept = self.kept.get(run).map_or(*found, |kept| kept.0);
                Err(Refusal::Behind { run: run.clone(), kept, found: *found })
            }
        }
    }
}

fn check_extends((n, hash): (u64, Digest), head: &HeadLine) -> Result<(), Refusal> {
    let run = || head.run.clone();
    match head.n.checked_sub(n) {
        Some(1) if head.prev == hash => Ok(()),
        Some(1) => Err(Refusal::Fork { run: run(), n }),
        Some(2..) => Err(Refusal::Gap { run: run(), kept: n, found: head.n }),
        Some(0) | None => Err(Refusal::Disorder { run: run(), n: head.n }),
    }
}

/// Is the heads of one run that a witness kept, to hold its journal against.
#[derive(Clone, Debug, Default)]
pub struct Anchors(BTreeMap<u64, Digest>);

impl Anchors {
    /// Takes a head that was kept; gives false when another one of its number was kept too.
    pub fn add(&mut self, head: &HeadLine) -> bool {
        *self.0.entry(head.n).or_insert(head.head) == head.head
    }

    /// Tells whether a record is the one that was witnessed; nothing when it was not witnessed.
    #[must_use]
    pub fn agrees(&self, n: u64, head: &Digest) -> Option<bool> {
        self.0.get(&n).map(|kept| kept == head)
    }

    /// Gives the number of the last record that was witnessed, which the journal has to hold.
    #[must_use]
    pub fn last(&self) -> Option<u64> {
        self.0.last_key_value().map(|(n, _)| *n)
    }
}

#[cfg(test)]
mod tests;
