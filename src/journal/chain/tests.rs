//! A small log, damaged in every way that has a name.

use super::*;
use crate::journal::RecordId;
use crate::journal::line::build;

/// Makes lines that follow each other.
fn log(count: u64) -> Vec<Vec<u8>> {
    let mut prev = Digest::ZERO;
    let record = |n| {
        let mut line = Vec::new();
        let body = format!(
            r#""t":"note","sid":"a","text":"record {n} says {}""#,
            "so ".repeat(usize::try_from(n).unwrap() % 5)
        );
        let id = RecordId::from_bits([u8::try_from(n % 256).unwrap(); 16]);
        prev = build(&mut line, (n, &prev), (body.as_bytes(), &id));
        line
    };
    (0..count).map(record).collect()
}

/// Tells how far a chain gets, its first break, and what is left at the end.
fn walk(bytes: &[u8]) -> (u64, Option<Break>, u64) {
    let mut chain = Chain::default();
    let mut rest = bytes;
    while let Some(end) = memchr::memchr(b'\n', rest) {
        if let Err(found) = chain.take(&rest[..=end]) {
            return (chain.next(), Some(found), 0);
        }
        rest = &rest[end + 1..];
    }
    let unfenced: u64 = chain.unfenced().iter().map(|junk| junk.len).sum();
    (chain.next(), chain.buried(), unfenced + rest.len() as u64)
}

fn is_whole(bytes: &[u8]) -> bool {
    let (_, found, left) = walk(bytes);
    found.is_none() && left == 0
}

fn fault(lines: &[Vec<u8>]) -> Option<(u64, Fault)> {
    walk(&lines.concat()).1.map(|found| (found.n, found.fault))
}

#[test]
fn a_sound_log_is_followed_to_its_end() {
    let lines = log(20);
    assert_eq!(walk(&lines.concat()), (20, None, 0));
    assert!(is_whole(&[]));
}

#[test]
fn every_flipped_bit_is_seen_in_the_record_that_it_hits() {
    let lines = log(12);
    let sound = lines.concat();
    let ends: Vec<usize> = lines
        .iter()
        .scan(0, |end, line| {
            *end += line.len();
            Some(*end)
        })
        .collect();
    for at in 0..sound.len() {
        let hit = ends.iter().position(|end| at < *end).unwrap() as u64;
        for bit in 0..8 {
            let mut bytes = sound.clone();
            bytes[at] ^= 1 << bit;
            let (records, found, left) = walk(&bytes);
            assert!(found.is_some() || left > 0, "byte {at} bit {bit} went unseen");
            assert_eq!(records, hit, "byte {at} bit {bit}");
        }
    }
}

#[test]
fn every_cut_inside_a_record_is_a_torn_tail_and_one_between_records_needs_an_anchor() {
    let sound = log(12).concat();
    for at in 0..sound.len() {
        let between = at == 0 || sound[at - 1] == b'\n';
        let (_, found, left) = walk(&sound[..at]);
        assert_eq!((found, left == 0), (None, between), "cut at {at}");
    }
}

#[test]
fn every_removed_record_leaves_a_gap_but_for_the_last() {
    for out in 0..11 {
        let mut lines = log(12);
        lines.remove(out);
        let n = out as u64;
        assert_eq!(fault(&lines), Some((n, Fault::Gap { found: n + 1 })));
    }
}

#[test]
fn every_swap_and_every_repetition_is_seen() {
    for (a, b) in (0..12).flat_map(|a| (a + 1..12).map(move |b| (a, b))) {
        let mut swapped = log(12);
        swapped.swap(a, b);
        assert_eq!(fault(&swapped), Some((a as u64, Fault::Gap { found: b as u64 })));
        let mut repeated = log(12);
        repeated.insert(b, repeated[a].clone());
        assert_eq!(fault(&repeated), Some((b as u64, Fault::Repeated { found: a as u64 })));
    }
}

#[test]
fn a_record_that_was_hashed_again_breaks_the_chain_behind_it() {
    let mut lines = log(4);
    let before = Digest::parse(line::parse(&lines[0]).unwrap().h()).unwrap();
    let mut forged = Vec::new();
    build(&mut forged, (1, &before), (br#""t":"note","text":"never said""#, &RecordId::from_bits([1; 16])));
    lines[1] = forged;
    assert_eq!(fault(&lines), Some((2, Fault::Unchained)));
}

/// Puts junk behind two records, fences it as told and goes on.
fn with_junk(junk: &[u8], named: &Junk) -> Vec<u8> {
    let lines = log(2);
    let mut bytes = lines.concat();
    bytes.extend_from_slice(junk);
    let mut prev = Digest::parse(line::parse(&lines[1]).unwrap().h()).unwrap();
    let bodies = [recover_members(named), r#""t":"note""#.to_owned()];
    for (n, body) in (2..).zip(bodies) {
        prev = build(&mut bytes, (n, &prev), (body.as_bytes(), &RecordId::from_bits([9; 16])));
    }
    bytes
}

fn named(junk: &[u8]) -> Junk {
    Junk { offset: log(2).concat().len() as u64, len: junk.len() as u64, sha256: Digest::of(junk) }
}

#[test]
fn junk_is_legal_when_a_recover_record_names_it() {
    for junk in ["a\n", "{\"n\":2,\"pre\n", "\0\0\0\nmore\n\n", "#\n"] {
        assert!(is_whole(&with_junk(junk.as_bytes(), &named(junk.as_bytes()))), "{junk:?}");
    }
}

#[test]
fn junk_is_a_fault_when_a_recover_record_names_it_wrongly() {
    let junk = b"{\"n\":2,\"pre\n";
    let right = named(junk);
    let wrong = [
        Junk { offset: right.offset + 1, ..right },
        Junk { len: right.len - 1, ..right },
        Junk { sha256: Digest::ZERO, ..right },
    ];
    for named in wrong {
        let (records, found, _) = walk(&with_junk(junk, &named));
        assert_eq!((records, found.map(|found| found.fault)), (2, Some(Fault::Recover)));
    }
}

#[test]
fn every_flipped_byte_of_fenced_junk_is_seen() {
    let junk = b"{\"n\":2,\"pre\nv\":\"#\n";
    let sound = with_junk(junk, &named(junk));
    for at in 0..sound.len() {
        for flip in [1, 0x80] {
            let mut bytes = sound.clone();
            bytes[at] ^= flip;
            assert!(!is_whole(&bytes), "byte {at} went unseen");
        }
    }
}

#[test]
fn junk_that_nobody_names_is_told_with_its_place() {
    let mut lines = log(4);
    lines.insert(2, b"hello\n".to_vec());
    let offset = lines[..2].concat().len() as u64;
    let found = walk(&lines.concat()).1;
    assert_eq!(found, Some(Break { n: 2, offset, fault: Fault::Junk { len: 6 } }));
}

#[test]
fn a_break_behind_junk_is_told_where_the_junk_begins() {
    let mut lines = log(4);
    let offset = lines[..2].concat().len() as u64;
    let end = lines[2].len() - 2;
    lines[2][end] = b'X';
    let found = walk(&lines.concat()).1;
    assert_eq!(found, Some(Break { n: 2, offset, fault: Fault::Gap { found: 3 } }));
}

#[test]
fn says_what_is_wrong_in_words() {
    let words = |fault| Break { n: 4, offset: 900, fault }.to_string();
    assert_eq!(words(Fault::Altered), "record 4 at byte 900 was altered: its bytes do not give its hash");
    assert_eq!(words(Fault::Unchained), "chain broken at record 4, byte 900: it does not follow the record before");
    assert_eq!(words(Fault::Gap { found: 6 }), "gap at byte 900: record 4 is missing or unreadable, record 6 follows");
    assert_eq!(words(Fault::Repeated { found: 2 }), "chain broken at byte 900: record 2 stands where record 4 has to");
}
