//! The records of a run as lines that a person reads: who did what, when.

use super::event::{ClockReading, Event, Meaning, What};
use super::state::Run;
use crate::journal::Tick;

/// Is one record in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its number.
    pub n: u64,
    /// When, in milliseconds since 1970 in UTC.
    pub at_ms: i64,
    /// Who.
    pub who: String,
    /// What.
    pub what: String,
}

impl Entry {
    /// Puts an event into words, as the run stood after it.
    pub(super) fn of(run: &Run, n: u64, event: &Event) -> Self {
        let number = |step: &str| run.plan().item(step).map_or_else(|| step.to_owned(), |item| item.number.clone());
        Self { n, at_ms: event.stamp.at_ms, who: event.stamp.who.name.clone(), what: event.what.words(&number) }
    }
}

impl What {
    /// Puts it into words; `number` says what a step is called.
    pub fn words(&self, number: &dyn Fn(&str) -> String) -> String {
        match self {
            Self::RunStarted(start) => format!("started the run {}", start.run),
            Self::PersonJoined => "is here".to_owned(),
            Self::StepSigned(signed) => {
                let word = if signed.meaning == Meaning::Executed { "signed" } else { "countersigned" };
                let role = signed.role.as_ref().map(|role| format!(" as {role}")).unwrap_or_default();
                format!("{word} {}{role} ({})", number(&signed.step), signed.level)
            }
            Self::IdentityRefused { level, why } => format!("could not prove who it is by {level}: {why}"),
            Self::StepConfirmed { step } => format!("did {}", number(step)),
            Self::OptionChosen { step, option, .. } => format!("chose {option} in {}", number(step)),
            Self::ValuesRecorded { step, values } => {
                let values: Vec<_> = values.iter().map(|(name, value)| format!("{name}: {value}")).collect();
                format!("noted down in {}: {}", number(step), values.join("; "))
            }
            Self::NoteAdded { step: Some(step), text } => format!("remarked on {}: {text}", number(step)),
            Self::NoteAdded { step: None, text } => format!("remarked: {text}"),
            Self::RunClosed { result } => format!("closed the run: {result}"),
            Self::ClockRead(reading) => clock_words(reading),
            Self::HungUp => "the terminal was hung up; the run stays".to_owned(),
            Self::JournalRecovered => "the journal set a torn write aside".to_owned(),
            Self::Unknown(kind) => format!("? a record of the kind `{kind}`, which this version does not know"),
        }
    }
}

fn clock_words(reading: &ClockReading) -> String {
    let ClockReading { why, beyond_ms, keeping, .. } = reading;
    let seconds = format!("{}.{:03} s", beyond_ms.unsigned_abs() / 1_000, beyond_ms.unsigned_abs() % 1_000);
    match why {
        Tick::Regular => format!("clock: {keeping}"),
        Tick::Keeping => format!("the clock is kept otherwise now: {keeping}"),
        Tick::Back => format!("the clock stepped back by {seconds}; order is that of the records"),
        Tick::Parted => format!("the clock was set, or runs wrong, by {seconds}; order is that of the records"),
    }
}
