//! The files around a journal: those that records name, and those that nobody does.
//!
//! Salts and presence are not looked into: the first are for the account alone, the second vouch
//! for nothing.

use std::collections::BTreeSet;
use std::path::Path;

use super::finding::{Finding, Findings};
use super::gathering::Gathering;
use crate::journal::blob::{MAX_BLOB, blob_path};
use crate::journal::digest::Digest;
use crate::journal::error::JournalError;
use crate::journal::layout::{BLOBS, COMMANDS, JOURNAL, LOCK, MAKING, SEAL, SEAL_TEXT, SECRETS, SESSIONS, SIGNATURE};
use crate::journal::name::is_component;
use crate::journal::storage::{Kind, Storage};
use crate::journal::whole::{kind_of, open_plain};

/// The most names that are looked at in one directory.
const MOST: usize = 100_000;

/// Checks every file of a run's directory but the journal and the seal.
pub(super) fn check(
    storage: &dyn Storage,
    run: &Path,
    (gathering, findings): (&Gathering, &mut Findings),
) -> Result<(), JournalError> {
    let named = gathering.first.as_ref().map_or(&[][..], |first| first.files.as_slice());
    for (name, sha256) in named {
        findings.extend(check_file(storage, run, (name, sha256))?);
    }
    for (blob, n) in &gathering.blobs {
        findings.extend(check_blob(storage, run, (blob, *n))?);
    }
    let names: BTreeSet<_> = named.iter().map(|(name, _)| name.as_str()).collect();
    let own = [JOURNAL, LOCK, BLOBS, SECRETS, SESSIONS, COMMANDS, SEAL];
    let mut look = Look { storage, findings };
    look.each(run, Path::new(""), &mut |name, _| Ok(own.contains(&name) || names.contains(name)))?;
    look.each(&run.join(SEAL), Path::new(SEAL), &mut |name, _| Ok(name == SEAL_TEXT || name.ends_with(SIGNATURE)))?;
    look.shelves(run, gathering)
}

fn check_file(
    storage: &dyn Storage,
    run: &Path,
    (name, sha256): (&str, &Digest),
) -> Result<Option<Finding>, JournalError> {
    if !is_component(name) {
        return Ok(Some(Finding::FileNameUnfit { name: name.to_owned() }));
    }
    let name = name.to_owned();
    Ok(match sha256_of(storage, &run.join(&name), u64::MAX)? {
        Content::Missing => Some(Finding::FileMissing { name }),
        Content::Is(found) if found == *sha256 => None,
        Content::Is(_) | Content::Other => Some(Finding::FileAltered { name }),
    })
}

fn check_blob(storage: &dyn Storage, run: &Path, (blob, n): (&Digest, u64)) -> Result<Option<Finding>, JournalError> {
    Ok(match sha256_of(storage, &blob_path(run, blob), MAX_BLOB)? {
        Content::Missing => Some(Finding::BlobMissing { n, blob: *blob }),
        Content::Is(found) if found == *blob => None,
        Content::Is(_) | Content::Other => Some(Finding::BlobAltered { n, blob: *blob }),
    })
}

/// Is what a name turned out to hold.
enum Content {
    Missing,
    /// No plain file, or one that is too large to be what was kept.
    Other,
    Is(Digest),
}

fn sha256_of(storage: &dyn Storage, path: &Path, most: u64) -> Result<Content, JournalError> {
    match open_plain(storage, path, most) {
        Ok(None) => Ok(Content::Missing),
        Ok(Some(file)) => file.sha256().map(Content::Is),
        Err(JournalError::Content { .. } | JournalError::TooLarge { .. }) => Ok(Content::Other),
        Err(error) => Err(error),
    }
}

/// Looks through directories for what nobody names.
struct Look<'a> {
    storage: &'a dyn Storage,
    findings: &'a mut Findings,
}

impl Look<'_> {
    /// Looks at each name in a directory that is there; `is_known` is asked with the name and its path.
    fn each(
        &mut self,
        dir: &Path,
        shown: &Path,
        is_known: &mut dyn FnMut(&str, &Path) -> Result<bool, JournalError>,
    ) -> Result<(), JournalError> {
        if kind_of(self.storage, dir)? != Some(Kind::Directory) {
            return Ok(());
        }
        let mut names = self.storage.list(dir, MOST).map_err(JournalError::io("list", dir))?;
        names.sort_unstable();
        if names.len() == MOST {
            self.findings.push(Finding::TooMany { dir: shown.display().to_string() });
        }
        for name in names {
            let is_known = name.to_str().map_or(Ok(false), |name| is_known(name, &dir.join(name)))?;
            let path = shown.join(&name).display().to_string();
            match name.to_string_lossy().starts_with(MAKING) {
                _ if is_known => {}
                true => self.findings.push(Finding::Remains { path }),
                false => self.findings.push(Finding::Unexpected { path }),
            }
        }
        Ok(())
    }

    /// Looks through the blobs.
    fn shelves(&mut self, run: &Path, gathering: &Gathering) -> Result<(), JournalError> {
        let (storage, blobs) = (self.storage, run.join(BLOBS));
        let mut shelves = Vec::new();
        self.each(&blobs, Path::new(BLOBS), &mut |name, path| {
            let is_shelf = is_shelf(name) && kind_of(storage, path)? == Some(Kind::Directory);
            shelves.extend(is_shelf.then(|| name.to_owned()));
            Ok(is_shelf)
        })?;
        for shelf in shelves {
            self.shelf(&blobs.join(&shelf), (&shelf, gathering))?;
        }
        Ok(())
    }

    fn shelf(&mut self, dir: &Path, (shelf, gathering): (&str, &Gathering)) -> Result<(), JournalError> {
        let mut unnamed = Vec::new();
        let shown = Path::new(BLOBS).join(shelf);
        self.each(dir, &shown, &mut |name, _| {
            let blob = Digest::parse(name.as_bytes()).filter(|_| name.starts_with(shelf));
            unnamed.extend(blob.filter(|blob| !gathering.blobs.contains_key(blob)));
            Ok(blob.is_some())
        })?;
        let remains = |blob: Digest| Finding::Remains { path: shown.join(blob.to_string()).display().to_string() };
        self.findings.extend(unnamed.into_iter().map(remains));
        Ok(())
    }
}

fn is_shelf(name: &str) -> bool {
    name.len() == 2 && name.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}
