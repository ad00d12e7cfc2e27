//! What a clerk says of the disk: that it is slow, or full.

use std::sync::atomic::{AtomicU64, Ordering};

use super::*;
use crate::journal::sim::{Call, Fate, Machine, Mishap, Process};
use crate::journal::{Digest, FileSystems, NewRun, Privacy, RecordId, create_run, get_blob};

/// Goes on by so many seconds each time it is looked at.
#[derive(Debug)]
struct Hasty(AtomicU64, u64);

impl Clock for Hasty {
    fn wall_ms(&self) -> i64 {
        1_772_402_400_000
    }

    fn since_boot(&self) -> Duration {
        Duration::from_secs(self.0.fetch_add(self.1, Ordering::Relaxed))
    }

    fn boot_id(&self) -> String {
        String::new()
    }

    fn wait(&self, _: Duration) {}
}

fn draft(number: u8) -> Draft {
    Draft::new(RecordId::from_bits([number; 16]), br#"{"t":"note","text":"x"}"#).unwrap()
}

fn machine() -> Machine {
    let machine = Machine::new();
    let process = machine.process(1);
    process.create_dir(Path::new("/runs"), Privacy::Usual).unwrap();
    process.sync_dir(Path::new("/")).unwrap();
    let run = NewRun { name: "one", files: &[], first: &draft(0), file_systems: FileSystems::Reliable };
    create_run(&process, Path::new("/runs"), &run).unwrap();
    machine
}

fn clerk(process: &Process, step: u64) -> Clerk {
    let world = World { storage: Arc::new(process.clone()), clock: Arc::new(Hasty(AtomicU64::new(0), step)) };
    Clerk::open(&world, Path::new("/runs/one"), br#"{"sid":"test"}"#).unwrap()
}

fn record(clerk: &mut Clerk, number: u8) -> Receipt {
    record_with(clerk, number, vec![])
}

fn record_with(clerk: &mut Clerk, number: u8, evidence: Vec<Vec<u8>>) -> Receipt {
    let last = clerk.writer.last().unwrap();
    let base = Head { n: last.n, hash: last.head };
    clerk.record(Job { base, evidence, drafts: vec![draft(number)] })
}

#[test]
fn says_how_long_a_decision_took_to_become_durable() {
    let mut clerk = clerk(&machine().process(2), 2);
    assert_eq!(clerk.health().took, Duration::ZERO);
    assert!(matches!(record(&mut clerk, 1), Receipt::Recorded(_)));
    assert!(clerk.health().took >= Duration::from_secs(2), "{:?}", clerk.health());
}

#[test]
fn says_that_the_disk_is_full_as_soon_as_no_more_room_can_be_reserved() {
    let machine = machine();
    let probe = machine.process(2);
    assert!(!clerk(&probe, 0).health().room.is_short());
    let reserve = probe.calls().iter().position(|call| call.0 == Call::Reserve).unwrap();
    let process = machine.process(3);
    process.plan(reserve, Mishap::Errno(28));
    let mut clerk = clerk(&process, 0);
    assert!(clerk.health().room.is_short(), "{:?}", clerk.health());
    record(&mut clerk, 1);
    assert!(!clerk.health().room.is_short(), "somebody made room");
}

#[test]
fn what_was_kept_ahead_is_not_waited_for_and_is_there_after_a_crash() {
    let machine = machine();
    let process = machine.process(2);
    let (mut clerk, evidence) = (clerk(&process, 0), vec![b"shown".to_vec(), Vec::new()]);
    clerk.keep_ahead(&evidence);
    let before = process.calls().len();
    assert!(matches!(record_with(&mut clerk, 1, evidence.clone()), Receipt::Recorded(_)));
    let calls: Vec<_> = process.calls().split_off(before);
    let syncs = calls.iter().filter(|(call, _)| matches!(call, Call::Sync | Call::SyncDir));
    assert_eq!(syncs.map(|(_, name)| name.as_str()).collect::<Vec<_>>(), ["journal.jsonl"], "{calls:?}");
    process.kill();
    machine.crash(|| Fate::Dropped, false);
    for content in evidence {
        let kept = get_blob(&machine.process(3), Path::new("/runs/one"), &Digest::of(&content)).unwrap();
        assert_eq!(kept, Some(content));
    }
}

#[test]
fn what_could_not_be_kept_ahead_is_kept_with_the_decision_or_refuses_it() {
    for call in [Call::Append, Call::Sync, Call::Rename, Call::SyncDir] {
        let machine = machine();
        let process = machine.process(2);
        let (mut clerk, evidence) = (clerk(&process, 0), vec![b"shown".to_vec()]);
        process.at_next(call, Mishap::Errno(28));
        clerk.keep_ahead(&evidence);
        process.at_next(call, Mishap::Errno(28));
        let refused = record_with(&mut clerk, 1, evidence.clone());
        assert!(
            matches!(refused, Receipt::Failed { ref recorded, .. } if recorded.is_empty()),
            "{call:?}: {refused:?}"
        );
        assert!(matches!(record_with(&mut clerk, 2, evidence.clone()), Receipt::Recorded(_)), "{call:?}");
        assert!(get_blob(&process, Path::new("/runs/one"), &Digest::of(b"shown")).unwrap().is_some(), "{call:?}");
    }
}
