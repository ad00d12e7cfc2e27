//! A disk in memory that can fail, lie, be killed in the middle and lose its power.
//!
//! Files are sectors of 512 bytes in two copies: what reads see and what the platter holds. A write
//! changes the first; a sync copies it over; a crash decides for each unsynced sector whether it was
//! kept, dropped or became zeros. A failed sync leaves pages that read well and are not on the
//! platter, as Linux does, and a later sync succeeds all the same. Each [`Process`] reaches it through
//! calls of its own.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::{OsStr, OsString};
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

pub use process::{Call, Lies, Mishap, Process};

use super::{Kind, Stat};
use crate::journal::clock::Clock;

mod process;

pub const SECTOR: usize = 512;

/// What becomes of an unsynced sector.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    Kept,
    Dropped,
    Zeroed,
}

pub const FATES: [Fate; 3] = [Fate::Kept, Fate::Dropped, Fate::Zeroed];

#[derive(Clone, Debug, Default)]
struct Inode {
    seen: Vec<u8>,
    platter: Vec<u8>,
    dirty: BTreeSet<usize>,
    entries: BTreeMap<OsString, usize>,
    durable: BTreeMap<OsString, usize>,
    locked_by: Option<(u32, usize)>,
    shared_by: BTreeSet<(u32, usize)>,
    links: u64,
    is_dir: bool,
}

impl Inode {
    fn write(&mut self, offset: usize, bytes: &[u8]) {
        let end = offset + bytes.len();
        if self.seen.len() < end {
            self.seen.resize(end, 0);
        }
        self.seen[offset..end].copy_from_slice(bytes);
        self.dirty.extend(offset / SECTOR..end.div_ceil(SECTOR));
    }

    fn settle(&mut self, sector: usize, fate: Fate) {
        let end = ((sector + 1) * SECTOR).min(self.seen.len());
        let begin = sector * SECTOR;
        if fate != Fate::Dropped && self.platter.len() < end {
            self.platter.resize(end, 0);
        }
        if fate == Fate::Kept {
            self.platter[begin..end].copy_from_slice(&self.seen[begin..end]);
        }
    }

    fn settle_names(&mut self, is_kept: &impl Fn(&OsStr) -> bool) {
        self.durable.retain(|name, _| !is_kept(name));
        let kept = self.entries.iter().filter(|(name, _)| is_kept(name));
        self.durable.extend(kept.map(|(name, inode)| (name.clone(), *inode)));
        self.entries = self.durable.clone();
    }

    fn sync(&mut self, mut fate: impl FnMut(usize) -> Fate) {
        let size = self.seen.len().max(self.platter.len());
        for sector in std::mem::take(&mut self.dirty) {
            self.settle(sector, fate(sector));
        }
        self.platter.resize(size, 0);
    }

    fn lock(&mut self, who: (u32, usize)) -> bool {
        let is_free = self.shared_by.iter().all(|holder| *holder == who);
        is_free && *self.locked_by.get_or_insert(who) == who
    }

    fn lock_shared(&mut self, who: (u32, usize)) -> bool {
        self.locked_by.is_none_or(|holder| holder == who) && {
            self.locked_by = None;
            self.shared_by.insert(who);
            true
        }
    }

    fn release(&mut self, who: (u32, usize)) {
        self.locked_by.take_if(|holder| *holder == who);
        self.shared_by.remove(&who);
    }

    fn forget(&mut self) {
        let mut shown = self.platter.clone();
        shown.resize(self.seen.len(), 0);
        for sector in &self.dirty {
            let span = sector * SECTOR..((sector + 1) * SECTOR).min(shown.len());
            shown[span.clone()].copy_from_slice(&self.seen[span]);
        }
        self.seen = shown;
    }
}

#[derive(Clone, Debug)]
struct Disk {
    inodes: Vec<Inode>,
    /// What a failed sync leaves of each sector, the first one first; `Dropped` behind the list.
    failed_sync: Vec<Fate>,
}

/// A machine's disk.
#[derive(Clone, Debug)]
pub struct Machine(Arc<Mutex<Disk>>);

impl Machine {
    pub fn new() -> Self {
        let root = Inode { links: 1, is_dir: true, ..Inode::default() };
        Self(Arc::new(Mutex::new(Disk { inodes: vec![root], failed_sync: Vec::new() })))
    }

    /// Gives an independent machine in the same state.
    pub fn fork(&self) -> Self {
        Self(Arc::new(Mutex::new(self.disk().clone())))
    }

    /// Decides what a failed sync leaves of each dirty sector.
    pub fn on_failed_sync(&self, fates: Vec<Fate>) {
        self.disk().failed_sync = fates;
    }

    /// Counts the unsynced sectors of all files.
    pub fn dirty(&self) -> usize {
        self.disk().inodes.iter().map(|inode| inode.dirty.len()).sum()
    }

    /// Cuts the power: each unsynced sector meets its fate, in order; unsynced names are kept or not.
    pub fn crash(&self, fates: impl FnMut() -> Fate, names_kept: bool) {
        self.crash_names(fates, |_| names_kept);
    }

    /// Cuts the power, and says of each unsynced name whether it is as it was last.
    pub fn crash_names(&self, mut fates: impl FnMut() -> Fate, is_kept: impl Fn(&OsStr) -> bool) {
        let mut disk = self.disk();
        for inode in &mut disk.inodes {
            for sector in std::mem::take(&mut inode.dirty) {
                inode.settle(sector, fates());
            }
            inode.seen = inode.platter.clone();
            inode.locked_by = None;
            inode.shared_by.clear();
            inode.settle_names(&is_kept);
        }
    }

    pub fn bytes(&self, path: &Path) -> Vec<u8> {
        let disk = self.disk();
        disk.inodes[disk.find(path).unwrap()].seen.clone()
    }

    /// Changes a file behind everybody's back, on the platter too, or puts one there.
    pub fn overwrite(&self, path: &Path, bytes: &[u8]) {
        let mut disk = self.disk();
        let inode = disk.find(path).or_else(|_| disk.make(path, false)).unwrap();
        disk.inodes[inode].seen = bytes.to_vec();
        disk.inodes[inode].platter = bytes.to_vec();
        disk.inodes[inode].dirty.clear();
    }

    pub fn unlink(&self, path: &Path) {
        self.disk().remove(path).unwrap();
    }

    pub fn link(&self, from: &Path, to: &Path) {
        let mut disk = self.disk();
        let inode = disk.find(from).unwrap();
        let parent = disk.find(to.parent().unwrap()).unwrap();
        disk.inodes[parent].entries.insert(to.file_name().unwrap().into(), inode);
        disk.inodes[inode].links += 1;
    }

    pub fn names(&self, path: &Path) -> Vec<String> {
        let disk = self.disk();
        let inode = disk.find(path).unwrap();
        disk.inodes[inode].entries.keys().map(|name| name.to_string_lossy().into_owned()).collect()
    }

    fn disk(&self) -> MutexGuard<'_, Disk> {
        self.0.lock().unwrap()
    }
}

impl Disk {
    fn find(&self, path: &Path) -> io::Result<usize> {
        path.iter().filter(|name| *name != "/").try_fold(0, |inode, name| {
            self.inodes[inode].entries.get(name).copied().ok_or_else(|| io::ErrorKind::NotFound.into())
        })
    }

    fn make(&mut self, path: &Path, is_dir: bool) -> io::Result<usize> {
        let parent = self.find(path.parent().unwrap())?;
        let name = path.file_name().unwrap();
        if self.inodes[parent].entries.contains_key(name) {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        let made = self.inodes.len();
        self.inodes.push(Inode { links: 1, is_dir, ..Inode::default() });
        self.inodes[parent].entries.insert(name.into(), made);
        Ok(made)
    }

    /// Moves a name; gives the old place away only when the new one is free or may be taken.
    fn rename(&mut self, (from, to): (&Path, &Path), may_replace: bool) -> io::Result<()> {
        let (old, new) = (self.find(from.parent().unwrap())?, self.find(to.parent().unwrap())?);
        let (old_name, new_name) = (from.file_name().unwrap(), to.file_name().unwrap());
        let inode = *self.inodes[old].entries.get(old_name).ok_or(io::ErrorKind::NotFound)?;
        if !may_replace && self.inodes[new].entries.contains_key(new_name) {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        self.inodes[old].entries.remove(old_name);
        self.inodes[new].entries.insert(new_name.into(), inode);
        Ok(())
    }

    fn remove(&mut self, path: &Path) -> io::Result<()> {
        let parent = self.find(path.parent().unwrap())?;
        let removed = self.inodes[parent].entries.remove(path.file_name().unwrap());
        let inode = removed.ok_or(io::ErrorKind::NotFound)?;
        self.inodes[inode].links -= 1;
        Ok(())
    }

    fn stat(&self, inode: usize) -> Stat {
        let Inode { links, seen, is_dir, .. } = &self.inodes[inode];
        let kind = if *is_dir { Kind::Directory } else { Kind::File };
        Stat { device: 1, inode: inode as u64, links: *links, size: seen.len() as u64, kind }
    }
}

/// A clock on which time passes only by waiting.
#[derive(Debug, Default)]
pub struct StillClock(Mutex<Duration>);

impl Clock for StillClock {
    fn wall_ms(&self) -> i64 {
        1_772_402_400_000 + i64::try_from(self.since_boot().as_millis()).unwrap()
    }

    fn since_boot(&self) -> Duration {
        *self.0.lock().unwrap()
    }

    fn boot_id(&self) -> String {
        "835f1d2e-0000-4000-8000-000000000001".into()
    }

    fn wait(&self, time: Duration) {
        *self.0.lock().unwrap() += time;
    }
}
