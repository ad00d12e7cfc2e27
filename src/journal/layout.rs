//! Where things stand: the names in a run's directory and in the state directory above the runs.
//!
//! Only names are known here; what is in the files, and when they are made, is decided elsewhere.

use std::path::{Path, PathBuf};

/// The name of the journal in a run's directory.
pub const JOURNAL: &str = "journal.jsonl";
/// The name of the lock file in a run's directory.
pub const LOCK: &str = "lock";
/// The directory of a run's blobs.
pub(super) const BLOBS: &str = "blobs";
/// The directory of a run's salts.
pub(super) const SECRETS: &str = "secrets";
/// The directory of who is present at a run.
pub(super) const SESSIONS: &str = "sessions";
/// The folder of what commands printed; the records of their ends name the hashes.
pub const COMMANDS: &str = "commands";
/// What the names of the files begin with that hold what a command printed; their numbers follow.
pub const OUTPUT: &str = "output-";
/// The directory of a run's seal and its signatures.
pub(super) const SEAL: &str = "seal";
/// The seal in its directory.
pub(super) const SEAL_TEXT: &str = "seal.txt";
/// What the names of signatures end with.
pub(super) const SIGNATURE: &str = ".sig";
/// What the names of presence files end with.
pub(super) const PRESENCE: &str = ".lock";
/// What the names of files begin with that are being made.
pub(super) const MAKING: &str = ".tmp-";

/// Names the files of a log: the one that is appended to, its lock, and the one that ends it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogFiles {
    /// What is appended to.
    pub journal: PathBuf,
    /// Who may append, and how far it is durable.
    pub lock: PathBuf,
    /// What ends the log by being there; a log without one never ends.
    pub seal: Option<PathBuf>,
}

impl LogFiles {
    /// Names those of a run, by its directory.
    #[must_use]
    pub fn of_run(run: &Path) -> Self {
        Self { journal: run.join(JOURNAL), lock: run.join(LOCK), seal: Some(seal_in(run)) }
    }

    /// Names those of the ledger, by the state directory.
    #[must_use]
    pub fn of_ledger(state: &Path) -> Self {
        Self { journal: state.join("ledger.jsonl"), lock: state.join("ledger.lock"), seal: None }
    }
}

/// Gives the path of a run's seal.
pub(super) fn seal_in(run: &Path) -> PathBuf {
    run.join(SEAL).join(SEAL_TEXT)
}
