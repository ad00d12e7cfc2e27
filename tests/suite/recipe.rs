//! The recipe in the README, as it stands there, on runs that are intact and on runs that are not.
//!
//! `mop verify` has to agree each time: it ends with 0 when the recipe does, and else with another code.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::needs::needs;
use crate::reading::here;
use crate::sign::bench::ALICE;
use crate::verify::forger::Forger;
use crate::verify::office::{Copy, Office};

/// Gives the recipe, as an auditor copies it.
pub fn recipe() -> String {
    let readme = fs::read_to_string(here("README.md")).unwrap();
    let blocks: Vec<_> = readme.split("```bash\n").skip(1).map(|rest| rest.split("```").next().unwrap()).collect();
    let [recipe] = blocks[..] else { panic!("the README has {} blocks for bash", blocks.len()) };
    assert!((3..=6).contains(&recipe.lines().count()), "it is short");
    recipe.to_owned()
}

pub fn check_tools() {
    for (tool, argument) in [
        ("jq", "--version"),
        ("ssh-keygen", "-?"),
        ("awk", "--version"),
        ("split", "--version"),
        ("sha256sum", "--version"),
    ] {
        let here = Command::new(tool).arg(argument).stdin(Stdio::null()).output();
        assert!(here.is_ok(), "this test needs {tool}: install jq, openssh-client, coreutils and an awk");
    }
    let grep = Command::new("grep").args(["-P", "x", "/dev/null"]).output().unwrap();
    assert_eq!(grep.status.code(), Some(1), "this test needs GNU grep with -P");
}

/// Runs the recipe and gives how it ended, and what it said.
fn follow(run: &Path, keys: Option<&Path>) -> (i32, String) {
    let dir = tempfile::tempdir().unwrap();
    let temporary = dir.path().join("tmp");
    fs::create_dir(&temporary).unwrap();
    fs::write(dir.path().join("recipe"), recipe()).unwrap();
    let mut bash = Command::new("bash");
    bash.arg("recipe").arg(run).args(keys).current_dir(&dir).env("TMPDIR", &temporary).stdin(Stdio::null());
    let output = bash.output().unwrap();
    assert!(fs::read_dir(&temporary).unwrap().next().is_none(), "it leaves nothing behind");
    let out = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    (output.status.code().unwrap(), out)
}

/// Follows the recipe on a copy, and holds `mop verify` against it.
fn agreed(copy: &Copy) -> (i32, String) {
    let (code, out) = follow(&copy.run, None);
    let told = copy.mop(&[]);
    assert_eq!(told.code == 0, code == 0, "the recipe says {code}: {out}\nmop says {}: {}", told.code, told.out);
    (code, out)
}

/// Is what is done to a sealed run, and how the recipe ends then.
type Case = (&'static str, i32, fn(&Office, &Copy));

fn edit_lines(copy: &Copy, edit: impl FnOnce(&mut Vec<String>)) {
    let path = copy.path("journal.jsonl");
    let text = fs::read_to_string(&path).unwrap();
    let mut lines: Vec<_> = text.lines().map(|line| format!("{line}\n")).collect();
    edit(&mut lines);
    fs::write(path, lines.concat()).unwrap();
}

fn rewrite(copy: &Copy, edit: impl FnOnce(String) -> String) {
    let path = copy.path("seal/seal.txt");
    fs::write(&path, edit(fs::read_to_string(&path).unwrap())).unwrap();
}

/// Writes the journal anew with another name in a record, and every hash again.
fn hash_again(office: &Office, copy: &Copy) {
    let mut forger = Forger::new(office);
    let mut who = forger.record(4)["who"].clone();
    who["name"] = "Somebody Else".into();
    forger.set(4, "who", who);
    forger.write();
    fs::copy(forger.copy.path("journal.jsonl"), copy.path("journal.jsonl")).unwrap();
}

/// Writes what a seal has to say of the journal that is there now.
fn fit_seal(copy: &Copy) {
    let journal = fs::read(copy.path("journal.jsonl")).unwrap();
    let text = String::from_utf8(journal.clone()).unwrap();
    let head = text.trim_end_matches("\"}\n").rsplit('"').next().unwrap().to_owned();
    rewrite(copy, |seal| {
        let fitting = |line: &str| match line.split(' ').next().unwrap() {
            "head" => format!("head {head}\n"),
            "bytes" => format!("bytes {}\n", journal.len()),
            "records" => format!("records {}\n", text.lines().count()),
            "sha256" => format!("sha256 {}\n", mop::journal::Digest::of(&journal)),
            _ => format!("{line}\n"),
        };
        seal.lines().map(fitting).collect()
    });
}

const CASES: [Case; 19] = [
    ("nothing", 0, |_, _| {}),
    ("a record is edited", 1, |_, run| edit_lines(run, |lines| lines[4] = lines[4].replace("Dave", "Dove"))),
    ("a record is deleted", 1, |_, run| edit_lines(run, |lines| drop(lines.remove(3)))),
    ("the first record is deleted", 1, |_, run| edit_lines(run, |lines| drop(lines.remove(0)))),
    ("two records are swapped", 1, |_, run| edit_lines(run, |lines| lines.swap(2, 3))),
    ("a record stands twice", 1, |_, run| edit_lines(run, |lines| lines.insert(3, lines[2].clone()))),
    ("the last record stands twice", 1, |_, run| edit_lines(run, |lines| lines.push(lines[6].clone()))),
    ("the journal is empty", 1, |_, run| edit_lines(run, Vec::clear)),
    ("the last record is deleted", 2, |_, run| edit_lines(run, |lines| drop(lines.pop()))),
    ("something stands behind the last record", 2, |_, run| edit_lines(run, |lines| lines.push("and more\n".into()))),
    ("the last line feed is gone", 2, |_, run| edit_lines(run, |lines| assert!(lines[6].pop().is_some()))),
    ("everything is hashed again", 2, |office, run| hash_again(office, run)),
    ("the seal is gone", 2, |_, run| fs::remove_file(run.path("seal/seal.txt")).unwrap()),
    ("hashed again, and the seal made to fit", 3, |office, run| {
        hash_again(office, run);
        fit_seal(run);
    }),
    ("the result in the seal is another", 3, |_, run| rewrite(run, |seal| seal.replace("result done", "result good"))),
    ("a signature is a stranger's", 3, |office, run| {
        let text = office.seal_text();
        let signature = office.keys.signature("stranger", mop::run::roster::SEAL, &text);
        fs::write(run.path("seal/bob@example.com.sig"), signature).unwrap();
    }),
    ("a signature is another person's", 3, |_, run| {
        fs::copy(run.path("seal/alice@example.com.sig"), run.path("seal/bob@example.com.sig")).unwrap();
    }),
    ("a signature is empty", 3, |_, run| fs::write(run.path("seal/bob@example.com.sig"), "").unwrap()),
    ("nobody signed", 3, |_, run| {
        for name in ["alice", "bob"] {
            fs::remove_file(run.path(&format!("seal/{name}@example.com.sig"))).unwrap();
        }
    }),
];

#[test]
fn the_recipe_of_the_readme_tells_an_intact_run_from_one_that_is_not() {
    needs!(OPENSSH, JQ);
    check_tools();
    let office = Office::with_a_sealed_run();
    for (name, code, deed) in CASES {
        let copy = office.copy();
        deed(&office, &copy);
        let (ended, out) = agreed(&copy);
        assert_eq!(ended, code, "{name}: {out}");
    }
}

#[test]
fn whatever_byte_is_flipped_the_recipe_sees_it() {
    needs!(OPENSSH, JQ);
    check_tools();
    let office = Office::with_a_sealed_run();
    let journal = fs::read(office.run().join("journal.jsonl")).unwrap();
    let last = journal[..journal.len() - 1].iter().rposition(|byte| *byte == b'\n').unwrap() + 1;
    let ends = journal.iter().enumerate().filter(|(_, byte)| **byte == b'\n').flat_map(|(at, _)| [at - 1, at]);
    let places: Vec<_> = (0..journal.len()).step_by(1471).chain(ends).collect();
    assert!(places.len() >= 20, "{}", places.len());
    for at in places {
        let copy = office.copy();
        let mut flipped = journal.clone();
        flipped[at] ^= 1;
        fs::write(copy.path("journal.jsonl"), flipped).unwrap();
        let (ended, out) = agreed(&copy);
        // A last line that is no record any more is one that was cut off, which only the seal tells.
        assert!(ended == 1 || ended == 2 && at + 1 >= last, "byte {at}: {ended}: {out}");
    }
}

#[test]
fn what_a_write_left_behind_and_a_record_names_is_no_alteration() {
    needs!(OPENSSH, JQ);
    check_tools();
    let torn: [&[u8]; 4] = [
        b"{\"n\":7,\"prev\":\"",
        b"\0\0\0\0",
        b"{\"n\":7,\"prev\":\"00\",\0\0\0\0,\"h\":\"0000000000000000000000000000000000000000000000000000000000000000\"}\n",
        b"\xff\xfe\n\n",
    ];
    for torn in torn {
        let office = Office::with_a_run();
        let path = office.run().join("journal.jsonl");
        fs::write(&path, [&fs::read(&path).unwrap(), torn].concat()).unwrap();
        office.append(r#"{"t":"moon_seen","v":1,"sid":"S1"}"#);
        office.seal();
        office.sign_seal("alice", ALICE);
        office.sign_seal("bob", "bob@example.com");
        let (ended, out) = agreed(&office.copy());
        assert_eq!(ended, 0, "{torn:?}: {out}");
        assert!(out.contains("9 records, head "), "{out}");
    }
}

#[test]
fn keys_that_the_run_brings_along_are_believed_unless_the_auditor_brings_his() {
    needs!(OPENSSH, JQ);
    check_tools();
    let (office, forged) = (Office::with_a_sealed_run(), Office::with_a_sealed_run());
    let list = office.auditors_list();
    let both = |copy: &Copy| {
        let (code, out) = follow(&copy.run, Some(Path::new(&list)));
        let told = copy.mop(&["--allowed-signers", &list]);
        assert_eq!(told.code == 0, code == 0, "{code}: {out}\n{}: {}", told.code, told.out);
        code
    };
    assert_eq!(both(&office.copy()), 0);
    assert_eq!(agreed(&forged.copy()).0, 0, "whoever makes a whole directory makes its keys too");
    assert_eq!(both(&forged.copy()), 3);
}

#[test]
fn what_the_recipe_does_not_look_at_mop_does() {
    needs!(OPENSSH, JQ);
    check_tools();
    let office = Office::with_a_sealed_run();
    let deeds: [fn(&Copy); 3] = [
        |run| fs::remove_dir_all(run.path("blobs")).unwrap(),
        |run| fs::write(run.path("runbook.yaml"), "mop: 1\n").unwrap(),
        |run| fs::write(run.path("roster.json"), "{}").unwrap(),
    ];
    for deed in deeds {
        let copy = office.copy();
        deed(&copy);
        assert_eq!((follow(&copy.run, None).0, copy.mop(&[]).code), (0, 1));
    }
}
