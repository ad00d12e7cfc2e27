//! Where a run goes other than to the next item: where an option leads, what is done again, what is
//! taken back.

use super::event::Found;
use super::refusal::Refusal;
use super::state::{Going, Run};
use crate::runbook::model::{Action, Step, Then};
use crate::runbook::plan::{Item, ItemKind};

impl Run {
    /// Says where the chosen option of an item leads.
    pub(super) fn leads_to(&self, item: &str) -> Option<Then> {
        let step = self.plan().item(item)?.kind.step()?;
        let Action::Choose(options) = &self.runbook().step(step).action else { return None };
        let chosen = self.chosen(item)?;
        options.iter().find(|choice| choice.id == chosen).map(|choice| choice.then)
    }

    /// Finds the items that are done again: from the nearest one before that is meant, up to this one.
    pub(super) fn redone(&self, item: &str, then: Then) -> Option<(usize, usize)> {
        let last = self.plan().position(item)?;
        let is_meant = |kind: ItemKind| match then {
            Then::RedoActivity(id) => kind == ItemKind::Activity(id),
            Then::RedoStep(id) => kind.step() == Some(id),
            Then::Next | Then::BackOut | Then::Stop => false,
        };
        let first = self.items()[..=last].iter().rposition(|item| is_meant(item.kind))?;
        Some((first, last))
    }

    /// Says why a run cannot go back to where an option leads: there is nothing, or some of it is under way.
    pub(super) fn check_redo(&self, item: &str, then: Then) -> Result<(), Refusal> {
        if !matches!(then, Then::RedoActivity(_) | Then::RedoStep(_)) {
            return Ok(());
        }
        let (first, last) = self.redone(item, then).ok_or(Refusal::NothingToRedo)?;
        let is_in = |item: &&Item| self.plan().position(&item.id).is_some_and(|at| (first..=last).contains(&at));
        let running = self.running().filter_map(|(id, _)| self.plan().item(id)).find(is_in);
        running.map_or(Ok(()), |item| Err(Refusal::StillRunning(item.number.clone())))
    }

    /// Gives the items that can be taken back, the newest first: those done since the last restore point, and
    /// those whose action was started since then and did not come to a good end.
    pub(super) fn undoable(&self) -> Vec<String> {
        let is_point = |id: &str| self.step_of(id).is_some_and(|step| step.restore_point);
        let done: Vec<_> = self.finished().iter().rev().take_while(|(_, id)| !is_point(id)).collect();
        let since = self.finished().iter().rev().find(|(_, id)| is_point(id)).map_or(0, |(n, _)| *n);
        let at = |item: &Item| self.work(&item.id).map_or(0, |work| work.at);
        let halfway = self.items().iter().filter(|item| self.halfway(&item.id).is_some() && at(item) > since);
        let mut all: Vec<_> = halfway.rev().map(|item| (at(item), &*item.id)).collect();
        all.extend(done.into_iter().map(|(n, id)| (*n, &**id)));
        all.sort_by_key(|(n, _)| std::cmp::Reverse(*n));
        let undoable = all.into_iter().filter(|(_, id)| self.step_of(id).is_some_and(|step| step.undo.is_some()));
        undoable.map(|(_, id)| id.to_owned()).collect()
    }

    /// Says what became of an action that was started and did not come to a good end that counts.
    pub(super) fn halfway(&self, id: &str) -> Option<&'static str> {
        let work = self.work(id).filter(|work| work.has_run && !self.is_done(id))?;
        match &work.action {
            Going::Idle => None,
            Going::Running(_) => Some("still under way when the back-out began"),
            Going::Lost(_) => Some("its end was never seen"),
            Going::Ended(Found::Failed, _) => Some("failed halfway"),
            Going::Ended(..) => Some("ended, and was not signed"),
        }
    }

    /// Tells whether what an item does is a command.
    pub(super) fn is_command(&self, id: &str) -> bool {
        self.step_of(id).is_none_or(|step| matches!(step.action, Action::Run(_)))
    }

    fn step_of(&self, id: &str) -> Option<&Step> {
        self.plan().item(id).and_then(|item| item.kind.step()).map(|step| self.runbook().step(step))
    }
}
