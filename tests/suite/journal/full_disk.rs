//! Disks with no room left, with and without what the writer reserved, and files that may not grow.
//!
//! A small disk is a `tmpfs` in a namespace of its own, which lives as long as a process in it does;
//! everybody else reaches it through that process's root.

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, ErrorKind, Write as _};
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use rustix::process::Signal;

use super::ground::{Ground, read_fully};
use super::process::{Answer, Appender, program};
use crate::needs::needs;

const PAGE: u64 = 4_096;
const RESERVE: u64 = 256 * 1_024;
const SIZES: [usize; 6] = [100, 400, 1_000, 3_000, 9_000, 30_000];

/// Is a disk of one megabyte.
pub struct SmallDisk {
    keeper: Child,
    path: PathBuf,
    _mount: tempfile::TempDir,
}

impl SmallDisk {
    pub fn new() -> Self {
        let mount = tempfile::tempdir().unwrap();
        let keep = r#"mount -t tmpfs -o size=1m,mode=0777 tmpfs "$0" && echo mounted && exec cat >&2"#;
        let mut keeper = Command::new("unshare")
            .args(["--mount", "--map-root-user", "sh", "-c", keep])
            .arg(mount.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut said = String::new();
        BufReader::new(keeper.stdout.take().unwrap()).read_line(&mut said).unwrap();
        assert_eq!(
            said, "mounted\n",
            "a small disk cannot be mounted: this test needs `unshare --mount --map-root-user`"
        );
        let inside = mount.path().strip_prefix("/").unwrap();
        let path = Path::new("/proc").join(keeper.id().to_string()).join("root").join(inside);
        Self { keeper, path, _mount: mount }
    }

    fn ground(&self) -> Ground {
        Ground::inside(tempfile::tempdir_in(&self.path).unwrap())
    }

    fn ballast(&self) -> PathBuf {
        self.path.join("ballast")
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Takes all room but so many pages.
    pub fn fill_but(&self, pages: u64) {
        let mut ballast = File::create(self.ballast()).unwrap();
        let page = [b'x'; PAGE as usize];
        let full = loop {
            if let Err(error) = ballast.write_all(&page) {
                break error;
            }
        };
        assert_eq!(full.kind(), ErrorKind::StorageFull, "{full}");
        let size = ballast.metadata().unwrap().len();
        ballast.set_len(size - pages * PAGE).unwrap();
    }

    fn make_room(&self) {
        fs::remove_file(self.ballast()).unwrap();
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = self.keeper.kill();
        let _ = self.keeper.wait();
    }
}

/// Appends up to the first record that is not acknowledged, which has to be for want of room.
fn append_until_full(ground: &mut Ground, appender: &mut Appender) -> u64 {
    let mut acked = 0;
    loop {
        match appender.ask(&format!("append {acked} 1")) {
            acknowledged @ Answer::Acked(_) => ground.note([acknowledged]),
            Answer::Failed(words) => {
                assert!(words.contains("not recorded: writing") && words.contains("make room"), "{words}");
                return acked;
            }
            other => panic!("{other:?}"),
        }
        acked += 1;
    }
}

/// Makes room and lets the same process append the record that did not fit; its fragment is fenced.
fn goes_on_with_room(disk: &SmallDisk, ground: &mut Ground, (appender, number): (&mut Appender, u64)) {
    let before = read_fully(&ground.run()).1;
    disk.make_room();
    let again = appender.ask(&format!("append {number} 1"));
    assert!(matches!(again, Answer::Acked(_)), "{again:?}");
    ground.note([again]);
    let (records, verdict) = read_fully(&ground.run());
    assert!(verdict.is_whole(), "{verdict:?}");
    let fenced = records.iter().filter(|record| record.is_recover).count();
    assert_eq!(fenced, usize::from(before.torn.is_some()), "{before:?}");
    ground.check().unwrap();
}

#[test]
fn a_full_disk_still_takes_exactly_what_was_reserved() {
    needs!(MOUNTS);
    for size in SIZES {
        let disk = SmallDisk::new();
        let mut ground = disk.ground();
        let end = ground.journal().len() as u64 + RESERVE;
        let mut appender = Appender::open(&ground.run(), 8, size);
        assert_eq!(appender.ask("room"), Answer::Other(format!("room {RESERVE} enough")));
        disk.fill_but(0);
        let number = append_until_full(&mut ground, &mut appender);
        let (_, verdict) = read_fully(&ground.run());
        assert_eq!(verdict.size, end.next_multiple_of(PAGE), "the reserve was used to its last page");
        let line = size as u64 + 300;
        assert!(number >= RESERVE / line && verdict.torn.is_none_or(|torn| torn.len < line), "{number}, {verdict:?}");
        assert!(verdict.torn.is_none_or(|torn| torn.offset >= end - line), "{verdict:?}");
        goes_on_with_room(&disk, &mut ground, (&mut appender, number));
    }
}

#[test]
fn without_a_reserve_a_full_disk_loses_only_what_was_not_acknowledged() {
    needs!(MOUNTS);
    let mut cases = 0;
    for (pages, size) in [0, 1, 3].into_iter().flat_map(|pages| SIZES.map(|size| (pages, size))) {
        let disk = SmallDisk::new();
        let mut ground = disk.ground();
        disk.fill_but(pages);
        let mut appender = Appender::open(&ground.run(), 8, size);
        assert_eq!(appender.ask("room"), Answer::Other("room 0 little".into()));
        let number = append_until_full(&mut ground, &mut appender);
        assert_eq!(ground.journal().len() as u64, PAGE * (pages + 1), "every page was used");
        goes_on_with_room(&disk, &mut ground, (&mut appender, number));
        cases += 1;
    }
    assert!(cases >= 18, "{cases} cases");
}

/// Starts an appender whose files may not grow beyond a size; the signal that says so is told to `env`.
fn limited(ground: &Ground, size: u64, signal: &str) -> Appender {
    let mut command = Command::new("env");
    command.arg(signal).args(["prlimit", &format!("--fsize={size}"), "--core=0"]).arg(program());
    Appender::start_under(&mut command, &ground.run(), (8, 400))
}

#[test]
fn a_file_that_may_not_grow_loses_only_what_was_not_acknowledged() {
    for more in [0, 1, 300, 900, 5_000] {
        let mut ground = Ground::new();
        let mut appender = limited(&ground, ground.journal().len() as u64 + more, "--ignore-signal=XFSZ");
        assert!(matches!(appender.ask("open"), Answer::Open { .. }));
        let number = append_until_full(&mut ground, &mut appender);
        assert_eq!(number > 0, more >= 900);
        let again = appender.ask(&format!("append {number} 1"));
        assert!(matches!(again, Answer::Failed(_)), "it still does not fit: {again:?}");
        ground.check().unwrap();
    }
}

#[test]
fn a_process_that_is_ended_for_a_file_that_may_not_grow_is_one_that_was_killed() {
    let mut ground = Ground::new();
    let mut appender = limited(&ground, ground.journal().len() as u64, "--default-signal=XFSZ");
    appender.tell("open");
    appender.tell("append 0 10");
    let (answers, status) = appender.end();
    assert!(matches!(answers[..], [Answer::Open { .. }]), "{answers:?}");
    assert_eq!(status.signal(), Some(Signal::XFSZ.as_raw()));
    ground.note_killed(8);
    ground.check().unwrap();
}
