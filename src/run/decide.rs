//! Decides what becomes of an intent: events to record and effects, or a refusal.
//!
//! It looks at the run and changes nothing. One function for each kind of intent.

use super::answer::Answer;
use super::effect::Effect;
use super::event::{Event, Person, Signature, Stamp, What};
use super::intent::Intent;
use super::proof::{Proved, Statement, statement};
use super::refusal::Refusal;
use super::state::{Run, asked_by};
use crate::journal::{Digest, is_result};
use crate::runbook::model::{Action, Choice, Sign, Then};
use crate::runbook::plan::Item;

/// Says what to record, and what to do once it is durable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The events, in order.
    pub events: Vec<Event>,
    /// What the events name by its hash; it has to be kept before they are recorded.
    pub evidence: Vec<String>,
    /// The effects.
    pub effects: Vec<Effect>,
}

impl Decision {
    fn of(stamp: &Stamp, what: What) -> Self {
        Self { events: vec![Event { stamp: stamp.clone(), what }], evidence: Vec::new(), effects: Vec::new() }
    }

    /// Records what nobody did but the program.
    fn by_program(stamp: &Stamp, what: What) -> Self {
        Self::of(&Stamp { who: Person::program(), ..stamp.clone() }, what)
    }
}

/// Decides an intent in a run.
pub fn decide(run: &Run, intent: &Intent, stamp: &Stamp) -> Result<Decision, Refusal> {
    if run.closed().is_some() {
        return Err(Refusal::Closed);
    }
    match intent {
        Intent::Join => Ok(Decision::of(stamp, What::PersonJoined)),
        Intent::SignStep { step, seen, proved } => sign(run, stamp, (step, *seen), proved.as_deref()),
        Intent::KeepRefusedIdentity { level, why } => {
            Ok(Decision::of(stamp, What::IdentityRefused { level: *level, why: why.clone() }))
        }
        Intent::ChooseOption { step, seen, option, values } => choose(run, stamp, (step, *seen), (option, values)),
        Intent::RecordValues { step, seen, values } => record(run, stamp, (step, *seen), values),
        Intent::Close { seen, result } => close(run, stamp, (*seen, result)),
        Intent::KeepClock(reading) => Ok(Decision::by_program(stamp, What::ClockRead(reading.clone()))),
        Intent::KeepHangup => Ok(Decision::by_program(stamp, What::HungUp)),
        Intent::AddNote { step, text } => note(run, stamp, step.as_ref(), text),
    }
}

fn sign(run: &Run, stamp: &Stamp, (step, seen): (&String, u64), proved: Option<&Proved>) -> Result<Decision, Refusal> {
    let item = run.item_as_seen(step, seen)?;
    run.check_sign(item, stamp)?;
    let mut decision = match proved {
        _ if *run.signers(item) == Sign::None => Decision::of(stamp, What::StepConfirmed { step: step.clone() }),
        None => return Err(Refusal::NotProved),
        Some(proved) => {
            run.check_proved(item, stamp, proved)?;
            signature(run, stamp, (item, seen), proved)?
        }
    };
    if calls_somebody(run, item) {
        decision.effects.push(Effect::Ring);
    }
    Ok(decision)
}

fn signature(run: &Run, stamp: &Stamp, (item, seen): (&Item, u64), proved: &Proved) -> Result<Decision, Refusal> {
    let (meaning, role) = run.next_signature(item);
    let Statement { text, evidence } = statement(run, item, seen, &proved.scene);
    // What was signed is what stands: anything that moved on since then makes it another statement.
    if text != proved.statement {
        return Err(Refusal::MovedOn { by: run.head().n });
    }
    let what = What::StepSigned(Signature {
        step: item.id.to_string(),
        role: role.map(str::to_owned),
        meaning,
        seen,
        statement: text,
        level: proved.level(),
        signature: proved.signature.clone(),
        blobs: evidence.iter().map(|evidence| Digest::of(evidence.as_bytes())).collect(),
    });
    Ok(Decision { evidence, ..Decision::of(stamp, what) })
}

/// Tells whether somebody is to be called after the next signature: a second signer, or all at the end.
fn calls_somebody(run: &Run, item: &Item) -> bool {
    let progress = run.progress();
    let more = match run.signers(item) {
        Sign::None => 0,
        Sign::People(count) => *count as usize,
        Sign::Roles(roles) => roles.len(),
    };
    more > run.signatures(&item.id).len() + 1 || progress.done + 1 == progress.of
}

fn choose(
    run: &Run,
    stamp: &Stamp,
    (step, seen): (&String, u64),
    (option, values): (&String, &[(String, Answer)]),
) -> Result<Decision, Refusal> {
    let item = open_item(run, stamp, (step, seen))?;
    let choice = choice(run, item, option)?;
    if let Some(place) = out_of_reach(choice.then) {
        return Err(Refusal::CannotFollow(place));
    }
    let asked = item.kind.step().map(|id| asked_by(run.runbook().step(id), option)).unwrap_or_default();
    check_values(run, step, &asked, values)?;
    run.plan_with(|known| {
        known.choose(step, option);
        note_values(run, step, values, known);
    })
    .map_err(|_| Refusal::TooLarge)?;
    let what = What::OptionChosen { step: step.clone(), option: option.clone(), values: values.to_vec() };
    Ok(Decision::of(stamp, what))
}

fn record(
    run: &Run,
    stamp: &Stamp,
    (step, seen): (&String, u64),
    values: &[(String, Answer)],
) -> Result<Decision, Refusal> {
    let item = open_item(run, stamp, (step, seen))?;
    let id = item.kind.step().ok_or(Refusal::OnlyHeading)?;
    let asked: Vec<_> = run.asked_of(run.runbook().step(id)).collect();
    if asked.is_empty() {
        return Err(Refusal::NothingAsked);
    }
    check_values(run, step, &asked, values)?;
    run.plan_with(|known| note_values(run, step, values, known)).map_err(|_| Refusal::TooLarge)?;
    Ok(Decision::of(stamp, What::ValuesRecorded { step: step.clone(), values: values.to_vec() }))
}

fn note(run: &Run, stamp: &Stamp, step: Option<&String>, text: &str) -> Result<Decision, Refusal> {
    if text.trim().is_empty() {
        return Err(Refusal::EmptyNote);
    }
    if !run.is_here(&stamp.who) {
        return Err(Refusal::NotHere(stamp.who.name.clone()));
    }
    Ok(Decision::of(stamp, What::NoteAdded { step: step.cloned(), text: text.trim().to_owned() }))
}

/// Closes the run, done or not, when all that was done in it had been looked at.
fn close(run: &Run, stamp: &Stamp, (seen, result): (u64, &str)) -> Result<Decision, Refusal> {
    if !run.is_here(&stamp.who) {
        return Err(Refusal::NotHere(stamp.who.name.clone()));
    }
    if seen < run.acted_at() || seen > run.head().n {
        return Err(Refusal::Behind { by: run.acted_at() });
    }
    match is_result(result) {
        true => Ok(Decision::of(stamp, What::RunClosed { result: result.to_owned() })),
        false => Err(Refusal::NoResult),
    }
}

/// Finds an item that is open and that nobody signed yet.
fn open_item<'a>(run: &'a Run, stamp: &Stamp, (step, seen): (&str, u64)) -> Result<&'a Item, Refusal> {
    let item = run.item_as_seen(step, seen)?;
    run.check_is_open(item, stamp)?;
    if run.signatures(step).is_empty() { Ok(item) } else { Err(Refusal::SignedAlready) }
}

fn choice<'a>(run: &'a Run, item: &Item, option: &str) -> Result<&'a Choice, Refusal> {
    let id = item.kind.step().ok_or(Refusal::OnlyHeading)?;
    let Action::Choose(options) = &run.runbook().step(id).action else { return Err(Refusal::NothingAsked) };
    options.iter().find(|choice| choice.id == option).ok_or_else(|| Refusal::NoSuchOption(option.to_owned()))
}

/// Says where an option leads, when this version cannot go there.
fn out_of_reach(then: Then) -> Option<&'static str> {
    match then {
        Then::Next | Then::Stop => None,
        Then::BackOut => Some("the back-out"),
        Then::RedoActivity(_) | Then::RedoStep(_) => Some("an earlier step"),
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

fn note_values(run: &Run, step: &str, values: &[(String, Answer)], known: &mut crate::runbook::plan::Values) {
    for (name, answer) in values {
        if let Some(value) = run.value_of(step, name, answer) {
            known.record(step, name, value);
        }
    }
}

#[cfg(test)]
mod tests;
