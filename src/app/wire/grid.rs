//! A screen as cells: what was put where, made clean, with a hash of each row.
//!
//! A wide symbol has one cell and a tail; neither is ever there without the other. What cannot be seen
//! (the colour of a blank) or must not be sent (a control character) does not get in.

use std::hash::{DefaultHasher, Hash, Hasher};

use ratatui::buffer::{Cell, CellWidth};
use ratatui::layout::Size;

use super::look::Look;
use super::pen::NOWHERE;

/// Is all that a terminal shows.
#[derive(Clone, Debug)]
pub(super) struct Grid {
    size: Size,
    cells: Vec<Cell>,
    /// One of each row, from the first on.
    pub hashes: Vec<u64>,
    /// The rows that were changed and not hashed since.
    touched: Vec<bool>,
}

impl Grid {
    /// Makes one with nothing in it.
    pub(super) fn blank(size: Size) -> Self {
        let rows = usize::from(size.height);
        let cells = vec![Cell::EMPTY; usize::from(size.width) * rows];
        let mut grid = Self { size, cells, hashes: Vec::new(), touched: vec![false; rows] };
        grid.hashes = vec![hash(grid.row(0)); rows];
        grid
    }

    /// Tells how many rows there are.
    pub(super) fn rows(&self) -> u16 {
        self.size.height
    }

    /// Gives a row.
    pub(super) fn row(&self, y: u16) -> &[Cell] {
        let width = usize::from(self.size.width);
        self.cells.get(usize::from(y) * width..).and_then(|rest| rest.get(..width)).unwrap_or_default()
    }

    /// Gives the hash of a row.
    pub(super) fn hash(&self, y: u16) -> u64 {
        self.hashes.get(usize::from(y)).copied().unwrap_or_default()
    }

    /// Puts a cell; what lies outside is left out, and so is what a wide symbol hides.
    pub(super) fn put(&mut self, x: u16, y: u16, cell: &Cell) {
        if x >= self.size.width || y >= self.size.height {
            return;
        }
        let row = usize::from(y) * usize::from(self.size.width);
        let at = row + usize::from(x);
        let end = row + usize::from(self.size.width);
        let Some(cells) = self.cells.get_mut(..end) else { return };
        if cells.get(at).is_none_or(is_tail) {
            return;
        }
        let mut clean = clean(cell);
        let width = usize::from(clean.symbol().cell_width());
        if at + width > end {
            clean = Cell::EMPTY;
        }
        cut_wide(cells, at);
        if width == 2 && at + 1 < end {
            cut_wide(cells, at + 1);
            let mut tail = clean.clone();
            tail.set_symbol("");
            set(cells, at + 1, tail);
        }
        set(cells, at, clean);
        if let Some(touched) = self.touched.get_mut(usize::from(y)) {
            *touched = true;
        }
    }

    /// Puts what is changed in a part of a row, from the first such cell to the last, and what wide symbols hid or hide there.
    pub(super) fn put_changed(&mut self, (from, y): (u16, u16), (before, row): (&[Cell], &[Cell])) {
        let is_other = |(before, cell): (&Cell, &Cell)| before != cell;
        let Some(first) = before.iter().zip(row).position(is_other) else { return };
        let last = before.iter().zip(row).rposition(is_other).unwrap_or(first);
        for (x, (before, cell)) in before.iter().zip(row).enumerate().skip(first) {
            self.put(u16::try_from(x).map_or(u16::MAX, |x| from.saturating_add(x)), y, cell);
            if x >= last && before.cell_width().max(cell.cell_width()) < 2 {
                break;
            }
        }
    }

    /// Becomes another one of the same size.
    pub(super) fn follow(&mut self, other: &Self) {
        let width = usize::from(self.size.width).max(1);
        let rows = self.cells.chunks_mut(width).zip(other.cells.chunks(width));
        for ((own, row), (hash, wanted)) in rows.zip(self.hashes.iter_mut().zip(&other.hashes)) {
            if hash != wanted {
                own.clone_from_slice(row);
                *hash = *wanted;
            }
        }
    }

    /// Hashes the rows that were changed.
    pub(super) fn settle(&mut self) {
        for y in 0..self.size.height {
            let at = usize::from(y);
            if self.touched.get(at) == Some(&true) {
                let hash = hash(self.row(y));
                if let (Some(hashed), Some(touched)) = (self.hashes.get_mut(at), self.touched.get_mut(at)) {
                    (*hashed, *touched) = (hash, false);
                }
            }
        }
    }
}

/// Tells whether a cell is the second one of a wide symbol.
pub(super) fn is_tail(cell: &Cell) -> bool {
    cell.symbol().is_empty()
}

/// Tells whether nothing can be seen of a cell.
pub(super) fn is_blank(cell: &Cell) -> bool {
    cell.symbol() == " " && Look::of(cell) == Look::PLAIN && cell.underline_color == NOWHERE
}

fn set(cells: &mut [Cell], at: usize, cell: Cell) {
    if let Some(place) = cells.get_mut(at) {
        *place = cell;
    }
}

/// Makes the tail of a wide symbol a blank before the symbol goes.
fn cut_wide(cells: &mut [Cell], at: usize) {
    if cells.get(at + 1).is_some_and(is_tail) {
        set(cells, at + 1, Cell::EMPTY);
    }
}

/// Leaves only what can be sent and seen.
fn clean(cell: &Cell) -> Cell {
    let mut clean = Cell::EMPTY;
    let symbol = cell.symbol();
    let look = match symbol {
        " " => Look::of(cell).of_blank(),
        _ if symbol.chars().any(char::is_control) || !(1..=2).contains(&symbol.cell_width()) => {
            clean.set_symbol("\u{FFFD}");
            Look::of(cell)
        }
        _ => {
            clean.set_symbol(symbol);
            Look::of(cell)
        }
    };
    (clean.fg, clean.bg, clean.modifier) = (look.fg, look.bg, look.modifier);
    // A number of an address; the colour of an underline is never sent, which old terminals take for blinking.
    clean.underline_color = cell.underline_color;
    clean
}

/// Hashes a row: its symbols, and each look with where it begins and leads to. What a clean cell has besides is always the same.
fn hash(row: &[Cell]) -> u64 {
    let (mut hasher, mut symbols) = (DefaultHasher::new(), Vec::with_capacity(2 * row.len()));
    let mut before = None;
    for (at, cell) in row.iter().enumerate() {
        symbols.extend_from_slice(cell.symbol().as_bytes());
        // No symbol has it: it holds them apart.
        symbols.push(0xff);
        let look = (Look::of(cell), cell.underline_color);
        if before.replace(look) != Some(look) {
            (at, look).hash(&mut hasher);
        }
    }
    symbols.hash(&mut hasher);
    hasher.finish()
}
