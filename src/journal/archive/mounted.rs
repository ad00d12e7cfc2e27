//! An archive as the directory that it holds, for every reader of runs.
//!
//! Below the path of the archive stand the files in it, and everywhere else is the disk that it lies on. What
//! would change a file in it is refused, and what makes durable has nothing to do. A file is read in
//! its place, as far as the list of entries says; it is never unpacked, in memory or on the disk.

use std::ffi::OsString;
use std::io;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use super::reading::{Unread, read_archive};
use super::tree::{Node, Spot, Tree};
use crate::journal::error::JournalError;
use crate::journal::storage::{Access, Kind, Privacy, Stat, Storage, Stored};

/// Is an archive that was read, on the disk where it lies.
#[derive(Debug)]
pub struct Archive {
    under: Arc<dyn Storage>,
    path: PathBuf,
    opened: Stat,
    tree: Tree,
    run: String,
}

impl Archive {
    /// Reads an archive to its last byte; what it holds is not judged.
    ///
    /// # Errors
    ///
    /// Says why it is none, or that it is damaged, and what to do.
    pub fn open(under: Arc<dyn Storage>, path: &Path) -> Result<Self, JournalError> {
        let file = under.open(path, Access::Read).map_err(JournalError::io("open", path))?;
        let opened = file.stat().map_err(JournalError::io("look at", path))?;
        let unfit = |what: &str| JournalError::Archive { path: path.into(), what: what.to_owned() };
        if opened.kind != Kind::File {
            return Err(unfit("is not a plain file"));
        }
        let tree = read_archive(&*file, opened.size).map_err(|why| match why {
            Unread::Unfit(what) => unfit(&what),
            Unread::Failed(error) => JournalError::io("read", path)(error),
        })?;
        let run = tree.run().map(str::to_owned);
        let run = run.ok_or_else(|| unfit("holds no run: it has not one folder, which a run is, beside its files"))?;
        Ok(Self { under, path: path.into(), opened, tree, run })
    }

    /// Gives the path of the run's directory in it.
    #[must_use]
    pub fn run(&self) -> PathBuf {
        self.path.join(&self.run)
    }

    /// Gives the name that a path has in it; nothing when the path lies outside.
    fn name(&self, path: &Path) -> Option<String> {
        let below = path.strip_prefix(&self.path).ok()?;
        let part = |part: Component<'_>| match part {
            Component::Normal(name) => name.to_str().map(str::to_owned),
            _ => None,
        };
        // A name that is no text, or climbs, is one that is not there.
        let parts: Option<Vec<_>> = below.components().map(part).collect();
        Some(parts.map_or_else(|| "//".to_owned(), |parts| parts.join("/")))
    }

    fn node(&self, name: &str) -> io::Result<&Node> {
        self.tree.get(name).ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    /// Refuses to change what is in it.
    fn check_outside(&self, path: &Path) -> io::Result<&dyn Storage> {
        if self.name(path).is_some() { Err(only_read()) } else { Ok(&*self.under) }
    }

    fn stat_of(&self, node: &Node) -> Stat {
        let (kind, Spot { start, size }) = match node {
            Node::File(spot) => (Kind::File, *spot),
            Node::Folder(_) => (Kind::Directory, Spot { start: 0, size: 0 }),
        };
        Stat { device: self.opened.device, inode: start, links: 1, size, kind }
    }

    /// Opens the archive once more, and makes sure that it is the one that was read.
    fn reopen(&self) -> io::Result<Box<dyn Stored>> {
        let file = self.under.open(&self.path, Access::Read)?;
        let found = file.stat()?;
        match found.is_same_file(&self.opened) && found.size == self.opened.size {
            true => Ok(file),
            false => Err(io::Error::other("the archive was replaced while it was read")),
        }
    }
}

fn only_read() -> io::Error {
    io::Error::new(io::ErrorKind::ReadOnlyFilesystem, "it lies in an archive, which is only read")
}

impl Storage for Archive {
    fn open(&self, path: &Path, access: Access) -> io::Result<Box<dyn Stored>> {
        let Some(name) = self.name(path) else { return self.under.open(path, access) };
        match self.node(&name)? {
            _ if access != Access::Read => Err(only_read()),
            Node::Folder(_) => Err(io::ErrorKind::IsADirectory.into()),
            node @ Node::File(spot) => {
                Ok(Box::new(Member { file: self.reopen()?, spot: *spot, stat: self.stat_of(node) }))
            }
        }
    }

    fn create(&self, path: &Path) -> io::Result<Box<dyn Stored>> {
        self.check_outside(path)?.create(path)
    }

    fn create_private(&self, path: &Path) -> io::Result<Box<dyn Stored>> {
        self.check_outside(path)?.create_private(path)
    }

    fn create_dir(&self, path: &Path, privacy: Privacy) -> io::Result<()> {
        self.check_outside(path)?.create_dir(path, privacy)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.check_outside(from).and_then(|_| self.check_outside(to))?.rename(from, to)
    }

    fn rename_new(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.check_outside(from).and_then(|_| self.check_outside(to))?.rename_new(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.check_outside(path)?.remove(path)
    }

    fn list(&self, path: &Path, most: usize) -> io::Result<Vec<OsString>> {
        let Some(name) = self.name(path) else { return self.under.list(path, most) };
        match self.node(&name)? {
            Node::File(_) => Err(io::ErrorKind::NotADirectory.into()),
            Node::Folder(names) => Ok(names.iter().take(most).map(OsString::from).collect()),
        }
    }

    fn sync_dir(&self, path: &Path) -> io::Result<()> {
        if self.name(path).is_some() { Ok(()) } else { self.under.sync_dir(path) }
    }

    fn stat(&self, path: &Path) -> io::Result<Stat> {
        let Some(name) = self.name(path) else { return self.under.stat(path) };
        self.node(&name).map(|node| self.stat_of(node))
    }

    fn file_system(&self, path: &Path) -> io::Result<u64> {
        self.under.file_system(if self.name(path).is_some() { &self.path } else { path })
    }
}

/// Is a file in an archive.
#[derive(Debug)]
struct Member {
    file: Box<dyn Stored>,
    spot: Spot,
    stat: Stat,
}

impl Stored for Member {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let left = usize::try_from(self.spot.size.saturating_sub(offset)).unwrap_or(usize::MAX);
        let most = left.min(buffer.len());
        if most == 0 {
            return Ok(0);
        }
        self.file.read_at(buffer.get_mut(..most).unwrap_or_default(), self.spot.start.saturating_add(offset))
    }

    fn append(&self, _bytes: &[u8]) -> io::Result<usize> {
        Err(only_read())
    }

    fn write_at(&self, _bytes: &[u8], _offset: u64) -> io::Result<usize> {
        Err(only_read())
    }

    fn sync(&self) -> io::Result<()> {
        Ok(())
    }

    fn forget(&self) -> io::Result<()> {
        Ok(())
    }

    fn reserve(&self, _offset: u64, _len: u64) -> io::Result<()> {
        Err(only_read())
    }

    fn stat(&self) -> io::Result<Stat> {
        Ok(self.stat)
    }

    fn try_lock(&self) -> io::Result<bool> {
        Err(only_read())
    }

    fn try_lock_shared(&self) -> io::Result<bool> {
        Err(only_read())
    }

    fn unlock(&self) -> io::Result<()> {
        Err(only_read())
    }

    fn lock_holder(&self) -> Option<u32> {
        None
    }
}
