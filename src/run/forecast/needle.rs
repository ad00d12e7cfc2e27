//! What the clock says: how near the last safe moment is, and how the window stands.

use super::spread::Spread;
use crate::run::state::Run;

/// How long before a moment a countdown warns for the first, the second and the last time.
const WARNINGS_MS: [i64; 3] = [30 * 60_000, 10 * 60_000, 5 * 60_000];

/// Says how near a moment is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Nearness {
    /// It is more than half an hour away.
    #[default]
    Far,
    /// It is at most 30 minutes away.
    Thirty,
    /// It is at most 10 minutes away.
    Ten,
    /// It is at most 5 minutes away.
    Five,
    /// It has passed.
    Passed,
}

impl Nearness {
    /// Finds it from how long it is until then.
    pub fn of(left_ms: i64) -> Self {
        let [first, second, last] = WARNINGS_MS;
        match left_ms {
            _ if left_ms < 0 => Self::Passed,
            _ if left_ms <= last => Self::Five,
            _ if left_ms <= second => Self::Ten,
            _ if left_ms <= first => Self::Thirty,
            _ => Self::Far,
        }
    }
}

/// Counts down to the last moment at which the run can go on and still be back when the window ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LastSafe {
    /// When that is, in milliseconds since 1970 in UTC.
    pub at_ms: i64,
    /// When the run ends that is backed out then: the end of the window.
    pub ends_ms: i64,
    /// How long it is until then; less than nothing once it has passed.
    pub left_ms: i64,
    /// How near it is.
    pub nearness: Nearness,
    /// Whether nobody can tell how long the way back takes, so that it may have been earlier.
    pub is_at_most: bool,
}

impl LastSafe {
    /// Finds it for a run with a window that is neither over nor on the way back.
    pub(super) fn of(run: &Run, now_ms: i64) -> Option<Self> {
        if run.back_out().is_some() || run.closed().is_some() {
            return None;
        }
        let (at_ms, (_, ends_ms)) = run.last_safe_ms().zip(run.window())?;
        let left_ms = at_ms - now_ms;
        let is_at_most = run.back_out_length().is_some_and(|length| length.is_at_least);
        Some(Self { at_ms, ends_ms, left_ms, nearness: Nearness::of(left_ms), is_at_most })
    }
}

/// Says how far the window is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// It has not begun.
    Before,
    /// It goes on.
    Within,
    /// It goes on, and the moment to warn has come.
    Warned,
    /// It is over.
    After,
}

/// Says how the window stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WindowClock {
    /// When it begins, in milliseconds since 1970 in UTC.
    pub start_ms: i64,
    /// When it ends.
    pub end_ms: i64,
    /// When its end is to be warned of.
    pub warn_ms: Option<i64>,
    /// How long it is until its end; less than nothing once it is over.
    pub left_ms: i64,
    /// How far it is.
    pub phase: Phase,
}

impl WindowClock {
    pub(super) fn of(run: &Run, now_ms: i64) -> Option<Self> {
        let (start_ms, end_ms) = run.window()?;
        let warn = run.runbook().main().window.and_then(|window| window.warn);
        let warn_ms = warn.map(|warn| end_ms - i64::try_from(warn.as_millis()).unwrap_or(0));
        let phase = match now_ms {
            _ if now_ms > end_ms => Phase::After,
            _ if now_ms < start_ms => Phase::Before,
            _ if warn_ms.is_some_and(|warn_ms| now_ms >= warn_ms) => Phase::Warned,
            _ => Phase::Within,
        };
        Some(Self { start_ms, end_ms, warn_ms, left_ms: end_ms - now_ms, phase })
    }
}

/// Says whether what is forecast ends in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fit {
    /// It does.
    Fits,
    /// It may, or may not.
    MayNot,
    /// It does not.
    DoesNot,
}

impl Fit {
    /// Holds an end against the moment by which it has to come.
    pub fn of(end: Spread, by_ms: i64) -> Self {
        match end {
            Spread { low_ms, .. } if low_ms > by_ms => Self::DoesNot,
            Spread { high_ms, is_at_least: false, .. } if high_ms <= by_ms => Self::Fits,
            _ => Self::MayNot,
        }
    }
}

#[cfg(test)]
mod tests;
