//! A screen as cells: what was put where, with a hash of each row.
//!
//! A wide symbol has one cell and a tail; neither is ever there without the other.

use std::hash::{DefaultHasher, Hash, Hasher};

use ratatui::layout::Size;

use super::cell::Cell;

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
        let cells = vec![Cell::BLANK; usize::from(size.width) * rows];
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

    /// Puts cells beside each other; what lies outside is left out, and so is what a wide symbol hides.
    pub(super) fn put(&mut self, (x, y): (u16, u16), cells: impl Iterator<Item = Cell>) {
        let width = usize::from(self.size.width);
        let from = usize::from(y) * width;
        let row = self.cells.get_mut(from..from + width);
        let (Some(row), Some(touched)) = (row, self.touched.get_mut(usize::from(y))) else { return };
        for (at, cell) in (usize::from(x)..width).zip(cells) {
            *touched |= put(row, at, cell);
        }
    }

    /// Becomes another one of the same size.
    pub(super) fn follow(&mut self, other: &Self) {
        let width = usize::from(self.size.width).max(1);
        let rows = self.cells.chunks_mut(width).zip(other.cells.chunks(width));
        for ((own, row), (hash, wanted)) in rows.zip(self.hashes.iter_mut().zip(&other.hashes)) {
            if hash != wanted {
                own.copy_from_slice(row);
                *hash = *wanted;
            }
        }
    }

    /// Gives all cells, of which every row is hashed again then.
    pub(super) fn all_cells(&mut self) -> impl Iterator<Item = &mut Cell> {
        self.touched.fill(true);
        self.cells.iter_mut()
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

/// Puts a cell into a row; tells whether it is another one than before.
fn put(row: &mut [Cell], at: usize, cell: Cell) -> bool {
    let cell = if cell.is_wide() && at + 1 == row.len() { Cell::BLANK } else { cell };
    if row.get(at).is_none_or(|before| *before == cell || before.is_tail()) {
        return false;
    }
    cut_wide(row, at);
    if cell.is_wide() {
        cut_wide(row, at + 1);
        set(row, at + 1, cell.tail());
    }
    set(row, at, cell);
    true
}

fn set(cells: &mut [Cell], at: usize, cell: Cell) {
    if let Some(place) = cells.get_mut(at) {
        *place = cell;
    }
}

/// Makes the tail of a wide symbol a blank before the symbol goes.
fn cut_wide(cells: &mut [Cell], at: usize) {
    if cells.get(at + 1).is_some_and(|cell| cell.is_tail()) {
        set(cells, at + 1, Cell::BLANK);
    }
}

/// Hashes a row: its symbols, and each look with where it begins and leads to.
fn hash(row: &[Cell]) -> u64 {
    let mut hasher = DefaultHasher::new();
    let mut before = None;
    for (at, cell) in row.iter().enumerate() {
        let look = (cell.look, cell.leads);
        if before.replace(look) != Some(look) {
            (at, look).hash(&mut hasher);
        }
    }
    let symbols: Vec<u8> = row.iter().flat_map(|cell| cell.symbol.to_bytes()).collect();
    symbols.hash(&mut hasher);
    hasher.finish()
}
