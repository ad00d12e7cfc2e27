//! The window and the last safe moment by hand, and what `decide` makes of them.

use super::*;
use crate::run::forecast::tests::{BEGAN, BOOK, Bench, MINUTE, minutes, stamp};
use crate::run::{Forecast, History, Past, Refusal};

#[test]
fn the_window_gives_the_plan_its_beginning_and_the_last_safe_moment() {
    let bench = Bench::of(BOOK, Some((60, 300)));
    let forecast = bench.at(10);
    assert_eq!(forecast.planned("prepare"), ((60, 60), (90, 90)));
    assert_eq!(forecast.forecast("prepare"), ((60, 60), (90, 90)), "it does not begin before the window");
    assert_eq!(minutes(forecast.end), (165, 230));
    assert_eq!(forecast.fit(), Some(Fit::Fits));
    let last_safe = forecast.last_safe.unwrap();
    assert_eq!(minutes(Spread::between(last_safe.at_ms, last_safe.ends_ms)), (255, 300));
    assert_eq!((last_safe.left_ms, last_safe.nearness), (245 * MINUTE, Nearness::Far));
    let window = forecast.window.unwrap();
    assert_eq!((window.phase, window.left_ms), (Phase::Before, 290 * MINUTE));
    assert_eq!(bench.at(240).fit(), Some(Fit::DoesNot));
    assert_eq!(bench.at(150).fit(), Some(Fit::MayNot));
}

#[test]
fn the_countdown_warns_three_times_and_then_says_that_it_is_over() {
    let bench = Bench::of(BOOK, Some((0, 300)));
    let near = |minute| bench.at(minute).last_safe.unwrap().nearness;
    let found: Vec<_> = [224, 225, 244, 245, 249, 250, 255, 256].into_iter().map(near).collect();
    use Nearness::{Far, Five, Passed, Ten, Thirty};
    assert_eq!(found, [Far, Thirty, Thirty, Ten, Ten, Five, Five, Passed]);
    let phase = |minute| bench.at(minute).window.unwrap().phase;
    assert_eq!(
        [0, 269, 270, 300, 301].map(phase),
        [Phase::Within, Phase::Within, Phase::Warned, Phase::Warned, Phase::After]
    );
}

#[test]
fn without_a_way_back_there_is_nothing_to_back_out_to() {
    let book = "{ mop: 1, title: T, sign: none, window: { length: 1h }, activities: [{ title: A, estimate: 10m, steps: [B] }] }";
    let forecast = Bench::of(book, Some((0, 60))).at(0);
    assert_eq!(forecast.backed_out, None);
    assert_eq!(minutes(Spread::exactly(forecast.last_safe.unwrap().at_ms)), (60, 60));
}

#[test]
fn a_way_back_without_figures_is_at_least_and_the_last_safe_moment_at_most() {
    let book =
        "{ mop: 1, title: T, sign: none, window: { length: 1h }, activities: [{ title: A, estimate: 10m, steps: [B] }],
        back_out: { title: C, steps: [{ title: D, estimate: 5m }, E] } }";
    let forecast = Bench::of(book, Some((0, 60))).at(0);
    assert_eq!(forecast.backed_out, Some(Spread::exactly(BEGAN + 5 * MINUTE).at_least()));
    let last_safe = forecast.last_safe.unwrap();
    assert!(last_safe.is_at_most && last_safe.at_ms == BEGAN + 55 * MINUTE);
}

#[test]
fn what_is_decided_agrees_with_the_forecast() {
    let book = BOOK.replace("estimate: 45m, steps", "steps").replace("title: Put }", "title: Put, estimate: 25m }");
    for (book, length) in [(BOOK, 45), (&book, 25)] {
        let mut bench = Bench::of(book, Some((0, 120)));
        assert_eq!(bench.run.back_out_ms(), Some(length * MINUTE));
        bench.does(1, "requirements/access");
        bench.does(2, "prepare/list");
        let starts = |bench: &Bench, minute: i64| {
            let item = bench.run.plan().item("prepare/save").unwrap();
            bench.run.check_is_open(item, &stamp(minute))
        };
        let last_safe = 120 - length;
        assert_eq!(bench.at(5).last_safe.unwrap().at_ms, BEGAN + last_safe * MINUTE);
        assert_eq!(bench.run.last_safe_ms(), Some(BEGAN + last_safe * MINUTE));
        assert_eq!(starts(&bench, last_safe - 20), Ok(()));
        let needs = Refusal::NoLongerFits { needs_ms: (20 + length) * MINUTE, left_ms: (length + 19) * MINUTE };
        assert_eq!(starts(&bench, last_safe - 19), Err(needs));
        for minute in [last_safe, last_safe + 1] {
            let has_passed = bench.at(minute).last_safe.unwrap().nearness == Nearness::Passed;
            let is_refused = starts(&bench, minute) == Err(Refusal::PastLastSafe { by_ms: MINUTE });
            assert_eq!(has_passed, is_refused, "{minute}");
        }
        let now_ms = BEGAN + last_safe * MINUTE;
        assert_eq!(bench.at(last_safe).backed_out.unwrap().high_ms, bench.run.window().unwrap().1, "{now_ms}");
    }
}

#[test]
fn past_runs_do_not_move_what_is_decided() {
    let book = "{ mop: 1, id: b, title: T, sign: none, window: { length: 1h }, activities: [{ title: A, estimate: 10m, steps: [B] }],
        back_out: { title: C, estimate: { varies: size }, steps: [D] } }";
    let bench = Bench::of(book, Some((0, 60)));
    let past = Past { runbook: "b".into(), rehearsal: false, parts: vec![("back_out".into(), 30 * MINUTE)] };
    let forecast = Forecast::of(&bench.run, &History::of([past]), BEGAN);
    assert_eq!(forecast.of_row("back_out").past.unwrap().p90_ms, 30 * MINUTE);
    assert_eq!(forecast.backed_out, Some(Spread::exactly(BEGAN).at_least()));
    assert_eq!(forecast.last_safe.unwrap().at_ms, bench.run.last_safe_ms().unwrap());
    let item = bench.run.plan().item("a/b").unwrap();
    assert_eq!(bench.run.check_is_open(item, &stamp(60)), Ok(()));
    assert_eq!(bench.run.check_is_open(item, &stamp(61)), Err(Refusal::PastLastSafe { by_ms: MINUTE }));
}
