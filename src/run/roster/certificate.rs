//! What a certificate says of a key, read as OpenSSH's PROTOCOL.certkeys lays it out.
//!
//! It is read to be shown. Whether it holds, for whom and at which time, is for ssh-keygen to say.

use ssh_encoding::{Decode, Encode as _};

use super::key::{KeyKind, fingerprint};

/// How many principals or conditions are read.
const MOST_TEXTS: usize = 256;

/// Is what an authority says of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// Its bytes.
    pub(super) bytes: Vec<u8>,
    /// The bytes of the key alone.
    pub(super) plain: Vec<u8>,
    /// Its number, 0 where the authority gives none.
    pub serial: u64,
    /// What the authority calls it; it is outside text.
    pub key_id: String,
    /// For whom it is; it is outside text.
    pub principals: Vec<String>,
    /// The second since 1970 that it holds from.
    pub valid_after: u64,
    /// The second since 1970 that it holds until; the largest number for ever.
    pub valid_before: u64,
    /// What it is good under only, by name; it is outside text.
    pub conditions: Vec<String>,
    /// The fingerprint of the authority's key.
    pub authority: String,
}

impl Certificate {
    /// Reads the bytes of a certificate for a key of that kind.
    pub(super) fn read(kind: KeyKind, bytes: &[u8]) -> Option<Self> {
        let mut rest = bytes;
        let _name = field(&mut rest)?;
        let _nonce = field(&mut rest)?;
        let plain = plain_key(kind, &mut rest)?;
        let serial = u64::decode(&mut rest).ok()?;
        let _is_for_a_host = u32::decode(&mut rest).ok()?;
        let key_id = String::decode(&mut rest).ok()?;
        let principals = texts(&field(&mut rest)?)?;
        let (valid_after, valid_before) = (u64::decode(&mut rest).ok()?, u64::decode(&mut rest).ok()?);
        // Names and values by turns.
        let conditions = texts(&field(&mut rest)?)?.into_iter().step_by(2).collect();
        let _extensions = field(&mut rest)?;
        let _reserved = field(&mut rest)?;
        let authority = fingerprint(&field(&mut rest)?);
        let _signature = field(&mut rest)?;
        let bytes = bytes.to_vec();
        rest.is_empty().then_some(Self {
            bytes,
            plain,
            serial,
            key_id,
            principals,
            valid_after,
            valid_before,
            conditions,
            authority,
        })
    }
}

fn field(rest: &mut &[u8]) -> Option<Vec<u8>> {
    Vec::decode(rest).ok()
}

/// Puts the fields of the key together as they stand in a key without a certificate.
fn plain_key(kind: KeyKind, rest: &mut &[u8]) -> Option<Vec<u8>> {
    let mut plain = Vec::new();
    kind.name().encode(&mut plain).ok()?;
    for _ in 0..kind.fields() {
        field(rest)?.encode(&mut plain).ok()?;
    }
    Some(plain)
}

/// Reads texts that are packed into a field.
fn texts(packed: &[u8]) -> Option<Vec<String>> {
    let mut rest = packed;
    let mut texts = Vec::new();
    while !rest.is_empty() {
        texts.push(String::decode(&mut rest).ok()?);
        if texts.len() > MOST_TEXTS {
            return None;
        }
    }
    Some(texts)
}
