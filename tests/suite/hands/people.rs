//! `mop roster`: people, keys, PINs and levels, and the file that holds them.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use mop::run::roster::{Level, Roster};

use super::site::{ALICE, BOB, PIN, Site};
use crate::flow::pty::Pty;
use crate::needs::needs;

fn roster(site: &Site) -> Roster {
    Roster::parse(&fs::read(site.roster_path()).unwrap()).unwrap()
}

#[test]
fn people_are_added_with_keys_and_listed_with_what_they_can_reach() {
    needs!(OPENSSH);
    let site = Site::with_keys();
    let listed = site.mop(&["roster"], "").with(0);
    let print = site.keys.public("alice").fingerprint();
    assert!(listed.contains(&format!("{ALICE}  Alice Example\n    needs name, can reach key\n")), "{listed}");
    assert!(listed.contains(&format!("    key       ED25519 {print}  alice\n    PIN       none\n")), "{listed}");
    assert!(listed.contains("for runs that begin from now on"), "{listed}");
    assert_eq!(fs::metadata(site.roster_path()).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(Site::new().mop(&["roster"], "").with(0).contains("people are known by name only"));
}

#[test]
fn a_person_is_changed_and_keeps_what_was_not_named() {
    needs!(OPENSSH);
    let site = Site::with_keys();
    let line = site.keys.public("alice").line();
    site.mop(&["roster", "add", ALICE, "--key-line", &line], "").with(0);
    assert_eq!(roster(&site).member(ALICE).unwrap().keys.len(), 1, "the same key is there once");
    site.keys.key("second", "ecdsa");
    let said = site.mop(&["roster", "add", ALICE, "--key", &site.key_path("second"), "--level", "key"], "").with(0);
    assert!(
        said.starts_with(&format!("changed {ALICE} (Alice Example)")) && said.contains("keep the roster"),
        "{said}"
    );
    let member = roster(&site).member(ALICE).unwrap().clone();
    assert_eq!((member.keys.len(), member.level, &*member.person.name), (2, Some(Level::Key), "Alice Example"));
    let print = site.keys.public("second").fingerprint();
    site.mop(&["roster", "remove", ALICE, "--key", &print], "").with(0);
    assert_eq!(roster(&site).member(ALICE).unwrap().keys.len(), 1);
    site.mop(&["roster", "remove", ALICE, "--key", &print], "").with(2);
    site.mop(&["roster", "remove", ALICE], "").with(0);
    assert_eq!(roster(&site).people().len(), 1);
}

#[test]
fn what_is_no_roster_is_refused_and_nothing_is_written() {
    needs!(OPENSSH);
    let site = Site::with_keys();
    let before = fs::read(site.roster_path()).unwrap();
    let alices = site.keys.public("alice").line();
    for (args, words) in [
        (&["add", "carol"][..], "say the name with --name"),
        (&["add", "-carol", "--name", "Carol"], "unexpected argument"),
        (&["add", "carol/x", "--name", "Carol"], "an id is made of letters"),
        (&["add", "Alice@example.com", "--name", "Alice"], "the id is that of"),
        (&["add", "carol", "--name", "Carol\u{202e}"], "a name is one line"),
        (&["add", "carol", "--name", "Carol", "--key-line", &alices], "key 1 is the one of alice@example.com too"),
        (&["add", "carol", "--name", "Carol", "--key-line", "rubbish"], "this is no public key"),
        (&["add", "carol", "--name", "Carol", "--key", "/nowhere"], "it is not there"),
        (&["add", "carol", "--name", "Carol", "--level", "high"], "invalid value"),
        (&["remove", "alice@example.org"], "did you mean alice@example.com?"),
        (&["pin", "carol"], "nobody in the roster has this id"),
    ] {
        let said = site.mop(&[&["roster"], args].concat(), "").with(2);
        assert!(said.contains(words), "{args:?}: {said}");
        assert_eq!(fs::read(site.roster_path()).unwrap(), before, "{args:?}");
    }
}

#[test]
fn a_level_says_who_cannot_reach_it() {
    needs!(OPENSSH);
    let site = Site::with_keys();
    site.mop(&["roster", "add", "carol", "--name", "Carol"], "").with(0);
    let said = site.mop(&["roster", "level", "key"], "").with(0);
    assert!(said.contains("needs the level key from now on; these cannot reach it: carol"), "{said}");
    assert!(site.mop(&["roster"], "").with(0).contains("needs key, can reach name  ! cannot sign"));
    let said = site.mop(&["roster", "add", "carol", "--name", "Carol Example"], "").with(0);
    assert!(said.contains("that is less than key, which is needed"), "{said}");
}

#[test]
fn a_pin_is_read_twice_from_a_pipe_and_only_its_hash_is_kept() {
    needs!(OPENSSH);
    let site = Site::with_keys();
    let pin = |input: &str| site.mop(&["roster", "pin", BOB], input);
    assert!(pin("correct horse\ncorrect hoarse\n").with(1).contains("not the same"));
    assert!(pin("short\nshort\n").with(2).contains("at least 8 characters"));
    assert!(pin("correct horse\n").with(2).contains("standard input ended"));
    assert!(pin("").with(2).contains("standard input ended"));
    assert_eq!(roster(&site).member(BOB).unwrap().pin, None);
    assert!(pin(&format!("{PIN}\r\n{PIN}")).with(0).contains("set the PIN of bob@example.com"));
    let file = fs::read_to_string(site.roster_path()).unwrap();
    assert!(file.contains("$argon2id$v=19$m=65536,") && !file.contains(PIN), "{file}");
    assert!(site.mop(&["roster"], "").with(0).contains("PIN       set"));
}

#[test]
fn a_pin_is_not_shown_where_it_is_typed() {
    needs!(OPENSSH);
    let site = Site::with_keys();
    let mut pty = Pty::start(site.state.path(), &["roster", "pin", ALICE], &[]);
    pty.wait_for("New PIN of Alice Example");
    pty.press(&format!("{PIN}\r"));
    pty.wait_for("The same again: ");
    pty.press(&format!("{PIN}\r"));
    assert_eq!(pty.wait_for_end(), 0);
    assert!(!String::from_utf8_lossy(&pty.raw).contains(PIN));
    assert!(roster(&site).member(ALICE).unwrap().pin.is_some());
}

#[test]
fn the_terminal_shows_again_what_is_typed_however_the_question_ends() {
    needs!(OPENSSH);
    let site = Site::with_keys();
    let script = format!(
        "trap : INT QUIT; \"$MOP\" roster pin {ALICE}; echo \"code $?\"; stty -a | tr ' ;' '\\n\\n' | grep -x -e echo -e -echo -e icanon; stty -a | grep -o 'susp = ..'"
    );
    for (keys, code) in [
        ("\x03", "code 130"),
        ("\x1c", "code 131"),
        ("\x04", "code 2"),
        ("short\rshort\r", "code 2"),
        ("one is this\rtwo is other\r", "code 1"),
    ] {
        let mut pty = Pty::script(site.state.path(), &script, &[]);
        pty.wait_for("New PIN of");
        pty.press(keys);
        pty.wait_for(code);
        pty.wait_for("susp = ^Z");
        pty.wait_for_end();
        let raw = String::from_utf8_lossy(&pty.raw).into_owned();
        assert!(raw.contains("\necho\r") && !raw.contains("-echo\r"), "{keys:?}: {raw}");
        assert!(!raw.contains("short") && !raw.contains("one is this"), "{raw}");
    }
    assert_eq!(roster(&site).member(ALICE).unwrap().pin, None);
}
