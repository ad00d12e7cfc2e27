//! The axis of the timeline: moments become places, and long times in which nothing was are drawn short.
//!
//! A check on the day before would else press the evening itself into a corner. Where time is left out the
//! axis is broken, and the break says how much.

/// How much of nothing is left out.
const LONG_MS: i64 = 3 * 3_600_000;
/// How much of nothing is kept beside what is.
const MARGIN_MS: i64 = 5 * 60_000;
/// How wide a break is.
const BREAK: f64 = 44.0;
/// The steps of the axis, in minutes.
const STEPS: [i64; 12] = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440];
/// How near two labels may stand.
const NEAR: f64 = 62.0;

/// Is the axis.
#[derive(Clone, Debug)]
pub(super) struct Axis {
    /// The stretches of time that are drawn, each with its beginning on the page.
    stretches: Vec<Stretch>,
    /// How wide a millisecond is.
    scale: f64,
}

#[derive(Clone, Copy, Debug)]
struct Stretch {
    from_ms: i64,
    to_ms: i64,
    x: f64,
}

impl Axis {
    /// Lays out an axis between two places for all the times in which something was.
    pub(super) fn of(mut times: Vec<(i64, i64)>, (left, right): (f64, f64)) -> Option<Self> {
        times.sort_unstable();
        let mut merged: Vec<(i64, i64)> = Vec::new();
        for (from, to) in times {
            match merged.last_mut().filter(|last| from - last.1 <= LONG_MS) {
                Some(last) => last.1 = last.1.max(to),
                None => merged.push((from, to.max(from))),
            }
        }
        merged.iter_mut().for_each(|(from, to)| (*from, *to) = (*from - MARGIN_MS, *to + MARGIN_MS));
        let breaks = merged.len().checked_sub(1)?;
        let all: i64 = merged.iter().map(|(from, to)| to - from).sum();
        #[expect(clippy::cast_precision_loss, reason = "milliseconds of a run are far below 2^52")]
        let scale = (right - left - BREAK * breaks as f64) / all.max(1) as f64;
        let mut x = left;
        let place = |(from_ms, to_ms): (i64, i64)| {
            let stretch = Stretch { from_ms, to_ms, x };
            x += wide(to_ms - from_ms, scale) + BREAK;
            stretch
        };
        Some(Self { stretches: merged.into_iter().map(place).collect(), scale })
    }

    /// Gives the place of a moment.
    pub(super) fn x(&self, at_ms: i64) -> f64 {
        let after = self.stretches.iter().rfind(|stretch| stretch.from_ms <= at_ms).or(self.stretches.first());
        after.map_or(0.0, |stretch| {
            stretch.x + wide(at_ms.clamp(stretch.from_ms, stretch.to_ms) - stretch.from_ms, self.scale)
        })
    }

    /// Gives the breaks: where each begins and ends, and how much time it leaves out.
    pub(super) fn breaks(&self) -> impl Iterator<Item = (f64, f64, i64)> {
        let pairs = self.stretches.iter().zip(self.stretches.iter().skip(1));
        pairs.map(|(one, next)| (next.x - BREAK, next.x, next.from_ms - one.to_ms))
    }

    /// Gives the moments that are labelled; whole ones in a zone that is so far from UTC.
    pub(super) fn ticks(&self, offset_ms: i64) -> Vec<i64> {
        let is_wide = |minutes: &&i64| wide(**minutes * 60_000, self.scale) >= NEAR;
        let step_ms = STEPS.iter().find(is_wide).copied().unwrap_or(1440) * 60_000;
        let of = |stretch: &Stretch| {
            let (from, to) = (stretch.from_ms + offset_ms, stretch.to_ms + offset_ms);
            let first = from.div_euclid(step_ms) + i64::from(from.rem_euclid(step_ms) != 0);
            (first..=to.div_euclid(step_ms)).map(move |at| at * step_ms - offset_ms)
        };
        self.stretches.iter().flat_map(of).take(60).collect()
    }
}

fn wide(ms: i64, scale: f64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "milliseconds of a run are far below 2^52")]
    let ms = ms as f64;
    ms * scale
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3_600_000;

    #[test]
    fn moments_stand_in_their_order_and_within_the_page() {
        let axis = Axis::of(vec![(0, HOUR), (2 * HOUR, 3 * HOUR)], (100.0, 900.0)).unwrap();
        let places: Vec<_> = (0..=6).map(|half| axis.x(half * HOUR / 2)).collect();
        assert!(places.is_sorted() && places[0] > 100.0 && places[6] < 900.0, "{places:?}");
        assert_eq!(axis.breaks().count(), 0);
    }

    #[test]
    fn a_long_time_in_which_nothing_was_is_a_break_that_says_how_long() {
        let axis = Axis::of(vec![(0, HOUR), (24 * HOUR, 26 * HOUR)], (0.0, 1000.0)).unwrap();
        let breaks: Vec<_> = axis.breaks().collect();
        assert_eq!(breaks.len(), 1);
        assert_eq!(breaks[0].2, 23 * HOUR - 2 * MARGIN_MS);
        assert!(axis.x(26 * HOUR) - axis.x(24 * HOUR) > 550.0);
    }

    #[test]
    fn labels_are_whole_times_of_the_zone_and_do_not_meet() {
        let axis = Axis::of(vec![(0, 5 * HOUR)], (200.0, 1000.0)).unwrap();
        let ticks = axis.ticks(HOUR / 2);
        assert!(ticks.len() > 4 && ticks.iter().all(|at| (at + HOUR / 2) % (HOUR / 2) == 0), "{ticks:?}");
        assert!(ticks.windows(2).all(|two| axis.x(two[1]) - axis.x(two[0]) >= NEAR));
    }

    #[test]
    fn nothing_has_no_axis() {
        assert!(Axis::of(Vec::new(), (0.0, 1.0)).is_none());
    }
}
