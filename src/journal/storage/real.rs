//! The real disk, through the standard library and rustix.

use std::ffi::OsString;
use std::fs::{DirBuilder, File, OpenOptions, Permissions, TryLockError};
use std::io::{self, Write as _};
use std::num::NonZeroU64;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;

use rustix::fs::{Advice, CWD, FallocateFlags, RenameFlags, fadvise, fallocate, renameat_with, statfs};
use rustix::io::Errno;

use super::{Access, Kind, Privacy, Stat, Storage, Stored};

/// Follows no link in the last component, and does not wait for the other end of a pipe.
const WARY: i32 = (rustix::fs::OFlags::NOFOLLOW.bits() | rustix::fs::OFlags::NONBLOCK.bits()).cast_signed();

/// Is the bit that lets a group write to a folder.
const GROUP_WRITES: u32 = 0o020;

/// Gives the group what was made in a folder that the group may write to, whatever the umask says.
///
/// So several accounts can go on with each other's runs where somebody made the state directory for a group.
///
/// # Errors
///
/// What the system says.
pub fn share_with_group(path: &Path) -> io::Result<()> {
    let Some(parent) = path.parent() else { return Ok(()) };
    if parent.as_os_str().is_empty() || std::fs::metadata(parent)?.mode() & GROUP_WRITES == 0 {
        return Ok(());
    }
    let mode = if std::fs::symlink_metadata(path)?.is_dir() { 0o2770 } else { 0o660 };
    std::fs::set_permissions(path, Permissions::from_mode(mode))
}

/// Is the disk of this machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct Disk;

impl Storage for Disk {
    fn open(&self, path: &Path, access: Access) -> io::Result<Box<dyn Stored>> {
        let mut options = OpenOptions::new();
        options.read(true).append(access == Access::Append).write(access == Access::Write).custom_flags(WARY);
        Ok(Box::new(options.open(path)?))
    }

    fn create(&self, path: &Path) -> io::Result<Box<dyn Stored>> {
        let file = OpenOptions::new().read(true).append(true).create_new(true).open(path)?;
        share_with_group(path)?;
        Ok(Box::new(file))
    }

    fn create_private(&self, path: &Path) -> io::Result<Box<dyn Stored>> {
        Ok(Box::new(OpenOptions::new().read(true).append(true).create_new(true).mode(0o600).open(path)?))
    }

    fn create_dir(&self, path: &Path, privacy: Privacy) -> io::Result<()> {
        let mode = if privacy == Privacy::Private { 0o700 } else { 0o777 };
        DirBuilder::new().mode(mode).create(path)?;
        if privacy == Privacy::Usual { share_with_group(path) } else { Ok(()) }
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        std::fs::rename(from, to)
    }

    fn rename_new(&self, from: &Path, to: &Path) -> io::Result<()> {
        match renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE) {
            // Not every file system knows how; a second name and one name less come to the same.
            Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => {
                std::fs::hard_link(from, to)?;
                std::fs::remove_file(from)
            }
            done => Ok(done?),
        }
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        std::fs::remove_file(path)
    }

    fn list(&self, path: &Path, most: usize) -> io::Result<Vec<OsString>> {
        std::fs::read_dir(path)?.take(most).map(|entry| Ok(entry?.file_name())).collect()
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

    fn try_lock_shared(&self) -> io::Result<bool> {
        match File::try_lock_shared(self) {
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
    let kind = match found.file_type() {
        kind if kind.is_file() => Kind::File,
        kind if kind.is_dir() => Kind::Directory,
        _ => Kind::Other,
    };
    Stat { device: found.dev(), inode: found.ino(), links: found.nlink(), size: found.size(), kind }
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
