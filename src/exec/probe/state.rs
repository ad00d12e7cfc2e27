//! For how long a reading proves something.

use std::time::Duration;

use crate::time::Length;

/// After how many periods without a reading a probe is stale.
const PERIODS: u64 = 3;

/// Tells how long a reading is fresh: three periods, and a period is never shorter than a look may take.
#[must_use]
pub fn fresh_for(every: Length, timeout: Length) -> Duration {
    every.max(timeout).saturating_mul(PERIODS).as_std()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_look_that_may_take_longer_than_the_period_lengthens_it() {
        assert_eq!(fresh_for(Length::seconds(1), Length::seconds(5)), Duration::from_secs(15));
        assert_eq!(fresh_for(Length::MAX, Length::ZERO), Length::MAX.as_std());
    }
}
