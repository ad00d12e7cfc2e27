//! What the names in expressions mean.

use std::sync::Arc;

use super::Builder;
use super::declare::ValueDeclaration;
use crate::id::nearest;
use crate::runbook::diagnostic::{Code, Diagnostic};
use crate::runbook::expression::{Node, OUTCOMES, Path};
use crate::runbook::model::{Name, RoundPart, StepId};
use crate::runbook::place::Place;
use crate::runbook::value::{Kind, Value};

impl Builder<'_> {
    /// Settles what a name means, and what kind of value it has.
    pub(super) fn name(&mut self, path: &Path, place: Place) -> (Node<Name>, Kind) {
        let found = match path.root() {
            "chosen" => self.chosen(path, place),
            "outcome" => self.outcome(path, place),
            "step" => self.step_name(path, place),
            "window" => self.window(path, place),
            "run" => Some((Name::RunId, Kind::Text)).filter(|_| path.0.get(1).is_some_and(|part| part == "id")),
            _ => return self.plain_name(path, place),
        };
        match found {
            Some((name, kind)) => (Node::Name(name), kind),
            None => {
                if path.0.len() < 2 || matches!(path.root(), "window" | "run") {
                    self.unknown(path, place);
                }
                (Node::Literal(Value::Text(String::new())), Kind::Unknown)
            }
        }
    }

    fn window(&mut self, path: &Path, _: Place) -> Option<(Name, Kind)> {
        match path.0.get(1).map(String::as_str) {
            Some("start") if path.0.len() == 2 => Some((Name::WindowStart, Kind::Moment)),
            Some("end") if path.0.len() == 2 => Some((Name::WindowEnd, Kind::Moment)),
            _ => None,
        }
    }

    fn plain_name(&mut self, path: &Path, place: Place) -> (Node<Name>, Kind) {
        let unknown = (Node::Literal(Value::Text(String::new())), Kind::Unknown);
        let round = self.scope.rounds.iter().rev().find(|round| &*round.name == path.root()).cloned();
        if let Some(round) = round {
            let part = match path.0.get(1).map(String::as_str) {
                None => (RoundPart::Value, round.kind.clone()),
                Some("first") => (RoundPart::First, Kind::Bool),
                Some("last") => (RoundPart::Last, Kind::Bool),
                Some("index") => (RoundPart::Index, Kind::Number),
                Some("previous") => (RoundPart::Previous, round.kind.clone()),
                Some(other) => {
                    let other = other.to_owned();
                    let meant = nearest(&other, ["first", "last", "index", "previous"]);
                    let diagnostic =
                        Diagnostic::new(Code::UnknownName, place, format!("a loop's name has no `{other}`"));
                    self.report(match meant {
                        Some(meant) => diagnostic.did_you_mean(Some(meant)),
                        None => diagnostic.help("it has .first, .last, .index and .previous"),
                    });
                    return unknown;
                }
            };
            if part.0 == RoundPart::Previous && !self.scope.conditional {
                let message = format!("`{}` is nothing in the first round", path.dotted());
                self.report(
                    Diagnostic::new(Code::MayBeMissing, place, message)
                        .help(format!("say what stands for it: {} | default(current)", path.dotted())),
                );
            }
            return (Node::Name(Name::Round { name: Arc::clone(&round.name), part: part.0 }), part.1);
        }
        let declared = self.declared;
        let Some(value) =
            declared.by_name.get(&(self.scope.book, path.root().to_owned())).map(|at| &declared.values[*at])
        else {
            self.unknown(path, place);
            return unknown;
        };
        if path.0.len() > 1 {
            let message = format!("`{}` has no parts", path.root());
            self.report(Diagnostic::new(Code::UnknownName, place, message).help(format!("write `{}`", path.root())));
            return unknown;
        }
        self.check_value(value, place);
        (Node::Name(value.meaning.clone()), value.kind.clone())
    }

    /// Checks that a value is known where it is needed.
    fn check_value(&mut self, value: &ValueDeclaration, place: Place) {
        if let Some(input) = value.input {
            self.used.insert(input);
            if self.scope.input.is_some_and(|own| input.1 >= own) {
                let message = format!("`{}` is asked later than this", value.name);
                let diagnostic = Diagnostic::new(Code::UsedBeforeRecorded, place, message);
                self.report(diagnostic.related(value.place, "it is asked here").help("move it up"));
            }
        }
        let Some(step) = value.recorded_by else {
            return;
        };
        if !self.is_earlier(step) {
            let message = format!("`{}` is not recorded yet here", value.name);
            let help = "record it in an earlier step, or use it later";
            self.report(
                Diagnostic::new(Code::UsedBeforeRecorded, place, message)
                    .related(value.place, "it is recorded here")
                    .help(help),
            );
            return;
        }
        self.check_rounds(step, &value.name, place);
        if !self.is_sure(step, value.in_option) {
            let message = format!("`{}` is recorded only under a condition, and is needed without one", value.name);
            let help = format!("give the step a `when`, or say what stands for it: {} | default(\"none\")", value.name);
            self.report(
                Diagnostic::new(Code::MayBeMissing, place, message)
                    .related(value.place, "it is recorded here")
                    .help(help),
            );
        }
    }

    fn unknown(&mut self, path: &Path, place: Place) {
        if self.problems.is_lost(path.root()) {
            return;
        }
        let declared = self.declared;
        let here = self.scope.book;
        let known = declared.values.iter().filter(|value| match &value.meaning {
            Name::Input { book, .. } => *book == here,
            _ => true,
        });
        let rounds: Vec<_> = self.scope.rounds.iter().map(|round| Arc::clone(&round.name)).collect();
        let rounds = rounds.iter().map(|round| &**round);
        let fixed = ["chosen", "outcome", "step", "window.start", "window.end", "run.id"];
        let dotted = path.dotted();
        let names = rounds.chain(known.map(|value| value.name.as_str())).chain(fixed);
        let meant = self
            .meant(&dotted, names)
            .or_else(|| self.meant(path.root(), declared.values.iter().map(|value| value.name.as_str())));
        let diagnostic = Diagnostic::new(Code::UnknownName, place, format!("there is no value called `{dotted}`"));
        let diagnostic = match meant {
            Some(meant) => diagnostic.did_you_mean(Some(meant)),
            None => diagnostic
                .help("declare it under `inputs`, or `record` it in an earlier step; a text needs quotes: \"text\""),
        };
        self.report(diagnostic);
    }

    fn chosen(&mut self, path: &Path, place: Place) -> Option<(Name, Kind)> {
        let (step, part) = self.step_of(path, &["title", "id"], place)?;
        let options = Arc::clone(&self.declared.steps[step.0 as usize].options);
        if options.is_empty() {
            let message = format!("nothing is chosen in `{}`", path.0[1]);
            self.report(
                Diagnostic::new(Code::UnknownStep, place, message)
                    .related(self.declared.steps[step.0 as usize].place, "this step has no `choose`"),
            );
            return None;
        }
        self.check_reference(step, path, place);
        let title = part == Some("title");
        let kind = if title { Kind::Text } else { Kind::Word(options) };
        Some((Name::Chosen { step, title }, kind))
    }

    fn outcome(&mut self, path: &Path, place: Place) -> Option<(Name, Kind)> {
        let (step, _) = self.step_of(path, &[], place)?;
        self.check_reference(step, path, place);
        Some((Name::Outcome(step), Kind::Word(OUTCOMES.iter().map(|word| (*word).to_owned()).collect())))
    }

    fn step_name(&mut self, path: &Path, place: Place) -> Option<(Name, Kind)> {
        let (step, _) = self.step_of(path, &[], place)?;
        Some((Name::Step(step), Kind::Text))
    }

    fn check_reference(&mut self, step: StepId, path: &Path, place: Place) {
        if !self.is_earlier(step) {
            let message = format!("`{}` is not known yet here", path.dotted());
            let there = self.declared.steps[step.0 as usize].place;
            self.report(
                Diagnostic::new(Code::UsedBeforeRecorded, place, message)
                    .related(there, "the step comes later")
                    .help("use it after that step"),
            );
            return;
        }
        self.check_rounds(step, &path.dotted(), place);
    }

    /// Finds the step that `chosen.STEP`, `outcome.STEP` or `step.STEP` means.
    fn step_of(&mut self, path: &Path, parts: &[&'static str], place: Place) -> Option<(StepId, Option<&'static str>)> {
        let rest = path.0.get(1..)?;
        let part =
            rest.last().and_then(|last| parts.iter().copied().find(|part| part == last)).filter(|_| rest.len() > 1);
        let id = rest[..rest.len() - usize::from(part.is_some())].join(".");
        self.step_called(&id, place).map(|step| (step, part))
    }

    /// Finds a step by its id; an id made from a title is found, and an explicit one asked for.
    pub(super) fn step_called(&mut self, id: &str, place: Place) -> Option<StepId> {
        let declared = self.declared;
        let found = declared.by_id.get(&(self.scope.book, id.to_owned()));
        let steps = found.map_or(&[][..], Vec::as_slice);
        let explicit = steps.iter().find(|step| declared.steps[step.0 as usize].explicit);
        if let Some(step) = explicit {
            return Some(*step);
        }
        match steps {
            [] => {
                let ids = declared.by_id.keys().filter(|(book, _)| *book == self.scope.book).map(|(_, id)| id.as_str());
                let mut ids: Vec<_> = ids.take(self.looks).collect();
                ids.sort_unstable();
                let diagnostic =
                    Diagnostic::new(Code::UnknownStep, place, format!("there is no step with the id `{id}`"));
                let meant = self.meant(id, ids.into_iter());
                self.report(match meant {
                    Some(meant) => diagnostic.did_you_mean(Some(meant)),
                    None => diagnostic.help("give the step an `id` and write that"),
                });
                None
            }
            [step] => {
                let there = declared.steps[step.0 as usize].place;
                let message = format!("`{id}` is made from the title of a step");
                self.report(
                    Diagnostic::new(Code::ImplicitId, place, message)
                        .related(there, "this step")
                        .help(format!("give that step an `id`: {{ id: {id}, title: … }}")),
                );
                Some(*step)
            }
            [first, ..] => {
                let there = declared.steps[first.0 as usize].place;
                let message = format!("several steps could be meant by `{id}`");
                self.report(
                    Diagnostic::new(Code::UnknownStep, place, message)
                        .related(there, "this is one of them")
                        .help("give the one that is meant an `id`"),
                );
                None
            }
        }
    }
}
