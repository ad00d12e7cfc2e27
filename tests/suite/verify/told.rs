//! The verdicts: what is wrong in a directory, the first words that are said of it, and the exit code.

use std::fs;
use std::path::Path;

use super::office::{Copy, Office, Told, append, change, mop};
use crate::needs::needs;

/// Checks the first words and the exit code.
fn expect(told: &Told, code: i32, begin: &str) {
    assert_eq!((told.code, told.err.as_str()), (code, ""), "{}", told.out);
    assert!(told.verdict().starts_with(begin), "{begin}: {}", told.out);
}

#[test]
fn a_run_goes_from_unsealed_over_a_seal_that_nobody_signed_to_intact() {
    needs!(OPENSSH);
    let office = Office::with_a_run();
    let told = office.mop(&[]);
    expect(&told, 3, "UNSEALED  7 records follow each other without a break; nothing outside says that none is");
    office.seal();
    expect(&office.mop(&[]), 3, "NOBODY SIGNED THE SEAL  sealed 20");
    office.sign_seal("alice", "alice@example.com");
    office.sign_seal("carol", "carol@example.com");
    let told = office.mop(&[]);
    expect(&told, 0, "INTACT  sealed 20");
    assert!(
        told.verdict().ends_with("Z, signed by alice@example.com (key), carol@example.com (touch)"),
        "{}",
        told.out
    );
    assert!(told.out.contains("found       note: not everybody who signed steps with a key signed the seal: bob@"));
    office.sign_seal("bob", "bob@example.com");
    let told = office.mop(&[]);
    expect(&told, 0, "INTACT  ");
    assert!(!told.out.contains("found"), "{}", told.out);
}

#[test]
fn a_run_is_found_by_its_id_its_name_its_directory_and_its_journal() {
    needs!(OPENSSH);
    let office = Office::with_a_sealed_run();
    let run = office.run();
    let id = office.name.rsplit('-').next().unwrap().to_lowercase();
    let journal = run.join("journal.jsonl");
    for wanted in [&id, &office.name, &*run.to_string_lossy(), &*journal.to_string_lossy()] {
        expect(&mop(office.state(), &["verify", wanted]), 0, "INTACT  ");
    }
}

#[test]
fn what_is_no_run_is_not_judged_and_the_nearest_names_are_given() {
    needs!(OPENSSH);
    let office = Office::new();
    let told = mop(office.state(), &["verify", "smal"]);
    assert_eq!((told.code, told.out.as_str()), (2, ""));
    assert!(told.err.contains(&office.name), "{}", told.err);
    let empty = tempfile::tempdir().unwrap();
    for wanted in [empty.path(), &empty.path().join("nothing")] {
        let told = mop(office.state(), &["verify", &wanted.to_string_lossy()]);
        assert_eq!((told.code, told.out.as_str()), (2, ""), "{}", told.err);
    }
}

#[test]
fn a_write_that_did_not_end_is_a_torn_tail_and_a_mended_one_is_a_note() {
    needs!(OPENSSH);
    let office = Office::with_a_run();
    append(&office.run().join("journal.jsonl"), b"{\"n\":7,\"prev\":\"");
    let told = office.mop(&[]);
    expect(&told, 3, "TORN TAIL  at byte ");
    assert!(told.verdict().ends_with(": the last 15 bytes are no record; a write did not end"), "{}", told.out);
    assert!(told.out.contains("journal     7 records follow each other, and then 15 bytes that are no record; "));
    office.append(r#"{"t":"moon_seen","v":1,"sid":"S1"}"#);
    office.seal();
    office.sign_seal("alice", "alice@example.com");
    let told = office.mop(&[]);
    expect(&told, 0, "INTACT  ");
    assert!(told.out.contains("note: 1 writes were cut off and fenced by recover records"), "{}", told.out);
}

/// What somebody does to a sealed run, and how the verdict begins.
type Deed = (fn(&Copy), &'static str);

#[test]
fn what_is_altered_in_a_sealed_run_is_named_first() {
    needs!(OPENSSH);
    let deeds: [Deed; 12] = [
        (|run| change(&run.path("journal.jsonl"), "Dave Example", "Dove Example"), "ALTERED  journal.jsonl: "),
        (
            |run| {
                let text = fs::read_to_string(run.path("journal.jsonl")).unwrap();
                let without: Vec<_> = text.lines().enumerate().filter(|(n, _)| *n != 3).map(|(_, line)| line).collect();
                fs::write(run.path("journal.jsonl"), without.join("\n") + "\n").unwrap();
            },
            "ALTERED  journal.jsonl: gap at byte ",
        ),
        (
            |run| {
                let text = fs::read_to_string(run.path("journal.jsonl")).unwrap();
                let last = text.trim_end().rfind('\n').unwrap() + 1;
                fs::write(run.path("journal.jsonl"), &text[..last]).unwrap();
            },
            "ALTERED  seal/seal.txt does not cover this journal: ",
        ),
        (|run| append(&run.path("journal.jsonl"), b"more"), "ALTERED  seal/seal.txt does not cover this journal: "),
        (|run| fs::write(run.path("journal.jsonl"), "").unwrap(), "ALTERED  journal.jsonl holds no record"),
        (|run| fs::remove_file(run.path("journal.jsonl")).unwrap(), "ALTERED  journal.jsonl is missing"),
        (
            |run| append(&run.path("runbook.yaml"), b"\n"),
            "ALTERED  runbook.yaml is not the file that the run began with",
        ),
        (|run| append(&run.path("allowed_signers"), b"\n"), "ALTERED  allowed_signers is not the file"),
        (|run| fs::remove_file(run.path("roster.json")).unwrap(), "ALTERED  roster.json is missing"),
        (|run| fs::remove_dir_all(run.path("blobs")).unwrap(), "ALTERED  blob "),
        (
            |run| change(&run.path("seal/seal.txt"), "result done", "result good"),
            "SIGNATURE DOES NOT HOLD  the signature of",
        ),
        (|run| change(&run.path("seal/seal.txt"), "records 7", "records 8"), "ALTERED  seal/seal.txt does not cover"),
    ];
    let office = Office::with_a_sealed_run();
    expect(&office.copy().mop(&[]), 0, "INTACT  ");
    for (deed, begin) in deeds {
        let copy = office.copy();
        deed(&copy);
        expect(&copy.mop(&[]), 1, begin);
    }
}

/// Gives everything that a directory holds, with its times.
fn everything(dir: &Path) -> Vec<(String, Vec<u8>, Option<std::time::SystemTime>)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).unwrap().map(Result::unwrap) {
        let (path, about) = (entry.path(), entry.metadata().unwrap());
        let bytes = if about.is_file() { fs::read(&path).unwrap() } else { Vec::new() };
        found.push((path.to_string_lossy().into_owned(), bytes, about.modified().ok()));
        if about.is_dir() {
            found.extend(everything(&path));
        }
    }
    found.sort();
    found
}

#[test]
fn verifying_writes_nothing_and_needs_no_permission_to() {
    needs!(OPENSSH);
    for office in [Office::with_a_run(), Office::with_a_sealed_run()] {
        append(&office.run().join("journal.jsonl"), b"torn");
        let before = everything(office.state());
        let told = office.mop(&[]);
        assert_eq!(everything(office.state()), before);
        let chmod = |mode: &str| {
            let mut chmod = std::process::Command::new("chmod");
            assert!(chmod.args(["-R", mode]).arg(office.state()).status().unwrap().success());
        };
        chmod("a-w");
        let again = office.mop(&[]);
        chmod("u+w");
        assert_eq!((again.code, again.out), (told.code, told.out));
        assert_eq!(everything(office.state()).len(), before.len());
    }
}

#[test]
fn without_ssh_keygen_it_cannot_be_told() {
    needs!(OPENSSH);
    let office = Office::with_a_sealed_run();
    let nothing = tempfile::tempdir().unwrap();
    let mut program = std::process::Command::new(super::office::MOP);
    program.args(["verify", &office.name]).env("MOP_STATE", office.state()).env("PATH", nothing.path());
    let output = program.output().unwrap();
    let out = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(2), "{out}");
    assert!(out.starts_with("CANNOT TELL  record 1: ") && out.contains("OpenSSH 8.2 or newer is needed"), "{out}");
}

#[test]
fn what_mop_seals_and_signs_is_intact() {
    needs!(OPENSSH);
    let office = Office::with_a_run();
    for who in ["alice", "bob"] {
        let (id, key) = (format!("{who}@example.com"), office.keys.path(who));
        let told = mop(office.state(), &["seal", &office.name, "--as", &id, "--key", &key.to_string_lossy(), "--yes"]);
        assert_eq!(told.code, 0, "{}{}", told.out, told.err);
    }
    let told = office.mop(&["--allowed-signers", &office.auditors_list()]);
    expect(&told, 0, "INTACT  sealed 20");
    assert!(told.verdict().ends_with("Z, signed by alice@example.com (key), bob@example.com (key)"), "{}", told.out);
    assert!(!told.out.contains("unknown"), "{}", told.out);
}
