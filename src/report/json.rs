//! An account as one JSON object, with fields that stay; `docs/report.md` says what each is.
//!
//! The type that makes text harmless is [`serde_json::Value`], and what would drive a terminal is escaped on top
//! of it. Moments are RFC 3339 in UTC, lengths milliseconds. Nothing is left out; what is not known is `null`.

use serde_json::{Map, Value as Json, json};

use super::account::{Account, Part};
use super::answer::{Answer, Group};
use super::check::Check;
use super::deviation::Deviation;
use super::item::{Item, Signature};
use super::line::Line;
use super::mark::Mark;
use super::material::Printed;
use super::people::{Participant, Sitting};
use super::remark::{Attached, Correction, Note, Wish};
use super::start::{Outcome, Output, Started};
use super::status::Probe;
use super::timing::{Row, Timing};
use crate::journal::timestamp;
use crate::text::{Shown, harmless_json};

/// The version of the fields: a field that changes its meaning or goes makes a new one.
pub const SCHEMA: u64 = 1;

/// Writes an account as JSON.
pub fn json(account: &Account) -> String {
    format!("{}\n", harmless_json(&format!("{:#}", object(account))))
}

fn object(account: &Account) -> Json {
    json!({
        "schema": SCHEMA,
        "run": identity(account),
        "as_of": {
            "record": account.as_of.n,
            "at": timestamp(account.as_of.at_ms),
            "head": account.as_of.head,
            "over": account.is_over(),
            "result": account.as_of.result,
            "sealed": account.as_of.is_sealed,
        },
        "alarm": account.alarm,
        "answers": list(&account.answers, answer),
        "standings": list(&account.groups, group),
        "deviations": list(&account.deviations, deviation),
        "people": list(&account.people, participant),
        "wheel": list(&account.wheel, line),
        "time": timing(&account.timing),
        "parts": list(&account.parts, part),
        "probes": list(&account.probes, probe),
        "notes": list(&account.notes, note),
        "attachments": list(&account.attached, attached),
        "amendments": list(&account.corrections, correction),
        "redlines": list(&account.wishes, wish),
        "beside": list(&account.asides, started),
        "records": list(&account.lines, line),
        "verification": check(&account.check),
    })
}

fn list<T>(all: &[T], one: impl Fn(&T) -> Json) -> Json {
    Json::Array(all.iter().map(one).collect())
}

fn pairs(all: &[(String, String)]) -> Json {
    Json::Object(all.iter().map(|(name, value)| (name.clone(), json!(value))).collect::<Map<_, _>>())
}

fn moment(at_ms: Option<i64>) -> Json {
    at_ms.map_or(Json::Null, |at_ms| json!(timestamp(at_ms)))
}

fn identity(account: &Account) -> Json {
    let identity = &account.identity;
    json!({
        "id": identity.run,
        "name": identity.name,
        "title": identity.title,
        "runbook": identity.runbook,
        "version": identity.version,
        "rehearsal": identity.is_rehearsal,
        "files": pairs(&identity.files),
        "machine": pairs(&identity.machine),
        "inputs": pairs(&identity.answers),
    })
}

fn answer(answer: &Answer) -> Json {
    json!({
        "question": answer.question.word(),
        "grade": answer.grade.word(),
        "short": answer.short,
        "words": answer.words,
    })
}

fn mark(mark: Mark) -> Json {
    json!({ "sign": mark.sign, "word": mark.word, "tone": mark.tone.word() })
}

fn group(group: &Group) -> Json {
    let items = group.items.iter().map(|(number, id)| json!({ "number": number, "id": id }));
    json!({ "mark": mark(group.mark), "items": items.collect::<Vec<_>>() })
}

fn deviation(found: &Deviation) -> Json {
    json!({
        "kind": found.kind.word(),
        "weight": found.kind.weight().word(),
        "record": found.n,
        "at": moment(found.at_ms),
        "number": found.item.as_ref().map(|(number, _)| number),
        "title": found.item.as_ref().map(|(_, title)| title),
        "words": found.words,
    })
}

fn participant(person: &Participant) -> Json {
    let signed = person.signed.iter().map(|(meaning, count)| (meaning.word().to_owned(), json!(count)));
    let levels = person.levels.iter().map(|(level, count)| (level.word().to_owned(), json!(count)));
    json!({
        "id": person.id,
        "name": person.name,
        "roster": person.is_in_roster,
        "roles": person.roles,
        "signed": signed.collect::<Map<_, _>>(),
        "levels": levels.collect::<Map<_, _>>(),
        "sittings": list(&person.sittings, sitting),
        "records": person.records,
    })
}

fn sitting(sitting: &Sitting) -> Json {
    json!({
        "session": sitting.session,
        "from": timestamp(sitting.from_ms),
        "to": moment(sitting.to_ms),
        "last": timestamp(sitting.last_ms),
        "hung_up": sitting.is_hung_up,
    })
}

fn line(line: &Line) -> Json {
    json!({ "record": line.n, "at": timestamp(line.at_ms), "who": line.who, "words": line.words, "receipt": line.receipt })
}

fn timing(timing: &Timing) -> Json {
    let window = timing.window.as_ref().map(|window| {
        json!({
            "start": timestamp(window.start_ms),
            "end": timestamp(window.end_ms),
            "early_by": window.early.as_ref().map(|(_, by_ms)| by_ms),
        })
    });
    let pause = |pause: &super::timing::Pause| {
        json!({
            "record": pause.n,
            "from": timestamp(pause.from_ms),
            "to": moment(pause.to_ms),
            "who": pause.who,
            "why": pause.why,
        })
    };
    let ends = timing.ends.map(|ends| {
        json!({ "earliest": timestamp(ends.low_ms), "latest": timestamp(ends.high_ms), "at_least": ends.is_at_least })
    });
    json!({
        "window": window,
        "begun": timestamp(timing.begun_ms),
        "ended": timestamp(timing.ended_ms),
        "ran": timing.ran_ms,
        "stood": timing.stood_ms,
        "ends": ends,
        "rows": list(&timing.rows, row),
        "pauses": list(&timing.pauses, pause),
    })
}

fn row(row: &Row) -> Json {
    let estimate = row.estimate.as_ref().map(|estimate| {
        json!({
            "low": estimate.low_ms,
            "high": estimate.high_ms,
            "at_least": estimate.is_at_least,
            "source": estimate.source,
        })
    });
    json!({
        "id": row.id,
        "number": row.number,
        "title": row.title,
        "part": row.is_part,
        "stage": row.stage,
        "estimate": estimate,
        "planned": row.planned.map(|(start_ms, end_ms)| json!({ "start": timestamp(start_ms), "end": timestamp(end_ms) })),
        "began": moment(row.began_ms),
        "ended": moment(row.ended_ms),
        "took": row.took_ms,
        "paused": row.paused_ms,
        "difference": row.difference_ms,
    })
}

fn part(part: &Part) -> Json {
    json!({ "back_out": part.is_back, "head": item(&part.head), "items": list(&part.items, item) })
}

fn item(item: &Item) -> Json {
    json!({
        "id": item.id,
        "number": item.number,
        "title": item.title,
        "kind": item.kind,
        "depth": item.depth,
        "heading": item.is_heading,
        "in_reserve": item.is_in_reserve,
        "text": item.text,
        "mark": mark(item.mark),
        "why": item.why,
        "proof": item.proof.map(crate::run::Proof::word),
        "proved": item.proved,
        "began": moment(item.began_ms),
        "settled": moment(item.settled_ms),
        "signatures": list(&item.signatures, signature),
        "starts": list(&item.starts, started),
        "chosen": item.chosen.as_ref().map(|(id, title)| json!({ "id": id, "title": title })),
        "values": pairs(&item.values),
        "notes": list(&item.notes, note),
        "records": list(&item.lines, line),
    })
}

fn signature(given: &Signature) -> Json {
    let evidence = given.evidence.iter().map(|kept| json!({ "what": kept.what, "sha256": kept.sha256 }));
    json!({
        "record": given.n,
        "at": timestamp(given.at_ms),
        "id": given.id,
        "who": given.who,
        "role": given.role,
        "meaning": given.meaning.word(),
        "outcome": given.outcome,
        "level": given.level.word(),
        "auth": given.auth,
        "counts": given.counts,
        "seen": given.seen,
        "statement": given.statement,
        "by_key": given.has_key,
        "receipt": given.receipt,
        "evidence": evidence.collect::<Vec<_>>(),
    })
}

fn started(start: &Started) -> Json {
    json!({
        "record": start.n,
        "at": timestamp(start.at_ms),
        "who": start.who,
        "attempt": start.attempt,
        "command": start.command,
        "mended": start.mended,
        "end": start.outcome.as_ref().map(outcome),
    })
}

fn outcome(end: &Outcome) -> Json {
    let seen =
        end.sightings.iter().map(|(probe, state, words)| json!({ "probe": probe, "state": state, "words": words }));
    json!({
        "record": end.n,
        "at": timestamp(end.at_ms),
        "found": end.found,
        "why": end.why,
        "took": end.took_ms,
        "exit": end.exit,
        "values": pairs(&end.values),
        "outputs": list(&end.outputs, output),
        "sightings": seen.collect::<Vec<_>>(),
    })
}

fn output(output: &Output) -> Json {
    json!({
        "stream": output.stream,
        "bytes": output.bytes,
        "dropped": output.dropped,
        "sha256": output.sha256,
        "excerpt": output.printed.as_ref().map(excerpt),
    })
}

fn excerpt(printed: &Printed) -> Json {
    json!({
        "begin": Shown::bytes(&printed.begin).as_str(),
        "left_out": printed.left_out,
        "end": Shown::bytes(&printed.end).as_str(),
    })
}

fn probe(probe: &Probe) -> Json {
    let change = |change: &super::status::Change| {
        json!({
            "record": change.n,
            "at": timestamp(change.at_ms),
            "was": change.was.word(),
            "state": change.state.word(),
            "words": change.words,
            "sha256": change.sha256,
        })
    };
    json!({ "id": probe.id, "changes": list(&probe.changes, change) })
}

fn note(note: &Note) -> Json {
    json!({ "record": note.n, "at": timestamp(note.at_ms), "who": note.who, "number": note.item, "text": note.text })
}

fn attached(file: &Attached) -> Json {
    json!({
        "record": file.n,
        "at": timestamp(file.at_ms),
        "who": file.who,
        "number": file.item,
        "name": file.name,
        "bytes": file.bytes,
        "sha256": file.sha256,
    })
}

fn correction(wrong: &Correction) -> Json {
    json!({
        "record": wrong.n,
        "at": timestamp(wrong.at_ms),
        "who": wrong.who,
        "of": wrong.of,
        "wrong": wrong.wrong,
        "right": wrong.right,
        "why": wrong.why,
    })
}

fn wish(wish: &Wish) -> Json {
    json!({
        "record": wish.n,
        "at": timestamp(wish.at_ms),
        "who": wish.who,
        "number": wish.item,
        "was": wish.was,
        "now": wish.now,
        "why": wish.why,
    })
}

fn check(check: &Check) -> Json {
    let words = |(word, words): &(&str, String)| json!({ "about": word, "words": words });
    let found = |(weight, words): &(&str, String)| json!({ "weight": weight, "words": words });
    let seal = check.seal.as_ref().map(|seal| {
        let signers = seal.signers.iter().map(|(id, level)| json!({ "id": id, "level": level }));
        json!({
            "time": seal.time,
            "result": seal.result,
            "records": seal.records,
            "signers": signers.collect::<Vec<_>>(),
        })
    });
    json!({
        "verdict": check.verdict,
        "words": check.words,
        "exit": check.exit,
        "grade": check.grade.word(),
        "looked_at": list(&check.looked_at, words),
        "found": list(&check.found, found),
        "records": check.records,
        "bytes": check.bytes,
        "head": check.head,
        "receipt": check.receipt,
        "seal": seal,
    })
}
