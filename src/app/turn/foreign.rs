//! What others do in the run that is open: their records are believed as they become durable.

use std::time::Duration;

use super::{App, believe_again};
use crate::app::alarm::wanted;
use crate::app::clerk;
use crate::app::follower::Foreign;
use crate::run::{Entry, Run};

/// Is what is to be told from what others did: how the run stood before.
#[derive(Clone, Debug)]
pub(in crate::app) struct Before {
    /// The last record.
    pub n: u64,
    /// How much was under way.
    running: usize,
    /// Who had the wheel, by id.
    pub driver: Option<String>,
    /// Who asked for it, by id.
    pub asking: Option<String>,
}

impl Before {
    /// Notes how a run stands.
    pub fn of(run: &Run) -> Self {
        Self {
            n: run.head().n,
            running: run.running().count(),
            driver: run.driver().map(|driver| driver.who.id.clone()),
            asking: run.asking().map(|who| who.id.clone()),
        }
    }
}

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

    /// Calls whoever is here for what others did and what is for him to answer.
    pub(super) fn call_for_others(&mut self, before: &Before) {
        let Some(open) = &self.open else { return };
        let stamp = self.surroundings.stamp(&open.who, &self.session);
        let words = wanted(&open.run, &stamp, before).or_else(|| {
            let has_ended = open.run.running().count() < before.running;
            has_ended.then(|| "what somebody started has ended".to_owned())
        });
        words.into_iter().for_each(|words| self.call(&words));
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
        if open.past.is_some() {
            return self.take_later(&records);
        }
        let before = Before::of(&open.run);
        if !clerk::believe_others(&mut open.run, &records) {
            believe_again(&self.store, &self.surroundings, open);
        }
        self.stale |= open.run.head().n != before.n;
        self.call_for_others(&before);
        self.tell_since(before.n, &|_| true);
        self.screen.keep_inside(&self.shelf, self.open.as_ref().map(|open| &open.run));
        self.take_up_as_heir();
        self.attend();
    }
}
