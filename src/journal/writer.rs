//! Appending a record so that it is there, once, whatever happens next.
//!
//! The order of the steps is the whole point, and [`Writer::append`] is the list of them: lock, make
//! sure of the file, look for the same id and for conflicts, mark the write, fence junk, write once,
//! sync, mark the end. Nothing is acknowledged before the last step. A writer never truncates, renames
//! or makes the journal anew; after a failed sync it records nothing more.

use std::io;
use std::path::{Path, PathBuf};

use super::World;
use super::body::{check_body, check_json};
use super::chain::{Junk, recover_members};
use super::clock::timestamp;
use super::digest::{Digest, RecordId};
use super::error::JournalError;
use super::file::JournalFile;
use super::layout::LogFiles;
use super::lock::{Lock, Marker};
use super::record::{Appended, Draft, Kept, Outcome};
use super::storage::Access;
use super::whole::is_there;

mod sealing;

pub use sealing::SealFacts;

/// How far ahead of the end room is reserved.
const RESERVE: u64 = 256 * 1024;
/// How little reserved room makes the writer reserve more.
const LOW: u64 = 64 * 1024;
/// The longest that the members of a writer may be.
const LONGEST_BY: usize = 4096;
/// What ends a fragment, so that it cannot be read as a line even when only its line feed was missing.
const FENCE: &[u8] = b"#\n";

/// Appends records to one log, among other processes that do the same.
#[derive(Debug)]
pub struct Writer {
    world: World,
    lock: Lock,
    file: JournalFile,
    /// What ends this log by being there.
    seal: Option<PathBuf>,
    by: Vec<u8>,
    reserved_to: u64,
    /// Whether the disk can reserve at all.
    may_reserve: bool,
    /// Whether what is known may not be what is in the file, whatever the marker says.
    doubtful: bool,
    halted: bool,
}

/// Says how much room is reserved on the disk behind the journal's end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    /// How many bytes are sure to fit.
    pub bytes: u64,
    /// Whether that is as much as the writer wants; if not, the disk is full or cannot reserve.
    pub enough: bool,
    /// Whether the disk can reserve at all.
    pub reservable: bool,
}

impl Room {
    /// Tells whether the disk is full but for this.
    #[must_use]
    pub fn is_short(&self) -> bool {
        self.reservable && !self.enough
    }
}

impl Writer {
    /// Opens a run's journal and verifies it from its first byte, trusting no marker.
    ///
    /// `by` is a JSON object whose members stand in each `recover` record that this writer makes.
    ///
    /// # Errors
    ///
    /// Says why nothing can be recorded to it.
    pub fn open(world: &World, run: &Path, by: &[u8]) -> Result<Self, JournalError> {
        Self::open_log(world, LogFiles::of_run(run), by)
    }

    /// Opens any log and verifies it from its first byte, trusting no marker.
    ///
    /// # Errors
    ///
    /// Says why nothing can be recorded to it.
    pub fn open_log(world: &World, log: LogFiles, by: &[u8]) -> Result<Self, JournalError> {
        let mut writer = Self {
            world: world.clone(),
            by: check_by(by)?,
            lock: Lock::open(&*world.storage, log.lock, Access::Write)?,
            file: JournalFile::open(&world.storage, log.journal)?,
            seal: log.seal,
            reserved_to: 0,
            may_reserve: true,
            doubtful: true,
            halted: false,
        };
        writer.locked(|writer| {
            writer.make_sure()?;
            writer.top_up();
            Ok(())
        })?;
        Ok(writer)
    }

    /// Appends a record: when this returns [`Outcome::Appended`], it is durable.
    ///
    /// What other processes recorded after the draft's base is put before `check`, under the lock;
    /// `check` must be quick and touch nothing outside.
    ///
    /// # Errors
    ///
    /// Says why the record is not acknowledged. [`JournalError::is_final`] tells whether this writer
    /// may try again; the same draft can always be appended again, and is recorded once.
    pub fn append<R>(
        &mut self,
        draft: &Draft,
        check: impl FnOnce(&[Kept]) -> Result<(), R>,
    ) -> Result<Outcome<R>, JournalError> {
        self.locked(|writer| {
            let size = writer.make_sure()?;
            if let Some(found) = writer.file.index().find(draft.id()) {
                return Ok(Outcome::Already(found));
            }
            let unseen = writer.unseen_by(draft)?;
            if !unseen.is_empty()
                && let Err(refusal) = check(&unseen)
            {
                return Ok(Outcome::Refused(refusal));
            }
            writer.top_up();
            writer.record(draft, size).map(Outcome::Appended)
        })
    }

    /// Tells how much room is reserved, so that nothing is begun whose end could not be recorded.
    #[must_use]
    pub fn room(&self) -> Room {
        let bytes = self.reserved_to.saturating_sub(self.file.chain().offset());
        Room { bytes, enough: bytes >= LOW, reservable: self.may_reserve }
    }

    /// Gives the last record that this writer has verified.
    #[must_use]
    pub fn last(&self) -> Option<Appended> {
        self.file.index().last()
    }

    /// Tells whether an earlier failure ended this writer.
    #[must_use]
    pub fn is_halted(&self) -> bool {
        self.halted
    }

    /// Does something under the lock: steps 1 and 10 of every append.
    fn locked<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T, JournalError>) -> Result<T, JournalError> {
        if self.halted {
            return Err(JournalError::Halted { path: self.file.path().into() });
        }
        self.lock.acquire(&*self.world.clock)?;
        let done = work(self);
        let released = self.lock.release();
        self.doubtful |= done.is_err();
        self.halted = released.is_err() || done.as_ref().is_err_and(JournalError::is_halting);
        done.and_then(|done| released.map(|()| done))
    }

    /// Steps 2 to 4: the log is not sealed, the file is the same one, and everything in it is
    /// verified. Gives its size.
    fn make_sure(&mut self) -> Result<u64, JournalError> {
        self.check_open()?;
        let size = self.check_files()?;
        if !self.doubtful && self.lock.marker()? == Some(Marker::Committed(size)) {
            self.file.catch_up(size)?;
            return Ok(size);
        }
        self.verify_anew(size)?;
        let chain = self.file.chain();
        if chain.is_fenced() && chain.offset() == size {
            self.mark(Marker::Committed(size))?;
        }
        Ok(size)
    }

    /// Checks that nobody has sealed the log, this process or another.
    fn check_open(&self) -> Result<(), JournalError> {
        match &self.seal {
            Some(seal) if is_there(&*self.world.storage, seal)? => Err(JournalError::Sealed { path: seal.clone() }),
            _ => Ok(()),
        }
    }

    /// Checks that the lock and the journal are the files that were opened, and gives the journal's size.
    fn check_files(&self) -> Result<u64, JournalError> {
        self.lock.check_identity(&self.world.storage)?;
        self.file.check()
    }

    fn verify_anew(&mut self, size: u64) -> Result<(), JournalError> {
        self.file.distrust(size)?;
        self.doubtful = false;
        Ok(())
    }

    /// Step 5: reads what came after the last record that the draft's decision knew.
    fn unseen_by(&self, draft: &Draft) -> Result<Vec<Kept>, JournalError> {
        let Some((base, head)) = draft.base() else {
            return Ok(Vec::new());
        };
        if !self.file.index().holds(base, &head) {
            return Err(JournalError::Unknown { path: self.file.path().into(), n: base });
        }
        (base + 1..self.file.chain().next()).map(|n| self.file.read_back(n)).collect()
    }

    /// Reserves more room when little is left; a disk that cannot is told by [`Writer::room`].
    fn top_up(&mut self) {
        if !self.may_reserve || self.room().enough {
            return;
        }
        match self.file.reserve(RESERVE) {
            Ok(()) => self.reserved_to = self.file.chain().offset() + RESERVE,
            Err(error) => self.may_reserve = error.kind() != io::ErrorKind::Unsupported,
        }
    }

    /// Steps 6 to 10.
    fn record(&mut self, draft: &Draft, size: u64) -> Result<Appended, JournalError> {
        self.mark(Marker::Writing(size))?;
        self.fence(size)?;
        let appended = self.put(&[], (draft.members(), draft.id()))?;
        let end = Marker::Committed(self.file.chain().offset());
        self.lock.mark(end).map_err(|source| self.lock.not_marked(source))?;
        Ok(appended)
    }

    fn mark(&self, marker: Marker) -> Result<(), JournalError> {
        self.lock.mark(marker).map_err(|source| self.lock.io(source))
    }

    /// Step 7: names every stretch of junk in a `recover` record of its own.
    fn fence(&mut self, size: u64) -> Result<(), JournalError> {
        let mut ahead = Vec::new();
        if self.file.chain().offset() < size || self.file.chain().is_within_line() {
            let mut fragment = self.file.fragment(size)?;
            fragment.extend_from_slice(FENCE);
            self.file.take(&fragment)?;
            ahead.extend_from_slice(FENCE);
        }
        for junk in self.file.chain().unfenced() {
            let members = self.recover_body(&junk);
            self.put(&std::mem::take(&mut ahead), (&members, &self.recover_id(&junk)))?;
        }
        Ok(())
    }

    fn recover_body(&self, junk: &Junk) -> Vec<u8> {
        let clock = &self.world.clock;
        let stamp = recover_stamp(junk, (clock.wall_ms(), clock.since_boot().as_nanos()));
        [stamp.as_bytes(), &self.by].concat()
    }

    /// Makes the id from the junk and the place, so that no randomness is needed here.
    fn recover_id(&self, junk: &Junk) -> RecordId {
        let place = format!("{} {}", self.file.chain().head(), recover_members(junk));
        RecordId::from_digest(&Digest::of(place.as_bytes()))
    }

    /// Steps 8 and 9: writes one line once, behind what has to stand before it, and syncs it.
    fn put(&mut self, ahead: &[u8], body: (&[u8], &RecordId)) -> Result<Appended, JournalError> {
        let bytes = self.file.build(ahead, body);
        self.file.write(&bytes)?;
        let begun = self.world.clock.since_boot();
        self.file.sync()?;
        let synced_in = self.world.clock.since_boot().saturating_sub(begun);
        let (n, offset) = (self.file.chain().next(), self.file.chain().offset());
        self.file.take(&bytes[ahead.len()..])?;
        Ok(Appended { n, head: *self.file.chain().head(), offset, synced_in })
    }
}

fn recover_stamp(junk: &Junk, (wall_ms, mono): (i64, u128)) -> String {
    let (named, ts) = (recover_members(junk), timestamp(wall_ms));
    format!(r#"{named},"ts":"{ts}","mono":"{mono}","#)
}

/// Checks the members that the caller wants in each `recover` record.
fn check_by(by: &[u8]) -> Result<Vec<u8>, JournalError> {
    let members = check_body(by)?;
    let stamp = recover_stamp(&Junk { offset: 0, len: 0, sha256: Digest::ZERO }, (0, 0));
    check_json(&[b"{", stamp.as_bytes(), members, b"}"].concat())?;
    if members.len() > LONGEST_BY {
        return Err(JournalError::Body { what: format!("who records may take {LONGEST_BY} bytes at most") });
    }
    Ok(members.to_vec())
}

#[cfg(test)]
mod tests;
