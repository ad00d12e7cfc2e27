//! Public keys as OpenSSH writes them: their kind, their bytes and their fingerprint.
//!
//! Owns which kinds may sign and what a key's line and bytes must be. Private keys are never seen
//! here, and nothing is signed or verified.

use std::fmt;

use sha2::{Digest as _, Sha256};
use ssh_encoding::Decode as _;
use ssh_encoding::base64::{Base64, Base64Unpadded, Encoding as _};
use ssh_key::public::KeyData;

use super::certificate::Certificate;
use crate::text::Shown;

/// How long the line of a key may be; a certificate with many principals takes a few thousand bytes.
const MOST_LINE: usize = 16 * 1024;
/// The shortest RSA key that is taken.
const LEAST_RSA_BITS: usize = 2048;

/// Says of which kind a key is; other kinds do not sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyKind {
    /// Ed25519.
    Ed25519,
    /// ECDSA on NIST P-256.
    Ecdsa256,
    /// ECDSA on NIST P-384.
    Ecdsa384,
    /// ECDSA on NIST P-521.
    Ecdsa521,
    /// RSA of at least 2048 bits.
    Rsa,
    /// Ed25519 in a device that is touched.
    Ed25519Sk,
    /// ECDSA on NIST P-256 in a device that is touched.
    EcdsaSk,
}

impl KeyKind {
    /// Lists them.
    pub const ALL: [Self; 7] =
        [Self::Ed25519, Self::Ecdsa256, Self::Ecdsa384, Self::Ecdsa521, Self::Rsa, Self::Ed25519Sk, Self::EcdsaSk];

    /// Gives the name that a key of this kind begins with.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ed25519 => "ssh-ed25519",
            Self::Ecdsa256 => "ecdsa-sha2-nistp256",
            Self::Ecdsa384 => "ecdsa-sha2-nistp384",
            Self::Ecdsa521 => "ecdsa-sha2-nistp521",
            Self::Rsa => "ssh-rsa",
            Self::Ed25519Sk => "sk-ssh-ed25519@openssh.com",
            Self::EcdsaSk => "sk-ecdsa-sha2-nistp256@openssh.com",
        }
    }

    /// Gives the word for it that ssh-keygen prints.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Ed25519 => "ED25519",
            Self::Ecdsa256 | Self::Ecdsa384 | Self::Ecdsa521 => "ECDSA",
            Self::Rsa => "RSA",
            Self::Ed25519Sk => "ED25519-SK",
            Self::EcdsaSk => "ECDSA-SK",
        }
    }

    /// Tells whether the key is in a device that can be asked to be touched.
    pub const fn is_device(self) -> bool {
        matches!(self, Self::Ed25519Sk | Self::EcdsaSk)
    }

    /// Gives how many fields follow the name in the bytes of a key.
    pub(super) const fn fields(self) -> usize {
        match self {
            Self::Ed25519 => 1,
            Self::Ecdsa256 | Self::Ecdsa384 | Self::Ecdsa521 | Self::Rsa | Self::Ed25519Sk => 2,
            Self::EcdsaSk => 3,
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    fn from_certificate_name(name: &str) -> Option<Self> {
        let plain = name.strip_suffix("-cert-v01@openssh.com")?;
        Self::ALL.into_iter().find(|kind| kind.name().trim_end_matches("@openssh.com") == plain)
    }
}

/// Says why something is no key that can sign.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// It does not look like a key.
    #[error("this is no public key: write one line as in a .pub file, like `ssh-ed25519 AAAA… comment`")]
    NotAKey,
    /// It is of a kind that does not sign.
    #[error("a key of the kind `{0}` cannot sign here: make one with ssh-keygen -t ed25519, or -t ed25519-sk")]
    Kind(String),
    /// Its bytes are not those of a key of its kind.
    #[error("the key is damaged: copy the whole line from the .pub file again")]
    Damaged,
    /// It is shorter than is safe.
    #[error("an RSA key of {0} bits is too short, the least is 2048: make one with ssh-keygen -t ed25519")]
    Short(usize),
    /// It is longer than any key.
    #[error("the line of a key takes at most {MOST_LINE} bytes")]
    TooLong,
}

/// Is the public half of a key, perhaps with a certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey {
    kind: KeyKind,
    bytes: Vec<u8>,
    certificate: Option<Box<Certificate>>,
    comment: String,
}

impl PublicKey {
    /// Reads a line as in a `.pub` file.
    ///
    /// # Errors
    ///
    /// Says why it is no key that can sign.
    pub fn parse(line: &str) -> Result<Self, KeyError> {
        if line.len() > MOST_LINE {
            return Err(KeyError::TooLong);
        }
        let line = line.trim_matches([' ', '\t', '\r', '\n']);
        let (name, rest) = line.split_once([' ', '\t']).ok_or(KeyError::NotAKey)?;
        let rest = rest.trim_start_matches([' ', '\t']);
        let (base64, comment) = rest.split_once([' ', '\t']).unwrap_or((rest, ""));
        if rest.contains(['\n', '\r', '\0']) {
            return Err(KeyError::NotAKey);
        }
        kind_of(name)?;
        let bytes = Base64::decode_vec(base64).map_err(|_| KeyError::Damaged)?;
        let key = Self::from_bytes(&bytes)?;
        if key.name() != name {
            return Err(KeyError::Damaged);
        }
        Ok(Self { comment: comment.trim_start_matches([' ', '\t']).to_owned(), ..key })
    }

    /// Reads the bytes of a key or of a certificate.
    ///
    /// # Errors
    ///
    /// Says why it is no key that can sign.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, KeyError> {
        let name = String::decode(&mut &*bytes).map_err(|_| KeyError::NotAKey)?;
        let (kind, is_certificate) = kind_of(&name)?;
        let certificate =
            is_certificate.then(|| Certificate::read(kind, bytes).ok_or(KeyError::Damaged)).transpose()?;
        let plain = certificate.as_ref().map_or(bytes, |certificate| &certificate.plain);
        check_key(plain)?;
        let bytes = plain.to_vec();
        Ok(Self { kind, bytes, certificate: certificate.map(Box::new), comment: String::new() })
    }

    /// Gives its kind.
    pub fn kind(&self) -> KeyKind {
        self.kind
    }

    /// Gives its certificate.
    pub fn certificate(&self) -> Option<&Certificate> {
        self.certificate.as_deref()
    }

    /// Gives what stands behind the key in its line; it is outside text.
    pub fn comment(&self) -> &str {
        &self.comment
    }

    /// Gives the bytes of the certificate, or of the key where it has none.
    pub fn bytes(&self) -> &[u8] {
        self.certificate.as_ref().map_or(&self.bytes, |certificate| &certificate.bytes)
    }

    /// Gives the bytes of the key alone.
    pub fn plain_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Gives the fingerprint of the key alone, as ssh-keygen prints it.
    pub fn fingerprint(&self) -> String {
        fingerprint(&self.bytes)
    }

    /// Gives the name that its line begins with.
    pub fn name(&self) -> String {
        let name = self.kind.name();
        match self.certificate {
            Some(_) => format!("{}-cert-v01@openssh.com", name.trim_end_matches("@openssh.com")),
            None => name.to_owned(),
        }
    }

    /// Gives its line without the comment.
    pub fn line(&self) -> String {
        format!("{} {}", self.name(), Base64::encode_string(self.bytes()))
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.line())?;
        if self.comment.is_empty() { Ok(()) } else { write!(f, " {}", self.comment) }
    }
}

/// Gives the kind of a key and whether the name is that of a certificate.
fn kind_of(name: &str) -> Result<(KeyKind, bool), KeyError> {
    let plain = KeyKind::from_name(name).map(|kind| (kind, false));
    let certified = || KeyKind::from_certificate_name(name).map(|kind| (kind, true));
    plain.or_else(certified).ok_or_else(|| KeyError::Kind(Shown::line_limited(name, 60).as_str().to_owned()))
}

/// Checks that bytes are one whole key of the kind that they name.
fn check_key(bytes: &[u8]) -> Result<(), KeyError> {
    let key = ssh_key::PublicKey::from_bytes(bytes).map_err(|_| KeyError::Damaged)?;
    match key.key_data() {
        KeyData::Rsa(rsa) => match bits(rsa.n.as_positive_bytes().unwrap_or_default()) {
            bits if bits < LEAST_RSA_BITS => Err(KeyError::Short(bits)),
            _ => Ok(()),
        },
        KeyData::Dsa(_) | KeyData::Other(_) => Err(KeyError::Damaged),
        _ => Ok(()),
    }
}

/// Counts the bits of a number without leading zero bytes.
fn bits(number: &[u8]) -> usize {
    let unused = number.first().map_or(0, |first| first.leading_zeros());
    (number.len() * 8).saturating_sub(unused as usize)
}

/// Gives the fingerprint of the bytes of a key.
pub(super) fn fingerprint(bytes: &[u8]) -> String {
    format!("SHA256:{}", Base64Unpadded::encode_string(&Sha256::digest(bytes)))
}

#[cfg(test)]
pub(super) mod tests;
