//! What an output is held against: texts, patterns, a number, values in JSON.
//!
//! "The output" is both of them: what is looked for may be in either. A number is the standard
//! output's first, or else the standard error's; JSON is the standard output as a whole.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value as Json;

use super::{Expected, ExpectedOutput, Heard, Kept, Text, clipped};
use crate::runbook::expression::Compare;
use crate::runbook::model::NumberTest;
use crate::runbook::value::Value;

/// A number, with a sign only where a word could begin, so that `disk-5` has a 5. What stands for a secret has none.
static NUMBER: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let digits = r"\d+(?:\.\d+)?(?:[eE][-+]?\d+)?";
    Regex::new(&format!(r"redacted:\d+|(?:^|[\s=:,;(\[<>|])([-+]{digits})|({digits})")).ok()
});

/// Says why the outputs are not as expected.
pub(super) fn reasons(expected: &Expected, heard: &Heard<'_>) -> Vec<String> {
    let unit = expected.unit.as_deref().unwrap_or_default();
    let mut reasons = of_one(&expected.output, &Place { name: "the output", texts: &heard.both(), unit });
    let alone = [("the standard output", &expected.out, &heard.out), ("the standard error", &expected.err, &heard.err)];
    for (name, expected, text) in alone {
        let place = Place { name, texts: &[text], unit };
        reasons.extend(expected.iter().flat_map(|expected| of_one(expected, &place)));
    }
    reasons.extend(json_reasons(&expected.json, &heard.out, "the standard output"));
    reasons
}

/// Says why one text, which has this name in sentences, is not as expected.
pub(in crate::exec) fn text_reasons(expected: &Expected, name: &str, kept: &Kept) -> Vec<String> {
    let text = Text::of(kept);
    let unit = expected.unit.as_deref().unwrap_or_default();
    let mut reasons = of_one(&expected.output, &Place { name, texts: &[&text], unit });
    reasons.extend(json_reasons(&expected.json, &text, name));
    reasons
}

/// Is where something is looked for, and its name in sentences.
struct Place<'a> {
    name: &'a str,
    texts: &'a [&'a Text<'a>],
    unit: &'a str,
}

impl Place<'_> {
    /// Says what came instead, and what could not be looked at.
    fn instead(&self) -> String {
        let last = self.texts.iter().find_map(|text| text.lines().next_back());
        let came =
            last.map_or_else(|| "it is empty".to_owned(), |line| format!("its last line is `{}`", clipped(line)));
        let missing: u64 = self.texts.iter().map(|text| text.missing).sum();
        match missing {
            0 => came,
            missing => format!("{came}, and {missing} bytes of it were not kept and cannot be looked at"),
        }
    }
}

fn of_one(expected: &ExpectedOutput, place: &Place<'_>) -> Vec<String> {
    let name = place.name;
    let is_missing = |wanted: &&String| !place.texts.iter().any(|text| text.text.contains(wanted.as_str()));
    let missing = expected.contains.iter().filter(is_missing);
    let mut reasons: Vec<_> = missing
        .map(|wanted| format!("expected {name} to contain `{}`; {}", clipped(wanted), place.instead()))
        .collect();
    reasons.extend(expected.matches.as_ref().and_then(|pattern| unmatched(pattern, place)));
    reasons.extend(expected.number.and_then(|test| wrong_number(test, place)));
    reasons
}

fn unmatched(pattern: &str, place: &Place<'_>) -> Option<String> {
    let Ok(regex) = Regex::new(pattern) else {
        return Some(format!("`{}` cannot be looked for: it is no regular expression", clipped(pattern)));
    };
    let is_there = place.texts.iter().any(|text| regex.is_match(&text.text));
    (!is_there).then(|| format!("expected {} to match `{}`; {}", place.name, clipped(pattern), place.instead()))
}

fn wrong_number(test: NumberTest, place: &Place<'_>) -> Option<String> {
    let wanted = format!("{} {}", test.compare.sign(), with_unit(&test.number.to_string(), place.unit));
    let Some((number, written)) = place.texts.iter().find_map(|text| first_number(&text.text)) else {
        return Some(format!("expected a number {wanted} in {}, and it has none; {}", place.name, place.instead()));
    };
    let came = with_unit(clipped(written).as_str(), place.unit);
    (!holds(test, number)).then(|| format!("expected a number {wanted} in {}; it is {came}", place.name))
}

fn with_unit(number: &str, unit: &str) -> String {
    if unit.is_empty() { number.to_owned() } else { format!("{number} {unit}") }
}

fn holds(test: NumberTest, number: f64) -> bool {
    match test.compare {
        Compare::Equal => number == test.number,
        Compare::Unequal => number != test.number,
        Compare::Less => number < test.number,
        Compare::LessOrEqual => number <= test.number,
        Compare::Greater => number > test.number,
        Compare::GreaterOrEqual => number >= test.number,
    }
}

/// Finds the first number in a text, and how it is written.
pub(in crate::exec) fn first_number(text: &str) -> Option<(f64, &str)> {
    let written =
        NUMBER.as_ref()?.captures_iter(text).find_map(|found| found.get(1).or_else(|| found.get(2)))?.as_str();
    Some((written.parse().ok()?, written))
}

fn json_reasons(expected: &[(String, Value)], out: &Text<'_>, name: &str) -> Vec<String> {
    if expected.is_empty() {
        return Vec::new();
    }
    let json = match read_json(out) {
        Ok(json) => json,
        Err(why) => return vec![format!("expected {name} to be JSON; {why}")],
    };
    expected.iter().filter_map(|(pointer, value)| other_value(&json, pointer, value)).collect()
}

fn other_value(json: &Json, pointer: &str, value: &Value) -> Option<String> {
    let found = json.pointer(pointer);
    if found.is_some_and(|found| is(found, value)) {
        return None;
    }
    let found =
        found.map_or_else(|| "there is none".to_owned(), |found| format!("it is {}", clipped(&found.to_string())));
    Some(format!("expected {} to be {}; {found}", clipped(pointer), clipped(&value.to_string())))
}

/// Reads an output as JSON, or says why that cannot be.
pub(super) fn read_json(text: &Text<'_>) -> Result<Json, String> {
    match text.missing {
        0 => serde_json::from_str(&text.text).map_err(|error| format!("it is none: {}", clipped(&error.to_string()))),
        missing => Err(format!("{missing} bytes of it were not kept, so it cannot be read")),
    }
}

fn is(found: &Json, value: &Value) -> bool {
    match (found, value) {
        (Json::Number(found), Value::Number(value)) => found.as_f64() == Some(*value),
        (Json::Bool(found), Value::Bool(value)) => found == value,
        (Json::Array(found), Value::List(values)) => {
            found.len() == values.len() && found.iter().zip(values).all(|(found, value)| is(found, value))
        }
        // As in `state: "3"`: what was written as a text is held against how it reads.
        (found, value) => scalar(found).is_some_and(|found| found == value.to_string()),
    }
}

/// Gives a JSON value as text, unless it holds others.
pub(super) fn scalar(json: &Json) -> Option<String> {
    match json {
        Json::String(text) => Some(text.clone()),
        Json::Number(number) => Some(number.to_string()),
        Json::Bool(truth) => Some(truth.to_string()),
        Json::Null | Json::Array(_) | Json::Object(_) => None,
    }
}
