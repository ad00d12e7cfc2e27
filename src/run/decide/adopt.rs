//! Going over to another edition of the runbook: only steps that were not begun may be other ones in it.

use super::{Decision, said, wheel};
use crate::run::edition::{Adoption, Edition};
use crate::run::event::{Stamp, What};
use crate::run::refusal::Refusal;
use crate::run::state::{Run, Work, answers_of};
use crate::runbook::compare::{differences, is_same};
use crate::runbook::format::Kind;
use crate::runbook::model::{Runbook, StepId};
use crate::runbook::plan::{Item, ItemKind, ItemState, Plan, is_answer, plan};

/// How many changes are recorded in words.
const MOST_CHANGES: usize = 20;
/// How long the words for one of them are.
const MOST_WORDS: usize = 200;

pub(super) fn adopt(run: &Run, stamp: &Stamp, (edition, why): (&Edition, &str)) -> Result<Decision, Refusal> {
    let taken = wheel::take(run, stamp)?;
    let why = said(why)?;
    run.check_adopt(edition)?;
    let changes = edition.runbook().map(|now| shortened(differences(run.runbook(), now))).unwrap_or_default();
    let evidence = edition.files().iter().map(|(_, text)| text.clone()).collect();
    let what = What::RunbookAdopted(Box::new(Adoption::of(edition, (why, changes))));
    Ok(Decision { evidence, ..Decision::of(stamp, what) }.after(stamp, taken))
}

/// Leaves out what would be too much for a record.
fn shortened(changes: Vec<String>) -> Vec<String> {
    let more = changes.len().saturating_sub(MOST_CHANGES);
    let short = |change: String| match change.char_indices().nth(MOST_WORDS) {
        Some((end, _)) => format!("{}…", change.get(..end).unwrap_or_default()),
        None => change,
    };
    let more = (more > 0).then(|| format!("and {more} more"));
    changes.into_iter().take(MOST_CHANGES).map(short).chain(more).collect()
}

impl Run {
    /// Says why the run cannot go over to another edition of its runbook now, whoever wants it.
    pub fn check_adopt(&self, edition: &Edition) -> Result<(), Refusal> {
        self.check_is_quiet()?;
        let now = edition.runbook().ok_or(Refusal::RunbookLost)?;
        if self.files_in_force().eq(edition.hashes()) {
            return Err(Refusal::SameRunbook);
        }
        if now.main().id != self.runbook().main().id {
            return Err(Refusal::OtherRunbook(now.main().id.clone()));
        }
        self.check_answers(now)?;
        let values = self.values_with(now);
        let plan = plan(now, &values).map_err(|_| Refusal::TooLarge)?;
        let mut begun = self.items().iter().filter(|item| self.work(&item.id).is_some_and(Work::is_touched));
        begun.try_for_each(|item| self.check_stays(item, (now, &plan)))
    }

    /// Checks that nothing is under way.
    pub(super) fn check_is_quiet(&self) -> Result<(), Refusal> {
        if let Some(item) = self.running().find_map(|(id, _)| self.plan().item(id)) {
            return Err(Refusal::StillRunning(item.number.clone()));
        }
        match (self.ad_hoc().1, self.rechecks().len()) {
            (true, _) => Err(Refusal::StillRunning("the command beside the runbook".to_owned())),
            (false, 0) => Ok(()),
            (false, count) => Err(Refusal::LookingAgain(count)),
        }
    }

    /// Checks that what was answered at the start are answers to what is asked now.
    fn check_answers(&self, now: &Runbook) -> Result<(), Refusal> {
        let answered = answers_of(now, self.start());
        for input in now.main().inputs.iter().filter(|input| input.kind != Kind::Secret) {
            let value = answered.iter().find(|(name, _)| *name == &*input.name).map(|(_, value)| value);
            match value {
                None if self.start().answers.iter().any(|(name, _)| **name == *input.name) => {
                    return Err(Refusal::AnswerUnfit(input.name.to_string()));
                }
                None => return Err(Refusal::Unanswered(input.name.to_string())),
                Some(value) if !is_answer(input, value) => return Err(Refusal::AnswerUnfit(input.name.to_string())),
                Some(_) => {}
            }
        }
        Ok(())
    }

    /// Checks that an item that was begun stays what it is.
    fn check_stays(&self, item: &Item, (now, plan): (&Runbook, &Plan)) -> Result<(), Refusal> {
        let gone = || Refusal::StepGone(item.number.clone());
        let other = plan.item(&item.id).ok_or_else(gone)?;
        let is_left_out = |item: &Item| matches!(item.state, ItemState::NotApplicable(_));
        if is_left_out(other) && !is_left_out(item) {
            return Err(gone());
        }
        let is_same = match (step_of(item.kind), step_of(other.kind)) {
            (Some(old), Some(new)) => {
                item.kind.word() == other.kind.word() && is_same((self.runbook(), old), (now, new))
            }
            (old, new) => old.is_none() && new.is_none(),
        };
        if is_same { Ok(()) } else { Err(Refusal::StepChanged(item.number.clone())) }
    }
}

fn step_of(kind: ItemKind) -> Option<StepId> {
    match kind {
        ItemKind::Undo(step) => Some(step),
        kind => kind.step(),
    }
}
