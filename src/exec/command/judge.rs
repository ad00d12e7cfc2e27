//! Whether a command's end is the one that was expected, and the values that its output gives.
//!
//! What is expected comes with its values filled in. A command that ended by itself and of which
//! nothing is expected is left to a person. Where a part of the output was not kept, what is not found
//! in the rest counts as missing, and the sentence says so: a gate that cannot tell is closed.

use std::borrow::Cow;

use super::end::{End, How, Stop};
use super::follow::{Kept, Printed};
use crate::runbook::model::{Capture, NumberTest};
use crate::runbook::value::Value;
use crate::text::Shown;
use crate::time::Length;

mod capture;
mod output;

pub use capture::Captured;
pub(in crate::exec) use output::{first_number, text_reasons};

/// How many cells of what came are shown.
const CLIPPED: usize = 80;
/// The status with which ssh says that it failed itself.
const SSH_FAILED: i32 = 255;

/// Is what a good end looks like, its texts filled.
#[derive(Clone, Debug, Default)]
pub struct Expected {
    /// Statuses; empty means 0.
    pub exit: Vec<u32>,
    /// What either output must be.
    pub output: ExpectedOutput,
    /// What the standard output must be.
    pub out: Option<ExpectedOutput>,
    /// What the standard error must be.
    pub err: Option<ExpectedOutput>,
    /// The unit of the number, for people.
    pub unit: Option<String>,
    /// Values in a JSON output, by their pointers.
    pub json: Vec<(String, Value)>,
    /// How soon it must have ended.
    pub within: Option<Length>,
}

/// Is what an output must be, its texts filled.
#[derive(Clone, Debug, Default)]
pub struct ExpectedOutput {
    /// What must be in it.
    pub contains: Vec<String>,
    /// What must match in it.
    pub matches: Option<String>,
    /// What its first number must be.
    pub number: Option<NumberTest>,
}

/// Says what a command's end means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is as it was expected.
    Passed,
    /// It is not.
    Failed,
    /// A person must say.
    ToPerson,
}

/// Is what a command's end means, why, and what was taken from its output.
#[derive(Clone, Debug, PartialEq)]
pub struct Judgement {
    /// What it means.
    pub verdict: Verdict,
    /// Why it failed: what was expected, and what came.
    pub reasons: Vec<Shown>,
    /// The values that were taken; none when it failed.
    pub captured: Vec<Captured>,
}

/// Judges a command that has ended.
#[must_use]
pub fn judge(expected: Option<&Expected>, captures: &[Capture], end: &End, printed: &Printed) -> Judgement {
    let heard = Heard::of(printed);
    let mut reasons = begun_and_ended(end);
    if let Some(expected) = expected.filter(|_| reasons.is_empty()) {
        reasons.extend(status(expected, end));
        reasons.extend(time(expected, end));
        reasons.extend(output::reasons(expected, &heard));
    }
    let mut captured = Vec::new();
    if reasons.is_empty() {
        for capture in captures {
            match capture::take(capture, &heard) {
                Ok(value) => captured.push(value),
                Err(reason) => reasons.push(reason),
            }
        }
    }
    if !reasons.is_empty() {
        let reasons = reasons.iter().map(|reason| Shown::line(reason)).collect();
        return Judgement { verdict: Verdict::Failed, reasons, captured: Vec::new() };
    }
    let verdict = if expected.is_some() { Verdict::Passed } else { Verdict::ToPerson };
    Judgement { verdict, reasons: Vec::new(), captured }
}

/// Says why it did not come to an end of its own.
fn begun_and_ended(end: &End) -> Vec<String> {
    let took = Length::seconds(end.took().as_secs());
    let stopped = match (&end.how, end.stopped) {
        (How::NotStarted(_), _) => return vec![end.how.to_string()],
        (_, None) => return Vec::new(),
        (_, Some(Stop::TimedOut)) => format!("it did not end in time and was ended after {took}"),
        (_, Some(Stop::Cancelled)) => format!("it was cancelled after {took}"),
        (_, Some(Stop::Terminated)) => format!("it was ended after {took}, as its supervisor was told to end"),
    };
    let elsewhere = end.host.as_ref().map(|host| format!("; on {} it may still run", clipped(host)));
    vec![stopped + &elsewhere.unwrap_or_default()]
}

fn status(expected: &Expected, end: &End) -> Option<String> {
    let codes = if expected.exit.is_empty() { &[0][..] } else { expected.exit.as_slice() };
    let is_good = |status: i32| codes.iter().any(|code| i64::from(*code) == i64::from(status));
    if matches!(end.how, How::Exit(status) if is_good(status)) {
        return None;
    }
    let codes: Vec<_> = codes.iter().map(u32::to_string).collect();
    let ssh = match (&end.host, &end.how) {
        (Some(host), How::Exit(SSH_FAILED)) => format!(", perhaps because ssh could not reach {}", clipped(host)),
        _ => String::new(),
    };
    Some(format!("expected it to end with status {}; {}{ssh}", codes.join(" or "), end.how))
}

fn time(expected: &Expected, end: &End) -> Option<String> {
    let within = expected.within.filter(|within| end.took() > within.as_std())?;
    let took = Length::from_millis(u64::try_from(end.took().as_millis()).unwrap_or(u64::MAX));
    Some(format!("expected it to end within {within}; it took {took}"))
}

/// Is an output as text.
struct Text<'a> {
    text: Cow<'a, str>,
    missing: u64,
}

impl<'a> Text<'a> {
    fn of(kept: &'a Kept) -> Self {
        Self { text: String::from_utf8_lossy(&kept.bytes), missing: kept.missing }
    }

    /// Gives the lines that say something.
    fn lines(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.text.lines().map(str::trim).filter(|line| !line.is_empty())
    }
}

/// Is what a command printed, as text.
struct Heard<'a> {
    out: Text<'a>,
    err: Text<'a>,
}

impl<'a> Heard<'a> {
    fn of(printed: &'a Printed) -> Self {
        Self { out: Text::of(&printed.out), err: Text::of(&printed.err) }
    }

    /// Gives both, the standard output first.
    fn both(&self) -> [&Text<'a>; 2] {
        [&self.out, &self.err]
    }
}

/// Makes what came short and safe.
fn clipped(text: &str) -> Shown {
    Shown::line_limited(text.trim(), CLIPPED)
}

#[cfg(test)]
mod tests;
