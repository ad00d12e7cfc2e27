//! The ledger is begun and appended to whatever fails: what was noted stays, and the next one can note.

use std::ffi::OsStr;

use super::crash::{crashes_with, kills};
use super::*;
use crate::journal::storage::sim::{Call, Fate, Lies, Mishap};
use crate::journal::{Ledger, LedgerFact, read_ledger};

const NAMES: [&str; 2] = ["one", "two"];

fn open_ledger(process: &Process) -> Result<Ledger, JournalError> {
    Ledger::open(&world(process), Path::new("/"), br#"{"sid":"test"}"#)
}

/// Begins a ledger and notes two runs; gives those that were acknowledged.
fn note_all(process: &Process) -> Vec<&'static str> {
    let Ok(mut ledger) = open_ledger(process) else { return Vec::new() };
    NAMES.into_iter().filter(|name| ledger.note_opened(name, &Digest::of(name.as_bytes())).is_ok()).collect()
}

fn noted_with(site: &Site, mishap: Option<(usize, Mishap)>) -> (Site, Vec<&'static str>, Vec<Call>) {
    let site = site.fork();
    let process = site.machine.process(8);
    if let Some((at, mishap)) = mishap {
        process.plan(at, mishap);
    }
    let acked = note_all(&process);
    process.kill();
    (site, acked, process.calls().into_iter().map(|(call, _)| call).collect())
}

/// Holds a ledger to its promise: what was acknowledged is there, and noting all again makes it whole.
fn check(site: &Site, acked: &[&str]) -> Result<(), String> {
    let site = site.fork();
    let process = site.machine.process(90);
    let storage = world(&process).storage;
    let (entries, verdict) = read_ledger(&*storage, Path::new("/")).map_err(|error| error.to_string())?;
    if let Some(found) = verdict.broken {
        return Err(found.to_string());
    }
    if !acked.iter().all(|name| entries.iter().any(|entry| entry.run == *name)) {
        return Err(format!("{acked:?} were noted, there are {entries:?}"));
    }
    let mut ledger = open_ledger(&process).map_err(|error| format!("opening: {error}"))?;
    for name in NAMES {
        ledger.note_opened(name, &Digest::of(name.as_bytes())).map_err(|error| format!("noting {name}: {error}"))?;
    }
    let (entries, verdict) = read_ledger(&*storage, Path::new("/")).map_err(|error| error.to_string())?;
    let mut runs: Vec<_> = entries.iter().map(|entry| (entry.run.as_str(), entry.fact)).collect();
    runs.sort_by_key(|(name, _)| *name);
    let expected = NAMES.map(|name| (name, LedgerFact::Opened { first: Digest::of(name.as_bytes()) }));
    let is_right = verdict.is_whole() && runs == expected;
    if is_right { Ok(()) } else { Err(format!("{verdict:?}: {runs:?}")) }
}

#[test]
fn keeps_what_was_noted_whatever_a_kill_and_a_crash_leave() {
    let site = Site::new();
    let mut states = 0;
    for kill in kills(&noted_with(&site, None).2) {
        let (killed, acked, _) = noted_with(&site, kill);
        check(&killed, &acked).unwrap_or_else(|error| panic!("{kill:?}: {error}"));
        for names_kept in [true, false] {
            for (way, crashed) in crashes_with(&killed, names_kept).into_iter().enumerate() {
                let told = format!("{kill:?}, names kept {names_kept}, way {way}");
                check(&crashed, &acked).unwrap_or_else(|error| panic!("{told}: {error}"));
                states += 1;
            }
        }
    }
    assert!(states > 400, "{states} states");
}

#[test]
fn is_begun_again_when_a_crash_kept_only_one_of_its_names() {
    let site = Site::new();
    for kill in kills(&noted_with(&site, None).2) {
        for name in ["ledger.jsonl", "ledger.lock"] {
            let (killed, acked, _) = noted_with(&site, kill);
            killed.machine.crash_names(|| Fate::Dropped, |unsynced| unsynced == OsStr::new(name));
            check(&killed, &acked).unwrap_or_else(|error| panic!("{kill:?}, {name} kept: {error}"));
        }
    }
}

#[test]
fn nothing_is_acknowledged_that_an_error_lost() {
    let mut cases = 0;
    let site = Site::new();
    for (at, errno) in (0..noted_with(&site, None).2.len()).flat_map(|at| [1, 5, 12, 28].map(|errno| (at, errno))) {
        let (failed, acked, _) = noted_with(&site, Some((at, Mishap::Errno(errno))));
        check(&failed, &acked).unwrap_or_else(|error| panic!("errno {errno} at {at}: {error}"));
        for names_kept in [true, false] {
            let crashed = failed.fork();
            crashed.machine.crash(|| Fate::Dropped, names_kept);
            check(&crashed, &acked).unwrap_or_else(|error| panic!("errno {errno} at {at}, crash: {error}"));
            cases += 1;
        }
    }
    assert!(cases > 250, "{cases} cases");
}

#[test]
fn a_process_that_finds_the_files_of_another_makes_sure_of_their_names_itself() {
    let site = Site::new();
    for at in 0..noted_with(&site, None).2.len() {
        let site = site.fork();
        let (one, other) = (site.machine.process(8), site.machine.process(9));
        one.plan(at, Mishap::Kill);
        let acked_first = note_all(&one);
        let acked = [acked_first, note_all(&other)].concat();
        site.machine.crash(|| Fate::Dropped, false);
        check(&site, &acked).unwrap_or_else(|error| panic!("killed at {at}: {error}"));
    }
}

#[test]
fn without_syncing_files_or_names_what_was_noted_is_lost() {
    for lies in [Lies { sync: true, ..Lies::default() }, Lies { dir_sync: true, ..Lies::default() }] {
        let site = Site::new();
        let acked = note_all(&site.machine.lying_process(8, lies));
        site.machine.crash(|| Fate::Dropped, !lies.dir_sync);
        check(&site, &acked).unwrap_err();
    }
}
