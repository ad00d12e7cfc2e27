//! What can be wrong with a journal, by a word for scripts and in words for people.
//!
//! The words for breaks are the journal's own.

use crate::journal::{Break, Fault, JournalError, Junk};

/// Is something that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::cli) struct Problem {
    /// The word that scripts know it by.
    pub(in crate::cli) kind: &'static str,
    /// The byte at which it begins, where there is one.
    pub(in crate::cli) offset: Option<u64>,
    /// What it is, for people.
    pub(in crate::cli) words: String,
}

impl Problem {
    /// The chain breaks.
    pub(super) fn broken(found: &Break) -> Self {
        Self { kind: fault_word(found.fault), offset: Some(found.offset), words: found.to_string() }
    }

    /// Bytes are no record, and were not set aside.
    pub(super) fn unfenced(junk: &Junk) -> Self {
        let Junk { offset, len, .. } = junk;
        let words = format!("the {len} bytes at byte {offset} that are no record were never set aside by a later one");
        Self { kind: "junk", offset: Some(*offset), words }
    }

    /// A write did not end.
    pub(super) fn torn(junk: &Junk) -> Self {
        let Junk { offset, len, .. } = junk;
        let words = format!("torn tail: the last {len} bytes, from byte {offset} on, are of a write that did not end");
        Self { kind: "torn", offset: Some(*offset), words }
    }

    /// The file ends before what was durable does.
    pub(super) fn cut(size: u64, known: u64) -> Self {
        let words = format!("the journal was cut: it has {size} bytes, and {known} were recorded");
        Self { kind: "cut", offset: Some(size), words }
    }

    /// There is no line where one has to be.
    pub(super) fn endless(offset: u64, len: u64) -> Self {
        let words = format!("{len} bytes and more from byte {offset} on are no line; what follows is not read");
        Self { kind: "endless", offset: Some(offset), words }
    }

    /// The seal is none, or of another log.
    pub(in crate::cli) fn seal(words: String) -> Self {
        Self { kind: "seal", offset: None, words }
    }

    /// The journal is not any more what it was; nothing for an error that says nothing about it.
    pub(in crate::cli) fn of(error: &JournalError) -> Option<Self> {
        let (kind, offset) = match error {
            JournalError::Broken { found, .. } => (fault_word(found.fault), Some(found.offset)),
            JournalError::Replaced { .. } => ("replaced", None),
            JournalError::Shorter { size, .. } => ("cut", Some(*size)),
            JournalError::Rewritten { .. } => ("altered", None),
            _ => return None,
        };
        Some(Self { kind, offset, words: error.to_string() })
    }
}

fn fault_word(fault: Fault) -> &'static str {
    match fault {
        Fault::Altered => "altered",
        Fault::Unchained => "unchained",
        Fault::Gap { .. } => "gap",
        Fault::Repeated { .. } => "repeated",
        Fault::Unfit => "unfit",
        Fault::Recover => "recover",
        Fault::Junk { .. } => "junk",
    }
}
