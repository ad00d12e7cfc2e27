//! What one start of a command printed, as far as it had come when a record was made.
//!
//! The record of the end says how much it is in all, and by its hash which bytes. Before that only the keeper of
//! output knows when a piece came, counted from the start; it is held against the times of the records, so that
//! a piece may seem to have come earlier by as long as the program took to start the command.

use super::Open;
use super::perform::beside;
use crate::exec::command::Chunk;
use crate::run::{Standing, What};
use crate::ui::{Printed, Screen};

/// Is all that was kept of what a start printed.
#[derive(Debug)]
pub(super) struct Replay {
    start: (String, u32),
    chunks: Vec<Chunk>,
    /// Up to where it is shown, if it is.
    shown: Option<Until>,
}

/// Says up to where something is shown: to its end, or so many milliseconds after it was started at a moment.
type Until = Option<(i64, u64)>;

impl Replay {
    /// Takes all that was kept of a start.
    pub fn of(start: (String, u32), chunks: Vec<Chunk>) -> Self {
        Self { start, chunks, shown: None }
    }

    /// Tells whether it is what is wanted.
    pub fn is_of(&self, wanted: &Wanted) -> bool {
        (&self.start.0, self.start.1) == (&wanted.step, wanted.attempt)
    }

    /// Is not shown any more.
    pub fn put_away(&mut self) {
        self.shown = None;
    }

    /// Gives what is to be shown, unless that is what is shown already.
    pub fn show(&mut self, wanted: &Wanted) -> Option<Printed> {
        let is_new = self.shown.replace(wanted.until) != Some(wanted.until);
        is_new.then(|| wanted.printed(&self.chunks))
    }
}

/// Says what is to be shown of what was printed.
#[derive(Debug)]
pub(super) struct Wanted {
    /// The item, or the command beside the runbook.
    pub step: String,
    /// The how-manieth time.
    pub attempt: u32,
    until: Until,
}

impl Wanted {
    /// Says what belongs to the record that is looked at, if anything was started.
    pub fn of(open: &Open, screen: &Screen) -> Option<Self> {
        let past = open.past.as_deref()?;
        let event = past.chronicle.record(open.run.head().n).map(|(_, event)| event)?;
        if let (What::AdHocEnded { number, .. }, true) = (&event.what, screen.is_at_records()) {
            return Some(Self { step: beside(*number), attempt: *number, until: None });
        }
        let step = &screen.selected(&open.run)?.id;
        let attempt = Some(open.run.attempts(step)).filter(|attempt| *attempt > 0)?;
        let until = match open.run.standing(step) {
            Standing::Running(since_ms) => Some((since_ms, passed(since_ms, event.stamp.at_ms))),
            _ => None,
        };
        Some(Self { step: step.to_string(), attempt, until })
    }

    /// Gives what had come by then.
    fn printed(&self, chunks: &[Chunk]) -> Printed {
        let mut printed = Printed::of(self.attempt, self.until.is_none());
        let (since_ms, most_ms) = self.until.unwrap_or((0, u64::MAX));
        for chunk in chunks.iter().filter(|chunk| chunk.at_ms <= most_ms) {
            printed.take(&chunk.bytes, chunk.missed);
            printed.note(since_ms.saturating_add_unsigned(chunk.at_ms));
        }
        printed
    }
}

fn passed(since_ms: i64, at_ms: i64) -> u64 {
    u64::try_from(at_ms.saturating_sub(since_ms)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exec::command::Stream;

    fn chunk(at_ms: u64, text: &str) -> Chunk {
        Chunk { stream: Stream::Out, offset: 0, at_ms, bytes: text.into(), missed: 0 }
    }

    #[test]
    fn before_the_end_only_what_had_come_by_then_is_shown_and_then_all_of_it() {
        let chunks = [chunk(0, "one\n"), chunk(900, "two\n"), chunk(901, "three\n")];
        let shown = |until| {
            let wanted = Wanted { step: "a".into(), attempt: 1, until };
            let printed = wanted.printed(&chunks);
            let lines = printed.lines().map(|(_, line)| String::from_utf8_lossy(line).into_owned());
            (lines.collect::<Vec<_>>().join(" "), printed.last_ms(), printed.start())
        };
        assert_eq!(shown(Some((5_000, 900))), ("one two".to_owned(), 5_900, Some((1, false))));
        assert_eq!(shown(Some((5_000, 0))), ("one".to_owned(), 5_000, Some((1, false))));
        let (lines, _, start) = shown(None);
        assert_eq!((lines.as_str(), start), ("one two three", Some((1, true))));
    }

    #[test]
    fn a_clock_that_was_set_back_shows_nothing_that_had_not_come() {
        assert_eq!((passed(5_000, 5_900), passed(5_000, 4_000)), (900, 0));
    }

    #[test]
    fn what_is_shown_already_is_not_made_again() {
        let mut replay = Replay::of(("a".into(), 1), vec![chunk(0, "one\n")]);
        let wanted = |until| Wanted { step: "a".into(), attempt: 1, until };
        assert!(replay.show(&wanted(None)).is_some() && replay.show(&wanted(None)).is_none());
        assert!(replay.show(&wanted(Some((0, 0)))).is_some());
        replay.put_away();
        assert!(replay.show(&wanted(Some((0, 0)))).is_some());
        assert!(!replay.is_of(&Wanted { step: "a".into(), attempt: 2, until: None }));
    }
}
