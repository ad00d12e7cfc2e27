//! The forecast in words.

use chrono::{FixedOffset, Offset, Utc};

use super::*;
use crate::run::forecast::tests::{BEGAN, BOOK, Bench, MINUTE};
use crate::run::history::Figures;

fn utc(minute: i64) -> Teller {
    Teller { now_ms: BEGAN + minute * MINUTE, offset: Utc.fix() }
}

#[test]
fn lengths_are_said_in_two_units() {
    let said = [0, 999, 45_000, 59_999, 60_000, 12 * MINUTE, 60 * MINUTE, 72 * MINUTE, 1440 * MINUTE, 3121 * MINUTE];
    let words = ["0s", "0s", "45s", "59s", "1m", "12m", "1h", "1h12m", "1d", "2d4h"];
    assert_eq!(said.map(lasts), words);
    assert_eq!([72 * MINUTE, -12 * MINUTE, 400, -400].map(until), ["in 1h12m", "12m over", "now", "now"]);
    assert_eq!(until(i64::MIN), until(-i64::MAX));
}

#[test]
fn the_header_says_when_it_ends_here_and_when_backed_out() {
    let mut bench = Bench::of(BOOK, Some((0, 240)));
    let here = Teller { offset: FixedOffset::east_opt(3600).unwrap(), ..utc(0) };
    let forecast = bench.at(0);
    assert_eq!(utc(0).end(&forecast), "ends 23:45–00:50");
    assert_eq!(here.end(&forecast), "ends 00:45–01:50");
    assert_eq!(utc(0).backed_out(&forecast).unwrap(), "backed out now 22:45");
    assert_eq!(utc(0).last_safe(&forecast.last_safe.unwrap()), "01:15 last safe moment");
    assert_eq!(utc(183).last_safe(&bench.at(183).last_safe.unwrap()), "last safe moment in 12m");
    assert_eq!(utc(199).last_safe(&bench.at(199).last_safe.unwrap()), "last safe moment passed 4m ago");
    bench.backs_out(200);
    assert_eq!(utc(200).backed_out(&bench.at(200)).unwrap(), "backed out 02:05");
    bench.does(210, "back_out/put");
    bench.does(220, "back_out/see");
    assert_eq!(utc(230).end(&bench.at(230)), "ended 01:40");
}

#[test]
fn estimates_say_how_sure_they_are_and_whose_they_are() {
    let forecast = Bench::moves().at(0);
    let words = |id: &str| forecast.of_row(id).baseline.words();
    assert_eq!(words("prepare").unwrap(), "~30m");
    assert_eq!(words("hop[x]").unwrap(), "30m–1h");
    assert_eq!(words("requirements"), None);
    let sum = Baseline { length: Spread::between(5 * MINUTE, 9 * MINUTE).at_least(), source: Source::Steps };
    assert_eq!(sum.words().unwrap(), "at least 5m–9m");
    let figures = Figures { median_ms: 1, p90_ms: 2, sample: Sample::Rounds(1) };
    assert_eq!(Source::Past(figures).words(), "1 other round");
    assert_eq!(Source::Past(Figures { sample: Sample::Runs(3), ..figures }).words(), "3 runs");
}

#[test]
fn a_time_of_another_day_says_which() {
    let at = |minute: i64| utc(0).time(BEGAN + minute * MINUTE);
    assert_eq!([at(1439), at(1440), at(-1440)], ["21:59", "03-02 22:00", "02-28 22:00"]);
    assert_eq!(utc(0).time(i64::MAX), "?");
    assert_eq!(utc(0).moment(Spread::exactly(BEGAN).at_least()), "22:00 at least");
}

#[test]
fn an_overrun_is_said_by_how_much() {
    let mut bench = Bench::moves();
    bench.does(0, "requirements/access");
    assert_eq!(bench.at(30).of_row("prepare").over_words(), None);
    assert_eq!(bench.at(42).of_row("prepare").over_words().unwrap(), "12m over");
}
