//! Following: settled once, provisional until the marker covers it.

use super::super::faults::{Site, append, draft, journal_path, lock_path, open, run_path, world};
use super::super::storage::sim::{Call, Mishap, Process};
use super::*;

fn follow_from_start(process: &Process) -> Tail {
    Tail::open(&world(process).storage, &run_path(), Chain::default()).unwrap()
}

fn numbers(records: &[Kept]) -> Vec<u64> {
    records.iter().map(|record| record.n).collect()
}

#[test]
fn tells_each_settled_record_once() {
    let site = Site::new();
    let mut tail = follow_from_start(&site.machine.process(5));
    let mut writer = open(&site.machine.process(8)).unwrap();
    assert_eq!(numbers(&tail.poll().unwrap().settled), [0]);
    append(&mut writer, &draft(8, 100)).unwrap();
    append(&mut writer, &draft(9, 100)).unwrap();
    assert_eq!(numbers(&tail.poll().unwrap().settled), [1, 2]);
    assert_eq!(tail.poll().unwrap(), News::default());
}

#[test]
fn goes_on_from_where_another_reader_stood() {
    let site = Site::new().with(1, 100);
    let process = site.machine.process(5);
    let mut first = follow_from_start(&process);
    first.poll().unwrap();
    let at = first.chain().clone();
    let site = site.with(2, 100);
    let mut second = Tail::open(&world(&site.machine.process(6)).storage, &run_path(), at).unwrap();
    assert_eq!(numbers(&second.poll().unwrap().settled), [2]);
}

#[test]
fn a_record_is_provisional_until_the_marker_covers_it() {
    let site = Site::new();
    let mut tail = follow_from_start(&site.machine.process(5));
    tail.poll().unwrap();
    let process = site.machine.process(8);
    let mut writer = open(&process).unwrap();
    process.at_next(Call::Sync, Mishap::Kill);
    append(&mut writer, &draft(8, 100)).unwrap_err();
    for _ in 0..2 {
        let news = tail.poll().unwrap();
        assert_eq!((numbers(&news.settled), numbers(&news.provisional)), (vec![], vec![1]));
    }
    open(&site.machine.process(9)).unwrap();
    let news = tail.poll().unwrap();
    assert_eq!((numbers(&news.settled), numbers(&news.provisional)), (vec![1], vec![]));
}

#[test]
fn a_provisional_record_that_the_disk_lost_is_never_settled() {
    let site = Site::new();
    let mut tail = follow_from_start(&site.machine.process(5));
    let process = site.machine.process(8);
    let mut writer = open(&process).unwrap();
    process.at_next(Call::Sync, Mishap::Errno(5));
    append(&mut writer, &draft(8, 100)).unwrap_err();
    assert_eq!(numbers(&tail.poll().unwrap().provisional), [1]);
    let site = site.with(9, 100);
    let settled = tail.poll().unwrap().settled;
    assert_eq!(numbers(&settled), [1, 2]);
    assert!(settled[0].line.windows(7).any(|bytes| bytes == b"recover"));
    assert_eq!(settled[1].head, site.acked[1].2);
}

#[test]
fn a_line_that_is_being_written_is_waited_for() {
    let site = Site::new();
    let mut tail = follow_from_start(&site.machine.process(5));
    tail.poll().unwrap();
    let process = site.machine.process(8);
    let mut writer = open(&process).unwrap();
    process.at_next(Call::Append, Mishap::Short(50));
    append(&mut writer, &draft(8, 100)).unwrap_err();
    assert_eq!(tail.poll().unwrap(), News::default());
    append(&mut writer, &draft(8, 100)).unwrap();
    assert_eq!(numbers(&tail.poll().unwrap().settled), [1, 2]);
}

#[test]
fn nothing_is_settled_while_the_marker_cannot_be_read() {
    let site = Site::new().with(1, 10);
    site.machine.overwrite(&lock_path(), b"C1");
    let mut tail = follow_from_start(&site.machine.process(5));
    let news = tail.poll().unwrap();
    assert_eq!((numbers(&news.settled), numbers(&news.provisional)), (vec![], vec![0, 1]));
}

#[test]
fn says_when_the_journal_was_cut_altered_or_replaced() {
    type Tamper = fn(&Site);
    let table: [(Tamper, &str); 3] = [
        (|site| site.machine.overwrite(&journal_path(), b""), "is shorter than what was recorded"),
        (|site| site.machine.unlink(&journal_path()), "was replaced"),
        (
            |site| {
                let mut bytes = site.machine.bytes(&journal_path());
                let at = bytes.len() - 90;
                bytes[at] ^= 1;
                site.machine.overwrite(&journal_path(), &bytes);
            },
            "record 1 at byte",
        ),
    ];
    for (tamper, words) in table {
        let site = Site::new();
        let mut tail = follow_from_start(&site.machine.process(5));
        tail.poll().unwrap();
        let site = site.with(1, 100);
        tamper(&site);
        let error = tail.poll().unwrap_err().to_string();
        assert!(error.contains(words), "{error}");
    }
}

#[test]
fn a_tail_only_ever_looks() {
    let site = Site::new().with(1, 100);
    let process = site.machine.process(5);
    let mut tail = follow_from_start(&process);
    tail.poll().unwrap();
    let looks = [Call::Open, Call::Read, Call::Stat, Call::StatPath];
    assert!(process.calls().iter().all(|(call, _)| looks.contains(call)), "{:?}", process.calls());
}
