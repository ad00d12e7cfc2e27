//! How long each item of a run took, and whether anything disturbed it.
//!
//! One person drives, so that a moment belongs to one item: to the one that was settled next. An item took the time
//! from when the one before it was settled, or its part began, to when it was done; what stands below an item
//! is added to its own time. Pauses are left out. What runs beside other steps took what its command took.

use std::collections::HashMap;

use super::is_all_done;
use crate::run::forecast::{Stage, Turn, turns};
use crate::run::outline::{Standing, is_heading};
use crate::run::state::{Count, Run};
use crate::run::trail::Entry;
use crate::runbook::plan::Item;

/// Is how long something took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Took {
    /// In milliseconds, pauses left out.
    pub ms: i64,
    /// Whether it was done as the runbook has it and in one go: no pause in it, nothing else between, and nothing
    /// of it passed over, overridden or done by hand.
    pub is_undisturbed: bool,
}

/// Says how long the items of a run took, by their places in the plan; nothing for what was not done.
pub fn lengths(run: &Run) -> Vec<Option<Took>> {
    let now_ms = run.trail().last().map_or(0, |entry| entry.at_ms);
    let turns = turns(run, now_ms);
    let mut all = summed(run, &own(run, &turns));
    for (part, turn) in turns.iter().enumerate() {
        let span = turn.span.filter(|_| turn.stage == Stage::Done).and_then(|span| Some((span.began, span.ended?)));
        let took = span.map(|(began, ended)| Took {
            ms: turn.elapsed_ms.max(0),
            is_undisturbed: turn.is_whole && is_all_done(run, part) && !run.stood_between((began.ran_ms, ended.ran_ms)),
        });
        all[run.part(part).0] = took;
    }
    all
}

/// Finds what each item took by itself.
fn own(run: &Run, turns: &[Turn]) -> Vec<Option<Took>> {
    let mut own = vec![None; run.items().len()];
    let began: Vec<_> = turns.iter().map(|turn| turn.span.map_or(0, |span| span.began.ran_ms)).collect();
    let starts = |at: usize| {
        let part = run.layout().sections().partition_point(|section| section.head <= at);
        began.get(part.saturating_sub(1)).copied().unwrap_or_default()
    };
    let settled = settled(run);
    let (mut last_ms, mut others) = (0, Others::default());
    for entry in run.trail() {
        let about = entry.step.as_deref().and_then(|step| run.plan().position(step));
        if let Some(at) = about.filter(|at| !run.is_parallel(&run.items()[*at])) {
            others.meet(at);
        }
        let Some(at) = settled.get(&entry.n).copied() else { continue };
        let item = &run.items()[at];
        if run.is_parallel(item) {
            own[at] = run.took_ms(&item.id).map(|ms| Took { ms, is_undisturbed: is_plain(run, item) });
            continue;
        }
        let from_ms = starts(at).max(last_ms);
        own[at] = took(run, (item, entry), (from_ms, others.is_only(at)));
        (last_ms, others) = (entry.ran_ms, Others::default());
    }
    own
}

/// Says which items something was recorded of since the last one was settled.
#[derive(Default)]
struct Others {
    one: Option<usize>,
    is_several: bool,
}

impl Others {
    fn meet(&mut self, at: usize) {
        self.is_several |= self.one.is_some_and(|one| one != at);
        self.one = Some(at);
    }

    fn is_only(&self, at: usize) -> bool {
        !self.is_several && self.one.is_none_or(|one| one == at)
    }
}

fn took(run: &Run, (item, entry): (&Item, &Entry), (from_ms, is_alone): (i64, bool)) -> Option<Took> {
    let is_done =
        matches!(run.standing(&item.id), Standing::Done(_) | Standing::Overridden(_) | Standing::Regressed(_));
    let is_undisturbed = is_alone && is_plain(run, item) && !run.stood_between((from_ms, entry.ran_ms));
    is_done.then(|| Took { ms: (entry.ran_ms - from_ms).max(0), is_undisturbed })
}

/// Tells whether an item was done as the runbook has it, and in its turn.
fn is_plain(run: &Run, item: &Item) -> bool {
    let is_usual = run.work(&item.id).is_some_and(|work| work.by_hand.is_none() && !work.is_out_of_turn());
    is_usual && matches!(run.standing(&item.id), Standing::Done(_))
}

/// Gives the items by the record that settled them.
fn settled(run: &Run) -> HashMap<u64, usize> {
    let place = |id: &str| run.plan().position(id);
    let done = run.finished().iter().filter_map(|(n, id)| Some((*n, place(id)?)));
    let passed = (0..).zip(run.items()).filter_map(|(at, item)| {
        let work = run.work(&item.id).filter(|work| work.settled.is_some())?;
        Some((work.at, at))
    });
    passed.chain(done).collect()
}

/// Adds to the time of each item what stands below it.
fn summed(run: &Run, own: &[Option<Took>]) -> Vec<Option<Took>> {
    let items = run.items();
    let mut all: Vec<Option<Took>> = vec![None; items.len()];
    // What was added up and waits for the item above it, the nearest last.
    let mut waiting: Vec<usize> = Vec::new();
    for at in (0..items.len()).rev() {
        let mut sum = Sum::default();
        if !is_heading(run, &items[at]) {
            sum.add(run.count(&items[at]), own[at]);
        }
        while let Some(below) = waiting.pop_if(|below| items[*below].depth > items[at].depth) {
            sum.add(counted(run, below), all[below]);
        }
        all[at] = sum.took();
        waiting.push(at);
    }
    all
}

/// Tells how an item counts with what stands below it.
fn counted(run: &Run, at: usize) -> Count {
    let below = run.layout().below(at);
    match run.count(&run.items()[at]) {
        Count::Out if below.of > 0 && below.done < below.of => Count::Open,
        Count::Out if below.of > 0 => Count::Closed,
        count => count,
    }
}

/// Is what is added up.
struct Sum {
    took: Took,
    is_any: bool,
    is_open: bool,
}

impl Default for Sum {
    fn default() -> Self {
        Self { took: Took { ms: 0, is_undisturbed: true }, is_any: false, is_open: false }
    }
}

impl Sum {
    fn add(&mut self, count: Count, took: Option<Took>) {
        match (count, took) {
            (Count::Out, _) => {}
            (Count::Closed, Some(took)) => {
                self.took.ms += took.ms;
                self.took.is_undisturbed &= took.is_undisturbed;
                self.is_any = true;
            }
            (Count::Closed, None) => self.took.is_undisturbed = false,
            (Count::Open | Count::Aside, _) => self.is_open = true,
        }
    }

    fn took(self) -> Option<Took> {
        (self.is_any && !self.is_open).then_some(self.took)
    }
}
