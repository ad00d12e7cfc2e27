//! The folder of one start: the names in it, how it is made, and how a small file gets into it whole.
//!
//! It gets its name last, with the lock in it taken and handed on from this program to the
//! supervisor, so that nobody ever finds it without. One that is there is never made again.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read as _};
use std::os::unix::fs::{DirBuilderExt as _, FileExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use rustix::fs::{
    CWD, FallocateFlags, FileType, FlockOperation, Mode, OFlags, RenameFlags, fallocate, flock, mknodat, renameat_with,
};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::error::CommandError;
use crate::journal::share_with_group;

/// The file whose lock is held for the supervisor's life.
pub(super) const LOCK: &str = "lock";
/// Where the supervisor is told to cancel.
pub(super) const CONTROL: &str = "control";
/// Where an interactive command is typed to; for this account alone.
pub(super) const KEYS: &str = "keys";
/// What is run; once it is there, the command may have been started.
pub(super) const ORDER: &str = "order.json";
/// How it ended.
pub(super) const END: &str = "end.json";
/// What the names of files begin with that are being made.
const MAKING: &str = ".tmp-";
/// The longest file of ours that is read whole.
const MOST: u64 = 64 * 1024 * 1024;
/// How much room is held for the end.
const RESERVED: u64 = 8 * 1024;

/// Makes the folder of a start, with its lock taken; refuses one that is there.
pub(super) fn make(dir: &Path, has_terminal: bool) -> Result<File, CommandError> {
    let (Some(parent), Some(name)) = (dir.parent(), dir.file_name()) else {
        return Err(CommandError::io("make", dir)(io::ErrorKind::InvalidInput.into()));
    };
    make_parent(parent)?;
    let mut random = [0; 8];
    getrandom::fill(&mut random).map_err(io::Error::other).map_err(CommandError::io("make", dir))?;
    let making = parent.join(format!("{MAKING}{}-{:016x}", name.to_string_lossy(), u64::from_ne_bytes(random)));
    let made = fill(&making, has_terminal).and_then(|lock| name_it(&making, dir).map(|()| lock));
    if made.is_err() {
        let _ = fs::remove_dir_all(&making);
    }
    made
}

/// Makes the folder that the folders of starts stand in.
fn make_parent(parent: &Path) -> Result<(), CommandError> {
    match DirBuilder::new().mode(0o700).create(parent) {
        Ok(()) => {
            share_with_group(parent).map_err(CommandError::io("make", parent))?;
            sync_dir(parent.parent().unwrap_or(parent))
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(CommandError::io("make", parent)(error)),
    }
}

fn fill(making: &Path, has_terminal: bool) -> Result<File, CommandError> {
    DirBuilder::new().mode(0o700).create(making).map_err(CommandError::io("make", making))?;
    share_with_group(making).map_err(CommandError::io("make", making))?;
    let lock = create(&making.join(LOCK))?;
    flock(&lock, FlockOperation::NonBlockingLockExclusive)
        .map_err(|error| error.into())
        .map_err(CommandError::io("lock", making))?;
    let control = making.join(CONTROL);
    make_pipe(&control)?;
    share_with_group(&control).map_err(CommandError::io("make", &control))?;
    if has_terminal {
        make_pipe(&making.join(KEYS))?;
    }
    sync_dir(making)?;
    Ok(lock)
}

fn make_pipe(path: &Path) -> Result<(), CommandError> {
    let made = mknodat(CWD, path, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0);
    made.map_err(|error| error.into()).map_err(CommandError::io("make", path))
}

fn name_it(making: &Path, dir: &Path) -> Result<(), CommandError> {
    match renameat_with(CWD, making, CWD, dir, RenameFlags::NOREPLACE) {
        Ok(()) => sync_dir(dir.parent().unwrap_or(dir)),
        Err(rustix::io::Errno::EXIST | rustix::io::Errno::NOTEMPTY) => {
            Err(CommandError::Exists { path: dir.to_owned() })
        }
        Err(error) => Err(CommandError::io("make", dir)(error.into())),
    }
}

/// Tells whether a supervisor holds the folder's lock.
pub(super) fn is_held(dir: &Path) -> Result<bool, CommandError> {
    let path = dir.join(LOCK);
    let lock = File::open(&path).map_err(CommandError::io("open", &path))?;
    // Shared, so that two who look do not take each other for a supervisor.
    match flock(&lock, FlockOperation::NonBlockingLockShared) {
        Ok(()) => Ok(false),
        Err(rustix::io::Errno::WOULDBLOCK) => Ok(true),
        Err(error) => Err(CommandError::io("lock", &path)(error.into())),
    }
}

/// Makes a new file for this account alone, or for its group too where the folder is the group's.
pub(super) fn create(path: &Path) -> Result<File, CommandError> {
    let made = OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(path);
    let made = made.and_then(|file| share_with_group(path).map(|()| file));
    made.map_err(CommandError::io("make", path))
}

/// Makes sure that the names in a folder stay.
pub(super) fn sync_dir(dir: &Path) -> Result<(), CommandError> {
    File::open(dir).and_then(|dir| dir.sync_all()).map_err(CommandError::io("sync", dir))
}

/// Reads a small file; nothing when it is not there.
pub(super) fn read<T: DeserializeOwned>(path: &Path) -> Result<Option<T>, CommandError> {
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let file = match rustix::fs::open(path, flags, Mode::empty()) {
        Ok(file) => File::from(file),
        Err(rustix::io::Errno::NOENT) => return Ok(None),
        Err(error) => return Err(CommandError::io("open", path)(error.into())),
    };
    let mut bytes = Vec::new();
    file.take(MOST).read_to_end(&mut bytes).map_err(CommandError::io("read", path))?;
    serde_json::from_slice(&bytes).map(Some).map_err(|error| CommandError::damaged(path, error))
}

/// Is a small file that is not there yet, and the room for it.
#[derive(Debug)]
pub(super) struct Reserved {
    file: File,
    making: PathBuf,
    path: PathBuf,
    is_named: bool,
}

impl Reserved {
    /// Takes the room for a file, so that a full disk does not keep it from being written.
    pub fn new(dir: &Path, name: &str) -> Result<Self, CommandError> {
        let making = dir.join(format!("{MAKING}{name}"));
        let file = create(&making)?;
        let reserved = Self { file, making, path: dir.join(name), is_named: false };
        reserved.take().map_err(CommandError::io("make room in", dir))?;
        Ok(reserved)
    }

    fn take(&self) -> io::Result<()> {
        match fallocate(&self.file, FallocateFlags::empty(), 0, RESERVED) {
            Ok(()) => Ok(()),
            Err(rustix::io::Errno::OPNOTSUPP | rustix::io::Errno::NOSYS) => {
                self.file.write_all_at(&[b' '; RESERVED as usize], 0)?;
                self.file.sync_all()
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Writes the file and gives it its name; it is durable when this returns, and may be tried again when not.
    pub fn put(&mut self, content: &impl Serialize) -> Result<(), CommandError> {
        if !self.is_named {
            let mut bytes = serde_json::to_vec(content).map_err(|error| CommandError::damaged(&self.path, error))?;
            bytes.push(b'\n');
            self.write(&bytes).map_err(CommandError::io("write", &self.path))?;
            self.is_named = true;
        }
        sync_dir(self.path.parent().unwrap_or(&self.path))
    }

    fn write(&self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all_at(bytes, 0)?;
        self.file.set_len(bytes.len() as u64)?;
        self.file.sync_all()?;
        fs::rename(&self.making, &self.path)
    }
}

#[cfg(test)]
mod tests;
