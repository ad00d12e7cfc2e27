//! The ledger: which runs were opened and sealed in a state directory, so that a deleted run shows.
//!
//! A log like a run's journal, with two kinds of entries, appended to by every process that opens or
//! seals a run here. A fact is recorded once, however often it is noted. What an entry has to do with
//! a run's directory is the audit's question.

use std::path::Path;

use serde::Deserialize;

use super::clock::timestamp;
use super::digest::{Digest, RecordId};
use super::error::JournalError;
use super::layout::LogFiles;
use super::name::is_run;
use super::reader::{Depth, Verdict, read_log};
use super::record::{Appended, Draft, Outcome, Record};
use super::seal::Sealed;
use super::storage::Storage;
use super::whole::{is_there, sync_dir};
use super::writer::Writer;
use super::{Chain, World};

/// Is the ledger of a state directory, open for noting facts.
#[derive(Debug)]
pub struct Ledger {
    world: World,
    writer: Writer,
    by: Vec<u8>,
}

/// Is one fact in a ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LedgerEntry {
    /// The number of its record.
    pub n: u64,
    /// The hash of its record.
    pub head: Digest,
    /// The name of the run's directory.
    pub run: String,
    /// What happened to the run.
    pub fact: LedgerFact,
}

/// Says what happened to a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LedgerFact {
    /// It was opened for the first time.
    Opened {
        /// The hash of its first record.
        first: Digest,
    },
    /// It was sealed.
    Sealed {
        /// How many records it had.
        records: u64,
        /// The hash of the last of them.
        head: Digest,
        /// The hash of its seal.
        seal: Digest,
    },
}

impl Ledger {
    /// Opens the ledger of a state directory, which is there, and begins one where there is none.
    ///
    /// `by` is a JSON object whose members stand in each entry: who, and in which session.
    ///
    /// # Errors
    ///
    /// Says why nothing can be noted.
    pub fn open(world: &World, state: &Path, by: &[u8]) -> Result<Self, JournalError> {
        begin(&*world.storage, state)?;
        let writer = Writer::open_log(world, LogFiles::of_ledger(state), by)?;
        let ledger = Self { world: world.clone(), writer, by: by.to_vec() };
        ledger.draft("-", &LedgerFact::Sealed { records: 0, head: Digest::ZERO, seal: Digest::ZERO })?;
        ledger.draft("-", &LedgerFact::Opened { first: Digest::ZERO })?;
        Ok(ledger)
    }

    /// Gives the last entry that this process has verified, by number and hash.
    #[must_use]
    pub fn head(&self) -> Option<(u64, Digest)> {
        self.writer.last().map(|last| (last.n, last.head))
    }

    /// Notes that a run is there, by its name and the hash of its first record.
    ///
    /// # Errors
    ///
    /// Says why it is not noted; it can always be noted again.
    pub fn note_opened(&mut self, run: &str, first: &Digest) -> Result<Appended, JournalError> {
        self.note(run, &LedgerFact::Opened { first: *first })
    }

    /// Notes that a run is sealed; its seal has to be durable already.
    ///
    /// # Errors
    ///
    /// Says why it is not noted; it can always be noted again.
    pub fn note_sealed(&mut self, sealed: &Sealed) -> Result<Appended, JournalError> {
        let Sealed { seal, sha256, .. } = sealed;
        self.note(&seal.run, &LedgerFact::Sealed { records: seal.records, head: seal.head, seal: *sha256 })
    }

    fn note(&mut self, run: &str, fact: &LedgerFact) -> Result<Appended, JournalError> {
        if !is_run(run) {
            return Err(JournalError::Name { name: run.to_owned(), what: "a run in the ledger" });
        }
        let draft = self.draft(run, fact)?;
        match self.writer.append(&draft, |_| Ok::<(), std::convert::Infallible>(()))? {
            Outcome::Appended(at) | Outcome::Already(at) => Ok(at),
            Outcome::Refused(never) => match never {},
        }
    }

    /// Writes an entry, under an id that the same fact always gets.
    fn draft(&self, run: &str, fact: &LedgerFact) -> Result<Draft, JournalError> {
        let fact = fact_members(run, fact);
        let id = RecordId::from_digest(&Digest::of(fact.as_bytes()));
        let (ts, mono) = (timestamp(self.world.clock.wall_ms()), self.world.clock.since_boot().as_nanos());
        let by = self.by.strip_prefix(b"{").unwrap_or(&self.by);
        let body = [format!(r#"{{{fact},"ts":"{ts}","mono":"{mono}","#).as_bytes(), by].concat();
        Draft::new(id, &body)
    }
}

fn fact_members(run: &str, fact: &LedgerFact) -> String {
    let run = serde_json::Value::from(run);
    match fact {
        LedgerFact::Opened { first } => format!(r#""t":"run_opened","run":{run},"first":"{first}""#),
        LedgerFact::Sealed { records, head, seal } => {
            format!(r#""t":"run_sealed","run":{run},"records":{records},"head":"{head}","seal":"{seal}""#)
        }
    }
}

/// Makes the two files where there are none.
///
/// The journal is there durably before its lock is, and both before anything is appended. So a crash
/// leaves nothing, an empty journal or both, and whatever else is found was done by somebody.
fn begin(storage: &dyn Storage, state: &Path) -> Result<(), JournalError> {
    let LogFiles { journal, lock, .. } = LogFiles::of_ledger(state);
    if !is_there(storage, &lock)? {
        make(storage, &journal)?;
        sync_dir(storage, state)?;
        // Looked at in this order: whoever fills the journal has made the lock before.
        if size_of(storage, &journal)? > 0 && !is_there(storage, &lock)? {
            return Err(JournalError::Missing { path: lock, beside: journal });
        }
        make(storage, &lock)?;
    }
    if !is_there(storage, &journal)? {
        return Err(JournalError::Missing { path: journal, beside: lock });
    }
    // Also when another process made them: it may not have come to this yet.
    sync_dir(storage, state)
}

/// Makes an empty file, unless there is one.
fn make(storage: &dyn Storage, path: &Path) -> Result<(), JournalError> {
    match storage.create(path) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => Err(JournalError::io("make", path)(error)),
        _ => Ok(()),
    }
}

fn size_of(storage: &dyn Storage, path: &Path) -> Result<u64, JournalError> {
    storage.stat(path).map(|found| found.size).map_err(JournalError::io("look at", path))
}

/// Reads the ledger of a state directory; one that is not there has no entries.
///
/// Entries of kinds that this version does not know are part of the chain and are left out here.
///
/// # Errors
///
/// Says which file could not be read; a broken chain is no error but a verdict.
pub fn read_ledger(storage: &dyn Storage, state: &Path) -> Result<(Vec<LedgerEntry>, Verdict), JournalError> {
    let mut entries = Vec::new();
    let verdict = walk_ledger(storage, state, &mut |record| entries.extend(entry_of(record)))?;
    Ok((entries, verdict.unwrap_or_else(nothing)))
}

fn nothing() -> Verdict {
    Verdict { records: 0, head: *Chain::default().head(), size: 0, broken: None, torn: None }
}

/// Walks along the ledger of a state directory; nothing when there is none.
pub(super) fn walk_ledger(
    storage: &dyn Storage,
    state: &Path,
    each: &mut dyn FnMut(&Record<'_>),
) -> Result<Option<Verdict>, JournalError> {
    let log = LogFiles::of_ledger(state);
    if !is_there(storage, &log.journal)? {
        return Ok(None);
    }
    read_log(storage, &log, Depth::Full, each).map(Some)
}

/// The members of an entry that are read.
#[derive(Deserialize)]
struct Members<'a> {
    t: &'a str,
    run: String,
    first: Option<&'a str>,
    records: Option<u64>,
    head: Option<&'a str>,
    seal: Option<&'a str>,
}

/// Reads a record of the ledger as an entry; nothing when it is of a kind that is not known.
pub(super) fn entry_of(record: &Record<'_>) -> Option<LedgerEntry> {
    let Members { t, run, first, records, head, seal } = serde_json::from_slice(record.line()).ok()?;
    let digest = |hex: Option<&str>| Digest::parse(hex?.as_bytes());
    let fact = match t {
        "run_opened" => LedgerFact::Opened { first: digest(first)? },
        "run_sealed" => LedgerFact::Sealed { records: records?, head: digest(head)?, seal: digest(seal)? },
        _ => return None,
    };
    Some(LedgerEntry { n: record.n, head: record.head, run, fact })
}

#[cfg(test)]
mod tests;
