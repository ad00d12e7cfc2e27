//! Expressions with their kinds checked: what is compared with what, and what a filter takes.

use std::ops::Range;

use super::offsets::Offsets;
use super::{Builder, some};
use crate::runbook::diagnostic::{Code, Diagnostic};
use crate::runbook::expression::{Compare, Expr, Filter, Node, Path, parse};
use crate::runbook::model::{Logic, Name};
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
