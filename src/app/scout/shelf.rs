//! What there is to open: runs that go on, sealed ones, and runbooks, those that come along and those in the folder.
//!
//! Bounded in every count, as nobody chose what lies there. A runbook that another one calls is no
//! entry of its own, and one that is the same as one that comes along is named once.

use std::fs;
use std::path::{Path, PathBuf};

use super::{Place, Shelved};
use crate::app::presence::Attendance;
use crate::app::store::Store;
use crate::journal::read_seal;
use crate::runbook::{Loaded, shipped};
use crate::ui::{Book, Entry, Listed};

/// How many runs are opened, and how many that are sealed are named.
const MOST_RUNS: usize = 20;
/// How many names of runs are looked at.
const MOST_NAMES: usize = 1_000;
/// How many names are looked at in a folder, and how many of its runbooks are listed.
const MOST_FILES: usize = 500;
const MOST_BOOKS: usize = 50;
/// How large a file may be that is looked at.
const MOST_BYTES: u64 = 1 << 20;
/// The folder below the one that is looked in.
const RUNBOOKS: &str = "runbooks";

/// Gathers what there is.
pub(super) fn shelved(place: &Place) -> Shelved {
    let mut shelved = Shelved::default();
    let (mut going, mut sealed) = (Vec::new(), Vec::new());
    for store in [place.store.real(), place.store.real().rehearsals()] {
        match store.names() {
            Ok(names) => list(place, (&store, &names), (&mut going, &mut sealed)),
            Err(error) => shelved.problem = Some(error.to_string()),
        }
    }
    going.sort_by_key(|run: &Listed| std::cmp::Reverse((!run.is_over(), !run.is_rehearsal, run.last_ms)));
    shelved.entries.extend(going.into_iter().chain(sealed).map(Entry::Run));
    let loaded = books(place);
    let offered = loaded.iter().filter(|found| !is_called(&loaded, &found.name));
    let mut offered: Vec<_> = offered.map(Found::book).collect();
    offered.sort_by_key(|book| book.problem.is_some());
    shelved.entries.extend(offered.into_iter().map(Entry::Runbook));
    shelved
}

/// Is a runbook that was opened.
struct Found {
    /// The name it is called by.
    name: String,
    /// What it is opened by.
    path: String,
    loaded: Loaded,
}

fn list(place: &Place, (store, names): (&Store, &[String]), (going, sealed): (&mut Vec<Listed>, &mut Vec<Listed>)) {
    let storage = &*place.surroundings.world.storage;
    let (mut opened, mut named) = (0, 0);
    for name in names.iter().take(MOST_NAMES) {
        match read_seal(storage, &store.path(name)) {
            Ok(Some(_)) if named < MOST_RUNS => {
                named += 1;
                sealed.push(sealed_run(store, name));
            }
            Ok(Some(_)) => {}
            _ if opened < MOST_RUNS => {
                opened += 1;
                going.push(run(place, (store, name)));
            }
            _ => {}
        }
    }
}

fn sealed_run(store: &Store, name: &str) -> Listed {
    let title = store.title_of(name).unwrap_or_default();
    let (name, is_rehearsal) = (name.to_owned(), store.is_for_rehearsals());
    Listed { name, title, is_rehearsal, is_sealed: true, state: "sealed".to_owned(), ..Listed::default() }
}

fn run(place: &Place, (store, name): (&Store, &str)) -> Listed {
    let listed = Listed { name: name.to_owned(), is_rehearsal: store.is_for_rehearsals(), ..Listed::default() };
    let run = match store.open(&place.surroundings, name) {
        Ok(run) => run,
        Err(error) => return Listed { problem: Some(error.to_string()), ..listed },
    };
    let attendance = Attendance::at(&place.surroundings.world.storage, store.path(name));
    let mut here: Vec<_> = attendance.guests().into_iter().map(|guest| guest.name).collect();
    here.dedup();
    Listed {
        id: run.start().run.clone(),
        title: run.name(),
        progress: run.progress(),
        state: run.in_words(),
        is_closed: run.closed().is_some(),
        here,
        last_ms: run.trail().last().map(|entry| entry.at_ms),
        ..listed
    }
}

/// Opens the runbooks: those in the folder, and those that come along.
fn books(place: &Place) -> Vec<Found> {
    let shipped = shipped::ALL.iter().filter_map(|book| {
        let loaded = (place.opener)(Path::new(book.id)).ok()?;
        Some(Found { name: book.id.to_owned(), path: book.id.to_owned(), loaded })
    });
    let folders = place.folder.iter().flat_map(|folder| [folder.clone(), folder.join(RUNBOOKS)]);
    let files = folders.flat_map(|folder| files(&folder));
    files.filter_map(|path| found(place, &path)).take(MOST_BOOKS).chain(shipped).collect()
}

/// Opens a file that may be a runbook; others, and those that come along anyway, are nothing.
fn found(place: &Place, path: &Path) -> Option<Found> {
    let loaded = (place.opener)(path).ok()?;
    let text = loaded.sources.first()?.text();
    let is_runbook = text.lines().any(|line| line.starts_with("mop:"));
    if !is_runbook || shipped::ALL.iter().any(|book| book.text == text) {
        return None;
    }
    let name = place.folder.as_ref().and_then(|folder| path.strip_prefix(folder).ok()).unwrap_or(path);
    Some(Found { name: name.display().to_string(), path: path.display().to_string(), loaded })
}

/// Lists the files of a folder that may be runbooks, by name.
fn files(folder: &Path) -> Vec<PathBuf> {
    let is_yaml = |path: &PathBuf| path.extension().is_some_and(|end| end == "yaml" || end == "yml");
    let is_small = |path: &PathBuf| fs::metadata(path).is_ok_and(|about| about.is_file() && about.len() <= MOST_BYTES);
    let entries = fs::read_dir(folder).into_iter().flatten().take(MOST_FILES);
    let mut files: Vec<_> =
        entries.filter_map(|entry| Some(entry.ok()?.path())).filter(is_yaml).filter(is_small).collect();
    files.sort();
    files
}

/// Tells whether a runbook is called by another one.
fn is_called(all: &[Found], name: &str) -> bool {
    let good = all.iter().filter(|found| found.loaded.runbook.is_some());
    let mut called = good.flat_map(|found| found.loaded.sources.iter().skip(1));
    let stem = Path::new(name).file_stem();
    called.any(|source| Path::new(source.name()).file_stem() == stem)
}

impl Found {
    /// Says what it is, or why it cannot be run.
    fn book(&self) -> Book {
        let (id, path) = (self.name.clone(), self.path.clone());
        match &self.loaded.runbook {
            Some(book) => {
                let main = book.main();
                let counts = (main.activities.len(), book.steps.len());
                Book { id, path, title: main.title.outline(), counts, problem: None }
            }
            None => {
                let problem = Some(format!("has errors; mop check {id} says which"));
                Book { id, path, problem, ..Book::default() }
            }
        }
    }
}
