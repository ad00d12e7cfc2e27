//! What a reader gets afterwards: all there is to say of a run, and the forms in which it is said.
//!
//! [`Account`] is the whole of it as data, made once from a folded run, its records, what was kept of
//! what commands printed, and what was found when the run was verified. It knows no form. The writers
//! ([`markdown`], [`html`], [`json`], [`csv`]) know no run: they put an account into words and tables, each
//! with one type that makes text from outside harmless. No clock, file or terminal is known here, so that the
//! same run gives the same bytes.

mod account;
mod answer;
mod check;
mod compare;
mod csv;
mod deviation;
mod html;
mod item;
mod json;
mod line;
mod mark;
mod markdown;
mod material;
mod moment;
mod people;
mod remark;
mod start;
mod status;
mod timing;
mod words;

pub use account::{Account, AsOf, Identity, Part};
pub use answer::{Answer, Grade, Group, Question};
pub use check::{Check, SealSeen};
pub use compare::{Both, Choice, Comparison, Differing, Half, Pair};
pub use csv::csv;
pub use deviation::{Deviation, Kind, Weight};
pub use html::html;
pub use item::{Evidence, Item, Signature};
pub use json::{SCHEMA, json};
pub use line::Line;
pub use mark::{Mark, Tone};
pub use markdown::markdown;
pub use material::{Material, Printed};
pub use moment::Moments;
pub use people::{Participant, Sitting};
pub use remark::{Aside, Attached, Correction, Note, Wish};
pub use start::{Outcome, Output, Started};
pub use status::{Change, Probe};
pub use timing::{Estimate, Pause, Row, Timing, Window};

/// What an auditor does without `mop`, as the README has it.
pub const RECIPE: &str = include_str!("report/recipe.sh");
