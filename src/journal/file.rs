//! The journal file as a writer has it: open, and verified up to where its chain stands.
//!
//! Knows when new lines are enough and when the disk has to be asked for everything again; writes
//! bytes once and syncs them. When to do which, and under whose lock, is the writer's.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::chain::{Break, Chain, Item};
use super::digest::{Digest, RecordId};
use super::error::JournalError;
use super::index::Index;
use super::line;
use super::lock::check_identity;
use super::reader::{Depth, Stretch, Verdict, follow, fragment, survey};
use super::record::{Appended, Kept};
use super::storage::{Access, Stat, Storage, Stored};
use super::window::Window;

/// Is an open journal and what is known of it.
#[derive(Debug)]
pub(super) struct JournalFile {
    storage: Arc<dyn Storage>,
    file: Box<dyn Stored>,
    path: PathBuf,
    opened: Stat,
    chain: Chain,
    index: Index,
}

impl JournalFile {
    /// Opens a journal that is there, and knows nothing of it yet.
    pub fn open(storage: &Arc<dyn Storage>, path: PathBuf) -> Result<Self, JournalError> {
        let file = storage.open(&path, Access::Append).map_err(JournalError::io("open", &path))?;
        let opened = file.stat().map_err(JournalError::io("look at", &path))?;
        let (chain, index) = (Chain::default(), Index::default());
        Ok(Self { storage: Arc::clone(storage), file, path, opened, chain, index })
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    pub fn chain(&self) -> &Chain {
        &self.chain
    }

    pub fn index(&self) -> &Index {
        &self.index
    }

    /// Checks that it still is the one file of its name, and gives its size.
    pub fn check(&self) -> Result<u64, JournalError> {
        check_identity(&*self.storage, &*self.file, (&self.path, &self.opened)).map(|now| now.size)
    }

    /// Asks the disk for every byte again and verifies from the first one.
    ///
    /// A failed sync leaves the pages that never reached the disk readable and clean, so another
    /// process's sync succeeds and its reads see what is not there. Hence the order.
    pub fn distrust(&mut self, size: u64) -> Result<(), JournalError> {
        self.file.sync().map_err(|source| self.not_synced(source))?;
        self.file.forget().map_err(JournalError::io("drop the cache of", &self.path))?;
        let known = (std::mem::take(&mut self.chain), std::mem::take(&mut self.index));
        let verified = self.catch_up(size).and_then(|()| self.check_continues(known.1.last()));
        if verified.is_err() {
            (self.chain, self.index) = known;
        }
        verified
    }

    /// Reads and verifies what is new.
    pub fn catch_up(&mut self, size: u64) -> Result<(), JournalError> {
        let known = self.chain.offset();
        if size < known {
            return Err(JournalError::Shorter { path: self.path.clone(), size, known });
        }
        if size == known {
            return Ok(());
        }
        let Self { file, path, chain, index, .. } = self;
        let stretch = Stretch { file: &**file, path, until: size };
        let found = follow(chain, &stretch, &mut |record| index.note(record))?;
        found.map_or(Ok(()), |found| Err(self.broken(found)))
    }

    /// Reads a record that was verified before, and verifies its hash again.
    pub fn read_back(&self, n: u64) -> Result<Kept, JournalError> {
        let gone = || JournalError::Rewritten { path: self.path.clone(), n };
        let Appended { head, offset, .. } = self.index.place(n).ok_or_else(gone)?;
        let mut window = Window::new(offset, self.chain.offset().min(offset + line::MAX_LINE as u64));
        let bytes = window.next_line(&*self.file).map_err(JournalError::io("read", &self.path))?;
        let bytes = bytes.filter(|bytes| line::parse(bytes).is_ok_and(|line| line.hash() == head));
        Ok(Kept { n, head, offset, line: bytes.ok_or_else(gone)?.into() })
    }

    /// Reads the whole file once more, for its verdict and for the hash of all its bytes.
    pub fn survey(&self, until: u64) -> Result<(Verdict, Digest), JournalError> {
        let stretch = Stretch { file: &*self.file, path: &self.path, until };
        survey(&stretch, Depth::Chain, &mut |_| {})
    }

    /// Reads what stands behind the last whole line.
    pub fn fragment(&self, size: u64) -> Result<Vec<u8>, JournalError> {
        fragment(&self.chain, &Stretch { file: &*self.file, path: &self.path, until: size })
    }

    /// Takes a line into the chain and the index.
    pub fn take(&mut self, bytes: &[u8]) -> Result<(), JournalError> {
        match self.chain.take(bytes) {
            Ok(Item::Record(record)) => self.index.note(&record),
            Ok(Item::Junk) => {}
            Err(found) => return Err(self.broken(found)),
        }
        Ok(())
    }

    /// Builds the next line behind what has to stand before it.
    pub fn build(&self, ahead: &[u8], body: (&[u8], &RecordId)) -> Vec<u8> {
        let mut bytes = ahead.to_vec();
        line::build(&mut bytes, (self.chain.next(), self.chain.head()), body);
        bytes
    }

    /// Writes bytes once.
    pub fn write(&self, bytes: &[u8]) -> Result<(), JournalError> {
        match self.file.append(bytes) {
            Ok(written) if written == bytes.len() => Ok(()),
            Ok(_) => Err(self.not_written(io::ErrorKind::WriteZero.into())),
            Err(source) => Err(self.not_written(source)),
        }
    }

    /// Makes durable what was written.
    pub fn sync(&self) -> Result<(), JournalError> {
        self.file.sync().map_err(|source| self.not_synced(source))
    }

    /// Reserves room behind the end.
    pub fn reserve(&self, len: u64) -> io::Result<()> {
        self.file.reserve(self.chain.offset(), len)
    }

    /// Checks that the last record that was known is still there.
    fn check_continues(&self, known: Option<Appended>) -> Result<(), JournalError> {
        let moved = known.filter(|known| !self.index.holds(known.n, &known.head));
        moved.map_or(Ok(()), |known| Err(JournalError::Rewritten { path: self.path.clone(), n: known.n }))
    }

    fn broken(&self, found: Break) -> JournalError {
        JournalError::Broken { path: self.path.clone(), found }
    }

    fn not_written(&self, source: io::Error) -> JournalError {
        JournalError::NotWritten { path: self.path.clone(), source }
    }

    fn not_synced(&self, source: io::Error) -> JournalError {
        JournalError::NotSynced { path: self.path.clone(), source }
    }
}
