//! What the world reports. A report about what is not under way any more changes nothing.

use super::Decision;
use crate::journal::Digest;
use crate::run::effect::Effect;
use crate::run::event::{End, Found, Stamp, What};
use crate::run::intent::Report;
use crate::run::probe::ProbeState;
use crate::run::refusal::Refusal;
use crate::run::state::{Going, Run};

pub(super) fn decide(run: &Run, stamp: &Stamp, report: &Report) -> Result<Decision, Refusal> {
    let what = match report {
        Report::Ended { step, attempt, end } => {
            check_is_running(run, step, *attempt)?;
            let end = checked(run, step, end);
            What::ActionEnded { step: step.clone(), attempt: *attempt, end }
        }
        Report::Lost { step, attempt, why } => {
            check_is_running(run, step, *attempt)?;
            What::ActionLost { step: step.clone(), attempt: *attempt, why: why.clone() }
        }
        Report::Rechecked { step, why } => {
            let is_asked = run.rechecks().contains(step);
            let is_news = || run.is_sensed(step) && run.regressed(step) != why.as_deref();
            match is_asked || (run.keeps_lookout(&stamp.session) && is_news()) {
                true => What::ItemRechecked { step: step.clone(), why: why.clone() },
                false => return Err(Refusal::NotRunning),
            }
        }
        Report::ProbeChanged { probe, state, words, sha256 } => {
            return probe_changed(run, stamp, (probe, *state, words), *sha256);
        }
        Report::AdHocEnded { number, end } => match run.ad_hoc() {
            (last, true) if last == *number => What::AdHocEnded { number: *number, end: end.clone() },
            _ => return Err(Refusal::NotRunning),
        },
    };
    Ok(Decision::by_program(stamp, what).then(Effect::Ring))
}

/// Takes what the one sees whose eyes count: two who see different things would contradict each other for ever.
fn probe_changed(
    run: &Run,
    stamp: &Stamp,
    (probe, state, words): (&str, ProbeState, &str),
    sha256: Option<Digest>,
) -> Result<Decision, Refusal> {
    let was = run.probes().get(probe).map(|known| known.state).unwrap_or_default();
    if was == state || !run.keeps_lookout(&stamp.session) || run.closed().is_some() {
        return Err(Refusal::NotRunning);
    }
    let (probe, words) = (probe.to_owned(), words.to_owned());
    let decision = Decision::by_program(stamp, What::ProbeChanged { probe, was, state, words, sha256 });
    Ok(if state == ProbeState::Bad { decision.then(Effect::Ring) } else { decision })
}

fn check_is_running(run: &Run, step: &str, attempt: u32) -> Result<(), Refusal> {
    let work = run.work(step).filter(|work| work.attempt == attempt);
    match work.map(|work| &work.action) {
        // An end that was not seen may be found later; it is the truth then.
        Some(Going::Running(_) | Going::Lost(_)) => Ok(()),
        _ => Err(Refusal::NotRunning),
    }
}

/// Holds the values that were taken from an output against the runbook; what does not fit is a failure.
fn checked(run: &Run, step: &str, end: &End) -> End {
    let fits = |(name, answer): &&(String, crate::run::Answer)| run.value_of(step, name, answer).is_some();
    let unfit = end.values.iter().find(|value| !fits(value)).map(|(name, _)| name);
    let makes_too_much = || {
        let note = |known: &mut crate::runbook::plan::Values| {
            for (name, answer) in &end.values {
                if let Some(value) = run.value_of(step, name, answer) {
                    known.record(step, name, value);
                }
            }
        };
        run.may_grow_by(step) && run.plan_with(note).is_err()
    };
    let why = match unfit {
        Some(name) => format!("the output has no value of its kind for {name}"),
        None if !end.values.is_empty() && makes_too_much() => {
            "its values make more steps than a run can have".to_owned()
        }
        None => return end.clone(),
    };
    End { found: Found::Failed, why, values: Vec::new(), ..end.clone() }
}
