//! PINs: made into hashes, and held against them.
//!
//! Argon2id with 64 MiB, so that a hash that is read cannot be guessed from quickly. How often a
//! person may try, and what is recorded of it, is for the run.

use std::fmt;

use argon2::password_hash::{PasswordHash, PasswordHasher as _, PasswordVerifier as _, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use zeroize::Zeroizing;

/// How many characters a PIN has at least.
pub const LEAST_CHARACTERS: usize = 8;
/// How many bytes it has at most.
pub const MOST_BYTES: usize = 256;

/// The memory that a hash takes, in KiB: what is made, and the least that is believed.
const MEMORY: u32 = 64 * 1024;
const PASSES: u32 = 3;
/// What a hash may cost at most, so that a roster cannot bring the machine to a halt.
const MOST_MEMORY: u32 = 1024 * 1024;
const MOST_PASSES: u32 = 32;
const MOST_LANES: u32 = 16;
/// The fewest bytes of salt and of output that are believed.
const LEAST_SALT: usize = 8;
const LEAST_OUTPUT: usize = 16;
const MOST_HASH: usize = 256;

/// Is a PIN as it was typed, blanks and all; wiped from memory when it is dropped.
pub struct Pin(Zeroizing<String>);

/// Says why a PIN cannot be set or checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PinError {
    /// It has too few characters.
    #[error("a PIN has at least {LEAST_CHARACTERS} characters (blanks count); choose a longer one")]
    TooShort,
    /// It has too many bytes.
    #[error("a PIN has at most {MOST_BYTES} bytes; choose a shorter one")]
    TooLong,
    /// The hash in the roster is none.
    #[error("the roster's hash of this PIN cannot be read; set the PIN anew")]
    NotAHash,
    /// The hash is easier to break than is allowed.
    #[error("the roster's hash of this PIN is too weak (argon2id with 64 MiB is the least); set the PIN anew")]
    Weak,
    /// The hash takes more than a machine should give for it.
    #[error(
        "the roster's hash of this PIN takes too much memory or time (1 GiB and 32 passes are the most); set the PIN anew"
    )]
    Expensive,
    /// There was not enough memory, or the like.
    #[error("the PIN could not be hashed; 64 MiB of memory are needed")]
    Failed,
}

impl Pin {
    /// Takes a PIN as it was typed.
    ///
    /// # Errors
    ///
    /// Says so when it is longer than any PIN.
    pub fn new(typed: String) -> Result<Self, PinError> {
        let pin = Self(Zeroizing::new(typed));
        if pin.0.len() > MOST_BYTES { Err(PinError::TooLong) } else { Ok(pin) }
    }
}

impl fmt::Debug for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pin(…)")
    }
}

/// Makes the hash of a new PIN, in the PHC form, with 16 random bytes of salt.
///
/// # Errors
///
/// Says why the PIN cannot be taken.
pub fn hash_pin(pin: &Pin, salt: &[u8; 16]) -> Result<String, PinError> {
    if pin.0.chars().count() < LEAST_CHARACTERS {
        return Err(PinError::TooShort);
    }
    let salt = SaltString::encode_b64(salt).map_err(|_| PinError::Failed)?;
    let params = Params::new(MEMORY, PASSES, 1, None).map_err(|_| PinError::Failed)?;
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let hash = argon2.hash_password(pin.0.as_bytes(), &salt).map_err(|_| PinError::Failed)?;
    Ok(hash.to_string())
}

/// Tells whether a PIN is the one that a hash was made of, in a time that does not depend on it.
///
/// # Errors
///
/// Says why the hash is not believed.
pub fn check_pin(pin: &Pin, hash: &str) -> Result<bool, PinError> {
    if hash.len() > MOST_HASH {
        return Err(PinError::NotAHash);
    }
    let hash = PasswordHash::new(hash).map_err(|_| PinError::NotAHash)?;
    check_hash(&hash)?;
    match Argon2::default().verify_password(pin.0.as_bytes(), &hash) {
        Ok(()) => Ok(true),
        Err(argon2::password_hash::Error::Password) => Ok(false),
        Err(_) => Err(PinError::Failed),
    }
}

/// Checks that a hash is neither too easy nor too dear, before anything is spent on it.
fn check_hash(hash: &PasswordHash<'_>) -> Result<(), PinError> {
    let is_ours = hash.algorithm == argon2::ARGON2ID_IDENT && hash.version == Some(Version::V0x13.into());
    let params = Params::try_from(hash).map_err(|_| PinError::NotAHash)?;
    let salt = hash.salt.ok_or(PinError::NotAHash)?;
    let salt_bytes = salt.decode_b64(&mut [0; 64]).map_err(|_| PinError::NotAHash)?.len();
    let output = hash.hash.ok_or(PinError::NotAHash)?;
    if params.m_cost() > MOST_MEMORY || params.t_cost() > MOST_PASSES || params.p_cost() > MOST_LANES {
        return Err(PinError::Expensive);
    }
    let is_strong = params.m_cost() >= MEMORY && salt_bytes >= LEAST_SALT && output.len() >= LEAST_OUTPUT;
    if is_ours && is_strong { Ok(()) } else { Err(PinError::Weak) }
}

#[cfg(test)]
mod tests;
