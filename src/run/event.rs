//! What happened in a run: the facts that its journal records.
//!
//! Every event says who, when and in which session. An event is never changed; what it means for the
//! run is decided in `state`, and how it is written in `wire`. Each name here is a name in the journal
//! too, for ever: what is renamed here is renamed there.

mod end;
mod signature;
mod start;
mod verdict;

pub use end::{End, Found, Output};
pub use signature::{Amendment, Meaning, Signature, Signed};
pub use start::{ClockReading, Start};
pub use verdict::{Deferral, Outcome, Proof, Verdict};

use serde::{Deserialize, Serialize};

use super::answer::Answer;
use super::edition::Adoption;
use super::probe::ProbeState;
use super::roster::Level;
use super::wire::{hash, maybe_hash, pairs};
use crate::id::slug;
use crate::journal::Digest;

/// Is a person who acts, as the roster knows him.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Person {
    /// What tells him from others.
    pub id: String,
    /// His name as he writes it.
    pub name: String,
}

impl Person {
    /// Gives what stands as the person where the program itself acts.
    pub fn program() -> Self {
        Self { id: "mop".to_owned(), name: "mop".to_owned() }
    }

    /// Makes a person known by name only; nothing for a name without a letter or digit.
    pub fn named(name: &str) -> Option<Self> {
        let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
        let id = slug(&name);
        (!id.is_empty()).then_some(Self { id, name })
    }
}

/// Says who acts, when and in which session: all that an event takes from outside.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stamp {
    /// Who acts.
    pub who: Person,
    /// The wall clock, in milliseconds since 1970 in UTC.
    pub at_ms: i64,
    /// How long the machine was up, in nanoseconds.
    pub mono: u64,
    /// The session of the program.
    pub session: String,
}

/// Is a fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Who, when and where.
    pub stamp: Stamp,
    /// What.
    pub what: What,
}

impl Event {
    /// Tells whether a person did it, and not the program by itself.
    pub fn is_by_person(&self) -> bool {
        !matches!(
            self.what,
            What::ClockRead(_)
                | What::HungUp
                | What::JournalRecovered
                | What::ActionEnded { .. }
                | What::ActionLost { .. }
                | What::AdHocEnded { .. }
                | What::ItemRechecked { .. }
                | What::ProbeChanged { .. }
        )
    }
}

/// Says what happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// The run began; always the first record.
    RunStarted(Box<Start>),
    /// Somebody came to act in it.
    PersonJoined {
        /// Whether nobody was there before him: the run goes on after a pause that nobody watched.
        #[serde(default)]
        resumed: bool,
    },
    /// Somebody left.
    PersonLeft,
    /// Somebody asked the driver for the wheel.
    WheelAsked,
    /// The driver keeps it.
    WheelKept,
    /// The driver gave it to somebody.
    WheelGiven {
        /// To whom.
        to: Person,
    },
    /// Somebody took it.
    WheelTaken {
        /// Why it could be taken.
        because: Taking,
    },
    /// Somebody signed for a step.
    StepSigned(Signature),
    /// A step that nobody has to sign was settled.
    StepConfirmed {
        /// The item.
        step: String,
        /// How.
        #[serde(flatten)]
        verdict: Verdict,
    },
    /// Somebody was to sign, and will not.
    SignatureRefused {
        /// The item.
        step: String,
        /// Why.
        why: String,
    },
    /// A signature was wanted in somebody's name and he could not prove who he is.
    IdentityRefused {
        /// By what it was to be proved.
        level: Level,
        /// Why it was not.
        why: String,
    },
    /// An option was chosen.
    OptionChosen {
        /// The item.
        step: String,
        /// The option.
        option: String,
        /// What was noted down with it.
        #[serde(with = "pairs")]
        values: Vec<(String, Answer)>,
    },
    /// Values were noted down.
    ValuesRecorded {
        /// The item.
        step: String,
        /// The values.
        #[serde(with = "pairs")]
        values: Vec<(String, Answer)>,
    },
    /// What a step does was started; it is started only after this is recorded.
    ActionStarted {
        /// The item.
        step: String,
        /// The how-manieth time, from 1.
        attempt: u32,
        /// The command as it was shown.
        command: Option<String>,
        /// What was mended by hand since the last time.
        mended: Option<String>,
        /// Whether it gets the terminal, to ask questions.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        terminal: bool,
    },
    /// It ended, and its end was seen.
    ActionEnded {
        /// The item.
        step: String,
        /// The how-manieth time.
        attempt: u32,
        /// How.
        #[serde(flatten)]
        end: End,
    },
    /// Its end was never seen.
    ActionLost {
        /// The item.
        step: String,
        /// The how-manieth time.
        attempt: u32,
        /// What is known.
        why: String,
    },
    /// Somebody wants it to end before its time.
    CancelAsked {
        /// The item.
        step: String,
        /// The how-manieth time.
        attempt: u32,
        /// Why.
        why: String,
    },
    /// A person did by hand what the program was to do.
    DoneByHand {
        /// The item.
        step: String,
        /// Why.
        why: String,
    },
    /// A step that failed is tried once more.
    StepReopened {
        /// The item.
        step: String,
        /// What was mended.
        mended: String,
    },
    /// A step goes on against the evidence.
    StepOverridden {
        /// The item.
        step: String,
        /// Why.
        why: String,
    },
    /// A step that was moved out of the way is somebody else's from now on.
    DeferralHandedOver {
        /// The item.
        step: String,
        /// Whose.
        to: String,
        /// On what terms.
        why: String,
    },
    /// What was proved by looking was looked at again.
    ItemRechecked {
        /// The item.
        step: String,
        /// What is wrong with it; nothing when it is still good.
        why: Option<String>,
    },
    /// A probe says something else than before.
    ProbeChanged {
        /// The probe.
        probe: String,
        /// How it stood before.
        was: ProbeState,
        /// How it stands.
        state: ProbeState,
        /// Why, or what was seen.
        words: String,
        /// The SHA-256 of the whole answer or output, where there was one.
        #[serde(default, with = "maybe_hash", skip_serializing_if = "Option::is_none")]
        sha256: Option<Digest>,
    },
    /// A step may be done before its turn.
    OrderWaived {
        /// The item.
        step: String,
        /// Why.
        why: String,
    },
    /// The run goes on although the time does not allow it.
    TimeWaived {
        /// The item that does not fit any more; nothing when the last safe moment has passed for all.
        step: Option<String>,
        /// Why.
        why: String,
    },
    /// The run stands still.
    RunPaused {
        /// Why.
        why: String,
    },
    /// It goes on.
    RunContinued,
    /// A command that is not in the runbook was started, while the run stood still.
    AdHocStarted {
        /// The how-manieth, from 1.
        number: u32,
        /// The command.
        command: String,
    },
    /// It ended, or its end was never seen.
    AdHocEnded {
        /// The how-manieth.
        number: u32,
        /// How.
        #[serde(flatten)]
        end: End,
    },
    /// The run goes by another edition of its runbook from here on, in the steps that were not begun.
    RunbookAdopted(Box<Adoption>),
    /// The way forward ends here, and the way back begins.
    BackOutBegun {
        /// Why.
        why: String,
        /// The rounds of loops that it returns from, each with its key.
        #[serde(with = "pairs")]
        rounds: Vec<(String, String)>,
        /// The items that are offered to be taken back, in that order.
        undo: Vec<String>,
    },
    /// Somebody remarked something.
    NoteAdded {
        /// The item it is about.
        step: Option<String>,
        /// The remark.
        text: String,
    },
    /// A file was put into the run.
    FileAttached {
        /// The item it is about.
        step: Option<String>,
        /// What it is called.
        name: String,
        /// How many bytes it has.
        bytes: u64,
        /// Its SHA-256, by which it is kept.
        #[serde(with = "hash")]
        blob: Digest,
    },
    /// Somebody said that an earlier record is wrong; it stays as it was written.
    RecordAmended(Amendment),
    /// Somebody wants the runbook to be changed after the run.
    RedlineAdded {
        /// The item it is about.
        step: Option<String>,
        /// What the runbook says.
        was: String,
        /// What it should say.
        now: String,
        /// Why.
        why: String,
    },
    /// Somebody said that the run is over; nothing is recorded in it after this.
    RunClosed {
        /// How it ended, in one line.
        result: String,
    },
    /// The clocks were read.
    ClockRead(ClockReading),
    /// The terminal was hung up.
    HungUp,
    /// The journal fenced what a write that did not end left behind.
    #[serde(rename = "recover")]
    JournalRecovered,
    /// It is of a kind that this version does not know; it is kept and not believed.
    #[serde(skip)]
    Unknown(String),
}

/// Says why somebody could take the wheel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Taking {
    /// Nobody had it.
    Free,
    /// It was his, in another session.
    Own,
    /// It was given to him.
    Given,
    /// The one who had it sits at the same terminal.
    SameTerminal,
    /// The one who had it is gone.
    Gone,
}
