//! The run as a pure function: intents become events, events become the state.
//!
//! [`decide`] looks at a [`Run`] and an [`Intent`] and gives the events to record, or a [`Refusal`];
//! [`Run::apply`] is the only way a run changes, and cannot fail. No file, task, frame or clock is
//! known here: time, randomness and people come in as values, and records go out as bytes (`wire`).
//! Who may sign, and with what, is the [`roster`].

mod answer;
pub mod briefing;
mod decide;
mod edition;
mod effect;
mod event;
pub mod forecast;
mod gate;
pub mod history;
mod intent;
mod outline;
mod probe;
mod proof;
mod refusal;
mod replay;
pub mod roster;
mod route;
mod situation;
mod state;
mod trail;
mod until;
mod verb;
mod ways;
mod window;
mod wire;

pub use crate::runbook::plan::{Callout, Sheet};
pub use answer::{Answer, Asked, Question};
pub use briefing::Briefing;
pub use decide::{Decision, decide};
pub use edition::{Adopted, Adoption, Edition};
pub use effect::Effect;
pub use event::{
    Amendment, ClockReading, Deferral, End, Event, Found, Meaning, Outcome, Output, Person, Proof, Signature, Signed,
    Stamp, Start, Taking, Verdict, What,
};
pub use forecast::Forecast;
pub use history::{History, Past};
pub use intent::{Act, Correction, Intent, Report, Ruling, Wheel};
pub use outline::{Lock, Standing};
pub use probe::{ProbeState, Sighting, Watched};
pub use proof::{
    Claim, Claimed, Misfit, NotAStatement, Proved, STATEMENT, STATEMENT_KEYS, Scene, Statement, Written, evidence_of,
    statement, statement_of,
};
pub use refusal::Refusal;
pub use replay::{Basis, NoRun, replay};
pub use state::{
    Attachment, BackOut, Chronicle, Driver, Given, Head, Moment, Note, Pause, Progress, Redline, Run, Settled, Span,
};
pub use trail::Entry;
pub use until::Until;
pub use verb::{Field, Verb};
pub use wire::{from_wire, to_wire};
