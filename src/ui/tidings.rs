//! What others did: said until it was seen, and a while longer.
//!
//! A key that is pressed takes nothing away that was not on the screen before it. What is told is
//! decided where records are applied.

use super::screen::Screen;
use crate::run::Entry;

/// How long something has to have been on the screen to be seen, in milliseconds.
const GLANCE_MS: i64 = 2_000;
/// How long what was seen goes on being said.
const LINGERS_MS: i64 = 120_000;

/// Is what others did last.
#[derive(Debug, Default)]
pub(super) struct Tidings {
    last: Option<Tiding>,
    /// The last record that was on the screen when a key was pressed.
    seen: u64,
    /// The last record that was drawn.
    drawn: u64,
}

#[derive(Debug)]
struct Tiding {
    at_ms: i64,
    words: String,
    /// How many others nobody saw either.
    others: usize,
    /// Since when it is on the screen.
    shown_ms: Option<i64>,
    is_seen: bool,
}

impl Tidings {
    /// Tells whether a record is one that nobody has seen at this terminal.
    pub fn is_new(&self, n: u64) -> bool {
        n > self.seen
    }

    /// Says what others did last, at a moment, and whether it is new.
    pub fn words(&self, now_ms: i64) -> Option<(String, bool)> {
        let told = self.last.as_ref()?;
        let age_ms = now_ms - told.at_ms;
        if told.is_seen && age_ms > LINGERS_MS {
            return None;
        }
        let others = if told.others > 0 { format!(", {} more", told.others) } else { String::new() };
        Some((format!("{} · {}{others}", told.words, age(age_ms / 1000)), !told.is_seen))
    }
}

/// Says how long ago something was, in steps that change seldom.
fn age(seconds: i64) -> String {
    match seconds {
        ..15 => "just now".to_owned(),
        15..60 => format!("{} s ago", seconds / 15 * 15),
        60..3600 => format!("{} min ago", seconds / 60),
        _ => format!("{} h ago", seconds / 3600),
    }
}

impl Screen {
    /// Says what somebody else did.
    pub fn tell(&mut self, entry: &Entry) {
        let unseen = self.tidings.last.as_ref().filter(|told| !told.is_seen);
        let others = unseen.map_or(0, |told| told.others + 1);
        let words = format!("{} {}", entry.who, entry.what);
        self.tidings.last = Some(Tiding { at_ms: entry.at_ms, words, others, shown_ms: None, is_seen: false });
    }

    /// Notes that everything up to a record was drawn at a moment.
    pub fn note_told(&mut self, n: u64, now_ms: i64) {
        self.tidings.drawn = n;
        // What lies behind a message of our own is not seen.
        if let Some(told) = self.tidings.last.as_mut().filter(|_| self.message.is_none()) {
            told.shown_ms.get_or_insert(now_ms);
        }
    }

    /// Takes what is there for seen: somebody opened the run.
    pub fn note_opened(&mut self, n: u64) {
        (self.tidings.seen, self.tidings.drawn) = (n, n);
    }

    /// Notes that somebody who saw the last frame pressed a key.
    pub(super) fn note_pressed(&mut self, now_ms: i64) {
        self.tidings.seen = self.tidings.drawn;
        let shown = self.tidings.last.as_mut().filter(|told| told.shown_ms.is_some_and(|at| now_ms - at >= GLANCE_MS));
        shown.into_iter().for_each(|told| told.is_seen = true);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(n: u64, at_ms: i64) -> Entry {
        Entry { n, at_ms, who: "Bob".to_owned(), what: format!("signed {n}"), ..Entry::default() }
    }

    #[test]
    fn what_others_did_is_said_until_somebody_saw_it_and_a_while_longer() {
        let mut screen = Screen::default();
        screen.tell(&entry(7, 1_000));
        screen.note_pressed(2_000);
        assert_eq!(screen.tidings.words(2_000), Some(("Bob signed 7 · just now".to_owned(), true)), "never drawn");
        screen.note_told(7, 3_000);
        screen.note_pressed(3_100);
        assert!(screen.tidings.words(700_000).is_some_and(|(_, is_new)| is_new), "typed ahead");
        screen.note_pressed(6_000);
        assert_eq!(screen.tidings.words(32_000), Some(("Bob signed 7 · 30 s ago".to_owned(), false)));
        assert_eq!(screen.tidings.words(200_000), None);
    }

    #[test]
    fn what_comes_before_the_first_was_seen_is_counted() {
        let mut screen = Screen::default();
        (1..=3).for_each(|n| screen.tell(&entry(n, 0)));
        assert_eq!(screen.tidings.words(0).unwrap().0, "Bob signed 3 · just now, 2 more");
        screen.note_told(3, 0);
        screen.note_pressed(GLANCE_MS);
        screen.tell(&entry(4, 0));
        assert_eq!(screen.tidings.words(0).unwrap().0, "Bob signed 4 · just now");
    }

    #[test]
    fn a_message_of_our_own_does_not_count_as_a_look_at_what_it_hides() {
        let mut screen = Screen::default();
        screen.tell(&entry(1, 0));
        screen.say("something else");
        screen.note_told(1, 0);
        screen.note_pressed(9_000);
        assert!(screen.tidings.words(9_000).unwrap().1);
    }

    #[test]
    fn records_are_new_until_a_key_is_pressed_after_they_were_drawn() {
        let mut screen = Screen::default();
        screen.note_opened(4);
        assert!(!screen.tidings.is_new(4) && screen.tidings.is_new(5));
        screen.note_pressed(0);
        assert!(screen.tidings.is_new(5), "not drawn yet");
        screen.note_told(5, 0);
        screen.note_pressed(0);
        assert!(!screen.tidings.is_new(5));
    }
}
