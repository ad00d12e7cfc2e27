//! Lines in, rows out: what each line of a journal is, and where the chain goes on behind a break.
//!
//! Behind a break the next line is taken as it says it stands, when its own hash is right; a line that
//! is not what it was is shown as such, and the one after it is held against what it says.

use serde::Deserialize;

use super::{Problem, Walked};
use crate::journal::{Break, Chain, Digest, Fault, Item, Junk, Record, check_json};

/// Is what stands at one place of a journal.
#[derive(Clone, Copy, Debug)]
pub(in crate::cli) enum Stand<'a> {
    /// A line.
    Row(Row<'a>),
    /// Bytes that are no record; whether a later record sets them aside, it says itself.
    Junk {
        /// Where they begin.
        offset: u64,
        /// How many they are.
        len: u64,
    },
    /// Something that is wrong here.
    Problem(&'a Problem),
}

/// Is one line.
#[derive(Clone, Copy, Debug)]
pub(in crate::cli) struct Row<'a> {
    /// Its number.
    pub(in crate::cli) n: u64,
    /// Its hash.
    pub(in crate::cli) head: Digest,
    /// Its bytes, line feed included.
    pub(in crate::cli) line: &'a [u8],
    /// What it is worth.
    pub(in crate::cli) standing: Standing,
}

/// Says what a line is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cli) enum Standing {
    /// It is verified and durable.
    Settled,
    /// It is verified, and may still be lost.
    Provisional,
    /// It is verified; nothing tells whether it is durable.
    Unmarked,
    /// It is not as it was recorded; its number and hash are what it says.
    Unsound,
}

/// Takes lines and hands out rows.
pub(super) struct Rows<'a> {
    chain: Chain,
    durable: Option<u64>,
    /// Where junk began that nobody was told of yet.
    heap: Option<u64>,
    /// Junk from before a break.
    left: Vec<Junk>,
    each: &'a mut dyn FnMut(Stand<'_>) -> bool,
    goes_on: bool,
    records: u64,
    problems: u64,
}

/// Is what a line says of itself.
#[derive(Deserialize)]
struct Claim {
    n: u64,
    prev: String,
}

impl<'a> Rows<'a> {
    pub(super) fn new(durable: Option<u64>, each: &'a mut dyn FnMut(Stand<'_>) -> bool) -> Self {
        let (chain, left) = (Chain::default(), Vec::new());
        Self { chain, durable, heap: None, left, each, goes_on: true, records: 0, problems: 0 }
    }

    pub(super) fn offset(&self) -> u64 {
        self.chain.offset()
    }

    pub(super) fn goes_on(&self) -> bool {
        self.goes_on
    }

    /// Takes the next whole line.
    pub(super) fn take(&mut self, bytes: &[u8]) {
        let offset = self.chain.offset();
        match self.chain.take(bytes) {
            Ok(Item::Record(record)) => self.record(&record),
            Ok(Item::Junk) => self.heap = self.heap.or(Some(offset)),
            Err(found) => self.go_on_behind(&found, bytes),
        }
    }

    /// Takes what stands behind the last line, when nobody goes on from here.
    pub(super) fn finish(&mut self, rest: &[u8]) {
        if !rest.is_empty() {
            // Without a line feed it is no line, so the chain counts it as junk.
            let _ = self.chain.take(rest);
        }
        let mut junk = std::mem::take(&mut self.left);
        junk.extend(self.chain.unfenced());
        for junk in &junk {
            let is_torn = junk.offset + junk.len == self.chain.offset();
            self.problem(&if is_torn { Problem::torn(junk) } else { Problem::unfenced(junk) });
        }
    }

    /// Leaves what stands behind the last record to somebody who goes on from here.
    pub(super) fn leave(&mut self) {
        let mut junk = std::mem::take(&mut self.left);
        let end = self.chain.offset();
        junk.extend(self.chain.unfenced().into_iter().filter(|junk| junk.offset + junk.len < end));
        for junk in &junk {
            self.problem(&Problem::unfenced(junk));
        }
    }

    /// Says what is wrong.
    pub(super) fn problem(&mut self, problem: &Problem) {
        self.problems += 1;
        self.tell(Stand::Problem(problem));
    }

    /// Says what is wrong, and reads no further.
    pub(super) fn give_up(&mut self, problem: &Problem) {
        self.tell_junk();
        self.problem(problem);
        self.goes_on = false;
    }

    pub(super) fn end(self, is_marked: bool) -> Walked {
        Walked { chain: self.chain, records: self.records, problems: self.problems, is_marked }
    }

    fn tell(&mut self, stand: Stand<'_>) {
        self.goes_on = self.goes_on && (self.each)(stand);
    }

    fn row(&mut self, row: Row<'_>) {
        self.records += 1;
        self.tell(Stand::Row(row));
    }

    fn record(&mut self, record: &Record<'_>) {
        self.tell_junk_before(record.offset);
        let Record { n, head, offset, .. } = *record;
        if check_json(record.line().trim_ascii_end()).is_err() {
            self.problem(&Problem::broken(&Break { n, offset, fault: Fault::Unfit }));
        }
        let standing = match self.durable {
            None => Standing::Unmarked,
            Some(durable) if record.end() <= durable => Standing::Settled,
            Some(_) => Standing::Provisional,
        };
        self.row(Row { n, head, line: record.line(), standing });
    }

    fn tell_junk(&mut self) {
        self.tell_junk_before(self.chain.offset());
    }

    fn tell_junk_before(&mut self, end: u64) {
        if let Some(offset) = self.heap.take() {
            self.tell(Stand::Junk { offset, len: end - offset });
        }
    }

    /// Says where the chain breaks, shows the line all the same, and finds out what the next one follows.
    fn go_on_behind(&mut self, found: &Break, bytes: &[u8]) {
        self.tell_junk();
        self.problem(&Problem::broken(found));
        let (at, claim) = (self.chain.offset(), self.claim(bytes));
        self.left.extend(self.chain.unfenced());
        self.chain = Chain::standing_at(claim.0, claim.1, at);
        match self.chain.take(bytes) {
            Ok(Item::Record(record)) => self.record(&record),
            Ok(Item::Junk) | Err(_) => self.show_unsound((claim.0, at), bytes),
        }
    }

    /// Gives the number of a line and the hash of the one before, as it says, or as they would have to be.
    fn claim(&self, bytes: &[u8]) -> (u64, Digest) {
        let claim: Option<Claim> = serde_json::from_slice(bytes).ok();
        let claim = claim.and_then(|claim| Some((claim.n, Digest::parse(claim.prev.as_bytes())?)));
        claim.filter(|(n, _)| *n < 1 << 53).unwrap_or((self.chain.next(), *self.chain.head()))
    }

    fn show_unsound(&mut self, (n, at): (u64, u64), bytes: &[u8]) {
        let head = claimed_hash(bytes).unwrap_or(Digest::ZERO);
        self.row(Row { n, head, line: bytes, standing: Standing::Unsound });
        self.chain = Chain::standing_at(n + 1, head, at + bytes.len() as u64);
    }
}

/// Gives the hash that stands at the end of a line.
fn claimed_hash(bytes: &[u8]) -> Option<Digest> {
    let (_, tail) = bytes.split_last_chunk::<67>()?;
    Digest::parse(tail.first_chunk::<64>()?)
}
