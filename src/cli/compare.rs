//! `mop compare`: two runs side by side, or a rehearsal and the run after it.
//!
//! Reads as much of both as can be verified, wherever they lie, and writes nothing. What is to be compared is
//! found in `report`; here it is laid out in columns and as JSON.

use std::io::Write;
use std::path::Path;

use serde_json::{Value, json};

use super::Exit;
use super::args::{CompareArgs, LookBackFormat, StateArgs, TrustArgs};
use super::columns::Columns;
use super::find::find_directory;
use super::output::{Output, width};
use super::page::lines;
use super::report::{Told, alarm, tell};
use super::stop::Stop;
use crate::app::{Reading, Surroundings};
use crate::journal::timestamp;
use crate::report::{Account, Both, Comparison, Differing, Half, Pair};
use crate::run::forecast::lasts;
use crate::text::harmless_json;
use crate::time::Length;
use crate::ui::Now;

pub(super) fn run(state: &StateArgs, args: &CompareArgs, output: &mut Output<impl Write, impl Write>) -> Exit {
    answer(state, args, output).map_or_else(|stop| stop.say(output), |()| Exit::Good)
}

fn answer(state: &StateArgs, args: &CompareArgs, output: &mut Output<impl Write, impl Write>) -> Result<(), Stop> {
    let tell = |wanted: &Path| {
        let place = find_directory(state, wanted).map_err(Stop::usage)?;
        tell(&place, &TrustArgs::default(), Reading::without_output)
    };
    let told = [tell(&args.first)?, tell(&args.second)?];
    let halves = told.each_ref().map(|Told { reading, account, .. }| Half { account, run: &reading.run });
    let comparison = Comparison::of(halves.each_ref());
    match args.format {
        LookBackFormat::Text => output.print(&text(&halves, &comparison, (&Surroundings::machine().now(), width()))),
        LookBackFormat::Json => {
            output.print(&format!("{}\n", harmless_json(&format!("{:#}", object(&halves, &comparison)))))
        }
    }
    told.iter().for_each(|told| alarm(&told.account, output));
    Ok(())
}

/// Says a length so that two of them can be told apart: to the second below ten minutes.
pub(super) fn span(ms: i64) -> String {
    match ms {
        ..0 => format!("-{}", span(ms.saturating_neg())),
        0..600_000 => Length::seconds((ms.unsigned_abs() + 500) / 1_000).to_string(),
        _ => lasts(ms),
    }
}

fn difference(ms: i64) -> String {
    // What is less than what is said of a length is no difference.
    match (ms, span(ms.saturating_abs())) {
        (_, said) if said == span(0) => said,
        (1.., said) => format!("+{said}"),
        (_, said) => format!("-{said}"),
    }
}

/// Says when a run began, in the time of whoever reads it.
pub(super) fn begun(now: &Now, at_ms: i64) -> String {
    now.local(at_ms).format("%Y-%m-%d %H:%M").to_string()
}

fn or_none(text: Option<String>) -> String {
    text.unwrap_or_else(|| "-".to_owned())
}

fn text(halves: &Both<Half<'_>>, comparison: &Comparison, (now, cells): (&Now, usize)) -> String {
    let mut text: String = ["A", "B"].iter().zip(halves).map(|(name, half)| head(name, half, (now, cells))).collect();
    let runbooks = halves.each_ref().map(|half| &half.account.identity.runbook);
    if runbooks[0] != runbooks[1] {
        text += &lines(
            "These are runs of two runbooks; only what has the same id in both is held against each other.",
            (cells, 0),
        );
    }
    text += "\n";
    text += &times(comparison, cells);
    text += &choices(comparison, cells);
    text + &deviations(comparison, cells)
}

fn head(name: &str, half: &Half<'_>, (now, cells): (&Now, usize)) -> String {
    let Account { identity, as_of, timing, .. } = half.account;
    let kind = if identity.is_rehearsal { "rehearsal" } else { "run" };
    let version = identity.version.as_ref().map(|version| format!(", version {version}")).unwrap_or_default();
    let stood =
        if timing.stood_ms > 0 { format!(" and stood still for {}", span(timing.stood_ms)) } else { String::new() };
    let result = as_of.result.as_ref().map_or_else(|| "not closed".to_owned(), |result| format!("closed: {result}"));
    let words = format!(
        "{name}  {kind} {} of {}{version}, begun {}, went on for {}{stood}; {result}",
        identity.run,
        identity.runbook,
        begun(now, timing.begun_ms),
        span(timing.ran_ms),
    );
    lines(&words, (cells, 3))
}

fn times(comparison: &Comparison, cells: usize) -> String {
    let mut table = Columns::new(["step", "A", "B", "B-A", "ended"]);
    for row in &comparison.rows {
        let [first, second] = row.took_ms.map(|took| or_none(took.map(span)));
        let more = or_none(row.difference_ms().map(difference));
        let number = row.numbers.iter().flatten().next().cloned().unwrap_or_default();
        table.push(2 * row.depth, [&format!("{number} {}", row.title), &first, &second, &more, &ended(row)]);
    }
    table.text(cells)
}

/// Says how an item ended, or that a run does not have it; in both where that is not the same.
fn ended(row: &Pair) -> String {
    let ended = |side: usize| match (&row.numbers[side], row.outcomes[side]) {
        (None, _) => "not there",
        (_, outcome) => outcome.unwrap_or("-"),
    };
    match [ended(0), ended(1)] {
        [first, second] if first == second => first.to_owned(),
        [first, second] => format!("{first} / {second}"),
    }
}

fn choices(comparison: &Comparison, cells: usize) -> String {
    if comparison.choices.is_empty() {
        return String::new();
    }
    let mut text = "\nChosen\n".to_owned();
    for choice in &comparison.choices {
        let [first, second] = choice.chosen.each_ref().map(|chosen| {
            chosen.as_ref().map_or_else(|| "nothing".to_owned(), |(id, title)| format!("{id} ({title})"))
        });
        let is_same = choice.chosen[0].as_ref().map(|(id, _)| id) == choice.chosen[1].as_ref().map(|(id, _)| id);
        text += &lines(&format!("  {} {}", choice.id, choice.title), (cells, 4));
        text += &match is_same {
            true => lines(&format!("    both  {first}"), (cells, 10)),
            false => lines(&format!("    A  {first}"), (cells, 7)) + &lines(&format!("    B  {second}"), (cells, 7)),
        };
    }
    text
}

fn deviations(comparison: &Comparison, cells: usize) -> String {
    if comparison.deviations.is_empty() {
        return "\nIn neither run was anything done otherwise than the runbook has it.\n".to_owned();
    }
    let mut text = "\nNot as planned\n".to_owned();
    for deviation in &comparison.deviations {
        let Differing { kind, item, words } = deviation;
        let about = item.as_ref().map(|(id, title)| format!(": {id} {title}")).unwrap_or_default();
        text += &lines(&format!("  {}{about}", kind.title()), (cells, 4));
        for (name, words) in ["A", "B"].iter().zip(words) {
            if words.is_empty() {
                text += &lines(&format!("    {name}  -"), (cells, 7));
            }
            words.iter().for_each(|words| text += &lines(&format!("    {name}  {words}"), (cells, 7)));
        }
    }
    text
}

fn object(halves: &Both<Half<'_>>, comparison: &Comparison) -> Value {
    let side = |half: &Half<'_>| {
        let Account { identity, as_of, timing, check, .. } = half.account;
        json!({
            "run": identity.run,
            "name": identity.name,
            "title": identity.title,
            "runbook": identity.runbook,
            "version": identity.version,
            "rehearsal": identity.is_rehearsal,
            "begun": timestamp(timing.begun_ms),
            "ran_ms": timing.ran_ms,
            "stood_ms": timing.stood_ms,
            "result": as_of.result,
            "verdict": check.verdict,
        })
    };
    let item = |row: &Pair| {
        json!({
            "id": row.id,
            "title": row.title,
            "depth": row.depth,
            "numbers": row.numbers,
            "took_ms": row.took_ms,
            "difference_ms": row.difference_ms(),
            "outcomes": row.outcomes,
        })
    };
    let chosen =
        |chosen: &Option<(String, String)>| chosen.as_ref().map(|(id, title)| json!({ "id": id, "title": title }));
    let choices: Vec<_> = comparison
        .choices
        .iter()
        .map(|choice| json!({ "id": choice.id, "title": choice.title, "chosen": choice.chosen.each_ref().map(chosen) }))
        .collect();
    let deviations: Vec<_> = comparison.deviations.iter().map(|Differing { kind, item, words }| {
        json!({ "kind": kind.word(), "id": item.as_ref().map(|(id, _)| id), "title": item.as_ref().map(|(_, title)| title), "words": words })
    }).collect();
    json!({
        "runs": halves.each_ref().map(side),
        "items": comparison.rows.iter().map(item).collect::<Vec<_>>(),
        "choices": choices,
        "deviations": deviations,
    })
}
