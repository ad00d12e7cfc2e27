//! The verdict: what all that was found out comes to, in one line and one exit code.
//!
//! The worst decides. A run is called intact only when it is sealed, somebody signed the seal, and
//! everything that was asked about it holds.

use super::doubt::{About, Weight};
use super::report::Report;
use crate::cli::Exit;
use crate::journal::{Finding, Standing};
use crate::text::{counted, grouped};

/// How many signers stand in the line.
const MOST_SIGNERS: usize = 8;

/// Says what a run is worth, the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Something is not as it was recorded.
    Altered,
    /// A signature does not hold.
    BadSignature,
    /// The directory is gone, and the ledger knows the run.
    Deleted,
    /// It cannot be told whether signatures hold.
    CannotTell,
    /// The ledger does not know the run or its seal, and it was asked for by name.
    NotInAskedLedger,
    /// A write at the end did not come to its end.
    TornTail,
    /// There is no seal.
    Unsealed,
    /// A newer program sealed it.
    NewerSeal,
    /// Nobody signed the seal.
    Unsigned,
    /// The ledger where the run lies does not know the run or its seal.
    NotInLedger,
    /// It is as it was recorded, sealed and signed.
    Intact,
}

impl Verdict {
    /// Comes to a verdict.
    pub(super) fn of(report: &Report) -> Self {
        let (audit, doubts) = (&report.judged.audit, &report.judged.doubts);
        let wrong = doubts.worst_of(Weight::Wrong).map(|doubt| doubt.about);
        let is_known = !report.has(&Finding::NotInLedger) && !report.has(&Finding::SealNotInLedger);
        let is_asked = report.ledger.as_ref().is_some_and(|ledger| ledger.is_asked);
        match (&audit.standing, wrong) {
            (Standing::Altered(_), _) | (_, Some(About::Witness | About::Roster | About::Runbook | About::Output)) => {
                Self::Altered
            }
            (_, Some(About::Signature | About::TwoPeople | About::Seal)) => Self::BadSignature,
            _ if doubts.worst_of(Weight::Unknown).is_some() => Self::CannotTell,
            _ if is_asked && !is_known => Self::NotInAskedLedger,
            (Standing::TornTail { .. }, _) => Self::TornTail,
            (Standing::Unsealed, _) if audit.seal_text.is_some() => Self::NewerSeal,
            (Standing::Unsealed, _) => Self::Unsealed,
            (Standing::Intact(_), _) if report.sealers.is_empty() => Self::Unsigned,
            (Standing::Intact(_), _) if !is_known => Self::NotInLedger,
            (Standing::Intact(_), _) => Self::Intact,
        }
    }

    /// Gives the exit code that it ends with.
    pub(super) fn exit(self) -> Exit {
        match self {
            Self::Intact => Exit::Good,
            Self::Altered | Self::BadSignature | Self::Deleted | Self::NotInAskedLedger => Exit::Problems,
            Self::CannotTell => Exit::Usage,
            Self::TornTail | Self::Unsealed | Self::NewerSeal | Self::Unsigned | Self::NotInLedger => Exit::Unvouched,
        }
    }

    /// Gives the word that scripts know it by.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Altered => "altered",
            Self::BadSignature => "signature",
            Self::Deleted => "deleted",
            Self::CannotTell => "cannot-tell",
            Self::TornTail => "torn-tail",
            Self::Unsealed => "unsealed",
            Self::NewerSeal => "newer-seal",
            Self::Unsigned => "unsigned",
            Self::NotInAskedLedger | Self::NotInLedger => "not-in-ledger",
            Self::Intact => "intact",
        }
    }

    /// Gives the words that the line begins with.
    pub(super) fn title(self) -> &'static str {
        match self {
            Self::Altered => "ALTERED",
            Self::BadSignature => "SIGNATURE DOES NOT HOLD",
            Self::Deleted => "DELETED",
            Self::CannotTell => "CANNOT TELL",
            Self::TornTail => "TORN TAIL",
            Self::Unsealed => "UNSEALED",
            Self::NewerSeal => "SEALED BY A NEWER MOP",
            Self::Unsigned => "NOBODY SIGNED THE SEAL",
            Self::NotInAskedLedger | Self::NotInLedger => "NOT IN THE LEDGER",
            Self::Intact => "INTACT",
        }
    }

    /// Gives the rest of the line, in words that may hold outside text.
    pub(super) fn words(self, report: &Report) -> String {
        let audit = &report.judged.audit;
        match (self, &audit.standing) {
            (Self::Altered, Standing::Altered(found)) => found.to_string(),
            (Self::Altered | Self::BadSignature | Self::CannotTell, _) => worst(report),
            (Self::TornTail, Standing::TornTail { offset, len }) => format!(
                "at byte {}: the last {} are no record; a write did not end",
                grouped(*offset),
                counted(*len, "byte")
            ),
            (Self::Unsealed | Self::TornTail, _) => unsealed(report),
            (Self::NewerSeal, _) => "this version cannot read the seal; look at it with a newer mop".to_owned(),
            (Self::Unsigned, _) => format!(
                "sealed {}; nothing but the file system says who wrote the seal, and that it is the first one",
                sealed_at(report)
            ),
            (Self::NotInLedger | Self::NotInAskedLedger, _) => not_in_ledger(report),
            (Self::Intact | Self::Deleted, _) => format!("sealed {}, signed by {}", sealed_at(report), sealers(report)),
        }
    }
}

fn worst(report: &Report) -> String {
    report.judged.doubts.worst.as_ref().map(super::doubt::Doubt::text).unwrap_or_default()
}

fn unsealed(report: &Report) -> String {
    let records = counted(report.judged.audit.records, "record");
    match report.reach() {
        None => {
            format!("{records} follow each other without a break; nothing outside says that none is missing at the end")
        }
        Some(n) => format!(
            "{records} follow each other without a break, and up to record {} they are those that somebody outside \
             knows; nothing says that none is missing after that",
            grouped(n)
        ),
    }
}

fn not_in_ledger(report: &Report) -> String {
    let place = report.ledger.as_ref().map(|ledger| ledger.state.display().to_string()).unwrap_or_default();
    match report.has(&Finding::NotInLedger) {
        true => format!("the ledger in {place} does not know this run; it was made elsewhere, or in secret"),
        false => format!("the ledger in {place} knows this run, and not its seal; mop seal notes it"),
    }
}

/// Gives the minute at which it was sealed.
fn sealed_at(report: &Report) -> String {
    let time = report.seal().map(|seal| seal.time).unwrap_or_default();
    time.get(..16).map_or_else(|| "at a time that cannot be told".to_owned(), |minute| format!("{minute}Z"))
}

fn sealers(report: &Report) -> String {
    let names = report.sealers.iter().take(MOST_SIGNERS).map(|sealer| format!("{} ({})", sealer.person, sealer.level));
    let more = report.sealers.len().saturating_sub(MOST_SIGNERS);
    let more = (more > 0).then(|| format!("{more} more"));
    names.chain(more).collect::<Vec<_>>().join(", ")
}
