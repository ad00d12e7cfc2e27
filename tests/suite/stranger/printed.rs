//! What commands printed, held against what was recorded: as whole as it was kept, and tampered with.

use std::fs;
use std::path::Path;

use mop::app::{beside, command_folder};
use mop::journal::Digest;

use super::agreed;
use crate::needs::needs;
use crate::verify::office::{Copy, Office};

/// Records the end of a command that wrote `abcdefgh` to one stream and `!` to the other; nothing of the first was
/// dropped, or so many bytes.
fn record(office: &Office, dropped: u64) {
    let hash = |bytes: &[u8]| Digest::of(bytes);
    let output = format!(
        r#"[{{"stream":"stdout","bytes":8,"dropped":{dropped},"sha256":"{}"}},{{"stream":"stderr","bytes":1,"dropped":0,"sha256":"{}"}}]"#,
        hash(b"abcdefgh"),
        hash(b"!")
    );
    let end = format!(r#""found":"checked","why":"","took_ms":1,"exit":null,"values":{{}},"output":{output}"#);
    let who = r#""who":{"id":"mop","name":"mop"}"#;
    for what in [
        format!(r#""t":"action_ended","v":1,"sid":"S1",{who},"step":"part/It's[10.1]/One_two","attempt":2"#),
        format!(r#""t":"ad_hoc_ended","v":1,"sid":"S1",{who},"number":1"#),
    ] {
        office.append(&format!("{{{what},{end}}}"));
    }
}

/// Writes files of output into the folder of a start.
fn write(run: &Path, folder: &str, files: &[(&str, &str)]) {
    let dir = run.join("commands").join(folder);
    fs::create_dir_all(&dir).unwrap();
    for (name, frames) in files {
        fs::write(dir.join(name), frames).unwrap();
    }
}

fn step() -> String {
    command_folder("part/It's[10.1]/One_two", 2)
}

const WHOLE: [(&str, &str); 2] =
    [("output-000000", "o 0 5 3\nabc\ne 0 6 1\n!\n"), ("output-000001", "o 3 7 3\ndef\no 6 7 2\ngh\n")];

/// Is what is done, and whether it shows.
type Case = (&'static str, bool, fn(&Copy));

fn put(copy: &Copy, name: &str, frames: &str) {
    write(&copy.run, &step(), &[(name, frames)]);
}

const CASES: [Case; 12] = [
    ("nothing", false, |_| {}),
    ("another time", false, |run| put(run, "output-000001", "o 3 9 3\ndef\no 6 9 2\ngh\n")),
    ("another file beside", false, |run| put(run, "output-1", "what?")),
    ("another byte", true, |run| put(run, "output-000001", "o 3 7 3\ndEf\no 6 7 2\ngh\n")),
    ("a frame is gone", true, |run| put(run, "output-000001", "o 3 7 3\ndef\n")),
    ("a frame stands twice", true, |run| put(run, "output-000002", "o 6 7 2\ngh\n")),
    ("a gap", true, |run| put(run, "output-000001", "o 4 7 3\ndef\no 7 7 2\ngh\n")),
    ("something behind the last frame", true, |run| put(run, "output-000001", "o 3 7 3\ndef\no 6 7 2\ngh\nmore")),
    ("the length is not that of the bytes", true, |run| put(run, "output-000001", "o 3 7 2\ndef\no 6 7 2\ngh\n")),
    ("a stream of another letter", true, |run| put(run, "output-000001", "o 3 7 3\ndef\nx 6 7 2\ngh\n")),
    ("more than was recorded", true, |run| put(run, "output-000002", "o 8 7 1\ni\n")),
    ("all of it is gone", true, |run| fs::remove_dir_all(run.path("commands")).unwrap()),
];

fn with_output(dropped: u64, files: &[(&str, &str)]) -> Office {
    let office = Office::with_a_run();
    record(&office, dropped);
    write(&office.run(), &step(), files);
    write(&office.run(), &command_folder(&beside(1), 1), files);
    office
}

#[test]
fn a_stranger_holds_what_commands_printed_against_the_record_as_mop_does() {
    needs!(OPENSSH, PYTHON);
    let office = with_output(0, &WHOLE);
    for (name, shows, deed) in CASES {
        let copy = office.copy();
        deed(&copy);
        assert_eq!(agreed(name, &copy.run, &[]), if shows { "altered" } else { "unsealed" }, "{name}");
    }
}

#[test]
fn of_output_that_was_not_kept_whole_a_stranger_compares_the_length() {
    needs!(OPENSSH, PYTHON);
    let office = with_output(3, &[WHOLE[0], ("output-000004", "o 6 7 2\ngh\n")]);
    let copy = office.copy();
    assert_eq!(agreed("a part", &copy.run, &[]), "unsealed");
    put(&copy, "output-000004", "o 6 7 2\ngH\n");
    assert_eq!(agreed("other bytes in it", &copy.run, &[]), "unsealed", "that cannot be told");
    put(&copy, "output-000004", "o 6 7 1\ng\n");
    assert_eq!(agreed("less of it", &copy.run, &[]), "altered");
}
