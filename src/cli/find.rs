//! Finds the run that a command is about: by its id, its name, its directory, its journal or an archive of it.
//!
//! Every command that takes RUN asks here. What is in the run is looked at elsewhere; here it is only
//! made sure that there are files that can be read without waiting for anybody.

use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::args::StateArgs;
use super::state::{NO_PLACE, store};
use crate::app::{Store, StoreError};
use crate::journal::{Archive, Disk, JOURNAL, Kind, LOCK, Storage};

/// What an archive begins with.
const ARCHIVE: [u8; 4] = *b"PK\x03\x04";

/// Is where a run lies, and what it is called.
#[derive(Clone, Debug)]
pub(super) struct Place {
    /// Its directory.
    pub(super) dir: PathBuf,
    /// The name of the directory.
    pub(super) name: String,
    /// The disk that the directory is on: this machine's, or an archive that is read like one.
    pub(super) storage: Arc<dyn Storage>,
    /// The archive, where it lies in one.
    pub(super) archive: Option<PathBuf>,
}

impl Place {
    /// Refuses an archive, as nothing is done in one.
    pub(super) fn check_is_no_archive(&self, instead: &str) -> Result<(), String> {
        match &self.archive {
            Some(path) => Err(format!("{}: is an archive, and is only read; {instead}", path.display())),
            None => Ok(()),
        }
    }
}

/// Finds a run; one in the state directory goes before a path, unless it is written as a path.
pub(super) fn find(state: &StateArgs, wanted: &Path) -> Result<Place, String> {
    let place = find_directory(state, wanted)?;
    check_files(&place)?;
    Ok(place)
}

/// Finds the directory of a run in the same way, whatever is left in it.
pub(super) fn find_directory(state: &StateArgs, wanted: &Path) -> Result<Place, String> {
    if is_path(wanted) {
        return look_at(wanted);
    }
    match known(state, wanted) {
        Ok(dir) => look_at(&dir),
        Err(_) if wanted.exists() => look_at(wanted),
        Err(why) => Err(why),
    }
}

/// Tells whether what was given is a path whatever runs there are.
pub(super) fn is_path(wanted: &Path) -> bool {
    wanted.components().count() != 1 || wanted.has_root() || wanted.as_os_str().as_encoded_bytes().contains(&b'/') || {
        let name = wanted.as_os_str();
        name == "." || name == ".."
    }
}

fn known(state: &StateArgs, wanted: &Path) -> Result<PathBuf, String> {
    let store = store(state).ok_or(NO_PLACE)?;
    let (store, name) = among(&store, &wanted.to_string_lossy()).map_err(|error| error.to_string())?;
    Ok(store.path(&name))
}

/// Finds a run by name or id among those of a state directory, and then among its rehearsals.
pub(super) fn among(store: &Store, wanted: &str) -> Result<(Store, String), StoreError> {
    let rehearsals = store.rehearsals();
    match (store.find(wanted), rehearsals.find(wanted)) {
        (Ok(name), _) => Ok((store.clone(), name)),
        (Err(_), Ok(name)) => Ok((rehearsals, name)),
        (Err(error), Err(_)) => Err(error),
    }
}

fn look_at(path: &Path) -> Result<Place, String> {
    let found = fs::metadata(path).map_err(|error| unreadable(path, &error))?;
    let dir = match path.parent() {
        _ if found.is_dir() => path,
        Some(parent) if path.file_name().is_some_and(|name| name == JOURNAL) => {
            if parent.as_os_str().is_empty() {
                Path::new(".")
            } else {
                parent
            }
        }
        _ if found.is_file() && looks_like_archive(path) => return look_into(path),
        _ => {
            let words = "is no run; give its id, its directory, its journal.jsonl, or an archive of it";
            return Err(format!("{}: {words}", path.display()));
        }
    };
    let dir = fs::canonicalize(dir).map_err(|error| unreadable(dir, &error))?;
    let name = dir.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Ok(Place { dir, name, storage: Arc::new(Disk), archive: None })
}

/// Tells whether a file has the name of an archive, or begins as one.
fn looks_like_archive(path: &Path) -> bool {
    let mut begin = [0; 4];
    let is_named = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("zip"));
    is_named || fs::File::open(path).and_then(|mut file| file.read_exact(&mut begin)).is_ok_and(|()| begin == ARCHIVE)
}

/// Reads an archive, and finds the run in it.
fn look_into(path: &Path) -> Result<Place, String> {
    let path = fs::canonicalize(path).map_err(|error| unreadable(path, &error))?;
    let archive = Archive::open(Arc::new(Disk), &path).map_err(|error| error.to_string())?;
    let dir = archive.run();
    let name = dir.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Ok(Place { dir, name, storage: Arc::new(archive), archive: Some(path) })
}

/// Makes sure of plain files, which is all that a journal is ever read from.
fn check_files(Place { dir, storage, .. }: &Place) -> Result<(), String> {
    for name in [JOURNAL, LOCK] {
        let path = dir.join(name);
        match storage.stat(&path) {
            Ok(found) if found.kind == Kind::File => {}
            Ok(_) => return Err(format!("{}: is not a plain file", path.display())),
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(unreadable(&path, &error)),
            Err(_) if name == LOCK => {}
            Err(_) => {
                return Err(format!("{}: is no run, as there is no {JOURNAL} in it", dir.display()));
            }
        }
    }
    Ok(())
}

fn unreadable(path: &Path, error: &io::Error) -> String {
    let hint = match error.kind() {
        io::ErrorKind::PermissionDenied => "; look at it with the account that runs it",
        _ => "",
    };
    format!("{}: {error}{hint}", path.display())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(dir: &Path) -> StateArgs {
        StateArgs { state: Some(dir.into()), ..StateArgs::default() }
    }

    /// A state directory with one run, which has a journal without a word in it.
    fn site() -> (tempfile::TempDir, PathBuf) {
        let state = tempfile::tempdir().unwrap();
        let run = state.path().canonicalize().unwrap().join("runs/2026-tour-7K3QX");
        fs::create_dir_all(&run).unwrap();
        fs::write(run.join(JOURNAL), "").unwrap();
        (state, run)
    }

    #[test]
    fn a_run_is_found_by_id_name_directory_and_journal() {
        let (dir, run) = site();
        let journal = run.join(JOURNAL);
        for wanted in [Path::new("7k3qx"), Path::new("2026-tour-7K3QX"), &run, &journal] {
            let found = find(&state(dir.path()), wanted).unwrap();
            assert_eq!((found.dir, found.name.as_str(), found.archive), (run.clone(), "2026-tour-7K3QX", None));
        }
    }

    #[test]
    fn what_is_no_run_is_said_with_what_to_give_instead() {
        let (dir, run) = site();
        let words = |wanted: &Path| find(&state(dir.path()), wanted).unwrap_err();
        assert!(words(Path::new("7K3QY")).contains("did you mean 2026-tour-7K3QX?"));
        assert!(words(dir.path()).ends_with("is no run, as there is no journal.jsonl in it"));
        fs::write(run.join("notes.txt"), "").unwrap();
        assert!(
            words(&run.join("notes.txt"))
                .ends_with("give its id, its directory, its journal.jsonl, or an archive of it")
        );
        assert!(words(&run.join("nothing")).contains("No such file"));
        fs::create_dir(run.join(LOCK)).unwrap();
        assert!(words(&run).ends_with("lock: is not a plain file"));
    }

    #[test]
    fn what_is_written_as_a_path_is_not_looked_for_among_the_runs() {
        assert!(["./7K3QX", "7K3QX/", "/7K3QX", "..", ".", "a/b"].into_iter().all(|path| is_path(Path::new(path))));
        assert!(!is_path(Path::new("7K3QX")));
    }
}
