//! Reads what was kept of a command's output, while it is written or afterwards.
//!
//! A reader that is too slow, or comes late, finds gaps where files were given up; every piece says
//! where in its stream it stands, so that what is missing is counted and never guessed. What is not
//! as it was written is passed over.

use std::io;
use std::path::{Path, PathBuf};

use super::error::CommandError;
use super::frame::{Each, LONGEST_LINE, MOST, Next, Stream, next};
use crate::journal::{Access, Disk, OUTPUT, Storage, Stored};

/// How much is read at once: a whole frame fits into it.
const WINDOW: usize = MOST + LONGEST_LINE + 1;
/// Is the line that stands where output is missing.
pub(super) const GAP: &str = "\u{fffd}";
/// How much is gathered of one stream; what was kept is less.
const MOST_GATHERED: u64 = 32 * 1024 * 1024;
/// The most files that are looked at in one folder.
pub(super) const MOST_FILES: usize = 100_000;

/// Is a piece of output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chunk {
    /// Where it was written to.
    pub stream: Stream,
    /// Where its first byte stands in the whole stream.
    pub offset: u64,
    /// When it came, in milliseconds since the start.
    pub at_ms: u64,
    /// The bytes, masked, and otherwise as they came: they are not safe to show.
    pub bytes: Vec<u8>,
    /// How many bytes of the stream are missing before it.
    pub missed: u64,
}

/// Is the place up to which output was read.
#[derive(Debug)]
pub(super) struct Follow {
    dir: PathBuf,
    open: Option<Open>,
    seen: Each<u64>,
}

/// Is one file of output that is being read.
#[derive(Debug)]
pub(super) struct Open {
    number: u64,
    file: Box<dyn Stored>,
    /// Where the window begins in the file.
    at: u64,
    window: Vec<u8>,
    used: usize,
}

impl Open {
    /// Begins at the beginning of a file.
    pub fn new(number: u64, file: Box<dyn Stored>) -> Self {
        Self { number, file, at: 0, window: Vec::new(), used: 0 }
    }

    /// Says up to which byte whole pieces stand in it.
    pub fn used_up_to(&self) -> u64 {
        self.at + self.used as u64
    }

    /// Gives the next whole piece; nothing when there is none yet.
    pub fn next(&mut self) -> io::Result<Option<Chunk>> {
        for is_fresh in [false, true] {
            if is_fresh {
                self.load()?;
            }
            match next(self.window.get(self.used..).unwrap_or_default()) {
                Next::Whole(frame, begin, len) => {
                    let bytes = self.window[self.used + begin..][..frame.len].to_vec();
                    self.used += len;
                    let (stream, offset, at_ms) = (frame.stream, frame.offset, frame.at_ms);
                    return Ok(Some(Chunk { stream, offset, at_ms, bytes, missed: 0 }));
                }
                Next::Partial | Next::Broken => {}
            }
        }
        Ok(None)
    }

    /// Reads on from what was used.
    fn load(&mut self) -> io::Result<()> {
        self.at += self.used as u64;
        self.used = 0;
        self.window.resize(WINDOW, 0);
        let mut got = 0;
        while got < WINDOW {
            match self.file.read_at(&mut self.window[got..], self.at + got as u64) {
                Ok(0) => break,
                Ok(read) => got += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        self.window.truncate(got);
        Ok(())
    }
}

impl Follow {
    /// Begins at the beginning.
    pub fn new(dir: &Path) -> Self {
        Self { dir: dir.to_owned(), open: None, seen: Each::default() }
    }

    /// Gives the next piece on this machine's disk; nothing when there is none yet.
    pub fn next(&mut self) -> Result<Option<Chunk>, CommandError> {
        self.next_on(&Disk)
    }

    /// Gives the next piece on the disk, or in the archive, where the folder is.
    fn next_on(&mut self, storage: &dyn Storage) -> Result<Option<Chunk>, CommandError> {
        loop {
            if let Some(chunk) = self.next_here()? {
                return Ok(Some(chunk));
            }
            let after = self.open.as_ref().map(|open| open.number);
            let Some(number) = self.following(storage, after)? else { return Ok(None) };
            // The next file is there, so this one is done: what came to it meanwhile is its last.
            if let Some(chunk) = self.next_here()? {
                return Ok(Some(chunk));
            }
            self.enter(storage, number)?;
        }
    }

    fn next_here(&mut self) -> Result<Option<Chunk>, CommandError> {
        let Some(open) = &mut self.open else { return Ok(None) };
        let found = open.next().map_err(CommandError::io("read", &self.dir))?;
        Ok(found.map(|mut chunk| {
            let seen = self.seen.of(chunk.stream);
            chunk.missed = chunk.offset.saturating_sub(*seen);
            *seen = chunk.offset.saturating_add(chunk.bytes.len() as u64);
            chunk
        }))
    }

    /// Finds the first file after one, by their numbers.
    fn following(&self, storage: &dyn Storage, after: Option<u64>) -> Result<Option<u64>, CommandError> {
        let mut first = None;
        for name in storage.list(&self.dir, MOST_FILES).map_err(CommandError::io("list", &self.dir))? {
            let number = name.to_str().and_then(|name| name.strip_prefix(OUTPUT)?.parse().ok());
            let number = number.filter(|number| after.is_none_or(|after| *number > after));
            first = [first, number].into_iter().flatten().min();
        }
        Ok(first)
    }

    fn enter(&mut self, storage: &dyn Storage, number: u64) -> Result<(), CommandError> {
        let path = self.dir.join(format!("{OUTPUT}{number:06}"));
        match storage.open(&path, Access::Read) {
            Ok(file) => self.open = Some(Open::new(number, file)),
            // It was given up meanwhile; the one after it comes next.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(CommandError::io("open", &path)(error)),
        }
        Ok(())
    }
}

/// Is what was kept of one stream.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    /// The bytes, with a line of their own that is only `�` where some are missing.
    pub bytes: Vec<u8>,
    /// How many are missing.
    pub missing: u64,
    /// How far it was read.
    end: u64,
}

impl Kept {
    /// Takes an output of which nothing is missing.
    pub(in crate::exec) fn whole(bytes: Vec<u8>) -> Self {
        Self { end: bytes.len() as u64, missing: 0, bytes }
    }

    /// Takes the beginning and the end of an output, with so many bytes missing between them.
    pub(in crate::exec) fn parts(mut bytes: Vec<u8>, missing: u64, end: &[u8]) -> Self {
        if missing > 0 {
            bytes.extend_from_slice(format!("\n{GAP}\n").as_bytes());
        }
        bytes.extend_from_slice(end);
        Self { end: bytes.len() as u64 + missing, missing, bytes }
    }

    fn add(&mut self, chunk: &Chunk) {
        let end = chunk.offset.saturating_add(chunk.bytes.len() as u64);
        if self.bytes.len() as u64 >= MOST_GATHERED || chunk.offset < self.end {
            return;
        }
        self.skip_to(chunk.offset);
        self.bytes.extend_from_slice(&chunk.bytes);
        self.end = end;
    }

    fn skip_to(&mut self, offset: u64) {
        let missing = offset.saturating_sub(self.end);
        if missing > 0 {
            self.missing = self.missing.saturating_add(missing);
            [b"\n", GAP.as_bytes(), b"\n"].iter().for_each(|part| self.bytes.extend_from_slice(part));
        }
        self.end = offset;
    }
}

/// Is what was kept of both outputs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Printed {
    /// The standard output.
    pub out: Kept,
    /// The standard error.
    pub err: Kept,
}

/// Reads what was kept of the output of a command, on the disk or in the archive where it is, piece by piece as it came.
///
/// # Errors
///
/// Says what cannot be read.
pub fn each_kept(storage: &dyn Storage, dir: &Path, take: &mut dyn FnMut(Chunk)) -> Result<(), CommandError> {
    let mut follow = Follow::new(dir);
    while let Some(chunk) = follow.next_on(storage)? {
        take(chunk);
    }
    Ok(())
}

/// Reads what was kept of the output of a command that has ended.
///
/// # Errors
///
/// Says what cannot be read.
pub fn printed(dir: &Path, end: &super::End) -> Result<Printed, CommandError> {
    let mut follow = Follow::new(dir);
    let mut printed = Printed::default();
    while let Some(chunk) = follow.next()? {
        match chunk.stream {
            Stream::Out => printed.out.add(&chunk),
            Stream::Err => printed.err.add(&chunk),
        }
    }
    printed.out.skip_to(end.out.bytes);
    printed.err.skip_to(end.err.bytes);
    Ok(printed)
}

#[cfg(test)]
mod tests;
