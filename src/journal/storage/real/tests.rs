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
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let run = new_run(folder.path());
    let mode = std::fs::metadata(run.join("secrets")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o700);
}
