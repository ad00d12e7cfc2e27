//! What others do in the run that is open: their records are believed as they become durable.

use std::time::Duration;

use super::{App, believe_again};
use crate::app::clerk;
use crate::app::follower::Foreign;
use crate::run::Entry;

impl App {
    /// Takes what others recorded, unless a decision is on its way: its receipt comes first.
    pub fn foreign(&mut self) -> Option<Foreign> {
        self.open.as_ref().filter(|open| open.pending.is_none())?.follower.as_ref()?.batch()
    }

    /// Waits for what others record, not for ever; for who has no loop.
    pub fn wait_for_foreign(&mut self, patience: Duration) -> Option<Foreign> {
        self.open.as_ref()?.follower.as_ref()?.wait(patience)
    }

    /// Says what was recorded after a record and that whoever is here has to know.
    pub(super) fn tell_since(&mut self, n: u64, is_others: &dyn Fn(&Entry) -> bool) {
        let Some(open) = &self.open else { return };
        let first = usize::try_from(n).unwrap_or(usize::MAX).saturating_add(1);
        let entries = open.run.trail().iter().skip(first);
        entries.filter(|entry| entry.is_telling && is_others(entry)).for_each(|entry| self.screen.tell(entry));
    }

    pub(super) fn take_foreign(&mut self, foreign: Foreign) {
        let Some(open) = &mut self.open else { return };
        let records = match foreign {
            Ok(records) => records,
            Err(why) => {
                self.stale |= open.halted.is_none();
                open.halted.get_or_insert(why);
                return;
            }
        };
        let (before, running) = (open.run.head().n, open.run.running().count());
        if !clerk::believe_others(&mut open.run, &records) {
            believe_again(&self.store, &self.surroundings, open);
        }
        self.stale |= open.run.head().n != before;
        if open.run.running().count() < running {
            self.call("what somebody started has ended");
        }
        self.tell_since(before, &|_| true);
        self.screen.keep_inside(&self.shelf, self.open.as_ref().map(|open| &open.run));
        self.take_up_as_heir();
        self.attend();
    }
}
