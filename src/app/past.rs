//! The runs there are of a runbook, read one after the other.
//!
//! Each is handed out and let go again, as nobody knows how many there are. A run that is not what its seal covers
//! is handed out as one that cannot be relied on.

use super::clock::Surroundings;
use super::store::{Store, StoreError};
use crate::journal::{Seal, read_seal};
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
    let names: Vec<_> = store.names()?.into_iter().rev().collect();
    let same = names.into_iter().filter(move |name| store.runbook_of(name).as_deref() == Some(runbook));
    Ok(same.map(move |name| read(store, surroundings, name)))
}

fn read(store: &Store, surroundings: &Surroundings, name: String) -> PastRun {
    let seal = match read_seal(&*surroundings.world.storage, &store.path(&name)) {
        Ok(seal) => seal,
        Err(error) => return PastRun { name, is_sealed: true, run: Err(error.to_string()) },
    };
    let covers =
        |run: &Run, text: &[u8]| Seal::parse(text).is_ok_and(|seal| seal.run == name && seal.head == run.head().hash);
    let run = match (store.open(surroundings, &name), &seal) {
        (Ok(run), Some(text)) if !covers(&run, text.as_ref()) => {
            drop(run);
            Err(format!("it is not what its seal covers; mop verify {name} says more"))
        }
        (run, _) => run.map_err(|error| error.to_string()),
    };
    PastRun { is_sealed: seal.is_some(), run, name }
}
