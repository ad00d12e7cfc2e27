//! Each item of a run: how it stands, what proves it, who signed, what was run, on what evidence.

use super::line::Line;
use super::mark::{Mark, why};
use super::material::Material;
use super::moment::joined;
use super::remark::{Note, notes};
use super::start::{Started, starts};
use crate::journal::receipt_of;
use crate::run::roster::Level;
use crate::run::{Event, Given, Head, Meaning, Proof, Signature as Signing, Standing, Verdict, What};
use crate::runbook::model::Sign;
use crate::runbook::plan::{Item as Planned, ItemKind};
use crate::text::markdown::plain;

/// What items are that only offer to take something back.
const OFFER: &str = "undo";
/// How wide the text of a step is.
const PAGE: usize = 100;

/// Is an item of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Its stable name.
    pub id: String,
    /// Its number as people say it.
    pub number: String,
    /// What was to be done.
    pub title: String,
    /// What it is: `step`, `prerequisite`, `activity` and so on.
    pub kind: &'static str,
    /// How deep it stands.
    pub depth: usize,
    /// Whether it only stands for what is below it.
    pub is_heading: bool,
    /// Whether it belongs to a way back that the run was not on.
    pub is_in_reserve: bool,
    /// How to do it, as plain text.
    pub text: String,
    /// The same as its author wrote it, in Markdown.
    pub written: String,
    /// How it stands.
    pub mark: Mark,
    /// Why it stands so, where that is not all.
    pub why: Option<String>,
    /// What proves that it was done.
    pub proof: Option<Proof>,
    /// What proves it, in a sentence; for what was not done, what speaks for that.
    pub proved: String,
    /// When it was first recorded that something is done with it, in milliseconds since 1970 in UTC.
    pub began_ms: Option<i64>,
    /// When it was last recorded how it was settled; nothing where it is not.
    pub settled_ms: Option<i64>,
    /// The signatures for it, in order.
    pub signatures: Vec<Signature>,
    /// What was started for it, in order.
    pub starts: Vec<Started>,
    /// The option that was chosen: its id and its title.
    pub chosen: Option<(String, String)>,
    /// The values that were noted down in it.
    pub values: Vec<(String, String)>,
    /// What was remarked on it.
    pub notes: Vec<Note>,
    /// All its records.
    pub lines: Vec<Line>,
}

/// Is a person's word on an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// The record it stands in.
    pub n: u64,
    /// When, in milliseconds since 1970 in UTC.
    pub at_ms: i64,
    /// Who signed: the id.
    pub id: String,
    /// Who signed: the name.
    pub who: String,
    /// The role that was signed for.
    pub role: Option<String>,
    /// What it means.
    pub meaning: Meaning,
    /// What was signed, in words: `done, checked`.
    pub outcome: String,
    /// By what the signer proved who he is.
    pub level: Level,
    /// The same in the words of the statement.
    pub auth: String,
    /// Whether it still counts: what was tried once more has to be signed once more.
    pub counts: bool,
    /// The last record that the signer had seen.
    pub seen: u64,
    /// The exact text that was signed.
    pub statement: String,
    /// Whether an SSH signature of it is in the record.
    pub has_key: bool,
    /// What a person could have kept of the record.
    pub receipt: String,
    /// What was kept of what the signer saw.
    pub evidence: Vec<Evidence>,
}

/// Is something that was kept when a person signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// What it is.
    pub what: &'static str,
    /// The hash by which it is kept.
    pub sha256: String,
}

impl Item {
    /// Tells everything about an item of the plan; `records` are those about it.
    pub(super) fn of(material: &Material<'_>, at: usize, records: &[&(Head, Event)]) -> Self {
        let run = material.run;
        let planned = &run.items()[at];
        let standing = run.standing_at(at);
        let sheet = run.sheet(planned);
        let starts = starts(material, records.iter().copied());
        let signatures: Vec<_> = records.iter().filter_map(|record| Signature::of(material, record)).collect();
        let is_back = at >= run.plan().forward().len();
        let proof = if let Standing::Done(proof) = standing { Some(proof) } else { None };
        let chosen = run.chosen(&planned.id).map(|id| {
            let title = sheet.options.iter().find(|(option, ..)| option == id).map(|(_, title, _)| title.clone());
            (id.to_owned(), title.unwrap_or_default())
        });
        Self {
            id: planned.id.to_string(),
            number: planned.number.clone(),
            title: sheet.title,
            kind: planned.kind.word(),
            depth: planned.depth,
            is_heading: run.is_heading(planned) && *run.signers(planned) == Sign::None,
            is_in_reserve: is_back && run.back_out().is_none(),
            text: plain(&sheet.text, PAGE).join("\n"),
            written: sheet.text,
            mark: Mark::of(&standing),
            why: why(&standing),
            proof,
            proved: proved(&standing, (&starts, &signatures), records),
            began_ms: records.iter().find(|(_, event)| !is_remark(&event.what)).map(|(_, event)| event.stamp.at_ms),
            settled_ms: is_settled(&standing).then(|| settled_ms(records)).flatten(),
            signatures,
            starts,
            chosen,
            values: values(records),
            notes: notes(material, records.iter().copied()),
            lines: records.iter().map(|record| Line::of(material, record)).collect(),
        }
    }

    /// Tells whether it is one of those that are counted: no heading, not in reserve, and no offer that nobody took.
    pub fn counts(&self) -> bool {
        let is_offer = self.is_in_reserve || self.kind == OFFER;
        !self.is_heading && (!is_offer || !self.lines.is_empty())
    }

    /// Gives who signed for it in the end, each once.
    pub fn signers(&self) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for signature in self.signatures.iter().filter(|signature| signature.counts) {
            if !names.contains(&signature.who) {
                names.push(signature.who.clone());
            }
        }
        names
    }
}

/// Tells whether a record only remarks something, and changes nothing.
fn is_remark(what: &What) -> bool {
    matches!(
        what,
        What::NoteAdded { .. } | What::FileAttached { .. } | What::RedlineAdded { .. } | What::ItemRechecked { .. }
    )
}

fn is_settled(standing: &Standing) -> bool {
    matches!(
        standing,
        Standing::Done(_)
            | Standing::Overridden(_)
            | Standing::Regressed(_)
            | Standing::Skipped(_)
            | Standing::NotApplicable(_)
            | Standing::Deferred(_)
            | Standing::Failed(_)
    )
}

fn settled_ms(records: &[&(Head, Event)]) -> Option<i64> {
    let is_word = |what: &What| {
        matches!(
            what,
            What::StepSigned(_) | What::StepConfirmed { .. } | What::ActionEnded { .. } | What::DoneByHand { .. }
        )
    };
    records.iter().rfind(|(_, event)| is_word(&event.what)).map(|(_, event)| event.stamp.at_ms)
}

fn values(records: &[&(Head, Event)]) -> Vec<(String, String)> {
    let mut values: Vec<(String, String)> = Vec::new();
    for (_, event) in records {
        let given = match &event.what {
            What::OptionChosen { values, .. } | What::ValuesRecorded { values, .. } => values,
            What::ActionEnded { end, .. } => &end.values,
            _ => continue,
        };
        for (name, value) in given {
            values.retain(|(known, _)| known != name);
            values.push((name.clone(), value.to_string()));
        }
    }
    values
}

/// Says what proves how an item stands.
fn proved(standing: &Standing, (starts, signatures): (&[Started], &[Signature]), records: &[&(Head, Event)]) -> String {
    let signed = signed_words(signatures);
    let last = starts.iter().rev().find_map(|start| Some((start, start.outcome.as_ref()?)));
    let with = |words: String| if signed.is_empty() { words } else { format!("{words}; {signed}") };
    match standing {
        Standing::Done(Proof::Sensed) => with(last.map_or_else(
            || "mop looked, and it was so".to_owned(),
            |(_, end)| format!("mop looked, and it was so: {}", end.why),
        )),
        Standing::Done(Proof::Checked) => with(last.map_or_else(
            || "its command ended as expected".to_owned(),
            |(start, end)| match end.why.strip_prefix("as expected") {
                Some(rest) => format!("its command ended as expected{}{rest}", attempt_words(start)),
                None => format!("its command ended as expected{}: {}", attempt_words(start), end.why),
            },
        )),
        Standing::Done(Proof::Claimed) if signed.is_empty() => confirmed(records)
            .map_or_else(|| "nobody had to sign".to_owned(), |who| format!("{who} says so; nobody had to sign")),
        Standing::Done(Proof::Claimed) => match by_hand(records) {
            Some(why) => format!("done by hand, as {why}; {signed}"),
            None => format!("a person says so: {signed}"),
        },
        Standing::Overridden(why) => with(format!("nothing; it goes on against the evidence: {why}")),
        Standing::Regressed(why) => with(format!("it was proved, and is not good any more: {why}")),
        Standing::Skipped(why) | Standing::Failed(why) | Standing::NotApplicable(why) => with(why.clone()),
        Standing::Deferred(whose) => with(format!("to {whose}")),
        Standing::EndUnknown(why) => why.clone(),
        Standing::Locked(lock) => lock.to_string(),
        _ => signed,
    }
}

fn attempt_words(start: &Started) -> String {
    if start.attempt > 1 { format!(" at attempt {}", start.attempt) } else { String::new() }
}

/// Says who signed, and by what.
fn signed_words(signatures: &[Signature]) -> String {
    let words = |given: &Signature| {
        let word = if given.meaning == Meaning::Witnessed { "countersigned by" } else { "signed by" };
        let role = given.role.as_ref().map(|role| format!(" as {role}")).unwrap_or_default();
        format!("{word} {}{role} ({})", given.who, level_words(given.level))
    };
    let words: Vec<_> = signatures.iter().filter(|given| given.counts).map(words).collect();
    joined(&words)
}

/// Says by what a signature is proved.
pub(super) fn level_words(level: Level) -> &'static str {
    match level {
        Level::Name => "by name, unproved",
        Level::Pin => "by PIN",
        Level::Key => "by key",
        Level::Touch => "by touch",
    }
}

/// Finds who said that something was done that nobody has to sign.
fn confirmed(records: &[&(Head, Event)]) -> Option<String> {
    let confirms = |what: &What| matches!(what, What::StepConfirmed { .. });
    records.iter().rfind(|(_, event)| confirms(&event.what)).map(|(_, event)| event.stamp.who.name.clone())
}

fn by_hand(records: &[&(Head, Event)]) -> Option<String> {
    records.iter().rev().find_map(|(_, event)| match &event.what {
        What::DoneByHand { why, .. } => Some(why.clone()),
        _ => None,
    })
}

impl Signature {
    /// Takes a record for a signature, if it is one.
    fn of(material: &Material<'_>, (head, event): &(Head, Event)) -> Option<Self> {
        let What::StepSigned(Signing { step, verdict, signed }) = &event.what else { return None };
        let (n, who) = (head.n, &event.stamp.who);
        let auth = signed.statement.lines().find_map(|line| line.strip_prefix("auth      ")).unwrap_or_default();
        let names = ["the step as it was shown", "the values", "what the probes said"];
        let evidence = signed.blobs.iter().enumerate().map(|(at, blob)| Evidence {
            what: names.get(at).copied().unwrap_or("more evidence"),
            sha256: blob.to_string(),
        });
        Some(Self {
            n,
            at_ms: event.stamp.at_ms,
            id: who.id.clone(),
            who: who.name.clone(),
            role: signed.role.clone(),
            meaning: signed.meaning,
            outcome: verdict.words(),
            level: signed.level,
            auth: auth.to_owned(),
            counts: counts(material, (step, verdict), (n, &who.id)),
            seen: signed.seen,
            statement: signed.statement.clone(),
            has_key: signed.signature.is_some(),
            receipt: receipt_of(&head.hash),
            evidence: evidence.collect(),
        })
    }
}

/// Tells whether a signature still counts: for what is done, or for how else the item was settled.
fn counts(material: &Material<'_>, (step, verdict): (&str, &Verdict), (n, who): (u64, &str)) -> bool {
    let is_given = material.run.signatures(step).iter().any(|given: &Given| given.n == n);
    let settled = material.run.settled(step).filter(|settled| settled.outcome == verdict.outcome);
    is_given || settled.is_some_and(|settled| settled.who.id == who)
}

impl Item {
    /// Tells whether an item of the plan begins a part.
    pub(super) fn begins_part(planned: &Planned) -> bool {
        let is_head = matches!(planned.kind, ItemKind::Requirements(_) | ItemKind::Activity(_) | ItemKind::BackOut(_));
        is_head && planned.depth == 0
    }
}
