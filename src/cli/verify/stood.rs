//! How a run stands by its bytes alone: the same wherever it lies, and whoever looks.
//!
//! What stands around a run, its ledger, and what ssh-keygen makes of its signatures here and today, are
//! left aside; so what is written down of it is the same each time.

use super::doubt::{About, Weight};
use super::report::{Part, Report};
use crate::journal::{Finding, Gravity, Seal};

/// Says how a run stands by its bytes alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::cli) enum Stood {
    /// Something is not as it was recorded, as these words say.
    Altered(String),
    /// It is not sealed, and a write at its end did not come to its end.
    Torn,
    /// It is not sealed.
    Unsealed,
    /// A newer program sealed it.
    NewerSeal,
    /// It is sealed; so say the seal and the names of those whose signatures of it are there.
    Sealed(Box<Seal>, Vec<String>),
}

impl Stood {
    pub(super) fn of(report: &Report) -> Self {
        let audit = &report.judged.audit;
        let is_altered = |found: &&Finding| Part::of(found) != Part::Ledger && found.gravity() == Gravity::Altered;
        let altered = audit.findings.iter().find(is_altered).map(ToString::to_string);
        let doubts = report.judged.doubts.list();
        let is_of_bytes = |about| matches!(about, About::Roster | About::Runbook | About::Output);
        let doubt = doubts.iter().find(|doubt| doubt.weight == Weight::Wrong && is_of_bytes(doubt.about));
        let altered = altered.or_else(|| doubt.map(super::doubt::Doubt::text));
        match (altered, report.torn(), report.seal(), &audit.seal_text) {
            (Some(words), ..) => Self::Altered(words),
            (None, Some(_), ..) => Self::Torn,
            (None, None, Some(seal), _) => Self::Sealed(Box::new(seal), audit.signers.clone()),
            (None, None, None, Some(_)) => Self::NewerSeal,
            (None, None, None, None) => Self::Unsealed,
        }
    }

    /// Tells whether the run is sealed, and as it was then.
    pub(in crate::cli) fn is_sealed(&self) -> bool {
        matches!(self, Self::Sealed(..) | Self::NewerSeal)
    }
}
