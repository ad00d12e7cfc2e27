//! Values taken from an output by name: by a pattern, a JSON pointer or a line.
//!
//! They are looked for in the standard output, and where that has none in the standard error, except
//! JSON. A value of another kind than declared is none.

use std::sync::Arc;

use chrono::{Offset as _, Utc};
use regex::Regex;

use super::super::follow::GAP;
use super::output::{read_json, scalar};
use super::{Heard, Text, clipped};
use crate::runbook::format::{Kind, Line};
use crate::runbook::model::{Capture, From};
use crate::runbook::value::Value;

/// Is a value that was taken from an output.
#[derive(Clone, Debug, PartialEq)]
pub struct Captured {
    /// Its name.
    pub name: Arc<str>,
    /// The text that was taken: from outside, so not safe to show.
    pub text: String,
    /// What it is as a value of its kind.
    pub value: Value,
}

/// Takes a value, or says why there is none.
pub(super) fn take(capture: &Capture, heard: &Heard<'_>) -> Result<Captured, String> {
    let name = &capture.name;
    let text = find(&capture.from, heard).map_err(|why| format!("no value for `{name}`: {why}"))?;
    let text = if capture.kind == Kind::Text { text } else { text.trim().to_owned() };
    let value = Value::parse(capture.kind, &text, Utc.fix());
    let value = value.map_err(|help| format!("no value for `{name}`: `{}` does not fit; {help}", clipped(&text)))?;
    Ok(Captured { name: Arc::clone(name), text, value })
}

fn find(from: &From, heard: &Heard<'_>) -> Result<String, String> {
    match from {
        From::Matches(pattern) => {
            let regex = Regex::new(pattern).map_err(|_| format!("`{}` is no regular expression", clipped(pattern)))?;
            let found = heard.both().iter().find_map(|text| matched(&regex, &text.text).map(str::to_owned));
            found.ok_or_else(|| format!("nothing in the output matches `{}`{}", clipped(pattern), unseen(heard)))
        }
        From::Line(line) => {
            let found = heard.both().iter().find_map(|text| one_line(*line, text).map(str::to_owned));
            found.ok_or_else(|| format!("the output has no such line{}", unseen(heard)))
        }
        From::Json(pointer) => {
            let json = read_json(&heard.out).map_err(|why| format!("the standard output is to be JSON; {why}"))?;
            let found = json.pointer(pointer).ok_or_else(|| format!("there is nothing at {}", clipped(pointer)))?;
            scalar(found)
                .ok_or_else(|| format!("{} is {}, not one value", clipped(pointer), clipped(&found.to_string())))
        }
    }
}

/// Gives the first group of a pattern that has groups, or all that it matched.
fn matched<'t>(regex: &Regex, text: &'t str) -> Option<&'t str> {
    let found = regex.captures(text)?;
    found.get(usize::from(regex.captures_len() > 1)).map(|group| group.as_str())
}

fn one_line<'t>(line: Line, text: &'t Text<'_>) -> Option<&'t str> {
    match line {
        Line::First => text.lines().next(),
        // The last that was kept is not the last, where more came after it.
        Line::Last => text.lines().next_back().filter(|line| *line != GAP),
    }
}

fn unseen(heard: &Heard<'_>) -> String {
    match heard.out.missing + heard.err.missing {
        0 => String::new(),
        missing => format!(", of which {missing} bytes were not kept and cannot be looked at"),
    }
}
