//! What an audit takes out of the records on its way along the journal.
//!
//! Only members that every version writes are read, `t`, `ts`, `files`, `blobs`, `blob` (of a file that was
//! attached) and `ledger`, each only if it is of the kind it has to be. The rest of a body is bytes here.

use std::collections::{BTreeMap, HashSet};

use serde::Deserialize;
use serde_json::Value as Json;

use super::finding::{Finding, Findings};
use crate::journal::digest::{Digest, RecordId};
use crate::journal::receipt::Receipt;
use crate::journal::record::Record;
use crate::journal::seal::parse_place;

/// The members of a record that are read; a kind that is not known is no fault of the record.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Members {
    t: Json,
    ts: Json,
    files: Option<Json>,
    blobs: Option<Json>,
    blob: Option<Json>,
    ledger: Option<Json>,
}

/// Is what the first record says about what is around the journal.
#[derive(Debug)]
pub(super) struct First {
    /// The record's hash.
    pub head: Digest,
    /// The files of the directory, with their hashes.
    pub files: Vec<(String, Digest)>,
    /// Where the ledger stood.
    pub ledger: Option<(u64, Digest)>,
}

/// Is what is known of a journal's records so far.
#[derive(Debug, Default)]
pub(super) struct Gathering {
    pub first: Option<First>,
    /// The blobs that records name, each with the first that does.
    pub blobs: BTreeMap<Digest, u64>,
    pub recovers: u64,
    ids: HashSet<RecordId>,
    last_ts: String,
    backwards: Option<(u64, u64)>,
    receipts: Vec<(u64, Receipt)>,
}

impl Gathering {
    pub fn new(receipts: &[(u64, Receipt)]) -> Self {
        Self { receipts: receipts.to_vec(), ..Self::default() }
    }

    /// Takes what is needed out of a record.
    pub fn note(&mut self, record: &Record<'_>, findings: &mut Findings) {
        // What is no JSON by the rules breaks the chain at full depth; nothing is taken out of it.
        let members: Members = serde_json::from_slice(record.line()).unwrap_or_default();
        if record.id().is_some_and(|id| !self.ids.insert(id)) {
            findings.push(Finding::DoubledId { n: record.n });
        }
        let differs = |(n, receipt): &(u64, Receipt)| *n == record.n && !receipt.is_of(&record.head);
        findings
            .extend(self.receipts.iter().filter(|kept| differs(kept)).map(|(n, _)| Finding::ReceiptDiffers { n: *n }));
        self.recovers += u64::from(members.t == "recover");
        self.note_time(record.n, members.ts.as_str());
        if let Some(blobs) = members.blobs {
            self.note_blobs(record.n, &blobs, findings);
        }
        if let Some(blob) = members.blob {
            self.note_blobs(record.n, &Json::Array(vec![blob]), findings);
        }
        if record.n == 0 {
            let files = members.files.map(|files| read_files(&files));
            let ledger = members.ledger.map(|place| place.as_str().and_then(parse_place));
            findings.extend(unclear("files", files.as_ref().is_some_and(Option::is_none)));
            findings.extend(unclear("ledger", ledger.as_ref().is_some_and(Option::is_none)));
            let (files, ledger) = (files.flatten().unwrap_or_default(), ledger.flatten().flatten());
            self.first = Some(First { head: record.head, files, ledger });
        }
    }

    fn note_time(&mut self, n: u64, ts: Option<&str>) {
        // Of one length and in one zone, so that the order of the letters is the order of the times.
        let Some(ts) = ts.filter(|ts| ts.len() == "2026-03-01T22:00:00.000Z".len() && ts.ends_with('Z')) else {
            return;
        };
        if ts < self.last_ts.as_str() {
            let (_, count) = self.backwards.get_or_insert((n, 0));
            *count += 1;
        }
        ts.clone_into(&mut self.last_ts);
    }

    fn note_blobs(&mut self, n: u64, blobs: &Json, findings: &mut Findings) {
        let digest = |blob: &Json| Digest::parse(blob.as_str()?.as_bytes());
        match blobs.as_array().and_then(|blobs| blobs.iter().map(digest).collect::<Option<Vec<_>>>()) {
            Some(blobs) => blobs.into_iter().for_each(|blob| {
                self.blobs.entry(blob).or_insert(n);
            }),
            None => findings.push(Finding::Unclear { n, member: "blobs" }),
        }
    }

    /// Says what only shows at the end.
    pub fn finish(&self, records: u64, findings: &mut Findings) {
        let beyond = self.receipts.iter().filter(|(n, _)| *n >= records);
        findings.extend(beyond.map(|(n, _)| Finding::ReceiptBeyond { n: *n, records }));
        if self.recovers > 0 {
            findings.push(Finding::Recovered { count: self.recovers });
        }
        findings.extend(self.backwards.map(|(first, count)| Finding::TimeBackwards { first, count }));
    }
}

fn unclear(member: &'static str, is_unclear: bool) -> Option<Finding> {
    is_unclear.then_some(Finding::Unclear { n: 0, member })
}

/// Reads names and hashes; nothing when one of them is none.
fn read_files(files: &Json) -> Option<Vec<(String, Digest)>> {
    let read = |(name, sha256): (&String, &Json)| Some((name.clone(), Digest::parse(sha256.as_str()?.as_bytes())?));
    files.as_object()?.iter().map(read).collect()
}
