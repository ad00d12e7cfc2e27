//! The seal: a text of nine lines that covers a run's journal to its last byte, and what signs it.
//!
//! Owns how the text is written and read, and where it and its signatures stand. Making one under
//! the journal's lock is [`Writer::seal`](super::Writer::seal)'s; whether it covers the journal is
//! the audit's question, whether a signature is anybody's is asked on a higher floor.

use std::fmt;
use std::path::Path;

use super::clock::timestamp;
use super::digest::Digest;
use super::error::JournalError;
use super::layout::{SEAL, SIGNATURE, seal_in};
use super::line::parse_number;
use super::name::{is_run, is_word};
use super::storage::{Privacy, Storage};
use super::whole::{Place, Put, is_there, open_plain, put_new, read_whole, sync_dir};

/// The longest result.
const LONGEST_RESULT: usize = 4096;
/// The longest text of a seal.
const LONGEST: u64 = 16 * 1024;
/// The longest signature.
const LONGEST_SIGNATURE: u64 = 64 * 1024;
/// The most signatures that are listed.
const MOST_SIGNERS: usize = 1_000;

const VERSIONS: &str = "mop seal v";
const VERSION: &str = "mop seal v1";

/// Says what a seal covers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seal {
    /// The name of the run's directory.
    pub run: String,
    /// How many records its journal has.
    pub records: u64,
    /// The hash of the last of them.
    pub head: Digest,
    /// How many bytes the journal has.
    pub bytes: u64,
    /// Their hash.
    pub sha256: Digest,
    /// The last record of the ledger, by number and hash.
    pub ledger: Option<(u64, Digest)>,
    /// How the run ended, in one line.
    pub result: String,
    /// When it was sealed.
    pub time: String,
}

/// Says why a text is no seal.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotASeal {
    /// Another version of the program wrote it.
    #[error("the seal is of another version than this mop knows, which is 1; look at it with a newer mop")]
    Version,
    /// A line is not as it has to be.
    #[error("line {number} of the seal is not `{key}` as it has to be")]
    Line {
        /// Which line, from 1.
        number: usize,
        /// What has to stand there.
        key: &'static str,
    },
    /// It does not end with its last line.
    #[error("the seal does not end with its line `time`")]
    Ending,
}

/// Is a seal with the bytes that say so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// What it covers.
    pub seal: Seal,
    /// Its bytes, which are what is signed.
    pub text: Vec<u8>,
    /// Their hash.
    pub sha256: Digest,
}

impl Sealed {
    /// Reads the bytes of a seal.
    ///
    /// # Errors
    ///
    /// Says why they are none.
    pub fn parse(text: Vec<u8>) -> Result<Self, NotASeal> {
        let seal = Seal::parse(&text)?;
        let sha256 = Digest::of(&text);
        Ok(Self { seal, text, sha256 })
    }
}

impl Seal {
    /// Reads the text of a seal, which has exactly one form.
    ///
    /// # Errors
    ///
    /// Says why it is none.
    pub fn parse(text: &[u8]) -> Result<Self, NotASeal> {
        let mut lines = Lines { rest: text, number: 0 };
        lines.check_version()?;
        Ok(Self {
            run: lines.value("run", |name| is_run(name).then(|| name.to_owned()))?,
            records: lines.value("records", number)?,
            head: lines.value("head", digest)?,
            bytes: lines.value("bytes", number)?,
            sha256: lines.value("sha256", digest)?,
            ledger: lines.value("ledger", parse_place)?,
            result: lines.value("result", |result| is_result(result).then(|| result.to_owned()))?,
            time: lines.value("time", time)?,
        })
        .and_then(|seal| if lines.rest.is_empty() { Ok(seal) } else { Err(NotASeal::Ending) })
    }
}

impl fmt::Display for Seal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { run, records, head, bytes, sha256, ledger, result, time } = self;
        writeln!(f, "{VERSION}\nrun {run}\nrecords {records}\nhead {head}\nbytes {bytes}\nsha256 {sha256}")?;
        writeln!(f, "ledger {}\nresult {result}\ntime {time}", place_text(*ledger))
    }
}

/// Writes where a ledger stands, as a seal and the first record of a run name it: `41 <64 hex>`, or `-`.
#[must_use]
pub fn place_text(place: Option<(u64, Digest)>) -> String {
    place.map_or_else(|| "-".to_owned(), |(n, head)| format!("{n} {head}"))
}

/// Reads where a ledger stands; nothing when it says nothing, and an outer nothing when it is no such text.
pub(super) fn parse_place(text: &str) -> Option<Option<(u64, Digest)>> {
    if text == "-" {
        return Some(None);
    }
    let (n, head) = text.split_once(' ')?;
    Some(Some((number(n)?, digest(head)?)))
}

/// Tells whether a text may be the result in a seal: one line with something in it.
#[must_use]
pub fn is_result(text: &str) -> bool {
    let is_plain = |c: char| !c.is_control() && !matches!(c, '\u{2028}' | '\u{2029}');
    !text.is_empty() && text.len() <= LONGEST_RESULT && text.trim() == text && text.chars().all(is_plain)
}

fn number(text: &str) -> Option<u64> {
    parse_number(text.as_bytes()).filter(|(_, digits)| *digits == text.len()).map(|(number, _)| number)
}

fn digest(text: &str) -> Option<Digest> {
    Digest::parse(text.as_bytes())
}

fn time(text: &str) -> Option<String> {
    let time = chrono::DateTime::parse_from_rfc3339(text).ok()?;
    (timestamp(time.timestamp_millis()) == text).then(|| text.to_owned())
}

/// Takes a text apart, line by line.
struct Lines<'a> {
    rest: &'a [u8],
    number: usize,
}

impl<'a> Lines<'a> {
    /// Gives the next whole line, without its line feed.
    fn next(&mut self) -> Option<&'a str> {
        self.number += 1;
        let end = memchr::memchr(b'\n', self.rest)?;
        let line = str::from_utf8(&self.rest[..end]).ok()?;
        self.rest = &self.rest[end + 1..];
        Some(line)
    }

    fn check_version(&mut self) -> Result<(), NotASeal> {
        match self.next() {
            Some(VERSION) => Ok(()),
            Some(line) if line.starts_with(VERSIONS) => Err(NotASeal::Version),
            _ => Err(NotASeal::Line { number: 1, key: VERSION }),
        }
    }

    fn value<T>(&mut self, key: &'static str, parse: impl Fn(&'a str) -> Option<T>) -> Result<T, NotASeal> {
        let value = self.next().and_then(|line| line.strip_prefix(key)?.strip_prefix(' '));
        value.and_then(parse).ok_or(NotASeal::Line { number: self.number, key })
    }
}

/// Reads the bytes of a run's seal; nothing when the run is not sealed.
///
/// # Errors
///
/// Says why they cannot be read.
pub fn read_seal(storage: &dyn Storage, run: &Path) -> Result<Option<Vec<u8>>, JournalError> {
    read_whole(storage, &seal_in(run), LONGEST)
}

/// Makes sure that a seal which is there stays there, whoever made it, and reads it.
///
/// Whoever finds a run sealed asks this before telling anybody: a process may have been killed
/// between naming the seal and making the name durable.
///
/// # Errors
///
/// Says why it cannot be read or made durable.
pub fn confirm_seal(storage: &dyn Storage, run: &Path) -> Result<Option<Sealed>, JournalError> {
    confirm(storage, &seal_in(run))
}

/// Does the same by the path of the seal.
pub(super) fn confirm(storage: &dyn Storage, path: &Path) -> Result<Option<Sealed>, JournalError> {
    let Some(file) = open_plain(storage, path, LONGEST)? else {
        return Ok(None);
    };
    file.settle()?;
    let text = file.bytes()?;
    sync_dir(storage, path.parent().unwrap_or(path))?;
    let sealed = Sealed::parse(text).map_err(|why| JournalError::NotASeal { path: path.into(), why })?;
    Ok(Some(sealed))
}

/// Adds a person's signature to a run's seal; the same one twice is one.
///
/// # Errors
///
/// Says why it is not there: the run is not sealed, the name cannot be a file's, the person has
/// signed otherwise, or the disk fails.
pub fn add_seal_signature(
    storage: &dyn Storage,
    run: &Path,
    signer: &str,
    signature: &[u8],
) -> Result<(), JournalError> {
    let (dir, name) = (run.join(SEAL), signature_name(signer)?);
    let path = dir.join(&name);
    check_signature(&path, signature)?;
    if !is_there(storage, &seal_in(run))? {
        return Err(JournalError::Seal { what: "the run has no seal that could be signed; seal it first".into() });
    }
    let place = Place { dir: &dir, name: &name, privacy: Privacy::Usual };
    if put_new(storage, &place, signature)? == Put::New {
        return Ok(());
    }
    let there = open_plain(storage, &path, LONGEST_SIGNATURE)?;
    let is_same = match &there {
        Some(file) => file.settle().and_then(|()| file.bytes())? == signature,
        None => false,
    };
    sync_dir(storage, &dir)?;
    if is_same { Ok(()) } else { Err(JournalError::Content { path, what: "holds another signature already" }) }
}

fn check_signature(path: &Path, signature: &[u8]) -> Result<(), JournalError> {
    let size = signature.len() as u64;
    if size > LONGEST_SIGNATURE {
        return Err(JournalError::TooLarge { path: path.into(), size, most: LONGEST_SIGNATURE });
    }
    if signature.is_empty() {
        return Err(JournalError::Seal { what: "the signature is empty".into() });
    }
    Ok(())
}

fn signature_name(signer: &str) -> Result<String, JournalError> {
    if is_word(signer) {
        return Ok(format!("{signer}{SIGNATURE}"));
    }
    Err(JournalError::Name { name: signer.to_owned(), what: "a signature" })
}

/// Reads a person's signature of a run's seal; nothing when there is none.
///
/// # Errors
///
/// Says why it cannot be read.
pub fn read_seal_signature(storage: &dyn Storage, run: &Path, signer: &str) -> Result<Option<Vec<u8>>, JournalError> {
    read_whole(storage, &run.join(SEAL).join(signature_name(signer)?), LONGEST_SIGNATURE)
}

/// Lists who signed a run's seal, by the names of the signatures; whether they did is not looked at.
///
/// # Errors
///
/// Says why the directory cannot be listed; one that is not there is empty.
pub fn seal_signers(storage: &dyn Storage, run: &Path) -> Result<Vec<String>, JournalError> {
    let dir = run.join(SEAL);
    if !is_there(storage, &dir)? {
        return Ok(Vec::new());
    }
    let names = storage.list(&dir, MOST_SIGNERS).map_err(JournalError::io("list", &dir))?;
    let signer = |name: &std::ffi::OsString| name.to_str()?.strip_suffix(SIGNATURE).map(str::to_owned);
    let mut signers: Vec<_> = names.iter().filter_map(signer).filter(|name| is_word(name)).collect();
    signers.sort_unstable();
    Ok(signers)
}

#[cfg(test)]
mod tests;
