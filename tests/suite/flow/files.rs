//! Files that come into a run on the full screen: what is attached, and the runbook when it was changed.

use std::fs;
use std::path::PathBuf;

use mop::journal::Digest;
use mop::ui::{Code, Key};
use serde_json::Value;
use tempfile::TempDir;

use super::fixture::Bench;

const BOOK: &str = "mop: 1\nid: small\ntitle: Small\nactivities:\n  - { id: one, title: One, estimate: 1m, steps: [First, { id: second, title: Second }] }\n";

/// A run of a file, of which the first step is signed.
fn begun(folder: &TempDir) -> (Bench, PathBuf) {
    let path = folder.path().join("small.yaml");
    fs::write(&path, BOOK).unwrap();
    let mut bench = Bench::new(120, 40);
    bench.start_file(&path, "Ada");
    bench.sign();
    (bench, path)
}

fn records(bench: &Bench, kind: &str) -> Vec<Value> {
    let journal = bench.journal();
    let records = journal.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    records.filter(|record| record["t"] == kind).collect()
}

#[test]
fn a_file_is_attached_to_the_step_that_is_looked_at_its_bytes_first() {
    let folder = TempDir::new().unwrap();
    let (mut bench, _) = begun(&folder);
    let file = folder.path().join("photo.png");
    fs::write(&file, b"\x89PNG").unwrap();
    bench.chooses("attach");
    assert!(bench.frame().contains("Path of the file"));
    bench.types(file.to_str().unwrap());
    assert!(bench.frame().contains("1.2_"), "{}", bench.frame());
    bench.key(Key::press(Code::Enter));
    bench.settle();
    let frame = bench.frame();
    assert!(frame.contains("attached photo.png on 1.2 (4 bytes)"), "{frame}");
    let record = &records(&bench, "file_attached")[0];
    let hash = Digest::of(b"\x89PNG").to_string();
    assert_eq!((&record["step"], &record["blob"]), (&"one/second".into(), &hash.as_str().into()));
    assert_eq!(fs::read(bench.run_path().join("blobs").join(&hash[..2]).join(&hash)).unwrap(), b"\x89PNG");
}

#[test]
fn a_file_that_cannot_be_read_is_not_attached_and_says_why() {
    let folder = TempDir::new().unwrap();
    let (mut bench, _) = begun(&folder);
    for (path, about, why) in [
        (folder.path().join("none"), "", "No such file"),
        (folder.path().to_owned(), "", "is not a plain file"),
        (folder.path().join("small.yaml"), "9.9", "no step of this run has the number or id 9.9"),
    ] {
        bench.chooses("attach");
        bench.types(path.to_str().unwrap());
        bench.key(Key { ctrl: true, ..Key::press(Code::Char('u')) });
        bench.types(about);
        let frame = bench.frame();
        assert!(frame.contains(why), "{why}: {frame}");
    }
    assert!(records(&bench, "file_attached").is_empty());
    bench.chooses("attach");
    bench.types(folder.path().join("small.yaml").to_str().unwrap());
    bench.key(Key { ctrl: true, ..Key::press(Code::Char('u')) });
    bench.types("");
    assert_eq!(records(&bench, "file_attached")[0]["step"], Value::Null);
}

#[test]
fn a_changed_runbook_is_offered_when_a_run_is_resumed_and_adopted_for_a_reason() {
    let folder = TempDir::new().unwrap();
    let (bench, path) = begun(&folder);
    let mut again = bench.second_terminal();
    let name = bench.run_path();
    drop(bench);
    fs::write(&path, BOOK.replace("title: Second", "title: The second")).unwrap();
    again.resume(&name, "Ada");
    let frame = again.frame();
    assert!(frame.contains("The file of the runbook was changed"), "{frame}");
    assert!(frame.contains("changed second: title `Second` is now `The second`"), "{frame}");
    again.types("the vendor wrote");
    let frame = again.frame();
    assert!(frame.contains("1.2 The second") && frame.contains("adopted the changed runbook"), "{frame}");
    assert_eq!(records(&again, "runbook_adopted")[0]["why"], "the vendor wrote");
    again.sign();
    assert!(again.frame().contains("✓P 1.2 The second"), "{}", again.frame());
}

#[test]
fn who_only_presses_enter_goes_on_as_before_and_finds_it_in_the_list_later() {
    let folder = TempDir::new().unwrap();
    let (bench, path) = begun(&folder);
    let mut again = bench.second_terminal();
    let name = bench.run_path();
    drop(bench);
    fs::write(&path, BOOK.replace("title: Second", "title: The second")).unwrap();
    again.resume(&name, "Ada");
    again.key(Key::press(Code::Enter));
    assert!(again.frame().contains("the run goes on by the runbook as it is here"), "{}", again.frame());
    assert!(records(&again, "runbook_adopted").is_empty());
    again.chooses("adopt");
    again.types("better");
    assert!(again.frame().contains("1.2 The second"), "{}", again.frame());
    again.keys("o");
    assert!(!again.frame().contains("go on by the changed runbook"), "{}", again.frame());
}

#[test]
fn a_change_of_what_was_begun_is_said_and_not_offered() {
    let folder = TempDir::new().unwrap();
    let (bench, path) = begun(&folder);
    let mut again = bench.second_terminal();
    let name = bench.run_path();
    drop(bench);
    fs::write(&path, BOOK.replace("[First,", "[{ id: first, title: The first },")).unwrap();
    again.resume(&name, "Ada");
    let frame = again.frame();
    assert!(frame.contains("cannot be adopted now: 1.1 was begun or settled"), "{frame}");
    assert!(!frame.contains("The file of the runbook was changed"), "{frame}");
}
