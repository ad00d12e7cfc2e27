//! A slow link: 100 kbit/s each way and 150 ms there and back, as an SSH connection over it would be.
//!
//! Keys reach the program as late as they would, and what it writes is taken to arrive as late as it
//! would, packet by packet. The program writes far less than what a sender would hold back for.

use std::time::{Duration, Instant};

use crate::Bench;
use crate::gate::{Gates, ms};
use crate::session::{Answer, QUIET, ROWS, Session, avoid_clock};

const BITS_A_SECOND: f64 = 100_000.0;
const ONE_WAY: Duration = Duration::from_millis(75);
/// The most that a packet holds, and what it costs beside that.
const PACKET: usize = 1_400;
const OVERHEAD: usize = 92;
/// How often a key that is held comes.
const REPEAT: Duration = Duration::from_millis(33);
const PRESSES: u32 = 30;

pub fn measure(bench: &Bench, gates: &mut Gates) {
    let mut session = bench.small.open();
    let moved = (0..6).map(|_| key(&mut session)).max().unwrap_or_default();
    gates.hold("link, a key, all panes", (ms(moved), 200.0, "ms"), "100 kbit/s, 150 ms");
    session.quit();
    let mut zoomed = bench.small.open_zoomed();
    zoomed.press(&"j".repeat(usize::from(ROWS)));
    zoomed.listen(Instant::now(), QUIET * 2);
    let lag = held(&mut zoomed);
    zoomed.quit();
    let mut bare = bench.bare.open(100);
    bare.press(&"j".repeat(usize::from(ROWS)));
    bare.listen(Instant::now(), QUIET * 2);
    let about = format!("the bare program {:.0} ms", ms(held(&mut bare)));
    gates.hold("link, a held key that scrolls, zoomed", (ms(lag), 350.0, "ms"), &about);
    bare.quit();
}

/// Presses one key, and says when its effect is seen.
fn key(session: &mut Session) -> Duration {
    avoid_clock();
    let answer = session.answer("j", QUIET);
    up() + arrivals(&answer).unwrap_or_default()
}

/// Holds a key down, and says how long after it was let go the last of its effect is seen.
fn held(session: &mut Session) -> Duration {
    // It ends as long after a second began as it begins, and so does what is listened to behind it.
    avoid_clock();
    let begun = Instant::now();
    let mut answer = Answer::default();
    for press in 1..=PRESSES {
        session.press("j");
        let more = session.listen(begun, (REPEAT * press).saturating_sub(begun.elapsed()));
        answer.pieces.extend(more.pieces);
    }
    let released = REPEAT * (PRESSES - 1);
    answer.pieces.extend(session.listen(begun, QUIET * 2).pieces);
    (up() + arrivals(&answer).unwrap_or_default()).saturating_sub(released)
}

/// Is how long a key is on its way.
fn up() -> Duration {
    ONE_WAY + wire(1)
}

/// Says when the last piece arrives, each going out when those before it have gone.
fn arrivals(answer: &Answer) -> Option<Duration> {
    let mut free = Duration::ZERO;
    for (at, bytes) in &answer.pieces {
        free = free.max(*at) + wire(*bytes);
    }
    (!answer.pieces.is_empty()).then(|| free + ONE_WAY)
}

fn wire(bytes: usize) -> Duration {
    let all = bytes + OVERHEAD * bytes.div_ceil(PACKET);
    Duration::from_secs_f64(all as f64 * 8.0 / BITS_A_SECOND)
}
