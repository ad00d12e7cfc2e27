//! Rows that moved: a block that stands elsewhere now is moved by the terminal and not written again.
//!
//! Rows are told apart by their hashes. Whether moving is cheaper than writing is for who asks.

use super::pen::Pen;

/// From how many changed rows on it is looked for.
const FEWEST_CHANGED: usize = 3;

/// Is a block of rows that moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Shift {
    /// The first row that is touched, and the last one.
    top: u16,
    bottom: u16,
    /// How far it moves.
    rows: u16,
    is_up: bool,
}

impl Shift {
    /// Finds the move that spares most rows.
    pub(super) fn find(before: &[u64], after: &[u64]) -> Option<Self> {
        let is_changed = |y: usize| before.get(y) != after.get(y);
        if before.len() != after.len() || (0..after.len()).filter(|y| is_changed(*y)).count() < FEWEST_CHANGED {
            return None;
        }
        let mut best = (1, None);
        for rows in 1..after.len() {
            for is_up in [true, false] {
                // The upper end of each pair of rows that are rows apart.
                let is_same = |y: usize| match is_up {
                    true => before.get(y + rows) == after.get(y),
                    false => before.get(y) == after.get(y + rows),
                };
                let is_spared = |y: usize| is_changed(if is_up { y } else { y + rows });
                let (spared, first, last) = longest(after.len() - rows, is_same, is_spared);
                if spared > best.0 {
                    best = (spared, Self::of((first, last + rows), (rows, is_up)));
                }
            }
        }
        best.1
    }

    fn of((top, bottom): (usize, usize), (rows, is_up): (usize, bool)) -> Option<Self> {
        let row = |at: usize| u16::try_from(at).ok();
        Some(Self { top: row(top)?, bottom: row(bottom)?, rows: row(rows)?, is_up })
    }

    /// Gives the same move with one row more that comes along, which is almost what it is to be: the one that was
    /// selected.
    pub(super) fn and_next(self, height: u16) -> Option<Self> {
        match self.is_up {
            true => (self.bottom + 1 < height).then(|| Self { bottom: self.bottom + 1, ..self }),
            false => self.top.checked_sub(1).map(|top| Self { top, ..self }),
        }
    }

    /// Tells which row stands there afterwards; none where it is a blank one.
    pub(super) fn source(&self, y: u16) -> Option<u16> {
        if !(self.top..=self.bottom).contains(&y) {
            return Some(y);
        }
        let from = if self.is_up { y.checked_add(self.rows) } else { y.checked_sub(self.rows) };
        from.filter(|from| (self.top..=self.bottom).contains(from))
    }

    /// Moves the rows of a terminal that has so many.
    pub(super) fn write(&self, pen: &mut Pen, height: u16) {
        // Some terminals fill what becomes free with the ground that is written on.
        pen.wear_nothing();
        let reaches_end = self.bottom + 1 == height;
        if !reaches_end {
            pen.say(format_args!("\x1b[{};{}r", self.top + 1, self.bottom + 1));
            pen.lose_place();
        }
        pen.go(0, self.top);
        let letter = if self.is_up { 'M' } else { 'L' };
        match self.rows {
            1 => pen.say(format_args!("\x1b[{letter}")),
            rows => pen.say(format_args!("\x1b[{rows}{letter}")),
        }
        if !reaches_end {
            pen.say(format_args!("\x1b[r"));
            pen.lose_place();
        }
    }
}

/// Finds the longest run of rows that are the same, and gives what it spares, its first row and its last.
fn longest(rows: usize, is_same: impl Fn(usize) -> bool, is_spared: impl Fn(usize) -> bool) -> (usize, usize, usize) {
    let (mut best, mut spared, mut first) = ((0, 0, 0), 0, None);
    for y in 0..rows {
        if !is_same(y) {
            (spared, first) = (0, None);
            continue;
        }
        spared += usize::from(is_spared(y));
        let first = *first.get_or_insert(y);
        if spared > best.0 {
            best = (spared, first, y);
        }
    }
    best
}
