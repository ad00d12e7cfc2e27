//! The whole program under load: a hundred probes once a second beside a command that prints fifty megabytes a second.
//!
//! Held is the share of one core that it takes with its supervisor (the command and the probes' programs are not
//! counted), its memory, and how long a key takes until what it changes is on the screen: all of the way, with the
//! terminal. The probes are forty connections, twenty commands, twenty looks at a disk, ten logs and ten questions to a
//! web server on this machine.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::path::Path;
use std::time::{Duration, Instant};

use portable_pty::CommandBuilder;
use tempfile::TempDir;

use crate::Bench;
use crate::gate::{Gates, ms, percentile};
use crate::session::Session;
use crate::site::terminal;

/// How long is measured, after everything has begun.
const MEASURED: Duration = Duration::from_secs(20);
/// How long everything may take to begin.
const WARM: Duration = Duration::from_secs(5);
/// How far apart keys are pressed.
const STRIDE: Duration = Duration::from_millis(90);

pub fn measure(_: &Bench, gates: &mut Gates) {
    for (name, is_loud) in [("100 probes at 1 s", false), ("100 probes, 50 MB/s", true)] {
        let Figures { share, beside, keys, memory } = under_load(is_loud);
        let about = format!("{share:.1} % and {beside:.1} % for the supervisor");
        gates.hold(&format!("{name}, share of one core"), (share + beside, 15.0, "%"), &about);
        let about = format!("{} keys, p50 {:.1} ms", keys.len(), ms(percentile(&keys, 50)));
        gates.hold(&format!("{name}, key to screen, p99"), (ms(percentile(&keys, 99)), 16.0, "ms"), &about);
        gates.hold(&format!("{name}, peak memory"), (memory, 64.0, "M"), "");
    }
}

/// Is what was measured.
struct Figures {
    share: f64,
    /// The share of the supervisor.
    beside: f64,
    /// How long each key took.
    keys: Vec<Duration>,
    /// In MiB.
    memory: f64,
}

fn under_load(is_loud: bool) -> Figures {
    let folder = TempDir::new().expect("a folder");
    let mut session = begin(folder.path(), is_loud);
    session.rest(WARM);
    let begun = Instant::now();
    let spent = |session: &Session| (session.usage().0.as_secs_f64(), cpu(&supervisors(folder.path())));
    let (before, mut keys) = (spent(&session), Vec::new());
    while begun.elapsed() < MEASURED {
        keys.push(move_selection(&mut session, keys.len() % 2 == 0));
        session.rest(STRIDE);
    }
    let (after, time) = (spent(&session), begun.elapsed().as_secs_f64());
    let memory = session.memory("VmHWM:") as f64 / 1024.0;
    session.quit();
    stop(folder.path());
    Figures { share: (after.0 - before.0) * 100.0 / time, beside: (after.1 - before.1) * 100.0 / time, keys, memory }
}

/// Starts the program, the run and, where it is to be loud, its command.
fn begin(folder: &Path, is_loud: bool) -> Session {
    let book = folder.join("load.yaml");
    fs::write(&book, runbook(folder, serve())).expect("a runbook");
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_mop"));
    command.args(["run".as_ref(), book.as_os_str()]);
    command.env("MOP_STATE", folder);
    let mut session = Session::start(terminal(command));
    session.until("Your name");
    session.press("Ada\r");
    session.until("begin the run");
    session.press("y");
    session.until("all ok");
    if is_loud {
        session.press("\r");
        session.until("Start 1.1");
        session.press("y");
        session.until("running for");
    }
    session
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

/// Moves the selection, and gives how long that took until it was on the screen.
fn move_selection(session: &mut Session, down: bool) -> Duration {
    let was = session.selected();
    let pressed = session.press(if down { "j" } else { "k" });
    let is_other = |session: &Session| !session.selected().is_empty() && session.selected() != was;
    session.until_so("other line selected", &is_other).saturating_duration_since(pressed)
}

/// Ends commands that go on without the program.
fn stop(folder: &Path) {
    for pid in supervisors(folder) {
        let pid = i32::try_from(pid).ok().and_then(rustix::process::Pid::from_raw);
        pid.map(|pid| rustix::process::kill_process(pid, rustix::process::Signal::TERM));
    }
}

/// Answers every question; its work is that of this process.
pub fn serve() -> u16 {
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
