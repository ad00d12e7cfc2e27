//! The plan: a pure function of a runbook and the values so far, giving the items of a run in order.
//!
//! Every item has an id that stays the same while values come in, such as `hop[10.1]/start`. Conditions
//! are decided and loops grown as far as the values tell; what is not known yet is said by name, and the
//! item waits for it. `grow` makes the items, `names` finds values, `fill` puts them into texts.

mod fill;
mod grow;
mod listing;
mod names;
mod shapers;
mod sheet;
#[cfg(test)]
mod tests;
mod values;
mod watched;

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

pub use fill::{Filled, FilledCommand, secret_variable};
pub use grow::{MOST_ITEMS, TooLarge, plan};
pub use shapers::Shapers;
pub use sheet::{Callout, Sheet};
pub use values::{SetError, Values, is_answer, read, read_row};
pub use watched::{MOST_PROBES, ProbeItem};

use super::expression::Found;
use super::model::{ActivityId, BookId, StepId};
use super::value::Value;

/// The items of a run.
#[derive(Debug, Default)]
pub struct Plan {
    /// The way forward and then the way back, in order.
    pub items: Vec<Item>,
    /// Where the way back begins.
    back_at: usize,
    index: HashMap<Arc<str>, usize>,
    first_of: HashMap<StepId, usize>,
}

impl Plan {
    /// Finds an item by its id.
    pub fn item(&self, id: &str) -> Option<&Item> {
        self.items.get(self.position(id)?)
    }

    /// Finds the place of an item by its id.
    pub fn position(&self, id: &str) -> Option<usize> {
        self.index.get(id).copied()
    }

    /// Returns the way forward, in order.
    pub fn forward(&self) -> &[Item] {
        &self.items[..self.back_at]
    }

    /// Returns the way back, in order; empty when there is none.
    pub fn back_out(&self) -> &[Item] {
        &self.items[self.back_at..]
    }

    /// Returns the rounds of loops that an item stands in: the name of each loop and the key of the round.
    pub fn rounds(&self, item: &Item) -> Vec<(String, String)> {
        item.scope.rounds.iter().map(|round| (round.name.to_string(), round.key.clone())).collect()
    }
}

/// One line of the checklist.
#[derive(Clone, Debug)]
pub struct Item {
    /// Its stable name.
    pub id: Arc<str>,
    /// Its number as people say it: `2.4`, `R1`, `2a`.
    pub number: String,
    /// How deep it stands.
    pub depth: usize,
    /// What it is.
    pub kind: ItemKind,
    /// Whether it is to be done.
    pub state: ItemState,
    /// Where its names are looked up.
    scope: Arc<Scope>,
}

/// What an item is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ItemKind {
    /// The heading of the requirements.
    Requirements(BookId),
    /// The heading of an activity.
    Activity(ActivityId),
    /// The heading of the back-out.
    BackOut(BookId),
    /// A requirement.
    Requirement(StepId),
    /// A prerequisite.
    Prerequisite(StepId),
    /// A step.
    Step(StepId),
    /// The offer to take a step back that was done.
    Undo(StepId),
}

impl ItemKind {
    /// Returns the step, when it is one.
    pub fn step(self) -> Option<StepId> {
        match self {
            Self::Requirement(step) | Self::Prerequisite(step) | Self::Step(step) => Some(step),
            _ => None,
        }
    }

    /// Returns the word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Requirements(_) => "requirements",
            Self::Activity(_) => "activity",
            Self::BackOut(_) => "back_out",
            Self::Requirement(_) => "requirement",
            Self::Prerequisite(_) => "prerequisite",
            Self::Step(_) => "step",
            Self::Undo(_) => "undo",
        }
    }
}

/// Whether an item is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ItemState {
    /// It is.
    Open,
    /// It is, or is not; these names decide.
    Undecided(BTreeSet<String>),
    /// It stands for as many items as a list will have; these names decide.
    Growing(BTreeSet<String>),
    /// It is not, because of this decision.
    NotApplicable(String),
}

/// Is where names are looked up: a runbook, called or not, and the rounds of the loops around.
#[derive(Debug)]
pub struct Scope {
    frame: Arc<Frame>,
    rounds: Vec<Round>,
}

impl AsRef<Scope> for Item {
    fn as_ref(&self) -> &Scope {
        &self.scope
    }
}

/// A runbook that is being gone through.
#[derive(Debug)]
struct Frame {
    book: BookId,
    /// The id of the item that calls it; empty for the one that was opened.
    id: String,
    /// What it is given for its inputs, by their place; each found once, or values would multiply from call to call.
    given: Vec<(u32, Found)>,
}

/// One round of a loop.
#[derive(Clone, Debug)]
struct Round {
    name: Arc<str>,
    /// The value; nothing while the list is not known.
    value: Option<Value>,
    /// The value as it stands in ids.
    key: String,
    index: usize,
    last: bool,
    previous: Option<Value>,
}

impl Frame {
    /// Puts the caller's id before an id.
    fn prefixed(&self, id: &str) -> String {
        if self.id.is_empty() { id.to_owned() } else { format!("{}/{id}", self.id) }
    }
}
