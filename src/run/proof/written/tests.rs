//! Statements brought back: one form, and nothing in it that the run does not say now.

use std::sync::Arc;

use super::*;
use crate::run::roster::{Holder, PublicKey};
use crate::run::{Event, Head, Intent, Proved, Stamp, Start, What, decide, replay, statement};
use crate::runbook::{NoLibrary, load};

const BOOK: &str = "mop: 1\nid: small\ntitle: Small\nactivities:\n  - id: one\n    title: One\n    estimate: 1m\n    steps:\n      - { id: first, title: 'First \"quoted\"' }\n      - { id: second, title: Second, record: { words: { ask: Words } } }\n";
const KEY: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJm729Zb7WFnM5ZgDwHpfiz34hwFYRVcb7vr2TqJBKu3";
const THEN: i64 = 1_772_402_861_123;

fn ada() -> Person {
    Person { id: "ada@example.com".into(), name: "Ada Lovelace".into() }
}

fn auth() -> Auth {
    Auth::Key { holder: Holder::File, key: PublicKey::parse(KEY).unwrap() }
}

fn run(id: &str) -> Run {
    let runbook = Arc::new(load("small.yaml", BOOK.into(), &NoLibrary).runbook.unwrap());
    let start = Start { run: id.into(), runbook: "small".into(), ..Start::default() };
    let stamp = Stamp { who: ada(), at_ms: THEN, ..Stamp::default() };
    let event = Event { stamp, what: What::RunStarted(Box::new(start)) };
    replay(runbook, [(Head { n: 0, hash: Digest::of(b"0") }, event)]).unwrap()
}

fn scene() -> Scene {
    let (clock, terminal) = ("clock=synced mono=7".into(), "bastion7 /dev/pts/3".into());
    Scene { who: ada(), at_ms: THEN, clock, terminal, auth: auth(), sightings: Vec::new() }
}

/// Writes the statement of an item as it is signed.
fn written(run: &Run, item: &str) -> String {
    statement(run, run.plan().item(item).unwrap(), run.head().n, &scene()).text + "\n"
}

fn parsed(text: &str) -> Written {
    Written::parse(text.as_bytes()).unwrap()
}

#[test]
fn a_statement_comes_back_as_it_was_printed() {
    let run = run("7K3QX");
    let back = parsed(&written(&run, "one/first"));
    let item = back.item(&run).unwrap();
    assert_eq!((&*item.id, back.signer(), back.seen()), ("one/first", "ada@example.com", 0));
    assert_eq!(back.auth(), auth().to_string());
    assert_eq!(back.scene(ada(), auth()), scene());
    let now = statement(&run, item, back.seen(), &back.scene(ada(), auth()));
    assert_eq!(back.compare(&now), Ok(()));
}

#[test]
fn only_the_one_form_is_read() {
    let good = written(&run("7K3QX"), "one/first");
    let line = |number, key| NotAStatement::Line { number, key };
    let swapped = good.replace(
        "signer    ada@example.com\nname      Ada Lovelace\n",
        "name      Ada Lovelace\nsigner    ada@example.com\n",
    );
    let cases = [
        (good.trim_end().to_owned(), NotAStatement::Ending),
        (good.clone() + "\n", NotAStatement::Ending),
        (good.clone() + "more\n", NotAStatement::Ending),
        (good.replace("reason    -\n", ""), line(16, "reason")),
        (good.replace('\n', "\r\n"), line(1, STATEMENT)),
        (String::new(), NotAStatement::Ending),
        ("\n".to_owned(), line(1, STATEMENT)),
        (good.replace("sign-off v1", "sign-off v2"), NotAStatement::Version),
        (swapped, line(7, "signer")),
        (good.replace("role      ", "role "), line(6, "role")),
        (good.replace("Ada Lovelace", ""), line(8, "name")),
        (good.replace("Ada Lovelace", "Ada\tLovelace"), line(8, "name")),
        (good.replace("Ada Lovelace", "Ada\u{202e}Lovelace"), line(8, "name")),
        (good.replace("07:41.123Z", "07:41Z"), line(9, "time")),
        (good.replace("time      2026-", "time      3026-13-"), line(9, "time")),
        (good.replace("base      0 ", "base      00 "), line(10, "base")),
        (good.replace("base      0 ", "base      -1 "), line(10, "base")),
        (good.replace("base      0 ", "base      0  "), line(10, "base")),
        ("x".repeat(MOST_BYTES + 1), NotAStatement::TooLong),
    ];
    for (text, expected) in cases {
        assert_eq!(Written::parse(text.as_bytes()), Err(expected), "{text}");
    }
    assert!(Written::parse(&[good.as_bytes(), b"\xff\n"].concat()).is_err());
}

#[test]
fn a_statement_fits_no_other_run_and_no_step_that_is_not_there() {
    let (here, there) = (run("7K3QX"), run("ZZZZZ"));
    let back = parsed(&written(&here, "one/first"));
    assert_eq!(back.item(&there).map(|item| &*item.id), Err(Misfit::Run));
    let other = parsed(&written(&here, "one/first").replace("one/first", "one/third"));
    assert_eq!(other.item(&here).map(|item| &*item.id), Err(Misfit::Step));
    let title = parsed(&written(&here, "one/first").replace("First", "Last"));
    assert_eq!(title.item(&here).map(|item| &*item.id), Err(Misfit::Step));
}

#[test]
fn every_line_that_differs_from_what_the_run_says_is_named() {
    let run = run("7K3QX");
    let good = written(&run, "one/first");
    let item = run.plan().item("one/first").unwrap();
    let now = statement(&run, item, 0, &scene());
    let hash = Digest::of(b"0").to_string();
    let changes = [
        ("done, claimed", "failed, claimed", "outcome"),
        ("executed", "witnessed", "meaning"),
        ("role      operator", "role      lead", "role"),
        ("ada@example.com", "eve@example.com", "signer"),
        ("Ada Lovelace", "Eve Lovelace", "name"),
        (&hash, &"0".repeat(64), "base"),
        ("shown     sha256:", "shown     sha256:0", "shown"),
        ("values    sha256:", "values    sha256:0", "values"),
        ("probes    -", "probes    ok", "probes"),
        ("ssh-key", "ssh-agent", "auth"),
        ("reason    -", "reason    none", "reason"),
    ];
    for (from, to, key) in changes {
        let back = parsed(&good.replace(from, to));
        assert_eq!(back.compare(&now), Err(Misfit::Line(key)), "{from}");
    }
}

#[test]
fn a_statement_about_a_step_that_was_signed_since_does_not_fit() {
    let mut run = run("7K3QX");
    let back = parsed(&written(&run, "one/first"));
    let item = run.plan().item("one/first").unwrap();
    let scene = Scene { auth: Auth::NameOnly, ..scene() };
    let proved = Proved::by_word(scene.clone(), statement(&run, item, 0, &scene).text);
    let intent = Intent::SignStep { step: "one/first".into(), seen: 0, proved: Some(Box::new(proved)), note: None };
    let stamp = Stamp { who: ada(), at_ms: THEN, ..Stamp::default() };
    let event = decide(&run, &intent, &stamp).unwrap().events.remove(0);
    run.apply(Head { n: 1, hash: Digest::of(b"1") }, &event);
    let now = statement(&run, back.item(&run).unwrap(), 0, &back.scene(ada(), auth()));
    assert_eq!(back.compare(&now), Err(Misfit::Line("meaning")));
}

#[test]
fn a_statement_is_good_for_a_day_and_for_clocks_that_differ_a_little() {
    let back = parsed(&written(&run("7K3QX"), "one/first"));
    for (now, expected) in [
        (THEN, Ok(())),
        (THEN + MOST_AGE, Ok(())),
        (THEN + MOST_AGE + 1, Err(Misfit::Old)),
        (THEN - MOST_AHEAD, Ok(())),
        (THEN - MOST_AHEAD - 1, Err(Misfit::Ahead)),
        (i64::MAX, Err(Misfit::Old)),
        (i64::MIN, Err(Misfit::Ahead)),
    ] {
        assert_eq!(back.check_age(now), expected, "{now}");
    }
}
