//! What the command line answers stands in the form of the full screen, and what is wrong with it is said at once.

use std::fs;
use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

use super::pty::Pty;
use crate::hands::site::Site as Keyed;
use crate::plain::site::Site;

const BOOK: &str = "mop: 1\nid: asks\ntitle: Asks\ninputs:\n  place: { ask: Where? }\n  hops: { ask: Versions, type: version, list: true }\nwindow: { length: 4h }\nactivities:\n  - { id: one, title: One, estimate: 1m, steps: [\"First at {{ place }}\"] }\n";

fn journal(state: &Path) -> String {
    let run = fs::read_dir(state.join("runs")).unwrap().next().unwrap().unwrap().path();
    fs::read_to_string(run.join("journal.jsonl")).unwrap()
}

fn first_record(state: &Path) -> Value {
    serde_json::from_str(journal(state).lines().next().unwrap()).unwrap()
}

#[test]
fn the_form_of_a_run_is_filled_in_with_what_was_given() {
    let state = TempDir::new().unwrap();
    let book = state.path().join("asks.yaml");
    fs::write(&book, BOOK).unwrap();
    let args = ["run", book.to_str().unwrap(), "--set", "place=Paris", "--set", "hops=10.1, 10.2", "--as", "Ada"];
    let window = ["--window", "2026-03-01T22:00+01:00", "--for", "2h"];
    let mut pty = Pty::start(state.path(), &[&args[..], &window[..]].concat(), &[]);
    pty.wait_for("Paris");
    pty.wait_for("10.1, 10.2");
    pty.wait_for("Ada");
    pty.press("\r\r\r\r\r");
    pty.wait_for("begin the run");
    pty.press("y");
    pty.wait_for("First at Paris");
    pty.press("q");
    assert_eq!(pty.wait_for_end(), 0);
    let start = first_record(state.path());
    assert_eq!(start["answers"].to_string(), r#"{"place":"Paris","hops":["10.1","10.2"]}"#);
    let window = (start["window"]["start"].as_str().unwrap(), start["window"]["end"].as_str().unwrap());
    assert_eq!(window, ("2026-03-01T22:00:00+01:00", "2026-03-02T00:00:00+01:00"));
    assert_eq!(start["who"]["name"], "Ada");
}

#[test]
fn what_is_not_given_is_asked() {
    let state = TempDir::new().unwrap();
    let book = state.path().join("asks.yaml");
    fs::write(&book, BOOK).unwrap();
    let args = ["run", book.to_str().unwrap(), "--set", "place=Paris", "--as", "Ada"];
    let mut pty = Pty::start(state.path(), &args, &[]);
    pty.wait_for("▸ Versions");
    pty.press("10.1\r\r\r\r");
    pty.wait_for("begin the run");
    pty.press("y");
    pty.wait_for("First at Paris");
    pty.press("q");
    assert_eq!(pty.wait_for_end(), 0);
}

#[test]
fn who_says_who_he_is_is_not_asked_when_he_resumes() {
    let state = TempDir::new().unwrap();
    let mut pty = Pty::start(state.path(), &["run", "tour", "--as", "Ada"], &[]);
    pty.press_until("\r", "begin the run");
    pty.press("y");
    pty.wait_for("Checklist");
    pty.press("q");
    pty.wait_for_end();
    let mut again = Pty::start(state.path(), &["resume", "--as", "Bob"], &[]);
    again.wait_for("Bob resumed the run");
    again.press("q");
    assert_eq!(again.wait_for_end(), 0);
    let joined = journal(state.path()).lines().any(|line| line.contains("person_joined") && line.contains("\"Bob\""));
    assert!(joined, "{}", journal(state.path()));
}

#[test]
fn what_does_not_fit_is_said_before_the_screen_is_drawn() {
    let site = Site::new();
    let book = site.file("asks.yaml", BOOK);
    let plain = site.file("plain.yaml", &BOOK.replace("window: { length: 4h }\n", ""));
    for (args, why) in [
        (&["--set", "plaec=x"][..], "--set plaec: is no input that is answered so; did you mean place?"),
        (&["--set", "place"], "--set place: write NAME=VALUE"),
        (&["--set", "hops=one"], "--set hops: "),
        (&["--window", "yesterday"], "--window: "),
        (&["--window", "2026-03-01T22:00+00:00", "--for", "long"], "--for: "),
        (
            &["--window", "2026-03-01T22:00+00:00", "--for", "2026-03-01T21:00+00:00"],
            "--for: it ends before the window begins",
        ),
        (&["--as", "!"], "--as !: a name has at least one letter or digit"),
        (&["--key", "nowhere"], "--key: "),
    ] {
        let said = site.mop(&[&["run", &book][..], args].concat(), "").with(2);
        assert!(said.err.contains(why), "{why}: {}", said.err);
    }
    let said = site.mop(&["run", &plain, "--window", "2026-03-01T22:00+00:00"], "").with(2);
    assert!(said.err.contains("--window: the runbook has no window; say with --for how long it is"), "{}", said.err);
    assert!(site.runs(false).is_empty());
    site.mop(&["run", &book, "--plain", "--set", "place=a", "--set", "hops=1", "--as", "Ada"], "").with(0);
    for (args, why) in [(["--as", "!"], "--as !:"), (["--key", "nowhere"], "--key: ")] {
        let said = site.mop(&["resume", args[0], args[1]], "").with(2);
        assert!(said.err.contains(why), "{why}: {}", said.err);
    }
}

#[test]
fn the_key_that_was_named_signs_and_no_other() {
    let site = Keyed::with_keys();
    let id = site.start();
    let key = site.key_path("alice");
    site.unlock("bob");
    let socket = site.agent.socket().to_str().unwrap().to_owned();
    let args = ["resume", &id, "--as", "alice@example.com", "--key", &key];
    let mut pty = Pty::start(site.state.path(), &args, &[("SSH_AUTH_SOCK", &socket)]);
    pty.wait_for("Alice Example resumed the run");
    pty.press_until("s", "Who signs?");
    pty.press("\r");
    pty.wait_for("ED25519");
    pty.press_until("y", "Alice Example signed");
    pty.press("q");
    pty.wait_for_end();
    let signed = site.records(&id).into_iter().find(|record| record["t"] == "step_signed").unwrap();
    assert_eq!((&signed["who"]["id"], &signed["level"]), (&"alice@example.com".into(), &"key".into()));
}
