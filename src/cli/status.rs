//! `mop status`: how a run stands, in one line for status bars, prompts and monitoring.
//!
//! Owns the names that can stand in a format. It reads and never writes.

use std::io::Write;

use serde_json::{Map, Value};

use super::Exit;
use super::args::{StateArgs, StatusArgs};
use super::hand;
use super::output::Output;
use super::standing::{needs, run_word};
use super::stop::Stop;
use crate::app::Hand;
use crate::id::nearest;
use crate::run::forecast::Teller;
use crate::run::{Forecast, History, Person};
use crate::text::{Shown, harmless_json};
use crate::time::Length;

/// Is what is printed when nobody says how.
const USUAL: &str = "{run} {kind} {state} {progress}: {step} {next} ({standing}), left {left}";
/// The same where there is nothing to do next.
const USUAL_OVER: &str = "{run} {kind} {state} {progress}";

pub(super) fn run(place: &StateArgs, args: &StatusArgs, output: &mut Output<impl Write, impl Write>) -> Exit {
    match answer(place, args) {
        Ok(line) => {
            output.print(&format!("{line}\n"));
            Exit::Good
        }
        Err(stop) => stop.say(output),
    }
}

fn answer(place: &StateArgs, args: &StatusArgs) -> Result<String, Stop> {
    let facts = facts(&hand::open_to_read(place, &args.run)?);
    match args.format.as_deref() {
        Some("json") => {
            let object: Map<_, _> = facts.into_iter().map(|(name, fact)| (name.to_owned(), fact)).collect();
            Ok(harmless_json(&Value::Object(object).to_string()))
        }
        format => {
            let is_over = facts.iter().any(|(name, fact)| *name == "step" && fact.is_null());
            let usual = if is_over { USUAL_OVER } else { USUAL };
            let line = fill(format.unwrap_or(usual), &facts).map_err(Stop::usage)?;
            Ok(Shown::line(&line).to_string())
        }
    }
}

/// Is a fact by its name.
type Fact = (&'static str, Value);

/// Says how a run stands.
fn facts(hand: &Hand) -> Vec<Fact> {
    let (run, now) = (hand.run(), hand.now());
    let next = run.next_open().and_then(|at| run.items().get(at));
    let (progress, last) = (run.progress(), run.trail().last());
    let lasts = |until_ms: i64| match until_ms - now.at_ms {
        left @ 0.. => Length::seconds(left.unsigned_abs() / 1000).to_string(),
        passed => format!("-{}", Length::seconds(passed.unsigned_abs() / 1000)),
    };
    let text = |text: Option<String>| text.map_or(Value::Null, Value::String);
    let here: Vec<_> = hand.attendance().guests().into_iter().map(|guest| Value::String(guest.name)).collect();
    let teller = Teller { now_ms: now.at_ms, offset: now.offset };
    let standing = next.map(|item| run.standing(&item.id));
    vec![
        ("run", run.start().run.clone().into()),
        ("name", hand.name().into()),
        ("title", run.name().into()),
        ("kind", if run.start().rehearsal { "rehearsal" } else { "run" }.into()),
        ("state", run_word(run, hand.sealed().is_some()).into()),
        ("step", text(next.map(|item| item.number.clone()))),
        ("id", text(next.map(|item| item.id.to_string()))),
        ("next", text(next.map(|item| run.title(item)))),
        ("standing", text(standing.as_ref().map(|standing| standing.word().to_owned()))),
        ("needs", text(next.and_then(|item| needs(run, item, &hand.stamp(&whoever(hand)))))),
        ("driver", text(run.driver().map(|driver| driver.who.name.clone()))),
        ("here", here.into()),
        ("progress", format!("{}/{}", progress.done, progress.of).into()),
        ("done", progress.done.into()),
        ("of", progress.of.into()),
        ("record", run.head().n.into()),
        ("last", text(last.map(|entry| format!("{} {}", entry.who, entry.what)))),
        ("ends", teller.moment(Forecast::of(run, &History::default(), now.at_ms).end).into()),
        ("left", text(run.window().map(|(_, end)| lasts(end)))),
        ("safe", text(run.last_safe_ms().map(lasts))),
        ("result", text(run.closed().map(str::to_owned))),
    ]
}

/// Gives somebody in whose name one can be asked what is next: the driver, or who came first.
fn whoever(hand: &Hand) -> Person {
    let driver = hand.run().driver().map(|driver| driver.who.clone());
    driver.or_else(|| hand.run().people().first().cloned()).unwrap_or_default()
}

/// Puts facts into a format; `{{` and `}}` stand for braces.
fn fill(format: &str, facts: &[Fact]) -> Result<String, String> {
    let mut filled = String::new();
    let mut rest = format;
    while let Some(at) = rest.find(['{', '}']) {
        let (before, brace) = rest.split_at(at);
        filled += before;
        rest = if let Some(behind) = brace.strip_prefix("{{") {
            filled.push('{');
            behind
        } else if let Some(behind) = brace.strip_prefix("}}") {
            filled.push('}');
            behind
        } else {
            let named = brace.strip_prefix('{').and_then(|inside| inside.split_once('}'));
            let (name, behind) = named.ok_or_else(|| format!("`{}`: a brace is written twice", Shown::line(format)))?;
            filled += &words(name, facts)?;
            behind
        };
    }
    Ok(filled + rest)
}

fn words(name: &str, facts: &[Fact]) -> Result<String, String> {
    let names = || facts.iter().map(|(name, _)| *name);
    let found = facts.iter().find(|(known, _)| *known == name).map(|(_, fact)| fact);
    let found = found.ok_or_else(|| {
        let hint = nearest(name, names()).map(|near| format!(" (did you mean {near}?)")).unwrap_or_default();
        format!("{{{}}} is not known{hint}; there are: {}", Shown::line(name), names().collect::<Vec<_>>().join(", "))
    })?;
    Ok(match found {
        Value::Null => "-".to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(texts) if texts.is_empty() => "nobody".to_owned(),
        Value::Array(texts) => texts.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_facts_and_braces_that_stand_twice_braces() {
        let facts = [("run", Value::from("7K3QX")), ("left", Value::Null), ("of", Value::from(3))];
        assert_eq!(fill("{run} {{x}} {left}/{of}", &facts).unwrap(), "7K3QX {x} -/3");
        assert_eq!(
            fill("{rum}", &facts).unwrap_err(),
            "{rum} is not known (did you mean run?); there are: run, left, of"
        );
        assert!(fill("{run", &facts).is_err() && fill("run}", &facts).is_err());
    }
}
