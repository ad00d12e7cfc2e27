//! Killed at every call, then the power fails: every combination of lost sectors, for every tail.

use super::*;
use crate::journal::storage::sim::{Call, FATES, Fate, Mishap};

const EIO: i32 = 5;
const ENOSPC: i32 = 28;

/// Gives the sites on which the next append finds each kind of tail.
fn tails() -> Vec<(&'static str, Site)> {
    let clean = || Site::new().with(1, 600);
    vec![
        ("clean", clean()),
        ("short write", broken_write(clean(), Mishap::Short(700))),
        ("write killed", broken_write(clean(), Mishap::KillIn(650))),
        ("only the line feed missing", missing_line_feed(clean())),
        ("killed before the sync", at_last(clean(), Call::Sync, Mishap::Kill)),
        ("killed before the mark", at_last(clean(), Call::Write, Mishap::Kill)),
        ("no room", at_last(clean(), Call::Append, Mishap::Errno(ENOSPC))),
        ("failed sync, all lost", failed_sync(clean(), vec![])),
        ("failed sync, middle lost", failed_sync(clean(), vec![Fate::Kept, Fate::Zeroed, Fate::Kept])),
        ("failed sync, start lost", failed_sync(clean(), vec![Fate::Dropped, Fate::Kept, Fate::Kept])),
        ("written by hand", written_by_hand(clean())),
        ("recover killed", at_last(broken_write(clean(), Mishap::Short(90)), Call::Append, Mishap::Kill)),
    ]
}

/// Appends a record and lets something happen at the last call of a kind.
fn at_last(site: Site, call: Call, mishap: Mishap) -> Site {
    let probe = site.fork().machine.process(7);
    append(&mut open(&probe).unwrap(), &draft(7, 700)).unwrap();
    let at = probe.calls().iter().rposition(|(made, _)| *made == call).unwrap();
    let process = site.machine.process(7);
    process.plan(at, mishap);
    append(&mut open(&process).unwrap(), &draft(7, 700)).unwrap_err();
    process.kill();
    site
}

fn broken_write(site: Site, mishap: Mishap) -> Site {
    at_last(site, Call::Append, mishap)
}

fn missing_line_feed(site: Site) -> Site {
    let probe = site.fork().with(7, 700);
    let line = probe.size() - site.size();
    broken_write(site, Mishap::Short(line - 1))
}

fn failed_sync(site: Site, fates: Vec<Fate>) -> Site {
    site.machine.on_failed_sync(fates);
    at_last(site, Call::Sync, Mishap::Errno(EIO))
}

fn written_by_hand(site: Site) -> Site {
    let mut bytes = site.machine.bytes(&journal_path());
    bytes.extend_from_slice(b"hello\n\nworld");
    site.machine.overwrite(&journal_path(), &bytes);
    site
}

/// Appends one record with a mishap in its way; acknowledged or not.
fn append_with(site: &Site, mishap: Option<(usize, Mishap)>) -> (Site, Vec<Call>) {
    let mut site = site.fork();
    let process = site.machine.process(8);
    if let Some((at, mishap)) = mishap {
        process.plan(at, mishap);
    }
    let done = open(&process).and_then(|mut writer| append(&mut writer, &draft(8, 1_900)));
    process.kill();
    site.acked.extend(done.ok());
    (site, process.calls().into_iter().map(|(call, _)| call).collect())
}

/// Gives every way of being killed: before each call, in each write, and not at all.
pub fn kills(calls: &[Call]) -> Vec<Option<(usize, Mishap)>> {
    let before = (0..calls.len()).map(|at| Some((at, Mishap::Kill)));
    let appends = calls.iter().enumerate().filter(|(_, call)| **call == Call::Append);
    let inside = appends.flat_map(|(at, _)| [1, 2, 90, 513, 1_400].map(|len| Some((at, Mishap::KillIn(len)))));
    before.chain(inside).chain([None]).collect()
}

/// Loses power in every way that the unsynced sectors allow; unsynced names are kept.
fn crashes(site: &Site) -> Vec<Site> {
    crashes_with(site, true)
}

/// Loses power in every way that the unsynced sectors allow.
pub fn crashes_with(site: &Site, names_kept: bool) -> Vec<Site> {
    let ways = 3_usize.pow(u32::try_from(site.machine.dirty()).unwrap());
    let crash = |way: usize| {
        let crashed = site.fork();
        let mut left = way;
        let fate = || {
            let fate = FATES[left % 3];
            left /= 3;
            fate
        };
        crashed.machine.crash(fate, names_kept);
        crashed
    };
    (0..ways).map(crash).collect()
}

#[test]
fn keeps_every_acknowledged_record_whatever_a_kill_and_a_crash_leave_of_an_append() {
    let mut states = 0;
    for (name, tail) in tails() {
        tail.check().unwrap_or_else(|error| panic!("{name}: {error}"));
        let (_, calls) = append_with(&tail, None);
        for kill in kills(&calls) {
            let (killed, _) = append_with(&tail, kill);
            killed.check().unwrap_or_else(|error| panic!("{name}, {kill:?}: {error}"));
            for (way, crashed) in crashes(&killed).into_iter().enumerate() {
                crashed.check().unwrap_or_else(|error| panic!("{name}, {kill:?}, way {way}: {error}"));
                states += 1;
            }
        }
    }
    assert!(states > 15_000, "{states} states");
}

#[test]
fn a_record_that_was_whole_but_not_acknowledged_is_kept_once_when_appended_again() {
    let site = at_last(Site::new(), Call::Write, Mishap::Kill);
    let mut writer = open(&site.machine.process(8)).unwrap();
    let again = writer.append(&draft(7, 700), |_| Ok::<(), ()>(())).unwrap();
    assert!(matches!(again, Outcome::Already(done) if done.n == 1), "{again:?}");
    assert_eq!(writer.last().unwrap().n, 1);
}
