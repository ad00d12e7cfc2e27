//! Decides what becomes of an intent: events to record and effects, or a refusal.
//!
//! It looks at the run and changes nothing. One function for each kind of intent, by subject in the
//! files below.

mod act;
mod adopt;
mod course;
mod report;
mod sign;
mod value;
mod wheel;
mod words;

use super::effect::Effect;
use super::event::{Event, Person, Stamp, What};
use super::intent::Intent;
use super::refusal::Refusal;
use super::state::Run;

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

    fn and(mut self, stamp: &Stamp, what: Option<What>) -> Self {
        self.events.extend(what.map(|what| Event { stamp: stamp.clone(), what }));
        self
    }

    /// Records something before, such as that the wheel was taken for it.
    fn after(mut self, stamp: &Stamp, first: Option<What>) -> Self {
        if let Some(what) = first {
            self.events.insert(0, Event { stamp: stamp.clone(), what });
        }
        self
    }

    fn then(mut self, effect: Effect) -> Self {
        self.effects.push(effect);
        self
    }
}

/// Decides an intent in a run.
pub fn decide(run: &Run, intent: &Intent, stamp: &Stamp) -> Result<Decision, Refusal> {
    if run.closed().is_some() {
        return Err(Refusal::Closed);
    }
    if run.is_lost() {
        return Err(Refusal::RunbookLost);
    }
    match intent {
        Intent::Join { resumed } => Ok(wheel::join(run, stamp, *resumed)),
        Intent::Leave => Ok(Decision::of(stamp, What::PersonLeft)),
        Intent::Wheel(wish) => wheel::decide(run, stamp, wish),
        Intent::SignStep { step, seen, proved, note } => {
            let decision = sign::sign(run, stamp, (step, *seen), proved.as_deref())?;
            Ok(decision.and(stamp, words::note_on(step, note.as_deref())))
        }
        Intent::Settle { step, seen, ruling, proved } => {
            sign::settle(run, stamp, (step, *seen, ruling), proved.as_deref())
        }
        Intent::RefuseToSign { step, why } => sign::refuse(run, stamp, (step, why)),
        Intent::ChooseOption { step, seen, option, values } => {
            value::choose(run, stamp, (step, *seen), (option, values))
        }
        Intent::RecordValues { step, seen, values } => value::record(run, stamp, (step, *seen), values),
        Intent::Act { step, seen, act } => act::decide(run, stamp, (step, *seen), act),
        Intent::HandOver { step, to, why } => course::hand_over(run, stamp, (step, to, why)),
        Intent::WaiveTime { why } => course::waive_time(run, stamp, why),
        Intent::Pause { why } => course::pause(run, stamp, why),
        Intent::Continue => course::go_on(run, stamp),
        Intent::RunAdHoc { command } => course::run_ad_hoc(run, stamp, command),
        Intent::AdoptRunbook { edition, why } => adopt::adopt(run, stamp, (edition, why)),
        Intent::BackOut { seen, why } => course::back_out(run, stamp, (*seen, why)),
        Intent::Close { seen, result } => course::close(run, stamp, (*seen, result)),
        Intent::AddNote { step, text } => words::note(run, stamp, step.as_ref(), text),
        Intent::AttachFile { step, name, bytes, blob } => {
            words::attach(run, stamp, step.as_ref(), (name, *bytes, *blob))
        }
        Intent::Amend { correction, proved } => words::amend(run, stamp, correction, proved.as_deref()),
        Intent::Redline { step, was, now, why } => words::redline(run, stamp, step.as_ref(), (was, now, why)),
        Intent::KeepClock(reading) => Ok(Decision::by_program(stamp, What::ClockRead(reading.clone()))),
        Intent::KeepHangup => Ok(Decision::by_program(stamp, What::HungUp)),
        Intent::KeepRefusedIdentity { level, why } => {
            Ok(Decision::of(stamp, What::IdentityRefused { level: *level, why: why.clone() }))
        }
        Intent::Report(report) => report::decide(run, stamp, report),
    }
}

/// Takes a text that a person has to give: trimmed, and with something in it.
fn said(text: &str) -> Result<String, Refusal> {
    match text.trim() {
        "" => Err(Refusal::NothingSaid),
        text => Ok(text.to_owned()),
    }
}

#[cfg(test)]
mod tests;
