//! The system calls of a whole session: how many, and which are never made.

use super::ground::Ground;
use super::trace::{Call, calls_of};
use crate::needs::needs;

/// Calls that change a file or a folder.
const CHANGES: [&str; 22] = [
    "write",
    "pwrite64",
    "writev",
    "pwritev",
    "pwritev2",
    "truncate",
    "ftruncate",
    "rename",
    "renameat",
    "renameat2",
    "unlink",
    "unlinkat",
    "link",
    "linkat",
    "symlink",
    "symlinkat",
    "fallocate",
    "chmod",
    "fchmod",
    "fchmodat",
    "sendfile",
    "mkdir",
];

fn is_opened_for_writing(call: &Call) -> bool {
    call.name.starts_with("open")
        && ["O_WRONLY", "O_RDWR", "O_CREAT", "O_TRUNC"].iter().any(|flag| call.line.contains(flag))
}

#[test]
fn a_reader_and_a_tail_never_write() {
    needs!(STRACE);
    let mut ground = Ground::new();
    ground.append(1, 0).unwrap();
    let (calls, answers) = calls_of(&ground, &["read", "follow", "follow", "read"]);
    assert_eq!(answers.len(), 4, "{answers:?}");
    let on_the_run: Vec<_> = calls.iter().filter(|call| call.names(&ground.run())).collect();
    assert!(on_the_run.len() > 20, "{on_the_run:?}");
    let wrong: Vec<_> =
        on_the_run.iter().filter(|call| CHANGES.contains(&&*call.name) || is_opened_for_writing(call)).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(on_the_run.iter().all(|call| call.name != "flock"), "a reader takes no lock");
}

#[test]
fn nobody_cuts_renames_removes_or_makes_a_journal_or_a_lock_that_is_there() {
    needs!(STRACE);
    let ground = Ground::new();
    ground.lay(&[&ground.journal(), &b"torn"[..]].concat(), b"");
    let (calls, answers) = calls_of(&ground, &["open", "append 0 50", "read", "follow", "append 50 50", "open"]);
    assert_eq!(answers.len(), 104, "{answers:?}");
    let on_files: Vec<_> = calls.iter().filter(|call| call.is_on_a_file()).collect();
    let may_write = |call: &&&Call| !["write", "pwrite64", "fallocate"].contains(&&*call.name);
    let wrong: Vec<_> = on_files.iter().filter(|call| CHANGES.contains(&&*call.name)).filter(may_write).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    let kept_size = |call: &&&Call| call.name != "fallocate" || call.line.contains("FALLOC_FL_KEEP_SIZE");
    assert!(on_files.iter().all(|call| kept_size(&call)), "room is reserved behind the end only");
    let opened: Vec<_> = on_files.iter().filter(|call| call.name.starts_with("open")).collect();
    assert!(opened.len() >= 4, "{opened:?}");
    let made =
        opened.iter().find(|call| ["O_CREAT", "O_TRUNC", "O_TMPFILE"].iter().any(|flag| call.line.contains(flag)));
    assert_eq!(made, None);
    let appended = |call: &&&&Call| call.line.contains("journal.jsonl") && !call.line.contains("O_RDONLY");
    assert!(opened.iter().filter(appended).all(|call| call.line.contains("O_APPEND")), "{opened:?}");
}

#[test]
fn a_run_is_made_under_another_name_and_every_file_of_it_is_made_once() {
    needs!(STRACE);
    let ground = Ground::new();
    std::fs::rename(ground.run(), ground.folder().join("aside")).unwrap();
    let (calls, answers) = calls_of(&ground, &["create", "open", "append 0 1"]);
    assert_eq!(answers.len(), 3, "{answers:?}");
    let made: Vec<_> = calls.iter().filter(|call| call.name == "openat" && call.line.contains("O_CREAT")).collect();
    assert!(
        made.len() >= 3 && made.iter().all(|call| call.line.contains("/.tmp-one/") && call.line.contains("O_EXCL"))
    );
    let renames: Vec<_> = calls.iter().filter(|call| call.name.starts_with("rename")).collect();
    assert_eq!(renames.len(), 1, "{renames:?}");
}

fn count(calls: &[Call], name: &str, file: &str) -> usize {
    calls.iter().filter(|call| call.name == name && call.line.contains(file)).count()
}

#[test]
fn an_append_is_one_write_and_one_sync_on_the_journal() {
    needs!(STRACE);
    let ground = Ground::new();
    let (opened, _) = calls_of(&ground.copy(), &["open"]);
    let (calls, answers) = calls_of(&ground.copy(), &["open", "append 0 100"]);
    assert_eq!(answers.len(), 101);
    let more = |name, file| count(&calls, name, file) - count(&opened, name, file);
    let journal = ["write", "pwrite64", "writev", "fdatasync", "fsync", "sync_file_range"]
        .map(|name| more(name, "/journal.jsonl>"));
    assert_eq!(journal, [100, 0, 0, 100, 0, 0]);
    let lock = ["flock", "pwrite64", "fdatasync", "fsync"].map(|name| more(name, "/lock>"));
    assert_eq!(lock, [200, 200, 0, 0], "locked, unlocked, two marks, never synced");
}
