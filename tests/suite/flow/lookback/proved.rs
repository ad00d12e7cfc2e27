//! Signatures by keys, where a run is looked at afterwards: what holds, what does not, and whose keys are believed.

use std::fs;

use super::super::pty::Pty;
use super::files;
use crate::needs::needs;
use crate::verify::office::Office;

/// Opens the detail of a record, and gives what the terminal shows of it.
fn detail(pty: &mut Pty, n: usize, wanted: &str) -> String {
    pty.press(&format!("f{n}\r"));
    pty.wait_for(&format!("review · record {n} of"));
    pty.press("\r");
    pty.wait_for(wanted);
    pty.text()
}

#[test]
fn the_detail_of_a_signature_by_a_key_says_that_it_holds() {
    needs!(OPENSSH);
    let office = Office::with_a_sealed_run();
    let before = files(&office.run());
    let mut pty = Pty::start(office.state(), &["review", &office.name], &[]);
    pty.wait_for("intact");
    let text = detail(&mut pty, 6, "the signature by key holds: it is of this very statement");
    assert!(text.contains("Alice"), "{text}");
    pty.press("\x1b");
    pty.wait_until("the record is closed", |pty| !pty.text().contains("The statement that was signed"));
    pty.press("q");
    assert_eq!(pty.wait_for_end(), 0);
    assert_eq!(files(&office.run()), before);
}

#[test]
fn the_detail_of_a_signature_that_is_of_another_key_says_so() {
    needs!(OPENSSH);
    let office = Office::with_a_sealed_run();
    let (alice, stranger) = (office.keys.public("alice").line(), office.keys.public("stranger").line());
    let list = fs::read_to_string(office.auditors_list()).unwrap().replace(&alice, &stranger);
    let list = office.keys.put("others", list);
    let mut pty =
        Pty::start(office.state(), &["review", &office.name, "--allowed-signers", list.to_str().unwrap()], &[]);
    pty.wait_for("SIGNATURE DOES NOT HOLD");
    let text = detail(&mut pty, 6, "verified");
    assert!(!text.contains("holds: it is of this very statement"), "{text}");
    pty.press("\x1b");
    pty.wait_until("the record is closed", |pty| !pty.text().contains("The statement that was signed"));
    pty.press("q");
    assert_eq!(pty.wait_for_end(), 0);
}

#[test]
fn a_list_of_keys_that_cannot_be_read_keeps_the_review_from_beginning() {
    needs!(OPENSSH);
    let office = Office::new();
    let mut command = assert_cmd::Command::cargo_bin("mop").unwrap();
    let output = command.env("MOP_STATE", office.state()).args(["review", &office.name]);
    let output = output.args(["--allowed-signers", "/nonexistent/list"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8(output.stderr).unwrap().contains("/nonexistent/list"));
}
