//! What the screen costs: bytes on the link, time from a key to its frame, memory, and nothing at idle.
//!
//! `cargo bench --bench screen` starts `mop` and a bare list program of ratatui in pseudo-terminals, presses
//! the same keys in turns, and prints each figure with its gate; it fails when one is missed. Bytes are the
//! same each time; times are ratios of medians of what was measured in turns. Names of parts as arguments
//! (`bytes`, `times`, `link`, …) measure only those.
#![expect(
    clippy::print_stdout,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a benchmark prints its figures, and fails when it cannot measure"
)]

mod bytes;
mod ending;
mod gate;
mod idle;
mod link;
mod load;
mod review;
mod session;
mod site;
mod start;
mod times;
mod words;

use std::process::ExitCode;

use gate::Gates;
use site::{Bare, Site, book};

/// Is all that is measured.
struct Bench {
    bare: Bare,
    /// A run with 100 steps and few records.
    small: Site,
    /// One with 10,000 steps.
    large: Site,
}

/// Measures one part.
type Measure = fn(&Bench, &mut Gates);

fn main() -> ExitCode {
    let wanted: Vec<String> = std::env::args().skip(1).filter(|arg| !arg.starts_with('-')).collect();
    let bench = Bench { bare: Bare::build(), small: Site::with(&book(100), 3), large: Site::with(&book(10_000), 3) };
    let mut gates = Gates::default();
    let parts: [(&str, Measure); 8] = [
        ("bytes", bytes::measure),
        ("idle", idle::measure),
        ("start", start::measure),
        ("times", times::measure),
        ("link", link::measure),
        ("load", load::measure),
        ("ending", ending::measure),
        ("review", review::measure),
    ];
    for (name, measure) in parts {
        if wanted.is_empty() || wanted.iter().any(|wanted| wanted == name) {
            println!("{name}");
            measure(&bench, &mut gates);
        }
    }
    if gates.is_held() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
