//! A state directory with people, their keys, an agent, and a run that is going on.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::sign::bench::{Agent, Bench};

pub const ALICE: &str = "alice@example.com";
pub const BOB: &str = "bob@example.com";
pub const PIN: &str = "correct horse";

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
        // One that asks for nothing does not read what it is given.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        let output = child.wait_with_output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Said { code: output.status.code().unwrap(), out: text(output.stdout), err: text(output.stderr) }
    }

    pub fn key_path(&self, name: &str) -> String {
        self.keys.path(name).to_str().unwrap().to_owned()
    }

    pub fn roster_path(&self) -> PathBuf {
        Path::join(self.state.path(), "roster.json")
    }
}
