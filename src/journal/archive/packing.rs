//! Packing a run: the same bytes each time, to wherever they go.
//!
//! Every file is read once more and held against what was read of it before, so that what is written first, its
//! size and checksums, is true of what follows. At the end stands `SHA256SUMS`, over all that is before it.
//! An archive in a file is there whole, synced and under a name that no other file had, or not at all.

use std::io;
use std::path::Path;

use sha2::{Digest as _, Sha256};

use super::contents::{Contents, Packed};
use super::form::{Entry, List};
use super::{MOST_LIST, PIECE};
use crate::journal::digest::Digest;
use crate::journal::error::JournalError;
use crate::journal::storage::{Privacy, Storage};
use crate::journal::whole::{Place, Put, is_there, open_plain, put_held, sync_dir, write_all};

/// The name of the list of hashes.
const SUMS: &str = "SHA256SUMS";

/// Takes bytes to where an archive goes.
pub type Sink<'a> = dyn FnMut(&[u8]) -> Result<(), JournalError> + 'a;

/// Says what was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Written {
    /// How many files are in it.
    pub files: u64,
    /// How many bytes it has.
    pub bytes: u64,
    /// The hash of them.
    pub sha256: Digest,
}

/// Writes a run as an archive; `beside` are small files that stand beside the run, by name and in order.
///
/// # Errors
///
/// Says what cannot be read or was changed meanwhile, or what the sink says.
pub fn write_archive(
    storage: &dyn Storage,
    run: &Path,
    (contents, beside): (&Contents, &[(&str, &[u8])]),
    sink: &mut Sink<'_>,
) -> Result<Written, JournalError> {
    let sums = sums(contents, beside);
    let mut out = Out { sink, buffer: Vec::with_capacity(PIECE), hash: Sha256::new(), bytes: 0, entries: Vec::new() };
    for file in &contents.files {
        out.begin((&file.name, file.size, file.crc32))?;
        copy(storage, run, file, &mut out)?;
    }
    for (name, bytes) in beside.iter().copied().chain([(SUMS, sums.as_bytes())]) {
        out.begin((name, bytes.len() as u64, crc32fast::hash(bytes)))?;
        out.push(bytes)?;
    }
    out.finish(run)
}

/// Lists the hash of every file, as `sha256sum -c` reads it.
fn sums(contents: &Contents, beside: &[(&str, &[u8])]) -> String {
    let packed = contents.files.iter().map(|file| format!("{}  {}\n", file.sha256, file.name));
    let beside = beside.iter().map(|(name, bytes)| format!("{}  {name}\n", Digest::of(bytes)));
    packed.chain(beside).collect()
}

/// Copies as much of a file as was read before, which has to be the same.
fn copy(storage: &dyn Storage, run: &Path, packed: &Packed, out: &mut Out<'_, '_>) -> Result<(), JournalError> {
    let name = packed.name.split_once('/').map_or("", |(_, name)| name);
    let path = run.join(name);
    let changed = || JournalError::Archive {
        path: path.clone(),
        what: "was changed while it was packed; do it again, and if that stays so look into who changes it".to_owned(),
    };
    let mut file = open_plain(storage, &path, u64::MAX)?.ok_or_else(changed)?;
    file.size = file.size.min(packed.size);
    let (mut crc32, mut copied, mut pushed) = (crc32fast::Hasher::new(), 0, Ok(()));
    file.read(&mut |piece| {
        crc32.update(piece);
        copied += piece.len() as u64;
        if pushed.is_ok() {
            pushed = out.push(piece);
        }
    })?;
    pushed?;
    if copied == packed.size && crc32.finalize() == packed.crc32 { Ok(()) } else { Err(changed()) }
}

/// Is an archive that is being written.
struct Out<'a, 'b> {
    sink: &'a mut Sink<'b>,
    buffer: Vec<u8>,
    hash: Sha256,
    bytes: u64,
    entries: Vec<Entry>,
}

impl Out<'_, '_> {
    fn begin(&mut self, (name, size, crc32): (&str, u64, u32)) -> Result<(), JournalError> {
        let entry = Entry { name: name.to_owned(), size, crc32, offset: self.bytes };
        let local = entry.local();
        self.entries.push(entry);
        self.push(&local)
    }

    fn push(&mut self, bytes: &[u8]) -> Result<(), JournalError> {
        self.hash.update(bytes);
        self.bytes += bytes.len() as u64;
        if self.buffer.len() + bytes.len() > PIECE {
            self.flush()?;
        }
        if bytes.len() >= PIECE {
            return (self.sink)(bytes);
        }
        self.buffer.extend_from_slice(bytes);
        Ok(())
    }

    fn flush(&mut self) -> Result<(), JournalError> {
        (self.sink)(&self.buffer)?;
        self.buffer.clear();
        Ok(())
    }

    fn finish(mut self, run: &Path) -> Result<Written, JournalError> {
        let start = self.bytes;
        let entries = std::mem::take(&mut self.entries);
        for entry in &entries {
            self.push(&entry.listed())?;
        }
        let list = List { entries: entries.len() as u64, start, length: self.bytes - start };
        if list.length > MOST_LIST {
            let what = "its names are longer together than an archive takes; keep the directory itself".to_owned();
            return Err(JournalError::Archive { path: run.into(), what });
        }
        self.push(&list.end())?;
        self.flush()?;
        Ok(Written { files: list.entries, bytes: self.bytes, sha256: Digest::finish(self.hash) })
    }
}

/// Makes a file for the account alone and fills it; nothing is written over.
///
/// # Errors
///
/// Says why it is not there; then nothing of it is.
pub fn keep_archive(
    storage: &dyn Storage,
    path: &Path,
    fill: &mut dyn FnMut(&mut Sink<'_>) -> Result<Written, JournalError>,
) -> Result<Written, JournalError> {
    let taken = || JournalError::Archive {
        path: path.into(),
        what: "is there already, and nothing is written over; name another file with -o".to_owned(),
    };
    let (dir, name) = match (path.parent(), path.file_name().and_then(|name| name.to_str())) {
        (Some(dir), Some(name)) if dir.as_os_str().is_empty() => (Path::new("."), name),
        (Some(dir), Some(name)) => (dir, name),
        _ => return Err(JournalError::io("make", path)(io::ErrorKind::InvalidInput.into())),
    };
    // Looked at first, so that a name that is taken costs no writing.
    if is_there(storage, path)? {
        return Err(taken());
    }
    let mut written = None;
    let (put, _) = put_held(storage, &Place { dir, name, privacy: Privacy::Private }, &mut |file, making| {
        let io = |error| JournalError::io("write", making)(error);
        written = Some(fill(&mut |bytes| write_all(file, bytes).map_err(io))?);
        file.sync().map_err(JournalError::io("sync", making))
    })?;
    match (put, written) {
        (Put::New, Some(written)) => sync_dir(storage, dir).map(|()| written),
        _ => Err(taken()),
    }
}
