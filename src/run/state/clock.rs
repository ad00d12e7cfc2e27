//! The clock of a run: how long it has been going on, pauses left out.
//!
//! It is made from the records alone. Between two records of one boot the clock that nobody can set
//! counts; across a boot the wall clock, which never runs backwards here.

use super::Run;
use crate::run::event::{Person, Stamp};

/// Is a moment of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Moment {
    /// On the wall clock, in milliseconds since 1970 in UTC.
    pub at_ms: i64,
    /// How long the run had been going on, in milliseconds.
    pub ran_ms: i64,
}

/// Is a stretch of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// When it began.
    pub began: Moment,
    /// When it ended.
    pub ended: Option<Moment>,
}

/// Is a pause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pause {
    /// Since when, in milliseconds since 1970 in UTC.
    pub since_ms: i64,
    /// Who paused.
    pub who: Person,
    /// Why.
    pub why: String,
}

/// Says how long a run has been going on.
#[derive(Clone, Debug, Default)]
pub(in crate::run) struct RunClock {
    ran_ms: i64,
    paused_ms: i64,
    last: Option<(i64, u64)>,
    pause: Option<Pause>,
    /// How long the run had been going on whenever it was paused, in milliseconds.
    stops: Vec<i64>,
}

impl RunClock {
    /// Goes on to the moment of a record.
    pub fn go_to(&mut self, stamp: &Stamp) {
        let passed = self.last.map_or(0, |(at_ms, mono)| match stamp.mono.checked_sub(mono) {
            Some(nanos) => i64::try_from(nanos / 1_000_000).unwrap_or(i64::MAX),
            None => stamp.at_ms.saturating_sub(at_ms).max(0),
        });
        let counted = if self.pause.is_some() { &mut self.paused_ms } else { &mut self.ran_ms };
        *counted = counted.saturating_add(passed);
        self.last = Some((stamp.at_ms, stamp.mono));
    }

    pub fn pause(&mut self, pause: Pause) {
        self.stops.push(self.ran_ms);
        self.pause = Some(pause);
    }

    /// Tells whether the run stood still between two moments, which count what it had been going on by then.
    pub fn stood_between(&self, (from_ms, to_ms): (i64, i64)) -> bool {
        self.stops.iter().any(|stop| from_ms < *stop && *stop < to_ms)
    }

    pub fn go_on(&mut self) {
        self.pause = None;
    }

    pub fn paused(&self) -> Option<&Pause> {
        self.pause.as_ref()
    }

    /// Gives the moment of the last record.
    pub fn moment(&self) -> Moment {
        Moment { at_ms: self.last.map_or(0, |(at_ms, _)| at_ms), ran_ms: self.ran_ms }
    }

    /// Gives how long the run has been going on at a time after the last record.
    pub fn ran_at(&self, now_ms: i64) -> i64 {
        let since = self.last.map_or(0, |(at_ms, _)| now_ms.saturating_sub(at_ms).max(0));
        if self.pause.is_some() { self.ran_ms } else { self.ran_ms.saturating_add(since) }
    }

    /// Gives how long it stood still, at a time after the last record.
    pub fn stood_at(&self, now_ms: i64) -> i64 {
        let since = self.last.map_or(0, |(at_ms, _)| now_ms.saturating_sub(at_ms).max(0));
        if self.pause.is_some() { self.paused_ms.saturating_add(since) } else { self.paused_ms }
    }
}

impl Run {
    /// Tells whether it stood still between two moments, which count how long it had been going on by then.
    pub(in crate::run) fn stood_between(&self, span: (i64, i64)) -> bool {
        self.clock.stood_between(span)
    }

    /// Gives the moment of its last record.
    pub(in crate::run) fn moment(&self) -> Moment {
        self.clock.moment()
    }
}
