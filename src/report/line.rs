//! A record as a line of a report: who did what, when, and the receipt that proves it.

use super::material::Material;
use crate::journal::receipt_of;
use crate::run::{Event, Head, Person};

/// What the program is called as the one who did something.
const PROGRAM: &str = "mop";

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

/// Names who made a record; the journal's own say nobody, and are the program's.
pub(super) fn who(event: &Event) -> &str {
    let name = &event.stamp.who.name;
    if name.is_empty() { PROGRAM } else { name }
}

/// Tells whether the program made a record by itself.
pub(super) fn is_by_program(event: &Event) -> bool {
    event.stamp.who.name.is_empty() || event.stamp.who == Person::program()
}

impl Line {
    /// Puts a record into words.
    pub(super) fn of(material: &Material<'_>, (head, event): &(Head, Event)) -> Self {
        // The trail says it as it was said then: numbers are those of the plan of that moment.
        let said = usize::try_from(head.n).ok().and_then(|at| material.run.trail().get(at));
        let words = said.map_or_else(|| event.what.words(&|step| material.number(step)), |entry| entry.what.clone());
        Self { n: head.n, at_ms: event.stamp.at_ms, who: who(event).to_owned(), words, receipt: receipt_of(&head.hash) }
    }
}
