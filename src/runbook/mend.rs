//! Other figures for the estimates of a runbook, as changes of its text.
//!
//! Only the figures are touched: words, comments and layout stay as they are, byte for byte. What comes of it is
//! read again before it is given away, and has to be the same runbook with those figures and no others.

use std::ops::Range;

use super::compare::differences;
use super::model::{Estimate, Runbook};
use super::patch::{Change, changed, unified};
use super::place::Place;
use super::source::Source;
use super::{Loaded, Pinned};
use crate::time::Length;

/// Is an estimate with the figures that it should have.
#[derive(Clone, Copy, Debug)]
pub struct Mending {
    /// Where its least and its most are written.
    pub figures: (Place, Place),
    /// The least that it should say.
    pub low: Length,
    /// The most.
    pub high: Length,
}

/// Is what came of mending a runbook.
#[derive(Debug, Default)]
pub struct Mended {
    /// The changes, by the place of the file among the sources.
    pub changes: Vec<(usize, Change)>,
    /// Which of the mendings were left out, as their figures cannot be changed by themselves.
    pub left_out: Vec<usize>,
}

impl Mended {
    /// Finds the changes for all mendings that can be done.
    pub fn of(loaded: &Loaded, mendings: &[Mending]) -> Self {
        let mut mended = Self::default();
        let found: Vec<_> = mendings.iter().map(|mending| changes(loaded, mending)).collect();
        let all: Option<Vec<_>> = found.iter().cloned().collect();
        if let Some(all) = all.map(|all| sorted(all.concat())).filter(|all| is_sound(loaded, all, mendings)) {
            mended.changes = all;
            return mended;
        }
        for (at, more) in found.into_iter().enumerate() {
            let all = more.map(|more| sorted([mended.changes.clone(), more].concat()));
            let taken = |left_out: &[usize]| -> Vec<_> {
                mendings
                    .iter()
                    .enumerate()
                    .filter(|(n, _)| *n <= at && !left_out.contains(n))
                    .map(|(_, m)| *m)
                    .collect()
            };
            match all.filter(|all| is_sound(loaded, all, &taken(&mended.left_out))) {
                Some(all) => mended.changes = all,
                None => mended.left_out.push(at),
            }
        }
        mended
    }

    /// Writes the changes as a patch; `named` gives the name of a file as the patch has it.
    pub fn patch(&self, loaded: &Loaded, named: impl Fn(&str) -> String) -> String {
        let of = |(at, source): (usize, &Source)| {
            unified(&named(source.name()), source.text(), &changes_of(&self.changes, at))
        };
        loaded.sources.iter().enumerate().map(of).collect()
    }
}

fn sorted(mut changes: Vec<(usize, Change)>) -> Vec<(usize, Change)> {
    changes.sort_by_key(|(source, change)| (*source, change.at.start, change.at.end));
    changes.dedup();
    changes
}

fn changes_of(changes: &[(usize, Change)], source: usize) -> Vec<Change> {
    changes.iter().filter(|(of, _)| *of == source).map(|(_, change)| change.clone()).collect()
}

/// Gives the changes of the text that a mending makes; nothing when a figure is not written in the usual way.
fn changes(loaded: &Loaded, mending: &Mending) -> Option<Vec<(usize, Change)>> {
    let (least, most) = mending.figures;
    let change = |place: Place, to: Length| {
        let source = usize::from(place.source.0);
        let at = written(loaded.sources.get(source)?, place)?;
        Some((source, Change { at, to: to.to_string() }))
    };
    let mut all = vec![change(most, mending.high)?];
    if least != most {
        all.push(change(least, mending.low)?);
    }
    Some(all)
}

/// Finds the figure at a place, without quotes and spaces around it.
fn written(source: &Source, place: Place) -> Option<Range<usize>> {
    let text = source.slice(place);
    let inner = text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '\''));
    Length::parse(inner).ok()?;
    let start = place.range().start + text.find(inner)?;
    Some(start..start + inner.len())
}

/// Tells whether a runbook is the same after changes, but for the figures that were to be changed.
fn is_sound(loaded: &Loaded, changes: &[(usize, Change)], mendings: &[Mending]) -> bool {
    let meet = |pair: &[(usize, Change)]| pair[0].0 == pair[1].0 && pair[1].1.at.start < pair[0].1.at.end;
    if changes.windows(2).any(meet) {
        return false;
    }
    let (Some(mut old), Some(mut new)) = (again(loaded, &[]), again(loaded, changes)) else { return false };
    let wanted = |estimate: &Estimate| {
        let mending = mendings.iter().find(|mending| Some(mending.figures) == estimate.figures);
        let is_one = |mending: &Mending| mending.figures.0 == mending.figures.1;
        let low = |mending: &Mending| if is_one(mending) { mending.high } else { mending.low };
        mending.map_or((estimate.low, estimate.high), |mending| (Some(low(mending)), Some(mending.high)))
    };
    let was: Vec<_> = taken(&mut old).iter().map(|estimate| estimate.as_ref().map(wanted)).collect();
    let is: Vec<_> = taken(&mut new)
        .iter()
        .map(|estimate| estimate.as_ref().map(|estimate| (estimate.low, estimate.high)))
        .collect();
    was == is && differences(&old, &new).is_empty()
}

/// Reads the runbook once more, with changes.
fn again(loaded: &Loaded, changes: &[(usize, Change)]) -> Option<Runbook> {
    let mut texts = Pinned::of(loaded);
    for (at, (source, (_, bytes))) in loaded.sources.iter().zip(&mut texts.0).enumerate() {
        *bytes = changed(source.text(), &changes_of(changes, at)).into_bytes();
    }
    texts.load().runbook
}

/// Takes the estimates out of a runbook, in its order.
fn taken(runbook: &mut Runbook) -> Vec<Option<Estimate>> {
    let mut all = Vec::new();
    for book in &mut runbook.books {
        all.extend(book.activities.iter_mut().map(|activity| activity.estimate.take()));
        all.extend(book.back_out.iter_mut().map(|back_out| back_out.estimate.take()));
    }
    all.extend(runbook.steps.iter_mut().map(|step| step.estimate.take().map(|estimate| *estimate)));
    all
}

#[cfg(test)]
mod tests;
