//! The whole program under load: a hundred probes once a second beside a command that prints fifty megabytes a second.
//!
//! `cargo bench --bench load` runs it in a terminal of its own and prints the share of one core that it takes with
//! its supervisor (the command and the probes' programs are not counted), its memory, and how long a key takes until
//! what it changes is on the screen: all of the way, with the terminal. The probes are forty connections, twenty
//! commands, twenty looks at a disk, ten logs and ten questions to a web server on this machine.
#![expect(
    clippy::print_stdout,
    clippy::expect_used,
    reason = "a benchmark prints its figures, and fails when it cannot measure"
)]

use std::fs;
use std::io::{Read as _, Write};
use std::net::TcpListener;
use std::num::NonZeroU16;
use std::path::Path;
use std::process::ExitCode;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

/// How long is measured, after everything has begun.
const MEASURED: Duration = Duration::from_secs(20);
/// How long everything may take to begin.
const WARM: Duration = Duration::from_secs(5);
/// How far apart keys are pressed.
const STRIDE: Duration = Duration::from_millis(90);
/// How long anything may take before that is a mistake.
const PATIENCE: Duration = Duration::from_secs(30);
/// How many columns and rows the terminal has.
const SIZE: (u16, u16) = (120, 40);
/// The gates: a share of a core, milliseconds, MiB.
const GATES: (f64, f64, f64) = (15.0, 16.0, 64.0);

fn main() -> ExitCode {
    let quiet = measure(false);
    let loud = measure(true);
    println!("100 probes at 1 s                  {quiet}");
    println!("100 probes at 1 s and 50 MB/s      {loud}");
    println!("gates: {} % of one core, p99 {} ms, {} MiB", GATES.0, GATES.1, GATES.2);
    if loud.holds() && quiet.holds() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Is what was measured.
struct Figures {
    share: f64,
    /// The share of the supervisor.
    beside: f64,
    p50: f64,
    p99: f64,
    keys: usize,
    memory: f64,
}

impl Figures {
    fn holds(&self) -> bool {
        self.share + self.beside <= GATES.0 && self.p99 <= GATES.1 && self.memory <= GATES.2
    }
}

impl std::fmt::Display for Figures {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { share, beside, p50, p99, keys, memory } = self;
        write!(
            f,
            "{share:>5.1} % of one core and {beside:.1} % for the supervisor, {keys} keys: p50 {p50:.1} ms, p99 {p99:.1} ms, peak {memory:.1} MiB"
        )?;
        f.write_str(if self.holds() { "  ok" } else { "  MISSED" })
    }
}

fn measure(is_loud: bool) -> Figures {
    let folder = tempfile::tempdir().expect("a folder");
    let mut screen = begin(folder.path(), is_loud);
    screen.rest(WARM);
    let pid = screen.child.process_id().expect("a process");
    let begun = Instant::now();
    let before = (cpu(&[pid]), cpu(&supervisors(folder.path())));
    let mut took = Vec::new();
    while begun.elapsed() < MEASURED {
        took.push(screen.move_selection(took.len() % 2 == 0));
        screen.rest(STRIDE);
    }
    let after = (cpu(&[pid]), cpu(&supervisors(folder.path())));
    let share = |before: f64, after: f64| (after - before) * 100.0 / begun.elapsed().as_secs_f64();
    let (share, beside) = (share(before.0, after.0), share(before.1, after.1));
    let memory = memory(pid);
    screen.stop(folder.path());
    took.sort_by(f64::total_cmp);
    let at = |share: usize| took.get((took.len() * share / 100).min(took.len() - 1)).copied().unwrap_or_default();
    Figures { share, beside, p50: at(50), p99: at(99), keys: took.len(), memory }
}

/// Starts the program, the run and, where it is to be loud, its command.
fn begin(folder: &Path, is_loud: bool) -> Screen {
    let book = folder.join("load.yaml");
    fs::write(&book, runbook(folder, serve())).expect("a runbook");
    let mut screen = Screen::open(folder, &book);
    screen.wait_for("Your name");
    screen.press("Ada\r");
    screen.wait_for("begin the run");
    screen.press("y");
    screen.wait_for("all ok");
    if is_loud {
        screen.press("\r");
        screen.wait_for("Start 1.1");
        screen.press("y");
        screen.wait_for("running for");
    }
    screen
}

fn runbook(folder: &Path, port: u16) -> String {
    for number in 0..10 {
        fs::write(folder.join(format!("{number}.log")), "ready\n".repeat(1000)).expect("a log");
    }
    let list = |count: u32| (0..count).map(|n| n.to_string()).collect::<Vec<_>>().join(", ");
    let each = |count| format!("every: 1s, for_each: {{ n: [{}] }}", list(count));
    format!(
        "mop: 1\ntitle: Load\nstatus:\n  connect: {{ tcp: \"127.0.0.1:{port}\", {} }}\n  say: {{ run: \"echo {{{{ n }}}}\", {} }}\n  \
         room: {{ disk: /, {}, title: \"room {{{{ n }}}}\" }}\n  log: {{ tail: \"{}/{{{{ n }}}}.log\", {} }}\n  \
         web: {{ http: \"http://127.0.0.1:{port}/{{{{ n }}}}\", {} }}\nactivities:\n  - title: Print\n    steps:\n      \
         - title: Print much\n        run: while :; do yes 'a line of output that goes on for a while' | head -c 5000000; sleep 0.1; done\n\
         {}",
        each(40),
        each(20),
        each(20),
        folder.display(),
        each(10),
        each(10),
        (1..=10).map(|n| format!("      - Another {n}\n")).collect::<String>()
    )
}

/// Is the program in its terminal.
struct Screen {
    child: Box<dyn Child + Send + Sync>,
    _master: Box<dyn MasterPty + Send>,
    keys: Box<dyn Write + Send>,
    output: Receiver<Vec<u8>>,
    cells: vt100::Parser,
}

impl Screen {
    fn open(folder: &Path, book: &Path) -> Self {
        let size = PtySize { cols: SIZE.0, rows: SIZE.1, pixel_width: 0, pixel_height: 0 };
        let pty = native_pty_system().openpty(size).expect("a terminal");
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_mop"));
        command.args(["run".as_ref(), book.as_os_str()]);
        for (name, value) in
            [("MOP_STATE", folder.as_os_str()), ("TERM", "xterm-256color".as_ref()), ("LANG", "C.UTF-8".as_ref())]
        {
            command.env(name, value);
        }
        let child = pty.slave.spawn_command(command).expect("the program");
        drop(pty.slave);
        let mut reader = pty.master.try_clone_reader().expect("its output");
        let (sender, output) = channel();
        std::thread::spawn(move || {
            let mut bytes = [0; 65536];
            while let Ok(read @ 1..) = reader.read(&mut bytes) {
                if sender.send(bytes[..read].to_vec()).is_err() {
                    return;
                }
            }
        });
        let keys = pty.master.take_writer().expect("its input");
        let cells = |count| NonZeroU16::new(count).expect("a size");
        let cells = vt100::Parser::new(cells(SIZE.1), cells(SIZE.0), 0);
        Self { child, _master: pty.master, keys, output, cells }
    }

    fn press(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).expect("it listens");
    }

    fn shown(&self) -> String {
        self.cells.screen().contents()
    }

    fn take(&mut self, patience: Duration) -> bool {
        let bytes = self.output.recv_timeout(patience);
        bytes.map(|bytes| self.cells.process(&bytes)).is_ok()
    }

    fn wait_for(&mut self, text: &str) {
        self.wait_until(text, &|screen| screen.shown().contains(text));
    }

    fn wait_until(&mut self, what: &str, is_so: &dyn Fn(&Self) -> bool) {
        let end = Instant::now() + PATIENCE;
        while !is_so(self) {
            let came = self.take(end.saturating_duration_since(Instant::now()));
            assert!(came, "no {what} on the screen:\n{}", self.shown());
        }
    }

    fn rest(&mut self, time: Duration) {
        let end = Instant::now() + time;
        while Instant::now() < end {
            self.take(end.saturating_duration_since(Instant::now()));
        }
    }

    fn selected(&self) -> Option<usize> {
        self.cells.screen().rows(0, 20).position(|row| row.contains('▸'))
    }

    /// Moves the selection, and gives how many milliseconds that took until it was on the screen.
    fn move_selection(&mut self, down: bool) -> f64 {
        let (was, begun) = (self.selected(), Instant::now());
        self.press(if down { "j" } else { "k" });
        self.wait_until("other line selected", &|screen| screen.selected().is_some() && screen.selected() != was);
        begun.elapsed().as_secs_f64() * 1000.0
    }

    /// Ends it, and the command that would go on without it.
    fn stop(mut self, folder: &Path) {
        self.press("q");
        let _ = self.child.wait();
        for pid in supervisors(folder) {
            let pid = i32::try_from(pid).ok().and_then(rustix::process::Pid::from_raw);
            pid.map(|pid| rustix::process::kill_process(pid, rustix::process::Signal::TERM));
        }
    }
}

/// Answers every question; its work is that of this process.
fn serve() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let _ = stream.set_read_timeout(Some(Duration::from_millis(50)));
            if stream.read(&mut [0; 1024]).is_ok_and(|read| read > 0) {
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nup");
            }
        }
    });
    port
}

/// Finds the supervisors of commands that were started from a state directory.
fn supervisors(folder: &Path) -> Vec<u32> {
    let folder = folder.display().to_string();
    let all = fs::read_dir("/proc").expect("processes").flatten();
    let pids = all.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    let is_one = |pid: &u32| {
        let line = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        let line = String::from_utf8_lossy(&line).into_owned();
        line.contains("supervise") && line.contains(&folder)
    };
    pids.filter(is_one).collect()
}

/// Reads the seconds of processor time that processes took.
fn cpu(pids: &[u32]) -> f64 {
    let ticks = |pid: &u32| {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        let fields: Vec<_> = stat.rsplit(") ").next().unwrap_or_default().split(' ').collect();
        [11, 12].iter().filter_map(|at| fields.get(*at)?.parse::<f64>().ok()).sum::<f64>()
    };
    pids.iter().map(ticks).sum::<f64>() / 100.0
}

/// Reads how many MiB of memory the program had at most.
fn memory(pid: u32) -> f64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).expect("the kernel tells");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("a size");
    line.trim().trim_end_matches(" kB").parse::<f64>().expect("a number") / 1024.0
}
