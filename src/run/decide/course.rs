//! The course of a run: pauses, the way back, what is put off, the end.

use super::{Decision, said, wheel};
use crate::journal::is_result;
use crate::run::effect::Effect;
use crate::run::event::{Stamp, What};
use crate::run::refusal::Refusal;
use crate::run::state::Run;

fn driven(run: &Run, stamp: &Stamp, what: What) -> Result<Decision, Refusal> {
    let taken = wheel::take(run, stamp)?;
    Ok(Decision::of(stamp, what).after(stamp, taken))
}

pub(super) fn pause(run: &Run, stamp: &Stamp, why: &str) -> Result<Decision, Refusal> {
    match run.paused() {
        Some(_) => Err(Refusal::Paused),
        None => driven(run, stamp, What::RunPaused { why: said(why)? }),
    }
}

pub(super) fn go_on(run: &Run, stamp: &Stamp) -> Result<Decision, Refusal> {
    match run.paused() {
        Some(_) if run.ad_hoc().1 => Err(Refusal::StillRunning("the command beside the runbook".to_owned())),
        Some(_) => driven(run, stamp, What::RunContinued),
        None => Err(Refusal::NotPaused),
    }
}

pub(super) fn waive_time(run: &Run, stamp: &Stamp, why: &str) -> Result<Decision, Refusal> {
    driven(run, stamp, What::TimeWaived { step: None, why: said(why)? })
}

/// Starts a command that is not in the runbook, while the run stands still.
pub(super) fn run_ad_hoc(run: &Run, stamp: &Stamp, command: &str) -> Result<Decision, Refusal> {
    let (count, is_running) = run.ad_hoc();
    if run.paused().is_none() {
        return Err(Refusal::NotPaused);
    }
    if is_running {
        return Err(Refusal::StillRunning("the command before".to_owned()));
    }
    let (number, command) = (count + 1, said(command)?);
    let decision = driven(run, stamp, What::AdHocStarted { number, command: command.clone() })?;
    Ok(decision.then(Effect::RunAdHoc { number, command }))
}

/// Leaves the way forward.
pub(super) fn back_out(run: &Run, stamp: &Stamp, (seen, why): (u64, &str)) -> Result<Decision, Refusal> {
    check_sight(run, seen)?;
    if run.back_out().is_some() {
        return Err(Refusal::OnTheWayBack);
    }
    if run.paused().is_some() {
        return Err(Refusal::Paused);
    }
    let (why, rounds, undo) = (said(why)?, run.rounds().to_vec(), run.undoable());
    if undo.is_empty() && run.runbook().main().back_out.is_none() {
        return Err(Refusal::NoBackOut);
    }
    driven(run, stamp, What::BackOutBegun { why, rounds, undo })
}

/// Hands a step that was put off over to somebody, for good.
pub(super) fn hand_over(run: &Run, stamp: &Stamp, (step, to, why): (&str, &str, &str)) -> Result<Decision, Refusal> {
    if !run.deferred().any(|item| &*item.id == step) {
        return Err(Refusal::NotDeferred);
    }
    driven(run, stamp, What::DeferralHandedOver { step: step.to_owned(), to: said(to)?, why: said(why)? })
}

/// Closes the run, done or not, when all that was done in it had been looked at.
pub(super) fn close(run: &Run, stamp: &Stamp, (seen, result): (u64, &str)) -> Result<Decision, Refusal> {
    run.check_is_here(&stamp.who)?;
    check_sight(run, seen)?;
    if let Some(item) = run.running().find_map(|(id, _)| run.plan().item(id)) {
        return Err(Refusal::StillRunning(item.number.clone()));
    }
    if run.ad_hoc().1 {
        return Err(Refusal::StillRunning("the command beside the runbook".to_owned()));
    }
    let deferred: Vec<_> = run.deferred().map(|item| item.number.clone()).collect();
    if !deferred.is_empty() {
        return Err(Refusal::StillDeferred(deferred));
    }
    match is_result(result) {
        true => Ok(Decision::of(stamp, What::RunClosed { result: result.to_owned() })),
        false => Err(Refusal::NoResult),
    }
}

fn check_sight(run: &Run, seen: u64) -> Result<(), Refusal> {
    let by = run.acted_at();
    if seen < by || seen > run.head().n { Err(Refusal::Behind { by }) } else { Ok(()) }
}
