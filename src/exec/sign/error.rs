//! Why something was not signed or not verified, and what can be done about it.
//!
//! ssh-keygen tells by its status whether, and by words why; the words are only ever used to advise.

use super::super::process::{Kept, ProcessError};
use super::sshsig::SshsigError;
use crate::run::roster::KeyError;
use crate::text::Shown;

/// Says why nothing was signed.
#[derive(Debug, thiserror::Error)]
pub enum SignError {
    /// A program of OpenSSH is not there.
    #[error("{0} is not here; install OpenSSH 8.2 or newer (the package openssh-client or openssh-clients)")]
    Missing(String),
    /// The installed ssh-keygen cannot sign.
    #[error("the installed ssh-keygen cannot sign; install OpenSSH 8.2 or newer")]
    TooOld,
    /// There is no agent, or it does not answer.
    #[error(
        "no ssh-agent answers; start one with `eval \"$(ssh-agent)\"` and ssh-add your key, or come in with ssh -A"
    )]
    NoAgent,
    /// The agent does not have the key.
    #[error("the ssh-agent does not have the key {0}; add it with ssh-add where the agent runs")]
    NotInAgent(String),
    /// The agent has the key and did not sign.
    #[error("the ssh-agent refused to sign: {}; try again", refused_words(*.device))]
    AgentRefused {
        /// Says that the key is in a device.
        device: bool,
    },
    /// The key needs a passphrase, which cannot be typed here.
    #[error(
        "the key {0} needs a passphrase, and it cannot be typed here; ssh-add it to an ssh-agent and sign with that"
    )]
    Passphrase(String),
    /// The device with the key did not sign.
    #[error("the security key did not sign ({0}); plug it in, touch it when it blinks, and try again")]
    Device(String),
    /// The file with the key cannot be used.
    #[error("cannot use the key {path}: {what}")]
    KeyFile {
        /// Which file.
        path: String,
        /// What is wrong, and what to do.
        what: String,
    },
    /// The public half is none that can sign.
    #[error("cannot use the key {path}: {source}")]
    Key {
        /// Which file.
        path: String,
        /// What is wrong with it.
        source: KeyError,
    },
    /// Somebody cancelled it.
    #[error("cancelled; nothing was signed")]
    Cancelled,
    /// Nobody confirmed in time.
    #[error("nothing was signed in {seconds} s: {}; try again", late_words(*.device))]
    TimedOut {
        /// How long it was waited.
        seconds: u64,
        /// Says that the key is in a device.
        device: bool,
    },
    /// It wanted to ask on the terminal.
    #[error(
        "ssh-keygen wanted to ask something on the terminal, which is taken; ssh-add the key to an ssh-agent and sign with that"
    )]
    WantsTerminal,
    /// What came back is not the signature that was asked for.
    #[error("ssh-keygen gave something else than the signature that was asked for ({0}); nothing was signed")]
    Unexpected(String),
    /// Something else.
    #[error("nothing was signed: {0}")]
    Other(String),
}

/// Says why a signature is not believed.
#[derive(Debug, thiserror::Error)]
pub enum NotVerified {
    /// It is none, or damaged.
    #[error("{0}")]
    Signature(#[from] SshsigError),
    /// It was made for something else.
    #[error("the signature is for `{found}`, not for `{asked}`")]
    Namespace {
        /// What it was to be for.
        asked: String,
        /// What it is for.
        found: String,
    },
    /// The name of the signer is no id.
    #[error("`{0}` is not the id of a person")]
    Person(String),
    /// The text or the signature was changed.
    #[error("the text is not the one that was signed, or the signature was changed")]
    Changed,
    /// The key may not sign for the person.
    #[error("the key {fingerprint} may not sign for {person}: {why}")]
    NotAllowed {
        /// The key.
        fingerprint: String,
        /// For whom it signed.
        person: String,
        /// What ssh-keygen says of it.
        why: String,
    },
    /// The device was to be touched, and was not.
    #[error("the signature was made without touching a security key, and touch is asked for")]
    NotTouched,
    /// The certificate asks for something that was not met.
    #[error("the certificate is good only under the condition `{0}`, which the signature does not meet")]
    Condition(String),
    /// It cannot be told, so it is not believed.
    #[error("it cannot be verified: {0}")]
    CannotTell(String),
}

fn refused_words(device: bool) -> &'static str {
    if device {
        "the security key was not touched in time or is not plugged in, or it was declined"
    } else {
        "it was declined, or the agent is locked (ssh-add -X)"
    }
}

fn late_words(device: bool) -> &'static str {
    if device { "the security key was not touched" } else { "nobody confirmed it" }
}

impl SignError {
    /// Makes it of what kept a program from its end.
    pub(super) fn of_process(error: ProcessError, device: bool) -> Self {
        match error {
            ProcessError::Missing { path } => Self::Missing(shown(&path.to_string_lossy())),
            ProcessError::Cancelled => Self::Cancelled,
            ProcessError::TimedOut { limit, .. } => Self::TimedOut { seconds: limit.as_secs(), device },
            ProcessError::WantsTerminal { .. } => Self::WantsTerminal,
            ProcessError::Failed { .. } => Self::Other(shown(&error.to_string())),
        }
    }
}

/// Takes the last line that says something, safe to show.
pub(super) fn last_words(err: &Kept) -> String {
    let text = String::from_utf8_lossy(&err.bytes);
    let line = text.lines().rev().map(str::trim).find(|line| !line.is_empty());
    line.map_or_else(|| "ssh-keygen does not say why".to_owned(), shown)
}

/// Tells whether a program said one of these.
pub(super) fn says(err: &Kept, words: &[&str]) -> bool {
    let text = String::from_utf8_lossy(&err.bytes);
    words.iter().any(|word| text.contains(word))
}

/// Tells whether a program did not know what it was asked for.
pub(super) fn is_too_old(err: &Kept) -> bool {
    says(err, &["unknown option", "illegal option", "invalid option", "Unsupported operation for -Y", "usage: "])
}

/// Makes outside text one safe line.
pub(super) fn shown(text: &str) -> String {
    Shown::line_limited(text, 200).as_str().to_owned()
}
