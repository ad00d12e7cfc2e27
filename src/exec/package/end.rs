//! What was found in an archive, in values and in sentences.

use std::fmt;
use std::time::Duration;

use crate::exec::fetch::{size_words, time_words};
use crate::text::Shown;

/// How many faults, and how many remarks, are kept.
const MOST: usize = 100;
/// How many faults stand in the sentence.
const MOST_SAID: usize = 3;

/// Says how looking into an archive ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum How {
    /// It is whole, and as it should be.
    Sound,
    /// It has faults.
    Faulty,
    /// Somebody stopped it.
    Cancelled,
    /// It could not be looked at; why, as a sentence.
    Failed(Shown),
}

/// Is one thing that is wrong with an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The entry that it is about; the archive itself when there is none.
    pub entry: Option<Shown>,
    /// What is wrong.
    pub what: Shown,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.entry {
            Some(entry) => write!(f, "`{entry}` {}", self.what),
            None => write!(f, "{}", self.what),
        }
    }
}

/// Counts what is in an archive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// How many files.
    pub files: u64,
    /// How many folders.
    pub folders: u64,
    /// How many links.
    pub links: u64,
    /// How many archives, which were not opened.
    pub archives: u64,
    /// How many bytes all entries have, as they are packed.
    pub packed: u64,
    /// How many bytes were unpacked, and proved by their checksums.
    pub unpacked: u64,
}

/// Is the end of looking into an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct End {
    /// How it ended.
    pub how: How,
    /// What is in it.
    pub tally: Tally,
    /// What is wrong with it; the first hundred.
    pub faults: Vec<Fault>,
    /// What is worth knowing, and no fault; the first hundred.
    pub remarks: Vec<Fault>,
    /// How many faults and remarks were left off.
    pub left_off: u64,
    /// How long it took.
    pub took: Duration,
}

impl End {
    pub(super) fn new() -> Self {
        let (faults, remarks) = (Vec::new(), Vec::new());
        Self { how: How::Sound, tally: Tally::default(), faults, remarks, left_off: 0, took: Duration::ZERO }
    }

    pub(super) fn failed(why: Shown) -> Self {
        Self { how: How::Failed(why), ..Self::new() }
    }

    /// Tells whether nothing is wrong with it.
    #[must_use]
    pub fn is_good(&self) -> bool {
        self.how == How::Sound
    }

    /// Takes down a fault of an entry, or of the archive.
    pub(super) fn fault(&mut self, entry: Option<&str>, what: &str) {
        let (faults, left_off) = (&mut self.faults, &mut self.left_off);
        push(faults, left_off, (entry, what));
    }

    /// Takes down what is worth knowing.
    pub(super) fn remark(&mut self, entry: Option<&str>, what: &str) {
        let (remarks, left_off) = (&mut self.remarks, &mut self.left_off);
        push(remarks, left_off, (entry, what));
    }
}

fn push(to: &mut Vec<Fault>, left_off: &mut u64, (entry, what): (Option<&str>, &str)) {
    if to.len() >= MOST {
        *left_off += 1;
        return;
    }
    let entry = entry.map(|entry| Shown::line_limited(entry, 200));
    to.push(Fault { entry, what: Shown::line_limited(what, 400) });
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.how {
            How::Sound => {
                let Tally { files, unpacked, .. } = self.tally;
                let s = if files == 1 { "" } else { "s" };
                let (size, time) = (size_words(unpacked), time_words(self.took));
                write!(f, "{files} file{s}, {size} unpacked, every checksum is right ({time})")?;
                some(f, "; note: ", &self.remarks)
            }
            How::Faulty => some(f, "", &self.faults),
            How::Cancelled => write!(f, "stopped after {}", size_words(self.tally.unpacked)),
            How::Failed(why) => write!(f, "{why}"),
        }
    }
}

/// Writes the first few.
fn some(f: &mut fmt::Formatter<'_>, before: &str, all: &[Fault]) -> fmt::Result {
    for (place, fault) in all.iter().take(MOST_SAID).enumerate() {
        let before = if place == 0 { before } else { "; " };
        write!(f, "{before}{fault}")?;
    }
    match all.len().checked_sub(MOST_SAID) {
        Some(more @ 1..) => write!(f, "; and {more} more"),
        _ => Ok(()),
    }
}
