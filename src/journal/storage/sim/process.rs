//! A process on the machine in memory: its calls, counted, and what goes wrong at them.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use super::super::{Access, Privacy, Stat, Storage, Stored};
use super::{Fate, Inode, Machine};

/// What happens at one call of a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mishap {
    /// The call fails and changes nothing, except that a failed sync loses what it was to write.
    Errno(i32),
    /// A write stops after so many bytes and says so; any other call goes well.
    Short(usize),
    /// The process is killed before the call.
    Kill,
    /// The process is killed in the middle of a write, after so many bytes.
    KillIn(usize),
}

/// What a storage does not do although it says so.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lies {
    pub lock: bool,
    pub sync: bool,
    pub sync_late: bool,
    pub dir_sync: bool,
    pub whole_write: bool,
    pub marker: bool,
    pub forget: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Call {
    Open,
    Create,
    CreateDir,
    Rename,
    Remove,
    List,
    SyncDir,
    StatPath,
    FileSystem,
    Read,
    Append,
    Write,
    Sync,
    Forget,
    Reserve,
    Stat,
    Lock,
    LockShared,
    Unlock,
}

type Pause = Box<dyn FnMut() + Send>;

/// A process on a machine, with a plan of what goes wrong at which of its calls.
#[derive(Clone)]
pub struct Process(Arc<Inner>);

struct Inner {
    machine: Machine,
    pid: u32,
    calls: Mutex<Vec<(Call, String)>>,
    handles: AtomicUsize,
    plan: Mutex<BTreeMap<usize, Mishap>>,
    next: Mutex<Option<(Call, Mishap)>>,
    pause: Mutex<Option<(usize, Pause)>>,
    dead: AtomicBool,
    lies: Lies,
    /// The file whose sync was promised and not yet done.
    owed: Mutex<Option<usize>>,
}

impl fmt::Debug for Process {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "process {}", self.0.pid)
    }
}

impl Process {
    /// Lets something happen at a call, counted from 0 over the life of the process.
    pub fn plan(&self, call: usize, mishap: Mishap) {
        self.0.plan.lock().unwrap().insert(call, mishap);
    }

    /// Lets something happen at the next call of a kind.
    pub fn at_next(&self, call: Call, mishap: Mishap) {
        *self.0.next.lock().unwrap() = Some((call, mishap));
    }

    /// Lets something else run right before a call.
    pub fn pause(&self, call: usize, meanwhile: impl FnMut() + Send + 'static) {
        *self.0.pause.lock().unwrap() = Some((call, Box::new(meanwhile)));
    }

    pub fn kill(&self) {
        self.0.dead.store(true, Ordering::SeqCst);
        for inode in &mut self.0.machine.disk().inodes {
            if inode.locked_by.is_some_and(|(pid, _)| pid == self.0.pid) {
                inode.locked_by = None;
            }
            inode.shared_by.retain(|(pid, _)| *pid != self.0.pid);
        }
    }

    pub fn is_dead(&self) -> bool {
        self.0.dead.load(Ordering::SeqCst)
    }

    /// Gives the calls so far, with the file name of each.
    pub fn calls(&self) -> Vec<(Call, String)> {
        self.0.calls.lock().unwrap().clone()
    }

    /// Counts a call and says what is to happen at it.
    fn step(&self, call: Call, name: &str) -> io::Result<Option<Mishap>> {
        let count = {
            let mut calls = self.0.calls.lock().unwrap();
            calls.push((call, name.to_owned()));
            calls.len() - 1
        };
        self.meanwhile(count, call);
        if self.is_dead() {
            return Err(io::Error::other("killed"));
        }
        let planned = self.0.plan.lock().unwrap().get(&count).copied();
        let next = self.0.next.lock().unwrap().take_if(|(kind, _)| *kind == call);
        let mishap = planned.or(next.map(|(_, mishap)| mishap));
        match mishap {
            Some(Mishap::Kill) => {
                self.kill();
                Err(io::Error::other("killed"))
            }
            Some(Mishap::Errno(errno)) if call != Call::Sync => Err(io::Error::from_raw_os_error(errno)),
            other => Ok(other),
        }
    }

    /// Runs what was to happen before this call; a late sync comes when the file is locked again.
    fn meanwhile(&self, count: usize, call: Call) {
        let due = self.0.pause.lock().unwrap().take_if(|(at, _)| *at == count);
        if let Some((_, mut run)) = due {
            run();
        }
        if let Some(owed) = self.0.owed.lock().unwrap().take_if(|_| call == Call::Lock) {
            self.0.machine.disk().inodes[owed].sync(|_| Fate::Kept);
        }
    }

    fn handle(&self, inode: usize, path: &Path) -> Box<dyn Stored> {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let handle = self.0.handles.fetch_add(1, Ordering::SeqCst);
        Box::new(Opened { process: self.clone(), inode, handle, name })
    }
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

impl Storage for Process {
    fn open(&self, path: &Path, _: Access) -> io::Result<Box<dyn Stored>> {
        self.step(Call::Open, &name_of(path))?;
        let inode = self.0.machine.disk().find(path)?;
        Ok(self.handle(inode, path))
    }

    fn create(&self, path: &Path) -> io::Result<Box<dyn Stored>> {
        self.step(Call::Create, &name_of(path))?;
        let inode = self.0.machine.disk().make(path, false)?;
        Ok(self.handle(inode, path))
    }

    fn create_private(&self, path: &Path) -> io::Result<Box<dyn Stored>> {
        self.create(path)
    }

    fn create_dir(&self, path: &Path, _: Privacy) -> io::Result<()> {
        self.step(Call::CreateDir, &name_of(path))?;
        self.0.machine.disk().make(path, true).map(|_| ())
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.step(Call::Rename, &name_of(to))?;
        self.0.machine.disk().rename((from, to), true)
    }

    fn rename_new(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.step(Call::Rename, &name_of(to))?;
        self.0.machine.disk().rename((from, to), false)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.step(Call::Remove, &name_of(path))?;
        self.0.machine.disk().remove(path)
    }

    fn list(&self, path: &Path, most: usize) -> io::Result<Vec<OsString>> {
        self.step(Call::List, &name_of(path))?;
        let disk = self.0.machine.disk();
        let inode = disk.find(path)?;
        Ok(disk.inodes[inode].entries.keys().take(most).cloned().collect())
    }

    fn sync_dir(&self, path: &Path) -> io::Result<()> {
        if let Some(Mishap::Errno(errno)) = self.step(Call::SyncDir, &name_of(path))? {
            return Err(io::Error::from_raw_os_error(errno));
        }
        if self.0.lies.dir_sync {
            return Ok(());
        }
        let mut disk = self.0.machine.disk();
        let inode = disk.find(path)?;
        disk.inodes[inode].durable = disk.inodes[inode].entries.clone();
        Ok(())
    }

    fn stat(&self, path: &Path) -> io::Result<Stat> {
        self.step(Call::StatPath, &name_of(path))?;
        let disk = self.0.machine.disk();
        Ok(disk.stat(disk.find(path)?))
    }

    fn file_system(&self, path: &Path) -> io::Result<u64> {
        self.step(Call::FileSystem, &name_of(path))?;
        Ok(if path.ends_with("nfs") { 0x6969 } else { 0xEF53 })
    }
}

#[derive(Debug)]
struct Opened {
    process: Process,
    inode: usize,
    handle: usize,
    name: String,
}

impl Opened {
    fn step(&self, call: Call) -> io::Result<Option<Mishap>> {
        self.process.step(call, &self.name)
    }

    fn inode<T>(&self, work: impl FnOnce(&mut Inode) -> T) -> T {
        work(&mut self.process.0.machine.disk().inodes[self.inode])
    }

    fn lies(&self) -> Lies {
        self.process.0.lies
    }

    /// Writes as much as the mishap lets it, and tells how much that is.
    fn write(&self, offset: Option<u64>, bytes: &[u8], mishap: Option<Mishap>) -> io::Result<usize> {
        let len = match mishap {
            Some(Mishap::Short(len) | Mishap::KillIn(len)) => len.min(bytes.len()),
            _ => bytes.len(),
        };
        self.inode(|inode| {
            let offset = offset.map_or(inode.seen.len(), |offset| usize::try_from(offset).unwrap());
            inode.write(offset, &bytes[..len]);
        });
        if let Some(Mishap::KillIn(_)) = mishap {
            self.process.kill();
            return Err(io::Error::other("killed"));
        }
        Ok(if self.lies().whole_write { bytes.len() } else { len })
    }
}

impl Drop for Opened {
    fn drop(&mut self) {
        let me = (self.process.0.pid, self.handle);
        self.inode(|inode| inode.release(me));
    }
}

impl Stored for Opened {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        self.step(Call::Read)?;
        if self.lies().marker && self.name == "lock" {
            let size = {
                let disk = self.process.0.machine.disk();
                let journal = disk.inodes.iter().find(|inode| inode.seen.starts_with(b"{\"n\":0,"));
                journal.unwrap().seen.len()
            };
            let marker = format!("C{size:020}");
            buffer[..21].copy_from_slice(marker.as_bytes());
            return Ok(21);
        }
        Ok(self.inode(|inode| {
            let from = inode.seen.len().min(usize::try_from(offset).unwrap());
            let len = buffer.len().min(inode.seen.len() - from);
            buffer[..len].copy_from_slice(&inode.seen[from..from + len]);
            len
        }))
    }

    fn append(&self, bytes: &[u8]) -> io::Result<usize> {
        let mishap = self.step(Call::Append)?;
        self.write(None, bytes, mishap)
    }

    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<usize> {
        let mishap = self.step(Call::Write)?;
        self.write(Some(offset), bytes, mishap)
    }

    fn sync(&self) -> io::Result<()> {
        let mishap = self.step(Call::Sync)?;
        if let Some(Mishap::Errno(errno)) = mishap {
            let fates = self.process.0.machine.disk().failed_sync.clone();
            let mut fates = fates.into_iter();
            self.inode(|inode| inode.sync(|_| fates.next().unwrap_or(Fate::Dropped)));
            return Err(io::Error::from_raw_os_error(errno));
        }
        if self.lies().sync_late {
            *self.process.0.owed.lock().unwrap() = Some(self.inode);
        } else if !self.lies().sync {
            self.inode(|inode| inode.sync(|_| Fate::Kept));
        }
        Ok(())
    }

    fn forget(&self) -> io::Result<()> {
        self.step(Call::Forget)?;
        if !self.lies().forget {
            self.inode(Inode::forget);
        }
        Ok(())
    }

    fn reserve(&self, _: u64, _: u64) -> io::Result<()> {
        self.step(Call::Reserve).map(|_| ())
    }

    fn stat(&self) -> io::Result<Stat> {
        self.step(Call::Stat)?;
        Ok(self.process.0.machine.disk().stat(self.inode))
    }

    fn try_lock(&self) -> io::Result<bool> {
        self.step(Call::Lock)?;
        let me = (self.process.0.pid, self.handle);
        if self.lies().lock {
            return Ok(true);
        }
        Ok(self.inode(|inode| inode.lock(me)))
    }

    fn try_lock_shared(&self) -> io::Result<bool> {
        self.step(Call::LockShared)?;
        let me = (self.process.0.pid, self.handle);
        Ok(self.inode(|inode| inode.lock_shared(me)))
    }

    fn unlock(&self) -> io::Result<()> {
        self.step(Call::Unlock)?;
        let me = (self.process.0.pid, self.handle);
        self.inode(|inode| inode.release(me));
        Ok(())
    }

    fn lock_holder(&self) -> Option<u32> {
        self.inode(|inode| inode.locked_by.map(|(pid, _)| pid))
    }
}

impl Machine {
    pub fn process(&self, pid: u32) -> Process {
        let inner = Inner {
            machine: self.clone(),
            pid,
            calls: Mutex::new(Vec::new()),
            handles: AtomicUsize::new(0),
            plan: Mutex::new(BTreeMap::new()),
            next: Mutex::new(None),
            pause: Mutex::new(None),
            dead: AtomicBool::new(false),
            lies: Lies::default(),
            owed: Mutex::new(None),
        };
        Process(Arc::new(inner))
    }

    pub fn lying_process(&self, pid: u32, lies: Lies) -> Process {
        let mut process = self.process(pid);
        Arc::get_mut(&mut process.0).unwrap().lies = lies;
        process
    }
}
