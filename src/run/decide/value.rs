//! Choices and values that are noted down.

use super::{Decision, wheel};
use crate::run::answer::Answer;
use crate::run::event::{Proof, Stamp, Verdict, What};
use crate::run::refusal::Refusal;
use crate::run::state::{Run, asked_by};
use crate::runbook::model::{Action, Choice, Sign, Then};
use crate::runbook::plan::{Item, Values};

/// Chooses an option of a step.
pub(super) fn choose(
    run: &Run,
    stamp: &Stamp,
    (step, seen): (&str, u64),
    (option, values): (&str, &[(String, Answer)]),
) -> Result<Decision, Refusal> {
    let (item, taken) = open_item(run, stamp, (step, seen))?;
    let choice = choice(run, item, option)?;
    check_way(run, (item, choice))?;
    let asked = item.kind.step().map(|id| asked_by(run.runbook().step(id), option)).unwrap_or_default();
    check_values(run, step, &asked, values)?;
    check_plan(run, step, |known| {
        known.choose(step, option);
        note_values(run, step, values, known);
    })?;
    let what = What::OptionChosen { step: step.to_owned(), option: option.to_owned(), values: values.to_vec() };
    Ok(Decision::of(stamp, what).after(stamp, taken).and(stamp, settled_at_once(run, item)))
}

/// Notes down what a step asks for.
pub(super) fn record(
    run: &Run,
    stamp: &Stamp,
    (step, seen): (&str, u64),
    values: &[(String, Answer)],
) -> Result<Decision, Refusal> {
    let (item, taken) = open_item(run, stamp, (step, seen))?;
    let id = item.kind.step().ok_or(Refusal::OnlyHeading)?;
    let asked: Vec<_> = run.asked_of(run.runbook().step(id)).collect();
    if asked.is_empty() {
        return Err(Refusal::NothingAsked);
    }
    check_values(run, step, &asked, values)?;
    check_plan(run, step, |known| note_values(run, step, values, known))?;
    let what = What::ValuesRecorded { step: step.to_owned(), values: values.to_vec() };
    Ok(Decision::of(stamp, what).after(stamp, taken))
}

/// Settles a choice that nobody has to sign, when nothing else is noted down in its step.
fn settled_at_once(run: &Run, item: &Item) -> Option<What> {
    let verdict = Verdict::done(Proof::Claimed);
    (*run.signers(item) == Sign::None && run.has_all_recorded(item))
        .then(|| What::StepConfirmed { step: item.id.to_string(), verdict })
}

/// Finds an item that is open and that nobody signed yet.
fn open_item<'a>(run: &'a Run, stamp: &Stamp, (step, seen): (&str, u64)) -> Result<(&'a Item, Option<What>), Refusal> {
    let item = run.item_as_seen(step, seen)?;
    run.check_is_open(item, stamp)?;
    let taken = wheel::take(run, stamp)?;
    if run.signatures(step).is_empty() { Ok((item, taken)) } else { Err(Refusal::SignedAlready) }
}

fn choice<'a>(run: &'a Run, item: &Item, option: &str) -> Result<&'a Choice, Refusal> {
    let id = item.kind.step().ok_or(Refusal::OnlyHeading)?;
    let Action::Choose(options) = &run.runbook().step(id).action else { return Err(Refusal::NothingAsked) };
    options.iter().find(|choice| choice.id == option).ok_or_else(|| Refusal::NoSuchOption(option.to_owned()))
}

/// Checks that the run can go where an option leads.
fn check_way(run: &Run, (item, choice): (&Item, &Choice)) -> Result<(), Refusal> {
    match choice.then {
        Then::BackOut if run.back_out().is_some() => Err(Refusal::OnTheWayBack),
        then => run.check_redo(&item.id, then),
    }
}

/// Holds values against what is asked: all of it, nothing else, each of its kind.
fn check_values(run: &Run, step: &str, asked: &[(u32, &str)], values: &[(String, Answer)]) -> Result<(), Refusal> {
    if let Some((_, name)) = asked.iter().find(|(_, name)| !values.iter().any(|(given, _)| given == name)) {
        return Err(Refusal::NothingRecorded((*name).to_owned()));
    }
    let fits = |(name, answer): &&(String, Answer)| {
        asked.iter().any(|(_, asked)| asked == name) && run.value_of(step, name, answer).is_some()
    };
    match values.iter().find(|value| !fits(value)) {
        Some((name, _)) => Err(Refusal::Unfit(name.clone())),
        None => Ok(()),
    }
}

/// Checks that a change does not make more items than a run can have.
fn check_plan(run: &Run, step: &str, change: impl FnOnce(&mut Values)) -> Result<(), Refusal> {
    if run.may_grow_by(step) {
        run.plan_with(change).map_err(|_| Refusal::TooLarge)?;
    }
    Ok(())
}

fn note_values(run: &Run, step: &str, values: &[(String, Answer)], known: &mut Values) {
    for (name, answer) in values {
        if let Some(value) = run.value_of(step, name, answer) {
            known.record(step, name, value);
        }
    }
}
