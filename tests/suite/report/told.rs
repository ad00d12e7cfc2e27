//! What a report says, held against journals that were written by hand: each sentence and each figure.

use std::fs;

use mop::journal::{Digest, Disk, read_all, receipt_of};
use serde_json::{Value as Json, json};

use super::evening::{Evening, alice, bob, start};
use super::scenes::{backed_out, evening, live, prepared};

/// Reads the report of a run as JSON.
fn object(run: &Evening, code: i32) -> Json {
    let (found, out, err) = run.report("json");
    assert_eq!(found, code, "{err}");
    serde_json::from_str(&out).unwrap()
}

fn answers(report: &Json) -> Vec<[&str; 4]> {
    let text = |answer: &Json, name: &str| answer[name].as_str().unwrap().to_owned();
    let all = report["answers"].as_array().unwrap().iter();
    let all = all.map(|answer| ["question", "grade", "short", "words"].map(|name| &*text(answer, name).leak()));
    all.collect()
}

#[test]
fn the_first_page_answers_the_six_questions_in_their_order() {
    let report = object(&evening(), 3);
    assert_eq!(
        answers(&report),
        [
            [
                "success",
                "mixed",
                "Yes, with exceptions",
                "7 of 9 steps are done; 2 passed over or left for later. It was closed as “upgraded; the archive is left to Bob”."
            ],
            [
                "window",
                "good",
                "Yes",
                "The window was 1 Mar 2026 23:00 to 2 Mar 2026 03:00 UTC+01:00; the work ended at 2 Mar 01:02, 1h58m before its end."
            ],
            [
                "people",
                "mixed",
                "2 people",
                "Alice Example (3 signatures) and Bob Example (1 signature). Of 4 signatures 3 are by PIN and 1 is by name, which proves nothing."
            ],
            [
                "deviations",
                "mixed",
                "10 things",
                "10 deviations: 1 step skipped, 1 step deferred, 1 step handed over, 1 attempt failed, 1 record amended, unproved signatures, 1 clock jump, 1 terminal hung up, 1 gap in attendance and 1 wish for the runbook."
            ],
            [
                "record",
                "mixed",
                "Nobody signed the seal",
                "Sealed 2026-03-02T00:08Z; nothing but the file system says who wrote the seal, and that it is the first one."
            ],
            [
                "proof",
                "mixed",
                "3 of 7 by machine",
                "Of the 7 steps done: 1 by looking at the thing itself (sensed), 2 by the end of a command (checked) and 4 by a person's word (claimed)."
            ],
        ]
    );
    let standings = report["standings"].as_array().unwrap().iter().map(|group| {
        let items = group["items"].as_array().unwrap().iter().map(|item| item["number"].as_str().unwrap());
        format!(
            "{} {}: {}",
            group["mark"]["sign"].as_str().unwrap(),
            group["mark"]["word"].as_str().unwrap(),
            items.collect::<Vec<_>>().join(" ")
        )
    });
    assert_eq!(
        standings.collect::<Vec<_>>(),
        [
            "✓S done, sensed: 2.3",
            "✓C done, checked: 1.2 2.2",
            "✓P done, claimed: R1 1.1 1.3 3.1",
            "» skipped: 2.1",
            "→ deferred: 3.2"
        ]
    );
    assert_eq!(report["alarm"], Json::Null);
}

#[test]
fn deviations_are_told_the_gravest_first_with_their_records() {
    let report = object(&evening(), 3);
    let told = report["deviations"].as_array().unwrap().iter().map(|found| {
        format!(
            "{} {} {} {}: {}",
            found["weight"].as_str().unwrap(),
            found["kind"].as_str().unwrap(),
            found["record"],
            found["number"].as_str().unwrap_or("-"),
            found["words"].as_str().unwrap()
        )
    });
    assert_eq!(
        told.collect::<Vec<_>>(),
        [
            "notable skipped 15 2.1: Alice Example skipped 2.1: this site has no load balancer.",
            "notable deferred 33 3.2: Alice Example deferred 3.2 to Bob Example, until Monday: the archive is full.",
            "notable handed-over 34 3.2: Alice Example handed 3.2 over to Bob Example: he has the ticket.",
            "notable attempt 7 1.2: Attempt 1 of 1.2 failed after 2m: expected it to end with status 0; it ended with status 1.",
            "notable amended 32 -: Bob Example says that record 13 is wrong: there were 142 tables; right is: there were 143 tables (one was made while it ran).",
            "notable unproved null -: Signatures by name are claimed, and nothing proves whose they are: 1 of Bob Example.",
            "notable clock 35 -: The clock was set, or runs wrong, by 1.500 s; order is that of the records.",
            "minor hung-up 24 -: The terminal was hung up; the run stays.",
            "minor gap 25 -: Alice Example resumed the run; nothing was recorded for 12m before that.",
            "minor redline 30 2.1: Bob Example wants the runbook changed on 2.1: Take the site out of the load balancer, where it has one.",
        ]
    );
}

#[test]
fn times_are_those_of_the_records_and_pauses_are_taken_out() {
    const MINUTE: i64 = 60_000;
    let report = object(&evening(), 3);
    let time = &report["time"];
    assert_eq!(
        time["window"],
        json!({ "start": "2026-03-01T22:00:00.000Z", "end": "2026-03-02T02:00:00.000Z", "early_by": null })
    );
    assert_eq!(
        (&time["begun"], &time["ended"]),
        (&json!("2026-03-01T21:52:00.000Z"), &json!("2026-03-02T00:02:00.000Z"))
    );
    assert_eq!((&time["ran"], &time["stood"], &time["ends"]), (&json!(124 * MINUTE), &json!(12 * MINUTE), &Json::Null));
    let pause = json!({
        "record": 13, "from": "2026-03-01T22:32:00.000Z", "to": "2026-03-01T22:44:00.000Z",
        "who": "Alice Example", "why": "the database people are on the phone"
    });
    assert_eq!(time["pauses"], json!([pause]));
    let rows = time["rows"].as_array().unwrap().iter().map(|row| {
        let minutes = |value: &Json| {
            value.as_i64().map(|ms| format!("{}m{}s", ms / MINUTE, ms % MINUTE / 1000)).unwrap_or("-".into())
        };
        let clock = |value: &Json| value.as_str().map_or("-", |at| &at[11..16]).to_owned();
        let estimate = format!("{}-{}", minutes(&row["estimate"]["low"]), minutes(&row["estimate"]["high"]));
        let [began, ended] = ["began", "ended"].map(|name| clock(&row[name]));
        let [took, paused, difference] = ["took", "paused", "difference"].map(|name| minutes(&row[name]));
        format!(
            "{} {estimate} {began}-{ended} {took} {paused} {difference} {}",
            row["number"].as_str().unwrap(),
            row["stage"].as_str().unwrap()
        )
    });
    assert_eq!(
        rows.collect::<Vec<_>>(),
        [
            "R --- 21:52-21:55 3m0s 0m0s - done",
            "1 30m0s-30m0s 22:00-22:31 31m0s 0m0s 1m0s done",
            "2 30m0s-120m0s 22:31-23:34 51m1s 12m0s 0m0s done",
            "2.2 40m0s-40m0s 22:45-23:33 48m0s 0m0s 8m0s done",
            "3 15m0s-15m0s 23:34-00:02 27m59s 0m0s 12m59s done",
            "B 45m0s-45m0s --- - 0m0s - in reserve",
        ]
    );
}

/// Finds an item by its number.
fn item<'a>(report: &'a Json, number: &str) -> &'a Json {
    let parts = report["parts"].as_array().unwrap().iter();
    let mut items = parts.flat_map(|part| part["items"].as_array().unwrap());
    items.find(|item| item["number"] == number).unwrap_or_else(|| panic!("there is no {number}"))
}

#[test]
fn every_step_has_its_proof_its_people_and_its_evidence() {
    let run = evening();
    let report = object(&run, 3);
    let proved = ["R1", "1.1", "1.2", "1.3", "2.1", "2.2", "2.3", "3.1", "3.2"].map(|number| {
        let item = item(&report, number);
        let settled = item["settled"].as_str().map_or("-", |at| &at[11..19]);
        format!("{number} {} {settled}: {}", item["mark"]["word"].as_str().unwrap(), item["proved"].as_str().unwrap())
    });
    assert_eq!(
        proved,
        [
            "R1 done, claimed 21:55:00: Alice Example says so; nobody had to sign",
            "1.1 done, claimed 22:01:00: a person says so: signed by Alice Example as lead (by PIN)",
            "1.2 done, checked 22:30:00: its command ended as expected at attempt 2 (it ended with status 0); signed by Alice Example as lead (by PIN)",
            "1.3 done, claimed 22:31:00: Alice Example says so; nobody had to sign",
            "2.1 skipped 22:45:00: this site has no load balancer",
            "2.2 done, checked 23:33:00: its command ended as expected (it ended with status 0); signed by Alice Example as lead (by PIN) and countersigned by Bob Example as witness (by name, unproved)",
            "2.3 done, sensed 23:34:01: mop looked, and it was so: home is ok: 200 in 38 ms",
            "3.1 done, claimed 23:58:00: Alice Example says so; nobody had to sign",
            "3.2 deferred 00:02:00: to Bob Example, until Monday",
        ]
    );
    let backup = item(&report, "1.2");
    let starts = backup["starts"].as_array().unwrap();
    assert_eq!(starts.len(), 2);
    assert_eq!(starts[0]["end"]["exit"], "it ended with status 1");
    assert_eq!(
        (&starts[1]["mended"], &starts[1]["end"]["took"]),
        (&json!("old dumps were moved away"), &json!(1_080_000))
    );
    let out = "dumping schema public\npg_dump: error: no space left on device\n";
    let output = json!({
        "stream": "stdout", "bytes": out.len(), "dropped": 0, "sha256": Digest::of(out.as_bytes()).to_string(),
        "excerpt": { "begin": out, "left_out": 0, "end": "" }
    });
    assert_eq!(starts[0]["end"]["outputs"], json!([output]));
    let given = &item(&report, "2.2")["signatures"][1];
    let records = read_all(&Disk, &run.run()).unwrap().0;
    let stored: Json = serde_json::from_slice(&records[20].line).unwrap();
    assert_eq!(
        (&given["record"], &given["who"], &given["meaning"]),
        (&json!(20), &json!("Bob Example"), &json!("witnessed"))
    );
    assert_eq!((&given["level"], &given["counts"], &given["seen"]), (&json!("name"), &json!(true), &json!(19)));
    assert_eq!(
        (&given["statement"], given["receipt"].as_str()),
        (&stored["stmt"], Some(&*receipt_of(&records[20].head)))
    );
    let kept: Vec<_> = given["evidence"].as_array().unwrap().iter().map(|kept| kept["sha256"].clone()).collect();
    assert_eq!(Json::from(kept), stored["blobs"]);
    assert_eq!(item(&report, "2.2")["notes"][0]["text"], "Step 41 took long, the disk is slow.");
    assert_eq!(item(&report, "1.3")["chosen"], json!({ "id": "full", "title": "Everything at once" }));
}

#[test]
fn people_status_and_what_lies_beside_the_steps_are_told() {
    let report = object(&evening(), 3);
    let people = report["people"].as_array().unwrap();
    assert_eq!((people[0]["id"].as_str(), people[1]["id"].as_str()), (Some(&*alice().id), Some(&*bob().id)));
    assert_eq!((&people[0]["signed"], &people[0]["levels"]), (&json!({ "executed": 3 }), &json!({ "pin": 3 })));
    assert_eq!((&people[1]["roles"], &people[1]["levels"]), (&json!(["witness"]), &json!({ "name": 1 })));
    let there = people[0]["sittings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| format!("{} {} {}", it["session"], it["from"], it["hung_up"]));
    assert_eq!(
        there.collect::<Vec<_>>(),
        [r#""S1" "2026-03-01T21:52:00.000Z" true"#, r#""S3" "2026-03-01T23:52:00.000Z" false"#]
    );
    let home = report["probes"][0]["changes"].as_array().unwrap().iter();
    let home = home.map(|it| {
        format!("{} {}: {}", it["was"].as_str().unwrap(), it["state"].as_str().unwrap(), it["words"].as_str().unwrap())
    });
    assert_eq!(
        home.collect::<Vec<_>>(),
        ["unknown ok: 200 in 41 ms", "ok bad: 503 Service Unavailable", "bad ok: 200 in 38 ms"]
    );
    assert_eq!(
        (&report["attachments"][0]["name"], &report["attachments"][0]["bytes"]),
        (&json!("rack.txt"), &json!(30))
    );
    assert_eq!(report["redlines"][0]["now"], "Take the site out of the load balancer, where it has one");
    assert_eq!(
        (&report["amendments"][0]["of"], &report["amendments"][0]["right"]),
        (&json!(13), &json!("there were 143 tables"))
    );
    assert_eq!(report["wheel"][0]["words"], "has the wheel, from another terminal now");
}

#[test]
fn every_record_is_told_once() {
    let run = evening();
    let report = object(&run, 3);
    let parts = report["parts"].as_array().unwrap().iter();
    let items =
        parts.flat_map(|part| [&part["head"]].into_iter().chain(part["items"].as_array().unwrap()).collect::<Vec<_>>());
    let lines = items.flat_map(|item| item["records"].as_array().unwrap()).chain(report["records"].as_array().unwrap());
    let mut numbers: Vec<_> = lines.map(|line| line["record"].as_u64().unwrap()).collect();
    numbers.sort_unstable();
    let count = read_all(&Disk, &run.run()).unwrap().0.len() as u64;
    assert_eq!(numbers, (0..count).collect::<Vec<_>>());
    assert_eq!(report["as_of"]["record"], count - 1);
    assert_eq!(report["verification"]["records"], count);
}

#[test]
fn the_same_run_gives_the_same_bytes_wherever_and_whenever_it_is_told() {
    let run = evening();
    let copy = tempfile::tempdir().unwrap();
    let place = copy.path().join(&run.name);
    let copied = std::process::Command::new("cp").arg("-a").arg(run.run()).arg(&place).status().unwrap();
    assert!(copied.success());
    for format in ["md", "html", "json", "csv"] {
        let (code, out, err) = run.report(format);
        assert_eq!((code, err.as_str(), out.is_empty()), (3, "", false));
        assert_eq!(run.report(format), (code, out.clone(), err.clone()));
        let (code, of_copy, err) = run.mop(&["report", &place.to_string_lossy(), "--format", format]);
        assert_eq!((code, err.as_str()), (3, ""));
        assert!(of_copy == out, "{format} differs on a copy");
    }
}

#[test]
fn a_run_that_goes_on_is_told_as_of_its_last_record() {
    let run = live();
    let report = object(&run, 3);
    let answers = answers(&report);
    assert_eq!(
        answers[0],
        ["success", "open", "Not over yet", "4 of 9 steps settled as of record 13, 1 Mar 2026 23:46."]
    );
    assert_eq!(
        answers[1][1..],
        [
            "open",
            "So far",
            "The window was 1 Mar 2026 23:00 to 2 Mar 2026 03:00 UTC+01:00; as of the last record 3h14m were left."
        ]
    );
    assert_eq!(answers[4][1..3], ["open", "Unsealed"]);
    assert_eq!((&report["as_of"]["over"], &report["as_of"]["result"]), (&json!(false), &Json::Null));
    assert_eq!(report["time"]["ends"]["earliest"].as_str().map(|at| at.len()), Some(24));
    assert_eq!(item(&report, "2.2")["mark"]["word"], "running");
    let (_, page, _) = run.report("md");
    assert!(page.contains("The run goes on; it is told as of record 13, 1 Mar 2026 23:46 UTC+01:00"), "{page}");
}

#[test]
fn a_backed_out_run_did_not_succeed_and_says_how_the_way_back_went() {
    let report = object(&backed_out(), 3);
    let answers = answers(&report);
    let words = "Alice Example began the back-out at 2 Mar 00:10: the database is locked by somebody. All 2 steps of the way back are done. It was closed as “back on 9.1”.";
    assert_eq!(answers[0], ["success", "bad", "No: backed out", words]);
    assert_eq!(answers[1][2], "Yes");
    assert_eq!(report["time"]["ended"], "2026-03-01T23:45:00.000Z");
    let kinds: Vec<_> =
        report["deviations"].as_array().unwrap().iter().map(|it| it["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["back-out", "attempt", "attempt"]);
    assert_eq!(item(&report, "B1")["mark"]["word"], "done, claimed");
}

#[test]
fn a_rehearsal_says_that_it_is_one() {
    let mut start = start();
    start.rehearsal = true;
    let run = Evening::begin("21:52:00", super::scenes::BOOK, start);
    let report = object(&run, 3);
    assert_eq!(report["run"]["rehearsal"], true);
    assert_eq!(answers(&report)[0][2], "Not over yet (rehearsal)");
    assert!(answers(&report)[0][3].starts_with("A rehearsal; nothing of it was done to a live system"));
    assert!(run.report("html").1.contains("Report of a rehearsal"));
    assert!(run.report("md").1.contains("Rehearsal 7K3QX"));
}

#[test]
fn a_run_of_one_step_is_told_in_words_and_what_its_author_wrote_is_laid_out() {
    let text = "Do **this**:\\n\\n1. look\\n2. [leave](https://a.example/x), not <b>[here](javascript:x)</b>\\n\\n```\\nls  -l\\n```";
    let step = format!("{{ id: go, title: Go, text: \"{text}\" }}");
    let book =
        format!("mop: 1\nid: upgrade\ntitle: Small\nactivities:\n  - {{ id: one, title: One, steps: [{step}] }}\n");
    let mut run = Evening::begin("22:00:00", &book, mop::run::Start { answers: Vec::new(), ..start() });
    run.sign("22:05:00", alice(), "one/go");
    run.record("22:06:00", alice(), mop::run::What::RunClosed { result: "gone".into() });
    let report = object(&run, 3);
    let answers = answers(&report);
    assert_eq!(answers[0][3], "The one step is done. It was closed as “gone”.");
    assert_eq!(answers[5][3], "The 1 step done is proved by a person's word (claimed).");
    let page = run.report("html").1;
    assert!(page.contains("<strong><span>this</span></strong>") && page.contains("<ol start=\"1\"><li>"), "{page}");
    assert!(page.contains("<a href=\"https://a.example/x\" rel=\"noopener noreferrer\">"), "{page}");
    assert!(page.contains("&lt;b&gt;") && !page.contains("href=\"javascript"), "{page}");
    let ticket = run.report("md").1;
    assert!(ticket.contains("```text\nDo this:\n\n1. look\n2. leave <https://a.example/x>"), "{ticket}");
    assert!(ticket.contains("    ls  -l\n```"), "{ticket}");
}

#[test]
fn a_window_that_was_not_kept_is_told_with_by_how_much() {
    let mut run = prepared();
    run.record("22:45:00", alice(), mop::run::What::RunPaused { why: "nobody answers".into() });
    run.record("02:10:00", alice(), mop::run::What::RunClosed { result: "given up".into() });
    let report = object(&run, 3);
    let answers = answers(&report);
    assert_eq!(answers[0][1..3], ["bad", "No, not all of it"]);
    assert_eq!(answers[0][3], "4 of 9 steps are done; 5 not done. It was closed as “given up”.");
    assert_eq!(answers[1][1..3], ["bad", "No"]);
    assert!(answers[1][3].ends_with("the work ended at 2 Mar 03:10, 10m after its end."), "{}", answers[1][3]);
}

#[test]
fn a_broken_record_is_said_first_and_loudly_and_ends_as_verify_does() {
    let run = evening();
    let text = fs::read_to_string(run.journal()).unwrap();
    fs::write(run.journal(), text.replace("this site has no load balancer", "this site has no load balancer!"))
        .unwrap();
    let (verified, _, _) = run.mop(&["verify", &run.run().to_string_lossy()]);
    assert_eq!(verified, 1);
    let report = object(&run, 1);
    assert!(
        report["alarm"].as_str().unwrap().starts_with("ALTERED: journal.jsonl: record 15 at byte "),
        "{}",
        report["alarm"]
    );
    assert_eq!((&report["as_of"]["record"], &report["as_of"]["over"]), (&json!(14), &json!(false)));
    assert_eq!(answers(&report)[4][1..3], ["bad", "No: altered"]);
    let (_, page, err) = run.report("md");
    assert!(
        page.lines()
            .nth(2)
            .unwrap()
            .starts_with("> **THE RECORD IS NOT AS IT WAS RECORDED.** ALTERED: journal.jsonl: record 15"),
        "{page}"
    );
    assert!(err.starts_with(&format!("mop: {}: ALTERED: journal.jsonl: record 15", run.name)), "{err}");
    let (_, page, _) = run.report("html");
    let (alarm, summary) = (page.find("class=\"alarm\"").unwrap(), page.find("id=\"summary\"").unwrap());
    assert!(alarm < summary && page.contains("The record is not as it was recorded"));
}

#[test]
fn what_cannot_be_told_at_all_is_refused_with_the_verdict() {
    let run = evening();
    let path = run.run().join("runbook.yaml");
    fs::write(&path, super::scenes::BOOK.replace("Prepare", "Prepared")).unwrap();
    let (code, out, err) = run.report("md");
    assert_eq!((code, out.as_str()), (1, ""));
    assert!(
        err.contains("runbook.yaml: it is not the file that the run began with") && err.contains("ALTERED"),
        "{err}"
    );
    let (code, out, err) = run.mop(&["report", "7K3QY"]);
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(err.contains("there is no run 7K3QY"), "{err}");
}

#[test]
fn a_report_goes_into_a_file_whole_and_never_into_the_run() {
    let run = evening();
    let dir = tempfile::tempdir().unwrap();
    for (name, start) in
        [("a.md", "# Upgrade"), ("a.html", "<!doctype html>"), ("a.json", "{\n"), ("a.csv", "number,id,")]
    {
        let path = dir.path().join(name);
        fs::write(&path, "what was there before").unwrap();
        let (code, out, err) = run.mop(&["report", "7K3QX", "-o", &path.to_string_lossy()]);
        assert_eq!((code, out.as_str(), err.as_str()), (3, "", ""));
        assert!(fs::read_to_string(&path).unwrap().starts_with(start), "{name}");
    }
    assert_eq!(fs::read_dir(&dir).unwrap().count(), 4, "nothing else is left behind");
    let inside = run.run().join("report.md");
    let (code, _, err) = run.mop(&["report", "7K3QX", "-o", &inside.to_string_lossy()]);
    assert_eq!((code, inside.exists()), (2, false));
    assert!(err.contains("in the directory of the run"), "{err}");
}
