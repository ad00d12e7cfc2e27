//! Wishes for other wordings as a patch of the runbook.

use mop::run::{Start, What};
use serde_json::Value;

use super::applied;
use crate::needs::needs;
use crate::report::evening::{Evening, alice, bob};

const BOOK: &str = "mop: 1
id: small
title: Small
sign: none
activities:
  - id: one
    title: One
    estimate: 1m
    steps:
      - { id: first, title: Make a mark, note: \"Say \\\"so\\\"\" }
      - id: second
        title: Make a mark again
        text: |
          It is done twice.
          Then rest.
";

fn wish(step: Option<&str>, was: &str, now: &str, why: &str) -> What {
    What::RedlineAdded { step: step.map(str::to_owned), was: was.into(), now: now.into(), why: why.into() }
}

/// Gives a run in which people wished for this.
fn wished(wishes: Vec<What>) -> Evening {
    let start = Start { run: "AAAA1".into(), runbook: "small".into(), title: "Small".into(), ..Start::default() };
    let mut evening = Evening::begin("21:00:00", BOOK, start);
    wishes.into_iter().for_each(|wish| evening.record("21:05:00", bob(), wish));
    evening
}

fn redlines(evening: &Evening, more: &[&str]) -> (i32, String, String) {
    evening.mop(&[&["redlines", "AAAA1"], more].concat())
}

#[test]
fn wishes_that_fit_are_a_patch_that_both_tools_apply() {
    needs!(PATCH, GIT);
    let evening = wished(vec![
        wish(Some("one/first"), "Make a mark", "Make two marks", "one is not seen"),
        wish(Some("one/second"), "It is done twice.", "It is done three times.", ""),
        wish(Some("one/first"), "two marks", "three marks", "and one to spare"),
    ]);
    let (code, patch, err) = redlines(&evening, &[]);
    assert_eq!((code, err.as_str()), (0, ""), "{patch}");
    assert!(
        patch.starts_with("# record 1: 1.1 one/first Make a mark\n# by Bob Example, 2026-03-01T21:05:00.000Z\n# why: one is not seen\n--- a/upgrade.yaml\n"),
        "{patch}"
    );
    let expected =
        BOOK.replace("title: Make a mark,", "title: Make three marks,").replace("done twice", "done three times");
    assert_eq!(applied("upgrade.yaml", BOOK, &patch), expected);
}

#[test]
fn wishes_that_do_not_fit_are_told_with_the_reason_and_the_place() {
    needs!(PATCH, GIT);
    let evening = wished(vec![
        wish(Some("one/first"), "Make a mark", "Make two marks", ""),
        wish(None, "Make a", "Draw a", "nicer"),
        wish(Some("one/first"), "Say \"so\"", "Say it", ""),
        wish(Some("one/second"), "Make a mark again", "Make: a mark", ""),
        wish(None, "", "Say it shorter", ""),
        wish(None, "title: Small", "title: {{ no }}", ""),
        wish(None, "t", "s", ""),
    ]);
    let (code, patch, err) = redlines(&evening, &[]);
    assert_eq!((code, err.contains("5 of 7 cannot be put into the text of the runbook")), (1, true), "{err}{patch}");
    assert!(
        patch.contains("# not applied (upgrade.yaml:10): that text does not stand in the runbook like this"),
        "{patch}"
    );
    assert!(patch.contains("# not applied: it does not say which text it replaces"), "{patch}");
    let all = redlines(&evening, &["--format", "json"]).1;
    let all: Vec<Value> = all.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let fits: Vec<_> = all.iter().map(|wish| wish["patch"].is_string() && wish["not_applied"].is_null()).collect();
    assert_eq!(fits, [true, true, false, false, false, false, false], "{all:#?}");
    assert_eq!((&all[3]["file"], &all[3]["line"]), (&"upgrade.yaml".into(), &11.into()));
    let expected =
        BOOK.replace("title: Make a mark,", "title: Make two marks,").replace("Make a mark again", "Draw a mark again");
    assert_eq!(applied("upgrade.yaml", BOOK, &patch), expected);
}

#[test]
fn nothing_that_somebody_wrote_becomes_a_part_of_the_patch_or_drives_a_terminal() {
    needs!(PATCH, GIT);
    let hostile = "x\n--- a/other\n+++ b/other\n@@ -1,1 +1,1 @@\n-a\n+b\n\u{1b}[2J\u{202e}";
    let evening = wished(vec![
        wish(Some("one/first"), hostile, hostile, hostile),
        wish(Some("one/first"), "Make a mark", "Make\n--- a/x\n+++ b/x", hostile),
        wish(Some("one/first"), "Make a mark", "Make a line", hostile),
    ]);
    let (code, patch, _) = redlines(&evening, &[]);
    assert_eq!(code, 1);
    assert!(!patch.contains(['\u{1b}', '\u{202e}']), "{patch:?}");
    assert_eq!(patch.lines().filter(|line| line.starts_with("--- ")).count(), 1, "{patch}");
    assert_eq!(applied("upgrade.yaml", BOOK, &patch), BOOK.replace("title: Make a mark,", "title: Make a line,"));
}

#[test]
fn a_run_without_wishes_says_so() {
    let mut evening = wished(vec![]);
    evening.record("21:06:00", alice(), What::RunPaused { why: "so".into() });
    let (code, out, err) = redlines(&evening, &[]);
    assert_eq!((code, out.as_str()), (0, ""));
    assert!(err.contains("nobody wanted"), "{err}");
}

#[test]
fn wishes_of_a_run_in_an_archive_are_the_same_patch() {
    let evening = wished(vec![wish(Some("one/first"), "Make a mark", "Make two marks", "one is not seen")]);
    let folder = tempfile::tempdir().unwrap();
    let packed = super::packed(&evening, folder.path());
    let found = evening.mop(&["redlines", &packed]);
    assert_eq!(found, redlines(&evening, &[]));
    assert!(found.0 == 0 && found.1.contains("+++ b/upgrade.yaml"), "{}", found.1);
}
