//! What a record relies on beside the journal, blobs and salts, is durable before the record is.

use super::crash::{crashes_with, kills};
use super::*;
use crate::journal::storage::sim::{Call, Fate, Lies, Mishap};
use crate::journal::{Keeper, Standing, Subject, audit, blob_path, commitment, get_blob, put_blob, salt_of};

const CONTENT: [u8; 700] = [b'e'; 700];

/// Keeps a blob and appends a record that names it; tells whether the blob was acknowledged.
fn record_blob(process: &Process, number: u8) -> bool {
    let Ok(blob) = put_blob(&*world(process).storage, &run_path(), &CONTENT) else { return false };
    let body = format!(r#"{{"t":"shown","number":{number},"blobs":["{blob}"]}}"#);
    let draft = Draft::new(RecordId::from_bits([number; 16]), body.as_bytes()).unwrap();
    // Whether the record is there does not matter: if it is, the blob has to be.
    let _ = open(process).and_then(|mut writer| append(&mut writer, &draft));
    true
}

fn recorded_with(site: &Site, mishap: Option<(usize, Mishap)>) -> (Site, bool, Vec<Call>) {
    let site = site.fork();
    let process = site.machine.process(8);
    if let Some((at, mishap)) = mishap {
        process.plan(at, mishap);
    }
    let acked = record_blob(&process, 8);
    process.kill();
    (site, acked, process.calls().into_iter().map(|(call, _)| call).collect())
}

/// Holds a run to its promise: no record names a blob that is not there, an acknowledged one is
/// there, and the same content can be kept again.
fn check(site: &Site, acked: bool) -> Result<(), String> {
    let process = site.fork().machine.process(90);
    let storage = world(&process).storage;
    let subject = Subject { run: &run_path(), state: None, receipts: &[] };
    let found = audit(&*storage, &subject, &mut |_| {}).map_err(|error| error.to_string())?;
    if let Standing::Altered(found) = found.standing {
        return Err(found.to_string());
    }
    let blob = Digest::of(&CONTENT);
    let kept = get_blob(&*storage, &run_path(), &blob).map_err(|error| error.to_string())?;
    if acked && kept.is_none() {
        return Err("an acknowledged blob is gone".into());
    }
    put_blob(&*storage, &run_path(), &CONTENT).map_err(|error| format!("keeping it again: {error}"))?;
    let kept = get_blob(&*storage, &run_path(), &blob).map_err(|error| error.to_string())?;
    if kept.as_deref() == Some(&CONTENT) { Ok(()) } else { Err("kept again, and not there".into()) }
}

#[test]
fn a_record_never_names_a_blob_that_a_kill_and_a_crash_lose() {
    let site = Site::new();
    let mut states = 0;
    for kill in kills(&recorded_with(&site, None).2) {
        let (killed, acked, _) = recorded_with(&site, kill);
        check(&killed, acked).unwrap_or_else(|error| panic!("{kill:?}: {error}"));
        for names_kept in [true, false] {
            for (way, crashed) in crashes_with(&killed, names_kept).into_iter().enumerate() {
                let told = format!("{kill:?}, names kept {names_kept}, way {way}");
                check(&crashed, acked).unwrap_or_else(|error| panic!("{told}: {error}"));
                states += 1;
            }
        }
    }
    assert!(states > 400, "{states} states");
}

#[test]
fn a_blob_is_not_acknowledged_that_an_error_lost() {
    let mut cases = 0;
    let site = Site::new();
    for (at, errno) in (0..recorded_with(&site, None).2.len()).flat_map(|at| [1, 5, 12, 28].map(|errno| (at, errno))) {
        let (failed, acked, _) = recorded_with(&site, Some((at, Mishap::Errno(errno))));
        check(&failed, acked).unwrap_or_else(|error| panic!("errno {errno} at {at}: {error}"));
        for names_kept in [true, false] {
            let crashed = failed.fork();
            crashed.machine.crash(|| Fate::Dropped, names_kept);
            check(&crashed, acked).unwrap_or_else(|error| panic!("errno {errno} at {at}, crash: {error}"));
            cases += 1;
        }
    }
    assert!(cases > 250, "{cases} cases");
}

#[test]
fn an_error_at_any_call_that_matters_is_an_error_of_keeping_it() {
    let probe = Site::new().machine.process(8);
    put_blob(&*world(&probe).storage, &run_path(), &CONTENT).unwrap();
    for (at, (call, name)) in probe.calls().iter().enumerate() {
        let process = Site::new().machine.process(8);
        process.plan(at, Mishap::Errno(5));
        let kept = put_blob(&*world(&process).storage, &run_path(), &CONTENT);
        assert!(kept.is_err(), "{call:?} {name} at {at}");
    }
}

#[test]
fn what_a_keeper_kept_before_costs_one_look_and_survives_a_crash_with_the_record_that_names_it() {
    let site = Site::new();
    let process = site.machine.process(8);
    let (storage, mut keeper) = (world(&process).storage, Keeper::default());
    let blob = keeper.put(&*storage, &run_path(), &CONTENT).unwrap();
    let before = process.calls().len();
    assert_eq!(keeper.put(&*storage, &run_path(), &CONTENT).unwrap(), blob);
    assert_eq!(process.calls()[before..].iter().map(|(call, _)| *call).collect::<Vec<_>>(), [Call::StatPath]);
    let body = format!(r#"{{"t":"shown","blobs":["{blob}"]}}"#);
    let draft = Draft::new(RecordId::from_bits([8; 16]), body.as_bytes()).unwrap();
    append(&mut open(&process).unwrap(), &draft).unwrap();
    process.kill();
    site.machine.crash(|| Fate::Dropped, false);
    check(&site, true).unwrap();
}

#[test]
fn a_keeper_remembers_nothing_of_what_failed_or_is_gone() {
    let probe = Site::new().machine.process(8);
    put_blob(&*world(&probe).storage, &run_path(), &CONTENT).unwrap();
    for at in 0..probe.calls().len() {
        let site = Site::new();
        let process = site.machine.process(8);
        let (storage, mut keeper) = (world(&process).storage, Keeper::default());
        process.plan(at, Mishap::Errno(5));
        keeper.put(&*storage, &run_path(), &CONTENT).unwrap_err();
        keeper.put(&*storage, &run_path(), &CONTENT).unwrap();
        let crashed = site.fork();
        crashed.machine.crash(|| Fate::Dropped, false);
        check(&crashed, true).unwrap_or_else(|error| panic!("failed at {at}, then kept: {error}"));
        site.machine.unlink(&blob_path(&run_path(), &Digest::of(&CONTENT)));
        keeper.put(&*storage, &run_path(), &CONTENT).unwrap();
        site.machine.crash(|| Fate::Dropped, false);
        check(&site, true).unwrap_or_else(|error| panic!("taken away after {at}: {error}"));
    }
}

#[test]
fn a_failed_put_leaves_no_room_taken() {
    let probe = Site::new().machine.process(8);
    put_blob(&*world(&probe).storage, &run_path(), &CONTENT).unwrap();
    let shelf = run_path().join("blobs").join(&Digest::of(&CONTENT).to_string()[..2]);
    for call in [Call::Append, Call::Sync, Call::Rename] {
        let site = Site::new();
        let process = site.machine.process(8);
        process.at_next(call, Mishap::Errno(28));
        put_blob(&*world(&process).storage, &run_path(), &CONTENT).unwrap_err();
        assert_eq!(site.machine.names(&shelf), Vec::<String>::new(), "{call:?}");
    }
}

#[test]
fn two_processes_that_keep_the_same_content_at_once_can_both_name_it() {
    let site = Site::new();
    for (at, kill) in (0..recorded_with(&site, None).2.len()).flat_map(|at| [(at, false), (at, true)]) {
        let site = site.fork();
        let (one, other) = (site.machine.process(8), site.machine.process(9));
        let (host, (told, heard)) = (one.clone(), std::sync::mpsc::channel());
        one.pause(at, move || {
            if kill {
                host.kill();
            }
            told.send(record_blob(&other, 9)).unwrap();
        });
        let acked = record_blob(&one, 8) | heard.recv().unwrap();
        assert!(acked, "met at {at}");
        check(&site, acked).unwrap_or_else(|error| panic!("met at {at}: {error}"));
        for names_kept in [true, false] {
            let crashed = site.fork();
            crashed.machine.crash(|| Fate::Dropped, names_kept);
            check(&crashed, acked).unwrap_or_else(|error| panic!("met at {at}, killed {kill}, crash: {error}"));
        }
    }
}

#[test]
fn without_syncing_files_or_names_a_record_names_a_lost_blob() {
    for lies in [Lies { sync: true, ..Lies::default() }, Lies { dir_sync: true, ..Lies::default() }] {
        let site = Site::new();
        assert!(record_blob(&site.machine.lying_process(8, lies), 8));
        site.machine.crash(|| Fate::Dropped, !lies.dir_sync);
        check(&site, true).unwrap_err();
    }
}

#[test]
fn a_salt_that_was_handed_out_is_the_one_that_is_there_after_any_crash() {
    let salt = |process: &Process, chance| salt_of(&*world(process).storage, &run_path(), "pin", [chance; 32]);
    let probe = Site::new().machine.process(8);
    salt(&probe, 1).unwrap();
    let calls: Vec<_> = probe.calls().into_iter().map(|(call, _)| call).collect();
    let errors = (0..calls.len()).map(|at| Some((at, Mishap::Errno(5))));
    for mishap in kills(&calls).into_iter().chain(errors) {
        let site = Site::new();
        let process = site.machine.process(8);
        if let Some((at, mishap)) = mishap {
            process.plan(at, mishap);
        }
        let first = salt(&process, 1).ok();
        process.kill();
        for crashed in [true, false].into_iter().flat_map(|names_kept| crashes_with(&site, names_kept)) {
            let later = salt(&crashed.machine.process(9), 2).unwrap();
            let is_kept = first.as_ref().is_none_or(|first| commitment(first, b"x") == commitment(&later, b"x"));
            assert!(is_kept, "{mishap:?}");
        }
        let found = salt(&site.machine.process(9), 2).unwrap();
        site.machine.crash(|| Fate::Dropped, false);
        let later = salt(&site.machine.process(9), 3).unwrap();
        assert_eq!(commitment(&found, b"x"), commitment(&later, b"x"), "{mishap:?}");
    }
}
