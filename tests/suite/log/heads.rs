//! Heads, and a witness on the other end of a pipe.

use std::fs::{self, File};
use std::process::{Child, Command, Stdio};

use mop::cli::{Anchors, Entry, HeadLine, read_heads};
use mop::journal::{Depth, Disk, read};

use super::four_records;
use super::site::{Live, MOP, NAME, Site, mop, wait};

fn heads(site: &Site, args: &[&str]) -> Vec<HeadLine> {
    let (code, out, err) = mop(site, &[&["heads", NAME], args].concat());
    assert_eq!((code, err.as_str()), (0, ""));
    out.lines().map(|line| HeadLine::parse(line.as_bytes()).unwrap()).collect()
}

#[test]
fn heads_are_those_of_the_records_and_name_the_ones_before() {
    let site = four_records();
    let all = heads(&site, &["--all"]);
    let mut at = 0;
    let verdict = read(&Disk, &site.run(), Depth::Full, &mut |record| {
        assert_eq!((all[at].n, all[at].head, all[at].run.as_str()), (record.n, record.head, NAME));
        assert_eq!(all[at].prev.to_string(), String::from_utf8_lossy(&record.line()[15..79]));
        at += 1;
    });
    assert!(verdict.unwrap().is_whole() && at == 4);
    assert_eq!(heads(&site, &[]), all[3..]);
    assert_eq!(heads(&site, &["--after", "1"]), all[2..]);
    assert_eq!(heads(&site, &["--after", "3"]), []);
    let (code, out, err) = mop(&site, &["heads", "--after", "4", NAME]);
    assert_eq!((code, out.as_str()), (1, ""));
    assert!(err.contains("it ends with record 3, so there is none after 4"), "{err}");
}

#[test]
fn only_durable_heads_are_printed_and_none_behind_a_break() {
    let site = four_records();
    let all = heads(&site, &["--all"]);
    let three: usize = site.lines()[..3].iter().map(String::len).sum();
    fs::write(site.run().join("lock"), format!("W{three:020}")).unwrap();
    assert_eq!(heads(&site, &[]), all[2..3]);
    site.change_byte(1, 100);
    let (code, out, err) = mop(&site, &["heads", "--all", NAME]);
    assert_eq!((code, out.lines().count()), (1, 1), "{err}");
    assert!(err.contains("record 1 at byte"), "{err}");
}

#[test]
fn following_begins_with_the_present_head() {
    let site = four_records();
    let live = Live::start(&site, &["heads", "-f", NAME]);
    assert_eq!(live.line(), heads(&site, &[])[0].to_string());
    for _ in 0..3 {
        site.append(br#"{"t":"thing_done"}"#);
        assert_eq!(live.line(), heads(&site, &[])[0].to_string());
    }
    site.seal();
    let (code, rest, err) = live.end();
    assert_eq!((code, rest.len(), err), (Some(0), 0, format!("mop: {NAME} is sealed, so no head follows\n")));
}

fn witness(site: &Site, input: impl Into<Stdio>) -> Child {
    let mut command = Command::new(MOP);
    command.args(["heads", "--witness"]).arg(site.state().join("heads.log"));
    command.stdin(input).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

/// Sends all heads to a witness, and gives how it ended and what it said.
fn send(site: &Site, args: &[&str]) -> (Option<i32>, String) {
    let mut sender = Command::new(MOP);
    sender.arg("heads").args(args).arg(NAME).env("MOP_STATE", site.state());
    let mut sender = sender.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let (status, err) = wait(witness(site, sender.stdout.take().unwrap()));
    wait(sender);
    (status.code(), err)
}

fn kept(site: &Site) -> Vec<HeadLine> {
    let text = fs::read_to_string(site.state().join("heads.log")).unwrap();
    text.lines().map(|line| HeadLine::parse(line.as_bytes()).unwrap()).collect()
}

#[test]
fn a_witness_goes_on_after_the_line_was_cut() {
    let site = four_records();
    assert_eq!(send(&site, &["--all"]), (Some(0), String::new()));
    site.append_many(500);
    assert_eq!(send(&site, &["--all"]).0, Some(0));
    site.append_many(2);
    assert_eq!(send(&site, &["--after", "503"]).0, Some(0));
    assert_eq!(send(&site, &[]).0, Some(0));
    assert_eq!(kept(&site), heads(&site, &["--all"]));
}

/// Starts to follow the heads of a run, with a witness on the other end.
fn follow(site: &Site) -> (Child, Child) {
    let mut sender = Command::new(MOP);
    sender.args(["heads", "-f", "--all", NAME]).env("MOP_STATE", site.state());
    let mut sender = sender.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let witness = witness(site, sender.stdout.take().unwrap());
    (sender, witness)
}

#[test]
fn a_refusal_ends_the_other_end_too() {
    let site = four_records();
    let other = Site::starting_with(br#"{"t":"another_start"}"#);
    other.append_many(3);
    let heads: String = heads(&other, &["--all"]).iter().map(|head| format!("{head}\n")).collect();
    fs::write(site.state().join("heads.log"), heads).unwrap();
    let (sender, witness) = follow(&site);
    let (status, err) = wait(witness);
    assert_eq!(status.code(), Some(1));
    assert!(err.starts_with("mop: refused, nothing more is kept: "), "{err}");
    assert_eq!(wait(sender).0.code(), Some(0));
}

#[test]
fn a_witness_keeps_what_it_follows_until_the_run_is_sealed() {
    let site = four_records();
    let (sender, witness) = follow(&site);
    site.append_many(20);
    site.seal();
    assert_eq!(wait(sender).0.code(), Some(0));
    assert_eq!(wait(witness).0.code(), Some(0));
    assert_eq!(kept(&site), heads(&site, &["--all"]));
}

#[test]
fn a_gap_a_cut_and_another_history_are_refused_and_nothing_of_them_is_kept() {
    let site = four_records();
    site.append_many(6);
    assert_eq!(send(&site, &["--all"]).0, Some(0));
    let before = kept(&site);

    site.append_many(2);
    let (code, err) = send(&site, &["--after", "10"]);
    assert_eq!(code, Some(1));
    assert!(err.contains(&format!("mop heads -f --after 9 {NAME}")), "{err}");

    let whole = fs::read(site.journal()).unwrap();
    let cut = |count: usize| {
        let end: usize = site.lines()[..count].iter().map(String::len).sum();
        fs::write(site.journal(), &whole[..end]).unwrap();
        fs::write(site.run().join("lock"), format!("C{end:020}")).unwrap();
    };
    cut(7);
    for args in [&["--all"][..], &[]] {
        let (code, err) = send(&site, args);
        assert_eq!(code, Some(1));
        assert!(err.contains("the log ends with record 6, and head 9 was kept"), "{err}");
    }
    site.append_many(5);
    let (code, err) = send(&site, &["--all"]);
    assert_eq!(code, Some(1));
    assert!(err.contains("record 9 was changed after its head was kept"), "{err}");
    assert_eq!(kept(&site), before);
}

#[test]
fn what_was_kept_tells_a_journal_from_one_that_was_written_anew() {
    let site = four_records();
    send(&site, &["--all"]);
    let mut file = std::io::BufReader::new(File::open(site.state().join("heads.log")).unwrap());
    let mut anchors = Anchors::default();
    while let Some(Entry::Head(head)) = read_heads(&mut file).unwrap() {
        assert!(anchors.add(&head));
    }
    let differs = |site: &Site| {
        let mut differs = Vec::new();
        read(&Disk, &site.run(), Depth::Chain, &mut |record| {
            if anchors.agrees(record.n, &record.head) == Some(false) {
                differs.push(record.n);
            }
        })
        .unwrap();
        differs
    };
    assert_eq!(anchors.last(), Some(3));
    assert!(differs(&site).is_empty());
    let other = Site::starting_with(br#"{"t":"another_start"}"#);
    other.append_many(3);
    assert_eq!(differs(&other), [0, 1, 2, 3]);
}
