//! All that was found out about a run, for whoever writes it down.

use std::path::PathBuf;
use std::sync::Arc;

use serde_json::{Value as Json, json};

use super::doubt::{Doubt, Weight};
use super::judge::Judged;
use super::outside::Outside;
use super::seal::Sealer;
use crate::journal::{Finding, Gravity, Seal};

/// Is all that was found out about a run.
#[derive(Debug)]
pub(super) struct Report {
    /// The name of its directory.
    pub(super) name: String,
    pub(super) judged: Judged,
    /// Whose signatures of the seal hold.
    pub(super) sealers: Vec<Sealer>,
    /// What the auditor brought along.
    pub(super) outside: Arc<Outside>,
    /// The ledger that it was held against.
    pub(super) ledger: Option<LedgerAt>,
}

/// Says which ledger a run is held against.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct LedgerAt {
    /// The state directory.
    pub(super) state: PathBuf,
    /// Whether it was asked for by name.
    pub(super) is_asked: bool,
}

/// Says what a finding of the audit is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Journal,
    Files,
    Blobs,
    Seal,
    Ledger,
    Receipts,
}

impl Part {
    /// Gives the part that a finding is about.
    pub(super) fn of(finding: &Finding) -> Self {
        match finding {
            Finding::NoJournal { .. } | Finding::NoRecords | Finding::Chain(_) | Finding::Torn(_) => Self::Journal,
            Finding::Recovered { .. } | Finding::DoubledId { .. } | Finding::TimeBackwards { .. } => Self::Journal,
            Finding::Unclear { member: "blobs", .. } => Self::Blobs,
            Finding::Unclear { member: "ledger", .. } => Self::Ledger,
            Finding::Unclear { .. } | Finding::FileMissing { .. } | Finding::FileAltered { .. } => Self::Files,
            Finding::FileNameUnfit { .. } | Finding::Unexpected { .. } | Finding::TooMany { .. } => Self::Files,
            Finding::Remains { .. } => Self::Files,
            Finding::BlobMissing { .. } | Finding::BlobAltered { .. } => Self::Blobs,
            Finding::ReceiptDiffers { .. } | Finding::ReceiptBeyond { .. } => Self::Receipts,
            Finding::SealIsNone | Finding::SealUnreadable(_) | Finding::SealDiffers(_) => Self::Seal,
            Finding::SealRemoved { .. } | Finding::LedgerBroken(_) | Finding::LedgerTorn(_) => Self::Ledger,
            Finding::LedgerNamesAnother { .. } | Finding::LedgerSealDiffers { .. } => Self::Ledger,
            Finding::LedgerCut { .. } | Finding::LedgerRewritten { .. } | Finding::Renamed { .. } => Self::Ledger,
            Finding::NotInLedger | Finding::SealNotInLedger => Self::Ledger,
        }
    }

    /// Gives the word that scripts know it by.
    fn word(self) -> &'static str {
        match self {
            Self::Journal => "journal",
            Self::Files => "files",
            Self::Blobs => "blobs",
            Self::Seal => "seal",
            Self::Ledger => "ledger",
            Self::Receipts => "receipts",
        }
    }
}

impl Report {
    /// Counts what of a part is not as it was recorded.
    pub(super) fn altered(&self, part: Part) -> usize {
        let is_altered = |found: &&Finding| Part::of(found) == part && found.gravity() == Gravity::Altered;
        self.judged.audit.findings.iter().filter(is_altered).count()
    }

    /// Tells whether the audit found just that.
    pub(super) fn has(&self, finding: &Finding) -> bool {
        self.judged.audit.findings.contains(finding)
    }

    /// Gives how many bytes at the end are a write that did not come to its end.
    pub(super) fn torn(&self) -> Option<u64> {
        self.judged.audit.findings.iter().find_map(|finding| match finding {
            Finding::Torn(junk) => Some(junk.len),
            _ => None,
        })
    }

    /// Gives what the seal says, when this version can read it.
    pub(super) fn seal(&self) -> Option<Seal> {
        self.judged.audit.seal_text.as_deref().and_then(|text| Seal::parse(text).ok())
    }

    /// Gives everything that was found, in words with its weight, those that weigh most first.
    pub(super) fn found(&self) -> Vec<(&'static str, String)> {
        let audit = self.judged.audit.findings.iter().map(|finding| (weight(finding), finding.to_string()));
        let doubts = self.judged.doubts.list().iter().map(|doubt| (doubt.weight, doubt.text()));
        let mut found: Vec<_> = audit.chain(doubts).collect();
        found.sort_by_key(|(weight, _)| std::cmp::Reverse(*weight));
        found.into_iter().map(|(weight, words)| (weight.word(), words)).collect()
    }

    /// Gives the same for scripts.
    pub(super) fn found_json(&self) -> Vec<Json> {
        let of_audit = |finding: &Finding| {
            let about = Part::of(finding).word();
            json!({ "weight": weight(finding).word(), "about": about, "record": finding.record(), "words": finding.to_string() })
        };
        let audit = self.judged.audit.findings.iter().map(of_audit);
        audit.chain(self.judged.doubts.list().iter().map(Doubt::json)).collect()
    }

    /// Tells how much of what was found is not listed.
    pub(super) fn left_out(&self) -> u64 {
        self.judged.audit.left_out + self.judged.doubts.left_out
    }

    /// Gives up to which record a receipt or a witness vouches for the log.
    pub(super) fn reach(&self) -> Option<u64> {
        self.outside.reach()
    }
}

fn weight(finding: &Finding) -> Weight {
    match finding.gravity() {
        Gravity::Note => Weight::Note,
        Gravity::Warning | Gravity::Torn => Weight::Warning,
        Gravity::Altered => Weight::Wrong,
    }
}
