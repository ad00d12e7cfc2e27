//! The report as one JSON object, with fields that stay.

use serde_json::{Value as Json, json};

use super::explain::threats;
use super::pairs::Levels;
use super::report::Report;
use super::verdict::Verdict;
use crate::journal::{Finding, receipt_of};
use crate::run::roster::Level;
use crate::text::harmless_json;

/// Writes a report.
pub(super) fn json(report: &Report, verdict: Verdict) -> String {
    let (judged, audit) = (&report.judged, &report.judged.audit);
    let (unknown, kinds) = &judged.unknown;
    let report = json!({
        "verdict": verdict.word(),
        "words": verdict.words(report),
        "exit": verdict.exit().code(),
        "run": report.name,
        "records": audit.records,
        "bytes": audit.bytes,
        "head": audit.head.to_string(),
        "receipt": receipt_of(&audit.head),
        "recovers": audit.recovers,
        "files": audit.files,
        "blobs": audit.blobs,
        "adopted": judged.adopted,
        "outputs": { "all": judged.outputs.all, "parts": judged.outputs.parts, "wrong": judged.outputs.wrong },
        "signed": judged.signed,
        "signatures": levels(&judged.tally.all),
        "refused": judged.refused,
        "people": judged.tally.people.iter().map(person).collect::<Vec<_>>(),
        "keys": if report.outside.signers.is_some() { "given" } else { "run" },
        "revoked": report.outside.revoked.is_some(),
        "seal": seal(report),
        "ledger": ledger(report),
        "receipts": report.outside.receipts.iter().map(|(n, _)| *n).collect::<Vec<_>>(),
        "heads": report.outside.heads.as_ref().map(|heads| heads.count),
        "known_outside_to": report.reach(),
        "unknown": { "records": unknown, "kinds": kinds },
        "found": report.found_json(),
        "left_out": report.left_out(),
        "threats": threats(report).iter().map(super::explain::Threat::json).collect::<Vec<_>>(),
    });
    line(&report)
}

/// Writes that a run is gone.
pub(super) fn deleted(run: &str, words: &str) -> String {
    let verdict = Verdict::Deleted;
    line(&json!({ "verdict": verdict.word(), "words": words, "exit": verdict.exit().code(), "run": run }))
}

fn line(value: &Json) -> String {
    format!("{}\n", harmless_json(&value.to_string()))
}

fn levels(levels: &Levels) -> Json {
    let counts = Level::ALL.into_iter().zip(levels).map(|(level, count)| (level.word().to_owned(), json!(count)));
    Json::Object(counts.collect())
}

fn person((id, counts): (&String, &Levels)) -> Json {
    json!({ "id": id, "signatures": levels(counts) })
}

fn seal(report: &Report) -> Json {
    let signers = report.sealers.iter().map(|sealer| json!({ "id": sealer.person, "level": sealer.level.word() }));
    let signers: Vec<_> = signers.collect();
    match (report.seal(), &report.judged.audit.seal_text) {
        (Some(seal), _) => json!({
            "readable": true, "time": seal.time, "result": seal.result, "records": seal.records, "signers": signers
        }),
        (None, Some(_)) => json!({ "readable": false, "signers": signers }),
        (None, None) => Json::Null,
    }
}

fn ledger(report: &Report) -> Json {
    let knows = |absent: &Finding| !report.has(&Finding::NotInLedger) && !report.has(absent);
    let is_sealed = report.judged.audit.seal_text.is_some();
    report.ledger.as_ref().map_or(Json::Null, |ledger| {
        json!({
            "state": ledger.state.display().to_string(),
            "run": knows(&Finding::NotInLedger),
            "seal": is_sealed.then(|| knows(&Finding::SealNotInLedger)),
        })
    })
}
