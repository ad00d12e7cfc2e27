//! What the steps of a run put to a person: questions, and where what is asked is declared.

use super::Run;
use crate::run::answer::declared;
use crate::run::{Asked, Question};
use crate::runbook::model::{Action, Choice, Step, StepId};
use crate::runbook::plan::Item;
use crate::runbook::value::Value;

impl Run {
    /// Gives the questions that a step puts to a person; for an option, what is noted down with it.
    pub fn questions(&self, item: &Item, option: Option<&str>) -> Vec<Question> {
        let Some(id) = item.kind.step() else { return Vec::new() };
        let step = self.runbook.step(id);
        let places: Vec<(u32, &str)> = match option {
            None => self.asked_of(step).collect(),
            Some(option) => asked_by(step, option),
        };
        places.into_iter().filter_map(|(index, name)| self.question(item, (id, index), name)).collect()
    }

    /// Gives what was noted down in a step, by name.
    pub fn noted(&self, item: &Item) -> Vec<(&str, &Value)> {
        let step = item.kind.step().map(|id| self.runbook.step(id));
        let names = step.into_iter().flat_map(Step::values).map(|(name, _)| name);
        let noted = names.filter(|name| self.has_recorded(&item.id, name));
        noted.filter_map(|name| Some((name, self.values.recorded(&item.id, name)?))).collect()
    }

    fn question(&self, item: &Item, (step, index): (StepId, u32), name: &str) -> Option<Question> {
        let asked = Asked::Recorded(step, index);
        let (_, input) = declared(&self.runbook, step, index)?;
        Some(match input {
            Ok(input) => {
                let ask = self.plan.fill(&self.runbook, &self.values, item, &input.ask).text;
                Question::declared(asked, input, ask)
            }
            Err(_) => Question::captured(asked, name),
        })
    }
}

/// Gives the places of the values that are noted down with an option.
pub(in crate::run) fn asked_by<'a>(step: &'a Step, option: &str) -> Vec<(u32, &'a str)> {
    let Action::Choose(options) = &step.action else { return Vec::new() };
    let of = |choice: &Choice| choice.record.len();
    let Some(at) = options.iter().position(|choice| choice.id == option) else { return Vec::new() };
    let all: usize = options.iter().map(of).sum();
    let before = step.values().count() - all + options[..at].iter().map(of).sum::<usize>();
    (0..).zip(step.values().map(|(name, _)| name)).skip(before).take(of(&options[at])).collect()
}
