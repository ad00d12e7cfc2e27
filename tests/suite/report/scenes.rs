//! Runs to report of: an evening on which much happened, one that is not over, and one that was backed out.

use mop::journal::{Digest, Disk, Tick, put_blob};
use mop::run::{Amendment, ClockReading, Deferral, Found, Outcome, Person, ProbeState, Proof, Taking, Verdict, What};

use super::evening::{Ended, Evening, alice, bob, start};

pub const BOOK: &str = r#"
mop: 1
id: upgrade
title: Upgrade the platform to 10.0
version: "2"
roles: { lead: Drives, witness: Countersigns }
sign: none
window: { length: 4h, warn: 1h }
inputs:
  site: { ask: Which site?, default: Vienna }
status:
  home: { http: "https://site.example/", expect: { status: 200 } }
  queue: { run: "queue-length" }
requirements: [Everybody knows that it begins]
activities:
  - id: prepare
    title: Prepare
    estimate: 30m
    steps:
      - { id: tell, title: "Tell the users in {{ site }}", text: "Write to **everybody** that it begins.", sign: lead }
      - id: backup
        title: Back the database up
        sign: lead
        restore_point: true
        run: { command: "pg_dump platform", expect: { exit: 0 }, timeout: 1h }
      - id: way
        title: Choose the way
        choose:
          - { id: full, title: Everything at once, recommended: true }
          - { id: parts, title: One server after the other }
  - id: upgrade
    title: Upgrade to 10.0
    estimate: { from: 30m, to: 2h, because: the size of the database }
    steps:
      - { id: drain, title: Take the site out of the load balancer }
      - id: start
        title: Start the upgrade
        danger: What was not backed up is lost
        estimate: 40m
        sign: [lead, witness]
        run: { command: upgrade --to 10.0, timeout: 2h, expect: { exit: 0 } }
      - { id: look, title: The home page answers, check: home }
  - id: finish
    title: Finish
    estimate: 15m
    steps:
      - { id: announce, title: Tell the users that it is done }
      - { id: archive, title: Archive the old version }
back_out: { title: Go back to 9.1, estimate: 45m, steps: [Restore the backup, Tell the users] }
"#;

fn settled(step: &str, verdict: Verdict) -> What {
    What::StepConfirmed { step: step.into(), verdict }
}

fn done(step: &str) -> What {
    settled(step, Verdict::done(Proof::Claimed))
}

fn probe(probe: &str, (was, state): (ProbeState, ProbeState), words: &str) -> What {
    What::ProbeChanged {
        probe: probe.into(),
        was,
        state,
        words: words.into(),
        sha256: Some(Digest::of(words.as_bytes())),
    }
}

fn checked<'a>(took_ms: u64, out: &'a str) -> Ended<'a> {
    Ended {
        found: Found::Checked,
        why: "as expected (it ended with status 0)",
        took_ms,
        exit: Some("it ended with status 0"),
        out,
    }
}

/// A run that begins at 21:52 UTC and is prepared at 22:31, one minute late.
pub fn prepared() -> Evening {
    use ProbeState::{Ok, Unknown};
    let mut evening = Evening::begin("21:52:00", BOOK, start());
    evening.record("21:52:05", bob(), What::PersonJoined { resumed: false });
    evening.record("21:53:00", Person::program(), probe("home", (Unknown, Ok), "200 in 41 ms"));
    evening.record("21:53:01", Person::program(), probe("queue", (Unknown, Ok), "0"));
    evening.record("21:55:00", alice(), done("requirements/everybody-knows-that-it-begins"));
    evening.sign("22:01:00", alice(), "prepare/tell");
    evening.start("22:03:00", "prepare/backup", (1, Some("pg_dump platform")));
    let failed = Ended {
        found: Found::Failed,
        why: "expected it to end with status 0; it ended with status 1",
        took_ms: 120_000,
        exit: Some("it ended with status 1"),
        out: "dumping schema public\npg_dump: error: no space left on device\n",
    };
    evening.end("22:05:00", ("prepare/backup", 1), failed);
    evening.start("22:11:00", "prepare/backup", (2, Some("pg_dump platform")));
    evening.end("22:29:00", ("prepare/backup", 2), checked(1_080_000, "dumping schema public\n142 tables, 18 GB\n"));
    evening.sign("22:30:00", alice(), "prepare/backup");
    let chosen = What::OptionChosen { step: "prepare/way".into(), option: "full".into(), values: Vec::new() };
    evening.record("22:30:30", alice(), chosen);
    evening.record("22:31:00", alice(), done("prepare/way"));
    evening
}

/// The whole evening: it ends at 00:02 UTC, two hours before the window does.
pub fn evening() -> Evening {
    use ProbeState::{Bad, Ok};
    let mut evening = prepared();
    evening.record("22:32:00", alice(), What::RunPaused { why: "the database people are on the phone".into() });
    evening.record("22:44:00", alice(), What::RunContinued);
    let skipped = Verdict {
        outcome: Outcome::Skipped,
        proof: None,
        reason: Some("this site has no load balancer".into()),
        deferred: None,
    };
    evening.record("22:45:00", alice(), settled("upgrade/drain", skipped));
    evening.start("22:46:00", "upgrade/start", (1, Some("upgrade --to 10.0")));
    evening.record("22:46:30", Person::program(), probe("home", (Ok, Bad), "503 Service Unavailable"));
    let lines: String = (1..=60).map(|n| format!("step {n:>2} of 60: ok\n")).collect();
    evening.end("23:31:00", ("upgrade/start", 1), checked(2_700_000, &lines));
    evening.sign("23:32:00", alice(), "upgrade/start");
    evening.sign("23:33:00", bob(), "upgrade/start");
    evening.record("23:33:30", Person::program(), probe("home", (Bad, Ok), "200 in 38 ms"));
    evening.start("23:34:00", "upgrade/look", (1, None));
    let looked = Ended { found: Found::Sensed, why: "home is ok: 200 in 38 ms", took_ms: 900, exit: None, out: "" };
    evening.end("23:34:01", ("upgrade/look", 1), looked);
    evening.record("23:40:00", Person::program(), What::HungUp);
    evening.record_in("23:52:00", (alice(), "S3"), What::PersonJoined { resumed: true });
    evening.record_in("23:52:01", (alice(), "S3"), What::WheelTaken { because: Taking::Own });
    evening.record("23:52:05", Person::program(), What::ItemRechecked { step: "upgrade/look".into(), why: None });
    let note =
        What::NoteAdded { step: Some("upgrade/start".into()), text: "Step 41 took long, the disk is slow.".into() };
    evening.record("23:54:00", bob(), note);
    let plan = b"rack plan, as of this evening\n";
    let blob = put_blob(&Disk, &evening.run(), plan).unwrap();
    let file = What::FileAttached { step: None, name: "rack.txt".into(), bytes: plan.len() as u64, blob };
    evening.record("23:55:00", bob(), file);
    let wish = What::RedlineAdded {
        step: Some("upgrade/drain".into()),
        was: "Take the site out of the load balancer".into(),
        now: "Take the site out of the load balancer, where it has one".into(),
        why: "Vienna has none".into(),
    };
    evening.record("23:56:00", bob(), wish);
    evening.record_in("23:58:00", (alice(), "S3"), done("finish/announce"));
    let amendment = Amendment {
        of: 13,
        wrong: "there were 142 tables".into(),
        right: "there were 143 tables".into(),
        why: "one was made while it ran".into(),
        signed: None,
    };
    evening.record("23:59:00", bob(), What::RecordAmended(amendment));
    let deferred = Verdict {
        outcome: Outcome::Deferred,
        proof: None,
        reason: Some("the archive is full".into()),
        deferred: Some(Deferral { to: "Bob Example".into(), until: "Monday".into() }),
    };
    evening.record_in("00:02:00", (alice(), "S3"), settled("finish/archive", deferred));
    let handed = What::DeferralHandedOver {
        step: "finish/archive".into(),
        to: "Bob Example".into(),
        why: "he has the ticket".into(),
    };
    evening.record_in("00:03:00", (alice(), "S3"), handed);
    let clock = ClockReading { why: Tick::Parted, beyond_ms: 1_500, keeping: "synced".into(), boot: "835f1d2e".into() };
    evening.record("00:04:00", Person::program(), What::ClockRead(clock));
    evening.record_in(
        "00:08:00",
        (alice(), "S3"),
        What::RunClosed { result: "upgraded; the archive is left to Bob".into() },
    );
    evening.seal("00:08:30", "upgraded; the archive is left to Bob");
    evening
}

/// A run that goes on: the upgrade is under way.
pub fn live() -> Evening {
    let mut evening = prepared();
    evening.start("22:46:00", "upgrade/start", (1, Some("upgrade --to 10.0")));
    evening
}

/// A run that was backed out, closed and not sealed.
pub fn backed_out() -> Evening {
    let mut evening = live();
    let failed = Ended {
        found: Found::Failed,
        why: "expected it to end with status 0; it ended with status 3",
        took_ms: 600_000,
        exit: Some("it ended with status 3"),
        out: "step 12 of 60: cannot lock\n",
    };
    evening.end("22:56:00", ("upgrade/start", 1), failed);
    let why = "the database is locked by somebody".to_owned();
    evening.record("23:10:00", alice(), What::BackOutBegun { why, rounds: Vec::new(), undo: Vec::new() });
    evening.record("23:40:00", alice(), done("back_out/restore-the-backup"));
    evening.record("23:45:00", alice(), done("back_out/tell-the-users"));
    evening.record("23:46:00", alice(), What::RunClosed { result: "back on 9.1".into() });
    evening
}
