//! The values as lines that a signature stands for: one line each, in an order that depends on nothing else.
//!
//! Lines come and go one at a time, so that a value more costs the same in a long run as in a short
//! one; the whole text is made when somebody wants it, and kept while nothing changes.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use crate::runbook::value::Value;
use crate::text::Shown;

/// Keeps the lines, each with how often it stands there.
#[derive(Clone, Debug, Default)]
pub(super) struct Listing {
    lines: BTreeMap<String, usize>,
    text: OnceLock<Arc<str>>,
}

impl Listing {
    /// Puts the line of a value in the place of what it was before.
    pub fn value(&mut self, (item, name): (&str, &str), was: Option<&Value>, is: &Value) {
        let place = if item.is_empty() { String::new() } else { format!("{item} ") };
        let line = |value: &Value| format!("{place}{name} = {value}");
        self.change(was.map(line), Some(line(is)));
    }

    /// Puts the line of a choice in the place of what it was before.
    pub fn choice(&mut self, item: &str, was: Option<&str>, is: Option<&str>) {
        let line = |option: &str| format!("{item} chosen = {option}");
        self.change(was.map(line), is.map(line));
    }

    fn change(&mut self, was: Option<String>, is: Option<String>) {
        if was == is {
            return;
        }
        self.text = OnceLock::new();
        let shown = |line: String| Shown::line(&line).as_str().to_owned();
        if let Some(was) = was.map(shown) {
            match self.lines.get_mut(&was) {
                Some(count) if *count > 1 => *count -= 1,
                _ => drop(self.lines.remove(&was)),
            }
        }
        if let Some(is) = is.map(shown) {
            *self.lines.entry(is).or_default() += 1;
        }
    }

    /// Gives all of it.
    pub fn text(&self) -> &Arc<str> {
        self.text.get_or_init(|| {
            let lines = self.lines.iter().flat_map(|(line, count)| std::iter::repeat_n(line.as_str(), *count));
            lines.collect::<Vec<_>>().join("\n").into()
        })
    }

    /// Tells whether somebody wanted it since something changed.
    pub fn is_made(&self) -> bool {
        self.text.get().is_some()
    }
}
