//! How far something was read: which of its lines have been on the screen, from the first on.
//!
//! What decides is closed until all of them have been. A text that became another one is read anew; a
//! terminal of another size shows the same text, and what was read to its end stays read.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

/// Of how many texts it is known how far they were read.
const MOST_TEXTS: usize = 1_000;

/// Is what a frame showed of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct View {
    /// Which text.
    pub text: u64,
    /// The first line that was shown.
    pub top: usize,
    /// How many lines there was room for.
    pub rows: usize,
    /// How many lines the text has at that width.
    pub total: usize,
}

impl View {
    /// Gives how many lines stand below what was shown.
    pub fn below(&self) -> usize {
        self.total.saturating_sub(self.top + self.rows)
    }
}

/// Names a text.
pub(super) fn name(parts: &[&str]) -> u64 {
    let mut hasher = DefaultHasher::new();
    parts.hash(&mut hasher);
    hasher.finish()
}

/// Is how far texts were read.
#[derive(Debug, Default)]
pub(super) struct Readings {
    texts: HashMap<u64, Extent>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Extent {
    seen: usize,
    total: usize,
}

impl Readings {
    /// Notes what a frame showed.
    pub fn note(&mut self, view: View) {
        if self.texts.len() >= MOST_TEXTS {
            self.texts.clear();
        }
        let extent = self.texts.entry(view.text).or_insert(Extent { seen: 0, total: view.total });
        let is_whole = extent.seen >= extent.total;
        if extent.total != view.total {
            *extent = Extent { seen: if is_whole && extent.total > 0 { view.total } else { 0 }, total: view.total };
        }
        if view.top <= extent.seen {
            extent.seen = extent.seen.max((view.top + view.rows).min(view.total));
        }
    }

    /// Counts the lines of a text that have been on the screen, from the first on.
    pub fn seen(&self, text: u64) -> usize {
        self.texts.get(&text).map_or(0, |extent| extent.seen)
    }

    /// Tells whether something of a text has been on the screen.
    pub fn is_begun(&self, text: u64) -> bool {
        self.seen(text) > 0
    }

    /// Tells whether all lines of a text have been on the screen.
    pub fn is_whole(&self, text: u64) -> bool {
        self.texts.get(&text).is_some_and(|extent| extent.seen >= extent.total)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn view(top: usize, rows: usize, total: usize) -> View {
        View { text: 7, top, rows, total }
    }

    #[test]
    fn a_text_is_read_when_all_its_lines_have_been_shown_in_turn() {
        let mut readings = Readings::default();
        assert!(!readings.is_whole(7));
        readings.note(view(0, 10, 25));
        readings.note(view(15, 10, 25));
        assert!(!readings.is_whole(7), "the middle was left out");
        readings.note(view(10, 10, 25));
        readings.note(view(15, 10, 25));
        assert!(readings.is_whole(7));
    }

    #[test]
    fn a_terminal_of_another_size_begins_anew_unless_all_was_read() {
        let mut readings = Readings::default();
        readings.note(view(0, 10, 12));
        readings.note(view(5, 10, 30));
        assert!(!readings.is_whole(7));
        readings.note(view(0, 40, 30));
        readings.note(view(0, 5, 60));
        assert!(readings.is_whole(7));
    }
}
