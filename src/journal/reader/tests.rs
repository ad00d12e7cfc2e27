//! Reading from the first byte.

use super::super::faults::{Site, journal_path, run_path, world};
use super::super::storage::sim::Call;
use super::super::{RecordId, line};
use super::*;

fn verdict(site: &Site, depth: Depth) -> Verdict {
    read(&*world(&site.machine.process(5)).storage, &run_path(), depth, &mut |_| {}).unwrap()
}

fn with_end(site: &Site, end: &[u8]) -> Site {
    let mut bytes = site.machine.bytes(&journal_path());
    bytes.extend_from_slice(end);
    site.machine.overwrite(&journal_path(), &bytes);
    site.fork()
}

#[test]
fn gives_every_record_as_it_stands_in_the_file() {
    let site = Site::new().with(1, 60_000).with(2, 60_000).with(3, 60_000).with(4, 60_000).with(5, 60_000);
    let (records, verdict) = read_all(&*world(&site.machine.process(6)).storage, &run_path()).unwrap();
    assert!(verdict.is_whole());
    let bytes = site.machine.bytes(&journal_path());
    let joined: Vec<u8> = records.iter().flat_map(|record| record.line.to_vec()).collect();
    assert_eq!((bytes.len() as u64, joined == bytes), (verdict.size, true));
    for (record, (id, n, head)) in records.iter().zip(&site.acked) {
        assert_eq!((record.n, record.head), (*n, *head));
        assert!(bytes[usize::try_from(record.offset).unwrap()..].starts_with(&record.line), "{id}");
    }
}

#[test]
fn a_torn_tail_is_told_apart_from_a_broken_chain() {
    let site = Site::new().with(1, 100);
    let size = site.size() as u64;
    for end in ["x", "{\"n\":2,\"pre", "one\ntwo", "three\n"] {
        let found = verdict(&with_end(&site.fork(), end.as_bytes()), Depth::Full);
        let torn = Junk { offset: size, len: end.len() as u64, sha256: Digest::of(end.as_bytes()) };
        assert_eq!((found.records, found.broken, found.torn), (2, None, Some(torn)), "{end}");
        assert!(!found.is_whole());
    }
}

#[test]
fn a_stretch_of_zeros_longer_than_any_line_is_a_torn_tail() {
    let site = Site::new().with(1, 100);
    let found = verdict(&with_end(&site, &vec![0; 600_000]), Depth::Chain);
    assert_eq!(found.torn.map(|junk| junk.len), Some(600_000));
}

#[test]
fn a_record_that_is_chained_but_is_no_json_is_seen_by_a_full_reading_only() {
    let site = Site::new();
    let mut end = Vec::new();
    let head = verdict(&site, Depth::Chain).head;
    line::build(&mut end, (1, &head), (br#""t":"x","t":"y""#, &RecordId::from_bits([1; 16])));
    let site = with_end(&site, &end);
    assert!(verdict(&site, Depth::Chain).is_whole());
    let found = verdict(&site, Depth::Full).broken.unwrap();
    assert_eq!((found.n, found.fault), (1, Fault::Unfit));
}

#[test]
fn a_reader_only_ever_looks() {
    let site = Site::new().with(1, 100);
    let process = site.machine.process(5);
    read_all(&*world(&process).storage, &run_path()).unwrap();
    let looks = [Call::Open, Call::Read, Call::Stat];
    assert!(process.calls().iter().all(|(call, _)| looks.contains(call)), "{:?}", process.calls());
}

#[test]
fn junk_longer_than_what_is_read_at_once_is_fenced_as_a_whole() {
    const PIECE: usize = 96 * 1024;
    let site = Site::new().with(1, 100);
    for len in [PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 600_000] {
        let junk = vec![b'x'; len];
        let torn = verdict(&with_end(&site.fork(), &junk), Depth::Full).torn;
        let expected = Junk { offset: site.size() as u64, len: len as u64, sha256: Digest::of(&junk) };
        assert_eq!(torn, Some(expected), "{len}");
        with_end(&site.fork(), &junk).check().unwrap_or_else(|error| panic!("{len}: {error}"));
    }
}

#[test]
fn a_record_behind_a_long_stretch_without_a_line_feed_is_no_record() {
    let site = Site::new().with(1, 100);
    let longer = site.fork().with(2, 100);
    let record = longer.machine.bytes(&journal_path()).split_off(site.size());
    for len in [70_000, 96 * 1024 - 20, 96 * 1024, 600_000] {
        let end = [vec![b'x'; len], record.clone()].concat();
        let found = verdict(&with_end(&site.fork(), &end), Depth::Chain);
        let expected = Break { n: 2, offset: site.size() as u64, fault: Fault::Altered };
        assert_eq!((found.records, found.broken), (2, Some(expected)), "{len}");
        let end = [vec![0; len], record.clone()].concat();
        let found = verdict(&with_end(&site.fork(), &end), Depth::Chain);
        assert_eq!((found.records, found.torn.map(|junk| junk.len)), (2, Some(end.len() as u64)), "{len}");
    }
}
