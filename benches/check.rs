//! How long `mop check` takes, and how much memory, held against reading the same YAML into untyped values.
//!
//! `cargo bench --bench check` prints one ratio a line, measured in turns in one run: a runbook of 10,000
//! steps and about 3 MB is checked, and read by `serde-saphyr` into untyped values. The plan of it is laid
//! out with 1,000, 10,000 and 100,000 items, to show that the time an item takes does not grow.
#![expect(
    clippy::print_stdout,
    clippy::expect_used,
    reason = "a benchmark prints its figures, and fails when it cannot measure"
)]

use std::fmt::Write;
use std::hint::black_box;
use std::process::Command;
use std::time::{Duration, Instant};

use mop::runbook::plan::{Values, plan};
use mop::runbook::{Loaded, NoLibrary, load};

/// How often each thing is measured.
const ROUNDS: usize = 15;

fn main() {
    if let Some(file) = std::env::args().skip_while(|arg| arg != "--memory").nth(1) {
        return report_memory(&file);
    }
    let text = runbook(10_000);
    println!("a runbook of 10,000 steps, {:.1} MB", text.len() as f64 / 1e6);
    check_against_untyped(&text);
    memory(&text);
    plan_growth();
}

fn check_against_untyped(text: &str) {
    let (mut ours, mut untyped) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        ours.push(timed(|| black_box(loaded(text)).runbook.is_some()));
        untyped.push(timed(|| black_box(read_untyped(text))));
    }
    let (ours, untyped) = (median(&mut ours), median(&mut untyped));
    println!("check {ours:.1?}, untyped {untyped:.1?}: ratio {:.2} (gate 3.00)", ratio(ours, untyped));
}

fn read_untyped(text: &str) -> bool {
    let budget =
        serde_saphyr::budget! { max_nodes: 10_000_000, max_events: 20_000_000, max_total_scalar_bytes: 256 << 20 };
    let options = serde_saphyr::options! { budget: budget };
    serde_saphyr::from_str_with_options::<serde_json::Value>(text, options).is_ok()
}

/// Measures the most memory a process of its own needs for the check, less what it needs for nothing.
fn memory(text: &str) {
    let folder = tempfile::tempdir().expect("a folder for the measured file");
    let file = folder.path().join("large.yaml");
    std::fs::write(&file, text).expect("the measured file is written");
    let program = std::env::current_exe().expect("this program has a path");
    let measured = |file: &str| -> f64 {
        let output = Command::new(&program).args(["--memory", file]).output().expect("the measuring process runs");
        String::from_utf8_lossy(&output.stdout).trim().parse().expect("the measuring process prints a number")
    };
    let (whole, base) = (measured(&file.display().to_string()), measured(""));
    let size = text.len() as f64 / 1024.0;
    println!(
        "peak memory {:.1} MiB: {:.1} x the file, {:.1} x less the bare process (gate 12.0)",
        whole / 1024.0,
        whole / size,
        (whole - base) / size
    );
}

fn report_memory(file: &str) {
    if let Ok(bytes) = std::fs::read(file) {
        assert!(load("large.yaml", bytes, &NoLibrary).runbook.is_some());
    }
    let status = std::fs::read_to_string("/proc/self/status").expect("the system tells of this process");
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("the peak is told");
    println!("{}", peak.trim().trim_end_matches(" kB"));
}

fn plan_growth() {
    let sizes = [1_000, 10_000, 100_000];
    let runbooks = sizes.map(|steps| loaded(&looped(steps)).runbook.expect("the runbook has no mistakes"));
    let mut times = sizes.map(|_| Vec::new());
    for _ in 0..ROUNDS {
        for ((runbook, steps), times) in runbooks.iter().zip(sizes).zip(&mut times) {
            let mut values = Values::default();
            values.take_defaults(runbook);
            let laid_out = || plan(runbook, &values).expect("the plan is small enough").items.len() >= steps;
            times.push(timed(laid_out));
        }
    }
    let each =
        |at: usize, times: &mut [Vec<Duration>; 3]| median(&mut times[at]).as_secs_f64() * 1e9 / sizes[at] as f64;
    let base = each(0, &mut times);
    for (at, steps) in sizes.into_iter().enumerate() {
        let each = each(at, &mut times);
        println!("plan of {steps} items: {each:.0} ns an item, ratio {:.2} to the smallest", each / base);
    }
}

fn loaded(text: &str) -> Loaded {
    load("large.yaml", text.as_bytes().to_vec(), &NoLibrary)
}

fn timed(work: impl FnOnce() -> bool) -> Duration {
    let start = Instant::now();
    let good = work();
    let time = start.elapsed();
    assert!(good, "what is measured has to work");
    time
}

fn median(times: &mut [Duration]) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

fn ratio(one: Duration, other: Duration) -> f64 {
    one.as_secs_f64() / other.as_secs_f64()
}

const HEAD: &str = "mop: 1
title: A large procedure for {{ site }}
roles: { lead: Acts, witness: Watches }
inputs:
  site: { ask: Which site, type: host, default: site.example }
  target: { ask: Which version, type: version, default: \"10.2.5\" }
  big: { ask: Is it large, type: bool, default: true }
status:
  home: { http: \"https://{{ site }}/\", expect: { status: 200, within: 2s } }
back_out: { title: Go back, steps: [Put everything back] }
activities:
";

/// Makes a runbook with steps of every common kind, about 300 bytes each.
fn runbook(steps: usize) -> String {
    let mut text = HEAD.to_owned();
    for step in 0..steps {
        if step % 50 == 0 {
            let activity = step / 50;
            write!(text, "  - id: activity-{activity}\n    title: Work on part {activity}\n    estimate: {{ from: 20m, to: 40m, because: [the size of the part] }}\n    steps:\n").expect("memory");
        }
        text.push_str(&one_step(step));
    }
    text
}

fn one_step(n: usize) -> String {
    let about = "Look at the console of the server and compare what it says with the sheet that was printed before the work began.";
    match n % 5 {
        0 => format!(
            "      - id: s{n}\n        title: Confirm that server {n} of {{{{ site }}}} is drained\n        text: {about}\n        note: Connections that are open stay open for up to ten minutes after the server is drained.\n"
        ),
        1 => format!(
            "      - id: s{n}\n        title: Install the package on server {n}\n        warning: The service on this server stops while the package is installed.\n        run: {{ command: 'upgradectl install --server {n} --version {{{{ target }}}} \"{{{{ site }}}}\"', timeout: 10m, expect: {{ exit: 0, stdout: {{ contains: accepted }} }} }}\n        sign: [lead, witness]\n"
        ),
        2 => format!(
            "      - id: s{n}\n        title: The home page answers after server {n}\n        text: {about} The page has to answer within two seconds for a whole minute.\n        check: home\n        wait: {{ at_most: 15m, steady: 1m }}\n        when: big and target >= \"10.0\"\n"
        ),
        3 => format!(
            "      - id: s{n}\n        title: Did server {n} report errors?\n        choose:\n          - {{ id: none, title: \"No\", recommended: true }}\n          - {{ id: solved, title: \"Yes, and they are resolved\", record: {{ cause_{n}: {{ ask: What was the cause }} }} }}\n          - {{ id: back, title: Put the old version back, then: back_out }}\n"
        ),
        _ => format!(
            "      - Write the state of server {n} into the sheet, and say in the channel of {{{{ site }}}} that the server is done\n"
        ),
    }
}

/// Makes a runbook whose loops grow to so many items.
fn looped(items: usize) -> String {
    let rounds: Vec<String> = (0..items / 10).map(|n| format!("host{n}")).collect();
    let mut text = format!(
        "mop: 1\ntitle: Loops\ninputs:\n  hosts: {{ ask: Hosts, type: host, list: true, default: [{}] }}\nactivities:\n  - title: Work on {{{{ host }}}}\n    estimate: 1m\n    for_each: {{ host: hosts }}\n    steps:\n",
        rounds.join(", ")
    );
    for step in 0..9 {
        writeln!(text, "      - {{ id: s{step}, title: \"Step {step} on {{{{ host }}}}\", when: host != \"none\" }}")
            .expect("memory");
    }
    text
}
