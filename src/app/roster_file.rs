//! The roster's file in the state directory: read, changed, and put back whole.
//!
//! A change is written beside it, synced and renamed over it, for the account alone; it is refused
//! when somebody changed the file since it was read. What a roster may be is decided in `run`.

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use crate::journal::share_with_group;
use crate::run::roster::{MOST_BYTES, Roster, RosterError};

/// What is being made is called so, behind the file's own name.
const MAKING: &str = ".tmp";

/// Is the roster of a state directory, as it was read.
#[derive(Clone, Debug)]
pub struct RosterFile {
    path: PathBuf,
    /// The bytes of the file; nothing when there is none.
    bytes: Option<Vec<u8>>,
    roster: Roster,
}

/// Says why a roster's file cannot be read or changed.
#[derive(Debug, thiserror::Error)]
pub enum RosterFileError {
    /// A call on a file failed.
    #[error("cannot {doing} {}: {source}", path.display())]
    Io {
        /// What was tried.
        doing: &'static str,
        /// On which file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// It is not a roster.
    #[error("{}: {why}", path.display())]
    Roster {
        /// Which file.
        path: PathBuf,
        /// Why.
        why: RosterError,
    },
    /// It is a link, or something else that is no file of its own.
    #[error("{} is not a plain file, and is not replaced; change it where it is kept", path.display())]
    NotPlain {
        /// Which file.
        path: PathBuf,
    },
    /// Somebody changed it after it was read.
    #[error("{} was changed meanwhile; nothing is written, look at it and try again", path.display())]
    Changed {
        /// Which file.
        path: PathBuf,
    },
    /// Another process is changing it now.
    #[error("another mop is changing {} now; nothing is written, try again", path.display())]
    Busy {
        /// Which file.
        path: PathBuf,
    },
}

impl RosterFile {
    /// Reads a roster; without a file there is nobody in it.
    ///
    /// # Errors
    ///
    /// Says why it cannot be used.
    pub fn read(path: &Path) -> Result<Self, RosterFileError> {
        let bytes = read_bytes(path)?;
        let roster = bytes.as_deref().map_or(Ok(Roster::default()), Roster::parse);
        let roster = roster.map_err(|why| RosterFileError::Roster { path: path.into(), why })?;
        Ok(Self { path: path.into(), bytes, roster })
    }

    /// Gives the roster.
    pub fn roster(&self) -> &Roster {
        &self.roster
    }

    /// Gives the path of the file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Puts another roster in its place; when this returns, it is durable.
    ///
    /// # Errors
    ///
    /// Says why nothing was changed, or that it is not sure to stay.
    pub fn replace(self, roster: &Roster) -> Result<(), RosterFileError> {
        let state = self.path.parent().unwrap_or(Path::new("."));
        let made = DirBuilder::new().recursive(true).mode(0o700).create(state);
        made.map_err(io_error("make", state))?;
        let dir = File::open(state).map_err(io_error("open", state))?;
        // The directory itself is what is locked, so that no file has to be kept for it.
        match dir.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(RosterFileError::Busy { path: self.path }),
            Err(TryLockError::Error(source)) => return Err(io_error("lock", state)(source)),
        }
        self.check_same()?;
        self.put(roster.to_json().as_bytes())?;
        dir.sync_all().map_err(io_error("sync the directory", state))
    }

    fn check_same(&self) -> Result<(), RosterFileError> {
        match fs::symlink_metadata(&self.path) {
            Ok(found) if !found.is_file() => return Err(RosterFileError::NotPlain { path: self.path.clone() }),
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(io_error("look at", &self.path)(error));
            }
            _ => {}
        }
        match read_bytes(&self.path)? == self.bytes {
            true => Ok(()),
            false => Err(RosterFileError::Changed { path: self.path.clone() }),
        }
    }

    fn put(&self, bytes: &[u8]) -> Result<(), RosterFileError> {
        let mut making = self.path.clone().into_os_string();
        making.push(MAKING);
        let making = PathBuf::from(making);
        // Under the lock nobody else makes one: what is there was left behind.
        match fs::remove_file(&making) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(io_error("remove", &making)(error)),
            _ => {}
        }
        let put = write_synced(&making, bytes).map_err(io_error("write", &making));
        let put = put.and_then(|()| fs::rename(&making, &self.path).map_err(io_error("rename to", &self.path)));
        if put.is_err() {
            // Only its room is lost when this fails too.
            let _ = fs::remove_file(&making);
        }
        put
    }
}

fn write_synced(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    share_with_group(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Reads no more of a file than a roster can have, and one byte, which tells that it is too large.
fn read_bytes(path: &Path) -> Result<Option<Vec<u8>>, RosterFileError> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(io_error("read", path)(error)),
    };
    let mut bytes = Vec::new();
    file.take(MOST_BYTES as u64 + 1).read_to_end(&mut bytes).map_err(io_error("read", path))?;
    Ok(Some(bytes))
}

fn io_error<'a>(doing: &'static str, path: &'a Path) -> impl FnOnce(io::Error) -> RosterFileError + 'a {
    move |source| RosterFileError::Io { doing, path: path.into(), source }
}

#[cfg(test)]
mod tests;
