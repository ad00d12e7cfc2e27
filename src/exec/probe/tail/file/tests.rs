//! Files that grow, are cut, replaced, taken away, and those that are none.

use std::fs;
use std::io::Write as _;

use super::*;

/// Is a file that is followed, in a folder of its own.
struct Site {
    _dir: tempfile::TempDir,
    path: PathBuf,
    tail: FileTail,
    second: u64,
}

impl Site {
    fn new(before: Option<&str>) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.log");
        before.into_iter().for_each(|text| fs::write(&path, text).unwrap());
        let tail = FileTail::new(&path, Some(Regex::new("ERR").unwrap()), None);
        Self { _dir: dir, path, tail, second: 1_000 }
    }

    fn append(&self, text: &[u8]) {
        OpenOptions::new().append(true).create(true).open(&self.path).unwrap().write_all(text).unwrap();
    }

    fn look(&mut self) -> Result<Log, Failure> {
        self.second += 1;
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
        self.tail.look(Moment { wall_ms: now.as_millis() as i64, boot_ns: self.second * 1_000_000_000 })
    }

    #[track_caller]
    fn sees(&mut self, alerts: u64, last: &str) {
        let log = self.look().unwrap();
        assert_eq!((log.alerts, log.lines.last().map_or("", Shown::as_str)), (alerts, last), "{log:?}");
    }

    fn fails(&mut self) -> String {
        let failure = self.look().unwrap_err();
        assert!(!failure.is_bad);
        failure.words.to_string()
    }
}

#[test]
fn what_comes_after_the_first_look_counts() {
    let mut site = Site::new(Some("ERR old\nready\n"));
    site.sees(0, "ready");
    site.append(b"ERR new\n");
    site.sees(1, "ERR new");
    site.sees(1, "ERR new");
}

#[test]
fn a_file_that_is_replaced_is_read_to_its_end_and_the_new_one_from_its_beginning() {
    let mut site = Site::new(Some("ready\n"));
    site.sees(0, "ready");
    site.append(b"ERR last words\n");
    fs::rename(&site.path, site.path.with_extension("1")).unwrap();
    site.append(b"ERR first\nsecond\n");
    site.sees(2, "second");
}

#[test]
fn a_file_that_is_emptied_is_read_anew_also_when_it_has_grown_again() {
    let mut site = Site::new(Some("a long line that was there before\n"));
    site.sees(0, "a long line that was there before");
    fs::write(&site.path, "ERR\n").unwrap();
    site.sees(1, "ERR");
    fs::write(&site.path, format!("ERR other\n{}", "x\n".repeat(1000))).unwrap();
    site.sees(2, "x");
}

#[test]
fn a_file_that_comes_later_is_read_whole_and_one_that_goes_is_missed() {
    let mut site = Site::new(None);
    assert!(site.fails().ends_with("a.log is not there"));
    site.append(b"ERR\n");
    site.sees(1, "ERR");
    site.append(b"ERR\n");
    fs::remove_file(&site.path).unwrap();
    assert!(site.fails().ends_with("is not there"));
    site.append(b"new\n");
    site.sees(2, "new");
}

#[test]
fn a_pipe_and_a_folder_are_no_logs_and_keep_nobody_waiting() {
    let mut site = Site::new(None);
    rustix::fs::mknodat(rustix::fs::CWD, &site.path, rustix::fs::FileType::Fifo, 0o600.into(), 0).unwrap();
    assert!(site.fails().contains("it is no plain file"));
    fs::remove_file(&site.path).unwrap();
    fs::create_dir(&site.path).unwrap();
    assert!(site.fails().contains("it is no plain file"));
}

#[test]
fn a_line_of_ten_megabytes_and_bytes_that_are_no_text_are_read() {
    let mut site = Site::new(Some(""));
    site.sees(0, "");
    site.append(&vec![0xff; 10_000_000]);
    site.append(b"ERR\nend\n");
    site.sees(1, "end");
}

#[test]
fn more_than_a_look_can_take_is_skipped_and_counted_and_proves_nothing() {
    let mut site = Site::new(Some(""));
    site.sees(0, "");
    let file = OpenOptions::new().write(true).open(&site.path).unwrap();
    file.set_len(MOST_BEHIND + 2).unwrap();
    site.append(b"\n");
    let log = site.look().unwrap();
    assert_eq!((log.missed, log.clean), (MOST_BEHIND + 3 - MOST_READ, Duration::ZERO));
}

#[test]
fn a_file_that_nobody_touched_for_an_hour_had_no_alert_for_an_hour() {
    let mut site = Site::new(Some("ERR old\n"));
    let hour_ago = std::time::SystemTime::now() - Duration::from_secs(3_600);
    File::options().append(true).open(&site.path).unwrap().set_modified(hour_ago).unwrap();
    site.second = 100_000;
    let clean = site.look().unwrap().clean;
    assert!(clean >= Duration::from_secs(3_590) && clean < Duration::from_secs(3_700), "{clean:?}");
}
