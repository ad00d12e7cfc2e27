//! One row: from what the terminal shows to what it shall show.

use super::cell::{Cell, Clusters};
use super::pen::Pen;

/// How long a gap may be that is looked at closer: a jump is never dearer.
const MOST_BRIDGED: u16 = 8;
/// From how many blanks on they are erased where the row goes on behind them: what erasing and a jump cost.
const ERASED: u16 = 10;
/// And where the jump is to come anyway.
const ERASED_LAST: u16 = 5;
/// From how many blanks on the rest of a row is erased.
const ERASED_REST: usize = 3;

/// Paints a row over what was there; nothing before is a blank one.
pub(super) fn paint(pen: &mut Pen, y: u16, (before, after): (Option<&[Cell]>, &[Cell]), clusters: &Clusters) {
    if before.unwrap_or_default().iter().chain(after).any(|cell| !cell.symbol.is_settled()) {
        return paint_anew(pen, y, after, clusters);
    }
    let changed = changed(before, after);
    let Some(last) = changed.iter().rposition(|changed| *changed) else { return };
    let mut row = Row { pen, y, after, changed: &changed, last, clusters };
    let mut x = 0;
    while let Some(next) = row.next(x) {
        x = row.paint_from(next);
    }
}

/// Erases a row and writes it, each symbol where it belongs, where terminals disagree on how wide they are.
fn paint_anew(pen: &mut Pen, y: u16, after: &[Cell], clusters: &Clusters) {
    pen.erase_rest(0, y);
    for (x, cell) in (0..).zip(after) {
        if !cell.is_tail() && *cell != Cell::BLANK {
            pen.put((x, y), *cell, clusters);
        }
    }
}

/// Says which cells have to be written; of a wide symbol both or none.
fn changed(before: Option<&[Cell]>, after: &[Cell]) -> Vec<bool> {
    let was = |at: usize| before.and_then(|before| before.get(at)).copied().unwrap_or(Cell::BLANK);
    let mut changed: Vec<bool> = after.iter().enumerate().map(|(at, cell)| *cell != was(at)).collect();
    let is_pair = |at: usize| after.get(at + 1).is_some_and(|cell| cell.is_tail()) || was(at + 1).is_tail();
    let mut grows = true;
    while grows {
        grows = false;
        for at in 0..changed.len().saturating_sub(1) {
            if let Some([one, other]) = changed.get_mut(at..at + 2)
                && one != other
                && is_pair(at)
            {
                (*one, *other, grows) = (true, true, true);
            }
        }
    }
    changed
}

/// Is a row that is being painted.
struct Row<'a> {
    pen: &'a mut Pen,
    y: u16,
    after: &'a [Cell],
    changed: &'a [bool],
    /// The last cell that has to be written.
    last: usize,
    clusters: &'a Clusters,
}

impl Row<'_> {
    /// Finds the next cell that has to be written.
    fn next(&self, from: usize) -> Option<usize> {
        (from..=self.last).find(|at| self.changed.get(*at) == Some(&true))
    }

    /// Writes from a cell on, and gives the one behind.
    fn paint_from(&mut self, at: usize) -> usize {
        let blanks = self.after.iter().skip(at).take_while(|cell| **cell == Cell::BLANK).count();
        let place = (column(at), self.y);
        if at + blanks == self.after.len() && self.last + 1 - at > ERASED_REST {
            self.pen.erase_rest(place.0, self.y);
            return self.last + 1;
        }
        let ends = (at + blanks).min(self.last + 1);
        let erased = column(ends - at);
        let enough = if ends > self.last { ERASED_LAST } else { ERASED };
        if erased > enough {
            self.pen.erase(place, erased);
            return ends;
        }
        self.bridge(at);
        let Some(cell) = self.after.get(at) else { return at + 1 };
        self.pen.put(place, *cell, self.clusters);
        at + usize::from(cell.symbol.width())
    }

    /// Writes cells again that lie between the cursor and the next change, where that is shorter than a jump.
    fn bridge(&mut self, to: usize) {
        let Some((x, y)) = self.pen.at() else { return };
        let (target, from) = (column(to), usize::from(x));
        if y != self.y || x >= target || target - x > MOST_BRIDGED {
            return;
        }
        let (Some(gap), Some(next)) = (self.after.get(from..to), self.after.get(to)) else { return };
        if gap.first().is_some_and(|cell| cell.is_tail()) {
            return;
        }
        let (mut over, mut across) = (self.pen.fork(), self.pen.fork());
        over.go(target, y);
        for (x, cell) in (x..).zip(gap).filter(|(_, cell)| !cell.is_tail()) {
            across.put((x, y), *cell, self.clusters);
        }
        [&mut over, &mut across].into_iter().for_each(|pen| pen.put((target, y), *next, self.clusters));
        if across.out.len() <= over.out.len() {
            for (x, cell) in (x..).zip(gap).filter(|(_, cell)| !cell.is_tail()) {
                self.pen.put((x, y), *cell, self.clusters);
            }
        }
    }
}

fn column(at: usize) -> u16 {
    u16::try_from(at).unwrap_or(u16::MAX)
}
