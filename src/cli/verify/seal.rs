//! The signatures over a seal: whose they are, and by what.
//!
//! Whether the seal covers the journal is the audit's. Every file that has the ending of a signature has
//! to be one, because whoever verifies by hand goes through all of them.

use std::collections::HashMap;
use std::io;
use std::path::Path;

use super::doubt::{About, Doubt, Weight};
use super::hold::short;
use super::judge::Judged;
use super::outside::Outside;
use crate::exec::sign::{Check, NotVerified, OpenSsh, Signers, Verified};
use crate::journal::{JournalError, Kind, Seal, Storage, read_seal_signature};
use crate::run::roster::{Level, SEAL};

/// The directory of the seal.
const DIRECTORY: &str = "seal";
/// What the names of signatures end with.
const ENDING: &str = ".sig";
/// The most files that are looked at.
const MOST_FILES: usize = 10_000;
/// How many people are named who did not sign.
const MOST_NAMED: usize = 8;

/// Is a person whose signature of the seal holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Sealer {
    pub(super) person: String,
    pub(super) level: Level,
}

/// Verifies the signatures of a run's seal, and gives whose hold.
pub(super) fn check_sealers(
    (storage, run): (&dyn Storage, &Path),
    judged: &mut Judged,
    (outside, ssh): (&Outside, &OpenSsh),
) -> Result<Vec<Sealer>, JournalError> {
    let Some(text) = &judged.audit.seal_text else { return Ok(Vec::new()) };
    let mut seals = Signatures { judged, outside, sealers: Vec::new(), keys: HashMap::new(), doubts: Vec::new() };
    let at_ms = Seal::parse(text).ok().and_then(|seal| moment(&seal.time));
    for person in &judged.audit.signers {
        let check = Check {
            signers: Signers::Text(&judged.basis.signers),
            person,
            namespace: SEAL,
            at_ms,
            revoked: outside.revoked.as_deref(),
            touch: false,
        };
        match read_seal_signature(storage, run, person) {
            Ok(signature) => seals.take(person, ssh.verify(&check, text, &signature.unwrap_or_default())),
            Err(error @ (JournalError::Content { .. } | JournalError::TooLarge { .. })) => {
                seals.doubts.push(wrong(format!("the signature of the seal in the name of {person}: {error}")));
            }
            Err(error) => return Err(error),
        }
    }
    let Signatures { sealers, mut doubts, .. } = seals;
    doubts.extend(strange_files((storage, run), &judged.audit.signers)?);
    doubts.extend(missing(judged, &sealers));
    judged.doubts.extend(doubts);
    Ok(sealers)
}

fn moment(time: &str) -> Option<i64> {
    chrono::DateTime::parse_from_rfc3339(time).ok().map(|time| time.timestamp_millis())
}

fn wrong(words: String) -> Doubt {
    Doubt::wrong(About::Seal, 0, words).of_run()
}

/// Collects signatures of a seal.
struct Signatures<'a> {
    judged: &'a Judged,
    outside: &'a Outside,
    sealers: Vec<Sealer>,
    /// Whose each key is that was met.
    keys: HashMap<Vec<u8>, String>,
    doubts: Vec<Doubt>,
}

impl Signatures<'_> {
    fn take(&mut self, person: &str, verified: Result<Verified, NotVerified>) {
        match verified {
            Ok(verified) => {
                self.sealers.push(Sealer { person: person.to_owned(), level: verified.level() });
                self.hold(person, &verified);
            }
            Err(why) => {
                let weight = if matches!(why, NotVerified::CannotTell(_)) { Weight::Unknown } else { Weight::Wrong };
                let words = format!("the signature of the seal in the name of {person} does not hold: {why}");
                self.doubts.push(wrong(words).of_weight(weight));
            }
        }
    }

    /// Holds a key against the roster of the run, where the auditor has no better one, and against the others.
    fn hold(&mut self, person: &str, verified: &Verified) {
        let (basis, key) = (&self.judged.basis, &verified.key);
        let is_his = basis.member(person).is_some_and(|member| member.has_key(key));
        if self.outside.signers.is_none() && basis.roster.is_some() && !is_his {
            let key = key.fingerprint();
            self.doubts
                .push(wrong(format!("the roster does not have the key {key}, with which {person} signed the seal")));
        }
        if let Some(other) = self.keys.insert(key.plain_bytes().to_vec(), person.to_owned()) {
            let words = format!("{other} and {person} signed the seal with one key; two signatures are of two people");
            self.doubts.push(wrong(words));
        }
    }
}

/// Finds files that have the ending of a signature and cannot be anybody's.
fn strange_files((storage, run): (&dyn Storage, &Path), signers: &[String]) -> Result<Vec<Doubt>, JournalError> {
    let dir = run.join(DIRECTORY);
    let listed = storage.stat(&dir).and_then(|found| match found.kind {
        Kind::Directory => storage.list(&dir, MOST_FILES),
        Kind::File | Kind::Other => Err(io::ErrorKind::NotADirectory.into()),
    });
    let names = listed.map_err(|source| JournalError::Io { doing: "list", path: dir.clone(), source })?;
    let mut names: Vec<_> = names.iter().map(|name| name.to_string_lossy()).collect();
    names.sort_unstable();
    let strange = names.iter().filter_map(|name| name.strip_suffix(ENDING)).filter(|name| !name.starts_with('.'));
    let strange = strange.filter(|name| !signers.iter().any(|signer| signer == name));
    Ok(strange.map(|name| wrong(format!("{DIRECTORY}/{}{ENDING} is a signature of nobody", short(name)))).collect())
}

/// Names those who signed steps with a key, and not the seal.
fn missing(judged: &Judged, sealers: &[Sealer]) -> Option<Doubt> {
    let is_sealer = |person: &String| sealers.iter().any(|sealer| sealer.person == *person);
    let people = judged.tally.with_keys().filter(|person| !is_sealer(person));
    let names: Vec<_> = people.map(|person| short(person)).take(MOST_NAMED).collect();
    let words = || format!("not everybody who signed steps with a key signed the seal: {} did not", names.join(", "));
    (!names.is_empty() && !sealers.is_empty()).then(|| wrong(words()).of_weight(Weight::Note))
}
