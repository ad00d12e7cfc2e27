//! Facts are recorded once, by whichever process, and a ledger that was taken away is not begun anew.

use super::super::faults::{Site, world};
use super::super::storage::sim::Process;
use super::super::{Seal, Sealed, Tail};
use super::*;

const BY: &[u8] = br#"{"sid":"s1","who":{"id":"alice","name":"Alice"}}"#;

fn state() -> &'static Path {
    Path::new("/")
}

fn open(process: &Process) -> Result<Ledger, JournalError> {
    Ledger::open(&world(process), state(), BY)
}

fn read(site: &Site) -> Vec<LedgerEntry> {
    let (entries, verdict) = read_ledger(&*world(&site.machine.process(40)).storage, state()).unwrap();
    assert!(verdict.is_whole(), "{verdict:?}");
    entries
}

fn sealed(run: &str) -> Sealed {
    let seal = Seal {
        run: run.into(),
        records: 4,
        head: Digest::of(b"head"),
        bytes: 1,
        sha256: Digest::of(b"file"),
        ledger: None,
        result: "done".into(),
        time: "2026-03-01T22:07:41.123Z".into(),
    };
    Sealed::parse(seal.to_string().into_bytes()).unwrap()
}

#[test]
fn a_state_directory_without_a_ledger_has_no_entries() {
    let site = Site::new();
    assert_eq!(read(&site), []);
    assert_eq!(open(&site.machine.process(2)).unwrap().head(), None);
    assert_eq!(read(&site), []);
}

#[test]
fn what_is_noted_stands_in_the_ledger_with_who_noted_it() {
    let site = Site::new();
    let mut ledger = open(&site.machine.process(2)).unwrap();
    let opened = ledger.note_opened("one", &Digest::of(b"first")).unwrap();
    let sealed = sealed("one");
    let closed = ledger.note_sealed(&sealed).unwrap();
    assert_eq!(ledger.head(), Some((1, closed.head)));
    let (records, head, seal) = (4, Digest::of(b"head"), sealed.sha256);
    assert_eq!(
        read(&site),
        [
            LedgerEntry {
                n: 0,
                head: opened.head,
                run: "one".into(),
                fact: LedgerFact::Opened { first: Digest::of(b"first") }
            },
            LedgerEntry {
                n: 1,
                head: closed.head,
                run: "one".into(),
                fact: LedgerFact::Sealed { records, head, seal }
            },
        ]
    );
    let bytes = site.machine.bytes(Path::new("/ledger.jsonl"));
    let line: serde_json::Value = serde_json::from_slice(bytes.split(|byte| *byte == b'\n').next().unwrap()).unwrap();
    assert_eq!((&line["t"], &line["sid"], &line["who"]["id"]), (&"run_opened".into(), &"s1".into(), &"alice".into()));
    assert_eq!((&line["ts"], &line["mono"]), (&"2026-03-01T22:00:00.000Z".into(), &"0".into()));
}

#[test]
fn the_same_fact_is_recorded_once_by_whichever_process() {
    let site = Site::new();
    let mut one = open(&site.machine.process(2)).unwrap();
    let mut other = open(&site.machine.process(3)).unwrap();
    let first = one.note_opened("one", &Digest::ZERO).unwrap();
    assert_eq!(one.note_opened("one", &Digest::ZERO).unwrap().n, first.n);
    assert_eq!(other.note_opened("one", &Digest::ZERO).unwrap().n, first.n);
    assert_eq!(other.note_sealed(&sealed("one")).unwrap().n, 1);
    assert_eq!(one.note_sealed(&sealed("one")).unwrap().n, 1);
    assert_eq!(one.note_opened("two", &Digest::ZERO).unwrap().n, 2);
    assert_eq!(one.note_opened("one", &Digest::of(b"other")).unwrap().n, 3);
    assert_eq!(read(&site).len(), 4);
}

#[test]
fn a_ledger_can_be_followed_like_a_run() {
    let site = Site::new();
    let mut ledger = open(&site.machine.process(2)).unwrap();
    let storage = world(&site.machine.process(3)).storage;
    let mut tail = Tail::open_log(&storage, LogFiles::of_ledger(state()), Chain::default()).unwrap();
    ledger.note_opened("one", &Digest::ZERO).unwrap();
    assert_eq!(tail.poll().unwrap().settled.len(), 1);
}

#[test]
fn a_file_that_was_taken_away_is_missed_and_not_made_anew() {
    for (gone, words) in [("/ledger.jsonl", "/ledger.jsonl is gone"), ("/ledger.lock", "/ledger.lock is gone")] {
        let site = Site::new();
        open(&site.machine.process(2)).unwrap().note_opened("one", &Digest::ZERO).unwrap();
        site.machine.unlink(Path::new(gone));
        let error = open(&site.machine.process(3)).unwrap_err();
        assert!(matches!(error, JournalError::Missing { .. }) && error.to_string().starts_with(words), "{error}");
        assert!(!site.machine.names(Path::new("/")).contains(&gone[1..].to_owned()));
    }
}

#[test]
fn two_processes_that_begin_at_once_share_one_ledger() {
    let probe = Site::new().machine.process(2);
    open(&probe).unwrap().note_opened("one", &Digest::ZERO).unwrap();
    for at in 0..probe.calls().len() {
        let site = Site::new();
        let (one, other) = (site.machine.process(2), site.machine.process(3));
        let (told, heard) = std::sync::mpsc::channel();
        one.pause(at, move || {
            let noted = open(&other).and_then(|mut ledger| ledger.note_opened("two", &Digest::ZERO));
            told.send(noted.map(|at| at.head)).unwrap();
        });
        let mut acked = vec![open(&one).unwrap().note_opened("one", &Digest::ZERO).unwrap().head];
        match heard.recv().unwrap() {
            Ok(head) => acked.push(head),
            Err(error) => assert!(matches!(error, JournalError::Busy { .. }), "{at}: {error}"),
        }
        let heads: Vec<_> = read(&site).iter().map(|entry| entry.head).collect();
        assert!(acked.iter().all(|head| heads.contains(head)) && heads.len() == acked.len(), "met at {at}");
    }
}

#[test]
fn entries_of_a_newer_version_are_passed_over() {
    let site = Site::new();
    let mut ledger = open(&site.machine.process(2)).unwrap();
    let newer = Draft::new(RecordId::from_bits([9; 16]), br#"{"t":"run_archived","run":"one"}"#).unwrap();
    ledger.writer.append(&newer, |_| Ok::<(), ()>(())).unwrap();
    ledger.note_opened("one", &Digest::ZERO).unwrap();
    assert_eq!(read(&site).iter().map(|entry| entry.n).collect::<Vec<_>>(), [1]);
}

#[test]
fn names_and_members_that_are_none_are_refused() {
    let site = Site::new();
    let mut ledger = open(&site.machine.process(2)).unwrap();
    for run in ["", ".", "a/b", "a\nb", ".tmp-one"] {
        let error = ledger.note_opened(run, &Digest::ZERO).unwrap_err();
        assert!(matches!(error, JournalError::Name { .. }), "{error}");
    }
    for by in [r#"{"run":"x"}"#, r#"{"first":"x"}"#, r#"{"records":1}"#, r#"{"seal":1}"#, "{}"] {
        let error = Ledger::open(&world(&site.machine.process(3)), state(), by.as_bytes()).unwrap_err();
        assert!(matches!(error, JournalError::Body { .. }), "{by}: {error}");
    }
}
