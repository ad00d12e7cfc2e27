//! Looking on from the full screen: everything is seen as it happens, and nothing reaches the run.

use std::fs;
use std::path::{Path, PathBuf};

use mop::app::Ending;
use mop::journal::{Disk, present};
use mop::ui::{Code, Key, Pointed};

use super::fixture::Bench;

const BOOK: &str = "mop: 1\ntitle: Small\nstatus:\n  said: { title: Said, run: echo fine }\nactivities:\n  - title: One\n    \
                    steps:\n      - { title: Look, sign: none }\n      - { id: do, title: Do it, run: { command: echo hello, \
                    expect: { exit: 0 } } }\n";

/// Alice has begun a run, and somebody looks on.
fn watched() -> (Bench, Bench) {
    let mut alice = Bench::new(120, 40);
    alice.start(BOOK, "Alice");
    alice.until("✓ Said");
    alice.settle();
    let mut guest = alice.second_terminal();
    guest.watch(&alice.run_path());
    (alice, guest)
}

/// Gives every file of a run with its bytes.
fn files(run: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(run).unwrap().flatten() {
        match entry.path() {
            path if path.is_dir() => found.extend(files(&path)),
            path => found.push((path.clone(), fs::read(path).unwrap())),
        }
    }
    found.sort();
    found
}

#[test]
fn who_looks_on_sees_the_run_at_once_and_leaves_no_trace_in_it() {
    let (alice, mut guest) = watched();
    let (run, before) = (alice.run_path(), files(&alice.run_path()));
    let frame = guest.until("✓ Said");
    assert!(frame.contains("Alice drives") && frame.contains("watching"), "{frame}");
    assert!(!frame.contains("acts") && !frame.contains("recorded"), "{frame}");
    guest.pass(std::time::Duration::from_secs(4_000));
    guest.leave(&Ending::Gone);
    assert_eq!(files(&run), before);
    assert_eq!(present(&Disk, &run).unwrap().iter().filter(|session| session.is_alive).count(), 1);
}

#[test]
fn whatever_would_act_is_refused_with_how_to_sit_down() {
    let (alice, mut guest) = watched();
    let before = alice.journal();
    let first: serde_json::Value = serde_json::from_str(before.lines().next().unwrap()).unwrap();
    let said =
        format!("you are watching, and nothing you do here is recorded; mop join {}", first["run"].as_str().unwrap());
    for key in ["s", "o", "n", "p"] {
        guest.keys(key);
        assert!(guest.frame().contains(&said), "{key}: {}", guest.frame());
        guest.keys("j");
    }
    guest.key(Key::press(Code::Enter));
    assert!(guest.frame().contains(&said), "{}", guest.frame());
    let frame = guest.frame();
    let footer = frame.lines().last().unwrap();
    assert!(!footer.contains("sign") && !footer.contains("act") && footer.trim_end().ends_with("q leave"), "{footer}");
    let place = footer.chars().take_while(|c| *c != '?').count();
    guest.point((u16::try_from(place).unwrap(), 39), Pointed::Click);
    assert!(guest.frame().contains("Keys"), "{}", guest.frame());
    assert_eq!(alice.journal(), before);
}

#[test]
fn what_others_do_is_shown_as_it_happens_and_pages_can_be_read() {
    let (mut alice, mut guest) = watched();
    alice.sign();
    guest.take_foreign();
    assert!(guest.frame().contains("✓P 1.1 Look"), "{}", guest.frame());
    guest.keys("t");
    assert!(guest.frame().contains("estimate"), "{}", guest.frame());
    guest.keys("q?");
    assert!(guest.frame().contains("Keys"), "{}", guest.frame());
    alice.chooses("close");
    alice.types("all of it");
    let journal = alice.journal();
    let first: serde_json::Value = serde_json::from_str(journal.lines().next().unwrap()).unwrap();
    alice.types(first["run"].as_str().unwrap());
    guest.take_foreign();
    guest.pass(std::time::Duration::from_secs(2));
    assert!(guest.frame().contains("watching, sealed"), "{}", guest.frame());
}
