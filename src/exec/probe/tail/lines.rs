//! Lines as they come in pieces: the last ones kept, alerts counted, however long a line is.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use regex::bytes::Regex;

use crate::exec::probe::reading::Log;
use crate::journal::Mask;
use crate::text::Shown;

/// How many lines are kept.
const MOST_LINES: usize = 20;
/// How much of a line is shown, in cells.
const MOST_CELLS: usize = 300;
/// How much of a line is held at once; a longer one is looked at in pieces.
const MOST_HELD: usize = 64 * 1024;
/// How much of a piece is looked at again with the next, so that an alert on the cut is seen.
const OVERLAP: usize = 4 * 1024;

/// Takes lines.
#[derive(Debug)]
pub(super) struct Lines {
    alert: Option<Regex>,
    mask: Option<Arc<Mask>>,
    last: VecDeque<Shown>,
    /// What has come of the line that has not ended.
    open: Vec<u8>,
    /// The beginning of that line, once it is too long to be held.
    start: Option<Vec<u8>>,
    /// Says that the open line was counted as an alert already.
    is_counted: bool,
    alerts: u64,
    last_alert: Option<(Duration, Shown)>,
    /// Since when it is known that no alert came.
    clean_since: Duration,
    missed: u64,
}

impl Lines {
    /// Begins without a line; no alert came since the given moment.
    pub fn new(alert: Option<Regex>, mask: Option<Arc<Mask>>, clean_since: Duration) -> Self {
        Self {
            alert,
            mask,
            last: VecDeque::new(),
            open: Vec::new(),
            start: None,
            is_counted: false,
            alerts: 0,
            last_alert: None,
            clean_since,
            missed: 0,
        }
    }

    /// Takes what was there before anybody watched: shown, and not counted.
    pub fn before(&mut self, bytes: &[u8]) {
        let alert = self.alert.take();
        self.add(bytes, Duration::ZERO);
        self.alert = alert;
        // What comes now ends a line that began before; all of it is looked at.
        self.is_counted = false;
    }

    /// Takes what came.
    pub fn add(&mut self, bytes: &[u8], now: Duration) {
        let mut rest = bytes;
        while let Some(at) = memchr::memchr(b'\n', rest) {
            let (line, after) = rest.split_at(at);
            self.grow(line, now);
            self.finish(now);
            rest = after.get(1..).unwrap_or_default();
        }
        self.grow(rest, now);
    }

    /// Looks at the line that has not ended, as it may never.
    pub fn pause(&mut self, now: Duration) {
        self.look(now);
    }

    /// Forgets the line that has not ended: its file was cut or replaced.
    pub fn restart(&mut self, now: Duration) {
        if !self.open.is_empty() || self.start.is_some() {
            self.finish(now);
        }
    }

    /// Takes note of bytes that nobody looked at; there may have been alerts among them.
    pub fn miss(&mut self, bytes: u64, now: Duration) {
        self.missed += bytes;
        self.clean_since = now;
        self.restart(now);
    }

    /// Says that nothing is known of the time before now.
    pub fn distrust(&mut self, now: Duration) {
        self.clean_since = now;
    }

    /// Gives what is known by now.
    pub fn log(&self, now: Duration) -> Log {
        let open = self.shown(self.start.as_ref().unwrap_or(&self.open));
        let lines = self.last.iter().cloned().chain(Some(open).filter(|line| !line.is_empty()));
        let lines: Vec<_> = lines.collect();
        Log {
            lines: lines.get(lines.len().saturating_sub(MOST_LINES)..).unwrap_or_default().to_vec(),
            alerts: self.alerts,
            last: self.last_alert.clone().map(|(at, line)| (now.saturating_sub(at), line)),
            clean: now.saturating_sub(self.clean_since),
            missed: self.missed,
        }
    }

    fn grow(&mut self, bytes: &[u8], now: Duration) {
        let mut rest = bytes;
        while self.open.len() + rest.len() > MOST_HELD {
            let (piece, after) = rest.split_at(MOST_HELD.saturating_sub(self.open.len()).min(rest.len()));
            self.open.extend_from_slice(piece);
            self.look(now);
            self.start.get_or_insert_with(|| self.open.get(..OVERLAP).unwrap_or_default().to_vec());
            self.open.drain(..self.open.len().saturating_sub(OVERLAP));
            rest = after;
        }
        self.open.extend_from_slice(rest);
    }

    /// Looks whether the open line is an alert; a line is counted once.
    fn look(&mut self, now: Duration) {
        let Some(alert) = self.alert.as_ref().filter(|_| !self.is_counted) else { return };
        let line = self.open.strip_suffix(b"\r").unwrap_or(&self.open);
        if line.is_empty() || !alert.is_match(line) {
            return;
        }
        self.is_counted = true;
        self.alerts += 1;
        self.clean_since = now;
        let shown = self.shown(self.start.as_ref().unwrap_or(&self.open));
        self.last_alert = Some((now, shown));
    }

    fn finish(&mut self, now: Duration) {
        self.look(now);
        let line = self.start.take().unwrap_or_else(|| std::mem::take(&mut self.open));
        let shown = self.shown(&line);
        if self.last.len() >= MOST_LINES {
            self.last.pop_front();
        }
        self.last.push_back(shown);
        self.open.clear();
        self.is_counted = false;
    }

    /// Makes a line safe to show; no more of it is looked at than can be seen.
    fn shown(&self, line: &[u8]) -> Shown {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let start = line.get(..8 * MOST_CELLS).unwrap_or(line);
        let start = self.mask.as_ref().map_or_else(|| start.to_vec(), |mask| mask.apply(start));
        Shown::line_limited(&String::from_utf8_lossy(&start), MOST_CELLS)
    }
}

#[cfg(test)]
mod tests;
