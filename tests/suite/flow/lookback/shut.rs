//! Runs that take nothing any more, where they are looked at: sealed ones, and a disk that cannot be written to.

use std::ffi::OsString;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use mop::app::Ending;
use mop::journal::{Access, Disk, Privacy, Stat, Storage, Stored};
use mop::run::Person;
use mop::ui::Code;

use super::{begun, files, intact, press, record};

/// Is a disk behind glass: whoever would write to it is refused, and counted.
#[derive(Debug, Default)]
struct Glass(AtomicUsize);

impl Glass {
    fn refuse<T>(&self) -> io::Result<T> {
        self.0.fetch_add(1, Ordering::Relaxed);
        Err(io::ErrorKind::ReadOnlyFilesystem.into())
    }
}

impl Storage for Glass {
    fn open(&self, path: &Path, access: Access) -> io::Result<Box<dyn Stored>> {
        if access == Access::Read { Disk.open(path, access) } else { self.refuse() }
    }

    fn create(&self, _: &Path) -> io::Result<Box<dyn Stored>> {
        self.refuse()
    }

    fn create_private(&self, _: &Path) -> io::Result<Box<dyn Stored>> {
        self.refuse()
    }

    fn create_dir(&self, _: &Path, _: Privacy) -> io::Result<()> {
        self.refuse()
    }

    fn rename(&self, _: &Path, _: &Path) -> io::Result<()> {
        self.refuse()
    }

    fn rename_new(&self, _: &Path, _: &Path) -> io::Result<()> {
        self.refuse()
    }

    fn remove(&self, _: &Path) -> io::Result<()> {
        self.refuse()
    }

    fn list(&self, path: &Path, most: usize) -> io::Result<Vec<OsString>> {
        Disk.list(path, most)
    }

    fn sync_dir(&self, _: &Path) -> io::Result<()> {
        self.refuse()
    }

    fn stat(&self, path: &Path) -> io::Result<Stat> {
        Disk.stat(path)
    }

    fn file_system(&self, path: &Path) -> io::Result<u64> {
        Disk.file_system(path)
    }
}

#[test]
fn a_run_on_a_disk_that_cannot_be_written_to_is_looked_at_in_full_and_nobody_tries_to_write() {
    let alice = begun();
    let before = files(&alice.run_path());
    let glass = Arc::new(Glass::default());
    let mut reader = alice.reaching(Arc::clone(&glass) as Arc<dyn Storage>);
    reader.review(&alice.run_path(), intact);
    reader.find();
    assert!(reader.frame().contains("intact"), "{}", reader.frame());
    press(&mut reader, Code::Char('G'));
    (0..record(&alice, "step_signed")).for_each(|_| reader.keys("]"));
    reader.resize(140, 80);
    assert!(press(&mut reader, Code::Enter).contains("What was shown · sha256"), "{}", reader.frame());
    press(&mut reader, Code::Esc);
    for key in "ofqt]s[z?cn".chars() {
        press(&mut reader, Code::Char(key));
        press(&mut reader, Code::Esc);
    }
    reader.pass(std::time::Duration::from_secs(4_000));
    reader.leave(&Ending::Left(None));
    assert_eq!(glass.0.load(Ordering::Relaxed), 0, "somebody wanted to write");
    assert_eq!(files(&alice.run_path()), before);
}

#[test]
fn a_sealed_run_is_opened_from_home_read_only_and_left_as_it_is() {
    let alice = begun();
    alice.hand().seal(&Person::named("Alice").unwrap(), "enough").unwrap();
    let before = files(&alice.run_path());
    let mut home = alice.second_terminal();
    home.keys("a");
    assert!(home.frame().contains("sealed"), "{}", home.frame());
    let frame = press(&mut home, Code::Enter);
    assert!(frame.contains("review · record") && frame.contains("✓P 1.1 First of all"), "{frame}");
    home.keys("s");
    assert!(home.frame().contains("this is a review of a run that is sealed"), "{}", home.frame());
    home.keys("[");
    assert!(home.frame().contains("enough"), "{}", home.frame());
    press(&mut home, Code::Char('q'));
    assert_eq!(files(&alice.run_path()), before);
}
