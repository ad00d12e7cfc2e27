//! Why a decision is not taken. A refusal is no error: nothing went wrong, and nothing changed.

use std::fmt;

use super::outline::Lock;
use super::roster::Level;
use crate::time::Length;

/// Says why an intent is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The plan has no such item.
    NoSuchStep,
    /// It is a heading; what stands below it is signed.
    OnlyHeading,
    /// The step or its values changed after the screen was drawn.
    MovedOn {
        /// The record that changed it.
        by: u64,
    },
    /// Something before it is open.
    Locked(Lock),
    /// It is done.
    AlreadyDone,
    /// It does not apply.
    NotApplicable(String),
    /// Its time has not come.
    TooEarly(String),
    /// Nothing is chosen yet.
    NothingChosen,
    /// Its values are not noted down yet.
    NothingRecorded(String),
    /// Something was signed already, and what was signed stays.
    SignedAlready,
    /// Nothing is asked in this step.
    NothingAsked,
    /// There is no such option.
    NoSuchOption(String),
    /// A value does not fit what the runbook declares.
    Unfit(String),
    /// The second signature must be another person's.
    SameOperator(String),
    /// A step that has to be signed came without anything that says who signs.
    NotProved,
    /// The signer proved who he is by less than is asked.
    TooWeak {
        /// What is asked.
        needs: Level,
        /// What there is.
        has: Level,
    },
    /// The key is not one that the roster has of the signer.
    NotTheirKey(String),
    /// Too many wrong PINs were given in the person's name.
    PinLocked(String),
    /// The person is not in the roster of this run.
    NotHere(String),
    /// Nothing was said where a person has to say something.
    NothingSaid,
    /// The run stands still.
    Paused,
    /// It does not stand still.
    NotPaused,
    /// What was proved by looking is being looked at again: so many items.
    LookingAgain(usize),
    /// Somebody else has the wheel.
    NotDriver(String),
    /// He has the wheel himself.
    HasTheWheel,
    /// Nobody asked for the wheel.
    NobodyAsks,
    /// It was passed over, for this reason.
    PassedOver(String),
    /// It failed, as this says.
    HasFailed(String),
    /// It is known already that it failed.
    AlreadyFailed,
    /// Nothing in it failed.
    NothingFailed,
    /// It was started, and its end was never seen.
    EndUnknown(String),
    /// Something is under way.
    StillRunning(String),
    /// Nothing is under way.
    NotRunning,
    /// It has to be started before it can be signed.
    NotStarted,
    /// It was started already.
    StartedAlready,
    /// The program has nothing to do in it.
    NothingToStart,
    /// The command would take this value for an option.
    UnfitForCommand(String),
    /// It is not locked.
    NotLocked,
    /// The last safe moment has passed, so many milliseconds ago.
    PastLastSafe {
        /// How long ago.
        by_ms: i64,
    },
    /// The item and the way back after it need more time than is left.
    NoLongerFits {
        /// What they need at most, in milliseconds.
        needs_ms: i64,
        /// What is left of the window.
        left_ms: i64,
    },
    /// The run is on the way back already.
    OnTheWayBack,
    /// The runbook has no way back, and nothing can be taken back.
    NoBackOut,
    /// There is nothing to do again.
    NothingToRedo,
    /// It was not moved out of the way.
    NotDeferred,
    /// These were moved out of the way and are neither done nor handed over.
    StillDeferred(Vec<String>),
    /// The key has signed this step already.
    SameKey(String),
    /// The first signer saw the step in another form.
    SawOther,
    /// Nobody has to sign it.
    NobodySigns,
    /// There is no such record.
    NoSuchRecord(u64),
    /// The run is over.
    Closed,
    /// What was looked at before closing is not all there is.
    Behind {
        /// The last thing that somebody did.
        by: u64,
    },
    /// The result is not one line with something in it.
    NoResult,
    /// The values make a plan that is too large.
    TooLarge,
    /// The run goes by these files already.
    SameRunbook,
    /// It is another runbook, of this id.
    OtherRunbook(String),
    /// A step that was begun or settled is another one in the changed runbook.
    StepChanged(String),
    /// A step that was begun or settled is not in the changed runbook.
    StepGone(String),
    /// The changed runbook asks something that was not answered when the run began.
    Unanswered(String),
    /// What was answered when the run began is no answer in the changed runbook.
    AnswerUnfit(String),
    /// What the run goes by is not here.
    RunbookLost,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSuchStep => f.write_str("there is no such step in the plan any more"),
            Self::OnlyHeading => f.write_str("this is a heading; the steps below it are signed"),
            Self::MovedOn { by } => write!(f, "record {by} changed this step after you read it; read it again"),
            Self::Locked(lock) => write!(f, "locked: {lock}"),
            Self::AlreadyDone => f.write_str("this is done"),
            Self::NotApplicable(why) => write!(f, "this does not apply ({why})"),
            Self::TooEarly(when) => write!(f, "not before {when}"),
            Self::NothingChosen => f.write_str("choose an option first"),
            Self::NothingRecorded(name) => write!(f, "note down {name} first"),
            Self::SignedAlready => f.write_str("this was signed, and what was signed stays as it is"),
            Self::NothingAsked => f.write_str("nothing is asked in this step"),
            Self::NoSuchOption(option) => write!(f, "there is no option {option}"),
            Self::Unfit(name) => write!(f, "the value of {name} does not fit"),
            Self::NotProved => write!(f, "nothing proves whose signature this would be"),
            Self::TooWeak { needs, has } => {
                write!(f, "this signature has to be proved by {needs}, and {has} is less; the roster says who can")
            }
            Self::NotTheirKey(fingerprint) => {
                write!(f, "the key {fingerprint} is not in the roster under that name")
            }
            Self::PinLocked(name) => {
                write!(f, "too many wrong PINs for {name}; in this run only a key proves who that is now")
            }
            Self::SameOperator(name) => write!(f, "{name} signed already; the next signature is another person's"),
            Self::NotHere(name) => write!(f, "{name} has not joined this run"),
            Self::NothingSaid => f.write_str("a few words are needed here"),
            Self::Paused => f.write_str("the run is paused; let it go on first"),
            Self::NotPaused => f.write_str("the run is not paused"),
            Self::LookingAgain(1) => f.write_str("one item is being looked at again; wait for it"),
            Self::LookingAgain(count) => write!(f, "{count} items are being looked at again; wait for them"),
            Self::NotDriver(name) => write!(f, "{name} has the wheel; ask for it first"),
            Self::HasTheWheel => f.write_str("you have the wheel already"),
            Self::NobodyAsks => f.write_str("nobody asked for the wheel; you keep it anyway"),
            Self::PassedOver(why) => write!(f, "this was skipped: {why}"),
            Self::HasFailed(why) => write!(f, "this failed: {why}; retry, override or skip it first"),
            Self::AlreadyFailed => f.write_str("this has failed already"),
            Self::NothingFailed => f.write_str("nothing in this step has failed"),
            Self::EndUnknown(why) => write!(f, "its end was never seen: {why}; retry, override or skip it first"),
            Self::StillRunning(what) => write!(f, "{what} is still running"),
            Self::NotRunning => f.write_str("this is not running"),
            Self::NotStarted => f.write_str("start it first, or say that you did it by hand"),
            Self::StartedAlready => f.write_str("this was done already; retry does it once more"),
            Self::NothingToStart => f.write_str("there is nothing to start in this step; a person does it"),
            Self::UnfitForCommand(value) => {
                write!(f, "not started: the command would take the value {value} for an option")
            }
            Self::NotLocked => f.write_str("this need not wait for anything"),
            Self::PastLastSafe { by_ms } => {
                write!(f, "the last safe moment passed {} ago; going on needs a reason", words(*by_ms))
            }
            Self::NoLongerFits { needs_ms, left_ms } => write!(
                f,
                "this no longer fits: with the way back it takes up to {}, and {} is left; going on needs a reason",
                words(*needs_ms),
                words(*left_ms)
            ),
            Self::OnTheWayBack => f.write_str("the run is on the way back already"),
            Self::NoBackOut => f.write_str("the runbook has no back-out, and no step that was done has an undo"),
            Self::NothingToRedo => f.write_str("there is nothing before this step to do again"),
            Self::NotDeferred => f.write_str("this was not deferred, or is settled already"),
            Self::StillDeferred(numbers) => {
                write!(f, "deferred and still open: {}; do them or hand them over first", numbers.join(", "))
            }
            Self::SameKey(fingerprint) => write!(f, "the key {fingerprint} signed this step already"),
            Self::SawOther => f.write_str("the first signer saw this step in another form; it has to be done again"),
            Self::NobodySigns => f.write_str("nobody has to sign this step"),
            Self::NoSuchRecord(n) => write!(f, "there is no record {n}"),
            Self::Closed => f.write_str("this run is closed; nothing is recorded in it any more"),
            Self::Behind { by } => write!(f, "record {by} came after you looked; look at the run again"),
            Self::NoResult => f.write_str("the result is one line that says how the run ended"),
            Self::SameRunbook => f.write_str("the run goes by this runbook already"),
            Self::OtherRunbook(id) => {
                write!(f, "that is the runbook {id}; a run stays with the one that it began with")
            }
            Self::StepChanged(number) => {
                write!(f, "{number} was begun or settled, and the changed runbook has it otherwise")
            }
            Self::StepGone(number) => write!(f, "{number} was begun or settled, and is not in the changed runbook"),
            Self::Unanswered(name) => {
                write!(f, "the changed runbook asks for {name}, which was not answered when the run began")
            }
            Self::AnswerUnfit(name) => {
                write!(f, "what was answered for {name} when the run began is no answer in the changed runbook")
            }
            Self::RunbookLost => f.write_str("the runbook that was adopted is not here; leave and resume the run"),
            Self::TooLarge => f.write_str("these values make more steps than a run can have; shorten the lists"),
        }
    }
}

fn words(millis: i64) -> String {
    let whole = u64::try_from(millis.max(0)).unwrap_or_default() / 1000;
    Length::seconds(whole).to_string()
}
