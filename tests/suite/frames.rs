//! Whole frames: what a person sees in each state of a run and in each dialog, at every size.
//!
//! The snapshots are for people: read a changed one as somebody who is at 02:00 and in a hurry. Is the
//! next thing to do obvious, does it line up, is every word needed? Colours are left out, so that what
//! only they say is missing here too. What holds for every frame is checked besides.

mod scenes;

use std::time::Duration;

use crate::flow::fixture::Bench;

/// The sizes that frames are drawn in: wide, comfortable, useful, narrow, and the least that is legible.
const SIZES: [(u16, u16); 5] = [(200, 60), (120, 40), (80, 24), (60, 20), (40, 10)];

/// Says what a scene has to show.
struct Shows<'a> {
    /// What the footer names: the key for the next thing, at every size.
    key: &'a str,
    /// What has to be seen at 80 columns and 24 rows.
    words: &'a [&'a str],
}

/// Draws a scene at every size, holds it against its snapshot, and checks what holds for all.
#[track_caller]
fn frames(name: &str, bench: &mut Bench, shows: &Shows<'_>) {
    let mut all = String::new();
    for (columns, rows) in SIZES {
        bench.resize(columns, rows);
        bench.pass(Duration::ZERO);
        let frame = without_chance(&bench.frame());
        check(&frame, (columns, rows), shows);
        all += &format!("── {columns}×{rows} {}\n{}", "─".repeat(20), trimmed(&frame));
    }
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../frames");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, all));
}

#[track_caller]
fn check(frame: &str, size: (u16, u16), shows: &Shows<'_>) {
    let rows: Vec<_> = frame.lines().collect();
    assert_eq!(rows.len(), usize::from(size.1), "{frame}");
    let footer = rows.last().unwrap();
    assert!(footer.contains(shows.key), "no `{}` in the footer of\n{frame}", shows.key);
    assert!(!footer.contains('…'), "a command is cut in\n{frame}");
    if size == (80, 24) {
        for words in shows.words {
            assert!(frame.contains(words), "no `{words}` in\n{frame}");
        }
    }
}

/// Takes away what differs from machine to machine: hashes, the name of the folder, and how fast it is.
fn without_chance(frame: &str) -> String {
    let hash = regex::Regex::new("[0-9a-f]{8,}").unwrap();
    let folder = regex::Regex::new(r"\.tmp[0-9A-Za-z]{6}").unwrap();
    let receipt = regex::Regex::new("[0-9A-Z]{4}(-[0-9A-Z]{4}){3}").unwrap();
    let frame = hash.replace_all(frame, |found: &regex::Captures<'_>| "0".repeat(found[0].len()));
    let took = regex::Regex::new(r"after \d\.\d").unwrap();
    let frame = took.replace_all(&frame, "after 0.0");
    let frame = folder.replace_all(&frame, ".tmp000000");
    receipt.replace_all(&frame, "XXXX-XXXX-XXXX-XXXX").into_owned()
}

fn trimmed(frame: &str) -> String {
    frame.lines().map(|row| format!("{}\n", row.trim_end())).collect()
}
