//! Appending a record so that it is there, once, whatever happens next.
//!
//! The order of the steps is the whole point, and [`Writer::append`] is the list of them: lock, make
//! sure of the file, look for the same id and for conflicts, mark the write, fence junk, write once,
//! sync, mark the end. Nothing is acknowledged before the last step. A writer never truncates, renames
//! or makes the journal anew; after a failed sync it records nothing more.

use std::io;
use std::path::{Path, PathBuf};

use super::body::{check_body, check_json};
use super::chain::{Chain, Junk, recover_members};
use super::clock::timestamp;
use super::digest::{Digest, RecordId};
use super::error::JournalError;
use super::index::Index;
use super::line;
use super::lock::{Lock, Marker, check_identity};
use super::reader::{Stretch, follow, fragment};
use super::record::{Appended, Draft, Kept, Outcome};
use super::storage::{Access, Stat, Stored};
use super::window::Window;
use super::{JOURNAL, LOCK, World};

/// How far ahead of the end room is reserved.
const RESERVE: u64 = 256 * 1024;
/// How little reserved room makes the writer reserve more.
const LOW: u64 = 64 * 1024;
/// The longest that the members of a writer may be.
const LONGEST_BY: usize = 4096;
/// What ends a fragment, so that it cannot be read as a line even when only its line feed was missing.
const FENCE: &[u8] = b"#\n";

/// Appends records to one run's journal, among other processes that do the same.
#[derive(Debug)]
pub struct Writer {
    world: World,
    journal: Box<dyn Stored>,
    path: PathBuf,
    opened: Stat,
    lock: Lock,
    chain: Chain,
    index: Index,
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
        let path = run.join(JOURNAL);
        let by = check_by(by)?;
        let lock = Lock::open(&*world.storage, run.join(LOCK), Access::Write)?;
        let journal = world
            .storage
            .open(&path, Access::Append)
            .map_err(JournalError::io("open", &path))?;
        let opened = journal.stat().map_err(JournalError::io("look at", &path))?;
        let mut writer = Self {
            world: world.clone(),
            journal,
            path,
            opened,
            lock,
            chain: Chain::default(),
            index: Index::default(),
            by,
            reserved_to: 0,
            may_reserve: true,
            doubtful: true,
            halted: false,
        };
        writer.locked(|writer| {
            let size = writer.check_file()?;
            writer.distrust(size)?;
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
            if let Some(found) = writer.index.find(draft.id()) {
                return Ok(Outcome::Already(found));
            }
            if let Err(refusal) = writer.ask(draft, check)? {
                return Ok(Outcome::Refused(refusal));
            }
            writer.top_up();
            writer.record(draft, size).map(Outcome::Appended)
        })
    }

    /// Tells how much room is reserved, so that nothing is begun whose end could not be recorded.
    #[must_use]
    pub fn room(&self) -> Room {
        let bytes = self.reserved_to.saturating_sub(self.chain.offset());
        Room {
            bytes,
            enough: bytes >= LOW,
        }
    }

    /// Gives the last record that this writer has verified.
    #[must_use]
    pub fn last(&self) -> Option<Appended> {
        self.index.last()
    }

    /// Tells whether an earlier failure ended this writer.
    #[must_use]
    pub fn is_halted(&self) -> bool {
        self.halted
    }

    /// Does something under the lock; steps 1 and 10 of every append.
    fn locked<T>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<T, JournalError>,
    ) -> Result<T, JournalError> {
        if self.halted {
            return Err(JournalError::Halted {
                path: self.path.clone(),
            });
        }
        self.lock.acquire(&*self.world.clock)?;
        let done = work(self);
        let released = self.lock.release();
        self.doubtful |= done.is_err();
        self.halted = released.is_err() || done.as_ref().is_err_and(JournalError::is_final);
        done.and_then(|done| released.map(|()| done))
    }

    /// Steps 2 to 4: the file is the same one, and everything in it is verified.
    fn make_sure(&mut self) -> Result<u64, JournalError> {
        let size = self.check_file()?;
        if !self.doubtful && self.lock.marker()? == Some(Marker::Committed(size)) {
            self.catch_up(size)?;
        } else {
            self.distrust(size)?;
        }
        Ok(size)
    }

    /// Checks that journal and lock still are the files of their names, and gives the journal's size.
    fn check_file(&self) -> Result<u64, JournalError> {
        self.lock.check_identity(&self.world.storage)?;
        let now = check_identity(
            &*self.world.storage,
            &*self.journal,
            (&self.path, &self.opened),
        )?;
        Ok(now.size)
    }

    /// Asks the disk for every byte again and verifies from the first one.
    ///
    /// A failed sync leaves the pages that never reached the disk readable and clean, so another
    /// process's sync succeeds and its reads see what is not there. Hence the order.
    fn distrust(&mut self, size: u64) -> Result<(), JournalError> {
        self.journal
            .sync()
            .map_err(|source| self.not_synced(source))?;
        self.journal
            .forget()
            .map_err(JournalError::io("drop the cache of", &self.path))?;
        let known = (
            std::mem::take(&mut self.chain),
            std::mem::take(&mut self.index),
        );
        if let Err(error) = self
            .catch_up(size)
            .and_then(|()| self.check_continues(known.1.last()))
        {
            (self.chain, self.index) = known;
            return Err(error);
        }
        self.doubtful = false;
        if self.chain.is_fenced() && self.chain.offset() == size {
            self.lock
                .mark(Marker::Committed(size))
                .map_err(|source| self.lock.io(source))?;
        }
        Ok(())
    }

    /// Reads and verifies what is new.
    fn catch_up(&mut self, size: u64) -> Result<(), JournalError> {
        let known = self.chain.offset();
        if size < known {
            return Err(JournalError::Shorter {
                path: self.path.clone(),
                size,
                known,
            });
        }
        if size == known {
            return Ok(());
        }
        let Self {
            journal,
            path,
            chain,
            index,
            ..
        } = self;
        let found = follow(
            chain,
            &Stretch {
                file: &**journal,
                path,
                until: size,
            },
            &mut |record| index.note(record),
        )?;
        found.map_or(Ok(()), |found| {
            Err(JournalError::Broken {
                path: path.clone(),
                found,
            })
        })
    }

    /// Checks that the last record this writer knew is still there.
    fn check_continues(&self, known: Option<Appended>) -> Result<(), JournalError> {
        match known {
            Some(known)
                if self
                    .index
                    .place(known.n)
                    .is_none_or(|place| place.head != known.head) =>
            {
                Err(JournalError::Rewritten {
                    path: self.path.clone(),
                    n: known.n,
                })
            }
            _ => Ok(()),
        }
    }

    /// Step 5: puts what came after the draft's base before the caller's check.
    fn ask<R>(
        &self,
        draft: &Draft,
        check: impl FnOnce(&[Kept]) -> Result<(), R>,
    ) -> Result<Result<(), R>, JournalError> {
        let Some((base, head)) = draft.base() else {
            return Ok(Ok(()));
        };
        if self
            .index
            .place(base)
            .is_none_or(|place| place.head != head)
        {
            return Err(JournalError::Unknown {
                path: self.path.clone(),
                n: base,
            });
        }
        let unseen: Result<Vec<_>, _> = (base + 1..self.chain.next())
            .map(|n| self.read_back(n))
            .collect();
        let unseen = unseen?;
        Ok(if unseen.is_empty() {
            Ok(())
        } else {
            check(&unseen)
        })
    }

    /// Reads a record that was verified before, and verifies its hash again.
    fn read_back(&self, n: u64) -> Result<Kept, JournalError> {
        let gone = || JournalError::Rewritten {
            path: self.path.clone(),
            n,
        };
        let place = self.index.place(n).ok_or_else(gone)?;
        let until = self
            .chain
            .offset()
            .min(place.offset + line::MAX_LINE as u64);
        let mut window = Window::new(place.offset, until);
        let bytes = window
            .next_line(&*self.journal)
            .map_err(JournalError::io("read", &self.path))?;
        let bytes =
            bytes.filter(|bytes| line::parse(bytes).is_ok_and(|line| line.hash() == place.head));
        let line = bytes.ok_or_else(gone)?.into();
        Ok(Kept {
            n,
            head: place.head,
            offset: place.offset,
            line,
        })
    }

    /// Reserves more room when little is left; a disk that cannot is told by [`Writer::room`].
    fn top_up(&mut self) {
        let end = self.chain.offset();
        if !self.may_reserve || self.reserved_to.saturating_sub(end) >= LOW {
            return;
        }
        match self.journal.reserve(end, RESERVE) {
            Ok(()) => self.reserved_to = end + RESERVE,
            Err(error) => self.may_reserve = error.kind() != io::ErrorKind::Unsupported,
        }
    }

    /// Steps 6 to 10.
    fn record(&mut self, draft: &Draft, size: u64) -> Result<Appended, JournalError> {
        self.lock
            .mark(Marker::Writing(size))
            .map_err(|source| self.lock.io(source))?;
        self.fence(size)?;
        let appended = self.put(Vec::new(), (draft.members(), draft.id()))?;
        let end = self.chain.offset();
        self.lock
            .mark(Marker::Committed(end))
            .map_err(|source| self.lock.not_marked(source))?;
        Ok(appended)
    }

    /// Step 7: names every stretch of junk in a `recover` record of its own.
    fn fence(&mut self, size: u64) -> Result<(), JournalError> {
        let mut ahead = Vec::new();
        if self.chain.offset() < size {
            let stretch = Stretch {
                file: &*self.journal,
                path: &self.path,
                until: size,
            };
            let mut fragment = fragment(&self.chain, &stretch)?;
            fragment.extend_from_slice(FENCE);
            self.take(&fragment)?;
            ahead.extend_from_slice(FENCE);
        }
        for junk in self.chain.unfenced() {
            let id = RecordId::from_digest(&Digest::of(
                format!("{} {junk:?}", self.chain.head()).as_bytes(),
            ));
            let members = self.recover_body(&recover_members(&junk));
            self.put(std::mem::take(&mut ahead), (&members, &id))?;
        }
        Ok(())
    }

    fn recover_body(&self, named: &str) -> Vec<u8> {
        let clock = &self.world.clock;
        let when = (timestamp(clock.wall_ms()), clock.since_boot().as_nanos());
        [recover_stamp(named, &when).as_bytes(), &self.by].concat()
    }

    /// Steps 8 and 9: writes one line once, behind what has to stand before it, and syncs it.
    fn put(&mut self, ahead: Vec<u8>, body: (&[u8], &RecordId)) -> Result<Appended, JournalError> {
        let begin = ahead.len();
        let mut bytes = ahead;
        line::build(&mut bytes, (self.chain.next(), self.chain.head()), body);
        match self.journal.append(&bytes) {
            Ok(written) if written == bytes.len() => {}
            Ok(_) => return Err(self.not_written(io::ErrorKind::WriteZero.into())),
            Err(source) => return Err(self.not_written(source)),
        }
        let begun = self.world.clock.since_boot();
        self.journal
            .sync()
            .map_err(|source| self.not_synced(source))?;
        let synced_in = self.world.clock.since_boot().saturating_sub(begun);
        self.take(&bytes[begin..])?;
        let last = self
            .index
            .last()
            .ok_or_else(|| self.not_written(io::ErrorKind::InvalidData.into()))?;
        Ok(Appended { synced_in, ..last })
    }

    /// Takes a line into the chain and the index.
    fn take(&mut self, bytes: &[u8]) -> Result<(), JournalError> {
        match self.chain.take(bytes) {
            Ok(super::Item::Record(record)) => self.index.note(&record),
            Ok(super::Item::Junk) => {}
            Err(found) => {
                return Err(JournalError::Broken {
                    path: self.path.clone(),
                    found,
                });
            }
        }
        Ok(())
    }

    fn not_written(&self, source: io::Error) -> JournalError {
        JournalError::NotWritten {
            path: self.path.clone(),
            source,
        }
    }

    fn not_synced(&self, source: io::Error) -> JournalError {
        JournalError::NotSynced {
            path: self.path.clone(),
            source,
        }
    }
}

fn recover_stamp(named: &str, (ts, mono): &(String, u128)) -> String {
    format!(r#"{named},"ts":"{ts}","mono":{mono},"#)
}

/// Checks the members that the caller wants in each `recover` record.
fn check_by(by: &[u8]) -> Result<Vec<u8>, JournalError> {
    let members = check_body(by)?;
    let named = recover_members(&Junk {
        offset: 0,
        len: 0,
        sha256: Digest::ZERO,
    });
    let stamp = recover_stamp(&named, &(timestamp(0), 0));
    check_json(&[b"{", stamp.as_bytes(), members, b"}"].concat())?;
    if members.len() > LONGEST_BY {
        return Err(JournalError::Body {
            what: format!("who records may take {LONGEST_BY} bytes at most"),
        });
    }
    Ok(members.to_vec())
}

#[cfg(test)]
mod tests;
