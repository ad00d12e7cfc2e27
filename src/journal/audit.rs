//! The audit of a run's directory: every byte that something vouches for, held against it.
//!
//! Reads a directory that may come from anywhere and gives findings; it writes nothing, prints
//! nothing and follows no links. Of a record's body it reads a few members that every version has,
//! so it works on runs of newer programs. What it holds in memory are the names of blobs and the ids
//! of records. Whether signatures are anybody's is asked on a higher floor, of what is handed out here.

use std::path::Path;

use super::digest::Digest;
use super::error::JournalError;
use super::layout::LogFiles;
use super::reader::{Depth, Verdict, open_stretch, survey};
use super::receipt::Receipt;
use super::record::Record;
use super::seal::{Seal, Sealed, seal_signers};
use super::storage::{Kind, Storage};
use super::whole::kind_of;
use finding::Findings;
use gathering::Gathering;

mod files;
mod finding;
mod gathering;
mod ledgers;
mod seals;

pub use finding::{Finding, Gravity, SealPart};

/// Says what is audited, and against what.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// The run's directory.
    pub run: &'a Path,
    /// The state directory that the run was made in; none for a copy that was taken elsewhere, because
    /// any other ledger would contradict it.
    pub state: Option<&'a Path>,
    /// What people kept: the numbers of records, and their receipts.
    pub receipts: &'a [(u64, Receipt)],
}

impl Subject<'_> {
    /// Gives the name of the run's directory; empty when the path ends in none.
    fn name(&self) -> &str {
        self.run.file_name().and_then(|name| name.to_str()).unwrap_or_default()
    }
}

/// Says what a run's directory is worth, the worst first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Something is not as it was recorded; this is the first of what was found.
    Altered(Finding),
    /// The journal ends in a write that did not come to its end.
    TornTail {
        /// Where the write begins.
        offset: u64,
        /// How many bytes it left.
        len: u64,
    },
    /// All is as it was recorded, but records may have been cut off at the end.
    Unsealed,
    /// All is as it was recorded and sealed.
    Intact(Box<Seal>),
}

/// Is what was found in a run's directory.
#[derive(Clone, Debug)]
pub struct Audit {
    /// What it is worth.
    pub standing: Standing,
    /// What was found, in the order in which it was looked for.
    pub findings: Vec<Finding>,
    /// How many findings were left out because there are too many.
    pub left_out: u64,
    /// How many records are verified.
    pub records: u64,
    /// The hash of the last of them.
    pub head: Digest,
    /// How many bytes the journal has.
    pub bytes: u64,
    /// How many of the records mend what a write left behind.
    pub recovers: u64,
    /// How many files the first record names, which were looked at.
    pub files: u64,
    /// How many blobs records name, which were looked at.
    pub blobs: u64,
    /// The bytes of the seal, whatever they are worth: they are what is signed.
    pub seal_text: Option<Vec<u8>>,
    /// Whose signatures of the seal are there, by their names alone.
    pub signers: Vec<String>,
}

/// Audits a run's directory, and hands out each verified record on the way.
///
/// # Errors
///
/// Says what could not be read, so that nothing can be said; whatever can be read is no error but
/// a finding.
pub fn audit(
    storage: &dyn Storage,
    subject: &Subject<'_>,
    each: &mut dyn FnMut(&Record<'_>),
) -> Result<Audit, JournalError> {
    storage.stat(subject.run).map_err(JournalError::io("look at", subject.run))?;
    let mut findings = Findings::default();
    let Some(journal) = read_journal(storage, subject, (&mut findings, each))? else {
        return Ok(without_journal(findings));
    };
    let Journal { verdict, gathering, .. } = &journal;
    files::check(storage, subject.run, (gathering, &mut findings))?;
    let (seal_text, seal) = seals::check(storage, subject, (&journal, &mut findings))?;
    if let Some(state) = subject.state {
        let (name, seal_text) = (subject.name(), seal_text.as_deref());
        let known = ledgers::Known { name, gathering, seal_text, seal: seal.as_ref() };
        ledgers::check(storage, state, (&known, &mut findings))?;
    }
    Ok(Audit {
        standing: standing(&findings, (verdict, seal)),
        records: verdict.records,
        head: verdict.head,
        bytes: verdict.size,
        recovers: gathering.recovers,
        files: gathering.first.as_ref().map_or(0, |first| first.files.len() as u64),
        blobs: gathering.blobs.len() as u64,
        seal_text,
        signers: seal_signers(storage, subject.run)?,
        left_out: findings.left_out,
        findings: findings.list,
    })
}

/// Is what one reading of a journal gave.
struct Journal {
    verdict: Verdict,
    sha256: Digest,
    gathering: Gathering,
}

/// Reads the journal in one go; nothing when there is none to read.
fn read_journal(
    storage: &dyn Storage,
    subject: &Subject<'_>,
    (findings, each): (&mut Findings, &mut dyn FnMut(&Record<'_>)),
) -> Result<Option<Journal>, JournalError> {
    let path = LogFiles::of_run(subject.run).journal;
    match kind_of(storage, &path)? {
        Some(Kind::File) => {}
        kind => {
            findings.push(Finding::NoJournal { is_other: kind.is_some() });
            return Ok(None);
        }
    }
    let file = open_stretch(storage, &path)?;
    let mut gathering = Gathering::new(subject.receipts);
    let (verdict, sha256) = survey(&file.as_stretch(), Depth::Full, &mut |record| {
        gathering.note(record, findings);
        each(record);
    })?;
    findings.extend(verdict.broken.map(Finding::Chain));
    findings.extend(verdict.torn.map(Finding::Torn));
    if verdict.records == 0 {
        findings.push(Finding::NoRecords);
    }
    gathering.finish(verdict.records, findings);
    Ok(Some(Journal { verdict, sha256, gathering }))
}

fn without_journal(findings: Findings) -> Audit {
    let empty = Verdict { records: 0, head: Digest::ZERO, size: 0, broken: None, torn: None };
    Audit {
        standing: standing(&findings, (&empty, None)),
        findings: findings.list,
        left_out: findings.left_out,
        records: 0,
        head: Digest::ZERO,
        bytes: 0,
        recovers: 0,
        files: 0,
        blobs: 0,
        seal_text: None,
        signers: Vec::new(),
    }
}

fn standing(findings: &Findings, (verdict, seal): (&Verdict, Option<Sealed>)) -> Standing {
    match (&findings.first_altered, verdict.torn, seal) {
        (Some(found), _, _) => Standing::Altered(found.clone()),
        (None, Some(torn), _) => Standing::TornTail { offset: torn.offset, len: torn.len },
        (None, None, None) => Standing::Unsealed,
        (None, None, Some(sealed)) => Standing::Intact(Box::new(sealed.seal)),
    }
}

#[cfg(test)]
mod tests;
