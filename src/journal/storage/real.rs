//! The real disk, through the standard library and rustix.

use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, Write as _};
use std::num::NonZeroU64;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _};
use std::path::Path;

use rustix::fs::{Advice, FallocateFlags, fadvise, fallocate, statfs};

use super::{Access, Privacy, Stat, Storage, Stored};

/// Is the disk of this machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct Disk;

impl Storage for Disk {
    fn open(&self, path: &Path, access: Access) -> io::Result<Box<dyn Stored>> {
        let mut options = OpenOptions::new();
        options.read(true).append(access == Access::Append).write(access == Access::Write);
        Ok(Box::new(options.open(path)?))
    }

    fn create(&self, path: &Path) -> io::Result<Box<dyn Stored>> {
        Ok(Box::new(OpenOptions::new().read(true).append(true).create_new(true).open(path)?))
    }

    fn create_dir(&self, path: &Path, privacy: Privacy) -> io::Result<()> {
        let mode = if privacy == Privacy::Private { 0o700 } else { 0o777 };
        DirBuilder::new().mode(mode).create(path)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        std::fs::rename(from, to)
    }

    fn sync_dir(&self, path: &Path) -> io::Result<()> {
        File::open(path)?.sync_all()
    }

    fn stat(&self, path: &Path) -> io::Result<Stat> {
        std::fs::symlink_metadata(path).map(|found| stat_of(&found))
    }

    fn file_system(&self, path: &Path) -> io::Result<u64> {
        let kind = statfs(path)?.f_type;
        Ok(u64::from_ne_bytes(kind.to_ne_bytes()))
    }
}

impl Stored for File {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        std::os::unix::fs::FileExt::read_at(self, buffer, offset)
    }

    fn append(&self, bytes: &[u8]) -> io::Result<usize> {
        let mut file = self;
        file.write(bytes)
    }

    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<usize> {
        std::os::unix::fs::FileExt::write_at(self, bytes, offset)
    }

    fn sync(&self) -> io::Result<()> {
        self.sync_data()
    }

    fn forget(&self) -> io::Result<()> {
        Ok(fadvise(self, 0, None::<NonZeroU64>, Advice::DontNeed)?)
    }

    fn reserve(&self, offset: u64, len: u64) -> io::Result<()> {
        Ok(fallocate(self, FallocateFlags::KEEP_SIZE, offset, len)?)
    }

    fn stat(&self) -> io::Result<Stat> {
        self.metadata().map(|found| stat_of(&found))
    }

    fn try_lock(&self) -> io::Result<bool> {
        match File::try_lock(self) {
            Ok(()) => Ok(true),
            Err(TryLockError::WouldBlock) => Ok(false),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }

    fn unlock(&self) -> io::Result<()> {
        File::unlock(self)
    }

    fn lock_holder(&self) -> Option<u32> {
        let inode = self.metadata().ok()?.ino();
        let locks = std::fs::read_to_string("/proc/locks").ok()?;
        locks.lines().find_map(|line| holder_in(line, inode))
    }
}

fn stat_of(found: &std::fs::Metadata) -> Stat {
    Stat { device: found.dev(), inode: found.ino(), links: found.nlink(), size: found.size() }
}

/// Reads `1: FLOCK  ADVISORY  WRITE 1234 fe:00:5678 0 EOF` as a lock on the inode.
fn holder_in(line: &str, inode: u64) -> Option<u32> {
    let mut words = line.split_whitespace().skip(1);
    let kind = words.next()?;
    let pid = words.nth(2)?.parse().ok().filter(|pid| *pid > 0);
    let file = words.next()?.rsplit(':').next()?;
    (kind == "FLOCK" && file.parse() == Ok(inode)).then_some(pid).flatten()
}

#[cfg(test)]
mod tests;
