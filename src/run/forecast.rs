//! The forecast: what each part of a run should take, takes and took, and when the run ends.
//!
//! [`Forecast::of`] is a pure function of a run, of what past runs took, and of the time; it goes once
//! through the plan. What is open counts with its estimate, what is under way with the longer of its
//! estimate and what has passed. Parts come one after the other even where `after` would let them
//! overlap: one person drives. What past runs took serves where the author gives no figure; how long
//! the way back takes is always the author's word, as it is where `decide` holds items against the
//! window. `turns` finds who had the time when, `walk` adds up a part, `words` says it.

use std::sync::Arc;

use super::history::{Figures, History, Tally};
use super::state::Run;
use crate::runbook::plan::{Item, ItemKind};

mod baseline;
mod needle;
mod spread;
mod table;
mod turns;
mod walk;
mod words;

pub use baseline::{Baseline, Source};
pub use needle::{Fit, LastSafe, Nearness, Phase, WindowClock};
pub use spread::{Spread, Stretch};
pub use table::Told;
pub use words::{Teller, lasts, until};

pub(super) use baseline::high_ms;
pub(super) use turns::{Turn, turns};

use walk::{Load, Walk, ends};

/// Says how far something is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Stage {
    /// It is to be done.
    #[default]
    Open,
    /// It is under way.
    UnderWay,
    /// It is done.
    Done,
    /// It does not apply.
    DoesNotApply,
    /// It is part of a way back that the run is not on.
    InReserve,
    /// It was not done when the run was backed out, stopped or closed.
    Left,
}

/// Says when something was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Actual {
    /// When it began, in milliseconds since 1970 in UTC.
    pub began_ms: i64,
    /// When it ended.
    pub ended_ms: Option<i64>,
}

/// Is a line of the time table: a part, or a step with an estimate of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The id of its item; that of the heading for a part.
    pub id: Arc<str>,
    /// The place of that item in the plan.
    pub at: usize,
    /// Whether it is a part: the requirements, an activity or the way back.
    pub is_part: bool,
    /// How far it is.
    pub stage: Stage,
    /// What it should take.
    pub baseline: Baseline,
    /// What it took in past runs, whether that serves or not.
    pub past: Option<Figures>,
    /// When it was to be, by the plan as it is now.
    pub planned: Option<Stretch>,
    /// When it is, as far as can be told; for what is done, when it was.
    pub forecast: Option<Stretch>,
    /// When it was.
    pub actual: Option<Actual>,
    /// How long it took so far, pauses left out; nothing where it was not begun or that cannot be told.
    pub elapsed_ms: Option<i64>,
    /// By how much that goes beyond the most it should take.
    pub over_ms: Option<i64>,
}

impl Row {
    fn of((at, item): (usize, &Item), stage: Stage, baseline: Baseline) -> Self {
        Self {
            id: Arc::clone(&item.id),
            at,
            is_part: false,
            stage,
            baseline,
            past: None,
            planned: None,
            forecast: None,
            actual: None,
            elapsed_ms: None,
            over_ms: None,
        }
    }

    /// Tells how much later than planned it ends, at the most; less than nothing when it is earlier.
    pub fn late_ms(&self) -> Option<i64> {
        let (planned, forecast) = self.planned.zip(self.forecast)?;
        Some(forecast.end.high_ms - planned.end.high_ms)
    }

    /// Counts what is forecast from the moment at which its part goes on; what is done stays as it was.
    fn place(&mut self, from: Option<Spread>) {
        let exactly = |ms| Spread::exactly(ms);
        self.forecast = match (self.stage, self.actual) {
            (Stage::Done, Some(Actual { began_ms, ended_ms })) => {
                ended_ms.map(|ended_ms| Stretch { start: exactly(began_ms), end: exactly(ended_ms) })
            }
            (Stage::UnderWay, Some(Actual { began_ms, .. })) => {
                let placed = self.forecast.zip(from).map(|(stretch, from)| stretch.after(from));
                placed.map(|stretch| Stretch { start: exactly(began_ms), ..stretch })
            }
            _ => self.forecast.zip(from).map(|(stretch, from)| stretch.after(from)),
        };
    }
}

/// Is when a run ends, and when what in it begins and ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Forecast {
    /// The moment that it is made for, in milliseconds since 1970 in UTC; the end of a run that is closed.
    pub now_ms: i64,
    /// The time table, in the order of the plan.
    pub rows: Vec<Row>,
    /// When the run ends; on the way back, when that ends.
    pub end: Spread,
    /// When it ends if it is backed out now; on the way back the same as the end.
    pub backed_out: Option<Spread>,
    /// The last moment at which a way back still fits into the window.
    pub last_safe: Option<LastSafe>,
    /// How the window stands.
    pub window: Option<WindowClock>,
}

impl Forecast {
    /// Makes the forecast of a run at a moment.
    pub fn of(run: &Run, history: &History, now_ms: i64) -> Self {
        let now_ms = run.closed().and_then(|_| run.trail().last()).map_or(now_ms, |entry| entry.at_ms);
        let (ends, tally) = (ends(run), history.tally(run));
        let view = View { run, tally, now_ms, ends: &ends };
        let turns = turns(run, now_ms).into_iter().enumerate();
        let mut parts: Vec<_> = turns.map(|(part, turn)| view.part(part, turn)).collect();
        plan_parts(run, &mut parts);
        let end = forecast_parts(run, &mut parts, now_ms);
        let rows = parts.into_iter().flat_map(Part::into_rows).collect();
        let (backed_out, last_safe) = (backed_out(run, end, now_ms), LastSafe::of(run, now_ms));
        Self { now_ms, rows, end, backed_out, last_safe, window: WindowClock::of(run, now_ms) }
    }

    /// Finds the row of an item.
    pub fn row(&self, id: &str) -> Option<&Row> {
        self.rows.iter().find(|row| &*row.id == id)
    }

    /// Finds the row of the item at a place, if it is still there.
    pub fn row_at(&self, (at, id): (usize, &str)) -> Option<&Row> {
        let found = self.rows.binary_search_by_key(&at, |row| row.at).ok().and_then(|found| self.rows.get(found));
        found.filter(|row| &*row.id == id)
    }

    /// Gives the part that is under way, the first if there are several.
    pub fn under_way(&self) -> Option<&Row> {
        self.rows.iter().find(|row| row.is_part && row.stage == Stage::UnderWay)
    }

    /// Tells whether the run ends before its window does.
    pub fn fit(&self) -> Option<Fit> {
        self.window.map(|window| Fit::of(self.end, window.end_ms))
    }
}

/// Is a run at a moment, with what past runs took.
struct View<'a> {
    run: &'a Run,
    tally: Option<&'a Tally>,
    now_ms: i64,
    ends: &'a [Option<i64>],
}

impl View<'_> {
    /// Adds up a part; its times are counted from its beginning.
    fn part(&self, part: usize, turn: Turn) -> Part {
        let (head, to) = self.run.part(part);
        let item = &self.run.items()[head];
        let mut walk = Walk::of(self.run, (part, turn), self.now_ms, self.ends);
        let below = walk.below(head, to);
        let past = match item.kind {
            ItemKind::Requirements(_) => None,
            _ => self.tally.and_then(|tally| tally.figures(&item.id)),
        };
        let baseline = Baseline::of(self.run.estimate(item), below.full, past);
        let elapsed_ms = turn.span.map(|_| turn.elapsed_ms);
        let left = baseline.left(turn.stage, below.left, elapsed_ms);
        let load = below.taking(baseline.length, left).in_doubt(item, None);
        let mut row = Row { is_part: true, past, elapsed_ms, ..Row::of((head, item), turn.stage, baseline) };
        row.actual =
            turn.span.map(|span| Actual { began_ms: span.began.at_ms, ended_ms: span.ended.map(|ended| ended.at_ms) });
        row.over_ms = elapsed_ms.and_then(|elapsed_ms| baseline.over_ms(elapsed_ms));
        Part { turn, load, row, steps: walk.rows }
    }
}

/// Is a part with its rows.
struct Part {
    turn: Turn,
    load: Load,
    row: Row,
    steps: Vec<Row>,
}

impl Part {
    fn is_back(&self, run: &Run) -> bool {
        self.row.at >= run.plan().forward().len()
    }

    fn into_rows(self) -> impl Iterator<Item = Row> {
        [self.row].into_iter().chain(self.steps)
    }
}

/// Plans the parts one after the other, from the beginning of the window or of the run.
fn plan_parts(run: &Run, parts: &mut [Part]) {
    let started_ms = run.trail().first().map_or(0, |entry| entry.at_ms);
    let window = run.window().filter(|_| !run.says_when_to_begin());
    let begins_ms = window.map_or(started_ms, |(start, _)| start);
    let mut at = Spread::exactly(begins_ms);
    for part in parts.iter_mut() {
        let start = match (part.is_back(run), run.back_out()) {
            _ if part.turn.stage == Stage::DoesNotApply => None,
            (true, None) => None,
            (true, Some(back_out)) => Some(Spread::exactly(back_out.began.at_ms)),
            (false, _) => Some(at.not_before(part.turn.hold_ms)),
        };
        part.row.planned = start.map(|start| Stretch::lasting(start, part.load.full));
        for step in &mut part.steps {
            step.planned = step.planned.zip(start).map(|(stretch, from)| stretch.after(from));
        }
        at = part.row.planned.filter(|_| !part.is_back(run)).map_or(at, |planned| planned.end);
    }
}

/// Forecasts the parts one after the other from now on, those under way first, and gives the end.
fn forecast_parts(run: &Run, parts: &mut [Part], now_ms: i64) -> Spread {
    let mut at = Spread::exactly(now_ms);
    let is_first = |part: &Part| part.row.stage == Stage::UnderWay && !run.waits_its_turn(part.row.at);
    let (first, then): (Vec<_>, Vec<_>) = parts.iter_mut().partition(|part| is_first(part));
    for part in first.into_iter().chain(then) {
        let start = match part.row.stage {
            Stage::UnderWay => Some(at),
            Stage::Open => Some(at.not_before(part.turn.hold_ms)),
            _ => None,
        };
        part.row.forecast = start.map(|_| Stretch::lasting(Spread::default(), part.load.left));
        [&mut part.row].into_iter().chain(&mut part.steps).for_each(|row| row.place(start));
        at = part.row.forecast.filter(|_| start.is_some()).map_or(at, |forecast| forecast.end);
    }
    let is_to_come = |part: &Part| matches!(part.row.stage, Stage::Open | Stage::UnderWay);
    let ended = parts.iter().filter_map(|part| part.row.actual?.ended_ms).max();
    let is_left = |part: &Part| part.row.stage == Stage::Left && run.back_out().is_none();
    match ended.filter(|_| !parts.iter().any(|part| is_left(part) || is_to_come(part))) {
        Some(ended_ms) => Spread::exactly(ended_ms),
        None => at,
    }
}

/// Says when the run ends if it is backed out now.
fn backed_out(run: &Run, end: Spread, now_ms: i64) -> Option<Spread> {
    if run.closed().is_some() {
        return None;
    }
    if run.back_out().is_some() {
        return Some(end);
    }
    Some(Spread::exactly(now_ms).plus(run.back_out_length()?))
}

impl Run {
    /// Gives how long the way back takes by the author's word, if there is one.
    ///
    /// Past runs are left out: what is decided depends on the run alone, and has to be the same whoever
    /// reads it and whatever runs he has.
    pub(super) fn back_out_length(&self) -> Option<Spread> {
        self.runbook().main().back_out.as_ref()?;
        let part = self.layout().sections().len().checked_sub(1)?;
        let (head, to) = self.part(part);
        let item = &self.items()[head];
        let turn = Turn { stage: Stage::InReserve, ..Turn::default() };
        let below = Walk::of(self, (part, turn), 0, &[]).below(head, to);
        matches!(item.kind, ItemKind::BackOut(_)).then(|| Baseline::of(self.estimate(item), below.full, None).length)
    }

    /// Tells whether any activity says by itself when it may begin.
    fn says_when_to_begin(&self) -> bool {
        self.runbook().main().activities.iter().any(|activity| activity.not_before.is_some())
    }

    /// Tells whether a part was begun before its turn, and other parts come first.
    fn waits_its_turn(&self, head: usize) -> bool {
        head < self.plan().forward().len() && self.layout().gate_of_section(head).is_some()
    }
}

#[cfg(test)]
pub(super) mod tests;
