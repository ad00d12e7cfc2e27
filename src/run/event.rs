//! What happened in a run: the facts that its journal records.
//!
//! Every event says who, when and in which session. An event is never changed; what it means for the
//! run is decided in `state`, and how it is written in `wire`.

use super::answer::Answer;
use super::roster::Level;
use crate::id::slug;
use crate::journal::{Digest, Tick};

/// Is a person who acts, as the roster knows him.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
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
        !matches!(self.what, What::ClockRead(_) | What::HungUp | What::JournalRecovered)
    }
}

/// Says what happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// The run began; always the first record.
    RunStarted(Box<Start>),
    /// Somebody came to act in it.
    PersonJoined,
    /// Somebody signed for a step.
    StepSigned(Signature),
    /// A signature was wanted in somebody's name and he could not prove who he is.
    IdentityRefused {
        /// By what it was to be proved.
        level: Level,
        /// Why it was not.
        why: String,
    },
    /// A step that nobody has to sign was done.
    StepConfirmed {
        /// The item.
        step: String,
    },
    /// An option was chosen.
    OptionChosen {
        /// The item.
        step: String,
        /// The option.
        option: String,
        /// What was noted down with it.
        values: Vec<(String, Answer)>,
    },
    /// Values were noted down.
    ValuesRecorded {
        /// The item.
        step: String,
        /// The values.
        values: Vec<(String, Answer)>,
    },
    /// Somebody remarked something.
    NoteAdded {
        /// The item it is about.
        step: Option<String>,
        /// The remark.
        text: String,
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
    JournalRecovered,
    /// It is of a kind that this version does not know; it is kept and not believed.
    Unknown(String),
}

/// Says how the clocks stood; the moment and the time since boot are those of the event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClockReading {
    /// Why they were read.
    pub why: Tick,
    /// By how many milliseconds the wall clock went beyond the time that passed since the last reading.
    pub beyond_ms: i64,
    /// How the wall clock is kept.
    pub keeping: String,
    /// Which time up of the machine it is.
    pub boot: String,
}

/// Says how a run began.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Start {
    /// The id of the run.
    pub run: String,
    /// The id of the runbook.
    pub runbook: String,
    /// Its title.
    pub title: String,
    /// The files that the run began with, each with its SHA-256.
    pub files: Vec<(String, String)>,
    /// What the machine said of itself, by name.
    pub machine: Vec<(String, String)>,
    /// Where the ledger of all runs stood.
    pub ledger: String,
    /// The answers to the inputs.
    pub answers: Vec<(String, Answer)>,
    /// The beginning and the end of the window.
    pub window: Option<(String, String)>,
}

/// Is a person's word that a step was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// The item.
    pub step: String,
    /// The role that was signed for.
    pub role: Option<String>,
    /// What the signature means.
    pub meaning: Meaning,
    /// The last record that was on the screen.
    pub seen: u64,
    /// The exact text that was signed.
    pub statement: String,
    /// How the signer proved who he is.
    pub level: Level,
    /// The SSH signature of the statement and a line feed, where a key made one.
    pub signature: Option<String>,
    /// The hashes of the evidence: what was shown, and the values.
    pub blobs: Vec<Digest>,
}

/// Says what a signature means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// I did it.
    Executed,
    /// I saw it done.
    Witnessed,
}

impl Meaning {
    /// Gives the word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Executed => "executed",
            Self::Witnessed => "witnessed",
        }
    }

    /// Reads the word for it.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Executed, Self::Witnessed].into_iter().find(|meaning| meaning.word() == word)
    }
}
