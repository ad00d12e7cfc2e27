//! Expressions with their names settled and their kinds checked.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::Arc;

use super::declare::{LoopName, ValueDeclaration};
use super::offsets::Offsets;
use super::{Builder, Time, some};
use crate::id::nearest;
use crate::runbook::diagnostic::{Code, Diagnostic};
use crate::runbook::expression::{Compare, Expr, Filter, Node, OUTCOMES, Path, parse};
use crate::runbook::model::{Logic, Name, RoundPart, StepId};
use crate::runbook::place::Place;
use crate::runbook::shape;
use crate::runbook::value::{Kind, Value};

/// The text an expression was read from, and where that text was written.
#[derive(Clone, Copy)]
pub(super) struct Origin<'t> {
    pub(super) text: &'t str,
    pub(super) place: Place,
    /// Where the expression begins in the text.
    pub(super) base: usize,
}

type Typed = (Logic, Kind);

impl Builder<'_> {
    /// Builds an expression that must be true or false.
    pub(super) fn condition(&mut self, logic: shape::Logic) -> Option<Logic> {
        let (text, place) = (logic.0.text, logic.0.place);
        let (logic, kind) = self.expression(Origin { text: &text, place, base: 0 }, &text)?;
        match kind {
            Kind::Bool | Kind::Unknown => {}
            Kind::List(_) | Kind::Table(_) => {
                let help = format!("ask how many there are: {text} | length > 0");
                self.mismatch(place, "a condition is true or false, and this is a list", &help);
            }
            kind => self.mismatch(
                place,
                &format!("a condition is true or false, and this is {kind}"),
                "compare it with something, as in `role == \"main\"`",
            ),
        }
        Some(logic)
    }

    /// Builds an expression that must be a moment.
    pub(super) fn moment(&mut self, logic: shape::Logic) -> Option<Logic> {
        let (text, place) = (logic.0.text, logic.0.place);
        let (logic, kind) = self.expression(Origin { text: &text, place, base: 0 }, &text)?;
        if !matches!(kind, Kind::Moment | Kind::Unknown) {
            self.mismatch(
                place,
                &format!("a time is wanted here, and this is {kind}"),
                "write `window.start`, `window.start - 24h`, or the name of an input with `type: time`",
            );
        }
        Some(logic)
    }

    /// Builds an expression from its source; what is wrong is reported in its place.
    pub(super) fn expression(&mut self, origin: Origin<'_>, source: &str) -> Option<Typed> {
        match parse(source) {
            Ok(expr) => Some(self.settle(expr, origin)),
            Err(error) => {
                let mut diagnostic =
                    Diagnostic::new(Code::BadExpression, self.locate(origin, &error.at), error.message);
                diagnostic.help = error.help;
                self.report(diagnostic);
                None
            }
        }
    }

    /// Finds where a part of a text stands in the file, whatever quoting and folding did to it.
    pub(super) fn locate(&self, origin: Origin<'_>, at: &Range<usize>) -> Place {
        let (start, end) = (origin.base + at.start, origin.base + at.end);
        let Some(source) = self.sources.get(usize::from(origin.place.source.0)) else {
            return origin.place;
        };
        let mut located = self.located.borrow_mut();
        if located.as_ref().is_none_or(|(place, _)| *place != origin.place) {
            *located = Some((origin.place, Offsets::new(origin.text, source.slice(origin.place))));
        }
        let found = located.as_ref().and_then(|(_, offsets)| offsets.find(start..end));
        found.map_or(origin.place, |found| origin.place.part(found.start, found.end))
    }

    fn mismatch(&mut self, place: Place, message: &str, help: &str) {
        self.report(Diagnostic::new(Code::TypeMismatch, place, message).help(help));
    }

    fn settle(&mut self, expr: Expr<Path>, origin: Origin<'_>) -> Typed {
        let at = expr.at.clone();
        let (node, kind) = match expr.node {
            Node::Literal(value) => {
                let kind = literal_kind(&value);
                (Node::Literal(value), kind)
            }
            Node::Name(path) => self.name(&path, self.locate(origin, &at)),
            Node::Index(table, key) => self.index(*table, *key, origin),
            Node::List(items) => self.items(items, origin),
            Node::Not(inner) => {
                let inner = self.truth(*inner, origin);
                (Node::Not(Box::new(inner)), Kind::Bool)
            }
            Node::All(parts) => (Node::All(self.truths(parts, origin)), Kind::Bool),
            Node::Any(parts) => (Node::Any(self.truths(parts, origin)), Kind::Bool),
            Node::Compare(compare, left, right) => self.compare(compare, *left, *right, origin),
            Node::In(negative, needle, list) => self.contains(negative, *needle, *list, origin),
            Node::Shift(minus, moment, length) => self.shift(minus, *moment, *length, origin),
            Node::Filter(filter, value, argument) => {
                self.filter(filter, *value, argument.map(|argument| *argument), origin)
            }
        };
        (Expr { at, node }, kind)
    }

    fn truths(&mut self, parts: Vec<Expr<Path>>, origin: Origin<'_>) -> Vec<Logic> {
        parts.into_iter().map(|part| self.truth(part, origin)).collect()
    }

    fn truth(&mut self, expr: Expr<Path>, origin: Origin<'_>) -> Logic {
        let (expr, kind) = self.settle(expr, origin);
        if !matches!(kind, Kind::Bool | Kind::Unknown) {
            let place = self.locate(origin, &expr.at);
            self.mismatch(
                place,
                &format!("`and`, `or` and `not` join what is true or false, and this is {kind}"),
                "compare it with something, as in `role == \"main\"`",
            );
        }
        expr
    }

    fn index(&mut self, table: Expr<Path>, key: Expr<Path>, origin: Origin<'_>) -> (Node<Name>, Kind) {
        let (table, kind) = self.settle(table, origin);
        let (key, _) = self.settle(key, origin);
        let kind = match kind {
            Kind::Table(kind) => *kind,
            Kind::Unknown => Kind::Unknown,
            kind => {
                let place = self.locate(origin, &table.at);
                self.mismatch(
                    place,
                    &format!("only a table has values for keys, and this is {kind}"),
                    "an input with `for_each` is a table",
                );
                Kind::Unknown
            }
        };
        (Node::Index(Box::new(table), Box::new(key)), kind)
    }

    fn items(&mut self, items: Vec<Expr<Path>>, origin: Origin<'_>) -> (Node<Name>, Kind) {
        let mut kind = Kind::Unknown;
        let mut settled = Vec::with_capacity(items.len());
        for item in items {
            let (item, own) = self.settle(item, origin);
            if kind == Kind::Unknown {
                kind = own;
            } else if !alike(&kind, &own) {
                let place = self.locate(origin, &item.at);
                self.mismatch(
                    place,
                    &format!("the list begins with {kind}, and this is {own}"),
                    "a list holds values of one kind",
                );
            }
            settled.push(item);
        }
        (Node::List(settled), Kind::List(Box::new(kind)))
    }

    fn compare(
        &mut self,
        compare: Compare,
        left: Expr<Path>,
        right: Expr<Path>,
        origin: Origin<'_>,
    ) -> (Node<Name>, Kind) {
        let (mut left, left_kind) = self.settle(left, origin);
        let (mut right, right_kind) = self.settle(right, origin);
        let place = self.locate(origin, &(left.at.start..right.at.end));
        self.coerce(&mut left, &right_kind, origin);
        self.coerce(&mut right, &left_kind, origin);
        let (left_kind, right_kind) = (coerced(&left, left_kind), coerced(&right, right_kind));
        self.check_comparison(compare, (&left_kind, &right_kind), place);
        (Node::Compare(compare, Box::new(left), Box::new(right)), Kind::Bool)
    }

    fn check_comparison(&mut self, compare: Compare, kinds: (&Kind, &Kind), place: Place) {
        let (left, right) = kinds;
        let many = matches!(left, Kind::List(_) | Kind::Table(_)) || matches!(right, Kind::List(_) | Kind::Table(_));
        if matches!(left, Kind::Unknown) || matches!(right, Kind::Unknown) {
        } else if matches!(left, Kind::Secret) || matches!(right, Kind::Secret) {
            self.report(
                Diagnostic::new(Code::SecretShown, place, "a secret cannot be compared")
                    .help("ask for what decides in an input of its own"),
            );
        } else if many && !alike(left, right) {
            self.mismatch(
                place,
                &format!("{left} is compared with {right}"),
                "ask how many there are with `| length`, or whether one is among them with `in`",
            );
        } else if !alike(left, right) {
            let help = match (left, right) {
                (Kind::Version, Kind::Number) | (Kind::Number, Kind::Version) => {
                    "put the version in quotes: \"10.2\"".to_owned()
                }
                (Kind::Text, other) | (other, Kind::Text) => match type_word(other) {
                    Some(word) => format!("give the input `type: {word}`, so that it is read as {other}"),
                    None => "give the input a `type`, so that it is read as what it is".to_owned(),
                },
                _ => "compare values of one kind".to_owned(),
            };
            let help = help.as_str();
            self.mismatch(place, &format!("{left} is compared with {right}"), help);
        } else if compare.is_order() && (left.is_text() || many || *left == Kind::Bool) {
            let help = "for versions and numbers give the input `type: version` or `type: number`";
            self.mismatch(place, &format!("`{}` asks which is more, and {left} has no order", compare.sign()), help);
        }
    }

    fn contains(
        &mut self,
        negative: bool,
        needle: Expr<Path>,
        list: Expr<Path>,
        origin: Origin<'_>,
    ) -> (Node<Name>, Kind) {
        let (mut needle, needle_kind) = self.settle(needle, origin);
        let (mut list, list_kind) = self.settle(list, origin);
        if let Node::List(items) = &mut list.node {
            for item in items {
                self.coerce(item, &needle_kind, origin);
            }
        } else if let Kind::List(kind) | Kind::Table(kind) = &list_kind {
            self.coerce(&mut needle, kind, origin);
        } else if list_kind != Kind::Unknown && !(list_kind.is_text() && needle_kind.is_text()) {
            let place = self.locate(origin, &list.at);
            self.mismatch(
                place,
                &format!("`in` looks into a list or a text, and this is {list_kind}"),
                "write a list: hop in [\"10.2.3\", \"10.2.5\"]",
            );
        }
        (Node::In(negative, Box::new(needle), Box::new(list)), Kind::Bool)
    }

    fn shift(&mut self, minus: bool, moment: Expr<Path>, length: Expr<Path>, origin: Origin<'_>) -> (Node<Name>, Kind) {
        if let (true, Node::Name(before), Node::Name(after)) = (minus, &moment.node, &length.node)
            && moment.at.end + 1 == length.at.start
        {
            let (before, after) = (before.dotted(), after.dotted());
            let place = self.locate(origin, &(moment.at.start..length.at.end));
            let message = format!("`{before}-{after}` is no name: names have no `-`");
            self.report(Diagnostic::new(Code::UnknownName, place, message).help(format!("write `{before}_{after}`")));
            return (Node::Literal(Value::Text(String::new())), Kind::Unknown);
        }
        let (moment, moment_kind) = self.settle(moment, origin);
        let (length, length_kind) = self.settle(length, origin);
        let good =
            matches!(moment_kind, Kind::Moment | Kind::Unknown) && matches!(length_kind, Kind::Length | Kind::Unknown);
        if !good {
            let place = self.locate(origin, &(moment.at.start..length.at.end));
            self.mismatch(place, &format!("only a time can be shifted by a length of time; here {length_kind} is added to or taken from {moment_kind}"), "write for example window.start - 24h");
        }
        (Node::Shift(minus, Box::new(moment), Box::new(length)), Kind::Moment)
    }

    fn filter(
        &mut self,
        filter: Filter,
        value: Expr<Path>,
        argument: Option<Expr<Path>>,
        origin: Origin<'_>,
    ) -> (Node<Name>, Kind) {
        let guarded = filter == Filter::Default && !self.scope.conditional;
        let (value, kind) = if guarded {
            self.within(|scope| scope.conditional = true, |this| this.settle(value, origin))
        } else {
            self.settle(value, origin)
        };
        let mut argument = argument.map(|argument| self.settle(argument, origin));
        if let (Filter::Default, Some((argument, _))) = (filter, &mut argument) {
            self.coerce(argument, &kind, origin);
        }
        let result = match (filter, &kind) {
            (_, Kind::Unknown) => Some(if filter == Filter::Length { Kind::Number } else { Kind::Unknown }),
            (Filter::Default, _) => Some(kind.clone()),
            (Filter::Length, Kind::List(_) | Kind::Table(_) | Kind::Text | Kind::Word(_)) => Some(Kind::Number),
            (Filter::Join, Kind::List(_)) => Some(Kind::Text),
            (Filter::First | Filter::Last, Kind::List(kind)) => Some((**kind).clone()),
            (Filter::Upper | Filter::Lower, kind) if kind.is_text() => Some(Kind::Text),
            _ => None,
        };
        if result.is_none() {
            let place = self.locate(origin, &value.at);
            self.mismatch(
                place,
                &format!("the filter does not take {kind}"),
                "`join`, `first` and `last` take a list, `upper` and `lower` a text",
            );
        }
        let argument = argument.map(|(argument, _)| Box::new(argument));
        (Node::Filter(filter, Box::new(value), argument), result.unwrap_or(Kind::Unknown))
    }

    /// Turns a text written in an expression into the kind it is held against.
    fn coerce(&mut self, expr: &mut Logic, kind: &Kind, origin: Origin<'_>) {
        let Node::Literal(Value::Text(text)) = &expr.node else {
            return;
        };
        let place = self.locate(origin, &expr.at);
        if let Kind::Word(words) = kind {
            if !words.contains(text) {
                let diagnostic = Diagnostic::new(Code::TypeMismatch, place, format!("it is never \"{text}\""));
                let listed = some(words.iter().map(String::as_str));
                let diagnostic = match self.meant(text, words.iter().map(String::as_str)) {
                    Some(meant) => diagnostic.did_you_mean(Some(meant)),
                    None => diagnostic.help(format!("it is one of {listed}")),
                };
                self.report(diagnostic);
            }
            return;
        }
        match Value::coerce(text, kind) {
            Ok(value) => expr.node = Node::Literal(value),
            Err(help) => {
                self.report(Diagnostic::new(Code::BadValue, place, format!("\"{text}\" is not {kind}")).help(help))
            }
        }
    }

    fn name(&mut self, path: &Path, place: Place) -> (Node<Name>, Kind) {
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

    /// Says whether a step is over by the time the thing being built is needed.
    fn is_earlier(&self, step: StepId) -> bool {
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
    fn check_rounds(&mut self, step: StepId, name: &str, place: Place) {
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
    fn is_sure(&self, step: StepId, in_option: bool) -> bool {
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

/// Returns the word for an input of a kind.
fn type_word(kind: &Kind) -> Option<&'static str> {
    Some(match kind {
        Kind::Number => "number",
        Kind::Bool => "bool",
        Kind::Version => "version",
        Kind::Date => "date",
        Kind::Moment => "time",
        Kind::Length => "duration",
        _ => return None,
    })
}

fn literal_kind(value: &Value) -> Kind {
    match value {
        Value::Number(_) => Kind::Number,
        Value::Bool(_) => Kind::Bool,
        Value::Length(_) => Kind::Length,
        _ => Kind::Text,
    }
}

/// Returns the kind of a literal that may have been turned into another.
fn coerced(expr: &Logic, kind: Kind) -> Kind {
    match &expr.node {
        Node::Literal(Value::Version(_)) => Kind::Version,
        Node::Literal(Value::Date(_)) => Kind::Date,
        Node::Literal(Value::Moment(_)) => Kind::Moment,
        Node::Literal(Value::Length(_)) => Kind::Length,
        _ => kind,
    }
}

/// Says whether two kinds can be held against each other.
pub(super) fn alike(left: &Kind, right: &Kind) -> bool {
    match (left, right) {
        (Kind::Unknown, _) | (_, Kind::Unknown) => true,
        (Kind::List(left), Kind::List(right)) | (Kind::Table(left), Kind::Table(right)) => alike(left, right),
        (left, right) => left == right || (left.is_text() && right.is_text()),
    }
}
