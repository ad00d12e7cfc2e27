//! A state directory that somebody made for a group: whoever is of it can go on with a run.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::process::Command;

use super::site::Site;

const BOOK: &str = "mop: 1\ntitle: Small\nactivities:\n  - title: One\n    steps:\n      - { id: do, title: Do it, \
                    run: { command: echo done, expect: { contains: done } } }\n      - Look at it\n";

/// Gives everything below a directory, but what is kept from the group on purpose.
fn all(dir: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path());
    let shared = entries.filter(|path| !path.ends_with("secrets"));
    shared.flat_map(|path| if path.is_dir() { [vec![path.clone()], all(&path)].concat() } else { vec![path] }).collect()
}

fn begin(site: &Site, mode: u32) -> Vec<PathBuf> {
    fs::set_permissions(site.state.path(), fs::Permissions::from_mode(mode)).unwrap();
    let (book, answers) = (site.file("small.yaml", BOOK), site.file("answers.txt", "start 1.1\nsign 1.1\nleave\n"));
    let mop = env!("CARGO_BIN_EXE_mop");
    let mut shell = Command::new("sh");
    shell.args(["-c", "umask 077; exec \"$@\"", "sh", mop, "run", &book, "--as", "Alice", "--answers", &answers]);
    let output = shell.env("MOP_STATE", site.state.path()).env_remove("SSH_AUTH_SOCK").output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    all(&site.state.path().join("runs"))
}

#[test]
fn in_a_state_directory_of_a_group_the_group_can_go_on_with_every_run() {
    let site = Site::new();
    let made = begin(&site, 0o2770);
    assert!(made.len() >= 20, "{made:?}");
    for path in made {
        let found = fs::symlink_metadata(&path).unwrap();
        let wanted = if found.is_dir() { 0o070 } else { 0o060 };
        // What is durable is not written again; to be read is enough.
        let is_fixed = ["order.json", "end.json"].iter().any(|name| path.ends_with(name));
        let wanted = if is_fixed { 0o040 } else { wanted };
        assert_eq!(found.mode() & wanted, wanted, "{} is {:o}", path.display(), found.mode());
        assert_eq!(found.mode() & 0o007, 0, "{} is for everybody", path.display());
    }
}

#[test]
fn in_a_state_directory_of_one_account_nobody_else_sees_a_run() {
    let site = Site::new();
    begin(&site, 0o700);
    let runs = site.state.path().join("runs");
    assert_eq!(fs::metadata(&runs).unwrap().mode() & 0o077, 0);
}
