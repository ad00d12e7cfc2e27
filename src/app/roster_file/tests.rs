//! A roster's file is replaced whole, for the account alone, and never over somebody's change.

use std::os::unix::fs::{PermissionsExt as _, symlink};

use tempfile::TempDir;

use super::*;
use crate::run::Person;
use crate::run::roster::{Level, Member};

fn roster(id: &str) -> Roster {
    let person = Person { id: id.into(), name: "Ada Lovelace".into() };
    Roster::new(Level::Pin, vec![Member { person, ..Member::default() }]).unwrap()
}

#[test]
fn a_roster_is_made_and_replaced_for_the_account_alone() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("state/roster.json");
    RosterFile::read(&path).unwrap().replace(&roster("ada")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    fs::write(dir.path().join("state/roster.json.tmp"), "left behind").unwrap();
    RosterFile::read(&path).unwrap().replace(&roster("ben")).unwrap();
    assert_eq!(RosterFile::read(&path).unwrap().roster(), &roster("ben"));
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let there: Vec<_> =
        fs::read_dir(dir.path().join("state")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(there, ["roster.json"]);
}

#[test]
fn what_somebody_changed_meanwhile_is_not_overwritten() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("roster.json");
    let (first, second) = (RosterFile::read(&path).unwrap(), RosterFile::read(&path).unwrap());
    first.replace(&roster("ada")).unwrap();
    let error = second.replace(&roster("ben")).unwrap_err();
    assert!(matches!(error, RosterFileError::Changed { .. }), "{error}");
    let third = RosterFile::read(&path).unwrap();
    fs::remove_file(&path).unwrap();
    assert!(matches!(third.replace(&roster("ben")), Err(RosterFileError::Changed { .. })));
    assert!(fs::read_dir(dir.path()).unwrap().next().is_none());
}

#[test]
fn two_do_not_change_it_at_once() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("roster.json");
    let held = File::open(dir.path()).unwrap();
    held.lock().unwrap();
    let error = RosterFile::read(&path).unwrap().replace(&roster("ada")).unwrap_err();
    assert!(matches!(error, RosterFileError::Busy { .. }), "{error}");
    drop(held);
    RosterFile::read(&path).unwrap().replace(&roster("ada")).unwrap();
}

#[test]
fn a_link_is_read_and_not_replaced() {
    let dir = TempDir::new().unwrap();
    let (path, kept) = (dir.path().join("roster.json"), dir.path().join("kept.json"));
    fs::write(&kept, roster("ada").to_json()).unwrap();
    symlink(&kept, &path).unwrap();
    let file = RosterFile::read(&path).unwrap();
    assert_eq!(file.roster(), &roster("ada"));
    assert!(matches!(file.replace(&roster("ben")), Err(RosterFileError::NotPlain { .. })));
    assert_eq!(RosterFile::read(&kept).unwrap().roster(), &roster("ada"));
}

#[test]
fn a_file_that_is_no_roster_is_said_to_be_none() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("roster.json");
    fs::write(&path, "{").unwrap();
    assert!(matches!(RosterFile::read(&path), Err(RosterFileError::Roster { .. })));
    fs::write(&path, vec![b' '; MOST_BYTES + 10]).unwrap();
    let error = RosterFile::read(&path).unwrap_err().to_string();
    assert!(error.contains("more than"), "{error}");
}
