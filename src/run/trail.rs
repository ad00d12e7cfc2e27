//! The records of a run as lines that a person reads: who did what, when.

use std::sync::Arc;

use super::edition::Adoption;
use super::event::{Amendment, ClockReading, Event, Meaning, Outcome, Signature, Taking, Verdict, What};
use super::probe::ProbeState;
use super::state::Run;
use crate::journal::{Tick, receipt_of};
use crate::runbook::plan::Item;
use crate::time::Length;

/// Is one record in words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// Its number.
    pub n: u64,
    /// When, in milliseconds since 1970 in UTC.
    pub at_ms: i64,
    /// How long the run had been going on by then, pauses left out, in milliseconds.
    pub ran_ms: i64,
    /// Who.
    pub who: String,
    /// What.
    pub what: String,
    /// The item it is about.
    pub step: Option<Arc<str>>,
    /// The session of the program that it was made in.
    pub session: String,
    /// Whether whoever did not make it has to know.
    pub is_telling: bool,
}

impl Entry {
    /// Puts an event into words, as the run stood after it.
    pub(super) fn of(run: &Run, n: u64, event: &Event) -> Self {
        let number = |step: &str| run.plan().item(step).map_or_else(|| step.to_owned(), |item| item.number.clone());
        let step = event.what.step().and_then(|step| run.plan().item(step)).map(|item| Arc::clone(&item.id));
        let (who, what) = (event.stamp.who.name.clone(), event.what.words(&number));
        let (session, is_telling) = (event.stamp.session.clone(), event.what.is_telling());
        let (at_ms, ran_ms) = (event.stamp.at_ms, run.moment().ran_ms);
        Self { n, at_ms, ran_ms, who, what, step, session, is_telling }
    }
}

impl Run {
    /// Gives the item that a record is about.
    pub fn item_of_record(&self, n: u64) -> Option<&Item> {
        let at = usize::try_from(n).ok()?;
        self.plan().item(self.trail().get(at)?.step.as_ref()?)
    }

    /// Gives the receipt of a record, as people say it to each other.
    pub fn receipt(&self, n: u64) -> Option<String> {
        self.hash_of(n).map(|hash| receipt_of(&hash))
    }
}

impl What {
    /// Gives the id of the item that it is about.
    pub fn step(&self) -> Option<&str> {
        match self {
            Self::StepSigned(Signature { step, .. })
            | Self::StepConfirmed { step, .. }
            | Self::SignatureRefused { step, .. }
            | Self::OptionChosen { step, .. }
            | Self::ValuesRecorded { step, .. }
            | Self::ActionStarted { step, .. }
            | Self::ActionEnded { step, .. }
            | Self::ActionLost { step, .. }
            | Self::CancelAsked { step, .. }
            | Self::DoneByHand { step, .. }
            | Self::StepReopened { step, .. }
            | Self::StepOverridden { step, .. }
            | Self::DeferralHandedOver { step, .. }
            | Self::ItemRechecked { step, .. }
            | Self::OrderWaived { step, .. } => Some(step),
            Self::TimeWaived { step, .. }
            | Self::NoteAdded { step, .. }
            | Self::FileAttached { step, .. }
            | Self::RedlineAdded { step, .. } => step.as_deref(),
            _ => None,
        }
    }

    /// Tells whether whoever did not do it has to know: not what is recorded again and again while all is well.
    fn is_telling(&self) -> bool {
        match self {
            Self::ClockRead(reading) => !matches!(reading.why, Tick::Regular | Tick::Keeping),
            Self::ProbeChanged { was, state, .. } => [*was, *state].contains(&ProbeState::Bad),
            Self::ItemRechecked { why, .. } => why.is_some(),
            Self::RunStarted(_) | Self::JournalRecovered => false,
            _ => true,
        }
    }

    /// Puts it into words; `number` says what a step is called.
    pub fn words(&self, number: &dyn Fn(&str) -> String) -> String {
        let about =
            |step: &Option<String>| step.as_ref().map(|step| format!(" on {}", number(step))).unwrap_or_default();
        match self {
            Self::RunStarted(start) if start.rehearsal => format!("started the rehearsal {}", start.run),
            Self::RunStarted(start) => format!("started the run {}", start.run),
            Self::PersonJoined { resumed: false } => "is here".to_owned(),
            Self::PersonJoined { resumed: true } => "resumed the run".to_owned(),
            Self::PersonLeft => "left".to_owned(),
            Self::WheelAsked => "asked for the wheel".to_owned(),
            Self::WheelKept => "keeps the wheel".to_owned(),
            Self::WheelGiven { to } => format!("gave the wheel to {}", to.name),
            Self::WheelTaken { because } => wheel_words(*because).to_owned(),
            Self::StepSigned(signed) => signature_words(signed, number),
            Self::StepConfirmed { step, verdict } => settled_words(verdict, "did", &number(step)),
            Self::SignatureRefused { step, why } => format!("will not sign {}: {why}", number(step)),
            Self::IdentityRefused { level, why } => format!("could not prove who it is by {level}: {why}"),
            Self::OptionChosen { step, option, .. } => format!("chose {option} in {}", number(step)),
            Self::ValuesRecorded { step, values } => {
                let values: Vec<_> = values.iter().map(|(name, value)| format!("{name}: {value}")).collect();
                format!("noted down in {}: {}", number(step), values.join("; "))
            }
            Self::ActionStarted { step, attempt, mended, terminal, .. } => {
                let lent = if *terminal { ", which gets the terminal" } else { "" };
                let again = if *attempt > 1 { format!(", attempt {attempt}") } else { String::new() };
                let mended = mended.as_ref().map(|mended| format!(", after this was mended: {mended}"));
                format!("started {}{lent}{again}{}", number(step), mended.unwrap_or_default())
            }
            Self::ActionEnded { step, end, .. } => {
                format!("{} ended after {}: {}", number(step), took(end.took_ms), end.why)
            }
            Self::ActionLost { step, why, .. } => format!("the end of {} was never seen: {why}", number(step)),
            Self::CancelAsked { step, why, .. } => format!("cancelled {}: {why}", number(step)),
            Self::DoneByHand { step, why } => format!("did {} by hand: {why}", number(step)),
            Self::StepReopened { step, mended } if mended.is_empty() => format!("tries {} again", number(step)),
            Self::StepReopened { step, mended } => {
                format!("tries {} again, after this was mended: {mended}", number(step))
            }
            Self::StepOverridden { step, why } => format!("goes on with {} against the evidence: {why}", number(step)),
            Self::DeferralHandedOver { step, to, why } => format!("handed {} over to {to}: {why}", number(step)),
            Self::ItemRechecked { step, why: None } => format!("{} is still good", number(step)),
            Self::ItemRechecked { step, why: Some(why) } => format!("{} is not good any more: {why}", number(step)),
            Self::ProbeChanged { probe, was: ProbeState::Unknown, state, words, .. } => {
                format!("{probe} is {}: {words}", state.word())
            }
            Self::ProbeChanged { probe, was, state, words, .. } => {
                format!("{probe} is {} and was {}: {words}", state.word(), was.word())
            }
            Self::OrderWaived { step, why } => format!("does {} before its turn: {why}", number(step)),
            Self::TimeWaived { step: Some(step), why } => {
                format!("begins {} although it does not fit any more: {why}", number(step))
            }
            Self::TimeWaived { step: None, why } => format!("goes on after the last safe moment: {why}"),
            Self::RunPaused { why } => format!("paused the run: {why}"),
            Self::RunContinued => "lets the run go on".to_owned(),
            Self::AdHocStarted { command, .. } => format!("ran beside the runbook: {command}"),
            Self::AdHocEnded { end, .. } => format!("the command beside the runbook ended: {}", end.why),
            Self::RunbookAdopted(adoption) => adoption_words(adoption),
            Self::BackOutBegun { why, .. } => format!("began the back-out: {why}"),
            Self::NoteAdded { step: Some(step), text } => format!("remarked on {}: {text}", number(step)),
            Self::NoteAdded { step: None, text } => format!("remarked: {text}"),
            Self::FileAttached { step, name, bytes, .. } => format!("attached {name}{} ({bytes} bytes)", about(step)),
            Self::RecordAmended(Amendment { of, wrong, right, why, .. }) => {
                format!("record {of} is wrong: {wrong}; right is: {right} ({why})")
            }
            Self::RedlineAdded { step, now, .. } => format!("wants the runbook changed{}: {now}", about(step)),
            Self::RunClosed { result } => format!("closed the run: {result}"),
            Self::ClockRead(reading) => clock_words(reading),
            Self::HungUp => "the terminal was hung up; the run stays".to_owned(),
            Self::JournalRecovered => "the journal set a torn write aside".to_owned(),
            Self::Unknown(kind) => format!("? a record of the kind `{kind}`, which this version does not know"),
        }
    }
}

fn wheel_words(because: Taking) -> &'static str {
    match because {
        Taking::Free => "has the wheel",
        Taking::Own => "has the wheel, from another terminal now",
        Taking::Given => "took the wheel that was given",
        Taking::SameTerminal => "took the wheel at the same terminal",
        Taking::Gone => "took the wheel, as the one who had it is gone",
    }
}

fn adoption_words(Adoption { why, changes, .. }: &Adoption) -> String {
    let changes = if changes.is_empty() { "nothing else in words".to_owned() } else { changes.join("; ") };
    format!("adopted the changed runbook for steps that were not begun: {why} ({changes})")
}

fn signature_words(signed: &Signature, number: &dyn Fn(&str) -> String) -> String {
    let word = if signed.signed.meaning == Meaning::Witnessed { "countersigned" } else { "signed" };
    let role = signed.signed.role.as_ref().map(|role| format!(" as {role}")).unwrap_or_default();
    let words = settled_words(&signed.verdict, word, &number(&signed.step));
    format!("{words}{role} ({})", signed.signed.level)
}

/// Says how a step was settled; `word` says it for one that is simply done.
fn settled_words(verdict: &Verdict, word: &str, number: &str) -> String {
    let why = verdict.reason.as_deref().unwrap_or_default();
    match (verdict.outcome, &verdict.deferred) {
        (Outcome::Done, _) => format!("{word} {number}"),
        (Outcome::Overridden, _) => format!("{word} {number} against the evidence"),
        (Outcome::Failed, _) => format!("says that {number} failed: {why}"),
        (Outcome::Skipped, _) => format!("skipped {number}: {why}"),
        (Outcome::NotApplicable, _) => format!("ruled {number} out: {why}"),
        (Outcome::Deferred, Some(later)) => format!("deferred {number} to {}, until {}: {why}", later.to, later.until),
        (Outcome::Deferred, None) => format!("deferred {number}: {why}"),
    }
}

fn took(millis: u64) -> String {
    if millis < 10_000 {
        return format!("{}.{} s", millis / 1000, millis % 1000 / 100);
    }
    Length::seconds(millis / 1000).to_string()
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
