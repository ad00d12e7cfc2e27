//! A seal is there whole or not at all, and appends are refused exactly when it is there.

use super::crash::{crashes_with, kills};
use super::*;
use crate::journal::storage::sim::{Call, Fate, Lies, Mishap};
use crate::journal::{SealFacts, Sealed, Standing, Subject, add_seal_signature, audit, confirm_seal, seal_signers};

const FACTS: SealFacts<'_> = SealFacts { run: "one", ledger: None, result: "done" };

/// A run whose last write was cut off, so that sealing has something to mend.
fn broken_off() -> Site {
    let site = Site::new().with(1, 300);
    let process = site.machine.process(7);
    let mut writer = open(&process).unwrap();
    process.at_next(Call::Append, Mishap::Short(90));
    append(&mut writer, &draft(7, 700)).unwrap_err();
    process.kill();
    site
}

fn seal_with(site: &Site, mishap: Option<(usize, Mishap)>) -> (Site, Option<Sealed>, Vec<Call>) {
    let site = site.fork();
    let process = site.machine.process(8);
    if let Some((at, mishap)) = mishap {
        process.plan(at, mishap);
    }
    let sealed = open(&process).and_then(|mut writer| writer.seal(&FACTS)).ok();
    process.kill();
    (site, sealed, process.calls().into_iter().map(|(call, _)| call).collect())
}

fn standing(site: &Site) -> Standing {
    let subject = Subject { run: &run_path(), state: None, receipts: &[] };
    audit(&*world(&site.machine.process(91)).storage, &subject, &mut |_| {}).unwrap().standing
}

/// Holds a run to its promise: sealed or not, and never something in between.
fn check(site: &Site, acked: Option<&Sealed>) -> Result<(), String> {
    let fork = site.fork();
    let process = fork.machine.process(90);
    let found = confirm_seal(&*world(&process).storage, &run_path()).map_err(|error| error.to_string())?;
    match (acked, &found) {
        (Some(acked), found) if found.as_ref() != Some(acked) => return Err(format!("sealed, and now {found:?}")),
        (_, None) => {
            site.check()?;
            let mut writer = open(&process).map_err(|error| format!("opening: {error}"))?;
            writer.seal(&FACTS).map_err(|error| format!("sealing: {error}"))?;
        }
        (_, Some(_)) => match open(&process) {
            Err(JournalError::Sealed { .. }) => {}
            other => return Err(format!("appending to a sealed run: {other:?}")),
        },
    }
    match standing(&fork) {
        Standing::Intact(_) => Ok(()),
        other => Err(format!("{other:?}")),
    }
}

#[test]
fn a_seal_is_whole_or_absent_whatever_a_kill_and_a_crash_leave() {
    let mut states = 0;
    for site in [Site::new().with(1, 300), broken_off()] {
        for kill in kills(&seal_with(&site, None).2) {
            let (killed, acked, _) = seal_with(&site, kill);
            check(&killed, acked.as_ref()).unwrap_or_else(|error| panic!("{kill:?}: {error}"));
            for names_kept in [true, false] {
                for (way, crashed) in crashes_with(&killed, names_kept).into_iter().enumerate() {
                    let told = format!("{kill:?}, names kept {names_kept}, way {way}");
                    check(&crashed, acked.as_ref()).unwrap_or_else(|error| panic!("{told}: {error}"));
                    states += 1;
                }
            }
        }
    }
    assert!(states > 500, "{states} states");
}

#[test]
fn nothing_is_told_to_be_sealed_that_an_error_lost_and_sealing_again_makes_it_whole() {
    let mut cases = 0;
    for site in [Site::new().with(1, 300), broken_off()] {
        let calls = seal_with(&site, None).2;
        for (at, errno) in (0..calls.len()).flat_map(|at| [1, 5, 12, 28].map(|errno| (at, errno))) {
            let (failed, acked, _) = seal_with(&site, Some((at, Mishap::Errno(errno))));
            assert_eq!(acked.is_some(), calls[at] == Call::Reserve, "errno {errno} at {at}: {:?}", calls[at]);
            check(&failed, acked.as_ref()).unwrap_or_else(|error| panic!("errno {errno} at {at}: {error}"));
            for names_kept in [true, false] {
                let crashed = failed.fork();
                crashed.machine.crash(|| Fate::Dropped, names_kept);
                check(&crashed, acked.as_ref()).unwrap_or_else(|error| panic!("errno {errno} at {at}, crash: {error}"));
                cases += 1;
            }
        }
    }
    assert!(cases > 250, "{cases} cases");
}

#[test]
fn the_same_writer_seals_after_an_error_that_is_not_its_end() {
    let site = Site::new().with(1, 300);
    let mut mended = 0;
    for at in 0..seal_with(&site, None).2.len() {
        let fork = site.fork();
        let process = fork.machine.process(8);
        process.plan(at, Mishap::Errno(28));
        let Ok(mut writer) = open(&process) else { continue };
        if writer.seal(&FACTS).is_err() && !writer.is_halted() {
            let sealed = writer.seal(&FACTS).unwrap_or_else(|error| panic!("after an error at {at}: {error}"));
            fork.machine.crash(|| Fate::Dropped, false);
            check(&fork, Some(&sealed)).unwrap_or_else(|error| panic!("after an error at {at}: {error}"));
            mended += 1;
        }
    }
    assert!(mended > 10, "{mended} mended");
}

#[test]
fn an_appender_and_a_sealer_meet_at_any_call_and_the_seal_covers_what_was_acknowledged() {
    let probe = Site::new().with(1, 300).machine.process(8);
    append(&mut open(&probe).unwrap(), &draft(8, 700)).unwrap();
    let mut refused = 0;
    for at in 0..probe.calls().len() {
        let mut site = Site::new().with(1, 300);
        let (one, other) = (site.machine.process(8), site.machine.process(9));
        let mut guest = open(&other).unwrap();
        let (told, heard) = std::sync::mpsc::channel();
        one.pause(at, move || told.send(guest.seal(&FACTS)).unwrap());
        let done = open(&one).and_then(|mut writer| append(&mut writer, &draft(8, 700)));
        let sealed = heard.recv().unwrap();
        refused += usize::from(matches!(&done, Err(JournalError::Sealed { .. })));
        site.acked.extend(done.ok());
        match sealed {
            Ok(sealed) => {
                assert_eq!(sealed.seal.records, site.acked.len() as u64, "met at {at}");
                check(&site, Some(&sealed)).unwrap_or_else(|error| panic!("met at {at}: {error}"));
            }
            Err(error) => assert!(matches!(error, JournalError::Busy { .. }), "met at {at}: {error}"),
        }
    }
    assert!(refused > 0, "no append ever met a seal");
}

#[test]
fn a_signature_is_whole_or_absent_and_stays_when_it_was_acknowledged() {
    let (site, _, _) = seal_with(&Site::new(), None);
    let signature = [b's'; 900];
    let sign = |process: &Process| add_seal_signature(&*world(process).storage, &run_path(), "alice", &signature);
    let probe = site.fork().machine.process(8);
    sign(&probe).unwrap();
    let ways = (0..probe.calls().len())
        .flat_map(|at| [Mishap::Kill, Mishap::Errno(5), Mishap::Short(7)].map(|mishap| (at, mishap)));
    for (at, mishap) in ways.chain([(usize::MAX, Mishap::Kill)]) {
        let site = site.fork();
        let process = site.machine.process(8);
        process.plan(at, mishap);
        let acked = sign(&process).is_ok();
        for crashed in [true, false].into_iter().flat_map(|names_kept| crashes_with(&site, names_kept)) {
            let storage = world(&crashed.machine.process(9)).storage;
            let is_there = seal_signers(&*storage, &run_path()).unwrap() == ["alice"];
            assert!(is_there || !acked, "{mishap:?} at {at}");
            sign(&crashed.machine.process(9)).unwrap();
            assert!(crashed.machine.bytes(&run_path().join("seal/alice.sig")) == signature, "{mishap:?} at {at}");
        }
        sign(&site.machine.process(9)).unwrap();
        site.machine.crash(|| Fate::Dropped, false);
        assert!(site.machine.bytes(&run_path().join("seal/alice.sig")) == signature, "{mishap:?} at {at}");
    }
}

#[test]
fn a_seal_that_another_process_confirmed_stays_wherever_the_sealer_was_killed() {
    let site = Site::new().with(1, 300);
    let mut confirmed = 0;
    for kill in kills(&seal_with(&site, None).2) {
        let (killed, _, _) = seal_with(&site, kill);
        if let Some(sealed) = confirm_seal(&*world(&killed.machine.process(9)).storage, &run_path()).unwrap() {
            killed.machine.crash(|| Fate::Dropped, false);
            check(&killed, Some(&sealed)).unwrap_or_else(|error| panic!("{kill:?}: {error}"));
            confirmed += 1;
        }
    }
    assert!(confirmed > 2, "{confirmed} confirmed");
}

#[test]
fn without_syncing_files_or_names_a_seal_is_lost() {
    for lies in [Lies { sync: true, ..Lies::default() }, Lies { dir_sync: true, ..Lies::default() }] {
        let site = Site::new().with(1, 300);
        let sealed = open(&site.machine.lying_process(8, lies)).unwrap().seal(&FACTS).unwrap();
        site.machine.crash(|| Fate::Dropped, !lies.dir_sync);
        check(&site, Some(&sealed)).unwrap_err();
    }
}
