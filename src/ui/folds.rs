//! Which headings of the checklist are folded, and which items can be seen because of that.
//!
//! While nothing is folded there is nothing to keep: rows are places in the plan. Otherwise the rows are
//! listed, and listed anew only when something is folded or the plan changes, so that a frame costs the
//! same however long the plan is.

use std::collections::HashSet;
use std::sync::Arc;

use crate::run::Run;
use crate::runbook::plan::Item;

/// Is what is folded.
#[derive(Clone, Debug, Default)]
pub(super) struct Folds {
    /// The headings that are folded, by their ids: places move when a loop grows.
    folded: HashSet<Arc<str>>,
    /// The places of the items that can be seen; nothing while all of them can.
    rows: Option<Vec<usize>>,
    /// Of which plan that was listed.
    basis: (u64, usize),
}

impl Folds {
    /// Counts the rows.
    pub fn len(&self, run: &Run) -> usize {
        self.rows.as_ref().map_or(run.items().len(), Vec::len)
    }

    /// Gives the place of the item in a row.
    pub fn place(&self, row: usize) -> usize {
        self.rows.as_ref().map_or(row, |rows| rows.get(row).or(rows.last()).copied().unwrap_or_default())
    }

    /// Gives the row of the item at a place; of one that is folded away, that of its heading.
    pub fn row(&self, place: usize) -> usize {
        let Some(rows) = &self.rows else { return place };
        rows.partition_point(|known| *known <= place).saturating_sub(1)
    }

    /// Tells whether what stands below an item is folded away.
    pub fn is_folded(&self, item: &Item) -> bool {
        self.folded.contains(&item.id)
    }

    /// Tells whether anything is folded.
    pub fn is_any(&self) -> bool {
        !self.folded.is_empty()
    }

    /// Lists the rows anew where the plan is another one than before.
    pub fn follow(&mut self, run: &Run) {
        let basis = (run.filled_at(), run.items().len());
        if self.basis != basis {
            self.basis = basis;
            self.list(run);
        }
    }

    /// Folds what stands below the item at a place; false where nothing does, or that is folded already.
    pub fn fold(&mut self, run: &Run, place: usize) -> bool {
        let Some(item) = run.items().get(place).filter(|_| has_below(run.items(), place)) else { return false };
        let is_new = self.folded.insert(Arc::clone(&item.id));
        if is_new {
            self.list(run);
        }
        is_new
    }

    /// Unfolds what stands below the item at a place; false where that was not folded.
    pub fn unfold(&mut self, run: &Run, place: usize) -> bool {
        let is_folded = run.items().get(place).is_some_and(|item| self.folded.remove(&item.id));
        if is_folded {
            self.list(run);
        }
        is_folded
    }

    /// Folds what stands below all of these places; false where there are none.
    pub fn fold_all(&mut self, run: &Run, places: &[usize]) -> bool {
        self.folded.extend(places.iter().filter_map(|place| run.items().get(*place)).map(|item| Arc::clone(&item.id)));
        self.list(run);
        !places.is_empty()
    }

    /// Unfolds everything.
    pub fn clear(&mut self) {
        (self.folded, self.rows) = (HashSet::new(), None);
    }

    /// Unfolds what an item stands below, so that it can be seen.
    pub fn reveal(&mut self, run: &Run, place: usize) {
        if self.rows.is_some() && self.place(self.row(place)) != place {
            let mut above = heading_above(run.items(), place);
            while let Some(heading) = above {
                self.folded.remove(&run.items()[heading].id);
                above = heading_above(run.items(), heading);
            }
            self.list(run);
        }
    }

    fn list(&mut self, run: &Run) {
        if self.folded.is_empty() {
            self.rows = None;
            return;
        }
        let mut hidden_below = None;
        let is_seen = |(_, item): &(usize, &Item)| {
            if hidden_below.is_some_and(|depth| item.depth > depth) {
                return false;
            }
            hidden_below = self.folded.contains(&item.id).then_some(item.depth);
            true
        };
        self.rows = Some(run.items().iter().enumerate().filter(is_seen).map(|(place, _)| place).collect());
    }
}

/// Tells whether something stands below an item.
pub(super) fn has_below(items: &[Item], place: usize) -> bool {
    items.get(place).zip(items.get(place + 1)).is_some_and(|(item, next)| next.depth > item.depth)
}

/// Finds what an item stands directly below.
pub(super) fn heading_above(items: &[Item], place: usize) -> Option<usize> {
    let depth = items.get(place)?.depth;
    items.get(..place)?.iter().rposition(|item| item.depth < depth)
}
