//! What is known of each name, seen from an item.

use super::{ItemState, Plan, Round, Scope, Values};
use crate::runbook::expression::{Found, Lookup, eval, text};
use crate::runbook::model::{Action, BookId, Logic, Name, Parent, Part, Piece, RoundPart, Runbook, StepId, Template};
use crate::runbook::value::Value;

/// Finds the values of names for one item.
#[derive(Clone, Copy)]
pub(super) struct Names<'a> {
    pub(super) runbook: &'a Runbook,
    pub(super) values: &'a Values,
    pub(super) plan: &'a Plan,
    pub(super) scope: &'a Scope,
    /// Says that a step's name is its number only, so that titles that name each other have an end.
    pub(super) brief: bool,
}

impl Lookup<Name> for Names<'_> {
    fn lookup(&self, name: &Name) -> Found {
        match name {
            Name::Input { book, index } => self.input(*book, *index),
            Name::Recorded { step, index } => self.recorded(*step, *index),
            Name::Round { name, part } => match self.scope.rounds.iter().rev().find(|round| round.name == *name) {
                Some(round) => round_part(round, *part),
                None => Found::NotYet(name.to_string()),
            },
            Name::Chosen { step, title } => self.chosen(*step, *title),
            Name::Outcome(step) => self.of_item(*step, format!("outcome.{}", self.runbook.step(*step).id), |item| {
                self.values.outcome(item).map(|outcome| Value::Text(outcome.to_owned()))
            }),
            Name::Step(step) => self.step(*step),
            Name::WindowStart => known(self.values.window_start.map(Value::Moment), "window.start"),
            Name::WindowEnd => known(self.values.window_end.map(Value::Moment), "window.end"),
            Name::RunId => known(self.values.run_id.clone().map(Value::Text), "run.id"),
        }
    }
}

impl<'a> Names<'a> {
    /// Returns the id of the item of a step that is meant from here.
    fn item_of(&self, step: StepId) -> Option<String> {
        let round = |name: &str| {
            self.scope.rounds.iter().rev().find(|round| &*round.name == name).map(|round| round.key.clone())
        };
        instance_id(self.runbook, step, &self.scope.frame.id, &round)
    }

    /// Returns what an item gave, or says whether it still can.
    fn of_item(&self, step: StepId, name: String, get: impl Fn(&str) -> Option<Value>) -> Found {
        let Some(item) = self.item_of(step) else { return Found::NotYet(name) };
        if let Some(value) = get(&item) {
            return Found::Value(value);
        }
        let is_over = self.values.outcome(&item).is_some();
        let is_left_out = self.plan.item(&item).is_some_and(|item| matches!(item.state, ItemState::NotApplicable(_)));
        if is_over || is_left_out { Found::Never(name) } else { Found::NotYet(name) }
    }

    fn input(&self, book: BookId, index: u32) -> Found {
        let input = &self.runbook.book(book).inputs[index as usize];
        let frame = &self.scope.frame;
        if let Some((_, given)) = frame.given.iter().find(|(at, _)| *at == index) {
            return given.clone();
        }
        let answer = self.values.get(&frame.id, &input.name).cloned();
        let proposed = || input.default.clone().filter(|_| !frame.id.is_empty());
        known(answer.or_else(proposed), &input.name)
    }

    /// Returns what a called runbook is given for an input.
    pub(super) fn part(&self, part: &Part) -> Found {
        match part {
            Part::Value(value) => Found::Value(value.clone()),
            Part::Logic(logic) => found(eval(logic, self)),
            Part::Text(template) => match self.fill(template) {
                Ok(text) => Found::Value(Value::Text(text)),
                Err(name) => Found::NotYet(name),
            },
        }
    }

    /// Fills a template, or returns a name that is not known.
    fn fill(&self, template: &Template) -> Result<String, String> {
        let mut filled = String::new();
        for piece in &template.parts {
            match piece {
                Piece::Text(text) => filled.push_str(text),
                Piece::Value(value) => match eval(&value.0, self) {
                    Ok(value) => filled.push_str(&value.to_string()),
                    Err(missing) => return Err(missing.names.into_iter().next().unwrap_or_default()),
                },
            }
        }
        Ok(filled)
    }

    fn recorded(&self, step: StepId, index: u32) -> Found {
        let name = self.runbook.step(step).values().nth(index as usize).map(|(name, _)| name).unwrap_or_default();
        self.of_item(step, name.to_owned(), |item| self.values.get(item, name).cloned())
    }

    fn chosen(&self, step: StepId, title: bool) -> Found {
        let id = &self.runbook.step(step).id;
        self.of_item(step, format!("chosen.{id}"), |item| {
            let option = self.values.option(item)?;
            if !title {
                return Some(Value::Text(option.to_owned()));
            }
            let Action::Choose(options) = &self.runbook.step(step).action else { return None };
            let choice = options.iter().find(|choice| choice.id == option)?;
            Some(Value::Text(self.fill(&choice.title).unwrap_or_else(|_| option.to_owned())))
        })
    }

    /// Returns the number and the title of a step.
    fn step(&self, step: StepId) -> Found {
        let address = self
            .item_of(step)
            .and_then(|id| self.plan.index.get(id.as_str()))
            .or_else(|| self.plan.first_of.get(&step));
        let item = address.and_then(|address| self.plan.items.get(*address));
        let Some(item) = item else {
            return Found::NotYet(format!("step.{}", self.runbook.step(step).id));
        };
        if self.brief {
            return Found::Value(Value::Text(item.number.clone()));
        }
        let names = Names { scope: &item.scope, brief: true, ..*self };
        let title = self.runbook.step(step).title.parts.iter().map(|piece| match piece {
            Piece::Text(text) => text.to_string(),
            Piece::Value(value) => text(&value.0, &names).unwrap_or_else(|(shown, _)| shown),
        });
        Found::Value(Value::Text(format!("{} {}", item.number, title.collect::<String>())))
    }

    /// Says what decided an expression: each name in it, and its value.
    pub(super) fn because(&self, logic: &Logic) -> String {
        let mut spoken = Vec::new();
        logic.each_name(&mut |name| {
            if let Found::Value(value) = self.lookup(name) {
                let word = format!("{}: {value}", self.spoken(name));
                if !spoken.contains(&word) {
                    spoken.push(word);
                }
            }
        });
        if spoken.is_empty() { "never".to_owned() } else { spoken.join(", ") }
    }

    fn spoken(&self, name: &Name) -> String {
        match name {
            Name::Input { book, index } => self.runbook.book(*book).inputs[*index as usize].name.to_string(),
            Name::Recorded { step, index } => self
                .runbook
                .step(*step)
                .values()
                .nth(*index as usize)
                .map(|(name, _)| name.to_owned())
                .unwrap_or_default(),
            Name::Round { name, part } => match part {
                RoundPart::Value => name.to_string(),
                RoundPart::First => format!("{name}.first"),
                RoundPart::Last => format!("{name}.last"),
                RoundPart::Index => format!("{name}.index"),
                RoundPart::Previous => format!("{name}.previous"),
            },
            Name::Chosen { step, .. } => format!("chosen.{}", self.runbook.step(*step).id),
            Name::Outcome(step) => format!("outcome.{}", self.runbook.step(*step).id),
            Name::Step(step) => format!("step.{}", self.runbook.step(*step).id),
            Name::WindowStart => "window.start".to_owned(),
            Name::WindowEnd => "window.end".to_owned(),
            Name::RunId => "run.id".to_owned(),
        }
    }
}

fn known(value: Option<Value>, name: &str) -> Found {
    value.map_or_else(|| Found::NotYet(name.to_owned()), Found::Value)
}

fn found(result: Result<Value, crate::runbook::expression::Missing>) -> Found {
    match result {
        Ok(value) => Found::Value(value),
        Err(missing) => {
            let name = missing.names.into_iter().next().unwrap_or_default();
            if missing.never { Found::Never(name) } else { Found::NotYet(name) }
        }
    }
}

fn round_part(round: &Round, part: RoundPart) -> Found {
    let Some(value) = &round.value else { return Found::NotYet(round.name.to_string()) };
    match part {
        RoundPart::Value => Found::Value(value.clone()),
        RoundPart::First => Found::Value(Value::Bool(round.index == 0)),
        RoundPart::Last => Found::Value(Value::Bool(round.last)),
        RoundPart::Index => Found::Value(Value::Number((round.index + 1) as f64)),
        RoundPart::Previous => match &round.previous {
            Some(previous) => Found::Value(previous.clone()),
            None => Found::Never(format!("{}.previous", round.name)),
        },
    }
}

/// Returns the id of a step's item, given the keys of the rounds it is in.
pub(super) fn instance_id(
    runbook: &Runbook,
    step: StepId,
    frame: &str,
    round: &dyn Fn(&str) -> Option<String>,
) -> Option<String> {
    let found = runbook.step(step);
    let above = match found.parent {
        Parent::Requirements(_) => joined(frame, "requirements"),
        Parent::BackOut(_) => joined(frame, "back_out"),
        Parent::Prerequisites(activity) | Parent::Activity(activity) => {
            let activity = runbook.activity(activity);
            let id = keyed(&activity.id, activity.each.as_ref().map(|each| &*each.name), round)?;
            joined(frame, &id)
        }
        Parent::Heading(up) => instance_id(runbook, up, frame, round)?,
        Parent::Option(up, index) => {
            let Action::Choose(options) = &runbook.step(up).action else { return None };
            joined(&instance_id(runbook, up, frame, round)?, &options.get(index as usize)?.id)
        }
    };
    let id = keyed(&found.id, found.each.as_ref().map(|each| &*each.name), round)?;
    Some(joined(&above, &id))
}

fn joined(above: &str, id: &str) -> String {
    if above.is_empty() { id.to_owned() } else { format!("{above}/{id}") }
}

fn keyed(id: &str, each: Option<&str>, round: &dyn Fn(&str) -> Option<String>) -> Option<String> {
    match each {
        None => Some(id.to_owned()),
        Some(name) => round(name).map(|key| format!("{id}[{key}]")),
    }
}
