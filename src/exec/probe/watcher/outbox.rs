//! News that waits to be taken: changes and ends in order, readings and progress by their newest.

use std::collections::VecDeque;

use super::{CheckId, News, Seen};
use crate::text::Shown;

/// How many changes and ends may wait until looking is put off.
const MOST: usize = 1_024;

/// Holds what nobody took yet.
#[derive(Debug, Default)]
pub(super) struct Outbox {
    /// Nothing of this is ever left out.
    lasting: VecDeque<News>,
    /// One of each probe.
    readings: VecDeque<Box<Seen>>,
    /// One of each check.
    progress: VecDeque<(CheckId, Shown)>,
}

impl Outbox {
    /// Tells whether looking is to wait until something was taken.
    pub fn is_full(&self) -> bool {
        self.lasting.len() >= MOST
    }

    /// Puts out how a probe stands; an older reading that waits is left out and counted.
    pub fn put(&mut self, mut seen: Box<Seen>) {
        let older = self.readings.iter().position(|older| older.id == seen.id);
        if let Some(older) = older.and_then(|at| self.readings.remove(at)) {
            seen.skipped = older.skipped.saturating_add(1);
        }
        if seen.changed.is_some() { self.lasting.push_back(News::Seen(seen)) } else { self.readings.push_back(seen) }
    }

    /// Puts out how a check stands.
    pub fn put_progress(&mut self, check: CheckId, words: Shown) {
        self.progress.retain(|(known, _)| *known != check);
        self.progress.push_back((check, words));
    }

    /// Puts out how a check ended; how it stood before is of no use any more.
    pub fn put_end(&mut self, check: CheckId, news: News) {
        self.progress.retain(|(known, _)| *known != check);
        self.lasting.push_back(news);
    }

    /// Takes what goes first.
    pub fn take(&mut self) -> Option<News> {
        let lasting = self.lasting.pop_front();
        let progress = || self.progress.pop_front().map(|(check, words)| News::Progress(check, words));
        lasting.or_else(progress).or_else(|| self.readings.pop_front().map(News::Seen))
    }
}
