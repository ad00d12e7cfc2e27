//! How each item of the plan stands: what is done, what may be done now, what is locked and why.
//!
//! Items are done in the order of the plan, a heading after what stands below it. Where it cannot be
//! told whether something applies, it is locked. Whether a person may sign is decided in `gate`.

use std::collections::BTreeSet;
use std::fmt;

use super::state::Run;
use crate::runbook::model::{Action, Sign, Then};
use crate::runbook::plan::{Item, ItemState};

/// Says how an item stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It may not be done yet.
    Locked(Lock),
    /// It may be done now.
    Ready,
    /// It was acted on; a signature is missing.
    ToSign,
    /// It is done.
    Done,
    /// It is not done, because of this decision.
    NotApplicable(String),
    /// It stands for what is below it.
    Heading {
        /// How many of those that apply are done.
        done: usize,
        /// How many of those there are.
        of: usize,
    },
}

/// Says why an item is locked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lock {
    /// This item, by number, comes first.
    After(String),
    /// These names are not known yet.
    Waits(BTreeSet<String>),
    /// The run stopped at this item, by number.
    Stopped(String),
}

impl fmt::Display for Lock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::After(number) => write!(f, "{number} comes first"),
            Self::Waits(names) => {
                write!(f, "waits for {}", names.iter().map(|name| format!("‹{name}›")).collect::<Vec<_>>().join(" "))
            }
            Self::Stopped(number) => write!(f, "the run was stopped in {number}"),
        }
    }
}

/// Gives the standing of each item of the plan, in its order.
pub(super) fn outline(run: &Run) -> Vec<Standing> {
    let mut walk = Walk { run, standings: Vec::with_capacity(run.items().len()), gate: None };
    let mut at = 0;
    while at < run.items().len() {
        at = walk.item(at);
    }
    walk.standings
}

struct Walk<'a> {
    run: &'a Run,
    standings: Vec<Standing>,
    /// What keeps all that follows locked.
    gate: Option<Lock>,
}

impl Walk<'_> {
    /// Takes an item and all that belongs to it, and gives the place behind.
    fn item(&mut self, at: usize) -> usize {
        let item = &self.run.items()[at];
        if !is_heading(self.run, item) {
            let standing = self.leaf(item);
            self.standings.push(standing);
            return at + 1;
        }
        self.standings.push(Standing::Ready);
        let end = end_of(self.run.items(), at);
        let mut next = at + 1;
        while next < end {
            next = self.item(next);
        }
        self.standings[at] = self.heading(item, at + 1);
        end
    }

    fn leaf(&mut self, item: &Item) -> Standing {
        if let ItemState::NotApplicable(why) = &item.state {
            return Standing::NotApplicable(why.clone());
        }
        if self.run.is_done(&item.id) {
            if stops(self.run, item) {
                self.gate = Some(Lock::Stopped(item.number.clone()));
            }
            return Standing::Done;
        }
        if let Some(lock) = &self.gate {
            return Standing::Locked(lock.clone());
        }
        self.gate = Some(Lock::After(item.number.clone()));
        let waits = self.run.plan().waits_for(self.run.runbook(), self.run.values(), item);
        match waits.is_empty() {
            false => Standing::Locked(Lock::Waits(waits)),
            true if self.run.is_touched(&item.id) => Standing::ToSign,
            true => Standing::Ready,
        }
    }

    /// Stands a heading by what is below it; one that is signed itself comes after that.
    fn heading(&mut self, item: &Item, below: usize) -> Standing {
        if let ItemState::NotApplicable(why) = &item.state {
            return Standing::NotApplicable(why.clone());
        }
        let leaves = self.standings[below..].iter().filter(|standing| !matches!(standing, Standing::Heading { .. }));
        let counted = leaves.filter(|standing| !matches!(standing, Standing::NotApplicable(_)));
        let (done, of) =
            counted.fold((0, 0), |(done, of), standing| (done + usize::from(*standing == Standing::Done), of + 1));
        if done == of && self.run.signers(item) != &Sign::None {
            return self.leaf(item);
        }
        Standing::Heading { done, of }
    }
}

/// Tells whether an item stands only for what is below it.
pub(super) fn is_heading(run: &Run, item: &Item) -> bool {
    item.kind.step().is_none_or(|step| matches!(run.runbook().step(step).action, Action::Heading(_) | Action::Call(_)))
}

/// Finds the place behind all that stands deeper than an item.
fn end_of(items: &[Item], at: usize) -> usize {
    let deeper = items[at + 1..].iter().take_while(|item| item.depth > items[at].depth);
    at + 1 + deeper.count()
}

fn stops(run: &Run, item: &Item) -> bool {
    let Some((step, option)) = item.kind.step().zip(run.chosen(&item.id)) else { return false };
    let Action::Choose(options) = &run.runbook().step(step).action else { return false };
    options.iter().any(|choice| choice.id == option && choice.then == Then::Stop)
}
