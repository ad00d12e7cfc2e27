//! What commands print, as lines with the number of their step before them: safe, and not without end.
//!
//! The first lines are shown as they come; of those behind them only the last, when the command ends.
//! All of it is kept beside the record, whatever is shown here.

use std::collections::{HashMap, VecDeque};
use std::time::{Duration, Instant};

use crate::exec::command::{Chunk, Stream};
use crate::text::Shown;
use crate::time::Length;

/// How many lines are shown as they come.
const MOST_LINES: usize = 200;
/// How many of the others are shown in the end.
const MOST_LAST: usize = 10;
/// How long a line may become before it is shown.
const MOST_BYTES: usize = 4096;
/// How long a command may be silent before that is said, and how often it is said.
const SILENCE: Duration = Duration::from_secs(30);

/// How often it is said how far something is.
const STRIDE: Duration = Duration::from_secs(10);

/// Shows what is under way.
#[derive(Debug, Default)]
pub(super) struct Progress(HashMap<String, Printer>);

#[derive(Debug)]
struct Printer {
    out: Vec<u8>,
    err: Vec<u8>,
    shown: usize,
    last: VecDeque<String>,
    skipped: usize,
    began: Instant,
    /// When it printed something last, and when its silence was said.
    heard: Instant,
    told: Instant,
}

impl Printer {
    fn new(now: Instant) -> Self {
        let (out, err, last) = (Vec::new(), Vec::new(), VecDeque::new());
        Self { out, err, shown: 0, last, skipped: 0, began: now, heard: now, told: now }
    }

    /// Takes a piece, and gives the lines that are whole and to be shown.
    fn take(&mut self, (label, chunk): (&str, &Chunk)) -> Vec<String> {
        let mut lines = Vec::new();
        if chunk.missed > 0 {
            lines.extend(self.place(format!("{label} … {} bytes are missing here", chunk.missed)));
        }
        for byte in &chunk.bytes {
            let rest = if chunk.stream == Stream::Err { &mut self.err } else { &mut self.out };
            if *byte != b'\n' {
                rest.push(*byte);
            }
            if *byte == b'\n' || rest.len() >= MOST_BYTES {
                let line = words(label, chunk.stream, &std::mem::take(rest));
                lines.extend(self.place(line));
            }
        }
        lines
    }

    /// Gives a line back that is to be shown now.
    fn place(&mut self, line: String) -> Option<String> {
        if self.shown < MOST_LINES {
            self.shown += 1;
            return Some(line);
        }
        self.skipped += 1;
        self.last.push_back(line);
        if self.last.len() > MOST_LAST {
            self.last.pop_front();
        }
        None
    }

    /// Gives what is left to be shown.
    fn end(mut self, label: &str) -> Vec<String> {
        let mut lines = Vec::new();
        for (stream, rest) in
            [(Stream::Out, std::mem::take(&mut self.out)), (Stream::Err, std::mem::take(&mut self.err))]
        {
            if !rest.is_empty() {
                lines.extend(self.place(words(label, stream, &rest)));
            }
        }
        let unseen = self.skipped - self.last.len();
        if unseen > 0 {
            lines.push(format!(
                "{label} … {} not shown here, and kept; the last ones are:",
                if unseen == 1 { "1 line is".to_owned() } else { format!("{unseen} lines are") }
            ));
        }
        lines.extend(self.last);
        lines
    }

    /// Says that it is silent, where that was not said for long.
    fn silence(&mut self, label: &str, now: Instant) -> Option<String> {
        if now.duration_since(self.heard.max(self.told)) < SILENCE {
            return None;
        }
        self.told = now;
        let length = |since: Instant| Length::seconds(now.duration_since(since).as_secs());
        Some(format!("{label} still running for {}, silent for {}", length(self.began), length(self.heard)))
    }
}

fn words(label: &str, stream: Stream, bytes: &[u8]) -> String {
    let sign = if stream == Stream::Err { "!" } else { "|" };
    let bytes = bytes.strip_suffix(b"\r").unwrap_or(bytes);
    format!("{label} {sign} {}", Shown::bytes(bytes))
}

impl Progress {
    /// Begins to watch something.
    pub(super) fn begin(&mut self, step: &str, now: Instant) {
        self.0.entry(step.to_owned()).or_insert_with(|| Printer::new(now));
    }

    /// Takes what something printed; gives the lines to be shown.
    pub(super) fn take(&mut self, (step, label): (&str, &str), chunks: &[Chunk], now: Instant) -> Vec<String> {
        let printer = self.0.entry(step.to_owned()).or_insert_with(|| Printer::new(now));
        printer.heard = now;
        chunks.iter().flat_map(|chunk| printer.take((label, chunk))).collect()
    }

    /// Takes how far something is; gives the line to be shown, where none was for long.
    pub(super) fn reach(&mut self, (step, label): (&str, &str), words: &str, now: Instant) -> Option<String> {
        let printer = self.0.entry(step.to_owned()).or_insert_with(|| Printer::new(now));
        printer.heard = now;
        if now.duration_since(printer.told) < STRIDE {
            return None;
        }
        printer.told = now;
        Some(format!("{label} … {}", Shown::line_limited(words, MOST_BYTES)))
    }

    /// Lists what is watched.
    pub(super) fn watched(&self) -> Vec<String> {
        self.0.keys().cloned().collect()
    }

    /// Gives the last lines of something that ended.
    pub(super) fn end(&mut self, (step, label): (&str, &str)) -> Vec<String> {
        self.0.remove(step).map(|printer| printer.end(label)).unwrap_or_default()
    }

    /// Says that something is silent, where that was not said for long.
    pub(super) fn silence(&mut self, (step, label): (&str, &str), now: Instant) -> Option<String> {
        self.0.get_mut(step)?.silence(label, now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chunk(stream: Stream, bytes: &[u8]) -> Chunk {
        Chunk { stream, offset: 0, at_ms: 0, bytes: bytes.to_vec(), missed: 0 }
    }

    #[test]
    fn lines_are_shown_when_they_are_whole_and_are_safe() {
        let (mut progress, now) = (Progress::default(), Instant::now());
        let at = ("work/one", "2.1");
        assert_eq!(progress.take(at, &[chunk(Stream::Out, b"one\ntw")], now), ["2.1 | one"]);
        assert_eq!(progress.take(at, &[chunk(Stream::Err, b"\x1b[31mred\r\n")], now), ["2.1 ! ^[[31mred"]);
        assert_eq!(progress.end(at), ["2.1 | tw"]);
    }

    #[test]
    fn of_more_than_can_be_read_only_the_last_lines_are_shown() {
        let (mut progress, now) = (Progress::default(), Instant::now());
        let many: String = (0..1_000).map(|n| format!("{n}\n")).collect();
        let first = progress.take(("s", "1"), &[chunk(Stream::Out, many.as_bytes())], now);
        assert_eq!((first.len(), first.last().unwrap().as_str()), (MOST_LINES, "1 | 199"));
        let last = progress.end(("s", "1"));
        assert_eq!(last.first().unwrap(), "1 … 790 lines are not shown here, and kept; the last ones are:");
        assert_eq!((last.len(), last.last().unwrap().as_str()), (MOST_LAST + 1, "1 | 999"));
        let endless = progress.take(("e", "2"), &[chunk(Stream::Out, &[b'x'; MOST_BYTES + 1])], now);
        assert_eq!(endless.len(), 1, "a line without end is shown in pieces");
    }

    #[test]
    fn silence_is_said_every_half_minute_and_not_more_often() {
        let (mut progress, begin) = (Progress::default(), Instant::now());
        let after = |seconds| begin + Duration::from_secs(seconds);
        progress.begin("s", begin);
        let said: Vec<_> = (0..100).filter(|at| progress.silence(("s", "1"), after(*at)).is_some()).collect();
        assert_eq!(said, [30, 60, 90]);
        let words = progress.silence(("s", "1"), after(120)).unwrap();
        assert_eq!(words, "1 still running for 2m, silent for 2m");
        progress.take(("s", "1"), &[chunk(Stream::Out, b".")], after(125));
        assert_eq!(progress.silence(("s", "1"), after(151)), None);
    }
}
