//! What vouches for a run from outside: receipts, a witness, the auditor's keys, a ledger.
//!
//! The forger has the whole directory: what he writes follows each other, and only something that he
//! does not have can tell.

use std::fs;
use std::path::Path;

use serde_json::{Map, Value as Json};

use super::forger::Forger;
use super::office::{Office, Told, mop};
use crate::needs::needs;

/// A record of a run as one that nobody signed.
fn plain(forger: &Forger<'_>, n: usize) -> Map<String, Json> {
    let mut record = forger.record(n);
    record.retain(|name, _| name != "stmt" && name != "sig");
    record["t"] = "moon_seen".into();
    record
}

/// A run that begins with another record and in which nothing was signed, in a chain that fits.
fn rewritten(office: &Office) -> Forger<'_> {
    let mut forger = Forger::new(office);
    forger.set(0, "mono", "77");
    for n in 1..=6 {
        forger.replace(n, plain(&forger, n));
    }
    forger.write();
    let told = forger.copy.mop(&[]);
    assert_eq!(told.code, 3, "{}", told.out);
    forger
}

#[test]
fn a_receipt_holds_for_its_record_and_tells_of_a_log_that_was_written_anew() {
    needs!(OPENSSH);
    let office = Office::with_a_run();
    let (third, last) = (office.receipt(3), office.receipt(6));
    let told = office.mop(&["--receipt", &third, "--at", "3", "--receipt", &last.to_lowercase(), "--at", "6"]);
    assert_eq!(told.code, 3, "{}", told.out);
    assert!(told.verdict().contains("up to record 6 they are those that somebody outside knows"), "{}", told.out);
    assert!(told.out.contains("receipts    2 of 2 hold"), "{}", told.out);
    for (at, words) in [
        ("2", "ALTERED  record 2 is not the one of the receipt"),
        ("7", "ALTERED  there is a receipt of record 7, and only 7 records"),
    ] {
        let told = office.mop(&["--receipt", &third, "--at", at]);
        assert_eq!(told.code, 1);
        assert!(told.verdict().starts_with(words), "{}", told.out);
        assert!(told.out.contains("receipts    0 of 1 hold"), "{}", told.out);
    }
    let told = rewritten(&office).copy.mop(&["--receipt", &third, "--at", "3"]);
    assert_eq!(told.code, 1);
    assert!(told.verdict().starts_with("ALTERED  record 3 is not the one of the receipt"), "{}", told.out);
}

#[test]
fn a_receipt_that_is_none_or_of_no_record_answers_nothing() {
    needs!(OPENSSH);
    let office = Office::with_a_run();
    let receipt = office.receipt(3);
    for args in [
        &["--receipt", "XXXX", "--at", "3"][..],
        &["--receipt", &receipt],
        &["--at", "3"],
        &["--receipt", &receipt, "--receipt", &receipt, "--at", "3"],
    ] {
        let told = office.mop(args);
        assert_eq!((told.code, told.out.as_str()), (2, ""), "{args:?}");
        assert!(!told.err.is_empty());
    }
}

/// The heads of a run, as `mop heads` prints them.
fn heads(office: &Office) -> String {
    let told = mop(office.state(), &["heads", "--all", &office.name]);
    assert_eq!((told.code, told.out.lines().count()), (0, 7), "{}", told.err);
    told.out
}

#[test]
fn heads_that_a_witness_kept_hold_and_tell_of_a_log_that_was_written_anew_or_cut() {
    needs!(OPENSSH);
    let office = Office::with_a_run();
    let all = heads(&office);
    let kept = office.keys.put("heads.log", &all);
    let args = ["--heads", &*kept.to_string_lossy()];
    let told = office.mop(&args);
    assert_eq!(told.code, 3, "{}", told.out);
    assert!(told.verdict().contains("up to record 6"), "{}", told.out);
    assert!(told.out.contains("witness     7 heads of this run were kept, the last of record 6"), "{}", told.out);

    let told = rewritten(&office).copy.mop(&args);
    assert_eq!(told.code, 1);
    assert!(told.verdict().starts_with("ALTERED  record 0: it is not the one whose head the witness kept"));

    let forger = Forger::new(&office);
    let text = fs::read_to_string(forger.copy.path("journal.jsonl")).unwrap();
    let cut: Vec<_> = text.lines().take(5).collect();
    fs::write(forger.copy.path("journal.jsonl"), cut.join("\n") + "\n").unwrap();
    assert_eq!(forger.copy.mop(&[]).code, 3, "the chain does not see it");
    let told = forger.copy.mop(&args);
    assert_eq!(told.code, 1);
    let words = "ALTERED  record 6: the witness kept the head of it, and only 5 records can be verified";
    assert!(told.verdict().starts_with(words), "{}", told.out);
}

#[test]
fn heads_of_another_run_two_histories_and_what_is_no_head_answer_nothing() {
    needs!(OPENSSH);
    let mut office = Office::with_a_run();
    let all = heads(&office);
    let another = format!("{}{}\n", &all[..all.find('\n').unwrap() - 64], "ab".repeat(32));
    let first = office.name.clone();
    office.name = office.begin();
    let other = mop(office.state(), &["heads", "--all", &office.name]).out;
    office.name = first;
    for (text, words) in [
        (other, "holds no head of"),
        (format!("{all}{another}"), "line 8 is another head 0"),
        (format!("{all}what is this\n"), "line 8"),
        (String::new(), "holds no head of"),
    ] {
        let kept = office.keys.put("heads.log", text);
        let told = office.mop(&["--heads", &kept.to_string_lossy()]);
        assert_eq!((told.code, told.out.as_str()), (2, ""));
        assert!(told.err.contains(words), "{words}: {}", told.err);
    }
    assert_eq!(office.mop(&["--heads", "/nonexistent"]).code, 2);
}

#[test]
fn a_directory_that_was_made_with_other_keys_is_told_by_the_auditors_list_alone() {
    needs!(OPENSSH);
    let (office, forged) = (Office::with_a_sealed_run(), Office::with_a_sealed_run());
    assert_eq!(forged.copy().mop(&[]).code, 0, "it vouches for itself");
    let list = office.auditors_list();
    let told = forged.copy().mop(&["--allowed-signers", &list]);
    assert_eq!(told.code, 1);
    assert!(told.verdict().starts_with("SIGNATURE DOES NOT HOLD  record 1: "), "{}", told.out);
    assert!(told.out.contains("keys        those that you gave\n"), "{}", told.out);
    let told = office.copy().mop(&["--allowed-signers", &list]);
    assert_eq!(told.code, 0, "{}", told.out);
}

#[test]
fn a_report_and_an_archive_say_what_the_auditors_list_says_and_the_archive_is_the_same() {
    needs!(OPENSSH);
    let (office, forged) = (Office::with_a_sealed_run(), Office::with_a_sealed_run());
    let (list, copy) = (office.auditors_list(), forged.copy());
    let run = as_text(&copy.run);
    let nowhere = Path::new("/nonexistent");
    let report = |with: &[&str]| mop(nowhere, &[&["report", &run, "--format", "json"], with].concat());
    let verdict = |told: &Told| {
        let report: Json = serde_json::from_str(&told.out).unwrap();
        (told.code, report["verification"]["verdict"].as_str().unwrap().to_owned())
    };
    assert_eq!(verdict(&report(&[])), (0, "intact".to_owned()), "it vouches for itself");
    let told = report(&["--allowed-signers", &list]);
    assert_eq!(verdict(&told), (1, "signature".to_owned()));
    assert_eq!(told.out, report(&["--allowed-signers", &list]).out, "the same bytes each time");
    let told = report(&["--allowed-signers", "/nonexistent/list"]);
    assert_eq!((told.code, told.out.as_str()), (2, ""));
    let (plain, asked) = (copy.path("../plain.zip"), copy.path("../asked.zip"));
    assert_eq!(mop(nowhere, &["evidence", &run, "-o", &as_text(&plain)]).code, 0);
    let told = mop(nowhere, &["evidence", &run, "-o", &as_text(&asked), "--allowed-signers", &list]);
    assert!(told.code == 1 && told.out.starts_with("SIGNATURE DOES NOT HOLD"), "{}", told.out);
    assert!(fs::read(plain).unwrap() == fs::read(asked).unwrap(), "who looks is not in it");
    let kept = copy.path("../kept.zip");
    let told = mop(nowhere, &["pack", &run, "-o", &as_text(&kept), "--allowed-signers", &list]);
    assert!(told.code == 1 && !kept.exists(), "what is not as it was is not kept: {}", told.err);
}

fn as_text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

#[test]
fn a_copy_is_held_against_the_ledger_that_is_asked_for() {
    needs!(OPENSSH);
    let office = Office::with_a_sealed_run();
    let told = office.copy().mop(&[]);
    assert_eq!(told.code, 0);
    assert!(told.out.contains("ledger      no ledger here; --ledger DIR names the state directory"), "{}", told.out);
    let told = office.copy().mop(&["--ledger", &as_text(office.state())]);
    assert_eq!(told.code, 0, "{}", told.out);
    assert!(told.out.contains("ledger      knows the run and its seal ("), "{}", told.out);

    let other = Office::new();
    let told = office.copy().mop(&["--ledger", &as_text(other.state())]);
    assert_eq!(told.code, 1);
    assert!(told.verdict().starts_with("ALTERED  entry 0 of the ledger is not the one that was there"), "{}", told.out);
    assert_eq!(office.copy().mop(&["--ledger", "/nonexistent"]).code, 2);
}

#[test]
fn a_seal_that_the_ledger_does_not_know_is_not_vouched_for_and_when_it_was_asked_for_it_is_wrong() {
    needs!(OPENSSH);
    let office = Office::with_a_sealed_run();
    let (ledger, state) = (office.state().join("ledger.jsonl"), as_text(office.state()));
    let opened: Vec<_> = fs::read_to_string(&ledger).unwrap().lines().take(1).map(|line| format!("{line}\n")).collect();
    fs::write(&ledger, opened.concat()).unwrap();
    for (args, code) in [(&[][..], 3), (&["--ledger", &state], 1)] {
        let told = office.mop(args);
        assert_eq!(told.code, code, "{}", told.out);
        assert!(told.verdict().starts_with("NOT IN THE LEDGER  the ledger in /"), "{}", told.out);
        assert!(told.verdict().contains("knows this run, and not its seal"), "{}", told.out);
    }
}

#[test]
fn a_run_that_never_saw_a_ledger_is_not_vouched_for_by_one() {
    needs!(OPENSSH);
    let office = Office::with_a_run();
    let mut forger = Forger::new(&office);
    forger.remove(0, "ledger");
    for n in 1..=6 {
        forger.replace(n, plain(&forger, n));
    }
    forger.write();
    let other = tempfile::tempdir().unwrap();
    for name in ["ledger.jsonl", "ledger.lock"] {
        fs::copy(Office::new().state().join(name), other.path().join(name)).unwrap();
    }
    let told = forger.copy.mop(&["--ledger", &as_text(other.path())]);
    assert_eq!(told.code, 1, "{}", told.out);
    assert!(told.verdict().contains("does not know this run; it was made elsewhere, or in secret"), "{}", told.out);
}

#[test]
fn a_run_or_a_seal_that_is_gone_is_told_by_the_ledger() {
    needs!(OPENSSH);
    let office = Office::with_a_sealed_run();
    fs::remove_dir_all(office.run().join("seal")).unwrap();
    let told = office.mop(&[]);
    assert_eq!(told.code, 1);
    assert!(
        told.verdict().starts_with("ALTERED  seal/seal.txt is missing; entry 1 of the ledger says"),
        "{}",
        told.out
    );
    assert_eq!(office.copy().mop(&[]).code, 3, "a copy cannot know");

    fs::remove_dir_all(office.run()).unwrap();
    let told = office.mop(&[]);
    assert_eq!((told.code, told.err.as_str()), (1, ""));
    let words =
        format!("DELETED  {} is not there any more; entry 1 of the ledger says that it was sealed with 7", office.name);
    assert!(told.verdict().starts_with(&words), "{}", told.out);
    let told = office.mop(&["--format", "json"]);
    let json: Json = serde_json::from_str(&told.out).unwrap();
    assert_eq!((told.code, &json["verdict"], &json["exit"]), (1, &"deleted".into(), &1.into()));
}
