//! One line of the journal: how it is built, and how stored bytes are read as one.
//!
//! `{"n":41,"prev":"<64 hex>",…,"id":"<32 hex>","h":"<64 hex>"}` and a line feed, where `h` is the
//! SHA-256 of every byte before `,"h":"` followed by one line feed. A reader looks at the stored
//! bytes and at nothing else: no JSON is parsed here, nothing is written again, nothing allocated.

use sha2::{Digest as _, Sha256};

use super::body::has_control;
use super::digest::{Digest, RecordId, is_hex};

/// The longest line, its line feed included; what is longer goes to a blob.
pub const MAX_LINE: usize = 65_536;

/// The longest body that fits into a line whatever its number.
pub const MAX_BODY: usize = MAX_LINE - (OPEN.len() + MAX_DIGITS + PREV.len() + 64 + 2 + ID.len() + 33 + TAIL);

const OPEN: &[u8] = br#"{"n":"#;
const PREV: &[u8] = br#","prev":""#;
const ID: &[u8] = br#","id":""#;
const H: &[u8] = br#","h":""#;
const CLOSE: &[u8] = b"\"}\n";
/// The bytes from `,"h":"` to the end.
pub(super) const TAIL: usize = H.len() + 64 + CLOSE.len();
/// The digits of the largest record number, 2^53 − 1.
const MAX_DIGITS: usize = 16;

/// Is a line whose shape is right; whether its hash is, [`Line::hash`] tells.
#[derive(Clone, Copy, Debug)]
pub struct Line<'a> {
    bytes: &'a [u8],
    body: usize,
    /// The record's number.
    pub n: u64,
}

/// Says why bytes are no line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotALine {
    /// Left by a write that did not end: no line feed, no `h` at the end, or a control byte.
    Junk,
    /// Ends as a line does, but does not begin as one or is too long; no broken write leaves that.
    Misshapen,
}

/// Appends a line to `out` and gives its hash; the body was checked before.
pub fn build(out: &mut Vec<u8>, (n, prev): (u64, &Digest), (members, id): (&[u8], &RecordId)) -> Digest {
    let start = out.len();
    out.extend_from_slice(OPEN);
    out.extend_from_slice(n.to_string().as_bytes());
    out.extend_from_slice(PREV);
    out.extend_from_slice(prev.as_hex());
    out.extend_from_slice(b"\",");
    out.extend_from_slice(members);
    out.extend_from_slice(ID);
    out.extend_from_slice(id.as_hex());
    out.push(b'"');
    let h = hash_of(&out[start..]);
    out.extend_from_slice(H);
    out.extend_from_slice(h.as_hex());
    out.extend_from_slice(CLOSE);
    h
}

/// Reads bytes, line feed included, as a line.
///
/// # Errors
///
/// Says whether they are junk, or a line that was tampered with.
pub fn parse(bytes: &[u8]) -> Result<Line<'_>, NotALine> {
    if !is_closed(bytes) || has_control(&bytes[..bytes.len() - 1]) {
        return Err(NotALine::Junk);
    }
    let (n, body) = parse_opening(bytes).ok_or(NotALine::Misshapen)?;
    if bytes.len() > MAX_LINE || body >= bytes.len() - TAIL {
        return Err(NotALine::Misshapen);
    }
    Ok(Line { bytes, body, n })
}

impl<'a> Line<'a> {
    /// Gives every byte, line feed included.
    #[must_use]
    pub fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// Gives the members between `prev` and `h`, without braces.
    #[must_use]
    pub fn body(&self) -> &'a [u8] {
        &self.bytes[self.body..self.bytes.len() - TAIL]
    }

    /// Gives the 64 digits written as `prev`.
    #[must_use]
    pub fn prev(&self) -> &'a [u8] {
        &self.bytes[self.body - 66..self.body - 2]
    }

    /// Gives the 64 digits written as `h`.
    #[must_use]
    pub fn h(&self) -> &'a [u8] {
        let end = self.bytes.len() - CLOSE.len();
        &self.bytes[end - 64..end]
    }

    /// Gives the id, which stands right before `h`.
    #[must_use]
    pub fn id(&self) -> Option<RecordId> {
        let (rest, id) = self.body().strip_suffix(b"\"")?.split_last_chunk::<32>()?;
        rest.ends_with(ID).then(|| RecordId::parse(id)).flatten()
    }

    /// Computes the hash that `h` has to be.
    #[must_use]
    pub fn hash(&self) -> Digest {
        hash_of(&self.bytes[..self.bytes.len() - TAIL])
    }
}

fn hash_of(before_h: &[u8]) -> Digest {
    Digest::finish(Sha256::new_with_prefix(before_h).chain_update(b"\n"))
}

/// Tells whether bytes end `,"h":"`, 64 hex digits, `"}` and a line feed.
pub(super) fn is_closed(bytes: &[u8]) -> bool {
    bytes
        .split_last_chunk::<TAIL>()
        .is_some_and(|(_, tail)| tail.starts_with(H) && tail.ends_with(CLOSE) && is_hex(&tail[H.len()..H.len() + 64]))
}

/// Reads `{"n":<number>,"prev":"<64 hex>",` and gives the number and where the body begins.
fn parse_opening(bytes: &[u8]) -> Option<(u64, usize)> {
    let rest = bytes.strip_prefix(OPEN)?;
    let (n, digits) = parse_number(rest)?;
    let (prev, rest) = rest[digits..].strip_prefix(PREV)?.split_first_chunk::<64>()?;
    let body = OPEN.len() + digits + PREV.len() + 66;
    (is_hex(prev) && rest.starts_with(b"\",")).then_some((n, body))
}

/// Reads a whole number below 2^53 as JSON writes it, and how many digits it has.
pub(super) fn parse_number(bytes: &[u8]) -> Option<(u64, usize)> {
    let digits = bytes.iter().take(MAX_DIGITS + 1).take_while(|byte| byte.is_ascii_digit()).count();
    let plain = digits == 1 || (digits > 1 && bytes[0] != b'0');
    let number = bytes[..digits].iter().fold(0, |n: u64, digit| n * 10 + u64::from(digit - b'0'));
    (plain && number < 1 << 53).then_some((number, digits))
}

#[cfg(test)]
mod tests;
