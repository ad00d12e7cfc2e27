//! Where a run goes other than to the next item: where an option leads, what is done again, what is
//! taken back.

use super::refusal::Refusal;
use super::state::Run;
use crate::runbook::model::{Action, Then};
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

    /// Gives the items that can be taken back: those done since the last restore point, the newest first.
    pub(super) fn undoable(&self) -> Vec<String> {
        let step = |id: &str| self.plan().item(id).and_then(|item| item.kind.step()).map(|id| self.runbook().step(id));
        let since = self.finished().iter().rev().take_while(|(_, id)| !step(id).is_some_and(|step| step.restore_point));
        let undoable = since.filter(|(_, id)| step(id).is_some_and(|step| step.undo.is_some()));
        undoable.map(|(_, id)| id.to_string()).collect()
    }
}
