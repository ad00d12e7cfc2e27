//! A runbook that is changed while its run goes on: adopted for what was not begun, or left alone.

use std::fs;
use std::path::PathBuf;

use super::site::{Said, Site};

const BOOK: &str = "mop: 1\nid: small\ntitle: Small\nroles: { lead: Does it }\nsign: lead\nactivities:\n  - id: one\n    title: One\n    estimate: 1m\n    steps:\n      - { id: first, title: First }\n      - { id: second, title: Second, run: { command: echo two, expect: { exit: 0 } } }\n      - { id: third, title: Third }\n";

/// A run of which the first step is signed, and then its file is changed.
fn begun_and_changed(now: &str) -> Site {
    let site = Site::new();
    let book = site.file("small.yaml", BOOK);
    site.mop(&["run", &book, "--plain", "--as", "Ada"], "sign 1.1\n").with(0);
    site.file("small.yaml", now);
    site
}

fn better() -> String {
    let now = BOOK.replace("echo two", "echo deux").replace("title: Third", "title: The third");
    now.replace("      - { id: third", "      - { id: more, title: One more }\n      - { id: third")
}

fn answered(site: &Site, answers: &str) -> Said {
    let answers = site.file("answers.txt", answers);
    site.mop(&["resume", "--as", "Ada", "--answers", &answers], "")
}

fn adopted() -> Site {
    let site = begun_and_changed(&better());
    answered(&site, "runbook = adopt\nwhy = The vendor wrote\nsign 1.1\n").with(1);
    site
}

fn blob(site: &Site, text: &str) -> PathBuf {
    let hash = mop::journal::Digest::of(text.as_bytes()).to_string();
    site.run().join("blobs").join(&hash[..2]).join(hash)
}

#[test]
fn what_was_changed_is_adopted_when_somebody_says_so_and_the_run_goes_on_by_it_to_its_seal() {
    let site = begun_and_changed(&better());
    let said = answered(
        &site,
        "runbook = adopt\nwhy = The vendor wrote\nstart 1.2\nsign 1.2\nsign 1.3\nsign 1.4\nseal done\n",
    );
    let out = said.with(0).out;
    for words in [
        "The runbook was changed since the run began",
        "changed second: its command is now `echo deux`",
        "added more: One more",
        "runbook: Go on with the runbook as it is here (keep), or adopt the changed one",
        "Ada adopted the changed runbook for steps that were not begun: The vendor wrote",
        "1.2 | deux",
    ] {
        assert!(out.contains(words), "{words}: {out}");
    }
    assert_eq!(site.status("{state} {progress}"), "sealed 4/4");
    let records = site.records();
    let adoption = records.iter().find(|record| record["t"] == "runbook_adopted").unwrap();
    assert_eq!(adoption["why"], "The vendor wrote");
    let hash = mop::journal::Digest::of(better().as_bytes()).to_string();
    assert_eq!(adoption["blobs"][0], hash.as_str());
    assert_eq!(adoption["files"].as_object().unwrap().values().next().unwrap(), hash.as_str());
    assert_eq!(fs::read_to_string(site.run().join("runbook.yaml")).unwrap(), BOOK, "what it began with stays");
    let pinned = mop::journal::Digest::of(BOOK.as_bytes()).to_string();
    let signed = records.iter().filter(|record| record["t"] == "step_signed");
    let statements: Vec<_> = signed.map(|record| record["stmt"].as_str().unwrap().to_owned()).collect();
    assert!(statements[0].contains(&format!("runbook-sha256:{pinned}\n")), "{}", statements[0]);
    assert!(statements[1..].iter().all(|text| text.contains(&format!("runbook-sha256:{hash}\n"))), "{statements:?}");
    let told = site.mop(&["verify", &site.id()], "").with(3).out;
    assert!(told.contains("runbook     changed since the run began, and adopted for the steps"), "{told}");
    let json: serde_json::Value =
        serde_json::from_str(&site.mop(&["verify", &site.id(), "--format", "json"], "").with(3).out).unwrap();
    assert_eq!((&json["adopted"][0], &json["found"]), (&adoption["n"], &serde_json::json!([])));
    site.mop(&["redlines", &site.id()], "").with(0);
    let log = site.mop(&["log", &site.id()], "").with(0).out;
    assert!(log.contains("adopted the changed runbook"), "{log}");
}

#[test]
fn who_says_nothing_goes_on_as_the_run_began() {
    let site = begun_and_changed(&better());
    answered(&site, "start 1.2\nsign 1.2\nsign 1.3\nseal done\n").with(0);
    assert_eq!(site.status("{state} {progress}"), "sealed 3/3");
    assert!(!site.records().iter().any(|record| record["t"] == "runbook_adopted"));
    let site = begun_and_changed(&better());
    let out = site.mop(&["resume", "--plain", "--as", "Ada"], "runbook = keep\nlist\n").with(0).out;
    assert!(out.contains("1.3 one/third: Third (") && !out.contains("One more ("), "{out}");
}

#[test]
fn what_cannot_be_adopted_is_not_offered_and_says_why() {
    let site = begun_and_changed(&BOOK.replace("title: First", "title: The first"));
    let out = site.mop(&["resume", "--plain", "--as", "Ada"], "adopt\nleave\n").with(1).out;
    assert!(out.contains("It cannot be adopted now: 1.1 was begun or settled"), "{out}");
    assert!(!out.contains("runbook: Go on"), "{out}");
    assert!(out.contains("refused: 1.1 was begun or settled, and the changed runbook has it otherwise"), "{out}");
    let site = begun_and_changed("mop: 1\n");
    let out = site.mop(&["resume", "--plain", "--as", "Ada"], "adopt\n").with(1).out;
    assert!(out.contains("refused: the file of the runbook has errors"), "{out}");
    let said = answered(&site, "runbook = adopt\n").with(1);
    assert!(said.err.contains("answers.txt:1"), "{}", said.err);
    let site = begun_and_changed(BOOK);
    let out = site.mop(&["resume", "--plain", "--as", "Ada"], "adopt\n").with(1).out;
    assert!(out.contains("refused: the file of the runbook was not changed"), "{out}");
}

#[test]
fn it_is_adopted_later_by_a_word_and_once_more_after_it_was_changed_again() {
    let site = adopted();
    let out = site.mop(&["resume", "--plain", "--as", "Ada"], "adopt\n").with(1).out;
    assert!(out.contains("refused: the file of the runbook was not changed"), "{out}");
    site.file("small.yaml", &better().replace("The third", "The last"));
    let out =
        site.mop(&["resume", "--plain", "--as", "Ada"], "runbook = keep\nadopt\nwhy = Better\nlist\n").with(0).out;
    assert!(out.contains("changed since the run adopted it in record"), "{out}");
    assert!(out.contains("1.4 one/third: The last ("), "{out}");
    let adoptions = site.records().iter().filter(|record| record["t"] == "runbook_adopted").count();
    assert_eq!(adoptions, 2);
    fs::remove_file(site.folder.path().join("small.yaml")).unwrap();
    let out = site.mop(&["resume", "--plain", "--as", "Ada"], "list\n").with(0).out;
    assert!(out.contains("1.4 one/third: The last ("), "{out}");
}

#[test]
fn somebody_at_another_terminal_goes_by_it_from_then_on() {
    let site = begun_and_changed(BOOK);
    let mut other = site.talk(&["join", &site.id(), "--plain", "--as", "Bob"]);
    other.until(")>");
    site.file("small.yaml", &better());
    answered(&site, "runbook = adopt\nwhy = The vendor wrote\n").with(0);
    other.until("adopted the changed runbook");
    other.say("list");
    other.until("1.3 one/more: One more (");
    other.say("leave");
    assert_eq!(other.end().code, 0);
}

#[test]
fn an_adopted_runbook_that_is_missing_or_another_one_is_told_by_name() {
    let site = adopted();
    let (path, id) = (blob(&site, &better()), site.id());
    let kept = fs::read(&path).unwrap();
    let name = site.folder.path().join("small.yaml");
    let verify = || site.mop(&["verify", &id], "").with(1).out;
    let is_said = |words: &str| {
        let out = verify();
        assert!(out.starts_with("ALTERED"), "{out}");
        let line = out.lines().find(|line| line.contains("the adopted runbook")).unwrap_or_else(|| panic!("{out}"));
        assert!(line.contains(words) && line.contains("small.yaml"), "{line}");
        let said = site.mop(&["resume", &id, "--plain", "--as", "Ada"], "");
        assert_ne!(said.code, 0, "{}", said.out);
        assert!(said.err.contains("small.yaml") || said.err.contains("blobs"), "{}", said.err);
    };
    fs::remove_file(&name).unwrap();
    fs::remove_file(&path).unwrap();
    is_said("is missing; it is kept as the blob");
    fs::write(&path, BOOK).unwrap();
    is_said("is not the one that was adopted");
    fs::write(&path, kept).unwrap();
    site.mop(&["verify", &id], "").with(3);
    site.mop(&["status", &id], "").with(0);
}

#[test]
fn a_file_that_was_attached_and_is_another_one_now_is_told() {
    let site = begun_and_changed(BOOK);
    let file = site.file("photo.txt", "what was seen");
    site.mop(&["resume", "--plain", "--as", "Ada"], &format!("attach 1.1 {file}\n")).with(0);
    let out = site.mop(&["verify", &site.id()], "").with(3).out;
    assert!(!out.contains("left behind"), "{out}");
    fs::write(blob(&site, "what was seen"), "something else").unwrap();
    let out = site.mop(&["verify", &site.id()], "").with(1).out;
    assert!(out.starts_with("ALTERED") && out.contains("is not the content that was kept"), "{out}");
}
