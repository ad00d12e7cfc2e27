//! What others keep: the ledger, receipts, a witness, and an auditor's own list of keys.

use std::fs;
use std::path::Path;

use super::{agreed, stranger};
use crate::needs::needs;
use crate::verify::forger::Forger;
use crate::verify::office::{Office, append, change, mop};

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

/// Keeps so many lines of the ledger.
fn cut_ledger(office: &Office, lines: usize) {
    let path = office.state().join("ledger.jsonl");
    let kept: String = fs::read_to_string(&path).unwrap().lines().take(lines).map(|line| format!("{line}\n")).collect();
    fs::write(path, kept).unwrap();
}

/// Is what is done to a state directory, and how the run in it is judged.
type Case = (&'static str, &'static str, fn(&Office));

const LEDGERS: [Case; 9] = [
    ("nothing", "intact", |_| {}),
    ("its last entry is gone", "not-in-ledger", |office| cut_ledger(office, 1)),
    ("all its entries are gone", "altered", |office| cut_ledger(office, 0)),
    ("it is gone", "altered", |office| fs::remove_file(office.state().join("ledger.jsonl")).unwrap()),
    ("it is gone with its lock", "intact", |office| {
        fs::remove_file(office.state().join("ledger.jsonl")).unwrap();
        fs::remove_file(office.state().join("ledger.lock")).unwrap();
    }),
    ("it is altered", "altered", |office| change(&office.state().join("ledger.jsonl"), "run_sealed", "run_opened")),
    ("it is another one", "altered", |office| {
        fs::copy(Office::new().state().join("ledger.jsonl"), office.state().join("ledger.jsonl")).unwrap();
    }),
    ("a write to it did not end", "intact", |office| {
        append(&office.state().join("ledger.jsonl"), b"{\"n\":2,\"prev\"");
    }),
    ("the seal is gone", "altered", |office| fs::remove_dir_all(office.run().join("seal")).unwrap()),
];

#[test]
fn a_stranger_holds_a_run_against_the_ledger_beside_it_as_mop_does() {
    needs!(OPENSSH, PYTHON);
    for (name, word, deed) in LEDGERS {
        let office = Office::with_a_sealed_run();
        deed(&office);
        assert_eq!(agreed(name, &office.run(), &[]), word, "{name}");
    }
}

#[test]
fn a_stranger_holds_a_copy_against_a_ledger_that_he_is_given() {
    needs!(OPENSSH, PYTHON);
    let (office, other) = (Office::with_a_sealed_run(), Office::new());
    let (copy, state) = (office.copy(), text(office.state()));
    assert_eq!(agreed("its own", &copy.run, &["--ledger", &state]), "intact");
    assert_eq!(agreed("another's", &copy.run, &["--ledger", &text(other.state())]), "altered");
    cut_ledger(&office, 1);
    assert_eq!(agreed("without the seal", &copy.run, &["--ledger", &state]), "not-in-ledger");
    assert_eq!(stranger(&copy.run, &["--ledger", &state]).code, 1, "who was asked for has to know");
}

#[test]
fn a_stranger_holds_a_run_against_receipts_and_a_witness() {
    needs!(OPENSSH, PYTHON);
    let office = Office::with_a_run();
    let (copy, third) = (office.copy(), office.receipt(3));
    assert_eq!(agreed("right", &copy.run, &["--receipt", &third, "--at", "3"]), "unsealed");
    assert_eq!(
        agreed("as people write", &copy.run, &["--receipt", &third.to_lowercase().replace('-', " "), "--at", "3"]),
        "unsealed"
    );
    assert_eq!(agreed("of another record", &copy.run, &["--receipt", &third, "--at", "2"]), "altered");
    assert_eq!(agreed("of no record", &copy.run, &["--receipt", &third, "--at", "70"]), "altered");
    let heads = office.keys.put("heads.log", mop(office.state(), &["heads", "--all", &office.name]).out);
    let args = ["--heads", &*text(&heads)];
    assert_eq!(agreed("as witnessed", &copy.run, &args), "unsealed");
    let mut forger = Forger::new(&office);
    forger.set(5, "mono", "1");
    forger.write();
    assert_eq!(agreed("written anew", &forger.copy.run, &args), "altered");
    super::edit_lines(&copy, |lines| drop(lines.pop()));
    assert_eq!(agreed("cut", &copy.run, &args), "altered");
    assert_eq!(agreed("cut, and nobody knows", &copy.run, &[]), "unsealed");
}

#[test]
fn a_stranger_believes_the_keys_that_he_brings_and_not_those_of_the_run() {
    needs!(OPENSSH, PYTHON);
    let (office, forged) = (Office::with_a_sealed_run(), Office::with_a_sealed_run());
    let list = office.auditors_list();
    let args = ["--allowed-signers", &*list];
    assert_eq!(agreed("theirs", &office.copy().run, &args), "intact");
    assert_eq!(agreed("made by somebody", &forged.copy().run, &[]), "intact");
    assert_eq!(agreed("made by somebody, known keys", &forged.copy().run, &args), "signature");
    let late = fs::read_to_string(&list).unwrap().replace("namespaces=", "valid-before=\"20200101Z\",namespaces=");
    let late = office.keys.put("late", late);
    assert_eq!(agreed("not good any more", &office.copy().run, &["--allowed-signers", &text(&late)]), "signature");
}

#[test]
fn without_ssh_keygen_a_stranger_cannot_tell() {
    needs!(OPENSSH, PYTHON);
    let office = Office::with_a_sealed_run();
    let nothing = tempfile::tempdir().unwrap();
    let mut python = std::process::Command::new(&*super::PYTHON);
    python.arg("-B").arg(crate::reading::here("tests/stranger")).arg(office.run()).env("PATH", nothing.path());
    let output = python.output().unwrap();
    let out = String::from_utf8(output.stdout).unwrap();
    assert_eq!((output.status.code(), out.lines().next()), (Some(2), Some("cannot-tell")), "{out}");
}
