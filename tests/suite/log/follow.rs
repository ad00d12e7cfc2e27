//! Following: each durable record once, and an end for every reason there is.

use std::fs::{self, OpenOptions};
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use serde_json::Value as Json;

use super::site::{Live, MOP, NAME, Site, wait};
use super::{four_records, mop};

fn number(line: &str) -> u64 {
    serde_json::from_str::<Json>(line).unwrap()["n"].as_u64().unwrap_or_else(|| panic!("no record: {line}"))
}

/// Follows a run with four records, and has read all of them.
fn followed(site: &Site) -> Live {
    let live = Live::start(site, &["log", "-f", "--format", "json", NAME]);
    (0..4).for_each(|n| assert_eq!(number(&live.line()), n));
    live
}

#[test]
fn each_record_comes_once_and_the_seal_ends_it() {
    let site = four_records();
    let live = followed(&site);
    for n in 4..9 {
        site.append(br#"{"t":"thing_done"}"#);
        assert_eq!(number(&live.line()), n);
    }
    site.append_many(200);
    (9..209).for_each(|n| assert_eq!(number(&live.line()), n));
    site.seal();
    let (code, rest, err) = live.end();
    assert_eq!((code, err.as_str()), (Some(0), ""));
    assert_eq!(rest, [r#"{"sealed":true,"records":209,"result":"done \u202e"}"#]);
}

#[test]
fn people_get_the_same_lines_as_without_following() {
    let site = four_records();
    let live = Live::start(&site, &["log", "-f", "7k3qx"]);
    let lines: Vec<_> = (0..6).map(|_| live.line()).collect();
    assert_eq!(lines.join("\n") + "\n", mop(&site, &["log", NAME]).1);
    live.signal("TERM");
    assert_eq!(live.end().0, Some(143));
}

#[test]
fn a_run_that_is_sealed_already_is_shown_and_ends() {
    let site = four_records();
    site.seal();
    let (code, lines, _) = Live::start(&site, &["log", "-f", NAME]).end();
    assert_eq!((code, lines.len()), (Some(0), 7));
    assert!(lines[6].contains("sealed with 4 records: done <U+202E>"), "{lines:?}");
}

#[test]
fn a_record_that_is_not_durable_is_not_told_and_one_that_took_its_place_is() {
    let site = four_records();
    let before = fs::read(site.journal()).unwrap();
    site.append(br#"{"t":"never_durable"}"#);
    fs::write(site.run().join("lock"), format!("W{:020}", before.len())).unwrap();
    let live = followed(&site);
    // What was never durable may be gone after a crash; only then something is recorded in its place.
    OpenOptions::new().write(true).open(site.journal()).unwrap().set_len(before.len() as u64).unwrap();
    site.append(br#"{"t":"durable"}"#);
    let line = live.line();
    assert!(line.contains(r#""t":"durable""#), "{line}");
    live.signal("INT");
    assert_eq!(live.end().0, Some(130));
}

#[test]
fn signals_end_it_with_their_number_and_no_mess() {
    for (signal, code) in [("INT", 130), ("TERM", 143)] {
        let site = four_records();
        let live = followed(&site);
        live.signal(signal);
        assert_eq!(live.end(), (Some(code), vec![], String::new()));
    }
}

#[test]
fn a_signal_ends_it_while_nobody_takes_its_output() {
    let site = four_records();
    site.append_many(300);
    let mut command = Command::new(MOP);
    command.args(["log", "-f", "--format", "json", NAME]).env("MOP_STATE", site.state());
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // One line is read, and so much more is waiting than a pipe holds.
    let mut reader = BufReader::with_capacity(64, child.stdout.take().unwrap());
    reader.read_line(&mut String::new()).unwrap();
    assert!(Command::new("kill").args(["-s", "TERM", &child.id().to_string()]).status().unwrap().success());
    assert_eq!(wait(child).0.code(), Some(143));
}

#[test]
fn a_reader_that_goes_away_ends_it_though_nothing_is_recorded() {
    let site = four_records();
    let mut command = Command::new(MOP);
    command.args(["log", "-f", NAME]).env("MOP_STATE", site.state());
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut reader = BufReader::new(child.stdout.take().unwrap());
    (0..6).for_each(|_| assert!(reader.read_line(&mut String::new()).unwrap() > 0));
    drop(reader);
    let (status, err) = wait(child);
    assert_eq!((status.code(), err.as_str()), (Some(0), ""));
}

#[test]
fn a_journal_that_is_replaced_cut_or_altered_is_told_and_ends_it() {
    type Tamper = fn(&Site);
    let table: [(&str, Tamper); 6] = [
        ("replaced", |site| fs::remove_file(site.journal()).unwrap()),
        ("replaced", |site| {
            fs::copy(site.journal(), site.run().join("copy")).unwrap();
            fs::rename(site.run().join("copy"), site.journal()).unwrap();
        }),
        ("cut", |site| OpenOptions::new().write(true).open(site.journal()).unwrap().set_len(700).unwrap()),
        ("altered", |site| site.change_byte(1, 100)),
        ("altered", |site| site.change_byte(3, 100)),
        ("altered", |site| {
            let other = Site::starting_with(br#"{"t":"another_start"}"#);
            other.append_many(3);
            let file = OpenOptions::new().write(true).open(site.journal()).unwrap();
            std::os::unix::fs::FileExt::write_all_at(&file, &fs::read(other.journal()).unwrap(), 0).unwrap();
        }),
    ];
    for (kind, tamper) in table {
        let site = four_records();
        let live = followed(&site);
        tamper(&site);
        let (code, rest, err) = live.end();
        assert_eq!(code, Some(1), "{rest:?}");
        let problem: Json = serde_json::from_str(rest.last().unwrap()).unwrap();
        assert_eq!(problem["problem"], kind, "{rest:?}");
        assert!(err.contains("is not sound"), "{err}");
    }
}

#[test]
fn a_log_that_is_broken_already_is_shown_and_not_followed() {
    let site = four_records();
    site.change_byte(2, 100);
    let (code, lines, err) = Live::start(&site, &["log", "-f", "--format", "json", NAME]).end();
    assert_eq!((code, lines.len()), (Some(1), 5), "{lines:?}{err}");
}
