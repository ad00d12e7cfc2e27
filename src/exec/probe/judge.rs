//! What a reading means: its state, and one sentence that says why.
//!
//! A pure function of the reading and of what is wanted. Outputs and answers are held against texts,
//! patterns, numbers and JSON as those of commands are. What was not seen proves nothing.

use std::net::IpAddr;
use std::time::Duration;

use super::reading::{Facts, Failure, Log, Reading, bytes, percent};
use super::target::Wanted;
use crate::exec::command::{End, How, Kept, Printed, Verdict, judge as judge_command, text_reasons};
use crate::run::ProbeState;
use crate::runbook::format::StatusCode;
use crate::runbook::model::More;
use crate::text::Shown;
use crate::time::Length;

/// How many cells a sentence has at most.
const MOST_CELLS: usize = 300;
/// For how long an alert is worth a warning where nobody says.
const REMEMBERED: Length = Length::minutes(10);
/// The status with which ssh says that it failed itself.
const SSH_FAILED: i32 = 255;

/// Is what a reading means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judgement {
    /// How things stand.
    pub state: ProbeState,
    /// Why, or what was seen when all is well.
    pub sentence: Shown,
}

/// Is what is found against a reading: how bad that is, and why.
type Found = (ProbeState, String);

/// Judges a reading.
#[must_use]
pub fn judge(reading: &Reading, wanted: &Wanted) -> Judgement {
    let found = match &reading.facts {
        Facts::Web { status, body, .. } => web(*status, body, (reading, wanted)),
        Facts::Connected => slow(reading, wanted).into_iter().collect(),
        Facts::Ran { end, printed } => ran(end, printed, wanted),
        Facts::Log(log) => logged(log, wanted),
        Facts::Room { free, total } => room(*free, *total, wanted).into_iter().collect(),
        Facts::Names(addresses) => named(addresses, (reading, wanted)),
        Facts::Failed(failure) => vec![failed(failure)],
    };
    let state = found.iter().map(|(state, _)| *state).max().unwrap_or(ProbeState::Ok);
    let why: Vec<_> = found.into_iter().filter(|found| found.0 == state).map(|found| found.1).collect();
    let sentence = if why.is_empty() { reading.words() } else { Shown::line_limited(&why.join("; "), MOST_CELLS) };
    Judgement { state, sentence }
}

fn bad(why: String) -> Found {
    (ProbeState::Bad, why)
}

fn failed(failure: &Failure) -> Found {
    let state = if failure.is_bad { ProbeState::Bad } else { ProbeState::Unknown };
    (state, failure.words.to_string())
}

fn slow(reading: &Reading, wanted: &Wanted) -> Option<Found> {
    let within = wanted.plain.within.filter(|within| reading.took > within.as_std())?;
    Some(bad(format!("expected an answer within {within}; it took {}", length(reading.took))))
}

fn web(status: u16, body: &Kept, (reading, wanted): (&Reading, &Wanted)) -> Vec<Found> {
    let mut found: Vec<_> = wrong_status(status, &wanted.status).into_iter().collect();
    found.extend(slow(reading, wanted));
    found.extend(text_reasons(&wanted.plain, "the answer", body).into_iter().map(bad));
    found.extend(certificate(reading, wanted.not_after));
    found
}

fn wrong_status(status: u16, wanted: &[StatusCode]) -> Option<Found> {
    let usual = [StatusCode { from: 200, to: 299 }];
    let wanted = if wanted.is_empty() { &usual } else { wanted };
    let is_good = wanted.iter().any(|code| (code.from..=code.to).contains(&status));
    let words: Vec<_> = wanted.iter().map(code_words).collect();
    (!is_good).then(|| bad(format!("expected status {}; it is {status}", words.join(" or "))))
}

fn code_words(code: &StatusCode) -> String {
    if code.from == code.to { code.from.to_string() } else { format!("{}xx", code.from / 100) }
}

/// Warns before a certificate ends; one that has ended is refused when it is used.
fn certificate(reading: &Reading, not_after: Option<Length>) -> Option<Found> {
    let wanted = not_after?;
    let Facts::Web { ends_ms, .. } = &reading.facts else { return None };
    let Some(ends) = ends_ms else {
        return Some((ProbeState::Unknown, "there is no certificate whose end could be looked at".to_owned()));
    };
    let left = ends.saturating_sub(reading.at.wall_ms);
    let days = reading.days_left().unwrap_or_default();
    match u64::try_from(left) {
        Ok(left) if Length::from_millis(left) >= wanted => None,
        Ok(left) => {
            let left = if days > 0 { format!("{days} days") } else { Length::seconds(left / 1000).to_string() };
            Some((ProbeState::Warn, format!("the certificate ends in {left}; expected at least {wanted}")))
        }
        Err(_) => Some(bad("the certificate has ended".to_owned())),
    }
}

fn ran(end: &End, printed: &Printed, wanted: &Wanted) -> Vec<Found> {
    let judgement = judge_command(Some(&wanted.plain), &[], end, printed);
    if judgement.verdict == Verdict::Passed {
        return Vec::new();
    }
    let is_unseen = matches!(end.how, How::NotStarted(_)) || (end.host.is_some() && end.how == How::Exit(SSH_FAILED));
    let state = if is_unseen { ProbeState::Unknown } else { ProbeState::Bad };
    judgement.reasons.iter().map(|reason| (state, reason.to_string())).collect()
}

fn logged(log: &Log, wanted: &Wanted) -> Vec<Found> {
    let lines: Vec<_> = log.lines.iter().map(Shown::as_str).collect();
    let kept = Kept::whole(lines.join("\n").into_bytes());
    let mut found: Vec<_> = text_reasons(&wanted.plain, "the end of the log", &kept).into_iter().map(bad).collect();
    found.extend(alerts(log, wanted.none_for));
    found
}

fn alerts(log: &Log, none_for: Option<Length>) -> Option<Found> {
    let last = |within: Length| log.last.as_ref().filter(|(ago, _)| *ago < within.as_std());
    let Some(wanted) = none_for else {
        let (ago, line) = last(REMEMBERED)?;
        return Some((ProbeState::Warn, format!("an alert {} ago: {line}", length(*ago))));
    };
    if let Some((ago, line)) = last(wanted) {
        return Some(bad(format!("expected no alert for {wanted}; one came {} ago: {line}", length(*ago))));
    }
    let is_proved = log.clean >= wanted.as_std();
    let missed = if log.missed > 0 {
        format!(", and {} of it could not be looked at", bytes(log.missed))
    } else {
        String::new()
    };
    (!is_proved).then(|| {
        let known = length(log.clean);
        (
            ProbeState::Unknown,
            format!("expected no alert for {wanted}; that is known only for the last {known}{missed}"),
        )
    })
}

fn room(free: u64, total: u64, wanted: &Wanted) -> Option<Found> {
    let (is_enough, words) = match wanted.more_than? {
        More::Bytes(least) => (free > least.0, bytes(least.0)),
        More::Percent(least) => (percent(free, total) > f64::from(least), format!("{least} %")),
    };
    let came = format!("{} ({:.1} %)", bytes(free), percent(free, total));
    (!is_enough).then(|| bad(format!("expected more than {words} free; it is {came}")))
}

fn named(addresses: &[IpAddr], (reading, wanted): (&Reading, &Wanted)) -> Vec<Found> {
    let words = reading.words();
    let mut found = wrong_addresses(addresses, wanted).into_iter().collect::<Vec<_>>();
    let kept = Kept::whole(words.as_str().as_bytes().to_vec());
    found.extend(text_reasons(&wanted.plain, "the answer", &kept).into_iter().map(bad));
    found.extend(slow(reading, wanted));
    found
}

/// Holds addresses against those that must be there, and no others.
fn wrong_addresses(addresses: &[IpAddr], wanted: &Wanted) -> Option<Found> {
    if wanted.is.is_empty() {
        return None;
    }
    let mut expected = Vec::new();
    for text in &wanted.is {
        match text.trim().parse::<IpAddr>() {
            Ok(address) => expected.push(address),
            Err(_) => return Some((ProbeState::Unknown, format!("`{}` is no address", Shown::line_limited(text, 60)))),
        }
    }
    let is_same = expected.iter().all(|address| addresses.contains(address))
        && addresses.iter().all(|address| expected.contains(address));
    let list = |addresses: &[IpAddr]| addresses.iter().map(IpAddr::to_string).collect::<Vec<_>>().join(", ");
    (!is_same).then(|| bad(format!("expected {}; it is {}", list(&expected), list(addresses))))
}

/// Makes a length of time that is good to read.
fn length(time: Duration) -> Length {
    let millis = u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
    Length::from_millis(if millis < 10_000 { millis } else { millis / 1000 * 1000 })
}

#[cfg(test)]
mod tests;
