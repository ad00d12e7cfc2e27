//! The history of a runbook in columns, and as JSON with fields that stay.

use serde_json::{Value, json};

use super::rows::{Row, figures};
use super::{Facts, Past, Told};
use crate::cli::columns::Columns;
use crate::cli::compare::{begun, span};
use crate::cli::page::lines;
use crate::journal::timestamp;
use crate::run::history::{Pace, Trend};
use crate::runbook::Loaded;
use crate::runbook::model::Runbook;
use crate::text::counted;
use crate::time::Length;
use crate::ui::Now;

pub(super) fn text(told: &Told, runbook: &Runbook, (now, cells): (&Now, usize)) -> String {
    let counting = told.runs.iter().filter(|run| run.facts.is_ok()).count();
    let kind = if told.is_rehearsals { "rehearsal" } else { "run" };
    let title = format!("{} ({}): {}", runbook.main().title.outline(), told.id, counted(counting, kind));
    let mut text = lines(&title, (cells, 2));
    told.runs.iter().for_each(|run| text += &past(run, (now, cells)));
    text += &others(told, cells);
    let shown = |row: &&Row| row.measure.is_some() || row.estimate.is_some();
    if told.rows.iter().any(|row| shown(&row)) {
        text += "\n";
        text += &table(told.rows.iter().filter(shown), cells);
    }
    let off = told.rows.iter().filter(|row| row.better.is_some()).count();
    if off > 0 {
        let words = format!(
            "{off} of the estimates {} off; --patch prints what mends the file.",
            if off == 1 { "is" } else { "are" }
        );
        text += "\n";
        text += &lines(&words, (cells, 0));
    }
    text
}

fn past(past: &Past, (now, cells): (&Now, usize)) -> String {
    let facts = match &past.facts {
        Ok(facts) => facts,
        Err(why) => return lines(&format!("  {}  does not count: {why}", past.name), (cells, 4)),
    };
    let Facts { run, begun_ms, ran_ms, state, result, done: (done, of), is_backed_out, .. } = facts;
    let begun = begun(now, *begun_ms);
    let back = if *is_backed_out { ", backed out" } else { "" };
    let result = result.as_ref().map(|result| format!("  {result}")).unwrap_or_default();
    lines(&format!("  {begun}  {run}  {state}{back}  {done}/{of}  {}{result}", span(*ran_ms)), (cells, 4))
}

/// Says which runs are left out.
fn others(told: &Told, cells: usize) -> String {
    let (open, other) = told.others;
    let mut text = String::new();
    if open > 0 {
        text += &lines(&format!("  {open} more not sealed; --all takes what is not sealed too"), (cells, 4));
    }
    match (other, told.is_rehearsals) {
        (0, _) => {}
        (_, true) => text += &lines(&format!("  {} beside these rehearsals", counted(other, "run")), (cells, 4)),
        (_, false) => {
            text += &lines(&format!("  {} beside; --rehearsals tells of them", counted(other, "rehearsal")), (cells, 4))
        }
    }
    text
}

fn table<'a>(rows: impl Iterator<Item = &'a Row>, cells: usize) -> String {
    let mut table = Columns::new(["part or step", "estimate", "runs", "median", "p90", "trend", "should be"]);
    for row in rows {
        let title = row.title.clone().unwrap_or_else(|| format!("{} (not in the runbook any more)", row.id));
        let estimate = row.estimate.as_ref().map(|estimate| figures((estimate.low, estimate.high)));
        let should = row.better.map(better_words);
        let of = |told: Option<String>| told.unwrap_or_else(|| "-".to_owned());
        let measure = row.measure.as_ref();
        let runs = measure.map(|measure| match measure.times == measure.runs {
            true => measure.runs.to_string(),
            false => format!("{} ({} times)", measure.runs, measure.times),
        });
        let trend = measure.and_then(|measure| measure.trend).map(trend_words);
        let (median, p90) = (measure.map(|m| span(m.median_ms)), measure.map(|m| span(m.p90_ms)));
        table.push(2 * row.depth, [&title, &of(estimate), &of(runs), &of(median), &of(p90), &of(trend), &of(should)]);
    }
    table.text(cells)
}

fn better_words((low, high): (Length, Length)) -> String {
    figures((Some(low), Some(high)))
}

fn trend_words(trend: Trend) -> String {
    let sign = if trend.per_run_ms > 0 { "+" } else { "" };
    match trend.pace {
        Pace::Steady => trend.pace.word().to_owned(),
        pace => format!("{} {sign}{} a run", pace.word(), span(trend.per_run_ms)),
    }
}

pub(super) fn object(told: &Told, file: Option<&Loaded>) -> Value {
    json!({
        "runbook": told.id,
        "file": file.and_then(|loaded| loaded.sources.first()).map(|source| source.name()),
        "rehearsals": told.is_rehearsals,
        "runs": told.runs.iter().map(run_object).collect::<Vec<_>>(),
        "left_out": { "not_sealed": told.others.0, "other_kind": told.others.1 },
        "items": told.rows.iter().map(item_object).collect::<Vec<_>>(),
    })
}

fn run_object(past: &Past) -> Value {
    let facts = past.facts.as_ref();
    let of = |get: fn(&Facts) -> Value| facts.map_or(Value::Null, get);
    json!({
        "name": past.name,
        "sealed": past.is_sealed,
        "counts": facts.is_ok(),
        "why_not": facts.err(),
        "run": of(|facts| json!(facts.run)),
        "begun": of(|facts| json!(timestamp(facts.begun_ms))),
        "ran_ms": of(|facts| json!(facts.ran_ms)),
        "stood_ms": of(|facts| json!(facts.stood_ms)),
        "state": of(|facts| json!(facts.state)),
        "result": of(|facts| json!(facts.result)),
        "version": of(|facts| json!(facts.version)),
        "backed_out": of(|facts| json!(facts.is_backed_out)),
        "done": of(|facts| json!(facts.done.0)),
        "of": of(|facts| json!(facts.done.1)),
    })
}

fn item_object(row: &Row) -> Value {
    let millis = |length: Option<Length>| length.map(Length::as_millis);
    let estimate = row.estimate.as_ref().map(|estimate| {
        json!({ "from_ms": millis(estimate.low), "to_ms": millis(estimate.high), "varies": estimate.varies })
    });
    let measure = row.measure.as_ref();
    let trend = measure.and_then(|measure| measure.trend);
    json!({
        "id": row.id,
        "title": row.title,
        "depth": row.depth,
        "estimate": estimate,
        "runs": measure.map_or(0, |measure| measure.runs),
        "times": measure.map_or(0, |measure| measure.times),
        "p10_ms": measure.map(|measure| measure.p10_ms),
        "median_ms": measure.map(|measure| measure.median_ms),
        "p90_ms": measure.map(|measure| measure.p90_ms),
        "trend": trend.map(|trend| json!({ "per_run_ms": trend.per_run_ms, "pace": trend.pace.word() })),
        "should_be": row.better.map(|(low, high)| json!({ "from_ms": low.as_millis(), "to_ms": high.as_millis() })),
    })
}
