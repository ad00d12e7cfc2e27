//! Every errno at every call of an append, of opening a journal and of making a run.

use super::*;
use crate::journal::storage::sim::{Call, FATES, Fate, Mishap};

const ERRNOS: [i32; 8] = [1, 4, 5, 11, 12, 27, 28, 122];

fn calls_of_an_append(site: &Site) -> Vec<(Call, String)> {
    let process = site.fork().machine.process(8);
    append(&mut open(&process).unwrap(), &draft(8, 700)).unwrap();
    process.calls()
}

/// Fails one call, then tries the same draft again with the same writer and with a new one.
fn try_through(site: &Site, at: usize, errno: i32) -> Site {
    let mut site = site.fork();
    let process = site.machine.process(8);
    process.plan(at, Mishap::Errno(errno));
    let first = open(&process).and_then(|mut writer| {
        let first = append(&mut writer, &draft(8, 700));
        let again = append(&mut writer, &draft(8, 700));
        let same = matches!((&first, &again), (Ok(first), Ok(again)) if first != again);
        assert!(!same, "recorded twice: {first:?} {again:?}");
        site.acked.extend(again.ok());
        first
    });
    site.acked.extend(first.ok());
    site.acked.dedup();
    site
}

#[test]
fn nothing_is_acknowledged_that_an_error_lost_and_nothing_is_recorded_twice() {
    let fragment = {
        let site = Site::new();
        let process = site.machine.process(7);
        let append_at = calls_of_an_append(&site).iter().rposition(|(call, _)| *call == Call::Append);
        process.plan(append_at.unwrap(), Mishap::Short(333));
        append(&mut open(&process).unwrap(), &draft(7, 700)).unwrap_err();
        site
    };
    let mut cases = 0;
    for site in [Site::new(), fragment] {
        for (at, errno) in (0..calls_of_an_append(&site).len()).flat_map(|at| ERRNOS.map(|errno| (at, errno))) {
            let site = try_through(&site, at, errno);
            site.check().unwrap_or_else(|error| panic!("errno {errno} at {at}: {error}"));
            site.machine.crash(|| Fate::Dropped, true);
            site.check().unwrap_or_else(|error| panic!("errno {errno} at {at}, crash: {error}"));
            cases += 1;
        }
    }
    assert!(cases > 250, "{cases} cases");
}

fn make(process: &Process) -> Result<PathBuf, JournalError> {
    let (first, files) = (draft(3, 1_000), [("manifest.json", &b"{}"[..]), ("runbook.yaml", &b"mop: 1"[..])]);
    let run = NewRun { name: "two", files: &files, first: &first, file_systems: FileSystems::Reliable };
    create_run(&*world(process).storage, Path::new("/runs"), &run)
}

/// Tells whether the run that was made is there; if it is, it is whole and takes a record.
fn is_made(site: &Site) -> bool {
    if !site.machine.names(Path::new("/runs")).contains(&"two".to_owned()) {
        return false;
    }
    let site = site.fork();
    let (world, run) = (world(&site.machine.process(6)), Path::new("/runs/two"));
    assert_eq!(site.machine.bytes(&run.join("runbook.yaml")), b"mop: 1");
    let mut writer = Writer::open(&world, run, br#"{"sid":"a"}"#).unwrap();
    append(&mut writer, &draft(4, 10)).unwrap();
    let (records, verdict) = read_all(&*world.storage, run).unwrap();
    assert!(verdict.is_whole() && records.len() == 2, "{verdict:?}");
    true
}

#[test]
fn whatever_error_meets_the_making_of_a_run_it_is_there_whole_or_not_at_all() {
    let process = Site::new().machine.process(2);
    make(&process).unwrap();
    let mut cases = 0;
    for (at, errno) in (0..process.calls().len()).flat_map(|at| ERRNOS.map(|errno| (at, errno))) {
        let site = Site::new();
        let process = site.machine.process(2);
        process.plan(at, Mishap::Errno(errno));
        assert!(make(&process).is_err(), "errno {errno} at {at}");
        is_made(&site);
        for (fate, names_kept) in FATES.iter().flat_map(|fate| [(fate, false), (fate, true)]) {
            let crashed = site.fork();
            crashed.machine.crash(|| *fate, names_kept);
            is_made(&crashed);
            cases += 1;
        }
    }
    assert!(is_made(&{
        let site = Site::new();
        make(&site.machine.process(2)).unwrap();
        site
    }));
    assert!(cases >= 1_000, "{cases} cases");
}

#[test]
fn an_error_at_any_call_of_opening_leaves_the_journal_as_it_was_and_opens_the_next_time() {
    let site = Site::new().with(1, 700);
    let before = site.machine.bytes(&journal_path());
    let probe = site.fork().machine.process(8);
    open(&probe).unwrap();
    let calls = probe.calls();
    let mut cases = 0;
    for (at, errno) in (0..calls.len()).flat_map(|at| ERRNOS.map(|errno| (at, errno))) {
        let fork = site.fork();
        let process = fork.machine.process(8);
        process.plan(at, Mishap::Errno(errno));
        assert_eq!(open(&process).is_err(), calls[at].0 != Call::Reserve, "errno {errno} at {at}");
        assert_eq!(fork.machine.bytes(&journal_path()), before, "errno {errno} at {at}");
        open(&process).unwrap_or_else(|error| panic!("errno {errno} at {at}: {error}"));
        fork.check().unwrap_or_else(|error| panic!("errno {errno} at {at}: {error}"));
        cases += 1;
    }
    assert!(cases >= 100, "{cases} cases");
}

#[test]
fn an_error_at_any_call_that_matters_is_an_error_of_the_append() {
    let site = Site::new();
    let calls = calls_of_an_append(&site);
    for (at, (call, name)) in calls.iter().enumerate() {
        let fork = site.fork();
        let process = fork.machine.process(8);
        process.plan(at, Mishap::Errno(5));
        let done = open(&process).and_then(|mut writer| append(&mut writer, &draft(8, 700)));
        assert_eq!(done.is_err(), *call != Call::Reserve, "{call:?} {name} at {at}");
    }
}

#[test]
fn an_append_writes_the_journal_once_and_syncs_it_once_before_it_marks_the_end() {
    let process = Site::new().machine.process(8);
    let mut writer = open(&process).unwrap();
    let begun = process.calls().len();
    append(&mut writer, &draft(8, 700)).unwrap();
    let calls = process.calls().split_off(begun);
    let told: Vec<_> = calls.iter().map(|(call, name)| format!("{call:?} {name}")).collect();
    assert_eq!(
        told,
        [
            "Lock lock",
            "StatPath seal.txt",
            "Stat lock",
            "StatPath lock",
            "Stat journal.jsonl",
            "StatPath journal.jsonl",
            "Read lock",
            "Write lock",
            "Append journal.jsonl",
            "Sync journal.jsonl",
            "Write lock",
            "Unlock lock"
        ]
    );
}

#[test]
fn a_writer_records_nothing_more_after_a_failed_sync() {
    let process = Site::new().machine.process(8);
    let mut writer = open(&process).unwrap();
    process.at_next(Call::Sync, Mishap::Errno(5));
    let error = append(&mut writer, &draft(8, 700)).unwrap_err();
    assert!(matches!(error, JournalError::NotSynced { .. }), "{error}");
    let made = process.calls().len();
    let error = append(&mut writer, &draft(9, 10)).unwrap_err();
    assert!(matches!(error, JournalError::Halted { .. }) && writer.is_halted());
    assert_eq!(process.calls().len(), made, "a halted writer leaves the disk alone");
}

#[test]
fn a_writer_goes_on_after_the_disk_was_full() {
    let mut site = Site::new();
    let process = site.machine.process(8);
    let mut writer = open(&process).unwrap();
    for mishap in [Mishap::Errno(28), Mishap::Short(500), Mishap::Errno(122), Mishap::Errno(27)] {
        process.at_next(Call::Append, mishap);
        let error = append(&mut writer, &draft(8, 700)).unwrap_err();
        assert!(matches!(error, JournalError::NotWritten { .. }) && !writer.is_halted(), "{error}");
    }
    site.acked.push(append(&mut writer, &draft(8, 700)).unwrap());
    site.check().unwrap();
}

#[test]
fn a_writer_stops_when_writing_fails_for_another_reason_than_want_of_room() {
    let process = Site::new().machine.process(8);
    let mut writer = open(&process).unwrap();
    process.at_next(Call::Append, Mishap::Errno(5));
    append(&mut writer, &draft(8, 700)).unwrap_err();
    assert!(writer.is_halted());
}

#[test]
fn a_record_whose_mark_failed_is_confirmed_by_appending_it_again() {
    let process = Site::new().machine.process(8);
    let mut writer = open(&process).unwrap();
    process.plan(process.calls().len() + 10, Mishap::Errno(28));
    let error = append(&mut writer, &draft(8, 700)).unwrap_err();
    assert!(matches!(error, JournalError::NotMarked { .. }), "{error}");
    let again = writer.append(&draft(8, 700), |_| Ok::<(), ()>(())).unwrap();
    assert!(matches!(again, Outcome::Already(done) if done.n == 1), "{again:?}");
}
