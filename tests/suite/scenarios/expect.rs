//! What a scenario expects, held against what came of a step.

use mop::run::{Effect, Run, Standing};
use mop::runbook::plan::Item;
use serde_json::Value as Json;

use super::bench::{Bench, Turn};
use super::facts::fact;
use super::file::Step;

/// Holds what a step expects against what came of it.
pub fn check(bench: &Bench, told: &Step, turn: &Turn) -> Result<(), String> {
    match (&turn.decided, &told.refused) {
        (Err(refusal), Some(sentence)) if refusal.to_string() == *sentence => {}
        (Err(refusal), _) => return Err(format!("it is refused with: {refusal}")),
        (Ok(_), Some(_)) => return Err("it is not refused".into()),
        (Ok(effects), None) => check_effects(told, effects)?,
    }
    check_records(bench, told, turn)?;
    check_trail(bench, told, turn)?;
    for (number, expected) in &told.stands {
        let item = bench.item(number)?;
        let found = stands(&bench.run, item);
        equal(&format!("{number} stands as {found}, not {expected}"), &found, expected)?;
    }
    for (number, expected) in &told.titles {
        let found = bench.run.title(bench.item(number)?);
        equal(&format!("{number} says {found}, not {expected}"), &found, expected)?;
    }
    for (name, expected) in &told.run {
        let found = fact(bench, name).ok_or_else(|| format!("nothing of a run is called {name}"))?;
        equal(&format!("{name} is {found}, not {expected}"), &found, expected)?;
    }
    Ok(())
}

fn equal(problem: &str, found: &str, expected: &str) -> Result<(), String> {
    if found == expected { Ok(()) } else { Err(problem.to_owned()) }
}

fn check_effects(told: &Step, effects: &[Effect]) -> Result<(), String> {
    let Some(expected) = &told.effects else { return Ok(()) };
    let found: Vec<_> = effects.iter().map(effect).collect();
    if found == *expected { Ok(()) } else { Err(format!("the effects are {found:?}, not {expected:?}")) }
}

fn effect(effect: &Effect) -> String {
    match effect {
        Effect::Ring => "ring".into(),
        Effect::Start { step, attempt } => format!("start {step} {attempt}"),
        Effect::Cancel { step, attempt } => format!("cancel {step} {attempt}"),
        Effect::Recheck { steps } => format!("recheck {}", steps.join(" ")),
        Effect::RunAdHoc { number, command } => format!("run {number} {command}"),
    }
}

fn check_records(bench: &Bench, told: &Step, turn: &Turn) -> Result<(), String> {
    let Some(expected) = &told.records else { return Ok(()) };
    let found: Vec<Json> =
        bench.records[turn.first..].iter().map(|(_, bytes)| serde_json::from_slice(bytes).unwrap()).collect();
    if found.len() != expected.len() {
        let types: Vec<_> = found.iter().map(|record| record["t"].as_str().unwrap_or_default()).collect();
        return Err(format!("it recorded {types:?}"));
    }
    for (number, (found, expected)) in (1..).zip(found.iter().zip(expected)) {
        holds(found, expected).map_err(|problem| format!("record {number} of this step: {problem} in {found}"))?;
    }
    Ok(())
}

/// Checks that a record has what is expected; what is not named may be anything.
fn holds(found: &Json, expected: &Json) -> Result<(), String> {
    match (found, expected) {
        (Json::Object(members), Json::String(kind)) => holds(&members["t"], &Json::String(kind.clone())),
        (Json::Object(members), Json::Object(named)) => named.iter().try_for_each(|(name, expected)| {
            let found = members.get(name).unwrap_or(&Json::Null);
            holds(found, expected)
        }),
        _ if found == expected => Ok(()),
        _ => Err(format!("{found} is not {expected}")),
    }
}

fn check_trail(bench: &Bench, told: &Step, turn: &Turn) -> Result<(), String> {
    let Some(expected) = &told.trail else { return Ok(()) };
    let entries = &bench.run.trail()[turn.first..];
    let found: Vec<_> = entries.iter().map(|entry| format!("{} {}", entry.who, entry.what)).collect();
    if found == *expected { Ok(()) } else { Err(format!("the trail says {found:?}")) }
}

/// Says how an item stands, as the screen and the plain output say it: the mark of the design, and why.
pub fn stands(run: &Run, item: &Item) -> String {
    match run.standing(&item.id) {
        Standing::Locked(lock) => format!("· {lock}"),
        Standing::Ready => "○".into(),
        Standing::Running(_) => "◐".into(),
        Standing::ToSign => format!("◇ {}", run.lacking(item).join(", ")).trim_end().into(),
        Standing::Done(proof) => format!("✓{}", proof.letter()),
        Standing::Overridden(why) => format!("! {why}"),
        Standing::Regressed(why) => format!("✗ regressed: {why}"),
        Standing::Failed(why) => format!("✗ {why}"),
        Standing::EndUnknown(why) => format!("? {why}"),
        Standing::Skipped(why) => format!("» {why}"),
        Standing::NotApplicable(why) => format!("– {why}"),
        Standing::Deferred(whose) => format!("→ {whose}"),
        Standing::Heading { done, of } => format!("{done} of {of}"),
    }
}
