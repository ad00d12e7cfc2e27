//! Estimates held against what runs took, and the figures that they should have.
//!
//! An estimate is off when at least three runs tell, and the median is more than a quarter below its least or
//! above its most. One figure becomes the median; a least and a most become what nine in ten took at least and at
//! most. Figures are rounded as people write them, so that an estimate that was mended is not off any more.

use super::annals::Measure;
use crate::runbook::model::Estimate;
use crate::time::Length;

/// How many runs have to tell.
const LEAST_RUNS: usize = 3;
/// By how much the median has to be outside, in hundredths.
const OUTSIDE: i64 = 25;
const SECOND: u64 = 1_000;
const MINUTE: u64 = 60 * SECOND;
const HOUR: u64 = 60 * MINUTE;

/// Gives the least and the most that an estimate should say; nothing where it is not off, or has no figures.
pub fn better(estimate: &Estimate, measure: &Measure) -> Option<(Length, Length)> {
    let (low, high) = (estimate.low?, estimate.high?);
    let millis = |length: Length| i64::try_from(length.as_millis()).unwrap_or(i64::MAX / 1_000);
    let hundred = measure.median_ms.saturating_mul(100);
    let is_outside = hundred < millis(low) * (100 - OUTSIDE) || hundred > millis(high) * (100 + OUTSIDE);
    if !is_outside || measure.runs < LEAST_RUNS {
        return None;
    }
    let is_one = estimate.figures.is_some_and(|(least, most)| least == most);
    let better = match is_one {
        true => (rounded(measure.median_ms, u64::div_ceil), rounded(measure.median_ms, u64::div_ceil)),
        false => (rounded(measure.p10_ms, |ms, unit| ms / unit), rounded(measure.p90_ms, u64::div_ceil)),
    };
    (better != (low, high)).then_some(better)
}

/// Rounds a length to what people write: seconds, ten seconds, minutes, five minutes, a quarter of an hour.
fn rounded(ms: i64, count: impl Fn(u64, u64) -> u64) -> Length {
    let ms = u64::try_from(ms).unwrap_or(0);
    let unit = match ms {
        0..MINUTE => SECOND,
        MINUTE..600_000 => 10 * SECOND,
        600_000..HOUR => MINUTE,
        HOUR..36_000_000 => 5 * MINUTE,
        _ => 15 * MINUTE,
    };
    Length::from_millis(count(ms, unit).max(1).saturating_mul(unit))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::runbook::place::{Place, SourceId};

    const M: i64 = 60_000;

    fn estimate((low, high): (i64, i64), is_one: bool) -> Estimate {
        let length = |ms: i64| Some(Length::from_millis(ms.unsigned_abs()));
        let place = |at: usize| Place::new(SourceId(0), at, at + 1);
        let figures = Some((place(1), place(if is_one { 1 } else { 5 })));
        Estimate { low: length(low), high: length(high), because: vec![], varies: false, place: place(0), figures }
    }

    fn measure((p10_ms, median_ms, p90_ms): (i64, i64, i64), runs: usize) -> Measure {
        Measure { p10_ms, median_ms, p90_ms, times: runs, runs, trend: None }
    }

    fn said(found: Option<(Length, Length)>) -> Option<(String, String)> {
        found.map(|(low, high)| (low.to_string(), high.to_string()))
    }

    #[test]
    fn an_estimate_is_off_beyond_a_quarter_and_from_three_runs_on() {
        let about = estimate((40 * M, 40 * M), true);
        let at = |median: i64, runs| said(better(&about, &measure((M, median, 99 * M), runs)));
        assert_eq!([at(50 * M, 3), at(30 * M, 3), at(90 * M, 2)], [None, None, None]);
        assert_eq!(at(50 * M + 1, 3), Some(("51m".into(), "51m".into())));
        assert_eq!(at(30 * M - 1, 3), Some(("30m".into(), "30m".into())));
        let range = estimate((10 * M, 20 * M), false);
        assert_eq!(
            said(better(&range, &measure((21 * M + 1, 26 * M, 100 * M), 5))),
            Some(("21m".into(), "1h40m".into()))
        );
        assert_eq!(said(better(&range, &measure((M, 12 * M, 100 * M), 5))), None);
    }

    #[test]
    fn figures_are_rounded_as_people_write_them() {
        let up = |ms| rounded(ms, u64::div_ceil).to_string();
        assert_eq!(
            [300, 59_001, 61_000, 601_000, 3_601_000, 36_000_001].map(up),
            ["1s", "1m", "1m10s", "11m", "1h5m", "10h15m"]
        );
    }

    proptest! {
        #[test]
        fn what_was_mended_is_not_off_any_more(
            (low, more) in (0..100_000_000i64, 0..100_000_000i64),
            mut seen in [0..200_000_000i64, 0..200_000_000, 0..200_000_000],
            is_one in any::<bool>(),
        ) {
            seen.sort_unstable();
            let high = if is_one { low } else { low + more };
            let measure = measure((seen[0], seen[1], seen[2]), 3);
            if let Some((low, high)) = better(&estimate((low, high), is_one), &measure) {
                prop_assert!(low <= high);
                let millis = |length: Length| i64::try_from(length.as_millis()).unwrap();
                prop_assert_eq!(better(&estimate((millis(low), millis(high)), is_one), &measure), None);
            }
        }
    }
}
