//! Journals that earlier versions wrote: read for ever with the verdict they had when they were made.
//!
//! The files are in `tests/journals/v1` and are never made anew; a verdict here never changes.

use std::fs;

use mop::journal::{Depth, Digest, Disk, Junk, Verdict, read};

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
    let mut there: Vec<_> = crate::reading::files("tests/journals/v1", ".jsonl")
        .iter()
        .map(|path| path.file_name().unwrap().to_string_lossy().into_owned())
        .collect();
    there.sort();
    assert_eq!(there, OLD.map(|old| old.name));
}
