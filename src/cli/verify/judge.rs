//! Goes along with the audit and judges what each record says: signatures, heads, kinds of events.
//!
//! Of records it keeps the hashes, because a signer names the one that he saw, and of signatures who gave
//! them. Everything else is looked at once and let go.

use std::collections::HashMap;
use std::sync::Arc;

use super::basis::Basis;
use super::doubt::{About, Doubt, Doubts, Weight};
use super::hold::{Ground, hold, short};
use super::keygen::{Checked, Job, Queue, Verifier};
use super::outside::Outside;
use super::pairs::{Given, Tally, check_pairs};
use super::pins::Folder;
use super::printed::Outputs;
use super::signing::{Reading, Signing, may_be_signed, may_reopen, read};
use crate::exec::sign::OpenSsh;
use crate::journal::{Audit, Digest, JournalError, Record, Storage, Subject, audit};
use crate::run::roster::Level;
use crate::run::{What, from_wire};

/// How many kinds of records are remembered.
const MOST_KINDS: usize = 256;
/// How many kinds that are not known are named.
const MOST_NAMED: usize = 20;
/// How much of a record says of which kind it is.
const KIND: usize = 80;
/// What the record begins with by which a run adopts another edition of its runbook.
const ADOPTED: &[u8] = br#""t":"runbook_adopted""#;
/// What those begin with that say how a command ended.
const ENDED: [&[u8]; 2] = [br#""t":"action_ended""#, br#""t":"ad_hoc_ended""#];

/// Is what the records of a run were found to say.
#[derive(Debug)]
pub(super) struct Judged {
    pub(super) audit: Audit,
    pub(super) basis: Arc<Basis>,
    pub(super) doubts: Doubts,
    pub(super) tally: Tally,
    /// The signatures by a key that hold, by the numbers of their records, and at which level.
    pub(super) proved: Vec<(u64, Level)>,
    /// How many signed records there are, whether they hold or not.
    pub(super) signed: u64,
    /// How many signatures by a key do not hold, or could not be verified.
    pub(super) refused: u64,
    /// How many records are of kinds that this version does not know, and some of their names.
    pub(super) unknown: (u64, Vec<String>),
    /// The records by which the run went over to other editions of its runbook.
    pub(super) adopted: Vec<u64>,
    /// What commands printed.
    pub(super) outputs: Outputs,
}

/// Audits a run, and judges its records on the way.
pub(super) fn judge(
    (storage, subject): (&dyn Storage, &Subject<'_>),
    outside: &Outside,
    ssh: &OpenSsh,
) -> Result<Judged, JournalError> {
    let mut judge = Judge::new(Folder { storage, dir: subject.run }, outside);
    let (audit, checked, is_all) =
        Verifier { ssh, outside }.beside(|queue| audit(storage, subject, &mut |record| judge.take(record, queue)));
    let audit = audit?;
    checked.into_iter().for_each(|checked| judge.note(checked));
    if !is_all {
        let words = "not every signature could be verified: a thread of this program ended";
        judge.doubts.push(Doubt::wrong(About::Signature, 0, words).of_weight(Weight::Unknown).of_run());
    }
    Ok(judge.finish(audit))
}

struct Judge<'a> {
    folder: Folder<'a>,
    outside: &'a Outside,
    basis: Arc<Basis>,
    heads: Vec<Digest>,
    doubts: Doubts,
    given: Vec<Given>,
    signed: u64,
    refused: u64,
    unknown: (u64, Vec<String>),
    adopted: Vec<u64>,
    outputs: Outputs,
    /// The last record after which a step may be signed anew.
    opened: u64,
    /// Whether records that begin so are of a kind that is known.
    kinds: HashMap<Vec<u8>, bool>,
}

impl<'a> Judge<'a> {
    fn new(folder: Folder<'a>, outside: &'a Outside) -> Self {
        Self {
            folder,
            outside,
            basis: Arc::default(),
            heads: Vec::new(),
            doubts: Doubts::default(),
            given: Vec::new(),
            signed: 0,
            refused: 0,
            unknown: (0, Vec::new()),
            adopted: Vec::new(),
            outputs: Outputs::default(),
            opened: 0,
            kinds: HashMap::new(),
        }
    }

    fn take(&mut self, record: &Record<'_>, queue: &mut Queue<'_>) {
        if record.n == 0 {
            let (basis, doubts) = Basis::read(self.folder, record, self.outside);
            self.basis = Arc::new(basis);
            self.doubts.extend(doubts);
        }
        let witnessed = self.outside.heads.as_ref().and_then(|heads| heads.anchors.agrees(record.n, &record.head));
        if witnessed == Some(false) {
            self.doubts.push(Doubt::wrong(About::Witness, record.n, "it is not the one whose head the witness kept"));
        }
        if record.body().starts_with(ADOPTED) {
            self.adopt(record);
        }
        if ENDED.into_iter().any(|kind| record.body().starts_with(kind)) {
            let doubts = self.outputs.take(self.folder, (record.n, &from_wire(record.line()).what));
            self.doubts.extend(doubts);
        }
        if may_reopen(record.body()) {
            self.opened = record.n;
        }
        if may_be_signed(record.line()) || !self.is_known(record) {
            self.look(record, queue);
        }
        self.heads.push(record.head);
    }

    /// Goes by another edition of the runbook from a record on.
    fn adopt(&mut self, record: &Record<'_>) {
        let What::RunbookAdopted(adoption) = from_wire(record.line()).what else { return };
        let (basis, doubts) = self.basis.adopt(self.folder, (record.n, &adoption));
        self.basis = Arc::new(basis);
        self.doubts.extend(doubts);
        self.adopted.push(record.n);
    }

    /// Tells whether records that begin as this one are known; the first of each kind is read for it.
    fn is_known(&mut self, record: &Record<'_>) -> bool {
        let Some(kind) = kind_of(record.body()) else { return false };
        if let Some(known) = self.kinds.get(kind) {
            return *known;
        }
        let known = matches!(read(record), Reading::Plain | Reading::Signed(_));
        if self.kinds.len() < MOST_KINDS {
            self.kinds.insert(kind.to_vec(), known);
        }
        known
    }

    fn look(&mut self, record: &Record<'_>, queue: &mut Queue<'_>) {
        match read(record) {
            Reading::Plain => {}
            Reading::Unknown(name) => self.note_unknown(&name),
            Reading::Signed(signing) => self.take_signed(signing, queue),
            Reading::Misshapen => {
                let words = "it has the name of a signature, and is not written as one";
                self.doubts.push(Doubt::wrong(About::Signature, record.n, words));
            }
        }
    }

    fn take_signed(&mut self, mut signing: Box<Signing>, queue: &mut Queue<'_>) {
        self.signed += 1;
        signing.opened = self.opened;
        if signing.said.is_none() {
            self.note_unknown("another kind of signature");
        }
        self.doubts.extend(hold(&signing, Ground { basis: &self.basis, heads: &self.heads }));
        match (&signing.signature, &signing.said) {
            (Some(_), _) => queue.push(Job { signing, basis: Arc::clone(&self.basis) }),
            (None, Some(said)) => self.given.push(Given::of(&signing, said.signed.level, None)),
            (None, None) => {}
        }
    }

    fn note_unknown(&mut self, name: &str) {
        let (count, names) = &mut self.unknown;
        *count += 1;
        if names.len() < MOST_NAMED && !names.iter().any(|known| *known == short(name)) {
            names.push(short(name));
        }
    }

    fn note(&mut self, checked: Checked) {
        self.refused += u64::from(checked.given.is_none());
        self.given.extend(checked.given);
        self.doubts.extend(checked.doubts);
    }

    fn finish(mut self, audit: Audit) -> Judged {
        self.given.sort_by_key(|given| given.n);
        self.doubts.extend(check_pairs(&self.given));
        let last = self.outside.heads.as_ref().and_then(|heads| heads.anchors.last());
        if let Some(last) = last.filter(|last| *last >= audit.records) {
            let words = format!("the witness kept the head of it, and only {} records can be verified", audit.records);
            self.doubts.push(Doubt::wrong(About::Witness, last, words));
        }
        let proved = self.given.iter().filter(|given| given.key.is_some()).map(|given| (given.n, given.level));
        let proved = proved.collect();
        let Self { basis, doubts, signed, refused, unknown, adopted, outputs, .. } = self;
        Judged {
            audit,
            basis,
            doubts,
            tally: Tally::of(&self.given),
            proved,
            signed,
            refused,
            unknown,
            adopted,
            outputs,
        }
    }
}

/// Takes the beginning of a body that says of which kind and version it is, where it is written first.
fn kind_of(body: &[u8]) -> Option<&[u8]> {
    let begin = body.get(..KIND).unwrap_or(body);
    let end = [&br#","sid":"#[..], br#","off":"#].into_iter().find_map(|next| memchr::memmem::find(begin, next))?;
    begin.get(..end).filter(|kind| kind.starts_with(br#""t":""#))
}
