//! What is kept is what was printed, less what is counted; and what is damaged is passed over.

use std::fs::{self, OpenOptions};
use std::io::Write as _;

use proptest::prelude::*;

use super::super::End;
use super::super::end::{How, Moment, Tally};
use super::super::keep::{Keeper, Room};
use super::*;

const ROOM: Room = Room { head: 400, tail: 200, tails: 2 };

fn end(tallies: Each<Tally>) -> End {
    let moment = Moment::default();
    let (out, err) = (tallies.out, tallies.err);
    let how = How::Exit(0);
    End { host: None, how, stopped: None, killed: false, left_running: false, started: moment, ended: moment, out, err }
}

fn all(follow: &mut Follow) -> Vec<Chunk> {
    std::iter::from_fn(|| follow.next().unwrap()).collect()
}

#[test]
fn what_is_printed_is_read_at_once_and_once() {
    let ground = tempfile::tempdir().unwrap();
    let (mut keeper, mut follow) = (Keeper::new(ground.path(), ROOM), Follow::new(ground.path()));
    assert!(all(&mut follow).is_empty());
    for (at_ms, stream, bytes) in [(1, Stream::Out, "one"), (2, Stream::Err, "two\n"), (3, Stream::Out, "three")] {
        keeper.add(stream, at_ms, bytes.as_bytes());
        let offset = if at_ms == 3 { 3 } else { 0 };
        let expected = Chunk { stream, offset, at_ms, bytes: bytes.into(), missed: 0 };
        assert_eq!(all(&mut follow), [expected]);
    }
}

#[test]
fn a_slow_reader_is_told_how_much_it_missed() {
    let ground = tempfile::tempdir().unwrap();
    let (mut keeper, mut follow) = (Keeper::new(ground.path(), ROOM), Follow::new(ground.path()));
    keeper.add(Stream::Out, 0, b"first");
    assert_eq!(all(&mut follow).len(), 1);
    for at in 0..1000 {
        keeper.add(Stream::Out, at, b"0123456789");
    }
    let chunks = all(&mut follow);
    let seen: usize = chunks.iter().map(|chunk| chunk.bytes.len()).sum();
    let missed: u64 = chunks.iter().map(|chunk| chunk.missed).sum();
    assert_eq!(seen as u64 + missed, 10_000);
    assert!(missed > 9_000 && chunks.iter().filter(|chunk| chunk.missed > 0).count() == 1);
    let tallies = keeper.finish();
    assert_eq!((tallies.out.bytes, tallies.out.dropped), (10_005, missed));
    assert_eq!(printed(ground.path(), &end(tallies)).unwrap().out.missing, missed);
}

/// Puts bytes behind what stands in the first file.
fn damage(dir: &Path, bytes: &[u8]) {
    OpenOptions::new().append(true).open(dir.join("output-000000")).unwrap().write_all(bytes).unwrap();
}

#[test]
fn a_part_of_a_frame_is_waited_for_while_it_is_the_last_and_passed_over_when_it_is_not() {
    let ground = tempfile::tempdir().unwrap();
    let mut keeper = Keeper::new(ground.path(), ROOM);
    keeper.add(Stream::Out, 0, b"whole");
    let mut follow = Follow::new(ground.path());
    assert_eq!(all(&mut follow).len(), 1);
    damage(ground.path(), b"o 5 1 100\nhalf");
    assert!(all(&mut follow).is_empty());
    fs::write(ground.path().join("output-000001"), "o 105 2 5\nafter\n").unwrap();
    let chunks = all(&mut follow);
    assert_eq!((chunks[0].bytes.as_slice(), chunks[0].missed), (&b"after"[..], 100));
}

#[test]
fn nonsense_ends_a_file_and_is_never_taken_for_output() {
    for nonsense in ["x".repeat(500), "\n\n".to_owned(), "o 0 0 99999999999\n".to_owned(), "e 0 0 3\nabcd".to_owned()] {
        let ground = tempfile::tempdir().unwrap();
        let mut keeper = Keeper::new(ground.path(), ROOM);
        keeper.add(Stream::Out, 0, b"whole");
        damage(ground.path(), nonsense.as_bytes());
        let printed = printed(ground.path(), &end(keeper.finish())).unwrap();
        assert_eq!((printed.out.bytes.as_slice(), printed.err.bytes.len()), (&b"whole"[..], 0), "{nonsense}");
    }
}

#[test]
fn a_frame_that_stands_twice_is_taken_once() {
    let ground = tempfile::tempdir().unwrap();
    let mut keeper = Keeper::new(ground.path(), ROOM);
    keeper.add(Stream::Out, 0, b"whole");
    damage(ground.path(), b"o 0 0 5\nwhole\n");
    assert_eq!(printed(ground.path(), &end(keeper.finish())).unwrap().out.bytes, b"whole");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_is_lost_doubled_or_mixed_up(
        pieces in proptest::collection::vec((any::<bool>(), proptest::collection::vec(any::<u8>(), 0..90)), 0..60),
        every in 1_usize..9,
    ) {
        let ground = tempfile::tempdir().unwrap();
        let (mut keeper, mut follow) = (Keeper::new(ground.path(), ROOM), Follow::new(ground.path()));
        let (mut whole, mut seen) = (Each::<Vec<u8>>::default(), Each::<u64>::default());
        for (at, (is_out, bytes)) in pieces.iter().enumerate() {
            let stream = if *is_out { Stream::Out } else { Stream::Err };
            keeper.add(stream, at as u64, bytes);
            whole.of(stream).extend_from_slice(bytes);
            if at % every == 0 {
                for chunk in all(&mut follow) {
                    let begin = usize::try_from(chunk.offset).unwrap();
                    prop_assert_eq!(*seen.of(chunk.stream) + chunk.missed, chunk.offset);
                    prop_assert_eq!(&whole.of(chunk.stream)[begin..begin + chunk.bytes.len()], &chunk.bytes[..]);
                    *seen.of(chunk.stream) = chunk.offset + chunk.bytes.len() as u64;
                }
            }
        }
        let end = end(keeper.finish());
        let printed = printed(ground.path(), &end).unwrap();
        prop_assert_eq!((printed.out.missing, printed.err.missing), (end.out.dropped, end.err.dropped));
        for (kept, whole) in [(&printed.out, &whole.out), (&printed.err, &whole.err)] {
            let gaps = kept.bytes.len() as u64 + kept.missing - whole.len() as u64;
            prop_assert!(gaps.is_multiple_of(5) && (kept.missing > 0 || kept.bytes == *whole));
        }
        let room: u64 = fs::read_dir(ground.path()).unwrap().map(|entry| entry.unwrap().metadata().unwrap().len()).sum();
        prop_assert!(room <= ROOM.head + ROOM.tail * ROOM.tails as u64);
    }
}
