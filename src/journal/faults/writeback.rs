//! The disk fails while it writes back, a second process goes on, then the power fails or does not.
//!
//! After a failed sync the lost pages read well and another process's sync succeeds. Whatever part of
//! the record reached the platter, the second process has to fence it or to record nothing.

use super::*;
use crate::journal::storage::sim::{Call, FATES, Fate, Mishap};

const EIO: i32 = 5;
const SECTORS: u32 = 3;

/// When the second process opened the journal, and whether the disk fails it as well.
#[derive(Clone, Copy, Debug)]
struct Second {
    opened_before: bool,
    fails_too: bool,
}

/// Gives every combination of what becomes of the sectors of a record.
fn all_fates() -> impl Iterator<Item = Vec<Fate>> {
    (0..3_usize.pow(SECTORS)).map(|way| (0..SECTORS).map(|sector| FATES[way / 3_usize.pow(sector) % 3]).collect())
}

/// Lets the first process's sync fail, and gives what the second one came to.
fn go_on_after_a_failure(fates: &[Fate], second: Second) -> (Site, Result<Acked, JournalError>) {
    let site = Site::new().with(1, 200);
    site.machine.on_failed_sync(fates.to_vec());
    let other = site.machine.process(9);
    let early = second.opened_before.then(|| open(&other).unwrap());
    let first = site.machine.process(8);
    let mut writer = open(&first).unwrap();
    first.at_next(Call::Sync, Mishap::Errno(EIO));
    let error = append(&mut writer, &draft(8, 1_000)).unwrap_err();
    assert!(matches!(error, JournalError::NotSynced { .. }) && writer.is_halted(), "{error}");
    if second.fails_too {
        other.at_next(Call::Sync, Mishap::Errno(EIO));
    }
    let done = early.map_or_else(|| open(&other), Ok).and_then(|mut writer| append(&mut writer, &draft(9, 400)));
    (site, done)
}

/// Tells whether the first process's record and a recover record are in the journal.
fn finds(site: &Site) -> (bool, bool) {
    let (records, verdict) = read_all(&*world(&site.machine.process(5)).storage, &run_path()).unwrap();
    assert!(verdict.is_whole(), "{verdict:?}");
    let holds = |text: &str| records.iter().any(|record| memchr::memmem::find(&record.line, text.as_bytes()).is_some());
    (holds(&format!(r#""id":"{}""#, draft(8, 1_000).id())), holds(r#""t":"recover""#))
}

#[test]
fn what_a_failed_write_back_lost_is_fenced_or_refused_by_the_next_process_and_survives_a_remount() {
    let mut cases = 0;
    let seconds = [(false, false), (false, true), (true, false), (true, true)];
    for (opened_before, fails_too) in seconds {
        let second = Second { opened_before, fails_too };
        for fates in all_fates() {
            let (mut site, done) = go_on_after_a_failure(&fates, second);
            assert_eq!(done.is_err(), fails_too, "{second:?}, {fates:?}: {done:?}");
            if done.is_ok() {
                let (kept, fenced) = finds(&site);
                assert_ne!(kept, fenced, "{second:?}, {fates:?}: kept whole, or fenced");
            }
            site.acked.extend(done.ok());
            site.check().unwrap_or_else(|error| panic!("{second:?}, {fates:?}: {error}"));
            for fate in FATES {
                let remounted = site.fork();
                remounted.machine.crash(|| fate, true);
                remounted.check().unwrap_or_else(|error| panic!("{second:?}, {fates:?}, then {fate:?}: {error}"));
                cases += 1;
            }
        }
    }
    assert!(cases >= 300, "{cases} cases");
}
