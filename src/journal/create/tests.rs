//! A run's directory is there whole or not at all.

use super::super::faults::{Site, draft, world};
use super::super::storage::sim::{Fate, Machine, Mishap, Process};
use super::super::{Outcome, Writer, read_all};
use super::*;

fn make(process: &Process, runs: &str, file_systems: FileSystems) -> Result<PathBuf, JournalError> {
    let first = draft(3, 1_000);
    let files: [(&str, &[u8]); 2] = [("manifest.json", br#"{"run":"two"}"#), ("runbook.yaml", b"name: two")];
    let run = NewRun { name: "two", files: &files, first: &first, file_systems };
    create_run(&*world(process).storage, Path::new(runs), &run)
}

/// Tells whether the run is there; if it is, it has to be whole and take a record.
fn is_there(machine: &Machine) -> bool {
    if !machine.names(Path::new("/runs")).contains(&"two".to_owned()) {
        return false;
    }
    let run = Path::new("/runs/two");
    let names = ["blobs", "journal.jsonl", "lock", "manifest.json", "runbook.yaml", "seal", "secrets", "sessions"];
    assert_eq!(machine.names(run), names);
    assert_eq!(machine.bytes(&run.join("runbook.yaml")), b"name: two");
    let world = world(&machine.process(6));
    let (records, verdict) = read_all(&*world.storage, run).unwrap();
    assert!(verdict.is_whole() && records.len() == 1 && records[0].n == 0);
    let mut writer = Writer::open(&world, run, br#"{"sid":"a"}"#).unwrap();
    let done = writer.append(&draft(4, 10), |_| Ok::<(), ()>(())).unwrap();
    assert!(matches!(done, Outcome::Appended(done) if done.n == 1));
    true
}

#[test]
fn a_new_run_has_its_files_and_its_first_record() {
    let site = Site::new();
    let path = make(&site.machine.process(2), "/runs", FileSystems::Reliable).unwrap();
    assert_eq!(path, Path::new("/runs/two"));
    assert!(is_there(&site.machine));
}

#[test]
fn a_run_is_whole_or_absent_whatever_call_was_the_last_before_the_power_failed() {
    let process = Site::new().machine.process(2);
    make(&process, "/runs", FileSystems::Reliable).unwrap();
    let calls = process.calls().len();
    for (at, names_kept) in (0..=calls).flat_map(|at| [(at, false), (at, true)]) {
        for fate in [Fate::Dropped, Fate::Zeroed, Fate::Kept] {
            let site = Site::new();
            let process = site.machine.process(2);
            process.plan(at, Mishap::Kill);
            let made = make(&process, "/runs", FileSystems::Reliable).is_ok();
            site.machine.crash(|| fate, names_kept);
            assert!(is_there(&site.machine) || !made, "killed at {at}, {fate:?}");
        }
    }
}

#[test]
fn an_error_at_any_call_is_an_error_of_the_whole() {
    let process = Site::new().machine.process(2);
    make(&process, "/runs", FileSystems::Reliable).unwrap();
    for (at, errno) in (0..process.calls().len()).flat_map(|at| [5, 28, 13].map(|errno| (at, errno))) {
        let site = Site::new();
        let process = site.machine.process(2);
        process.plan(at, Mishap::Errno(errno));
        make(&process, "/runs", FileSystems::Reliable).unwrap_err();
        is_there(&site.machine);
    }
}

#[test]
fn a_name_that_is_taken_is_left_alone() {
    let site = Site::new();
    make(&site.machine.process(2), "/runs", FileSystems::Reliable).unwrap();
    let error = make(&site.machine.process(2), "/runs", FileSystems::Reliable).unwrap_err();
    assert!(matches!(error, JournalError::Exists { .. }), "{error}");
    assert!(is_there(&site.machine));
}

#[test]
fn a_network_file_system_is_refused_unless_it_is_allowed() {
    let site = Site::new();
    let error = make(&site.machine.process(2), "/runs/nfs", FileSystems::Reliable).unwrap_err();
    assert!(error.to_string().contains("/runs/nfs lies on NFS"), "{error}");
    make(&site.machine.process(2), "/runs/nfs", FileSystems::Any).unwrap();
    for (magic, kind) in [(0xFF53_4D42, Some("CIFS")), (0x6573_5546, Some("FUSE")), (0xEF53, None)] {
        assert_eq!(unreliable_file_system(magic), kind);
    }
}
