//! What the header says of the disk, and what is not begun on a full one.

use std::ffi::OsString;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use mop::journal::{Access, Disk, Privacy, Stat, Storage, Stored};
use mop::ui::{Code, Key};

use super::fixture::{Bench, StillClock};

const BOOK: &str = "mop: 1\ntitle: Small\nsign: none\nactivities:\n  - title: One\n    steps:\n      - Look at it\n      \
                    - { title: Do it, run: { command: \"true\", expect: { exit: 0 } } }\n";

/// Is a disk on which each sync takes a while by the clock, and on which no room can be reserved.
#[derive(Clone, Debug)]
struct Tired {
    clock: Arc<StillClock>,
    takes: Duration,
    is_full: bool,
}

impl Tired {
    fn tire(&self, file: io::Result<Box<dyn Stored>>) -> io::Result<Box<dyn Stored>> {
        Ok(Box::new(File { file: file?, disk: self.clone() }))
    }
}

impl Storage for Tired {
    fn open(&self, path: &Path, access: Access) -> io::Result<Box<dyn Stored>> {
        self.tire(Disk.open(path, access))
    }

    fn create(&self, path: &Path) -> io::Result<Box<dyn Stored>> {
        self.tire(Disk.create(path))
    }

    fn create_private(&self, path: &Path) -> io::Result<Box<dyn Stored>> {
        self.tire(Disk.create_private(path))
    }

    fn create_dir(&self, path: &Path, privacy: Privacy) -> io::Result<()> {
        Disk.create_dir(path, privacy)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        Disk.rename(from, to)
    }

    fn rename_new(&self, from: &Path, to: &Path) -> io::Result<()> {
        Disk.rename_new(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        Disk.remove(path)
    }

    fn list(&self, path: &Path, most: usize) -> io::Result<Vec<OsString>> {
        Disk.list(path, most)
    }

    fn sync_dir(&self, path: &Path) -> io::Result<()> {
        Disk.sync_dir(path)
    }

    fn stat(&self, path: &Path) -> io::Result<Stat> {
        Disk.stat(path)
    }

    fn file_system(&self, path: &Path) -> io::Result<u64> {
        Disk.file_system(path)
    }
}

#[derive(Debug)]
struct File {
    file: Box<dyn Stored>,
    disk: Tired,
}

impl Stored for File {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        self.file.read_at(buffer, offset)
    }

    fn append(&self, bytes: &[u8]) -> io::Result<usize> {
        self.file.append(bytes)
    }

    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<usize> {
        self.file.write_at(bytes, offset)
    }

    fn sync(&self) -> io::Result<()> {
        self.disk.clock.pass(self.disk.takes);
        self.file.sync()
    }

    fn forget(&self) -> io::Result<()> {
        self.file.forget()
    }

    fn reserve(&self, offset: u64, len: u64) -> io::Result<()> {
        if self.disk.is_full { Err(io::ErrorKind::StorageFull.into()) } else { self.file.reserve(offset, len) }
    }

    fn stat(&self) -> io::Result<Stat> {
        self.file.stat()
    }

    fn try_lock(&self) -> io::Result<bool> {
        self.file.try_lock()
    }

    fn try_lock_shared(&self) -> io::Result<bool> {
        self.file.try_lock_shared()
    }

    fn unlock(&self) -> io::Result<()> {
        self.file.unlock()
    }

    fn lock_holder(&self) -> Option<u32> {
        self.file.lock_holder()
    }
}

fn on(takes: Duration, is_full: bool) -> Bench {
    let mut bench = Bench::on_disk(|clock| Arc::new(Tired { clock, takes, is_full }));
    bench.start(BOOK, "Alice");
    bench
}

#[test]
fn a_slow_disk_is_said_to_be_slow_with_how_long_it_took_and_everything_goes_on() {
    let mut bench = on(Duration::from_secs(3), false);
    bench.sign();
    let frame = bench.frame();
    assert!(frame.contains("SLOW DISK 3 s") && frame.contains("✓P 1.1 Look at it"), "{frame}");
}

#[test]
fn on_a_full_disk_nothing_is_begun_and_what_was_done_is_still_recorded() {
    let mut bench = on(Duration::ZERO, true);
    bench.sign();
    let frame = bench.frame();
    assert!(frame.contains("DISK FULL, 0 KiB left") && frame.contains("✓P 1.1 Look at it"), "{frame}");
    bench.key(Key::press(Code::Enter));
    bench.frame();
    bench.keys("y");
    bench.settle();
    let (frame, records) = (bench.frame(), bench.journal());
    assert!(frame.contains("the disk is full: nothing is started whose end could not be recorded"), "{frame}");
    assert!(!records.contains("action_started"), "{records}");
}
