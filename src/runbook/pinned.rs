//! Runbooks that are kept: a library of texts by the names they were read under.

use std::path::Path;

use super::build::reload;
use super::model::Runbook;
use super::source::Source;
use super::{Library, Loaded, called_path, load};

/// Is runbooks that are kept, by the names they were read under; the first is the one that was opened.
#[derive(Clone, Debug, Default)]
pub struct Pinned(pub Vec<(String, Vec<u8>)>);

impl Pinned {
    /// Keeps the files of a runbook as they were read.
    pub fn of(loaded: &Loaded) -> Self {
        let text = |source: &Source| (source.name().to_owned(), source.text().as_bytes().to_vec());
        Self(loaded.sources.iter().map(text).collect())
    }

    /// Reads the runbook from them.
    pub fn load(&self) -> Loaded {
        let (name, bytes) = self.0.first().cloned().unwrap_or_default();
        load(&name, bytes, self)
    }

    /// Reads the runbook from them where it was checked before: when its run began or adopted it.
    pub fn reload(&self) -> Option<Runbook> {
        let (name, bytes) = self.0.first().cloned().unwrap_or_default();
        reload(&name, bytes, self)
    }
}

impl Library for Pinned {
    fn read(&self, from: &str, path: &str) -> Result<(String, Vec<u8>), String> {
        let wanted = called_path(from, path);
        let found = self.0.iter().find(|(name, _)| Path::new(name) == wanted);
        found.cloned().ok_or_else(|| format!("{path}: the run has no such runbook"))
    }
}
