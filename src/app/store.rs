//! The state directory: the runs that are there, making one, and opening one.
//!
//! A run keeps the bytes of its runbook and of those it calls, and is read from them, whatever became
//! of the files it was started from. What the records mean is decided in `run`.

use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;

use serde_json::{Value as Json, json};

use super::clock::Surroundings;
use super::edition::{events, kept};
use super::roster_file::{RosterFile, RosterFileError};
use crate::id::nearest;
use crate::journal::{
    Digest, Disk, Draft, FileSystems, JournalError, Ledger, NewRun, Seal, Storage, create_run, place_text, read_all,
    read_seal, read_whole, share_with_group, unreliable_file_system,
};
use crate::run::roster::Roster;
use crate::run::{Basis, Event, History, NoRun, Past, Run, Stamp, Start, What, replay, to_wire};
use crate::runbook::Loaded;
pub use crate::runbook::Pinned;
use crate::runbook::model::Runbook;

/// What the manifest is called in a run's directory.
const MANIFEST: &str = "manifest.json";
/// Where rehearsals are kept in the state directory.
const REHEARSALS: &str = "rehearsals";
/// Where the directories of runs are in the state directory.
const RUNS: &str = "runs";
/// The most bytes of a file that a run began with.
const MOST_BYTES: u64 = 64 * 1024 * 1024;
/// What the roster is called, in the state directory and in a run's.
pub const ROSTER: &str = "roster.json";
/// What the keys of the roster are called in a run's directory, as ssh-keygen reads them.
pub const SIGNERS: &str = "allowed_signers";

/// Says why a run cannot be made or opened.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The journal says why.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The records are no run.
    #[error("{}: {why}", path.display())]
    NoRun {
        /// Which run.
        path: PathBuf,
        /// Why.
        why: NoRun,
    },
    /// A file cannot be read or written.
    #[error("cannot {doing} {}: {source}", path.display())]
    Io {
        /// What was tried.
        doing: &'static str,
        /// Which file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A file of the run is not what it was.
    #[error("{}: {what}", path.display())]
    Altered {
        /// Which file.
        path: PathBuf,
        /// What is wrong with it.
        what: String,
    },
    /// The system gives no random bits.
    #[error("this system gives no random numbers; without them no run can be named")]
    NoChance,
    /// The roster cannot be used.
    #[error(transparent)]
    Roster(#[from] RosterFileError),
    /// There is no such run.
    #[error("there is no run {wanted} in {}{}", state.display(), hint(near))]
    Unknown {
        /// What was looked for.
        wanted: String,
        /// Where.
        state: PathBuf,
        /// What may have been meant: the nearest name, or the newest runs.
        near: Near,
    },
}

/// Says which run may have been meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Near {
    /// One of nearly that name.
    Name(String),
    /// None is near; these are the newest.
    Newest(Vec<String>),
}

/// How many runs are named to somebody whose word is near to none.
const MOST_NAMED: usize = 3;

fn hint(near: &Near) -> String {
    match near {
        Near::Name(name) => format!("; did you mean {name}?"),
        Near::Newest(names) if names.is_empty() => ", which has no runs; mop run FILE starts one".to_owned(),
        Near::Newest(names) => format!("; the newest are {}", names.join(", ")),
    }
}

/// Is the state directory.
#[derive(Clone, Debug)]
pub struct Store {
    state: PathBuf,
    /// Where the directories of runs are.
    runs: PathBuf,
    file_systems: FileSystems,
    /// The state directory that these rehearsals belong to; nothing where runs are real.
    rehearsed: Option<PathBuf>,
}

impl Store {
    /// Takes a directory, which need not be there yet.
    pub fn at(state: PathBuf) -> Self {
        Self { runs: state.join(RUNS), state, file_systems: FileSystems::Reliable, rehearsed: None }
    }

    /// Takes a folder with copies of runs, or an archive, to read them there; nothing is ever recorded in it.
    pub fn of_copies(folder: PathBuf) -> Self {
        Self { runs: folder.clone(), ..Self::at(folder) }
    }

    /// Says on which file systems runs may be recorded.
    #[must_use]
    pub fn allowing(self, file_systems: FileSystems) -> Self {
        Self { file_systems, ..self }
    }

    /// Gives where rehearsals are kept: a state directory of their own, with the same people.
    #[must_use]
    pub fn rehearsals(&self) -> Self {
        let (state, file_systems) = (self.state.join(REHEARSALS), self.file_systems);
        Self { runs: state.join(RUNS), state, file_systems, rehearsed: Some(self.state.clone()) }
    }

    /// Gives where real runs are kept, of the place that rehearsals belong to.
    #[must_use]
    pub fn real(&self) -> Self {
        match &self.rehearsed {
            Some(state) => Self::at(state.clone()).allowing(self.file_systems),
            None => self.clone(),
        }
    }

    /// Tells whether what is kept here are rehearsals.
    pub fn is_for_rehearsals(&self) -> bool {
        self.rehearsed.is_some()
    }

    /// Gives the state directory itself.
    pub fn state(&self) -> &Path {
        &self.state
    }

    /// Gives the directory of a run.
    pub fn path(&self, name: &str) -> PathBuf {
        self.runs.join(name)
    }

    /// Lists the names of the runs, the newest first.
    ///
    /// # Errors
    ///
    /// Says why the directory cannot be read; one that is not there is empty.
    pub fn names(&self) -> Result<Vec<String>, StoreError> {
        let entries = match fs::read_dir(&self.runs) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(source) => return Err(StoreError::Io { doing: "list", path: self.runs.clone(), source }),
        };
        let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
        let mut names: Vec<_> = names.filter(|name| !name.starts_with('.')).collect();
        names.sort_unstable_by(|a, b| b.cmp(a));
        Ok(names)
    }

    /// Finds a run by its name, or by the id at the end of it.
    ///
    /// # Errors
    ///
    /// Says that there is none.
    pub fn find(&self, wanted: &str) -> Result<String, StoreError> {
        let end = format!("-{}", wanted.to_ascii_uppercase());
        let names = self.names()?;
        let found = names.iter().find(|name| *name == wanted || name.ends_with(&end));
        found.cloned().ok_or_else(|| StoreError::Unknown {
            wanted: wanted.to_owned(),
            state: self.state.clone(),
            near: near(wanted, &names),
        })
    }

    /// Gives the directory of a run that is to be recorded to.
    ///
    /// # Errors
    ///
    /// Names the file system that cannot be relied on.
    pub fn recordable(&self, surroundings: &Surroundings, name: &str) -> Result<PathBuf, StoreError> {
        let path = self.path(name);
        let asked = surroundings.world.storage.file_system(&path);
        let magic = asked.map_err(|source| StoreError::Io { doing: "look at", path: path.clone(), source })?;
        match unreliable_file_system(magic) {
            Some(kind) if self.file_systems == FileSystems::Reliable => {
                Err(JournalError::FileSystem { path, kind }.into())
            }
            _ => Ok(path),
        }
    }

    /// Gives the path of the roster that new runs begin with.
    pub fn roster_path(&self) -> PathBuf {
        self.rehearsed.as_ref().unwrap_or(&self.state).join(ROSTER)
    }

    /// Reads the roster that new runs begin with; without a file there is nobody in it.
    ///
    /// # Errors
    ///
    /// Says why it cannot be used.
    pub fn roster(&self) -> Result<Roster, StoreError> {
        read_roster(&self.roster_path())
    }

    /// Reads the roster that a run began with.
    ///
    /// # Errors
    ///
    /// Says why it cannot be used.
    pub fn roster_of(&self, name: &str) -> Result<Roster, StoreError> {
        read_roster(&self.path(name).join(ROSTER))
    }

    /// Opens the ledger of the state directory.
    ///
    /// # Errors
    ///
    /// Says why nothing can be noted in it.
    pub fn ledger(&self, surroundings: &Surroundings, by: &[u8]) -> Result<Ledger, StoreError> {
        Ok(Ledger::open(&surroundings.world, &self.state, by)?)
    }

    /// Notes in the ledger that a run is there; one that is noted already stays as it is.
    ///
    /// # Errors
    ///
    /// Says why it cannot be noted.
    pub fn note(
        &self,
        surroundings: &Surroundings,
        (name, run): (&str, &Run),
        session: &str,
    ) -> Result<(), StoreError> {
        let Some(first) = run.hash_of(0) else { return Ok(()) };
        self.ledger(surroundings, &by_words(session))?.note_opened(name, &first)?;
        Ok(())
    }

    /// Makes the directory of a run, with its first record, and gives its name.
    ///
    /// # Errors
    ///
    /// Says what could not be made.
    pub fn create(
        &self,
        surroundings: &Surroundings,
        loaded: &Loaded,
        (mut start, stamp): (Start, Stamp),
    ) -> Result<String, StoreError> {
        start.rehearsal |= self.is_for_rehearsals();
        let runs = self.runs.clone();
        make_private(&runs).map_err(|source| StoreError::Io { doing: "make", path: runs.clone(), source })?;
        let sources: Vec<_> = (0..).zip(&loaded.sources).map(|(at, source)| (file_name(at), source)).collect();
        let manifest = manifest(&start, &sources);
        let roster = self.roster()?;
        let (people, signers) = (roster.to_json(), roster.allowed_signers());
        let mut ledger = self.ledger(surroundings, &by_words(&stamp.session))?;
        start.ledger = place_text(ledger.head());
        let mut files: Vec<(&str, &[u8])> = vec![(MANIFEST, manifest.as_bytes())];
        files.extend([(ROSTER, people.as_bytes()), (SIGNERS, signers.as_bytes())]);
        files.extend(sources.iter().map(|(name, source)| (name.as_str(), source.text().as_bytes())));
        start.files = files.iter().map(|(name, bytes)| ((*name).to_owned(), Digest::of(bytes).to_string())).collect();
        let name = format!("{}-{}-{}", day(&stamp), start.runbook, start.run);
        let event = Event { stamp, what: What::RunStarted(Box::new(start)) };
        let id = surroundings.record_id().ok_or(StoreError::NoChance)?;
        let first = Draft::new(id, &to_wire(&event))?;
        let run = NewRun { name: &name, files: &files, first: &first, file_systems: self.file_systems };
        let place = create_run(&*surroundings.world.storage, &runs, &run)?;
        let (_, verdict) = read_all(&*surroundings.world.storage, &place)?;
        ledger.note_opened(&name, &verdict.head)?;
        Ok(name)
    }

    /// Reads the files of the runbook that a run was started with, each with the name it was read under.
    ///
    /// # Errors
    ///
    /// Says which of them cannot be read.
    pub fn pinned(&self, surroundings: &Surroundings, name: &str) -> Result<Pinned, StoreError> {
        pinned_files(&*surroundings.world.storage, &self.path(name))
    }

    /// Reads the files of the runbook that a run goes by: those that it began with, or that it adopted last.
    ///
    /// # Errors
    ///
    /// Says which of them cannot be read.
    pub fn in_force(&self, surroundings: &Surroundings, (name, run): (&str, &Run)) -> Result<Pinned, StoreError> {
        match run.adopted().last() {
            Some(adopted) => kept(&*surroundings.world.storage, &self.path(name), &adopted.files),
            None => self.pinned(surroundings, name),
        }
    }

    /// Opens a run: its runbook from its own files, its state from its records.
    ///
    /// # Errors
    ///
    /// Says why it cannot be gone on with.
    pub fn open(&self, surroundings: &Surroundings, name: &str) -> Result<Run, StoreError> {
        let path = self.path(name);
        let storage = &*surroundings.world.storage;
        // Each takes about as long as the other.
        let (runbook, read) = thread::scope(|scope| {
            let runbook = scope.spawn(|| pinned_runbook(storage, &path));
            let read = read_all(storage, &path);
            (runbook.join().unwrap_or_else(|panic| resume_unwind(panic)), read)
        });
        let (runbook, (records, verdict)) = (Arc::new(runbook?), read?);
        if let Some(found) = verdict.broken {
            return Err(JournalError::Broken { path: path.join(crate::journal::JOURNAL), found }.into());
        }
        let records = events(storage, &path, &records)?;
        let roster = Arc::new(read_pinned_roster(storage, &path.join(ROSTER))?);
        let run =
            replay(Basis { runbook, roster }, records).map_err(|why| StoreError::NoRun { path: path.clone(), why })?;
        check_files(storage, &path, &run, |_| true)?;
        Ok(run)
    }

    /// Gives what the newest sealed runs of a runbook teach, at most so many.
    ///
    /// Runs that cannot be read are passed over, and so are those that are not what their seal covers. Of
    /// runs of other runbooks only the manifest is read; each that counts is read whole.
    pub fn history(&self, surroundings: &Surroundings, runbook: &str, limit: usize) -> History {
        let same = self.names_of(runbook).into_iter().flatten();
        let sealed = same.filter_map(|name| self.sealed_run(surroundings, &name));
        History::of(sealed.take(limit).filter_map(|run| Past::of(&run)))
    }

    /// Lists the names of the runs of a runbook, the newest first.
    ///
    /// # Errors
    ///
    /// Says why they cannot be listed.
    pub fn names_of(&self, runbook: &str) -> Result<impl DoubleEndedIterator<Item = String>, StoreError> {
        let is_of = |name: &String| self.runbook_of(name).as_deref() == Some(runbook);
        Ok(self.names()?.into_iter().filter(is_of))
    }

    /// Reads from the manifest of a run which runbook it is of.
    fn runbook_of(&self, name: &str) -> Option<String> {
        self.in_manifest(name, "runbook")
    }

    /// Reads from the manifest of a run the title that it began with.
    pub(super) fn title_of(&self, name: &str) -> Option<String> {
        self.in_manifest(name, "title")
    }

    fn in_manifest(&self, name: &str, what: &str) -> Option<String> {
        let manifest: Json = serde_json::from_slice(&read(&Disk, &self.path(name).join(MANIFEST)).ok()?).ok()?;
        manifest[what].as_str().map(str::to_owned)
    }

    /// Opens a run that is sealed, as its seal has it.
    fn sealed_run(&self, surroundings: &Surroundings, name: &str) -> Option<Run> {
        let text = read_seal(&*surroundings.world.storage, &self.path(name)).ok()??;
        let run = self.open(surroundings, name).ok()?;
        is_seal_of(&text, (name, &run)).then_some(run)
    }
}

/// Tells whether a seal covers a run as it was read.
pub(super) fn is_seal_of(text: &[u8], (name, run): (&str, &Run)) -> bool {
    Seal::parse(text).is_ok_and(|seal| seal.run == name && seal.head == run.head().hash)
}

/// Finds what may have been meant: by whole names, or by the ids at the end of them.
fn near(wanted: &str, names: &[String]) -> Near {
    let id = |name: &String| name.rsplit('-').next().unwrap_or_default().to_owned();
    let ids: Vec<_> = names.iter().map(id).collect();
    let words = names.iter().chain(&ids).map(String::as_str);
    let found = nearest(wanted, words).and_then(|word| names.iter().find(|name| name.ends_with(word)));
    match found {
        Some(name) => Near::Name(name.clone()),
        None => Near::Newest(names.iter().take(MOST_NAMED).cloned().collect()),
    }
}

/// Says as what this program notes something down by itself.
pub fn by_words(session: &str) -> Vec<u8> {
    json!({ "sid": session, "by": format!("mop {}", env!("CARGO_PKG_VERSION")) }).to_string().into_bytes()
}

/// Reads the roster that a run began with; without a file there is nobody in it.
pub(super) fn read_pinned_roster(storage: &dyn Storage, path: &Path) -> Result<Roster, StoreError> {
    let bytes = read_whole(storage, path, MOST_BYTES)?;
    let roster = bytes.as_deref().map_or(Ok(Roster::default()), Roster::parse);
    roster.map_err(|why| RosterFileError::Roster { path: path.into(), why }.into())
}

fn read_roster(path: &Path) -> Result<Roster, StoreError> {
    Ok(RosterFile::read(path)?.roster().clone())
}

fn day(stamp: &Stamp) -> String {
    let at = chrono::DateTime::from_timestamp_millis(stamp.at_ms).unwrap_or_default();
    at.format("%Y-%m-%dT%H%MZ").to_string()
}

fn file_name(at: usize) -> String {
    if at == 0 { "runbook.yaml".to_owned() } else { format!("called-{at}.yaml") }
}

fn manifest(start: &Start, sources: &[(String, &crate::runbook::source::Source)]) -> String {
    let sources: Vec<_> = sources.iter().map(|(file, source)| json!({ "file": file, "name": source.name() })).collect();
    let manifest =
        json!({ "v": 1, "run": start.run, "runbook": start.runbook, "title": start.title, "sources": sources });
    format!("{manifest:#}\n")
}

fn read(storage: &dyn Storage, path: &Path) -> Result<Vec<u8>, StoreError> {
    let missing = || StoreError::Io { doing: "read", path: path.into(), source: io::ErrorKind::NotFound.into() };
    read_whole(storage, path, MOST_BYTES)?.ok_or_else(missing)
}

/// Reads the files of the runbook that a run was started with, the main one first.
fn pinned_files(storage: &dyn Storage, run: &Path) -> Result<Pinned, StoreError> {
    let path = run.join(MANIFEST);
    let altered = |what: &str| StoreError::Altered { path: path.clone(), what: what.to_owned() };
    let manifest: Json = serde_json::from_slice(&read(storage, &path)?).map_err(|error| altered(&error.to_string()))?;
    let sources = manifest["sources"].as_array().ok_or_else(|| altered("it names no runbook"))?;
    let mut pinned = Pinned::default();
    for (at, source) in sources.iter().enumerate() {
        let name = source["name"].as_str().ok_or_else(|| altered("a runbook in it has no name"))?;
        pinned.0.push((name.to_owned(), read(storage, &run.join(file_name(at)))?));
    }
    if pinned.0.is_empty() { Err(altered("it names no runbook")) } else { Ok(pinned) }
}

/// Reads the runbook that a run was started with.
pub(super) fn pinned_runbook(storage: &dyn Storage, run: &Path) -> Result<Runbook, StoreError> {
    pinned_files(storage, run)?.reload().ok_or_else(|| StoreError::Altered {
        path: run.join(file_name(0)),
        what: "this version finds errors in the runbook of the run; look at it with mop check".to_owned(),
    })
}

/// Holds the files of a run against the hashes in its first record, those that are asked for.
pub(super) fn check_files(
    storage: &dyn Storage,
    path: &Path,
    run: &Run,
    is_asked: impl Fn(&str) -> bool,
) -> Result<(), StoreError> {
    for (name, hash) in run.start().files.iter().filter(|(name, _)| is_asked(name)) {
        let path = path.join(name);
        if Path::new(name).components().count() != 1 || Digest::of(&read(storage, &path)?).to_string() != *hash {
            return Err(StoreError::Altered { path, what: "it is not the file that the run began with".to_owned() });
        }
    }
    Ok(())
}

/// Makes a directory for this account alone, or for its group too where the one around it is the group's.
fn make_private(dir: &Path) -> io::Result<()> {
    if dir.is_dir() {
        return Ok(());
    }
    DirBuilder::new().recursive(true).mode(0o700).create(dir)?;
    share_with_group(dir)
}

#[cfg(test)]
mod tests;
