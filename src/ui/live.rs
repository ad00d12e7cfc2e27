//! What commands print and probes say now: lost on exit, never journaled from here, never more than a few pages.
//!
//! Lines are cut and counted as they come; what is outside text in them is made safe where it is drawn.

mod probe;

use std::collections::{HashMap, VecDeque};

pub use probe::{Past, Probe};

use crate::run::{Forecast, Sighting};
use crate::text::{Ink, ink_after};

/// How many lines of each command are held.
const MOST_LINES: usize = 400;
/// How long a line may be, in bytes; the rest of it is left out.
const MOST_BYTES: usize = 2_000;
/// Of how many commands output is held.
const MOST_COMMANDS: usize = 64;

/// Is what is known only while it goes on.
#[derive(Debug, Default)]
pub struct Live {
    printed: HashMap<String, Printed>,
    /// How far what is under way is, by its step.
    progress: HashMap<String, Progress>,
    probes: Vec<Probe>,
    forecast: Option<Forecast>,
}

/// Says how far something is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    /// In words.
    pub words: String,
    /// How many thousandths are done, where that is known.
    pub share: Option<u16>,
}

/// Is what a command printed last.
#[derive(Debug, Default)]
pub struct Printed {
    /// The lines, each with the ink that it begins with.
    lines: VecDeque<(Ink, Vec<u8>)>,
    is_open: bool,
    /// Says that what comes next begins the line anew, as programs do that draw how far they are.
    is_returned: bool,
    /// How many lines are not held any more, or were not told.
    dropped: u64,
    last_ms: i64,
    /// Of which start it is, where a run is looked at afterwards, and whether that had ended.
    of: Option<(u32, bool)>,
}

impl Live {
    /// Begins anew with what an item prints.
    pub fn begin(&mut self, step: &str) {
        self.make_room();
        self.printed.insert(step.to_owned(), Printed::default());
        self.progress.remove(step);
    }

    /// Takes how far what an item does is.
    pub fn reach(&mut self, step: &str, progress: Progress) {
        self.progress.insert(step.to_owned(), progress);
    }

    /// Says how far what an item does is.
    pub fn progress(&self, step: &str) -> Option<&Progress> {
        self.progress.get(step)
    }

    /// Shows these probes from now on; what was seen of one that stays is kept.
    pub fn list(&mut self, mut probes: Vec<Probe>) {
        for probe in &mut probes {
            let known = self.probes.iter().find(|known| known.sighting.probe == probe.sighting.probe);
            if let Some(known) =
                known.filter(|known| known.sighting.at_ms.is_some() && known.every_ms == probe.every_ms)
            {
                (probe.sighting, probe.points) = (known.sighting.clone(), known.points.clone());
                (probe.worst, probe.changed, probe.answer) = (known.worst, known.changed, known.answer.clone());
            }
        }
        self.probes = probes;
    }

    /// Takes what a probe said, with what is remembered of it; of one that is not shown it is left out.
    pub fn see(&mut self, sighting: Sighting, Past { points, worst, changed, answer }: Past) {
        if let Some(probe) = self.probes.iter_mut().find(|probe| probe.sighting.probe == sighting.probe) {
            (probe.sighting, probe.points, probe.answer) = (sighting, points, answer);
            (probe.worst, probe.changed) = (worst, changed);
        }
    }

    /// Takes how the time stands.
    pub fn foresee(&mut self, forecast: Forecast) {
        self.forecast = Some(forecast);
    }

    /// Says how the time stands.
    pub fn forecast(&self) -> Option<&Forecast> {
        self.forecast.as_ref()
    }

    /// Gives the probes.
    pub fn probes(&self) -> &[Probe] {
        &self.probes
    }

    /// Gives what the probes say, as it stands in the evidence of a signature.
    pub fn sightings(&self) -> Vec<Sighting> {
        self.probes.iter().map(|probe| probe.sighting.clone()).collect()
    }

    /// Takes what an item printed, at a moment in milliseconds since 1970 in UTC.
    pub fn take(&mut self, step: &str, bytes: &[u8], (missed, now_ms): (u64, i64)) {
        let printed = self.printed.entry(step.to_owned()).or_default();
        printed.last_ms = now_ms;
        printed.take(bytes, missed);
    }

    /// Gives what an item printed last.
    pub fn printed(&self, step: &str) -> Option<&Printed> {
        self.printed.get(step)
    }

    /// Gives what printed something last, and what that was.
    pub fn printed_last(&self) -> Option<(&str, &Printed)> {
        let told = self.printed.iter().filter(|(_, printed)| !printed.is_empty());
        // By name where nothing was printed while we looked, so that it stays the same.
        told.max_by_key(|(step, printed)| (printed.last_ms, *step)).map(|(step, printed)| (step.as_str(), printed))
    }

    /// Takes what an item printed before we looked, unless something of it is known.
    pub fn recall(&mut self, step: &str, printed: Printed) {
        if self.printed.get(step).is_none_or(Printed::is_empty) && !printed.is_empty() {
            self.make_room();
            self.printed.insert(step.to_owned(), printed);
        }
    }

    /// Shows this of what an item printed, and of nothing else.
    pub fn replay(&mut self, step: &str, printed: Printed) {
        self.printed = HashMap::from([(step.to_owned(), printed)]);
    }

    /// Shows nothing of what was printed.
    pub fn forget_printed(&mut self) {
        self.printed.clear();
    }

    /// Forgets what printed something the longest ago, where no more can be held.
    fn make_room(&mut self) {
        if self.printed.len() >= MOST_COMMANDS {
            let oldest = self.printed.iter().min_by_key(|(_, printed)| printed.last_ms).map(|(step, _)| step.clone());
            oldest.and_then(|oldest| self.printed.remove(&oldest));
        }
    }
}

impl Printed {
    /// Begins with what a start printed, up to its end or to a moment before.
    pub fn of(attempt: u32, has_ended: bool) -> Self {
        Self { of: Some((attempt, has_ended)), ..Self::default() }
    }

    /// Says of which start it is, where a run is looked at afterwards, and whether that had ended.
    pub fn start(&self) -> Option<(u32, bool)> {
        self.of
    }

    /// Takes when something was printed last, in milliseconds since 1970 in UTC.
    pub fn note(&mut self, at_ms: i64) {
        self.last_ms = at_ms;
    }

    /// Gives the lines that are held.
    pub fn lines(&self) -> impl DoubleEndedIterator<Item = (Ink, &[u8])> {
        self.lines.iter().map(|(ink, line)| (*ink, line.as_slice()))
    }

    /// Counts the lines that are held.
    pub fn held(&self) -> usize {
        self.lines.len()
    }

    /// Gives one of the lines that are held.
    pub fn line(&self, at: usize) -> Option<(Ink, &[u8])> {
        self.lines.get(at).map(|(ink, line)| (*ink, line.as_slice()))
    }

    /// Tells whether nothing was printed.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty() && self.dropped == 0
    }

    /// Tells how many lines are missing before them.
    pub fn dropped(&self) -> u64 {
        self.dropped
    }

    /// Gives when something was printed last, in milliseconds since 1970 in UTC.
    pub fn last_ms(&self) -> i64 {
        self.last_ms
    }

    /// Takes what was printed next, after so many bytes that are not here.
    pub fn take(&mut self, bytes: &[u8], missed: u64) {
        if missed > 0 {
            self.is_open = false;
            self.dropped += 1;
        }
        for piece in bytes.split_inclusive(|byte| matches!(byte, b'\n' | b'\r')) {
            let (text, end) = match piece.split_last() {
                Some((end @ (b'\n' | b'\r'), text)) => (text, Some(*end)),
                _ => (piece, None),
            };
            self.write(text);
            self.is_open = end != Some(b'\n');
            self.is_returned = end == Some(b'\r') || (self.is_returned && end.is_none() && text.is_empty());
        }
        while self.lines.len() > MOST_LINES {
            self.lines.pop_front();
            self.dropped += 1;
        }
    }
}

impl Printed {
    /// Writes at the end of the line that is open, or on a new one.
    fn write(&mut self, text: &[u8]) {
        if !self.is_open {
            let ink = self.lines.back().map(|(ink, line)| ink_after(line, *ink)).unwrap_or_default();
            self.lines.push_back((ink, Vec::new()));
        }
        let Some((_, line)) = self.lines.back_mut() else { return };
        if self.is_returned && !text.is_empty() {
            line.clear();
        }
        let room = MOST_BYTES.saturating_sub(line.len()).min(text.len());
        line.extend_from_slice(&text[..room]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(live: &Live) -> Vec<String> {
        let printed = live.printed("a").unwrap();
        printed.lines().map(|(_, line)| String::from_utf8_lossy(line).into_owned()).collect()
    }

    #[test]
    fn a_line_that_comes_in_pieces_is_one_line() {
        let mut live = Live::default();
        live.take("a", b"one\ntw", (0, 1));
        live.take("a", b"o\nthree\n", (0, 2));
        assert_eq!(lines(&live), ["one", "two", "three"]);
    }

    #[test]
    fn a_line_that_is_drawn_again_and_again_is_the_last_of_them() {
        let mut live = Live::default();
        live.take("a", b"10 %\r20 %\r", (0, 1));
        live.take("a", b"30 %", (0, 2));
        assert_eq!(lines(&live), ["30 %"]);
        live.take("a", b"\r\ndone\r\n", (0, 3));
        assert_eq!(lines(&live), ["30 %", "done"]);
    }

    #[test]
    fn a_colour_goes_on_until_it_is_ended() {
        let mut live = Live::default();
        live.take("a", b"\x1b[31mred\nstill\x1b[0m\nplain\n", (0, 1));
        let inks: Vec<_> = live.printed("a").unwrap().lines().map(|(ink, _)| ink.colour).collect();
        assert_eq!(inks, [None, Some(1), None]);
    }

    #[test]
    fn holds_a_few_pages_and_counts_the_rest() {
        let mut live = Live::default();
        live.take("a", &b"x\n".repeat(1_000), (0, 1));
        live.take("a", &vec![b'y'; 100_000], (0, 2));
        let printed = live.printed("a").unwrap();
        assert_eq!((printed.lines().count(), printed.dropped()), (MOST_LINES, 601));
        assert_eq!(lines(&live).last().unwrap().len(), MOST_BYTES);
    }
}
