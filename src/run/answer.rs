//! Answers: what a person typed, as the journal keeps it, and what is asked where.
//!
//! An answer is text, so that a record never depends on how a value is held in memory; the value is
//! read from it again, by the kind that the runbook declares. Drawing a question is for others.

use std::collections::BTreeMap;

use chrono::{FixedOffset, Offset, Utc};

use crate::runbook::format::Kind as InputKind;
use crate::runbook::model::{Action, Input, Runbook, StepId};
use crate::runbook::plan::{SetError, read, read_row};
use crate::runbook::value::Value;

/// Is an answer as it is recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// One value.
    One(String),
    /// A list.
    Many(Vec<String>),
    /// A value for each of a list.
    Table(BTreeMap<String, String>),
    /// A secret, which is never recorded.
    Secret,
}

impl Answer {
    /// Keeps a value as text.
    pub fn of(value: &Value) -> Self {
        match value {
            Value::Secret(_) => Self::Secret,
            Value::List(items) => Self::Many(items.iter().map(Value::to_string).collect()),
            Value::Table(rows) => Self::Table(rows.iter().map(|(key, row)| (key.clone(), row.to_string())).collect()),
            one => Self::One(one.to_string()),
        }
    }

    /// Reads the value again; nothing when it is not of that kind.
    pub(super) fn value(&self, name: &str, kind: InputKind) -> Option<Value> {
        let one = |text: &String| Value::parse(kind, text, Utc.fix()).ok();
        match self {
            Self::One(text) => one(text),
            Self::Many(texts) => texts.iter().map(one).collect::<Option<_>>().map(Value::List),
            Self::Table(rows) => {
                let rows = rows.iter().map(|(key, text)| one(text).map(|value| (key.clone(), value)));
                rows.collect::<Option<_>>().map(Value::Table)
            }
            Self::Secret => Some(Value::Secret(name.to_owned())),
        }
    }
}

impl std::fmt::Display for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::One(text) => f.write_str(text),
            Self::Many(texts) => f.write_str(&texts.join(", ")),
            Self::Table(rows) => {
                f.write_str(&rows.iter().map(|(key, row)| format!("{key}: {row}")).collect::<Vec<_>>().join(", "))
            }
            Self::Secret => f.write_str("(secret)"),
        }
    }
}

/// Says what is asked: where the runbook declares it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// An input of the runbook, by its place.
    Input(u32),
    /// A value that a step gives, by its place among [`crate::runbook::model::Step::values`].
    Recorded(StepId, u32),
    /// When the window begins.
    Window,
    /// How long it is, or when it ends.
    Until,
    /// Who is here.
    Operator,
    /// What a person has to say with what he does; may be empty where that means something.
    Said {
        /// Whether it may be empty.
        may_be_empty: bool,
    },
    /// A secret, which is never shown.
    Secret,
}

/// Is a question that is put to a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// What is asked.
    pub asked: Asked,
    /// The name of the value.
    pub name: String,
    /// The question in words.
    pub ask: String,
    /// What is proposed, as one would type it.
    pub proposed: Option<String>,
    /// What an answer looks like.
    pub hint: String,
}

impl Question {
    /// Makes the question for a declared value; `ask` is its text with the values in it.
    pub(super) fn declared(asked: Asked, input: &Input, ask: String) -> Self {
        let proposed = input.default.as_ref().map(|value| Answer::of(value).to_string());
        Self { asked, name: input.name.to_string(), ask, proposed, hint: hint(input) }
    }

    /// Makes the questions that are put before a run begins. Secrets are asked when they are used.
    pub fn at_start(runbook: &Runbook) -> Vec<Self> {
        let inputs = (0..).zip(&runbook.main().inputs).filter(|(_, input)| input.kind != InputKind::Secret);
        inputs.map(|(at, input)| Self::declared(Asked::Input(at), input, input.ask.outline())).collect()
    }

    /// Makes the question for what a person has to say with what he does.
    pub fn said(field: super::Field) -> Self {
        let may_be_empty = field.name == "mended" || field.name == "was";
        let (asked, name, ask) = (Asked::Said { may_be_empty }, field.name.to_owned(), field.ask.to_owned());
        Self { asked, name, ask, proposed: None, hint: String::new() }
    }

    /// Makes the question for the beginning of the window.
    pub fn window(proposed: Option<String>) -> Self {
        Self {
            asked: Asked::Window,
            name: "window".to_owned(),
            ask: "When does the maintenance window begin?".to_owned(),
            proposed,
            hint: "time, local unless it has an offset".to_owned(),
        }
    }

    /// Makes the question for its end.
    pub fn until(proposed: Option<String>) -> Self {
        Self {
            asked: Asked::Until,
            name: "for".to_owned(),
            ask: "How long is it, or when does it end?".to_owned(),
            proposed,
            hint: "such as 4h, or a time".to_owned(),
        }
    }

    /// Makes the question for a secret.
    pub fn secret(runbook: &Runbook, name: &str) -> Self {
        let input = runbook.main().inputs.iter().find(|input| *input.name == *name);
        let ask = input.map_or_else(|| name.to_owned(), |input| input.ask.outline());
        let hint = "never shown and never written".to_owned();
        Self { asked: Asked::Secret, name: name.to_owned(), ask, proposed: None, hint }
    }

    /// Makes the question for a value that a command's output holds.
    pub(super) fn captured(asked: Asked, name: &str) -> Self {
        let ask = format!("Value of {name} in the output of the command");
        Self { asked, name: name.to_owned(), ask, proposed: None, hint: String::new() }
    }

    /// Reads what was typed, or says what to write instead; a time without offset is taken in `zone`.
    pub fn read(&self, runbook: Option<&Runbook>, typed: &str, zone: FixedOffset) -> Result<Answer, String> {
        if self.asked == Asked::Secret {
            // What is typed counts as it is, blanks and all.
            return if typed.is_empty() {
                Err("it needs a value".to_owned())
            } else {
                Ok(Answer::One(typed.to_owned()))
            };
        }
        let typed = typed.trim();
        match self.asked {
            Asked::Said { may_be_empty: false } if typed.is_empty() => Err("a few words are needed here".to_owned()),
            Asked::Said { .. } | Asked::Secret => Ok(Answer::One(typed.to_owned())),
            Asked::Operator => match super::Person::named(typed) {
                Some(person) => Ok(Answer::One(person.name)),
                None => Err("write your name: it stands beside everything you sign".to_owned()),
            },
            Asked::Window => parsed(InputKind::Time, typed, zone),
            Asked::Until => super::Until::parse(typed, zone).map(|(_, kept)| Answer::One(kept)),
            Asked::Input(index) => match runbook.and_then(|runbook| runbook.main().inputs.get(index as usize)) {
                Some(input) => read_input(input, typed),
                None => Err("the runbook does not ask this".to_owned()),
            },
            Asked::Recorded(step, index) => match runbook.and_then(|runbook| declared(runbook, step, index)) {
                Some((_, Ok(input))) => read_input(input, typed),
                Some((_, Err(kind))) => parsed(kind, typed, zone),
                None => Err("the step does not ask this".to_owned()),
            },
        }
    }
}

fn read_input(input: &Input, typed: &str) -> Result<Answer, String> {
    if typed.is_empty() && !input.list && input.each.is_none() {
        return Err("it needs a value".to_owned());
    }
    if input.each.is_some() {
        return read_table(input, typed);
    }
    read(input, &[typed]).map(|value| Answer::of(&value)).map_err(help)
}

/// Says what to write instead.
fn help(error: SetError) -> String {
    match error {
        SetError::Unfit { help, .. } => help,
        other => other.to_string(),
    }
}

/// Reads an answer for each value: `VALUE: ANSWER`, with commas between.
fn read_table(input: &Input, typed: &str) -> Result<Answer, String> {
    let mut rows = BTreeMap::new();
    for row in typed.split(',').map(str::trim).filter(|row| !row.is_empty()) {
        let (key, answer) = row.split_once(':').ok_or_else(|| format!("write `{row}: ANSWER`"))?;
        let value = read_row(input, &[answer.trim()]).map_err(|error| format!("{}: {}", key.trim(), help(error)))?;
        rows.insert(key.trim().to_owned(), value.to_string());
    }
    if rows.is_empty() {
        Err("it has an answer for each value: VALUE: ANSWER, …".to_owned())
    } else {
        Ok(Answer::Table(rows))
    }
}

fn parsed(kind: InputKind, typed: &str, zone: FixedOffset) -> Result<Answer, String> {
    if typed.is_empty() {
        return Err("it needs a value".to_owned());
    }
    Value::parse(kind, typed, zone).map(|value| Answer::of(&value))
}

/// Finds how a step's value is declared: as an input, or by its kind when a command's output holds it.
pub(super) fn declared(runbook: &Runbook, step: StepId, index: u32) -> Option<(&str, Result<&Input, InputKind>)> {
    let step = runbook.step(step);
    let (name, input) = step.values().nth(index as usize)?;
    if let Some(input) = input {
        return Some((name, Ok(input)));
    }
    let Action::Run(run) = &step.action else { return None };
    let capture = run.capture.iter().find(|capture| &*capture.name == name)?;
    Some((name, Err(capture.kind)))
}

/// Says in a few words what an answer looks like.
fn hint(input: &Input) -> String {
    if !input.one_of.is_empty() {
        return input.one_of.iter().map(Value::to_string).collect::<Vec<_>>().join(" | ");
    }
    let kind = match input.kind {
        InputKind::Text => "",
        InputKind::Url => "address",
        InputKind::Host => "host",
        InputKind::Path => "path",
        InputKind::Version => "version",
        InputKind::Number => "number",
        InputKind::Bool => "yes | no",
        InputKind::Date => "date",
        InputKind::Time => "time",
        InputKind::Duration => "length of time",
        InputKind::Secret => "secret",
    };
    let form = match (&input.each, input.list) {
        (Some(_), _) => "VALUE:ANSWER, with commas between",
        (None, true) => "with commas between",
        (None, false) => "",
    };
    let example = input.example.as_ref().map(|example| format!("as in {example}")).unwrap_or_default();
    [kind, form, &example].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}
