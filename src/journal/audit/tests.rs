//! Whatever is done to a run's directory shows, and what was only left behind is told apart from it.

use std::path::PathBuf;

use super::super::faults::{draft, world};
use super::super::storage::sim::{Call, Machine, Mishap};
use super::super::{
    Chain, Draft, FileSystems, Ledger, NewRun, Privacy, RecordId, SealFacts, Writer, add_seal_signature, create_run,
    line, put_blob, read_all,
};
use super::*;

const BY: &[u8] = br#"{"sid":"s1"}"#;
const RUNBOOK: &[u8] = b"mop: 1\n";
const EVIDENCE: &[u8] = b"all is well";

/// Is a run in a state directory, with a file, a blob, and entries in the ledger.
#[derive(Clone)]
struct Place {
    machine: Machine,
}

fn run() -> PathBuf {
    PathBuf::from("/runs/two")
}

fn in_run(name: &str) -> PathBuf {
    run().join(name)
}

fn record(number: u8, body: &str) -> Draft {
    Draft::new(RecordId::from_bits([number; 16]), body.as_bytes()).unwrap()
}

impl Place {
    fn new() -> Self {
        let sha256 = Digest::of(RUNBOOK);
        Self::beginning_with(&format!(r#"{{"t":"run_started","files":{{"runbook.yaml":"{sha256}"}},"ledger":"-"}}"#))
    }

    fn beginning_with(first: &str) -> Self {
        let place = Self { machine: Machine::new() };
        let storage = place.world(1).storage;
        storage.create_dir(Path::new("/runs"), Privacy::Usual).unwrap();
        let first = record(0, first);
        let files: [(&str, &[u8]); 1] = [("runbook.yaml", RUNBOOK)];
        let new = NewRun { name: "two", files: &files, first: &first, file_systems: FileSystems::Reliable };
        create_run(&*storage, Path::new("/runs"), &new).unwrap();
        let head = read_all(&*storage, &run()).unwrap().1.head;
        place.ledger().note_opened("two", &head).unwrap();
        let blob = put_blob(&*storage, &run(), EVIDENCE).unwrap();
        place.append(1, &format!(r#"{{"t":"shown","ts":"2026-03-01T22:00:00.000Z","blobs":["{blob}"]}}"#));
        place
    }

    fn world(&self, pid: u32) -> super::super::World {
        world(&self.machine.process(pid))
    }

    fn ledger(&self) -> Ledger {
        Ledger::open(&self.world(3), Path::new("/"), BY).unwrap()
    }

    fn append(&self, number: u8, body: &str) {
        let mut writer = Writer::open(&self.world(2), &run(), BY).unwrap();
        writer.append(&record(number, body), |_| Ok::<(), ()>(())).unwrap();
    }

    fn sealed(self) -> Self {
        let mut ledger = self.ledger();
        let facts = SealFacts { run: "two", ledger: ledger.head(), result: "done" };
        let sealed = Writer::open(&self.world(2), &run(), BY).unwrap().seal(&facts).unwrap();
        ledger.note_sealed(&sealed).unwrap();
        self
    }

    /// Changes a file behind everybody's back.
    fn change(&self, path: &Path, change: impl FnOnce(&mut Vec<u8>)) {
        let mut bytes = self.machine.bytes(path);
        change(&mut bytes);
        self.machine.overwrite(path, &bytes);
    }

    fn audit_with(&self, receipts: &[(u64, Receipt)]) -> Audit {
        let subject = Subject { run: &run(), state: Some(Path::new("/")), receipts };
        audit(&*self.world(9).storage, &subject, &mut |_| {}).unwrap()
    }

    fn audit(&self) -> Audit {
        self.audit_with(&[])
    }

    /// Audits a copy of the machine after a change.
    fn after(&self, change: impl FnOnce(&Self)) -> Audit {
        let copy = Self { machine: self.machine.fork() };
        change(&copy);
        copy.audit()
    }
}

fn is_altered(audit: &Audit) -> bool {
    matches!(audit.standing, Standing::Altered(_))
}

fn blob() -> Digest {
    Digest::of(EVIDENCE)
}

#[test]
fn a_sealed_run_that_nobody_touched_is_intact_and_a_run_that_goes_on_is_unsealed() {
    let place = Place::new();
    let found = place.audit();
    assert_eq!((found.standing, found.findings), (Standing::Unsealed, vec![]));
    let place = place.sealed();
    add_seal_signature(&*place.world(4).storage, &run(), "alice", b"signature").unwrap();
    let found = place.audit();
    let Standing::Intact(seal) = &found.standing else { panic!("{found:?}") };
    assert_eq!((seal.records, found.records, found.head, found.bytes), (2, 2, seal.head, seal.bytes));
    assert_eq!((found.findings.as_slice(), found.left_out, found.recovers), (&[][..], 0, 0));
    assert_eq!(found.seal_text, Some(place.machine.bytes(&in_run("seal/seal.txt"))));
    assert_eq!(found.signers, ["alice"]);
}

#[test]
fn hands_out_every_verified_record_and_only_looks() {
    let place = Place::new().sealed();
    let process = place.machine.process(9);
    let subject = Subject { run: &run(), state: Some(Path::new("/")), receipts: &[] };
    let mut bytes = Vec::new();
    audit(&process, &subject, &mut |record| bytes.extend_from_slice(record.line())).unwrap();
    assert_eq!(bytes, place.machine.bytes(&in_run("journal.jsonl")));
    let looks = [Call::Open, Call::Read, Call::Stat, Call::StatPath, Call::List];
    assert!(process.calls().iter().all(|(call, _)| looks.contains(call)), "{:?}", process.calls());
}

#[test]
fn every_flipped_byte_and_every_cut_of_a_sealed_journal_is_told_as_altered() {
    let place = Place::new().sealed();
    let path = in_run("journal.jsonl");
    for at in 0..place.machine.bytes(&path).len() {
        let flipped = place.after(|place| place.change(&path, |bytes| bytes[at] ^= 1));
        assert!(is_altered(&flipped), "byte {at}: {flipped:?}");
        let cut = place.after(|place| place.change(&path, |bytes| bytes.truncate(at)));
        assert!(is_altered(&cut), "cut at {at}: {cut:?}");
    }
    let longer = place.after(|place| place.change(&path, |bytes| bytes.push(b'\n')));
    assert!(is_altered(&longer), "{longer:?}");
}

#[test]
fn a_cut_of_an_open_journal_is_a_torn_tail_or_cannot_be_seen_but_is_never_intact() {
    let place = Place::new();
    let path = in_run("journal.jsonl");
    let bytes = place.machine.bytes(&path);
    let first = bytes.iter().position(|byte| *byte == b'\n').unwrap() + 1;
    for at in 0..bytes.len() {
        let found = place.after(|place| place.change(&path, |bytes| bytes.truncate(at)));
        match found.standing {
            Standing::Altered(Finding::NoRecords) => assert!(at < first),
            Standing::TornTail { offset, len } => assert_eq!((offset, offset + len), (first as u64, at as u64)),
            Standing::Unsealed => assert_eq!(at, first),
            other => panic!("cut at {at}: {other:?}"),
        }
    }
}

#[test]
fn every_flipped_byte_of_the_seal_is_told() {
    let place = Place::new().sealed();
    let path = in_run("seal/seal.txt");
    for at in 0..place.machine.bytes(&path).len() {
        let found = place.after(|place| place.change(&path, |bytes| bytes[at] ^= 1));
        assert!(is_altered(&found), "byte {at}: {found:?}");
    }
}

#[test]
fn every_flipped_byte_of_the_ledger_is_told() {
    let place = Place::new().sealed();
    let path = Path::new("/ledger.jsonl");
    for at in 0..place.machine.bytes(path).len() {
        let found = place.after(|place| place.change(path, |bytes| bytes[at] ^= 1));
        assert!(!found.findings.is_empty(), "byte {at}");
    }
}

type Tamper = fn(&Place);

#[test]
fn what_was_done_to_a_sealed_run_is_told_by_name() {
    let sealed = Place::new().sealed();
    let table: [(Tamper, &str); 17] = [
        (|p| p.machine.unlink(&in_run("journal.jsonl")), "journal.jsonl is missing"),
        (|p| p.machine.unlink(&in_run("runbook.yaml")), "runbook.yaml is missing"),
        (|p| p.machine.overwrite(&in_run("runbook.yaml"), b"mop: 2\n"), "runbook.yaml is not the file"),
        (
            |p| {
                p.machine.unlink(&in_run("runbook.yaml"));
                p.world(5).storage.create_dir(&in_run("runbook.yaml"), Privacy::Usual).unwrap();
            },
            "runbook.yaml is not the file",
        ),
        (|p| p.machine.unlink(&super::super::blob_path(&run(), &blob())), "is missing; record 1 names it"),
        (|p| p.machine.overwrite(&super::super::blob_path(&run(), &blob()), b"all is bad"), "record 1 names, is not"),
        (|p| p.machine.unlink(&in_run("blobs")), "is missing; record 1 names it"),
        (|p| p.machine.unlink(&in_run("seal/seal.txt")), "seal/seal.txt is missing; entry 1 of the ledger"),
        (|p| p.machine.overwrite(&in_run("seal/seal.txt"), &[b'x'; 20_000]), "not a file that a seal could be"),
        (|p| p.machine.overwrite(&in_run("seal/seal.txt"), b"mop seal v1\n"), "line 2 of the seal is not `run`"),
        (|p| p.change(&in_run("seal/seal.txt"), |b| swap(b, "result done", "result fail")), "another seal of this run"),
        (|p| p.change(&in_run("seal/seal.txt"), |b| swap(b, "run two", "run one")), "a run of another name"),
        (|p| p.change(&in_run("seal/seal.txt"), |b| swap(b, "records 2", "records 3")), "number of records differs"),
        (|p| p.change(&in_run("seal/seal.txt"), |b| swap(b, "\nbytes ", "\nbytes 1")), "the size differs"),
        (|p| p.machine.overwrite(Path::new("/ledger.jsonl"), b""), "the ledger had an entry 0"),
        (|p| p.machine.unlink(Path::new("/ledger.jsonl")), "now ends after 0"),
        (|p| p.change(Path::new("/ledger.jsonl"), |b| b[100] ^= 1), "ledger.jsonl: record 0"),
    ];
    for (tamper, words) in table {
        let found = sealed.after(tamper);
        let told: Vec<_> = found.findings.iter().map(ToString::to_string).collect();
        assert!(told.iter().any(|told| told.contains(words)), "{words}: {told:#?}");
        assert!(is_altered(&found), "{words}: {:?}", found.standing);
    }
}

fn swap(bytes: &mut Vec<u8>, from: &str, to: &str) {
    let at = memchr::memmem::find(bytes, from.as_bytes()).unwrap();
    bytes.splice(at..at + from.len(), to.bytes());
}

#[test]
fn what_is_only_left_behind_or_laid_beside_changes_nothing() {
    let place = Place::new().sealed();
    let other = Digest::of(b"unnamed").to_string();
    let found = place.after(|place| {
        put_blob(&*place.world(5).storage, &run(), b"unnamed").unwrap();
        let shelf = in_run("blobs").join(&other[..2]);
        place.machine.overwrite(&shelf.join(".tmp-x-0"), b"half");
        place.machine.overwrite(&in_run("notes.txt"), b"hello");
        place.machine.overwrite(&in_run("blobs/readme"), b"hello");
        place.machine.overwrite(&in_run("seal/.tmp-seal.txt-0"), b"mop se");
        place.machine.overwrite(&in_run("secrets/anything"), b"not looked at");
    });
    assert!(matches!(found.standing, Standing::Intact(_)));
    let shelf = format!("blobs/{}", &other[..2]);
    let expected = [
        Finding::Unexpected { path: "notes.txt".into() },
        Finding::Remains { path: "seal/.tmp-seal.txt-0".into() },
        Finding::Unexpected { path: "blobs/readme".into() },
        Finding::Remains { path: format!("{shelf}/.tmp-x-0") },
        Finding::Remains { path: format!("{shelf}/{other}") },
    ];
    assert_eq!(found.findings, expected);
    assert!(expected.iter().all(|found| found.gravity() == Gravity::Note));
}

#[test]
fn a_seal_of_a_newer_version_seals_nothing_for_this_one() {
    let place = Place::new().sealed();
    let subject = Subject { run: &run(), state: None, receipts: &[] };
    place.machine.overwrite(&in_run("seal/seal.txt"), b"mop seal v2\nwhatever\n");
    let found = audit(&*place.world(9).storage, &subject, &mut |_| {}).unwrap();
    assert_eq!(found.standing, Standing::Unsealed);
    assert!(found.findings[0].to_string().contains("look at it with a newer mop"), "{found:?}");
    assert_eq!(found.seal_text.as_deref(), Some(b"mop seal v2\nwhatever\n".as_slice()));
}

#[test]
fn a_run_that_the_ledger_does_not_know_is_told_and_no_fault() {
    let place = Place::beginning_with(r#"{"t":"run_started"}"#);
    let found = place.after(|place| {
        place.machine.unlink(Path::new("/ledger.jsonl"));
        place.machine.unlink(Path::new("/ledger.lock"));
        place.ledger().note_opened("three", &Digest::ZERO).unwrap();
    });
    assert_eq!(found.standing, Standing::Unsealed);
    assert!(found.findings.contains(&Finding::NotInLedger), "{found:?}");
    let without_note = place.after(|place| {
        let facts = SealFacts { run: "two", ledger: None, result: "done" };
        Writer::open(&place.world(2), &run(), BY).unwrap().seal(&facts).unwrap();
    });
    assert!(matches!(without_note.standing, Standing::Intact(_)));
    assert!(without_note.findings.contains(&Finding::SealNotInLedger));
}

#[test]
fn another_run_in_the_place_of_one_is_told_by_the_ledger() {
    let place = Place::new();
    let other = Place::beginning_with(r#"{"t":"run_started","title":"another"}"#);
    other.machine.overwrite(Path::new("/ledger.jsonl"), &place.machine.bytes(Path::new("/ledger.jsonl")));
    let found = other.audit();
    assert_eq!(found.standing, Standing::Altered(Finding::LedgerNamesAnother { n: 0 }));
}

#[test]
fn a_renamed_directory_is_told() {
    let place = Place::new();
    place.world(2).storage.rename(&run(), Path::new("/runs/three")).unwrap();
    let subject = Subject { run: Path::new("/runs/three"), state: Some(Path::new("/")), receipts: &[] };
    let found = audit(&*place.world(9).storage, &subject, &mut |_| {}).unwrap();
    assert_eq!(found.standing, Standing::Altered(Finding::Renamed { was: "two".into(), n: 0 }));
}

#[test]
fn a_ledger_that_is_not_the_one_that_the_run_saw_is_told() {
    let head = Digest::of(b"another entry");
    let place = Place::beginning_with(&format!(r#"{{"t":"run_started","ledger":"0 {head}"}}"#));
    assert_eq!(place.audit().standing, Standing::Altered(Finding::LedgerRewritten { n: 0 }));
    let place = Place::beginning_with(&format!(r#"{{"t":"run_started","ledger":"7 {head}"}}"#));
    assert_eq!(place.audit().standing, Standing::Altered(Finding::LedgerCut { n: 7, entries: 1 }));
}

#[test]
fn a_ledger_that_is_being_written_to_is_no_fault() {
    let place = Place::new();
    let found =
        place.after(|place| place.change(Path::new("/ledger.jsonl"), |bytes| bytes.extend_from_slice(b"{\"n\":")));
    assert_eq!(found.standing, Standing::Unsealed);
    assert!(matches!(found.findings.as_slice(), [Finding::LedgerTorn(_)]), "{found:?}");
}

#[test]
fn receipts_hold_a_record_in_its_place() {
    let place = Place::new();
    let records = read_all(&*place.world(5).storage, &run()).unwrap().0;
    let receipt = |n: usize| Receipt::of(&records[n].head);
    assert_eq!(place.audit_with(&[(0, receipt(0)), (1, receipt(1))]).findings, []);
    for (kept, expected) in [
        ((1, receipt(0)), Finding::ReceiptDiffers { n: 1 }),
        ((2, receipt(1)), Finding::ReceiptBeyond { n: 2, records: 2 }),
    ] {
        let found = place.audit_with(&[(0, receipt(0)), kept]);
        assert_eq!(found.standing, Standing::Altered(expected.clone()));
        assert_eq!(found.findings, [expected]);
    }
}

/// Puts a record behind the last one that no writer would put there; its hash is right.
fn forge(place: &Place, body: &str, id: &RecordId) {
    place.change(&in_run("journal.jsonl"), |bytes| {
        let mut chain = Chain::default();
        for line in bytes.split_inclusive(|byte| *byte == b'\n') {
            chain.take(line).unwrap();
        }
        line::build(bytes, (chain.next(), chain.head()), (body.as_bytes(), id));
    });
}

#[test]
fn a_record_that_stands_there_twice_is_told() {
    let place = Place::new();
    forge(&place, r#""t":"shown""#, &RecordId::from_bits([1; 16]));
    let found = place.audit();
    assert_eq!(found.standing, Standing::Altered(Finding::DoubledId { n: 2 }));
}

#[test]
fn a_record_that_is_no_json_is_told() {
    let place = Place::new();
    forge(&place, r#""t":"shown","t":"other""#, &RecordId::from_bits([7; 16]));
    let found = place.audit();
    assert!(matches!(found.standing, Standing::Altered(Finding::Chain(_))), "{found:?}");
}

#[test]
fn time_that_goes_back_and_writes_that_were_mended_are_notes() {
    let place = Place::new();
    place.append(2, r#"{"t":"a","ts":"2026-03-01T21:59:59.999Z"}"#);
    place.append(3, r#"{"t":"a","ts":"2026-03-01T21:59:59.998Z"}"#);
    place.append(4, r#"{"t":"a","ts":"2026-03-01T23:00:00.000Z"}"#);
    place.append(5, r#"{"t":"a","ts":"yesterday"}"#);
    let process = place.machine.process(6);
    let mut writer = Writer::open(&world(&process), &run(), BY).unwrap();
    process.at_next(Call::Append, Mishap::Short(40));
    writer.append(&draft(6, 10), |_| Ok::<(), ()>(())).unwrap_err();
    writer.append(&draft(6, 10), |_| Ok::<(), ()>(())).unwrap();
    let found = place.audit();
    assert_eq!((found.standing, found.recovers, found.records), (Standing::Unsealed, 1, 8));
    // The recover record is stamped by a clock of its own, which stands at 22:00.
    let expected = [Finding::Recovered { count: 1 }, Finding::TimeBackwards { first: 2, count: 3 }];
    assert_eq!(found.findings, expected);
}

#[test]
fn members_of_another_kind_than_is_known_are_told_and_read_by_nobody() {
    let place = Place::beginning_with(r#"{"t":5,"ts":{},"files":["a"],"ledger":{"n":1}}"#);
    for (number, blobs) in (2..).zip([r#""x""#, "[1]", r#"["aa"]"#, "{}"]) {
        place.append(number, &format!(r#"{{"t":"shown","blobs":{blobs}}}"#));
    }
    let found = place.audit();
    let unclear = |n, member| Finding::Unclear { n, member };
    let mut expected = vec![unclear(0, "files"), unclear(0, "ledger")];
    expected.extend((2..6).map(|n| unclear(n, "blobs")));
    expected.push(Finding::Unexpected { path: "runbook.yaml".into() });
    assert_eq!((found.standing, found.findings), (Standing::Unsealed, expected));
}

#[test]
fn a_file_is_looked_for_in_the_directory_only() {
    let sha256 = Digest::of(b"x");
    for name in ["../one", "/etc/hostname", "a/b", "..", "", "a\\u001bb"] {
        let place = Place::beginning_with(&format!(r#"{{"t":"run_started","files":{{"{name}":"{sha256}"}}}}"#));
        let process = place.machine.process(9);
        let subject = Subject { run: &run(), state: None, receipts: &[] };
        let found = audit(&process, &subject, &mut |_| {}).unwrap();
        assert!(matches!(found.standing, Standing::Altered(Finding::FileNameUnfit { .. })), "{found:?}");
        assert!(process.calls().iter().all(|(_, file)| file != "hostname" && file != "one"), "{name}");
    }
}

#[test]
fn findings_do_not_grow_without_bound_and_the_first_fault_is_kept() {
    let place = Place::new();
    for number in 2..4_u8 {
        let blobs: Vec<_> =
            (0..600).map(|n| format!("\"{}\"", Digest::of(&[number, (n % 256) as u8, (n / 256) as u8]))).collect();
        place.append(number, &format!(r#"{{"t":"shown","blobs":[{}]}}"#, blobs.join(",")));
    }
    let found = place.audit();
    assert_eq!((found.findings.len(), found.left_out), (500, 700));
    assert!(matches!(found.standing, Standing::Altered(Finding::BlobMissing { .. })));
}

#[test]
fn names_from_outside_do_nothing_to_a_terminal() {
    let hostile = "a\u{1b}[31m\n\u{202e}b";
    for found in [
        Finding::FileMissing { name: hostile.into() },
        Finding::FileAltered { name: hostile.into() },
        Finding::FileNameUnfit { name: hostile.repeat(10_000) },
        Finding::Remains { path: hostile.into() },
        Finding::Unexpected { path: hostile.into() },
        Finding::TooMany { dir: hostile.into() },
        Finding::Renamed { was: hostile.into(), n: 0 },
    ] {
        let told = found.to_string();
        assert!(!told.contains(['\u{1b}', '\n', '\u{202e}']) && told.len() < 1_000, "{told:?}");
    }
}

#[test]
fn what_cannot_be_read_is_an_error_and_never_a_good_standing() {
    let place = Place::new().sealed();
    let subject = Subject { run: &run(), state: Some(Path::new("/")), receipts: &[] };
    let probe = place.machine.process(9);
    audit(&probe, &subject, &mut |_| {}).unwrap();
    for at in 0..probe.calls().len() {
        let process = place.machine.process(9);
        process.plan(at, Mishap::Errno(5));
        audit(&process, &subject, &mut |_| {}).unwrap_err();
    }
    let nowhere = Subject { run: Path::new("/runs/none"), state: None, receipts: &[] };
    audit(&*place.world(9).storage, &nowhere, &mut |_| {}).unwrap_err();
}
