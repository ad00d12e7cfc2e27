//! `mop log` and `mop heads` as a person or a script meets them: lines, exit codes, following, witnessing.

mod follow;
mod heads;
mod site;

use std::fs;
use std::process::{Command, Stdio};

use mop::journal::{Digest, receipt_of};
use mop::run::{Event, Person, Proof, Stamp, Start, Verdict, What, to_wire};
use mop::text::is_dangerous;
use serde_json::Value as Json;

use site::{MOP, NAME, Site, mop};

/// 22:00:00 UTC on the first of March 2026.
const EVENING: i64 = 1_772_402_400_000;

fn event(at_ms: i64, what: What) -> Vec<u8> {
    let who = Person { id: "ada".into(), name: "Ada Lovelace".into() };
    to_wire(&Event { stamp: Stamp { who, at_ms, mono: 1, session: "S1".into() }, what })
}

/// A run over midnight, with a record of a kind that this version does not know.
fn four_records() -> Site {
    let start = Start { run: "7K3QX".into(), ..Start::default() };
    let site = Site::starting_with(&event(EVENING, What::RunStarted(Box::new(start))));
    site.append(&event(
        EVENING + 1000,
        What::StepConfirmed { step: "hop[10.1]/start".into(), verdict: Verdict::done(Proof::Claimed) },
    ));
    site.append(&event(EVENING + 7_200_000, What::NoteAdded { step: None, text: "red\n\u{1b}[31m\u{202e}".into() }));
    site.append(br#"{"t":"moon_seen","v":7,"sid":"S2","phase":"full","angle":12,"list":[1],"deep":{"a":1}}"#);
    site
}

#[test]
fn a_log_is_one_line_a_record_with_a_line_for_each_day() {
    let site = four_records();
    for wanted in ["7k3qx", NAME, &site.run().to_string_lossy(), &site.journal().to_string_lossy()] {
        let (code, out, err) = mop(&site, &["log", wanted]);
        assert_eq!((code, err.as_str()), (0, ""));
        let lines = [
            "2026-03-01 UTC",
            "    0  22:00:00  Ada Lovelace      started the run 7K3QX",
            "    1  22:00:01  Ada Lovelace      did hop[10.1]/start",
            "2026-03-02 UTC",
            "    2  00:00:00  Ada Lovelace      remarked: red⏎^[[31m<U+202E>",
            "    3  --:--:--  -                 ? moon_seen  phase: full; angle: 12; list: […]; deep: {…}",
        ];
        assert_eq!(out.lines().collect::<Vec<_>>(), lines);
    }
}

#[test]
fn json_has_stable_fields_and_the_record_as_it_is_stored() {
    let site = four_records();
    let (code, out, err) = mop(&site, &["log", "--format", "json", "7K3QX"]);
    assert_eq!((code, err.as_str()), (0, ""));
    let stored = fs::read_to_string(site.journal()).unwrap();
    assert_eq!(out.lines().count(), 4);
    for (line, stored) in out.lines().zip(stored.lines()) {
        let object: Json = serde_json::from_str(line).unwrap();
        let keys: Vec<_> = object.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(keys.join(" "), "n ts sid who t h receipt sound durable record");
        let record: Json = serde_json::from_str(stored).unwrap();
        assert_eq!(object["record"], record);
        assert_eq!((&object["n"], &object["h"], &object["t"]), (&record["n"], &record["h"], &record["t"]));
        let head = Digest::parse(record["h"].as_str().unwrap().as_bytes()).unwrap();
        assert_eq!(object["receipt"], receipt_of(&head));
        assert_eq!((&object["sound"], &object["durable"]), (&Json::Bool(true), &Json::Bool(true)));
        let is_harmless = !stored.chars().any(is_dangerous);
        assert_eq!(line.ends_with(&format!(",\"record\":{stored}}}")), is_harmless);
    }
    assert!(out.contains(r#""who":null"#) && out.contains(r#""who":{"id":"ada","name":"Ada Lovelace"}"#));
}

#[test]
fn nothing_in_a_journal_drives_the_terminal() {
    let evil: Vec<_> = (0..=0x10_FFFF).filter_map(char::from_u32).filter(|c| is_dangerous(*c)).collect();
    let site = Site::starting_with(br#"{"t":"start"}"#);
    for chunk in evil.chunks(500) {
        let evil: String = chunk.iter().collect();
        let body = serde_json::json!({
            "t": evil, "who": { "id": evil, "name": evil }, "x": evil, "ts": evil, "sid": evil, &evil: 1
        });
        site.append(body.to_string().as_bytes());
    }
    for format in ["text", "json"] {
        let (code, out, _) = mop(&site, &["log", "--format", format, "7K3QX"]);
        assert_eq!(code, 0);
        assert!(!out.chars().any(|c| c != '\n' && is_dangerous(c)), "{format}");
        assert_eq!(out.lines().count(), evil.chunks(500).len() + 1, "{format}");
    }
}

#[test]
fn what_is_wrong_is_said_where_it_stands_and_the_answer_is_no() {
    type Damage = fn(&Site);
    let table: [(&str, Damage, &str, usize); 4] = [
        ("altered", |site| site.change_byte(1, 100), "record 1 at byte", 1),
        ("gap", |site| site.drop_record(2), "record 2 is missing", 2),
        ("cut", |site| site.drop_record(3), "the journal was cut", 3),
        ("torn", |site| site.tear(b"{\"n\":4,"), "torn tail: the last 7 bytes", 4),
    ];
    for (kind, damage, words, at) in table {
        let site = four_records();
        damage(&site);
        let (code, out, err) = mop(&site, &["log", "7K3QX"]);
        assert_eq!(code, 1, "{out}{err}");
        let marked: Vec<_> = out.lines().filter(|line| line.starts_with("    !  ")).collect();
        assert!(marked[0].contains(words), "{out}");
        assert!(err.starts_with(&format!("mop: the log of {NAME} is not sound: ")), "{err}");

        let (code, out, _) = mop(&site, &["log", "--format", "json", "7K3QX"]);
        assert_eq!(code, 1);
        let lines: Vec<Json> = out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(lines.iter().position(|line| line["problem"] == kind), Some(at), "{out}");
        assert!(lines[at]["words"].as_str().unwrap().contains(words) && lines[at]["offset"].is_u64());
        assert_eq!(lines.iter().any(|line| line["sound"] == false), kind == "altered");
    }
}

#[test]
fn a_record_that_is_not_known_to_be_durable_is_marked() {
    let site = four_records();
    let all = fs::read(site.journal()).unwrap();
    let last = all.split_inclusive(|byte| *byte == b'\n').next_back().unwrap().len();
    fs::write(site.run().join("lock"), format!("W{:020}", all.len() - last)).unwrap();
    let (code, out, _) = mop(&site, &["log", "7K3QX"]);
    assert_eq!((code, out.matches("[not yet durable]").count()), (0, 1));
    assert!(out.trim_end().ends_with("[not yet durable]"));
    let (_, out, _) = mop(&site, &["log", "--format", "json", "7K3QX"]);
    let durable: Vec<Json> =
        out.lines().map(|line| serde_json::from_str::<Json>(line).unwrap()["durable"].take()).collect();
    assert_eq!(durable, [true, true, true, false]);
}

#[test]
fn a_torn_write_that_was_set_aside_is_shown_and_is_no_fault() {
    let site = four_records();
    site.tear(b"{\"n\":4,");
    site.append(br#"{"t":"later"}"#);
    let (code, out, err) = mop(&site, &["log", "7K3QX"]);
    assert_eq!((code, err.as_str()), (0, ""), "{out}");
    assert!(out.contains("    -  the 9 bytes at byte "), "{out}");
    assert!(out.contains("the journal set a torn write aside"), "{out}");
}

#[test]
fn what_is_no_run_is_said_with_the_next_step() {
    let site = four_records();
    let folder = site.run().join("blobs");
    let other = site.run().join("notes.txt");
    fs::write(&other, "dear diary\n").unwrap();
    let strange = site.state().join("strange");
    fs::create_dir(&strange).unwrap();
    fs::write(strange.join("journal.jsonl"), "dear diary\n").unwrap();
    for (wanted, words) in [
        ("7K3QY", format!("did you mean {NAME}?")),
        ("\u{1b}[31mx", format!("the newest are {NAME}")),
        (&folder.to_string_lossy(), "there is no journal.jsonl in it".to_owned()),
        (&other.to_string_lossy(), "give its id, its directory, its journal.jsonl, or an archive of it".to_owned()),
        (&strange.to_string_lossy(), "it is not the journal of a run".to_owned()),
        (&site.run().join("nothing").to_string_lossy(), "No such file".to_owned()),
    ] {
        let (code, _, err) = mop(&site, &["log", wanted]);
        assert_eq!(code, 2, "{err}");
        assert!(err.starts_with("mop: ") && err.contains(&words), "{err}");
        assert!(!err.contains('\u{1b}'), "{err}");
    }
    assert_eq!(mop(&site, &["heads", "7K3QY"]).0, 2);
}

#[test]
fn a_run_that_lost_its_whole_journal_is_no_run_that_is_well() {
    let site = four_records();
    fs::write(site.journal(), "").unwrap();
    for command in ["log", "heads"] {
        let (code, _, err) = mop(&site, &[command, "7K3QX"]);
        assert_eq!(code, 1, "{err}");
    }
}

#[test]
fn a_log_can_be_read_while_others_write() {
    let site = four_records();
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| site.append_many(400));
        let mut most = 0;
        while !writer.is_finished() {
            let (code, out, err) = mop(&site, &["log", "--format", "json", "7K3QX"]);
            assert_eq!((code, err.as_str()), (0, ""), "{out}");
            let numbers = out.lines().map(|line| serde_json::from_str::<Json>(line).unwrap()["n"].as_u64().unwrap());
            let count = numbers.enumerate().map(|(at, n)| assert_eq!(at as u64, n)).count();
            assert!(count >= most, "{count} {most}");
            most = count;
        }
    });
    assert_eq!(mop(&site, &["log", "7K3QX"]).1.lines().filter(|line| !line.ends_with(" UTC")).count(), 404);
}

#[test]
fn a_reader_that_has_gone_away_ends_the_log_in_silence() {
    let site = four_records();
    site.append_many(300);
    for format in ["text", "json"] {
        let mut command = Command::new(MOP);
        command.args(["log", "--format", format, NAME]).env("MOP_STATE", site.state());
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!((output.status.code(), output.stderr.len()), (Some(0), 0));
    }
}

#[test]
fn receipts_are_shown_to_who_wants_them() {
    let site = four_records();
    let (code, out, _) = mop(&site, &["log", "--receipts", "7K3QX"]);
    assert_eq!(code, 0);
    let (_, json, _) = mop(&site, &["log", "--format", "json", "7K3QX"]);
    let records = out.lines().filter(|line| !line.ends_with(" UTC"));
    for (line, object) in records.zip(json.lines()) {
        let object: Json = serde_json::from_str(object).unwrap();
        assert_eq!(line.split("  ").filter(|word| !word.is_empty()).nth(2), object["receipt"].as_str(), "{line}");
    }
}

#[test]
fn a_sealed_log_says_so_and_how_the_run_ended() {
    let site = four_records();
    site.seal();
    let (code, out, _) = mop(&site, &["log", "7K3QX"]);
    assert_eq!(code, 0);
    assert_eq!(out.lines().last(), Some("    =  sealed with 4 records: done <U+202E>"));
    let (_, out, _) = mop(&site, &["log", "--format", "json", "7K3QX"]);
    assert_eq!(out.lines().last(), Some(r#"{"sealed":true,"records":4,"result":"done \u202e"}"#));
}

#[test]
fn a_seal_that_is_not_of_this_log_is_told() {
    type Damage = fn(&Site);
    let table: [(Damage, &str); 3] = [
        (
            |site| {
                fs::remove_file(site.run().join("lock")).unwrap();
                site.drop_record(3);
            },
            "the seal is of 4 records",
        ),
        (|site| fs::write(site.seal_path(), "mop seal v1\n").unwrap(), "line 2 of the seal"),
        (|site| fs::write(site.seal_path(), "").unwrap(), "of the seal"),
    ];
    for (damage, words) in table {
        let site = four_records();
        site.seal();
        damage(&site);
        let (code, out, err) = mop(&site, &["log", "--format", "json", "7K3QX"]);
        assert_eq!(code, 1, "{out}{err}");
        let problem: Json = serde_json::from_str(out.lines().last().unwrap()).unwrap();
        assert_eq!(problem["problem"], "seal");
        assert!(problem["words"].as_str().unwrap().contains(words), "{problem}");
    }
    let site = four_records();
    site.seal();
    fs::write(site.seal_path(), "mop seal v2\n").unwrap();
    let (code, out, _) = mop(&site, &["log", "7K3QX"]);
    assert_eq!(code, 0);
    assert!(out.lines().last().unwrap().contains("by a newer mop"), "{out}");
}
