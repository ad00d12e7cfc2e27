//! `mop seal`: a run is closed, sealed and signed by everybody; after a crash it heals; after it nothing goes.

use std::fs;

use mop::journal::{Audit, Disk, Finding, Standing, Subject, audit};
use mop::run::roster::SEAL;

use super::site::{ALICE, BOB, Site};
use crate::flow::pty::Pty;
use crate::needs::needs;
use crate::sign::bench::check;

fn audited(site: &Site, run: &str) -> Audit {
    let subject = Subject { run: &site.run(run), state: Some(site.state.path()), receipts: &[] };
    audit(&Disk, &subject, &mut |_| {}).unwrap()
}

fn standing(site: &Site, run: &str) -> Standing {
    audited(site, run).standing
}

fn findings(site: &Site, run: &str) -> Vec<Finding> {
    audited(site, run).findings
}

fn seal_text(site: &Site, run: &str) -> String {
    fs::read_to_string(site.run(run).join("seal/seal.txt")).unwrap()
}

/// Tells whether ssh-keygen believes a person's signature over the seal.
fn is_signed(site: &Site, run: &str, person: &str) -> bool {
    let signers = fs::read_to_string(site.run(run).join("allowed_signers")).unwrap();
    let signature = fs::read(site.run(run).join(format!("seal/{person}.sig"))).unwrap();
    let mut check = check(&signers);
    (check.person, check.namespace, check.at_ms) = (person, SEAL, None);
    site.keys.keygen_believes(&check, seal_text(site, run).as_bytes(), &signature)
}

#[test]
fn a_run_is_closed_sealed_and_signed_by_two() {
    needs!(OPENSSH);
    let site = Site::with_keys();
    let run = site.start();
    site.unlock("alice");
    let said = site.mop(&["seal", &run, "--result", "stopped for the night", "--yes"], "").with(0);
    let closed = site.records(&run).pop().unwrap();
    assert_eq!(
        (&closed["t"], &closed["result"], &closed["who"]["id"]),
        (&"run_closed".into(), &"stopped for the night".into(), &ALICE.into())
    );
    assert!(said.contains("not done  1.1 First thing") && said.contains("result stopped for the night"), "{said}");
    assert!(
        said.contains(&seal_text(&site, &run)) && said.contains("alice@example.com signed the seal (key, SHA256:"),
        "{said}"
    );
    let before = fs::read_dir(site.run(&run)).unwrap().count();
    let said = site.mop(&["seal", &run, "--as", "bob", "--key", &site.key_path("bob"), "--yes"], "").with(0);
    assert!(said.starts_with("sealed already\n") && said.contains("bob@example.com signed the seal"), "{said}");
    assert!(said.contains("Everybody who acted in the run and has a key has signed it."), "{said}");
    assert!(said.contains("Everybody who acted in the run and has a key has signed it."), "{said}");
    assert_eq!(fs::read_dir(site.run(&run)).unwrap().count(), before);
    assert!(is_signed(&site, &run, ALICE) && is_signed(&site, &run, BOB));
    assert!(matches!(standing(&site, &run), Standing::Intact(_)), "{:?}", standing(&site, &run));
    assert!(site.mop(&["seal", &run, "--yes"], "").with(0).contains("alice@example.com has signed this seal."));
}

#[test]
fn the_result_says_by_itself_how_far_the_run_came() {
    needs!(OPENSSH);
    let site = Site::with_keys();
    let (run, other) = (site.start(), site.start());
    for who in ["alice", "alice", "bob", "bob"] {
        site.mop(&["sign", &run, "--as", who, "--yes"], "").with(0);
    }
    let said = site.mop(&["seal", &run, "--key", &site.key_path("alice"), "--yes"], "").with(0);
    assert!(said.contains(&format!("Not signed yet by {BOB}: mop seal {run}, each where the key is.")), "{said}");
    let said = site.mop(&["seal", &other, "--as", "alice", "--result", "two\nlines"], "").with(2);
    assert!(said.contains("no terminal to ask on"), "{said}");
    let said = site.mop(&["seal", &other, "--as", "alice", "--result", "two\nlines", "--yes"], "").with(2);
    assert!(said.contains("the result is one line that says how the run ended"), "{said}");
    site.mop(&["seal", &other, "--key", &site.key_path("alice"), "--yes"], "").with(0);
    assert!(seal_text(&site, &run).contains("\nresult done, all 3 steps\n"));
    assert!(seal_text(&site, &other).contains("\nresult ended with 0 of 3 steps done\n"));
}

#[test]
fn whoever_has_no_key_seals_and_the_seal_stands_unsigned() {
    needs!(OPENSSH);
    let site = Site::with_pins();
    let run = site.start();
    let said = site.mop(&["seal", &run, "--as", "alice", "--yes"], "").with(0);
    assert!(
        said.contains("the seal stands unsigned by alice@example.com: the roster of this run has no key"),
        "{said}"
    );
    assert!(matches!(standing(&site, &run), Standing::Intact(_)));
    assert!(site.mop(&["seal", &run, "--as", "bob", "--yes"], "").with(1).contains("unsigned by bob@example.com"));
    let site = Site::with_keys();
    let run = site.start();
    let said = site.mop(&["seal", &run, "--as", "alice", "--yes"], "").with(1);
    assert!(said.contains("\nby        Alice Example, unsigned: no key of alice"), "it is said before");
    assert!(said.contains("sealed\n") && said.contains("no key of alice@example.com is here: ssh-add it"), "{said}");
}

#[test]
fn a_sealed_run_takes_nothing_any_more() {
    needs!(OPENSSH);
    let site = Site::with_keys();
    let run = site.start();
    site.mop(&["seal", &run, "--key", &site.key_path("alice"), "--yes"], "").with(0);
    let journal = fs::read(site.run(&run).join("journal.jsonl")).unwrap();
    for more in [&[][..], &["--paste"], &["--print"]] {
        let said = site.mop(&[&["sign", &run, "--as", "alice"], more].concat(), "").with(1);
        assert!(said.contains("this run is closed; nothing is recorded in it any more"), "{said}");
    }
    let said = site.mop(&["seal", &run, "--as", "alice", "--result", "other", "--yes"], "").with(1);
    assert!(said.contains("its result is recorded: ended with 0 of 3 steps done"), "{said}");
    let mut pty = Pty::start(site.state.path(), &["resume", &run], &[]);
    pty.wait_for("Your name");
    pty.press("alice\r");
    pty.wait_for("sealed");
    pty.press("s");
    pty.wait_for("this run is closed; nothing is recorded in it any more");
    pty.press("n");
    pty.press("q");
    assert_eq!(pty.wait_for_end(), 0);
    assert!(!String::from_utf8_lossy(&pty.raw).contains("recorded 1"));
    assert_eq!(fs::read(site.run(&run).join("journal.jsonl")).unwrap(), journal);
    assert_eq!(fs::read_dir(site.run(&run).join("sessions")).unwrap().count(), 0, "a sealed directory is left alone");
}

#[test]
fn a_close_that_was_not_sealed_is_sealed_and_not_closed_twice() {
    needs!(OPENSSH);
    let site = Site::with_keys();
    let run = site.start();
    // What a crash leaves between the close and the seal: the directory of the seal takes nothing.
    let dir = site.run(&run).join("seal");
    fs::remove_dir(&dir).unwrap();
    fs::write(&dir, "").unwrap();
    site.mop(&["seal", &run, "--as", "alice", "--result", "done early", "--yes"], "").with(2);
    assert_eq!(site.records(&run).last().unwrap()["t"], "run_closed");
    fs::remove_file(&dir).unwrap();
    fs::create_dir(&dir).unwrap();
    let said = site.mop(&["sign", &run, "--as", "alice", "--yes"], "").with(1);
    assert!(said.contains("this run is closed"), "{said}");
    let said = site.mop(&["seal", &run, "--as", "bob", "--result", "other", "--yes"], "").with(1);
    assert!(said.contains("its result is recorded: done early"), "{said}");
    site.mop(&["seal", &run, "--key", &site.key_path("bob"), "--yes"], "").with(0);
    assert_eq!(site.records(&run).len(), 2);
    assert!(seal_text(&site, &run).contains("\nresult done early\n"));
    assert!(matches!(standing(&site, &run), Standing::Intact(_)));
}

#[test]
fn a_seal_that_the_ledger_does_not_know_is_noted_when_it_is_done_again() {
    needs!(OPENSSH);
    let site = Site::with_keys();
    let run = site.start();
    let before = site.ledger();
    site.mop(&["seal", &run, "--key", &site.key_path("alice"), "--yes"], "").with(0);
    let after = site.ledger();
    // What a crash leaves between the seal and the note.
    fs::write(site.state.path().join("ledger.jsonl"), &before).unwrap();
    fs::write(site.state.path().join("ledger.lock"), format!("C{:020}", before.len())).unwrap();
    assert!(findings(&site, &run).contains(&Finding::SealNotInLedger));
    site.mop(&["seal", &run, "--key", &site.key_path("alice"), "--yes"], "").with(0);
    assert_eq!(site.ledger().lines().count(), after.lines().count());
    assert_eq!(findings(&site, &run), []);
    site.mop(&["seal", &run, "--key", &site.key_path("bob"), "--yes"], "").with(0);
    assert_eq!(site.ledger().lines().count(), after.lines().count(), "it is noted once");
}

#[test]
fn a_seal_that_does_not_cover_the_run_is_signed_by_nobody() {
    needs!(OPENSSH);
    let site = Site::with_keys();
    let run = site.start();
    site.mop(&["seal", &run, "--as", "alice", "--yes"], "").with(1);
    let path = site.run(&run).join("seal/seal.txt");
    fs::write(&path, seal_text(&site, &run).replace("records 2", "records 3")).unwrap();
    let said = site.mop(&["seal", &run, "--key", &site.key_path("alice"), "--yes"], "").with(1);
    assert!(said.contains("the run is not what was sealed"), "{said}");
    assert!(!site.run(&run).join("seal/alice@example.com.sig").exists());
}

#[test]
fn sealing_at_a_terminal_takes_the_id_of_the_run() {
    needs!(OPENSSH);
    let site = Site::with_keys();
    let run = site.start();
    for (answer, code) in [("yes\r", 1), ("\x03", 130)] {
        let mut pty = Pty::start(site.state.path(), &["seal", &run, "--as", "alice"], &[]);
        pty.wait_for(&format!("type {run}: "));
        pty.press(answer);
        assert_eq!(pty.wait_for_end(), code);
        assert_eq!(site.records(&run).len(), 1);
    }
    let mut pty = Pty::start(site.state.path(), &["seal", &run, "--key", &site.key_path("alice")], &[]);
    pty.wait_for(&format!("type {run}: "));
    pty.press(&format!("{run}\r"));
    assert_eq!(pty.wait_for_end(), 0);
    assert!(is_signed(&site, &run, ALICE));
}

#[test]
fn what_was_done_since_it_was_looked_at_stops_the_close() {
    needs!(OPENSSH);
    let site = Site::with_keys();
    let run = site.start();
    let mut pty = Pty::start(site.state.path(), &["seal", &run, "--as", "alice"], &[]);
    pty.wait_for(&format!("type {run}: "));
    site.mop(&["sign", &run, "--as", "bob", "--yes"], "").with(0);
    pty.press(&format!("{run}\r"));
    assert_eq!(pty.wait_for_end(), 1);
    let raw = String::from_utf8_lossy(&pty.raw).into_owned();
    assert!(raw.contains("record 1 came after you looked") && raw.contains("Bob Example signed 1.1"), "{raw}");
    assert_eq!(site.records(&run).len(), 2);
}
