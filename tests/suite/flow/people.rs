//! Several people at one run: who signs proves who it is, and what is signed elsewhere is seen here.

use std::time::{Duration, Instant};

use mop::app::{Ending, Signal};
use mop::exec::pin::{Pin, hash_pin};
use mop::exec::sign::OpenSsh;
use mop::run::Person;
use mop::run::roster::{Level, Member, Roster, RosterKey};
use mop::ui::{Code, Key};

use super::fixture::Bench;
use crate::needs::needs;
use crate::sign::bench::{Agent, Bench as Keys};

const PIN: &str = "correct horse";

fn member(name: &str) -> Member {
    let id = format!("{}@example.com", name.to_lowercase());
    Member { person: Person { id, name: format!("{name} Example") }, ..Member::default() }
}

fn with_pin(name: &str) -> Member {
    let hash = hash_pin(&Pin::new(PIN.to_owned()).unwrap(), &[7; 16]).unwrap();
    Member { pin: Some(hash), ..member(name) }
}

fn with_key(name: &str, keys: &Keys) -> Member {
    let line = std::fs::read_to_string(keys.key(name, "ed25519").with_extension("pub")).unwrap();
    Member { keys: vec![RosterKey::parse(&line).unwrap()], ..member(name) }
}

/// Opens the dialog for the first step and chooses a person by place.
fn begin(bench: &mut Bench, place: usize) {
    bench.frame();
    bench.keys("s");
    bench.keys(&"j".repeat(place));
    bench.key(Key::press(Code::Enter));
    bench.frame();
}

#[test]
fn what_a_signature_names_is_kept_while_its_statement_is_read_each_time() {
    let mut bench = Bench::new(120, 40);
    bench.start_tour("Ada");
    let shelves = bench.run_path().join("blobs");
    let kept = || {
        let shelves = std::fs::read_dir(&shelves).unwrap().flatten();
        let names = shelves.flat_map(|shelf| std::fs::read_dir(shelf.path()).unwrap().flatten());
        names.filter(|blob| !blob.file_name().to_string_lossy().starts_with('.')).count()
    };
    for _ in 0..3 {
        let before = kept();
        bench.open_statement();
        let end = Instant::now() + Duration::from_secs(20);
        while kept() == before && Instant::now() < end {
            std::thread::yield_now();
        }
        assert!(kept() > before, "nothing is kept but {before} before it is signed");
        bench.keys("y");
        bench.settle();
    }
    assert_eq!(bench.journal().lines().filter(|line| line.contains("step_signed")).count(), 3);
}

#[test]
fn a_pin_proves_who_signs_and_the_statement_says_so() {
    let roster = Roster::new(Level::Pin, vec![with_pin("Alice"), with_pin("Bob")]).unwrap();
    let mut bench = Bench::signing(&roster, OpenSsh::with_environment([]));
    bench.start_tour("alice");
    begin(&mut bench, 1);
    assert!(bench.frame().contains("y asks for the PIN of Bob Example"), "{}", bench.frame());
    bench.keys("y");
    bench.keys(PIN);
    let frame = bench.frame();
    assert!(!frame.contains(PIN) && frame.contains("PIN of Bob Example: •••••••••••••"), "{frame}");
    bench.key(Key::press(Code::Enter));
    loop_until(&mut bench, "record 1, receipt ");
    let signed = bench.journal().lines().last().unwrap().to_owned();
    assert!(signed.contains(r#""id":"bob@example.com""#) && signed.contains(r#""level":"pin""#), "{signed}");
    assert!(signed.contains(r"\nauth      pin\n"), "{signed}");
    assert!(!bench.journal().contains(PIN));
}

/// Takes reports until the screen shows a text.
fn loop_until(bench: &mut Bench, text: &str) {
    while !bench.frame().contains(text) {
        bench.take_report();
    }
}

#[test]
fn wrong_pins_are_recorded_and_the_fifth_locks() {
    let roster = Roster::new(Level::Pin, vec![with_pin("Alice"), with_pin("Bob")]).unwrap();
    let mut bench = Bench::signing(&roster, OpenSsh::with_environment([]));
    bench.start_tour("alice");
    for wrong in 1..=5 {
        begin(&mut bench, 0);
        bench.keys("y");
        bench.keys("correct hoarse");
        bench.key(Key::press(Code::Enter));
        loop_until(&mut bench, "a wrong PIN");
        assert_eq!(bench.journal().matches(r#""t":"identity_refused""#).count(), wrong);
        bench.key(Key::press(Code::Esc));
    }
    begin(&mut bench, 0);
    let frame = bench.frame();
    assert!(frame.contains("too many wrong PINs for Alice Example"), "{frame}");
    begin(&mut bench, 1);
    assert!(bench.frame().contains("y asks for the PIN of Bob"));
}

#[test]
fn a_key_in_the_agent_signs_the_statement_and_stock_tools_verify_it() {
    needs!(OPENSSH);
    let (keys, people) = (Keys::new(), ["Alice", "Bob"]);
    let agent = Agent::start(&keys);
    let members = people.map(|name| with_key(name, &keys));
    agent.add(&[], &keys.path("Alice"));
    let mut bench = Bench::signing(&Roster::new(Level::Key, members.to_vec()).unwrap(), agent.openssh());
    bench.start_tour("Alice Example");
    bench.take_report();
    begin(&mut bench, 0);
    assert!(bench.frame().contains("y signs with the ssh-agent ED25519 SHA256:"), "{}", bench.frame());
    bench.keys("y");
    loop_until(&mut bench, "record 1, receipt ");
    let record: serde_json::Value = serde_json::from_str(bench.journal().lines().last().unwrap()).unwrap();
    let (stmt, sig) = (record["stmt"].as_str().unwrap(), record["sig"].as_str().unwrap());
    let signers = std::fs::read_to_string(bench.run_path().join("allowed_signers")).unwrap();
    let mut check = crate::sign::bench::check(&signers);
    (check.person, check.namespace) = ("alice@example.com", "mop-signoff");
    assert!(keys.keygen_believes(&check, format!("{stmt}\n").as_bytes(), sig.as_bytes()));
    for hash in record["blobs"].as_array().unwrap() {
        let hash = hash.as_str().unwrap();
        let blob = std::fs::read(bench.run_path().join("blobs").join(&hash[..2]).join(hash)).unwrap();
        assert_eq!(mop::journal::Digest::of(&blob).to_string(), hash);
        assert!(stmt.contains(&format!("sha256:{hash}")));
    }
}

#[test]
fn without_the_key_that_is_asked_for_nobody_signs() {
    needs!(OPENSSH);
    let keys = Keys::new();
    let agent = Agent::start(&keys);
    let roster = Roster::new(Level::Key, ["Alice", "Bob"].map(|name| with_key(name, &keys)).to_vec()).unwrap();
    let mut bench = Bench::signing(&roster, agent.openssh());
    bench.start_tour("Alice Example");
    bench.take_report();
    begin(&mut bench, 1);
    assert!(bench.frame().contains("no key of Bob Example is in this ssh-agent"), "{}", bench.frame());
    assert_eq!(bench.journal().lines().count(), 1);
}

#[test]
fn what_is_signed_in_another_terminal_is_seen_in_this_one() {
    let mut here = Bench::new(120, 40);
    here.start_tour("Ada");
    let mut there = here.second_terminal();
    there.go_on("Bob");
    there.sign();
    while !here.frame().contains("Bob signed R1") {
        here.take_foreign();
    }
    let frame = here.frame();
    assert!(frame.contains("✓P R1") && frame.contains("1/24"), "{frame}");
    here.keys(".");
    here.sign();
    assert!(here.frame().contains("✓P 1a"), "{}", here.frame());
}

#[test]
fn what_is_drawn_while_the_disk_is_asked_is_what_is_shown_with_the_receipt_and_believed_by_nobody() {
    let mut here = Bench::new(120, 40);
    here.start_tour("Ada");
    here.open_statement();
    here.keys("y");
    let before = here.frame();
    let (ahead, record) = here.ahead().unwrap();
    assert!(ahead.contains(&format!("Ada signed: record {record}, receipt ")) && ahead.contains("✓P R1"), "{ahead}");
    assert_eq!(here.frame(), before);
    assert!(before.contains("recording…") && !before.contains("✓P R1"), "{before}");
    here.settle();
    assert_eq!(here.frame(), ahead);
    assert_eq!((here.ahead(), here.records() as u64), (None, record + 1));
}

#[test]
fn what_was_drawn_ahead_is_not_what_becomes_of_it_when_somebody_else_records_first() {
    let mut here = Bench::new(120, 40);
    here.start_tour("Ada");
    let mut there = here.second_terminal();
    there.go_on("Bob");
    here.open_statement();
    there.settle();
    here.keys("y");
    let (_, foreseen) = here.ahead().unwrap();
    here.settle();
    let frame = here.frame();
    assert!(!frame.contains(&format!("signed: record {foreseen},")), "{frame}");
}

#[test]
fn who_leaves_is_said_to_have_left_and_the_wheel_is_free() {
    for ending in [Ending::Left(None), Ending::Signal(Signal::Terminate)] {
        let mut here = Bench::new(120, 40);
        here.start_tour("Ada");
        let mut there = here.second_terminal();
        there.go_on("Bob");
        here.leave(&ending);
        while !there.frame().contains("Ada left") {
            there.take_foreign();
        }
        there.chooses("take-wheel");
        there.settle();
        let taken = there.journal().lines().last().unwrap().to_owned();
        assert!(taken.contains(r#""t":"wheel_taken""#) && taken.contains(r#""because":"free""#), "{taken}");
    }
}

#[test]
fn a_journal_that_is_replaced_stops_the_recording() {
    let mut bench = Bench::new(120, 40);
    bench.start_tour("Ada");
    let journal = bench.run_path().join("journal.jsonl");
    let bytes = std::fs::read(&journal).unwrap();
    std::fs::remove_file(&journal).unwrap();
    std::fs::write(&journal, bytes).unwrap();
    bench.take_foreign();
    let frame = bench.frame();
    assert!(frame.contains("NOT RECORDING") && frame.contains("was replaced"), "{frame}");
}
