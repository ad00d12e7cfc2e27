//! The audit log: bytes in, durable, chained, verified lines out.
//!
//! A run is a directory with a journal that is only ever appended to. Each line names the hash of
//! the one before, is durable before it is acknowledged, and can be checked with `sha256sum`. The
//! journal knows bytes and no meaning: a record's body is the caller's, so a newer program's journal
//! verifies as well as one's own. The disk is reached through [`Storage`], time through [`Clock`].

mod archive;
mod audit;
mod blob;
mod body;
mod chain;
mod clock;
mod create;
mod digest;
mod error;
mod file;
mod index;
mod layout;
mod ledger;
mod line;
mod lock;
mod name;
mod presence;
mod reader;
mod receipt;
mod record;
mod seal;
mod secret;
mod storage;
#[cfg(test)]
pub(crate) use storage::sim;
mod tail;
mod whole;
mod window;
mod writer;

use std::sync::Arc;

pub use archive::{Archive, Contents, LeftOut, Packed, Sink, Written, keep_archive, write_archive};
pub use audit::{Audit, Finding, Gravity, SealPart, Standing, Subject, audit};
pub use blob::{Keeper, MAX_BLOB, blob_path, get_blob, put_blob};
pub use body::check_json;
pub use chain::{Break, Chain, Fault, Item, Junk};
pub use clock::{Clock, Keeping, MachineClock, Reading, Tick, Watch, timestamp};
pub use create::{FileSystems, NewRun, create_run};
pub use digest::{Digest, RecordId};
pub use error::JournalError;
pub use layout::{COMMANDS, JOURNAL, LOCK, LogFiles, OUTPUT};
pub use ledger::{Ledger, LedgerEntry, LedgerFact, read_ledger};
pub use line::{Line, MAX_BODY, MAX_LINE, NotALine};
pub use lock::{Marker, PATIENCE};
pub use presence::{MAX_PRESENCE, Presence, Session, enter, present};
pub use reader::{Depth, Verdict, read, read_all, read_log};
pub use receipt::{NotAReceipt, Receipt, receipt_of};
pub use record::{Appended, Draft, Kept, Outcome, Record};
pub use seal::{
    NotASeal, Seal, Sealed, add_seal_signature, confirm_seal, is_result, place_text, read_seal, read_seal_signature,
    seal_signers,
};
pub use secret::{Mask, MaskStream, Salt, commitment, read_salt, salt_of};
pub use storage::{Access, Disk, Kind, Privacy, Stat, Storage, Stored, share_with_group, unreliable_file_system};
pub use tail::{News, Tail};
pub use whole::read_whole;
pub use writer::{Room, SealFacts, Writer};

/// Is the outside world as the journal needs it.
#[derive(Clone, Debug)]
pub struct World {
    /// Where the files are.
    pub storage: Arc<dyn Storage>,
    /// What tells the time.
    pub clock: Arc<dyn Clock>,
}

impl World {
    /// Gives this machine's disk and clock.
    #[must_use]
    pub fn machine() -> Self {
        Self { storage: Arc::new(Disk), clock: Arc::new(MachineClock) }
    }
}

#[cfg(test)]
mod faults;
