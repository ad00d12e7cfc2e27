//! The forecast by hand: runs of a few parts, minute by minute, and what holds for any run.

use std::sync::Arc;

use super::*;
use crate::journal::Digest;
use crate::run::history::{Past, Sample};
use crate::run::{
    Answer, Event, Head, Outcome, Person, Proof, Stamp, Start, Verdict, What, from_wire, replay, to_wire,
};
use crate::runbook::{NoLibrary, load};

mod laws;

/// 2026-03-01T22:00Z, when every run here begins.
pub(in crate::run) const BEGAN: i64 = 1_772_402_400_000;

pub(in crate::run) const MINUTE: i64 = 60_000;

pub(in crate::run) const BOOK: &str = "
mop: 1
id: move
title: Move
sign: none
window: { length: 4h, warn: 30m }
inputs: { hops: { ask: Hops, type: text, list: true } }
requirements: [Access]
activities:
  - { id: prepare, title: Prepare, estimate: 30m, steps: [{ id: list, title: List }, { id: save, title: Save, estimate: 20m }] }
  - id: hop
    title: 'To {{ hop }}'
    for_each: { hop: hops }
    estimate: { from: 30m, to: 1h, because: size }
    steps: [{ id: fetch, title: Fetch }, { id: start, title: Start }]
  - id: check
    title: Check
    steps: [{ id: look, title: Look, estimate: 10m }, { id: ask, title: Ask, estimate: { from: 5m, to: 10m, because: mood } }]
back_out: { title: Back, estimate: 45m, steps: [{ id: put, title: Put }, { id: see, title: See }] }
";

/// A run in memory.
pub(in crate::run) struct Bench {
    pub run: Run,
}

impl Bench {
    /// Begins a run of a runbook, with its window in minutes from the beginning of the run.
    pub fn of(book: &str, window: Option<(i64, i64)>) -> Self {
        let loaded = load("book.yaml", book.into(), &NoLibrary);
        let runbook = Arc::new(loaded.runbook.unwrap_or_else(|| panic!("{:?}", loaded.diagnostics)));
        let text = |minute: i64| {
            let at = chrono::DateTime::from_timestamp_millis(BEGAN + minute * MINUTE).unwrap();
            at.format("%Y-%m-%dT%H:%M:%SZ").to_string()
        };
        let answers = match runbook.main().inputs.is_empty() {
            true => Vec::new(),
            false => vec![("hops".to_owned(), Answer::Many(vec!["x".into(), "y".into()]))],
        };
        let window = window.map(|(start, end)| (text(start), text(end)));
        let start =
            Start { run: "7K3QX".into(), runbook: runbook.main().id.clone(), answers, window, ..Start::default() };
        let event = Event { stamp: stamp(0), what: What::RunStarted(Box::new(start)) };
        let head = Head { n: 0, hash: Digest::of(b"0") };
        Self { run: replay(runbook, [(head, event)]).unwrap() }
    }

    pub fn moves() -> Self {
        Self::of(BOOK, None)
    }

    /// Records something at a minute of the run.
    pub fn notes(&mut self, minute: i64, what: What) {
        let bytes = to_wire(&Event { stamp: stamp(minute), what });
        let n = self.run.head().n + 1;
        self.run.apply(Head { n, hash: Digest::of(&bytes) }, &from_wire(&bytes));
    }

    pub fn does(&mut self, minute: i64, step: &str) {
        assert!(self.run.plan().item(step).is_some(), "{step}");
        self.notes(minute, What::StepConfirmed { step: step.into(), verdict: Verdict::done(Proof::Claimed) });
    }

    pub fn settles(&mut self, minute: i64, step: &str, outcome: Outcome) {
        let verdict = Verdict { outcome, proof: None, reason: Some("so".into()), deferred: None };
        self.notes(minute, What::StepConfirmed { step: step.into(), verdict });
    }

    pub fn pauses(&mut self, (from, to): (i64, i64)) {
        self.notes(from, What::RunPaused { why: "so".into() });
        self.notes(to, What::RunContinued);
    }

    pub fn backs_out(&mut self, minute: i64) {
        self.notes(minute, What::BackOutBegun { why: "so".into(), rounds: vec![], undo: vec![] });
    }

    pub fn at(&self, minute: i64) -> Forecast {
        Forecast::of(&self.run, &History::default(), BEGAN + minute * MINUTE)
    }
}

pub(in crate::run) fn stamp(minute: i64) -> Stamp {
    let mono = u64::try_from(minute * MINUTE).unwrap() * 1_000_000;
    Stamp { who: Person::named("Ada").unwrap(), at_ms: BEGAN + minute * MINUTE, mono, session: "S".into() }
}

/// Gives a moment in minutes of the run: the least and the most.
pub(in crate::run) fn minutes(moment: Spread) -> (i64, i64) {
    ((moment.low_ms - BEGAN) / MINUTE, (moment.high_ms - BEGAN) / MINUTE)
}

impl Forecast {
    pub(in crate::run) fn of_row(&self, id: &str) -> &Row {
        self.row(id).unwrap_or_else(|| panic!("no row {id}"))
    }

    pub(in crate::run) fn stage(&self, id: &str) -> Stage {
        self.of_row(id).stage
    }

    /// Gives the length that something should take, in minutes, and who says so.
    pub(in crate::run) fn baseline(&self, id: &str) -> (i64, i64, bool, Source) {
        let Baseline { length, source } = self.of_row(id).baseline;
        (length.low_ms / MINUTE, length.high_ms / MINUTE, length.is_at_least, source)
    }

    /// Gives when something was to begin and to end.
    pub(in crate::run) fn planned(&self, id: &str) -> ((i64, i64), (i64, i64)) {
        let stretch = self.of_row(id).planned.unwrap();
        (minutes(stretch.start), minutes(stretch.end))
    }

    /// Gives when something begins and ends.
    pub(in crate::run) fn forecast(&self, id: &str) -> ((i64, i64), (i64, i64)) {
        let stretch = self.of_row(id).forecast.unwrap_or_else(|| panic!("no forecast of {id}"));
        (minutes(stretch.start), minutes(stretch.end))
    }

    /// Gives when something began and ended, and how long it took.
    pub(in crate::run) fn actual(&self, id: &str) -> (i64, Option<i64>, Option<i64>) {
        let Row { actual, elapsed_ms, .. } = self.of_row(id);
        let Actual { began_ms, ended_ms } = actual.unwrap_or_else(|| panic!("{id} was not begun"));
        let minute = |at_ms: i64| (at_ms - BEGAN) / MINUTE;
        (minute(began_ms), ended_ms.map(minute), elapsed_ms.map(|ms| ms / MINUTE))
    }

    pub(in crate::run) fn over(&self, id: &str) -> Option<i64> {
        self.of_row(id).over_ms.map(|ms| ms / MINUTE)
    }
}

#[test]
fn before_anything_is_done_all_estimates_count_from_the_beginning() {
    let forecast = Bench::moves().at(0);
    assert_eq!(forecast.baseline("prepare"), (30, 30, false, Source::Author));
    assert_eq!(forecast.baseline("hop[x]"), (30, 60, false, Source::Author));
    assert_eq!(forecast.baseline("check"), (15, 20, false, Source::Steps));
    assert_eq!(forecast.baseline("prepare/save"), (20, 20, false, Source::Author));
    assert_eq!(forecast.planned("hop[y]"), ((60, 90), (90, 150)));
    assert_eq!(forecast.forecast("check"), ((90, 150), (105, 170)));
    assert_eq!(forecast.forecast("check/ask"), ((100, 160), (105, 170)));
    assert_eq!((minutes(forecast.end), forecast.end.is_at_least), ((105, 170), false));
    assert_eq!(minutes(forecast.backed_out.unwrap()), (45, 45));
    assert_eq!((forecast.last_safe, forecast.window), (None, None));
    assert_eq!((forecast.stage("back_out"), forecast.of_row("back_out").forecast), (Stage::InReserve, None));
}

#[test]
fn requirements_without_an_estimate_take_no_time_and_have_the_first_turn() {
    let mut bench = Bench::moves();
    assert_eq!(bench.at(5).stage("requirements"), Stage::UnderWay);
    assert_eq!(bench.at(5).stage("prepare"), Stage::Open);
    assert_eq!(bench.at(5).over("requirements"), None);
    bench.does(10, "requirements/access");
    assert_eq!(bench.at(12).actual("requirements"), (0, Some(10), Some(10)));
    assert_eq!(bench.at(12).actual("prepare"), (10, None, Some(2)));
}

#[test]
fn what_is_under_way_counts_with_the_longer_of_estimate_and_what_has_passed() {
    let mut bench = Bench::moves();
    bench.does(0, "requirements/access");
    bench.does(10, "prepare/list");
    bench.does(20, "prepare/save");
    for (now, end) in [(30, (50, 80)), (50, (50, 80)), (60, (60, 80)), (85, (85, 85))] {
        let forecast = bench.at(now);
        assert_eq!(forecast.forecast("hop[x]"), ((20, 20), end), "{now}");
        assert_eq!(forecast.actual("hop[x]"), (20, None, Some(now - 20)));
        assert_eq!(forecast.over("hop[x]"), (now > 80).then_some(now - 80));
        assert_eq!(minutes(forecast.end), (end.0 + 30 + 15, end.1 + 60 + 20));
    }
}

#[test]
fn what_is_done_is_forecast_as_it_was_and_its_overrun_stays() {
    let mut bench = Bench::moves();
    bench.does(2, "requirements/access");
    bench.does(12, "prepare/list");
    bench.does(47, "prepare/save");
    let forecast = bench.at(60);
    assert_eq!(forecast.actual("prepare"), (2, Some(47), Some(45)));
    assert_eq!(forecast.forecast("prepare"), ((2, 2), (47, 47)));
    assert_eq!(forecast.planned("prepare"), ((0, 0), (30, 30)));
    assert_eq!(forecast.of_row("prepare").late_ms(), Some(17 * MINUTE));
    assert_eq!(forecast.over("prepare"), Some(15));
    assert_eq!(forecast.actual("prepare/save"), (12, Some(47), Some(35)));
    assert_eq!(forecast.over("prepare/save"), Some(15));
}

#[test]
fn a_sum_of_steps_counts_each_step_by_itself() {
    let mut bench = Bench::of(
        "{ mop: 1, title: T, sign: none, activities: [{ title: A, steps: [
            { title: B, estimate: 10m }, { title: C, estimate: 20m }, { title: D, estimate: { from: 5m, to: 10m, because: x } }] }] }",
        None,
    );
    assert_eq!(bench.at(4).forecast("a"), ((0, 0), (35, 40)));
    assert_eq!(minutes(bench.at(15).end), (40, 45), "b takes longer");
    bench.does(15, "a/b");
    assert_eq!(minutes(bench.at(15).end), (40, 45));
    assert_eq!(minutes(bench.at(30).end), (40, 45));
    assert_eq!(bench.at(30).actual("a/c"), (15, None, Some(15)));
    bench.does(32, "a/c");
    assert_eq!(minutes(bench.at(32).end), (37, 42), "c was quick");
    assert_eq!((bench.at(32).stage("a/c"), bench.at(32).stage("a/d")), (Stage::Done, Stage::UnderWay));
}

#[test]
fn what_waits_for_its_time_begins_then_and_its_time_is_counted_from_then() {
    let book = "{ mop: 1, title: T, sign: none, window: { length: 2h }, activities: [
        { title: Before, estimate: 10m, steps: [A] },
        { title: Within, estimate: 30m, not_before: window.start, steps: [B, C] }] }";
    let mut bench = Bench::of(book, Some((600, 720)));
    assert_eq!(bench.at(0).planned("before"), ((0, 0), (10, 10)));
    assert_eq!(bench.at(0).forecast("within"), ((600, 600), (630, 630)));
    bench.does(5, "before/a");
    assert_eq!(bench.at(300).stage("within"), Stage::Open);
    assert_eq!(bench.at(610).actual("within"), (600, None, Some(10)));
    assert_eq!(minutes(bench.at(610).end), (630, 630));
    bench.notes(610, What::RunPaused { why: "so".into() });
    assert_eq!(
        bench.at(614).actual("within"),
        (600, None, Some(10)),
        "a pause is no time of what nobody signed for yet"
    );
    bench.notes(610, What::RunContinued);
    bench.does(615, "within/b");
    assert_eq!(bench.at(640).actual("within"), (600, None, Some(40)));
    assert_eq!(bench.at(640).over("within"), Some(10));
}

#[test]
fn what_varies_counts_with_what_is_allowed_or_makes_the_end_at_least() {
    let book = |estimate: &str| {
        format!(
            "{{ mop: 1, id: v, title: T, sign: none, activities: [{{ title: A, estimate: {estimate}, steps: [B] }}] }}"
        )
    };
    let allowed = Bench::of(&book("{ varies: load, allow: 1h }"), None).at(0);
    assert_eq!(allowed.baseline("a"), (60, 60, false, Source::Allowed));
    let varies = Bench::of(&book("{ varies: load }"), None);
    assert_eq!(varies.at(0).baseline("a"), (0, 0, true, Source::Nothing));
    assert_eq!(varies.at(7).end, Spread::exactly(BEGAN + 7 * MINUTE).at_least());
    assert_eq!(varies.at(700).over("a"), None);
    let past = |took: i64| Past { runbook: "v".into(), rehearsal: false, parts: vec![("a".into(), took * MINUTE)] };
    let history = History::of([past(20), past(40), past(30)]);
    let forecast = Forecast::of(&varies.run, &history, BEGAN + 5 * MINUTE);
    let (low, high, at_least, source) = forecast.baseline("a");
    assert_eq!((low, high, at_least), (30, 40, false));
    assert!(matches!(source, Source::Past(Figures { sample: Sample::Runs(3), .. })));
    assert_eq!(minutes(forecast.end), (30, 40));
    let allowed = Bench::of(&book("{ varies: load, allow: 1h }"), None);
    let beside = Forecast::of(&allowed.run, &history, BEGAN);
    assert_eq!(beside.baseline("a").3, Source::Allowed, "the author's word comes first");
    assert_eq!(beside.of_row("a").past.unwrap().median_ms, 30 * MINUTE);
}

#[test]
fn steps_without_an_estimate_make_the_sum_at_least_until_they_are_done() {
    let book = "{ mop: 1, title: T, sign: none, activities: [{ title: A, steps: [
        { title: B, estimate: 10m }, C, { title: D, estimate: 5m }] }] }";
    let mut bench = Bench::of(book, None);
    assert_eq!(bench.at(0).baseline("a"), (15, 15, true, Source::Steps));
    assert!(bench.at(0).end.is_at_least);
    bench.does(10, "a/b");
    bench.does(90, "a/c");
    assert_eq!(bench.at(91).over("a"), None, "nobody can tell");
    assert_eq!(
        (minutes(bench.at(91).end), bench.at(91).end.is_at_least),
        ((95, 95), true),
        "the estimate is not whole"
    );
}

#[test]
fn a_pause_moves_what_is_to_come_and_is_no_time_of_anything() {
    let mut bench = Bench::moves();
    bench.does(0, "requirements/access");
    assert_eq!(minutes(bench.at(10).end), (105, 170));
    bench.notes(10, What::RunPaused { why: "lunch".into() });
    assert_eq!(minutes(bench.at(40).end), (135, 200));
    assert_eq!(bench.at(40).actual("prepare"), (0, None, Some(10)));
    bench.notes(40, What::RunContinued);
    assert_eq!(minutes(bench.at(45).end), (135, 200));
    bench.does(45, "prepare/list");
    bench.does(60, "prepare/save");
    assert_eq!(bench.at(70).actual("prepare"), (0, Some(60), Some(30)));
    assert_eq!(bench.at(70).over("prepare"), None);
    assert_eq!(bench.at(70).actual("prepare/save").2, None, "nobody knows in which step the run stood still");
}

#[test]
fn on_the_way_back_only_the_way_back_counts() {
    let mut bench = Bench::of(BOOK, Some((0, 240)));
    bench.does(0, "requirements/access");
    bench.does(10, "prepare/list");
    bench.does(20, "prepare/save");
    bench.does(40, "hop[x]/fetch");
    bench.backs_out(50);
    let forecast = bench.at(60);
    assert_eq!((minutes(forecast.end), minutes(forecast.backed_out.unwrap())), ((95, 95), (95, 95)));
    assert_eq!((forecast.stage("prepare"), forecast.stage("hop[x]")), (Stage::Done, Stage::Left));
    assert_eq!((forecast.stage("hop[y]"), forecast.stage("back_out")), (Stage::Left, Stage::UnderWay));
    assert_eq!(forecast.actual("hop[x]"), (20, None, Some(30)), "up to the moment when the way back began");
    assert_eq!(forecast.planned("back_out"), ((50, 50), (95, 95)));
    assert_eq!(forecast.last_safe, None);
    assert_eq!((minutes(bench.at(120).end), bench.at(120).over("back_out")), ((120, 120), Some(25)));
    bench.does(100, "back_out/put");
    bench.does(110, "back_out/see");
    assert_eq!(minutes(bench.at(200).end), (110, 110));
    assert_eq!(bench.at(200).actual("back_out"), (50, Some(110), Some(60)));
}

#[test]
fn what_does_not_apply_takes_no_time_and_what_is_not_decided_takes_the_most() {
    let book = "{ mop: 1, title: T, sign: none, activities: [{ title: A, steps: [
        { id: pick, title: Pick, estimate: 1m, choose: [{ id: one, title: One }, { id: two, title: Two }] },
        { id: b, title: B, when: chosen.pick == 'one', estimate: 10m },
        { id: c, title: C, choose: [
            { id: short, title: Short, steps: [{ id: s, title: S, estimate: 5m }] },
            { id: long, title: Long, steps: [{ id: l, title: L, estimate: 20m }, { id: m, title: M, estimate: 10m }] }] }] }] }";
    let mut bench = Bench::of(book, None);
    assert_eq!(bench.at(0).baseline("a"), (1, 41, true, Source::Steps), "no figure for the choice in c");
    bench.notes(0, What::OptionChosen { step: "a/pick".into(), option: "two".into(), values: vec![] });
    bench.notes(0, What::OptionChosen { step: "a/c".into(), option: "short".into(), values: vec![] });
    assert_eq!(bench.at(0).baseline("a"), (6, 6, true, Source::Steps));
    assert_eq!((bench.at(0).stage("a/b"), bench.at(0).of_row("a/b").forecast), (Stage::DoesNotApply, None));
}

#[test]
fn a_run_that_an_option_stopped_has_nothing_to_come() {
    let book = "{ mop: 1, title: T, sign: none, activities: [
        { title: A, estimate: 10m, steps: [{ id: go, title: Go on?, choose: [{ id: y, title: Y }, { id: n, title: N, then: stop }] }, B] },
        { id: c, title: C, estimate: 20m, steps: [D] }] }";
    let mut bench = Bench::of(book, None);
    bench.notes(3, What::OptionChosen { step: "a/go".into(), option: "n".into(), values: vec![] });
    assert_eq!(minutes(bench.at(3).end), (30, 30));
    bench.does(4, "a/go");
    let forecast = bench.at(6);
    assert_eq!((forecast.stage("a"), forecast.stage("c"), minutes(forecast.end)), (Stage::Left, Stage::Left, (6, 6)));
}

#[test]
fn a_part_that_a_person_skips_is_over_and_one_that_was_open_at_the_close_is_left() {
    let mut bench = Bench::moves();
    bench.does(0, "requirements/access");
    bench.settles(5, "prepare/list", Outcome::Skipped);
    bench.settles(6, "prepare/save", Outcome::NotApplicable);
    let forecast = bench.at(10);
    assert_eq!((forecast.stage("prepare"), forecast.stage("prepare/save")), (Stage::Done, Stage::DoesNotApply));
    bench.notes(20, What::RunClosed { result: "ended early".into() });
    let forecast = bench.at(900);
    assert_eq!((forecast.now_ms, minutes(forecast.end)), (BEGAN + 20 * MINUTE, (20, 20)));
    assert_eq!((forecast.stage("hop[x]"), forecast.backed_out), (Stage::Left, None));
}

#[test]
fn parts_that_may_overlap_come_one_after_the_other_and_time_belongs_to_one() {
    let book = "{ mop: 1, title: T, sign: none, activities: [
        { id: a, title: A, estimate: 10m, steps: [X] },
        { id: b, title: B, estimate: 20m, after: [a], steps: [X, Y] },
        { id: c, title: C, estimate: 40m, after: [a], steps: [X, Y] }] }";
    let mut bench = Bench::of(book, None);
    bench.does(10, "a/x");
    bench.does(30, "c/x");
    let forecast = bench.at(40);
    assert_eq!((forecast.stage("b"), forecast.actual("c")), (Stage::Open, (10, None, Some(30))));
    assert_eq!((forecast.forecast("c").1, forecast.forecast("b")), ((50, 50), ((50, 50), (70, 70))));
    bench.does(55, "c/y");
    bench.does(65, "b/x");
    bench.does(70, "b/y");
    let forecast = bench.at(80);
    assert_eq!((forecast.actual("c"), forecast.actual("b")), ((10, Some(55), Some(45)), (55, Some(70), Some(15))));
}

#[test]
fn a_step_that_was_done_before_its_turn_takes_no_time_from_those_before() {
    let mut bench = Bench::moves();
    bench.does(0, "requirements/access");
    bench.does(5, "check/look");
    bench.does(20, "prepare/list");
    let forecast = bench.at(25);
    assert_eq!((forecast.actual("prepare").2, forecast.actual("check").2), (Some(25), Some(0)));
    assert_eq!(minutes(forecast.end), (30 + 60 + 5, 30 + 120 + 10));
}

#[test]
fn a_list_that_is_not_known_makes_the_end_at_least() {
    let book = "{ mop: 1, title: T, sign: none, activities: [
        { title: Ask, estimate: 5m, steps: [{ id: names, title: Names, record: { names: { ask: Which?, list: true } } }] },
        { title: 'Each {{ name }}', id: each, for_each: { name: names }, estimate: 10m, steps: [X] }] }";
    let mut bench = Bench::of(book, None);
    assert_eq!((minutes(bench.at(0).end), bench.at(0).end.is_at_least), ((15, 15), true));
    let names = Answer::Many(vec!["p".into(), "q".into(), "r".into()]);
    bench.notes(1, What::ValuesRecorded { step: "ask/names".into(), values: vec![("names".into(), names)] });
    bench.does(1, "ask/names");
    assert_eq!((minutes(bench.at(1).end), bench.at(1).end.is_at_least), ((31, 31), false));
}
