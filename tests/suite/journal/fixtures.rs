//! Journals that earlier versions wrote: read for ever with the verdict they had when they were made.
//!
//! The files are in `tests/journals/v1` and are never made anew; a verdict here never changes.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use mop::app::{Store, Surroundings};
use mop::journal::{Depth, Digest, Disk, Junk, Verdict, read};
use mop::run::{Proof, Standing};
use tempfile::TempDir;

use crate::needs::needs;
use crate::reading::here;

/// Is a journal of version 1: its name, its hash and its verdict.
struct Old {
    name: &'static str,
    sha256: &'static str,
    size: u64,
    records: u64,
    head: &'static str,
    torn: Option<(u64, u64, &'static str)>,
}

const OLD: [Old; 3] = [
    Old {
        name: "clean.jsonl",
        sha256: "2b9fbe8946d977cca5ae4b05b54d7b802fb5bdb01bf2569c53e1f6475b996e18",
        size: 2_458,
        records: 7,
        head: "5c9dec04fb80fc5d6cf2fed02b41e96461ff4bc0b41544cc9de4443761ce5a02",
        torn: None,
    },
    Old {
        name: "recovered.jsonl",
        sha256: "263e9c10f1d90ad9adeb6122081bad8dea43a082821b0bca18353e10e24bbbb3",
        size: 3_097,
        records: 9,
        head: "b880c0b8edcb470e69f958ec4c3e07fe2a00ea802c8279a50062f5acf6660d42",
        torn: None,
    },
    Old {
        name: "torn.jsonl",
        sha256: "716743730f7e0552fde340c73ee0945921678babda44db9a625e0bb3aed3dcb8",
        size: 2_512,
        records: 7,
        head: "5c9dec04fb80fc5d6cf2fed02b41e96461ff4bc0b41544cc9de4443761ce5a02",
        torn: Some((2458, 54, "3def4ac7b5be22b083cf3c77a4fd6554d23c12d1c99c3ab6d1bfff1997defafa")),
    },
];

fn digest(hex: &str) -> Digest {
    Digest::parse(hex.as_bytes()).unwrap()
}

#[test]
fn journals_of_version_1_are_read_as_on_the_day_they_were_written() {
    for Old { name, sha256, size, records, head, torn } in OLD {
        let bytes = fs::read(here("tests/journals/v1").join(name)).unwrap();
        assert_eq!(Digest::of(&bytes), digest(sha256), "{name}: its bytes were changed; take them back from git");
        let run = tempfile::tempdir().unwrap();
        fs::write(run.path().join("journal.jsonl"), &bytes).unwrap();
        let torn = torn.map(|(offset, len, sha256)| Junk { offset, len, sha256: digest(sha256) });
        let expected = Verdict { records, head: digest(head), size, broken: None, torn };
        for depth in [Depth::Chain, Depth::Full] {
            assert_eq!(read(&Disk, run.path(), depth, &mut |_| {}).unwrap(), expected, "{name}");
        }
    }
}

#[test]
fn every_journal_of_version_1_is_held_to_its_verdict() {
    let names = fs::read_dir(here("tests/journals/v1")).unwrap().map(|entry| entry.unwrap().file_name());
    let mut there: Vec<_> = names.map(|name| name.into_string().unwrap()).collect();
    there.sort();
    assert_eq!(there, [&[SEALED, "README.md"][..], &OLD.map(|old| old.name)].concat());
}

/// A whole run of version 1, sealed, with signatures by key, by PIN and by name.
const SEALED: &str = "2026-11-21T1817Z-site-restart-QGNE1";

/// Copies a directory, as git does: files and folders only.
fn copy(from: &Path, to: &Path) {
    fs::create_dir(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(|entry| entry.unwrap()) {
        let to = to.join(entry.file_name());
        match entry.file_type().unwrap().is_dir() {
            true => copy(&entry.path(), &to),
            false => drop(fs::copy(entry.path(), to).unwrap()),
        }
    }
}

fn sealed() -> (TempDir, PathBuf) {
    let place = tempfile::tempdir().unwrap();
    let run = place.path().join(SEALED);
    copy(&here("tests/journals/v1").join(SEALED), &run);
    (place, run)
}

#[test]
fn a_sealed_run_of_version_1_is_intact_for_ever() {
    needs!(OPENSSH);
    let (_place, run) = sealed();
    let output = Command::new(env!("CARGO_BIN_EXE_mop"))
        .args(["verify", "--format", "json"])
        .arg(&run)
        .env_remove("MOP_STATE")
        .env("XDG_STATE_HOME", run.parent().unwrap())
        .output()
        .unwrap();
    let found: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0), "{found:#}");
    assert_eq!(found["verdict"], "intact", "{found:#}");
    assert_eq!(found["records"], 34, "{found:#}");
}

#[test]
fn a_run_of_version_1_stands_as_it_stood_on_its_last_day() {
    let (_place, run) = sealed();
    let state = tempfile::tempdir().unwrap();
    fs::create_dir(state.path().join("runs")).unwrap();
    copy(&run, &state.path().join("runs").join(SEALED));
    let store = Store::at(state.path().into());
    let run = store.open(&Surroundings::machine(), SEALED).unwrap();
    let standing = |id: &str| run.standing(&format!("restart/{id}"));
    assert_eq!(run.standing("requirements/somebody-watches-the-phone"), Standing::Done(Proof::Claimed));
    assert_eq!(standing("stop"), Standing::Done(Proof::Checked));
    assert_eq!(run.signatures("restart/stop").len(), 2);
    assert_eq!(standing("told[web]"), Standing::Done(Proof::Claimed));
    assert_eq!(standing("told[db]"), Standing::Deferred("Bob, until Monday".into()));
    assert_eq!(standing("answers"), Standing::Overridden("it is known that the probe is broken".into()));
    assert_eq!(standing("cleaned"), Standing::Skipped("the disk has room".into()));
    assert_eq!((run.attempts("restart/cleaned"), run.notes().len(), run.unknown()), (2, 1, 0));
    assert_eq!(run.closed(), Some("restarted, one team is told later"));
    let progress = run.progress();
    assert_eq!((progress.done, progress.of), (8, 8));
}
