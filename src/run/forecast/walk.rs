//! A walk through the items of a part: what all of it takes, and what of it is still to come.
//!
//! An estimate counts for all that stands below it. Of what nobody has decided yet the most is counted,
//! and nothing as the least; of the options of a choice the longest. Requirements and prerequisites
//! without an estimate take no time; a step without one makes the sum "at least".

use super::baseline::Baseline;
use super::spread::{Spread, Stretch};
use super::turns::Turn;
use super::{Actual, Row, Stage};
use crate::run::outline::is_heading;
use crate::run::state::{Count, Going, Run};
use crate::runbook::model::{Action, Parent, StepId};
use crate::runbook::plan::{Item, ItemKind, ItemState};

/// Is what something takes.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Load {
    /// All of it.
    pub full: Spread,
    /// What of it is still to come.
    pub left: Spread,
    /// How many items are open.
    open: usize,
    /// How many are settled.
    closed: usize,
    /// When the last of them was.
    ended_ms: Option<i64>,
}

impl Load {
    /// Takes other figures for the same items.
    pub fn taking(self, full: Spread, left: Spread) -> Self {
        Self { full, left, ..self }
    }

    fn plus(self, next: Self) -> Self {
        Self { full: self.full.plus(next.full), left: self.left.plus(next.left), ..self.counting(next) }
    }

    /// Adds what comes instead.
    fn or(self, other: Self) -> Self {
        Self { full: self.full.or(other.full), left: self.left.or(other.left), ..self.counting(other) }
    }

    fn counting(self, next: Self) -> Self {
        let (open, closed) = (self.open + next.open, self.closed + next.closed);
        Self { open, closed, ended_ms: self.ended_ms.max(next.ended_ms), ..self }
    }

    /// Counts nothing as the least of what may not come at all, and "at least" where a list is not known.
    pub fn in_doubt(self, item: &Item, above: Option<&Item>) -> Self {
        let is_of_above = |names| match above.map(|above| &above.state) {
            Some(ItemState::Undecided(known) | ItemState::Growing(known)) => known == names,
            _ => false,
        };
        let (full, left) = match &item.state {
            ItemState::Undecided(names) if !is_of_above(names) => (self.full.or_nothing(), self.left.or_nothing()),
            ItemState::Growing(_) => (self.full.at_least(), self.left.at_least()),
            _ => (self.full, self.left),
        };
        self.taking(full, left)
    }
}

/// Goes through the items of one part.
pub(super) struct Walk<'a> {
    run: &'a Run,
    now_ms: i64,
    turn: Turn,
    /// The place of the item whose turn it is.
    next: Option<usize>,
    /// When each item was settled, by its place; nothing where that does not matter.
    ends: &'a [Option<i64>],
    /// When the last item so far was settled.
    settled_ms: i64,
    /// The rows of the steps, counted from the beginning of the part.
    pub rows: Vec<Row>,
}

/// Is where in the part an item stands.
#[derive(Clone, Copy, Default)]
struct Offset {
    full: Spread,
    left: Spread,
}

impl Offset {
    fn plus(self, load: Load) -> Self {
        Self { full: self.full.plus(load.full), left: self.left.plus(load.left) }
    }
}

impl<'a> Walk<'a> {
    /// Begins with a part.
    pub fn of(run: &'a Run, (part, turn): (usize, Turn), now_ms: i64, ends: &'a [Option<i64>]) -> Self {
        let is_going = turn.stage == Stage::UnderWay;
        let next = run.layout().sections().get(part).and_then(|section| run.layout().turn_in(section));
        let settled_ms = turn.span.map_or(now_ms, |span| span.began.at_ms);
        Self { run, now_ms, turn, next: next.filter(|_| is_going), ends, settled_ms, rows: Vec::new() }
    }

    /// Adds up what stands below a heading, up to a place.
    pub fn below(&mut self, at: usize, to: usize) -> Load {
        self.children((at, to), Offset::default())
    }

    fn children(&mut self, (above, to): (usize, usize), mut offset: Offset) -> Load {
        if let Some(choice) = self.choice(above) {
            return self.options((above, to), choice, offset);
        }
        let mut sum = Load::default();
        let mut at = above + 1;
        while at < to {
            let end = self.end_of(at, to);
            let load = self.item((at, end), above, offset);
            (sum, offset) = (sum.plus(load), offset.plus(load));
            at = end;
        }
        sum
    }

    /// Gives the step where something is chosen, if an item is one.
    fn choice(&self, at: usize) -> Option<StepId> {
        let step = self.run.items()[at].kind.step()?;
        matches!(self.run.runbook().step(step).action, Action::Choose(_)).then_some(step)
    }

    /// Takes the longest of the options.
    fn options(&mut self, (above, to): (usize, usize), choice: StepId, offset: Offset) -> Load {
        let mut longest = Load::default();
        let (mut option, mut last) = (Load::default(), None);
        let mut at = above + 1;
        while at < to {
            let end = self.end_of(at, to);
            let own = self.option_of(at, choice);
            if own != last {
                (longest, option, last) = (longest.or(option), Load::default(), own);
            }
            let load = self.item((at, end), above, offset.plus(option));
            option = option.plus(load);
            at = end;
        }
        longest.or(option)
    }

    fn option_of(&self, at: usize, choice: StepId) -> Option<u32> {
        let step = self.run.items()[at].kind.step()?;
        match self.run.runbook().step(step).parent {
            Parent::Option(of, option) if of == choice => Some(option),
            _ => None,
        }
    }

    fn end_of(&self, at: usize, to: usize) -> usize {
        let items = &self.run.items()[..to];
        at + 1 + items[at + 1..].iter().take_while(|item| item.depth > items[at].depth).count()
    }

    fn item(&mut self, (at, end): (usize, usize), above: usize, offset: Offset) -> Load {
        let run = self.run;
        let (item, above) = (&run.items()[at], &run.items()[above]);
        if matches!(item.state, ItemState::NotApplicable(_)) || matches!(item.kind, ItemKind::Undo(_)) {
            self.add_row_out(at);
            return Load::default();
        }
        let began_ms = self.settled_ms;
        let row = self.rows.len();
        let own = self.own(at);
        let below = own.plus(self.children((at, end), offset.plus(own)));
        let Some(estimate) = run.estimate(item) else { return below.in_doubt(item, Some(above)) };
        let baseline = Baseline::of(Some(estimate), below.full, None);
        let (load, line) = self.estimated((at, end), (baseline, below), (began_ms, offset));
        self.rows.insert(row, line);
        load.in_doubt(item, Some(above))
    }

    /// Adds the row of a step that does not apply.
    fn add_row_out(&mut self, at: usize) {
        let item = &self.run.items()[at];
        if let Some(estimate) = self.run.estimate(item) {
            let baseline = Baseline::of(Some(estimate), Spread::default(), None);
            self.rows.push(Row::of((at, item), Stage::DoesNotApply, baseline));
        }
    }

    /// Gives what an item takes by itself, which nobody estimated.
    fn own(&mut self, at: usize) -> Load {
        let (run, item) = (self.run, &self.run.items()[at]);
        let unknown = if matches!(item.kind, ItemKind::Step(_)) && !is_heading(run, item) {
            Spread::UNKNOWN
        } else {
            Spread::default()
        };
        match run.count(item) {
            Count::Out => Load::default(),
            Count::Closed => {
                let ended_ms = self.ends.get(at).copied().flatten();
                self.settled_ms = self.settled_ms.max(ended_ms.unwrap_or(self.settled_ms));
                Load { full: unknown, closed: 1, ended_ms, ..Load::default() }
            }
            Count::Open | Count::Aside => Load { full: unknown, left: unknown, open: 1, ..Load::default() },
        }
    }

    /// Counts an estimate for all that stands below it.
    fn estimated(
        &self,
        (at, end): (usize, usize),
        (baseline, below): (Baseline, Load),
        (began_ms, offset): (i64, Offset),
    ) -> (Load, Row) {
        let since_ms = self.since((at, end), began_ms, below);
        let stage = self.stage(below, since_ms);
        let going = since_ms.filter(|_| stage == Stage::UnderWay).map(|since_ms| self.passed_since(since_ms));
        let left = baseline.left(stage, below.left, going);
        let mut row = Row::of((at, &self.run.items()[at]), stage, baseline);
        row.planned = Some(Stretch::lasting(offset.full, baseline.length));
        row.forecast = matches!(stage, Stage::Open | Stage::UnderWay).then(|| Stretch::lasting(offset.left, left));
        row.actual = since_ms.map(|began_ms| Actual { began_ms, ended_ms: ended_ms(stage, below) });
        row.elapsed_ms = match row.actual {
            Some(Actual { began_ms, ended_ms: Some(ended_ms) }) => self.took_ms(began_ms, ended_ms),
            _ => going,
        };
        row.over_ms = row.elapsed_ms.and_then(|elapsed_ms| baseline.over_ms(elapsed_ms));
        (below.taking(baseline.length, left), row)
    }

    /// Says since when something was under way, if it was begun.
    fn since(&self, (at, end): (usize, usize), began_ms: i64, below: Load) -> Option<i64> {
        let is_next = self.next.is_some_and(|next| (at..end).contains(&next));
        if below.closed > 0 || is_next {
            return (below.open + below.closed > 0).then_some(began_ms);
        }
        match self.run.work(&self.run.items()[at].id).map(|work| &work.action) {
            Some(Going::Running(since_ms)) => Some(*since_ms),
            _ => None,
        }
    }

    fn stage(&self, below: Load, since_ms: Option<i64>) -> Stage {
        match (below.open, below.closed) {
            (0, 0) => Stage::DoesNotApply,
            (0, _) => Stage::Done,
            _ if self.turn.stage == Stage::UnderWay && since_ms.is_none() => Stage::Open,
            _ => self.turn.stage,
        }
    }

    /// Gives the least time that has passed for an item: all that the part stood still may have been since then.
    fn passed_since(&self, since_ms: i64) -> i64 {
        (self.now_ms - since_ms - self.turn.stood_ms(self.now_ms)).clamp(0, self.turn.elapsed_ms)
    }

    /// Gives how long an item took; nothing when the part stood still and nobody knows during which.
    fn took_ms(&self, began_ms: i64, ended_ms: i64) -> Option<i64> {
        /// Two clocks may part by so much.
        const SLACK_MS: i64 = 1_000;
        (self.turn.stood_ms(self.now_ms) <= SLACK_MS).then_some((ended_ms - began_ms).max(0))
    }
}

fn ended_ms(stage: Stage, below: Load) -> Option<i64> {
    below.ended_ms.filter(|_| stage == Stage::Done)
}

/// Finds when each item of a plan was settled, by its place.
pub(super) fn ends(run: &Run) -> Vec<Option<i64>> {
    let at_ms = |n: u64| Some(run.trail().get(usize::try_from(n).ok()?)?.at_ms);
    let mut ends = vec![None; run.items().len()];
    for (n, id) in run.finished() {
        if let Some(at) = run.plan().position(id) {
            ends[at] = at_ms(*n);
        }
    }
    for (end, item) in ends.iter_mut().zip(run.items()).filter(|(end, _)| end.is_none()) {
        *end = run.work(&item.id).filter(|work| work.settled.is_some()).and_then(|work| at_ms(work.at));
    }
    ends
}
