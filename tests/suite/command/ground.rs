//! Where commands are run in tests, and how their ends are waited for: never for a length of time.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use mop::exec::command::{Chunk, End, Found, How, Launcher, Line, Order, Running, State, Stream, find, printed};
use rustix::fs::{Mode, OFlags};

pub use crate::ground::Ground;

pub const MOP: &str = env!("CARGO_BIN_EXE_mop");
/// How long a test waits for what must come.
const PATIENCE: Duration = Duration::from_secs(120);

impl Ground {
    /// The folder of the one start that most tests make.
    pub fn dir(&self) -> PathBuf {
        self.at("commands/1-step")
    }

    pub fn start(&self, order: &Order) -> Running {
        launcher().start(order, &self.dir()).unwrap()
    }

    /// Runs a line to its end.
    pub fn run(&self, line: &str) -> Ended {
        self.run_order(&shell(line))
    }

    pub fn run_order(&self, order: &Order) -> Ended {
        ended(&mut self.start(order))
    }

    /// Waits until a file has a whole line, and gives it.
    pub fn line_of(&self, name: &str) -> String {
        until(name, || fs::read_to_string(self.at(name)).ok().filter(|text| text.ends_with('\n'))).trim_end().to_owned()
    }

    /// Makes a named pipe, which keeps a command waiting until the test lets it go on.
    pub fn gate(&self, name: &str) -> Gate {
        let path = self.at(name);
        assert!(Command::new("mkfifo").arg(&path).status().unwrap().success());
        Gate(path)
    }

    /// Writes a program that stands for another.
    pub fn program(&self, name: &str, script: &str) -> PathBuf {
        let written = self.at("written");
        fs::write(&written, script).unwrap();
        fs::set_permissions(&written, fs::Permissions::from_mode(0o755)).unwrap();
        self.copy(&written, name)
    }

    /// Copies a program by another process: one that a child of another test holds open to write cannot be run.
    pub fn copy(&self, from: &Path, name: &str) -> PathBuf {
        assert!(Command::new("cp").arg("-p").arg(from).arg(self.at(name)).status().unwrap().success());
        self.at(name)
    }

    /// Every byte that stands in the folders of starts, one file after the other.
    pub fn all_bytes(&self) -> Vec<u8> {
        let files = fs::read_dir(self.dir()).unwrap().map(|entry| entry.unwrap());
        let plain = files.filter(|entry| entry.file_type().unwrap().is_file());
        plain.flat_map(|entry| fs::read(entry.path()).unwrap()).collect()
    }
}

/// A command that reads from it waits; see [`Gate::open`].
pub struct Gate(pub PathBuf);

impl Gate {
    /// Lets who waits go on; returns only when somebody did.
    pub fn open(&self) {
        let flags = OFlags::WRONLY | OFlags::NONBLOCK;
        let gate = until("who waits", || rustix::fs::open(&self.0, flags, Mode::empty()).ok());
        rustix::io::write(gate, b"go\n").unwrap();
    }
}

pub fn launcher() -> Launcher {
    Launcher::at(MOP.into())
}

pub fn shell(line: &str) -> Order {
    Order::new(Line::Shell(line.to_owned()))
}

/// Waits until there is something.
pub fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let end = Instant::now() + PATIENCE;
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < end, "{what} did not come");
        thread::park_timeout(Duration::from_millis(5));
    }
}

/// A command that has ended, and what was read of it meanwhile.
pub struct Ended {
    pub end: End,
    pub chunks: Vec<Chunk>,
    dir: PathBuf,
}

impl Ended {
    /// What was printed to one stream, as it was read while it ran.
    pub fn text(&self, stream: Stream) -> String {
        let bytes = self.chunks.iter().filter(|chunk| chunk.stream == stream).flat_map(|chunk| chunk.bytes.clone());
        String::from_utf8(bytes.collect()).unwrap()
    }

    /// The standard output of a command that ended well, with what is kept held against what was seen.
    pub fn good(&self) -> String {
        assert_eq!((&self.end.how, self.text(Stream::Err).as_str()), (&How::Exit(0), ""), "{:?}", self.end);
        assert_eq!(printed(&self.dir, &self.end).unwrap().out.bytes, self.text(Stream::Out).as_bytes());
        self.text(Stream::Out)
    }
}

/// Reads a command to its end.
pub fn ended(running: &mut Running) -> Ended {
    let begin = Instant::now();
    let mut chunks = Vec::new();
    loop {
        let news = running.news(64 * 1024).unwrap();
        chunks.extend(news.chunks);
        match news.state {
            State::Ended(end) if !news.is_more => return Ended { end: *end, chunks, dir: running.dir().to_owned() },
            State::Running | State::Ended(_) => {}
            other => panic!("{other:?}"),
        }
        assert!(begin.elapsed() < PATIENCE, "it did not end");
        if !news.is_more {
            running.wait(Duration::from_secs(1)).unwrap();
        }
    }
}

/// Finds a command that runs.
pub fn found_running(dir: &Path) -> Running {
    match find(dir).unwrap() {
        Found::Running(running) => *running,
        other => panic!("{other:?}"),
    }
}

/// Waits until a start that nobody of this process made has ended.
pub fn found_end(dir: &Path) -> End {
    until("the end", || match find(dir).unwrap() {
        Found::Ended(end) => Some(*end),
        Found::Running(_) | Found::Absent => None,
        other => panic!("{other:?}"),
    })
}

/// Tells whether a process is there, and not only its number.
pub fn lives(pid: &str) -> bool {
    let stat = fs::read_to_string(format!("/proc/{}/stat", pid.trim())).unwrap_or_default();
    stat.rsplit(") ").next().is_some_and(|rest| !rest.is_empty() && !rest.starts_with(['Z', 'X']))
}

pub fn wait_until_gone(pid: &str) {
    until("the end of a process", || (!lives(pid)).then_some(()));
}

/// Finds the supervisor of a start.
pub fn supervisor(running: &mut Running) -> u32 {
    until("the supervisor", || {
        running.news(0).unwrap();
        running.begun().map(|begun| begun.supervisor)
    })
}
