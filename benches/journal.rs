//! What the journal costs, held against what it cannot do without.
//!
//! `cargo bench --bench journal` prints one ratio a line, measured in turns in one run, on the disk that
//! holds the temporary directory: a durable append against one bare `write` and `fdatasync` of the same
//! bytes; verifying a journal of 100 MB against `sha256sum` on the same file, and a run in an archive against the same in
//! its directory; going on with a run of
//! 20,000 records, the journal's part of it and all of it.
#![expect(
    clippy::print_stdout,
    clippy::expect_used,
    reason = "a benchmark prints its figures, and fails when it cannot measure"
)]

use std::fs::{File, OpenOptions};
use std::hint::black_box;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use mop::app::{Store, Surroundings};
use mop::journal::{
    Archive, Contents, Depth, Digest, Disk, Draft, FileSystems, NewRun, Outcome, RecordId, Standing, Storage, Subject,
    World, Writer, audit, create_run, keep_archive, put_blob, read, read_all, write_archive,
};
use mop::run::{Event, Person, Stamp, Start, What, to_wire};
use mop::runbook::{NoLibrary, load};

/// How many records are appended.
const APPENDS: u64 = 3_000;
/// How often a journal is verified.
const ROUNDS: usize = 11;

fn main() {
    let folder = tempfile::tempdir().expect("a folder on the disk");
    append(folder.path());
    verify(folder.path());
    resume(folder.path());
}

/// Appends in turns with bare writes to another file beside it.
fn append(folder: &Path) {
    let mut writer =
        Writer::open(&World::machine(), &new_run(folder, "appended"), b"{\"by\":\"bench\"}").expect("a writer");
    let bare = OpenOptions::new().append(true).create(true).open(folder.join("bare")).expect("a bare file");
    let (mut ours, mut floor) = (Vec::new(), Vec::new());
    for number in 0..APPENDS {
        let draft = draft(number);
        let mut len = 0;
        ours.push(timed(|| len = append_one(&mut writer, &draft)));
        let line = vec![b'x'; len];
        floor.push(timed(|| bare_append(&bare, &line)));
    }
    for (name, part, gate) in [("p50", 0.50, 1.15), ("p99", 0.99, 1.50)] {
        let (ours, floor) = (quantile(&mut ours, part), quantile(&mut floor, part));
        let ratio = ours.as_secs_f64() / floor.as_secs_f64();
        println!("append {name} {ours:.1?}, write and fdatasync {floor:.1?}: ratio {ratio:.2} (gate {gate:.2})");
    }
}

fn append_one(writer: &mut Writer, draft: &Draft) -> usize {
    let before = writer.last().map_or(0, |last| last.offset);
    match writer.append(draft, |_| Ok::<(), ()>(())).expect("an append") {
        Outcome::Appended(at) => usize::try_from(at.offset - before).expect("a line fits into memory"),
        other => unreachable!("{other:?}"),
    }
}

fn bare_append(mut file: &File, line: &[u8]) {
    assert_eq!(file.write(line).expect("a bare write"), line.len());
    file.sync_data().expect("a bare sync");
}

/// Verifies 100 MB in turns with `sha256sum`.
fn verify(folder: &Path) {
    let run = new_run(folder, "verified");
    let bodies = (0..).map(|number| format!(r#""t":"note","text":"{number} {}""#, "words ".repeat(90)));
    let size = extend(&run, bodies, 100_000_000);
    println!("a journal of {:.0} MB", size as f64 / 1e6);
    let (mut chain, mut full, mut coreutils) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        chain.push(timed(|| verified(&run, Depth::Chain)));
        coreutils.push(timed(|| sha256sum(&run.join("journal.jsonl"))));
        full.push(timed(|| verified(&run, Depth::Full)));
    }
    let floor = quantile(&mut coreutils, 0.5);
    let has_instructions = std::fs::read_to_string("/proc/cpuinfo").is_ok_and(|text| text.contains("sha_ni"));
    let gate = if has_instructions { 0.40 } else { 1.10 };
    archive(folder, &run);
    for (name, times, gate) in [("chain", &mut chain, gate), ("full", &mut full, 2.50)] {
        let ours = quantile(times, 0.5);
        let ratio = ours.as_secs_f64() / floor.as_secs_f64();
        println!("verify {name} {ours:.1?}, sha256sum {floor:.1?}: ratio {ratio:.2} (gate {gate:.2})");
    }
}

/// Audits the same run in turns in its directory and in an archive, with 32 MB of evidence beside the journal.
fn archive(folder: &Path, run: &Path) {
    for number in 0..4_u8 {
        put_blob(&Disk, run, &vec![number; 8_000_000]).expect("a blob");
    }
    let path = folder.join("verified.zip");
    let contents = Contents::of(&Disk, run).expect("the run is read");
    let written = keep_archive(&Disk, &path, &mut |sink| write_archive(&Disk, run, (&contents, &[]), sink));
    written.expect("an archive");
    let (mut packed, mut there) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        there.push(timed(|| audited(&Disk, run)));
        packed.push(timed(|| {
            let archive = Archive::open(Arc::new(Disk), &path).expect("the archive is read");
            audited(&archive, &archive.run());
        }));
    }
    let (packed, there) = (quantile(&mut packed, 0.5), quantile(&mut there, 0.5));
    let ratio = packed.as_secs_f64() / there.as_secs_f64();
    println!("audit in an archive {packed:.1?}, in the directory {there:.1?}: ratio {ratio:.2} (gate 1.50)");
}

fn audited(storage: &dyn Storage, run: &Path) {
    let subject = Subject { run, state: None, receipts: &[] };
    let audit = audit(storage, &subject, &mut |record| {
        black_box(record.n);
    });
    assert_eq!(audit.expect("the run is read").standing, Standing::Unsealed);
}

fn verified(run: &Path, depth: Depth) {
    let verdict = read(&Disk, run, depth, &mut |record| {
        black_box(record.n);
    });
    assert!(verdict.expect("the journal is read").is_whole());
}

fn sha256sum(file: &Path) {
    let status = Command::new("sha256sum").arg(file).stdout(Stdio::null()).status().expect("coreutils");
    assert!(status.success());
}

/// Opens a run of 20,000 records as going on with it does.
fn resume(folder: &Path) {
    let (store, surroundings) = (Store::at(folder.join("state")), Surroundings::machine());
    let loaded = load("small.yaml", BOOK.into(), &NoLibrary);
    let stamp = surroundings.stamp(&Person::named("Alice").expect("a name"), "bench");
    let start = Start { run: "7K3QX".into(), runbook: "small".into(), title: "Small".into(), ..Start::default() };
    let name = store.create(&surroundings, &loaded, (start, stamp.clone())).expect("a run");
    let path = store.path(&name);
    let remark = |number| note(&stamp, number);
    extend(&path, (0..20_000).map(remark), u64::MAX);
    let (mut journal, mut whole) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        journal.push(timed(|| assert_eq!(read_all(&Disk, &path).expect("the journal").0.len(), 20_001)));
        whole.push(timed(|| assert_eq!(store.open(&surroundings, &name).expect("the run").notes().len(), 20_000)));
    }
    let (journal, whole) = (quantile(&mut journal, 0.5), quantile(&mut whole, 0.5));
    println!("resume 20,000 records {whole:.1?}, of it reading and verifying the journal {journal:.1?}");
}

const BOOK: &str = "mop: 1\ntitle: Small\nactivities:\n  - title: One\n    estimate: 1m\n    steps: [A step]\n";

fn note(stamp: &Stamp, number: u64) -> String {
    let what = What::NoteAdded { step: None, text: format!("{number} {}", "words ".repeat(60)) };
    let body = to_wire(&Event { stamp: stamp.clone(), what });
    String::from_utf8_lossy(&body[1..body.len() - 1]).into_owned()
}

/// Makes a run's directory with its first record.
fn new_run(folder: &Path, name: &str) -> PathBuf {
    let first = draft(u64::MAX);
    let run = NewRun { name, files: &[], first: &first, file_systems: FileSystems::Any };
    create_run(&Disk, folder, &run).expect("a run's directory")
}

fn draft(number: u64) -> Draft {
    let body = format!(r#"{{"t":"note","text":"{number} {}"}}"#, "words ".repeat(90));
    Draft::new(RecordId::from_bits(u128::from(number).to_le_bytes()), body.as_bytes()).expect("a record")
}

/// Writes records behind the first one as the format says, without syncing each, up to a size.
fn extend(run: &Path, bodies: impl Iterator<Item = String>, most: u64) -> u64 {
    let (records, verdict) = read_all(&Disk, run).expect("the first record");
    let (mut prev, mut size) = (verdict.head, verdict.size);
    let file = OpenOptions::new().append(true).open(run.join("journal.jsonl")).expect("the journal");
    let mut file = std::io::BufWriter::new(file);
    for (n, body) in (records.len() as u64..).zip(bodies) {
        let members = format!(r#"{{"n":{n},"prev":"{prev}",{body},"id":"{n:032x}""#);
        prev = Digest::of(format!("{members}\n").as_bytes());
        let line = format!("{members},\"h\":\"{prev}\"}}\n");
        size += line.len() as u64;
        file.write_all(line.as_bytes()).expect("the journal grows");
        if size >= most {
            break;
        }
    }
    file.into_inner().expect("all is written").sync_all().expect("all is on the disk");
    size
}

fn timed(work: impl FnOnce()) -> Duration {
    let begun = Instant::now();
    work();
    begun.elapsed()
}

fn quantile(times: &mut [Duration], part: f64) -> Duration {
    times.sort_unstable();
    times[((times.len() - 1) as f64 * part) as usize]
}
