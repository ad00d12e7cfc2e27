//! Killed anywhere, a run goes on where it was: nothing signed is lost, nothing unsigned is done, and
//! no command runs twice.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::FileTypeExt as _;
use std::process::Command;

use mop::app::{Hand, Store, Surroundings};
use mop::run::{Act, Intent};
use serde_json::Value;

use super::operator::{Operator, Went};
use super::site::{Site, Talk};

/// Begins the tour without a question.
const TOUR: [&str; 17] = [
    "run",
    "tour",
    "--plain",
    "--as",
    "Ada",
    "--set",
    "person=Ada",
    "--set",
    "colours=red,green",
    "--set",
    "port=22",
    "--set",
    "pages=",
    "--set",
    "second_person=no",
    "--window",
    "2100-01-01T00:00+00:00",
];

/// Says who signed what as what, in order, whatever came in between.
fn signatures(records: &[Value]) -> Vec<String> {
    let signed = records.iter().filter(|record| record["t"] == "step_signed");
    let words = |record: &Value| {
        let of = |name: &str| record[name].as_str().unwrap_or("-").to_owned();
        [of("step"), of("outcome"), of("proof"), of("meaning"), of("role"), record["who"]["id"].to_string()].join(" ")
    };
    signed.map(words).collect()
}

/// Counts the records of a kind by their step.
fn by_step(records: &[Value], kind: &str) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for record in records.iter().filter(|record| record["t"] == kind) {
        *counts.entry(record["step"].as_str().unwrap().to_owned()).or_default() += 1;
    }
    counts
}

fn take_the_tour(site: &Site) {
    let (mut operator, mut talk) = (Operator::of_the_tour(), site.talk(&TOUR));
    while operator.go_on(&mut talk) != Went::Ended {}
    talk.end().with(0);
}

#[test]
fn killed_after_every_record_of_the_tour_it_ends_like_one_that_was_not() {
    let (whole, site) = (Site::new(), Site::new());
    take_the_tour(&whole);
    let mut operator = Operator::of_the_tour();
    let mut talk = site.talk(&TOUR);
    let mut kills = 0;
    let mut acknowledged = Vec::new();
    loop {
        match operator.go_on(&mut talk) {
            Went::Ended => break,
            Went::Recorded(line) => acknowledged.push(line),
        }
        talk.kill();
        kills += 1;
        if fs::exists(site.run().join("seal/seal.txt")).unwrap() {
            break;
        }
        talk = site.talk(&["resume", "--plain", "--as", "Ada"]);
    }
    assert!(kills >= 40, "it was killed only {kills} times");
    let (expected, records) = (whole.records(), site.records());
    assert_eq!(signatures(&records), signatures(&expected));
    for kind in ["action_started", "action_ended", "option_chosen", "values_recorded"] {
        assert_eq!(by_step(&records, kind), by_step(&expected, kind), "{kind}");
        assert!(by_step(&records, kind).values().all(|count| *count == 1), "{kind}");
    }
    for line in acknowledged {
        let n: usize = line.split(' ').nth(1).unwrap().parse().unwrap();
        assert!(records.len() > n, "{line} is lost");
    }
    assert!(site.seal().contains("\nresult practised\n"));
    let said = site.mop(&["verify", &site.id()], "");
    assert!(said.out.starts_with("NOBODY SIGNED THE SEAL"), "{}", said.out);
}

/// A runbook with a command that says that it is there, waits for a word, and counts how often it ran.
fn waiting_book(site: &Site) -> String {
    let folder = site.folder.path();
    let made = Command::new("mkfifo").arg(folder.join("word")).status().unwrap();
    assert!(made.success() && fs::metadata(folder.join("word")).unwrap().file_type().is_fifo());
    let (word, count) = (folder.join("word"), folder.join("count"));
    let book = format!(
        "mop: 1\nid: waits\ntitle: Waits\nroles: {{ lead: Does it }}\nsign: lead\nactivities:\n  - id: one\n    title: One\n    estimate: 1m\n    steps:\n      - id: wait\n        title: Wait for a word\n        run:\n          command: echo run >> {count} && echo waiting && cat {word}\n          expect: {{ contains: go on }}\n      - {{ id: last, title: Last }}\n",
        count = count.display(),
        word = word.display()
    );
    site.file("waits.yaml", &book)
}

/// Starts the waiting command, and gives the talk once it runs.
fn start_waiting(site: &Site) -> Talk {
    let book = waiting_book(site);
    let mut talk = site.talk(&["run", &book, "--plain", "--as", "Ada"]);
    talk.until("(ready)>");
    talk.say("start 1.1");
    talk.until("1.1 | waiting");
    talk
}

/// Says the word, which the command waits for.
fn say_the_word(site: &Site, word: &str) {
    let fifo = site.folder.path().join("word").to_str().unwrap().to_owned();
    let mut child =
        Command::new("sh").args(["-c", "printf '%s\\n' \"$1\" > \"$2\"", "sh", word, &fifo]).spawn().unwrap();
    child.wait().unwrap();
}

fn count(site: &Site) -> usize {
    fs::read_to_string(site.folder.path().join("count")).unwrap().lines().count()
}

fn finish(site: &Site, talk: &mut Talk) {
    talk.until("1.1 one/wait (to sign)>");
    talk.say("sign 1.1");
    talk.until("1.2 one/last (ready)>");
    assert_eq!(site.status("{progress}"), "1/2");
    assert_eq!(count(site), 1, "the command ran once");
}

#[test]
fn killed_inside_a_command_it_is_found_running_and_its_end_is_seen() {
    let site = Site::new();
    start_waiting(&site).kill();
    let mut talk = site.talk(&["resume", "--plain", "--as", "Ada"]);
    talk.until("recorded before the drop: 1  Ada started 1.1");
    talk.until("1.1 | waiting");
    say_the_word(&site, "go on");
    talk.until("1.1 | go on");
    finish(&site, &mut talk);
}

#[test]
fn killed_inside_a_command_that_ends_meanwhile_its_end_is_found() {
    let site = Site::new();
    start_waiting(&site).kill();
    say_the_word(&site, "go on");
    let mut talk = site.talk(&["resume", "--plain", "--as", "Ada"]);
    talk.until("as expected");
    finish(&site, &mut talk);
}

/// Finds the supervisor of the command of a site's only run.
fn supervisor(site: &Site) -> String {
    let run = site.run().to_str().unwrap().to_owned();
    let pids = fs::read_dir("/proc").unwrap().filter_map(|entry| entry.unwrap().file_name().into_string().ok());
    let is_it = |pid: &String| {
        let words = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        let words = String::from_utf8_lossy(&words).into_owned();
        words.contains("supervise") && words.contains(&run)
    };
    pids.filter(|pid| pid.bytes().all(|byte| byte.is_ascii_digit())).find(is_it).unwrap()
}

#[test]
fn an_end_that_nobody_saw_is_unknown_and_neither_done_nor_undone() {
    let site = Site::new();
    let talk = start_waiting(&site);
    let pid = supervisor(&site);
    talk.kill();
    assert!(Command::new("kill").args(["-s", "KILL", &pid]).status().unwrap().success());
    let mut talk = site.talk(&["resume", "--plain", "--as", "Ada"]);
    talk.until("state: end unknown");
    let needs = talk.until("needs: ");
    assert!(needs.contains("retry 1.1") && needs.contains("override 1.1"), "{needs}");
    talk.until("(end unknown)>");
    talk.say("sign 1.1");
    talk.until("refused: its end was never seen");
    talk.say("override 1.1");
    talk.say("why = The word was said by hand");
    talk.until("(to sign)>");
    talk.say("sign 1.1");
    talk.until("outcome   overridden, claimed");
    talk.until("1.2 one/last (ready)>");
    // What the command left behind ends with the word.
    say_the_word(&site, "go on");
}

#[test]
fn killed_between_the_record_and_the_start_nothing_was_run_and_it_is_tried_again() {
    let site = Site::new();
    let book = waiting_book(&site);
    site.mop(&["run", &book, "--plain", "--as", "Ada"], "").with(0);
    let (surroundings, store) = (Surroundings::machine(), Store::at(site.state.path().into()));
    let name = site.run().file_name().unwrap().to_str().unwrap().to_owned();
    let mut hand = Hand::open(surroundings, store, &name).unwrap();
    let who = hand.run().people()[0].clone();
    let seen = hand.run().head().n;
    hand.act(&Intent::Act { step: "one/wait".into(), seen, act: Act::Start }, &who).unwrap();
    drop(hand);
    let mut talk = site.talk(&["resume", "--plain", "--as", "Ada"]);
    talk.until("mop ended before it was started; nothing was run");
    talk.until("(failed)>");
    talk.say("retry 1.1");
    talk.say("mended = nothing");
    talk.until("1.1 | waiting");
    say_the_word(&site, "go on");
    finish(&site, &mut talk);
}
