//! Killed at every call, then the power fails: every combination of lost sectors, for every tail.

use std::collections::BTreeSet;

use super::*;
use crate::journal::storage::sim::{Call, FATES, Fate, Mishap};

const EIO: i32 = 5;
const ENOSPC: i32 = 28;
/// The text of the record that is appended over and over: long enough for six sectors.
const LONG: usize = 2_600;

/// Gives the sites on which the next append finds each kind of tail, behind a record of some length.
fn tails(base: usize) -> Vec<(&'static str, Site)> {
    let clean = || Site::new().with(1, base);
    let torn = || broken_write(clean(), Mishap::Short(90));
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
        ("killed behind a recover record", at_last(torn(), Call::Append, Mishap::Kill)),
        ("torn behind a recover record", at_last(torn(), Call::Append, Mishap::Short(800))),
        ("torn recover record", at_first_write(torn(), Mishap::KillIn(120))),
        ("fenced", torn().with(2, 40)),
        ("rubbish for a marker", marked(clean(), b"so it was done and seen")),
        ("no marker at all", marked(clean(), b"")),
    ]
}

fn marked(site: Site, marker: &[u8]) -> Site {
    site.machine.overwrite(&lock_path(), marker);
    site
}

/// Lets something happen to the first line that an append writes.
fn at_first_write(site: Site, mishap: Mishap) -> Site {
    let process = site.machine.process(7);
    process.at_next(Call::Append, mishap);
    append(&mut open(&process).unwrap(), &draft(7, 700)).unwrap_err();
    process.kill();
    site
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
    let done = open(&process).and_then(|mut writer| append(&mut writer, &draft(8, LONG)));
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

/// Counts states, and checks those that it has not met before.
#[derive(Debug, Default)]
struct Survey {
    states: usize,
    met: BTreeSet<[u8; 64]>,
}

impl Survey {
    fn take(&mut self, crashed: &Site) -> Result<(), String> {
        self.states += 1;
        let Site { machine, acked } = crashed;
        let state = [machine.bytes(&journal_path()), machine.bytes(&lock_path()), format!("{acked:?}").into()].concat();
        if self.met.insert(*Digest::of(&state).as_hex()) { crashed.check() } else { Ok(()) }
    }

    /// Kills an append at every call and in every write, and each time loses the power in every way.
    fn of(name: &str, tail: &Site) -> Self {
        let mut survey = Self::default();
        tail.check().unwrap_or_else(|error| panic!("{name}: {error}"));
        let (_, calls) = append_with(tail, None);
        for kill in kills(&calls) {
            let (killed, _) = append_with(tail, kill);
            killed.check().unwrap_or_else(|error| panic!("{name}, {kill:?}: {error}"));
            for (way, crashed) in crashes(&killed).into_iter().enumerate() {
                survey.take(&crashed).unwrap_or_else(|error| panic!("{name}, {kill:?}, way {way}: {error}"));
            }
        }
        survey
    }
}

fn survey_tails(base: usize) -> Vec<Survey> {
    tails(base).iter().map(|(name, tail)| Survey::of(name, tail)).collect()
}

#[test]
fn keeps_every_acknowledged_record_whatever_a_kill_and_a_crash_leave_of_an_append() {
    let surveys = [600, 250].map(|base| std::thread::spawn(move || survey_tails(base)));
    let surveys: Vec<Survey> = surveys.into_iter().flat_map(|survey| survey.join().unwrap()).collect();
    let states: usize = surveys.iter().map(|survey| survey.states).sum();
    let different: usize = surveys.iter().map(|survey| survey.met.len()).sum();
    assert!(states >= 50_000 && different >= 10_000, "{states} states, {different} of them different");
}

#[test]
fn a_record_that_was_whole_but_not_acknowledged_is_kept_once_when_appended_again() {
    let site = at_last(Site::new(), Call::Write, Mishap::Kill);
    let mut writer = open(&site.machine.process(8)).unwrap();
    let again = writer.append(&draft(7, 700), |_| Ok::<(), ()>(())).unwrap();
    assert!(matches!(again, Outcome::Already(done) if done.n == 1), "{again:?}");
    assert_eq!(writer.last().unwrap().n, 1);
}
