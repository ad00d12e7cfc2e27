//! Which steps shape the plan: those whose values, choices or ends decide what items there are.
//!
//! After any other step the plan is what it was, and need not be laid out again.

use std::collections::HashSet;

use crate::runbook::model::{Action, Logic, Loop, Name, Over, Part, Runbook, Step, StepId};

/// Says after which steps a plan is to be laid out again.
#[derive(Clone, Debug, Default)]
pub struct Shapers {
    steps: HashSet<StepId>,
    /// Those of them whose ends decide, and not only what they give.
    ends: HashSet<StepId>,
    /// Those of them that decide how many items there are, and not only which of them apply.
    counts: HashSet<StepId>,
    /// Whether any change may matter: a title, which may hold any value, goes into a called runbook.
    all: bool,
}

impl Shapers {
    /// Finds them in a runbook.
    pub fn of(runbook: &Runbook) -> Self {
        let mut shapers = Self::default();
        for book in &runbook.books {
            for activity in &book.activities {
                shapers.when(activity.when.as_ref());
                shapers.each(activity.each.as_ref());
            }
        }
        for (step, id) in runbook.steps.iter().zip(0..) {
            shapers.step(step, StepId(id));
        }
        shapers
    }

    /// Tells whether the plan may be another one after a step gave something or ended.
    pub fn holds(&self, step: StepId) -> bool {
        self.all || self.steps.contains(&step)
    }

    /// Tells whether the plan may be another one after a step ended that gave all that it can give.
    pub fn holds_end(&self, step: StepId) -> bool {
        self.all || self.ends.contains(&step)
    }

    /// Tells whether there may be more items after a step gave something or ended.
    pub fn may_grow(&self, step: StepId) -> bool {
        self.all || self.counts.contains(&step)
    }

    fn step(&mut self, step: &Step, id: StepId) {
        self.when(step.when.as_deref());
        self.each(step.each.as_deref());
        match &step.action {
            Action::Choose(options) if options.iter().any(|option| !option.steps.is_empty()) => {
                self.steps.insert(id);
            }
            Action::Call(call) => call.with.iter().for_each(|(_, part)| self.part(part)),
            _ => {}
        }
    }

    fn part(&mut self, part: &Part) {
        match part {
            Part::Value(_) => {}
            Part::Logic(logic) => self.logic(Some(logic)),
            Part::Text(template) => template.values().for_each(|(logic, _)| self.logic(Some(logic))),
        }
    }

    fn each(&mut self, each: Option<&Loop>) {
        if let Some(Loop { over: Over::Named(logic), .. }) = each {
            self.logic(Some(logic));
        }
    }

    /// Takes what decides whether something applies.
    fn when(&mut self, logic: Option<&Logic>) {
        let Some(logic) = logic else { return };
        logic.each_name(&mut |name| match name {
            Name::Outcome(step) => {
                self.steps.insert(*step);
                self.ends.insert(*step);
            }
            Name::Recorded { step, .. } | Name::Chosen { step, title: false } => {
                self.steps.insert(*step);
            }
            Name::Step(_) | Name::Chosen { title: true, .. } => self.all = true,
            Name::Input { .. } | Name::Round { .. } | Name::WindowStart | Name::WindowEnd | Name::RunId => {}
        });
    }

    /// Takes what decides how many items there are.
    fn logic(&mut self, logic: Option<&Logic>) {
        self.when(logic);
        let Some(logic) = logic else { return };
        logic.each_name(&mut |name| {
            if let Name::Outcome(step) | Name::Recorded { step, .. } | Name::Chosen { step, .. } = name {
                self.counts.insert(*step);
            }
        });
    }
}
