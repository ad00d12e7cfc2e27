//! Which part of a run had the time when: what each took, what is under way, what is still to come.
//!
//! One person drives, so that a moment belongs to one part only: of those that were under way then, to
//! the first in the order of the plan. A part begins when the one before it ended, or when it may: what
//! a person does before he first signs for it is time of that part too. Pauses belong to none.

use std::collections::BTreeMap;

use super::Stage;
use crate::run::state::{Moment, Run, Span};
use crate::runbook::plan::{Item, ItemKind, ItemState};
use crate::runbook::value::Value;

/// Is the time that a part had.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::run) struct Turn {
    /// How far it is.
    pub stage: Stage,
    /// When it began and ended; nothing when it was not begun.
    pub span: Option<Span>,
    /// How long it took so far, pauses and other parts left out.
    pub elapsed_ms: i64,
    /// Whether no other part had any of its time, and its end is known.
    pub is_whole: bool,
    /// Before when it must not begin.
    pub hold_ms: Option<i64>,
}

impl Turn {
    /// Gives how much of the time since it began was not its own, up to its end or now.
    pub fn stood_ms(&self, now_ms: i64) -> i64 {
        let wall = self.span.map_or(0, |span| span.ended.map_or(now_ms, |ended| ended.at_ms) - span.began.at_ms);
        (wall - self.elapsed_ms).max(0)
    }
}

/// Finds the turns of all parts, in the order of the plan.
pub(in crate::run) fn turns(run: &Run, now_ms: i64) -> Vec<Turn> {
    let holds = holds(run);
    let view = View::of(run, now_ms);
    let at_turn = view.at_turn(&holds);
    let mut taken = Taken::default();
    let turn = |(part, hold_ms): (usize, &Option<i64>)| {
        let stage = view.stage(part, at_turn == Some(part));
        let span = view.span(part, (stage, *hold_ms));
        let end = view.end(part);
        let stretch = span.map(|span| (span.began.ran_ms, span.ended.unwrap_or(end).ran_ms));
        let elapsed_ms = stretch.map_or(0, |stretch| taken.take(stretch));
        let is_whole = stretch.is_some_and(|(from, to)| to - from == elapsed_ms)
            && run.span(view.id(part)).is_some_and(|span| span.ended.is_some());
        Turn { stage, span, elapsed_ms, is_whole, hold_ms: *hold_ms }
    };
    holds.iter().enumerate().map(turn).collect()
}

/// Is a run at a moment, as its parts see it.
struct View<'a> {
    run: &'a Run,
    now: Moment,
    /// Since when it stands still, or now.
    still_ms: i64,
    /// When parts ended, in order, each with its place.
    ends: Vec<(Moment, usize)>,
}

impl<'a> View<'a> {
    fn of(run: &'a Run, now_ms: i64) -> Self {
        let now = Moment { at_ms: now_ms, ran_ms: run.ran_at(now_ms) };
        let still_ms = run.paused().map_or(now_ms, |pause| pause.since_ms.min(now_ms));
        let mut view = Self { run, now, still_ms, ends: Vec::new() };
        let ended = |part: usize| Some((view.ended(part)?, part));
        let mut ends: Vec<_> = (0..run.layout().sections().len()).filter_map(ended).collect();
        ends.sort_by_key(|(moment, _)| moment.ran_ms);
        view.ends = ends;
        view
    }

    fn head(&self, part: usize) -> &'a Item {
        &self.run.items()[self.run.layout().sections()[part].head]
    }

    fn id(&self, part: usize) -> &'a str {
        &self.head(part).id
    }

    fn is_back(&self, part: usize) -> bool {
        self.run.layout().sections()[part].head >= self.run.plan().forward().len()
    }

    fn is_over(&self, part: usize) -> bool {
        self.run.layout().is_over(&self.run.layout().sections()[part])
    }

    fn applies(&self, part: usize) -> bool {
        let head = self.run.layout().sections()[part].head;
        self.run.layout().below(head).of > 0
    }

    /// Tells whether what is not over of the way forward stays so.
    fn is_left(&self) -> bool {
        self.run.back_out().is_some() || self.run.stopped().is_some() || self.run.closed().is_some()
    }

    fn stage(&self, part: usize, has_turn: bool) -> Stage {
        let is_begun = has_turn || self.run.span(self.id(part)).is_some();
        match self.is_back(part) {
            _ if !self.applies(part) => Stage::DoesNotApply,
            true if self.run.back_out().is_none() => Stage::InReserve,
            _ if self.is_over(part) => Stage::Done,
            true if self.run.closed().is_some() => Stage::Left,
            true => Stage::UnderWay,
            false if self.is_left() => Stage::Left,
            false if is_begun => Stage::UnderWay,
            false => Stage::Open,
        }
    }

    /// Finds the part that is under way although nothing was recorded of it yet.
    fn at_turn(&self, holds: &[Option<i64>]) -> Option<usize> {
        let is_open = |part: &usize| self.applies(*part) && !self.is_over(*part) && !self.is_back(*part);
        let mut open = (0..holds.len()).filter(is_open);
        let first = open.next().filter(|_| !self.is_left())?;
        let may_begin = holds[first].is_none_or(|hold_ms| hold_ms <= self.now.at_ms);
        let is_decided = self.head(first).state == ItemState::Open;
        (may_begin && is_decided && !open.any(|part| self.goes_on(part))).then_some(first)
    }

    /// Tells whether a part was begun in its turn.
    fn goes_on(&self, part: usize) -> bool {
        let head = self.run.layout().sections()[part].head;
        self.run.span(self.id(part)).is_some() && self.run.layout().gate_of_section(head).is_none()
    }

    /// Says when a part was over.
    fn ended(&self, part: usize) -> Option<Moment> {
        let span = self.run.span(self.id(part)).filter(|_| self.is_over(part) && self.applies(part))?;
        Some(span.ended.unwrap_or_else(|| self.last_done(part, span.began)))
    }

    /// Finds when the last item of a part was done that became over by something outside of it.
    fn last_done(&self, part: usize, began: Moment) -> Moment {
        let (from, to) = self.run.part(part);
        let is_in = |id: &str| self.run.plan().position(id).is_some_and(|at| (from..to).contains(&at));
        let last = self.run.finished().iter().rev().find(|(_, id)| is_in(id));
        let entry = last.and_then(|(n, _)| self.run.trail().get(usize::try_from(*n).ok()?));
        let at_ms = entry.map_or(began.at_ms, |entry| entry.at_ms.max(began.at_ms));
        let ran_ms = (began.ran_ms + (at_ms - began.at_ms)).min(self.now.ran_ms);
        Moment { at_ms, ran_ms }
    }

    /// Gives the moment up to which a part that is not over had time.
    fn end(&self, part: usize) -> Moment {
        let back_out = self.run.back_out().filter(|_| !self.is_back(part));
        back_out.map_or(self.now, |back_out| back_out.began)
    }

    fn span(&self, part: usize, (stage, hold_ms): (Stage, Option<i64>)) -> Option<Span> {
        let ended = (stage == Stage::Done).then(|| self.ended(part)).flatten();
        if let Some(back_out) = self.run.back_out().filter(|_| self.is_back(part)) {
            return matches!(stage, Stage::Done | Stage::UnderWay | Stage::Left)
                .then_some(Span { began: back_out.began, ended });
        }
        let touched = self.run.span(self.id(part)).map(|span| span.began);
        match (stage, touched) {
            (Stage::Done | Stage::UnderWay | Stage::Left, Some(first)) => {
                Some(Span { began: self.began(part, first, hold_ms), ended })
            }
            (Stage::UnderWay, None) => {
                let first = Moment { at_ms: self.still_ms, ran_ms: self.now.ran_ms };
                Some(Span { began: self.began(part, first, hold_ms), ended })
            }
            _ => None,
        }
    }

    /// Finds when the turn of a part came that was first recorded at a moment.
    fn began(&self, part: usize, first: Moment, hold_ms: Option<i64>) -> Moment {
        let before = self.ends.partition_point(|(ended, _)| ended.ran_ms <= first.ran_ms);
        // Of what ended in the same moment only that counts which comes before.
        let is_before = |(ended, other): &&(Moment, usize)| ended.ran_ms < first.ran_ms || *other < part;
        let last = self.ends[..before].iter().rev().find(|end| end.1 != part && is_before(end));
        let turn = last.map_or_else(|| self.start(), |(ended, _)| *ended);
        let came_ms = hold_ms.map_or(turn.at_ms, |hold_ms| turn.at_ms.max(hold_ms));
        let lead_ms = (first.ran_ms - turn.ran_ms).min(first.at_ms - came_ms).max(0);
        Moment { at_ms: came_ms.min(first.at_ms), ran_ms: first.ran_ms - lead_ms }
    }

    fn start(&self) -> Moment {
        Moment { at_ms: self.run.trail().first().map_or(0, |entry| entry.at_ms), ran_ms: 0 }
    }
}

/// Finds before when each part must not begin.
///
/// Where no activity says so itself, the first one begins with the window.
fn holds(run: &Run) -> Vec<Option<i64>> {
    let heads: Vec<_> = run.layout().sections().iter().map(|section| &run.items()[section.head]).collect();
    let mut holds: Vec<_> = heads.iter().map(|head| not_before(run, head)).collect();
    if !run.says_when_to_begin() {
        let is_first = |head: &&Item| {
            matches!(head.kind, ItemKind::Activity(_)) && !matches!(head.state, ItemState::NotApplicable(_))
        };
        let first = heads.iter().position(is_first).and_then(|at| holds.get_mut(at));
        if let Some(hold) = first {
            *hold = run.window().map(|(start, _)| start);
        }
    }
    holds
}

fn not_before(run: &Run, head: &Item) -> Option<i64> {
    let ItemKind::Activity(id) = head.kind else { return None };
    let moment = run.runbook().activity(id).not_before.as_ref()?;
    match run.plan().value(run.runbook(), run.values(), head, moment) {
        Ok(Value::Moment(moment)) => Some(moment.timestamp_millis()),
        _ => None,
    }
}

/// Is the time that is given away already, as stretches that do not meet.
#[derive(Default)]
struct Taken(BTreeMap<i64, i64>);

impl Taken {
    /// Takes what is still free of a stretch, and says how much that was.
    fn take(&mut self, (from, to): (i64, i64)) -> i64 {
        let to = to.max(from);
        let met: Vec<_> =
            self.0.range(..=to).rev().take_while(|(_, end)| **end >= from).map(|(start, end)| (*start, *end)).collect();
        let shared: i64 = met.iter().map(|(start, end)| to.min(*end) - from.max(*start)).sum();
        met.iter().for_each(|(start, _)| {
            self.0.remove(start);
        });
        let start = met.iter().map(|(start, _)| *start).fold(from, i64::min);
        let end = met.iter().map(|(_, end)| *end).fold(to, i64::max);
        self.0.insert(start, end);
        to - from - shared
    }
}
