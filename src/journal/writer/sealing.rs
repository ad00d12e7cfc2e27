//! Sealing a log: the last thing that a writer does to it.
//!
//! Under the lock the whole file is asked of the disk again, what is junk gets its `recover` record,
//! and one reading gives everything that the seal says. The journal is durable before the seal is
//! begun, and the seal before anybody is told.

use std::path::Path;

use super::Writer;
use crate::journal::clock::timestamp;
use crate::journal::digest::Digest;
use crate::journal::error::JournalError;
use crate::journal::lock::Marker;
use crate::journal::name::is_run;
use crate::journal::reader::Verdict;
use crate::journal::seal::{Seal, Sealed, confirm, is_result};
use crate::journal::storage::Privacy;
use crate::journal::whole::{Place, Put, put_new};

/// Is what a seal says that is not in the journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SealFacts<'a> {
    /// The name of the run's directory.
    pub run: &'a str,
    /// The last record of the ledger, by number and hash.
    pub ledger: Option<(u64, Digest)>,
    /// How the run ended, in one line.
    pub result: &'a str,
}

impl SealFacts<'_> {
    fn check(&self) -> Result<(), JournalError> {
        if !is_run(self.run) {
            return Err(JournalError::Name { name: self.run.to_owned(), what: "a sealed run" });
        }
        if !is_result(self.result) {
            let what = "the result has to be one line of text, without control characters".to_owned();
            return Err(JournalError::Seal { what });
        }
        Ok(())
    }
}

impl Writer {
    /// Seals the log: when this returns, the seal is durable and nothing can be appended any more.
    ///
    /// Sealing again gives the seal that is there, when it covers the same journal of the same run
    /// with the same result; its time and its place in the ledger are those of the first time.
    ///
    /// # Errors
    ///
    /// Says why it is not sealed. [`JournalError::is_final`] tells whether this writer may try again.
    pub fn seal(&mut self, facts: &SealFacts<'_>) -> Result<Sealed, JournalError> {
        facts.check()?;
        let Some(path) = self.seal.clone() else {
            return Err(JournalError::Seal { what: "only the log of a run is ever sealed".into() });
        };
        self.locked(|writer| {
            let size = writer.check_files()?;
            writer.verify_anew(size)?;
            match confirm(&*writer.world.storage, &path)? {
                Some(there) => writer.compare(facts, (there, &path)),
                None => writer.put_seal(facts, &path),
            }
        })
    }

    fn put_seal(&mut self, facts: &SealFacts<'_>, path: &Path) -> Result<Sealed, JournalError> {
        self.close()?;
        let text = self.write_up(facts)?.to_string().into_bytes();
        let place = place_of(path)?;
        if put_new(&*self.world.storage, &place, &text)? == Put::Taken {
            return Err(JournalError::OtherSeal { path: path.into() });
        }
        Sealed::parse(text).map_err(|why| JournalError::NotASeal { path: path.into(), why })
    }

    /// Fences what is junk, and leaves the marker telling that everything is durable.
    fn close(&mut self) -> Result<(), JournalError> {
        let size = self.file.check()?;
        if self.file.chain().is_fenced() && self.file.chain().offset() == size {
            return self.mark(Marker::Committed(size));
        }
        self.mark(Marker::Writing(size))?;
        self.fence(size)?;
        let size = self.file.chain().offset();
        self.mark(Marker::Committed(size))?;
        self.verify_anew(size)
    }

    /// Writes down what one reading of the whole file gives.
    fn write_up(&self, facts: &SealFacts<'_>) -> Result<Seal, JournalError> {
        let (verdict, sha256) = self.measure()?;
        Ok(Seal {
            run: facts.run.to_owned(),
            records: verdict.records,
            head: verdict.head,
            bytes: verdict.size,
            sha256,
            ledger: facts.ledger,
            result: facts.result.to_owned(),
            time: timestamp(self.world.clock.wall_ms()),
        })
    }

    fn measure(&self) -> Result<(Verdict, Digest), JournalError> {
        let (verdict, sha256) = self.file.survey(self.file.check()?)?;
        let path = self.file.path().to_path_buf();
        if let Some(found) = verdict.broken {
            return Err(JournalError::Broken { path, found });
        }
        if verdict.head != *self.file.chain().head() {
            return Err(JournalError::Rewritten { path, n: verdict.records.saturating_sub(1) });
        }
        Ok((verdict, sha256))
    }

    /// Takes the seal that is there for the one that is wanted, if it says the same.
    fn compare(&self, facts: &SealFacts<'_>, (there, path): (Sealed, &Path)) -> Result<Sealed, JournalError> {
        let Seal { ledger, time, .. } = there.seal.clone();
        let wanted = Seal { ledger, time, ..self.write_up(facts)? };
        if wanted == there.seal { Ok(there) } else { Err(JournalError::OtherSeal { path: path.into() }) }
    }
}

fn place_of(path: &Path) -> Result<Place<'_>, JournalError> {
    let name = path.file_name().and_then(|name| name.to_str());
    match (path.parent(), name) {
        (Some(dir), Some(name)) => Ok(Place { dir, name, privacy: Privacy::Usual }),
        _ => Err(JournalError::Seal { what: "its place has no name".into() }),
    }
}
