//! Whether a run's log is closed by its seal, and whether the seal is of this log.
//!
//! Holds what the seal says against what was read; who signed it is for `mop verify`.

use std::path::Path;

use super::walk::Problem;
use crate::journal::{Chain, JournalError, NotASeal, Seal, Storage, confirm_seal, read_seal};

/// Says how a log is closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Closing {
    /// There is no seal.
    Open,
    /// The seal covers so many records and says how the run ended, where this version can read it.
    Sealed(u64, Option<String>),
    /// The seal is none, or is of another log.
    Wrong(Problem),
}

/// Tells whether there is a seal; once there is, nothing is recorded any more.
pub(super) fn is_sealed(storage: &dyn Storage, dir: &Path) -> bool {
    // What is there and cannot be read is looked at by `closing`, which says why.
    !matches!(read_seal(storage, dir), Ok(None))
}

/// Holds the seal against a log that was read to its end after [`is_sealed`] was asked.
///
/// # Errors
///
/// Says why the seal cannot be read, or is not durable.
pub(super) fn closing(storage: &dyn Storage, dir: &Path, chain: &Chain) -> Result<Closing, JournalError> {
    match confirm_seal(storage, dir) {
        Ok(None) => Ok(Closing::Open),
        Ok(Some(sealed)) => Ok(compare(sealed.seal, chain)),
        Err(JournalError::NotASeal { why: NotASeal::Version, .. }) => Ok(Closing::Sealed(chain.next(), None)),
        Err(error @ JournalError::NotASeal { .. }) => Ok(Closing::Wrong(Problem::seal(error.to_string()))),
        Err(error) => Err(error),
    }
}

fn compare(seal: Seal, chain: &Chain) -> Closing {
    if (seal.records, seal.bytes, seal.head) == (chain.next(), chain.offset(), *chain.head()) {
        return Closing::Sealed(seal.records, Some(seal.result));
    }
    let words = format!(
        "the seal is of {} records in {} bytes with the head {}, and this log has {} in {} with the head {}",
        seal.records,
        seal.bytes,
        seal.head,
        chain.next(),
        chain.offset(),
        chain.head()
    );
    Closing::Wrong(Problem::seal(words))
}
