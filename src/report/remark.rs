//! What people put into a run beside its steps: notes, files, corrections, wishes for the runbook, and
//! commands that are not in it.

use super::material::Material;
use super::start::{Started, starts};
use crate::run::{Event, Head, What};

/// Is a remark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// The record it stands in.
    pub n: u64,
    /// When, in milliseconds since 1970 in UTC.
    pub at_ms: i64,
    /// Who made it.
    pub who: String,
    /// The number of the item it is about.
    pub item: Option<String>,
    /// What it says.
    pub text: String,
}

/// Is a file that was put into the run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attached {
    /// The record it stands in.
    pub n: u64,
    /// When, in milliseconds since 1970 in UTC.
    pub at_ms: i64,
    /// Who put it there.
    pub who: String,
    /// The number of the item it is about.
    pub item: Option<String>,
    /// What it is called.
    pub name: String,
    /// How many bytes it has.
    pub bytes: u64,
    /// Its SHA-256, by which it is kept.
    pub sha256: String,
}

/// Is a wish for another wording in the runbook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wish {
    /// The record it stands in.
    pub n: u64,
    /// When, in milliseconds since 1970 in UTC.
    pub at_ms: i64,
    /// Who has it.
    pub who: String,
    /// The number of the item it is about.
    pub item: Option<String>,
    /// What the runbook says.
    pub was: String,
    /// What it should say.
    pub now: String,
    /// Why.
    pub why: String,
}

/// Says that an earlier record is wrong; both stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Correction {
    /// The record it stands in.
    pub n: u64,
    /// When, in milliseconds since 1970 in UTC.
    pub at_ms: i64,
    /// Who says so.
    pub who: String,
    /// The record that is wrong.
    pub of: u64,
    /// What is wrong in it.
    pub wrong: String,
    /// What is right.
    pub right: String,
    /// Why it was wrong.
    pub why: String,
}

/// Is a command that was run beside the runbook.
pub type Aside = Started;

/// Gathers the remarks among some records.
pub(super) fn notes<'a>(material: &Material<'_>, records: impl Iterator<Item = &'a (Head, Event)>) -> Vec<Note> {
    let note = |(head, event): &(Head, Event)| match &event.what {
        What::NoteAdded { step, text } => Some(Note {
            n: head.n,
            at_ms: event.stamp.at_ms,
            who: event.stamp.who.name.clone(),
            item: step.as_ref().map(|step| material.number(step)),
            text: text.clone(),
        }),
        _ => None,
    };
    records.filter_map(note).collect()
}

/// Gathers the files that were put into the run.
pub(super) fn attached(material: &Material<'_>) -> Vec<Attached> {
    let file = |(head, event): &(Head, Event)| match &event.what {
        What::FileAttached { step, name, bytes, blob } => Some(Attached {
            n: head.n,
            at_ms: event.stamp.at_ms,
            who: event.stamp.who.name.clone(),
            item: step.as_ref().map(|step| material.number(step)),
            name: name.clone(),
            bytes: *bytes,
            sha256: blob.to_string(),
        }),
        _ => None,
    };
    material.records.iter().filter_map(file).collect()
}

/// Gathers the wishes for the runbook.
pub(super) fn wishes(material: &Material<'_>) -> Vec<Wish> {
    let wish = |(head, event): &(Head, Event)| match &event.what {
        What::RedlineAdded { step, was, now, why } => Some(Wish {
            n: head.n,
            at_ms: event.stamp.at_ms,
            who: event.stamp.who.name.clone(),
            item: step.as_ref().map(|step| material.number(step)),
            was: was.clone(),
            now: now.clone(),
            why: why.clone(),
        }),
        _ => None,
    };
    material.records.iter().filter_map(wish).collect()
}

/// Gathers what was said to be wrong.
pub(super) fn corrections(material: &Material<'_>) -> Vec<Correction> {
    let correction = |(head, event): &(Head, Event)| match &event.what {
        What::RecordAmended(amendment) => Some(Correction {
            n: head.n,
            at_ms: event.stamp.at_ms,
            who: event.stamp.who.name.clone(),
            of: amendment.of,
            wrong: amendment.wrong.clone(),
            right: amendment.right.clone(),
            why: amendment.why.clone(),
        }),
        _ => None,
    };
    material.records.iter().filter_map(correction).collect()
}

/// Gathers the commands beside the runbook.
pub(super) fn asides(material: &Material<'_>) -> Vec<Aside> {
    let is_aside =
        |(_, event): &&(Head, Event)| matches!(event.what, What::AdHocStarted { .. } | What::AdHocEnded { .. });
    starts(material, material.records.iter().filter(is_aside))
}
