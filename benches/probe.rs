//! What watching costs: a hundred probes once a second, and a command that prints fifty megabytes a second.
//!
//! `cargo bench --bench probe` prints the share of one core that this program itself takes (its children are
//! counted apart), and its memory. The probes are forty connections, twenty commands, twenty looks at a disk,
//! ten logs and ten questions to a web server on this machine.
#![expect(
    clippy::print_stdout,
    clippy::expect_used,
    reason = "a benchmark prints its figures, and fails when it cannot measure"
)]

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use mop::exec::command::{Line, Order, Secret};
use mop::exec::http::Trust;
use mop::exec::probe::{Ask, HttpAsk, News, Target, Wanted, Watched, Watcher};
use mop::journal::MachineClock;
use mop::text::Shown;
use mop::time::Length;

/// How long is measured, after everything has begun.
const MEASURED: Duration = Duration::from_secs(20);
/// How long everything may take to begin.
const WARM: Duration = Duration::from_secs(3);
/// How much the loud command prints at once, and how often: 50 MB/s.
const LOUD: &str = "while :; do head -c 5000000 /dev/zero; sleep 0.1; done";

fn main() {
    let folder = tempfile::tempdir().expect("a folder for logs");
    let quiet = hundred(folder.path());
    figure("nothing to watch", Vec::new());
    figure("100 probes at 1 s", quiet.clone());
    figure("100 probes at 1 s and 50 MB/s", quiet.into_iter().chain([loud()]).collect());
}

/// Watches for a while and prints what that took.
fn figure(name: &str, probes: Vec<Watched>) {
    let watcher = Watcher::start(Arc::new(MachineClock), Box::new(|| {})).expect("a thread");
    watcher.watch(probes);
    readings(&watcher, WARM);
    let (begun, own, children) = (Instant::now(), cpu("self"), cpu("children"));
    let (seen, changes) = readings(&watcher, MEASURED);
    let took = begun.elapsed().as_secs_f64();
    let share = |before: f64, after: f64| (after - before) * 100.0 / took;
    let (own, children) = (share(own, cpu("self")), share(children, cpu("children")));
    println!(
        "{name}: {own:.1} % of one core (gate 15), children {children:.1} %, {:.1} MiB, {:.0} readings/s, {changes} changes",
        memory(),
        seen as f64 / took
    );
    watcher.stop();
}

fn readings(watcher: &Watcher, time: Duration) -> (u64, u64) {
    let end = Instant::now() + time;
    let (mut seen, mut changes) = (0, 0);
    while Instant::now() < end {
        if let Some(News::Seen(news)) = watcher.wait(end.saturating_duration_since(Instant::now())) {
            seen += 1 + u64::from(news.skipped);
            changes += u64::from(news.changed.is_some());
        }
    }
    (seen, changes)
}

fn hundred(folder: &Path) -> Vec<Watched> {
    let port = serve();
    let tcp = (0..40).map(|_| Ask::Tcp { host: "127.0.0.1".to_owned(), port });
    let run = (0..20).map(|number| words(&["echo", &number.to_string()]));
    let disk = (0..20).map(|_| Ask::Disk("/".into()));
    let tail = (0..10).map(|number| {
        let file = folder.join(format!("{number}.log"));
        fs::write(&file, "ready\n".repeat(1000)).expect("a log");
        Ask::Tail { file, host: None, alert: None }
    });
    let http = (0..10).map(|_| web(port));
    let all = tcp.chain(run).chain(disk).chain(tail).chain(http);
    all.enumerate().map(|(at, ask)| watched(&format!("probe{at}"), ask)).collect()
}

fn words(words: &[&str]) -> Ask {
    Ask::Run(Box::new(Order::new(Line::Words(words.iter().map(|&word| word.to_owned()).collect()))))
}

fn loud() -> Watched {
    let probe = watched("loud", Ask::Run(Box::new(Order::new(Line::Shell(LOUD.to_owned())))));
    Watched { timeout: Length::seconds(600), ..probe }
}

fn web(port: u16) -> Ask {
    let url = Secret::new(format!("http://127.0.0.1:{port}/"));
    let (method, headers, body) = ("GET".to_owned(), Vec::new(), None);
    Ask::Http(Box::new(HttpAsk { url, method, headers, body, follow: true, trust: Trust::System }))
}

fn watched(id: &str, ask: Ask) -> Watched {
    let timeout = if id == "loud" { Length::seconds(600) } else { Length::seconds(5) };
    let target = Target::new((ask, Wanted::default()), timeout, &BTreeMap::new());
    Watched {
        id: Arc::from(id),
        title: Shown::line(id),
        pane: None,
        kind: "bench",
        every: Length::seconds(1),
        timeout,
        target: Ok(Arc::new(target)),
    }
}

/// Answers every question; its work is counted too, and is small.
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

/// Reads the seconds of processor time that this process, or those of its children that have ended, took.
fn cpu(whose: &str) -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").expect("the kernel tells");
    let fields: Vec<&str> = stat.rsplit(") ").next().expect("fields").split(' ').collect();
    let from = if whose == "self" { 11 } else { 13 };
    let ticks = |at: usize| fields.get(at).and_then(|field| field.parse::<f64>().ok()).expect("ticks");
    (ticks(from) + ticks(from + 1)) / 100.0
}

/// Reads how many MiB of memory this process has.
fn memory() -> f64 {
    let status = fs::read_to_string("/proc/self/status").expect("the kernel tells");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("a size");
    line.trim().trim_end_matches(" kB").parse::<f64>().expect("a number") / 1024.0
}
