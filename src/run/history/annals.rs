//! What the runs of a runbook took, part by part and step by step, and whether that gets more.
//!
//! Only what was done undisturbed counts. Rounds of a loop count together. The trend is the median of the
//! slopes between all pairs of runs (Theil and Sen), each run with the median of its rounds: a single slow
//! night does not make one. It is told from four runs on, of the newest hundred.

use std::collections::HashMap;

use super::lengths::lengths;
use super::ranked;
use crate::run::state::Run;
use crate::runbook::timed::without_rounds;

/// From how many runs on a trend is told.
const LEAST_FOR_TREND: usize = 4;
/// How many of the newest runs it is told of.
const MOST_FOR_TREND: usize = 100;
/// How many of a hundred pairs of runs have to go the same way.
const SAME_WAY: usize = 75;
/// How much of the median has to come together over all runs, in hundredths.
const WORTH_TELLING: i64 = 10;

/// Is what one run took: the ids without rounds, and how long each was in milliseconds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Passage(pub Vec<(String, i64)>);

impl Passage {
    /// Takes from a run what was done undisturbed in it.
    pub fn of(run: &Run) -> Self {
        let took = run.items().iter().zip(lengths(run));
        let undisturbed = took.filter_map(|(item, took)| {
            let took = took.filter(|took| took.is_undisturbed)?;
            Some((without_rounds(&item.id), took.ms))
        });
        Self(undisturbed.collect())
    }
}

/// Is what runs took for something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Measure {
    /// What nine in ten took at least, in milliseconds.
    pub p10_ms: i64,
    /// What half of them took at most.
    pub median_ms: i64,
    /// What nine in ten took at most.
    pub p90_ms: i64,
    /// How often it was done.
    pub times: usize,
    /// In how many runs.
    pub runs: usize,
    /// Whether that gets more, where it can be told.
    pub trend: Option<Trend>,
}

/// Says whether something gets slower from run to run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trend {
    /// How much more it takes from one run to the next, in milliseconds.
    pub per_run_ms: i64,
    /// What that comes to.
    pub pace: Pace,
}

/// Says what a trend comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// It takes longer and longer.
    Slower,
    /// It takes as long as ever, or now more and now less.
    Steady,
    /// It takes less and less.
    Faster,
}

impl Pace {
    /// Gives the word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Slower => "slower",
            Self::Steady => "steady",
            Self::Faster => "faster",
        }
    }
}

/// Is what the runs of a runbook took.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Annals {
    /// By id: the place of the run among all runs, and how long it was.
    parts: HashMap<String, Vec<(usize, i64)>>,
}

impl Annals {
    /// Adds up what runs took, the oldest first.
    pub fn of(runs: impl IntoIterator<Item = Passage>) -> Self {
        let mut annals = Self::default();
        for (at, Passage(parts)) in runs.into_iter().enumerate() {
            for (id, took_ms) in parts {
                annals.parts.entry(id).or_default().push((at, took_ms));
            }
        }
        annals
    }

    /// Gives the ids of all that was measured.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.parts.keys().map(String::as_str)
    }

    /// Gives what something took; several ids are taken together.
    pub fn measure(&self, ids: &[&str]) -> Option<Measure> {
        let mut all: Vec<_> = ids.iter().filter_map(|id| self.parts.get(*id)).flatten().copied().collect();
        all.sort_unstable();
        let per_run: Vec<i64> = all.chunk_by(|(one, _), (other, _)| one == other).filter_map(median_of_run).collect();
        let mut sorted: Vec<_> = all.into_iter().map(|(_, took_ms)| took_ms).collect();
        sorted.sort_unstable();
        let figure = |percent| ranked(&sorted, percent);
        let (p10_ms, median_ms, p90_ms) = (figure(10)?, figure(50)?, figure(90)?);
        let trend = Trend::of(&per_run, median_ms);
        Some(Measure { p10_ms, median_ms, p90_ms, times: sorted.len(), runs: per_run.len(), trend })
    }
}

/// Gives what a run took, of which all rounds stand together in ascending order.
fn median_of_run(rounds: &[(usize, i64)]) -> Option<i64> {
    let sorted: Vec<_> = rounds.iter().map(|(_, took_ms)| *took_ms).collect();
    ranked(&sorted, 50)
}

impl Trend {
    /// Finds the trend of runs, the oldest first.
    fn of(runs: &[i64], median_ms: i64) -> Option<Self> {
        let newest = runs.get(runs.len().saturating_sub(MOST_FOR_TREND)..)?;
        if newest.len() < LEAST_FOR_TREND {
            return None;
        }
        let pairs = (0..newest.len()).flat_map(|i| (i + 1..newest.len()).map(move |j| (i, j)));
        let mut slopes: Vec<_> = pairs.map(|(i, j)| (newest[j] - newest[i]) / (j - i).cast_signed() as i64).collect();
        slopes.sort_unstable();
        let (more, less) =
            (slopes.iter().filter(|slope| **slope > 0).count(), slopes.iter().filter(|slope| **slope < 0).count());
        let per_run_ms = middle(&slopes);
        let together = per_run_ms.saturating_mul(newest.len() as i64 - 1).abs();
        let is_worth_it = together.saturating_mul(100) >= median_ms.saturating_mul(WORTH_TELLING) && together > 0;
        let is_most = |count: usize| count * 100 >= slopes.len() * SAME_WAY;
        let pace = match per_run_ms.signum() {
            1 if is_worth_it && is_most(more) => Pace::Slower,
            -1 if is_worth_it && is_most(less) => Pace::Faster,
            _ => Pace::Steady,
        };
        Some(Self { per_run_ms, pace })
    }
}

/// Gives the middle of sorted figures, between two of them where their number is even.
fn middle(sorted: &[i64]) -> i64 {
    let (low, high) = (sorted.get((sorted.len().max(1) - 1) / 2), sorted.get(sorted.len() / 2));
    low.zip(high).map_or(0, |(low, high)| low + (high - low) / 2)
}

#[cfg(test)]
mod tests;
