//! System calls of a real process: listed, and made to fail or to be the last one, with `strace`.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Once;

use mop::journal::{JOURNAL, LOCK};

use super::ground::Ground;
use super::process::{Answer, Appender, program};

static INSTALLED: Once = Once::new();

/// Is one system call: its name, and the how-manieth of that name it is in its process, from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    pub name: String,
    pub nth: usize,
    /// The line that `strace` wrote, with the path of each file behind its number.
    pub line: String,
}

impl Call {
    /// Tells whether the line names a file, or one in a folder.
    pub fn names(&self, path: &Path) -> bool {
        self.line.contains(&*path.to_string_lossy())
    }

    /// Tells whether it is made on the journal or its lock.
    pub fn is_on_a_file(&self) -> bool {
        [JOURNAL, LOCK].iter().any(|name| self.line.contains(&format!("/one/{name}")))
    }
}

fn strace() -> Command {
    INSTALLED.call_once(|| {
        let found = Command::new("strace").arg("-V").output();
        assert!(found.is_ok(), "these tests watch real processes with strace: `apt-get install strace`");
    });
    let mut command = Command::new("strace");
    command.args(["-qq", "-y", "-s", "64"]);
    command
}

/// Lets an appender obey orders, and lists its system calls from the first one that names the run.
pub fn calls_of(ground: &Ground, orders: &[&str]) -> (Vec<Call>, Vec<Answer>) {
    let written = ground.folder().join("trace");
    let mut command = strace();
    command.arg("-o").arg(&written).arg(program());
    let mut appender = Appender::start_under(&mut command, &ground.run(), (8, 400));
    orders.iter().for_each(|order| appender.tell(order));
    let (answers, status) = appender.end();
    assert!(status.success(), "{status}, {answers:?}");
    let calls = parse(&fs::read_to_string(written).unwrap());
    let first = calls.iter().position(|call| call.names(&ground.run()) && call.name != "execve").unwrap();
    (calls[first..].to_vec(), answers)
}

fn parse(trace: &str) -> Vec<Call> {
    let mut calls: Vec<Call> = Vec::new();
    for line in trace.lines() {
        let name = line.split('(').next().unwrap_or_default();
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
        if !line.contains('(') || !name.chars().all(is_name) {
            continue;
        }
        let nth = calls.iter().filter(|call| call.name == name).count() + 1;
        calls.push(Call { name: name.to_owned(), nth, line: line.to_owned() });
    }
    calls
}

/// Starts an appender to which something happens at one call: `signal=KILL`, or `error=EIO`.
pub fn start_with(ground: &Ground, call: &Call, happens: &str) -> Appender {
    let Call { name, nth, .. } = call;
    let mut command = strace();
    command.args(["-o", "/dev/null", "-e", &format!("trace={name}")]);
    command.args(["-e", &format!("inject={name}:{happens}:when={nth}")]);
    command.arg(program()).stderr(Stdio::null());
    Appender::start_under(&mut command, &ground.run(), (8, 400))
}
