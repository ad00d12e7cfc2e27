//! A forecast in the short words of a header, a plain line or a status line.
//!
//! Times are said in the zone that the caller brings; whoever wants UTC brings that.

use std::fmt::Write as _;

use chrono::{DateTime, FixedOffset};

use super::baseline::{Baseline, Source};
use super::needle::{LastSafe, Nearness};
use super::spread::Spread;
use super::{Forecast, Row, Stage};
use crate::run::history::Sample;

/// What a day, an hour and a minute have, in milliseconds.
const DAY_MS: u64 = 24 * HOUR_MS;
const HOUR_MS: u64 = 60 * MINUTE_MS;
const MINUTE_MS: u64 = 60_000;

/// Says a length in its two largest units: `2d4h`, `1h12m`, `12m`, `45s`; what is smaller is left out.
pub fn lasts(ms: i64) -> String {
    let ms = u64::try_from(ms).unwrap_or(0);
    let (days, hours, minutes) = (ms / DAY_MS, ms / HOUR_MS % 24, ms / MINUTE_MS % 60);
    let two = |(large, unit): (u64, &str), (small, part): (u64, &str)| match small {
        0 => format!("{large}{unit}"),
        _ => format!("{large}{unit}{small}{part}"),
    };
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{}s", ms / 1000),
        (0, 0, minutes) => format!("{minutes}m"),
        (0, hours, minutes) => two((hours, "h"), (minutes, "m")),
        (days, hours, _) => two((days, "d"), (hours, "h")),
    }
}

/// Says how long it is until something, or since: `in 1h12m`, `12m over`, `now`.
pub fn until(left_ms: i64) -> String {
    match left_ms {
        -999..=999 => "now".to_owned(),
        _ if left_ms > 0 => format!("in {}", lasts(left_ms)),
        _ => format!("{} over", lasts(left_ms.saturating_neg())),
    }
}

impl Baseline {
    /// Says how long something should take: `~30m`, `30m–2h`, `at least 30m`; nothing where nobody says.
    pub fn words(&self) -> Option<String> {
        let Spread { low_ms, high_ms, is_at_least } = self.length;
        let (low, high) = (lasts(low_ms), lasts(high_ms));
        match (self.source, is_at_least) {
            (Source::Nothing, _) => None,
            (_, true) if low == high || low_ms == 0 => Some(format!("at least {high}")),
            (_, true) => Some(format!("at least {low}–{high}")),
            (_, false) if low == high => Some(format!("~{high}")),
            (_, false) => Some(format!("{low}–{high}")),
        }
    }
}

impl Source {
    /// Says where a figure comes from: `author`, `allowed`, `its steps`, `3 runs`, `7 other rounds`.
    pub fn words(self) -> String {
        let counted = |count: usize, word: &str| format!("{count} {word}{}", if count == 1 { "" } else { "s" });
        match self {
            Self::Author => "author".to_owned(),
            Self::Allowed => "allowed".to_owned(),
            Self::Steps => "its steps".to_owned(),
            Self::Nothing => "no estimate".to_owned(),
            Self::Past(figures) => match figures.sample {
                Sample::Runs(count) => counted(count, "run"),
                Sample::Rounds(count) => counted(count, "other round"),
            },
        }
    }
}

impl Row {
    /// Says by how much it goes beyond its estimate: `12m over`.
    pub fn over_words(&self) -> Option<String> {
        self.over_ms.map(|over_ms| format!("{} over", lasts(over_ms)))
    }
}

impl Forecast {
    /// Says that past runs serve for what is still to come, where they do.
    pub fn past_words(&self) -> Option<&'static str> {
        let is_to_come = |row: &&Row| row.is_part && matches!(row.stage, Stage::Open | Stage::UnderWay);
        let mut rows = self.rows.iter().filter(is_to_come);
        rows.any(|row| matches!(row.baseline.source, Source::Past(_))).then_some("by past runs")
    }
}

/// Tells times in a zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Teller {
    /// What it is now, in milliseconds since 1970 in UTC.
    pub now_ms: i64,
    /// How far the zone is from UTC.
    pub offset: FixedOffset,
}

impl Teller {
    /// Tells a time: `01:20`, with the day where it is a day away or more: `03-02 01:20`.
    pub fn time(&self, at_ms: i64) -> String {
        let Some(at) = DateTime::from_timestamp_millis(at_ms) else { return "?".to_owned() };
        let at = at.with_timezone(&self.offset);
        let is_far = at_ms.abs_diff(self.now_ms) >= DAY_MS;
        let mut told = String::new();
        // Writing into a text fails only for a pattern that is none.
        let _ = write!(told, "{}", at.format(if is_far { "%m-%d %H:%M" } else { "%H:%M" }));
        told
    }

    /// Names the zone: `UTC`, or how far it is from there.
    pub fn zone_at(&self, at_ms: i64) -> String {
        let at = DateTime::from_timestamp_millis(at_ms).unwrap_or_default().with_timezone(&self.offset);
        if self.offset.local_minus_utc() == 0 { "UTC".to_owned() } else { at.format("%:z").to_string() }
    }

    /// Tells a moment that is not known exactly: `01:20`, `01:20–02:40`, with `at least` behind it.
    pub fn moment(&self, moment: Spread) -> String {
        let (low, high) = (self.time(moment.low_ms), self.time(moment.high_ms));
        let told = if low == high { low } else { format!("{low}–{high}") };
        if moment.is_at_least { format!("{told} at least") } else { told }
    }

    /// Says when the run ends: `ends 01:20–02:40`, `ended 01:20`.
    pub fn end(&self, forecast: &Forecast) -> String {
        let is_to_come = |row: &Row| matches!(row.stage, Stage::Open | Stage::UnderWay);
        let word = if forecast.rows.iter().any(|row| row.is_part && is_to_come(row)) { "ends" } else { "ended" };
        format!("{word} {}", self.moment(forecast.end))
    }

    /// Says when the run ends if it is backed out now: `backed out now 22:59`.
    pub fn backed_out(&self, forecast: &Forecast) -> Option<String> {
        let moment = forecast.backed_out?;
        let is_back = forecast.rows.iter().all(|row| !row.is_part || row.stage != Stage::InReserve);
        let latest = Spread { low_ms: moment.high_ms, ..moment };
        let now = if is_back { "" } else { "now " };
        Some(format!("backed out {now}{}", self.moment(latest)))
    }

    /// Says when the last safe moment is: `03:10 last safe moment`, and from half an hour before how near it is.
    pub fn last_safe(&self, last_safe: &LastSafe) -> String {
        match last_safe.nearness {
            Nearness::Far => format!("{} last safe moment", self.time(last_safe.at_ms)),
            Nearness::Passed => format!("last safe moment passed {} ago", lasts(last_safe.left_ms.saturating_neg())),
            _ => format!("last safe moment {}", until(last_safe.left_ms)),
        }
    }
}

#[cfg(test)]
mod tests;
