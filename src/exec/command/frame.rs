//! How a piece of output stands in a file: a line that says what it is, the bytes, a line feed.
//!
//! The line has the stream (`o` or `e`), the place of the first byte in the whole stream, the
//! milliseconds since the start, and the number of bytes: a person reads it too, with `less`.

use serde::{Deserialize, Serialize};

/// How many bytes stand in one frame at most.
pub(super) const MOST: usize = 64 * 1024;
/// How long the line of a frame is at most.
pub(super) const LONGEST_LINE: usize = 64;

/// Says which of its two outputs a command wrote to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stream {
    /// The standard output.
    Out,
    /// The standard error.
    Err,
}

impl Stream {
    /// Both, in the order in which they are counted.
    pub const BOTH: [Self; 2] = [Self::Out, Self::Err];

    fn letter(self) -> char {
        match self {
            Self::Out => 'o',
            Self::Err => 'e',
        }
    }
}

/// Is something that there is of each stream.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Each<T> {
    pub out: T,
    pub err: T,
}

impl<T> Each<T> {
    pub fn of(&mut self, stream: Stream) -> &mut T {
        match stream {
            Stream::Out => &mut self.out,
            Stream::Err => &mut self.err,
        }
    }
}

/// Says what the bytes behind it are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Frame {
    pub stream: Stream,
    /// Where its first byte stands in the stream.
    pub offset: u64,
    /// When it came, since the start.
    pub at_ms: u64,
    pub len: usize,
}

impl Frame {
    /// Adds the frame with its bytes to what is to be written.
    pub fn write(&self, bytes: &[u8], out: &mut Vec<u8>) {
        let line = format!("{} {} {} {}\n", self.stream.letter(), self.offset, self.at_ms, self.len);
        out.extend_from_slice(line.as_bytes());
        out.extend_from_slice(bytes);
        out.push(b'\n');
    }

    /// Reads a line without its line feed.
    pub fn parse(line: &[u8]) -> Option<Self> {
        let mut words = str::from_utf8(line).ok()?.split(' ');
        let stream = match words.next()? {
            "o" => Stream::Out,
            "e" => Stream::Err,
            _ => return None,
        };
        let mut number = || words.next()?.parse::<u64>().ok();
        let (offset, at_ms, len) = (number()?, number()?, usize::try_from(number()?).ok()?);
        (len <= MOST && words.next().is_none()).then_some(Self { stream, offset, at_ms, len })
    }
}

/// Is what stands at the beginning of bytes.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// A frame, whose bytes begin there, and the length of all of it.
    Whole(Frame, usize, usize),
    /// The beginning of one.
    Partial,
    /// Something else.
    Broken,
}

/// Looks for a frame at the beginning of bytes.
pub(super) fn next(bytes: &[u8]) -> Next {
    let line = bytes.get(..LONGEST_LINE).unwrap_or(bytes);
    let Some(end) = memchr::memchr(b'\n', line) else {
        return if bytes.len() < LONGEST_LINE { Next::Partial } else { Next::Broken };
    };
    let Some(frame) = Frame::parse(&bytes[..end]) else { return Next::Broken };
    let whole = end + 1 + frame.len + 1;
    match bytes.get(whole - 1) {
        None => Next::Partial,
        Some(b'\n') => Next::Whole(frame, end + 1, whole),
        Some(_) => Next::Broken,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_is_read_as_it_was_written_and_never_from_a_part_of_it() {
        let frame = Frame { stream: Stream::Err, offset: 70_000, at_ms: 12, len: 5 };
        let mut bytes = Vec::new();
        frame.write(b"a\nb\0\xff", &mut bytes);
        assert_eq!(next(&bytes), Next::Whole(frame, 13, bytes.len()));
        for cut in 0..bytes.len() {
            assert_eq!(next(&bytes[..cut]), Next::Partial, "{cut}");
        }
    }

    #[test]
    fn what_is_no_frame_is_broken() {
        let many = "x".repeat(LONGEST_LINE);
        for bytes in ["\n", "o 1 2\n", "x 1 2 3\nabc\n", "o 1 2 3 4\nabc\n", "o 1 2 3\nabcd", "o 1 2 65537\n", &many] {
            assert_eq!(next(bytes.as_bytes()), Next::Broken, "{bytes}");
        }
    }
}
