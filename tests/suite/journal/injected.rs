//! Killed at every system call of one append, and failed at every call that can fail, on real files.
//!
//! Each is tried on every state that a journal's tail can be in when the append begins.

use std::os::unix::process::ExitStatusExt as _;

use super::ground::Ground;
use super::is_long;
use super::process::Answer;
use super::trace::{Call, calls_of, start_with};
use crate::needs::needs;

const ORDERS: [&str; 2] = ["open", "append 0 1"];
const ERRNOS: [&str; 5] = ["EIO", "ENOSPC", "EDQUOT", "EACCES", "EINTR"];

/// Gives the line that the next record of an author would be.
fn next_line(ground: &Ground, author: u32) -> Vec<u8> {
    let mut copy = ground.copy();
    copy.append(author, 1).unwrap();
    copy.journal().split_off(ground.journal().len())
}

fn marker(kind: char, size: usize) -> Vec<u8> {
    format!("{kind}{size:020}").into_bytes()
}

/// Makes a ground whose journal ends in bytes that no marker covers.
fn with_tail(ground: &Ground, tail: &[u8]) -> Ground {
    let (copy, size) = (ground.copy(), ground.journal().len());
    copy.lay(&[&ground.journal(), tail].concat(), &marker('W', size));
    copy
}

/// Gives a ground for each state of the tail.
fn tails() -> Vec<(&'static str, Ground)> {
    let clean = || {
        let mut ground = Ground::new();
        ground.append(1, 0).unwrap();
        ground
    };
    let line = next_line(&clean(), 7);
    let mut unacknowledged = with_tail(&clean(), &line);
    unacknowledged.note_killed(7);
    let mut fenced = with_tail(&clean(), &line[..300]);
    fenced.append(2, 0).unwrap();
    let torn_again = with_tail(&fenced, &next_line(&fenced, 7)[..200]);
    let by_hand = clean();
    by_hand.lay(&[&clean().journal(), &b"hello\n\nworld"[..]].concat(), &marker('C', clean().journal().len()));
    let (rubbish, unmarked) = (clean(), clean());
    rubbish.lay(&clean().journal(), b"so it was done and seen");
    unmarked.lay(&clean().journal(), b"");
    vec![
        ("clean", clean()),
        ("torn write", with_tail(&clean(), &line[..300])),
        ("one byte", with_tail(&clean(), &line[..1])),
        ("only the line feed missing", with_tail(&clean(), &line[..line.len() - 1])),
        ("whole but unacknowledged", unacknowledged),
        ("zeros", with_tail(&clean(), &[0; 700])),
        ("fenced", fenced),
        ("torn behind a recover record", torn_again),
        ("written by hand", by_hand),
        ("rubbish for a marker", rubbish),
        ("no marker at all", unmarked),
    ]
}

/// Gives every tail with the system calls of an append on it.
fn tails_and_calls() -> Vec<(&'static str, Ground, Vec<Call>)> {
    let with_calls = |(name, ground): (&'static str, Ground)| {
        let (calls, answers) = calls_of(&ground.copy(), &ORDERS);
        assert!(matches!(answers[..], [Answer::Open { .. }, Answer::Acked(_)]), "{name}: {answers:?}");
        (name, ground, calls)
    };
    tails().into_iter().map(with_calls).collect()
}

fn killed_at(ground: &Ground, call: &Call) -> Ground {
    let mut copy = ground.copy();
    let mut appender = start_with(&copy, call, "signal=KILL");
    ORDERS.iter().for_each(|order| appender.tell(order));
    let (answers, status) = appender.end();
    assert_eq!(status.signal(), Some(9), "the process did not come to its call: {answers:?}");
    copy.note(answers);
    copy.note_killed(8);
    copy
}

/// Tries every tail on a thread of its own, two at a time, and gives how many cases there were.
fn count_cases(attempt: impl Fn(&str, &Ground, &[Call]) -> usize + Sync) -> usize {
    let tails = tails_and_calls();
    let attempt = &attempt;
    std::thread::scope(|scope| {
        let share = |share: &'_ [(&'static str, Ground, Vec<Call>)]| -> usize {
            share.iter().map(|(name, ground, calls)| attempt(name, ground, calls)).sum()
        };
        let threads: Vec<_> =
            tails.chunks(tails.len().div_ceil(2)).map(|part| scope.spawn(move || share(part))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    })
}

#[test]
fn killed_at_any_system_call_of_an_append_a_process_leaves_a_journal_that_goes_on() {
    needs!(STRACE);
    let cases = count_cases(|name, ground, calls| {
        for call in calls {
            let mut killed = killed_at(ground, call);
            killed.check().unwrap_or_else(|error| panic!("{name}, killed at {}: {error}", call.line));
        }
        calls.len()
    });
    assert!(cases >= 400, "{cases} cases");
}

/// Tells whether a record is not acknowledged by an append that meets an error here.
fn is_needed(call: &Call) -> bool {
    !matches!(&*call.name, "fallocate" | "close" | "lseek" | "fcntl")
}

/// Fails one call of an append, and lets the same process try once more.
fn failed_at(ground: &Ground, call: &Call, errno: &str) -> (Ground, Vec<Answer>) {
    let mut copy = ground.copy();
    let mut appender = start_with(&copy, call, &format!("error={errno}"));
    [ORDERS[0], ORDERS[1], ORDERS[1]].iter().for_each(|order| appender.tell(order));
    let (answers, status) = appender.end();
    assert_eq!(status.signal(), None, "{answers:?}");
    copy.note(answers.clone());
    copy.note_killed(8);
    (copy, answers)
}

#[test]
fn failed_at_any_call_on_a_file_an_append_acknowledges_nothing_and_what_it_leaves_is_mended() {
    needs!(STRACE);
    let cases = count_cases(|name, ground, calls| {
        if !is_long() && !["clean", "torn write"].contains(&name) {
            return 0;
        }
        let calls: Vec<_> = calls.iter().filter(|call| call.is_on_a_file()).collect();
        for (call, errno) in calls.iter().flat_map(|call| ERRNOS.map(|errno| (call, errno))) {
            let (mut failed, answers) = failed_at(ground, call, errno);
            let acked = matches!(answers.get(1), Some(Answer::Acked(_)));
            assert!(!acked || errno != "EIO" || !is_needed(call), "{name}, EIO at {}: {answers:?}", call.line);
            failed.check().unwrap_or_else(|error| panic!("{name}, {errno} at {}: {error}", call.line));
        }
        calls.len() * ERRNOS.len()
    });
    assert!(cases >= if is_long() { 1_500 } else { 300 }, "{cases} cases");
}
