//! A state directory with one run, ways to damage it, and a program that is read line by line.

use std::fs::{self, OpenOptions};
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use mop::journal::{Disk, Draft, FileSystems, NewRun, RecordId, SealFacts, World, Writer, create_run};
use tempfile::TempDir;

pub const MOP: &str = env!("CARGO_BIN_EXE_mop");
pub const NAME: &str = "2026-03-01T2200Z-tour-7K3QX";

/// How long the program may take on a machine that is busy.
const PATIENCE: Duration = Duration::from_secs(60);

pub struct Site {
    state: TempDir,
}

fn draft(body: &[u8]) -> Draft {
    static COUNT: AtomicU64 = AtomicU64::new(1);
    let id = u128::from(COUNT.fetch_add(1, Ordering::Relaxed)).to_le_bytes();
    Draft::new(RecordId::from_bits(id), body).unwrap()
}

impl Site {
    pub fn starting_with(body: &[u8]) -> Self {
        let state = TempDir::new().unwrap();
        let runs = state.path().join("runs");
        fs::create_dir(&runs).unwrap();
        let run = NewRun { name: NAME, files: &[], first: &draft(body), file_systems: FileSystems::Any };
        create_run(&Disk, &runs, &run).unwrap();
        Self { state }
    }

    pub fn state(&self) -> &Path {
        self.state.path()
    }

    pub fn run(&self) -> PathBuf {
        self.state().join("runs").join(NAME)
    }

    pub fn journal(&self) -> PathBuf {
        self.run().join("journal.jsonl")
    }

    pub fn seal_path(&self) -> PathBuf {
        self.run().join("seal/seal.txt")
    }

    fn writer(&self) -> Writer {
        Writer::open(&World::machine(), &self.run(), br#"{"sid":"S"}"#).unwrap()
    }

    pub fn append(&self, body: &[u8]) {
        self.writer().append(&draft(body), |_| Ok::<(), ()>(())).unwrap();
    }

    pub fn append_many(&self, count: usize) {
        let mut writer = self.writer();
        for at in 0..count {
            let body = format!(r#"{{"t":"thing_done","at":{at},"what":"{}"}}"#, "x".repeat(700));
            writer.append(&draft(body.as_bytes()), |_| Ok::<(), ()>(())).unwrap();
        }
    }

    pub fn lines(&self) -> Vec<String> {
        fs::read_to_string(self.journal()).unwrap().lines().map(|line| line.to_owned() + "\n").collect()
    }

    /// Takes a record away, with its file as it was otherwise.
    pub fn drop_record(&self, n: usize) {
        let mut lines = self.lines();
        lines.remove(n);
        fs::write(self.journal(), lines.concat()).unwrap();
    }

    /// Changes one byte of a record in its place.
    pub fn change_byte(&self, n: usize, at: usize) {
        let before: usize = self.lines()[..n].iter().map(String::len).sum();
        let file = OpenOptions::new().write(true).open(self.journal()).unwrap();
        file.write_all_at(b"~", (before + at) as u64).unwrap();
    }

    /// Leaves what a write leaves that does not end.
    pub fn tear(&self, bytes: &[u8]) {
        OpenOptions::new().append(true).open(self.journal()).unwrap().write_all(bytes).unwrap();
    }

    pub fn seal(&self) {
        let facts = SealFacts { run: NAME, ledger: None, result: "done \u{202e}" };
        self.writer().seal(&facts).unwrap();
    }
}

/// Runs the program to its end.
pub fn mop(site: &Site, args: &[&str]) -> (i32, String, String) {
    let output = Command::new(MOP).args(args).env("MOP_STATE", site.state()).stdin(Stdio::null()).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

/// The program while it runs, with its lines as they come.
pub struct Live {
    pub child: Child,
    lines: Receiver<String>,
}

impl Live {
    pub fn start(site: &Site, args: &[&str]) -> Self {
        let mut command = Command::new(MOP);
        command.args(args).env("MOP_STATE", site.state()).stdin(Stdio::null());
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        let (sender, lines) = channel();
        std::thread::spawn(move || stdout.lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));
        Self { child, lines }
    }

    /// Waits for the next line.
    pub fn line(&self) -> String {
        self.lines.recv_timeout(PATIENCE).unwrap_or_else(|error| panic!("no further line: {error}"))
    }

    pub fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-s", name, &pid]).status().unwrap().success());
    }

    /// Waits until the program has ended; gives its code, its last lines and its complaints.
    pub fn end(self) -> (Option<i32>, Vec<String>, String) {
        let Self { child, lines } = self;
        let (status, err) = wait(child);
        (status.code(), lines.iter().collect(), err)
    }
}

/// Waits for a program to end, but not for ever.
pub fn wait(child: Child) -> (ExitStatus, String) {
    let (sender, ended) = channel();
    std::thread::spawn(move || sender.send(child.wait_with_output().unwrap()));
    let output = ended.recv_timeout(PATIENCE).unwrap_or_else(|_| panic!("the program does not end"));
    (output.status, String::from_utf8(output.stderr).unwrap())
}
