//! Archives that are damaged, or made to be read in two ways, to fill a disk or to leave their folder.
//!
//! Each of them is refused with a sentence, before anything of it is read as a run.

use super::super::form::{Entry, List};
use super::*;

/// Is files by their names.
type Files<'a> = &'a [(&'a str, &'a [u8])];

/// Writes an archive in the one form, whatever the names are.
pub fn archive(files: Files<'_>) -> Vec<u8> {
    let entries = files.iter().map(|(name, content)| {
        (
            Entry { name: (*name).to_owned(), size: content.len() as u64, crc32: crc32fast::hash(content), offset: 0 },
            *content,
        )
    });
    whole(entries.collect(), |entry| entry.listed())
}

/// Writes entries one behind the other, and lists them as `listed` says.
fn whole(entries: Vec<(Entry, &[u8])>, listed: impl Fn(&Entry) -> Vec<u8>) -> Vec<u8> {
    let (mut bytes, mut lines) = (Vec::new(), Vec::new());
    let count = entries.len() as u64;
    for (mut entry, content) in entries {
        entry.offset = bytes.len() as u64;
        bytes.extend(entry.local());
        bytes.extend(content);
        lines.extend(listed(&entry));
    }
    let list = List { entries: count, start: bytes.len() as u64, length: lines.len() as u64 };
    [bytes, lines, list.end()].concat()
}

fn why(bytes: &[u8]) -> String {
    let process = Site::new().machine.process(3);
    match mounted(&process, bytes) {
        Ok(archive) => panic!("it was read, with the run {}", archive.run().display()),
        Err(error) => error.to_string(),
    }
}

fn good() -> Vec<u8> {
    archive(&[("one/a", b"alpha"), ("one/b/c", b""), ("README.txt", b"read me")])
}

#[test]
fn the_archive_that_the_others_are_made_from_is_good() {
    let process = Site::new().machine.process(3);
    assert_eq!(mounted(&process, &good()).unwrap().run(), Path::new("/runs/packed.zip/one"));
}

#[test]
fn whatever_bit_is_flipped_it_is_seen() {
    let (_site, process) = site();
    let bytes = packed(&*world(&process).storage, &run_path());
    for at in 0..bytes.len() {
        for bit in if crate::journal::faults::is_long() { 0..8 } else { at % 8..at % 8 + 1 } {
            let mut flipped = bytes.clone();
            flipped[at] ^= 1 << bit;
            assert!(mounted(&process, &flipped).is_err(), "byte {at}, bit {bit}");
        }
    }
}

#[test]
fn wherever_it_is_cut_and_whatever_stands_around_it_is_seen() {
    let bytes = good();
    for at in 0..bytes.len() {
        assert!(why(&bytes[..at]).contains("zip:"), "cut at {at}");
        assert!(why(&bytes[at + 1..]).contains("zip:"), "begun after {at}");
    }
    assert!(why(&[&bytes[..], b"x"].concat()).contains("is no archive, or its end is missing"));
    assert!(why(&[b"x", &bytes[..]].concat()).contains("its end does not stand right behind"));
    assert!(why(&[&bytes[..], &bytes[..]].concat()).contains("its end does not stand right behind"));
}

#[test]
fn names_that_are_not_one_file_below_it_on_every_system_are_refused() {
    let deep = "one/".repeat(9) + "a";
    let long = format!("one/{}", "n".repeat(256));
    let names = [
        "../one/a",
        "one/../a",
        "/one/a",
        "one//a",
        "one/",
        "one/./a",
        "one/..",
        "one\\a",
        "C:/a",
        "one/a:b",
        "one/a\0b",
        "one/a\nb",
        "one/a\u{1b}[31m",
        "one/a\u{202e}b",
        "one/a.",
        "one/a ",
        "",
        "one/e\u{301}",
        &deep,
        &long,
    ];
    for name in names {
        let said = why(&archive(&[(name, b"x")]));
        assert!(said.contains("is not the name of one file below it") && !said.contains('\u{1b}'), "{name:?}: {said}");
    }
    let endless = format!("one/{}", "n/".repeat(600));
    assert!(why(&archive(&[(&endless, b"x")])).contains("longer than any"));
}

#[test]
fn names_that_are_there_twice_on_some_system_are_refused() {
    let cases: [(Files<'_>, &str); 7] = [
        (&[("one/a", b"1"), ("one/a", b"2")], "is there twice"),
        (&[("one/b", b"1"), ("one/a", b"2")], "out of order"),
        (&[("README.txt", b"1"), ("one/a", b"2")], "out of order"),
        (&[("one/A", b"1"), ("one/a", b"2")], "only by case"),
        (&[("one/É", b"1"), ("one/é", b"2")], "only by case"),
        (&[("one/X/a", b"1"), ("one/x/b", b"2")], "only by case"),
        (&[("one/a", b"1"), ("one/a/b", b"2")], "has the name of"),
    ];
    for (files, words) in cases {
        let said = why(&archive(files));
        assert!(said.contains(words), "{files:?}: {said}");
    }
}

#[test]
fn an_archive_holds_one_run_and_files_beside_it() {
    for files in [&[("README.txt", &b"x"[..])][..], &[], &[("one/a", b"1"), ("two/a", b"2")], &[("-x/a", b"1")]] {
        assert!(why(&archive(files)).contains("holds no run"), "{files:?}");
    }
}

/// Is a change of one entry's line in the list: where, and which bytes.
type Patch = (&'static str, usize, &'static [u8]);

#[test]
fn what_another_program_would_take_for_something_else_is_refused() {
    // Offsets in the line of an entry; each says something that two programs could read in two ways.
    let patches: [Patch; 12] = [
        ("made by another", 4, &[0, 0]),
        ("encrypted", 8, &[1, 0]),
        ("its size behind it", 8, &[8, 0]),
        ("compressed", 10, &[8, 0]),
        ("a time", 12, &[1, 0]),
        ("another checksum", 16, &[1, 2, 3, 4]),
        ("a smaller size", 20, &[1, 0, 0, 0]),
        ("a bomb", 24, &[0xFF, 0xFF, 0xFF, 0x7F]),
        ("another disk", 34, &[1, 0]),
        ("a symbolic link", 40, &[0xFF, 0xA1]),
        ("a folder", 38, &[0x10, 0, 0xED, 0x41]),
        ("another place", 42, &[0, 0, 0, 0]),
    ];
    for (name, at, change) in patches {
        let patched = |entry: &Entry| {
            let mut line = entry.listed();
            if entry.name == "one/b" {
                line[at..at + change.len()].copy_from_slice(change);
            }
            line
        };
        let content = |name: &str, content: &'static [u8]| {
            let (size, crc32) = (content.len() as u64, crc32fast::hash(content));
            (Entry { name: name.into(), size, crc32, offset: 0 }, content)
        };
        let bytes = whole(vec![content("one/a", b"alpha"), content("one/b", b"beta")], patched);
        let said = why(&bytes);
        assert!(
            said.contains("one/b") || said.contains("belong to no entry") || said.contains("damaged"),
            "{name}: {said}"
        );
    }
}

#[test]
fn entries_in_one_place_and_bytes_in_none_are_refused() {
    let entry = |name: &str, offset| Entry { name: name.into(), size: 5, crc32: crc32fast::hash(b"alpha"), offset };
    let built = |parts: &[&[u8]], lines: &[Entry]| {
        let content = parts.concat();
        let list = lines.iter().flat_map(Entry::listed).collect::<Vec<_>>();
        let end = List { entries: lines.len() as u64, start: content.len() as u64, length: list.len() as u64 }.end();
        [content, list, end].concat()
    };
    let (first, second) = (entry("one/a", 0), entry("one/b", 0));
    let overlapping = built(&[&first.local(), b"alpha"], &[first.clone(), second]);
    assert!(why(&overlapping).contains("does not stand right behind"));
    let gap = built(&[&first.local(), b"alpha", b"hidden"], std::slice::from_ref(&first));
    assert!(why(&gap).contains("belong to no entry"));
    let beyond = Entry { size: 1 << 40, ..first.clone() };
    assert!(why(&built(&[&first.local(), b"alpha"], &[beyond])).contains("would reach behind the entries"));
    let renamed = entry("one/x", 0);
    assert!(why(&built(&[&renamed.local(), b"alpha"], &[first])).contains("something else before its content"));
}

#[test]
fn a_list_that_is_said_to_be_endless_is_not_read() {
    let bytes = good();
    for (entries, length) in [(u64::MAX, 46), (1 << 20, 46), (3, 1 << 40)] {
        let list = List { entries, start: 0, length };
        let end = list.end();
        let said = why(&[&bytes[..bytes.len() - 22], &end[..]].concat());
        assert!(said.contains("more than are looked at"), "{said}");
    }
    let list = List { entries: 200, start: 0, length: bytes.len() as u64 - 22 };
    assert!(why(&[&bytes[..bytes.len() - 22], &list.end()].concat()).contains("damaged"));
}

#[test]
fn what_other_programs_pack_is_refused_with_what_to_do() {
    use std::io::Write as _;
    for method in [zip::CompressionMethod::Deflated, zip::CompressionMethod::Stored] {
        let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        let options = zip::write::SimpleFileOptions::default().compression_method(method);
        zip.start_file("one/journal.jsonl", options).unwrap();
        zip.write_all(&b"{\"n\":0}\n".repeat(100)).unwrap();
        let said = why(&zip.finish().unwrap().into_inner());
        assert!(said.ends_with("unpack it into an empty folder, and look at the folder of the run in it"), "{said}");
    }
}

proptest::proptest! {
    #[test]
    fn no_bytes_are_too_odd_to_be_refused(
        mut bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..200),
        entries in 0..5_u64, start in 0..200_u64, length in 0..200_u64,
    ) {
        bytes.extend(List { entries, start, length }.end());
        let process = Site::new().machine.process(3);
        proptest::prop_assert!(mounted(&process, &bytes).is_err());
    }
}
