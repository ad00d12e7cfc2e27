//! When the clock is worth a record: at regular times, and when it did what a clock should not.
//!
//! The wall clock is held against the one that counts since the machine came up, which nobody sets.
//! What a reader of the journal makes of it is not decided here.

use std::time::Duration;

use super::{Clock, Keeping};

/// How long a clock is left alone.
const QUARTER: Duration = Duration::from_mins(15);
/// How far both clocks may part.
const APART_MS: i64 = 1_000;

/// Is how the clocks stand at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The wall clock, in milliseconds since 1970 in UTC.
    pub wall_ms: i64,
    /// How long the machine is up.
    pub since_boot: Duration,
    /// How the wall clock is kept.
    pub keeping: Keeping,
}

impl Reading {
    /// Reads the clocks.
    #[must_use]
    pub fn take(clock: &dyn Clock) -> Self {
        Self { wall_ms: clock.wall_ms(), since_boot: clock.since_boot(), keeping: clock.keeping() }
    }

    /// Tells how far the wall clock went beyond the time that passed since another reading.
    fn beyond(&self, before: &Self) -> i64 {
        let passed = self.since_boot.saturating_sub(before.since_boot).as_millis();
        let passed = i64::try_from(passed).unwrap_or(i64::MAX);
        self.wall_ms.saturating_sub(before.wall_ms).saturating_sub(passed)
    }
}

/// Says why a reading is worth a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tick {
    /// A session began, or it is time.
    Regular,
    /// The wall clock stepped back.
    Back,
    /// The wall clock and the time since boot parted.
    Parted,
    /// The wall clock began or ceased to be kept right.
    Keeping,
}

impl Tick {
    const ALL: [Self; 4] = [Self::Regular, Self::Back, Self::Parted, Self::Keeping];

    /// Gives the word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Regular => "regular",
            Self::Back => "stepped back",
            Self::Parted => "parted",
            Self::Keeping => "keeping",
        }
    }

    /// Reads the word for it.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tick| tick.word() == word)
    }
}

/// Looks at the clock for one session.
#[derive(Clone, Debug)]
pub struct Watch {
    recorded: Reading,
    seen: Reading,
}

impl Watch {
    /// Begins with a reading that is in the journal.
    #[must_use]
    pub fn new(recorded: Reading) -> Self {
        Self { recorded, seen: recorded }
    }

    /// Says whether a reading is worth a record, and by how many milliseconds the wall clock went
    /// beyond the time that passed; what is said counts as recorded.
    pub fn look(&mut self, now: Reading) -> Option<(Tick, i64)> {
        let beyond = now.beyond(&self.recorded);
        let tick = self.tick(&now, beyond);
        self.seen = now;
        self.recorded = if tick.is_some() { now } else { self.recorded };
        tick.map(|tick| (tick, beyond))
    }

    fn tick(&self, now: &Reading, beyond: i64) -> Option<Tick> {
        let is_synced = |reading: &Reading| matches!(reading.keeping, Keeping::Synced { .. });
        if now.wall_ms < self.seen.wall_ms {
            return Some(Tick::Back);
        }
        if beyond.saturating_abs() > APART_MS {
            return Some(Tick::Parted);
        }
        if is_synced(now) != is_synced(&self.recorded) {
            return Some(Tick::Keeping);
        }
        (now.since_boot.saturating_sub(self.recorded.since_boot) >= QUARTER).then_some(Tick::Regular)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: i64 = 1_772_402_400_000;

    fn at(seconds: u64, wall_ms: i64, keeping: Keeping) -> Reading {
        Reading { wall_ms: START + wall_ms, since_boot: Duration::from_secs(seconds), keeping }
    }

    fn synced() -> Keeping {
        Keeping::Synced { max_error: Duration::from_millis(12) }
    }

    fn looks(readings: &[Reading]) -> Vec<Option<(Tick, i64)>> {
        let mut watch = Watch::new(at(0, 0, synced()));
        readings.iter().map(|reading| watch.look(*reading)).collect()
    }

    #[test]
    fn a_clock_that_runs_with_the_machine_is_read_every_quarter_of_an_hour() {
        let seconds = (1..=1_800).map(|second| at(second, i64::try_from(second).unwrap() * 1_000, synced()));
        let told = looks(&seconds.collect::<Vec<_>>());
        let when: Vec<_> = (1..).zip(told).filter_map(|(second, told)| Some((second, told?))).collect();
        assert_eq!(when, [(900, (Tick::Regular, 0)), (1_800, (Tick::Regular, 0))]);
    }

    #[test]
    fn a_clock_that_is_set_forward_or_back_is_told_once() {
        let told =
            looks(&[at(1, 2_001, synced()), at(2, 3_001, synced()), at(3, 3_000, synced()), at(4, 4_000, synced())]);
        assert_eq!(told, [Some((Tick::Parted, 1_001)), None, Some((Tick::Back, -1_001)), None]);
    }

    #[test]
    fn a_clock_that_drifts_is_told_when_the_drift_adds_up_to_more_than_a_second() {
        let drifting: Vec<_> = (1..=600).map(|n| at(n, i64::try_from(n).unwrap() * 1_002, synced())).collect();
        let told: Vec<_> = (1..).zip(looks(&drifting)).filter_map(|(n, told)| Some((n, told?))).collect();
        assert_eq!(told, [(501, (Tick::Parted, 1_002))]);
    }

    #[test]
    fn a_clock_that_ceases_to_be_kept_right_is_told() {
        let told = looks(&[at(1, 1_000, Keeping::Unsynced), at(2, 2_000, Keeping::Unknown), at(3, 3_000, synced())]);
        assert_eq!(told, [Some((Tick::Keeping, 0)), None, Some((Tick::Keeping, 0))]);
    }

    #[test]
    fn readings_at_the_ends_of_time_do_no_harm() {
        let far = |wall_ms| Reading { wall_ms, since_boot: Duration::MAX, keeping: Keeping::Unknown };
        let mut watch = Watch::new(far(i64::MIN));
        assert_eq!(watch.look(far(i64::MAX)), Some((Tick::Parted, i64::MAX)));
        assert_eq!(watch.look(far(i64::MIN)).map(|(tick, _)| tick), Some(Tick::Back));
    }
}
