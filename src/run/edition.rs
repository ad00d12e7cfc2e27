//! Editions of a runbook: the one that a run began with, and those that it went over to later.
//!
//! An edition is its files and what they say. A record names the files by their hashes; what they say
//! is brought along by whoever reads the record, as no file is known here. Whether a run may go over to
//! another edition is decided in `decide`.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::event::Person;
use super::wire::{hashes, pairs};
use crate::journal::Digest;
use crate::runbook::Loaded;
use crate::runbook::model::Runbook;

/// Is what a runbook says, where somebody brought it along; it follows from the files.
#[derive(Clone, Default)]
pub struct Meant(Option<Arc<Runbook>>);

impl PartialEq for Meant {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Meant {}

impl fmt::Debug for Meant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "brought along" } else { "not here" })
    }
}

/// Is an edition of a runbook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edition {
    /// The files, each with the name it was read under; the main one first.
    files: Vec<(String, String)>,
    runbook: Meant,
}

impl Edition {
    /// Takes what was read; nothing where it has errors.
    pub fn of(mut loaded: Loaded) -> Option<Self> {
        let runbook = loaded.runbook.take()?;
        let files = loaded.sources.iter().map(|source| (source.name().to_owned(), source.text().to_owned()));
        Some(Self { files: files.collect(), runbook: Meant(Some(Arc::new(runbook))) })
    }

    /// Gives the names and the texts of its files, the main one first.
    pub fn files(&self) -> &[(String, String)] {
        &self.files
    }

    /// Gives what it says.
    pub fn runbook(&self) -> Option<&Arc<Runbook>> {
        self.runbook.0.as_ref()
    }

    /// Gives the hash of each file, in their order.
    pub(super) fn hashes(&self) -> Vec<Digest> {
        self.files.iter().map(|(_, text)| Digest::of(text.as_bytes())).collect()
    }
}

/// Says that a run goes by another edition of its runbook from here on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Adoption {
    /// Why.
    pub why: String,
    /// The files, each with the name it was read under and its SHA-256; the main one first.
    #[serde(with = "pairs")]
    pub files: Vec<(String, String)>,
    /// What is different, in words.
    pub changes: Vec<String>,
    /// The same hashes, under which the files are kept.
    #[serde(with = "hashes")]
    pub blobs: Vec<Digest>,
    /// What the files say.
    #[serde(skip)]
    pub(super) runbook: Meant,
}

impl Adoption {
    /// Makes what is recorded of it.
    pub(super) fn of(edition: &Edition, (why, changes): (String, Vec<String>)) -> Self {
        let blobs = edition.hashes();
        let files = edition.files.iter().zip(&blobs).map(|((name, _), hash)| (name.clone(), hash.to_string()));
        Self { why, files: files.collect(), changes, blobs, runbook: edition.runbook.clone() }
    }

    /// Brings along what the files say.
    pub fn bring(&mut self, runbook: Arc<Runbook>) {
        self.runbook = Meant(Some(runbook));
    }

    pub(super) fn runbook(&self) -> Option<&Arc<Runbook>> {
        self.runbook.0.as_ref()
    }
}

/// Is an edition that a run went over to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Adopted {
    /// The record that says so.
    pub n: u64,
    /// Who did it.
    pub who: Person,
    /// Why.
    pub why: String,
    /// The files, each with the name it was read under and its SHA-256; the main one first.
    pub files: Vec<(String, String)>,
}
