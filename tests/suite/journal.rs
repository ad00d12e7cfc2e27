//! The journal under real processes on a real disk: killed, stopped, starved, failed and watched.
//!
//! The processes are appenders (`tests/tools/appender.rs`), which use the journal as the program does.
//! Every test ends in what has to hold after any fault, [`ground::Ground::check`]. What the long forms
//! add, and what has to be installed, is told in `docs/testing.md`.

mod crowd;
mod duel;
mod fixtures;
mod full_disk;
mod ground;
mod holder;
mod injected;
mod process;
mod trace;
mod watched;

pub use full_disk::SmallDisk;
pub use process::example;

/// Tells whether the long forms of the tests are asked for.
fn is_long() -> bool {
    std::env::var_os("MOP_LONG").is_some_and(|value| value == "1")
}
