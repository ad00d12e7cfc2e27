//! Where each record of a journal stands, and which ids are taken.
//!
//! A writer's memory of what it has verified; thrown away and made anew when the file is not trusted.

use std::collections::HashMap;
use std::time::Duration;

use super::digest::{Digest, RecordId};
use super::record::{Appended, Record};

/// Is a list of records by number, and their ids.
#[derive(Debug, Default)]
pub(super) struct Index {
    places: Vec<(u64, Digest)>,
    ids: HashMap<RecordId, u64>,
}

impl Index {
    /// Notes a record.
    pub fn note(&mut self, record: &Record<'_>) {
        self.places.push((record.offset, record.head));
        if let Some(id) = record.id() {
            self.ids.entry(id).or_insert(record.n);
        }
    }

    /// Tells where a record stands.
    pub fn place(&self, n: u64) -> Option<Appended> {
        let (offset, head) = *self.places.get(usize::try_from(n).ok()?)?;
        Some(Appended { n, head, offset, synced_in: Duration::ZERO })
    }

    /// Tells whether a record has a hash.
    pub fn holds(&self, n: u64, head: &Digest) -> bool {
        self.place(n).is_some_and(|place| place.head == *head)
    }

    /// Finds the record that has an id.
    pub fn find(&self, id: &RecordId) -> Option<Appended> {
        self.place(*self.ids.get(id)?)
    }

    /// Tells where the last record stands.
    pub fn last(&self) -> Option<Appended> {
        self.place(self.places.len().checked_sub(1)? as u64)
    }
}
