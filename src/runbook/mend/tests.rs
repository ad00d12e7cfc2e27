//! Estimates that are mended, and that nothing else is.

use proptest::prelude::*;

use super::*;
use crate::runbook::timed::timed;
use crate::runbook::{NoLibrary, load};

const BOOK: &str = "mop: 1 # the format
title: T
activities:
  - title: One
    estimate: 30m   # a guess
    steps:
      - { id: x, title: X, estimate: { from: \"10m\", to: 1h, because: size } }
  - title: Two
    estimate: { varies: it does, allow: 90m }
    steps: [Y]
back_out: { title: B, estimate: '45m', steps: [Z] }
";

fn loaded(text: &str) -> Loaded {
    let loaded = load("book.yaml", text.into(), &NoLibrary);
    assert!(loaded.runbook.is_some(), "{:?}", loaded.findings());
    loaded
}

/// Gives mendings for some of the estimates, in the order of the file.
fn mendings(loaded: &Loaded, wanted: &[Option<(u64, u64)>]) -> Vec<Mending> {
    let estimates = timed(loaded.runbook.as_ref().unwrap()).into_iter().filter_map(|timed| timed.estimate?.figures);
    let length = Length::seconds;
    let mending = |(figures, wanted): (_, &Option<(u64, u64)>)| {
        wanted.map(|(low, high)| Mending { figures, low: length(low), high: length(high) })
    };
    estimates.zip(wanted).filter_map(mending).collect()
}

fn mended(text: &str, wanted: &[Option<(u64, u64)>]) -> (String, Vec<usize>) {
    let loaded = loaded(text);
    let mended = Mended::of(&loaded, &mendings(&loaded, wanted));
    (changed(text, &changes_of(&mended.changes, 0)), mended.left_out)
}

#[test]
fn only_the_figures_are_touched_however_they_are_written() {
    let wanted = [Some((2880, 2880)), Some((60, 7200)), Some((3600, 3600)), Some((5, 5))];
    let (text, left_out) = mended(BOOK, &wanted);
    let expected = BOOK
        .replace("30m   #", "48m   #")
        .replace("\"10m\", to: 1h", "\"1m\", to: 2h")
        .replace("allow: 90m", "allow: 1h")
        .replace("'45m'", "'5s'");
    assert_eq!((text, left_out), (expected, vec![]));
}

#[test]
fn a_patch_has_the_lines_that_are_changed() {
    let loaded = loaded(BOOK);
    let mended = Mended::of(&loaded, &mendings(&loaded, &[Some((2880, 2880))]));
    let patch = mended.patch(&loaded, str::to_owned);
    assert!(patch.starts_with("--- a/book.yaml\n+++ b/book.yaml\n@@ -2,7 +2,7 @@\n"), "{patch}");
    assert!(patch.contains("-    estimate: 30m   # a guess\n+    estimate: 48m   # a guess\n"), "{patch}");
}

#[test]
fn a_figure_that_is_something_else_too_is_left_out_and_the_others_are_not() {
    let shared = BOOK.replace("30m ", "&t 30m ").replace("title: T\n", "title: T\nwindow: { length: 4h }\n");
    let shared = shared.replace("steps: [Y]", "steps: [{ id: w, title: W, wait: *t }]");
    let (text, left_out) = mended(&shared, &[Some((60, 60)), Some((60, 120))]);
    assert_eq!((text, left_out), (shared.replace("\"10m\", to: 1h", "\"1m\", to: 2m"), vec![0]));
}

#[test]
fn one_figure_for_several_estimates_is_mended_for_all_of_them() {
    let shared = BOOK.replace("30m ", "&t 30m ").replace("'45m'", "*t");
    let (text, left_out) = mended(&shared, &[Some((60, 60))]);
    assert_eq!((text, left_out), (shared.replace("30m ", "1m "), vec![]));
}

#[test]
fn a_figure_that_is_no_plain_text_is_left_out() {
    let folded = BOOK.replace("estimate: 30m   # a guess", "estimate: |-\n      30m");
    let (text, left_out) = mended(&folded, &[Some((60, 60))]);
    assert_eq!(text == folded, left_out == [0], "{text}");
    let escaped = BOOK.replace("30m   # a guess", "\"\\x330m\"");
    assert_eq!(mended(&escaped, &[Some((60, 60))]), (escaped, vec![0]));
}

proptest! {
    #[test]
    fn a_mended_runbook_says_what_was_wanted_and_else_what_it_said(
        wanted in prop::collection::vec(prop::option::of((1..100_000u64, 0..100_000u64)), 4),
        is_crlf in any::<bool>(),
    ) {
        let wanted: Vec<_> = wanted.into_iter().enumerate()
            .map(|(at, wanted)| wanted.map(|(low, more)| (low, if at == 1 { low + more } else { low })))
            .collect();
        let text = if is_crlf { BOOK.replace('\n', "\r\n") } else { BOOK.to_owned() };
        let (now, left_out) = mended(&text, &wanted);
        prop_assert!(left_out.is_empty());
        let (before, after) = (loaded(&text), loaded(&now));
        let said = |loaded: &Loaded| -> Vec<_> {
            let all = timed(loaded.runbook.as_ref().unwrap());
            all.iter().filter_map(|timed| timed.estimate.map(|estimate| (estimate.low, estimate.high))).collect()
        };
        let length = |seconds| Some(Length::seconds(seconds));
        let expected: Vec<_> = said(&before).into_iter().zip(&wanted)
            .map(|(was, wanted)| wanted.map_or(was, |(low, high)| (length(low), length(high))))
            .collect();
        prop_assert_eq!(said(&after), expected);
        let (Some(mut old), Some(mut new)) = (before.runbook, after.runbook) else { unreachable!() };
        taken(&mut old);
        taken(&mut new);
        prop_assert_eq!(differences(&old, &new), Vec::<String>::new());
    }
}
