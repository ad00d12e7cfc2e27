//! Packing runs and reading them back: the same bytes each time, the same run, and nothing by halves.

mod hostile;

use std::io::Read as _;
use std::path::{Path, PathBuf};

use super::form::{Entry, LISTED, Line, List};
use super::*;
use crate::journal::faults::{Site, run_path, world};
use crate::journal::sim::{Call, Fate, Mishap, Process};
use crate::journal::{
    Access, Depth, JournalError, Kind, Privacy, Standing, Storage, Subject, audit, put_blob, read, salt_of,
};

const README: &[(&str, &[u8])] = &[("README.txt", b"what it is\n")];

/// Packs the run of a machine, and gives the bytes.
fn packed(storage: &dyn Storage, run: &Path) -> Vec<u8> {
    let contents = Contents::of(storage, run).unwrap();
    let mut bytes = Vec::new();
    let written = write_archive(storage, run, (&contents, README), &mut |piece| {
        bytes.extend_from_slice(piece);
        Ok(())
    });
    let written = written.unwrap();
    assert_eq!((written.bytes, written.sha256), (bytes.len() as u64, crate::journal::Digest::of(&bytes)));
    bytes
}

/// A run with evidence, a salt, output of a command, somebody present, and files that nobody knows.
fn site() -> (Site, Process) {
    let site = Site::new().with(1, 40).with(2, 60);
    let process = site.machine.process(7);
    let storage = world(&process).storage;
    put_blob(&*storage, &run_path(), b"evidence").unwrap();
    salt_of(&*storage, &run_path(), "TOKEN", [7; 32]).unwrap();
    for dir in ["commands", "commands/step-1"] {
        storage.create_dir(&run_path().join(dir), Privacy::Usual).unwrap();
    }
    let plant = |name: &str, bytes: &[u8]| {
        storage.create(&run_path().join(name)).unwrap().append(bytes).unwrap();
    };
    plant("commands/step-1/output-000000", b"it printed this");
    plant("commands/step-1/order.json", b"PLANTED");
    plant("sessions/one.lock", b"PLANTED");
    plant("notes.txt", b"PLANTED");
    plant(".tmp-x", b"PLANTED");
    (site, process)
}

/// Puts an archive on the machine, and reads it.
fn mounted(process: &Process, bytes: &[u8]) -> Result<Archive, JournalError> {
    let (storage, path) = (world(process).storage, PathBuf::from("/runs/packed.zip"));
    let _ = storage.remove(&path);
    storage.create(&path).unwrap().append(bytes).unwrap();
    Archive::open(storage, &path)
}

fn audited(storage: &dyn Storage, run: &Path) -> String {
    let audit = audit(storage, &Subject { run, state: None, receipts: &[] }, &mut |_| {}).unwrap();
    assert!(matches!(audit.standing, Standing::Unsealed | Standing::Altered(_)));
    format!("{:?} {} {} {} {}", audit.standing, audit.records, audit.head, audit.bytes, audit.blobs)
}

#[test]
fn a_run_in_an_archive_reads_as_it_does_in_its_directory() {
    let (_site, process) = site();
    let storage = world(&process).storage;
    let archive = mounted(&process, &packed(&*storage, &run_path())).unwrap();
    assert_eq!(archive.run(), Path::new("/runs/packed.zip/one"));
    assert_eq!(audited(&archive, &archive.run()), audited(&*storage, &run_path()));
    assert!(read(&archive, &archive.run(), Depth::Full, &mut |_| {}).unwrap().is_whole());
    // Packed out of an archive it is the same archive, but for what was never in it.
    assert_eq!(packed(&archive, &archive.run()), packed(&*storage, &run_path()));
}

#[test]
fn what_is_secret_or_of_this_machine_alone_does_not_go_in_and_what_nobody_knows_is_named() {
    let (site, process) = site();
    let storage = world(&process).storage;
    let contents = Contents::of(&*storage, &run_path()).unwrap();
    let left: Vec<_> = contents.left_out.iter().map(|left| left.name.as_str()).collect();
    assert_eq!(left, [".tmp-x", "manifest.json", "notes.txt"], "its first record names no files");
    let bytes = packed(&*storage, &run_path());
    let salt = site.machine.bytes(&run_path().join("secrets/TOKEN"));
    assert!(salt.len() >= 32);
    let is_in = |part: &[u8]| memchr::memmem::find(&bytes, part).is_some();
    assert!(is_in(b"it printed this") && is_in(b"evidence"));
    for secret in [&b"PLANTED"[..], b"secrets/", b"sessions/", b"order.json", b"one/lock", &salt[..]] {
        assert!(!is_in(secret), "{}", String::from_utf8_lossy(secret));
    }
}

#[test]
fn where_the_first_record_cannot_be_read_only_files_of_the_usual_names_go_in() {
    let (site, process) = site();
    site.machine.overwrite(&run_path().join("journal.jsonl"), b"{no record\n");
    let storage = world(&process).storage;
    let contents = Contents::of(&*storage, &run_path()).unwrap();
    let left: Vec<_> = contents.left_out.iter().map(|left| left.name.as_str()).collect();
    assert_eq!(left, [".tmp-x", "notes.txt"]);
    assert!(contents.files.iter().any(|file| file.name == "one/manifest.json"));
}

#[test]
fn other_programs_read_what_is_in_it_and_the_sums_are_right() {
    let (_site, process) = site();
    let bytes = packed(&*world(&process).storage, &run_path());
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(&bytes)).unwrap();
    let mut sums = String::new();
    zip.by_name("SHA256SUMS").unwrap().read_to_string(&mut sums).unwrap();
    assert_eq!(sums.lines().count() + 1, zip.len());
    for line in sums.lines() {
        let (hash, name) = line.split_once("  ").unwrap();
        let mut content = Vec::new();
        zip.by_name(name).unwrap().read_to_end(&mut content).unwrap();
        assert_eq!(crate::journal::Digest::of(&content).to_string(), hash, "{name}");
    }
}

#[test]
fn whatever_would_write_is_told_that_an_archive_is_only_read() {
    let (_site, process) = site();
    let archive = mounted(&process, &packed(&*world(&process).storage, &run_path())).unwrap();
    let (run, outside) = (archive.run(), Path::new("/runs/elsewhere"));
    let journal = run.join("journal.jsonl");
    let refused = |done: std::io::Result<()>| {
        let error = done.unwrap_err();
        assert_eq!(error.kind(), std::io::ErrorKind::ReadOnlyFilesystem);
        assert!(error.to_string().contains("an archive, which is only read"));
    };
    refused(archive.create(&run.join("x")).map(drop));
    refused(archive.create_private(&run.join("x")).map(drop));
    refused(archive.create_dir(&run.join("x"), Privacy::Usual));
    refused(archive.rename(&journal, outside));
    refused(archive.rename_new(outside, &run.join("x")));
    refused(archive.remove(&journal));
    refused(archive.open(&journal, Access::Append).map(drop));
    refused(archive.open(&journal, Access::Write).map(drop));
    let file = archive.open(&journal, Access::Read).unwrap();
    refused(file.append(b"x").map(drop));
    refused(file.write_at(b"x", 0).map(drop));
    refused(file.reserve(0, 1));
    refused(file.try_lock().map(drop));
    assert!(put_blob(&archive, &run, b"more").is_err());
    // Beside it is the disk as ever.
    archive.create_dir(outside, Privacy::Usual).unwrap();
    assert_eq!(archive.stat(outside).unwrap().kind, Kind::Directory);
}

#[test]
fn no_path_leaves_an_archive_and_no_read_leaves_its_file() {
    let (_site, process) = site();
    let archive = mounted(&process, &packed(&*world(&process).storage, &run_path())).unwrap();
    let root = Path::new("/runs/packed.zip");
    for path in ["one/../one/journal.jsonl", "..", "one/none", "one/journal.jsonl/x", "//one"] {
        let path = root.join(path.trim_start_matches('/'));
        let found = archive.stat(&path);
        assert!(found.is_err() || path.ends_with("one"), "{}", path.display());
    }
    assert!(archive.open(&archive.run(), Access::Read).is_err() && archive.list(&root.join("README.txt"), 9).is_err());
    let file = archive.open(&root.join("README.txt"), Access::Read).unwrap();
    let mut bytes = [0; 64];
    assert_eq!(file.read_at(&mut bytes, 0).unwrap(), 11);
    assert_eq!((file.read_at(&mut bytes, 11).unwrap(), file.read_at(&mut bytes, u64::MAX).unwrap()), (0, 0));
    assert_eq!(archive.list(root, 2).unwrap().len(), 2);
}

#[test]
fn an_archive_that_is_replaced_while_it_is_read_is_not_read_on() {
    let (_site, process) = site();
    let storage = world(&process).storage;
    let bytes = packed(&*storage, &run_path());
    let archive = mounted(&process, &bytes).unwrap();
    let again = mounted(&process, &bytes).unwrap();
    let why = archive.open(&archive.run().join("journal.jsonl"), Access::Read).unwrap_err();
    assert!(why.to_string().contains("replaced"));
    assert!(again.open(&again.run().join("journal.jsonl"), Access::Read).is_ok());
}

#[test]
fn a_file_that_changes_while_it_is_packed_is_an_error() {
    let (site, process) = site();
    let storage = world(&process).storage;
    let contents = Contents::of(&*storage, &run_path()).unwrap();
    let output = run_path().join("commands/step-1/output-000000");
    for other in [&b"it printed thus"[..], b"it"] {
        site.machine.overwrite(&output, other);
        let why = write_archive(&*storage, &run_path(), (&contents, README), &mut |_| Ok(())).unwrap_err();
        assert!(why.to_string().contains("output-000000: was changed while it was packed"), "{why}");
    }
    // A journal only grows, and as much goes in as was read of it.
    site.machine.overwrite(&output, b"it printed this");
    let _ = site.with(9, 30);
    write_archive(&*storage, &run_path(), (&contents, README), &mut |_| Ok(())).unwrap();
}

/// Keeps an archive in a file.
fn keep(process: &Process) -> Result<Written, JournalError> {
    let storage = world(process).storage;
    let contents = Contents::of(&*storage, &run_path())?;
    keep_archive(&*storage, Path::new("/runs/kept.zip"), &mut |sink| {
        write_archive(&*storage, &run_path(), (&contents, README), sink)
    })
}

#[test]
fn an_archive_in_a_file_is_there_whole_or_not_at_all_whatever_fails_and_stays_after_a_crash() {
    let (site, process) = site();
    let expected = packed(&*world(&process).storage, &run_path());
    let probe = site.fork().machine.process(8);
    keep(&probe).unwrap();
    let calls: Vec<_> = probe.calls().into_iter().map(|(call, _)| call).collect();
    let mut failed = 0;
    for (at, mishap) in (0..calls.len())
        .flat_map(|at| [Mishap::Errno(28), Mishap::Errno(5), Mishap::Short(3), Mishap::Kill].map(|mishap| (at, mishap)))
    {
        let fork = site.fork();
        let process = fork.machine.process(8);
        process.plan(at, mishap);
        let kept = keep(&process);
        process.kill();
        failed += usize::from(kept.is_err());
        if kept.is_ok() {
            fork.machine.crash(|| Fate::Dropped, false);
        }
        let is_there = fork.machine.names(Path::new("/runs")).contains(&"kept.zip".to_owned());
        assert!(is_there || kept.is_err(), "{mishap:?} at {at}, {:?}", calls[at]);
        if is_there {
            assert!(fork.machine.bytes(Path::new("/runs/kept.zip")) == expected, "{mishap:?} at {at}, {:?}", calls[at]);
        }
        let leftovers = fork.machine.names(Path::new("/runs")).iter().any(|name| name.starts_with(".tmp-kept"));
        let may_stay = mishap == Mishap::Kill || calls[at] == Call::Remove;
        assert!(!leftovers || may_stay, "{mishap:?} at {at}, {:?}", calls[at]);
    }
    assert!(failed > 50, "{failed}");
}

#[test]
fn no_file_is_written_over() {
    let (site, process) = site();
    keep(&process).unwrap();
    site.machine.overwrite(Path::new("/runs/kept.zip"), b"another");
    let why = keep(&process).unwrap_err().to_string();
    assert!(why.contains("is there already") && why.contains("-o"), "{why}");
    assert_eq!(site.machine.bytes(Path::new("/runs/kept.zip")), b"another");
}

#[test]
fn what_is_wider_than_32_bits_is_written_as_other_programs_read_it() {
    let far = 5_u64 << 32;
    let entry = |size, offset| Entry { name: "one/blobs/aé".into(), size, crc32: 7, offset };
    for (size, offset) in [(9, 9), (far, 9), (9, far), (far, far), (u64::from(u32::MAX), 9), (9, u64::from(u32::MAX))] {
        let listed = entry(size, offset).listed();
        let line = Line::read(listed[..LISTED].try_into().unwrap()).unwrap();
        let extra = &listed[LISTED + line.lengths[0]..];
        assert_eq!((line.numbers(extra).unwrap(), extra.len()), ((size, offset), line.lengths[1]));
    }
    // A hole of 5 TiB between two entries takes no room; what zip makes of it is compared.
    let folder = tempfile::tempdir().unwrap();
    let file = std::fs::File::create_new(folder.path().join("wide.zip")).unwrap();
    let first = entry(far, 0);
    let second = Entry { name: "one/z".into(), size: 4, crc32: crc32fast::hash(b"last"), offset: first.start() + far };
    let start = second.start() + 4;
    let lines = [first.listed(), second.listed()].concat();
    let list = List { entries: 2, start, length: lines.len() as u64 };
    let put = |bytes: &[u8], at| std::os::unix::fs::FileExt::write_all_at(&file, bytes, at);
    put(&first.local(), 0).and_then(|()| put(&second.local(), second.offset)).unwrap();
    put(b"last", second.start()).and_then(|()| put(&lines, start)).unwrap();
    put(&list.end(), start + list.length).unwrap();
    let read = std::fs::File::open(folder.path().join("wide.zip")).unwrap();
    let mut zip = zip::ZipArchive::new(read).unwrap();
    assert_eq!((zip.len(), zip.by_index(0).unwrap().size()), (2, far));
    let mut last = String::new();
    zip.by_index(1).unwrap().read_to_string(&mut last).unwrap();
    assert_eq!(last, "last");
}

#[test]
fn an_archive_has_more_entries_than_fit_into_16_bits() {
    let names: Vec<_> = (0..70_000).map(|number| format!("one/{number:05}")).collect();
    let files: Vec<_> = names.iter().map(|name| (name.as_str(), &b"x"[..])).collect();
    let bytes = hostile::archive(&files);
    assert_eq!(zip::ZipArchive::new(std::io::Cursor::new(&bytes)).unwrap().len(), 70_000);
    let process = Site::new().machine.process(3);
    let archive = mounted(&process, &bytes).unwrap();
    assert_eq!(archive.list(&archive.run(), 100_000).unwrap().len(), 70_000);
    let file = archive.open(&archive.run().join("69999"), Access::Read).unwrap();
    assert_eq!(file.stat().unwrap().size, 1);
}
