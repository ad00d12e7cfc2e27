//! What was found when a run was verified, as a report and a review of the run tell it.

use std::path::Path;
use std::sync::Arc;

use super::doubt::Weight;
use super::report::Report;
use super::text::looked_at;
use super::verdict::Verdict;
use super::verify;
use crate::app::Audited;
use crate::cli::args::VerifyArgs;
use crate::cli::find::Place;
use crate::journal::{Storage, receipt_of};
use crate::report::{Check, Grade, SealSeen};

/// Verifies a run with what lies beside it, and nothing that an auditor brings along.
pub(in crate::cli) fn seen(place: &Place) -> Result<Check, String> {
    report(place).map(|report| check(&report, Verdict::of(&report)))
}

/// Verifies the run in a directory, on the disk or in an archive, in the same way, and says what was found of
/// single records.
pub(in crate::cli) fn audited(storage: &Arc<dyn Storage>, dir: &Path) -> Result<Audited, String> {
    let name = dir.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let report = report(&Place { dir: dir.to_owned(), name, storage: Arc::clone(storage), archive: None })?;
    let held = report.judged.proved.iter();
    let held =
        held.map(|(n, level)| (*n, true, format!("the signature by {level} holds: it is of this very statement")));
    let doubts = report.judged.doubts.list().iter();
    let doubts = doubts.filter_map(|doubt| Some((doubt.record?, doubt.weight == Weight::Note, doubt.words.clone())));
    Ok(Audited { check: check(&report, Verdict::of(&report)), records: held.chain(doubts).collect() })
}

fn report(place: &Place) -> Result<Report, String> {
    verify(&VerifyArgs::of(&place.dir), place)
}

fn check(report: &Report, verdict: Verdict) -> Check {
    let audit = &report.judged.audit;
    let signers: Vec<_> = report.sealers.iter().map(|sealer| (sealer.person.clone(), sealer.level.word())).collect();
    let seal = report.seal().map(|seal| SealSeen {
        time: seal.time,
        result: seal.result,
        records: seal.records,
        signers: signers.clone(),
    });
    Check {
        verdict: verdict.word(),
        title: verdict.title(),
        words: verdict.words(report),
        exit: verdict.exit().code(),
        grade: grade(verdict),
        looked_at: named(looked_at(report)),
        found: report.found(),
        records: audit.records,
        bytes: audit.bytes,
        head: audit.head.to_string(),
        receipt: receipt_of(&audit.head),
        seal,
    }
}

/// Puts what has no word of its own to what stands before it.
fn named(looked_at: Vec<(&'static str, String)>) -> Vec<(&'static str, String)> {
    let mut named: Vec<(&'static str, String)> = Vec::new();
    for (word, words) in looked_at {
        match named.last_mut().filter(|_| word.is_empty()) {
            Some((_, before)) => *before += &format!("; {words}"),
            None => named.push((word, words)),
        }
    }
    named
}

fn grade(verdict: Verdict) -> Grade {
    match verdict {
        Verdict::Intact => Grade::Good,
        Verdict::Altered | Verdict::BadSignature | Verdict::Deleted | Verdict::NotInAskedLedger => Grade::Bad,
        Verdict::CannotTell | Verdict::NewerSeal => Grade::Open,
        Verdict::TornTail | Verdict::Unsealed | Verdict::Unsigned | Verdict::NotInLedger => Grade::Mixed,
    }
}
