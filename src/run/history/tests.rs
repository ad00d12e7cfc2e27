//! What past runs teach, by hand.

use super::*;
use crate::run::Forecast;
use crate::run::forecast::Source;
use crate::run::forecast::tests::{BEGAN, Bench, MINUTE};

fn past(runbook: &str, rehearsal: bool, parts: &[(&str, i64)]) -> Past {
    let parts = parts.iter().map(|(part, took)| ((*part).to_owned(), *took)).collect();
    Past { runbook: runbook.into(), rehearsal, parts }
}

fn figures(history: &History, (runbook, rehearsal): (&str, bool), part: &str) -> Option<(i64, i64, Sample)> {
    let tally = &history.runbooks.get(runbook)?[usize::from(rehearsal)];
    tally.figures(part).map(|figures| (figures.median_ms, figures.p90_ms, figures.sample))
}

#[test]
fn the_median_and_the_ninetieth_are_figures_that_were_seen() {
    let of = |lengths: &[i64]| {
        let history = History::of(lengths.iter().map(|took| past("b", false, &[("a", *took)])));
        figures(&history, ("b", false), "a").map(|(median, p90, _)| (median, p90))
    };
    assert_eq!(of(&[]), None);
    assert_eq!(of(&[7]), Some((7, 7)));
    assert_eq!(of(&[9, 1]), Some((1, 9)), "of two the lower one is the median");
    assert_eq!(of(&[3, 1, 2]), Some((2, 3)));
    assert_eq!(of(&[10, 9, 8, 7, 6, 5, 4, 3, 2, 1]), Some((5, 9)));
    assert_eq!(of(&[11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1]), Some((6, 10)));
}

#[test]
fn a_round_is_looked_up_by_its_value_and_else_with_all_rounds_of_the_activity() {
    let history = History::of([
        past("b", false, &[("hop[10.1]", 10), ("hop[10.2]", 30)]),
        past("b", false, &[("hop[10.1]", 20), ("hop[9]", 50), ("hops", 999)]),
    ]);
    let seen = |part| figures(&history, ("b", false), part);
    assert_eq!(seen("hop[10.1]"), Some((10, 20, Sample::Runs(2))));
    assert_eq!(seen("hop[11]"), Some((20, 50, Sample::Rounds(4))));
    assert_eq!(seen("hop"), None);
    assert_eq!(seen("other[10.1]"), None);
}

#[test]
fn practice_and_other_runbooks_do_not_mix_in() {
    let history =
        History::of([past("b", false, &[("a", 10)]), past("b", true, &[("a", 1)]), past("c", false, &[("a", 99)])]);
    assert_eq!(figures(&history, ("b", false), "a"), Some((10, 10, Sample::Runs(1))));
    assert_eq!(figures(&history, ("b", true), "a"), Some((1, 1, Sample::Runs(1))));
    assert_eq!(figures(&history, ("d", false), "a"), None);
}

fn parts(bench: &Bench) -> Vec<(String, i64)> {
    let past = Past::of(&bench.run);
    past.map_or(Vec::new(), |past| past.parts.into_iter().map(|(part, ms)| (part, ms / MINUTE)).collect())
}

fn up_to_the_first_hop() -> Bench {
    let mut bench = Bench::moves();
    bench.does(5, "requirements/access");
    bench.does(15, "prepare/list");
    bench.does(25, "prepare/save");
    bench.does(40, "hop[x]/fetch");
    bench
}

#[test]
fn only_parts_that_were_done_to_the_end_count_and_requirements_do_not() {
    let mut bench = Bench::moves();
    assert_eq!(Past::of(&bench.run), None);
    bench.does(5, "requirements/access");
    assert_eq!(Past::of(&bench.run), None);
    let mut bench = up_to_the_first_hop();
    assert_eq!(parts(&bench), [("prepare".to_owned(), 20)]);
    bench.pauses((41, 71));
    bench.does(75, "hop[x]/start");
    assert_eq!(parts(&bench), [("prepare".to_owned(), 20), ("hop[x]".to_owned(), 20)]);
    let past = Past::of(&bench.run).unwrap();
    assert_eq!((past.runbook.as_str(), past.rehearsal), ("move", false));
}

#[test]
fn an_activity_that_was_backed_out_does_not_count_and_the_way_back_does() {
    let mut bench = up_to_the_first_hop();
    bench.backs_out(50);
    bench.does(60, "back_out/put");
    assert_eq!(parts(&bench), [("prepare".to_owned(), 20)]);
    bench.does(75, "back_out/see");
    assert_eq!(parts(&bench), [("prepare".to_owned(), 20), ("back_out".to_owned(), 25)]);
}

#[test]
fn a_part_of_which_something_was_passed_over_does_not_count() {
    let mut bench = up_to_the_first_hop();
    bench.settles(45, "hop[x]/start", Outcome::Skipped);
    bench.does(50, "hop[y]/fetch");
    bench.settles(60, "hop[y]/start", Outcome::NotApplicable);
    assert_eq!(parts(&bench), [("prepare".to_owned(), 20), ("hop[y]".to_owned(), 15)]);
}

#[test]
fn parts_that_shared_their_time_do_not_count() {
    let mut bench = up_to_the_first_hop();
    bench.does(42, "hop[y]/fetch");
    bench.does(50, "hop[x]/start");
    bench.does(55, "hop[y]/start");
    assert_eq!(parts(&bench), [("prepare".to_owned(), 20), ("hop[x]".to_owned(), 25)]);
}

#[test]
fn a_lesson_serves_the_next_run() {
    let mut first = up_to_the_first_hop();
    first.does(75, "hop[x]/start");
    let history = History::of(Past::of(&first.run));
    let next = Forecast::of(&Bench::moves().run, &history, BEGAN);
    assert_eq!(next.of_row("hop[x]").past.unwrap().median_ms, 50 * MINUTE);
    assert_eq!(next.of_row("hop[y]").past.unwrap().sample, Sample::Rounds(1));
    assert_eq!(next.baseline("hop[x]"), (30, 60, false, Source::Author));
}
