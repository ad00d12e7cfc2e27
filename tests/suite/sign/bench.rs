//! A temporary directory with keys, an agent of its own, and what ssh-keygen says when it is asked directly.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use mop::exec::sign::{Check, OpenSsh, Signers};
use mop::run::roster::{PublicKey, SIGNOFF};
use tempfile::TempDir;

pub const ALICE: &str = "alice@example.com";
/// 2026-03-01T22:07:41Z, when the tests say that something is signed.
pub const THEN: i64 = 1_772_402_861_000;
pub const STATEMENT: &[u8] = b"mop sign-off v1\nrun       7K3QX\nstep      hop[10.1]/start\n";

/// Is a directory with keys.
pub struct Bench {
    dir: TempDir,
}

impl Bench {
    pub fn new() -> Self {
        let here = Command::new("ssh-keygen").arg("-?").output();
        assert!(here.is_ok(), "these tests need ssh-keygen, ssh-add and ssh-agent: install the package openssh-client");
        Self { dir: tempfile::tempdir().unwrap() }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub fn put(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        fs::write(self.path(name), bytes).unwrap();
        self.path(name)
    }

    /// Puts a script that can be run.
    ///
    /// Another program writes it: while a test beside this one starts a program, that would for a
    /// moment hold what we have open, and nothing that is open for writing can be run.
    pub fn script(&self, name: &str, script: &str) -> PathBuf {
        let mut writing = Command::new("install");
        writing.args(["-m", "755", "/dev/stdin"]).arg(self.path(name));
        assert!(fed(&mut writing, format!("#!/bin/sh\n{script}\n").as_bytes()).0);
        self.path(name)
    }

    /// Runs ssh-keygen to make something.
    pub fn keygen(&self, arguments: &[&str]) {
        let output = Command::new("ssh-keygen").args(arguments).current_dir(self.dir.path()).output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {output:?}");
    }

    /// Makes a key, and gives the path of its private half.
    pub fn key(&self, name: &str, kind: &str) -> PathBuf {
        self.keygen(&["-q", "-t", kind, "-N", "", "-C", name, "-f", name]);
        self.path(name)
    }

    /// Makes a certificate for a key by the authority `ca`, which is made when it is not there.
    pub fn certify(&self, name: &str, more: &[&str]) {
        if !self.path("ca").exists() {
            self.key("ca", "ed25519");
        }
        self.keygen(&[&["-q", "-s", "ca", "-I", "test"], more, &[&format!("{name}.pub")]].concat());
    }

    pub fn public(&self, name: &str) -> PublicKey {
        PublicKey::parse(&fs::read_to_string(self.path(&format!("{name}.pub"))).unwrap()).unwrap()
    }

    /// Gives the line of `allowed_signers` for Alice and a key, with options.
    pub fn allowed(&self, options: &str, key: &str) -> String {
        format!("{ALICE} {options} {}\n", self.public(key).line())
    }

    /// Signs directly, without mop.
    pub fn signature(&self, key: &str, namespace: &str, bytes: &[u8]) -> String {
        let file = self.path(key);
        let mut signing = Command::new("ssh-keygen");
        signing.args(["-Y", "sign", "-n", namespace, "-f"]).arg(file).env_remove("SSH_AUTH_SOCK");
        let (worked, out) = fed(&mut signing, bytes);
        assert!(worked, "{out}");
        out
    }

    /// Asks ssh-keygen itself, with nothing of mop between.
    pub fn keygen_believes(&self, check: &Check<'_>, bytes: &[u8], signature: &[u8]) -> bool {
        let dir = tempfile::tempdir_in(self.dir.path()).unwrap();
        let (signers, file) = (dir.path().join("allowed_signers"), dir.path().join("signature"));
        fs::write(&file, signature).unwrap();
        match check.signers {
            Signers::Text(text) => fs::write(&signers, text).unwrap(),
            Signers::File(path) => fs::copy(path, &signers).map(|_| ()).unwrap(),
        }
        let mut verifying = Command::new("ssh-keygen");
        verifying.args(["-Y", "verify", "-I", check.person, "-n", check.namespace, "-f"]).arg(&signers);
        verifying.arg("-s").arg(&file).env("TZ", "UTC0");
        if let Some(at_ms) = check.at_ms {
            let at = chrono::DateTime::from_timestamp_millis(at_ms).unwrap();
            verifying.arg(format!("-Overify-time={}", at.format("%Y%m%d%H%M%S")));
        }
        if let Some(revoked) = check.revoked {
            verifying.arg("-r").arg(revoked);
        }
        fed(&mut verifying, bytes).0
    }
}

/// Runs a program with bytes on its standard input; tells whether it succeeded, and what it wrote.
fn fed(program: &mut Command, bytes: &[u8]) -> (bool, String) {
    let piped = program.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = piped.spawn().unwrap();
    // One that refuses at once does not read what it is given.
    let _ = child.stdin.take().unwrap().write_all(bytes);
    let output = child.wait_with_output().unwrap();
    (output.status.success(), String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Says what Alice's signature for a step is to be.
pub fn check(signers: &str) -> Check<'_> {
    Check {
        signers: Signers::Text(signers),
        person: ALICE,
        namespace: SIGNOFF,
        at_ms: Some(THEN),
        revoked: None,
        touch: false,
    }
}

/// Gives the OpenSSH of this machine, without an agent.
pub fn openssh() -> OpenSsh {
    OpenSsh::here().with_agent(None)
}

/// Is an ssh-agent that ends with its owner.
pub struct Agent {
    child: Child,
    socket: PathBuf,
}

impl Agent {
    /// Starts one, and waits until it says where it listens.
    pub fn start(bench: &Bench) -> Self {
        let socket = bench.path("agent");
        let mut agent = Command::new("ssh-agent");
        // `false` is what it asks when a key is to be confirmed each time.
        agent.arg("-D").arg("-a").arg(&socket).env("SSH_ASKPASS", "false").env("DISPLAY", ":none");
        let mut child = agent.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert!(line.contains("SSH_AUTH_SOCK"), "{line}");
        Self { child, socket }
    }

    pub fn socket(&self) -> &Path {
        &self.socket
    }

    /// Gives it a key.
    pub fn add(&self, options: &[&str], key: &Path) {
        let mut adding = Command::new("ssh-add");
        adding.arg("-q").args(options).arg(key).env("SSH_AUTH_SOCK", &self.socket).stdin(Stdio::null());
        let output = adding.output().unwrap();
        assert!(output.status.success(), "{output:?}");
    }

    pub fn openssh(&self) -> OpenSsh {
        openssh().with_agent(Some(&self.socket))
    }
}

impl Drop for Agent {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
