//! What a line means: a word, the step that it names, and what stands behind it.
//!
//! An id of a step may hold blanks, so a step is found by looking which one a line begins with.

use crate::run::{Run, Verb};
use crate::runbook::plan::Item;

/// Is what a person says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Said<'a> {
    /// The word.
    pub(super) word: &'a str,
    /// The step that the line names, by its id.
    pub(super) step: Option<String>,
    /// What stands behind it.
    pub(super) rest: &'a str,
}

/// Is something that can be said and is no verb of the run: the word, what stands behind it, what it does.
pub(super) const WORDS: [(&str, &str, &str); 19] = [
    ("sign", "STEP", "sign for the step, or say that it was done where nobody signs"),
    ("choose", "STEP OPTION", "choose an option"),
    ("record", "STEP", "note down what the step asks for"),
    ("terminal", "STEP", "sit down again at the terminal of a command that asks questions"),
    ("next", "", "go to the step that is next"),
    ("show", "[STEP]", "read a step, the whole of it"),
    ("list", "", "list every step and how it stands"),
    ("trail", "[N]", "read the last N records"),
    ("time", "", "say how the time stands"),
    ("status", "", "say what the probes say now"),
    ("secrets", "", "type the secrets that probes wait for"),
    ("who", "", "say who is here and who drives"),
    ("person", "NAME", "let another person act"),
    ("attach", "[STEP] FILE", "put a file into the run"),
    ("adopt", "", "go on by the runbook as its file has it now, in the steps that were not begun"),
    ("seal", "[RESULT]", "close the run and seal it, with how it ended"),
    ("help", "", "list what can be done now"),
    ("leave", "", "leave; the run stays as it is"),
    ("again", "", "say again where the run stands"),
];

/// Reads a line: `STEP: WORD …`, `WORD STEP …` or `WORD …`.
pub(super) fn read<'a>(run: &Run, line: &'a str) -> Said<'a> {
    let line = line.trim();
    let before = item_at(run, line).filter(|(_, rest)| rest.starts_with(':'));
    let (named, line) = match before {
        Some((item, rest)) => (Some(item), rest.trim_start_matches(':').trim_start()),
        None => (None, line),
    };
    let (word, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    let rest = rest.trim();
    let behind = item_at(run, rest).filter(|(_, rest)| rest.is_empty() || rest.starts_with(char::is_whitespace));
    let (named, rest) = match (named, behind) {
        (Some(item), Some((again, rest))) if item.id == again.id => (Some(item), rest),
        (Some(item), _) => (Some(item), rest),
        (None, Some((item, behind))) => (Some(item), behind),
        (None, None) => (None, rest),
    };
    Said { word, step: named.map(|item| item.id.to_string()), rest: rest.trim() }
}

/// Finds the item whose number or id a text begins with, the longest first, and what stands behind it.
fn item_at<'a, 'r>(run: &'r Run, text: &'a str) -> Option<(&'r Item, &'a str)> {
    let ends = |rest: &str| rest.is_empty() || rest.starts_with(':') || rest.starts_with(char::is_whitespace);
    let behind = |name: &str| {
        let (first, rest) = text.split_at_checked(name.len())?;
        (first.eq_ignore_ascii_case(name) && ends(rest)).then_some(rest)
    };
    let found = run.items().iter().flat_map(|item| [(item, &*item.id), (item, item.number.as_str())]);
    let found = found.filter_map(|(item, name)| Some((item, behind(name).filter(|_| !name.is_empty())?)));
    found.min_by_key(|(_, rest)| rest.len())
}

/// Lists every word.
pub(super) fn all() -> impl Iterator<Item = &'static str> {
    WORDS.iter().map(|(word, ..)| *word).chain(Verb::ALL.into_iter().map(Verb::word))
}
