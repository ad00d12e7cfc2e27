//! What runs took, by hand: every figure is told in minutes.

use super::*;
use crate::run::forecast::tests::{Bench, MINUTE};
use crate::run::history::lengths::Took;
use crate::run::{Outcome, What};

fn annals(runs: &[&[(&str, i64)]]) -> Annals {
    Annals::of(runs.iter().map(|run| Passage(run.iter().map(|(id, took)| ((*id).to_owned(), *took)).collect())))
}

fn trend(runs: &[i64]) -> Option<(i64, Pace)> {
    let runs = runs.iter().map(|took| Passage(vec![("a".to_owned(), *took)]));
    Annals::of(runs).measure(&["a"]).unwrap().trend.map(|trend| (trend.per_run_ms, trend.pace))
}

#[test]
fn rounds_count_together_and_runs_are_counted_once() {
    let all = annals(&[&[("a", 10), ("a", 30), ("b", 5)], &[("a", 20)], &[("b", 7)]]);
    let measure = all.measure(&["a"]).unwrap();
    assert_eq!((measure.p10_ms, measure.median_ms, measure.p90_ms), (10, 20, 30));
    assert_eq!((measure.times, measure.runs, measure.trend), (3, 2, None));
    let both = all.measure(&["a", "b"]).unwrap();
    assert_eq!((both.p10_ms, both.median_ms, both.times, both.runs), (5, 10, 5, 3));
    assert_eq!(all.measure(&["c"]), None);
}

#[test]
fn a_trend_is_told_from_four_runs_on_and_one_slow_night_makes_none() {
    assert_eq!(trend(&[10, 20, 30]), None);
    assert_eq!(trend(&[100, 110, 120, 130]), Some((10, Pace::Slower)));
    assert_eq!(trend(&[130, 120, 110, 100]), Some((-10, Pace::Faster)));
    assert_eq!(trend(&[100, 100, 100, 100]), Some((0, Pace::Steady)));
    assert_eq!(trend(&[100, 900, 100, 100, 100]), Some((0, Pace::Steady)));
    assert_eq!(trend(&[100, 101, 102, 103]), Some((1, Pace::Steady)), "three in a hundred are not worth telling");
    assert_eq!(trend(&[100, 160, 90, 150, 110]).unwrap().1, Pace::Steady, "now more and now less");
}

#[test]
fn a_trend_is_that_of_the_newest_hundred_runs() {
    let runs: Vec<_> = (0..200).map(|n| if n < 100 { 1_000 - 5 * n } else { 100 + n }).collect();
    assert_eq!(trend(&runs), Some((1, Pace::Slower)));
}

fn took(bench: &Bench) -> Vec<(String, i64, bool)> {
    let told = bench.run.items().iter().zip(lengths(&bench.run));
    told.filter_map(|(item, took)| {
        took.map(|Took { ms, is_undisturbed }| (item.id.to_string(), ms / MINUTE, is_undisturbed))
    })
    .collect()
}

fn of(bench: &Bench, id: &str) -> Option<(i64, bool)> {
    took(bench).into_iter().find(|(own, ..)| own == id).map(|(_, minutes, is_undisturbed)| (minutes, is_undisturbed))
}

#[test]
fn an_item_took_the_time_since_the_one_before_it_was_settled() {
    let mut bench = Bench::moves();
    bench.does(5, "requirements/access");
    bench.does(15, "prepare/list");
    bench.does(25, "prepare/save");
    bench.does(40, "hop[x]/fetch");
    let row = |id: &str, minutes: i64| (id.to_owned(), minutes, true);
    assert_eq!(
        took(&bench),
        [
            row("requirements", 5),
            row("requirements/access", 5),
            row("prepare", 20),
            row("prepare/list", 10),
            row("prepare/save", 10),
            row("hop[x]/fetch", 15)
        ]
    );
    assert!(Passage::of(&bench.run).0.contains(&("hop/fetch".to_owned(), 15 * MINUTE)));
}

#[test]
fn a_pause_is_left_out_and_what_it_is_in_is_disturbed() {
    let mut bench = Bench::moves();
    bench.does(5, "requirements/access");
    bench.pauses((5, 35));
    bench.does(45, "prepare/list");
    bench.pauses((50, 60));
    bench.does(65, "prepare/save");
    assert_eq!(of(&bench, "prepare/list"), Some((10, true)), "it stood still before anything of it was done");
    assert_eq!(of(&bench, "prepare/save"), Some((10, false)));
    assert_eq!(of(&bench, "prepare"), Some((20, false)));
    assert_eq!(Passage::of(&bench.run).0.iter().filter(|(id, _)| id.starts_with("prepare")).count(), 1);
}

#[test]
fn what_was_passed_over_took_nothing_and_ends_the_time_of_what_is_next() {
    let mut bench = Bench::moves();
    bench.does(5, "requirements/access");
    bench.settles(20, "prepare/list", Outcome::Skipped);
    bench.does(30, "prepare/save");
    assert_eq!((of(&bench, "prepare/list"), of(&bench, "prepare/save")), (None, Some((10, true))));
    assert_eq!(of(&bench, "prepare"), Some((25, false)));
}

#[test]
fn what_was_done_by_hand_or_while_another_was_at_work_is_disturbed() {
    let mut bench = Bench::moves();
    bench.does(5, "requirements/access");
    bench.notes(7, What::NoteAdded { step: Some("prepare/save".into()), text: "look".into() });
    bench.does(15, "prepare/list");
    bench.does(20, "prepare/save");
    assert_eq!((of(&bench, "prepare/list"), of(&bench, "prepare/save")), (Some((10, false)), Some((5, true))));
    bench.notes(25, What::DoneByHand { step: "hop[x]/fetch".into(), why: "so".into() });
    bench.does(30, "hop[x]/fetch");
    assert_eq!(of(&bench, "hop[x]/fetch"), Some((10, false)));
}

#[test]
fn an_item_takes_what_stands_below_it_too() {
    let book = "{ mop: 1, title: T, sign: none, activities: [{ id: a, title: A, steps: [
        { id: h, title: H, steps: [{ id: x, title: X }, { id: y, title: Y, when: 'false' }, { id: z, title: Z }] }, { id: l, title: L }] }] }";
    let mut bench = Bench::of(book, None);
    bench.does(10, "a/h/x");
    assert_eq!(of(&bench, "a/h"), None, "it is not done");
    bench.does(30, "a/h/z");
    assert_eq!((of(&bench, "a/h"), of(&bench, "a/h/z")), (Some((30, true)), Some((20, true))));
    bench.does(35, "a/l");
    assert_eq!((of(&bench, "a"), of(&bench, "a/h")), (Some((35, true)), Some((30, true))));
}
