//! Verifies signatures with `ssh-keygen -Y verify`, and touch by ourselves.
//!
//! A signature is believed only when ssh-keygen believes it, it says the same of itself that we read
//! in it, and the device was touched where that is asked. When anything cannot be told it is not
//! believed.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use chrono::{DateTime, Datelike as _};

use super::super::process::{Cancel, Ended};
use super::super::scratch::Scratch;
use super::error::{is_too_old, last_words, says, shown};
use super::{Device, NotVerified, OpenSsh, Sshsig};
use crate::run::roster::{Certificate, Level, PublicKey, is_person_id};

/// Conditions of certificates that are about logging in, and mean nothing for a signature.
const OF_LOGINS: [&str; 2] = ["force-command", "source-address"];
/// The condition that the device has known its owner.
const VERIFY_REQUIRED: &str = "verify-required";

/// Says who may sign: the content of `allowed_signers`, or a file with it.
///
/// Times in it that have no zone are taken as UTC.
#[derive(Clone, Copy, Debug)]
pub enum Signers<'a> {
    /// The content.
    Text(&'a str),
    /// A file.
    File(&'a Path),
}

/// Says what a signature is to be.
#[derive(Clone, Copy, Debug)]
pub struct Check<'a> {
    /// Who may sign.
    pub signers: Signers<'a>,
    /// Whose signature it is to be.
    pub person: &'a str,
    /// What it is to be for.
    pub namespace: &'a str,
    /// When the key must have been good, in milliseconds since 1970; now, when nothing is said.
    pub at_ms: Option<i64>,
    /// A file with keys that are no longer good: a list of them or a KRL.
    pub revoked: Option<&'a Path>,
    /// Says that a device must have been touched.
    pub touch: bool,
}

/// Is what is known of a signature that is believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// Whose it is.
    pub person: String,
    /// The key that it is by.
    pub key: PublicKey,
    /// What the device with the key stated.
    pub device: Option<Device>,
}

impl Verified {
    /// Tells whether a device was touched for it.
    #[must_use]
    pub fn touched(&self) -> bool {
        self.device.is_some_and(Device::is_touched)
    }

    /// Tells whether the device knew its owner.
    #[must_use]
    pub fn user_verified(&self) -> bool {
        self.device.is_some_and(Device::is_user_verified)
    }

    /// Gives how often the device has signed.
    #[must_use]
    pub fn counter(&self) -> Option<u32> {
        self.device.map(|device| device.counter)
    }

    /// Gives the level that it proves.
    #[must_use]
    pub fn level(&self) -> Level {
        if self.touched() { Level::Touch } else { Level::Key }
    }
}

impl OpenSsh {
    /// Verifies a signature over bytes.
    ///
    /// # Errors
    ///
    /// Says why it is not believed.
    pub fn verify(&self, check: &Check<'_>, bytes: &[u8], signature: &[u8]) -> Result<Verified, NotVerified> {
        let signature = Sshsig::parse(signature)?;
        check_claim(check, &signature)?;
        let files = Files::put(check.signers, &signature)?;
        let ended = self.keygen_verify(&files, &arguments(check)?, bytes)?;
        if !ended.status.success() {
            return Err(why(check, &signature, &ended));
        }
        if !confirms(&ended, &signature) {
            return Err(NotVerified::CannotTell(format!("ssh-keygen says {:?}", shown_out(&ended))));
        }
        Ok(Verified { person: check.person.to_owned(), device: signature.device(), key: signature.key().clone() })
    }

    /// Finds whose key a signature claims to be by; it says nothing of what was signed.
    ///
    /// # Errors
    ///
    /// Says why it cannot be told.
    pub fn find_principals(&self, signers: Signers<'_>, signature: &[u8]) -> Result<Vec<String>, NotVerified> {
        let files = Files::put(signers, &Sshsig::parse(signature)?)?;
        let ended = self.keygen_verify(&files, &["find-principals".into()], b"")?;
        if !ended.status.success() {
            let none = says(&ended.err, &["No principal matched"]);
            return if none { Ok(Vec::new()) } else { Err(cannot_tell(&ended)) };
        }
        let text = String::from_utf8_lossy(&ended.out.bytes);
        Ok(text.split(['\n', ',']).filter(|person| is_person_id(person)).map(str::to_owned).collect())
    }

    fn keygen_verify(&self, files: &Files, what: &[OsString], bytes: &[u8]) -> Result<Ended, NotVerified> {
        let mut arguments: Vec<&OsStr> = vec!["-Y".as_ref()];
        arguments.extend(what.iter().map(OsString::as_os_str));
        arguments.extend(["-f".as_ref(), files.signers.as_os_str(), "-s".as_ref(), files.signature.as_os_str()]);
        let ended = self.prompt().keygen(&arguments, bytes, &Cancel::new());
        ended.map_err(|error| {
            NotVerified::CannotTell(format!("{}; OpenSSH 8.2 or newer is needed", shown(&error.to_string())))
        })
    }
}

/// Checks what we can tell ourselves, which is also what ssh-keygen would take for a pattern or leave be.
fn check_claim(check: &Check<'_>, signature: &Sshsig) -> Result<(), NotVerified> {
    if !is_person_id(check.person) {
        return Err(NotVerified::Person(shown(check.person)));
    }
    if signature.namespace() != check.namespace {
        return Err(NotVerified::Namespace { asked: shown(check.namespace), found: shown(signature.namespace()) });
    }
    let touched = signature.device().is_some_and(Device::is_touched);
    if check.touch && !touched {
        return Err(NotVerified::NotTouched);
    }
    let verified = signature.device().is_some_and(Device::is_user_verified);
    signature.key().certificate().map_or(Ok(()), |certificate| check_conditions(certificate, verified))
}

/// Checks what a certificate is good under only: a condition that is not known is not met.
fn check_conditions(certificate: &Certificate, user_verified: bool) -> Result<(), NotVerified> {
    let is_met = |name: &str| OF_LOGINS.contains(&name) || (name == VERIFY_REQUIRED && user_verified);
    match certificate.conditions.iter().find(|name| !is_met(name)) {
        Some(name) => Err(NotVerified::Condition(shown(name))),
        None => Ok(()),
    }
}

/// Gives what ssh-keygen is asked.
fn arguments(check: &Check<'_>) -> Result<Vec<OsString>, NotVerified> {
    let mut arguments: Vec<OsString> = ["verify", "-I", check.person, "-n", check.namespace].map(OsString::from).into();
    if let Some(at_ms) = check.at_ms {
        arguments.push(format!("-Overify-time={}", time(at_ms)?).into());
    }
    if let Some(revoked) = check.revoked {
        arguments.extend(["-r".into(), revoked.into()]);
    }
    Ok(arguments)
}

/// Writes a time as ssh-keygen reads it; without the zone, which only OpenSSH 9.1 understands, and
/// in UTC, which is the zone that it is given.
fn time(at_ms: i64) -> Result<String, NotVerified> {
    let at = DateTime::from_timestamp_millis(at_ms).filter(|at| (1970..=9999).contains(&at.year()));
    let at = at.ok_or_else(|| NotVerified::CannotTell("its time is none that ssh-keygen reads".to_owned()))?;
    Ok(at.format("%Y%m%d%H%M%S").to_string())
}

/// Is what ssh-keygen reads from files.
struct Files {
    signers: PathBuf,
    signature: PathBuf,
    _scratch: Scratch,
}

impl Files {
    fn put(signers: Signers<'_>, signature: &Sshsig) -> Result<Self, NotVerified> {
        let put = || {
            let scratch = Scratch::new()?;
            let signers = match signers {
                Signers::Text(text) => scratch.put("allowed_signers", text.as_bytes())?,
                Signers::File(path) => path.to_owned(),
            };
            // What we have read and no other bytes, so that both judge the same.
            let signature = scratch.put("signature", signature.to_string().as_bytes())?;
            Ok(Self { signers, signature, _scratch: scratch })
        };
        put().map_err(|error: std::io::Error| NotVerified::CannotTell(shown(&error.to_string())))
    }
}

/// Tells whether ssh-keygen names the key that we have read.
fn confirms(ended: &Ended, signature: &Sshsig) -> bool {
    let out = String::from_utf8_lossy(&ended.out.bytes);
    out.starts_with("Good ") && out.trim_end().ends_with(&format!(" key {}", signature.key().fingerprint()))
}

fn shown_out(ended: &Ended) -> String {
    shown(String::from_utf8_lossy(&ended.out.bytes).trim())
}

fn why(check: &Check<'_>, signature: &Sshsig, ended: &Ended) -> NotVerified {
    if is_too_old(&ended.err) {
        return NotVerified::CannotTell(format!(
            "the installed ssh-keygen is too old; install OpenSSH {} or newer",
            if check.at_ms.is_some() { "8.9" } else { "8.2" }
        ));
    }
    if says(&ended.err, &["incorrect signature"]) {
        return NotVerified::Changed;
    }
    if says(&ended.err, &["Unable to open allowed keys file", "Invalid KRL", "Error checking"]) {
        return cannot_tell(ended);
    }
    NotVerified::NotAllowed {
        fingerprint: signature.key().fingerprint(),
        person: check.person.to_owned(),
        why: reason(ended),
    }
}

/// Takes ssh-keygen's word for it; of a key that is unknown or revoked it says nothing.
fn reason(ended: &Ended) -> String {
    let said = last_words(&ended.err);
    let words = said
        .split_once("allowed_signers:")
        .map(|(_, words)| words.trim_start_matches(|c: char| c.is_ascii_digit() || c == ':' || c == ' '));
    match words {
        Some(words) => words.to_owned(),
        None if ended.err.bytes.is_empty() => "it is not the person's, or no longer good".to_owned(),
        None => said,
    }
}

fn cannot_tell(ended: &Ended) -> NotVerified {
    NotVerified::CannotTell(last_words(&ended.err))
}

#[cfg(test)]
mod tests;
