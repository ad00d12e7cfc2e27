//! Whether probes hold, and go on holding: a pure machine that is told readings and the time.
//!
//! Only readings that were begun after the check count. All probes must be ok at once and, where that is
//! said, stay so: the first reading that is not ok, or a gap without readings, begins the wait anew.
//! Without a limit of time the first reading that is not ok ends it. What a check proves is in its
//! [`CheckEnd`]; what that means for a step is decided elsewhere.

use std::sync::Arc;
use std::time::Duration;

use super::schedule::Key;
use crate::exec::command::Moment;
use crate::journal::Digest;
use crate::run::ProbeState;
use crate::text::Shown;
use crate::time::Length;

/// How many probes are told by name in a sentence.
const MOST_TOLD: usize = 3;

/// Is the reading of one probe that a check rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// The probe.
    pub id: Arc<str>,
    /// How it stood.
    pub state: ProbeState,
    /// Why, or what was seen.
    pub sentence: Shown,
    /// When it was read.
    pub at: Moment,
    /// The SHA-256 of the whole answer or output.
    pub digest: Option<Digest>,
}

/// Says how a check ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckEnd {
    /// Whether all probes held for as long as was asked.
    pub held: bool,
    /// Why, in one sentence.
    pub sentence: Shown,
    /// The last reading of each probe that was read.
    pub proofs: Vec<Proof>,
}

#[derive(Clone, Debug)]
struct Row {
    key: Key,
    id: Arc<str>,
    fresh: Duration,
    last: Option<Proof>,
    good_since: Option<Duration>,
    /// The moment for which a last look was asked.
    asked: Option<Duration>,
}

impl Row {
    fn holds(&self) -> bool {
        self.good_since.is_some()
    }

    fn read_at(&self) -> Option<Duration> {
        self.last.as_ref().map(|last| last.at.since_boot())
    }

    fn trouble(&self) -> Option<String> {
        match &self.last {
            None => Some(format!("{} was not read", Shown::line_limited(&self.id, 60))),
            Some(last) if last.state.holds() => None,
            Some(last) => {
                Some(format!("{} is {}: {}", Shown::line_limited(&self.id, 60), last.state.word(), last.sentence))
            }
        }
    }
}

/// Holds probes against the clock.
#[derive(Clone, Debug)]
pub(super) struct Check {
    begun: Duration,
    at_most: Option<Length>,
    steady: Length,
    rows: Vec<Row>,
}

impl Check {
    /// Begins a check of probes, each with how long a reading of it is fresh.
    pub fn new(
        begun: Duration,
        probes: Vec<(Key, Arc<str>, Duration)>,
        (at_most, steady): (Option<Length>, Length),
    ) -> Self {
        let row = |(key, id, fresh)| Row { key, id, fresh, last: None, good_since: None, asked: None };
        Self { begun, at_most, steady, rows: probes.into_iter().map(row).collect() }
    }

    /// Names its probes.
    pub fn keys(&self) -> impl Iterator<Item = Key> {
        self.rows.iter().map(|row| row.key)
    }

    /// Takes a reading that was begun at a moment; one from before the check proves nothing.
    pub fn take(&mut self, key: Key, begun: Duration, proof: &Proof) {
        let Some(row) = self.rows.iter_mut().find(|row| row.key == key) else { return };
        if begun < self.begun {
            return;
        }
        let now = proof.at.since_boot();
        let gap = row.read_at().is_some_and(|last| now.saturating_sub(last) > row.fresh);
        row.good_since = match row.good_since {
            _ if !proof.state.holds() => None,
            Some(since) if !gap => Some(since),
            _ => Some(now),
        };
        row.last = Some(proof.clone());
    }

    /// Tells how it ended, if it has.
    pub fn end(&self, now: Duration) -> Option<CheckEnd> {
        if self.is_proved() {
            return Some(self.ended(true, &self.good_words()));
        }
        let Some(at_most) = self.at_most else {
            let is_over = self.rows.iter().any(|row| row.last.is_some() && !row.holds());
            return is_over.then(|| self.ended(false, &self.trouble()));
        };
        let is_late = now.saturating_sub(self.begun) >= at_most.as_std();
        is_late.then(|| self.ended(false, &format!("not good within {at_most}: {}", self.trouble())))
    }

    /// Tells since when all hold, as far as is known; for people.
    pub fn words(&self, now: Duration) -> Shown {
        match self.good_since() {
            Some(since) if !self.steady.is_zero() => {
                let so_far = Length::seconds(now.saturating_sub(since).as_secs());
                Shown::line(&format!("good for {so_far} of {}", self.steady))
            }
            Some(_) => Shown::ours("good"),
            None => Shown::line_limited(&self.trouble(), 300),
        }
    }

    /// Gives the probes whose last look is due: all hold, and have done so for long enough but for this.
    pub fn asks(&mut self, now: Duration) -> Vec<Key> {
        let Some(steady_at) = self.steady_at().filter(|at| now >= *at) else { return Vec::new() };
        let is_behind = |row: &&mut Row| row.asked != Some(steady_at) && row.read_at().is_some_and(|at| at < steady_at);
        let behind = self.rows.iter_mut().filter(is_behind);
        behind.map(|row| (row.asked = Some(steady_at), row.key).1).collect()
    }

    /// Tells when it is to be looked after again, whatever comes.
    pub fn wakes_at(&self, now: Duration) -> Option<Duration> {
        let deadline = self.at_most.map(|at_most| self.begun + at_most.as_std());
        let steady = self.steady_at().filter(|at| *at > now);
        deadline.into_iter().chain(steady).min()
    }

    /// Tells whether all hold, and were read again after they had held for long enough.
    fn is_proved(&self) -> bool {
        let Some(steady_at) = self.steady_at() else { return false };
        self.steady.is_zero() || self.rows.iter().all(|row| row.read_at().is_some_and(|at| at >= steady_at))
    }

    fn good_since(&self) -> Option<Duration> {
        let since: Option<Vec<_>> = self.rows.iter().map(|row| row.good_since).collect();
        since?.into_iter().max()
    }

    fn steady_at(&self) -> Option<Duration> {
        self.good_since().map(|since| since + self.steady.as_std())
    }

    fn good_words(&self) -> String {
        let all = match self.rows.as_slice() {
            [only] => only.last.as_ref().map(|last| last.sentence.to_string()).unwrap_or_default(),
            rows => format!("all {} probes are ok", rows.len()),
        };
        if self.steady.is_zero() { all } else { format!("{all}, steady for {}", self.steady) }
    }

    fn trouble(&self) -> String {
        let all: Vec<_> = self.rows.iter().filter_map(Row::trouble).collect();
        let told = all.iter().take(MOST_TOLD).cloned().collect::<Vec<_>>().join("; ");
        match all.len() {
            0 => format!("it was not steady for {} yet", self.steady),
            count if count > MOST_TOLD => format!("{told}; and {} more", count - MOST_TOLD),
            _ => told,
        }
    }

    fn ended(&self, held: bool, words: &str) -> CheckEnd {
        let proofs = self.rows.iter().filter_map(|row| row.last.clone()).collect();
        CheckEnd { held, sentence: Shown::line_limited(words, 400), proofs }
    }
}

#[cfg(test)]
mod tests;
