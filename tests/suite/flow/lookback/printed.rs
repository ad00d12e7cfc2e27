//! What commands printed, where a run is looked at afterwards: of the start that the record knows, and up to there.

use std::fs;

use mop::ui::{Code, Key};
use tempfile::TempDir;

use super::super::fixture::Bench;
use super::{intact, press, record};

/// Alice has started a step that failed, has mended what was missing, and has done it again.
fn tried_twice(folder: &TempDir) -> Bench {
    let command = "if test -e mended; then echo after; else echo before; exit 3; fi";
    let step =
        format!("run: {{ command: \"{command}\", dir: \"{}\", expect: {{ exit: 0 }} }}", folder.path().display());
    let book = format!(
        "mop: 1\ntitle: Small\nactivities:\n  - title: One\n    steps:\n      - {{ title: Try, {step} }}\n      - Look\n"
    );
    let mut alice = Bench::new(120, 40);
    alice.start(&book, "Alice");
    alice.frame();
    alice.key(Key::press(Code::Enter));
    alice.frame();
    alice.keys("y");
    alice.settle();
    alice.until("✗");
    fs::write(folder.path().join("mended"), "").unwrap();
    alice.chooses("retry");
    alice.types("it is there now");
    alice.frame();
    alice.keys("y");
    alice.settle();
    alice.until("as expected");
    alice.sign();
    alice
}

/// Goes to a record of a kind, the how-manieth of them.
fn go_to(reader: &mut Bench, alice: &Bench, (kind, nth): (&str, usize)) {
    let kind = format!(r#""t":"{kind}""#);
    let n = alice.journal().lines().enumerate().filter(|(_, line)| line.contains(&kind)).nth(nth).unwrap().0;
    press(reader, Code::Char('G'));
    (0..n).for_each(|_| reader.keys("]"));
    assert!(reader.frame().contains(&format!("review · record {n} of")), "{}", reader.frame());
}

#[test]
fn each_record_shows_what_the_start_printed_that_it_knows_and_nothing_of_a_later_one() {
    let folder = TempDir::new().unwrap();
    let alice = tried_twice(&folder);
    let mut reader = alice.second_terminal();
    reader.review(&alice.run_path(), intact);
    assert_eq!(record(&alice, "run_started"), 0);
    go_to(&mut reader, &alice, ("action_ended", 0));
    let frame = reader.until("Output · 1 line");
    assert!(frame.contains("│ before ") && !frame.contains("try"), "{frame}");
    go_to(&mut reader, &alice, ("action_ended", 1));
    let frame = reader.until("Output · try 2 · 1 line");
    assert!(frame.contains("│ after ") && !frame.contains("│ before "), "{frame}");
    go_to(&mut reader, &alice, ("action_ended", 0));
    let frame = reader.until("Output · 1 line");
    assert!(frame.contains("│ before ") && !frame.contains("│ after "), "{frame}");
}

#[test]
fn when_a_command_was_started_nothing_is_shown_of_what_it_was_going_to_print() {
    let folder = TempDir::new().unwrap();
    let alice = tried_twice(&folder);
    let mut reader = alice.second_terminal();
    reader.review(&alice.run_path(), intact);
    go_to(&mut reader, &alice, ("action_ended", 1));
    reader.until("try 2");
    // It is read now what the second start printed, and the record of that start comes before all of it.
    go_to(&mut reader, &alice, ("action_started", 1));
    let frame = reader.frame();
    assert!(!frame.contains("│ after ") && !frame.contains("│ before "), "{frame}");
    go_to(&mut reader, &alice, ("run_started", 0));
    assert!(!reader.frame().contains("Output"), "{}", reader.frame());
}

#[test]
fn a_command_beside_the_runbook_is_shown_at_the_record_of_its_end() {
    let mut alice = Bench::new(120, 40);
    alice.start("mop: 1\ntitle: Small\nactivities: [{ title: One, steps: [Look, Leave] }]\n", "Alice");
    alice.frame();
    alice.chooses("pause");
    alice.types("something looks odd");
    alice.chooses("beside");
    alice.types("echo all is well");
    alice.frame();
    alice.keys("y");
    alice.settle();
    alice.until("ended");
    let mut reader = alice.second_terminal();
    reader.review(&alice.run_path(), intact);
    go_to(&mut reader, &alice, ("ad_hoc_ended", 0));
    let frame = reader.until("Output beside the runbook · 1 line");
    assert!(frame.contains("│ all is well "), "{frame}");
    reader.keys("[");
    assert!(!reader.frame().contains("│ all is well "), "{}", reader.frame());
}
