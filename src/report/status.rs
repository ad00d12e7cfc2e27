//! What changed in the status while a run went on: each probe, from record to record.

use std::collections::BTreeMap;

use super::material::Material;
use crate::run::{ProbeState, What};

/// Is one probe and what it said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Probe {
    /// Its id.
    pub id: String,
    /// What it said, in order.
    pub changes: Vec<Change>,
}

/// Is one change of what a probe says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The record that says so.
    pub n: u64,
    /// When, in milliseconds since 1970 in UTC.
    pub at_ms: i64,
    /// How it stood before.
    pub was: ProbeState,
    /// How it stands since.
    pub state: ProbeState,
    /// Why, or what was seen.
    pub words: String,
    /// The SHA-256 of the whole answer or output, where there was one.
    pub sha256: Option<String>,
}

impl Probe {
    /// Gathers what the probes of a run said, by their ids.
    pub(super) fn all(material: &Material<'_>) -> Vec<Self> {
        let mut probes: BTreeMap<&str, Vec<Change>> = BTreeMap::new();
        for (head, event) in material.records {
            if let What::ProbeChanged { probe, was, state, words, sha256 } = &event.what {
                probes.entry(probe).or_default().push(Change {
                    n: head.n,
                    at_ms: event.stamp.at_ms,
                    was: *was,
                    state: *state,
                    words: words.clone(),
                    sha256: sha256.map(|sha256| sha256.to_string()),
                });
            }
        }
        probes.into_iter().map(|(id, changes)| Self { id: id.to_owned(), changes }).collect()
    }

    /// Gives how it stood at the end.
    pub fn last(&self) -> ProbeState {
        self.changes.last().map_or(ProbeState::Unknown, |change| change.state)
    }

    /// Counts how often it turned bad.
    pub fn turned_bad(&self) -> usize {
        self.changes.iter().filter(|change| change.state == ProbeState::Bad).count()
    }
}
