//! Who is here, what the ledger knows, and what the screen shows of a run that was sealed.

use std::time::{Duration, Instant};

use mop::app::{Hand, Surroundings};
use mop::journal::{Disk, LedgerFact, present, read_ledger};
use mop::run::{Intent, Person};
use mop::ui::{Code, Key};

use super::fixture::Bench;

#[test]
fn a_run_that_is_gone_on_with_is_seen_before_the_disk_is_asked_for_anything_else() {
    let mut bench = Bench::new(120, 40);
    bench.start_tour("Ada");
    let (run, records) = (bench.run_path(), bench.journal().lines().count());
    let mut other = bench.second_terminal();
    other.show(&run);
    other.paste("Bob");
    other.key_only(Key::press(Code::Enter));
    let frame = other.frame();
    assert!(frame.contains("Checklist") && frame.contains("recording…"), "{frame}");
    assert_eq!(bench.journal().lines().count(), records);
    assert_eq!(present(&Disk, &run).unwrap().iter().filter(|session| session.is_alive).count(), 1);
    // Whoever is quicker than that acts in the run as it is when everything was done.
    other.keys("n");
    other.settle();
    other.paste("seen");
    other.ctrl('s');
    other.settle();
    assert!(other.frame().contains("remarked on R1: seen"), "{}", other.frame());
    assert!(bench.journal().lines().any(|line| line.contains("person_joined") && line.contains("Bob")));
}

#[test]
fn who_is_not_asked_who_he_is_sees_the_run_as_soon() {
    let mut bench = Bench::new(120, 40);
    bench.start_tour("Ada");
    let run = bench.run_path();
    let mut other = bench.second_terminal();
    other.resume_unasked(&run, "Bob");
    let frame = other.frame();
    assert!(frame.contains("Checklist") && frame.contains("recording…"), "{frame}");
    assert_eq!(present(&Disk, &run).unwrap().iter().filter(|session| session.is_alive).count(), 1);
}

#[test]
fn a_session_is_present_as_long_as_the_run_is_open() {
    let mut bench = Bench::new(120, 40);
    bench.start_tour("Ada");
    let mut other = bench.second_terminal();
    other.go_on("Bob");
    let run = bench.run_path();
    let alive = || present(&Disk, &run).unwrap().into_iter().filter(|session| session.is_alive).collect::<Vec<_>>();
    assert_eq!(alive().len(), 2);
    drop(other);
    // A child of another test may hold a copy of the lock between its fork and its exec.
    let end = Instant::now() + Duration::from_secs(20);
    while alive().len() > 1 && Instant::now() < end {
        std::thread::yield_now();
    }
    let left = alive();
    assert_eq!(left.len(), 1);
    let about: serde_json::Value = serde_json::from_slice(&left[0].bytes).unwrap();
    assert_eq!((&about["person"]["name"], &about["pid"]), (&"Ada".into(), &std::process::id().into()));
    assert!(about["terminal"].is_string());
    drop(bench);
}

#[test]
fn a_run_that_the_ledger_does_not_know_is_noted_when_somebody_goes_on_with_it() {
    let mut bench = Bench::new(120, 40);
    bench.start_tour("Ada");
    let state = bench.run_path().parent().unwrap().parent().unwrap().to_owned();
    let known = || read_ledger(&Disk, &state).unwrap().0;
    let before = known();
    assert!(matches!(before[..], [ref entry] if matches!(entry.fact, LedgerFact::Opened { .. })));
    for name in ["ledger.jsonl", "ledger.lock"] {
        std::fs::remove_file(state.join(name)).unwrap();
    }
    for who in ["Bob", "Cy"] {
        bench.second_terminal().go_on(who);
        let after = known();
        assert_eq!(after.len(), 1, "once");
        assert_eq!((&after[0].run, &after[0].fact), (&before[0].run, &before[0].fact));
    }
}

#[test]
fn a_run_that_is_sealed_elsewhere_is_shown_as_sealed_and_takes_nothing() {
    let mut bench = Bench::new(120, 40);
    bench.start_tour("Ada");
    let name = bench.run_path().file_name().unwrap().to_str().unwrap().to_owned();
    let mut hand = Hand::open(Surroundings::machine(), bench.store(), &name).unwrap();
    hand.seal(&Person::named("Ada").unwrap(), "enough for today").unwrap();
    while !bench.frame().contains("closed the run: enough for today") {
        bench.take_foreign();
    }
    bench.pass(Duration::from_secs(1));
    let frame = bench.frame();
    assert!(frame.contains("· sealed") && !frame.contains("recorded 1"), "{frame}");
    let journal = bench.journal();
    for keys in ["s", "n"] {
        bench.keys(keys);
        bench.settle();
        let frame = bench.frame();
        // In the step, and as the answer to what was wanted.
        assert_eq!(frame.matches("this run is closed; nothing is recorded in it any more").count(), 2, "{frame}");
    }
    assert_eq!(bench.journal(), journal);
}

#[test]
fn a_run_that_is_closed_and_not_sealed_says_what_comes_next_and_keeps_no_clock() {
    let mut bench = Bench::new(120, 40);
    bench.start_tour("Ada");
    bench.pass(Duration::from_secs(60 * 60));
    assert_eq!(bench.journal().lines().count(), 2, "the clock is kept until then");
    let name = bench.run_path().file_name().unwrap().to_str().unwrap().to_owned();
    let mut hand = Hand::open(Surroundings::machine(), bench.store(), &name).unwrap();
    let close = Intent::Close { seen: 1, result: "enough for today".into() };
    hand.act(&close, &Person::named("Ada").unwrap()).unwrap();
    let journal = bench.journal();
    let mut other = bench.second_terminal();
    other.go_on("Bob");
    let next = format!("Nothing can be recorded afterwards. Seal it? Type {}", hand.run().start().run);
    assert!(other.frame().contains(&next), "{}", other.frame());
    while !bench.frame().contains("closed the run: enough for today") {
        bench.take_foreign();
    }
    bench.pass(Duration::from_secs(60 * 60));
    let frame = bench.frame();
    // In the step, and not as an answer: nobody wanted anything.
    assert_eq!(frame.matches("this run is closed; nothing is recorded in it any more").count(), 1, "{frame}");
    assert_eq!(bench.journal(), journal);
}

#[test]
fn what_is_decided_as_a_run_is_sealed_is_not_recorded() {
    let mut bench = Bench::new(120, 40);
    bench.start_tour("Ada");
    let name = bench.run_path().file_name().unwrap().to_str().unwrap().to_owned();
    let mut hand = Hand::open(Surroundings::machine(), bench.store(), &name).unwrap();
    hand.seal(&Person::named("Ada").unwrap(), "enough for today").unwrap();
    let journal = bench.journal();
    bench.sign();
    let frame = bench.frame();
    assert!(frame.contains("not recorded: somebody sealed the run") && frame.contains("· sealed"), "{frame}");
    assert!(frame.contains("closed the run: enough for today"), "{frame}");
    assert_eq!(bench.journal(), journal);
    let kept = std::fs::read_dir(bench.run_path().join("blobs")).unwrap().count();
    assert_eq!(kept, 0, "nothing is added to a sealed directory");
}
