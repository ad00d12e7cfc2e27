//! Reads runbooks from texts and folders for the other tests.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use mop::runbook::diagnostic::{Code, Form, render};
use mop::runbook::{Library, Loaded, NoLibrary, load};

/// Runbooks by name, for those that call each other.
#[derive(Default)]
pub struct Shelf(pub BTreeMap<String, String>);

impl Shelf {
    pub fn of(books: &[(&str, &str)]) -> Self {
        Self(books.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect())
    }
}

impl Library for Shelf {
    fn read(&self, _: &str, path: &str) -> Result<(String, Vec<u8>), String> {
        let text = self.0.get(path).ok_or_else(|| format!("{path}: there is no such runbook"))?;
        Ok((path.to_owned(), text.clone().into_bytes()))
    }
}

/// Reads a runbook that stands alone.
pub fn read(text: &str) -> Loaded {
    load("book.yaml", text.as_bytes().to_vec(), &NoLibrary)
}

/// Reads a runbook with one activity that has these steps; `head` stands before the activities.
pub fn with_steps(head: &str, steps: &str) -> String {
    let steps: String = steps.trim_matches('\n').lines().map(|line| format!("      {line}\n")).collect();
    format!(
        "mop: 1\ntitle: Restart the site\n{head}activities:\n  - title: Restart\n    estimate: 5m\n    steps:\n{steps}"
    )
}

/// Returns everything that was found, as a person sees it.
pub fn shown(loaded: &Loaded) -> String {
    loaded.diagnostics.iter().map(|diagnostic| render(diagnostic, &loaded.sources, Form::Plain)).collect()
}

/// Returns the codes that were found and where, as `code line:column`.
pub fn found(loaded: &Loaded) -> Vec<(Code, usize, usize)> {
    let place = |place: mop::runbook::place::Place| loaded.sources[usize::from(place.source.0)].position(place.start);
    let found = loaded.diagnostics.iter().map(|diagnostic| (diagnostic.code, place(diagnostic.place)));
    found.map(|(code, at)| (code, at.line, at.column)).collect()
}

/// Returns a path below the folder of the package.
pub fn here(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Returns the files of a folder and those below it that end like this, in order.
pub fn files(folder: &str, end: &str) -> Vec<PathBuf> {
    let mut open = vec![here(folder)];
    let mut found = Vec::new();
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                // What was built (tests/fuzz builds beside its source) is nobody's writing.
                if !path.ends_with("target") {
                    open.push(path);
                }
            } else if path.to_string_lossy().ends_with(end) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}
