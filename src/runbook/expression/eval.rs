//! The value of an expression, given what is known so far.
//!
//! Truth has three answers: `x and y` is false as soon as one of them is, whatever the other will be.
//! Whatever cannot be told yet comes back as the names it waits for.

use std::collections::BTreeSet;

use super::{Compare, Expr, Filter, Node};
use crate::runbook::value::Value;

/// What is known of a name.
#[derive(Clone, Debug, PartialEq)]
pub enum Found {
    /// Its value.
    Value(Value),
    /// Nothing yet; it is waited for under this name.
    NotYet(String),
    /// Nothing, and nothing will come.
    Never(String),
}

/// Finds the values of names.
pub trait Lookup<N> {
    /// Returns what is known of a name.
    fn lookup(&self, name: &N) -> Found;
}

/// Why an expression has no value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Missing {
    /// The names that are waited for.
    pub names: BTreeSet<String>,
    /// Says that some of them will never have a value.
    pub never: bool,
}

impl Missing {
    fn of(name: String, never: bool) -> Self {
        Self { names: BTreeSet::from([name]), never }
    }

    fn and(mut self, other: Self) -> Self {
        self.names.extend(other.names);
        self.never |= other.never;
        self
    }
}

/// Either side of an operator that has been evaluated.
pub type Operand = Result<Value, Missing>;

/// Returns the value of an expression.
pub fn eval<N>(expr: &Expr<N>, names: &impl Lookup<N>) -> Operand {
    match &expr.node {
        Node::Literal(value) => Ok(value.clone()),
        Node::Name(name) => match names.lookup(name) {
            Found::Value(value) => Ok(value),
            Found::NotYet(name) => Err(Missing::of(name, false)),
            Found::Never(name) => Err(Missing::of(name, true)),
        },
        Node::Index(table, key) => index(eval(table, names), eval(key, names)),
        Node::List(items) => collect(items.iter().map(|item| eval(item, names))).map(Value::List),
        Node::Not(inner) => eval(inner, names).map(|value| Value::Bool(!is_true(&value))),
        Node::All(parts) => three_valued(parts, names, false),
        Node::Any(parts) => three_valued(parts, names, true),
        Node::Compare(compare, left, right) => {
            both(eval(left, names), eval(right, names)).map(|(left, right)| Value::Bool(holds(*compare, &left, &right)))
        }
        Node::In(negative, needle, list) => both(eval(needle, names), eval(list, names))
            .map(|(needle, list)| Value::Bool(contains(&list, &needle) != *negative)),
        Node::Shift(minus, moment, length) => {
            both(eval(moment, names), eval(length, names)).map(|(moment, length)| shift(*minus, moment, &length))
        }
        Node::Filter(filter, value, argument) => {
            let argument = argument.as_ref().map(|argument| eval(argument, names));
            filtered(*filter, eval(value, names), argument)
        }
    }
}

/// Returns the text of an expression's value; what is missing is shown as ‹name›.
pub fn text<N>(expr: &Expr<N>, names: &impl Lookup<N>) -> Result<String, (String, Missing)> {
    eval(expr, names).map(|value| value.to_string()).map_err(|missing| {
        let shown: Vec<_> = missing.names.iter().map(|name| format!("‹{name}›")).collect();
        (shown.join(" "), missing)
    })
}

fn is_true(value: &Value) -> bool {
    matches!(value, Value::Bool(true))
}

fn both(left: Operand, right: Operand) -> Result<(Value, Value), Missing> {
    match (left, right) {
        (Ok(left), Ok(right)) => Ok((left, right)),
        (Err(left), Err(right)) => Err(left.and(right)),
        (Err(missing), _) | (_, Err(missing)) => Err(missing),
    }
}

fn collect(items: impl Iterator<Item = Operand>) -> Result<Vec<Value>, Missing> {
    let (mut values, mut missing) = (Vec::new(), None::<Missing>);
    for item in items {
        match item {
            Ok(value) => values.push(value),
            Err(more) => missing = Some(missing.unwrap_or_default().and(more)),
        }
    }
    missing.map_or(Ok(values), Err)
}

/// Gives the deciding answer as soon as one part has it, and otherwise waits for all parts.
fn three_valued<N>(parts: &[Expr<N>], names: &impl Lookup<N>, decides: bool) -> Operand {
    let mut missing = None::<Missing>;
    for part in parts {
        match eval(part, names) {
            Ok(value) if is_true(&value) == decides => return Ok(Value::Bool(decides)),
            Ok(_) => {}
            Err(more) => missing = Some(missing.unwrap_or_default().and(more)),
        }
    }
    missing.map_or(Ok(Value::Bool(!decides)), Err)
}

fn index(table: Operand, key: Operand) -> Operand {
    let (table, key) = both(table, key)?;
    let key = key.to_string();
    let found = match table {
        Value::Table(mut rows) => rows.remove(&key),
        _ => None,
    };
    found.ok_or_else(|| Missing::of(format!("[{key}]"), false))
}

fn holds(compare: Compare, left: &Value, right: &Value) -> bool {
    let order = left.order(right);
    match compare {
        Compare::Equal => order.is_some_and(|order| order.is_eq()),
        Compare::Unequal => !order.is_some_and(|order| order.is_eq()),
        Compare::Less => order.is_some_and(|order| order.is_lt()),
        Compare::LessOrEqual => order.is_some_and(|order| order.is_le()),
        Compare::Greater => order.is_some_and(|order| order.is_gt()),
        Compare::GreaterOrEqual => order.is_some_and(|order| order.is_ge()),
    }
}

fn contains(list: &Value, needle: &Value) -> bool {
    match (list, needle) {
        (Value::List(items), needle) => items.iter().any(|item| holds(Compare::Equal, item, needle)),
        (Value::Table(rows), needle) => rows.contains_key(&needle.to_string()),
        (Value::Text(text), Value::Text(part)) => text.contains(part.as_str()),
        _ => false,
    }
}

fn shift(minus: bool, moment: Value, length: &Value) -> Value {
    let (Value::Moment(moment), Value::Length(length)) = (&moment, length) else {
        return moment;
    };
    let span =
        chrono::TimeDelta::try_milliseconds(i64::try_from(length.as_millis()).unwrap_or(i64::MAX)).unwrap_or_default();
    let shifted = if minus { moment.checked_sub_signed(span) } else { moment.checked_add_signed(span) };
    Value::Moment(shifted.unwrap_or(*moment))
}

fn filtered(filter: Filter, value: Operand, argument: Option<Operand>) -> Operand {
    if filter == Filter::Default {
        return match value {
            Err(missing) if missing.never => argument.unwrap_or(Err(missing)),
            value => value,
        };
    }
    let value = value?;
    match (filter, value) {
        (Filter::Length, Value::List(items)) => Ok(Value::Number(items.len() as f64)),
        (Filter::Length, Value::Table(rows)) => Ok(Value::Number(rows.len() as f64)),
        (Filter::Length, value) => Ok(Value::Number(value.to_string().chars().count() as f64)),
        (Filter::Join, Value::List(items)) => {
            let between = argument.transpose()?.map(|value| value.to_string()).unwrap_or_default();
            Ok(Value::Text(items.iter().map(Value::to_string).collect::<Vec<_>>().join(&between)))
        }
        (Filter::First, Value::List(items)) => {
            items.first().cloned().ok_or_else(|| Missing::of("first".to_owned(), true))
        }
        (Filter::Last, Value::List(items)) => items.last().cloned().ok_or_else(|| Missing::of("last".to_owned(), true)),
        (Filter::Upper, value) => Ok(Value::Text(value.to_string().to_uppercase())),
        (Filter::Lower, value) => Ok(Value::Text(value.to_string().to_lowercase())),
        (_, value) => Ok(value),
    }
}
