//! When to call a person who looks away: something ended, a probe turned bad, others wait for him, or the time gets
//! short.
//!
//! Owns what was called for and when, so that nobody is called again and again. Makes bytes of it;
//! sending them is for who draws.

use super::means::Means;
use super::turn::Before;
use crate::run::forecast::{Nearness, Phase, lasts};
use crate::run::{Forecast, Intent, Person, Report, Run, Stamp, Standing};
use crate::text::Shown;

/// How long nobody is called again: he is on his way.
const PAUSE_MS: u64 = 5_000;
/// How many cells of a title are said.
const MOST_CELLS: usize = 60;

/// Calls a person.
#[derive(Debug)]
pub(super) struct Alarm {
    /// Whether the bell rings.
    pub bell: bool,
    /// Whether the desktop is told.
    pub notify: bool,
    /// When somebody was called last.
    called_ms: Option<i64>,
    /// How the time stood when it was looked at last.
    stood: Option<(Nearness, Phase)>,
}

impl Alarm {
    /// Makes one that rings, and tells nobody else.
    pub(super) fn new() -> Self {
        Self { bell: true, notify: false, called_ms: None, stood: None }
    }

    /// Makes what calls somebody for a reason; nothing where somebody was called just now.
    pub(super) fn call(&mut self, words: &str, (means, now_ms): (Means, i64)) -> Vec<u8> {
        if self.called_ms.is_some_and(|called_ms| now_ms.abs_diff(called_ms) < PAUSE_MS) {
            return Vec::new();
        }
        self.called_ms = Some(now_ms);
        let mut bytes = if self.bell { vec![b'\x07'] } else { Vec::new() };
        bytes.extend(means.note(words).filter(|_| self.notify).into_iter().flatten());
        bytes
    }

    /// Says what to call for when the time has come nearer than it was when it was looked at last.
    pub(super) fn look(&mut self, forecast: &Forecast) -> Option<String> {
        let nearness = forecast.last_safe.as_ref().map(|safe| safe.nearness).unwrap_or_default();
        let phase = forecast.window.as_ref().map_or(Phase::Before, |window| window.phase);
        // Who has just come sees how it stands.
        let (was_near, was) = self.stood.replace((nearness, phase))?;
        if nearness > was_near {
            let left_ms = forecast.last_safe.as_ref().map_or(0, |safe| safe.left_ms);
            return Some(match nearness {
                Nearness::Passed => "the last safe moment to back out has passed".to_owned(),
                _ => format!("the last safe moment to back out is in {}", lasts(left_ms)),
            });
        }
        match phase {
            Phase::Warned if was < phase => {
                let left_ms = forecast.window.as_ref().map_or(0, |window| window.left_ms);
                Some(format!("{} of the window left", lasts(left_ms)))
            }
            Phase::After if was < phase => Some("the window is over".to_owned()),
            _ => None,
        }
    }
}

/// Says what others did that is for one person to answer: a signature that he could give, or the wheel.
pub(super) fn wanted(run: &Run, own: &Stamp, before: &Before) -> Option<String> {
    signature_wanted(run, own, before.n).or_else(|| wheel_wanted(run, &own.who, before))
}

/// Says which step waits for a signature of this person since a record.
fn signature_wanted(run: &Run, own: &Stamp, after: u64) -> Option<String> {
    let first = usize::try_from(after).ok()?.checked_add(1)?;
    let steps = run.trail().iter().skip(first).filter_map(|entry| entry.step.as_deref());
    let mut items = steps.filter_map(|step| run.plan().item(step));
    let item =
        items.find(|item| matches!(run.standing(&item.id), Standing::ToSign) && run.check_sign(item, own).is_ok())?;
    Some(format!("waits for your signature: {}", named(run, &item.id)))
}

/// Says that the wheel is asked of this person, or was given to him.
fn wheel_wanted(run: &Run, own: &Person, before: &Before) -> Option<String> {
    let has_it = run.driver().is_some_and(|driver| driver.who.id == own.id);
    let asking = run.asking().filter(|asking| has_it && before.asking.as_ref() != Some(&asking.id));
    let is_new = has_it && before.driver.as_ref() != Some(&own.id);
    match asking.filter(|asking| asking.id != own.id) {
        Some(asking) => Some(format!("{} asks for the wheel", Shown::line_limited(&asking.name, MOST_CELLS))),
        None => is_new.then(|| "you have the wheel".to_owned()),
    }
}

fn named(run: &Run, step: &str) -> String {
    match run.plan().item(step) {
        Some(item) => format!("{} {}", item.number, Shown::line_limited(&run.title(item), MOST_CELLS)),
        None => step.to_owned(),
    }
}

/// Says what somebody is called for, by what was decided.
pub(super) fn reason(run: &Run, intent: &Intent) -> String {
    let named = |step: &str| named(run, step);
    match intent {
        Intent::Report(Report::Ended { step, .. }) => format!("ended: {}", named(step)),
        Intent::Report(Report::Lost { step, .. }) => format!("nobody saw the end of {}", named(step)),
        Intent::Report(Report::Rechecked { step, .. }) => format!("looked at again: {}", named(step)),
        Intent::Report(Report::ProbeChanged { probe, words, .. }) => format!("{probe} is bad: {words}"),
        Intent::Report(Report::AdHocEnded { .. }) => "the command beside the runbook ended".to_owned(),
        Intent::SignStep { step, .. } => format!("waits for a signature: {}", named(step)),
        Intent::Wheel(_) => "somebody asks for the wheel".to_owned(),
        _ => "the run waits for you".to_owned(),
    }
}

/// Gives the next moment after now at which the time gets short, so that somebody is called then.
pub(super) fn next_ms(forecast: &Forecast, now_ms: i64) -> Option<i64> {
    let safe = forecast.last_safe.as_ref().into_iter();
    // What has passed is past a millisecond later.
    let safe = safe
        .flat_map(|safe| [30, 10, 5].map(|minutes| safe.at_ms - minutes * 60_000).into_iter().chain([safe.at_ms + 1]));
    let window = forecast.window.as_ref().into_iter();
    let window = window.flat_map(|window| window.warn_ms.into_iter().chain([window.end_ms + 1]));
    safe.chain(window).filter(|at_ms| *at_ms > now_ms).min()
}
