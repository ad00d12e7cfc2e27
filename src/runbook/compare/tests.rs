//! What is other in another edition, and what only looks so.

use super::*;
use crate::runbook::{NoLibrary, load};

const BOOK: &str = r#"mop: 1
id: all
title: All of it
roles: { lead: Leads }
sign: lead
inputs: { hops: { ask: Versions, type: version, list: true }, deep: { ask: Deep, type: bool } }
status: { home: { http: "https://a.example/", expect: { status: 200 } } }
requirements: [Access]
activities:
  - id: one
    title: "To {{ hop }}"
    for_each: { hop: hops }
    estimate: 10m
    not_before: window.start
    prerequisites: [Ready]
    steps:
      - { id: note, title: Note, record: { names: { ask: Names, list: true } }, links: ["https://b.example/"] }
      - { id: go, title: Go, run: { command: "up {{ hop }}", expect: { exit: 0 }, timeout: 5m }, undo: "down {{ hop }}", danger: It restarts. }
      - { id: look, title: Look, check: home, wait: { at_most: 5m, steady: 1m } }
      - { id: pick, title: Pick, choose: [{ id: a, title: A }, { id: b, title: B, steps: [{ id: deeper, title: Deeper, when: deep }], then: { redo: go } }] }
      - { id: part, title: Part, steps: [{ id: below, title: Below }] }
      - { id: get, title: Get, fetch: { url: "https://c.example/{{ hop }}", to: here } }
      - { id: box, title: Box, package: { file: here, has: [a] } }
      - { id: rest, title: Rest, wait: 5m }
      - { id: after, title: "After {{ chosen.pick.title }} and {{ step.go }}", note: Slowly., on: "{{ hop }}" }
back_out: { title: Back, estimate: 1h, steps: [Restore] }
"#;

fn book(text: &str) -> Runbook {
    let loaded = load("all.yaml", text.into(), &NoLibrary);
    loaded.runbook.unwrap_or_else(|| panic!("{:?}", loaded.diagnostics))
}

fn differences_of(was: &str, now: &str) -> Vec<String> {
    assert!(BOOK.contains(was), "{was}");
    differences(&book(BOOK), &book(&BOOK.replacen(was, now, 1)))
}

#[test]
fn comments_blank_lines_and_other_ways_of_writing_are_no_difference() {
    assert!(differences_of("activities:\n", "# first\n\nactivities:\n").is_empty());
    assert!(differences_of("title: Go,", "title: \"Go\",").is_empty());
    assert!(differences_of("{{ hop }}\"\n    for", "{{hop}}\"\n    for").is_empty());
}

#[test]
fn a_step_that_is_put_before_others_changes_none_of_them() {
    let added = differences_of("      - { id: go,", "      - { id: first, title: First }\n      - { id: go,");
    assert_eq!(added, ["added first: First", "changed the activity one"]);
    assert_eq!(differences_of("requirements: [Access]", "requirements: [Access, Time]")[0], "added time: Time");
}

#[test]
fn every_part_of_a_step_that_is_written_otherwise_is_named() {
    let cases = [
        ("title: Note,", "title: Write,", "changed note: title `Note` is now `Write`"),
        ("title: \"After {{ chosen.pick.title }}", "title: \"After {{ chosen.pick }}", "changed after: its title"),
        ("ask: Names, list: true", "ask: Names, list: true, min: 2", "changed note: its questions"),
        ("b.example", "d.example", "changed note: its links"),
        ("\"up {{ hop }}\"", "\"up -f {{ hop }}\"", "changed go: its command is now `up -f …`"),
        ("timeout: 5m", "timeout: 6m", "changed go: what is done in it"),
        ("expect: { exit: 0 }, t", "expect: { exit: 3 }, t", "changed go: what is done in it"),
        ("undo: \"down {{ hop }}\"", "undo: \"down\"", "changed go: its undo"),
        ("danger: It restarts.", "danger: It ends.", "changed go: its danger"),
        (
            "a.example/\", expect: { status: 200 }",
            "a.example/\", expect: { status: 204 }",
            "changed look: what is done in it",
        ),
        ("steady: 1m", "steady: 2m", "changed look: what is done in it"),
        ("then: { redo: go }", "then: stop", "changed pick: what is done in it"),
        ("when: deep", "when: not deep", "changed deeper: its condition"),
        ("steps: [{ id: below", "steps: [New, { id: below", "changed part: what is done in it"),
        ("to: here", "to: there", "changed get: what is done in it"),
        ("has: [a]", "has: [b]", "changed box: what is done in it"),
        ("wait: 5m }", "wait: 6m }", "changed rest: what is done in it"),
        ("title: Rest, wait: 5m", "title: Rest, run: sleep 5", "changed rest: its command is now `sleep 5`"),
        (
            "title: Go, run: { command: \"up {{ hop }}\", expect: { exit: 0 }, timeout: 5m },",
            "title: Go,",
            "changed go: its command is gone; it is `manual` now",
        ),
        (
            "title: Box, package: { file: here, has: [a] }",
            "title: Box",
            "changed box: it was `package` and is `manual`",
        ),
        ("note: Slowly.", "warning: Slowly.", "changed after: its notes"),
        ("on: \"{{ hop }}\"", "on: there", "changed after: its host"),
        ("{ id: note, title", "{ id: note, sign: none, title", "changed note: its sign-off"),
        ("{ id: note, title", "{ id: note, estimate: 1m, title", "changed note: its estimate"),
        ("{ id: note, title", "{ id: note, restore_point: true, title", "changed note: its restore point"),
        ("{ id: note, title", "{ id: note, text: More, title", "changed note: its text"),
        ("{ id: rest, title", "{ id: rest, for_each: { x: [1, 2] }, title", "changed rest: its loop"),
    ];
    for (was, now, words) in cases {
        let found = differences_of(was, now);
        assert!(found.iter().any(|found| found == words), "{now}: {found:?}");
    }
}

#[test]
fn what_stands_around_the_steps_is_named_too() {
    let cases = [
        ("title: All of it", "title: All", "changed the title"),
        ("lead: Leads", "lead: Does", "changed the role lead"),
        ("ask: Deep", "ask: Deeper", "changed the input deep"),
        (
            ", deep: { ask: Deep, type: bool }",
            ", deep: { ask: Deep, type: bool }, wide: { ask: Wide, type: text }",
            "added the input wide",
        ),
        ("a.example", "e.example", "changed the probe home"),
        ("estimate: 10m", "estimate: 20m", "changed the activity one"),
        ("not_before: window.start", "not_before: window.end", "changed the activity one"),
        ("title: Back,", "title: Return,", "changed the back-out"),
    ];
    for (was, now, words) in cases {
        let found = differences_of(was, now);
        assert!(found.iter().any(|found| found == words), "{now}: {found:?}");
    }
}
