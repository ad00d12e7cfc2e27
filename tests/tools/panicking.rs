//! The full screen with a fault in it: it panics when a run is to begin, in the middle of a turn.
//!
//! Chance is what fails: the first names are given, and asking for one more panics. The program itself
//! has no such key and no such switch.

#![expect(clippy::panic, reason = "this is what it is for")]

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::atomic::{AtomicU32, Ordering};

use mop::app::{App, Ending, Store, Surroundings};
use mop::runbook::{Loaded, NoLibrary, load};
use mop::ui::{Palette, Theme};

const BOOK: &str = "mop: 1\nid: small\ntitle: Small\nactivities: [{ title: One, estimate: 1m, steps: [Look] }]\n";

/// Names the session, and nothing after it.
fn failing() -> Option<[u8; 16]> {
    static ASKED: AtomicU32 = AtomicU32::new(0);
    match ASKED.fetch_add(1, Ordering::Relaxed) {
        0 => Some([7; 16]),
        _ => panic!("a fault that was put in for a test"),
    }
}

fn book(_: &std::path::Path) -> Result<Loaded, String> {
    Ok(load("small.yaml", BOOK.into(), &NoLibrary))
}

fn main() -> ExitCode {
    let Some(state) = std::env::var_os("MOP_STATE").map(PathBuf::from) else { return ExitCode::from(2) };
    let surroundings = Surroundings { chance: failing, ..Surroundings::machine() };
    let mut app = App::new(surroundings, Store::at(state), (book, Theme { palette: Palette::Dark, ascii: false }));
    app.show_runbook(load("small.yaml", BOOK.into(), &NoLibrary));
    match mop::app::run(app) {
        Ending::Left(_) => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}
