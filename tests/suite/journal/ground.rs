//! A run's directory on the real disk, and what has to hold in it after any fault.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use mop::journal::{
    Depth, Disk, Draft, FileSystems, JOURNAL, LOCK, NewRun, Outcome, Record, RecordId, Verdict, World, Writer,
    create_run, read,
};
use tempfile::TempDir;

use super::process::{Ack, Answer};

/// A folder with one run.
pub struct Ground {
    folder: TempDir,
    acked: Vec<Ack>,
    killed: BTreeSet<u32>,
}

/// Says who made a record, and the how-manieth it is of that author.
fn author_of(id: RecordId) -> (u32, u64) {
    let hex = id.to_string();
    (u32::from_str_radix(&hex[..8], 16).unwrap(), u64::from_str_radix(&hex[16..], 16).unwrap())
}

fn draft(author: u32, number: u64) -> Draft {
    let mut bits = [0; 16];
    bits[..4].copy_from_slice(&author.to_be_bytes());
    bits[8..].copy_from_slice(&number.to_be_bytes());
    let body = format!(r#"{{"t":"note","author":{author},"number":{number},"text":"{}"}}"#, "seen, ".repeat(60));
    Draft::new(RecordId::from_bits(bits), body.as_bytes()).unwrap()
}

/// Is a record as it stands in the journal.
#[derive(Clone, Debug)]
pub struct Seen {
    pub n: u64,
    pub head: String,
    pub author: u32,
    pub number: u64,
    pub is_recover: bool,
}

impl Seen {
    fn of(record: &Record<'_>) -> Self {
        let (author, number) = author_of(record.id().unwrap());
        let is_recover = record.body().starts_with(br#""t":"recover""#);
        Self { n: record.n, head: record.head.to_string(), author, number, is_recover }
    }
}

/// Reads every record, in full depth.
pub fn read_fully(run: &Path) -> (Vec<Seen>, Verdict) {
    let mut records = Vec::new();
    let verdict = read(&Disk, run, Depth::Full, &mut |record| records.push(Seen::of(record))).unwrap();
    (records, verdict)
}

impl Ground {
    /// Makes a run with its first record in a temporary folder.
    pub fn new() -> Self {
        Self::inside(tempfile::tempdir().unwrap())
    }

    /// Makes it in a folder that is there.
    pub fn inside(folder: TempDir) -> Self {
        let first = draft(0, 0);
        let files: [(&str, &[u8]); 1] = [("manifest.json", b"{}")];
        let run = NewRun { name: "one", files: &files, first: &first, file_systems: FileSystems::Any };
        create_run(&Disk, folder.path(), &run).unwrap();
        Self { folder, acked: Vec::new(), killed: BTreeSet::new() }
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub fn run(&self) -> PathBuf {
        self.folder.path().join("one")
    }

    pub fn journal(&self) -> Vec<u8> {
        fs::read(self.run().join(JOURNAL)).unwrap()
    }

    /// Puts other bytes into the journal and the lock, keeping the files.
    pub fn lay(&self, journal: &[u8], lock: &[u8]) {
        fs::write(self.run().join(JOURNAL), journal).unwrap();
        fs::write(self.run().join(LOCK), lock).unwrap();
    }

    /// Makes another ground with the same bytes.
    pub fn copy(&self) -> Self {
        let copy = Self { acked: self.acked.clone(), killed: self.killed.clone(), ..Self::new() };
        copy.lay(&self.journal(), &fs::read(self.run().join(LOCK)).unwrap());
        copy
    }

    /// Remembers what was acknowledged.
    pub fn note(&mut self, answers: impl IntoIterator<Item = Answer>) {
        for ack in answers.into_iter().filter_map(Answer::ack) {
            if !self.acked.contains(&ack) {
                self.acked.push(ack);
            }
        }
    }

    /// Remembers acknowledgements that nobody else has told.
    pub fn note_acks(&mut self, acks: Vec<Ack>) {
        self.acked.extend(acks);
    }

    pub fn count_acked(&self) -> usize {
        self.acked.len()
    }

    /// Remembers a writer that ended without a word, which may leave one record unacknowledged.
    pub fn note_killed(&mut self, author: u32) {
        self.killed.insert(author);
    }

    /// Appends a record in this process.
    pub fn append(&mut self, author: u32, number: u64) -> Result<(), String> {
        let by = br#"{"sid":"ground","who":"test"}"#;
        let mut writer = Writer::open(&World::machine(), &self.run(), by).map_err(|error| error.to_string())?;
        match writer.append(&draft(author, number), |_| Ok::<(), ()>(())).map_err(|error| error.to_string())? {
            Outcome::Appended(done) | Outcome::Already(done) => {
                self.acked.push(Ack { author, number, n: done.n, head: done.head.to_string() });
                Ok(())
            }
            Outcome::Refused(()) => Err("nothing refuses".into()),
        }
    }

    /// Holds the run to what has to be true after any fault: every acknowledged record is there once
    /// and in its place, at most one unacknowledged by each killed writer, the chain is sound, the next
    /// append works, and after it every byte that is no record is named by one `recover` record.
    pub fn check(&mut self) -> Result<(), String> {
        self.check_records(|verdict| verdict.broken.is_none())?;
        self.append(u32::MAX, self.acked.len() as u64).map_err(|error| format!("the next append: {error}"))?;
        self.check_records(Verdict::is_whole)
    }

    fn check_records(&self, is_sound: impl Fn(&Verdict) -> bool) -> Result<(), String> {
        let (records, verdict) = read_fully(&self.run());
        if !is_sound(&verdict) {
            return Err(format!("{verdict:?}"));
        }
        let mut found = BTreeMap::new();
        for Seen { n, head, author, number, .. } in records.into_iter().filter(|record| !record.is_recover) {
            if let Some(twice) = found.insert((author, number), (n, head)) {
                return Err(format!("{author} {number} is there twice: {twice:?} and {n}"));
            }
        }
        for Ack { author, number, n, head } in &self.acked {
            let place = found.remove(&(*author, *number));
            if place.as_ref() != Some(&(*n, head.clone())) {
                return Err(format!("{author} {number} was acknowledged as {n} {head} and is there as {place:?}"));
            }
        }
        let mut killed = self.killed.clone();
        let unexplained = |(author, number): &&(u32, u64)| (*author, *number) != (0, 0) && !killed.remove(author);
        match found.keys().find(unexplained) {
            Some((author, number)) => Err(format!("{author} {number} is there and was never acknowledged")),
            None => Ok(()),
        }
    }
}
