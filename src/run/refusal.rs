//! Why a decision is not taken. A refusal is no error: nothing went wrong, and nothing changed.

use std::fmt;

use super::outline::Lock;
use super::roster::Level;

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
    /// The option leads where this version cannot follow.
    CannotFollow(&'static str),
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
    /// There is nothing in the remark.
    EmptyNote,
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
            Self::CannotFollow(place) => write!(f, "this option leads to {place}, where this version cannot go yet"),
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
            Self::EmptyNote => f.write_str("there is nothing in the remark"),
            Self::Closed => f.write_str("this run is closed; nothing is recorded in it any more"),
            Self::Behind { by } => write!(f, "record {by} came after you looked; look at the run again"),
            Self::NoResult => f.write_str("the result is one line that says how the run ended"),
            Self::TooLarge => f.write_str("these values make more steps than a run can have; shorten the lists"),
        }
    }
}
