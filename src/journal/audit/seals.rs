//! A seal against the journal that it stands beside.

use super::finding::{Finding, Findings, SealPart};
use super::{Journal, Subject};
use crate::journal::error::JournalError;
use crate::journal::reader::Verdict;
use crate::journal::seal::{Seal, Sealed, read_seal};
use crate::journal::storage::Storage;

/// Reads the seal, as bytes and as what it says, and holds it against the journal.
pub(super) fn check(
    storage: &dyn Storage,
    subject: &Subject<'_>,
    (journal, findings): (&Journal, &mut Findings),
) -> Result<(Option<Vec<u8>>, Option<Sealed>), JournalError> {
    let text = match read_seal(storage, subject.run) {
        Err(JournalError::TooLarge { .. } | JournalError::Content { .. }) => {
            findings.push(Finding::SealIsNone);
            return Ok((None, None));
        }
        text => text?,
    };
    let sealed = match text.clone().map(Sealed::parse).transpose() {
        Ok(sealed) => sealed,
        Err(why) => {
            findings.push(Finding::SealUnreadable(why));
            return Ok((text, None));
        }
    };
    if let Some(Sealed { seal, .. }) = &sealed {
        findings.extend(differing(seal, subject, journal).into_iter().map(Finding::SealDiffers));
    }
    Ok((text, sealed))
}

fn differing(seal: &Seal, subject: &Subject<'_>, journal: &Journal) -> Vec<SealPart> {
    let Journal { verdict, sha256, .. } = journal;
    let Verdict { records, head, size, broken, .. } = verdict;
    // Where the chain breaks, no more can be said about the records behind.
    let is_read = broken.is_none();
    let parts = [
        (SealPart::Run, seal.run == subject.name()),
        (SealPart::Records, seal.records == *records || !is_read),
        (SealPart::Head, seal.head == *head || !is_read),
        (SealPart::Bytes, seal.bytes == *size),
        (SealPart::Sha256, seal.sha256 == *sha256),
    ];
    parts.into_iter().filter(|(_, agrees)| !agrees).map(|(part, _)| part).collect()
}
