//! Looking at a long run afterwards: from the start to the first frame, and from a key to another record.
//!
//! The first is held against `mop verify` on the same run, started in turns. Records are gone to one by one, by
//! pages, and from one end to the other, which is the farthest that a key goes.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use portable_pty::CommandBuilder;

use crate::Bench;
use crate::gate::{Gates, median, ms, percentile, ratio};
use crate::session::{QUIET, Session, avoid_clock};
use crate::site::{Site, book, terminal};

/// How many records the run has.
const RECORDS: usize = 20_000;
/// How often each is started.
const ROUNDS: usize = 9;
/// How often each key is pressed.
const PRESSES: usize = 50;
/// The silence that ends an answer.
const SHORT: Duration = Duration::from_millis(25);

pub fn measure(_: &Bench, gates: &mut Gates) {
    let site = Site::with(&book(1_000), RECORDS);
    let (mut opened, mut verified) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        opened.push(first_frame(&site));
        verified.push(verify(&site));
    }
    let (opened, verified) = (median(&opened), median(&verified));
    let about = format!("{:.1} ms, mop verify {:.1} ms", ms(opened), ms(verified));
    gates.hold("review of 20,000 records, first frame", (ratio(opened, verified), 2.0, "x"), &about);
    let times = scrubbed(&site);
    let about = format!("{} keys, p50 {:.2} ms", times.len(), ms(median(&times)));
    gates.hold("from record to record, p99", (ms(percentile(&times, 99)), 16.0, "ms"), &about);
}

fn command(site: &Site) -> CommandBuilder {
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_mop"));
    command.args(["review", &site.run]);
    command.env("MOP_STATE", site.path());
    terminal(command)
}

fn first_frame(site: &Site) -> Duration {
    let mut session = Session::start(command(site));
    let shown = session.until("1.1 ");
    let time = shown - session.started;
    session.quit();
    time
}

fn verify(site: &Site) -> Duration {
    let begun = Instant::now();
    let mut verify = Command::new(env!("CARGO_BIN_EXE_mop"));
    verify.args(["verify", &site.run]).env("MOP_STATE", site.path()).stdout(Stdio::null()).stderr(Stdio::null());
    verify.status().expect("mop verify runs");
    begun.elapsed()
}

/// Goes to records, and gives how long each took until it was on the screen.
fn scrubbed(site: &Site) -> Vec<Duration> {
    let mut session = Session::start(command(site));
    session.until("unsealed");
    session.listen(Instant::now(), QUIET * 2);
    let mut times = Vec::new();
    for key in ["[", "\x1b[6~", "]", "\x1b[5~", "G"] {
        for press in 0..PRESSES {
            avoid_clock();
            // From one end to the other and back.
            let key = if key == "G" && press % 2 == 1 { "g" } else { key };
            let pressed = session.press(key);
            times.extend(session.hear(pressed, SHORT).last);
        }
    }
    session.quit();
    assert!(times.len() > 4 * PRESSES, "keys are answered: {}", times.len());
    times
}
