//! The key that a person signs with, and where its private half is.
//!
//! Only public halves are read here. Which one it is, and whether an agent or a file signs, is known
//! before anything is signed, because it stands in what is signed.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use super::super::process::Cancel;
use super::error::{last_words, shown};
use super::{OpenSsh, SignError};
use crate::run::roster::{Auth, Holder, PublicKey};

/// How large a file with a public key may be.
const MOST_BYTES: u64 = 16 * 1024;
/// The status of ssh-add when the agent has no keys.
const NO_KEYS: i32 = 1;

/// Is a key and where its private half is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SigningKey {
    key: PublicKey,
    place: Place,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Agent,
    /// Beside this file with the public half.
    Beside(PathBuf),
}

impl SigningKey {
    /// Takes a key that the agent has, which need not be known yet.
    #[must_use]
    pub fn in_agent(key: PublicKey) -> Self {
        Self { key, place: Place::Agent }
    }

    /// Takes a key in a file: the path of the private half, of the public one or of a certificate.
    ///
    /// # Errors
    ///
    /// Says why the public half cannot be read.
    pub fn in_file(path: &Path) -> Result<Self, SignError> {
        let public = public_path(path);
        let key = read_public(&public)?;
        Ok(Self { key, place: Place::Beside(public) })
    }

    /// Gives the public half.
    #[must_use]
    pub fn key(&self) -> &PublicKey {
        &self.key
    }

    /// Gives what the statement says of it.
    #[must_use]
    pub fn auth(&self) -> Auth {
        let holder = match self.place {
            Place::Agent => Holder::Agent,
            Place::Beside(_) => Holder::File,
        };
        Auth::Key { holder, key: self.key.clone() }
    }

    pub(super) fn place(&self) -> &Place {
        &self.place
    }
}

impl OpenSsh {
    /// Finds the key of a path, in the agent when that has it.
    ///
    /// # Errors
    ///
    /// Says why its public half cannot be read.
    pub fn find_key(&self, path: &Path, cancel: &Cancel) -> Result<SigningKey, SignError> {
        let in_file = SigningKey::in_file(path)?;
        let in_agent = match self.agent_keys(cancel) {
            Ok(keys) => keys.iter().any(|key| key.bytes() == in_file.key.bytes()),
            Err(SignError::Cancelled) => return Err(SignError::Cancelled),
            Err(_) => false,
        };
        Ok(if in_agent { SigningKey::in_agent(in_file.key) } else { in_file })
    }

    /// Lists the keys in the agent that can sign here; their comments are outside text.
    ///
    /// # Errors
    ///
    /// Says why the agent did not answer.
    pub fn agent_keys(&self, cancel: &Cancel) -> Result<Vec<PublicKey>, SignError> {
        let ended = self.prompt().program(&self.add, &["-L".as_ref()]).run(b"", cancel);
        let ended = ended.map_err(|error| SignError::of_process(error, false))?;
        match ended.status.code() {
            Some(0) => {}
            Some(NO_KEYS) => return Ok(Vec::new()),
            // 2 is what it says of an agent that is not there and of one that hangs up.
            Some(2) => return Err(SignError::NoAgent),
            _ => return Err(SignError::Other(last_words(&ended.err))),
        }
        let text = String::from_utf8_lossy(&ended.out.bytes);
        let whole = if ended.out.is_cut() { text.rsplit_once('\n').map_or("", |(whole, _)| whole) } else { &text };
        Ok(whole.lines().filter_map(|line| PublicKey::parse(line).ok()).collect())
    }
}

/// Gives the file with the public half, which ssh-keygen finds the private one beside.
fn public_path(path: &Path) -> PathBuf {
    if path.extension().is_some_and(|extension| extension == "pub") {
        return path.into();
    }
    let mut public = path.as_os_str().to_owned();
    public.push(".pub");
    public.into()
}

fn read_public(path: &Path) -> Result<PublicKey, SignError> {
    let name = || shown(&path.to_string_lossy());
    let text = read_text(path).map_err(|error| SignError::KeyFile { path: name(), what: advice(&error) })?;
    let mut lines = text.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#'));
    PublicKey::parse(lines.next().unwrap_or_default()).map_err(|source| SignError::Key { path: name(), source })
}

fn read_text(path: &Path) -> io::Result<String> {
    if !std::fs::metadata(path)?.is_file() {
        return Err(io::Error::other("it is no file"));
    }
    let mut text = String::new();
    File::open(path)?.take(MOST_BYTES).read_to_string(&mut text)?;
    Ok(text)
}

fn advice(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "it is not there; name the public half, or make it with ssh-keygen -y".to_owned(),
        _ => shown(&error.to_string()),
    }
}
