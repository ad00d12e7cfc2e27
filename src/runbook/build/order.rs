//! When things are known: what comes before what, in which loop, and under which condition.

use std::collections::HashSet;

use super::declare::LoopName;
use super::{Builder, Time};
use crate::runbook::diagnostic::{Code, Diagnostic};
use crate::runbook::model::StepId;
use crate::runbook::place::Place;

impl Builder<'_> {
    /// Says whether a step is over by the time the thing being built is needed.
    pub(super) fn is_earlier(&self, step: StepId) -> bool {
        let other = &self.declared.steps[step.0 as usize];
        match (self.scope.time, self.scope.step) {
            (Time::Any | Time::BackOut, _) => !other.in_back_out || self.scope.step.is_none_or(|own| step < own),
            (Time::Start, _) => false,
            (Time::AfterStep, Some(own)) if step == own => true,
            (_, Some(own)) => {
                step < own
                    && self.activity_is_earlier(other.activity)
                    && !(other.in_back_out && self.scope.activity.is_some())
            }
            (_, None) => {
                self.scope.activity.is_some()
                    && self.activity_is_earlier(other.activity)
                    && other.activity != self.scope.activity
            }
        }
    }

    /// Says whether an activity is surely begun before the one being built, by `after` or by order.
    fn activity_is_earlier(&self, other: Option<u32>) -> bool {
        let (Some(other), Some(own)) = (other, self.scope.activity) else {
            return true;
        };
        let after = &self.declared.books[usize::from(self.scope.book.0)].after;
        if after.iter().all(Option::is_none) {
            return other <= own;
        }
        let mut earlier = self.earlier.borrow_mut();
        let key = (self.scope.book, own);
        if earlier.as_ref().is_none_or(|(of, _)| *of != key) {
            *earlier = Some((key, reached(after, own)));
        }
        earlier.as_ref().is_some_and(|(_, reached)| reached.get(other as usize).is_some_and(|reached| *reached))
    }

    /// Checks that a step in a loop is referred to from inside the same loop.
    pub(super) fn check_rounds(&mut self, step: StepId, name: &str, place: Place) {
        let there = self.declared.steps[step.0 as usize].place;
        let missing = self
            .rounds_of(step)
            .into_iter()
            .find(|outer| !self.scope.rounds.iter().any(|own| own.name == outer.name && own.list == outer.list));
        if let Some(round) = missing {
            let message = format!("there is a `{name}` for each {}, and this is outside that loop", round.name);
            let help = format!("use it inside `for_each: {{ {}: {} }}`", round.name, round.list);
            self.report(
                Diagnostic::new(Code::OutsideLoop, place, message).related(there, "it is in the loop").help(help),
            );
        }
    }

    /// Returns the loops a step is in.
    fn rounds_of(&self, step: StepId) -> Vec<LoopName> {
        let mut rounds = Vec::new();
        let mut at = Some(step);
        while let Some(step) = at {
            let declaration = &self.declared.steps[step.0 as usize];
            rounds.extend(declaration.round.clone());
            at = declaration.up;
        }
        let activity = self.declared.steps[step.0 as usize].activity;
        let book = &self.declared.books[usize::from(self.scope.book.0)];
        rounds.extend(activity.and_then(|at| book.rounds.get(at as usize).cloned().flatten()));
        rounds
    }

    /// Says whether a value will surely be there: its step is not conditional, or we are under the same condition.
    pub(super) fn is_sure(&self, step: StepId, in_option: bool) -> bool {
        if self.scope.conditional || matches!(self.scope.time, Time::Any | Time::BackOut) {
            return true;
        }
        let mut ours = HashSet::new();
        let mut at = self.scope.step;
        while let Some(step) = at {
            ours.insert(step);
            at = self.declared.steps[step.0 as usize].up;
        }
        if in_option && !ours.contains(&step) {
            return false;
        }
        let mut at = Some(step);
        while let Some(step) = at {
            let declaration = &self.declared.steps[step.0 as usize];
            if declaration.conditional && !ours.contains(&step) {
                return false;
            }
            at = declaration.up;
        }
        true
    }
}

/// Marks an activity and those that are surely begun before it.
fn reached(after: &[Option<Vec<u32>>], own: u32) -> Vec<bool> {
    let mut seen = vec![false; after.len()];
    let mut open = vec![own];
    while let Some(at) = open.pop() {
        let Some(seen) = seen.get_mut(at as usize).filter(|seen| !**seen) else { continue };
        *seen = true;
        match &after[at as usize] {
            Some(listed) => open.extend(listed),
            None => open.extend(at.checked_sub(1)),
        }
    }
    seen
}
