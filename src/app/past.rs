//! The runs there are of a runbook, read one after the other.
//!
//! Each is handed out and let go again, as nobody knows how many there are. A run that is not what its seal covers
//! is handed out as one that cannot be relied on.

use super::clock::Surroundings;
use super::store::{Store, StoreError, is_seal_of};
use crate::journal::read_seal;
use crate::run::Run;

/// Is a run of a runbook.
#[derive(Debug)]
pub struct PastRun {
    /// The name of its directory.
    pub name: String,
    /// Whether it is sealed.
    pub is_sealed: bool,
    /// The run, or why it cannot be relied on.
    pub run: Result<Run, String>,
}

/// Reads the runs of a runbook, the oldest first.
///
/// # Errors
///
/// Says why they cannot be listed.
pub fn past_runs(
    store: &Store,
    surroundings: &Surroundings,
    runbook: &str,
) -> Result<impl Iterator<Item = PastRun>, StoreError> {
    Ok(store.names_of(runbook)?.rev().map(move |name| read(store, surroundings, name)))
}

fn read(store: &Store, surroundings: &Surroundings, name: String) -> PastRun {
    let seal = match read_seal(&*surroundings.world.storage, &store.path(&name)) {
        Ok(seal) => seal,
        Err(error) => return PastRun { name, is_sealed: true, run: Err(error.to_string()) },
    };
    let is_covered = |run: &Run| seal.as_ref().is_none_or(|text| is_seal_of(text, (&name, run)));
    let run = store.open(surroundings, &name).map_err(|error| error.to_string()).and_then(|run| {
        let other = || format!("it is not what its seal covers; mop verify {name} says more");
        if is_covered(&run) { Ok(run) } else { Err(other()) }
    });
    PastRun { is_sealed: seal.is_some(), run, name }
}
