//! The records as a list, the newest first: all of them, or those that a filter leaves.
//!
//! A filter is words that all have to be found in a record: in who made it, in what it says, in its number or
//! that of its step. Some words mean more than their letters: those of marks (`deviations`, `overrides`,
//! `unproved`, `late`) and of kinds (`notes`, `signatures`, …); a number means a step and what stands below it.

use std::collections::HashSet;

use super::field::Field;
use super::hindsight::{Hindsight, Mark, signed};
use super::model::Sight;
use super::screen::Screen;
use crate::run::{Entry, Event, Run, What};

/// How much may be typed.
pub(super) const MOST_TYPED: usize = 200;

/// What is said where a filter leaves nothing.
pub(super) const NOTHING_LEFT: &str = "no record is like that";

/// Is a test of what a record is.
type IsKind = fn(&Event) -> bool;

/// The words for kinds of records.
pub(super) const KINDS: [(&str, IsKind); 8] = [
    ("signatures", |event| signed(event).is_some()),
    ("notes", |event| matches!(event.what, What::NoteAdded { .. })),
    ("redlines", |event| matches!(event.what, What::RedlineAdded { .. })),
    ("files", |event| matches!(event.what, What::FileAttached { .. })),
    ("commands", |event| is_command(&event.what)),
    ("probes", |event| matches!(event.what, What::ProbeChanged { .. } | What::ItemRechecked { .. })),
    ("pauses", |event| matches!(event.what, What::RunPaused { .. } | What::RunContinued)),
    ("wheel", |event| is_of_wheel(&event.what)),
];

fn is_command(what: &What) -> bool {
    matches!(
        what,
        What::ActionStarted { .. }
            | What::ActionEnded { .. }
            | What::ActionLost { .. }
            | What::CancelAsked { .. }
            | What::AdHocStarted { .. }
            | What::AdHocEnded { .. }
    )
}

fn is_of_wheel(what: &What) -> bool {
    use What::{PersonJoined, PersonLeft, WheelAsked, WheelGiven, WheelKept, WheelTaken};
    matches!(what, PersonJoined { .. } | PersonLeft | WheelAsked | WheelGiven { .. } | WheelKept | WheelTaken { .. })
}

/// Is a filter, and what it leaves.
#[derive(Debug)]
pub(super) struct Sieve {
    /// What was typed.
    pub words: Field,
    /// Whether it is being typed.
    pub is_open: bool,
    /// The numbers of the records that it leaves, in order.
    pub left: Vec<u64>,
    /// The record that was selected before.
    pub before: Option<u64>,
}

impl Sieve {
    /// Begins with words.
    pub fn of(text: &str, before: Option<u64>) -> Self {
        let mut words = Field::at_most(MOST_TYPED);
        words.write(text);
        Self { words, is_open: false, left: Vec::new(), before }
    }

    /// Tells whether nothing was typed.
    pub fn is_empty(&self) -> bool {
        self.words.text().trim().is_empty()
    }

    /// Finds what it leaves.
    pub fn sift(&mut self, run: &Run, past: &Hindsight) {
        let text = self.words.text().to_lowercase();
        let words: Vec<_> = text.split_whitespace().map(|word| (word, steps_like(run, word))).collect();
        let records = 0..past.chronicle.told(run) as u64;
        self.left = records.filter(|n| words.iter().all(|word| is_like((run, past), *n, word))).collect();
    }

    /// Says how many are left.
    pub fn count(&self, all: usize) -> String {
        match self.left.len() {
            _ if self.is_empty() => "a name, words, 2.1, deviations, overrides, unproved, late, notes, …".to_owned(),
            0 => NOTHING_LEFT.to_owned(),
            left => format!("{left} of {all} records"),
        }
    }
}

/// Tells whether a record is like a word.
fn is_like((run, past): (&Run, &Hindsight), n: u64, (word, steps): &(&str, HashSet<&str>)) -> bool {
    let word = *word;
    if let Some((_, _, mark)) = Mark::ALL.iter().find(|(name, _, _)| is_named(name, word)) {
        return past.has(n, *mark);
    }
    let event = past.chronicle.record(n).map(|(_, event)| event);
    if let Some((_, is_kind)) = KINDS.iter().find(|(name, _)| is_named(name, word)) {
        return event.is_some_and(is_kind);
    }
    let Some(entry) = past.chronicle.entry(run, n) else { return false };
    let item = || entry.step.as_deref().and_then(|step| run.plan().item(step));
    if word.starts_with(|first: char| first.is_ascii_digit()) {
        return item().is_some_and(|item| is_below(&item.number.to_lowercase(), word)) || n.to_string() == word;
    }
    entry.who.to_lowercase().contains(word)
        || entry.what.to_lowercase().contains(word)
        || entry.step.as_deref().is_some_and(|step| steps.contains(step))
}

/// Finds the steps that have a word in their title, and those that stand below such a title.
fn steps_like<'a>(run: &'a Run, word: &str) -> HashSet<&'a str> {
    let (mut found, mut above) = (HashSet::new(), None);
    for item in run.items() {
        above = above.filter(|depth| item.depth > *depth);
        if above.is_none() && run.title(item).to_lowercase().contains(word) {
            above = Some(item.depth);
        }
        found.extend(above.map(|_| &*item.id));
    }
    found
}

/// Tells whether a word is a name, or one of what it names.
fn is_named(name: &str, word: &str) -> bool {
    name == word || name.strip_suffix('s') == Some(word)
}

/// Tells whether a number is another one or stands below it.
fn is_below(number: &str, above: &str) -> bool {
    let rest = number.strip_prefix(above.trim_end_matches('.'));
    rest.is_some_and(|rest| !rest.starts_with(|next: char| next.is_ascii_digit()))
}

/// Is the list of records as it is shown.
#[derive(Clone, Copy, Debug)]
pub(super) struct Timeline<'a> {
    run: &'a Run,
    past: Option<&'a Hindsight>,
    left: Option<&'a [u64]>,
}

impl<'a> Timeline<'a> {
    /// Takes what is looked at.
    pub fn of(screen: &'a Screen, sight: &Sight<'a>, run: &'a Run) -> Self {
        let past = sight.past;
        let sieve = screen.sieve.as_ref().filter(|sieve| past.is_some() && !sieve.is_empty());
        Self { run, past, left: sieve.map(|sieve| &*sieve.left) }
    }

    /// Counts the records that are listed.
    pub fn len(&self) -> usize {
        self.left.map_or_else(|| self.all(), <[u64]>::len)
    }

    /// Counts all records that are told.
    pub fn all(&self) -> usize {
        self.past.map_or(self.run.trail().len(), |past| past.chronicle.told(self.run))
    }

    /// Gives a record by its place from the newest.
    pub fn entry(&self, place: usize) -> Option<&'a Entry> {
        let at = self.len().checked_sub(place + 1)?;
        let n = self.left.map_or(Some(at as u64), |left| left.get(at).copied())?;
        match self.past {
            Some(past) => past.chronicle.entry(self.run, n),
            None => self.run.trail().get(at),
        }
    }

    /// Gives the place of a record, or of the one before it where it is not listed.
    pub fn place(&self, n: u64) -> usize {
        let at = match self.left {
            Some(left) => left.partition_point(|left| *left <= n),
            None => usize::try_from(n).unwrap_or(usize::MAX).saturating_add(1),
        };
        self.len().saturating_sub(at.max(1)).min(self.len().saturating_sub(1))
    }

    /// Gives the place of the record that is selected; the newest where none is.
    pub fn selected(&self, screen: &Screen) -> usize {
        screen.record.map_or(0, |n| self.place(n))
    }
}
