//! When which probe is looked at: a pure machine that is told the time, and tells what to start.
//!
//! At most eight looks at once, never two of one probe. What is due longest goes first. A probe whose
//! last look hung may take only some of the places, and one that never came back yet only some more,
//! so that however many hang, those that answer are looked at in time. After bad readings a probe is
//! looked at less often, but never so rarely that its reading turns stale.

use std::collections::BTreeMap;
use std::time::Duration;

/// How many looks go on at once.
pub(super) const MOST: usize = 8;
/// How many of them may be of probes whose last look hung.
const MOST_HUNG: usize = 4;
/// How many may be of those, or of probes that were never seen to answer.
const MOST_UNPROVED: usize = 6;
/// A look that takes longer than this hangs.
const HANGS: Duration = Duration::from_secs(2);
/// By how many hundredths a period is made shorter or longer, so that probes do not march in step.
const JITTER: u64 = 10;
/// How many quarters of its period a probe waits at most while it is bad.
const MOST_QUARTERS: u32 = 6;

/// Names a probe here.
pub(super) type Key = u64;

/// Says how a probe's last look went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pace {
    Unproved,
    Quick,
    Hung,
}

#[derive(Clone, Debug)]
struct Row {
    every: Duration,
    due: Duration,
    begun: Option<Duration>,
    pace: Pace,
    /// How many quarters of a period it waits.
    quarters: u32,
    /// Says that it is to be looked at once more as soon as this look is over.
    again: bool,
    /// Says that it is wanted, and does not wait longer for being bad.
    wanted: bool,
}

/// Knows when which probe is looked at.
#[derive(Clone, Debug)]
pub(super) struct Schedule {
    rows: BTreeMap<Key, Row>,
    random: u64,
}

impl Schedule {
    /// Begins without probes; the number decides how periods vary.
    pub fn new(seed: u64) -> Self {
        Self { rows: BTreeMap::new(), random: seed | 1 }
    }

    /// Adds a probe, which is due at once.
    pub fn add(&mut self, key: Key, every: Duration, now: Duration) {
        let row = Row { every, due: now, begun: None, pace: Pace::Unproved, quarters: 4, again: false, wanted: false };
        self.rows.insert(key, row);
    }

    /// Forgets a probe; a look that goes on is to be ended by the caller.
    pub fn remove(&mut self, key: Key) {
        self.rows.remove(&key);
    }

    /// Wants a probe looked at now: once more, should a look be under way.
    pub fn hurry(&mut self, key: Key, now: Duration) {
        let Some(row) = self.rows.get_mut(&key) else { return };
        row.due = row.due.min(now);
        row.again = row.begun.is_some();
    }

    /// Says whether somebody waits for a probe to be good.
    pub fn want(&mut self, key: Key, wanted: bool) {
        if let Some(row) = self.rows.get_mut(&key) {
            row.wanted = wanted;
        }
    }

    /// Gives the probe that is to be looked at now, if one is; the look counts as begun.
    pub fn begin(&mut self, now: Duration) -> Option<Key> {
        let key = self.next().filter(|(_, due)| *due <= now)?.0;
        self.rows.get_mut(&key)?.begun = Some(now);
        Some(key)
    }

    /// Takes note that a look is over.
    pub fn end(&mut self, key: Key, is_good: bool, now: Duration) {
        let jitter = self.jitter();
        let Some(row) = self.rows.get_mut(&key) else { return };
        let Some(begun) = row.begun.take() else { return };
        let hung = now.saturating_sub(begun) > HANGS;
        row.pace = if hung { Pace::Hung } else { Pace::Quick };
        row.quarters = if is_good || row.wanted { 4 } else { (row.quarters + 1).min(MOST_QUARTERS) };
        let period = row.every * row.quarters / 4;
        let varied = period * (100 - JITTER as u32 + jitter) / 100;
        row.due = if std::mem::take(&mut row.again) { now } else { (begun + varied).max(now) };
    }

    /// Tells when the next look is to begin; nothing when that depends on looks that go on.
    pub fn wakes_at(&self) -> Option<Duration> {
        self.next().map(|(_, due)| due)
    }

    /// Gives the probe that goes first among those that may.
    fn next(&self) -> Option<(Key, Duration)> {
        let under_way =
            |may: fn(Pace) -> bool| self.rows.values().filter(|row| row.begun.is_some() && may(row.pace)).count();
        let hung = under_way(|pace| pace == Pace::Hung);
        let unproved = under_way(|pace| pace != Pace::Quick);
        if under_way(|_| true) >= MOST {
            return None;
        }
        let may_begin = |row: &Row| match row.pace {
            Pace::Quick => true,
            Pace::Unproved => unproved < MOST_UNPROVED,
            Pace::Hung => hung < MOST_HUNG && unproved < MOST_UNPROVED,
        };
        let idle = self.rows.iter().filter(|(_, row)| row.begun.is_none() && may_begin(row));
        idle.map(|(key, row)| (*key, row.due)).min_by_key(|(key, due)| (*due, *key))
    }

    /// Gives a number from nothing to twice the jitter.
    fn jitter(&mut self) -> u32 {
        // xorshift: nobody gains by guessing it.
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        u32::try_from(self.random % (2 * JITTER + 1)).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests;
