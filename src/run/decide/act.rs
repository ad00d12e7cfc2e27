//! Acting on a step: starting what it does, trying again, mending, going on against the evidence.

use super::{Decision, said, wheel};
use crate::run::effect::Effect;
use crate::run::event::{Stamp, What};
use crate::run::intent::Act;
use crate::run::outline::Standing;
use crate::run::refusal::Refusal;
use crate::run::state::Run;
use crate::runbook::plan::Item;

/// Decides how a step is acted on.
pub(super) fn decide(run: &Run, stamp: &Stamp, (step, seen): (&str, u64), act: &Act) -> Result<Decision, Refusal> {
    let item = run.item_as_seen(step, seen)?;
    let taken = wheel::take(run, stamp)?;
    let decision = match act {
        Act::Start => start(run, stamp, item),
        Act::Retry { mended } => retry(run, stamp, (item, mended.as_deref())),
        Act::Cancel { why } => cancel(run, stamp, (item, why)),
        Act::ByHand { why } => by_hand(run, stamp, (item, why)),
        Act::Override { why } => go_on_anyway(run, stamp, (item, why)),
        Act::WaiveOrder { why } => waive_order(run, stamp, (item, why)),
        Act::WaiveTime { why } => waive_time(run, stamp, (item, why)),
    }?;
    Ok(decision.after(stamp, taken))
}

/// Starts what a step does for the first time.
fn start(run: &Run, stamp: &Stamp, item: &Item) -> Result<Decision, Refusal> {
    run.check_is_open(item, stamp)?;
    if run.work(&item.id).is_some_and(|work| work.is_acted_on()) {
        return Err(Refusal::StartedAlready);
    }
    begin(run, stamp, (item, None))
}

/// Tries a step once more; it is done again and never passed over.
fn retry(run: &Run, stamp: &Stamp, (item, mended): (&Item, Option<&str>)) -> Result<Decision, Refusal> {
    let mended = mended.map(said).transpose()?;
    match run.standing(&item.id) {
        Standing::Failed(_) | Standing::EndUnknown(_) | Standing::Regressed(_) => {}
        Standing::ToSign if run.is_acting(item) && run.signatures(&item.id).is_empty() => {}
        Standing::ToSign if run.is_acting(item) => return Err(Refusal::SignedAlready),
        _ => return Err(Refusal::NothingFailed),
    }
    run.check_is_not_left(item)?;
    run.check_may_act(stamp)?;
    if run.is_acting(item) {
        return begin(run, stamp, (item, mended));
    }
    let mended = mended.unwrap_or_default();
    Ok(Decision::of(stamp, What::StepReopened { step: item.id.to_string(), mended }))
}

fn begin(run: &Run, stamp: &Stamp, (item, mended): (&Item, Option<String>)) -> Result<Decision, Refusal> {
    if !run.is_acting(item) {
        return Err(Refusal::NothingToStart);
    }
    check_is_alone(run, item)?;
    let command = run.plan().command(run.runbook(), run.values(), item);
    if let Some(value) = command.as_ref().and_then(|command| command.refused().next()) {
        return Err(Refusal::UnfitForCommand(value.to_owned()));
    }
    let (step, attempt) = (item.id.to_string(), run.attempts(&item.id) + 1);
    let command = command.map(|command| command.shown());
    let terminal = run.is_interactive(item);
    let what = What::ActionStarted { step: step.clone(), attempt, command, mended, terminal };
    Ok(Decision::of(stamp, what).then(Effect::Start { step, attempt }))
}

/// Checks that nothing else is under way, unless both may go on beside others.
fn check_is_alone(run: &Run, item: &Item) -> Result<(), Refusal> {
    let may_share = run.is_parallel(item);
    let others = run.running().filter_map(|(id, _)| run.plan().item(id));
    let in_the_way = others.into_iter().find(|other| !(may_share && run.is_parallel(other)));
    in_the_way.map_or(Ok(()), |other| Err(Refusal::StillRunning(other.number.clone())))
}

fn cancel(run: &Run, stamp: &Stamp, (item, why): (&Item, &str)) -> Result<Decision, Refusal> {
    let Standing::Running(_) = run.standing(&item.id) else { return Err(Refusal::NotRunning) };
    let (step, attempt) = (item.id.to_string(), run.attempts(&item.id));
    let what = What::CancelAsked { step: step.clone(), attempt, why: said(why)? };
    Ok(Decision::of(stamp, what).then(Effect::Cancel { step, attempt }))
}

/// Takes a person's word for what the program was to do.
fn by_hand(run: &Run, stamp: &Stamp, (item, why): (&Item, &str)) -> Result<Decision, Refusal> {
    if !run.is_acting(item) {
        return Err(Refusal::NothingToStart);
    }
    match run.standing(&item.id) {
        Standing::Failed(_) | Standing::EndUnknown(_) => {
            run.check_is_not_left(item)?;
            run.check_may_act(stamp)?;
        }
        Standing::Ready | Standing::Deferred(_) => run.check_is_open(item, stamp)?,
        Standing::Locked(lock) => return Err(Refusal::Locked(lock)),
        Standing::Running(_) => return Err(Refusal::StillRunning(item.number.clone())),
        _ => return Err(Refusal::StartedAlready),
    }
    Ok(Decision::of(stamp, What::DoneByHand { step: item.id.to_string(), why: said(why)? }))
}

/// Lets a step that failed be signed against the evidence.
fn go_on_anyway(run: &Run, stamp: &Stamp, (item, why): (&Item, &str)) -> Result<Decision, Refusal> {
    run.check_may_act(stamp)?;
    match run.standing(&item.id) {
        Standing::Failed(_) | Standing::EndUnknown(_) => run.check_is_not_left(item)?,
        _ => return Err(Refusal::NothingFailed),
    }
    Ok(Decision::of(stamp, What::StepOverridden { step: item.id.to_string(), why: said(why)? }))
}

/// Lets a step begin although it no longer fits; what was begun already needs no leave.
fn waive_time(run: &Run, stamp: &Stamp, (item, why): (&Item, &str)) -> Result<Decision, Refusal> {
    match run.standing(&item.id) {
        Standing::Ready | Standing::Locked(_) | Standing::Deferred(_) => {}
        _ => {
            run.check_is_open(item, stamp)?;
            return Err(Refusal::StartedAlready);
        }
    }
    let step = Some(item.id.to_string());
    Ok(Decision::of(stamp, What::TimeWaived { step, why: said(why)? }))
}

fn waive_order(run: &Run, stamp: &Stamp, (item, why): (&Item, &str)) -> Result<Decision, Refusal> {
    run.check_may_act(stamp)?;
    if run.is_heading(item) {
        return Err(Refusal::OnlyHeading);
    }
    match run.standing(&item.id) {
        Standing::Locked(super::super::Lock::After(_)) => {}
        Standing::Locked(lock) => return Err(Refusal::Locked(lock)),
        _ => return Err(Refusal::NotLocked),
    }
    Ok(Decision::of(stamp, What::OrderWaived { step: item.id.to_string(), why: said(why)? }))
}
