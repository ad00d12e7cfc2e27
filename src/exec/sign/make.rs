//! Makes signatures with `ssh-keygen -Y sign`.
//!
//! What comes back is read and held against what was asked for, before it is given out as a signature.

use std::ffi::OsStr;
use std::path::PathBuf;

use super::super::process::{Cancel, Ended};
use super::super::scratch::Scratch;
use super::error::{is_too_old, last_words, says, shown};
use super::key::Place;
use super::{OpenSsh, SignError, SigningKey, Sshsig};

impl OpenSsh {
    /// Signs bytes for a namespace; a person may have to touch a device or to confirm meanwhile.
    ///
    /// # Errors
    ///
    /// Says why nothing was signed and what can be done.
    pub fn sign(&self, key: &SigningKey, namespace: &str, bytes: &[u8], cancel: &Cancel) -> Result<Sshsig, SignError> {
        let scratch = Scratch::new().map_err(|error| SignError::Other(shown(&error.to_string())))?;
        let (file, ssh) = match key.place() {
            Place::Agent => (public_half(&scratch, key)?, self.clone()),
            // Without the agent: the file is to sign, as the statement says.
            Place::Beside(file) => (file.clone(), self.clone().with_agent(None)),
        };
        let arguments: [&OsStr; 6] =
            ["-Y".as_ref(), "sign".as_ref(), "-n".as_ref(), namespace.as_ref(), "-f".as_ref(), file.as_ref()];
        let device = key.key().kind().is_device();
        let ended = ssh.keygen(&arguments, bytes, cancel).map_err(|error| SignError::of_process(error, device))?;
        if !ended.status.success() {
            return Err(self.why(key, &ended, cancel));
        }
        let signature = Sshsig::parse(&ended.out.bytes).map_err(|error| SignError::Unexpected(error.to_string()))?;
        check_asked(signature, key, namespace)
    }

    /// Says why ssh-keygen did not sign.
    fn why(&self, key: &SigningKey, ended: &Ended, cancel: &Cancel) -> SignError {
        let (err, device) = (&ended.err, key.key().kind().is_device());
        if is_too_old(err) {
            return SignError::TooOld;
        }
        if says(err, &["agent refused operation", "communication with agent failed"]) {
            return SignError::AgentRefused { device };
        }
        match key.place() {
            Place::Agent if says(err, &["No private key found", "Couldn't load"]) => self.why_not_agent(key, cancel),
            Place::Agent => SignError::Other(last_words(err)),
            Place::Beside(_) if device => SignError::Device(last_words(err)),
            Place::Beside(file) => why_not_file(&shown(&file.to_string_lossy()), ended),
        }
    }

    /// Says why the agent did not sign, which ssh-keygen does not tell.
    fn why_not_agent(&self, key: &SigningKey, cancel: &Cancel) -> SignError {
        match self.agent_keys(cancel) {
            Ok(_) => SignError::NotInAgent(key.key().fingerprint()),
            Err(error) => error,
        }
    }
}

/// Writes the public half where no private one is beside it, so that only the agent can sign.
fn public_half(scratch: &Scratch, key: &SigningKey) -> Result<PathBuf, SignError> {
    let line = key.key().line() + "\n";
    scratch.put("key.pub", line.as_bytes()).map_err(|error| SignError::Other(shown(&error.to_string())))
}

fn why_not_file(path: &str, ended: &Ended) -> SignError {
    let key_file = |what: &str| SignError::KeyFile { path: path.to_owned(), what: what.to_owned() };
    let err = &ended.err;
    if says(err, &["incorrect passphrase"]) {
        return SignError::Passphrase(path.to_owned());
    }
    if says(err, &["bad permissions", "UNPROTECTED PRIVATE KEY"]) {
        return key_file("others may read its private half; chmod 600 it");
    }
    if says(err, &["No private key found", "No such file"]) {
        return key_file("its private half is not beside it, and no ssh-agent has it");
    }
    match says(err, &["doesn't match private"]) {
        true => key_file("it is not the half of the private key beside it"),
        false => SignError::Other(last_words(err)),
    }
}

fn check_asked(signature: Sshsig, key: &SigningKey, namespace: &str) -> Result<Sshsig, SignError> {
    if signature.key().bytes() != key.key().bytes() {
        return Err(SignError::Unexpected("it is by another key".to_owned()));
    }
    match signature.namespace() == namespace {
        true => Ok(signature),
        false => Err(SignError::Unexpected("it is for something else".to_owned())),
    }
}
