//! Steps and what they do.

use std::collections::HashMap;

use super::activity::Habits;
use super::declare::option_id;
use super::kinds::{Origin, alike};
use super::{Builder, Time, some};
use crate::runbook::diagnostic::{Code, Diagnostic};
use crate::runbook::format::{self, StepParts};
use crate::runbook::model::{Action, ActivityId, BookId, Call, Choice, Parent, Part, Sign, Step, StepId, Then};
use crate::runbook::place::Place;
use crate::runbook::shape::{Ident, Literal, Placed, Table, Text};
use crate::runbook::value::{Kind, Value};

impl Builder<'_> {
    /// Builds a list of steps.
    pub(super) fn steps(&mut self, steps: Vec<format::Step>, parent: Parent, habits: &Habits) -> Vec<StepId> {
        steps.into_iter().map(|step| self.step(step.0, parent, habits)).collect()
    }

    fn step(&mut self, mut step: StepParts, parent: Parent, habits: &Habits) -> StepId {
        let own = StepId(self.next as u32);
        self.next += 1;
        let conditional = step.when.is_some() || matches!(parent, Parent::Option(..));
        let each = step.for_each.take();
        let built = self.within(
            |scope| scope.step = Some(own),
            |this| {
                this.in_loop(each, |this, each| {
                    let when = step.when.take().and_then(|when| this.condition(when));
                    this.scope.conditional |= conditional;
                    let signs_itself = step.sign.is_some() || !(step.steps.is_some() || step.call.is_some());
                    let habits = Habits {
                        sign: step.sign.take().map_or_else(|| habits.sign.clone(), |sign| this.sign(sign)),
                        role: step.role.take().and_then(|role| this.role(&role)).or_else(|| habits.role.clone()),
                        on: step.on.take().or_else(|| habits.on.clone()),
                    };
                    let place = step.title.as_ref().map_or(step.place, |title| title.place);
                    let title = this.title(step.title.take());
                    let on = habits.on.clone().map(|on| this.text(on));
                    let undo = step.undo.take();
                    let undo = this.at(Time::AfterStep, |this| undo.and_then(|run| this.run(*run)));
                    Step {
                        id: this.declared.steps[own.0 as usize].id.clone(),
                        place,
                        whole: step.place,
                        parent,
                        book: this.scope.book,
                        title,
                        text: this.maybe_text(step.text.take()).map(Box::new),
                        callouts: this.callouts(step.warning.take(), step.caution.take(), step.note.take()),
                        links: this.links(step.links.take()),
                        when: when.map(Box::new),
                        each: each.map(Box::new),
                        estimate: step.estimate.take().and_then(|estimate| this.estimate(*estimate)).map(Box::new),
                        danger: this.maybe_text(step.danger.take()).map(Box::new),
                        undo: undo.map(Box::new),
                        restore_point: step.restore_point.is_some_and(|flag| flag.value),
                        record: this.inputs(step.record.take()),
                        action: this.action(own, &mut step, &habits),
                        sign: if signs_itself { habits.sign } else { Sign::None },
                        role: habits.role,
                        on: on.map(Box::new),
                    }
                })
            },
        );
        self.steps[own.0 as usize] = Some(built);
        own
    }

    /// Builds the one action of a step.
    fn action(&mut self, own: StepId, step: &mut StepParts, habits: &Habits) -> Action {
        self.check_actions(step);
        if let Some(with) = step.with.as_ref().filter(|_| step.call.is_none()) {
            let place = with.0.first().map_or(step.place, |(name, _)| name.0.place);
            self.report(
                Diagnostic::new(Code::Misplaced, place, "`with` gives values to a called runbook")
                    .help("add `call`, or remove `with`"),
            );
        }
        let wait = step.wait.take();
        if let Some(run) = step.run.take() {
            return self.run(*run).map_or(Action::Manual, |run| Action::Run(Box::new(run)));
        }
        if let Some(check) = step.check.take() {
            return Action::Check(Box::new(self.check(*check, wait.map(|wait| *wait))));
        }
        if let Some(options) = step.choose.take() {
            return Action::Choose(self.choices(own, options, step.place, habits));
        }
        if let Some(fetch) = step.fetch.take() {
            return Action::Fetch(Box::new(self.fetch(*fetch)));
        }
        if let Some(package) = step.package.take() {
            return Action::Package(Box::new(self.package(*package)));
        }
        if let Some(wait) = wait {
            return self.wait(*wait).map_or(Action::Manual, |wait| Action::Wait(Box::new(wait)));
        }
        if let Some(call) = step.call.take() {
            let with = step.with.take();
            return self.call(&call, with).map_or(Action::Manual, |call| Action::Call(Box::new(call)));
        }
        match step.steps.take() {
            Some(steps) => {
                if steps.is_empty() {
                    let help = "add steps, each a sentence, or remove `steps`";
                    self.report(Diagnostic::new(Code::MissingKey, step.place, "the step has no sub-steps").help(help));
                }
                Action::Heading(self.steps(steps, Parent::Heading(own), habits))
            }
            None => Action::Manual,
        }
    }

    fn check_actions(&mut self, step: &StepParts) {
        let set = [
            ("run", step.run.is_some()),
            ("check", step.check.is_some()),
            ("choose", step.choose.is_some()),
            ("fetch", step.fetch.is_some()),
            ("package", step.package.is_some()),
            ("wait", step.wait.is_some() && step.check.is_none()),
            ("call", step.call.is_some()),
            ("steps", step.steps.is_some()),
        ];
        let found: Vec<_> = set.iter().filter(|(_, set)| *set).map(|(word, _)| *word).collect();
        if found.len() > 1 {
            let message = format!("a step has one action, and this has {}", found.join(" and "));
            self.report(Diagnostic::new(Code::SeveralActions, step.place, message).help("make a step of each"));
        }
    }

    fn choices(&mut self, own: StepId, options: Vec<format::Opt>, place: Place, habits: &Habits) -> Vec<Choice> {
        if options.len() < 2 && !self.unread {
            self.report(
                Diagnostic::new(Code::MissingKey, place, "a choice needs two options at least")
                    .help("add options, or make it a step without `choose`"),
            );
        }
        let mut ids: HashMap<String, Place> = HashMap::new();
        let mut recommended: Option<Place> = None;
        let mut choices = Vec::with_capacity(options.len());
        for (index, option) in options.into_iter().enumerate() {
            let id = option_id(&option);
            let place = option.title.as_ref().map_or(option.place, |title| title.place);
            if let Some(first) = ids.insert(id.clone(), place) {
                let message = format!("two options have the id `{id}`");
                self.report(
                    Diagnostic::new(Code::DuplicateId, place, message)
                        .related(first, "the first is here")
                        .help("give each its own id"),
                );
            }
            if let Some(flag) = option.recommended.filter(|flag| flag.value)
                && let Some(first) = recommended.replace(flag.place)
            {
                self.report(
                    Diagnostic::new(Code::Misplaced, flag.place, "two options are recommended")
                        .related(first, "the first is here")
                        .help("recommend one"),
                );
            }
            choices.push(self.choice(own, index as u32, id, option, habits));
        }
        choices
    }

    fn choice(&mut self, own: StepId, index: u32, id: String, option: format::Opt, habits: &Habits) -> Choice {
        Choice {
            id,
            title: self.title(option.title),
            text: self.maybe_text(option.text),
            recommended: option.recommended.is_some_and(|flag: Placed<bool>| flag.value),
            record: self.inputs(option.record),
            steps: self.steps(option.steps.unwrap_or_default(), Parent::Option(own, index), habits),
            then: option.then.map_or(Then::Next, |then| self.then(then, option.place)),
        }
    }

    fn then(&mut self, then: format::Then, place: Place) -> Then {
        let declared = self.declared;
        let book = self.scope.book;
        let here = &declared.books[usize::from(book.0)];
        match then {
            format::Then::Next => Then::Next,
            format::Then::Stop => Then::Stop,
            format::Then::BackOut => {
                if !here.has_back_out && !declared.books[0].has_back_out {
                    self.report(
                        Diagnostic::new(Code::UnknownStep, place, "there is no back-out to go to")
                            .help("add a `back_out` section to the runbook"),
                    );
                }
                Then::BackOut
            }
            format::Then::Redo(None) => match self.scope.activity {
                Some(index) => Then::RedoActivity(ActivityId { book, index }),
                None => {
                    self.report(
                        Diagnostic::new(Code::Misplaced, place, "`redo` does an activity again, and this is in none")
                            .help("name a step: { redo: ID }"),
                    );
                    Then::Next
                }
            },
            format::Then::Redo(Some(label)) => match here.activities.get(&label.0.text) {
                Some(index) => self.redo_activity(ActivityId { book, index: *index }, &label.0),
                None => self.redo_step(&label.0),
            },
        }
    }

    fn redo_activity(&mut self, id: ActivityId, text: &Text) -> Then {
        if self.scope.activity.is_some_and(|own| own < id.index) {
            self.report_not_before(text);
        }
        Then::RedoActivity(id)
    }

    fn redo_step(&mut self, text: &Text) -> Then {
        let Some(step) = self.step_called(&text.text, text.place) else {
            return Then::Next;
        };
        if self.scope.step.is_some_and(|own| own < step) {
            self.report_not_before(text);
        }
        Then::RedoStep(step)
    }

    fn report_not_before(&mut self, text: &Text) {
        let message = format!("`{}` comes later, so it cannot be done again from here", text.text);
        self.report(
            Diagnostic::new(Code::UsedBeforeRecorded, text.place, message).help("name something that is above"),
        );
    }

    fn call(&mut self, call: &Text, with: Option<Table<Ident, Literal>>) -> Option<Call> {
        let book = *self.calls.get(&call.place)?;
        let rows = with.unwrap_or_default().0;
        let with = rows.into_iter().filter_map(|(name, literal)| self.argument(book, &name.0, literal)).collect();
        Some(Call { book, with })
    }

    fn argument(&mut self, book: BookId, name: &Text, literal: Literal) -> Option<(u32, Part)> {
        let declared = self.declared;
        let inputs = || declared.books[usize::from(book.0)].inputs.iter().map(|at| &declared.values[*at]);
        let Some((index, value)) = inputs().enumerate().find(|(_, value)| value.name == name.text) else {
            let diagnostic = Diagnostic::new(
                Code::UnknownName,
                name.place,
                format!("the called runbook has no input `{}`", name.text),
            );
            if self.problems.is_lost(&name.text) {
                return None;
            }
            let meant = self.meant(&name.text, inputs().map(|value| value.name.as_str()));
            self.report(match meant {
                Some(meant) => diagnostic.did_you_mean(Some(meant)),
                None if inputs().next().is_none() => diagnostic.help("it asks for nothing; leave `with` out"),
                None => diagnostic.help(format!("it has: {}", some(inputs().map(|value| value.name.as_str())))),
            });
            return None;
        };
        let part = self.part(literal, &value.kind)?;
        Some((index as u32, part))
    }

    /// Builds a value for a called runbook, of the kind that it wants.
    fn part(&mut self, literal: Literal, kind: &Kind) -> Option<Part> {
        let text = match literal {
            Literal::One(text, _) if text.text.contains("{{") => text,
            Literal::One(..) | Literal::Many(..) => {
                return self.written_part(&literal, kind).map(Part::Value);
            }
        };
        let inner = text
            .text
            .trim()
            .strip_prefix("{{")
            .and_then(|rest| rest.strip_suffix("}}"))
            .filter(|inner| !inner.contains("{{"));
        let Some(inner) = inner else {
            if !kind.is_text() {
                self.report_part(text.place, &Kind::Text, kind);
            }
            return Some(Part::Text(self.text(text)));
        };
        let base = text.text.find("{{").map_or(0, |at| at + 2);
        let (logic, found) = self.expression(Origin { text: &text.text, place: text.place, base }, inner)?;
        if !alike(&found, kind) {
            self.report_part(text.place, &found, kind);
        }
        Some(Part::Logic(logic))
    }

    fn report_part(&mut self, place: Place, found: &Kind, wanted: &Kind) {
        let message = format!("the called runbook wants {wanted}, and this is {found}");
        self.report(Diagnostic::new(Code::TypeMismatch, place, message).help("give it a value of that kind"));
    }

    fn written_part(&mut self, literal: &Literal, kind: &Kind) -> Option<Value> {
        match (literal, kind) {
            (Literal::Many(items, _), Kind::List(kind)) => {
                let values: Option<Vec<_>> = items.iter().map(|item| self.written_part(item, kind)).collect();
                values.map(Value::List)
            }
            (Literal::Many(_, place), _) => {
                self.report_part(*place, &Kind::List(Box::new(Kind::Text)), kind);
                None
            }
            (Literal::One(text, _), Kind::List(_) | Kind::Table(_) | Kind::Secret) => {
                self.report_part(text.place, &Kind::Text, kind);
                None
            }
            (literal, kind) => self.value(literal, input_kind(kind)),
        }
    }
}

fn input_kind(kind: &Kind) -> format::Kind {
    match kind {
        Kind::Version => format::Kind::Version,
        Kind::Number => format::Kind::Number,
        Kind::Bool => format::Kind::Bool,
        Kind::Date => format::Kind::Date,
        Kind::Moment => format::Kind::Time,
        Kind::Length => format::Kind::Duration,
        _ => format::Kind::Text,
    }
}
