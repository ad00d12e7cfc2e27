//! What was found when a run was verified, as a report and a review of the run tell it.

use std::path::Path;
use std::sync::Arc;

use super::doubt::Weight;
use super::outside::Outside;
use super::report::Report;
use super::text::looked_at;
use super::verdict::Verdict;
use super::verify;
use crate::app::{Audited, Auditor};
use crate::cli::args::{TrustArgs, VerifyArgs};
use crate::cli::find::Place;
use crate::exec::sign::OpenSsh;
use crate::journal::{Storage, receipt_of};
use crate::report::{Check, Grade, SealSeen};

/// Verifies a run with what lies beside it, and of what an auditor brings along, with those keys.
pub(in crate::cli) fn seen(place: &Place, trust: &TrustArgs) -> Result<Check, String> {
    report(place, trust).map(|report| check(&report, Verdict::of(&report)))
}

/// Makes sure that those keys can be read.
pub(in crate::cli) fn check_trust(trust: &TrustArgs) -> Result<(), String> {
    Outside::read(&VerifyArgs::with(Path::new(""), trust), "", &OpenSsh::here().with_agent(None)).map(drop)
}

/// Gives who verifies runs that are looked at afterwards, with those keys.
pub(in crate::cli) fn auditor(trust: TrustArgs) -> Auditor {
    Auditor::of(move |storage, dir| audited((storage, dir), &trust))
}

/// Verifies the run in a directory, on the disk or in an archive, and says what was found of single records.
fn audited((storage, dir): (&Arc<dyn Storage>, &Path), trust: &TrustArgs) -> Result<Audited, String> {
    let name = dir.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let place = Place { dir: dir.to_owned(), name, storage: Arc::clone(storage), archive: None };
    let report = report(&place, trust)?;
    let held = report.judged.proved.iter();
    let held =
        held.map(|(n, level)| (*n, true, format!("the signature by {level} holds: it is of this very statement")));
    let doubts = report.judged.doubts.list().iter();
    let doubts = doubts.filter_map(|doubt| Some((doubt.record?, doubt.weight == Weight::Note, doubt.words.clone())));
    Ok(Audited { check: check(&report, Verdict::of(&report)), records: held.chain(doubts).collect() })
}

pub(super) fn report(place: &Place, trust: &TrustArgs) -> Result<Report, String> {
    verify(&VerifyArgs::with(&place.dir, trust), place)
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
