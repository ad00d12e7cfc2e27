//! From the start to the first useful frame.

use std::hint::black_box;
use std::time::{Duration, Instant};

use crate::Bench;
use crate::gate::{Gates, median, ms, ratio};
use crate::session::Session;
use crate::site::{Site, book};

/// How often each is started.
const ROUNDS: usize = 15;

pub fn measure(bench: &Bench, gates: &mut Gates) {
    let long = Site::with(&book(100), 500);
    let text = book(10_000);
    let (mut bare, mut resumed, mut large, mut untyped) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        bare.push(started_bare(bench));
        resumed.push(started(&long));
        large.push(started(&bench.large));
        untyped.push(timed(|| read_untyped(&text)));
    }
    let (bare, resumed, large, untyped) = (median(&bare), median(&resumed), median(&large), median(&untyped));
    let about = format!("{:.1} ms, the bare program {:.1} ms", ms(resumed), ms(bare));
    gates.hold("start, a run with 500 records", (ratio(resumed, bare), 2.0, "x"), &about);
    let about = format!("{:.1} ms, its YAML into untyped values {:.1} ms", ms(large), ms(untyped));
    gates.hold("start, a runbook of 10,000 steps", (ratio(large, untyped), 1.5, "x"), &about);
}

fn started_bare(bench: &Bench) -> Duration {
    let mut session = Session::start(bench.bare.command(100));
    let shown = session.until("1.1 ");
    let time = shown - session.started;
    session.quit();
    time
}

/// From the start, by somebody who says who he is, to the checklist.
fn started(site: &Site) -> Duration {
    let mut session = Session::start(site.command_as_somebody());
    let shown = session.until("1.1 ");
    let time = shown - session.started;
    session.until("recorded");
    session.quit();
    time
}

fn timed(work: impl FnOnce() -> bool) -> Duration {
    let begun = Instant::now();
    assert!(black_box(work()), "what is measured has to work");
    begun.elapsed()
}

fn read_untyped(text: &str) -> bool {
    let budget =
        serde_saphyr::budget! { max_nodes: 10_000_000, max_events: 20_000_000, max_total_scalar_bytes: 256 << 20 };
    let options = serde_saphyr::options! { budget: budget };
    serde_saphyr::from_str_with_options::<serde_json::Value>(text, options).is_ok()
}
