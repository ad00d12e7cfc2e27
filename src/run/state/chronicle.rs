//! A run gone through record by record: how it stood after any of them, without going through all before it.
//!
//! The run itself stays with whoever looks at it; here are its records and copies of how it stood now and then.
//! A copy leaves out what the records say in words, which is the same at every place and is moved instead, so
//! that going somewhere takes about the same in a long run as in a short one.

use std::collections::VecDeque;

use super::{Head, Run};
use crate::run::event::Event;
use crate::run::replay::{Basis, NoRun};
use crate::run::trail::Entry;

/// How many copies are kept.
const MOST_COPIES: usize = 32;
/// How many records stand between two of them at the least.
const LEAST_STRIDE: usize = 64;

/// Is the records of a run, with what is needed to go to any of them.
#[derive(Debug)]
pub struct Chronicle {
    records: Vec<(Head, Event)>,
    /// How the run stood after every so many records, the first among them, without its words and hashes.
    copies: Vec<Run>,
    stride: usize,
    /// The records behind the one at which the run stands, in words, as far as it ever came.
    later: VecDeque<Entry>,
}

impl Chronicle {
    /// Goes through the records of a run, and gives it as it stands after the last.
    ///
    /// # Errors
    ///
    /// Says why they are no run.
    pub fn of(basis: impl Into<Basis>, records: Vec<(Head, Event)>) -> Result<(Self, Run), NoRun> {
        let (at, first) = records.first().ok_or(NoRun::Empty)?;
        let mut run = Run::begin(basis.into(), *at, first).ok_or(NoRun::NoStart)??;
        let stride = (records.len() / MOST_COPIES + 1).max(LEAST_STRIDE);
        let mut chronicle = Self { copies: vec![run.bare()], records, stride, later: VecDeque::new() };
        let last = chronicle.last();
        chronicle.go_on(&mut run, last);
        match run.is_lost() {
            true => Err(NoRun::Lost(run.head().n)),
            false => Ok((chronicle, run)),
        }
    }

    /// Takes the next record; the run stays where it stands.
    pub fn push(&mut self, at: Head, event: Event) {
        self.records.push((at, event));
    }

    /// Makes a run stand as it did after a record, or after the last where there are not so many.
    pub fn go(&mut self, run: &mut Run, n: u64) {
        let to = usize::try_from(n).unwrap_or(usize::MAX).min(self.last());
        let copy = (to / self.stride).min(self.copies.len() - 1);
        let stands = run.heads.len() - 1;
        if to < stands || copy * self.stride > stands {
            self.go_to_copy(run, copy);
        }
        self.go_on(run, to);
    }

    /// Gives a record.
    pub fn record(&self, n: u64) -> Option<&(Head, Event)> {
        self.records.get(usize::try_from(n).ok()?)
    }

    /// Gives the number of the last record.
    pub fn newest(&self) -> u64 {
        self.last() as u64
    }

    /// Counts the records that were put into words: all up to the last one that the run came to.
    pub fn told(&self, run: &Run) -> usize {
        run.trail.len() + self.later.len()
    }

    /// Gives a record in words, whether it stands before the place of the run or behind it.
    pub fn entry<'a>(&'a self, run: &'a Run, n: u64) -> Option<&'a Entry> {
        let at = usize::try_from(n).ok()?;
        run.trail.get(at).or_else(|| self.later.get(at.checked_sub(run.trail.len())?))
    }

    fn last(&self) -> usize {
        self.records.len().saturating_sub(1)
    }

    /// Applies the records up to a place.
    fn go_on(&mut self, run: &mut Run, to: usize) {
        while run.heads.len() <= to {
            let place = run.heads.len();
            let Some((at, event)) = self.records.get(place) else { return };
            run.apply(*at, event);
            self.later.pop_front();
            self.copy(run, place);
        }
    }

    /// Keeps how a run stands where that is wanted; of too many copies every other one goes.
    fn copy(&mut self, run: &mut Run, place: usize) {
        if !place.is_multiple_of(self.stride) || place / self.stride != self.copies.len() {
            return;
        }
        self.copies.push(run.bare());
        if self.copies.len() > 2 * MOST_COPIES {
            let mut at = 0;
            self.copies.retain(|_| {
                at += 1;
                at % 2 == 1
            });
            self.stride *= 2;
        }
    }

    /// Makes a run stand where a copy does; the words between move from one side of it to the other.
    fn go_to_copy(&mut self, run: &mut Run, copy: usize) {
        let Some(stood) = self.copies.get(copy) else { return };
        let stood = stood.clone();
        let (mut trail, mut heads) = (std::mem::take(&mut run.trail), std::mem::take(&mut run.heads));
        let length = copy * self.stride + 1;
        for entry in trail.drain(length.min(trail.len())..).rev() {
            self.later.push_front(entry);
        }
        let missing = length.saturating_sub(trail.len()).min(self.later.len());
        trail.extend(self.later.drain(..missing));
        heads.truncate(length);
        heads.extend(self.records.iter().take(length).skip(heads.len()).map(|(at, _)| at.hash));
        *run = Run { trail, heads, ..stood };
    }
}

impl Run {
    /// Copies it without what its records say in words, and without their hashes.
    fn bare(&mut self) -> Self {
        let (trail, heads) = (std::mem::take(&mut self.trail), std::mem::take(&mut self.heads));
        let copy = self.clone();
        (self.trail, self.heads) = (trail, heads);
        copy
    }
}

#[cfg(test)]
mod tests;
