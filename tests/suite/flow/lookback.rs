//! Looking at a run afterwards: every record, how everything stood then, what was found of it; and no byte changes.

mod printed;
mod proved;
mod shut;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use assert_cmd::Command;
use mop::app::{Audited, Ending};
use mop::journal::Storage;
use mop::report::{Check, Grade};
use mop::ui::{Code, Key};

use super::fixture::{Bench, Look};
use super::pty::Pty;

const BOOK: &str = "mop: 1\ntitle: Small\nstatus:\n  said: { title: Said, run: echo fine }\nactivities:\n  - id: one\n    title: One\n    \
                    estimate: 30m\n    steps:\n      - { id: first, title: First of all }\n      - { id: second, title: And then }\n      \
                    - { id: third, title: At last }\n";

/// Finds nothing wrong, and one signature that holds.
fn intact(_: &Arc<dyn Storage>, _: &Path) -> Result<Audited, String> {
    let check = Check { title: "INTACT", grade: Grade::Good, records: u64::MAX, ..Check::default() };
    Ok(Audited { check, records: vec![(2, true, "the signature by key holds".to_owned())] })
}

/// Finds that something is not as it was recorded.
fn altered(_: &Arc<dyn Storage>, _: &Path) -> Result<Audited, String> {
    let words = "record 3 is not what was recorded".to_owned();
    let check = Check { title: "ALTERED", words, grade: Grade::Bad, records: u64::MAX, ..Check::default() };
    Ok(Audited { check, records: vec![(3, false, "its hash is another one".to_owned())] })
}

/// Alice has begun a run, signed, remarked something, paused and skipped a step.
fn begun() -> Bench {
    let mut alice = Bench::new(120, 40);
    alice.start(BOOK, "Alice");
    alice.until("✓ Said");
    alice.settle();
    alice.sign();
    alice.keys("n");
    alice.paste("quiet \u{1b}[2J here");
    alice.ctrl('s');
    alice.settle();
    alice.chooses("pause");
    alice.types("a call");
    alice.pass(std::time::Duration::from_secs(600));
    alice.chooses("continue");
    alice.settle();
    alice.chooses("skip");
    alice.types("nobody needs it");
    alice.frame();
    alice.keys("y");
    alice.settle();
    alice
}

/// Somebody looks at it.
fn reviewed(auditor: Look) -> (Bench, Bench) {
    let alice = begun();
    let mut reader = alice.second_terminal();
    reader.review(&alice.run_path(), auditor);
    (alice, reader)
}

fn press(bench: &mut Bench, code: Code) -> String {
    bench.key(Key::press(code));
    bench.frame()
}

/// Gives every file of a run with its bytes.
fn files(run: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(run).unwrap().flatten() {
        match entry.path() {
            path if path.is_dir() => found.extend(files(&path)),
            path => found.push((path.clone(), fs::read(path).unwrap())),
        }
    }
    found.sort();
    found
}

fn last(alice: &Bench) -> usize {
    alice.journal().lines().count() - 1
}

/// Gives the number of the first record of a kind.
fn record(alice: &Bench, kind: &str) -> usize {
    let kind = format!(r#""t":"{kind}""#);
    alice.journal().lines().position(|line| line.contains(&kind)).unwrap()
}

#[test]
fn everything_is_shown_as_it_stood_at_the_record_that_is_selected() {
    let (alice, mut reader) = reviewed(intact);
    let frame = reader.frame();
    assert!(frame.contains(&format!("review · record {0} of {0} · verifying…", last(&alice))), "{frame}");
    assert!(frame.contains("✓P 1.1 First of all") && frame.contains("»  1.2 And then"), "{frame}");
    let frame = press(&mut reader, Code::Char('g')) + &press(&mut reader, Code::Char('G'));
    assert!(frame.contains("review · record 0 of"), "{frame}");
    assert!(frame.contains("○  1.1 First of all") && frame.contains("nothing recorded yet"), "{frame}");
    let signed = record(&alice, "step_signed");
    for _ in 0..signed {
        reader.keys("]");
    }
    let frame = reader.frame();
    assert!(frame.contains(&format!("record {signed} of")) && frame.contains("✓P 1.1 First of all"), "{frame}");
    assert!(frame.contains("▸  ✓P 1.1"), "the checklist goes along: {frame}");
    reader.keys("[");
    assert!(!reader.frame().contains("✓P 1.1"), "{}", reader.frame());
}

#[test]
fn a_filter_leaves_what_it_says_and_escape_gives_all_of_it_back() {
    let (alice, mut reader) = reviewed(intact);
    reader.find();
    reader.keys("f");
    reader.paste("notes");
    let frame = reader.frame();
    assert!(frame.contains(&format!("1 of {} records", last(&alice) + 1)), "{frame}");
    assert!(frame.contains(&format!("review · record {} of", record(&alice, "note_added"))), "{frame}");
    assert!(!frame.contains("paused the run"), "{frame}");
    press(&mut reader, Code::Enter);
    let frame = press(&mut reader, Code::Esc);
    assert!(frame.contains("paused the run"), "{frame}");
    for (words, left) in [("unproved", 2), ("1.1", 1), ("bob", 0), ("pauses alice", 2), ("1", 4), ("deviations", 1)] {
        reader.keys("f");
        reader.ctrl('u');
        reader.paste(words);
        let frame = reader.frame();
        let said = if left == 0 { "no record is like that".to_owned() } else { format!(" {left} of ") };
        assert!(frame.contains(&said), "{words}: {frame}");
        press(&mut reader, Code::Esc);
    }
}

#[test]
fn a_filter_that_leaves_nothing_stays_at_the_record_and_says_so_in_the_pane() {
    let (alice, mut reader) = reviewed(intact);
    reader.find();
    reader.keys("[[");
    let here = format!("review · record {} of", last(&alice) - 2);
    assert!(reader.frame().contains(&here), "{}", reader.frame());
    reader.keys("f");
    // The letters before the last one are in records.
    reader.keys("overrides");
    let frame = reader.frame();
    assert!(frame.contains(&here) && frame.contains("no record is like that; esc shows all"), "{frame}");
    press(&mut reader, Code::Enter);
    assert!(reader.frame().contains(&here), "{}", reader.frame());
}

#[test]
fn an_entry_of_a_list_that_is_long_is_shown_whole_where_it_is_selected() {
    let mut alice = begun();
    alice.keys("n");
    alice.paste(&format!("{} finis", "many words ".repeat(12)));
    alice.ctrl('s');
    alice.settle();
    let mut reader = alice.second_terminal();
    reader.resize(60, 24);
    reader.review(&alice.run_path(), intact);
    reader.find();
    reader.keys("ojj");
    press(&mut reader, Code::Enter);
    assert!(!reader.frame().contains("finis"), "{}", reader.frame());
    reader.keys("j");
    assert!(reader.frame().contains("finis"), "{}", reader.frame());
}

#[test]
fn a_record_is_shown_in_full_with_the_statement_and_what_was_found_of_it() {
    let (alice, mut reader) = reviewed(intact);
    reader.resize(140, 80);
    for _ in 0..last(&alice) - record(&alice, "step_signed") {
        reader.keys("[");
    }
    assert!(press(&mut reader, Code::Enter).contains("being verified…"), "{}", reader.frame());
    reader.find();
    let frame = reader.frame();
    assert!(frame.contains("mop sign-off v1") && frame.contains("signer    alice"), "{frame}");
    assert!(frame.contains("by name: claimed, and nothing proves it"), "{frame}");
    assert!(frame.contains("What was shown · sha256") && frame.contains("What the probes said"), "{frame}");
    assert!(frame.contains("its hash follows from the record before it") || frame.contains("holds"), "{frame}");
}

#[test]
fn lists_lead_to_their_records_and_say_the_time_that_was_lost() {
    let (alice, mut reader) = reviewed(intact);
    reader.find();
    reader.keys("o");
    let frame = reader.frame();
    assert!(frame.contains("Notes (1)") && frame.contains("Pauses (1): 10m lost"), "{frame}");
    assert!(frame.contains("Redlines (0)") && frame.contains("Deferred (0)"), "{frame}");
    reader.keys("jj");
    let frame = press(&mut reader, Code::Enter);
    assert!(frame.contains("quiet [2J here"), "{frame}");
    let frame = press(&mut reader, Code::Enter);
    assert!(frame.contains(&format!("review · record {} of", record(&alice, "note_added"))), "{frame}");
    reader.keys("t");
    let frame = reader.frame();
    assert!(frame.contains("Planned and actual") && frame.contains("1 One"), "{frame}");
    assert!(frame.contains('=') && frame.contains("paused"), "{frame}");
}

#[test]
fn nothing_is_recorded_whatever_is_pressed_and_no_byte_changes() {
    let (alice, mut reader) = reviewed(intact);
    let before = files(&alice.run_path());
    for key in ["s", "n", "p"] {
        reader.keys(key);
        let frame = reader.frame();
        assert!(frame.contains("this is a review, and records nothing; mop resume"), "{key}: {frame}");
    }
    for key in "ojkfq?zt./cTy[]gG\t".chars() {
        reader.keys(&key.to_string());
        reader.frame();
        press(&mut reader, Code::Enter);
        press(&mut reader, Code::Esc);
    }
    reader.pass(std::time::Duration::from_secs(4_000));
    reader.leave(&Ending::Left(None));
    assert_eq!(files(&alice.run_path()), before);
}

#[test]
fn what_was_altered_is_said_first_and_stays_said() {
    let (_alice, mut reader) = reviewed(altered);
    reader.find();
    for key in ["j", "[", "z"] {
        let frame = reader.frame();
        assert!(frame.contains("ALTERED: record 3 is not what was recorded") && frame.contains("· ALTERED"), "{frame}");
        reader.keys(key);
    }
}

#[test]
fn a_journal_that_breaks_off_is_shown_up_to_there_and_said_at_once() {
    let alice = begun();
    let journal = alice.run_path().join("journal.jsonl");
    let text = fs::read_to_string(&journal).unwrap();
    fs::write(&journal, text.replace("a call", "a lull")).unwrap();
    let mut reader = alice.second_terminal();
    reader.review(&alice.run_path(), intact);
    let frame = reader.frame();
    assert!(frame.contains("ALTERED: the journal breaks off at byte"), "{frame}");
    assert!(frame.contains("review · record") && frame.contains("· ALTERED"), "{frame}");
    assert!(!frame.contains("a lull"), "{frame}");
}

#[test]
fn a_run_that_goes_on_is_followed_and_what_is_new_is_counted_elsewhere() {
    let (mut alice, mut reader) = reviewed(intact);
    let n = last(&alice);
    alice.keys("n");
    alice.paste("later");
    alice.ctrl('s');
    alice.settle();
    reader.take_foreign();
    let frame = reader.frame();
    assert!(frame.contains(&format!("review · record {0} of {0}", n + 1)) && frame.contains("later"), "{frame}");
    reader.keys("[[");
    alice.keys("n");
    alice.paste("and later");
    alice.ctrl('s');
    alice.settle();
    reader.take_foreign();
    let frame = reader.frame();
    assert!(frame.contains(&format!("review · record {} of {} · 1 NEW", n - 1, n + 2)), "{frame}");
    reader.keys("]]]");
    assert!(reader.frame().contains("and later"), "{}", reader.frame());
}

/// Filters for signatures, looks at one with its statement, and closes it.
fn open_the_first_signature(pty: &mut Pty) {
    pty.press("fsignatures\r");
    pty.wait_for("Trail · signatures");
    pty.press("G\r");
    pty.wait_for("The statement that was signed");
    pty.press("\x1b");
    pty.wait_until("the record is closed", |pty| !pty.text().contains("The statement that was signed"));
}

#[test]
fn a_review_in_a_real_terminal_filters_opens_a_signature_goes_back_and_leaves() {
    let alice = begun();
    let (run, before) = (alice.run_path(), files(&alice.run_path()));
    let path = run.to_str().unwrap();
    let mut pty = Pty::start(alice.state(), &["review", path], &[]);
    pty.wait_for("review · record");
    pty.wait_for("unsealed");
    open_the_first_signature(&mut pty);
    pty.press("\x1b");
    pty.wait_until("the filter is gone", |pty| !pty.text().contains("Trail · signatures"));
    pty.press("G");
    pty.wait_for("record 0 of");
    pty.press("q");
    assert_eq!(pty.wait_for_end(), 0);
    pty.assert_restored();
    assert_eq!(files(&run), before);
}

#[test]
fn a_run_in_an_archive_is_looked_at_like_one_in_its_directory() {
    let alice = begun();
    let archive = tempfile::tempdir().unwrap();
    let path = archive.path().join("small.zip");
    let (run, file) = (alice.run_path(), path.to_str().unwrap());
    let packed = Command::cargo_bin("mop").unwrap().args(["evidence", run.to_str().unwrap(), "-o", file]).output();
    assert_eq!(packed.unwrap().status.code(), Some(3), "it is not sealed");
    let before = fs::read(&path).unwrap();
    let mut pty = Pty::start(alice.state(), &["review", file], &[]);
    pty.wait_for("review · record");
    // It was verified in the archive, and what was kept with a signature is read there.
    pty.wait_for("unsealed");
    open_the_first_signature(&mut pty);
    pty.press("q");
    assert_eq!(pty.wait_for_end(), 0);
    assert!(fs::read(&path).unwrap() == before);
}

#[test]
fn a_review_without_a_terminal_or_a_run_says_so() {
    let output = Command::cargo_bin("mop").unwrap().args(["review", "/nonexistent/run"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8(output.stderr).unwrap().contains("No such file"));
}
