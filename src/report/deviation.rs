//! What was not as the runbook has it: every record that says so, the gravest first.
//!
//! A failed attempt that was mended stays in the list, because it happened. What only the state tells, such as
//! a step that nobody came to, is added at the end.

use super::item::Item;
use super::line::{Line, is_by_program};
use super::mark::Tone;
use super::material::Material;
use super::moment::{joined, took};
use super::people::Participant;
use crate::journal::Tick;
use crate::run::forecast::lasts;
use crate::run::roster::Level;
use crate::run::{ClockReading, Event, Found, Head, Outcome, Verdict, What};
use crate::text::counted;

/// Is something that was not as the runbook has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deviation {
    /// What kind of thing it is.
    pub kind: Kind,
    /// The record that says so; nothing where the state of the run does.
    pub n: Option<u64>,
    /// When, in milliseconds since 1970 in UTC.
    pub at_ms: Option<i64>,
    /// The number of the item it is about, and its title.
    pub item: Option<(String, String)>,
    /// What it is, in a sentence.
    pub words: String,
}

/// Says how much something weighs for whoever has to approve the change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// What was to be done is not, or is not proved.
    Grave,
    /// It was done otherwise than the runbook says.
    Notable,
    /// It is to be known.
    Minor,
}

impl Weight {
    /// Gives the word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Grave => "grave",
            Self::Notable => "notable",
            Self::Minor => "minor",
        }
    }

    /// Says how it is to be taken.
    pub fn tone(self) -> Tone {
        match self {
            Self::Grave => Tone::Bad,
            Self::Notable => Tone::Loud,
            Self::Minor => Tone::Quiet,
        }
    }
}

/// Says what kind of deviation something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// The run was backed out.
    BackOut,
    /// A person says that a step failed.
    Failed,
    /// A step was proved, and is not good any more.
    Regressed,
    /// A step was not done when the run was closed.
    NotDone,
    /// A command was started and its end was never seen.
    EndUnknown,
    /// A step went on against the evidence.
    Overridden,
    /// A step was passed over.
    Skipped,
    /// A step was left for later.
    Deferred,
    /// A step was left to somebody for good.
    HandedOver,
    /// Somebody was to sign, and would not.
    Refused,
    /// Somebody could not prove who he is.
    Identity,
    /// The run went on after the last safe moment, or with what no longer fitted.
    Late,
    /// What a step does was not as expected.
    Attempt,
    /// What a step does was ended before its time.
    Cancelled,
    /// A person did what the program was to do.
    ByHand,
    /// A step was done before its turn.
    OutOfOrder,
    /// A person said that a step does not apply.
    RuledOut,
    /// A command that is not in the runbook was run.
    Beside,
    /// The runbook was changed while the run went on.
    Adopted,
    /// A record was said to be wrong.
    Amended,
    /// Signatures that nothing proves.
    Unproved,
    /// A proved step was bad for a while.
    Wavered,
    /// The clock was set, or ran wrong.
    Clock,
    /// The terminal was hung up.
    HungUp,
    /// Nothing was recorded until somebody resumed the run.
    Gap,
    /// A write did not come to its end, and was set aside.
    Torn,
    /// A record of a kind that this version does not know.
    Unknown,
    /// Somebody wants the runbook to be changed.
    Redline,
}

impl Kind {
    /// Every kind, the gravest first.
    pub const ALL: [Self; 28] = [
        Self::BackOut,
        Self::Failed,
        Self::Regressed,
        Self::NotDone,
        Self::EndUnknown,
        Self::Overridden,
        Self::Skipped,
        Self::Deferred,
        Self::HandedOver,
        Self::Refused,
        Self::Identity,
        Self::Late,
        Self::Attempt,
        Self::Cancelled,
        Self::ByHand,
        Self::OutOfOrder,
        Self::RuledOut,
        Self::Beside,
        Self::Adopted,
        Self::Amended,
        Self::Unproved,
        Self::Wavered,
        Self::Clock,
        Self::HungUp,
        Self::Gap,
        Self::Torn,
        Self::Unknown,
        Self::Redline,
    ];

    /// Gives the word that scripts know it by.
    pub fn word(self) -> &'static str {
        match self {
            Self::BackOut => "back-out",
            Self::Failed => "failed",
            Self::Regressed => "regressed",
            Self::NotDone => "not-done",
            Self::EndUnknown => "end-unknown",
            Self::Overridden => "overridden",
            Self::Skipped => "skipped",
            Self::Deferred => "deferred",
            Self::HandedOver => "handed-over",
            Self::Refused => "refused",
            Self::Identity => "identity",
            Self::Late => "late",
            Self::Attempt => "attempt",
            Self::Cancelled => "cancelled",
            Self::ByHand => "by-hand",
            Self::OutOfOrder => "out-of-order",
            Self::RuledOut => "ruled-out",
            Self::Beside => "beside",
            Self::Adopted => "adopted",
            Self::Amended => "amended",
            Self::Unproved => "unproved",
            Self::Wavered => "wavered",
            Self::Clock => "clock",
            Self::HungUp => "hung-up",
            Self::Gap => "gap",
            Self::Torn => "torn",
            Self::Unknown => "unknown",
            Self::Redline => "redline",
        }
    }

    /// Gives what people call it, for one and for several.
    fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::BackOut => ("back-out", "back-outs"),
            Self::Failed => ("step failed", "steps failed"),
            Self::Regressed => ("step not good any more", "steps not good any more"),
            Self::NotDone => ("step not done", "steps not done"),
            Self::EndUnknown => ("end never seen", "ends never seen"),
            Self::Overridden => ("override", "overrides"),
            Self::Skipped => ("step skipped", "steps skipped"),
            Self::Deferred => ("step deferred", "steps deferred"),
            Self::HandedOver => ("step handed over", "steps handed over"),
            Self::Refused => ("signature refused", "signatures refused"),
            Self::Identity => ("identity not proved", "identities not proved"),
            Self::Late => ("limit of time waived", "limits of time waived"),
            Self::Attempt => ("attempt failed", "attempts failed"),
            Self::Cancelled => ("command cancelled", "commands cancelled"),
            Self::ByHand => ("step done by hand", "steps done by hand"),
            Self::OutOfOrder => ("step out of order", "steps out of order"),
            Self::RuledOut => ("step ruled out", "steps ruled out"),
            Self::Beside => ("command beside the runbook", "commands beside the runbook"),
            Self::Adopted => ("changed runbook adopted", "changed runbooks adopted"),
            Self::Amended => ("record amended", "records amended"),
            Self::Unproved => ("unproved signatures", "unproved signatures"),
            Self::Wavered => ("proof lost for a while", "proofs lost for a while"),
            Self::Clock => ("clock jump", "clock jumps"),
            Self::HungUp => ("terminal hung up", "terminals hung up"),
            Self::Gap => ("gap in attendance", "gaps in attendance"),
            Self::Torn => ("torn write set aside", "torn writes set aside"),
            Self::Unknown => ("record of an unknown kind", "records of unknown kinds"),
            Self::Redline => ("wish for the runbook", "wishes for the runbook"),
        }
    }

    /// Gives what people call it.
    pub fn title(self) -> &'static str {
        self.names().0
    }

    /// Says how many there are.
    fn counted(self, count: usize) -> String {
        let (one, several) = self.names();
        if self == Self::Unproved {
            return one.to_owned();
        }
        format!("{count} {}", if count == 1 { one } else { several })
    }

    /// Says how much it weighs.
    pub fn weight(self) -> Weight {
        match self {
            Self::BackOut | Self::Failed | Self::Regressed | Self::NotDone | Self::EndUnknown | Self::Overridden => {
                Weight::Grave
            }
            Self::Skipped | Self::Deferred | Self::HandedOver | Self::Refused | Self::Identity | Self::Late => {
                Weight::Notable
            }
            Self::Attempt | Self::Cancelled | Self::ByHand | Self::OutOfOrder | Self::RuledOut | Self::Beside => {
                Weight::Notable
            }
            Self::Adopted | Self::Amended | Self::Unproved | Self::Wavered | Self::Clock => Weight::Notable,
            Self::HungUp | Self::Gap | Self::Torn | Self::Unknown | Self::Redline => Weight::Minor,
        }
    }
}

impl Deviation {
    /// Gathers them, the gravest kind first, and in their order.
    pub(super) fn all(material: &Material<'_>, (items, people): (&[&Item], &[Participant])) -> Vec<Self> {
        let mut found: Vec<_> = Vec::new();
        let mut before_ms = None;
        for record in material.records {
            let kind = kind_of(&record.1.what);
            found.extend(kind.map(|kind| Self::of(material, (kind, record), before_ms)));
            before_ms = Some(record.1.stamp.at_ms);
        }
        let is_told = found.iter().any(|found| found.kind == Kind::BackOut);
        found.extend(backed_out(material).filter(|_| !is_told));
        found.extend(not_done(material, items));
        found.extend(items.iter().filter(|item| item.mark.word == "regressed").map(|item| regressed(item)));
        found.extend(unproved(people));
        found.sort_by_key(|found| (found.kind.weight(), found.kind, found.n));
        found
    }

    fn of(material: &Material<'_>, (kind, record): (Kind, &(Head, Event)), before_ms: Option<i64>) -> Self {
        let (head, event) = record;
        let line = Line::of(material, record);
        let said = if is_by_program(event) { line.words.clone() } else { format!("{} {}", line.who, line.words) };
        let words = match (&event.what, before_ms) {
            (What::PersonJoined { resumed: true }, Some(before_ms)) if event.stamp.at_ms > before_ms => {
                format!("{said}; nothing was recorded for {} before that", lasts(event.stamp.at_ms - before_ms))
            }
            (What::ActionEnded { end, attempt, .. }, _) => {
                let number = event.what.step().map(|step| material.number(step)).unwrap_or_default();
                let exit = end.exit.as_ref().filter(|exit| !end.why.contains(*exit));
                let exit = exit.map(|exit| format!(" ({exit})")).unwrap_or_default();
                format!("Attempt {attempt} of {number} failed after {}{exit}: {}", took(end.took_ms), end.why)
            }
            (What::RecordAmended(_), _) => format!("{} says that {}", line.who, line.words),
            _ => said,
        };
        let planned = event.what.step().and_then(|step| material.run.plan().item(step));
        let item = planned.map(|item| (item.number.clone(), material.run.title(item)));
        Self { kind, n: Some(head.n), at_ms: Some(event.stamp.at_ms), item, words: sentence(&words) }
    }
}

/// Says of what kind a record is, where it says that something is not as the runbook has it.
fn kind_of(what: &What) -> Option<Kind> {
    Some(match what {
        What::StepSigned(signature) => of_verdict(&signature.verdict)?,
        What::StepConfirmed { verdict, .. } => of_verdict(verdict)?,
        What::SignatureRefused { .. } => Kind::Refused,
        What::IdentityRefused { .. } => Kind::Identity,
        What::ActionEnded { end, .. } if end.found == Found::Failed => Kind::Attempt,
        What::ActionLost { .. } => Kind::EndUnknown,
        What::CancelAsked { .. } => Kind::Cancelled,
        What::DoneByHand { .. } => Kind::ByHand,
        What::StepOverridden { .. } => Kind::Overridden,
        What::DeferralHandedOver { .. } => Kind::HandedOver,
        What::ItemRechecked { why: Some(_), .. } => Kind::Wavered,
        What::OrderWaived { .. } => Kind::OutOfOrder,
        What::TimeWaived { .. } => Kind::Late,
        What::AdHocStarted { .. } => Kind::Beside,
        What::RunbookAdopted(_) => Kind::Adopted,
        What::BackOutBegun { .. } => Kind::BackOut,
        What::RecordAmended(_) => Kind::Amended,
        What::RedlineAdded { .. } => Kind::Redline,
        What::ClockRead(reading) if is_jump(reading) => Kind::Clock,
        What::HungUp => Kind::HungUp,
        What::PersonJoined { resumed: true } => Kind::Gap,
        What::JournalRecovered => Kind::Torn,
        What::Unknown(_) => Kind::Unknown,
        _ => return None,
    })
}

/// Says the same of how a step was settled; an override has a record of its own.
fn of_verdict(verdict: &Verdict) -> Option<Kind> {
    match verdict.outcome {
        Outcome::Done | Outcome::Overridden => None,
        Outcome::Failed => Some(Kind::Failed),
        Outcome::Skipped => Some(Kind::Skipped),
        Outcome::Deferred => Some(Kind::Deferred),
        Outcome::NotApplicable => Some(Kind::RuledOut),
    }
}

fn is_jump(reading: &ClockReading) -> bool {
    matches!(reading.why, Tick::Back | Tick::Parted)
}

/// Tells of a back-out that a choice led to: no record is of it alone.
fn backed_out(material: &Material<'_>) -> Option<Deviation> {
    let back_out = material.run.back_out()?;
    let planned = material.run.item_of_record(back_out.n);
    let item = planned.map(|item| (item.number.clone(), material.run.title(item)));
    let words = stopped(&format!("{} began the back-out: {}", back_out.who.name, back_out.why));
    Some(Deviation { kind: Kind::BackOut, n: Some(back_out.n), at_ms: Some(back_out.began.at_ms), item, words })
}

/// Finds what was open when the run was closed; of a run that was backed out, only on the way back.
fn not_done(material: &Material<'_>, items: &[&Item]) -> Vec<Deviation> {
    if material.run.closed().is_none() {
        return Vec::new();
    }
    let is_back = material.run.back_out().is_some();
    let back = material.run.plan().forward().len();
    let is_on_the_way = |item: &&&Item| !is_back || material.run.plan().position(&item.id).is_some_and(|at| at >= back);
    let open = items.iter().filter(|item| item.mark.tone == Tone::Open).filter(is_on_the_way);
    let words = |item: &Item| format!("{} was {} when the run was closed.", item.number, item.mark.word);
    open.map(|item| of_state(Kind::NotDone, item, words(item))).collect()
}

fn regressed(item: &Item) -> Deviation {
    let why = item.why.clone().unwrap_or_default();
    of_state(Kind::Regressed, item, sentence(&format!("{} was proved, and is not good any more: {why}", item.number)))
}

fn of_state(kind: Kind, item: &Item, words: String) -> Deviation {
    let item = Some((item.number.clone(), item.title.clone()));
    Deviation { kind, n: None, at_ms: None, item, words }
}

/// Says whose signatures nothing proves, where there are any.
fn unproved(people: &[Participant]) -> Option<Deviation> {
    let by_name = |person: &Participant| {
        let count = person.levels.iter().find(|(level, _)| *level == Level::Name).map(|(_, count)| *count)?;
        Some(format!("{} of {}", count, person.name))
    };
    let who: Vec<_> = people.iter().filter_map(by_name).collect();
    let words = format!("Signatures by name are claimed, and nothing proves whose they are: {}.", joined(&who));
    (!who.is_empty()).then_some(Deviation { kind: Kind::Unproved, n: None, at_ms: None, item: None, words })
}

/// Makes a sentence of words: a capital before it, unless it begins with a name, and a full stop behind it.
pub(super) fn sentence(words: &str) -> String {
    let words = stopped(words);
    let begin = words.split_whitespace().next().unwrap_or_default().trim_end_matches([',', ':', ';', '.', '!', '?']);
    let mut letters = words.chars();
    match letters.next() {
        Some(first) if begin.chars().all(char::is_alphabetic) => {
            format!("{}{}", first.to_uppercase().collect::<String>(), letters.as_str())
        }
        _ => words,
    }
}

/// Puts a full stop behind words, as the end of a sentence.
pub(super) fn stopped(words: &str) -> String {
    let words = words.trim_end();
    let end = if words.ends_with(['.', '!', '?', ':', ';']) { "" } else { "." };
    format!("{words}{end}")
}

/// Says in a sentence what deviated.
pub(super) fn words(deviations: &[Deviation]) -> String {
    if deviations.is_empty() {
        return "Nothing: all of it went as the runbook has it.".to_owned();
    }
    let counts = Kind::ALL.into_iter().filter_map(|kind| {
        let count = deviations.iter().filter(|found| found.kind == kind).count();
        (count > 0).then(|| kind.counted(count))
    });
    format!("{}: {}.", counted(deviations.len(), "deviation"), joined(&counts.collect::<Vec<_>>()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_become_a_sentence_and_names_stay_as_they_are() {
        let sentences = [
            "the clock stepped back",
            "exit 3, and 0 is expected",
            "journal.jsonl: altered",
            "2.1 was skipped",
            "why?",
            "",
        ];
        assert_eq!(
            sentences.map(sentence),
            [
                "The clock stepped back.",
                "Exit 3, and 0 is expected.",
                "journal.jsonl: altered.",
                "2.1 was skipped.",
                "Why?",
                "."
            ]
        );
    }

    #[test]
    fn every_kind_stands_once_in_the_list_the_gravest_first() {
        assert!(Kind::ALL.is_sorted() && Kind::ALL.map(Kind::weight).is_sorted());
        let mut words = Kind::ALL.map(Kind::word).to_vec();
        words.dedup();
        assert_eq!(words.len(), Kind::ALL.len());
    }
}
