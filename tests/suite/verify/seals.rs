//! Signatures of a seal that somebody made up: the journal is covered throughout.

use std::fs;

use mop::run::roster::{SEAL, SIGNOFF};

use super::office::Office;
use crate::needs::needs;
use crate::sign::bench::ALICE;

/// Is a signature that is added, and words about it.
type Case = (fn(&Office), &'static str);

const CASES: [Case; 9] = [
    (|it| it.sign_seal("bob", ALICE), "in the name of alice@example.com does not hold: the key"),
    (|it| it.sign_seal("stranger", ALICE), "may not sign for alice@example.com"),
    (|it| it.sign_seal("stranger", "mallory@example.com"), "may not sign for mallory@example.com"),
    (
        |it| it.put_seal_signature(ALICE, &it.keys.signature("alice", SIGNOFF, &it.seal_text())),
        "the signature is for `mop-signoff`, not for `mop-seal`",
    ),
    (
        |it| it.put_seal_signature(ALICE, &it.keys.signature("alice", SEAL, b"another seal\n")),
        "the text is not the one that was signed",
    ),
    (|it| fs::write(it.run().join("seal/alice@example.com.sig"), "yes").unwrap(), "alice@example.com does not hold"),
    (|it| fs::write(it.run().join("seal/alice@example.com.sig"), "").unwrap(), "alice@example.com does not hold"),
    (
        |it| fs::write(it.run().join("seal/no\u{1b}body .sig"), "yes").unwrap(),
        "seal/no^[body .sig is a signature of nobody",
    ),
    (|it| fs::write(it.run().join("seal/alice@example.com.sig"), "-".repeat(1 << 20)).unwrap(), "alice@example.com"),
];

#[test]
fn a_signature_of_the_seal_that_does_not_hold_is_said_to_be_wrong_beside_one_that_does() {
    needs!(OPENSSH);
    for (deed, words) in CASES {
        let office = Office::with_a_run();
        office.seal();
        office.sign_seal("bob", "bob@example.com");
        deed(&office);
        let told = office.mop(&[]);
        assert_eq!((told.code, told.err.as_str()), (1, ""), "{words}: {}", told.out);
        assert!(told.verdict().starts_with("SIGNATURE DOES NOT HOLD  "), "{words}: {}", told.out);
        assert!(told.verdict().contains(words), "{words}: {}", told.out);
        assert!(!told.out.contains('\u{1b}'), "{}", told.out);
    }
}

#[test]
fn one_key_over_a_seal_is_not_two_people() {
    needs!(OPENSSH);
    let office = Office::with_a_run();
    office.seal();
    office.sign_seal("alice", ALICE);
    office.sign_seal("alice", "bob@example.com");
    let both = format!("{ALICE},bob@example.com {}\n", office.keys.public("alice").line());
    let list = office.keys.put("both", fs::read_to_string(office.auditors_list()).unwrap() + &both);
    let told = office.copy().mop(&["--allowed-signers", &list.to_string_lossy()]);
    assert_eq!(told.code, 1);
    let words = "alice@example.com and bob@example.com signed the seal with one key; two signatures are of two people";
    assert!(told.out.contains(words), "{}", told.out);
}

#[test]
fn a_key_of_the_seal_has_to_be_good_when_it_was_sealed_not_when_it_is_looked_at() {
    needs!(OPENSSH);
    let office = Office::with_a_sealed_run();
    let key = office.keys.public("alice").line();
    let others = fs::read_to_string(office.auditors_list()).unwrap();
    let others: String = others.lines().filter(|line| !line.starts_with("alice")).map(|l| format!("{l}\n")).collect();
    for (option, code) in [("valid-before=\"20991231Z\"", 0), ("valid-before=\"20200101Z\"", 1)] {
        let list = office.keys.put("list", format!("{others}{ALICE} {option} {key}\n"));
        let told = office.mop(&["--allowed-signers", &list.to_string_lossy()]);
        assert_eq!(told.code, code, "{}", told.out);
    }
}
