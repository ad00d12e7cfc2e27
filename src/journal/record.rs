//! Records: as they are handed in, as they are read, and what appending one gives back.
//!
//! A body is bytes: the members of a JSON object whose meaning is somebody else's. What a record
//! says about runs, steps or people is not known here.

use std::time::Duration;

use super::body::check_body;
use super::digest::{Digest, RecordId};
use super::error::JournalError;
use super::line::{self, Line, MAX_BODY};

/// Is a record that is about to be appended: checked, but without a place in the chain.
#[derive(Clone, Debug)]
pub struct Draft {
    id: RecordId,
    base: Option<(u64, Digest)>,
    members: Vec<u8>,
}

impl Draft {
    /// Checks a body, one JSON object, for a record that depends on no other.
    ///
    /// # Errors
    ///
    /// Says what the body holds that a record may not, or that it is too long for a line.
    pub fn new(id: RecordId, body: &[u8]) -> Result<Self, JournalError> {
        let members = check_body(body)?;
        if members.len() > MAX_BODY {
            let what = format!("it has {} bytes, at most {MAX_BODY} fit a line; put it into a blob", members.len());
            return Err(JournalError::Body { what });
        }
        Ok(Self { id, base: None, members: members.to_vec() })
    }

    /// Names the last record that was known when this one was decided, by number and hash; what
    /// came later is put before the appender's check.
    #[must_use]
    pub fn after(mut self, n: u64, head: Digest) -> Self {
        self.base = Some((n, head));
        self
    }

    /// Gives the id.
    #[must_use]
    pub fn id(&self) -> &RecordId {
        &self.id
    }

    /// Says which hash it has if it comes right behind a record, by number and hash.
    #[must_use]
    pub fn hash_behind(&self, n: u64, head: &Digest) -> Digest {
        line::build(&mut Vec::new(), (n + 1, head), (&self.members, &self.id))
    }

    /// Gives the last record that was known.
    pub(super) fn base(&self) -> Option<(u64, Digest)> {
        self.base
    }

    /// Gives the members, without braces.
    pub(super) fn members(&self) -> &[u8] {
        &self.members
    }
}

/// Is a verified record, as it stands in the file.
#[derive(Clone, Copy, Debug)]
pub struct Record<'a> {
    /// Its number; the first is 0.
    pub n: u64,
    /// Its own hash, which the next record names as `prev`.
    pub head: Digest,
    /// Where its line begins.
    pub offset: u64,
    pub(super) line: Line<'a>,
}

impl Record<'_> {
    /// Gives the whole line, line feed included.
    #[must_use]
    pub fn line(&self) -> &[u8] {
        self.line.bytes()
    }

    /// Gives the members between `prev` and `h`, without braces.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        self.line.body()
    }

    /// Gives the id, when it has one where the journal puts it.
    #[must_use]
    pub fn id(&self) -> Option<RecordId> {
        self.line.id()
    }

    /// Gives the offset behind its line.
    #[must_use]
    pub fn end(&self) -> u64 {
        self.offset + self.line().len() as u64
    }

    /// Copies it out of the buffer that it was read into.
    #[must_use]
    pub fn to_kept(&self) -> Kept {
        Kept { n: self.n, head: self.head, offset: self.offset, line: self.line().into() }
    }
}

/// Is a verified record that owns its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Its number; the first is 0.
    pub n: u64,
    /// Its own hash.
    pub head: Digest,
    /// Where its line begins.
    pub offset: u64,
    /// The whole line, line feed included.
    pub line: Box<[u8]>,
}

/// Says where a record stands, once it is durable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Appended {
    /// Its number.
    pub n: u64,
    /// Its own hash, which is the head of the chain until the next record.
    pub head: Digest,
    /// Where its line begins.
    pub offset: u64,
    /// How long the disk took to make it durable.
    pub synced_in: Duration,
}

/// Says what became of a draft.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome<R> {
    /// It is durable now.
    Appended(Appended),
    /// A record of the same id was there already, and is durable.
    Already(Appended),
    /// The caller's check refused it in view of what came after its base.
    Refused(R),
}
