//! Bytes: what a start, a moved selection and a scrolled row take. They are the same each time.

use std::time::Instant;

use crate::Bench;
use crate::gate::Gates;
use crate::session::{Answer, QUIET, ROWS, Session, avoid_clock};

/// How often each key is pressed.
const PRESSES: usize = 12;

pub fn measure(bench: &Bench, gates: &mut Gates) {
    start(bench, gates);
    let zoomed = (&mut bench.small.open_zoomed(), "zoomed");
    let all = (&mut bench.small.open(), "all panes");
    let bare = most(&press(&mut bench.bare.open(100)));
    for (session, name) in [zoomed, all] {
        // The first steps differ in what can be done, which the footer says; the others do not.
        let first = most(&press(session));
        let moves = press(session);
        to_the_end(session);
        let scrolls = press(session);
        let (name_move, name_scroll) = (format!("move, {name}"), format!("scroll, {name}"));
        if name == "zoomed" {
            gates.hold(
                &name_move,
                (most(&moves), 40.0, "B"),
                &format!("with the footer {first} B; the bare program {bare} B"),
            );
            gates.hold(&name_scroll, (most(&scrolls), 200.0, "B"), "");
        } else {
            hold_by_cell(gates, &name_move, (&moves, 24.0));
            hold_by_cell(gates, &name_scroll, (&scrolls, 60.0));
        }
        still(session, name, gates);
    }
}

/// Presses a key that changes nothing.
fn still(session: &mut Session, name: &str, gates: &mut Gates) {
    session.answer("G", QUIET * 3);
    let press = |_| {
        avoid_clock();
        session.answer("j", QUIET).bytes
    };
    // The clock may come in between once, on a machine that is busy.
    let bytes = (0..3).map(press).min().unwrap_or_default();
    gates.hold(&format!("a frame that changes nothing, {name}"), (bytes as f64, 0.0, "B"), "");
}

fn press(session: &mut Session) -> Vec<Answer> {
    let press = |_| {
        avoid_clock();
        session.answer("j", QUIET)
    };
    (0..PRESSES).map(press).collect()
}

/// Goes to where every further step scrolls.
fn to_the_end(session: &mut Session) {
    session.press(&"j".repeat(usize::from(ROWS)));
    session.listen(Instant::now(), QUIET * 2);
}

fn most(answers: &[Answer]) -> f64 {
    answers.iter().map(|answer| answer.bytes).max().unwrap_or_default() as f64
}

/// Holds each answer against 1.6 bytes for each changed cell and a little more.
fn hold_by_cell(gates: &mut Gates, name: &str, (answers, more): (&[Answer], f64)) {
    let over = |answer: &&Answer| (answer.bytes as f64 - more) / answer.changed.max(1) as f64;
    let worst = answers.iter().max_by(|one, other| over(one).total_cmp(&over(other))).expect("an answer");
    let about = format!("{} B, {} changed cells, {more} B for free", worst.bytes, worst.changed);
    gates.hold(name, (over(&worst), 1.6, "B/c"), &about);
}

/// Compares what was written up to the first useful screen.
fn start(bench: &Bench, gates: &mut Gates) {
    let bare = bench.bare.open(100).raw.len();
    let mut session = Session::start(bench.small.command());
    session.until("Your name");
    session.listen(Instant::now(), QUIET);
    let asked = session.raw.len();
    session.press("Ada");
    session.listen(Instant::now(), QUIET * 2);
    let before = session.raw.len();
    avoid_clock();
    session.press("\r");
    session.until("Checklist");
    let list = session.raw.len() - before;
    let about = format!("mop {asked} B for the question and {list} B for the checklist, bare {bare} B");
    gates.hold("start to the first screen", (asked as f64 / bare as f64, 1.0, "x"), &about);
    gates.hold("start to the checklist", (list as f64 / bare as f64, 1.0, "x"), &about);
    let questions =
        ["\x1b[6n", "\x1b[c", "\x1b[0c", "\x1b[>c", "\x1b[?u", "\x1b]10;?", "\x1b]11;?", "\x1b[5n", "$p", "\x1b[>q"];
    let text = String::from_utf8_lossy(&session.raw);
    let asked = questions.iter().filter(|question| text.contains(**question)).count();
    gates.hold("questions to the terminal", (asked as f64, 0.0, ""), "");
}
