//! What is spent while nobody does anything, and memory.

use std::fs;
use std::time::Duration;

use mop::runbook::shipped;
use portable_pty::CommandBuilder;
use tempfile::TempDir;

use crate::Bench;
use crate::gate::{Gates, ms};
use crate::load::serve;
use crate::session::{QUIET, Session, avoid_minute};
use crate::site::{Site, terminal};

/// How long nobody does anything.
const SECONDS: u32 = 5;
/// How long nobody does anything while no minute turns.
const STILL: u32 = 10;
/// How long probes are watched: four times around.
const WATCHED: u32 = 20;

pub fn measure(bench: &Bench, gates: &mut Gates) {
    let mut session = bench.small.open();
    session.rest(QUIET * 5);
    let Spent { bytes, woken, ran } = spent(&mut session, SECONDS);
    gates.hold("idle, bytes a second", (bytes, 40.0, "B"), "");
    let most = 1.0 + 1.0 / f64::from(SECONDS);
    gates.hold("idle, wake-ups a second", (woken, most, ""), "one that lies on the border is counted");
    gates.hold("idle, processor time a second", (ran, 2.0, "ms"), "");
    session.quit();
    in_minutes(bench, gates);
    watching(gates);
    memory(bench, gates);
}

/// With a clock in minutes and no probes nothing is sent, and nobody wakes, between two minutes.
fn in_minutes(bench: &Bench, gates: &mut Gates) {
    let mut session = bench.small.open_in_minutes();
    session.rest(QUIET * 5);
    avoid_minute(u64::from(STILL) + 2);
    // What came while it was waited for that is no part of it, nor what was done for it.
    session.rest(QUIET);
    let Spent { bytes, woken, .. } = spent(&mut session, STILL);
    gates.hold("a clock in minutes, bytes a second", (bytes, 0.0, "B"), "");
    gates.hold("a clock in minutes, wake-ups a second", (woken, 0.0, ""), "");
    session.quit();
}

/// Is what was spent in a second.
struct Spent {
    bytes: f64,
    woken: f64,
    /// In milliseconds.
    ran: f64,
}

fn spent(session: &mut Session, seconds: u32) -> Spent {
    let (ran, slept) = session.usage();
    let begun = session.raw.len();
    session.rest(Duration::from_secs(seconds.into()));
    let (ran_after, slept_after) = session.usage();
    let each = |figure: f64| figure / f64::from(seconds);
    Spent {
        bytes: each((session.raw.len() - begun) as f64),
        woken: each((slept_after - slept) as f64),
        ran: each(ms(ran_after - ran)),
    }
}

/// Eight probes of all kinds but commands, whose programs are not its own, each once in five seconds.
fn watching(gates: &mut Gates) {
    let folder = TempDir::new().expect("a folder");
    let book = folder.path().join("watch.yaml");
    let port = serve();
    fs::write(folder.path().join("log"), "ready\n").expect("a log");
    let list = "every: 5s, for_each: { n: [1, 2] }";
    let text = format!(
        "mop: 1\ntitle: Watch\nstatus:\n  connect: {{ tcp: \"127.0.0.1:{port}\", {list} }}\n  \
         room: {{ disk: /, {list}, title: \"room {{{{ n }}}}\" }}\n  log: {{ tail: \"{}/log\", {list}, title: \"log {{{{ n }}}}\" }}\n  \
         web: {{ http: \"http://127.0.0.1:{port}/{{{{ n }}}}\", {list} }}\nactivities:\n  - title: One\n    steps: [Look]\n",
        folder.path().display()
    );
    fs::write(&book, text).expect("a runbook");
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_mop"));
    command.args(["run".as_ref(), book.as_os_str()]);
    command.env("MOP_STATE", folder.path());
    let mut session = Session::start(terminal(command));
    session.until("Your name");
    session.press("Ada\r");
    session.until("begin the run");
    session.press("y");
    session.until("all ok");
    session.rest(Duration::from_secs(7));
    let Spent { bytes, woken, ran } = spent(&mut session, WATCHED);
    gates.hold("8 probes at 5 s, bytes a second", (bytes, 40.0, "B"), "");
    gates.hold("8 probes at 5 s, processor time a second", (ran, 2.0, "ms"), &format!("{woken:.1} wake-ups"));
    session.quit();
}

fn memory(bench: &Bench, gates: &mut Gates) {
    let peak = |mut session: Session| {
        session.answer(&"j".repeat(50), QUIET * 2);
        let peak = session.memory("VmHWM:") as f64 / 1024.0;
        session.quit();
        peak
    };
    let book = shipped::ALL.iter().max_by_key(|book| book.text.len()).expect("a shipped runbook");
    let bare = peak(bench.bare.open(100));
    let about = format!("{}, the bare program {bare:.1}M", book.id);
    gates.hold("peak memory, largest shipped runbook", (peak(Site::shipped(book.id).open()), 12.0, "M"), &about);
    gates.hold("peak memory, 10,000 steps", (peak(bench.large.open()), 32.0, "M"), "");
}
