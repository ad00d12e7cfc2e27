//! A run that is looked at afterwards: its records, and what was found when it was verified.
//!
//! What is found comes later than the records, from whoever verifies; until then it is said that it is not
//! known. Nothing of it is a decision, and nothing of it is kept.

use std::collections::{HashMap, HashSet};

use crate::run::roster::Level;
use crate::run::{Chronicle, Event, Outcome, Run, Signed, What};

/// Is a run that is looked at afterwards.
#[derive(Debug)]
pub struct Hindsight {
    /// Its records.
    pub chronicle: Chronicle,
    /// What is wrong with its journal, where that was seen when it was read.
    pub alarm: Option<String>,
    /// What was found when it was verified.
    pub found: Found,
    /// What was kept when a signature was given: the number of its record, and each text with its name.
    pub evidence: Option<(u64, Vec<(String, String)>)>,
    /// The last record when somebody stood at the newest.
    pub seen: u64,
}

/// Is what was found when a run was verified.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Found {
    /// It is being verified.
    #[default]
    Waiting,
    /// It cannot be verified, and why.
    Failed(String),
    /// It was.
    All(Box<Findings>),
}

/// Is all that was found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Findings {
    /// The verdict, as one reads it in capitals.
    pub title: String,
    /// The rest of it.
    pub words: String,
    /// How it is to be taken.
    pub grade: Grade,
    /// What was found of single records: whether it speaks for the record, and what.
    pub records: HashMap<u64, Vec<(bool, String)>>,
    /// The records that deviate from the runbook.
    pub deviating: HashSet<u64>,
    /// The lists.
    pub lists: Vec<List>,
    /// What was planned and what became of it.
    pub chart: Chart,
}

/// Says how a verdict is to be taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Grade {
    /// It is as it was recorded.
    Good,
    /// Something is missing that would say so.
    #[default]
    Open,
    /// It is not as it was recorded.
    Bad,
}

/// Is a list of things that were recorded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct List {
    /// What they are.
    pub title: &'static str,
    /// What is to be said of them all.
    pub sum: String,
    /// Each with its record, where it stands in one.
    pub entries: Vec<(Option<u64>, String)>,
}

/// Is what was planned and what became of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chart {
    /// The window, from when to when.
    pub window: Option<(i64, i64)>,
    /// From when to when the run stood still.
    pub pauses: Vec<(i64, i64)>,
    /// When the way back began.
    pub back_out: Option<i64>,
    /// The last record.
    pub end_ms: i64,
    /// A bar for each part and each step with an estimate of its own.
    pub bars: Vec<Bar>,
}

/// Is one line of a chart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bar {
    /// The number and the title.
    pub title: String,
    /// Whether it is a part.
    pub is_part: bool,
    /// From when to when it was planned.
    pub planned: Option<(i64, i64)>,
    /// From when to when it was.
    pub actual: Option<(i64, i64)>,
    /// Whether it did not end.
    pub is_open: bool,
    /// How long it was to take, took, and the difference, in words.
    pub words: String,
}

/// Says what is to be noticed of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// It deviates from the runbook.
    Deviation,
    /// It goes on against the evidence.
    Override,
    /// Nothing proves whose word it is.
    Unproved,
    /// It goes on although the time does not allow it.
    Late,
}

impl Mark {
    /// Every mark, with the word by which it is filtered and its sign.
    pub const ALL: [(&'static str, char, Self); 4] = [
        ("deviations", '!', Self::Deviation),
        ("overrides", 'o', Self::Override),
        ("unproved", '?', Self::Unproved),
        ("late", 'L', Self::Late),
    ];
}

impl Hindsight {
    /// Begins with the records of a run.
    pub fn of(chronicle: Chronicle, alarm: Option<String>) -> Self {
        let seen = chronicle.newest();
        Self { chronicle, alarm, found: Found::Waiting, evidence: None, seen }
    }

    /// Gives all that was found, once it was.
    pub fn findings(&self) -> Option<&Findings> {
        match &self.found {
            Found::All(findings) => Some(findings),
            Found::Waiting | Found::Failed(_) => None,
        }
    }

    /// Counts the records that came since somebody stood at the newest.
    pub fn newer(&self) -> u64 {
        self.chronicle.newest().saturating_sub(self.seen)
    }

    /// Tells whether something is to be noticed of a record.
    pub fn has(&self, n: u64, mark: Mark) -> bool {
        let event = || self.chronicle.record(n).map(|(_, event)| event);
        match mark {
            Mark::Deviation => self.findings().is_some_and(|findings| findings.deviating.contains(&n)),
            Mark::Override => event().is_some_and(is_override),
            Mark::Unproved => event().and_then(signed).is_some_and(|signed| signed.level == Level::Name),
            Mark::Late => event().is_some_and(|event| matches!(event.what, What::TimeWaived { .. })),
        }
    }

    /// Gives the signs of what is to be noticed of a record.
    pub fn signs(&self, n: u64) -> String {
        Mark::ALL.iter().filter(|(_, _, mark)| self.has(n, *mark)).map(|(_, sign, _)| *sign).collect()
    }

    /// Gives the moment of a record.
    pub fn at_ms(&self, run: &Run) -> i64 {
        self.chronicle.record(run.head().n).map_or(0, |(_, event)| event.stamp.at_ms)
    }
}

fn is_override(event: &Event) -> bool {
    match &event.what {
        What::StepOverridden { .. } => true,
        What::StepSigned(signature) => signature.verdict.outcome == Outcome::Overridden,
        _ => false,
    }
}

/// Gives the signature that a record holds.
pub(super) fn signed(event: &Event) -> Option<&Signed> {
    match &event.what {
        What::StepSigned(signature) => Some(&signature.signed),
        What::RecordAmended(amendment) => amendment.signed.as_ref(),
        _ => None,
    }
}
