//! A log of 200 records, damaged in every way that one byte, one cut or one record allows.
//!
//! What is damaged is read by the reader that everybody uses. Without an anchor a chain cannot see its
//! own end missing, nor that it was hashed again from somewhere on; what a seal records of it (head and
//! size) sees both. By default a share of the cases is run, with `MOP_LONG=1` all of them.

use std::fmt::Debug;
use std::ops::Range;

use super::super::line::build;
use super::super::storage::{Privacy, Storage as _};
use super::super::{Break, Depth, Fault, Junk, Verdict, read};
use super::*;

const RECORDS: usize = 200;

/// Is a log, line by line, and where each line begins; the last place is the end.
struct Log {
    lines: Vec<Vec<u8>>,
    starts: Vec<usize>,
}

fn id(n: usize) -> RecordId {
    RecordId::from_bits([u8::try_from(n).unwrap(); 16])
}

fn body(n: usize) -> String {
    let stmt = format!(
        r#"mop sign-off v1\nrun       7K3QX platform-upgrade\nstep      hop[10.{n}]/start \"Start the upgrade\"\noutcome   done, checked\nmeaning   executed\nshown     sha256:{}\nsigner    alice@example.com\nname      Alice Example\nreason    -"#,
        Digest::of(&n.to_be_bytes())
    );
    format!(
        r#""t":"step_signed","step":"hop[10.{n}]/start","outcome":"done","probes":{{"age":3,"met":true}},"stmt":"{stmt}","sid":"{n:032x}","ts":"2026-03-01T22:07:41.123Z","mono":{},"who":"alice""#,
        81_234_567_890_u64 + n as u64
    )
}

impl Log {
    /// Makes a log whose bodies are what `body` gives.
    fn of(body: impl Fn(usize) -> String) -> Self {
        let mut prev = Digest::ZERO;
        let mut lines = Vec::new();
        for n in 0..RECORDS {
            let mut line = Vec::new();
            prev = build(&mut line, (n as u64, &prev), (body(n).as_bytes(), &id(n)));
            lines.push(line);
        }
        let mut starts = vec![0];
        starts.extend(lines.iter().scan(0, |end, line| {
            *end += line.len();
            Some(*end)
        }));
        Self { lines, starts }
    }

    fn sound() -> Self {
        Self::of(body)
    }

    fn bytes(&self) -> Vec<u8> {
        self.lines.concat()
    }

    fn size(&self) -> usize {
        self.starts[RECORDS]
    }

    fn span(&self, n: usize) -> Range<usize> {
        self.starts[n]..self.starts[n + 1]
    }

    /// Tells in which record an offset lies.
    fn record_at(&self, offset: usize) -> usize {
        self.starts.partition_point(|start| *start <= offset) - 1
    }
}

fn verdict(bytes: &[u8]) -> Verdict {
    verdict_at(Depth::Full, bytes)
}

fn verdict_at(depth: Depth, bytes: &[u8]) -> Verdict {
    let process = Machine::new().process(1);
    for path in ["/runs", "/runs/one"] {
        process.create_dir(Path::new(path), Privacy::Usual).unwrap();
    }
    process.create(&journal_path()).unwrap().append(bytes).unwrap();
    read(&process, &run_path(), depth, &mut |_| {}).unwrap()
}

/// Is what a seal records of a journal.
#[derive(Clone, Copy, Debug)]
struct Sealed {
    head: Digest,
    size: u64,
}

impl Sealed {
    fn of(log: &Log) -> Self {
        let sound = verdict(&log.bytes());
        assert!(sound.is_whole() && sound.records == RECORDS as u64, "{sound:?}");
        Self { head: sound.head, size: sound.size }
    }

    fn agrees(&self, found: &Verdict) -> bool {
        found.is_whole() && (found.head, found.size) == (self.head, self.size)
    }
}

fn fault(found: &Verdict) -> Option<(u64, Fault)> {
    found.broken.map(|Break { n, fault, .. }| (n, fault))
}

/// Keeps every case in the long form, and one in `share` in the short one.
fn some_of<T>(cases: impl Iterator<Item = T>, share: usize) -> Vec<T> {
    cases.step_by(if is_long() { 1 } else { share }).collect()
}

/// Tries every case, on as many threads as there are processors, and gives how many there were.
fn try_each<T: Sync + Debug>(cases: &[T], attempt: impl Fn(&T) + Sync) -> usize {
    let threads = std::thread::available_parallelism().map_or(2, usize::from);
    let attempt = &attempt;
    std::thread::scope(|scope| {
        for share in cases.chunks(cases.len().div_ceil(threads)) {
            scope.spawn(move || share.iter().for_each(attempt));
        }
    });
    cases.len()
}

fn flip(log: &Log, depth: Depth, (at, bits): (usize, u8)) {
    let mut bytes = log.bytes();
    bytes[at] ^= bits;
    let found = verdict_at(depth, &bytes);
    assert!(!found.is_whole(), "byte {at}, bits {bits:#04x} went unseen");
    assert_eq!(found.records, log.record_at(at) as u64, "byte {at}, bits {bits:#04x}");
}

#[test]
fn every_flipped_byte_of_a_long_log_is_seen() {
    let log = Log::sound();
    let ends = [log.span(0), log.span(RECORDS - 1)].into_iter().flatten();
    let mut offsets: Vec<usize> = ends.chain(some_of(0..log.size(), 193)).collect();
    offsets.sort_unstable();
    offsets.dedup();
    let count = try_each(&offsets, |at| flip(&log, Depth::Full, (*at, 0xFF)));
    assert!(count >= if is_long() { 138_934 } else { 2_000 }, "{count} bytes");
}

#[test]
fn every_flipped_bit_of_a_long_log_is_seen_by_the_chain_alone() {
    let log = Log::sound();
    let bits = (0..log.size()).flat_map(|at| (0..8).map(move |bit| (at, 1 << bit)));
    let count = try_each(&some_of(bits, 1_999), |flipped| flip(&log, Depth::Chain, *flipped));
    assert!(count >= if is_long() { 1_100_000 } else { 550 }, "{count} bits");
}

#[test]
fn every_cut_is_a_torn_tail_or_a_shorter_chain_and_every_one_is_seen_with_a_seal() {
    let log = Log::sound();
    let sealed = Sealed::of(&log);
    let bytes = log.bytes();
    let mut cuts = some_of(0..log.size(), 193);
    cuts.extend(&log.starts[..RECORDS]);
    cuts.sort_unstable();
    cuts.dedup();
    let count = try_each(&cuts, |cut| {
        let start = log.starts[log.record_at(*cut)];
        let rest = &bytes[start..*cut];
        let torn = Junk { offset: start as u64, len: rest.len() as u64, sha256: Digest::of(rest) };
        let found = verdict(&bytes[..*cut]);
        let told = (found.records, found.broken, found.torn);
        assert_eq!(told, (log.record_at(*cut) as u64, None, (!rest.is_empty()).then_some(torn)), "cut at {cut}");
        assert!(!sealed.agrees(&found), "cut at {cut}");
    });
    assert!(count >= if is_long() { 138_934 } else { 900 }, "{count} cuts");
}

#[test]
fn every_deleted_record_is_seen_but_for_the_last_which_a_seal_sees() {
    let log = Log::sound();
    let sealed = Sealed::of(&log);
    let records: Vec<usize> = (0..RECORDS).collect();
    let count = try_each(&records, |out| {
        let mut lines = log.lines.clone();
        lines.remove(*out);
        let found = verdict(&lines.concat());
        let gap = (*out as u64, Fault::Gap { found: *out as u64 + 1 });
        assert_eq!(fault(&found), (*out < RECORDS - 1).then_some(gap), "record {out}");
        assert!(!sealed.agrees(&found), "record {out}");
    });
    assert_eq!(count, 200);
}

#[test]
fn every_swap_of_two_records_is_seen() {
    let log = Log::sound();
    let pairs = (0..RECORDS).flat_map(|a| (a + 1..RECORDS).map(move |b| (a, b)));
    let count = try_each(&some_of(pairs, 41), |(a, b)| {
        let mut lines = log.lines.clone();
        lines.swap(*a, *b);
        let found = verdict(&lines.concat());
        assert_eq!(fault(&found), Some((*a as u64, Fault::Gap { found: *b as u64 })), "{a} and {b}");
    });
    assert!(count >= if is_long() { 19_900 } else { 480 }, "{count} swaps");
}

#[test]
fn every_record_that_stands_twice_is_seen() {
    let log = Log::sound();
    let places = (0..RECORDS).flat_map(|record| (record + 1..=RECORDS).map(move |place| (record, place)));
    let count = try_each(&some_of(places, 41), |(record, place)| {
        let mut lines = log.lines.clone();
        lines.insert(*place, log.lines[*record].clone());
        let found = verdict(&lines.concat());
        let repeated = (*place as u64, Fault::Repeated { found: *record as u64 });
        assert_eq!(fault(&found), Some(repeated), "{record} again at {place}");
    });
    assert!(count >= if is_long() { 20_100 } else { 490 }, "{count} repetitions");
}

/// Edits that a person would make to a record, by its number.
fn edited(n: usize, edit: usize) -> String {
    let edits = [
        ("Alice Example", "Bob Example"),
        ("done, checked", "done, skipped"),
        ("22:07:41", "21:07:41"),
        (r#""met":true"#, r#""met":null"#),
        ("executed", "witnessed"),
    ];
    let (from, to) = edits[edit % edits.len()];
    let body = body(n);
    assert!(body.contains(from));
    body.replace(from, to)
}

#[test]
fn a_log_that_was_edited_and_hashed_again_is_intact_but_is_not_the_one_that_was_sealed() {
    let sealed = Sealed::of(&Log::sound());
    let edits: Vec<usize> = (0..50).collect();
    let count = try_each(&edits, |edit| {
        let forged = Log::of(|n| if n == edit * 4 + 3 { edited(n, *edit) } else { body(n) });
        let found = verdict(&forged.bytes());
        assert!(found.is_whole() && found.records == RECORDS as u64, "edit {edit}: {found:?}");
        assert!(found.head != sealed.head && !sealed.agrees(&found), "edit {edit}");
    });
    assert_eq!(count, 50);
}
