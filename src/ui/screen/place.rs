//! Where the operator is: the item that is selected, the pane that is looked at, and what of it is in view.
//!
//! He stays where he is while the plan grows, panes come and go, and the terminal becomes another one.

use std::sync::Arc;

use super::{Dialog, Pane, Screen};
use crate::run::Run;
use crate::runbook::plan::Item;
use crate::ui::areas::areas;
use crate::ui::folds::Folds;
use crate::ui::habits::Habit;
use crate::ui::hindsight::Hindsight;
use crate::ui::live::Live;
use crate::ui::model::Shelf;
use crate::ui::pane::output::{Spot, shown};

/// Is where somebody looks, and what is said to him.
#[derive(Debug)]
pub struct Outlook {
    /// The item, the first row of the checklist that is in view, and of the pane.
    place: (usize, usize, usize),
    item_id: Option<Arc<str>>,
    output: Option<Spot>,
    folds: Folds,
    message: Option<String>,
}

impl Screen {
    /// Goes to a pane.
    pub(in crate::ui) fn look_at(&mut self, pane: Pane) {
        if self.pane != pane {
            (self.pane, self.scroll) = (pane, 0);
        }
    }

    /// Makes room for what the selected item printed, if it printed something.
    pub fn note_output(&mut self, run: &Run, live: &Live) {
        self.has_output = shown(self, (run, live)).is_some();
    }

    /// Takes the size of the terminal.
    pub fn resize(&mut self, columns: u16, rows: u16, run: Option<&Run>) {
        let size = (columns, rows);
        if let Some(habit) = self.habits.turn((self.size, size), Habit { pane: self.pane, is_zoomed: self.is_zoomed }) {
            self.is_zoomed = habit.is_zoomed;
            self.look_at(habit.pane);
        }
        self.size = size;
        self.keep_in_view(run);
    }

    /// Selects the item to act on next, in a run that was just opened or moved on.
    pub fn go_to_next(&mut self, run: &Run) {
        if let Some(at) = run.next_open() {
            self.select(at, run);
        }
    }

    /// Gives where somebody looks, and what is said, so that it can be put back.
    pub fn outlook(&self) -> Outlook {
        let (place, item_id) = ((self.item, self.top, self.scroll), self.item_id.clone());
        Outlook { place, item_id, output: self.output, folds: self.folds.clone(), message: self.message.clone() }
    }

    /// Looks there again.
    pub fn put_back(&mut self, outlook: Outlook) {
        (self.item, self.top, self.scroll) = outlook.place;
        (self.item_id, self.output, self.folds) = (outlook.item_id, outlook.output, outlook.folds);
        self.message = outlook.message;
    }

    /// Selects an item and brings it into view.
    pub(in crate::ui) fn select(&mut self, at: usize, run: &Run) {
        if self.item != at {
            (self.scroll, self.output) = (0, None);
        }
        self.item = at;
        self.item_id = run.items().get(at).map(|item| Arc::clone(&item.id));
        self.folds.reveal(run, at);
        self.keep_in_view(Some(run));
    }

    /// Keeps the selected item in view after the panes changed.
    pub(in crate::ui) fn fit(&mut self, run: &Run) {
        self.keep_in_view(Some(run));
    }

    fn keep_in_view(&mut self, run: Option<&Run>) {
        let Some(run) = run else { return };
        let rows = usize::from(areas(self).checklist_rows()).max(1);
        let row = self.folds.row(self.item);
        let last = self.folds.len(run).saturating_sub(rows);
        self.top = self.top.clamp((row + 1).saturating_sub(rows), row).min(last);
    }

    /// Makes room for so many probes.
    pub fn make_room(&mut self, probes: usize, run: &Run) {
        self.probes = probes;
        if probes == 0 && self.pane == Pane::Status {
            self.pane = Pane::Checklist;
        }
        self.keep_in_view(Some(run));
    }

    /// Keeps the selections inside what there is.
    pub fn keep_inside(&mut self, shelf: &Shelf, run: Option<&Run>) {
        self.home = self.home.min(shelf.shown(self.with_sealed).count().saturating_sub(1));
        if let Some(run) = run {
            self.follow_plan(run);
        }
        self.keep_in_view(run);
    }

    /// Stays on the selected item where the plan became another one.
    fn follow_plan(&mut self, run: &Run) {
        let place = self.item_id.as_ref().and_then(|id| run.plan().position(id));
        self.item = place.unwrap_or(self.item).min(run.items().len().saturating_sub(1));
        self.folds.follow(run);
        self.item = self.folds.place(self.folds.row(self.item));
        self.item_id = run.items().get(self.item).map(|item| Arc::clone(&item.id));
        self.find_again(run);
    }

    /// Gives the selected item.
    pub fn selected<'a>(&self, run: &'a Run) -> Option<&'a Item> {
        run.items().get(self.item)
    }
}

impl Screen {
    /// Begins to look at a run afterwards: at its records.
    pub fn look_back(&mut self) {
        self.is_past = true;
        self.look_at(Pane::Trail);
    }

    /// Gives the record that is selected; none where whatever comes is followed.
    pub fn looks_at(&self) -> Option<u64> {
        self.record
    }

    /// Selects the item that the last record of a run is about, where it is about one.
    pub fn show_record(&mut self, run: &Run) {
        let step = run.trail().last().and_then(|entry| entry.step.as_ref());
        if let Some(at) = step.and_then(|step| run.plan().position(step)) {
            let scroll = self.scroll;
            self.select(at, run);
            self.scroll = scroll;
        }
    }

    /// Tells whether it is records that are looked at, or what was printed, and not an item.
    pub fn is_at_records(&self) -> bool {
        matches!(self.pane, Pane::Trail | Pane::Output)
    }

    /// Gives the record that is open in full.
    pub fn opened_record(&self) -> Option<u64> {
        match self.dialog {
            Some(Dialog::Record(n)) => Some(n),
            _ => None,
        }
    }

    /// Filters anew, where there are other records or more is known of them.
    pub fn sift_again(&mut self, run: &Run, past: &Hindsight) {
        if let Some(sieve) = &mut self.sieve {
            sieve.sift(run, past);
        }
    }
}
