//! Secrets: what stands in a record instead of a value that nobody may read there.
//!
//! A value is committed to by the hash of a random salt and the value; the salt stays beside the
//! journal, for the account alone. What a command prints goes through a [`Mask`] before anything of
//! it is hashed, shown or kept. Asking for values, and warning about them, is the caller's.

use std::fmt;
use std::path::Path;

use zeroize::{Zeroize, Zeroizing};

use super::digest::{Digest, write_hex};
use super::error::JournalError;
use super::layout::SECRETS;
use super::name::is_secret;
use super::storage::{Privacy, Storage};
use super::whole::{Place, Put, open_plain, put_new, sync_dir};

mod forms;
mod mask;

pub use mask::{Mask, MaskStream};

/// How many bytes a salt has.
const LEN: usize = 32;
/// How many bytes its file has: hex and a line feed.
const FILE_LEN: u64 = 65;

/// Is the chance that keeps a committed value from being guessed.
#[derive(Clone)]
pub struct Salt(Zeroizing<[u8; LEN]>);

impl fmt::Debug for Salt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Salt(…)")
    }
}

impl Salt {
    fn parse(file: &[u8]) -> Option<Self> {
        let hex = file.strip_suffix(b"\n").and_then(Digest::parse)?;
        let mut bits = Zeroizing::new([0; LEN]);
        for (bits, pair) in bits.iter_mut().zip(hex.as_hex().chunks_exact(2)) {
            *bits = u8::from_str_radix(str::from_utf8(pair).ok()?, 16).ok()?;
        }
        Some(Self(bits))
    }

    fn to_file(&self) -> Zeroizing<Vec<u8>> {
        let mut file = Zeroizing::new(vec![0; 2 * LEN]);
        write_hex(&*self.0, &mut file);
        file.push(b'\n');
        file
    }
}

/// Gives the salt of a secret of a run: the one that is there, or one made of `chance`.
///
/// It is durable when this returns, so that a record may commit to a value with it.
///
/// # Errors
///
/// Says why there is none.
pub fn salt_of(storage: &dyn Storage, run: &Path, name: &str, mut chance: [u8; LEN]) -> Result<Salt, JournalError> {
    let fresh = Salt(Zeroizing::new(chance));
    chance.zeroize();
    if let Some(there) = read_salt(storage, run, name)? {
        return Ok(there);
    }
    let dir = run.join(SECRETS);
    let place = Place { dir: &dir, name, privacy: Privacy::Private };
    if put_new(storage, &place, &fresh.to_file())? == Put::New {
        return Ok(fresh);
    }
    read_salt(storage, run, name)?.ok_or(JournalError::Content { path: place.path(), what: "vanished again" })
}

/// Reads the salt of a secret of a run, and makes sure that it stays; nothing when there is none.
///
/// # Errors
///
/// Says why it cannot be read.
pub fn read_salt(storage: &dyn Storage, run: &Path, name: &str) -> Result<Option<Salt>, JournalError> {
    if !is_secret(name) {
        return Err(JournalError::Name { name: name.to_owned(), what: "a secret" });
    }
    let dir = run.join(SECRETS);
    let path = dir.join(name);
    let Some(file) = open_plain(storage, &path, FILE_LEN)? else {
        return Ok(None);
    };
    file.settle()?;
    let bytes = Zeroizing::new(file.bytes()?);
    sync_dir(storage, &dir)?;
    let salt = Salt::parse(&bytes).ok_or(JournalError::Content { path, what: "is not a salt" })?;
    Ok(Some(salt))
}

/// Commits to a value: the SHA-256 of the 32 bytes of the salt, not their hex, and the value.
#[must_use]
pub fn commitment(salt: &Salt, value: &[u8]) -> Digest {
    Digest::of_parts(&[&*salt.0, value])
}

#[cfg(test)]
mod tests;
