//! The scenes: each is reached by keys, as a person would reach it, and time stands still in it.

use std::fs;
use std::time::Duration;

use mop::app::Audited;
use mop::report::Check;
use mop::run::Person;
use mop::ui::{Code, Key};

use super::{Shows, frames};
use crate::flow::fixture::{Bench, book_of};

const BOOK: &str = "
mop: 1
id: upgrade
title: Upgrade the platform
version: \"2\"
roles: { lead: Drives, witness: Countersigns }
sign: lead
window: { length: 6h, warn: 1h }
inputs:
  site: { ask: Which site?, default: Vienna }
requirements: [Everybody knows that it begins]
activities:
  - id: prepare
    title: Prepare
    estimate: 30m
    steps:
      - { id: tell, title: Tell the users, text: \"Write to everybody at {{ site }} that it begins.\" }
      - id: way
        title: Choose the way
        choose:
          - { id: full, title: Everything at once, recommended: true }
          - { id: parts, title: One server after the other }
  - id: upgrade
    title: Upgrade to 10.0
    estimate: { from: 30m, to: 2h, because: the size of the database }
    steps:
      - id: start
        title: Start the upgrade
        warning: Every server restarts; users lose their sessions.
        danger: What was not backed up is lost
        sign: [lead, witness]
        run: { command: sleep 600, timeout: 30m, expect: { exit: 0 } }
      - { id: look, title: app1 runs again, text: Open it in a browser and sign in. }
back_out: { title: Go back to 9.1, estimate: 45m, steps: [Restore the backup, Tell the users] }
";

const STEP: [&str; 4] = ["Alice", "last safe moment", "left", "recorded"];

fn press(bench: &mut Bench, code: Code) {
    bench.key(Key::press(code));
}

/// A run that was just begun by Alice.
fn fresh() -> Bench {
    begun(BOOK)
}

fn begun(book: &str) -> Bench {
    let mut bench = asked(book);
    bench.paste("Alice");
    press(&mut bench, Code::Enter);
    bench.begin();
    bench.settle();
    bench
}

/// The form before a run, at the name.
fn asked(book: &str) -> Bench {
    let mut bench = Bench::new(120, 40);
    bench.open_book(book_of(book));
    bench.find();
    bench
}

/// The run with all done that comes before the upgrade.
fn prepared(book: &str) -> Bench {
    let mut bench = begun(book);
    bench.sign();
    bench.sign();
    bench.frame();
    press(&mut bench, Code::Enter);
    bench.frame();
    press(&mut bench, Code::Enter);
    bench.settle();
    bench.sign();
    bench
}

/// The run with the upgrade under way.
fn running(book: &str) -> Bench {
    let mut bench = prepared(book);
    bench.frame();
    press(&mut bench, Code::Enter);
    bench.frame();
    bench.keys("y");
    bench.settle();
    bench
}

/// The run in which the upgrade failed.
fn failed() -> Bench {
    let mut bench = running(&BOOK.replace("sleep 600", "echo no space left on device; exit 3"));
    bench.until("ended after");
    bench
}

#[test]
fn home() {
    let mut first = fresh();
    first.sign();
    let mut bench = first.second_terminal();
    frames(
        "home",
        &mut bench,
        &Shows { key: "enter open", words: &["Upgrade the platform", "1/5 · 1.1 is next", "here: Alice"] },
    );
}

#[test]
fn home_without_a_run() {
    let mut bench = Bench::new(120, 40);
    frames("home-empty", &mut bench, &Shows { key: "enter open", words: &["No run is going on.", "tour"] });
}

#[test]
fn the_form_before_a_run() {
    let mut bench = asked(BOOK);
    frames(
        "start-form",
        &mut bench,
        &Shows { key: "enter accept", words: &["▸ Your name", "= 23:00–05:00 +01:00, 22:00–04:00 UTC, 6h"] },
    );
}

#[test]
fn what_a_run_is_going_to_be() {
    let mut bench = asked(BOOK);
    bench.paste("Alice");
    press(&mut bench, Code::Enter);
    frames(
        "review",
        &mut bench,
        &Shows { key: "y begin the run", words: &["it fits into the window", "Alice begins it"] },
    );
}

#[test]
fn a_fresh_run() {
    let words = [&STEP[..], &["R1 Everybody knows", "○ ready", "signs     lead", "0/5"]].concat();
    frames("fresh", &mut fresh(), &Shows { key: "s sign", words: &words });
}

#[test]
fn a_statement_to_sign() {
    let mut bench = fresh();
    bench.open_statement();
    frames("sign", &mut bench, &Shows { key: "y sign it", words: &["Sign R1", "y signs, by name only"] });
}

#[test]
fn a_choice() {
    let mut bench = fresh();
    bench.sign();
    bench.sign();
    bench.frame();
    press(&mut bench, Code::Enter);
    frames("choose", &mut bench, &Shows { key: "enter choose", words: &["▸ Everything at once  (usual)"] });
}

#[test]
fn what_is_going_to_be_started() {
    let mut bench = prepared(BOOK);
    bench.frame();
    press(&mut bench, Code::Enter);
    frames("confirm", &mut bench, &Shows { key: "y start it", words: &["Start 2.1", "sleep 600", "warning"] });
}

#[test]
fn a_command_that_runs() {
    let words = [&STEP[..], &["Start the upgrade", "◐"]].concat();
    frames("running", &mut running(BOOK), &Shows { key: "o more", words: &words });
}

#[test]
fn a_command_that_failed() {
    let words = [&STEP[..], &["Start the upgrade", "✗", "failed"]].concat();
    frames("failed", &mut failed(), &Shows { key: "o more", words: &words });
}

#[test]
fn what_else_can_be_done() {
    let mut bench = failed();
    bench.keys("o");
    frames("menu", &mut bench, &Shows { key: "enter choose", words: &["More for 2.1 and the run", "retry"] });
}

#[test]
fn a_second_signature_that_is_missing() {
    let mut bench = running(&BOOK.replace("sleep 600", "echo done"));
    bench.until("as expected");
    bench.sign();
    let words = [&STEP[..], &["◇", "the next", "signature is another person's"]].concat();
    frames("two-person", &mut bench, &Shows { key: "o more", words: &words });
}

#[test]
fn the_way_back() {
    let mut bench = failed();
    bench.chooses("back-out");
    bench.types("it makes noise");
    frames("back-out", &mut bench, &Shows { key: "s sign", words: &["Alice", "B1 Restore the backup", "recorded"] });
}

#[test]
fn a_journal_that_cannot_record() {
    let mut bench = fresh();
    fs::rename(bench.run_path().join("journal.jsonl"), bench.run_path().join("gone")).unwrap();
    bench.sign();
    frames("not-recording", &mut bench, &Shows { key: "enter act", words: &["NOT RECORDING"] });
}

#[test]
fn an_activity_past_its_estimate() {
    let mut bench = fresh();
    bench.sign();
    bench.sign();
    bench.pass(Duration::from_secs(80 * 60));
    frames("overrun", &mut bench, &Shows { key: "enter act", words: &STEP });
}

#[test]
fn a_step_that_was_deferred() {
    let mut bench = prepared(BOOK);
    bench.chooses("defer");
    for answer in ["Bob", "tomorrow noon", "the disk is not there yet"] {
        bench.types(answer);
    }
    bench.frame();
    bench.keys("y");
    bench.settle();
    frames("deferred", &mut bench, &Shows { key: "s sign", words: &["→", "Bob"] });
}

#[test]
fn a_run_that_is_sealed() {
    let mut bench = fresh();
    bench.sign();
    bench.hand().seal(&Person::named("Alice").unwrap(), "enough for today").unwrap();
    while !bench.frame().contains("closed the run: enough for today") {
        bench.take_foreign();
    }
    bench.pass(Duration::from_secs(1));
    frames("sealed", &mut bench, &Shows { key: "enter act", words: &["sealed", "closed"] });
}

#[test]
fn a_note_of_several_lines() {
    let mut bench = fresh();
    bench.keys("n");
    bench.paste("The mail went out late.\nNobody of the second shift was asked, so some of them may still be at work.");
    frames("note", &mut bench, &Shows { key: "ctrl-s keep it", words: &["Note on R1", "The mail went out late."] });
}

#[test]
fn the_keys() {
    let mut bench = fresh();
    bench.keys("?");
    frames("help", &mut bench, &Shows { key: "esc", words: &["shows the statement to sign for this step"] });
}

/// Somebody looks at the run in which the upgrade failed.
fn reviewed() -> Bench {
    let alice = failed();
    let mut reader = alice.second_terminal();
    reader.review(&alice.run_path(), |_, _| {
        let check = Check { title: "UNSEALED", records: u64::MAX, ..Check::default() };
        Ok(Audited { check, records: Vec::new() })
    });
    reader.find();
    reader
}

#[test]
fn a_run_that_is_looked_at_afterwards() {
    let shows = Shows { key: "enter show", words: &["review ", "unsealed", "signed 1.1 as", "ended after"] };
    frames("lookback", &mut reviewed(), &shows);
}

#[test]
fn planned_against_actual() {
    let mut bench = reviewed();
    bench.keys("t");
    frames("chart", &mut bench, &Shows { key: "esc close", words: &["Planned and actual", "1 Prepare", "planned"] });
}
