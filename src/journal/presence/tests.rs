//! Who is here is who holds a lock.

use super::super::faults::{Site, run_path, world};
use super::super::storage::sim::Fate;
use super::*;

fn alive(site: &Site) -> Vec<(String, bool)> {
    let found = present(&*world(&site.machine.process(9)).storage, &run_path()).unwrap();
    found.into_iter().map(|presence| (presence.sid, presence.is_alive)).collect()
}

fn told(sessions: &[(&str, bool)]) -> Vec<(String, bool)> {
    sessions.iter().map(|(sid, is_alive)| ((*sid).to_owned(), *is_alive)).collect()
}

#[test]
fn a_session_is_present_until_it_leaves_or_is_killed() {
    let site = Site::new();
    let (one, other) = (site.machine.process(2), site.machine.process(3));
    assert_eq!(alive(&site), []);
    let here = enter(&*world(&one).storage, &run_path(), "b-1", br#"{"who":"bob"}"#).unwrap();
    let _also = enter(&*world(&other).storage, &run_path(), "a-1", b"{}").unwrap();
    assert_eq!(alive(&site), told(&[("a-1", true), ("b-1", true)]));
    drop(here);
    assert_eq!(alive(&site), told(&[("a-1", true), ("b-1", false)]));
    other.kill();
    assert_eq!(alive(&site), told(&[("a-1", false), ("b-1", false)]));
}

#[test]
fn who_comes_clears_away_what_others_left_who_are_gone() {
    let site = Site::new();
    let (one, other) = (site.machine.process(2), site.machine.process(3));
    let here = enter(&*world(&one).storage, &run_path(), "b-1", b"{}").unwrap();
    let _stays = enter(&*world(&one).storage, &run_path(), "c-1", b"{}").unwrap();
    let _killed = enter(&*world(&other).storage, &run_path(), "a-1", b"{}").unwrap();
    drop(here);
    other.kill();
    let _comes = enter(&*world(&one).storage, &run_path(), "d-1", b"{}").unwrap();
    assert_eq!(alive(&site), told(&[("c-1", true), ("d-1", true)]));
    assert_eq!(site.machine.names(&run_path().join("sessions")), ["c-1.lock", "d-1.lock"]);
}

#[test]
fn looking_takes_nobodys_presence_away() {
    let site = Site::new();
    let storage = world(&site.machine.process(2)).storage;
    let _here = enter(&*storage, &run_path(), "b-1", b"{}").unwrap();
    for _ in 0..3 {
        assert!(present(&*storage, &run_path()).unwrap()[0].is_alive);
        assert_eq!(alive(&site), told(&[("b-1", true)]));
    }
}

#[test]
fn what_a_session_says_about_itself_is_given_as_it_is_and_bounded() {
    let site = Site::new();
    let storage = world(&site.machine.process(2)).storage;
    let about = vec![b'x'; MAX_PRESENCE];
    let _here = enter(&*storage, &run_path(), "s", &about).unwrap();
    assert_eq!(present(&*storage, &run_path()).unwrap()[0].bytes, about);
    let path = run_path().join("sessions/s.lock");
    site.machine.overwrite(&path, &vec![b'y'; 1_000_000]);
    assert_eq!(present(&*storage, &run_path()).unwrap()[0].bytes, vec![b'y'; MAX_PRESENCE]);
    let error = enter(&*storage, &run_path(), "t", &vec![0; MAX_PRESENCE + 1]).unwrap_err();
    assert!(matches!(error, JournalError::TooLarge { .. }), "{error}");
}

#[test]
fn a_session_is_named_once_and_as_a_file_may_be() {
    let site = Site::new();
    let storage = world(&site.machine.process(2)).storage;
    let _here = enter(&*storage, &run_path(), "s", b"{}").unwrap();
    let error = enter(&*storage, &run_path(), "s", b"{}").unwrap_err();
    assert!(matches!(error, JournalError::Exists { .. }), "{error}");
    for sid in ["", "../s", ".s", "-s", "a b"] {
        let error = enter(&*storage, &run_path(), sid, b"{}").unwrap_err();
        assert!(matches!(error, JournalError::Name { .. }), "{error}");
    }
    assert_eq!(alive(&site), told(&[("s", true)]));
    assert_eq!(site.machine.names(&run_path().join("sessions")), ["s.lock"]);
}

#[test]
fn other_files_are_nobody() {
    let site = Site::new();
    let sessions = run_path().join("sessions");
    for name in ["notes", ".tmp-s.lock-0", "..lock", "-x.lock"] {
        site.machine.overwrite(&sessions.join(name), b"{}");
    }
    world(&site.machine.process(2)).storage.create_dir(&sessions.join("d.lock"), Privacy::Usual).unwrap();
    assert_eq!(alive(&site), []);
}

#[test]
fn nobody_is_present_after_the_machine_went_down() {
    let site = Site::new();
    let storage = world(&site.machine.process(2)).storage;
    let _here = enter(&*storage, &run_path(), "s", b"{}").unwrap();
    site.machine.crash(|| Fate::Kept, true);
    assert_eq!(alive(&site), told(&[("s", false)]));
    site.machine.unlink(&run_path().join("sessions"));
    assert_eq!(alive(&site), []);
}
