//! A record as a line of a report: who did what, when, and the receipt that proves it.

use super::material::Material;
use crate::journal::receipt_of;
use crate::run::{Event, Head};

/// Is one record in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its number.
    pub n: u64,
    /// When, in milliseconds since 1970 in UTC.
    pub at_ms: i64,
    /// Who; the program itself is `mop`.
    pub who: String,
    /// What.
    pub words: String,
    /// What a person could have kept of it.
    pub receipt: String,
}

impl Line {
    /// Puts a record into words.
    pub(super) fn of(material: &Material<'_>, (head, event): &(Head, Event)) -> Self {
        // The trail says it as it was said then: numbers are those of the plan of that moment.
        let said = usize::try_from(head.n).ok().and_then(|at| material.run.trail().get(at));
        let words = said.map_or_else(|| event.what.words(&|step| material.number(step)), |entry| entry.what.clone());
        Self {
            n: head.n,
            at_ms: event.stamp.at_ms,
            who: event.stamp.who.name.clone(),
            words,
            receipt: receipt_of(&head.hash),
        }
    }
}
