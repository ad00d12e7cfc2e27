//! A signature as ssh-keygen writes it, read as OpenSSH's PROTOCOL.sshsig and PROTOCOL.u2f lay it out.
//!
//! Reading says what a signature claims: by which key, for what, and whether a device was touched.
//! Whether the claim holds is for `verify`. What comes from a terminal may have blanks around its
//! lines; apart from that everything must be as ssh-keygen writes it, to the last byte.

use std::fmt;

use ssh_encoding::Decode;
use ssh_encoding::base64::{Base64, Encoding as _};

use crate::run::roster::{KeyError, KeyKind, PublicKey};
use crate::text::Shown;

/// How long an armoured signature may be; one with a certificate takes two thousand bytes.
const MOST_BYTES: usize = 16 * 1024;
const BEGIN: &str = "-----BEGIN SSH SIGNATURE-----";
const END: &str = "-----END SSH SIGNATURE-----";
const MAGIC: &[u8] = b"SSHSIG";
const VERSION: u32 = 1;
const LINE: usize = 70;

const PRESENT: u8 = 0x01;
const VERIFIED: u8 = 0x04;

/// Says why something is no signature.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SshsigError {
    /// There is nothing.
    #[error("there is no signature")]
    Empty,
    /// It is longer than any signature.
    #[error("the signature has more than {MOST_BYTES} bytes")]
    TooLong,
    /// It does not begin and end as one does.
    #[error("this is no signature: copy it whole, from `{BEGIN}` to `{END}`")]
    Armour,
    /// What is between is not base64.
    #[error("the signature is damaged: a character between its first and last line was changed or lost")]
    Base64,
    /// A part of it is missing, too much, or of the wrong length.
    #[error("the signature is damaged: {0}")]
    Damaged(&'static str),
    /// It is of a newer version.
    #[error("the signature is of version {0}, and only version 1 is known")]
    Version(u32),
    /// Its hash is not one that is used.
    #[error("the signature uses the hash `{0}`; only sha512 and sha256 are believed")]
    Hash(String),
    /// It signs in a way that does not go with its key.
    #[error("the signature is one of `{0}`, which does not go with its key")]
    Algorithm(String),
    /// Its key is none that can sign.
    #[error("the key of the signature cannot be used: {0}")]
    Key(#[from] KeyError),
}

/// Says by which hash a text was signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hash {
    /// SHA-256.
    Sha256,
    /// SHA-512.
    Sha512,
}

/// Says what the device with the key states of a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Device {
    /// Its flags.
    pub flags: u8,
    /// How often it has signed.
    pub counter: u32,
}

impl Device {
    /// Tells whether it was touched.
    #[must_use]
    pub const fn is_touched(self) -> bool {
        self.flags & PRESENT != 0
    }

    /// Tells whether it knew its owner by a PIN or a finger.
    #[must_use]
    pub const fn is_user_verified(self) -> bool {
        self.flags & VERIFIED != 0
    }
}

/// Is a signature that was read, and not verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sshsig {
    bytes: Vec<u8>,
    key: PublicKey,
    namespace: String,
    hash: Hash,
    device: Option<Device>,
}

impl Sshsig {
    /// Reads an armoured signature.
    ///
    /// # Errors
    ///
    /// Says why it is none.
    pub fn parse(armoured: &[u8]) -> Result<Self, SshsigError> {
        let bytes = unarmoured(armoured)?;
        let mut rest = bytes.strip_prefix(MAGIC).ok_or(SshsigError::Damaged("it does not begin as one"))?;
        match take(&mut rest, "it ends too early")? {
            VERSION => {}
            version => return Err(SshsigError::Version(version)),
        }
        let key = PublicKey::from_bytes(&field(&mut rest)?)?;
        let namespace = take(&mut rest, "what it is for cannot be read")?;
        if !field(&mut rest)?.is_empty() {
            // Nobody signs for what stands here, so anybody could have put it there.
            return Err(SshsigError::Damaged("it holds more than a signature"));
        }
        let hash = hash_of(&take::<String>(&mut rest, "its hash cannot be read")?)?;
        let device = read_raw(&field(&mut rest)?, key.kind())?;
        match rest.is_empty() {
            true => Ok(Self { key, namespace, hash, device, bytes }),
            false => Err(SshsigError::Damaged("something follows it")),
        }
    }

    /// Gives the key that it claims to be by.
    #[must_use]
    pub fn key(&self) -> &PublicKey {
        &self.key
    }

    /// Gives what it is for; it is outside text.
    #[must_use]
    pub fn namespace(&self) -> &str {
        &self.namespace
    }

    /// Gives its hash.
    #[must_use]
    pub fn hash(&self) -> Hash {
        self.hash
    }

    /// Gives what the device with the key states, when it is in one.
    #[must_use]
    pub fn device(&self) -> Option<Device> {
        self.device
    }
}

impl fmt::Display for Sshsig {
    /// Writes it as ssh-keygen does.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{BEGIN}")?;
        let base64 = Base64::encode_string(&self.bytes);
        let mut rest = base64.as_str();
        while !rest.is_empty() {
            let (line, after) = rest.split_at_checked(LINE).unwrap_or((rest, ""));
            writeln!(f, "{line}")?;
            rest = after;
        }
        writeln!(f, "{END}")
    }
}

/// Takes the armour off.
fn unarmoured(armoured: &[u8]) -> Result<Vec<u8>, SshsigError> {
    if armoured.len() > MOST_BYTES {
        return Err(SshsigError::TooLong);
    }
    let text = str::from_utf8(armoured).map_err(|_| SshsigError::Armour)?.trim();
    if text.is_empty() {
        return Err(SshsigError::Empty);
    }
    let mut lines = text.lines().map(|line| line.trim_matches([' ', '\t', '\r']));
    if lines.next() != Some(BEGIN) || lines.next_back() != Some(END) {
        return Err(SshsigError::Armour);
    }
    let lines: Vec<_> = lines.collect();
    if lines.iter().any(|line| line.is_empty()) {
        return Err(SshsigError::Base64);
    }
    Base64::decode_vec(&lines.concat()).map_err(|_| SshsigError::Base64)
}

fn take<T: Decode>(rest: &mut &[u8], otherwise: &'static str) -> Result<T, SshsigError> {
    T::decode(rest).map_err(|_| SshsigError::Damaged(otherwise))
}

fn field(rest: &mut &[u8]) -> Result<Vec<u8>, SshsigError> {
    take(rest, "it ends too early")
}

fn hash_of(name: &str) -> Result<Hash, SshsigError> {
    match name {
        "sha256" => Ok(Hash::Sha256),
        "sha512" => Ok(Hash::Sha512),
        _ => Err(SshsigError::Hash(Shown::line_limited(name, 40).as_str().to_owned())),
    }
}

/// Reads the signature proper, and what the device says in it.
fn read_raw(raw: &[u8], kind: KeyKind) -> Result<Option<Device>, SshsigError> {
    let mut rest = raw;
    let algorithm: String = take(&mut rest, "how it was signed cannot be read")?;
    if !goes_with(&algorithm, kind) {
        return Err(SshsigError::Algorithm(Shown::line_limited(&algorithm, 60).as_str().to_owned()));
    }
    let length = field(&mut rest)?.len();
    if length == 0 || (matches!(kind, KeyKind::Ed25519 | KeyKind::Ed25519Sk) && length != 64) {
        return Err(SshsigError::Damaged("it is of the wrong length"));
    }
    let device = kind.is_device().then(|| device(&mut rest)).transpose()?;
    if rest.is_empty() { Ok(device) } else { Err(SshsigError::Damaged("something follows it")) }
}

fn device(rest: &mut &[u8]) -> Result<Device, SshsigError> {
    let flags = take(rest, "what the security key says of it is missing")?;
    let counter = take(rest, "what the security key says of it is missing")?;
    Ok(Device { flags, counter })
}

/// Tells whether a key of that kind signs so. RSA with SHA-1 is not believed any more.
fn goes_with(algorithm: &str, kind: KeyKind) -> bool {
    match kind {
        KeyKind::Rsa => matches!(algorithm, "rsa-sha2-256" | "rsa-sha2-512"),
        _ => algorithm == kind.name(),
    }
}

#[cfg(test)]
mod tests;
