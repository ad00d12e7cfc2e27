//! Where the words of the footer stand: one pure function, for drawing them and for pointing at them.

use std::ops::Range;

use super::bindings::{Bindings, Bound};
use super::screen::Mode;
use crate::text::width;

/// Gives the commands that the footer has room for, each with the columns of its key and its word.
pub(super) fn words(bindings: &Bindings, mode: Mode, columns: u16) -> Vec<(&Bound, Range<usize>)> {
    let mut used = 1;
    let mut found = Vec::new();
    for bound in bindings.of(mode).filter(|bound| !bound.entry.word.is_empty()) {
        // A blank before the word and two behind it.
        let wide = width(&bound.first()) + width(bound.entry.word) + 3;
        if used + wide <= usize::from(columns) + 2 {
            found.push((bound, used..used + wide - 2));
            used += wide;
        }
    }
    found
}
