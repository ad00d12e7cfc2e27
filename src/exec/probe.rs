//! Probes: what is looked at again and again while a run goes on, and what a reading means.
//!
//! [`Sight`] makes ready what a runbook watches, with the values so far; `look` looks once; `judge`
//! holds a reading against what is expected; a [`Watcher`] does all of it at its intervals, in a thread
//! of its own, and tells what is new. Every look is bounded in time and bytes, and nothing of it is left
//! behind. What a state means for a run, and where readings are kept, is decided elsewhere.

mod check;
mod child;
mod filling;
mod gathered;
mod history;
mod judge;
mod look;
mod reading;
mod schedule;
mod state;
mod tail;
mod target;
mod watcher;

pub use check::{CheckEnd, Proof};
pub use filling::{Sight, Unwatched, Watched};
pub use history::{History, Point};
pub use judge::Judgement;
pub use reading::{Facts, Failure, Log, Reading};
pub use target::{Ask, HttpAsk, Target, Wanted};
pub use watcher::{CheckId, Ending, News, Seen, Watcher};
