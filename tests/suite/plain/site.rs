//! A state directory, and the program talked to through pipes.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

use crate::watchdog::Watchdog;

/// How long the program may say nothing, and how long one that is not talked with may take.
pub const PATIENCE: Duration = Duration::from_secs(90);

pub struct Site {
    pub state: TempDir,
    /// A folder for whatever a test needs.
    pub folder: TempDir,
    /// What the program is told in its environment.
    pub environment: Vec<(&'static str, String)>,
}

/// What says where the web is reached; a test must not depend on what this machine says.
const PROXIES: [&str; 8] =
    ["http_proxy", "https_proxy", "all_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"];

/// How the program ended, and what it wrote.
#[derive(Debug)]
pub struct Said {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Said {
    /// Makes sure of the exit code, and gives what was written.
    pub fn with(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{}{}", self.out, self.err);
        self
    }
}

impl Site {
    pub fn new() -> Self {
        Self { state: TempDir::new().unwrap(), folder: TempDir::new().unwrap(), environment: Vec::new() }
    }

    /// Writes a file into the folder, and gives its path.
    pub fn file(&self, name: &str, text: &str) -> String {
        let path = self.folder.path().join(name);
        fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mop"));
        command.args(args).env("MOP_STATE", self.state.path()).env("LANG", "C.UTF-8").env("NO_COLOR", "1");
        PROXIES.iter().for_each(|name| {
            command.env_remove(name);
        });
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command.env_remove("SSH_AUTH_SOCK").current_dir(self.folder.path());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Runs the program to its end with this on its standard input.
    pub fn mop(&self, args: &[&str], input: &str) -> Said {
        let mut child = self.command(args).spawn().unwrap();
        let _watch = Watchdog::over(&child, PATIENCE);
        // One that asks for nothing does not read what it is given.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        let output = child.wait_with_output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Said { code: output.status.code().unwrap_or(-1), out: text(output.stdout), err: text(output.stderr) }
    }

    /// Starts the program, to be talked with while it runs.
    pub fn talk(&self, args: &[&str]) -> Talk {
        let mut child = self.command(args).spawn().unwrap();
        let (stdin, stdout) = (child.stdin.take(), BufReader::new(child.stdout.take().unwrap()));
        let (sender, lines) = channel();
        std::thread::spawn(move || {
            for line in stdout.lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    return;
                }
            }
        });
        Talk { child, stdin, lines, seen: Vec::new() }
    }

    /// Gives the directories of the runs, or of the rehearsals.
    pub fn runs(&self, is_rehearsal: bool) -> Vec<PathBuf> {
        let state = self.state.path();
        let state = if is_rehearsal { state.join("rehearsals") } else { state.to_owned() };
        let Ok(runs) = fs::read_dir(state.join("runs")) else { return Vec::new() };
        let mut paths: Vec<_> = runs.map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        paths
    }

    /// Gives the directory of the only run.
    pub fn run(&self) -> PathBuf {
        let [run] = &self.runs(false)[..] else { panic!("there is not one run: {:?}", self.runs(false)) };
        run.clone()
    }

    /// Gives the id of the only run.
    pub fn id(&self) -> String {
        self.run().to_str().unwrap().rsplit('-').next().unwrap().to_owned()
    }

    /// Gives the records of the only run.
    pub fn records(&self) -> Vec<Value> {
        let journal = fs::read_to_string(self.run().join("journal.jsonl")).unwrap();
        journal.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// Gives what a fact of the only run is, by `mop status`.
    pub fn status(&self, format: &str) -> String {
        self.mop(&["status", &self.id(), "--format", format], "").with(0).out.trim_end().to_owned()
    }

    /// Gives the text of the seal of the only run.
    pub fn seal(&self) -> String {
        fs::read_to_string(self.run().join("seal/seal.txt")).unwrap()
    }
}

/// The program while it is talked with.
pub struct Talk {
    child: Child,
    stdin: Option<ChildStdin>,
    lines: Receiver<String>,
    pub seen: Vec<String>,
}

impl Talk {
    /// Gives the next line; nothing when it has ended.
    pub fn line(&mut self) -> Option<String> {
        match self.lines.recv_timeout(PATIENCE) {
            Ok(line) => {
                self.seen.push(line.clone());
                Some(line)
            }
            Err(RecvTimeoutError::Disconnected) => None,
            Err(RecvTimeoutError::Timeout) => panic!("it says nothing any more, after:\n{}", self.seen.join("\n")),
        }
    }

    /// Reads up to a line with this in it.
    pub fn until(&mut self, part: &str) -> String {
        loop {
            match self.line() {
                Some(line) if line.contains(part) => return line,
                Some(_) => {}
                None => panic!("it ended without `{part}`:\n{}", self.seen.join("\n")),
            }
        }
    }

    pub fn say(&mut self, line: &str) {
        let stdin = self.stdin.as_mut().unwrap();
        stdin.write_all(line.as_bytes()).and_then(|()| stdin.write_all(b"\n")).unwrap();
    }

    /// Kills it, as a power cut would, and waits until it is gone.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    pub fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-s", name, &pid]).status().unwrap().success());
    }

    /// Closes its input, and waits until it has ended.
    pub fn end(mut self) -> Said {
        drop(self.stdin.take());
        while self.line().is_some() {}
        let mut err = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
        Said { code: self.child.wait().unwrap().code().unwrap_or(-1), out: self.seen.join("\n"), err }
    }
}

impl Drop for Talk {
    fn drop(&mut self) {
        // A test that failed leaves nothing running.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
