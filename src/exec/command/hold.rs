//! What was kept of a command's output, held against the count and the hash that were recorded of it.
//!
//! A folder may come from anywhere: no link is followed, nothing is waited for, and only one piece is in
//! memory at a time. Where output was given up for want of room, the rest cannot be hashed; then only
//! its length is compared, and that is said.

use std::io;
use std::path::Path;

use sha2::{Digest as _, Sha256};

use super::end::Tally;
use super::error::CommandError;
use super::follow::{MOST_FILES, Open};
use super::frame::Stream;
use crate::journal::{Access, Kind, OUTPUT, Storage};

/// Says how what is there of an output stands against what was recorded of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Held {
    /// It is what was printed, to the last byte.
    Whole,
    /// Only a part was kept; it is as long as it was, and what is in it cannot be compared.
    Part,
    /// Nothing of it is there.
    Missing,
    /// It is not what was printed, as this says.
    Altered(String),
}

/// Holds one output in the folder of a command against what was recorded of it.
///
/// # Errors
///
/// Says what cannot be read.
pub fn hold((storage, dir): (&dyn Storage, &Path), stream: Stream, recorded: &Tally) -> Result<Held, CommandError> {
    let mut found = Found::default();
    for number in numbers(storage, dir)? {
        let path = dir.join(format!("{OUTPUT}{number:06}"));
        if storage.stat(&path).map_err(CommandError::io("look at", &path))?.kind != Kind::File {
            found.is_other = true;
            continue;
        }
        let file = storage.open(&path, Access::Read).map_err(CommandError::io("open", &path))?;
        let length = file.stat().map_err(CommandError::io("look at", &path))?.size;
        let mut pieces = Open::new(number, file);
        while let Some(piece) = pieces.next().map_err(CommandError::io("read", &path))? {
            if piece.stream == stream {
                found.add(piece.offset, &piece.bytes);
            }
        }
        found.is_other |= pieces.used_up_to() != length;
    }
    Ok(found.against(recorded))
}

/// Is what was found of an output.
#[derive(Default)]
struct Found {
    bytes: u64,
    end: u64,
    has_gap: bool,
    is_twice: bool,
    /// Whether a file holds what is no output.
    is_other: bool,
    hash: Sha256,
}

impl Found {
    fn add(&mut self, offset: u64, bytes: &[u8]) {
        self.is_twice |= offset < self.end;
        self.has_gap |= offset > self.end;
        self.bytes = self.bytes.saturating_add(bytes.len() as u64);
        self.end = offset.saturating_add(bytes.len() as u64);
        self.hash.update(bytes);
    }

    fn against(self, recorded: &Tally) -> Held {
        let kept = recorded.bytes.saturating_sub(recorded.dropped);
        let altered = |words: &str| Held::Altered(words.to_owned());
        let is_whole = recorded.dropped == 0;
        match () {
            () if self.bytes == 0 && kept > 0 && !self.is_other => Held::Missing,
            () if self.is_other => altered("a file of it holds something else"),
            () if self.is_twice => altered("a part of it stands twice, or out of order"),
            () if self.bytes != kept || self.end > recorded.bytes => {
                Held::Altered(format!("{} bytes of it are there, and {kept} were kept", self.bytes))
            }
            () if !is_whole => Held::Part,
            () if self.has_gap || self.sha256() != recorded.sha256 => altered("its bytes are other ones"),
            () => Held::Whole,
        }
    }

    fn sha256(&self) -> String {
        self.hash.clone().finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// Lists the numbers of the files of output, in order; a folder that is not there has none.
fn numbers(storage: &dyn Storage, dir: &Path) -> Result<Vec<u64>, CommandError> {
    let names = match storage.list(dir, MOST_FILES) {
        Ok(names) => names,
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            return Ok(Vec::new());
        }
        Err(error) => return Err(CommandError::io("list", dir)(error)),
    };
    let mut numbers = Vec::new();
    for name in names {
        let number = name.to_str().and_then(|name| name.strip_prefix(OUTPUT)?.parse().ok());
        numbers.extend(number.filter(|number: &u64| *name == *format!("{OUTPUT}{number:06}")));
    }
    numbers.sort_unstable();
    Ok(numbers)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use rustix::fs::Mode;

    use super::super::frame::Each;
    use super::super::keep::{Keeper, Room};
    use super::*;
    use crate::journal::Disk;

    const ROOM: Room = Room { head: 400, tail: 100, tails: 2 };

    /// Keeps so many lines of output, and gives the folder and what is recorded of it.
    fn kept(lines: usize) -> (tempfile::TempDir, Each<Tally>) {
        let dir = tempfile::tempdir().unwrap();
        let mut keeper = Keeper::new(dir.path(), ROOM);
        for line in 0..lines {
            keeper.add(Stream::Out, 1, format!("line {line}\n").as_bytes());
            keeper.add(Stream::Err, 1, b"!\n");
        }
        let tallies = keeper.finish();
        (dir, tallies)
    }

    fn held(dir: &Path, tally: &Tally) -> Held {
        hold((&Disk, dir), Stream::Out, tally).unwrap()
    }

    /// Tells whether one of the outputs is not what was recorded.
    fn is_seen(dir: &Path, tallies: &Each<Tally>) -> bool {
        let both = [(Stream::Out, &tallies.out), (Stream::Err, &tallies.err)];
        both.into_iter()
            .any(|(stream, tally)| !matches!(hold((&Disk, dir), stream, tally).unwrap(), Held::Whole | Held::Part))
    }

    #[test]
    fn what_was_kept_whole_is_compared_to_the_last_byte() {
        let (dir, tallies) = kept(8);
        assert_eq!(held(dir.path(), &tallies.out), Held::Whole);
        assert_eq!(hold((&Disk, dir.path()), Stream::Err, &tallies.err).unwrap(), Held::Whole);
        let path = dir.path().join("output-000000");
        let good = fs::read(&path).unwrap();
        for at in 0..good.len() {
            let mut bytes = good.clone();
            bytes[at] ^= 1;
            fs::write(&path, &bytes).unwrap();
            // When a piece came is kept for people, and not recorded.
            assert!(is_seen(dir.path(), &tallies) || is_time(&good, at), "byte {at}");
        }
        for cut in 0..good.len() {
            fs::write(&path, &good[..cut]).unwrap();
            assert!(is_seen(dir.path(), &tallies), "cut at {cut}");
        }
        fs::write(&path, [&good[..], b"more"].concat()).unwrap();
        assert_eq!(held(dir.path(), &tallies.out), Held::Altered("a file of it holds something else".into()));
    }

    /// Tells whether a byte belongs to the time in the line of a frame.
    fn is_time(bytes: &[u8], at: usize) -> bool {
        let begin = bytes[..at].iter().rposition(|byte| *byte == b'\n').map_or(0, |begin| begin + 1);
        bytes[begin..at].iter().filter(|byte| **byte == b' ').count() == 2 && bytes[at] != b' '
    }

    #[test]
    fn of_what_was_not_kept_whole_only_the_length_is_compared() {
        let (dir, tallies) = kept(200);
        assert!(tallies.out.dropped > 0);
        assert_eq!(held(dir.path(), &tallies.out), Held::Part);
        let last = numbers(&Disk, dir.path()).unwrap().pop().unwrap();
        fs::remove_file(dir.path().join(format!("{OUTPUT}{last:06}"))).unwrap();
        assert!(is_seen(dir.path(), &tallies));
    }

    #[test]
    fn what_is_not_there_is_missing_and_what_printed_nothing_lacks_nothing() {
        let (dir, tallies) = kept(8);
        let gone = dir.path().join("gone");
        assert_eq!(held(&gone, &tallies.out), Held::Missing);
        let nothing = Keeper::new(dir.path(), ROOM).finish().out;
        assert_eq!(held(&gone, &nothing), Held::Whole);
        fs::remove_file(dir.path().join("output-000000")).unwrap();
        assert_eq!(held(dir.path(), &tallies.out), Held::Missing);
    }

    #[test]
    fn neither_a_link_nor_a_pipe_is_read() {
        let (dir, tallies) = kept(8);
        let path = dir.path().join("output-000000");
        fs::rename(&path, dir.path().join("elsewhere")).unwrap();
        std::os::unix::fs::symlink(dir.path().join("elsewhere"), &path).unwrap();
        assert!(matches!(held(dir.path(), &tallies.out), Held::Altered(_)));
        fs::remove_file(&path).unwrap();
        let mode = Mode::RUSR | Mode::WUSR;
        rustix::fs::mknodat(rustix::fs::CWD, &path, rustix::fs::FileType::Fifo, mode, 0).unwrap();
        assert!(matches!(held(dir.path(), &tallies.out), Held::Altered(_)));
    }
}
