//! An output or an answer as it comes: masked, hashed as a whole, its beginning and its end kept.

use std::sync::Arc;

use sha2::{Digest as _, Sha256};

use crate::exec::command::Kept;
use crate::journal::{Digest, Mask, MaskStream};

/// How much of the beginning is kept.
const HEAD: usize = 512 * 1024;
/// How much of the end is kept at least, once the beginning is full.
const TAIL: usize = 16 * 1024;

/// Takes bytes as they come.
#[derive(Debug)]
pub(super) struct Gathered {
    mask: Option<MaskStream>,
    hash: Sha256,
    head: Vec<u8>,
    tail: Vec<u8>,
    /// How many bytes came, after masking.
    total: u64,
}

/// Is all that came.
#[derive(Debug)]
pub(super) struct Whole {
    /// What was kept.
    pub kept: Kept,
    /// The SHA-256 of all of it.
    pub digest: Option<Digest>,
    /// How many bytes there were.
    pub bytes: u64,
}

impl Gathered {
    /// Begins with nothing.
    pub fn new(mask: Option<&Arc<Mask>>) -> Self {
        let mask = mask.map(|mask| MaskStream::new(Arc::clone(mask)));
        Self { mask, hash: Sha256::new(), head: Vec::new(), tail: Vec::new(), total: 0 }
    }

    /// Takes what came.
    pub fn add(&mut self, bytes: &[u8]) {
        match self.mask.as_mut().map(|mask| mask.push(bytes)) {
            Some(masked) => self.keep(&masked),
            None => self.keep(bytes),
        }
    }

    /// Gives all that came.
    pub fn finish(mut self) -> Whole {
        if let Some(held) = self.mask.take().map(MaskStream::finish) {
            self.keep(&held);
        }
        let hex: String = self.hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        let end = self.tail.get(self.tail.len().saturating_sub(TAIL)..).unwrap_or_default();
        let missing = self.total - self.head.len() as u64 - end.len() as u64;
        let kept = Kept::parts(self.head, missing, end);
        Whole { kept, digest: Digest::parse(hex.as_bytes()), bytes: self.total }
    }

    fn keep(&mut self, bytes: &[u8]) {
        self.hash.update(bytes);
        self.total += bytes.len() as u64;
        let room = HEAD.saturating_sub(self.head.len()).min(bytes.len());
        let (first, rest) = bytes.split_at(room);
        self.head.extend_from_slice(first);
        // Only the last of a large piece can be among the last of all.
        self.tail.extend_from_slice(rest.get(rest.len().saturating_sub(TAIL)..).unwrap_or_default());
        if self.tail.len() > 8 * TAIL {
            self.tail.drain(..self.tail.len() - TAIL);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gathered(pieces: &[&[u8]], mask: Option<&Arc<Mask>>) -> Whole {
        let mut gathered = Gathered::new(mask);
        pieces.iter().for_each(|piece| gathered.add(piece));
        gathered.finish()
    }

    #[test]
    fn what_is_small_is_kept_whole() {
        let whole = gathered(&[b"one\n", b"two\n"], None);
        assert_eq!(whole.kept, Kept::whole(b"one\ntwo\n".to_vec()));
        assert_eq!((whole.bytes, whole.digest), (8, Some(Digest::of(b"one\ntwo\n"))));
    }

    #[test]
    fn of_what_is_large_the_two_ends_are_kept_and_the_rest_is_counted_and_hashed() {
        let lines: Vec<u8> = (0..2_000_000_u32).flat_map(|number| format!("{number}\n").into_bytes()).collect();
        let pieces: Vec<_> = lines.chunks(60_000).collect();
        let whole = gathered(&pieces, None);
        assert_eq!((whole.bytes, whole.digest), (lines.len() as u64, Some(Digest::of(&lines))));
        assert_eq!(whole.kept.missing, (lines.len() - HEAD - TAIL) as u64);
        assert!(whole.kept.bytes.starts_with(b"0\n1\n") && whole.kept.bytes.ends_with(b"\n1999999\n"));
        assert!(whole.kept.bytes.len() < HEAD + 2 * TAIL);
    }

    #[test]
    fn secrets_are_gone_before_anything_is_kept_or_hashed() {
        let mask = Arc::new(Mask::new(&[b"hunter22"]));
        let whole = gathered(&[b"is hun", b"ter22!"], Some(&mask));
        assert_eq!(whole.kept.bytes, b"is redacted:1!");
        assert_eq!(whole.digest, Some(Digest::of(b"is redacted:1!")));
    }
}
