//! What an account is made of: a run with its records, and what was looked at beside them.

use std::collections::HashMap;

use super::check::Check;
use crate::run::{Event, Head, Run};

/// Is all that an account is made of.
#[derive(Debug)]
pub struct Material<'a> {
    /// The name of the run's directory.
    pub name: &'a str,
    /// The run, as its records tell it.
    pub run: &'a Run,
    /// Those records, in order.
    pub records: &'a [(Head, Event)],
    /// What commands printed, by the number of the record of their end, as far as it was kept.
    pub printed: &'a HashMap<u64, Vec<Printed>>,
    /// What was found when the run was verified.
    pub check: &'a Check,
}

/// Is what is shown of one stream that a command wrote.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Printed {
    /// Which.
    pub stream: String,
    /// Its beginning.
    pub begin: Vec<u8>,
    /// How many bytes are left out after that.
    pub left_out: u64,
    /// Its end.
    pub end: Vec<u8>,
}

impl Material<'_> {
    /// Gives the moment of the last record, in milliseconds since 1970 in UTC.
    pub(super) fn last_ms(&self) -> i64 {
        self.records.last().map_or(0, |(_, event)| event.stamp.at_ms)
    }

    /// Gives what an item is called: its number, or its id where it is not in the plan any more.
    pub(super) fn number(&self, step: &str) -> String {
        self.run.plan().item(step).map_or_else(|| step.to_owned(), |item| item.number.clone())
    }
}
