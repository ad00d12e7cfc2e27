//! Each kind of record that is not as the runbook has it, told with its words and its weight.

use std::fs::OpenOptions;
use std::io::Write as _;

use mop::journal::{Digest, Disk, Tick, put_blob};
use mop::report::Kind;
use mop::run::roster::Level;
use mop::run::{Adoption, ClockReading, Deferral, End, Found, Outcome, Person, Verdict, What};
use serde_json::{Value as Json, json};

use super::evening::{Evening, alice, bob};
use super::scenes::{BOOK, live};

fn verdict(outcome: Outcome) -> Verdict {
    let deferred = (outcome == Outcome::Deferred).then(|| Deferral { to: "Carol".into(), until: "Friday".into() });
    Verdict { outcome, proof: None, reason: Some("so it is".into()), deferred }
}

fn adoption(run: &Evening) -> Adoption {
    let text = BOOK.replace("Tell the users that it is done", "Tell everybody that it is done");
    let hash = put_blob(&Disk, &run.run(), text.as_bytes()).unwrap().to_string();
    let form = json!({ "why": "a word was wrong", "files": { "upgrade.yaml": hash }, "changes": ["3.1 is worded otherwise"], "blobs": [hash] });
    assert_eq!(form["blobs"][0].as_str(), Some(&*Digest::of(text.as_bytes()).to_string()));
    serde_json::from_value(form).unwrap()
}

/// Everything that can go otherwise than the runbook has it, in a run that is closed with steps left.
fn troubled() -> Evening {
    let mut run = live();
    let why = || "so it is".to_owned();
    let step = || "upgrade/start".to_owned();
    let mop = Person::program;
    run.record("22:47:00", alice(), What::CancelAsked { step: step(), attempt: 1, why: why() });
    run.record("22:48:00", mop(), What::ActionLost { step: step(), attempt: 1, why: why() });
    run.record("22:49:00", alice(), What::DoneByHand { step: step(), why: why() });
    run.record("22:50:00", alice(), What::StepOverridden { step: step(), why: why() });
    run.record("22:51:00", bob(), What::SignatureRefused { step: step(), why: why() });
    run.record("22:52:00", bob(), What::IdentityRefused { level: Level::Pin, why: why() });
    run.record("22:53:00", alice(), What::OrderWaived { step: "finish/announce".into(), why: why() });
    run.record("22:54:00", alice(), What::TimeWaived { step: Some(step()), why: why() });
    run.record("22:55:00", alice(), What::TimeWaived { step: None, why: why() });
    run.record("22:56:00", alice(), What::RunPaused { why: why() });
    run.record("22:57:00", alice(), What::AdHocStarted { number: 1, command: "df -h".into() });
    let end = End {
        found: Found::ForPerson,
        why: "it ended with status 0".into(),
        took_ms: 1_500,
        exit: None,
        values: Vec::new(),
        output: Vec::new(),
        sightings: Vec::new(),
    };
    run.record("22:58:00", mop(), What::AdHocEnded { number: 1, end });
    run.record("22:59:00", alice(), What::RunContinued);
    let adoption = adoption(&run);
    run.record("23:00:00", alice(), What::RunbookAdopted(Box::new(adoption)));
    run.record("23:01:00", mop(), What::ItemRechecked { step: "prepare/backup".into(), why: Some(why()) });
    let confirmed = |step: &str, outcome| What::StepConfirmed { step: step.into(), verdict: verdict(outcome) };
    run.record("23:02:00", alice(), confirmed("upgrade/drain", Outcome::NotApplicable));
    run.record("23:03:00", alice(), confirmed("finish/announce", Outcome::Failed));
    let clock = ClockReading { why: Tick::Back, beyond_ms: -2_000, keeping: "synced".into(), boot: "835f1d2e".into() };
    run.record("23:04:00", mop(), What::ClockRead(clock));
    OpenOptions::new().append(true).open(run.journal()).unwrap().write_all(b"{\"n\":40,").unwrap();
    run.record("23:05:00", mop(), What::Unknown("moon_seen".into()));
    run.record("23:06:00", alice(), What::RunClosed { result: "given up".into() });
    run
}

#[test]
fn a_back_out_that_a_choice_led_to_is_told_like_any_other() {
    let book = "mop: 1\nid: upgrade\ntitle: Small\nactivities:\n  - id: one\n    title: One\n    steps:\n      \
                - id: way\n        title: Does it work?\n        choose:\n          - { id: yes_it_does, title: It does }\n          \
                - { id: restore, title: It does not, then: back_out }\nback_out: { title: Back, steps: [{ id: restored, title: Restore }] }\n";
    let start = mop::run::Start { answers: Vec::new(), ..super::evening::start() };
    let mut run = Evening::begin("22:00:00", book, start);
    let chosen = What::OptionChosen { step: "one/way".into(), option: "restore".into(), values: Vec::new() };
    run.record("22:04:00", alice(), chosen);
    run.sign("22:05:00", alice(), "one/way");
    assert!(run.read().back_out().is_some());
    let report: serde_json::Value = serde_json::from_str(&run.report("json").1).unwrap();
    let told = &report["deviations"][0];
    assert_eq!((&told["kind"], &told["weight"], &told["record"]), (&"back-out".into(), &"grave".into(), &2.into()));
    assert_eq!(told["words"], "Alice Example began the back-out: chose restore in 1.1.");
    assert_eq!(report["answers"][3]["grade"], "bad");
}

#[test]
fn each_kind_is_told_in_words_with_its_record() {
    let run = troubled();
    let (code, out, err) = run.report("json");
    assert_eq!((code, err.as_str()), (3, ""));
    let report: Json = serde_json::from_str(&out).unwrap();
    let told = report["deviations"].as_array().unwrap().iter().map(|found| {
        format!("{} {}: {}", found["kind"].as_str().unwrap(), found["record"], found["words"].as_str().unwrap())
    });
    assert_eq!(
        told.collect::<Vec<_>>(),
        [
            "failed 30: Alice Example says that 3.1 failed: so it is.",
            "regressed null: 1.2 was proved, and is not good any more: so it is.",
            "not-done null: 2.2 was to sign when the run was closed.",
            "not-done null: 2.3 was not begun when the run was closed.",
            "not-done null: 3.2 was not begun when the run was closed.",
            "end-unknown 15: The end of 2.2 was never seen: so it is.",
            "overridden 17: Alice Example goes on with 2.2 against the evidence: so it is.",
            "refused 18: Bob Example will not sign 2.2: so it is.",
            "identity 19: Bob Example could not prove who it is by pin: so it is.",
            "late 21: Alice Example begins 2.2 although it does not fit any more: so it is.",
            "late 22: Alice Example goes on after the last safe moment: so it is.",
            "attempt 7: Attempt 1 of 1.2 failed after 2m: expected it to end with status 0; it ended with status 1.",
            "cancelled 14: Alice Example cancelled 2.2: so it is.",
            "by-hand 16: Alice Example did 2.2 by hand: so it is.",
            "out-of-order 20: Alice Example does 3.1 before its turn: so it is.",
            "ruled-out 29: Alice Example ruled 2.1 out: so it is.",
            "beside 24: Alice Example ran beside the runbook: df -h.",
            "adopted 27: Alice Example adopted the changed runbook for steps that were not begun: a word was wrong (3.1 is worded otherwise).",
            "wavered 28: 1.2 is not good any more: so it is.",
            "clock 31: The clock stepped back by 2.000 s; order is that of the records.",
            "torn 32: The journal set a torn write aside.",
            "unknown 33: ? a record of the kind `moon_seen`, which this version does not know.",
        ]
    );
    let kinds = report["deviations"].as_array().unwrap().iter().map(|found| found["kind"].as_str().unwrap());
    let kinds: Vec<_> = kinds.collect();
    let elsewhere =
        ["back-out", "skipped", "deferred", "handed-over", "amended", "unproved", "hung-up", "gap", "redline"];
    for kind in Kind::ALL {
        assert!(kinds.contains(&kind.word()) != elsewhere.contains(&kind.word()), "{} is told once", kind.word());
    }
    assert_eq!(report["answers"][0]["short"], "No, not all of it");
    assert_eq!(
        report["answers"][0]["words"],
        "3 of 8 steps are done; 2 failed or not good any more and 3 not done. It was closed as “given up”."
    );
    assert_eq!(report["answers"][3]["grade"], "bad");
    assert_eq!(report["beside"][0]["command"], "df -h");
    for format in ["md", "html", "csv"] {
        assert_eq!(run.report(format).0, 3);
    }
}
