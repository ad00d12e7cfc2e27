//! What of a run's directory goes into an archive: what a record, the seal or its place vouches for.
//!
//! Salts, sessions, locks, pipes and the orders of commands stay where they are: they are secret, or of this
//! machine alone. What else lies in the directory is left out and named, so that nobody hands on a file
//! that only happened to be there. Each file is read once here, for its size and its hashes.

use std::collections::HashSet;
use std::path::Path;
use std::time::Duration;

use serde_json::Value as Json;
use sha2::{Digest as _, Sha256};

use super::tree::order;
use super::{MOST_ENTRIES, is_portable};
use crate::journal::digest::Digest;
use crate::journal::error::JournalError;
use crate::journal::layout::{
    BLOBS, COMMANDS, JOURNAL, LOCK, MAKING, OUTPUT, SEAL, SEAL_TEXT, SECRETS, SESSIONS, SIGNATURE,
};
use crate::journal::line::MAX_LINE;
use crate::journal::name::is_run;
use crate::journal::storage::{Access, Kind, Storage};
use crate::journal::whole::{kind_of, open_plain};

/// The most names that are taken from one directory.
const MOST: usize = 300_000;
/// The names of files that a run begins with, besides its runbooks.
const USUAL: [&str; 3] = ["manifest.json", "roster.json", "allowed_signers"];
/// What the names of its runbooks end with.
const BOOK: &str = ".yaml";
/// How often a journal is looked at again that ends in the middle of a line, and how long after.
const LOOKS: usize = 8;
const PAUSE: Duration = Duration::from_millis(25);

/// Is the files of a run that go into an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contents {
    /// The name of the run's directory.
    pub run: String,
    /// The files, in the order of an archive.
    pub files: Vec<Packed>,
    /// What lies in the directory and does not go in, in the order of the names.
    pub left_out: Vec<LeftOut>,
}

/// Is a file that goes into an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Packed {
    /// Its name, which begins with that of the run's directory.
    pub name: String,
    /// How many bytes of it go in.
    pub size: u64,
    /// The hash of them.
    pub sha256: Digest,
    pub(super) crc32: u32,
}

/// Is a file that does not go into an archive.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LeftOut {
    /// Its name below the run's directory.
    pub name: String,
    /// Why.
    pub why: &'static str,
}

impl Contents {
    /// Looks through a run's directory, and reads every file that goes in.
    ///
    /// # Errors
    ///
    /// Says what cannot be read, or why the run does not go into an archive.
    pub fn of(storage: &dyn Storage, run: &Path) -> Result<Self, JournalError> {
        let name = run.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if !is_run(name) || !is_portable(name) {
            let what = "not every system takes the name of this directory, so no archive holds it; copy it first";
            return Err(JournalError::Archive { path: run.into(), what: what.to_owned() });
        }
        let mut gathering = Gathering::new(storage, run);
        // The journal first: what its records name was there before them.
        gathering.journal()?;
        gathering.top()?;
        gathering.finish(name)
    }
}

/// Goes through a run's directory.
struct Gathering<'a> {
    storage: &'a dyn Storage,
    run: &'a Path,
    files: Vec<Packed>,
    left_out: Vec<LeftOut>,
    /// The names as systems know them to which case does not count.
    folded: HashSet<String>,
}

impl<'a> Gathering<'a> {
    fn new(storage: &'a dyn Storage, run: &'a Path) -> Self {
        Self { storage, run, files: Vec::new(), left_out: Vec::new(), folded: HashSet::new() }
    }

    fn leave(&mut self, name: &str, why: &'static str) {
        self.left_out.push(LeftOut { name: name.to_owned(), why });
    }

    /// Takes a file, if it is one that an archive can hold.
    fn take(&mut self, name: &str) -> Result<(), JournalError> {
        if kind_of(self.storage, &self.run.join(name))? != Some(Kind::File) {
            self.leave(name, "is no plain file");
        } else if !is_portable(name) {
            self.leave(name, "has a name that not every system takes");
        } else if !self.folded.insert(name.to_lowercase()) {
            self.leave(name, "differs from another file only by case");
        } else {
            let packed = self.measure(name)?;
            self.files.push(packed);
        }
        Ok(())
    }

    /// Reads a file for its size and its hashes.
    fn measure(&self, name: &str) -> Result<Packed, JournalError> {
        let path = self.run.join(name);
        let gone = || JournalError::Content { path: path.clone(), what: "vanished while it was read" };
        let file = open_plain(self.storage, &path, u64::MAX)?.ok_or_else(gone)?;
        let (mut sha256, mut crc32, mut size) = (Sha256::new(), crc32fast::Hasher::new(), 0);
        file.read(&mut |piece| {
            sha256.update(piece);
            crc32.update(piece);
            size += piece.len() as u64;
        })?;
        Ok(Packed { name: name.to_owned(), size, sha256: Digest::finish(sha256), crc32: crc32.finalize() })
    }

    /// Takes the journal as far as it reaches now; a line that is being written gets the time to become whole.
    fn journal(&mut self) -> Result<(), JournalError> {
        let path = self.run.join(JOURNAL);
        if kind_of(self.storage, &path)? != Some(Kind::File) {
            return Ok(());
        }
        let mut size = 0;
        for _ in 0..LOOKS {
            let file = self.storage.open(&path, Access::Read).map_err(JournalError::io("open", &path))?;
            let now = file.stat().map_err(JournalError::io("look at", &path))?.size;
            let mut last = [b'\n'];
            file.read_at(&mut last, now.saturating_sub(1)).map_err(JournalError::io("read", &path))?;
            if last == *b"\n" || now == size {
                break;
            }
            size = now;
            std::thread::sleep(PAUSE);
        }
        self.take(JOURNAL)
    }

    fn top(&mut self) -> Result<(), JournalError> {
        let named = Named::read(self.storage, self.run)?;
        for name in self.names("")? {
            match name.as_str() {
                JOURNAL | LOCK | SECRETS | SESSIONS => {}
                BLOBS => self.room(&name, Self::blobs)?,
                SEAL => self.room(&name, Self::seal)?,
                COMMANDS => self.room(&name, Self::commands)?,
                _ if name.starts_with(MAKING) => self.leave(&name, "was left behind while it was made"),
                _ if named.has(&name) => self.take(&name)?,
                _ => self.leave(&name, "is not named by the run's first record; nothing vouches for it"),
            }
        }
        Ok(())
    }

    /// Goes through a folder of the run, if it is one.
    fn room(
        &mut self,
        name: &str,
        each: fn(&mut Self, &str, &str) -> Result<(), JournalError>,
    ) -> Result<(), JournalError> {
        if kind_of(self.storage, &self.run.join(name))? != Some(Kind::Directory) {
            self.leave(name, "is no folder");
            return Ok(());
        }
        for child in self.names(name)? {
            each(self, &format!("{name}/{child}"), &child)?;
        }
        Ok(())
    }

    fn seal(&mut self, path: &str, name: &str) -> Result<(), JournalError> {
        if name == SEAL_TEXT || name.ends_with(SIGNATURE) && !name.starts_with('.') {
            return self.take(path);
        }
        self.leave(path, "is neither the seal nor a signature of it");
        Ok(())
    }

    fn blobs(&mut self, path: &str, shelf: &str) -> Result<(), JournalError> {
        if shelf.len() == 2 && shelf.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')) {
            return self.room(path, Self::blob);
        }
        self.leave(path, "is no folder of evidence");
        Ok(())
    }

    fn blob(&mut self, path: &str, name: &str) -> Result<(), JournalError> {
        let shelf = path.rsplit('/').nth(1).unwrap_or_default();
        if Digest::parse(name.as_bytes()).is_some() && name.starts_with(shelf) {
            return self.take(path);
        }
        self.leave(path, "is no evidence: its name is no hash");
        Ok(())
    }

    fn commands(&mut self, path: &str, name: &str) -> Result<(), JournalError> {
        if name.starts_with(MAKING) { Ok(()) } else { self.room(path, Self::output) }
    }

    /// Takes what a command printed; its lock, its pipes and its order are of this machine.
    fn output(&mut self, path: &str, name: &str) -> Result<(), JournalError> {
        let is_output =
            name.strip_prefix(OUTPUT).is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()));
        if is_output { self.take(path) } else { Ok(()) }
    }

    /// Lists a folder in order; a name that is no text is left out.
    fn names(&mut self, folder: &str) -> Result<Vec<String>, JournalError> {
        let path = self.run.join(folder);
        let listed = self.storage.list(&path, MOST).map_err(JournalError::io("list", &path))?;
        if listed.len() >= MOST {
            return Err(too_many(&path));
        }
        let mut names = Vec::new();
        for name in listed {
            match name.into_string() {
                Ok(name) => names.push(name),
                Err(name) => {
                    let shown = Path::new(folder).join(name).display().to_string();
                    self.leave(&shown, "has a name that not every system takes");
                }
            }
        }
        names.sort_unstable();
        Ok(names)
    }

    fn finish(mut self, run: &str) -> Result<Contents, JournalError> {
        // Two more stand beside the run.
        if self.files.len() as u64 + 2 > MOST_ENTRIES {
            return Err(too_many(self.run));
        }
        self.files.iter_mut().for_each(|file| file.name = format!("{run}/{}", file.name));
        self.files.sort_unstable_by(|a, b| order(&a.name).cmp(&order(&b.name)));
        self.left_out.sort_unstable();
        Ok(Contents { run: run.to_owned(), files: self.files, left_out: self.left_out })
    }
}

fn too_many(path: &Path) -> JournalError {
    let what = format!("has more files than the {MOST_ENTRIES} that an archive takes; keep the directory itself");
    JournalError::Archive { path: path.into(), what }
}

/// Says which files a run began with.
enum Named {
    /// Those that its first record names.
    Are(HashSet<String>),
    /// That cannot be told, so those that have a name that such files have.
    Unknown,
}

impl Named {
    fn has(&self, name: &str) -> bool {
        match self {
            Self::Are(names) => names.contains(name),
            Self::Unknown => USUAL.contains(&name) || name.ends_with(BOOK),
        }
    }

    /// Asks the first record of a run; one that is none tells nothing.
    fn read(storage: &dyn Storage, run: &Path) -> Result<Self, JournalError> {
        let path = run.join(JOURNAL);
        if kind_of(storage, &path)? != Some(Kind::File) {
            return Ok(Self::Unknown);
        }
        let Some(mut file) = open_plain(storage, &path, u64::MAX)? else { return Ok(Self::Unknown) };
        file.size = file.size.min(MAX_LINE as u64);
        let bytes = file.bytes()?;
        let line = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
        let record: Result<Json, _> = serde_json::from_slice(line);
        Ok(record.map_or(Self::Unknown, |record| {
            let files = record.get("files").and_then(Json::as_object);
            Self::Are(files.map(|files| files.keys().cloned().collect()).unwrap_or_default())
        }))
    }
}
