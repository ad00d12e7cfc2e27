//! What the status probes say now: a row for each, with what is remembered of its last readings.
//!
//! Bars are drawn so that they stay as they are while what is measured stays about the same: a steady
//! probe costs a slow link nothing.

use crate::run::{ProbeState, Sighting};
use crate::text::Shown;

/// How many bars a row has.
pub const BARS: usize = 7;

/// Is one of the status probes.
#[derive(Clone, Debug, PartialEq)]
pub struct Probe {
    /// What is watched, in a few words.
    pub title: String,
    /// How it stands, and what was seen.
    pub sighting: Sighting,
    /// How often it is looked at, in milliseconds.
    pub every_ms: i64,
    /// The last readings, the oldest first: whether it was good, and the number that tells most.
    pub points: Vec<(ProbeState, Option<f64>)>,
    /// The worst that was seen, and when first.
    pub worst: Option<(ProbeState, i64)>,
    /// How it stands, and since when.
    pub changed: Option<(ProbeState, i64)>,
    /// The beginning of what the last look gave, where that is more than a few words.
    pub answer: Shown,
    /// How it looks, in words, without anything that may be secret.
    pub kind: String,
}

/// Is what is remembered of a probe.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Past {
    /// The last readings, the oldest first.
    pub points: Vec<(ProbeState, Option<f64>)>,
    /// The worst that was seen, and when first.
    pub worst: Option<(ProbeState, i64)>,
    /// How it stands, and since when.
    pub changed: Option<(ProbeState, i64)>,
    /// The beginning of what the last look gave.
    pub answer: Shown,
}

impl Probe {
    /// Gives the heights of its bars, from 0 to 7, the newest last; nothing where nothing was read.
    ///
    /// The middle is the usual number, and a step is a factor: what varies by less than a half is level.
    #[must_use]
    pub fn bars(&self) -> Vec<Option<u8>> {
        let points = self.points.get(self.points.len().saturating_sub(BARS)..).unwrap_or_default();
        let mut numbers: Vec<_> = points.iter().filter_map(|(_, number)| *number).filter(|n| n.is_finite()).collect();
        numbers.sort_by(f64::total_cmp);
        let usual = numbers.get(numbers.len().saturating_sub(1) / 2).copied().unwrap_or_default();
        points.iter().map(|(_, number)| number.filter(|n| n.is_finite()).map(|number| height(number, usual))).collect()
    }

    /// Says how old the reading is at a moment: nothing while it is as new as it can be, then in steps.
    #[must_use]
    pub fn age(&self, now_ms: i64) -> Option<String> {
        let seconds = (now_ms - self.sighting.at_ms?).max(0) / 1000;
        let period = (self.every_ms / 1000).max(1);
        match seconds {
            fresh if fresh <= period + period / 2 => None,
            0..60 => Some(format!("{} s ago", seconds / 5 * 5)),
            60..3600 => Some(format!("{} min ago", seconds / 60)),
            _ => Some(format!("{} h ago", seconds / 3600)),
        }
    }
}

fn height(number: f64, usual: f64) -> u8 {
    if number <= 0.0 || usual <= 0.0 {
        return if number > usual { 7 } else { 3 };
    }
    let steps = (number / usual).log2() / 0.585;
    // Within 0 to 7, so that nothing is cut off.
    (3.0 + steps.round()).clamp(0.0, 7.0) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    fn probe(numbers: &[Option<f64>]) -> Probe {
        let sighting = Sighting {
            probe: "site".to_owned(),
            state: ProbeState::Ok,
            words: "200".to_owned(),
            at_ms: Some(10_000),
            digest: None,
        };
        let points = numbers.iter().map(|number| (ProbeState::Ok, *number)).collect();
        let (worst, changed, kind) = (None, None, String::new());
        Probe {
            title: "Site".to_owned(),
            sighting,
            every_ms: 5_000,
            points,
            worst,
            changed,
            answer: Shown::default(),
            kind,
        }
    }

    #[test]
    fn bars_stay_level_while_what_is_measured_is_about_the_same() {
        let steady = probe(&[210.0, 190.0, 205.0, 230.0, 180.0].map(Some));
        assert_eq!(steady.bars(), [Some(3); 5]);
        let slower = probe(&[Some(200.0), Some(200.0), Some(420.0), None, Some(2_000.0)]);
        assert_eq!(slower.bars(), [Some(3), Some(3), Some(5), None, Some(7)]);
        let zeros = probe(&[Some(0.0), Some(0.0), Some(3.0), Some(f64::NAN)]);
        assert_eq!(zeros.bars(), [Some(3), Some(3), Some(7), None]);
        assert_eq!(probe(&[Some(1.0); 40]).bars().len(), BARS);
    }

    #[test]
    fn an_age_is_told_once_it_is_more_than_the_usual() {
        let site = probe(&[]);
        let ages = [10_000, 17_000, 18_000, 25_000, 39_000, 131_000, 7_300_000].map(|now| site.age(now));
        let told =
            [None, None, Some("5 s ago"), Some("15 s ago"), Some("25 s ago"), Some("2 min ago"), Some("2 h ago")];
        assert_eq!(ages, told.map(|age| age.map(str::to_owned)));
    }
}
