//! `mop evidence` and `mop pack`: the same bytes each time, the same verdict as in the directory, and what
//! programs make of the file that know nothing of mop.

mod handed;
mod same;
mod seen;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::verify::office::{Copy, MOP, Office, Told, mop};

/// A folder that archives are written to.
struct Desk(TempDir);

impl Desk {
    fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Packs a run, wherever it lies, and gives how that ended.
    fn pack(&self, command: &str, run: &Path, name: &str) -> Told {
        mop(Path::new("/nonexistent"), &[command, &run.to_string_lossy(), "-o", &self.path(name).to_string_lossy()])
    }

    /// Writes the evidence of a run, and gives the file and its bytes.
    fn evidence(&self, run: &Path, name: &str) -> (PathBuf, Vec<u8>) {
        let told = self.pack("evidence", run, name);
        assert!(self.path(name).is_file(), "{}{}", told.out, told.err);
        (self.path(name), fs::read(self.path(name)).unwrap())
    }
}

/// Runs the program on a file or directory, with no state directory.
fn told(command: &str, what: &Path, args: &[&str]) -> Told {
    mop(Path::new("/nonexistent"), &[&[command, &what.to_string_lossy()], args].concat())
}

/// Makes a run that is not sealed, in which everybody signed by name, by PIN or with a key.
fn unsealed() -> Office {
    Office::with_a_run()
}

/// Makes a run that is sealed and whose seal nobody signed.
fn unsigned() -> Office {
    let office = Office::with_a_run();
    office.seal();
    office
}

/// Takes down every file below a folder, with its bytes and when it was changed.
fn picture(folder: &Path) -> Vec<(PathBuf, Vec<u8>, std::time::SystemTime)> {
    let mut files = crate::secrets::files_below(folder);
    files.sort();
    let of = |path: PathBuf| {
        let changed = fs::metadata(&path).unwrap().modified().unwrap();
        (path.clone(), fs::read(path).unwrap(), changed)
    };
    files.into_iter().map(of).collect()
}

/// Unpacks an archive with a program that knows nothing of mop.
fn unzip(archive: &Path) -> TempDir {
    let folder = TempDir::new().unwrap();
    let mut unzip = Command::new("unzip");
    unzip.arg("-q").arg(archive).current_dir(&folder).stdin(Stdio::null());
    let done = unzip.output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    folder
}

/// Runs the program in a folder of its own.
fn run_in(folder: &Path, args: &[&str]) -> std::process::Output {
    Command::new(MOP)
        .args(args)
        .env("MOP_STATE", "/nonexistent")
        .current_dir(folder)
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

/// Does something to a copy of a sealed run.
type Deed = (&'static str, fn(&Copy));

const DEEDS: [Deed; 9] = [
    ("nothing", |_| {}),
    ("a record is edited", |run| edit(run, "journal.jsonl", |text| text.replace("Dave", "Dove"))),
    ("the last record is cut off", |run| edit(run, "journal.jsonl", |text| text[..text.len() - 40].to_owned())),
    ("the first record is edited", |run| edit(run, "journal.jsonl", |text| text.replacen("Small", "Great", 1))),
    ("another runbook", |run| edit(run, "runbook.yaml", |text| text + "# more\n")),
    ("another roster", |run| edit(run, "roster.json", |text| text.replace("Dave", "Dove"))),
    ("evidence is gone", |run| fs::remove_dir_all(run.path("blobs")).unwrap()),
    ("the seal is gone", |run| fs::remove_file(run.path("seal/seal.txt")).unwrap()),
    ("a signature is of nobody", |run| fs::write(run.path("seal/n o.sig"), "x").unwrap()),
];

fn edit(run: &Copy, name: &str, edit: impl FnOnce(String) -> String) {
    let path = run.path(name);
    let text = fs::read_to_string(&path).unwrap();
    let edited = edit(text.clone());
    assert_ne!(text, edited, "the deed does nothing");
    fs::write(&path, edited).unwrap();
}
