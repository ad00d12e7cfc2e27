//! What an audit can find, in words.
//!
//! A finding names the record or the file, and says what is wrong with it or only worth knowing.
//! Names from outside are shown in a form that does nothing to a terminal.

use std::fmt;

use crate::journal::chain::{Break, Junk};
use crate::journal::digest::Digest;
use crate::journal::seal::NotASeal;
use crate::text::Shown;

/// The most findings that are kept.
const MOST: usize = 500;
/// How much of a name from outside is shown.
const CELLS: usize = 100;

/// Says how much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Gravity {
    /// Worth knowing; nothing is wrong.
    Note,
    /// Something that would vouch for the run is not there.
    Warning,
    /// A write did not come to its end.
    Torn,
    /// Something is not as it was recorded.
    Altered,
}

/// Is a line of a seal that the journal has to agree with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SealPart {
    /// The name of the run.
    Run,
    /// The number of records.
    Records,
    /// The hash of the last record.
    Head,
    /// The size of the file.
    Bytes,
    /// The hash of the file.
    Sha256,
}

/// Is one thing that an audit found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// There is no journal, or something else has its name.
    NoJournal {
        /// Whether something has its name.
        is_other: bool,
    },
    /// The journal holds no record.
    NoRecords,
    /// The chain of the journal breaks.
    Chain(Break),
    /// The journal ends in a write that was cut off.
    Torn(Junk),
    /// Records mend writes that were cut off.
    Recovered {
        /// How many.
        count: u64,
    },
    /// A record has the id of an earlier one.
    DoubledId {
        /// Which record.
        n: u64,
    },
    /// The wall clock goes back from one record to the next.
    TimeBackwards {
        /// At which record first.
        first: u64,
        /// How often.
        count: u64,
    },
    /// A member that is to be checked is not of a kind that this version knows.
    Unclear {
        /// Of which record.
        n: u64,
        /// Which member.
        member: &'static str,
    },
    /// A record is not the one that somebody has a receipt of.
    ReceiptDiffers {
        /// Which record.
        n: u64,
    },
    /// Somebody has a receipt of a record that is not there.
    ReceiptBeyond {
        /// Which record.
        n: u64,
        /// How many there are.
        records: u64,
    },
    /// A file that the first record names is missing.
    FileMissing {
        /// Which file.
        name: String,
    },
    /// A file that the first record names is another one.
    FileAltered {
        /// Which file.
        name: String,
    },
    /// The first record names what cannot be a file of the directory.
    FileNameUnfit {
        /// What it names.
        name: String,
    },
    /// A blob that a record names is missing.
    BlobMissing {
        /// Which record.
        n: u64,
        /// Which blob.
        blob: Digest,
    },
    /// A blob that a record names is another content.
    BlobAltered {
        /// Which record.
        n: u64,
        /// Which blob.
        blob: Digest,
    },
    /// A file was left behind by a process that did not come to record it.
    Remains {
        /// Which file.
        path: String,
    },
    /// A file has no business in the directory.
    Unexpected {
        /// Which file.
        path: String,
    },
    /// A directory holds more files than are looked at.
    TooMany {
        /// Which directory.
        dir: String,
    },
    /// What has the name of the seal is no plain file, or far too large.
    SealIsNone,
    /// The seal cannot be read.
    SealUnreadable(NotASeal),
    /// The seal does not cover the journal.
    SealDiffers(SealPart),
    /// The seal is missing that the ledger knows.
    SealRemoved {
        /// Which entry of the ledger knows it.
        n: u64,
    },
    /// The chain of the ledger breaks.
    LedgerBroken(Break),
    /// The ledger ends in a write that was cut off or is going on.
    LedgerTorn(Junk),
    /// The ledger knows a run of this name that began with another record.
    LedgerNamesAnother {
        /// Which entry.
        n: u64,
    },
    /// The ledger knows another seal of this run.
    LedgerSealDiffers {
        /// Which entry.
        n: u64,
    },
    /// An entry of the ledger that the run saw is not there any more.
    LedgerCut {
        /// Which entry.
        n: u64,
        /// How many there are.
        entries: u64,
    },
    /// An entry of the ledger that the run saw is another one now.
    LedgerRewritten {
        /// Which entry.
        n: u64,
    },
    /// The ledger knows the run by another name.
    Renamed {
        /// By which.
        was: String,
        /// Which entry.
        n: u64,
    },
    /// The ledger does not know the run.
    NotInLedger,
    /// The ledger does not know the seal.
    SealNotInLedger,
}

impl Finding {
    /// Tells how much it matters.
    #[must_use]
    pub fn gravity(&self) -> Gravity {
        match self {
            Self::Recovered { .. } | Self::TimeBackwards { .. } | Self::LedgerTorn(_) => Gravity::Note,
            Self::Remains { .. } | Self::Unexpected { .. } => Gravity::Note,
            Self::Unclear { .. } | Self::TooMany { .. } | Self::NotInLedger | Self::SealNotInLedger => Gravity::Warning,
            Self::SealUnreadable(NotASeal::Version) => Gravity::Warning,
            Self::Torn(_) => Gravity::Torn,
            Self::NoJournal { .. } | Self::NoRecords | Self::Chain(_) | Self::DoubledId { .. } => Gravity::Altered,
            Self::ReceiptDiffers { .. } | Self::ReceiptBeyond { .. } => Gravity::Altered,
            Self::FileMissing { .. } | Self::FileAltered { .. } | Self::FileNameUnfit { .. } => Gravity::Altered,
            Self::BlobMissing { .. } | Self::BlobAltered { .. } => Gravity::Altered,
            Self::SealIsNone | Self::SealUnreadable(_) | Self::SealDiffers(_) | Self::SealRemoved { .. } => {
                Gravity::Altered
            }
            Self::LedgerBroken(_) | Self::LedgerNamesAnother { .. } | Self::LedgerSealDiffers { .. } => {
                Gravity::Altered
            }
            Self::LedgerCut { .. } | Self::LedgerRewritten { .. } | Self::Renamed { .. } => Gravity::Altered,
        }
    }
}

impl Finding {
    /// Gives the number of the record that it is about, when it is about one.
    #[must_use]
    pub fn record(&self) -> Option<u64> {
        match self {
            Self::DoubledId { n } | Self::Unclear { n, .. } | Self::ReceiptDiffers { n } => Some(*n),
            Self::ReceiptBeyond { n, .. } | Self::BlobMissing { n, .. } | Self::BlobAltered { n, .. } => Some(*n),
            Self::TimeBackwards { first, .. } => Some(*first),
            Self::Chain(Break { n, .. }) => Some(*n),
            _ => None,
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoJournal { is_other: false } => f.write_str("journal.jsonl is missing"),
            Self::NoJournal { is_other: true } => f.write_str("journal.jsonl is not a plain file"),
            Self::NoRecords => f.write_str("journal.jsonl holds no record; a run begins with one"),
            Self::Chain(found) => write!(f, "journal.jsonl: {found}"),
            Self::Torn(Junk { offset, len, .. }) => {
                write!(f, "journal.jsonl ends in a write that was cut off: {len} bytes at byte {offset}")
            }
            Self::Recovered { count } => write!(f, "{count} writes were cut off and fenced by recover records"),
            Self::DoubledId { n } => write!(f, "record {n} has the id of an earlier record"),
            Self::TimeBackwards { first, count } => {
                write!(f, "the wall clock goes back {count} times, first at record {first}; order is by number")
            }
            Self::Unclear { n, member } => {
                write!(f, "record {n} has a `{member}` that this version cannot read, so it is not checked")
            }
            Self::ReceiptDiffers { n } => write!(f, "record {n} is not the one of the receipt"),
            Self::ReceiptBeyond { n, records } => {
                write!(f, "there is a receipt of record {n}, and only {records} records can be verified")
            }
            Self::FileMissing { name } => write!(f, "{} is missing; the first record names it", shown(name)),
            Self::FileAltered { name } => write!(f, "{} is not the file that the run began with", shown(name)),
            Self::FileNameUnfit { name } => {
                write!(f, "the first record names {}, which is no file of the directory", shown(name))
            }
            Self::BlobMissing { n, blob } => write!(f, "blob {blob} is missing; record {n} names it"),
            Self::BlobAltered { n, blob } => {
                write!(f, "blob {blob}, which record {n} names, is not the content that was kept")
            }
            Self::Remains { path } => write!(f, "{} was left behind; no record names it", shown(path)),
            Self::Unexpected { path } => write!(f, "{} is not a file of a run; nothing vouches for it", shown(path)),
            Self::TooMany { dir } => write!(f, "{} holds too many files; not all were looked at", shown(dir)),
            Self::SealIsNone => f.write_str("seal/seal.txt is not a file that a seal could be"),
            Self::SealUnreadable(why) => write!(f, "seal/seal.txt: {why}"),
            Self::SealDiffers(part) => write!(f, "seal/seal.txt does not cover this journal: {}", part.words()),
            Self::SealRemoved { n } => {
                write!(f, "seal/seal.txt is missing; entry {n} of the ledger says it was sealed")
            }
            Self::LedgerBroken(found) => write!(f, "ledger.jsonl: {found}"),
            Self::LedgerTorn(Junk { len, .. }) => {
                write!(f, "ledger.jsonl ends in a write that was cut off: {len} bytes")
            }
            Self::LedgerNamesAnother { n } => {
                write!(f, "entry {n} of the ledger knows another run by this name: its first record was another one")
            }
            Self::LedgerSealDiffers { n } => write!(f, "entry {n} of the ledger knows another seal of this run"),
            Self::LedgerCut { n, entries } => {
                write!(f, "the ledger had an entry {n} when this run was recorded, and now ends after {entries}")
            }
            Self::LedgerRewritten { n } => {
                write!(
                    f,
                    "entry {n} of the ledger is not the one that was there when this run was recorded; it was written anew, \
                     or is of another place"
                )
            }
            Self::Renamed { was, n } => {
                write!(f, "entry {n} of the ledger knows this run as {}; the directory was renamed", shown(was))
            }
            Self::NotInLedger => f.write_str("the ledger does not know this run; it was made or noted elsewhere"),
            Self::SealNotInLedger => f.write_str("the ledger does not know that this run was sealed"),
        }
    }
}

impl SealPart {
    fn words(self) -> &'static str {
        match self {
            Self::Run => "it is of a run of another name; a copy keeps the name of the run's directory",
            Self::Records => "the number of records differs",
            Self::Head => "the last record differs",
            Self::Bytes => "the size differs",
            Self::Sha256 => "the bytes differ",
        }
    }
}

/// Shows a name from outside.
fn shown(name: &str) -> String {
    Shown::line_limited(name, CELLS).as_str().to_owned()
}

/// Is a list of findings that does not grow without bound.
#[derive(Debug, Default)]
pub(super) struct Findings {
    pub list: Vec<Finding>,
    pub left_out: u64,
    pub first_altered: Option<Finding>,
}

impl Findings {
    pub fn push(&mut self, found: Finding) {
        if self.first_altered.is_none() && found.gravity() == Gravity::Altered {
            self.first_altered = Some(found.clone());
        }
        if self.list.len() < MOST {
            self.list.push(found);
        } else {
            self.left_out += 1;
        }
    }

    pub fn extend(&mut self, found: impl IntoIterator<Item = Finding>) {
        found.into_iter().for_each(|found| self.push(found));
    }
}
