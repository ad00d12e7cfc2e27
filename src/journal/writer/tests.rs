//! What a writer does with a file that is not as it left it, and with room.

use super::super::faults::{Site, append, draft, journal_path, lock_path, open, run_path, world};
use super::super::read_all;
use super::super::storage::sim::{Call, Mishap};
use super::*;

fn stops(site: &Site, tamper: impl FnOnce(&Site)) -> JournalError {
    let mut writer = open(&site.machine.process(8)).unwrap();
    append(&mut writer, &draft(8, 100)).unwrap();
    tamper(site);
    let size = site.machine.bytes(&run_path().join("manifest.json"));
    let error = append(&mut writer, &draft(9, 100)).unwrap_err();
    assert!(writer.is_halted(), "{error}");
    assert_eq!(size, site.machine.bytes(&run_path().join("manifest.json")));
    error
}

#[test]
fn stops_when_the_journal_was_unlinked() {
    let error = stops(&Site::new(), |site| site.machine.unlink(&journal_path()));
    assert!(error.to_string().contains("journal.jsonl was replaced, moved or linked"), "{error}");
}

#[test]
fn stops_when_another_file_has_the_journals_name() {
    let error = stops(&Site::new(), |site| {
        site.machine.link(&journal_path(), &run_path().join("aside"));
        site.machine.unlink(&journal_path());
        site.machine.link(&run_path().join("manifest.json"), &journal_path());
    });
    assert!(matches!(error, JournalError::Replaced { .. }), "{error}");
}

#[test]
fn stops_when_the_journal_has_a_second_name() {
    let error = stops(&Site::new(), |site| site.machine.link(&journal_path(), &run_path().join("aside")));
    assert!(matches!(error, JournalError::Replaced { .. }), "{error}");
}

#[test]
fn stops_when_the_lock_was_unlinked() {
    let error = stops(&Site::new(), |site| site.machine.unlink(&lock_path()));
    assert!(error.to_string().contains("lock was replaced"), "{error}");
}

#[test]
fn stops_when_an_acknowledged_record_was_cut_off() {
    let site = Site::new();
    let before = site.machine.bytes(&journal_path());
    let error = stops(&site, |site| site.machine.overwrite(&journal_path(), &before));
    assert!(matches!(error, JournalError::Rewritten { n: 1, .. }), "{error}");
}

#[test]
fn stops_when_an_acknowledged_record_was_cut_off_and_the_marker_forged() {
    let site = Site::new();
    let before = site.machine.bytes(&journal_path());
    let error = stops(&site, |site| {
        site.machine.overwrite(&journal_path(), &before);
        site.machine.overwrite(&lock_path(), &Marker::Committed(before.len() as u64).to_bytes());
    });
    assert!(matches!(error, JournalError::Shorter { .. }), "{error}");
}

#[test]
fn stops_when_a_record_was_altered_and_says_which() {
    let error = stops(&Site::new(), |site| {
        let mut bytes = site.machine.bytes(&journal_path());
        let at = bytes.len() - 90;
        bytes[at] ^= 1;
        bytes.extend_from_slice(b"x");
        site.machine.overwrite(&journal_path(), &bytes);
    });
    assert!(error.to_string().contains("record 1 at byte"), "{error}");
}

#[test]
fn does_not_open_an_altered_journal() {
    let site = Site::new().with(1, 50);
    let mut bytes = site.machine.bytes(&journal_path());
    bytes[100] ^= 1;
    site.machine.overwrite(&journal_path(), &bytes);
    let error = open(&site.machine.process(8)).unwrap_err();
    assert!(matches!(&error, JournalError::Broken { found, .. } if found.n == 0), "{error}");
}

#[test]
fn never_makes_a_missing_journal_or_lock() {
    for path in [journal_path(), lock_path()] {
        let site = Site::new();
        site.machine.unlink(&path);
        open(&site.machine.process(8)).unwrap_err();
        assert!(!site.machine.names(&run_path()).contains(&path.file_name().unwrap().to_string_lossy().into_owned()));
    }
}

#[test]
fn a_fragment_is_fenced_by_a_record_that_names_its_bytes_time_and_author() {
    let site = Site::new();
    let process = site.machine.process(8);
    let mut writer = open(&process).unwrap();
    process.at_next(Call::Append, Mishap::Short(30));
    append(&mut writer, &draft(8, 100)).unwrap_err();
    append(&mut writer, &draft(8, 100)).unwrap();
    let (records, verdict) = read_all(&*world(&process).storage, &run_path()).unwrap();
    assert!(verdict.is_whole() && records.len() == 3, "{verdict:?}");
    let recover: serde_json::Value = serde_json::from_slice(&records[1].line).unwrap();
    assert_eq!((&recover["t"], &recover["len"], &recover["who"]), (&"recover".into(), &32.into(), &"mop".into()));
    assert_eq!(recover["ts"], "2026-03-01T22:00:00.000Z");
    let offset = usize::try_from(recover["off"].as_u64().unwrap()).unwrap();
    let junk = &site.machine.bytes(&journal_path())[offset..offset + 32];
    assert_eq!(recover["sha256"], Digest::of(junk).to_string());
    assert!(junk.ends_with(b"#\n"));
}

#[test]
fn who_records_must_not_speak_for_the_journal() {
    let site = Site::new();
    let long = format!(r#"{{"sid":"{}"}}"#, "x".repeat(LONGEST_BY));
    for by in [r#"{"t":"x"}"#, r#"{"off":1}"#, r#"{"ts":"x"}"#, r#"{"h":"x"}"#, "{}", "", &long] {
        let error = Writer::open(&world(&site.machine.process(8)), &run_path(), by.as_bytes()).unwrap_err();
        assert!(matches!(error, JournalError::Body { .. }), "{by}: {error}");
    }
}

#[test]
fn keeps_room_ahead_and_asks_for_more_only_when_little_is_left() {
    let site = Site::new();
    let process = site.machine.process(8);
    let mut writer = open(&process).unwrap();
    let reserved = |process: &crate::journal::storage::sim::Process| {
        process.calls().iter().filter(|(call, _)| *call == Call::Reserve).count()
    };
    assert_eq!(writer.room(), Room { bytes: RESERVE, enough: true, reservable: true });
    for number in 0..8 {
        append(&mut writer, &draft(number, 30_000)).unwrap();
        assert!(writer.room().bytes >= LOW - 30_500, "{:?}", writer.room());
    }
    assert_eq!(reserved(&process), 2);
}

#[test]
fn a_full_disk_shows_as_room_that_shrinks_while_records_still_fit() {
    let site = Site::new();
    let process = site.machine.process(8);
    let mut writer = open(&process).unwrap();
    for number in 0..7 {
        process.at_next(Call::Reserve, Mishap::Errno(28));
        append(&mut writer, &draft(number, 30_000)).unwrap();
    }
    assert!(!writer.room().enough && writer.room().bytes > 40_000, "{:?}", writer.room());
    append(&mut writer, &draft(7, 30_000)).unwrap_or_else(|error| panic!("the reserve is for this: {error}"));
}

#[test]
fn a_disk_that_cannot_reserve_is_asked_once() {
    let site = Site::new();
    let process = site.machine.process(8);
    process.at_next(Call::Reserve, Mishap::Errno(95));
    let mut writer = open(&process).unwrap();
    append(&mut writer, &draft(8, 10)).unwrap();
    assert_eq!(writer.room(), Room { bytes: 0, enough: false, reservable: false });
    assert_eq!(process.calls().iter().filter(|(call, _)| *call == Call::Reserve).count(), 1);
}

#[test]
fn the_same_draft_is_recorded_once_by_whichever_process() {
    let site = Site::new();
    let mut writer = open(&site.machine.process(8)).unwrap();
    let mut other = open(&site.machine.process(9)).unwrap();
    let first = append(&mut writer, &draft(8, 10)).unwrap();
    assert_eq!(append(&mut writer, &draft(8, 10)).unwrap(), first);
    assert_eq!(append(&mut other, &draft(8, 10)).unwrap(), first);
    assert_eq!(other.last().unwrap().n, 1);
}

#[test]
fn says_how_long_the_disk_took() {
    let site = Site::new();
    let mut writer = open(&site.machine.process(8)).unwrap();
    let done = writer.append(&draft(8, 10), |_| Ok::<(), ()>(())).unwrap();
    assert!(matches!(done, Outcome::Appended(done) if done.synced_in.is_zero()));
}

#[test]
fn what_was_recorded_is_remembered_while_the_disk_cannot_be_read() {
    let site = Site::new();
    let before = site.machine.bytes(&journal_path());
    let process = site.machine.process(8);
    let mut writer = open(&process).unwrap();
    append(&mut writer, &draft(8, 100)).unwrap();
    site.machine.overwrite(&journal_path(), &before);
    process.plan(process.calls().len() + 9, Mishap::Errno(5));
    let error = append(&mut writer, &draft(9, 100)).unwrap_err();
    assert!(error.to_string().starts_with("cannot read /runs/one/journal.jsonl"), "{error}");
    let error = append(&mut writer, &draft(9, 100)).unwrap_err();
    assert!(matches!(error, JournalError::Rewritten { n: 1, .. }), "{error}");
}

#[test]
fn stops_when_the_lock_cannot_be_given_up() {
    let site = Site::new();
    let process = site.machine.process(8);
    let mut writer = open(&process).unwrap();
    process.at_next(Call::Unlock, Mishap::Errno(5));
    append(&mut writer, &draft(8, 100)).unwrap_err();
    assert!(writer.is_halted());
}

#[test]
fn a_recover_record_is_within_the_rules_after_a_year_of_uptime() {
    let junk = Junk { offset: 7, len: 3, sha256: Digest::ZERO };
    let stamp = recover_stamp(&junk, (1_772_402_400_000, 365 * 86_400 * 1_000_000_000));
    check_json(&[b"{", stamp.as_bytes(), b"\"by\":1}"].concat()).unwrap();
}
