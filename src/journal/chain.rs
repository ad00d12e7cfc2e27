//! The chain: lines in, verified records, junk and the first break out.
//!
//! It is told the lines of a journal one after the other and keeps only where it stands: the next
//! number, the head, the offset and the junk that no `recover` record has named yet. It reads no
//! file, parses no JSON and allocates nothing for a sound line.

use std::fmt;

use sha2::{Digest as _, Sha256};

use super::body::has_control;
use super::digest::Digest;
use super::line::{self, Line, NotALine, TAIL, parse_number};
use super::record::Record;

/// The first member of the journal's own records.
const RECOVER: &[u8] = br#""t":"recover","off":"#;

/// Walks along a journal.
#[derive(Clone, Debug)]
pub struct Chain {
    next: u64,
    head: Digest,
    offset: u64,
    junk: Vec<Heap>,
    /// What is known of a line that is far too long and has not ended yet.
    long: Option<LongLine>,
}

/// Is what one line turned out to be.
#[derive(Clone, Copy, Debug)]
pub enum Item<'a> {
    /// A record that follows the one before.
    Record(Record<'a>),
    /// Bytes that are no record; a later `recover` record has to name them.
    Junk,
}

/// Names bytes that are no record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Junk {
    /// Where they begin.
    pub offset: u64,
    /// How many they are.
    pub len: u64,
    /// Their hash.
    pub sha256: Digest,
}

/// Says where a chain breaks, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Break {
    /// The number of the record that had to stand there.
    pub n: u64,
    /// The offset of the first byte that is not as it has to be.
    pub offset: u64,
    /// What is wrong.
    pub fault: Fault,
}

/// Says what is wrong with a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Its bytes do not give its hash.
    Altered,
    /// It names another record as the one before.
    Unchained,
    /// A later record stands in its place.
    Gap {
        /// The number of that record.
        found: u64,
    },
    /// An earlier record stands in its place.
    Repeated {
        /// The number of that record.
        found: u64,
    },
    /// It is not JSON by the journal's rules, though its hash is right.
    Unfit,
    /// A `recover` record names bytes that are not as it says.
    Recover,
    /// Bytes that are no record, and no `recover` record names them.
    Junk {
        /// How many.
        len: u64,
    },
}

impl fmt::Display for Break {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { n, offset, fault } = self;
        match fault {
            Fault::Altered => write!(f, "record {n} at byte {offset} was altered: its bytes do not give its hash"),
            Fault::Unchained => {
                write!(f, "chain broken at record {n}, byte {offset}: it does not follow the record before")
            }
            Fault::Gap { found } => {
                write!(f, "gap at byte {offset}: record {n} is missing or unreadable, record {found} follows")
            }
            Fault::Repeated { found } => {
                write!(f, "chain broken at byte {offset}: record {found} stands where record {n} has to")
            }
            Fault::Unfit => {
                write!(f, "record {n} at byte {offset} is not written as a record: its JSON breaks the rules")
            }
            Fault::Recover => write!(f, "record {n} at byte {offset} fences bytes that are not as it says"),
            Fault::Junk { len } => write!(
                f,
                "{len} bytes before record {n} at byte {offset} are no record and are not fenced by a recover record"
            ),
        }
    }
}

/// Is a stretch of junk, growing while lines of it follow each other.
#[derive(Clone, Debug)]
struct Heap {
    offset: u64,
    len: u64,
    before: u64,
    hasher: Sha256,
}

impl Heap {
    fn end(&self) -> u64 {
        self.offset + self.len
    }

    fn named(&self) -> Junk {
        Junk { offset: self.offset, len: self.len, sha256: Digest::finish(self.hasher.clone()) }
    }
}

/// Is what has to be remembered of the pieces of a line.
#[derive(Clone, Debug, Default)]
struct LongLine {
    has_control: bool,
    end: Vec<u8>,
}

impl LongLine {
    fn note(&mut self, piece: &[u8]) {
        self.has_control |= has_control(piece);
        self.end.extend_from_slice(piece.get(piece.len().saturating_sub(TAIL)..).unwrap_or_default());
        self.end.drain(..self.end.len().saturating_sub(TAIL));
    }

    /// Tells whether the last piece ends it as a line ends, without anything that no line holds.
    fn ends_as_a_line(&self, last: &[u8]) -> bool {
        let end = [&self.end, last].concat();
        line::is_closed(&end) && !self.has_control && !has_control(&last[..last.len() - 1])
    }
}

impl Default for Chain {
    fn default() -> Self {
        Self::standing_at(0, Digest::ZERO, 0)
    }
}

impl Chain {
    /// Stands behind a record that was verified before; every byte from `offset` on is new.
    #[must_use]
    pub fn standing_at(next: u64, head: Digest, offset: u64) -> Self {
        Self { next, head, offset, junk: Vec::new(), long: None }
    }

    /// Takes the next line, line feed included, or the next piece of one that is far too long.
    ///
    /// # Errors
    ///
    /// Gives the break that the line is; the chain stays before it.
    pub fn take<'a>(&mut self, bytes: &'a [u8]) -> Result<Item<'a>, Break> {
        if self.long.is_some() || !bytes.ends_with(b"\n") {
            return self.take_piece(bytes).map(|()| Item::Junk);
        }
        match line::parse(bytes) {
            Ok(line) => self.link(line).map(Item::Record),
            Err(NotALine::Misshapen) => Err(self.broken(Fault::Altered)),
            Err(NotALine::Junk) => {
                self.set_aside(bytes);
                Ok(Item::Junk)
            }
        }
    }

    /// Tells whether it stands in the middle of a line that is far too long.
    pub(super) fn is_within_line(&self) -> bool {
        self.long.is_some()
    }

    /// Gives the number that the next record has to have.
    #[must_use]
    pub fn next(&self) -> u64 {
        self.next
    }

    /// Gives the hash of the last record.
    #[must_use]
    pub fn head(&self) -> &Digest {
        &self.head
    }

    /// Gives the offset behind the last line that was taken.
    #[must_use]
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// Tells whether every stretch of junk was named by a `recover` record.
    #[must_use]
    pub fn is_fenced(&self) -> bool {
        self.junk.is_empty()
    }

    /// Gives the junk that no `recover` record has named yet.
    #[must_use]
    pub fn unfenced(&self) -> Vec<Junk> {
        self.junk.iter().map(Heap::named).collect()
    }

    /// Gives the first junk with records behind it that none of them named.
    #[must_use]
    pub fn buried(&self) -> Option<Break> {
        let heap = self.junk.first().filter(|heap| heap.end() < self.offset)?;
        Some(Break { n: heap.before, offset: heap.offset, fault: Fault::Junk { len: heap.len } })
    }

    /// Takes a piece of a line that is too long to be looked at as a whole; it can only be junk, or
    /// pass itself off as a line.
    fn take_piece(&mut self, bytes: &[u8]) -> Result<(), Break> {
        let mut long = self.long.take().unwrap_or_default();
        if long.ends_as_a_line(bytes) {
            self.long = Some(long);
            return Err(self.broken(Fault::Altered));
        }
        self.set_aside(bytes);
        if !bytes.ends_with(b"\n") {
            long.note(bytes);
            self.long = Some(long);
        }
        Ok(())
    }

    fn link<'a>(&mut self, line: Line<'a>) -> Result<Record<'a>, Break> {
        let head = line.hash();
        if head.as_hex() != line.h() {
            return Err(self.broken(Fault::Altered));
        }
        self.check_place(&line).map_err(|fault| self.broken(fault))?;
        self.settle(line.body()).map_err(|fault| self.broken(fault))?;
        let record = Record { n: line.n, head, offset: self.offset, line };
        self.next += 1;
        self.head = head;
        self.offset = record.end();
        Ok(record)
    }

    fn check_place(&self, line: &Line<'_>) -> Result<(), Fault> {
        let found = line.n;
        match found.cmp(&self.next) {
            std::cmp::Ordering::Greater => Err(Fault::Gap { found }),
            std::cmp::Ordering::Less => Err(Fault::Repeated { found }),
            std::cmp::Ordering::Equal if line.prev() != self.head.as_hex() => Err(Fault::Unchained),
            std::cmp::Ordering::Equal => Ok(()),
        }
    }

    /// Strikes out the junk that a `recover` record names.
    fn settle(&mut self, body: &[u8]) -> Result<(), Fault> {
        if !body.starts_with(RECOVER) {
            return Ok(());
        }
        let named = parse_recover(body).ok_or(Fault::Recover)?;
        let place = self.junk.iter().position(|heap| heap.named() == named).ok_or(Fault::Recover)?;
        self.junk.remove(place);
        Ok(())
    }

    /// Counts bytes as junk.
    pub(super) fn set_aside(&mut self, bytes: &[u8]) {
        let len = bytes.len() as u64;
        match self.junk.last_mut().filter(|heap| heap.end() == self.offset) {
            Some(heap) => {
                heap.len += len;
                heap.hasher.update(bytes);
            }
            None => {
                let hasher = Sha256::new_with_prefix(bytes);
                self.junk.push(Heap { offset: self.offset, len, before: self.next, hasher });
            }
        }
        self.offset += len;
    }

    /// Puts a fault where it begins, which is before the junk that stands right before it.
    fn broken(&self, fault: Fault) -> Break {
        let heap = self.junk.last().filter(|heap| heap.end() == self.offset);
        Break { n: self.next, offset: heap.map_or(self.offset, |heap| heap.offset), fault }
    }
}

/// Writes the first members of a `recover` record.
pub(super) fn recover_members(junk: &Junk) -> String {
    let Junk { offset, len, sha256 } = junk;
    format!(r#""t":"recover","off":{offset},"len":{len},"sha256":"{sha256}""#)
}

/// Reads them again.
fn parse_recover(body: &[u8]) -> Option<Junk> {
    let rest = body.strip_prefix(RECOVER)?;
    let (offset, digits) = parse_number(rest)?;
    let rest = rest[digits..].strip_prefix(br#","len":"#)?;
    let (len, digits) = parse_number(rest)?;
    let (sha256, rest) = rest[digits..].strip_prefix(br#","sha256":""#)?.split_first_chunk::<64>()?;
    let sha256 = Digest::parse(sha256)?;
    rest.starts_with(b"\"").then_some(Junk { offset, len, sha256 })
}

#[cfg(test)]
mod tests;
