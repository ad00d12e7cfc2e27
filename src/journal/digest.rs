//! SHA-256 as the journal writes it, and the ids of records.
//!
//! Both are kept as the lower-case hex that stands in a line, so that comparing with stored bytes
//! needs no decoding and no allocation. What is hashed is decided elsewhere ([`super::line`]).

use std::fmt;

use sha2::{Digest as _, Sha256};

/// Is a SHA-256, as 64 lower-case hex digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest([u8; 64]);

impl Digest {
    /// Stands before the first record: 64 zeros.
    pub const ZERO: Self = Self([b'0'; 64]);

    /// Hashes bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self::finish(Sha256::new_with_prefix(bytes))
    }

    /// Hashes bytes that stand in several places.
    pub(super) fn of_parts(parts: &[&[u8]]) -> Self {
        Self::finish(parts.iter().fold(Sha256::new(), |hasher, part| hasher.chain_update(part)))
    }

    /// Ends a running hash.
    pub(super) fn finish(hasher: Sha256) -> Self {
        let mut hex = [0; 64];
        write_hex(&hasher.finalize(), &mut hex);
        Self(hex)
    }

    /// Reads 64 lower-case hex digits.
    #[must_use]
    pub fn parse(hex: &[u8]) -> Option<Self> {
        let hex: [u8; 64] = hex.try_into().ok()?;
        is_hex(&hex).then_some(Self(hex))
    }

    /// Gives the 64 hex digits.
    #[must_use]
    pub fn as_hex(&self) -> &[u8; 64] {
        &self.0
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_ascii(&self.0, f)
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_ascii(&self.0, f)
    }
}

/// Names a record for good: appending the same id twice records it once.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct RecordId([u8; 32]);

impl RecordId {
    /// Makes an id of 128 random bits, which the caller brings.
    #[must_use]
    pub fn from_bits(bits: [u8; 16]) -> Self {
        let mut hex = [0; 32];
        write_hex(&bits, &mut hex);
        Self(hex)
    }

    /// Makes the id that the same digest always gets.
    pub(super) fn from_digest(digest: &Digest) -> Self {
        let mut hex = [0; 32];
        hex.copy_from_slice(&digest.0[..32]);
        Self(hex)
    }

    /// Reads 32 lower-case hex digits.
    #[must_use]
    pub fn parse(hex: &[u8]) -> Option<Self> {
        let hex: [u8; 32] = hex.try_into().ok()?;
        is_hex(&hex).then_some(Self(hex))
    }

    /// Gives the 32 hex digits.
    #[must_use]
    pub fn as_hex(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for RecordId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_ascii(&self.0, f)
    }
}

impl fmt::Debug for RecordId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_ascii(&self.0, f)
    }
}

/// Tells whether every byte is a lower-case hex digit.
pub(super) fn is_hex(bytes: &[u8]) -> bool {
    // Without branches, so that it is a handful of vector instructions: this is done for every line.
    bytes.iter().fold(true, |so_far, byte| so_far & ((byte.wrapping_sub(b'0') < 10) | (byte.wrapping_sub(b'a') < 6)))
}

/// Writes bytes as lower-case hex, twice as long.
pub(super) fn write_hex(bytes: &[u8], out: &mut [u8]) {
    for (pair, byte) in out.chunks_exact_mut(2).zip(bytes) {
        pair[0] = hex_digit(byte >> 4);
        pair[1] = hex_digit(byte & 15);
    }
}

fn hex_digit(nibble: u8) -> u8 {
    nibble + if nibble < 10 { b'0' } else { b'a' - 10 }
}

fn write_ascii(hex: &[u8], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.write_str(str::from_utf8(hex).unwrap_or_default())
}
