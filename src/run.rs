//! The run as a pure function: intents become events, events become the state.
//!
//! [`decide`] looks at a [`Run`] and an [`Intent`] and gives the events to record, or a [`Refusal`];
//! [`Run::apply`] is the only way a run changes, and cannot fail. No file, task, frame or clock is
//! known here: time, randomness and people come in as values, and records go out as bytes (`wire`).
//! Who may sign, and with what, is the [`roster`].

mod answer;
mod decide;
mod effect;
mod event;
mod gate;
mod intent;
mod outline;
mod proof;
mod refusal;
mod replay;
pub mod roster;
mod state;
mod trail;
mod ways;
mod wire;

pub use crate::runbook::plan::{Callout, Sheet};
pub use answer::{Answer, Asked, Question};
pub use decide::{Decision, decide};
pub use effect::Effect;
pub use event::{ClockReading, Event, Meaning, Person, Signature, Stamp, Start, What};
pub use intent::Intent;
pub use outline::{Lock, Standing};
pub use proof::{Misfit, NotAStatement, Proved, STATEMENT, Scene, Statement, Written, statement};
pub use refusal::Refusal;
pub use replay::{Basis, NoRun, replay};
pub use state::{Head, Note, Progress, Run};
pub use trail::Entry;
pub use wire::{from_wire, to_wire};
