//! The five states of a probe, and when a reading is too old to prove anything.

use std::time::Duration;

use crate::time::Length;

/// After how many periods without a reading a probe is stale.
pub const PERIODS: u64 = 3;

/// Says how things stand with what a probe watches; the later, the worse.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// It is as expected.
    Ok,
    /// It is as expected, and will not be for long.
    Warn,
    /// Nobody looked, or what came does not tell.
    #[default]
    Unknown,
    /// The last reading is too old.
    Stale,
    /// It is not as expected.
    Bad,
}

impl State {
    /// Every state.
    pub const ALL: [Self; 5] = [Self::Ok, Self::Warn, Self::Unknown, Self::Stale, Self::Bad];

    /// Returns the word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warn => "warn",
            Self::Unknown => "unknown",
            Self::Stale => "stale",
            Self::Bad => "bad",
        }
    }

    /// Returns the sign for it; the other is for terminals without such letters.
    #[must_use]
    pub fn signs(self) -> (&'static str, &'static str) {
        match self {
            Self::Ok => ("✓", "+"),
            Self::Warn => ("!", "!"),
            Self::Unknown => ("?", "?"),
            Self::Stale => ("~", "~"),
            Self::Bad => ("✗", "x"),
        }
    }

    /// Tells whether a gate may open on it: only when all is as expected.
    #[must_use]
    pub fn holds(self) -> bool {
        self == Self::Ok
    }

    /// Gives the state that a reading of this age still proves.
    #[must_use]
    pub fn at_age(self, age: Duration, fresh: Duration) -> Self {
        if age > fresh { Self::Stale } else { self }
    }
}

/// Tells how long a reading is fresh: three periods, and a period is never shorter than a look may take.
#[must_use]
pub fn fresh_for(every: Length, timeout: Length) -> Duration {
    every.max(timeout).saturating_mul(PERIODS).as_std()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reading_proves_something_for_three_periods_and_then_nothing() {
        let fresh = fresh_for(Length::seconds(10), Length::seconds(5));
        for state in State::ALL {
            assert_eq!(state.at_age(Duration::from_secs(30), fresh), state);
            assert_eq!(state.at_age(Duration::from_millis(30_001), fresh), State::Stale);
        }
    }

    #[test]
    fn a_look_that_may_take_longer_than_the_period_lengthens_it() {
        assert_eq!(fresh_for(Length::seconds(1), Length::seconds(5)), Duration::from_secs(15));
        assert_eq!(fresh_for(Length::MAX, Length::ZERO), Length::MAX.as_std());
    }

    #[test]
    fn only_ok_opens_a_gate() {
        assert_eq!(State::ALL.map(State::holds), [true, false, false, false, false]);
    }
}
