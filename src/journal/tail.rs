//! Following a journal that others write to.
//!
//! A tail takes no lock and never writes. What the marker covers is settled and is told once; what
//! stands behind it is provisional, may still vanish in a crash, and is told again each time.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::chain::Chain;
use super::error::JournalError;
use super::layout::LogFiles;
use super::lock::{Lock, check_identity};
use super::reader::{Stretch, follow};
use super::record::Kept;
use super::storage::{Access, Stat, Storage, Stored};

/// Follows one log.
#[derive(Debug)]
pub struct Tail {
    storage: Arc<dyn Storage>,
    journal: Box<dyn Stored>,
    path: PathBuf,
    opened: Stat,
    lock: Lock,
    chain: Chain,
}

/// Is what stands in a journal behind what was told before.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct News {
    /// Records that are durable.
    pub settled: Vec<Kept>,
    /// Records that are verified but not known to be durable.
    pub provisional: Vec<Kept>,
}

impl Tail {
    /// Follows a run from where a chain stands; from the first byte with a new one.
    ///
    /// # Errors
    ///
    /// Says which file could not be opened.
    pub fn open(storage: &Arc<dyn Storage>, run: &Path, chain: Chain) -> Result<Self, JournalError> {
        Self::open_log(storage, LogFiles::of_run(run), chain)
    }

    /// Follows any log from where a chain stands; from the first byte with a new one.
    ///
    /// # Errors
    ///
    /// Says which file could not be opened.
    pub fn open_log(storage: &Arc<dyn Storage>, log: LogFiles, chain: Chain) -> Result<Self, JournalError> {
        let path = log.journal;
        let lock = Lock::open(&**storage, log.lock, Access::Read)?;
        let journal = storage.open(&path, Access::Read).map_err(JournalError::io("open", &path))?;
        let opened = journal.stat().map_err(JournalError::io("look at", &path))?;
        Ok(Self { storage: Arc::clone(storage), journal, path, opened, lock, chain })
    }

    /// Tells what is new.
    ///
    /// # Errors
    ///
    /// Says what is wrong with the file, when it was replaced, cut or altered.
    pub fn poll(&mut self) -> Result<News, JournalError> {
        // The marker first: the file only grows, so a marker can never cover more than what is seen after it.
        let durable = self.lock.glimpse()?.map_or(self.chain.offset(), |marker| marker.durable());
        let size = check_identity(&*self.storage, &*self.journal, (&self.path, &self.opened))?.size;
        let known = durable.max(self.chain.offset());
        if size < known {
            return Err(JournalError::Shorter { path: self.path.clone(), size, known });
        }
        let settled = self.settle(durable)?;
        Ok(News { settled, provisional: self.peek(size)? })
    }

    /// Gives where the tail stands: behind the last settled record.
    #[must_use]
    pub fn chain(&self) -> &Chain {
        &self.chain
    }

    fn settle(&mut self, until: u64) -> Result<Vec<Kept>, JournalError> {
        let mut records = Vec::new();
        let Self { chain, journal, path, .. } = self;
        match follow(chain, &Stretch { file: &**journal, path, until }, &mut |record| records.push(record.to_kept()))? {
            Some(found) => Err(JournalError::Broken { path: path.clone(), found }),
            None => Ok(records),
        }
    }

    /// Looks ahead; a break there may be a write in flight and is left for when it is settled.
    fn peek(&self, until: u64) -> Result<Vec<Kept>, JournalError> {
        let mut records = Vec::new();
        let stretch = Stretch { file: &*self.journal, path: &self.path, until };
        let _ = follow(&mut self.chain.clone(), &stretch, &mut |record| records.push(record.to_kept()))?;
        Ok(records)
    }
}

#[cfg(test)]
mod tests;
