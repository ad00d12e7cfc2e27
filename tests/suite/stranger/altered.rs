//! What somebody does to the directory of a run, from nothing at all to taking it away.

use std::fs;
use std::os::unix::fs::symlink;

use mop::journal::{Digest, Disk, put_blob};
use mop::run::roster::{SEAL, SIGNOFF};

use super::{agreed, chain_on, edit_lines};
use crate::needs::needs;
use crate::sign::bench::ALICE;
use crate::verify::forger::Forger;
use crate::verify::office::{BOB, Copy, Office, append, change};

/// Is what is done, how it is judged, and how.
type Case = (&'static str, &'static str, fn(&Office, &Copy));

fn first_blob(run: &Copy) -> std::path::PathBuf {
    let shelf = fs::read_dir(run.path("blobs")).unwrap().next().unwrap().unwrap().path();
    fs::read_dir(shelf).unwrap().next().unwrap().unwrap().path()
}

/// Writes the journal anew with another name in a record, and every hash again.
fn hash_again(office: &Office, run: &Copy) {
    let mut forger = Forger::new(office);
    let mut who = forger.record(4)["who"].clone();
    who["name"] = "Somebody Else".into();
    forger.set(4, "who", who);
    forger.write();
    fs::copy(forger.copy.path("journal.jsonl"), run.path("journal.jsonl")).unwrap();
}

/// Makes the seal say what the journal is now, under the signatures that it has.
fn fit_seal(run: &Copy) {
    let journal = fs::read_to_string(run.path("journal.jsonl")).unwrap();
    let head = journal.trim_end_matches("\"}\n").rsplit('"').next().unwrap();
    let line = |line: &str| match line.split(' ').next().unwrap() {
        "head" => format!("head {head}\n"),
        "bytes" => format!("bytes {}\n", journal.len()),
        "records" => format!("records {}\n", journal.lines().count()),
        "sha256" => format!("sha256 {}\n", Digest::of(journal.as_bytes())),
        _ => format!("{line}\n"),
    };
    let seal = fs::read_to_string(run.path("seal/seal.txt")).unwrap();
    fs::write(run.path("seal/seal.txt"), seal.lines().map(line).collect::<String>()).unwrap();
}

fn unsign(run: &Copy) {
    for name in [ALICE, BOB] {
        fs::remove_file(run.path(&format!("seal/{name}.sig"))).unwrap();
    }
}

const SEALED: [Case; 41] = [
    ("nothing", "intact", |_, _| {}),
    ("a record is edited", "altered", |_, run| edit_lines(run, |lines| lines[4] = lines[4].replace("Dave", "Dove"))),
    ("a record is dropped", "altered", |_, run| edit_lines(run, |lines| drop(lines.remove(3)))),
    ("the first record is dropped", "altered", |_, run| edit_lines(run, |lines| drop(lines.remove(0)))),
    ("the last record is dropped", "altered", |_, run| edit_lines(run, |lines| drop(lines.pop()))),
    ("two records are swapped", "altered", |_, run| edit_lines(run, |lines| lines.swap(2, 3))),
    ("a record stands twice", "altered", |_, run| edit_lines(run, |lines| lines.insert(3, lines[2].clone()))),
    ("the last record stands twice", "altered", |_, run| edit_lines(run, |lines| lines.push(lines[6].clone()))),
    ("the journal is empty", "altered", |_, run| edit_lines(run, Vec::clear)),
    ("the journal is gone", "altered", |_, run| fs::remove_file(run.path("journal.jsonl")).unwrap()),
    ("the journal is a link", "altered", |_, run| {
        fs::rename(run.path("journal.jsonl"), run.path("../journal")).unwrap();
        symlink(run.path("../journal"), run.path("journal.jsonl")).unwrap();
    }),
    ("the last line feed is gone", "altered", |_, run| edit_lines(run, |lines| assert!(lines[6].pop().is_some()))),
    ("something stands behind the last record", "altered", |_, run| append(&run.path("journal.jsonl"), b"and more")),
    ("a line of junk stands between", "altered", |_, run| {
        edit_lines(run, |lines| lines.insert(3, "and more\n".into()))
    }),
    ("everything is hashed again", "altered", hash_again),
    ("hashed again, and the seal made to fit", "signature", |office, run| {
        hash_again(office, run);
        fit_seal(run);
    }),
    ("the runbook is another", "altered", |_, run| append(&run.path("runbook.yaml"), b"\n")),
    ("the roster is another", "altered", |_, run| fs::write(run.path("roster.json"), "{}").unwrap()),
    ("the keys are others", "altered", |_, run| append(&run.path("allowed_signers"), b"\n")),
    ("the manifest is gone", "altered", |_, run| fs::remove_file(run.path("manifest.json")).unwrap()),
    ("a blob is gone", "altered", |_, run| fs::remove_file(first_blob(run)).unwrap()),
    ("a blob is another", "altered", |_, run| append(&first_blob(run), b"x")),
    ("a blob is a link", "altered", |_, run| {
        let blob = first_blob(run);
        fs::rename(&blob, run.path("../blob")).unwrap();
        symlink(run.path("../blob"), &blob).unwrap();
    }),
    ("a blob that nobody names", "intact", |_, run| {
        put_blob(&Disk, &run.run, b"nobody names it").unwrap();
    }),
    ("a file that is no business of a run", "intact", |_, run| fs::write(run.path("notes.txt"), "hello").unwrap()),
    ("the lock says something else", "intact", |_, run| fs::write(run.path("lock"), "W00000000000000000001").unwrap()),
    ("the seal is gone", "unsealed", |_, run| fs::remove_dir_all(run.path("seal")).unwrap()),
    ("the result in the seal is another", "signature", |_, run| {
        change(&run.path("seal/seal.txt"), "result done", "result good");
    }),
    ("the count in the seal is another", "altered", |_, run| {
        change(&run.path("seal/seal.txt"), "records 7", "records 8")
    }),
    ("the seal is of another run", "altered", |_, run| change(&run.path("seal/seal.txt"), "run 2", "run 3")),
    ("the seal has a line more", "altered", |_, run| append(&run.path("seal/seal.txt"), b"note\n")),
    ("the seal lacks its last line feed", "altered", |_, run| {
        let text = fs::read(run.path("seal/seal.txt")).unwrap();
        fs::write(run.path("seal/seal.txt"), &text[..text.len() - 1]).unwrap();
    }),
    ("the seal is of a newer version, and nobody signed it", "newer-seal", |_, run| {
        change(&run.path("seal/seal.txt"), "mop seal v1", "mop seal v2");
        unsign(run);
    }),
    ("the seal is far too large", "altered", |_, run| {
        fs::write(run.path("seal/seal.txt"), "x".repeat(20_000)).unwrap()
    }),
    ("nobody signed the seal", "unsigned", |_, run| unsign(run)),
    ("one of two signed the seal", "intact", |_, run| fs::remove_file(run.path(&format!("seal/{BOB}.sig"))).unwrap()),
    ("a stranger signed the seal", "signature", |office, run| {
        let signature = office.keys.signature("stranger", SEAL, &office.seal_text());
        fs::write(run.path(&format!("seal/{BOB}.sig")), signature).unwrap();
    }),
    ("one signed the seal for two", "signature", |_, run| {
        fs::copy(run.path(&format!("seal/{ALICE}.sig")), run.path(&format!("seal/{BOB}.sig"))).unwrap();
    }),
    ("the seal is signed as a step is", "signature", |office, run| {
        let signature = office.keys.signature("bob", SIGNOFF, &office.seal_text());
        fs::write(run.path(&format!("seal/{BOB}.sig")), signature).unwrap();
    }),
    ("a signature is empty", "signature", |_, run| fs::write(run.path(&format!("seal/{BOB}.sig")), "").unwrap()),
    ("a signature is nobody's", "signature", |_, run| fs::write(run.path("seal/no body.sig"), "yes").unwrap()),
];

#[test]
fn a_stranger_judges_a_sealed_run_and_what_was_done_to_it_as_mop_does() {
    needs!(OPENSSH, PYTHON);
    let office = Office::with_a_sealed_run();
    for (name, word, deed) in SEALED {
        let copy = office.copy();
        deed(&office, &copy);
        assert_eq!(agreed(name, &copy.run, &[]), word, "{name}");
    }
}

#[test]
fn a_stranger_sees_a_flipped_byte_in_each_record_and_each_record_that_is_dropped() {
    needs!(OPENSSH, PYTHON);
    let office = Office::with_a_run();
    for at in 0..7 {
        let (flipped, dropped) = (office.copy(), office.copy());
        edit_lines(&flipped, |lines| {
            let middle = lines[at].len() / 2;
            let mut bytes = std::mem::take(&mut lines[at]).into_bytes();
            bytes[middle] ^= 1;
            lines[at] = String::from_utf8(bytes).unwrap();
        });
        assert_eq!(agreed("flipped", &flipped.run, &[]), "altered", "record {at}");
        edit_lines(&dropped, |lines| drop(lines.remove(at)));
        let word = if at == 6 { "unsealed" } else { "altered" };
        assert_eq!(agreed("dropped", &dropped.run, &[]), word, "record {at}");
    }
}

const TORN: [&[u8]; 6] = [
    b"{\"n\":7,\"prev\":\"",
    b"\0\0\0\0",
    b"more\nand more\n",
    b"{\"n\":7,\"prev\":\"00\",\0\0,\"h\":\"0000000000000000000000000000000000000000000000000000000000000000\"}\n",
    b"\xff\xfe\n\n",
    b"\n",
];

#[test]
fn a_stranger_tells_a_torn_tail_from_one_that_was_mended_and_from_junk_that_nobody_named() {
    needs!(OPENSSH, PYTHON);
    for torn in TORN {
        let office = Office::with_a_run();
        append(&office.run().join("journal.jsonl"), torn);
        assert_eq!(agreed("torn", &office.copy().run, &[]), "torn-tail", "{torn:?}");
        office.append(r#"{"t":"moon_seen","v":1,"sid":"S1"}"#);
        assert_eq!(agreed("mended", &office.copy().run, &[]), "unsealed", "{torn:?}");
    }
}

#[test]
fn a_stranger_takes_only_the_very_bytes_for_named_that_a_record_names() {
    needs!(OPENSSH, PYTHON);
    let office = Office::with_a_run();
    let size = fs::metadata(office.run().join("journal.jsonl")).unwrap().len();
    for torn in TORN {
        let junk = [torn, b"#\n"].concat();
        let (len, sha256) = (junk.len(), Digest::of(&junk));
        let cases = [
            ("unsealed", format!(r#""t":"recover","off":{size},"len":{len},"sha256":"{sha256}","by":"x""#)),
            ("altered", format!(r#""t":"recover","off":{},"len":{len},"sha256":"{sha256}","by":"x""#, size + 1)),
            ("altered", format!(r#""t":"recover","off":{size},"len":{},"sha256":"{sha256}","by":"x""#, len + 1)),
            ("altered", format!(r#""t":"recover","off":{size},"len":{len},"sha256":"{}","by":"x""#, Digest::ZERO)),
            ("altered", format!(r#""t":"recover","off":{size},"length":{len},"sha256":"{sha256}","by":"x""#)),
            ("altered", r#""t":"moon_seen","v":1"#.to_owned()),
        ];
        for (word, members) in cases {
            let copy = office.copy();
            chain_on(&copy, &junk, members.as_bytes());
            assert_eq!(agreed(&members, &copy.run, &[]), word, "{torn:?} {members}");
        }
    }
}

#[test]
fn a_stranger_says_of_a_folder_without_a_run_that_it_is_none() {
    needs!(PYTHON);
    let empty = tempfile::tempdir().unwrap();
    assert_eq!(super::stranger(empty.path(), &[]).code, 2);
    assert_eq!(agreed("an empty folder", empty.path(), &[]), "");
    assert_eq!(agreed("no folder", &empty.path().join("nothing"), &[]), "");
}
