//! `docs/journal.md` has every kind of record with its fields, as they are written, and every word in them.
//!
//! Each kind is written twice here, with all that it can say and with as little as it can: what is only in the
//! first is a field that may be missing. A kind or a field more does not compile, or has no row.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use mop::journal::{Digest, LogFiles, MAX_BLOB, MAX_LINE, Marker, Tick, receipt_of};
use mop::run::roster::{Level, SEAL, SIGNOFF};
use mop::run::{
    Adoption, Amendment, Answer, ClockReading, Deferral, End, Event, Found, Meaning, Outcome, Output, Person,
    ProbeState, Proof, STATEMENT, STATEMENT_KEYS, Sighting, Signature, Signed, Stamp, Start, Taking, Verdict, What,
    to_wire,
};
use serde::Serialize;
use serde_json::{Map, Value as Json};

use crate::reading::here;

fn page() -> String {
    fs::read_to_string(here("docs/journal.md")).unwrap()
}

/// Gives the rows of a table by its first line, each as its cells.
fn table<'a>(page: &'a str, head: &str) -> Vec<Vec<&'a str>> {
    let rows = page.split_once(&format!("{head}\n")).unwrap_or_else(|| panic!("no table {head}")).1;
    let rows = rows.lines().skip(1).map_while(|row| row.strip_prefix("| ")?.strip_suffix(" |"));
    rows.map(|row| row.split(" | ").map(|cell| cell.trim_start_matches("| ")).collect()).collect()
}

/// Gives the words of a cell that stand in backquotes.
fn quoted(cell: &str) -> Vec<&str> {
    cell.split('`').skip(1).step_by(2).collect()
}

fn text() -> String {
    "x".to_owned()
}

fn digest() -> Digest {
    Digest::of(b"x")
}

fn values() -> Vec<(String, Answer)> {
    vec![("name".to_owned(), Answer::One(text()))]
}

/// Says whether all is said that can be, or as little as possible.
fn some<T>(is_full: bool, value: T) -> Option<T> {
    is_full.then_some(value)
}

fn verdict(is_full: bool) -> Verdict {
    let deferred = some(is_full, Deferral { to: text(), until: text() });
    Verdict { outcome: Outcome::Done, proof: some(is_full, Proof::Claimed), reason: some(is_full, text()), deferred }
}

fn signed(is_full: bool) -> Signed {
    Signed {
        meaning: Meaning::Executed,
        role: some(is_full, text()),
        seen: 1,
        statement: text(),
        level: Level::Key,
        signature: some(is_full, text()),
        blobs: vec![digest()],
    }
}

fn end(is_full: bool) -> End {
    let output = Output { stream: "stdout".to_owned(), bytes: 1, dropped: 0, sha256: digest() };
    let sighting = Sighting {
        probe: text(),
        state: ProbeState::Ok,
        words: text(),
        at_ms: some(is_full, 1),
        digest: some(is_full, digest()),
    };
    End {
        found: Found::Checked,
        why: text(),
        took_ms: 1,
        exit: some(is_full, text()),
        values: values(),
        output: vec![output],
        sightings: if is_full { vec![sighting] } else { Vec::new() },
    }
}

fn start(is_full: bool) -> Start {
    let pairs = || vec![(text(), text())];
    Start {
        run: text(),
        runbook: text(),
        title: text(),
        rehearsal: is_full,
        files: pairs(),
        machine: pairs(),
        ledger: text(),
        answers: values(),
        window: some(is_full, (text(), text())),
    }
}

fn amendment(is_full: bool) -> Amendment {
    Amendment { of: 1, wrong: text(), right: text(), why: text(), signed: some(is_full, signed(is_full)) }
}

fn adoption() -> Adoption {
    // What it means is not written, and nobody else's to say.
    let mut adoption = Adoption::default();
    (adoption.why, adoption.files) = (text(), vec![(text(), text())]);
    (adoption.changes, adoption.blobs) = (vec![text()], vec![digest()]);
    adoption
}

/// Gives the next kind after one; the first comes after none. So no kind is left out: a new one has no arm.
fn next(what: Option<&What>, is_full: bool) -> Option<What> {
    let step = text;
    let maybe = || some(is_full, text());
    Some(match what {
        None => What::RunStarted(Box::new(start(is_full))),
        Some(What::RunStarted(_)) => What::PersonJoined { resumed: is_full },
        Some(What::PersonJoined { .. }) => What::PersonLeft,
        Some(What::PersonLeft) => What::WheelAsked,
        Some(What::WheelAsked) => What::WheelKept,
        Some(What::WheelKept) => What::WheelGiven { to: Person { id: text(), name: text() } },
        Some(What::WheelGiven { .. }) => What::WheelTaken { because: Taking::Free },
        Some(What::WheelTaken { .. }) => {
            What::StepSigned(Signature { step: step(), verdict: verdict(is_full), signed: signed(is_full) })
        }
        Some(What::StepSigned(_)) => What::StepConfirmed { step: step(), verdict: verdict(is_full) },
        Some(What::StepConfirmed { .. }) => What::SignatureRefused { step: step(), why: text() },
        Some(What::SignatureRefused { .. }) => What::IdentityRefused { level: Level::Pin, why: text() },
        Some(What::IdentityRefused { .. }) => What::OptionChosen { step: step(), option: text(), values: values() },
        Some(What::OptionChosen { .. }) => What::ValuesRecorded { step: step(), values: values() },
        Some(What::ValuesRecorded { .. }) => {
            What::ActionStarted { step: step(), attempt: 1, command: maybe(), mended: maybe(), terminal: is_full }
        }
        Some(What::ActionStarted { .. }) => What::ActionEnded { step: step(), attempt: 1, end: end(is_full) },
        Some(What::ActionEnded { .. }) => What::ActionLost { step: step(), attempt: 1, why: text() },
        Some(What::ActionLost { .. }) => What::CancelAsked { step: step(), attempt: 1, why: text() },
        Some(What::CancelAsked { .. }) => What::DoneByHand { step: step(), why: text() },
        Some(What::DoneByHand { .. }) => What::StepReopened { step: step(), mended: text() },
        Some(What::StepReopened { .. }) => What::StepOverridden { step: step(), why: text() },
        Some(What::StepOverridden { .. }) => What::DeferralHandedOver { step: step(), to: text(), why: text() },
        Some(What::DeferralHandedOver { .. }) => What::ItemRechecked { step: step(), why: maybe() },
        Some(what) => return later(what, is_full),
    })
}

/// Goes on with the second half.
fn later(what: &What, is_full: bool) -> Option<What> {
    let maybe = || some(is_full, text());
    let sha256 = some(is_full, digest());
    let keeping = "unsynced".to_owned();
    Some(match what {
        What::ItemRechecked { .. } => {
            What::ProbeChanged { probe: text(), was: ProbeState::Ok, state: ProbeState::Bad, words: text(), sha256 }
        }
        What::ProbeChanged { .. } => What::OrderWaived { step: text(), why: text() },
        What::OrderWaived { .. } => What::TimeWaived { step: maybe(), why: text() },
        What::TimeWaived { .. } => What::RunPaused { why: text() },
        What::RunPaused { .. } => What::RunContinued,
        What::RunContinued => What::AdHocStarted { number: 1, command: text() },
        What::AdHocStarted { .. } => What::AdHocEnded { number: 1, end: end(is_full) },
        What::AdHocEnded { .. } => What::RunbookAdopted(Box::new(adoption())),
        What::RunbookAdopted(_) => {
            What::BackOutBegun { why: text(), rounds: vec![(text(), text())], undo: vec![text()] }
        }
        What::BackOutBegun { .. } => What::NoteAdded { step: maybe(), text: text() },
        What::NoteAdded { .. } => What::FileAttached { step: maybe(), name: text(), bytes: 1, blob: digest() },
        What::FileAttached { .. } => What::RecordAmended(amendment(is_full)),
        What::RecordAmended(_) => What::RedlineAdded { step: maybe(), was: text(), now: text(), why: text() },
        What::RedlineAdded { .. } => What::RunClosed { result: text() },
        What::RunClosed { .. } => {
            What::ClockRead(ClockReading { why: Tick::Regular, beyond_ms: -1, keeping, boot: text() })
        }
        What::ClockRead(_) => What::HungUp,
        What::HungUp => What::JournalRecovered,
        _ => return None,
    })
}

/// Writes an event as a record has it, without what stands in every record.
fn written(what: What) -> (String, Map<String, Json>) {
    let stamp = Stamp { who: Person { id: text(), name: text() }, at_ms: 1, mono: 1, session: text() };
    let mut said: Map<String, Json> = serde_json::from_slice(&to_wire(&Event { stamp, what })).unwrap();
    let common: Vec<_> = said.keys().take(6).cloned().collect();
    assert_eq!(common, ["t", "v", "sid", "ts", "mono", "who"]);
    let kind = said["t"].as_str().unwrap().to_owned();
    common.iter().for_each(|name| drop(said.shift_remove(name)));
    if kind == "recover" {
        // The journal writes it, and not the run.
        said = serde_json::from_str(r#"{"off":0,"len":1,"sha256":"x"}"#).unwrap();
    }
    (kind, said)
}

/// Gives every kind with all that it can say, and with as little as it can.
fn kinds() -> Vec<(String, [Map<String, Json>; 2])> {
    let mut all = Vec::new();
    let mut last = None;
    while let (Some(full), Some(least)) = (next(last.as_ref(), true), next(last.as_ref(), false)) {
        last = Some(full.clone());
        let (kind, full) = written(full);
        all.push((kind, [full, written(least).1]));
    }
    all
}

#[test]
fn every_kind_of_record_is_on_the_page_with_the_fields_that_it_has() {
    let rows: Vec<String> = kinds()
        .iter()
        .map(|(kind, [full, least])| {
            let mark = |name: &String| if least.contains_key(name) { "" } else { "?" };
            let fields: Vec<_> = full.keys().map(|name| format!("`{name}{}`", mark(name))).collect();
            format!("`{kind}` | {}", fields.join(" "))
        })
        .collect();
    let page = page();
    let listed: Vec<String> = table(&page, "| kind | fields | what happened |")
        .iter()
        .map(|row| format!("{} | {}", row[0], if row.len() == 3 { row[1] } else { "" }))
        .collect();
    assert_eq!(listed, rows);
}

/// Gives an amendment that is signed with as little as a signature can say.
fn signed_amendment() -> Map<String, Json> {
    written(What::RecordAmended(Amendment { signed: Some(signed(false)), ..amendment(true) })).1
}

/// Says of which kind a value is, as the page does.
fn word(value: &Json) -> &'static str {
    match value {
        Json::Null => "null",
        Json::Bool(_) => "true/false",
        Json::Number(_) => "number",
        Json::String(_) => "text",
        Json::Array(_) => "list",
        Json::Object(_) => "object",
    }
}

#[test]
fn every_field_of_a_record_is_on_the_page_with_what_its_value_is() {
    let page = page();
    let told: BTreeMap<&str, &str> =
        table(&page, "| field | value | what it is |").iter().map(|row| (quoted(row[0])[0], row[1])).collect();
    let mut used = BTreeSet::new();
    for (kind, both) in kinds() {
        let amended = some(kind == "record_amended", signed_amendment());
        let all: Vec<_> = both.iter().chain(&amended).collect();
        for name in both[0].keys() {
            let own = format!("{kind}.{name}");
            let row = if told.contains_key(&*own) { own } else { name.clone() };
            let value = told.get(&*row).unwrap_or_else(|| panic!("{kind}: no row for `{name}`"));
            let found: BTreeSet<_> = all.iter().filter_map(|said| said.get(name)).map(word).collect();
            let said: BTreeSet<_> = value.split(" or ").collect();
            assert_eq!(said, found, "{kind}.{name}");
            used.insert(row);
        }
    }
    let unused: Vec<_> = told.keys().filter(|name| !used.contains(**name)).collect();
    assert!(unused.is_empty(), "no record has {unused:?}");
}

/// Gives the word by which a record says something.
fn said(value: impl Serialize) -> String {
    serde_json::to_value(value).unwrap().as_str().unwrap().to_owned()
}

#[test]
fn every_word_that_a_record_can_say_is_on_the_page() {
    let page = page();
    let rows = table(&page, "| field | value | what it is |");
    let of = |field: &str| {
        let row = rows.iter().find(|row| quoted(row[0])[0] == field).unwrap();
        quoted(row[2]).into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    use Outcome::{Deferred, Done, Failed, NotApplicable, Overridden, Skipped};
    assert_eq!(of("outcome"), [Done, Overridden, Failed, Skipped, Deferred, NotApplicable].map(said));
    assert_eq!(of("proof")[..3], [Proof::Claimed, Proof::Checked, Proof::Sensed].map(said));
    use Meaning::{Amended, Executed, Witnessed};
    assert_eq!(of("meaning"), [Executed, Witnessed, Meaning::Failed, Meaning::Skipped, Amended].map(said));
    assert_eq!(of("level"), Level::ALL.map(said));
    assert_eq!(of("state"), ProbeState::ALL.map(said));
    use Taking::{Free, Given, Gone, Own, SameTerminal};
    assert_eq!(of("because"), [Free, Own, Given, SameTerminal, Gone].map(said));
    assert_eq!(of("found"), [Found::Sensed, Found::Checked, Found::Failed, Found::ForPerson].map(said));
    let ticks = [Tick::Regular, Tick::Back, Tick::Parted, Tick::Keeping].map(|tick| tick.word().to_owned());
    assert_eq!(of("clock_read.why"), ticks);
}

/// Gives the first block in a language that begins so.
fn block<'a>(page: &'a str, language: &str, begin: &str) -> &'a str {
    let fence = format!("```{language}\n");
    let mut blocks = page.split(&fence).skip(1).map(|rest| rest.split("```").next().unwrap());
    blocks.find(|block| block.starts_with(begin)).unwrap_or_else(|| panic!("no block {begin}"))
}

#[test]
fn the_examples_on_the_page_are_of_a_real_run() {
    let page = page();
    let run = here("tests/journals/v1/2026-11-21T1817Z-site-restart-QGNE1");
    let journal = fs::read_to_string(run.join("journal.jsonl")).unwrap();
    let line = block(&page, "json", "{\"n\":3,");
    assert_eq!(journal.lines().nth(3), Some(line.trim_end()));
    let record: Json = serde_json::from_str(journal.lines().nth(21).unwrap()).unwrap();
    assert_eq!(block(&page, "text", STATEMENT).trim_end(), record["stmt"]);
    assert_eq!(block(&page, "text", "mop seal v1"), fs::read_to_string(run.join("seal/seal.txt")).unwrap());
}

#[test]
fn the_command_on_the_page_gives_the_hash_of_a_record() {
    crate::needs::needs!(BASH);
    let page = page();
    let (line, command) = (block(&page, "json", "{\"n\":3,").trim_end(), block(&page, "sh", "printf"));
    let output = std::process::Command::new("bash").args(["-c", command]).env("line", line).output().unwrap();
    let hash = String::from_utf8(output.stdout).unwrap();
    assert!(line.ends_with(&format!(",\"h\":\"{}\"}}", &hash[..64])), "{hash}");
}

#[test]
fn the_lines_of_a_statement_are_on_the_page_in_their_order() {
    let page = page();
    let rows = table(&page, "| line | has to be |");
    let keys: Vec<_> = rows.iter().flat_map(|row| quoted(row[0])).collect();
    assert_eq!(keys, STATEMENT_KEYS);
}

#[test]
fn the_figures_and_names_on_the_page_are_those_of_the_program() {
    let page = page();
    let files = LogFiles::of_run("RUN".as_ref());
    let names = [files.journal, files.lock, files.seal.unwrap()].map(|path| path.to_string_lossy().into_owned());
    for name in names {
        assert!(page.contains(name.strip_prefix("RUN/").unwrap()), "{name}");
    }
    assert!(page.contains(&format!("at most {},{:03} bytes", MAX_LINE / 1000, MAX_LINE % 1000)));
    assert_eq!(MAX_BLOB, 64 * 1024 * 1024);
    assert!(page.contains(&format!("namespace `{SIGNOFF}`")) && page.contains(&format!("namespace `{SEAL}`")));
    assert_eq!(Marker::Committed(7).to_bytes().len(), 21);
    let head = Digest::parse(format!("{:0<64}", "08864298e84a96c6b9f0").as_bytes()).unwrap();
    assert!(page.contains(&format!("gives `{}`", receipt_of(&head))));
}
