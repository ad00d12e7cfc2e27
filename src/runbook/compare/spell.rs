//! What a step means, written out part by part.
//!
//! Places in the file and the numbers of steps and books are left out: both change when another step is
//! added. Everything else is taken apart by name, so that a part that is new in the model cannot be
//! forgotten here. The writing is read by nobody; two are equal when what they mean is. What a step does
//! stands in `act`.

mod act;

use crate::runbook::expression::Node;
use crate::runbook::model::{
    Action, Activity, BackOut, Book, Callout, Estimate, Link, Logic, Loop, Name, Over, Parent, Piece, Role, Runbook,
    Step, StepId, Template, Window,
};

/// Names a part of a step.
pub(super) type Part = &'static str;

/// Writes out what is in a runbook.
#[derive(Clone, Copy)]
pub(super) struct Pen<'a>(pub(super) &'a Runbook);

impl Pen<'_> {
    /// Writes out a step, each part by its name and always in the same order.
    pub(super) fn step(self, step: &Step) -> Vec<(Part, String)> {
        let Step { id, place: _, parent, book, title, text, callouts, links, when, each, sign, role, on, .. } = step;
        let Step { estimate, danger, undo, restore_point, record, action, .. } = step;
        vec![
            ("id", format!("{:?} {id:?}", self.0.book(*book).id)),
            ("place", self.parent(*parent)),
            ("title", self.text(title)),
            ("text", self.maybe(text.as_deref())),
            ("notes", self.callouts(callouts)),
            ("links", self.links(links)),
            ("condition", self.logic_or_none(when.as_deref())),
            ("loop", self.each(each.as_deref())),
            ("sign-off", format!("{sign:?} {role:?}")),
            ("host", self.maybe(on.as_deref())),
            ("estimate", estimate.as_deref().map(spell_estimate).unwrap_or_default()),
            ("danger", self.maybe(danger.as_deref())),
            ("undo", undo.as_ref().map(|undo| self.run(undo)).unwrap_or_default()),
            ("restore point", restore_point.to_string()),
            ("questions", self.inputs(record)),
            ("action", self.action(action)),
        ]
    }

    /// Writes out what is around the steps, each by a name that people know it by.
    pub(super) fn around(self) -> Vec<(String, String)> {
        let mut all = Vec::new();
        for (at, book) in self.0.books.iter().enumerate() {
            let of = if at == 0 { String::new() } else { format!(" of {}", book.id) };
            all.extend(self.of_book(book).into_iter().map(|(name, spelled)| (format!("{name}{of}"), spelled)));
        }
        all
    }

    fn of_book(self, book: &Book) -> Vec<(String, String)> {
        let Book { id: _, title, version: _, about, source: _, contacts, roles, window, inputs, .. } = book;
        let Book { requirements, probes, activities, back_out, .. } = book;
        let steps = |steps: &[StepId]| self.steps(steps);
        let mut all = vec![
            ("the title".to_owned(), self.text(title)),
            ("what it is about".to_owned(), self.maybe(about.as_ref())),
            ("the contacts".to_owned(), format!("{contacts:?}")),
            ("the window".to_owned(), window.as_ref().map(spell_window).unwrap_or_default()),
            ("the order of the requirements".to_owned(), steps(requirements)),
        ];
        all.extend(roles.iter().map(|role: &Role| (format!("the role {}", role.name), format!("{role:?}"))));
        all.extend(inputs.iter().map(|input| (format!("the input {}", input.name), self.input(input))));
        all.extend(probes.iter().map(|probe| (format!("the probe {}", probe.name), self.probe(probe))));
        let order: Vec<_> = activities.iter().map(|activity| &activity.id).collect();
        all.push(("the order of the activities".to_owned(), format!("{order:?}")));
        all.extend(activities.iter().map(|activity| {
            let name = format!("the activity {}", activity.id);
            (name, self.activity((book, activity)))
        }));
        all.extend(back_out.iter().map(|back_out| ("the back-out".to_owned(), self.back_out(back_out))));
        all
    }

    fn activity(self, (book, activity): (&Book, &Activity)) -> String {
        let Activity { id: _, place: _, title, text, callouts, links, when, each, not_before, after, .. } = activity;
        let Activity { estimate, prerequisites, steps, .. } = activity;
        let after: Vec<_> = after.iter().filter_map(|at| book.activities.get(*at as usize)).collect();
        let after: Vec<_> = after.iter().map(|activity| &activity.id).collect();
        let parts = [
            self.text(title),
            self.maybe(text.as_ref()),
            self.callouts(callouts),
            self.links(links),
            self.logic_or_none(when.as_ref()),
            self.each(each.as_ref()),
            self.logic_or_none(not_before.as_ref()),
            format!("{after:?}"),
            estimate.as_ref().map(spell_estimate).unwrap_or_default(),
            self.steps(prerequisites),
            self.steps(steps),
        ];
        format!("{parts:?}")
    }

    fn back_out(self, back_out: &BackOut) -> String {
        let BackOut { place: _, title, text, when_to, callouts, estimate, steps } = back_out;
        let parts = [
            self.text(title),
            self.maybe(text.as_ref()),
            self.maybe(when_to.as_ref()),
            self.callouts(callouts),
            estimate.as_ref().map(spell_estimate).unwrap_or_default(),
            self.steps(steps),
        ];
        format!("{parts:?}")
    }

    /// Names a step, which nothing else in its runbook is called.
    fn step_name(self, id: StepId) -> String {
        let step = self.0.step(id);
        format!("{:?}/{:?}", self.0.book(step.book).id, step.id)
    }

    fn steps(self, steps: &[StepId]) -> String {
        steps.iter().map(|step| self.step_name(*step)).collect::<Vec<_>>().join(" ")
    }

    fn parent(self, parent: Parent) -> String {
        match parent {
            Parent::Requirements(book) => format!("requirements {:?}", self.0.book(book).id),
            Parent::BackOut(book) => format!("back-out {:?}", self.0.book(book).id),
            Parent::Prerequisites(activity) => format!("prerequisites {:?}", self.0.activity(activity).id),
            Parent::Activity(activity) => format!("activity {:?}", self.0.activity(activity).id),
            Parent::Heading(step) => format!("heading {}", self.step_name(step)),
            Parent::Option(step, at) => format!("option {}", self.option((step, at))),
        }
    }

    fn option(self, (step, at): (StepId, u32)) -> String {
        let Action::Choose(options) = &self.0.step(step).action else { return String::new() };
        let id = options.get(at as usize).map(|option| &option.id);
        format!("{} {id:?}", self.step_name(step))
    }

    fn text(self, template: &Template) -> String {
        let Template { parts, place: _ } = template;
        let piece = |piece: &Piece| match piece {
            Piece::Text(text) => format!("{text:?}"),
            // Its kind follows from the names in it.
            Piece::Value(value) => format!("{{{}}}", self.logic(&value.0)),
        };
        parts.iter().map(piece).collect()
    }

    fn maybe(self, template: Option<&Template>) -> String {
        template.map(|template| self.text(template)).unwrap_or_default()
    }

    fn texts<'t>(self, templates: impl IntoIterator<Item = &'t Template>) -> String {
        format!("{:?}", templates.into_iter().map(|template| self.text(template)).collect::<Vec<_>>())
    }

    fn named_texts(self, pairs: &[(String, Template)]) -> String {
        format!("{:?}", pairs.iter().map(|(name, text)| (name, self.text(text))).collect::<Vec<_>>())
    }

    fn callouts(self, callouts: &[Callout]) -> String {
        let spelled = |Callout { level, text }: &Callout| format!("{level:?} {}", self.text(text));
        format!("{:?}", callouts.iter().map(spelled).collect::<Vec<_>>())
    }

    fn links(self, links: &[Link]) -> String {
        let spelled = |Link { title, url }: &Link| format!("{title:?} {}", self.text(url));
        format!("{:?}", links.iter().map(spelled).collect::<Vec<_>>())
    }

    fn each(self, each: Option<&Loop>) -> String {
        let Some(Loop { name, over, kind: _, place: _ }) = each else { return String::new() };
        match over {
            Over::Named(logic) => format!("{name:?} in {}", self.logic(logic)),
            Over::Written(values) => format!("{name:?} in {values:?}"),
        }
    }

    fn logic_or_none(self, logic: Option<&Logic>) -> String {
        logic.map(|logic| self.logic(logic)).unwrap_or_default()
    }

    fn logic(self, logic: &Logic) -> String {
        let list = |parts: &[Logic]| parts.iter().map(|part| self.logic(part)).collect::<Vec<_>>().join(", ");
        match &logic.node {
            Node::Literal(value) => format!("{value:?}"),
            Node::Name(name) => self.name(name),
            Node::Index(table, key) => format!("index({}, {})", self.logic(table), self.logic(key)),
            Node::List(parts) => format!("list({})", list(parts)),
            Node::Not(inner) => format!("not({})", self.logic(inner)),
            Node::All(parts) => format!("all({})", list(parts)),
            Node::Any(parts) => format!("any({})", list(parts)),
            Node::Compare(how, left, right) => format!("{how:?}({}, {})", self.logic(left), self.logic(right)),
            Node::In(not, left, right) => format!("in({not}, {}, {})", self.logic(left), self.logic(right)),
            Node::Shift(minus, left, right) => format!("shift({minus}, {}, {})", self.logic(left), self.logic(right)),
            Node::Filter(filter, value, argument) => {
                let argument = argument.as_ref().map(|argument| self.logic(argument));
                format!("{filter:?}({}, {argument:?})", self.logic(value))
            }
        }
    }

    fn name(self, name: &Name) -> String {
        match name {
            Name::Input { book, index } => {
                let input = self.0.book(*book).inputs.get(*index as usize).map(|input| &input.name);
                format!("input {:?} {input:?}", self.0.book(*book).id)
            }
            Name::Recorded { step, index } => {
                let value = self.0.step(*step).values().nth(*index as usize).map(|(name, _)| name);
                format!("value {} {value:?}", self.step_name(*step))
            }
            Name::Round { name, part } => format!("round {name:?} {part:?}"),
            Name::Chosen { step, title } => format!("chosen {} {title}", self.step_name(*step)),
            Name::Outcome(step) => format!("outcome {}", self.step_name(*step)),
            Name::Step(step) => format!("step {}", self.step_name(*step)),
            Name::WindowStart | Name::WindowEnd | Name::RunId => format!("{name:?}"),
        }
    }
}

fn spell_estimate(estimate: &Estimate) -> String {
    let Estimate { low, high, because, varies, place: _, figures: _ } = estimate;
    format!("{low:?} {high:?} {because:?} {varies}")
}

fn spell_window(window: &Window) -> String {
    let Window { length, warn, place: _ } = window;
    format!("{length:?} {warn:?}")
}
