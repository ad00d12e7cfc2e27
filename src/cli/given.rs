//! What the command line answers of what a run begins with: --set, --window, --for and --as.
//!
//! Each is read as if it was typed where it is asked, and what does not fit is said with its option. The
//! dialogue takes it for answered; the full screen shows it in the form.

use chrono::FixedOffset;

use super::args::RunArgs;
use super::stop::Stop;
use crate::run::{Answer, Question, Until};
use crate::runbook::model::Runbook;
use crate::time::Length;

/// The name under which it is answered who begins.
pub(super) const OPERATOR: &str = "operator";
/// The name under which it is answered when the window begins.
pub(super) const WINDOW: &str = "window";

/// Is what the command line answers.
#[derive(Debug, Default)]
pub(super) struct Given {
    /// The answers, by the names of the questions.
    pub(super) answers: Vec<(String, Answer)>,
    /// When the window begins.
    pub(super) window: Option<Answer>,
    /// How long it is, where it is not as long as the runbook says.
    pub(super) length: Option<Length>,
}

impl Given {
    /// Reads it; a time without offset is taken in `zone`.
    pub(super) fn read(runbook: &Runbook, args: &RunArgs, zone: FixedOffset) -> Result<Self, Stop> {
        let mut answers = read_set(runbook, &args.set, zone)?;
        if let Some(who) = &args.talk.who {
            answers.push((OPERATOR.to_owned(), Answer::One(who.clone())));
        }
        let window = args.window.as_ref().map(|text| {
            let read = Question::window(None).read(Some(runbook), text, zone);
            read.map_err(|why| Stop::usage(format!("--window: {why}")))
        });
        let length = args.length.as_ref().zip(window.as_ref()).map(|(text, window)| {
            let length =
                Until::read(text, zone).and_then(|until| until.length_from(window.as_ref().map_or(0, begins_ms)));
            length.map_err(|why| Stop::usage(format!("--for: {why}")))
        });
        let (window, length) = (window.transpose()?, length.transpose()?);
        if window.is_some() && length.is_none() && runbook.main().window.is_none() {
            return Err(Stop::usage("--window: the runbook has no window; say with --for how long it is"));
        }
        Ok(Self { answers, window, length })
    }
}

/// Gives the moment that an answer names.
fn begins_ms(window: &Answer) -> i64 {
    match Until::kept(&window.to_string()) {
        Some(Until::Ends(at_ms)) => at_ms,
        _ => 0,
    }
}

fn read_set(runbook: &Runbook, all: &[String], zone: FixedOffset) -> Result<Vec<(String, Answer)>, Stop> {
    let mut given: Vec<(String, Answer)> = Vec::new();
    let known = Question::at_start(runbook);
    for set in all {
        let (name, value) = set.split_once('=').ok_or_else(|| Stop::usage(format!("--set {set}: write NAME=VALUE")))?;
        let (name, value) = (name.trim(), value.trim());
        let (plain, row) = match name.split_once('[') {
            Some((plain, row)) => (plain, row.strip_suffix(']')),
            None => (name, None),
        };
        let Some(question) = known.iter().find(|question| question.name == plain) else {
            let near = crate::id::nearest(plain, known.iter().map(|question| question.name.as_str()));
            let hint = near.map(|near| format!("; did you mean {near}?")).unwrap_or_default();
            return Err(Stop::usage(format!("--set {plain}: is no input that is answered so{hint}")));
        };
        let typed = row.map_or_else(|| value.to_owned(), |row| format!("{row}: {value}"));
        let read = question.read(Some(runbook), &typed, zone);
        add(&mut given, plain, read.map_err(|why| Stop::usage(format!("--set {name}: {why}")))?);
    }
    Ok(given)
}

/// Adds an answer; rows of a table are added to those that are there.
fn add(given: &mut Vec<(String, Answer)>, name: &str, answer: Answer) {
    match (given.iter_mut().find(|(known, _)| known == name), answer) {
        (Some((_, Answer::Table(rows))), Answer::Table(more)) => rows.extend(more),
        (Some((_, known)), answer) => *known = answer,
        (None, answer) => given.push((name.to_owned(), answer)),
    }
}
