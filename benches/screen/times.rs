//! From a key to the frame that answers it, one key at a time, many at once, and with a signature between.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::Bench;
use crate::gate::{Gates, median, ms, percentile, ratio};
use crate::session::{QUIET, Session, avoid_clock};
use crate::site::{Site, book};

/// How often a key is pressed in each program.
const PRESSES: usize = 200;
/// How many signatures are made.
const SIGNED: usize = 25;
/// How often many keys are pressed at once.
const BURSTS: usize = 10;
/// How many keys those are.
const BURST: usize = 40;
/// The silence that ends an answer here: shorter than a person presses keys.
const SHORT: Duration = Duration::from_millis(25);

pub fn measure(bench: &Bench, gates: &mut Gates) {
    let (mut bare, mut small) = (bench.bare.open(100), bench.small.open());
    let mut large = bench.large.open();
    let [theirs, ours, long] = keys([&mut bare, &mut small, &mut large]);
    let about = format!("{:.2} ms, the bare program {:.2} ms", ms(median(&ours)), ms(median(&theirs)));
    gates.hold("key to frame, p50", (ratio(median(&ours), median(&theirs)), 1.2, "x"), &about);
    let (our_99, their_99) = (percentile(&ours, 99), percentile(&theirs, 99));
    let about = format!("{:.2} ms, the bare program {:.2} ms", ms(our_99), ms(their_99));
    gates.hold("key to frame, p99", (ratio(our_99, their_99), 2.0, "x"), &about);
    let about = format!("{:.2} ms, with 100 {:.2} ms", ms(median(&long)), ms(median(&ours)));
    gates.hold("key to frame, 10,000 steps to 100", (ratio(median(&long), median(&ours)), 1.2, "x"), &about);
    large.quit();
    bursts(&mut bare, &mut small, gates);
    bare.quit();
    small.quit();
    signatures(median(&ours), gates);
}

/// Presses keys in turns, up and down inside the page.
fn keys(mut sessions: [&mut Session; 3]) -> [Vec<Duration>; 3] {
    let mut times = [const { Vec::new() }; 3];
    for press in 0..PRESSES {
        for (session, times) in sessions.iter_mut().zip(&mut times) {
            avoid_clock();
            let key = if press % 2 == 0 { "j" } else { "k" };
            let pressed = session.press(key);
            let answer = session.hear(pressed, SHORT);
            times.extend(answer.last);
        }
    }
    assert!(times.iter().all(|times| times.len() == PRESSES), "every key is answered");
    times
}

/// Presses many keys at once, and makes sure that none is lost.
fn bursts(bare: &mut Session, small: &mut Session, gates: &mut Gates) {
    let mut times = [const { Vec::new() }; 2];
    for burst in 0..BURSTS {
        let key = if burst % 2 == 0 { "j" } else { "k" };
        for (session, times) in [&mut *bare, &mut *small].into_iter().zip(&mut times) {
            avoid_clock();
            let pressed = session.press(&key.repeat(BURST));
            times.extend(session.hear(pressed, QUIET * 2).last);
            // What is pressed goes as many steps as there were keys; the activity has a line of its own.
            let at = if burst % 2 == 0 { BURST + 1 } else { 1 };
            let lines = [format!("1.{at} "), format!("1.{} ", at - 1), "1 Restart everything".to_owned()];
            let selected = session.selected();
            assert!(lines.iter().any(|line| selected.contains(line)), "{selected} is selected, not {at}");
        }
    }
    let [theirs, ours] = times.map(|times| median(&times));
    let about = format!("{:.2} ms, the bare program {:.2} ms", ms(ours), ms(theirs));
    gates.hold("40 keys at once", (ratio(ours, theirs), 0.3, "x"), &about);
}

/// Signs steps, and compares with a key and one sync of the same disk, made in turns.
fn signatures(key: Duration, gates: &mut Gates) {
    let site = Site::with(&book(100), 3);
    let mut session = site.open();
    session.press(".");
    session.listen(Instant::now(), QUIET);
    let (mut signed, mut synced) = (Vec::new(), Vec::new());
    let mut file = File::create(site.path().join("sync")).expect("a file");
    for record in 0..SIGNED {
        session.press("s");
        session.until("y sign it");
        session.listen(Instant::now(), SHORT);
        avoid_clock();
        let pressed = session.press("y");
        // As it was read: looking at the screen of the emulator is not the program's.
        signed.push(session.until("receipt") - pressed);
        session.listen(Instant::now(), SHORT);
        synced.push(sync(&mut file, record));
    }
    session.quit();
    let (signed, synced) = (median(&signed), median(&synced));
    let most = key + synced.mul_f64(1.5);
    let about = format!("{:.2} ms; a key {:.2} ms, a sync {:.2} ms", ms(signed), ms(key), ms(synced));
    gates.hold("a step signed, to key and 1.5 syncs", (ratio(signed, most), 1.0, "x"), &about);
    assert!(Path::new(&site.path().join("runs")).exists(), "it was recorded");
}

fn sync(file: &mut File, record: usize) -> Duration {
    let line = format!("{record:0>600}\n");
    let begun = Instant::now();
    file.write_all(line.as_bytes()).and_then(|()| file.sync_data()).expect("a sync");
    begun.elapsed()
}
