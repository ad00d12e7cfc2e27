//! The same bytes each time, and the same verdict and words as in the directory.

use std::fs;
use std::path::Path;

use super::{DEEDS, Desk, run_in, told, unsealed, unsigned};
use crate::needs::needs;
use crate::verify::office::Office;

#[test]
fn a_run_is_packed_into_the_same_bytes_wherever_it_lies_and_out_of_its_archive_too() {
    needs!(OPENSSH);
    for office in [Office::with_a_sealed_run(), unsealed(), unsigned()] {
        let desk = Desk::new();
        let (first, expected) = desk.evidence(&office.run(), "a.zip");
        let copy = office.copy();
        fs::remove_file(copy.path("lock")).unwrap();
        let elsewhere = desk.path("elsewhere");
        std::os::unix::fs::symlink(office.run(), &elsewhere).unwrap();
        for (name, run) in [("b.zip", &office.run()), ("c.zip", &copy.run), ("d.zip", &elsewhere), ("e.zip", &first)] {
            assert!(desk.evidence(run, name).1 == expected, "{name}");
        }
        let piped = run_in(desk.0.path(), &["evidence", &copy.run.to_string_lossy(), "-o", "-"]);
        assert!(piped.stdout == expected, "to standard output");
        assert!(String::from_utf8_lossy(&piped.stderr).contains("sha256"));
        let packed = desk.pack("pack", &copy.run, "f.zip");
        assert_eq!(packed.code == 0, desk.path("f.zip").exists());
        assert!(packed.code != 0 || fs::read(desk.path("f.zip")).unwrap() == expected, "pack");
    }
}

#[test]
fn an_archive_has_the_verdict_and_the_words_of_the_directory_whatever_was_done_to_it() {
    needs!(OPENSSH);
    let office = Office::with_a_sealed_run();
    let list = office.auditors_list();
    for (name, deed) in DEEDS {
        let (copy, desk) = (office.copy(), Desk::new());
        deed(&copy);
        let (archive, _) = desk.evidence(&copy.run, "x.zip");
        for args in [&[][..], &["--format", "json"], &["--explain"], &["--allowed-signers", &list]] {
            let (there, here) = (told("verify", &copy.run, args), told("verify", &archive, args));
            assert_eq!((there.code, there.out, there.err), (here.code, here.out, here.err), "{name} {args:?}");
        }
        // What was durable on a machine is known there only, and only while it is up.
        fs::remove_file(copy.path("lock")).unwrap();
        let formats = ["md", "html", "json", "csv"].map(|format| ("report", vec!["--format", format]));
        for (command, args) in
            ["log", "heads", "status", "redlines"].map(|command| (command, vec![])).into_iter().chain(formats)
        {
            let (there, here) = (told(command, &copy.run, &args), told(command, &archive, &args));
            assert_eq!((there.code, &there.out), (here.code, &here.out), "{name}: {command} {}", here.err);
        }
    }
}

#[test]
fn runs_that_are_not_sealed_or_not_signed_stand_in_an_archive_as_they_do_outside() {
    needs!(OPENSSH);
    for (office, verdict, code) in [(unsealed(), "UNSEALED", 3), (unsigned(), "NOBODY SIGNED THE SEAL", 3)] {
        let (desk, copy) = (Desk::new(), office.copy());
        let (archive, _) = desk.evidence(&copy.run, "x.zip");
        let (there, here) = (copy.mop(&[]), told("verify", &archive, &[]));
        assert_eq!((&there.out, there.code), (&here.out, here.code));
        assert!(here.verdict().starts_with(verdict) && here.code == code, "{}", here.out);
    }
    let office = Office::with_a_run();
    let path = office.run().join("journal.jsonl");
    fs::write(&path, [&fs::read(&path).unwrap()[..], b"{\"n\":7,\"prev\":\""].concat()).unwrap();
    let (desk, copy) = (Desk::new(), office.copy());
    let (archive, _) = desk.evidence(&copy.run, "x.zip");
    assert!(told("verify", &archive, &[]).verdict().starts_with("TORN TAIL"));
    assert_eq!(told("verify", &archive, &[]).out, copy.mop(&[]).out);
}

#[test]
fn an_archive_is_held_against_a_ledger_receipts_and_another_list_of_keys() {
    needs!(OPENSSH);
    let (office, other, desk) = (Office::with_a_sealed_run(), Office::with_a_sealed_run(), Desk::new());
    let (archive, _) = desk.evidence(&office.run(), "x.zip");
    let state = |office: &Office| office.state().to_string_lossy().into_owned();
    let verified = |args: &[&str]| told("verify", &archive, args);
    assert_eq!(verified(&["--ledger", &state(&office)]).code, 0);
    assert!(verified(&["--ledger", &state(&other)]).code == 1);
    assert_eq!(verified(&["--receipt", &office.receipt(3), "--at", "3"]).code, 0);
    assert_eq!(verified(&["--receipt", &office.receipt(3), "--at", "4"]).code, 1);
    assert_eq!(verified(&["--allowed-signers", &other.auditors_list()]).code, 1);
    // In a folder where a state directory would be, no ledger is looked for.
    let runs = desk.path("runs");
    fs::create_dir(&runs).unwrap();
    fs::write(desk.path("ledger.jsonl"), "").unwrap();
    fs::copy(&archive, runs.join("y.zip")).unwrap();
    assert_eq!(told("verify", &runs.join("y.zip"), &[]).code, 0);
    assert!(Path::new(&archive).is_file());
}
