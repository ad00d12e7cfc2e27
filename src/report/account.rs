//! The account of a run: everything that a report says, as data, computed once.
//!
//! Moments are milliseconds since 1970 in UTC, lengths milliseconds; texts are as they were recorded, and not
//! safe to draw anywhere before a writer made them so.

use std::collections::HashMap;

use super::answer::{Answer, Ground, Group, groups};
use super::check::Check;
use super::deviation::Deviation;
use super::item::Item;
use super::line::Line;
use super::material::Material;
use super::moment::Moments;
use super::people::{Participant, wheel};
use super::remark::{Aside, Attached, Correction, Note, Wish, asides, attached, corrections, notes, wishes};
use super::status::Probe;
use super::timing::Timing;
use crate::run::{Event, Head, Run};

/// Is everything that is to be said of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct Account {
    /// Which run it is.
    pub identity: Identity,
    /// Up to where it is told.
    pub as_of: AsOf,
    /// In which zone times are told.
    pub moments: Moments,
    /// What is to be said before anything else: that the record is not what was recorded.
    pub alarm: Option<String>,
    /// The answers of the first page.
    pub answers: Vec<Answer>,
    /// The items that stand alike.
    pub groups: Vec<Group>,
    /// What was not as the runbook has it, the gravest first.
    pub deviations: Vec<Deviation>,
    /// Who was there.
    pub people: Vec<Participant>,
    /// Who had the wheel, record by record.
    pub wheel: Vec<Line>,
    /// When it was, and how long it took.
    pub timing: Timing,
    /// The parts with their items.
    pub parts: Vec<Part>,
    /// What changed in the status.
    pub probes: Vec<Probe>,
    /// Remarks about no step.
    pub notes: Vec<Note>,
    /// The files that were put into the run.
    pub attached: Vec<Attached>,
    /// What was said to be wrong in earlier records.
    pub corrections: Vec<Correction>,
    /// The wishes for other wordings in the runbook.
    pub wishes: Vec<Wish>,
    /// The commands that were run beside the runbook.
    pub asides: Vec<Aside>,
    /// The records that are about no step.
    pub lines: Vec<Line>,
    /// What was found when the run was verified.
    pub check: Check,
}

/// Says which run it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The id of the run.
    pub run: String,
    /// The name of its directory.
    pub name: String,
    /// Its title.
    pub title: String,
    /// The id of the runbook.
    pub runbook: String,
    /// The author's version of it.
    pub version: Option<String>,
    /// Whether it is practice.
    pub is_rehearsal: bool,
    /// The files that it began with, each with its SHA-256.
    pub files: Vec<(String, String)>,
    /// What the machine said of itself.
    pub machine: Vec<(String, String)>,
    /// What was answered at the start.
    pub answers: Vec<(String, String)>,
}

/// Says up to where a run is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AsOf {
    /// The last record.
    pub n: u64,
    /// When it was made.
    pub at_ms: i64,
    /// Its hash.
    pub head: String,
    /// How it ended, where somebody closed it.
    pub result: Option<String>,
    /// Whether a seal covers it.
    pub is_sealed: bool,
}

/// Is a part of a run: the requirements, an activity, or the way back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Its heading.
    pub head: Item,
    /// What stands below it.
    pub items: Vec<Item>,
    /// Whether it is the way back.
    pub is_back: bool,
}

impl Part {
    /// Gives the heading and what stands below it.
    pub fn all(&self) -> impl Iterator<Item = &Item> {
        [&self.head].into_iter().chain(&self.items)
    }
}

impl Account {
    /// Tells everything about a run.
    pub fn of(material: &Material<'_>) -> Self {
        let parts = parts(material);
        let items: Vec<&Item> = parts.iter().flat_map(Part::all).filter(|item| item.counts()).collect();
        let people = Participant::all(material);
        let deviations = Deviation::all(material, (&items, &people));
        let (timing, moments) = (Timing::of(material), Moments::of(material.run));
        let groups = groups(&items);
        let ground =
            Ground { material, moments, parts: &parts, people: &people, deviations: &deviations, timing: &timing };
        let answers = ground.answers(&groups);
        Self {
            identity: Identity::of(material),
            as_of: AsOf::of(material),
            moments,
            alarm: alarm(material.check),
            answers,
            groups,
            wheel: wheel(material),
            probes: Probe::all(material),
            notes: notes(material, about_no_step(material)),
            attached: attached(material),
            corrections: corrections(material),
            wishes: wishes(material),
            asides: asides(material),
            lines: rest(material),
            check: material.check.clone(),
            deviations,
            people,
            timing,
            parts,
        }
    }

    /// Walks all items, headings among them.
    pub fn items(&self) -> impl Iterator<Item = &Item> {
        self.parts.iter().flat_map(Part::all)
    }

    /// Tells whether somebody closed the run.
    pub fn is_over(&self) -> bool {
        self.as_of.result.is_some()
    }
}

impl Identity {
    fn of(material: &Material<'_>) -> Self {
        let start = material.run.start();
        Self {
            run: start.run.clone(),
            name: material.name.to_owned(),
            title: start.title.clone(),
            runbook: start.runbook.clone(),
            version: material.run.runbook().main().version.clone(),
            is_rehearsal: start.rehearsal,
            files: start.files.clone(),
            machine: start.machine.clone(),
            answers: start.answers.iter().map(|(name, answer)| (name.clone(), answer.to_string())).collect(),
        }
    }
}

impl AsOf {
    fn of(material: &Material<'_>) -> Self {
        let run: &Run = material.run;
        let head = run.head();
        Self {
            n: head.n,
            at_ms: material.last_ms(),
            head: head.hash.to_string(),
            result: run.closed().map(str::to_owned),
            is_sealed: material.check.seal.is_some(),
        }
    }
}

/// Says loudly that the record is not what was recorded.
fn alarm(check: &Check) -> Option<String> {
    let is_bad = check.grade == super::answer::Grade::Bad;
    is_bad.then(|| format!("{}: {}", check.title, super::deviation::sentence(&check.words)))
}

/// Takes the plan apart: each part with what stands below it.
fn parts(material: &Material<'_>) -> Vec<Part> {
    let mut about: HashMap<&str, Vec<&(Head, Event)>> = HashMap::new();
    for record in material.records {
        if let Some(step) = record.1.what.step() {
            about.entry(step).or_default().push(record);
        }
    }
    let back = material.run.plan().forward().len();
    let mut parts: Vec<Part> = Vec::new();
    for (at, planned) in material.run.items().iter().enumerate() {
        let item = Item::of(material, at, about.get(&*planned.id).map_or(&[], Vec::as_slice));
        match parts.last_mut().filter(|_| !Item::begins_part(planned)) {
            Some(part) => part.items.push(item),
            None => parts.push(Part { head: item, items: Vec::new(), is_back: at >= back }),
        }
    }
    parts
}

/// Walks the records about no item of the plan.
fn about_no_step<'a>(material: &'a Material<'_>) -> impl Iterator<Item = &'a (Head, Event)> {
    let is_rest = |event: &Event| event.what.step().is_none_or(|step| material.run.plan().item(step).is_none());
    material.records.iter().filter(move |(_, event)| is_rest(event))
}

fn rest(material: &Material<'_>) -> Vec<Line> {
    about_no_step(material).map(|record| Line::of(material, record)).collect()
}
