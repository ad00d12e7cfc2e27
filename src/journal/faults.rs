//! What a journal has to survive: a run on a machine in memory, and what must hold after any fault.
//!
//! Each file below takes one kind of fault; all of them end in [`Site::check`].

mod calls;
mod crash;
mod damage;
mod keeping;
mod ledger;
mod mutants;
mod sealing;
mod together;
mod writeback;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::storage::sim::{Machine, Process, StillClock};
use super::{
    Digest, Draft, FileSystems, JournalError, Kept, NewRun, Outcome, RecordId, World, Writer, create_run, read_all,
};

/// Tells whether the long forms of the tests are asked for, which try every case.
pub fn is_long() -> bool {
    std::env::var_os("MOP_LONG").is_some_and(|value| value == "1")
}

/// An acknowledged record.
pub type Acked = (RecordId, u64, Digest);

/// A machine with one run on it.
#[derive(Clone, Debug)]
pub struct Site {
    pub machine: Machine,
    pub acked: Vec<Acked>,
}

pub fn run_path() -> PathBuf {
    PathBuf::from("/runs/one")
}

pub fn journal_path() -> PathBuf {
    run_path().join("journal.jsonl")
}

pub fn lock_path() -> PathBuf {
    run_path().join("lock")
}

pub fn world(process: &Process) -> World {
    World { storage: Arc::new(process.clone()), clock: Arc::new(StillClock::default()) }
}

/// Makes a record that is told from others by its number, `len` bytes of text long.
pub fn draft(number: u8, len: usize) -> Draft {
    let body = format!(r#"{{"t":"note","text":"{number} {}"}}"#, "x".repeat(len));
    Draft::new(RecordId::from_bits([number; 16]), body.as_bytes()).unwrap()
}

pub fn open(process: &Process) -> Result<Writer, JournalError> {
    Writer::open(&world(process), &run_path(), br#"{"sid":"test","who":"mop"}"#)
}

/// Appends without a check.
pub fn append(writer: &mut Writer, draft: &Draft) -> Result<Acked, JournalError> {
    match writer.append(draft, |_| Ok::<(), ()>(()))? {
        Outcome::Appended(done) | Outcome::Already(done) => Ok((*draft.id(), done.n, done.head)),
        Outcome::Refused(()) => unreachable!("nothing refuses"),
    }
}

impl Site {
    /// Makes a run with its first record on a new machine.
    pub fn new() -> Self {
        let machine = Machine::new();
        let process = machine.process(1);
        let storage = world(&process).storage;
        for path in ["/runs", "/runs/nfs"] {
            storage.create_dir(Path::new(path), super::Privacy::Usual).unwrap();
        }
        storage.sync_dir(Path::new("/")).unwrap();
        let first = draft(255, 20);
        let run = NewRun {
            name: "one",
            files: &[("manifest.json", b"{}")],
            first: &first,
            file_systems: FileSystems::Reliable,
        };
        create_run(&*storage, Path::new("/runs"), &run).unwrap();
        let head = read_all(&*storage, &run_path()).unwrap().1.head;
        Self { machine, acked: vec![(*first.id(), 0, head)] }
    }

    /// Appends from a process of its own.
    pub fn with(mut self, number: u8, len: usize) -> Self {
        let mut writer = open(&self.machine.process(u32::from(number))).unwrap();
        self.acked.push(append(&mut writer, &draft(number, len)).unwrap());
        self
    }

    pub fn fork(&self) -> Self {
        Self { machine: self.machine.fork(), acked: self.acked.clone() }
    }

    pub fn size(&self) -> usize {
        self.machine.bytes(&journal_path()).len()
    }

    /// Holds the journal to its promise: every acknowledged record is there once, nothing else is
    /// wrong that the next append does not mend, and the next append works.
    pub fn check(&self) -> Result<(), String> {
        let site = self.fork();
        let process = site.machine.process(90);
        let storage = world(&process).storage;
        let (records, verdict) = read_all(&*storage, &run_path()).map_err(|error| error.to_string())?;
        if let Some(found) = verdict.broken {
            return Err(found.to_string());
        }
        site.check_acked(&records)?;
        let mut writer = open(&process).map_err(|error| format!("opening: {error}"))?;
        let next = append(&mut writer, &draft(200, 30)).map_err(|error| format!("next append: {error}"))?;
        let (records, verdict) = read_all(&*storage, &run_path()).map_err(|error| error.to_string())?;
        if !verdict.is_whole() {
            return Err(format!("after the next append: {verdict:?}"));
        }
        let mut site = site;
        site.acked.push(next);
        site.check_acked(&records)
    }

    fn check_acked(&self, records: &[Kept]) -> Result<(), String> {
        for (id, n, head) in &self.acked {
            let text = format!(r#""id":"{id}""#);
            let holds = |record: &&Kept| memchr::memmem::find(&record.line, text.as_bytes()).is_some();
            let found: Vec<_> = records.iter().filter(holds).map(|record| (record.n, record.head)).collect();
            if found != [(*n, *head)] {
                return Err(format!("record {n} {id} was acknowledged and is there as {found:?}"));
            }
        }
        Ok(())
    }
}
