//! Lines out of a file, through one buffer.
//!
//! Reads ahead in large pieces and hands out whole lines as slices of the buffer. An end without
//! a line feed is not handed out; it stays where it is for the next look. Only of what is far longer
//! than any line a piece is given out, so that no file fills the memory. Never writes, never maps.

use std::io;

use sha2::{Digest as _, Sha256};

use super::digest::Digest;
use super::storage::Stored;

/// Longer than any line, and so short that reading it again and again touches no memory that is new.
const PIECE: usize = 96 * 1024;

/// Is a stretch of a file that is being read line by line.
#[derive(Debug)]
pub(super) struct Window {
    buffer: Vec<u8>,
    /// Where the next line begins in the buffer.
    start: usize,
    /// How far the buffer holds bytes.
    filled: usize,
    /// How far the buffer is known to hold no line feed.
    searched: usize,
    /// The file's offset behind what the buffer holds.
    offset: u64,
    /// The offset at which reading ends.
    limit: u64,
    /// What was read so far, for whoever wants the hash of the whole.
    hasher: Option<Sha256>,
}

impl Window {
    /// Begins at an offset and ends at another.
    pub fn new(offset: u64, limit: u64) -> Self {
        let room = limit.saturating_sub(offset).min(PIECE as u64);
        let buffer = vec![0; usize::try_from(room).unwrap_or(PIECE)];
        Self { buffer, start: 0, filled: 0, searched: 0, offset, limit, hasher: None }
    }

    /// Begins at the first byte, and hashes each byte as it is read.
    pub fn hashing(limit: u64) -> Self {
        Self { hasher: Some(Sha256::new()), ..Self::new(0, limit) }
    }

    /// Reads to the end without looking for lines, and gives the hash of every byte that was read.
    ///
    /// # Errors
    ///
    /// Gives what the system said when reading failed.
    pub fn finish(mut self, file: &dyn Stored) -> io::Result<Digest> {
        loop {
            self.start = self.filled;
            self.searched = self.filled;
            if !self.fill(file)? {
                return Ok(Digest::finish(self.hasher.unwrap_or_default()));
            }
        }
    }

    /// Gives the next whole line, line feed included, or a piece of one that is far too long.
    ///
    /// # Errors
    ///
    /// Gives what the system said when reading failed.
    pub fn next_line(&mut self, file: &dyn Stored) -> io::Result<Option<&[u8]>> {
        loop {
            if let Some(found) = memchr::memchr(b'\n', &self.buffer[self.searched..self.filled]) {
                let (start, end) = (self.start, self.searched + found + 1);
                self.start = end;
                self.searched = end;
                return Ok(Some(&self.buffer[start..end]));
            }
            self.searched = self.filled;
            if self.filled - self.start >= PIECE {
                let start = std::mem::replace(&mut self.start, self.filled);
                return Ok(Some(&self.buffer[start..self.filled]));
            }
            if !self.fill(file)? {
                return Ok(None);
            }
        }
    }

    /// Gives what stands behind the last whole line.
    pub fn rest(&self) -> &[u8] {
        &self.buffer[self.start..self.filled]
    }

    /// Reads on, and tells whether there was anything.
    fn fill(&mut self, file: &dyn Stored) -> io::Result<bool> {
        self.make_room();
        let left = usize::try_from(self.limit.saturating_sub(self.offset)).unwrap_or(usize::MAX);
        let until = self.buffer.len().min(self.filled.saturating_add(left));
        let got = file.read_at(&mut self.buffer[self.filled..until], self.offset)?;
        if let Some(hasher) = &mut self.hasher {
            hasher.update(&self.buffer[self.filled..self.filled + got]);
        }
        self.filled += got;
        self.offset += got as u64;
        Ok(got > 0)
    }

    fn make_room(&mut self) {
        if self.start > 0 {
            self.buffer.copy_within(self.start..self.filled, 0);
            self.filled -= self.start;
            self.searched -= self.start;
            self.start = 0;
        }
    }
}

#[cfg(test)]
mod tests;
