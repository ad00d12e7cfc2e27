//! What a step does is started from the screen, watched, and resolved when it fails.

use std::fs;

use mop::ui::{Code, Key};
use tempfile::TempDir;

use super::fixture::Bench;

/// A runbook with one step, in a folder where it may leave files.
fn book(folder: &TempDir, run: &str) -> String {
    let folder = folder.path().display();
    format!(
        "mop: 1\ntitle: Small\nactivities:\n  - title: One\n    steps:\n      - id: do\n        title: Do it\n        \
         run: {{ command: \"{run}\", dir: \"{folder}\" }}\n      - Look at it\n"
    )
}

fn expecting(folder: &TempDir, run: &str) -> String {
    book(folder, run).replace("dir:", "expect: { exit: 0 }, dir:")
}

/// Starts a command that fails at once.
fn failed(folder: &TempDir) -> Bench {
    let mut bench = started(&expecting(folder, "false"));
    bench.frame();
    bench.keys("y");
    bench.settle();
    bench.until("✗");
    bench
}

fn started(book: &str) -> Bench {
    let mut bench = Bench::new(120, 40);
    bench.start(book, "Alice");
    bench.frame();
    bench.key(Key::press(Code::Enter));
    bench
}

#[test]
fn a_command_is_shown_before_it_is_started_and_its_end_is_signed() {
    let folder = TempDir::new().unwrap();
    let mut bench = started(&expecting(&folder, "echo hello; touch done"));
    let frame = bench.frame();
    assert!(frame.contains("Start 1.1") && frame.contains("echo hello; touch done"), "{frame}");
    bench.keys("y");
    bench.settle();
    let frame = bench.until("ended after");
    assert!(frame.contains("hello") && frame.contains("as expected"), "{frame}");
    assert!(folder.path().join("done").exists());
    bench.sign();
    assert!(bench.frame().contains("✓C 1.1 Do it"), "{}", bench.frame());
}

#[test]
fn keys_typed_ahead_start_nothing() {
    let folder = TempDir::new().unwrap();
    let mut bench = Bench::new(120, 40);
    bench.start(&expecting(&folder, "touch done"), "Alice");
    bench.frame();
    for key in [Code::Enter, Code::Char('y'), Code::Enter, Code::Char('y')] {
        bench.key(Key::press(key));
    }
    bench.settle();
    assert!(!folder.path().join("done").exists());
    assert_eq!(bench.journal().lines().count(), 1, "{}", bench.journal());
}

#[test]
fn what_failed_is_tried_again_and_cannot_be_signed_before_it_is_good() {
    let folder = TempDir::new().unwrap();
    let mut bench = started(&expecting(&folder, "test -f there"));
    bench.frame();
    bench.keys("y");
    bench.settle();
    let frame = bench.until("✗");
    assert!(frame.contains("failed: expected it to end with status 0"), "{frame}");
    bench.keys("s");
    assert!(bench.frame().contains("retry, override or skip it first"), "{}", bench.frame());
    fs::write(folder.path().join("there"), "").unwrap();
    bench.chooses("retry");
    bench.types("the file was put there");
    assert!(bench.frame().contains("This is attempt 2."), "{}", bench.frame());
    bench.keys("y");
    bench.settle();
    bench.until("as expected");
    bench.sign();
    let frame = bench.frame();
    assert!(frame.contains("✓C 1.1"), "{frame}");
    assert!(bench.journal().contains(r#""mended":"the file was put there""#));
}

#[test]
fn a_step_is_skipped_with_a_reason_that_is_signed() {
    let folder = TempDir::new().unwrap();
    let mut bench = failed(&folder);
    bench.chooses("skip");
    bench.types("the vendor says that it is not needed");
    let frame = bench.frame();
    assert!(frame.contains("outcome   skipped") && frame.contains("reason    the vendor says"), "{frame}");
    bench.keys("y");
    bench.settle();
    let frame = bench.frame();
    assert!(frame.contains("» ") && frame.contains("○  1.2 Look at it"), "{frame}");
    assert!(bench.journal().contains(r#""outcome":"skipped""#));
}

#[test]
fn what_failed_can_be_overridden_and_then_signed_as_such() {
    let folder = TempDir::new().unwrap();
    let mut bench = failed(&folder);
    bench.chooses("override");
    bench.types("known, harmless");
    bench.keys("s");
    assert!(bench.frame().contains("outcome   overridden, claimed"), "{}", bench.frame());
    bench.keys("y");
    bench.settle();
    assert!(bench.frame().contains("!  1.1 Do it"), "{}", bench.frame());
}

#[test]
fn a_command_goes_on_when_the_program_ends_and_its_end_is_found() {
    let folder = TempDir::new().unwrap();
    let mut bench = started(&expecting(&folder, "until test -f go; do sleep 0.05; done; echo late"));
    bench.frame();
    bench.keys("y");
    bench.settle();
    assert!(bench.frame().contains("◐"), "{}", bench.frame());
    let mut second = bench.second_terminal();
    drop(bench);
    fs::write(folder.path().join("go"), "").unwrap();
    second.go_on("Alice");
    let frame = second.until("as expected");
    assert!(frame.contains("◇  1.1 Do it"), "{frame}");
}

#[test]
fn a_command_is_cancelled_and_then_it_has_failed() {
    let folder = TempDir::new().unwrap();
    let mut bench = started(&expecting(&folder, "sleep 600"));
    bench.frame();
    bench.keys("y");
    bench.settle();
    bench.chooses("cancel");
    bench.types("wrong host");
    let frame = bench.until("✗");
    assert!(frame.contains("it was cancelled"), "{frame}");
}

#[test]
fn a_secret_is_asked_before_the_command_and_is_written_nowhere() {
    let folder = TempDir::new().unwrap();
    let book = book(&folder, "printf %s $WORD | wc -c; echo $WORD")
        .replace("title: Small\n", "title: Small\ninputs: { word: { ask: The word, type: secret } }\n")
        .replace("dir:", "env: { WORD: \"{{ word }}\" }, dir:");
    let mut bench = started(&book);
    bench.frame();
    bench.keys("y");
    let frame = bench.frame();
    assert!(frame.contains("Secrets that the step needs") && frame.contains("The word"), "{frame}");
    bench.paste("swordfish-9");
    assert!(!bench.frame().contains("swordfish"), "{}", bench.frame());
    bench.key(Key::press(Code::Enter));
    bench.settle();
    let frame = bench.until("redacted:1");
    bench.until("ended after");
    assert!(frame.contains("11") && !frame.contains("swordfish"), "{frame}");
    let mut seen = 0;
    for file in walk(&bench.run_path()) {
        seen += 1;
        assert!(!String::from_utf8_lossy(&fs::read(&file).unwrap()).contains("swordfish"), "{}", file.display());
    }
    assert!(seen >= 8, "{seen} files");
}

fn walk(dir: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap());
    let below = entries.map(|entry| match entry.file_type().unwrap() {
        kind if kind.is_dir() => walk(&entry.path()),
        kind if kind.is_file() => vec![entry.path()],
        _ => vec![],
    });
    below.flatten().collect()
}

#[test]
fn the_wheel_is_not_taken_from_one_who_is_there() {
    let folder = TempDir::new().unwrap();
    let mut bench = Bench::new(120, 40);
    bench.start(&book(&folder, "true"), "Alice");
    let mut other = bench.second_terminal();
    other.go_on("Bob");
    other.frame();
    other.chooses("take-wheel");
    other.settle();
    assert!(other.frame().contains("Alice has the wheel"), "{}", other.frame());
    drop(bench);
    other.chooses("take-wheel");
    other.settle();
    assert!(other.frame().contains("took the wheel"), "{}", other.frame());
}

#[test]
fn a_run_that_is_paused_takes_no_signature_until_it_goes_on() {
    let folder = TempDir::new().unwrap();
    let mut bench = Bench::new(120, 40);
    bench.start(&book(&folder, "true"), "Alice");
    bench.frame();
    bench.chooses("pause");
    bench.types("waiting for the network team");
    bench.key(Key::press(Code::Enter));
    assert!(bench.frame().contains("the run is paused"), "{}", bench.frame());
    bench.chooses("continue");
    bench.settle();
    bench.key(Key::press(Code::Enter));
    assert!(bench.frame().contains("Start 1.1"), "{}", bench.frame());
}

#[test]
fn a_back_out_freezes_the_way_forward_and_offers_to_undo_what_was_done() {
    let folder = TempDir::new().unwrap();
    let book = expecting(&folder, "touch made").replace(
        "      - Look at it\n",
        "        undo: { command: \"rm made\", dir: \"FOLDER\" }\n      - Look at it\nback_out:\n  title: Go back\n  \
         steps: [Put it back]\n",
    );
    let mut bench = started(&book.replace("FOLDER", &folder.path().display().to_string()));
    bench.frame();
    bench.keys("y");
    bench.settle();
    bench.until("as expected");
    bench.sign();
    bench.chooses("back-out");
    bench.types("it makes noise");
    let frame = bench.frame();
    assert!(frame.contains("○  U1 Undo 1.1: Do it") && frame.contains("○  B1 Put it back"), "{frame}");
    bench.keys("k");
    bench.keys("kkkkkk");
    bench.keys("jj");
    assert!(bench.frame().contains("the run is on the way back"), "{}", bench.frame());
    bench.keys("jj");
    bench.key(Key::press(Code::Enter));
    assert!(bench.frame().contains("rm made"), "{}", bench.frame());
    bench.keys("y");
    bench.settle();
    bench.until("✓C U1");
    assert!(!folder.path().join("made").exists());
}
