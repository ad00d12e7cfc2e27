//! Two processes on one journal, one of them interrupted at every call by the other.

use super::*;
use crate::journal::storage::sim::{Call, Mishap};

fn calls_of_an_append(site: &Site) -> usize {
    let process = site.fork().machine.process(8);
    append(&mut open(&process).unwrap(), &draft(8, 700)).unwrap();
    process.calls().len()
}

/// Lets one process append while another appends `count` records right before its call `at`.
fn interrupted(site: &Site, (at, kill): (usize, bool), count: u8) -> (Site, usize) {
    let mut site = site.fork();
    let (one, other) = (site.machine.process(8), site.machine.process(9));
    let mut guest = open(&other).unwrap();
    let (told, heard) = std::sync::mpsc::channel();
    let host = one.clone();
    one.pause(at, move || {
        if kill {
            host.kill();
        }
        for number in 0..count {
            let _ = told.send(append(&mut guest, &draft(100 + number, 400)));
        }
    });
    let done = open(&one).and_then(|mut writer| append(&mut writer, &draft(8, 700)));
    site.acked.extend(done.ok());
    let foreign: Vec<_> = heard.try_iter().collect();
    let refused = foreign.iter().filter(|done| matches!(done, Err(JournalError::Busy { .. }))).count();
    assert!(foreign.iter().all(|done| matches!(done, Ok(_) | Err(JournalError::Busy { .. }))), "{foreign:?}");
    site.acked.extend(foreign.into_iter().filter_map(Result::ok));
    (site, refused)
}

#[test]
fn two_writers_never_lose_double_or_fork_a_record_at_whatever_call_they_meet() {
    let site = Site::new().with(1, 300);
    let mut refused = 0;
    for (at, count) in (0..calls_of_an_append(&site)).flat_map(|at| [(at, 1), (at, 2)]) {
        let (site, busy) = interrupted(&site, (at, false), count);
        site.check().unwrap_or_else(|error| panic!("met at call {at}: {error}"));
        refused += busy;
    }
    assert!(refused > 0, "the lock was never seen held");
}

#[test]
fn a_writer_takes_over_from_one_that_was_killed_at_whatever_call() {
    let site = Site::new().with(1, 300);
    for at in 0..calls_of_an_append(&site) {
        let (site, busy) = interrupted(&site, (at, true), 2);
        site.check().unwrap_or_else(|error| panic!("killed at call {at}: {error}"));
        assert_eq!(busy, 0, "the lock of a killed process is free");
    }
}

#[test]
fn a_writer_that_waits_too_long_says_who_holds_the_lock() {
    let site = Site::new();
    let (one, other) = (site.machine.process(8), site.machine.process(9));
    let mut guest = open(&other).unwrap();
    let (told, heard) = std::sync::mpsc::channel();
    let mut writer = open(&one).unwrap();
    let write_at = one.calls().len() + 8;
    one.pause(write_at, move || told.send(append(&mut guest, &draft(9, 10))).unwrap());
    append(&mut writer, &draft(8, 10)).unwrap();
    let error = heard.recv().unwrap().unwrap_err();
    assert!(
        matches!(error, JournalError::Busy { holder: Some(8), waited, .. } if waited.as_millis() == 2_000),
        "{error}"
    );
    assert!(error.to_string().contains("held by process 8, waited 2000 ms"), "{error}");
}

#[test]
fn the_loser_of_a_conflict_is_told_by_its_own_check_and_records_nothing() {
    let site = Site::new();
    let mut loser = open(&site.machine.process(8)).unwrap();
    let mut winner = open(&site.machine.process(9)).unwrap();
    let seen = loser.last().unwrap();
    let won = append(&mut winner, &draft(9, 10)).unwrap();
    let late = draft(8, 10).after(seen.n, seen.head);
    let told = loser.append(&late, |unseen| Err::<(), _>((unseen.len(), unseen[0].head))).unwrap();
    assert_eq!(told, Outcome::Refused((1, won.2)));
    assert_eq!(loser.last().unwrap().n, 1);
    let done = loser.append(&late, |_| Ok::<(), ()>(())).unwrap();
    assert!(matches!(done, Outcome::Appended(done) if done.n == 2));
}

#[test]
fn a_draft_is_not_checked_against_what_it_has_seen() {
    let site = Site::new();
    let mut writer = open(&site.machine.process(8)).unwrap();
    let (_, n, head) = append(&mut writer, &draft(9, 10)).unwrap();
    let done = writer.append(&draft(8, 10).after(n, head), |_| Err(())).unwrap();
    assert!(matches!(done, Outcome::Appended(done) if done.n == 2));
}

#[test]
fn a_draft_that_was_decided_on_a_record_that_vanished_is_not_recorded() {
    let site = Site::new();
    let mut writer = open(&site.machine.process(8)).unwrap();
    for base in [(0, Digest::ZERO), (1, Digest::ZERO)] {
        let error = writer.append(&draft(8, 10).after(base.0, base.1), |_| Ok::<(), ()>(())).unwrap_err();
        assert!(matches!(error, JournalError::Unknown { .. }), "{error}");
    }
    assert!(!writer.is_halted());
    site.check().unwrap();
}

#[test]
fn a_writer_whose_fence_broke_trusts_nothing_when_another_one_mended_it() {
    let site = Site::new();
    let one = site.machine.process(8);
    let mut writer = open(&one).unwrap();
    for len in [40, 1] {
        one.at_next(Call::Append, Mishap::Short(len));
        append(&mut writer, &draft(8, 700)).unwrap_err();
    }
    let mut site = site.with(9, 100);
    site.acked.push(append(&mut writer, &draft(8, 700)).unwrap());
    site.check().unwrap();
}
