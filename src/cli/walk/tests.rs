//! A walk tells what stands where, and agrees with the reader on whether a journal is whole.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::PathBuf;

use tempfile::TempDir;

use super::*;
use crate::journal::{Depth, Disk, Draft, FileSystems, NewRun, RecordId, World, Writer, create_run, read};

struct Site {
    _folder: TempDir,
    run: PathBuf,
}

fn draft(n: u8) -> Draft {
    let body = format!(r#"{{"t":"thing_done","what":"{n}"}}"#);
    Draft::new(RecordId::from_bits([n; 16]), body.as_bytes()).unwrap()
}

impl Site {
    /// A run with so many records.
    fn new(records: u8) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let run = NewRun { name: "run", files: &[], first: &draft(0), file_systems: FileSystems::Any };
        let run = create_run(&Disk, folder.path(), &run).unwrap();
        let site = Self { _folder: folder, run };
        site.append(1..records);
        site
    }

    fn append(&self, numbers: std::ops::Range<u8>) {
        let mut writer = Writer::open(&World::machine(), &self.run, br#"{"sid":"S"}"#).unwrap();
        for n in numbers {
            writer.append(&draft(n), |_| Ok::<(), ()>(())).unwrap();
        }
    }

    fn lines(&self) -> Vec<Vec<u8>> {
        let bytes = fs::read(self.run.join(JOURNAL)).unwrap();
        bytes.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect()
    }

    fn put(&self, lines: &[Vec<u8>]) {
        fs::write(self.run.join(JOURNAL), lines.concat()).unwrap();
    }

    fn mark(&self, marker: &str) {
        fs::write(self.run.join(LOCK), marker).unwrap();
    }

    fn tear(&self, bytes: &[u8]) {
        OpenOptions::new().append(true).open(self.run.join(JOURNAL)).unwrap().write_all(bytes).unwrap();
    }

    /// Gives what a walk tells, one word each, and whether it is all well.
    fn walk(&self) -> (String, bool) {
        let mut told = Vec::new();
        let walked = walk((&Disk, &self.run), Reach::All, &mut |stand| {
            told.push(word(&stand));
            true
        });
        (told.join(" "), walked.unwrap().problems == 0)
    }
}

fn word(stand: &Stand<'_>) -> String {
    match stand {
        Stand::Row(row) => match row.standing {
            Standing::Settled => row.n.to_string(),
            Standing::Provisional => format!("{}?", row.n),
            Standing::Unmarked => format!("{}~", row.n),
            Standing::Unsound => format!("{}!", row.n),
        },
        Stand::Junk { offset: _, len } => format!("junk{len}"),
        Stand::Problem(problem) => problem.kind.to_owned(),
    }
}

#[test]
fn a_sound_log_is_told_record_by_record() {
    assert_eq!(Site::new(4).walk(), ("0 1 2 3".into(), true));
}

#[test]
fn what_the_marker_does_not_cover_is_provisional_and_without_a_marker_nothing_is_known() {
    let site = Site::new(4);
    let two: usize = site.lines()[..2].iter().map(Vec::len).sum();
    site.mark(&format!("W{two:020}"));
    assert_eq!(site.walk(), ("0 1 2? 3?".into(), true));
    for marker in ["C12", "", "what is this marker???"] {
        site.mark(marker);
        assert_eq!(site.walk(), ("0~ 1~ 2~ 3~".into(), true));
    }
    fs::remove_file(site.run.join(LOCK)).unwrap();
    assert_eq!(site.walk(), ("0~ 1~ 2~ 3~".into(), true));
}

#[test]
fn a_torn_tail_is_told_at_the_end_and_junk_that_was_set_aside_is_told_and_well() {
    let site = Site::new(2);
    site.tear(b"{\"n\":2,\"prev");
    assert_eq!(site.walk(), ("0 1 torn".into(), false));
    site.append(2..3);
    assert_eq!(site.walk(), ("0 1 junk14 2 3".into(), true));
}

#[test]
fn junk_that_nobody_set_aside_is_told_where_it_stands_and_at_the_end() {
    let site = Site::new(3);
    let mut lines = site.lines();
    lines.insert(1, b"what is this\n".to_vec());
    site.put(&lines);
    site.mark("");
    assert_eq!(site.walk(), ("0~ junk13 1~ 2~ junk".into(), false));
}

#[test]
fn a_damaged_log_is_read_to_its_end() {
    type Damage = fn(&mut Vec<Vec<u8>>);
    let table: [(Damage, &str); 9] = [
        (|lines| lines[2][90] ^= 1, "0 1 altered 2! 3 4"),
        (|lines| lines[2][3] ^= 64, "0 1 altered 2! 3 4"),
        (|lines| drop(lines.remove(2)), "0 1 gap 3 4 cut"),
        (|lines| drop(lines.pop()), "0 1 2 3 cut"),
        (|lines| lines.swap(1, 2), "0 gap 2 repeated 1 gap 3 4"),
        (|lines| lines.insert(2, lines[1].clone()), "0 1 repeated 1 2 3 4?"),
        (
            |lines| {
                let cut = lines[2].len() - 20;
                lines[2].truncate(cut);
            },
            "0 1 altered 2! gap 4 cut",
        ),
        (|lines| drop(lines.remove(0)), "gap 1 2 3 4 cut"),
        (|lines| lines.clear(), "cut"),
    ];
    for (damage, told) in table {
        let site = Site::new(5);
        let mut lines = site.lines();
        damage(&mut lines);
        site.put(&lines);
        let (words, is_well) = site.walk();
        assert_eq!(words, told);
        assert!(!is_well);
    }
}

#[test]
fn a_line_with_a_right_hash_that_breaks_the_rules_is_told() {
    let site = Site::new(1);
    let lines = site.lines();
    let head: [u8; 64] = lines[0][lines[0].len() - 67..][..64].try_into().unwrap();
    let opening = [br#"{"n":1,"prev":""#, &head[..], br#"","a":1.5"#].concat();
    let hash = crate::journal::Digest::of(&[&opening[..], b"\n"].concat());
    site.tear(&[&opening[..], br#","h":""#, hash.as_hex(), b"\"}\n"].concat());
    assert_eq!(site.walk(), ("0 unfit 1?".into(), false));
}

#[test]
fn a_walk_and_the_reader_agree_on_every_flipped_byte() {
    let site = Site::new(3);
    site.tear(b"{\"n\":3,");
    site.append(3..4);
    site.mark("");
    let sound = site.lines().concat();
    for at in 0..sound.len() {
        let mut bytes = sound.clone();
        bytes[at] ^= 2;
        fs::write(site.run.join(JOURNAL), &bytes).unwrap();
        let verdict = read(&Disk, &site.run, Depth::Full, &mut |_| {}).unwrap();
        let walked = walk((&Disk, &site.run), Reach::All, &mut |_| true).unwrap();
        assert_eq!(verdict.is_whole(), walked.problems == 0, "byte {at}: {verdict:?}");
    }
}

#[test]
fn a_walk_up_to_what_is_durable_leaves_the_rest() {
    let site = Site::new(4);
    let two: usize = site.lines()[..2].iter().map(Vec::len).sum();
    site.mark(&format!("W{:020}", two + 7));
    let walked = walk((&Disk, &site.run), Reach::Durable, &mut |_| true).unwrap();
    assert_eq!((walked.records, walked.problems, walked.chain.offset()), (2, 0, two as u64));
}

#[test]
fn a_walk_ends_when_nobody_wants_more() {
    let mut told = 0;
    walk((&Disk, &Site::new(4).run), Reach::All, &mut |_| {
        told += 1;
        told < 2
    })
    .unwrap();
    assert_eq!(told, 2);
}

#[test]
fn a_file_without_lines_is_given_up() {
    let site = Site::new(1);
    let file = OpenOptions::new().append(true).open(site.run.join(JOURNAL)).unwrap();
    file.set_len(MOST_BYTES * 3).unwrap();
    assert_eq!(site.walk(), ("0 endless".into(), false));
}
