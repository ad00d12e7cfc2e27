//! The seam between the journal and the disk.
//!
//! [`Storage`] names files, [`Stored`] is one that is open; [`Disk`] is the real one. Each method is
//! one system call, so that tests can fail, cut, delay or kill between any two of them. What the
//! calls mean for a record is decided elsewhere.

use std::ffi::OsString;
use std::fmt;
use std::io;
use std::path::Path;

pub use real::{Disk, share_with_group};

mod real;
#[cfg(test)]
pub(crate) mod sim;

/// Finds, makes and renames files.
pub trait Storage: Send + Sync + fmt::Debug {
    /// Opens a file that is there; never makes one, follows no link in its name and waits for nobody.
    ///
    /// # Errors
    ///
    /// What the system says.
    fn open(&self, path: &Path, access: Access) -> io::Result<Box<dyn Stored>>;

    /// Makes a file that is not there, for appending.
    ///
    /// # Errors
    ///
    /// What the system says.
    fn create(&self, path: &Path) -> io::Result<Box<dyn Stored>>;

    /// Makes a file that is not there, for appending and for the account alone.
    ///
    /// # Errors
    ///
    /// What the system says.
    fn create_private(&self, path: &Path) -> io::Result<Box<dyn Stored>>;

    /// Makes a directory that is not there.
    ///
    /// # Errors
    ///
    /// What the system says.
    fn create_dir(&self, path: &Path, privacy: Privacy) -> io::Result<()>;

    /// Gives a file or directory another name.
    ///
    /// # Errors
    ///
    /// What the system says.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;

    /// Gives a file a name that no other file has.
    ///
    /// # Errors
    ///
    /// What the system says, which is `AlreadyExists` when the name is taken.
    fn rename_new(&self, from: &Path, to: &Path) -> io::Result<()>;

    /// Takes a file's name away; only ever used on a file that was being made.
    ///
    /// # Errors
    ///
    /// What the system says.
    fn remove(&self, path: &Path) -> io::Result<()>;

    /// Gives so many of the names in a directory, in any order.
    ///
    /// # Errors
    ///
    /// What the system says.
    fn list(&self, path: &Path, most: usize) -> io::Result<Vec<OsString>>;

    /// Makes the names in a directory durable.
    ///
    /// # Errors
    ///
    /// What the system says.
    fn sync_dir(&self, path: &Path) -> io::Result<()>;

    /// Tells which file has a name now.
    ///
    /// # Errors
    ///
    /// What the system says.
    fn stat(&self, path: &Path) -> io::Result<Stat>;

    /// Tells the kind of file system by its magic number.
    ///
    /// # Errors
    ///
    /// What the system says.
    fn file_system(&self, path: &Path) -> io::Result<u64>;
}

/// Is an open file; closing it gives up its lock.
pub trait Stored: Send + fmt::Debug {
    /// Reads at an offset, perhaps less than was asked for; nothing at the end.
    ///
    /// # Errors
    ///
    /// What the system says.
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize>;

    /// Writes once at the end and tells how much was written.
    ///
    /// # Errors
    ///
    /// What the system says.
    fn append(&self, bytes: &[u8]) -> io::Result<usize>;

    /// Writes once at an offset and tells how much was written.
    ///
    /// # Errors
    ///
    /// What the system says.
    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<usize>;

    /// Makes what was written durable.
    ///
    /// # Errors
    ///
    /// What the system says; after that nothing is known about what was written.
    fn sync(&self) -> io::Result<()>;

    /// Drops what is held in memory, so that the next read asks the disk.
    ///
    /// # Errors
    ///
    /// What the system says.
    fn forget(&self) -> io::Result<()>;

    /// Reserves room without changing the size.
    ///
    /// # Errors
    ///
    /// What the system says.
    fn reserve(&self, offset: u64, len: u64) -> io::Result<()>;

    /// Tells which file it is, its size and how many names it has.
    ///
    /// # Errors
    ///
    /// What the system says.
    fn stat(&self) -> io::Result<Stat>;

    /// Takes the lock of the whole file, or tells that somebody has it.
    ///
    /// # Errors
    ///
    /// What the system says.
    fn try_lock(&self) -> io::Result<bool>;

    /// Takes the lock of the whole file beside others who do the same, or tells that somebody has it alone.
    ///
    /// # Errors
    ///
    /// What the system says.
    fn try_lock_shared(&self) -> io::Result<bool>;

    /// Gives the lock up.
    ///
    /// # Errors
    ///
    /// What the system says.
    fn unlock(&self) -> io::Result<()>;

    /// Tells which process has the lock, where the system tells.
    fn lock_holder(&self) -> Option<u32>;
}

/// Says what a file is opened for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Reading.
    Read,
    /// Reading, and writing at the end.
    Append,
    /// Reading, and writing anywhere.
    Write,
}

/// Says who may enter a directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Privacy {
    /// Whom the account's mask lets in.
    Usual,
    /// The account alone.
    Private,
}

/// Says which file it is, and how it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stat {
    /// The device that it lies on.
    pub device: u64,
    /// Its number there.
    pub inode: u64,
    /// How many names it has.
    pub links: u64,
    /// How many bytes it has.
    pub size: u64,
    /// What it is.
    pub kind: Kind,
}

/// Says what a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A plain file.
    File,
    /// A directory.
    Directory,
    /// A link, a pipe, a device or a socket.
    Other,
}

impl Stat {
    /// Tells whether both are the same file.
    #[must_use]
    pub fn is_same_file(&self, other: &Self) -> bool {
        (self.device, self.inode) == (other.device, other.inode)
    }
}

/// Gives the name of a file system whose locks and syncs cannot be relied on.
#[must_use]
pub fn unreliable_file_system(magic: u64) -> Option<&'static str> {
    match magic & 0xFFFF_FFFF {
        0x6969 => Some("NFS"),
        0xFF53_4D42 | 0xFE53_4D42 | 0x517B => Some("CIFS"),
        0x6573_5546 => Some("FUSE"),
        _ => None,
    }
}
