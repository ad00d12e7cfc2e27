//! What a person, or the program, asks of a run.
//!
//! An intent names the step that was looked at and the number of the last record that was on the
//! screen then, so that a decision is never taken on something that nobody read. What the world
//! reports comes as an intent too: it is decided and recorded before it is believed.

use super::answer::Answer;
use super::edition::Edition;
use super::event::{Amendment, ClockReading, Deferral, End, Outcome, Signed};
use super::probe::ProbeState;
use super::proof::Proved;
use super::roster::Level;
use crate::journal::Digest;

/// Is something that is to happen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Intent {
    /// Be one of those who act in this run.
    Join {
        /// Whether nobody is there: what was proved by looking is looked at again first.
        resumed: bool,
    },
    /// Be none of them any more.
    Leave,
    /// Have or give away the wheel.
    Wheel(Wheel),
    /// Sign for a step, that it was done.
    SignStep {
        /// The item.
        step: String,
        /// The last record on the screen.
        seen: u64,
        /// Who signs, and what proves it; a step that nobody has to sign needs none.
        proved: Option<Box<Proved>>,
        /// What is remarked on it; it is recorded behind the signature, which does not cover it.
        note: Option<String>,
    },
    /// Settle a step otherwise than by doing it.
    Settle {
        /// The item.
        step: String,
        /// The last record on the screen.
        seen: u64,
        /// How.
        ruling: Ruling,
        /// Who says so, and what proves it; a step that nobody has to sign needs none.
        proved: Option<Box<Proved>>,
    },
    /// Say that one will not sign.
    RefuseToSign {
        /// The item.
        step: String,
        /// Why.
        why: String,
    },
    /// Choose one of the options of a step.
    ChooseOption {
        /// The item.
        step: String,
        /// The last record on the screen.
        seen: u64,
        /// The option.
        option: String,
        /// What is noted down with it.
        values: Vec<(String, Answer)>,
    },
    /// Note down the values that a step gives.
    RecordValues {
        /// The item.
        step: String,
        /// The last record on the screen.
        seen: u64,
        /// The values.
        values: Vec<(String, Answer)>,
    },
    /// Act on a step.
    Act {
        /// The item.
        step: String,
        /// The last record on the screen.
        seen: u64,
        /// How.
        act: Act,
    },
    /// Hand a step that was moved out of the way over to somebody, for good.
    HandOver {
        /// The item.
        step: String,
        /// To whom.
        to: String,
        /// On what terms.
        why: String,
    },
    /// Go on although the last safe moment has passed.
    WaiveTime {
        /// Why.
        why: String,
    },
    /// Let the run stand still.
    Pause {
        /// Why.
        why: String,
    },
    /// Let it go on.
    Continue,
    /// Run a command that is not in the runbook, while the run stands still.
    RunAdHoc {
        /// The command.
        command: String,
    },
    /// Go on by another edition of the runbook, in the steps that were not begun.
    AdoptRunbook {
        /// The edition.
        edition: Box<Edition>,
        /// Why.
        why: String,
    },
    /// Leave the way forward and begin the way back.
    BackOut {
        /// The last record on the screen.
        seen: u64,
        /// Why.
        why: String,
    },
    /// Say that the run is over.
    Close {
        /// The last record that was looked at.
        seen: u64,
        /// How it ended, in one line.
        result: String,
    },
    /// Write a remark into the record.
    AddNote {
        /// The item it is about.
        step: Option<String>,
        /// The remark.
        text: String,
    },
    /// Put a file into the run, which is kept by its hash already.
    AttachFile {
        /// The item it is about.
        step: Option<String>,
        /// What it is called.
        name: String,
        /// How many bytes it has.
        bytes: u64,
        /// Its hash.
        blob: Digest,
    },
    /// Say that an earlier record is wrong.
    Amend {
        /// What is wrong, and what is right.
        correction: Correction,
        /// Who says so, and what proves it.
        proved: Option<Box<Proved>>,
    },
    /// Ask for another wording in the runbook.
    Redline {
        /// The item it is about.
        step: Option<String>,
        /// What the runbook says.
        was: String,
        /// What it should say.
        now: String,
        /// Why.
        why: String,
    },
    /// Keep how the clocks stand.
    KeepClock(ClockReading),
    /// Keep that the terminal was hung up.
    KeepHangup,
    /// Keep that somebody could not prove who he is.
    KeepRefusedIdentity {
        /// By what it was to be proved.
        level: Level,
        /// Why it was not.
        why: String,
    },
    /// Take what the world reports.
    Report(Report),
}

/// Says what is wanted of the wheel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wheel {
    /// The one who has it is asked for it.
    Ask,
    /// He keeps it.
    Keep,
    /// He gives it to somebody.
    Give {
        /// The id of the person.
        to: String,
    },
    /// It is taken, as nobody has it or the one who has it is gone.
    Take {
        /// Whether the session of the one who has it is gone.
        is_gone: bool,
    },
}

/// Says how a step is settled otherwise than by doing it, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ruling {
    /// It failed.
    Fail {
        /// Why.
        why: String,
    },
    /// It is not done.
    Skip {
        /// Why.
        why: String,
    },
    /// It does not apply.
    RuleOut {
        /// Why.
        why: String,
    },
    /// It is done later, by somebody.
    Defer {
        /// By whom, and until when.
        deferral: Deferral,
        /// Why.
        why: String,
    },
}

impl Ruling {
    /// Gives the outcome that it makes.
    pub fn outcome(&self) -> Outcome {
        match self {
            Self::Fail { .. } => Outcome::Failed,
            Self::Skip { .. } => Outcome::Skipped,
            Self::RuleOut { .. } => Outcome::NotApplicable,
            Self::Defer { .. } => Outcome::Deferred,
        }
    }

    /// Gives the reason.
    pub fn why(&self) -> &str {
        match self {
            Self::Fail { why } | Self::Skip { why } | Self::RuleOut { why } | Self::Defer { why, .. } => why,
        }
    }
}

/// Says how a step is acted on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// What it does is started.
    Start,
    /// It is tried once more, after something was mended by hand or nothing was.
    Retry {
        /// What was mended.
        mended: Option<String>,
    },
    /// What runs is ended before its time.
    Cancel {
        /// Why.
        why: String,
    },
    /// A person did it, not the program.
    ByHand {
        /// Why.
        why: String,
    },
    /// It goes on against the evidence.
    Override {
        /// Why.
        why: String,
    },
    /// It is done before its turn.
    WaiveOrder {
        /// Why.
        why: String,
    },
    /// It is begun although it does not fit into the window any more.
    WaiveTime {
        /// Why.
        why: String,
    },
}

impl Intent {
    /// Adds a remark to what is signed; what is not that a step was done has its reason instead.
    #[must_use]
    pub fn noting(self, note: Option<String>) -> Self {
        match self {
            Self::SignStep { step, seen, proved, .. } => Self::SignStep { step, seen, proved, note },
            other => other,
        }
    }

    /// Tells whether it begins something whose end has to be recorded too.
    pub fn is_beginning(&self) -> bool {
        matches!(self, Self::Act { act: Act::Start | Act::Retry { .. }, .. } | Self::RunAdHoc { .. })
    }
}

/// Says what is wrong in an earlier record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Correction {
    /// The number of the record.
    pub of: u64,
    /// What is wrong in it.
    pub wrong: String,
    /// What is right.
    pub right: String,
    /// Why it was wrong.
    pub why: String,
}

impl Correction {
    /// Makes what is recorded of it.
    pub fn amendment(&self, signed: Option<Signed>) -> Amendment {
        let said = |text: &str| text.trim().to_owned();
        let (wrong, right, why) = (said(&self.wrong), said(&self.right), said(&self.why));
        Amendment { of: self.of, wrong, right, why, signed }
    }
}

/// Is what the world reports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Report {
    /// An action ended.
    Ended {
        /// The item.
        step: String,
        /// The how-manieth time.
        attempt: u32,
        /// How.
        end: End,
    },
    /// The end of an action cannot be found any more.
    Lost {
        /// The item.
        step: String,
        /// The how-manieth time.
        attempt: u32,
        /// What is known.
        why: String,
    },
    /// What was proved by looking was looked at again.
    Rechecked {
        /// The item.
        step: String,
        /// What is wrong with it; nothing when it is still good.
        why: Option<String>,
    },
    /// A probe says something else than what was recorded last.
    ProbeChanged {
        /// The probe.
        probe: String,
        /// How it stands.
        state: ProbeState,
        /// Why, or what was seen.
        words: String,
        /// The SHA-256 of the whole answer or output, where there was one.
        sha256: Option<Digest>,
    },
    /// A command that is not in the runbook ended.
    AdHocEnded {
        /// The how-manieth.
        number: u32,
        /// How.
        end: End,
    },
}
