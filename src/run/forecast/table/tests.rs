//! The time table, held against the whole of it as a person reads it.

use chrono::{Offset, Utc};

use super::*;
use crate::run::forecast::tests::{BEGAN, BOOK, Bench, MINUTE};

/// Gives the table at a minute, a line each: item, estimate, source, actual, end, difference.
fn table(bench: &Bench, minute: i64) -> Vec<String> {
    let (teller, forecast) = (Teller { now_ms: BEGAN + minute * MINUTE, offset: Utc.fix() }, bench.at(minute));
    let rows = forecast.rows.iter().map(|row| teller.row(&bench.run, row));
    let line = |told: Told| {
        let Told { number, title, estimate, source, actual, forecast, difference } = told;
        [format!("{number} {title}"), estimate, source, actual, forecast, difference].join("|")
    };
    rows.chain([teller.whole(&bench.run, &forecast)]).map(line).collect()
}

#[test]
fn at_the_beginning_all_is_as_it_was_planned() {
    let bench = Bench::of(BOOK, Some((0, 240)));
    let told = [
        "R Requirements||no estimate|0s|22:00|0m",
        "1 Prepare|~30m|author||22:30|0m",
        "1.2 Save|~20m|author||22:20+|0m",
        "2 To x|30m–1h|author||23:00–23:30|0m",
        "3 To y|30m–1h|author||23:30–00:30|0m",
        "4 Check|15m–20m|its steps||23:45–00:50|0m",
        "4.1 Look|~10m|author||23:40–00:40|0m",
        "4.2 Ask|5m–10m|author||23:45–00:50|0m",
        "B Back|~45m|author||in reserve|",
        " The run|1h45m–2h50m||0s|23:45–00:50|0m",
    ];
    assert_eq!(table(&bench, 0), told);
}

#[test]
fn what_is_late_says_by_how_much_and_what_is_done_what_it_took() {
    let mut bench = Bench::of(BOOK, Some((0, 240)));
    bench.does(5, "requirements/access");
    bench.does(30, "prepare/list");
    bench.does(50, "prepare/save");
    let told = [
        "R Requirements||no estimate|5m|22:05|+5m",
        "1 Prepare|~30m|author|45m|22:50|+20m",
        "1.2 Save|~20m|author|20m|22:50|+30m",
        "2 To x|30m–1h|author|5m|23:20–23:50|+20m",
        "3 To y|30m–1h|author||23:50–00:50|+20m",
        "4 Check|15m–20m|its steps||00:05–01:10|+20m",
        "4.1 Look|~10m|author||00:00–01:00|+20m",
        "4.2 Ask|5m–10m|author||00:05–01:10|+20m",
        "B Back|~45m|author||in reserve|",
        " The run|1h45m–2h50m||55m|00:05–01:10|+20m",
    ];
    assert_eq!(table(&bench, 55), told);
}

#[test]
fn the_way_back_is_in_reserve_until_it_is_taken_and_what_was_left_is_not_done() {
    let mut bench = Bench::of(BOOK, Some((0, 240)));
    bench.backs_out(60);
    let told = table(&bench, 70);
    assert_eq!(
        told[1..4],
        ["1 Prepare|~30m|author||not done|", "1.2 Save|~20m|author||not done|", "2 To x|30m–1h|author||not done|"]
    );
    assert_eq!(told[8..], ["B Back|~45m|author|10m|23:45|0m", " The run|~45m||1h10m|23:45|0m"]);
}

#[test]
fn a_row_is_found_by_its_place_as_long_as_that_is_still_its_item() {
    let forecast = Bench::moves().at(0);
    for row in &forecast.rows {
        assert_eq!(forecast.row_at((row.at, &row.id)), Some(row));
        assert_eq!(forecast.row_at((row.at, "another")), None);
    }
    assert_eq!(forecast.row_at((usize::MAX, "prepare")), None);
}
