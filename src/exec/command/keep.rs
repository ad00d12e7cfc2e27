//! Keeps what a command prints: its beginning and its end, in files of frames, and counts the rest.
//!
//! `output-000000` holds the beginning and stays. After it come smaller files, of which only the last
//! few stay. Nothing here fails: what the disk does not take is counted as dropped, and the hashes
//! are of all that was printed, after masking.

use std::collections::VecDeque;
use std::fs::{self, File};
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use super::end::Tally;
use super::folder::create;
use super::frame::{Each, Frame, MOST, Stream};
use crate::journal::OUTPUT;

/// Says how much is kept.
#[derive(Clone, Copy, Debug)]
pub(super) struct Room {
    /// How long the first file becomes.
    pub head: u64,
    /// How long each of the others becomes.
    pub tail: u64,
    /// How many of the others stay.
    pub tails: usize,
}

/// The first 4 MiB and, after them, at least the last 4.
pub(super) const ROOM: Room = Room { head: 4 * 1024 * 1024, tail: 1024 * 1024, tails: 5 };

/// Is one of the files, and what is in it.
#[derive(Debug)]
struct Segment {
    path: PathBuf,
    file: File,
    len: u64,
    holds: Each<u64>,
}

/// Is one stream's count.
#[derive(Debug, Default)]
struct Count {
    bytes: u64,
    dropped: u64,
    hash: Sha256,
}

/// Keeps the output of a command.
#[derive(Debug)]
pub(super) struct Keeper {
    dir: PathBuf,
    room: Room,
    head: Option<Segment>,
    tails: VecDeque<Segment>,
    /// Says that the last file cannot be written to any more.
    is_closed: bool,
    next: u64,
    counts: Each<Count>,
    frame: Vec<u8>,
}

impl Keeper {
    /// Begins to keep output in a folder.
    pub fn new(dir: &Path, room: Room) -> Self {
        let (counts, frame) = (Each::default(), Vec::with_capacity(MOST + 128));
        Self { dir: dir.to_owned(), room, head: None, tails: VecDeque::new(), is_closed: true, next: 0, counts, frame }
    }

    /// Takes what came, already masked.
    pub fn add(&mut self, stream: Stream, at_ms: u64, bytes: &[u8]) {
        for piece in bytes.chunks(MOST) {
            let count = self.counts.of(stream);
            let frame = Frame { stream, offset: count.bytes, at_ms, len: piece.len() };
            count.bytes += piece.len() as u64;
            count.hash.update(piece);
            if !self.write(&frame, piece) {
                self.counts.of(stream).dropped += piece.len() as u64;
            }
        }
    }

    fn write(&mut self, frame: &Frame, bytes: &[u8]) -> bool {
        self.frame.clear();
        frame.write(bytes, &mut self.frame);
        if self.try_to_write(frame) {
            return true;
        }
        // What came last is worth more than what came before, and a new file may take it.
        self.drop_oldest();
        self.is_closed = true;
        self.try_to_write(frame)
    }

    fn try_to_write(&mut self, frame: &Frame) -> bool {
        self.make_room();
        let last = self.tails.back_mut().or(self.head.as_mut()).filter(|_| !self.is_closed);
        let Some(segment) = last else { return false };
        if segment.file.write_all_at(&self.frame, segment.len).is_err() {
            // What it left is no frame; it is passed over, should it stay.
            let _ = segment.file.set_len(segment.len);
            return false;
        }
        segment.len += self.frame.len() as u64;
        *segment.holds.of(frame.stream) += frame.len as u64;
        true
    }

    /// Goes on to the next file where that is due, and gives up the oldest.
    fn make_room(&mut self) {
        let (last, most) = match self.tails.back() {
            Some(tail) => (Some(tail), self.room.tail),
            None => (self.head.as_ref(), self.room.head),
        };
        let is_full = last.is_some_and(|last| last.len + self.frame.len() as u64 > most);
        if !is_full && !self.is_closed {
            return;
        }
        if self.tails.len() >= self.room.tails {
            self.drop_oldest();
        }
        let path = self.dir.join(format!("{OUTPUT}{:06}", self.next));
        let made = create(&path);
        self.is_closed = made.is_err();
        let Ok(file) = made else { return };
        let segment = Segment { path, file, len: 0, holds: Each::default() };
        self.next += 1;
        if self.head.is_none() { self.head = Some(segment) } else { self.tails.push_back(segment) }
    }

    fn drop_oldest(&mut self) {
        let Some(oldest) = self.tails.pop_front() else { return };
        self.counts.out.dropped += oldest.holds.out;
        self.counts.err.dropped += oldest.holds.err;
        let _ = fs::remove_file(&oldest.path);
    }

    /// Makes what was kept durable as far as the disk lets us, and gives the counts.
    pub fn finish(self) -> Each<Tally> {
        for segment in self.head.iter().chain(&self.tails) {
            let _ = segment.file.sync_all();
        }
        Each { out: tally(self.counts.out), err: tally(self.counts.err) }
    }
}

fn tally(count: Count) -> Tally {
    let sha256 = count.hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    Tally { bytes: count.bytes, dropped: count.dropped, sha256 }
}
