//! Inputs, recorded values, loops and values written out.

use std::collections::HashSet;
use std::sync::Arc;

use chrono::{Offset, Utc};

use super::declare::list_text;
use super::kinds::{Origin, alike};
use super::{Builder, Round, Time};
use crate::runbook::diagnostic::{Code, Diagnostic};
use crate::runbook::expression::RESERVED;
use crate::runbook::format::{self, Kind as InputKind};
use crate::runbook::model::{Input, Loop, Over};
use crate::runbook::place::Place;
use crate::runbook::shape::{Ident, Literal, Spread, Table, Text, unquoted};
use crate::runbook::value::{Kind, Value};

impl Builder<'_> {
    /// Builds what a person is asked for.
    pub(super) fn inputs(&mut self, table: Option<Table<Ident, format::Input>>) -> Vec<Input> {
        table.unwrap_or_default().0.into_iter().map(|(name, input)| self.input(name.0, input)).collect()
    }

    fn input(&mut self, name: Text, input: format::Input) -> Input {
        let place = name.place;
        self.in_loop(input.for_each, |this, each| {
            let kind = input.kind.unwrap_or(InputKind::Text);
            let list = input.list.is_some_and(|list| list.value);
            let one_of = input.one_of.map(|literal| this.options(literal, kind)).unwrap_or_default();
            let default = input.default.as_ref().and_then(|literal| this.default(literal, kind, list));
            this.check_input(&input.default, kind, list, &one_of, default.as_ref(), each.is_some());
            this.check_bounds(input.min, input.max);
            Input {
                name: Arc::from(name.text),
                place,
                ask: this.text(input.ask.unwrap_or_default()),
                kind,
                list,
                min: input.min.map(|min| min.value),
                max: input.max.map(|max| max.value),
                default,
                one_of,
                matches: input.matches.map(|pattern| this.pattern(pattern)),
                example: input.example.map(|example| example.text),
                text: this.maybe_text(input.text),
                each,
            }
        })
    }

    fn default(&mut self, literal: &Literal, kind: InputKind, list: bool) -> Option<Value> {
        match (literal, list) {
            (Literal::Many(items, _), true) => {
                Some(Value::List(items.iter().filter_map(|item| self.value(item, kind)).collect()))
            }
            (Literal::One(text, _), true) => {
                let message = "the input is a list, and its default is one value";
                self.report(
                    Diagnostic::new(Code::WrongType, text.place, message).help(format!("write [{}]", text.text)),
                );
                None
            }
            (Literal::Many(_, place), false) => {
                let message = "the default is a list, and the input is one value";
                self.report(
                    Diagnostic::new(Code::WrongType, *place, message).help("add `list: true`, or write one value"),
                );
                None
            }
            (literal, false) => self.value(literal, kind),
        }
    }

    fn options(&mut self, literal: Literal, kind: InputKind) -> Vec<Value> {
        match literal {
            Literal::Many(items, _) => items.iter().filter_map(|item| self.value(item, kind)).collect(),
            Literal::One(text, _) => {
                self.report(
                    Diagnostic::new(Code::WrongType, text.place, "`one_of` needs a list")
                        .help(format!("write [{}]", text.text)),
                );
                Vec::new()
            }
        }
    }

    fn check_input(
        &mut self,
        literal: &Option<Literal>,
        kind: InputKind,
        list: bool,
        one_of: &[Value],
        default: Option<&Value>,
        table: bool,
    ) {
        let Some(place) = literal.as_ref().map(Literal::place) else {
            return;
        };
        if kind == InputKind::Secret {
            self.report(
                Diagnostic::new(Code::WrittenPassword, place, "a secret is written into the runbook")
                    .help("leave the default out; it is asked when the run starts"),
            );
        }
        if table {
            self.report(
                Diagnostic::new(
                    Code::Misplaced,
                    place,
                    "an input with `for_each` has one answer for each value, so it has no default",
                )
                .help("remove the default"),
            );
        }
        let words: HashSet<String> = one_of.iter().map(Value::to_string).collect();
        let among = |value: &Value| one_of.is_empty() || words.contains(&value.to_string()) || one_of.contains(value);
        let known = match default {
            Some(Value::List(items)) if list => items.iter().all(among),
            Some(value) => among(value),
            None => true,
        };
        if !known {
            self.report(
                Diagnostic::new(Code::BadValue, place, "the default is not one of the values to choose from")
                    .help("choose one of them"),
            );
        }
    }

    fn check_bounds(
        &mut self,
        min: Option<crate::runbook::shape::Placed<u32>>,
        max: Option<crate::runbook::shape::Placed<u32>>,
    ) {
        if let (Some(min), Some(max)) = (min, max)
            && min.value > max.value
        {
            self.report(
                Diagnostic::new(
                    Code::BadValue,
                    min.place,
                    format!("the least, {}, is more than the most, {}", min.value, max.value),
                )
                .help("exchange them"),
            );
        }
    }

    /// Reads a value written out, as the kind that it must have.
    pub(super) fn value(&mut self, literal: &Literal, kind: InputKind) -> Option<Value> {
        let Literal::One(text, plain) = literal else {
            self.report(Diagnostic::new(
                Code::WrongType,
                literal.place(),
                format!("expected {}, found a list", Kind::of(kind)),
            ));
            return None;
        };
        if let Some(other) =
            unquoted(&text.text, *plain).filter(|_| !matches!(kind, InputKind::Number | InputKind::Bool))
        {
            let message = format!("`{}` is {other} to YAML, and {} is wanted here", text.text, Kind::of(kind));
            self.report(
                Diagnostic::new(Code::Unquoted, text.place, message)
                    .help(format!("put it in quotes: \"{}\"", text.text)),
            );
        }
        let strict = kind == InputKind::Bool && !matches!(text.text.as_str(), "true" | "false");
        let read =
            if strict { Err("write `true` or `false`".to_owned()) } else { Value::parse(kind, &text.text, Utc.fix()) };
        read.map_err(|help| {
            let message = format!("`{}` is not {}", text.text, Kind::of(kind));
            self.report(Diagnostic::new(Code::BadValue, text.place, message).help(help));
        })
        .ok()
    }

    /// Reads a value written out whose kind only its form tells: a number, a truth value or a text.
    pub(super) fn bare_value(&mut self, literal: Literal) -> Option<Value> {
        let Literal::One(text, plain) = &literal else {
            return self.value(&literal, InputKind::Text);
        };
        let kind = match unquoted(&text.text, *plain) {
            Some("a number") if text.text.contains('.') => InputKind::Text,
            Some("a number") => InputKind::Number,
            Some("a truth value") => InputKind::Bool,
            _ => InputKind::Text,
        };
        self.value(&literal, kind)
    }

    /// Builds a loop.
    pub(super) fn each(&mut self, table: Option<Table<Ident, Spread>>) -> Option<Loop> {
        let mut rows = table?.0;
        if rows.len() > 1 {
            let place = rows[1].0.0.place;
            self.report(
                Diagnostic::new(Code::Misplaced, place, "a loop goes through one list")
                    .help("nest the loops: an activity with steps, each with its own `for_each`"),
            );
        }
        if rows.is_empty() {
            return None; // an empty mapping was reported when it was read, or its rows were
        }
        let (name, over) = rows.swap_remove(0);
        self.check_loop_name(&name.0);
        let place = name.0.place;
        let (over, kind) = match over {
            Spread::Named(logic) => self.named_list(logic.0)?,
            Spread::Written(items, place) => self.written_list(items, place),
        };
        Some(Loop { name: Arc::from(name.0.text), over, kind, place })
    }

    fn check_loop_name(&mut self, name: &Text) {
        if RESERVED.contains(&name.text.as_str()) {
            let message = format!("`{}` means something already", name.text);
            self.report(Diagnostic::new(Code::ReservedName, name.place, message).help("choose another name"));
        }
        let declared = self.declared;
        let value = declared.by_name.get(&(self.scope.book, name.text.clone())).map(|at| declared.values[*at].place);
        if let Some(first) = value {
            let message = format!("the loop's name `{}` is the name of a value too", name.text);
            self.report(
                Diagnostic::new(Code::DuplicateName, name.place, message)
                    .related(first, "the value is declared here")
                    .help("give the loop a name of its own, such as the list's name without its s"),
            );
        } else if self.scope.rounds.iter().any(|round| *round.name == *name.text) {
            let message = format!("a loop around this one is called `{}` already", name.text);
            self.report(
                Diagnostic::new(Code::DuplicateName, name.place, message).help("give the inner loop another name"),
            );
        }
    }

    fn named_list(&mut self, text: Text) -> Option<(Over, Kind)> {
        let origin = Origin { text: &text.text, place: text.place, base: 0 };
        let (logic, kind) = self.expression(origin, &text.text)?;
        let kind = match kind {
            Kind::List(kind) => *kind,
            Kind::Unknown => Kind::Unknown,
            kind => {
                let message = format!("a loop goes through a list, and `{}` is {kind}", text.text);
                self.report(
                    Diagnostic::new(Code::LoopOverNoList, text.place, message)
                        .help("add `list: true` to the input, or write a list: [a, b]"),
                );
                Kind::Unknown
            }
        };
        Some((Over::Named(logic), kind))
    }

    fn written_list(&mut self, items: Vec<Literal>, place: Place) -> (Over, Kind) {
        if items.is_empty() {
            self.report(
                Diagnostic::new(Code::LoopOverNoList, place, "the list is empty, so nothing would be done")
                    .help("write its values: [a, b]"),
            );
        }
        let values: Vec<_> = items.into_iter().filter_map(|item| self.bare_value(item)).collect();
        let kind = match values.first() {
            Some(Value::Number(_)) => Kind::Number,
            Some(Value::Bool(_)) => Kind::Bool,
            _ => Kind::Text,
        };
        let mixed = values.iter().any(|value| !alike(&kind, &kind_of(value)));
        if mixed {
            self.report(
                Diagnostic::new(Code::TypeMismatch, place, "the list holds values of different kinds")
                    .help("put all of them in quotes"),
            );
        }
        (Over::Written(values), kind)
    }

    /// Builds a loop, and then what is done in each of its rounds.
    pub(super) fn in_loop<T>(
        &mut self,
        table: Option<Table<Ident, Spread>>,
        build: impl FnOnce(&mut Self, Option<Loop>) -> T,
    ) -> T {
        let list = table.as_ref().and_then(|table| table.0.first()).map(|(_, over)| list_text(over));
        let each = self.each(table);
        let round = each.as_ref().map(|each| Round {
            name: Arc::clone(&each.name),
            list: list.unwrap_or_default(),
            kind: each.kind.clone(),
        });
        self.within(|scope| scope.rounds.extend(round), |this| build(this, each))
    }

    /// Builds inputs that are asked when the run starts.
    pub(super) fn start_inputs(&mut self, table: Option<Table<Ident, format::Input>>) -> Vec<Input> {
        let rows = table.unwrap_or_default().0.into_iter().enumerate();
        let build = |this: &mut Self, at: u32, (name, input): (Ident, format::Input)| {
            this.within(|scope| scope.input = Some(at), |this| this.input(name.0, input))
        };
        self.at(Time::Start, |this| rows.map(|(at, row)| build(this, at as u32, row)).collect())
    }
}

fn kind_of(value: &Value) -> Kind {
    match value {
        Value::Number(_) => Kind::Number,
        Value::Bool(_) => Kind::Bool,
        _ => Kind::Text,
    }
}
