//! Diffs by hand, and what any diff has to be.

use proptest::prelude::*;

use super::*;

fn swap(text: &str, was: &str, now: &str) -> Change {
    let at = text.find(was).unwrap();
    Change { at: at..at + was.len(), to: now.to_owned() }
}

/// Applies a diff as `patch` would: each hunk where it says, with every line that it shows.
fn applied(text: &str, diff: &str) -> String {
    let old: Vec<_> = text.split_inclusive('\n').collect();
    let mut lines = diff.split_inclusive('\n').skip(2).peekable();
    let (mut out, mut at) = (String::new(), 0);
    while let Some(head) = lines.next() {
        let numbers: Vec<usize> = head
            .split(|c: char| !c.is_ascii_digit())
            .filter(|part| !part.is_empty())
            .map(|n| n.parse().unwrap())
            .collect();
        let [from, gone, to, come] = numbers[..] else { panic!("{head}") };
        old[at..from - 1].iter().for_each(|line| out += line);
        at = from - 1;
        assert_eq!(out.split_inclusive('\n').count() + 1, to, "{head}");
        let (mut left, mut new) = (gone, come);
        while left + new > 0 {
            let mut line = lines.next().unwrap().to_owned();
            if lines.next_if(|next| next.starts_with('\\')).is_some() {
                line.pop();
            }
            let (sign, rest) = line.split_at(1);
            if sign != "+" {
                assert_eq!(old[at], rest);
                (at, left) = (at + 1, left - 1);
            }
            if sign != "-" {
                out += rest;
                new -= 1;
            }
        }
    }
    old[at..].iter().for_each(|line| out += line);
    out
}

#[test]
fn a_change_is_shown_with_three_lines_around_it() {
    let text = "1\n2\n3\n4\n5\n6\n7\n8\n9\n";
    let diff = unified("a.yaml", text, &[swap(text, "5", "five")]);
    assert_eq!(diff, "--- a/a.yaml\n+++ b/a.yaml\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n");
    assert_eq!(unified("a.yaml", text, &[]), "");
}

#[test]
fn near_changes_share_a_hunk_and_far_ones_do_not() {
    let text: String = (1..=20).map(|n| format!("<{n}>\n")).collect();
    let near = unified("a", &text, &[swap(&text, "<4>", "x"), swap(&text, "<11>", "y")]);
    assert_eq!(near.matches("@@ -").count(), 1, "{near}");
    let far = unified("a", &text, &[swap(&text, "<4>", "x\nx"), swap(&text, "<12>", "y")]);
    assert!(far.contains("@@ -1,7 +1,8 @@") && far.contains("@@ -9,7 +10,7 @@"), "{far}");
}

#[test]
fn changes_of_one_line_are_one_change() {
    let text = "estimate: { from: 1m, to: 2m }\n";
    let diff = unified("a", text, &[swap(text, "1m", "3m"), swap(text, "2m", "4m")]);
    assert!(
        diff.ends_with("@@ -1,1 +1,1 @@\n-estimate: { from: 1m, to: 2m }\n+estimate: { from: 3m, to: 4m }\n"),
        "{diff}"
    );
}

#[test]
fn line_ends_stay_as_they_are_and_a_last_line_without_one_is_marked() {
    let text = "one\r\ntwo\r\nthree";
    let diff = unified("a", text, &[swap(text, "two", "2")]);
    assert_eq!(diff.split_once("@@\n").unwrap().1, " one\r\n-two\r\n+2\r\n three\n\\ No newline at end of file\n");
    let last = unified("a", text, &[swap(text, "three", "3")]);
    assert!(last.ends_with("-three\n\\ No newline at end of file\n+3\n\\ No newline at end of file\n"), "{last}");
}

#[test]
fn a_name_is_written_so_that_it_stays_a_name() {
    let head = |name: &str| unified(name, "a\n", &[swap("a\n", "a", "b")]).lines().next().unwrap().to_owned();
    assert_eq!(head("runbooks/a.yaml"), "--- a/runbooks/a.yaml");
    assert_eq!(head("my book.yaml"), "--- a/my book.yaml\t");
    assert_eq!(head("a\"\n+++ b\u{1b}[2J\u{202e}"), "--- \"a/a\\042\\012+++ b\\033[2J\\342\\200\\256\"");
}

proptest! {
    #[test]
    fn a_diff_makes_of_the_old_text_what_the_changes_make(
        lines in prop::collection::vec("[a-c]{0,4}\r?", 1..40),
        has_end in any::<bool>(),
        cuts in prop::collection::vec((0..200usize, 0..12usize, "[x-z\n]{0,3}"), 0..6),
    ) {
        let mut text = lines.join("\n");
        if has_end { text.push('\n'); }
        let mut changes: Vec<Change> = Vec::new();
        let mut from = 0;
        for (skip, length, to) in cuts {
            let start = from + skip % 40;
            let end = start + length.max(1);
            if end < text.len() { changes.push(Change { at: start..end, to }); }
            from = end + 1;
        }
        prop_assume!(!changes.is_empty());
        let (diff, new) = (unified("a", &text, &changes), changed(&text, &changes));
        prop_assert_eq!(applied(&text, &diff), new);
    }
}
