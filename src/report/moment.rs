//! Moments and lengths as a report says them: in one zone, with the date where it is another day.
//!
//! The zone is that of the run's window, because those who were there lived by it; a run without one is told
//! in UTC.

use chrono::{DateTime, FixedOffset, Offset, Utc};

use crate::run::Run;
use crate::run::forecast::lasts;

/// Tells moments in the zone of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moments {
    zone: FixedOffset,
    /// A moment on the day that needs no date.
    day_ms: i64,
}

impl Moments {
    /// Takes the zone of a run, and the day on which its window or its record begins.
    pub fn of(run: &Run) -> Self {
        let window = run.values().window_start;
        let first_ms = run.trail().first().map_or(0, |entry| entry.at_ms);
        let zone = window.map_or_else(|| Utc.fix(), |start| *start.offset());
        Self { zone, day_ms: window.map_or(first_ms, |start| start.timestamp_millis()) }
    }

    /// Names the zone: `UTC`, or how far it is from there.
    pub fn zone(&self) -> String {
        if self.zone.local_minus_utc() == 0 { "UTC".to_owned() } else { format!("UTC{}", self.zone) }
    }

    /// Tells whether the zone is UTC.
    pub fn is_utc(&self) -> bool {
        self.zone.local_minus_utc() == 0
    }

    /// Gives how far the zone is ahead of UTC, in milliseconds.
    pub(super) fn offset_ms(&self) -> i64 {
        i64::from(self.zone.local_minus_utc()) * 1000
    }

    /// Tells a moment with its date: `1 Mar 2026 22:07`.
    pub fn full(&self, at_ms: i64) -> String {
        self.told(at_ms, "%-d %b %Y %H:%M")
    }

    /// Tells a moment with its date in UTC: `1 Mar 2026 21:07 UTC`.
    pub fn full_utc(at_ms: i64) -> String {
        DateTime::from_timestamp_millis(at_ms).unwrap_or_default().format("%-d %b %Y %H:%M UTC").to_string()
    }

    /// Tells a moment to the minute: `22:07`, with the day where it is another one: `2 Mar 00:12`.
    pub fn minute(&self, at_ms: i64) -> String {
        self.told(at_ms, if self.is_same_day(at_ms) { "%H:%M" } else { "%-d %b %H:%M" })
    }

    /// Tells a moment to the second.
    pub fn second(&self, at_ms: i64) -> String {
        self.told(at_ms, if self.is_same_day(at_ms) { "%H:%M:%S" } else { "%-d %b %H:%M:%S" })
    }

    /// Tells the time of day alone: `22:07`.
    pub fn clock(&self, at_ms: i64) -> String {
        self.told(at_ms, "%H:%M")
    }

    /// Tells the day alone: `2 Mar`.
    pub fn day(&self, at_ms: i64) -> String {
        self.told(at_ms, "%-d %b")
    }

    /// Tells whether two moments are on one day.
    pub fn is_one_day(&self, one_ms: i64, other_ms: i64) -> bool {
        let day = |at_ms: i64| self.told(at_ms, "%Y-%m-%d");
        day(one_ms) == day(other_ms)
    }

    fn is_same_day(&self, at_ms: i64) -> bool {
        self.is_one_day(at_ms, self.day_ms)
    }

    fn told(&self, at_ms: i64, form: &str) -> String {
        let at = DateTime::from_timestamp_millis(at_ms).unwrap_or_default().with_timezone(&self.zone);
        at.format(form).to_string()
    }
}

/// Says how long a command took: to a tenth of a second where that is much of it.
pub(super) fn took(ms: u64) -> String {
    match ms {
        0..10_000 => format!("{}.{} s", ms / 1000, ms % 1000 / 100),
        10_000..60_000 => format!("{} s", ms / 1000),
        _ => lasts(i64::try_from(ms).unwrap_or(i64::MAX)),
    }
}

/// Says by how much something is more or less: `+12m`, `−5m`; less than a minute is told in seconds.
pub(super) fn difference(ms: i64) -> String {
    match ms {
        1.. => format!("+{}", lasts(ms)),
        0 => "as estimated".to_owned(),
        _ => format!("−{}", lasts(ms.saturating_neg())),
    }
}

/// Joins words as people do: `a`, `a and b`, `a, b and c`.
pub(super) fn joined(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [before @ .., last] => format!("{} and {last}", before.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_and_differences_are_said_as_people_say_them() {
        assert_eq!([900, 12_340, 59_999, 2_700_000].map(took), ["0.9 s", "12 s", "59 s", "45m"]);
        assert_eq!([90_000, 0, -300_000].map(difference), ["+1m", "as estimated", "−5m"]);
        let words = ["a", "b", "c"].map(str::to_owned);
        assert_eq!(
            [joined(&[]), joined(&words[..1]), joined(&words[..2]), joined(&words)],
            ["", "a", "a and b", "a, b and c"]
        );
    }

    #[test]
    fn a_moment_has_its_date_where_it_is_another_day_than_the_first() {
        let moments =
            Moments { zone: FixedOffset::east_opt(3600).unwrap_or_else(|| Utc.fix()), day_ms: 1_772_402_400_000 };
        let (evening, night) = (1_772_402_400_000, 1_772_410_000_500);
        assert_eq!((moments.minute(evening), moments.second(night)), ("23:00".to_owned(), "2 Mar 01:06:40".to_owned()));
        assert_eq!(
            (moments.full(evening), Moments::full_utc(evening)),
            ("1 Mar 2026 23:00".to_owned(), "1 Mar 2026 22:00 UTC".to_owned())
        );
        assert_eq!((moments.zone(), moments.is_utc()), ("UTC+01:00".to_owned(), false));
    }
}
