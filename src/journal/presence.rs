//! Presence: which sessions are at a run now.
//!
//! A session's file says who, in the caller's bytes, and a shared lock on it is held for the life of
//! the process; a lock cannot outlive its holder, so nothing here is ever stale. Nothing is synced:
//! it has to be true only while the machine is up. Two that look at once may take each other's look
//! for a session that ended; the next look tells.

use std::ffi::OsString;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use super::error::JournalError;
use super::layout::{PRESENCE, SESSIONS};
use super::name::is_word;
use super::storage::{Access, Kind, Privacy, Storage, Stored};
use super::whole::{Place, Put, is_there, kind_of, put_held, write_all};

/// The most that a session may say about itself.
pub const MAX_PRESENCE: usize = 4096;
/// The most sessions that are looked at.
const MOST: usize = 1_000;

/// Is this process's presence at a run, until it is dropped or the process ends.
#[must_use]
pub struct Session {
    /// Kept open, because closing it is what ends the presence.
    held: Box<dyn Stored>,
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Session({:?})", self.held)
    }
}

/// Is a session that came to a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Presence {
    /// The session's name.
    pub sid: String,
    /// What it says about itself.
    pub bytes: Vec<u8>,
    /// Whether it is still there.
    pub is_alive: bool,
}

/// Tells others that this session is here; its name is one that no session had before.
///
/// # Errors
///
/// Says why they cannot be told.
pub fn enter(storage: &dyn Storage, run: &Path, sid: &str, about: &[u8]) -> Result<Session, JournalError> {
    if !is_word(sid) {
        return Err(JournalError::Name { name: sid.to_owned(), what: "a session" });
    }
    let (dir, name) = (run.join(SESSIONS), format!("{sid}{PRESENCE}"));
    let place = Place { dir: &dir, name: &name, privacy: Privacy::Usual };
    if about.len() > MAX_PRESENCE {
        let (size, most) = (about.len() as u64, MAX_PRESENCE as u64);
        return Err(JournalError::TooLarge { path: place.path(), size, most });
    }
    // Whole and locked before it has its name, so that nobody finds it otherwise.
    let (put, held) = put_held(storage, &place, &mut |file, making| {
        write_all(file, about).map_err(JournalError::io("write", making))?;
        match file.try_lock_shared() {
            Ok(true) => Ok(()),
            Ok(false) => Err(JournalError::io("lock", making)(io::ErrorKind::WouldBlock.into())),
            Err(error) => Err(JournalError::io("lock", making)(error)),
        }
    })?;
    if put != Put::New {
        return Err(JournalError::Exists { path: place.path() });
    }
    // What stays for now is found by who comes next.
    let _ = clear_away(storage, &dir);
    Ok(Session { held })
}

/// Removes the files of sessions that ended. Only who comes does so: looking writes nothing.
fn clear_away(storage: &dyn Storage, dir: &Path) -> Result<(), JournalError> {
    for sid in sids(storage, dir)? {
        let over = look(storage, dir, sid)?.filter(|one| !one.is_alive);
        // No session has that name again.
        over.map_or(Ok(()), |one| storage.remove(&path_of(dir, &one.sid))).map_err(JournalError::io("remove", dir))?;
    }
    Ok(())
}

/// Looks who is at a run, and who was there since somebody came last, by the names of the sessions.
///
/// # Errors
///
/// Says what cannot be looked at.
pub fn present(storage: &dyn Storage, run: &Path) -> Result<Vec<Presence>, JournalError> {
    let dir = run.join(SESSIONS);
    if !is_there(storage, &dir)? {
        return Ok(Vec::new());
    }
    let found = sids(storage, &dir)?.into_iter().map(|sid| look(storage, &dir, sid));
    found.filter_map(Result::transpose).collect()
}

/// Lists the names of sessions, whether they are there or not.
fn sids(storage: &dyn Storage, dir: &Path) -> Result<Vec<String>, JournalError> {
    let names = storage.list(dir, MOST).map_err(JournalError::io("list", dir))?;
    let sid = |name: &OsString| name.to_str()?.strip_suffix(PRESENCE).map(str::to_owned);
    let mut sids: Vec<_> = names.iter().filter_map(sid).filter(|sid| is_word(sid)).collect();
    sids.sort_unstable();
    Ok(sids)
}

fn path_of(dir: &Path, sid: &str) -> PathBuf {
    dir.join(format!("{sid}{PRESENCE}"))
}

/// Looks at one session; nothing when its file is none.
fn look(storage: &dyn Storage, dir: &Path, sid: String) -> Result<Option<Presence>, JournalError> {
    let path = path_of(dir, &sid);
    if kind_of(storage, &path)? != Some(Kind::File) {
        return Ok(None);
    }
    let file = storage.open(&path, Access::Read).map_err(JournalError::io("open", &path))?;
    let mut bytes = vec![0; MAX_PRESENCE];
    let got = file.read_at(&mut bytes, 0).map_err(JournalError::io("read", &path))?;
    bytes.truncate(got);
    // Closing the file, which is next, gives up what was taken.
    let is_alive = !file.try_lock().map_err(JournalError::io("lock", &path))?;
    Ok(Some(Presence { sid, bytes, is_alive }))
}

#[cfg(test)]
mod tests;
