//! A running appender: its orders go in, its answers come out.
//!
//! Waiting is always for an answer or for the end of the process, never for a length of time.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};

use rustix::process::{Pid, Signal, kill_process};

/// A record that a process told to be durable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ack {
    pub author: u32,
    pub number: u64,
    pub n: u64,
    pub head: String,
}

/// What an appender says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    Open { n: u64, head: String },
    Acked(Ack),
    Already(Ack),
    Refused { n: u64, head: String },
    Busy(u32),
    Failed(String),
    Halted(String),
    Other(String),
}

impl Answer {
    fn parse(author: u32, line: &str) -> Self {
        let words: Vec<_> = line.split(' ').collect();
        let number = |word: &str| word.parse().unwrap();
        let ack = |at: u64, n: &str, head: &str| Ack { author, number: at, n: number(n), head: head.to_owned() };
        match words[..] {
            ["open", n, head] => Self::Open { n: number(n), head: head.to_owned() },
            ["acked", at, n, head] => Self::Acked(ack(number(at), n, head)),
            ["already", at, n, head] => Self::Already(ack(number(at), n, head)),
            ["refused", _, n, head] => Self::Refused { n: number(n), head: head.to_owned() },
            ["busy", pid] => Self::Busy(pid.parse().unwrap()),
            ["failed", ..] => Self::Failed(line.to_owned()),
            ["halted", ..] => Self::Halted(line.to_owned()),
            _ => Self::Other(line.to_owned()),
        }
    }

    /// Gives the acknowledgement, whether it was given now or again.
    pub fn ack(self) -> Option<Ack> {
        match self {
            Self::Acked(ack) | Self::Already(ack) => Some(ack),
            _ => None,
        }
    }
}

/// Finds the appender.
pub fn program() -> PathBuf {
    example("appender")
}

/// Finds a program that was made for tests, beside the test's own executable.
pub fn example(name: &str) -> PathBuf {
    let own = std::env::current_exe().unwrap();
    let profile = own.ancestors().nth(2).unwrap();
    let program = profile.join("examples").join(name);
    assert!(program.exists(), "{} is not built; `cargo build --examples` makes it", program.display());
    program
}

/// A process that appends.
pub struct Appender {
    pub author: u32,
    child: Child,
    orders: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Appender {
    /// Starts an appender for a run; its records have `size` bytes of text.
    pub fn start(run: &Path, author: u32, size: usize) -> Self {
        Self::start_under(&mut Command::new(program()), run, (author, size))
    }

    /// Starts it through a command that ends with the program's name, such as one that traces it.
    pub fn start_under(command: &mut Command, run: &Path, (author, size): (u32, usize)) -> Self {
        command.arg(run).args([author.to_string(), size.to_string()]);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let answers = BufReader::new(child.stdout.take().unwrap());
        Self { author, orders: child.stdin.take(), child, answers }
    }

    /// Starts it and opens the journal.
    pub fn open(run: &Path, author: u32, size: usize) -> Self {
        let mut appender = Self::start(run, author, size);
        let answer = appender.ask("open");
        assert!(matches!(answer, Answer::Open { .. }), "{answer:?}");
        appender
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Gives an order; a process that is gone does not hear it.
    pub fn tell(&mut self, order: &str) {
        let orders = self.orders.as_mut().unwrap();
        let _ = writeln!(orders, "{order}").and_then(|()| orders.flush());
    }

    /// Gives the next answer; nothing when the process is gone.
    pub fn hear(&mut self) -> Option<Answer> {
        let mut line = String::new();
        let got = self.answers.read_line(&mut line).unwrap();
        // A line without its end is no answer: the process was killed while it said it.
        (got > 0 && line.ends_with('\n')).then(|| Answer::parse(self.author, line.trim_end()))
    }

    /// Gives the next answer that is not of a busy lock, for which the appender waits by itself.
    pub fn hear_unless_busy(&mut self) -> Answer {
        loop {
            match self.hear() {
                Some(Answer::Busy(_)) => {}
                answer => return answer.unwrap_or_else(|| panic!("the appender ended")),
            }
        }
    }

    pub fn ask(&mut self, order: &str) -> Answer {
        self.tell(order);
        self.hear().unwrap_or_else(|| panic!("the appender ended at `{order}`"))
    }

    pub fn signal(&self, signal: Signal) {
        let pid = Pid::from_raw(i32::try_from(self.child.id()).unwrap()).unwrap();
        kill_process(pid, signal).unwrap();
    }

    /// Ends the orders, and gives what else was answered and how the process ended.
    pub fn end(mut self) -> (Vec<Answer>, ExitStatus) {
        self.orders = None;
        let answers = std::iter::from_fn(|| self.hear()).collect();
        (answers, self.child.wait().unwrap())
    }

    /// Kills it, and gives what it had answered before.
    pub fn kill(mut self) -> Vec<Answer> {
        self.child.kill().unwrap();
        self.end().0
    }
}

impl Drop for Appender {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
