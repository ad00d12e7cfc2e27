//! How far it is, how fast, and for how long still.
//!
//! The rate is that of the last seconds, so that it falls to nothing when nothing comes. Time comes in
//! as a value, since the beginning of the work.

use std::collections::VecDeque;
use std::fmt;
use std::time::Duration;

use super::end::{short_size, time_words};
use crate::text::Shown;

/// Over how long the rate is taken.
const WINDOW: Duration = Duration::from_secs(5);
/// How far apart two marks are at least.
const STEP: Duration = Duration::from_millis(100);
/// For how long a rate would say nothing.
const SHORTEST: Duration = Duration::from_millis(500);

/// Says what is being done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Phase {
    /// The server is asked.
    #[default]
    Asking,
    /// Bytes come.
    Moving,
    /// It is waited before the next try.
    Waiting,
    /// What is here is read and verified.
    Verifying,
}

/// Is how far something is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// What is being done.
    pub phase: Phase,
    /// How many bytes there are, or were read.
    pub bytes: u64,
    /// How many there will be, as far as is known.
    pub total: Option<u64>,
    /// How many come in a second, over the last few.
    pub rate: Option<u64>,
    /// How long it takes still, at this rate.
    pub left: Option<Duration>,
    /// How often it was tried again.
    pub retries: u32,
    /// What is to be said of it: what is read, or why it is waited.
    pub remark: Option<Shown>,
}

impl Progress {
    /// Tells how many thousandths are done, where that is known.
    #[must_use]
    pub fn share(&self) -> Option<u16> {
        let total = self.total.filter(|total| *total > 0)?;
        u16::try_from(u128::from(self.bytes.min(total)) * 1000 / u128::from(total)).ok()
    }
}

impl fmt::Display for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let of = self.total.map(|total| format!(" of {}", short_size(total))).unwrap_or_default();
        match self.phase {
            Phase::Asking => f.write_str("asking the server"),
            Phase::Moving => write!(f, "{}{of}", short_size(self.bytes)),
            Phase::Waiting => write!(f, "{}{of}, waiting to try again", short_size(self.bytes)),
            Phase::Verifying => write!(f, "verifying {}{of}", short_size(self.bytes)),
        }?;
        if let (Some(rate), Phase::Moving | Phase::Verifying) = (self.rate, self.phase) {
            write!(f, ", {}/s", short_size(rate))?;
        }
        if let Some(left) = self.left.filter(|_| self.phase != Phase::Waiting) {
            write!(f, ", {} left", time_words(left))?;
        }
        match (self.retries, &self.remark) {
            (0, None) => Ok(()),
            (0, Some(remark)) => write!(f, ": {remark}"),
            (retries, None) => write!(f, " (try {})", u64::from(retries) + 1),
            (retries, Some(remark)) => write!(f, " (try {}): {remark}", u64::from(retries) + 1),
        }
    }
}

/// Measures how fast bytes come.
#[derive(Debug, Default)]
pub(super) struct Pace {
    /// When how many bytes were there, the oldest first.
    marks: VecDeque<(Duration, u64)>,
}

impl Pace {
    /// Takes down how many bytes there are now; fewer than before is a new beginning.
    pub(super) fn note(&mut self, now: Duration, bytes: u64) {
        if self.marks.back().is_some_and(|(_, last)| bytes < *last) {
            self.marks.clear();
        }
        while self.marks.get(1).is_some_and(|(at, _)| *at + WINDOW <= now) {
            self.marks.pop_front();
        }
        let before = self.marks.len().checked_sub(2).and_then(|place| self.marks.get(place));
        // The newest mark moves along until it is far enough from the one before.
        if before.is_some_and(|(at, _)| now < *at + STEP) {
            self.marks.pop_back();
        }
        self.marks.push_back((now, bytes));
    }

    /// Tells how many bytes come in a second; nothing as long as that cannot be told.
    pub(super) fn rate(&self, now: Duration) -> Option<u64> {
        let (_, last) = self.marks.back()?;
        let old = self.marks.iter().rev().find(|(at, _)| *at + WINDOW <= now);
        let (at, bytes) = old.or_else(|| self.marks.front())?;
        let took = now.saturating_sub(*at);
        if took < SHORTEST {
            return None;
        }
        let moved = u128::from(last.saturating_sub(*bytes)) * 1000;
        u64::try_from(moved / took.as_millis().max(1)).ok()
    }
}

/// Tells how long so many bytes take at a rate.
pub(super) fn left(bytes: u64, total: Option<u64>, rate: Option<u64>) -> Option<Duration> {
    let more = total?.checked_sub(bytes)?;
    let rate = rate.filter(|rate| *rate > 0)?;
    Some(Duration::from_secs(more.div_ceil(rate)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    #[test]
    fn an_even_pace_is_told_exactly_and_a_stop_brings_it_to_nothing() {
        let mut pace = Pace::default();
        for tick in 0..200 {
            pace.note(ms(tick * 50), tick * 50_000);
        }
        assert_eq!(pace.rate(ms(199 * 50)), Some(1_000_000));
        let slower = pace.rate(ms(199 * 50 + 2000)).unwrap();
        assert!((500_000..800_000).contains(&slower), "{slower}");
        assert_eq!(pace.rate(ms(199 * 50 + 6000)), Some(0));
        assert_eq!(left(10, Some(110), Some(0)), None);
        assert_eq!(left(10, Some(111), Some(50)), Some(Duration::from_secs(3)));
        assert_eq!(left(10, None, Some(50)), None);
    }

    #[test]
    fn what_was_there_before_is_no_pace_and_a_new_beginning_none_either() {
        let mut pace = Pace::default();
        pace.note(ms(0), 1_000_000_000);
        assert_eq!(pace.rate(ms(400)), None);
        pace.note(ms(1000), 1_000_001_000);
        assert_eq!(pace.rate(ms(1000)), Some(1000));
        pace.note(ms(1500), 0);
        assert_eq!(pace.rate(ms(1600)), None);
    }

    #[test]
    fn progress_is_told_in_a_few_words() {
        let (phase, total) = (Phase::Moving, Some(4 << 30));
        let moving = Progress {
            phase,
            bytes: 1 << 30,
            total,
            rate: Some(12 << 20),
            left: Some(ms(261_000)),
            ..Progress::default()
        };
        assert_eq!(moving.to_string(), "1.0 GiB of 4.0 GiB, 12.0 MiB/s, 4 min 21 s left");
        assert_eq!(moving.share(), Some(250));
        let (phase, remark) = (Phase::Waiting, Some(Shown::ours("the line was cut")));
        let waiting = Progress { phase, remark, retries: 2, ..moving };
        assert_eq!(waiting.to_string(), "1.0 GiB of 4.0 GiB, waiting to try again (try 3): the line was cut");
        assert_eq!(Progress::default().to_string(), "asking the server");
        assert_eq!(Progress::default().share(), None);
    }

    proptest! {
        #[test]
        fn the_marks_stay_few_and_the_rate_below_the_fastest(steps in proptest::collection::vec((1_u64..400, 0_u64..1000), 1..500)) {
            let (mut pace, mut now, mut bytes) = (Pace::default(), 0, 0);
            for (wait, more) in steps {
                now += wait;
                bytes += more * wait;
                pace.note(ms(now), bytes);
                prop_assert!(pace.marks.len() <= 64);
                prop_assert!(pace.rate(ms(now)).is_none_or(|rate| rate <= 1_000_000));
            }
        }
    }
}
