//! How a person proves who he is: the levels, and the words for what was used.
//!
//! Which level a step asks for is said by the roster and the runbook; the proof itself is made and
//! checked where the world is reached.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::key::PublicKey;
use crate::runbook::format::SignLevel;

/// Says how surely a signature is a person's own, from the least to the most.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// He gave his name.
    #[default]
    Name,
    /// He knew his PIN.
    Pin,
    /// He signed with his key.
    Key,
    /// He touched the device that holds his key.
    Touch,
}

impl Level {
    /// Lists them from the least to the most.
    pub const ALL: [Self; 4] = [Self::Name, Self::Pin, Self::Key, Self::Touch];

    /// Gives the word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Pin => "pin",
            Self::Key => "key",
            Self::Touch => "touch",
        }
    }

    /// Reads the word for it.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.word() == word)
    }
}

impl From<SignLevel> for Level {
    /// Takes the level that a runbook asks for.
    fn from(asked: SignLevel) -> Self {
        match asked {
            SignLevel::Name => Self::Name,
            SignLevel::Pin => Self::Pin,
            SignLevel::Key => Self::Key,
            SignLevel::Touch => Self::Touch,
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// Says where a private key is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holder {
    /// An ssh-agent keeps it.
    Agent,
    /// It is in a file.
    File,
}

/// Says by what a person proves who he is; its words stand in the statement that he signs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Auth {
    /// By nothing but his name.
    NameOnly,
    /// By his PIN.
    Pin,
    /// By a key, which may have a certificate.
    Key {
        /// Where the key is.
        holder: Holder,
        /// The public half.
        key: PublicKey,
    },
}

impl Auth {
    /// Gives the level that it is meant to reach; whether a key was touched shows only in the signature.
    pub fn level(&self) -> Level {
        match self {
            Self::NameOnly => Level::Name,
            Self::Pin => Level::Pin,
            Self::Key { key, .. } if key.kind().is_device() => Level::Touch,
            Self::Key { .. } => Level::Key,
        }
    }
}

impl fmt::Display for Auth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (holder, key) = match self {
            Self::NameOnly => return f.write_str("name only"),
            Self::Pin => return f.write_str("pin"),
            Self::Key { holder, key } => (holder, key),
        };
        let (word, fingerprint) = (key.kind().word(), key.fingerprint());
        match (key.certificate(), holder) {
            (Some(certificate), _) => {
                write!(f, "certificate {word} {fingerprint} by {} serial {}", certificate.authority, certificate.serial)
            }
            (None, Holder::Agent) => write!(f, "ssh-agent {word} {fingerprint}"),
            (None, Holder::File) => write!(f, "ssh-key {word} {fingerprint}"),
        }
    }
}
