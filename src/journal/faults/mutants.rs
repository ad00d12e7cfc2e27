//! Each step of an append is needed: a disk that leaves one out breaks the promise.
//!
//! The protocol is not changed here; the storage is, so that a step has no effect. Each scenario
//! passes on an honest disk and has to fail on the one that lies.

use super::*;
use crate::journal::storage::sim::{Call, Fate, Lies, Mishap};

/// Finds the last call of a kind in opening and appending.
fn last(site: &Site, call: Call) -> usize {
    let process = site.fork().machine.process(8);
    append(&mut open(&process).unwrap(), &draft(8, 700)).unwrap();
    process.calls().iter().rposition(|(made, _)| *made == call).unwrap()
}

fn power_fails_after_an_append(lies: Lies) -> Result<(), String> {
    let mut site = Site::new().with(1, 300);
    let mut writer = open(&site.machine.lying_process(8, lies)).unwrap();
    site.acked.push(append(&mut writer, &draft(8, 700)).unwrap());
    site.machine.crash(|| Fate::Dropped, true);
    site.check()
}

fn two_meet_before_a_write(lies: Lies) -> Result<(), String> {
    let mut site = Site::new().with(1, 300);
    let at = last(&site, Call::Append);
    let (one, other) = (site.machine.lying_process(8, lies), site.machine.lying_process(9, lies));
    let mut guest = open(&other).unwrap();
    let (told, heard) = std::sync::mpsc::channel();
    one.pause(at, move || told.send(append(&mut guest, &draft(9, 400))).unwrap());
    let done = open(&one).and_then(|mut writer| append(&mut writer, &draft(8, 700)));
    site.acked.extend(done.ok());
    site.acked.extend(heard.try_iter().filter_map(Result::ok));
    site.check()
}

fn a_write_is_cut_short(lies: Lies) -> Result<(), String> {
    let mut site = Site::new().with(1, 300);
    let process = site.machine.lying_process(8, lies);
    process.plan(last(&site, Call::Append), Mishap::Short(100));
    let done = open(&process).and_then(|mut writer| append(&mut writer, &draft(8, 700)));
    site.acked.extend(done.ok());
    site.check()
}

/// One process's sync fails; a second one, which was there before, goes on; then the power fails.
fn a_second_process_follows_a_failed_sync(lies: Lies) -> Result<(), String> {
    let mut site = Site::new().with(1, 300);
    let second = site.machine.lying_process(9, lies);
    let mut writer = open(&second).unwrap();
    let first = site.machine.process(8);
    first.plan(last(&site, Call::Sync), Mishap::Errno(5));
    append(&mut open(&first).unwrap(), &draft(8, 700)).unwrap_err();
    site.acked.push(append(&mut writer, &draft(9, 400)).map_err(|error| error.to_string())?);
    site.machine.crash(|| Fate::Dropped, true);
    site.check()
}

#[test]
fn every_scenario_passes_on_an_honest_disk() {
    for scenario in [
        power_fails_after_an_append,
        two_meet_before_a_write,
        a_write_is_cut_short,
        a_second_process_follows_a_failed_sync,
    ] {
        scenario(Lies::default()).unwrap();
    }
}

#[test]
fn without_the_lock_two_records_take_the_same_place() {
    two_meet_before_a_write(Lies { lock: true, ..Lies::default() }).unwrap_err();
}

#[test]
fn without_the_sync_an_acknowledged_record_is_lost() {
    power_fails_after_an_append(Lies { sync: true, ..Lies::default() }).unwrap_err();
}

#[test]
fn with_the_sync_after_the_acknowledgement_an_acknowledged_record_is_lost() {
    power_fails_after_an_append(Lies { sync_late: true, ..Lies::default() }).unwrap_err();
}

#[test]
fn with_a_short_write_taken_for_a_whole_one_an_acknowledged_record_is_lost() {
    a_write_is_cut_short(Lies { whole_write: true, ..Lies::default() }).unwrap_err();
}

#[test]
fn without_the_marker_a_second_process_builds_on_what_a_failed_sync_lost() {
    a_second_process_follows_a_failed_sync(Lies { marker: true, ..Lies::default() }).unwrap_err();
}

#[test]
fn without_dropping_the_cache_a_second_process_builds_on_what_a_failed_sync_lost() {
    a_second_process_follows_a_failed_sync(Lies { forget: true, ..Lies::default() }).unwrap_err();
}
