//! `mop sign`: by key, PIN and name, by the right person, for the right step, once.

use super::site::{ALICE, BOB, PATIENCE, PIN, Site};
use crate::flow::pty::Pty;
use crate::needs::needs;
use crate::sign::bench::check;

fn last(site: &Site, run: &str) -> serde_json::Value {
    site.records(run).pop().unwrap()
}

#[test]
fn the_key_in_the_agent_says_who_signs_and_its_signature_is_recorded() {
    needs!(OPENSSH);
    let site = Site::with_keys();
    let run = site.start();
    site.unlock("alice");
    let said = site.mop(&["sign", &run, "--yes"], "").with(0);
    let record = last(&site, &run);
    let (stmt, sig) = (record["stmt"].as_str().unwrap(), record["sig"].as_str().unwrap());
    assert_eq!((&record["step"], &record["level"]), (&"one/first".into(), &"key".into()));
    assert!(said.contains("1.1 First thing\n\n! warning: It is hot\n\nDo it slowly.\n"), "{said}");
    assert!(
        said.contains(&format!("\n{stmt}\n\nAlice Example signs 1.1 as lead, with ssh-agent ED25519 SHA256:")),
        "{said}"
    );
    let head = mop::journal::Digest::parse(record["h"].as_str().unwrap().as_bytes()).unwrap();
    assert!(said.contains(&format!("recorded 1 {}\n", mop::journal::receipt_of(&head))), "{said}");
    let signers = std::fs::read_to_string(site.run(&run).join("allowed_signers")).unwrap();
    let mut check = check(&signers);
    (check.person, check.at_ms) = (ALICE, None);
    assert!(site.keys.keygen_believes(&check, format!("{stmt}\n").as_bytes(), sig.as_bytes()));
}

#[test]
fn a_key_file_signs_and_two_people_sign_one_step() {
    needs!(OPENSSH);
    let site = Site::with_keys();
    let run = site.start();
    site.unlock("bob");
    site.mop(&["sign", &run, "1.1", "--as", "alice", "--key", &site.key_path("alice"), "--yes"], "").with(0);
    site.mop(&["sign", &run, "one/both", "--key", &site.key_path("alice"), "--yes"], "").with(0);
    let again = site.mop(&["sign", &run, "1.2", "--key", &site.key_path("alice"), "--yes"], "").with(1);
    assert!(again.contains("Alice Example signed already"), "{again}");
    site.mop(&["sign", &run, "--as", "Bob Example", "--yes"], "").with(0);
    let record = last(&site, &run);
    assert_eq!(
        (&record["who"]["id"], &record["role"], &record["meaning"]),
        (&BOB.into(), &"witness".into(), &"witnessed".into())
    );
    site.mop(&["sign", &run, "1.3", "--as", "bob", "--yes"], "").with(0);
    assert_eq!(last(&site, &run)["t"], "step_confirmed");
    let done = site.mop(&["sign", &run, "--as", "bob", "--yes"], "").with(1);
    assert!(done.contains("no step of this run can be signed now"), "{done}");
}

#[test]
fn who_signs_is_asked_for_where_the_keys_do_not_tell() {
    needs!(OPENSSH);
    let site = Site::with_keys();
    let run = site.start();
    let nobody = site.mop(&["sign", &run, "--yes"], "").with(2);
    assert!(nobody.contains("nobody in the roster has a key here; say who it is with --as: alice@example.com (Alice Example), bob@example.com (Bob Example)"), "{nobody}");
    site.unlock("alice");
    site.unlock("bob");
    assert!(site.mop(&["sign", &run, "--yes"], "").with(2).contains("keys of more than one person are here"));
    let stranger = site.mop(&["sign", &run, "--as", "carol", "--yes"], "").with(1);
    assert!(stranger.contains("carol: nobody of that name is in the roster"), "{stranger}");
    assert_eq!(site.records(&run).len(), 1);
}

#[test]
fn a_key_of_somebody_else_signs_nothing_and_nothing_weaker_takes_its_place() {
    needs!(OPENSSH);
    let site = Site::with_keys();
    let run = site.start();
    let said = site.mop(&["sign", &run, "--as", ALICE, "--key", &site.key_path("bob"), "--yes"], "").with(1);
    assert!(said.contains("is not in the roster of this run under alice@example.com"), "{said}");
    let print = site.keys.public("alice").fingerprint();
    let said = site.mop(&["sign", &run, "--as", ALICE, "--key", &print, "--yes"], "").with(2);
    assert!(said.contains(&format!("does not have the key {print}")), "{said}");
    assert_eq!(site.records(&run).len(), 1);
    site.unlock("alice");
    site.unlock("bob");
    site.mop(&["sign", &run, "--key", &print, "--yes"], "").with(0);
    assert_eq!(last(&site, &run)["who"]["id"], ALICE);
}

#[test]
fn the_level_that_is_needed_is_not_gone_below() {
    needs!(OPENSSH);
    let site = Site::with_keys();
    site.mop(&["roster", "level", "key"], "").with(0);
    let run = site.start();
    let said = site.mop(&["sign", &run, "--as", ALICE, "--yes"], "").with(1);
    assert!(said.contains("no key of Alice Example is in this ssh-agent"), "{said}");
    site.mop(&["roster", "level", "touch"], "").with(0);
    let touch = site.start();
    let said = site.mop(&["sign", &touch, "--as", ALICE, "--yes"], "").with(1);
    assert!(said.contains("this needs a signature proved by touch, and the roster has nothing of Alice"), "{said}");
    let said = site.mop(&["sign", &touch, "--as", ALICE, "--key", &site.key_path("alice"), "--yes"], "").with(1);
    assert!(said.contains("has to be proved by touch, and key is less"), "{said}");
    site.mop(&["sign", &run, "--key", &site.key_path("alice"), "--yes"], "").with(0);
    assert_eq!(last(&site, &run)["level"], "key", "the run keeps the roster that it began with");
}

#[test]
fn whoever_has_no_pin_is_told_to_bring_the_key() {
    needs!(OPENSSH);
    let site = Site::with_keys();
    site.mop(&["roster", "level", "pin"], "").with(0);
    let run = site.start();
    let said = site.mop(&["sign", &run, "--as", "alice", "--yes"], "").with(1);
    let way = format!("no key of Alice Example is in this ssh-agent: ssh-add it, or mop sign {run} 1.1 with --key");
    assert!(said.contains(&way) && !said.contains("First thing"), "{said}");
    site.mop(&["sign", &run, "--as", "alice", "--key", &site.key_path("alice"), "--yes"], "").with(0);
}

#[test]
fn by_name_only_it_is_said_that_nothing_proves_it() {
    needs!(OPENSSH);
    let site = Site::new();
    let run = site.start();
    let said = site.mop(&["sign", &run, "--as", "Alice@Example.com", "--yes"], "").with(1);
    assert!(
        said.contains("nobody of that name has joined the run; say who it is with --as: alice@example.com"),
        "{said}"
    );
    let site = Site::with_keys();
    let run = site.start();
    let said = site.mop(&["sign", &run, "--as", "bob", "--yes"], "").with(0);
    assert!(said.contains("Bob Example signs 1.1 as lead, by name only: nothing proves who it is."), "{said}");
    assert_eq!((&last(&site, &run)["level"], &last(&site, &run)["sig"]), (&"name".into(), &serde_json::Value::Null));
}

#[test]
fn a_pin_from_a_pipe_signs_and_stands_nowhere() {
    needs!(OPENSSH);
    let site = Site::with_pins();
    let run = site.start();
    site.mop(&["sign", &run, "--as", "bob", "--yes"], &format!("{PIN}\n")).with(0);
    assert_eq!((&last(&site, &run)["level"], &last(&site, &run)["who"]["id"]), (&"pin".into(), &BOB.into()));
    let journal = std::fs::read_to_string(site.run(&run).join("journal.jsonl")).unwrap();
    assert!(journal.contains(r"\nauth      pin\n") && !journal.contains(PIN));
    assert!(site.mop(&["sign", &run, "--as", "bob", "--yes"], "").with(2).contains("standard input ended"));
    assert_eq!(site.records(&run).len(), 2, "nobody tried");
}

#[test]
fn five_wrong_pins_are_recorded_and_lock_the_person_and_nobody_else() {
    needs!(OPENSSH);
    let site = Site::with_pins();
    let run = site.start();
    for wrong in 1..=5 {
        let said = site.mop(&["sign", &run, "--as", "alice", "--yes"], "correct hoarse\n").with(1);
        let left = match wrong {
            5 => "that was one too many: in this run only a key proves Alice Example now".to_owned(),
            4 => "one more try, then only a key signs".to_owned(),
            _ => format!("{} more tries", 5 - wrong),
        };
        assert!(
            said.contains(&format!("a wrong PIN; not signed, and recorded so in record {wrong}; {left}\n")),
            "{said}"
        );
        assert_eq!(last(&site, &run)["t"], "identity_refused");
    }
    let said = site.mop(&["sign", &run, "--as", "alice", "--yes"], &format!("{PIN}\n")).with(1);
    assert!(said.contains("too many wrong PINs for Alice Example"), "{said}");
    assert_eq!(site.records(&run).len(), 6);
    site.mop(&["sign", &run, "--as", "bob", "--yes"], &format!("{PIN}\n")).with(0);
}

#[test]
fn nothing_is_signed_that_could_not_be_read_or_answered() {
    needs!(OPENSSH);
    let site = Site::with_keys();
    let run = site.start();
    let said = site.mop(&["sign", &run, "--as", "alice"], "yes\n").with(2);
    assert!(said.contains("no terminal to ask on; say --yes"), "{said}");
    for step in ["1.4", "nothing", "one/frist"] {
        assert!(site.mop(&["sign", &run, step, "--as", "alice", "--yes"], "").with(2).contains("no step of this run"));
    }
    assert!(
        site.mop(&["sign", &run, "one/frist", "--as", "alice", "--yes"], "")
            .with(2)
            .contains("did you mean one/first?")
    );
    assert!(site.mop(&["sign", &run, "1.2", "--as", "alice", "--yes"], "").with(1).contains("locked: 1.1 comes first"));
    assert!(site.mop(&["sign", &run, "1", "--as", "alice", "--yes"], "").with(1).contains("this is a heading"));
    assert!(site.mop(&["sign", "ZZZZZ", "--as", "alice", "--yes"], "").with(2).contains("there is no run ZZZZZ"));
    assert_eq!(site.records(&run).len(), 1);
}

#[test]
fn at_a_terminal_the_step_is_read_first_and_yes_signs_it() {
    needs!(OPENSSH);
    let site = Site::with_keys();
    let run = site.start();
    site.unlock("alice");
    let socket = site.agent.socket().to_str().unwrap();
    let environment = [("SSH_AUTH_SOCK", socket)];
    for (answer, code) in [("y\r", 1), ("\r", 1), ("\x03", 130)] {
        let mut pty = Pty::start(site.state.path(), &["sign", &run], &environment);
        pty.wait_for("sign? type yes: ");
        pty.press(answer);
        assert_eq!(pty.wait_for_end(), code, "{answer:?}");
        assert_eq!(site.records(&run).len(), 1);
    }
    let mut pty = Pty::start(site.state.path(), &["sign", &run], &environment);
    pty.wait_for("sign? type yes: ");
    let raw = String::from_utf8_lossy(&pty.raw).into_owned();
    assert!(raw.find("First thing").unwrap() < raw.find("mop sign-off v1").unwrap(), "{raw}");
    pty.press("yes\r");
    assert_eq!(pty.wait_for_end(), 0);
    assert_eq!(last(&site, &run)["level"], "key");
}

#[test]
fn a_signal_ends_the_wait_for_an_agent_that_never_answers() {
    needs!(OPENSSH);
    let site = Site::with_keys();
    let run = site.start();
    let socket = site.keys.path("silent");
    let agent = std::os::unix::net::UnixListener::bind(&socket).unwrap();
    let (sender, asked) = std::sync::mpsc::channel();
    std::thread::spawn(move || agent.incoming().try_for_each(|asking| sender.send(asking)));
    for (signal, code) in [("INT", 130), ("TERM", 143)] {
        let live = site.live_with(&["sign", &run, "--yes"], &socket);
        let _asking = asked.recv_timeout(PATIENCE).unwrap().unwrap();
        live.signal(signal);
        assert!(live.end().with(code).contains("mop: cancelled"));
    }
    assert_eq!(site.records(&run).len(), 1);
}

#[test]
fn what_a_runbook_says_does_not_drive_the_terminal() {
    needs!(OPENSSH);
    let site = Site::with_keys();
    let run = site.start();
    site.mop(&["sign", &run, "--as", "alice", "--yes"], "").with(0);
    let said = site.mop(&["sign", &run, "1.2", "--as", "alice", "--yes"], "").with(0);
    assert!(said.contains("red") && !said.contains(['\u{1b}', '\u{202e}']), "{said}");
}

#[test]
fn a_pin_at_a_terminal_is_not_shown() {
    needs!(OPENSSH);
    let site = Site::with_pins();
    let run = site.start();
    let mut pty = Pty::start(site.state.path(), &["sign", &run, "--as", "alice"], &[]);
    pty.wait_for("sign? type yes: ");
    pty.press("yes\r");
    pty.wait_for("PIN of Alice Example: ");
    pty.press(&format!("{PIN}\r"));
    assert_eq!(pty.wait_for_end(), 0);
    assert!(!String::from_utf8_lossy(&pty.raw).contains(PIN));
    assert_eq!(last(&site, &run)["level"], "pin");
}

#[test]
fn whoever_was_not_the_first_is_told_who_was() {
    needs!(OPENSSH);
    let site = Site::with_keys();
    let run = site.start();
    let mut pty = Pty::start(site.state.path(), &["sign", &run, "1.1", "--as", "alice"], &[]);
    pty.wait_for("sign? type yes: ");
    site.mop(&["sign", &run, "1.1", "--as", "bob", "--yes"], "").with(0);
    pty.press("yes\r");
    assert_eq!(pty.wait_for_end(), 1);
    let raw = String::from_utf8_lossy(&pty.raw).into_owned();
    assert!(
        raw.contains("record 1 changed this step after you read it") && raw.contains("Bob Example signed 1.1 as lead"),
        "{raw}"
    );
    assert_eq!(site.records(&run).len(), 2);
}
