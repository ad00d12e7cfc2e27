//! The file of a witness: appended to, never rewritten, and never trusted blindly.

use std::fs;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;

use tempfile::TempDir;

use super::*;
use crate::journal::Digest;

fn lines(count: u64) -> Vec<String> {
    let head = |n: u64| if n == 0 { Digest::ZERO } else { Digest::of(&n.to_le_bytes()) };
    let line = |n| HeadLine { run: "run".into(), n, prev: head(n), head: head(n + 1) }.to_string() + "\n";
    (0..count).map(line).collect()
}

fn site() -> (TempDir, PathBuf) {
    let site = tempfile::tempdir().unwrap();
    let path = site.path().join("heads.log");
    (site, path)
}

/// Gives a stream that says something and stays open while the other end does.
fn saying(text: &str) -> (UnixStream, UnixStream) {
    let (mut near, far) = UnixStream::pair().unwrap();
    near.write_all(text.as_bytes()).unwrap();
    (near, far)
}

fn give(path: &Path, text: &str) -> Result<(), Failure> {
    let (near, far) = saying(text);
    drop(near);
    Keeper::open(path)?.take_all(far, &mut |_| {})
}

#[test]
fn heads_are_kept_once_however_often_they_come() {
    let (_site, path) = site();
    let all = lines(6);
    for came in [&all[..2], &all[..4], &all[3..4], &all[..6], &all[..6]] {
        give(&path, &came.concat()).unwrap();
    }
    assert_eq!(fs::read_to_string(&path).unwrap(), all.concat());
}

#[test]
fn what_came_before_a_refusal_is_kept_and_nothing_after() {
    let (_site, path) = site();
    let all = lines(6);
    for bad in [all[4].as_str(), "rubbish\n", "run 2 00#\n"] {
        let _ = fs::remove_file(&path);
        let came = [&all[0], &all[1], bad, &all[2]].map(str::to_owned).concat();
        assert_eq!(give(&path, &came).unwrap_err().exit(), Exit::Problems, "{bad}");
        assert_eq!(fs::read_to_string(&path).unwrap(), all[..2].concat(), "{bad}");
    }
}

#[test]
fn a_line_that_was_cut_on_the_way_is_not_kept() {
    let (_site, path) = site();
    let all = lines(3);
    give(&path, all.concat().trim_end()).unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), all[..2].concat());
}

#[test]
fn a_torn_last_line_is_closed_and_never_read_as_a_head() {
    let all = lines(3);
    for len in 1..all[1].len() {
        let (_site, path) = site();
        let torn = format!("{}{}", all[0], &all[1][..len]);
        fs::write(&path, &torn).unwrap();
        give(&path, &all[1..].concat()).unwrap();
        give(&path, &all.concat()).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), format!("{torn}#\n{}", all[1..].concat()));
    }
}

#[test]
fn a_file_that_is_something_else_or_was_altered_is_left_as_it_is() {
    let all = lines(4);
    let texts = ["dear diary\n".to_owned(), all[0].repeat(2), format!("{}{}", all[0], all[2]), "\n".to_owned()];
    for text in texts {
        let (_site, path) = site();
        fs::write(&path, &text).unwrap();
        assert_eq!(give(&path, &all.concat()).unwrap_err().exit(), Exit::Problems, "{text}");
        assert_eq!(fs::read_to_string(&path).unwrap(), text);
    }
}

#[test]
fn two_witnesses_do_not_share_a_file() {
    let (_site, path) = site();
    let _first = Keeper::open(&path).unwrap();
    assert!(matches!(Keeper::open(&path), Err(Failure::Busy(_))));
}

#[test]
fn a_run_that_stays_behind_what_was_kept_is_refused_while_the_line_is_open() {
    let (_site, path) = site();
    let all = lines(5);
    give(&path, &all.concat()).unwrap();
    let (_near, far) = saying(&all[..3].concat());
    let mut keeper = Keeper::open(&path).unwrap();
    keeper.patience = Duration::ZERO;
    let failure = keeper.take_all(far, &mut |_| {}).unwrap_err();
    assert!(matches!(failure, Failure::Refused(Refusal::Behind { kept: 4, found: 2, .. })), "{failure}");
}
