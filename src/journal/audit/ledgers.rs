//! A run against the ledger: what it says about the run, and what the run and its seal saw of it.
//!
//! A ledger that says something else counts against the run; one that says nothing is only told.

use std::path::Path;

use super::finding::{Finding, Findings};
use super::gathering::{First, Gathering};
use crate::journal::digest::Digest;
use crate::journal::error::JournalError;
use crate::journal::ledger::{LedgerEntry, LedgerFact, entry_of, walk_ledger};
use crate::journal::seal::Sealed;
use crate::journal::storage::Storage;

/// Is what is known of a run before its ledger is read.
#[derive(Debug)]
pub(super) struct Known<'a> {
    /// The name of its directory.
    pub name: &'a str,
    /// Its records.
    pub gathering: &'a Gathering,
    /// The bytes of its seal.
    pub seal_text: Option<&'a [u8]>,
    /// Its seal, if it could be read.
    pub seal: Option<&'a Sealed>,
}

/// Holds a run against the ledger of a state directory.
pub(super) fn check(
    storage: &dyn Storage,
    state: &Path,
    (known, findings): (&Known<'_>, &mut Findings),
) -> Result<(), JournalError> {
    let mut comparison = Comparison::new(known);
    let verdict = walk_ledger(storage, state, &mut |record| {
        comparison.check_places((record.n, &record.head), findings);
        if let Some(entry) = entry_of(record) {
            comparison.check_entry(&entry, findings);
        }
    })?;
    let entries = verdict.as_ref().map_or(0, |verdict| verdict.records);
    findings.extend(verdict.as_ref().and_then(|verdict| verdict.broken).map(Finding::LedgerBroken));
    findings.extend(verdict.as_ref().and_then(|verdict| verdict.torn).map(Finding::LedgerTorn));
    comparison.finish(entries, findings);
    Ok(())
}

struct Comparison<'a> {
    name: &'a str,
    first: Option<&'a First>,
    /// The hash of the seal.
    seal: Option<Digest>,
    /// Where the ledger stood when the run began and when it was sealed.
    places: Vec<(u64, Digest)>,
    knows_run: bool,
    knows_seal: bool,
}

impl<'a> Comparison<'a> {
    fn new(known: &Known<'a>) -> Self {
        let first = known.gathering.first.as_ref();
        let began = first.and_then(|first| first.ledger);
        let ended = known.seal.and_then(|sealed| sealed.seal.ledger);
        let mut places: Vec<_> = began.into_iter().chain(ended).collect();
        places.dedup();
        let seal = known.seal_text.map(Digest::of);
        Self { name: known.name, first, seal, places, knows_run: false, knows_seal: false }
    }

    fn check_places(&self, (n, head): (u64, &Digest), findings: &mut Findings) {
        if self.places.iter().any(|place| place.0 == n && place.1 != *head) {
            findings.push(Finding::LedgerRewritten { n });
        }
    }

    fn check_entry(&mut self, entry: &LedgerEntry, findings: &mut Findings) {
        let (n, is_named) = (entry.n, entry.run == self.name);
        match entry.fact {
            LedgerFact::Opened { first } if self.first.is_some_and(|own| own.head == first) => {
                self.knows_run = true;
                findings.extend((!is_named).then(|| Finding::Renamed { was: entry.run.clone(), n }));
            }
            LedgerFact::Opened { .. } if is_named => findings.push(Finding::LedgerNamesAnother { n }),
            LedgerFact::Sealed { seal, .. } if self.seal == Some(seal) => self.knows_seal = true,
            LedgerFact::Sealed { .. } if is_named && self.seal.is_none() => {
                findings.push(Finding::SealRemoved { n });
            }
            LedgerFact::Sealed { .. } if is_named => findings.push(Finding::LedgerSealDiffers { n }),
            LedgerFact::Opened { .. } | LedgerFact::Sealed { .. } => {}
        }
    }

    fn finish(&self, entries: u64, findings: &mut Findings) {
        let cut = self.places.iter().filter(|(n, _)| *n >= entries);
        findings.extend(cut.map(|(n, _)| Finding::LedgerCut { n: *n, entries }));
        if !self.knows_run {
            findings.push(Finding::NotInLedger);
        } else if self.seal.is_some() && !self.knows_seal {
            findings.push(Finding::SealNotInLedger);
        }
    }
}
