//! What is spent while nobody does anything, and memory.

use std::time::{Duration, Instant};

use mop::runbook::shipped;

use crate::Bench;
use crate::gate::{Gates, ms};
use crate::session::{QUIET, Session};
use crate::site::Site;

/// How long nobody does anything.
const SECONDS: u32 = 5;

pub fn measure(bench: &Bench, gates: &mut Gates) {
    let mut session = bench.small.open();
    session.listen(Instant::now(), QUIET * 5);
    let (ran, slept) = session.usage();
    let begun = Instant::now();
    let mut bytes = 0;
    while begun.elapsed() < Duration::from_secs(SECONDS.into()) {
        bytes += session.listen(begun, QUIET).bytes;
    }
    let (ran_after, slept_after) = session.usage();
    let each = f64::from(SECONDS);
    gates.hold("idle, bytes a second", (bytes as f64 / each, 40.0, "B"), "");
    let woken = (slept_after - slept) as f64 / each;
    gates.hold("idle, wake-ups a second", (woken, 1.0 + 1.0 / each, ""), "one that lies on the border is counted");
    gates.hold("idle, processor time a second", (ms(ran_after - ran) / each, 2.0, "ms"), "");
    session.quit();
    memory(bench, gates);
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
