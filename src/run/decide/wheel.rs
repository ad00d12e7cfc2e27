//! Who is here, and who has the wheel: starts commands, chooses, passes over, backs out.

use super::Decision;
use crate::run::effect::Effect;
use crate::run::event::{Person, Stamp, Taking, What};
use crate::run::intent::Wheel;
use crate::run::refusal::Refusal;
use crate::run::state::Run;

/// Lets somebody be here; after a time that nobody watched, what was proved by looking is looked at again.
pub(super) fn join(run: &Run, stamp: &Stamp, resumed: bool) -> Decision {
    let decision = Decision::of(stamp, What::PersonJoined { resumed });
    let steps: Vec<_> = run.sensed().map(str::to_owned).collect();
    if resumed && !steps.is_empty() { decision.then(Effect::Recheck { steps }) } else { decision }
}

/// Decides who has the wheel.
pub(super) fn decide(run: &Run, stamp: &Stamp, wish: &Wheel) -> Result<Decision, Refusal> {
    run.check_is_here(&stamp.who)?;
    let has_it = run.driver().is_some_and(|driver| driver.who.id == stamp.who.id);
    let what = match wish {
        Wheel::Ask if has_it => return Err(Refusal::HasTheWheel),
        Wheel::Ask => return ask(run, stamp),
        Wheel::Keep | Wheel::Give { .. } if !has_it => return Err(not_driver(run)),
        Wheel::Keep if run.asking().is_none() => return Err(Refusal::NobodyAsks),
        Wheel::Keep => What::WheelKept,
        Wheel::Give { to } if *to == stamp.who.id => return Err(Refusal::HasTheWheel),
        Wheel::Give { to } => What::WheelGiven { to: person(run, to)? },
        Wheel::Take { is_gone: true } if run.driver().is_some() && !has_it => {
            What::WheelTaken { because: Taking::Gone }
        }
        Wheel::Take { .. } => take(run, stamp)?.ok_or(Refusal::HasTheWheel)?,
    };
    Ok(Decision::of(stamp, what))
}

/// Asks for the wheel; one that can be had at once is had at once.
fn ask(run: &Run, stamp: &Stamp) -> Result<Decision, Refusal> {
    match take(run, stamp) {
        Ok(Some(taken)) => Ok(Decision::of(stamp, taken)),
        Ok(None) => Err(Refusal::HasTheWheel),
        Err(_) => Ok(Decision::of(stamp, What::WheelAsked).then(Effect::Ring)),
    }
}

/// Checks that a person may do what only the driver does, and takes the wheel for him where nobody else has it.
pub(super) fn take(run: &Run, stamp: &Stamp) -> Result<Option<What>, Refusal> {
    run.check_is_here(&stamp.who)?;
    let because = match run.driver() {
        None => Taking::Free,
        Some(driver) if driver.who.id == stamp.who.id => match &*driver.session {
            session if session == stamp.session => return Ok(None),
            "" => Taking::Given,
            _ => Taking::Own,
        },
        Some(driver) if driver.session == stamp.session => Taking::SameTerminal,
        Some(_) => return Err(not_driver(run)),
    };
    Ok(Some(What::WheelTaken { because }))
}

fn not_driver(run: &Run) -> Refusal {
    Refusal::NotDriver(run.driver().map(|driver| driver.who.name.clone()).unwrap_or_default())
}

fn person(run: &Run, id: &str) -> Result<Person, Refusal> {
    let here = run.people().iter().find(|person| person.id == id);
    let known = here.or_else(|| run.roster().member(id).map(|member| &member.person));
    known.cloned().ok_or_else(|| Refusal::NotHere(id.to_owned()))
}
