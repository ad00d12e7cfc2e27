//! What can go wrong with a journal, in words that name the file and the next step.
//!
//! A caller's refusal of its own draft is no error; it is an [`Outcome`](super::Outcome).

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::chain::Break;
use super::seal::NotASeal;

/// Says why a journal could not be read, opened or appended to.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// A call on a file failed before anything was written.
    #[error("cannot {doing} {}: {source}", path.display())]
    Io {
        /// What was tried.
        doing: &'static str,
        /// On which file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A body breaks the rules of a record.
    #[error("the record is not written: {what}")]
    Body {
        /// Which rule.
        what: String,
    },
    /// Another process held the lock for too long.
    #[error("{} is held by {}, waited {} ms; nothing is recorded, try again", path.display(), holder_words(*holder), waited.as_millis())]
    Busy {
        /// The lock file.
        path: PathBuf,
        /// The process that holds it, where the system tells.
        holder: Option<u32>,
        /// How long was waited.
        waited: Duration,
    },
    /// The file is no longer the one that was opened, or has a second name.
    #[error("{} was replaced, moved or linked while in use; nothing more is recorded, keep every copy and look into it", path.display())]
    Replaced {
        /// Which file.
        path: PathBuf,
    },
    /// The file is shorter than what was durable.
    #[error("{} is shorter than what was recorded ({size} bytes, {known} were durable); nothing more is recorded, keep the file and look into it", path.display())]
    Shorter {
        /// Which file.
        path: PathBuf,
        /// Its size.
        size: u64,
        /// What it had.
        known: u64,
    },
    /// A record that was durable is gone or another one.
    #[error("record {n} of {} is not the one that was recorded; nothing more is recorded, keep the file and look into it", path.display())]
    Rewritten {
        /// Which file.
        path: PathBuf,
        /// The record.
        n: u64,
    },
    /// The record names one before it that is not there.
    #[error("not recorded: it was decided in sight of record {n}, which {} does not hold; read the journal again", path.display())]
    Unknown {
        /// Which file.
        path: PathBuf,
        /// The record.
        n: u64,
    },
    /// The chain is broken.
    #[error("{}: {found}; nothing can be recorded after it, `mop verify` says more", path.display())]
    Broken {
        /// Which file.
        path: PathBuf,
        /// What is wrong, and where.
        found: Break,
    },
    /// The write failed or was cut short; the fragment stays and is fenced by the next append.
    #[error("not recorded: writing {} failed: {source}; make room and try again", path.display())]
    NotWritten {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The disk did not confirm; what it kept shows only when the file is opened anew.
    #[error("not recorded: the disk did not confirm {}: {source}; this process records no more, check the disk and resume", path.display())]
    NotSynced {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The record is durable, but other processes could not be told.
    #[error("recorded, but {} could not be brought up to date: {source}; try again to confirm", path.display())]
    NotMarked {
        /// The lock file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// An earlier failure ended this writer.
    #[error("not recorded: recording to {} has ended after an earlier failure; leave and resume", path.display())]
    Halted {
        /// Which file.
        path: PathBuf,
    },
    /// The directory lies on a file system whose locks and syncs cannot be relied on.
    #[error("{} lies on {kind}, whose locks and syncs cannot be relied on; choose a local disk with --state, or say --allow-fs", path.display())]
    FileSystem {
        /// Which directory.
        path: PathBuf,
        /// Which kind.
        kind: &'static str,
    },
    /// The log is sealed.
    #[error("not recorded: {} is there, so the run is sealed and stays as it is; begin a new run", path.display())]
    Sealed {
        /// The seal.
        path: PathBuf,
    },
    /// A run cannot be sealed as it is wanted.
    #[error("not sealed: {what}")]
    Seal {
        /// Why.
        what: String,
    },
    /// A seal is there already and is not the one that is wanted.
    #[error("not sealed again: {} is there and says something else; keep both and look into it", path.display())]
    OtherSeal {
        /// The seal.
        path: PathBuf,
    },
    /// A seal is there and cannot be read.
    #[error("{}: {why}", path.display())]
    NotASeal {
        /// The seal.
        path: PathBuf,
        /// Why.
        why: NotASeal,
    },
    /// One of two files that were made together is gone.
    #[error("{} is gone although {} is there; it was removed, look into it before anything new is recorded", path.display(), beside.display())]
    Missing {
        /// What is gone.
        path: PathBuf,
        /// What is there.
        beside: PathBuf,
    },
    /// A file or a content is larger than anything of its kind.
    #[error("{} has {size} bytes, at most {most} are taken; keep it elsewhere and name it in a note", path.display())]
    TooLarge {
        /// Which file.
        path: PathBuf,
        /// Its size.
        size: u64,
        /// The most there may be.
        most: u64,
    },
    /// A file does not hold what it has to.
    #[error("{} {what}; keep it and look into it", path.display())]
    Content {
        /// Which file.
        path: PathBuf,
        /// What is wrong with it.
        what: &'static str,
    },
    /// A file is no archive of a run, or cannot become one.
    #[error("{}: {what}", path.display())]
    Archive {
        /// Which file.
        path: PathBuf,
        /// What is wrong, and what to do.
        what: String,
    },
    /// A name may not become the name of a file.
    #[error("{:?} cannot be the name of {what}; use letters, digits, `.`, `_` and `-`", short(name))]
    Name {
        /// The name.
        name: String,
        /// Of what.
        what: &'static str,
    },
    /// The run's directory is there already.
    #[error("{} is there already; choose another name or resume it", path.display())]
    Exists {
        /// Which directory.
        path: PathBuf,
    },
}

impl JournalError {
    /// Makes the error of a call on a file.
    pub(super) fn io<'a>(doing: &'static str, path: &'a Path) -> impl FnOnce(io::Error) -> Self + 'a {
        move |source| Self::Io { doing, path: path.into(), source }
    }

    /// Tells whether a writer may not go on after it.
    #[must_use]
    pub fn is_final(&self) -> bool {
        match self {
            Self::NotSynced { .. } | Self::Halted { .. } => true,
            Self::Replaced { .. } | Self::Shorter { .. } | Self::Rewritten { .. } | Self::Broken { .. } => true,
            Self::Sealed { .. } | Self::Missing { .. } => true,
            Self::NotWritten { source, .. } => !is_want_of_room(source),
            Self::Io { .. } | Self::Body { .. } | Self::Busy { .. } | Self::NotMarked { .. } => false,
            Self::Unknown { .. } | Self::FileSystem { .. } | Self::Exists { .. } => false,
            Self::Seal { .. } | Self::OtherSeal { .. } | Self::NotASeal { .. } => false,
            Self::TooLarge { .. } | Self::Content { .. } | Self::Name { .. } | Self::Archive { .. } => false,
        }
    }

    /// Tells whether a writer leaves the disk alone after it; one that met a seal says so each time.
    pub(super) fn is_halting(&self) -> bool {
        self.is_final() && !matches!(self, Self::Sealed { .. })
    }
}

/// Tells whether a write failed only for want of room, or was cut short by it.
fn is_want_of_room(error: &io::Error) -> bool {
    use io::ErrorKind::{FileTooLarge, QuotaExceeded, StorageFull, WriteZero};
    matches!(error.kind(), StorageFull | QuotaExceeded | FileTooLarge | WriteZero)
}

/// Gives the beginning of a name that may be of any length.
fn short(name: &str) -> &str {
    name.get(..name.floor_char_boundary(60)).unwrap_or_default()
}

fn holder_words(holder: Option<u32>) -> String {
    holder.map_or_else(|| "another process".into(), |pid| format!("process {pid}"))
}
