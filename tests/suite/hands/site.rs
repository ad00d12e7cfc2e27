//! A state directory with people, their keys, an agent, and a run that is going on.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

use mop::app::{Store, Surroundings};
use mop::run::{Person, Start};
use mop::runbook::{NoLibrary, load};
use tempfile::TempDir;

use crate::sign::bench::{Agent, Bench};
use crate::watchdog::Watchdog;

pub const ALICE: &str = "alice@example.com";
pub const BOB: &str = "bob@example.com";
pub const PIN: &str = "correct horse";

/// How long the program may take on a machine that is busy.
pub const PATIENCE: Duration = Duration::from_secs(60);

const BOOK: &str = r#"mop: 1
id: small
title: Small úpgrade
roles: { lead: Does it, witness: Sees it }
sign: lead
activities:
  - id: one
    title: One
    estimate: 1m
    steps:
      - { id: first, title: First thing, text: Do it slowly., warning: It is hot }
      - { id: both, title: Both sign, sign: [lead, witness], text: "It is \x1b[31mred\u202e" }
      - { id: last, title: Last thing, sign: none }
"#;

pub struct Site {
    pub state: TempDir,
    pub keys: Bench,
    pub agent: Agent,
}

/// How the program ended, and what it wrote.
#[derive(Debug)]
pub struct Said {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Said {
    /// Makes sure of the exit code, and gives all that was written.
    pub fn with(self, code: i32) -> String {
        assert_eq!(self.code, code, "{}{}", self.out, self.err);
        self.out + &self.err
    }
}

impl Site {
    /// Makes an empty state directory, with keys for Alice and Bob and an agent that has none.
    pub fn new() -> Self {
        let keys = Bench::new();
        keys.key("alice", "ed25519");
        keys.key("bob", "ed25519");
        let agent = Agent::start(&keys);
        Self { state: TempDir::new().unwrap(), keys, agent }
    }

    /// Makes one with Alice and Bob in the roster, each with a key.
    pub fn with_keys() -> Self {
        let site = Self::new();
        for (id, name, key) in [(ALICE, "Alice Example", "alice"), (BOB, "Bob Example", "bob")] {
            let file = site.keys.path(&format!("{key}.pub"));
            site.mop(&["roster", "add", id, "--name", name, "--key", file.to_str().unwrap()], "").with(0);
        }
        site
    }

    /// Makes one with Alice and Bob in the roster, each with the PIN, which is the least that is taken.
    pub fn with_pins() -> Self {
        let site = Self::new();
        for (id, name) in [(ALICE, "Alice Example"), (BOB, "Bob Example")] {
            site.mop(&["roster", "add", id, "--name", name], "").with(0);
            site.mop(&["roster", "pin", id], &format!("{PIN}\n{PIN}\n")).with(0);
        }
        site.mop(&["roster", "level", "pin"], "").with(0);
        site
    }

    /// Starts a run by Alice, and gives its id.
    pub fn start(&self) -> String {
        let (surroundings, store) = (Surroundings::machine(), Store::at(self.state.path().into()));
        let who = Person { id: ALICE.into(), name: "Alice Example".into() };
        let id = surroundings.short_id().unwrap();
        let start = Start { run: id.clone(), runbook: "small".into(), title: "Small".into(), ..Start::default() };
        let loaded = load("small.yaml", BOOK.into(), &NoLibrary);
        let stamp = surroundings.stamp(&who, "S");
        store.create(&surroundings, &loaded, (start, stamp)).unwrap();
        id
    }

    /// Lets the agent have a person's key.
    pub fn unlock(&self, key: &str) {
        self.agent.add(&[], &self.keys.path(key));
    }

    pub fn run(&self, id: &str) -> PathBuf {
        let runs = fs::read_dir(self.state.path().join("runs")).unwrap();
        let mut paths = runs.map(|entry| entry.unwrap().path());
        paths.find(|path| path.to_str().unwrap().ends_with(id)).unwrap()
    }

    pub fn records(&self, id: &str) -> Vec<serde_json::Value> {
        let journal = fs::read_to_string(self.run(id).join("journal.jsonl")).unwrap();
        journal.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    pub fn ledger(&self) -> String {
        fs::read_to_string(self.state.path().join("ledger.jsonl")).unwrap()
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mop"));
        command.args(args).env("MOP_STATE", self.state.path()).env("SSH_AUTH_SOCK", self.agent.socket());
        command.env_remove("SSH_ASKPASS").env_remove("DISPLAY");
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
        Said { code: output.status.code().unwrap(), out: text(output.stdout), err: text(output.stderr) }
    }

    /// Starts the program, to be answered while it runs.
    pub fn live(&self, args: &[&str]) -> Live {
        self.live_with(args, self.agent.socket())
    }

    /// Starts it with another agent.
    pub fn live_with(&self, args: &[&str], agent: &Path) -> Live {
        let mut child = self.command(args).env("SSH_AUTH_SOCK", agent).spawn().unwrap();
        let watch = Watchdog::over(&child, PATIENCE);
        let (stdin, stdout) = (child.stdin.take(), BufReader::new(child.stdout.take().unwrap()));
        Live { child, stdin, stdout, _watch: watch }
    }

    /// Writes a file beside the state directory, and gives its path.
    pub fn file(&self, name: &str, text: &str) -> String {
        self.keys.put(name, text).to_str().unwrap().to_owned()
    }

    pub fn key_path(&self, name: &str) -> String {
        self.keys.path(name).to_str().unwrap().to_owned()
    }

    pub fn roster_path(&self) -> PathBuf {
        Path::join(self.state.path(), "roster.json")
    }
}

/// The program while it runs.
pub struct Live {
    child: Child,
    stdin: Option<ChildStdin>,
    stdout: BufReader<ChildStdout>,
    _watch: Watchdog,
}

impl Live {
    /// Reads lines up to the one that is this.
    pub fn until(&mut self, last: &str) -> Vec<String> {
        let mut lines = Vec::new();
        loop {
            let mut line = String::new();
            assert!(self.stdout.read_line(&mut line).unwrap() > 0, "no line `{last}` in {lines:#?}");
            if line.trim_end() == last {
                return lines;
            }
            lines.push(line.trim_end().to_owned());
        }
    }

    pub fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-s", name, &pid]).status().unwrap().success());
    }

    pub fn write(&mut self, text: &str) {
        self.stdin.as_mut().unwrap().write_all(text.as_bytes()).unwrap();
    }

    /// Closes its input, and waits until it has ended.
    pub fn end(mut self) -> Said {
        drop(self.stdin.take());
        let (mut out, mut err) = (String::new(), String::new());
        self.stdout.read_to_string(&mut out).unwrap();
        self.child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
        Said { code: self.child.wait().unwrap().code().unwrap(), out, err }
    }
}
