//! Wishes that fit a file, and those that do not.

use super::*;
use crate::runbook::model::StepId;

const BOOK: &str = "mop: 1
title: Restart the site
# Say it again
activities:
  - title: Restart
    estimate: 5m
    steps:
      - title: Say it
        text: |
          Write to everybody.
          Then wait.
      - { title: \"Say \\\"now\\\" again\", note: 'One note' }
      - Restart the service
      - title: Run
        run: { command: systemctl restart site, expect: { exit: 0 } }
";

fn reworded() -> Reworded {
    Reworded::of(&Pinned(vec![("book.yaml".to_owned(), BOOK.into())])).unwrap()
}

fn step(n: u32) -> Option<ItemKind> {
    Some(ItemKind::Step(StepId(n)))
}

fn take(about: Option<ItemKind>, was: &str, now: &str) -> Result<String, Unfit> {
    reworded().take(about, (was, now), str::to_owned)
}

/// Gives the lines that a patch changes.
fn lines(patch: Result<String, Unfit>) -> Vec<String> {
    let patch = patch.unwrap();
    patch.lines().skip(2).filter(|line| line.starts_with(['-', '+'])).map(str::to_owned).collect()
}

#[test]
fn a_text_that_stands_once_is_replaced() {
    assert_eq!(
        lines(take(step(2), "Restart the service", "Restart both services")),
        ["-      - Restart the service", "+      - Restart both services"]
    );
    assert_eq!(lines(take(None, "Then wait.", "Do not wait.")), ["-          Then wait.", "+          Do not wait."]);
}

#[test]
fn a_text_is_looked_for_in_its_step_first_and_else_everywhere() {
    assert_eq!(take(None, "Restart the", "Stop the"), Err(Unfit::Several(2)));
    assert_eq!(lines(take(step(2), "Restart the", "Stop the"))[1], "+      - Stop the service");
    assert_eq!(
        lines(take(step(0), "One note", "Two notes"))[1].trim_start_matches(['+', ' ']),
        "- { title: \"Say \\\"now\\\" again\", note: 'Two notes' }"
    );
    assert_eq!(take(None, "ss", "s").unwrap_err(), Unfit::NotThere);
    assert_eq!(take(step(1), "n", "m"), Err(Unfit::Several(5)));
}

#[test]
fn what_is_not_there_or_there_already_or_no_text_is_said() {
    assert_eq!(take(step(0), "", "More"), Err(Unfit::NothingReplaced));
    assert_eq!(
        take(step(0), "Say \"now\" again", "Say it once"),
        Err(Unfit::NotThere),
        "the quotes are written otherwise"
    );
    assert_eq!(take(step(2), "Halt the service", "Restart the service"), Err(Unfit::SaidAlready));
    assert_eq!(take(None, "Say it again", "Say it"), Err(Unfit::NoText));
    assert_eq!(take(None, "estimate", "guess"), Err(Unfit::ReadOtherwise));
}

#[test]
fn a_change_that_yaml_reads_otherwise_is_not_taken() {
    for (step_, was, now) in [
        (2, "Restart the service", "Restart: the service"),
        (2, "Restart the service", "Restart the service # now"),
        (2, "Restart the service", "Restart\n      - rm -rf /"),
        (2, "Restart the service", "\"Restart\""),
        (2, "Restart the service", "*all"),
        (1, "One note", "It's one"),
        (1, "One note', ", ""),
        (0, "Write to everybody.", "Write\nto everybody."),
        (0, "Then wait.", "Then wait.\n      - title: More"),
    ] {
        let found = take(step(step_), was, now);
        assert!(matches!(found, Err(Unfit::ReadOtherwise | Unfit::NotThere)), "{was} -> {now}: {found:?}");
    }
}

#[test]
fn a_change_with_which_the_runbook_has_errors_is_not_taken() {
    let found = take(step(0), "Say it", "Say {{ it }}");
    assert!(matches!(&found, Err(Unfit::Errors(why)) if why.contains("`it`")), "{found:?}");
    assert!(take(step(2), "Restart the service", "Restart \u{1b}[2J").is_err());
}

#[test]
fn wishes_are_taken_one_on_top_of_the_other() {
    let mut reworded = reworded();
    let mut take = |was, now| reworded.take(step(2), (was, now), str::to_owned);
    take("service", "site").unwrap();
    assert_eq!(
        lines(take("Restart the site", "Stop the site")),
        ["-      - Restart the site", "+      - Stop the site"]
    );
    assert_eq!(take("service", "site"), Err(Unfit::SaidAlready));
    assert_eq!(reworded.place(ItemKind::Step(StepId(2))), Some(("book.yaml", 13)));
}
