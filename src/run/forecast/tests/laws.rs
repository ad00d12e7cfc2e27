//! What holds for any run, however long its steps and its pauses take.

use proptest::prelude::*;

use super::*;

const MIXED: &str = "
mop: 1
title: Mixed
sign: none
requirements: [R]
activities:
  - { id: own, title: Own, estimate: { from: 20m, to: 40m, because: x }, steps: [A, { title: B, estimate: 10m }] }
  - { id: sum, title: Sum, steps: [{ title: A, estimate: 10m }, { title: B, estimate: { from: 5m, to: 30m, because: x } }, { title: C, estimate: 5m }] }
  - { id: part, title: Part, steps: [{ title: A, estimate: 15m }, B] }
  - { id: late, title: Late, estimate: { varies: x }, steps: [A, B] }
back_out: { title: Back, steps: [{ title: A, estimate: 15m }, { title: B, estimate: 5m }] }
";

/// Is what is done next in a run.
#[derive(Clone, Copy, Debug)]
enum Move {
    /// The next step, after so many minutes.
    Step(i64),
    /// Passing over the next step.
    Skip(i64),
    /// A pause, after so many minutes, that lasts so long.
    Pause(i64, i64),
    /// Leaving the way forward.
    Back(i64),
}

fn moves() -> impl Strategy<Value = Vec<Move>> {
    let one = prop_oneof![
        6 => (0..40i64).prop_map(Move::Step),
        1 => (0..40i64).prop_map(Move::Skip),
        2 => (0..40i64, 0..90i64).prop_map(|(after, lasts)| Move::Pause(after, lasts)),
        1 => (0..40i64).prop_map(Move::Back),
    ];
    prop::collection::vec(one, 0..14)
}

/// Goes through moves as far as they can be made, and gives the minute of the last one.
fn played(moves: &[Move]) -> (Bench, i64) {
    let (mut bench, mut minute) = (Bench::of(MIXED, None), 0);
    for next in moves {
        let step = bench.run.next_open().map(|at| bench.run.items()[at].id.to_string());
        match (next, step) {
            (Move::Step(after), Some(step)) => {
                minute += after;
                bench.does(minute, &step);
            }
            (Move::Skip(after), Some(step)) => {
                minute += after;
                bench.settles(minute, &step, Outcome::Skipped);
            }
            (Move::Pause(after, lasts), _) => {
                bench.pauses((minute + after, minute + after + lasts));
                minute += after + lasts;
            }
            (Move::Back(after), _) if bench.run.back_out().is_none() => {
                minute += after;
                bench.backs_out(minute);
            }
            _ => {}
        }
    }
    (bench, minute)
}

fn spreads(forecast: &Forecast) -> impl Iterator<Item = Spread> {
    let of_rows = forecast.rows.iter().flat_map(|row| {
        let stretches = [row.planned, row.forecast].into_iter().flatten();
        stretches.flat_map(|stretch| [stretch.start, stretch.end]).chain([row.baseline.length])
    });
    of_rows.chain(forecast.backed_out).chain([forecast.end])
}

#[test]
fn what_is_done_in_one_moment_has_the_time_before_it() {
    let (bench, minute) = played(&[Move::Step(1), Move::Step(0), Move::Step(0)]);
    let forecast = bench.at(minute);
    let took: Vec<_> = forecast.rows.iter().filter(|row| row.is_part).filter_map(|row| row.elapsed_ms).collect();
    assert_eq!(took.iter().sum::<i64>(), MINUTE, "{took:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn the_least_is_never_more_than_the_most(moves in moves(), later in 0..200i64) {
        let (bench, minute) = played(&moves);
        let forecast = bench.at(minute + later);
        prop_assert!(spreads(&forecast).all(|spread| spread.low_ms <= spread.high_ms), "{forecast:?}");
        for row in &forecast.rows {
            let ends = [row.planned, row.forecast].into_iter().flatten();
            prop_assert!(ends.clone().all(|stretch| stretch.start.low_ms <= stretch.end.low_ms), "{row:?}");
            prop_assert!(ends.clone().all(|stretch| stretch.start.high_ms <= stretch.end.high_ms), "{row:?}");
        }
    }

    #[test]
    fn time_that_passes_never_makes_an_end_earlier(moves in moves(), now in 0..200i64, later in 0..200i64) {
        let (bench, minute) = played(&moves);
        let (first, then) = (bench.at(minute + now), bench.at(minute + now + later));
        prop_assert!(first.end.low_ms <= then.end.low_ms && first.end.high_ms <= then.end.high_ms);
        for (one, other) in first.rows.iter().zip(&then.rows) {
            let (Some(one), Some(other)) = (one.forecast, other.forecast) else { continue };
            prop_assert!(one.end.low_ms <= other.end.low_ms && one.end.high_ms <= other.end.high_ms);
        }
    }

    #[test]
    fn a_pause_moves_what_is_to_come_by_its_length(moves in moves(), now in 0..60i64, lasts in 0..200i64, then in 0..60i64) {
        let (mut bench, minute) = played(&moves);
        let at = minute + now;
        let (before, after) = (bench.at(at), bench.at(at + then));
        bench.notes(at, What::RunPaused { why: "so".into() });
        // What is over does not move.
        let moved = Spread::exactly(if bench.run.next_open().is_some() { lasts * MINUTE } else { 0 });
        prop_assert_eq!(bench.at(at + lasts).end, before.end.plus(moved));
        bench.notes(at + lasts, What::RunContinued);
        let again = bench.at(at + lasts + then);
        prop_assert_eq!(again.end, after.end.plus(moved));
        for (one, other) in after.rows.iter().zip(&again.rows) {
            prop_assert_eq!(one.is_part.then_some(one.elapsed_ms), one.is_part.then_some(other.elapsed_ms));
            if matches!(one.stage, Stage::Open | Stage::UnderWay) {
                prop_assert_eq!(one.forecast.map(|one| one.end.plus(moved)), other.forecast.map(|other| other.end));
            }
        }
    }

    #[test]
    fn what_is_done_is_as_it_was_and_no_time_is_counted_twice(moves in moves(), later in 0..200i64) {
        let (bench, minute) = played(&moves);
        let now = minute + later;
        let forecast = bench.at(now);
        for row in forecast.rows.iter().filter(|row| row.stage == Stage::Done) {
            let Some(Actual { began_ms, ended_ms: Some(ended_ms) }) = row.actual else {
                return Err(TestCaseError::fail(format!("{row:?}")));
            };
            let (start, end) = (Spread::exactly(began_ms), Spread::exactly(ended_ms));
            prop_assert_eq!(row.forecast, Some(Stretch { start, end }));
            prop_assert!(row.elapsed_ms.is_none_or(|elapsed_ms| elapsed_ms <= ended_ms - began_ms));
        }
        let all: i64 = forecast.rows.iter().filter(|row| row.is_part).filter_map(|row| row.elapsed_ms).sum();
        // What nobody had begun to sign for when the way back began is nobody's time.
        let is_going = forecast.under_way().is_some() && bench.run.back_out().is_none();
        let ran = bench.run.ran_at(BEGAN + now * MINUTE);
        prop_assert!(if is_going { all == ran } else { all <= ran }, "{all} of {ran}");
    }
}
