//! The real disk: threads and processes on one journal, and the calls that a model cannot vouch for.

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use super::*;
use crate::journal::{
    Depth, Draft, FileSystems, JournalError, NewRun, Outcome, RecordId, World, Writer, create_run, read, read_all,
};

/// Tells a test process that it is a child, and what it has to do: the run, its number, how many records.
const CHILD: &str = "MOP_TEST_JOURNAL_CHILD";

fn draft(author: u8, number: u32) -> Draft {
    let mut bits = [author; 16];
    bits[..4].copy_from_slice(&number.to_be_bytes());
    let body = format!(r#"{{"t":"note","author":{author},"number":{number},"text":"{}"}}"#, "so ".repeat(60));
    Draft::new(RecordId::from_bits(bits), body.as_bytes()).unwrap()
}

fn new_run(folder: &Path) -> PathBuf {
    let first = draft(0, 0);
    let run = NewRun { name: "one", files: &[("manifest.json", b"{}")], first: &first, file_systems: FileSystems::Any };
    create_run(&Disk, folder, &run).unwrap()
}

/// Appends records and tells which were acknowledged.
fn append_many(run: &Path, author: u8, count: u32) -> Vec<u32> {
    let mut writer = Writer::open(&World::machine(), run, br#"{"sid":"test"}"#).unwrap();
    (0..count).filter(|number| is_appended(&mut writer, &draft(author, *number))).collect()
}

fn is_appended(writer: &mut Writer, draft: &Draft) -> bool {
    loop {
        match writer.append(draft, |_| Ok::<(), ()>(())) {
            Ok(outcome) => return matches!(outcome, Outcome::Appended(_)),
            Err(JournalError::Busy { .. }) => {}
            Err(error) => panic!("{error}"),
        }
    }
}

/// Tells how often a draft is in the journal.
fn count_of(run: &Path, author: u8, number: u32) -> usize {
    let id = *draft(author, number).id();
    let mut count = 0;
    let each = &mut |record: &crate::journal::Record<'_>| count += usize::from(record.id() == Some(id));
    read(&Disk, run, Depth::Chain, each).unwrap();
    count
}

#[test]
fn two_threads_append_five_hundred_records_each_and_none_is_lost_or_doubled() {
    let folder = tempfile::tempdir().unwrap();
    let run = new_run(folder.path());
    let threads: Vec<_> = [1, 2]
        .map(|author| {
            let run = run.clone();
            std::thread::spawn(move || append_many(&run, author, 500))
        })
        .into_iter()
        .collect();
    let acked: usize = threads.into_iter().map(|thread| thread.join().unwrap().len()).sum();
    let (records, verdict) = read_all(&Disk, &run).unwrap();
    assert!(verdict.is_whole(), "{verdict:?}");
    assert_eq!((acked, records.len()), (1_000, 1_001));
    assert!([1, 2].iter().all(|author| count_of(&run, *author, 499) == 1));
}

/// Is no test but what a child process runs.
#[test]
fn child() {
    let Ok(task) = std::env::var(CHILD) else {
        return;
    };
    let [author, count, run] = task.splitn(3, ' ').collect::<Vec<_>>().try_into().unwrap();
    append_many(Path::new(run), author.parse().unwrap(), count.parse().unwrap());
}

fn spawn_child(run: &Path, author: u8, count: u32) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "journal::storage::real::tests::child"])
        .env(CHILD, format!("{author} {count} {}", run.display()))
        .stdout(Stdio::null())
        .spawn()
        .unwrap()
}

#[test]
fn two_processes_append_five_hundred_records_each_and_none_is_lost_or_doubled() {
    let folder = tempfile::tempdir().unwrap();
    let run = new_run(folder.path());
    let children = [1, 2].map(|author| spawn_child(&run, author, 500));
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    let (records, verdict) = read_all(&Disk, &run).unwrap();
    assert!(verdict.is_whole(), "{verdict:?}");
    assert_eq!(records.len(), 1_001);
}

fn size_of(run: &Path) -> u64 {
    std::fs::metadata(run.join("journal.jsonl")).unwrap().len()
}

#[test]
fn a_killed_process_leaves_a_journal_that_others_go_on_with() {
    let folder = tempfile::tempdir().unwrap();
    let run = new_run(folder.path());
    for author in 1..=20 {
        let enough = size_of(&run) + u64::from(author) * 777;
        let mut child = spawn_child(&run, author, 100_000);
        while size_of(&run) < enough {
            std::thread::yield_now();
        }
        child.kill().unwrap();
        child.wait().unwrap();
        assert_eq!(append_many(&run, 100 + author, 3), [0, 1, 2]);
        assert_eq!(count_of(&run, author, 0), 1);
    }
    let (records, verdict) = read_all(&Disk, &run).unwrap();
    assert!(verdict.is_whole() && records.len() > 80, "{verdict:?}");
}

#[test]
fn says_which_process_holds_a_lock() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("lock");
    let held = Disk.create(&path).unwrap();
    let other = Disk.open(&path, Access::Write).unwrap();
    assert!(held.try_lock().unwrap());
    assert!(!other.try_lock().unwrap());
    assert_eq!(other.lock_holder(), Some(std::process::id()));
    held.unlock().unwrap();
    assert!(other.try_lock().unwrap());
}

#[test]
fn reads_the_holder_out_of_a_line_of_the_kernel() {
    let line = "12: FLOCK  ADVISORY  WRITE 4711 fe:00:815 0 EOF";
    assert_eq!(holder_in(line, 815), Some(4711));
    assert_eq!(holder_in(line, 81), None);
    assert_eq!(holder_in("12: FLOCK  ADVISORY  WRITE -1 fe:00:815 0 EOF", 815), None);
    assert_eq!(holder_in("12: POSIX  ADVISORY  WRITE 4711 fe:00:815 0 EOF", 815), None);
    assert_eq!(holder_in("12: -> FLOCK  ADVISORY  WRITE 4711 fe:00:815 0 EOF", 815), None);
    assert_eq!(holder_in("", 815), None);
}

#[test]
fn room_is_reserved_without_changing_the_size_and_the_cache_can_be_dropped() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    let file = Disk.create(&path).unwrap();
    assert_eq!(file.append(b"some bytes").unwrap(), 10);
    file.sync().unwrap();
    match file.reserve(10, 65_536) {
        Err(error) => assert_eq!(error.kind(), io::ErrorKind::Unsupported),
        Ok(()) => assert!(std::fs::metadata(&path).unwrap().blocks() >= 128),
    }
    assert_eq!(file.stat().unwrap().size, 10);
    file.forget().unwrap();
    let mut buffer = [0; 16];
    assert_eq!(file.read_at(&mut buffer, 5).unwrap(), 5);
    assert_eq!(&buffer[..5], b"bytes");
}

#[test]
fn a_file_is_never_made_by_opening_nor_replaced_by_making() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    for access in [Access::Read, Access::Append, Access::Write] {
        assert_eq!(Disk.open(&path, access).unwrap_err().kind(), io::ErrorKind::NotFound);
    }
    Disk.create(&path).unwrap();
    assert_eq!(Disk.create(&path).unwrap_err().kind(), io::ErrorKind::AlreadyExists);
    assert!(Disk.stat(&path).unwrap().is_same_file(&Disk.open(&path, Access::Read).unwrap().stat().unwrap()));
    assert_ne!(Disk.file_system(folder.path()).unwrap(), 0);
}

#[test]
fn only_the_account_may_enter_the_secrets() {
    let folder = tempfile::tempdir().unwrap();
    let run = new_run(folder.path());
    assert_eq!(mode_of(&run.join("secrets")), 0o700);
}

fn mode_of(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn a_salt_is_for_the_account_alone_and_its_temporary_file_is_gone() {
    let folder = tempfile::tempdir().unwrap();
    let run = new_run(folder.path());
    crate::journal::salt_of(&Disk, &run, "pin", [7; 32]).unwrap();
    assert_eq!(mode_of(&run.join("secrets/pin")), 0o600);
    assert_eq!(Disk.list(&run.join("secrets"), 10).unwrap(), ["pin"]);
}

#[test]
fn a_file_takes_no_name_that_another_has() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    for name in ["one", "two"] {
        std::fs::write(path(name), name).unwrap();
    }
    let error = Disk.rename_new(&path("one"), &path("two")).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::AlreadyExists);
    assert_eq!(std::fs::read(path("two")).unwrap(), b"two");
    Disk.rename_new(&path("one"), &path("three")).unwrap();
    assert_eq!(std::fs::read(path("three")).unwrap(), b"one");
    Disk.remove(&path("two")).unwrap();
    assert_eq!(Disk.list(folder.path(), 10).unwrap(), ["three"]);
    assert_eq!(Disk.list(folder.path(), 0).unwrap().len(), 0);
    assert_eq!(Disk.stat(&path("three")).unwrap().links, 1);
}

#[test]
fn no_link_is_followed_and_no_pipe_is_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    std::fs::write(path("file"), b"x").unwrap();
    std::os::unix::fs::symlink(path("file"), path("link")).unwrap();
    rustix::fs::mkfifoat(CWD, path("pipe"), rustix::fs::Mode::RWXU).unwrap();
    assert!(Disk.open(&path("link"), Access::Read).is_err());
    Disk.open(&path("pipe"), Access::Read).unwrap();
    let kinds = ["file", "link", "pipe", "."].map(|name| Disk.stat(&path(name)).unwrap().kind);
    assert_eq!(kinds, [Kind::File, Kind::Other, Kind::Other, Kind::Directory]);
}

#[test]
fn shared_locks_stand_beside_each_other_and_in_the_way_of_one_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("lock");
    let one = Disk.create(&path).unwrap();
    let [two, three] = [(); 2].map(|()| Disk.open(&path, Access::Read).unwrap());
    assert!(one.try_lock_shared().unwrap() && two.try_lock_shared().unwrap());
    assert!(!three.try_lock().unwrap());
    drop((one, two));
    assert!(three.try_lock().unwrap());
    assert!(!Disk.open(&path, Access::Read).unwrap().try_lock_shared().unwrap());
}

#[test]
fn a_session_is_seen_by_its_own_process_too_until_it_leaves() {
    let folder = tempfile::tempdir().unwrap();
    let run = new_run(folder.path());
    let here = crate::journal::enter(&Disk, &run, "s-1", b"{}").unwrap();
    let alive = || crate::journal::present(&Disk, &run).unwrap()[0].is_alive;
    assert!(alive() && alive());
    drop(here);
    assert!(!alive());
}

#[test]
fn a_run_is_sealed_and_noted_on_the_real_disk() {
    let folder = tempfile::tempdir().unwrap();
    let run = new_run(folder.path());
    append_many(&run, 1, 5);
    let mut writer = Writer::open(&World::machine(), &run, br#"{"sid":"test"}"#).unwrap();
    let facts = crate::journal::SealFacts { run: "one", ledger: None, result: "done" };
    let sealed = writer.seal(&facts).unwrap();
    let bytes = std::fs::read(run.join("journal.jsonl")).unwrap();
    assert_eq!(sealed.seal.sha256, crate::journal::Digest::of(&bytes));
    assert_eq!(std::fs::read(run.join("seal/seal.txt")).unwrap(), sealed.text);
    let error = writer.append(&draft(1, 9), |_| Ok::<(), ()>(())).unwrap_err();
    assert!(matches!(error, JournalError::Sealed { .. }), "{error}");
    let mut ledger = crate::journal::Ledger::open(&World::machine(), folder.path(), br#"{"sid":"test"}"#).unwrap();
    ledger.note_sealed(&sealed).unwrap();
    let (entries, verdict) = crate::journal::read_ledger(&Disk, folder.path()).unwrap();
    assert!(verdict.is_whole() && entries.len() == 1 && entries[0].run == "one");
}
