//! What past runs teach: how long the parts of a runbook took before.
//!
//! Only parts that were done to the end count, and only the time that was theirs alone, pauses left
//! out. Rehearsals are kept apart from live runs, and runbooks from each other. A round of a loop is
//! looked up by its value; where no past run had that value, all rounds of the activity count together.
//! Which runs there were is found out elsewhere.

use std::collections::HashMap;

use super::event::Outcome;
use super::forecast::{Stage, turns};
use super::state::{Count, Run};
use crate::runbook::plan::ItemKind;

mod annals;
mod estimates;
mod lengths;

pub use annals::{Annals, Measure, Pace, Passage, Trend};
pub use estimates::better;
pub use lengths::{Took, lengths};

/// Is what one past run took.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Past {
    /// The id of the runbook.
    pub runbook: String,
    /// Whether it was practice.
    pub rehearsal: bool,
    /// The parts that were done to the end, by the ids of their headings, and how long each took in milliseconds.
    pub parts: Vec<(String, i64)>,
}

impl Past {
    /// Takes what a run teaches; nothing when no part of it was done to the end.
    pub fn of(run: &Run) -> Option<Self> {
        let now_ms = run.trail().last()?.at_ms;
        let turns = turns(run, now_ms);
        let sections = run.layout().sections();
        let done = turns.iter().enumerate().filter(|(_, turn)| turn.stage == Stage::Done && turn.is_whole);
        let parts = done.filter_map(|(part, turn)| {
            let head = &run.items()[sections[part].head];
            let counts = matches!(head.kind, ItemKind::Activity(_) | ItemKind::BackOut(_));
            (counts && is_all_done(run, part)).then(|| (head.id.to_string(), turn.elapsed_ms))
        });
        let parts: Vec<_> = parts.collect();
        let start = run.start();
        let past = Self { runbook: start.runbook.clone(), rehearsal: start.rehearsal, parts };
        (!past.parts.is_empty()).then_some(past)
    }
}

/// Tells whether nothing of a part was passed over or put off.
fn is_all_done(run: &Run, part: usize) -> bool {
    let (from, to) = run.part(part);
    let items = &run.items()[from..to];
    let is_passed = |id: &str| run.settled(id).is_some_and(|settled| settled.outcome != Outcome::NotApplicable);
    items.iter().any(|item| run.count(item) == Count::Closed) && !items.iter().any(|item| is_passed(&item.id))
}

/// Says what past runs took for something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Figures {
    /// What half of them took at most, in milliseconds.
    pub median_ms: i64,
    /// What nine in ten of them took at most.
    pub p90_ms: i64,
    /// What was looked at.
    pub sample: Sample,
}

/// Says what figures were taken from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sample {
    /// The same activity or round, in so many runs.
    Runs(usize),
    /// So many rounds of the activity, all for other values.
    Rounds(usize),
}

impl Figures {
    /// Takes them from lengths in ascending order; there is at least one.
    fn of(sorted: &[i64], sample: impl Fn(usize) -> Sample) -> Option<Self> {
        let (median_ms, p90_ms) = (ranked(sorted, 50)?, ranked(sorted, 90)?);
        Some(Self { median_ms, p90_ms, sample: sample(sorted.len()) })
    }
}

/// Gives the nearest-rank percentile: the least figure that so many in a hundred do not exceed.
fn ranked(sorted: &[i64], percent: usize) -> Option<i64> {
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted.get(rank - 1).copied()
}

/// Is what runs of one runbook took, all live or all practice.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    /// By the id of the heading, which names the round.
    parts: HashMap<String, Vec<i64>>,
    /// By the id of the activity, for all its rounds.
    rounds: HashMap<String, Vec<i64>>,
}

impl Tally {
    fn add(&mut self, part: &str, took_ms: i64) {
        self.parts.entry(part.to_owned()).or_default().push(took_ms.max(0));
        if let Some((activity, _)) = part.split_once('[') {
            self.rounds.entry(activity.to_owned()).or_default().push(took_ms.max(0));
        }
    }

    fn sort(&mut self) {
        self.parts.values_mut().chain(self.rounds.values_mut()).for_each(|lengths| lengths.sort_unstable());
    }

    /// Gives what a part took before, by the id of its heading.
    pub fn figures(&self, part: &str) -> Option<Figures> {
        let same = self.parts.get(part).and_then(|sorted| Figures::of(sorted, Sample::Runs));
        let others = || Figures::of(self.rounds.get(part.split_once('[')?.0)?, Sample::Rounds);
        same.or_else(others)
    }
}

/// Is what past runs teach.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History {
    /// By the id of the runbook: of live runs, and of practice.
    runbooks: HashMap<String, [Tally; 2]>,
}

impl History {
    /// Adds up what past runs took.
    pub fn of(runs: impl IntoIterator<Item = Past>) -> Self {
        let mut history = Self::default();
        for run in runs {
            let tallies = history.runbooks.entry(run.runbook).or_default();
            let tally = &mut tallies[usize::from(run.rehearsal)];
            run.parts.iter().for_each(|(part, took_ms)| tally.add(part, *took_ms));
        }
        history.runbooks.values_mut().flatten().for_each(Tally::sort);
        history
    }

    /// Gives what runs of the same runbook took, live ones for a live run and practice for practice.
    pub(super) fn tally(&self, run: &Run) -> Option<&Tally> {
        let start = run.start();
        self.runbooks.get(&start.runbook).map(|tallies| &tallies[usize::from(start.rehearsal)])
    }
}

#[cfg(test)]
mod tests;
