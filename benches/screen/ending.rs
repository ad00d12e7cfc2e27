//! Many sizes one after the other, and a terminal that is closed.

use std::io::Read;
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use crate::Bench;
use crate::gate::{Gates, median, ms};
use crate::session::{COLUMNS, QUIET, ROWS, Session, spawn};

/// How often the size changes, and how soon.
const SIZES: u16 = 100;
const SOON: Duration = Duration::from_millis(5);
/// How often a terminal is closed.
const CLOSED: usize = 9;

pub fn measure(bench: &Bench, gates: &mut Gates) {
    let (mut bare, mut ours) = (bench.bare.open(100), bench.small.open());
    let (their_bytes, _) = storm(&mut bare);
    let before = rows(&ours);
    let (bytes, settled) = storm(&mut ours);
    let about = format!("{bytes} B, the bare program {their_bytes} B");
    gates.hold("100 sizes", (bytes as f64 / their_bytes as f64, 0.3, "x"), &about);
    gates.hold("right after the last size", (ms(settled), 50.0, "ms"), "");
    assert_eq!(rows(&ours), before, "the screen is as it was");
    ours.quit();
    bare.quit();
    let times: Vec<_> = (0..CLOSED).map(|_| closed(bench)).collect();
    gates.hold("gone after the terminal was closed", (ms(median(&times)), 50.0, "ms"), "");
}

/// Gives what is on the screen but for the first row, which has a clock.
fn rows(session: &Session) -> String {
    session.text().lines().skip(1).map(|line| line.to_owned() + "\n").collect()
}

/// Changes the size again and again, and back; gives the bytes, and how long the last frame took.
fn storm(session: &mut Session) -> (usize, Duration) {
    let mut bytes = 0;
    for change in 0..SIZES {
        session.resize(COLUMNS - 1 - change % 7, ROWS - 1 - change % 5);
        bytes += session.listen(Instant::now(), SOON).bytes;
    }
    session.look_anew();
    session.resize(COLUMNS, ROWS);
    let last = Instant::now();
    let answer = session.listen(last, QUIET * 3);
    let frame = answer.pieces.iter().filter(|(_, bytes)| *bytes > 200).map(|(at, _)| *at).max();
    (bytes + answer.bytes, frame.expect("a frame of the last size"))
}

/// Closes the terminal under the program, and says how long that took to end it.
fn closed(bench: &Bench) -> Duration {
    let (mut child, master, _) = spawn(bench.small.command());
    let mut reader = master.try_clone_reader().expect("its output");
    let mut seen = String::new();
    while !seen.contains("Your name") {
        let mut bytes = [0; 4096];
        let read = reader.read(&mut bytes).expect("output");
        seen += &String::from_utf8_lossy(&bytes[..read]);
    }
    let (sender, ended) = channel();
    let closed = Instant::now();
    drop((master, reader));
    std::thread::spawn(move || {
        let _ = child.wait();
        let _ = sender.send(Instant::now());
    });
    ended.recv_timeout(Duration::from_secs(10)).expect("it ends") - closed
}
