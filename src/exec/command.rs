//! Runs a runbook's command so that neither a dropped link nor the end of this program ends it.
//!
//! Each start has a folder of its own. A small supervisor, this same program under a hidden word, in
//! a session of its own, runs the command and writes there what is run, what it prints and how it
//! ends; whoever comes later reads it there. The folder's lock is held for the supervisor's life, so
//! that a free lock and no end mean that the end was not seen. Secrets are handed over in memory,
//! stand in no list of processes, and are masked before anything is written.

mod end;
mod error;
mod filling;
mod folder;
mod follow;
mod frame;
mod hold;
mod judge;
mod keep;
mod left;
mod lent;
mod order;
mod remote;
mod running;
mod start;
mod supervise;
mod typed;

pub use end::{End, How, Moment, Stop, Tally};
pub use error::CommandError;
pub use filling::{Filling, Unready};
pub use follow::{Chunk, Kept, Printed, each_kept, printed};
pub use frame::Stream;
pub use hold::{Held, hold};
pub use judge::{Captured, Expected, ExpectedOutput, Judgement, Verdict, judge};
pub(in crate::exec) use judge::{first_number, text_reasons};
pub use left::Left;
pub use lent::Lent;
pub use order::{Begun, Limits, Line, Order, Secret, Size, mask_of};
pub use running::{Found, Lost, News, Running, State, find};
pub(in crate::exec) use start::settled;
pub use start::{Launcher, start};
pub(in crate::exec) use supervise::spawn;
pub use supervise::supervise;
