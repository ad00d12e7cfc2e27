//! The editions of a run's runbook: those that it keeps, and the one that its file holds by now.
//!
//! The first edition lies beside the journal, those that were adopted later among the evidence, by their
//! hashes. Files are read again only where their bytes differ. What may be adopted is decided in `run`.

use std::panic::resume_unwind;
use std::path::Path;
use std::sync::Arc;
use std::thread;

use super::store::{Pinned, StoreError};
use super::turn::Opener;
use crate::journal::{Digest, Kept, Storage, get_blob};
use crate::run::{Adoption, Edition, Event, Head, Run, What, from_wire};
use crate::runbook::compare::differences;
use crate::runbook::model::Runbook;
use crate::runbook::shipped;
use crate::runbook::source::read_file;

/// By how many threads records are read at the most, and how many are worth one.
const MOST_THREADS: usize = 4;
const LEAST_SHARE: usize = 200;

/// Says how the file of a run's runbook differs from what the run goes by.
#[derive(Debug)]
pub struct Changed {
    /// The file.
    pub file: String,
    /// What it says now, with what is different in words; nothing when it has errors.
    pub edition: Option<(Edition, Vec<String>)>,
}

/// Looks whether the file that a run goes by says something else now; nothing when it says the same, or is
/// not found.
pub fn changed(run: &Run, in_force: &Pinned, opener: Opener) -> Option<Changed> {
    let (file, _) = in_force.0.first()?;
    let is_same = |(name, bytes): &(String, Vec<u8>)| bytes_of(name).is_some_and(|now| now == *bytes);
    bytes_of(file)?;
    if in_force.0.iter().all(is_same) {
        return None;
    }
    let name = shipped::by_name(file).map_or(file.as_str(), |shipped| shipped.id);
    let edition = opener(Path::new(name)).ok().and_then(Edition::of);
    let words = |edition: Edition| {
        let differences = differences(run.runbook(), edition.runbook()?);
        Some((edition, differences))
    };
    Some(Changed { file: file.clone(), edition: edition.and_then(words) })
}

/// Reads what a file holds now.
fn bytes_of(name: &str) -> Option<Vec<u8>> {
    match shipped::below(name) {
        Some(_) => shipped::by_name(name).map(|shipped| shipped.text.as_bytes().to_vec()),
        None => read_file(Path::new(name)).ok(),
    }
}

/// Reads records as events. Many are read by some threads: each stands for itself, and that is most of opening a run.
pub(super) fn events(storage: &dyn Storage, run: &Path, records: &[Kept]) -> Result<Vec<(Head, Event)>, StoreError> {
    let read = |share: &[Kept], room: usize| {
        // They are large: none is moved for want of room.
        let mut events = Vec::with_capacity(room);
        for kept in share {
            events.push((Head { n: kept.n, hash: kept.head }, bring(storage, run, from_wire(&kept.line))?));
        }
        Ok::<_, StoreError>(events)
    };
    let threads = (records.len() / LEAST_SHARE).clamp(1, MOST_THREADS);
    let (own, others) = records.split_at(records.len().div_ceil(threads));
    thread::scope(|scope| {
        let shares = others.chunks(own.len().max(1)).map(|share| scope.spawn(move || read(share, share.len())));
        let shares: Vec<_> = shares.collect();
        let mut events = read(own, records.len())?;
        for share in shares {
            events.extend(share.join().unwrap_or_else(|panic| resume_unwind(panic))?);
        }
        Ok(events)
    })
}

/// Brings what an adopted edition says along with the record that adopts it.
pub(super) fn bring(storage: &dyn Storage, run: &Path, mut event: Event) -> Result<Event, StoreError> {
    if let What::RunbookAdopted(adoption) = &mut event.what {
        let runbook = kept_runbook(storage, (run, adoption))?;
        adoption.bring(Arc::new(runbook));
    }
    Ok(event)
}

fn kept_runbook(storage: &dyn Storage, (run, adoption): (&Path, &Adoption)) -> Result<Runbook, StoreError> {
    let kept = kept(storage, run, &adoption.files)?;
    let name = kept.0.first().map_or("-", |(name, _)| name);
    kept.reload().ok_or_else(|| altered(run, name, "this version finds errors in the runbook that was adopted"))
}

/// Reads the files of an edition that was adopted.
pub(super) fn kept(storage: &dyn Storage, run: &Path, files: &[(String, String)]) -> Result<Pinned, StoreError> {
    let read = |(name, hash): &(String, String)| {
        let hash = Digest::parse(hash.as_bytes()).ok_or_else(|| altered(run, name, "its hash is none"))?;
        let bytes = get_blob(storage, run, &hash)?;
        Ok((
            name.clone(),
            bytes.ok_or_else(|| altered(run, name, "the run adopted it, and does not have it any more"))?,
        ))
    };
    files.iter().map(read).collect::<Result<_, StoreError>>().map(Pinned)
}

fn altered(run: &Path, name: &str, what: &str) -> StoreError {
    StoreError::Altered { path: run.to_owned(), what: format!("{name}: {what}") }
}
