//! What a run's runbook asks of those who sign in a role.
//!
//! A record names the role and not the runbook that the step is in, so of roles with one name in several
//! runbooks the least counts: what is said to be too weak is too weak for each of them.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value as Json;

use super::doubt::{About, Doubt, Weight};
use super::pins::Pins;
use crate::run::roster::Level;
use crate::runbook::model::Runbook;
use crate::runbook::{Library, called_path, load};

/// Names the runbooks and their files.
const MANIFEST: &str = "manifest.json";

/// Is the levels that the roles of a run ask for.
#[derive(Clone, Debug, Default)]
pub(super) struct Roles(BTreeMap<String, Level>);

impl Roles {
    /// Reads them from the runbooks that the first record pins.
    pub(super) fn read(files: &Pins<'_>, doubts: &mut Vec<Doubt>) -> Self {
        let Some(manifest) = files.read(MANIFEST) else { return Self::default() };
        Self::of(&manifest, files).unwrap_or_else(|| {
            let words = "the runbook of the run cannot be read, so what it asks of roles is not checked";
            doubts.push(Doubt::wrong(About::Roster, 0, words).of_weight(Weight::Warning));
            Self::default()
        })
    }

    fn of(manifest: &[u8], files: &Pins<'_>) -> Option<Self> {
        let books = Books { files, sources: sources(manifest)? };
        let (name, file) = books.sources.first()?;
        load(name, files.read_book(file)?, &books).runbook.as_ref().map(Self::asked_by)
    }

    /// Takes them out of a runbook.
    pub(super) fn asked_by(runbook: &Runbook) -> Self {
        let mut levels = BTreeMap::new();
        for role in runbook.books.iter().flat_map(|book| &book.roles) {
            let asked = Level::from(role.level);
            let least = levels.entry(role.name.to_string()).or_insert(asked);
            *least = asked.min(*least);
        }
        Self(levels)
    }

    /// Gives the least level that a signature in a role needs.
    pub(super) fn needs(&self, role: &str) -> Level {
        self.0.get(role).copied().unwrap_or_default()
    }
}

/// Is the runbooks of a run, read when they are called.
struct Books<'a> {
    files: &'a Pins<'a>,
    /// Their names, and the files in which they are kept.
    sources: Vec<(String, String)>,
}

impl Library for Books<'_> {
    fn read(&self, from: &str, path: &str) -> Result<(String, Vec<u8>), String> {
        let wanted = called_path(from, path);
        let found = self.sources.iter().find(|(name, _)| Path::new(name) == wanted);
        let read = found.and_then(|(name, file)| Some((name.clone(), self.files.read_book(file)?)));
        read.ok_or_else(|| format!("{path}: the run has no such runbook"))
    }
}

/// Takes the names of the runbooks and their files out of a manifest.
fn sources(manifest: &[u8]) -> Option<Vec<(String, String)>> {
    let manifest: Json = serde_json::from_slice(manifest).ok()?;
    let text = |source: &Json, name: &str| Some(source.get(name)?.as_str()?.to_owned());
    let sources = manifest.get("sources")?.as_array()?;
    sources.iter().map(|source| Some((text(source, "name")?, text(source, "file")?))).collect()
}
