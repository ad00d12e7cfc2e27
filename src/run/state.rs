//! The state of a run: what its records, one after the other, add up to.
//!
//! [`Run::apply`] is the only way it changes; it cannot fail and never looks at a clock. The plan is
//! laid out again only when values change. Whether something may happen is decided in `decide`.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::answer::Answer;
use super::event::{Event, Person, Start, What};
use super::outline::{Standing, outline};
use super::roster::Roster;
use super::trail::Entry;
use crate::journal::Digest;
use crate::runbook::model::{Action, Runbook, Sign, Step, StepId};
use crate::runbook::plan::{Item, ItemKind, Plan, Sheet, Values, plan};

mod fold;

/// How many wrong PINs lock a person's PIN.
const MOST_WRONG_PINS: u32 = 5;

/// Says where a record stands in its journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// Its number.
    pub n: u64,
    /// Its hash.
    pub hash: Digest,
}

/// Is a remark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// The record it stands in.
    pub n: u64,
    /// Who made it.
    pub who: Person,
    /// The item it is about.
    pub step: Option<String>,
    /// What it says.
    pub text: String,
}

/// Says how far a run is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// How many of the items that apply are done.
    pub done: usize,
    /// How many there are.
    pub of: usize,
}

/// What was done with one item.
#[derive(Clone, Debug, Default, PartialEq)]
struct Done {
    signatures: Vec<(Person, Option<String>)>,
    confirmed: bool,
    chosen: Option<String>,
    recorded: HashSet<String>,
    /// The last record that touched it.
    at: u64,
}

/// Is a run as its journal tells it.
#[derive(Debug)]
pub struct Run {
    runbook: Arc<Runbook>,
    start: Start,
    roster: Arc<Roster>,
    /// Who acts in it, in the order they came.
    people: Vec<Person>,
    /// How many wrong PINs were given in each one's name since the last right one.
    refused: HashMap<String, u32>,
    values: Values,
    plan: Plan,
    standings: Vec<Standing>,
    places: HashMap<Arc<str>, usize>,
    items: HashMap<String, Done>,
    notes: Vec<Note>,
    trail: Vec<Entry>,
    heads: Vec<Digest>,
    /// The last record that changed values.
    values_at: u64,
    /// The last record of something that a person did.
    acted_at: u64,
    /// How it ended, once somebody closed it.
    closed: Option<String>,
    unknown: usize,
}

impl Run {
    /// Gives the runbook.
    pub fn runbook(&self) -> &Arc<Runbook> {
        &self.runbook
    }

    /// Says how it began.
    pub fn start(&self) -> &Start {
        &self.start
    }

    /// Gives the values so far.
    pub fn values(&self) -> &Values {
        &self.values
    }

    /// Gives the plan.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Gives the items of the plan, in order.
    pub fn items(&self) -> &[Item] {
        &self.plan.items
    }

    /// Gives who may sign, and with what.
    pub fn roster(&self) -> &Arc<Roster> {
        &self.roster
    }

    /// Gives who acts in it, in the order they came.
    pub fn people(&self) -> &[Person] {
        &self.people
    }

    /// Tells whether so many wrong PINs were given in a person's name that no other is taken.
    pub fn is_pin_locked(&self, who: &Person) -> bool {
        self.pins_left(who) == 0
    }

    /// Counts how often a wrong PIN may still be given in a person's name.
    pub fn pins_left(&self, who: &Person) -> u32 {
        MOST_WRONG_PINS.saturating_sub(self.refused.get(&who.id).copied().unwrap_or_default())
    }

    /// Gives the remarks.
    pub fn notes(&self) -> &[Note] {
        &self.notes
    }

    /// Gives the records in words.
    pub fn trail(&self) -> &[Entry] {
        &self.trail
    }

    /// Gives the last record.
    pub fn head(&self) -> Head {
        let hash = self.heads.last().copied().unwrap_or(Digest::ZERO);
        Head { n: (self.heads.len() as u64).saturating_sub(1), hash }
    }

    /// Gives the hash of a record.
    pub fn hash_of(&self, n: u64) -> Option<Digest> {
        self.heads.get(usize::try_from(n).ok()?).copied()
    }

    /// Gives the last record of something that a person did.
    pub fn acted_at(&self) -> u64 {
        self.acted_at
    }

    /// Says how it ended, once somebody closed it.
    pub fn closed(&self) -> Option<&str> {
        self.closed.as_deref()
    }

    /// Counts the records of kinds that this version does not know.
    pub fn unknown(&self) -> usize {
        self.unknown
    }

    /// Says how an item stands; one that is not in the plan does not apply.
    pub fn standing(&self, id: &str) -> &Standing {
        static NONE: Standing = Standing::Locked(super::Lock::Stopped(String::new()));
        self.places.get(id).and_then(|at| self.standings.get(*at)).unwrap_or(&NONE)
    }

    /// Says how the items stand, in the order of the plan.
    pub fn standings(&self) -> &[Standing] {
        &self.standings
    }

    /// Finds the place of the item to act on next.
    pub fn next_open(&self) -> Option<usize> {
        let open = |standing: &Standing| matches!(standing, Standing::Ready | Standing::ToSign);
        self.standings.iter().position(open)
    }

    /// Says how far it is.
    pub fn progress(&self) -> Progress {
        let counted = self
            .standings
            .iter()
            .filter(|standing| !matches!(standing, Standing::Heading { .. } | Standing::NotApplicable(_)));
        counted.fold(Progress::default(), |progress, standing| Progress {
            done: progress.done + usize::from(*standing == Standing::Done),
            of: progress.of + 1,
        })
    }

    /// Gives the title of an item with its values.
    pub fn title(&self, item: &Item) -> String {
        self.plan.title(&self.runbook, &self.values, item).text
    }

    /// Gives all that is to be read of an item.
    pub fn sheet(&self, item: &Item) -> Sheet {
        self.plan.sheet(&self.runbook, &self.values, item)
    }

    /// Gives who signed an item, each with the role.
    pub fn signatures(&self, id: &str) -> &[(Person, Option<String>)] {
        self.items.get(id).map_or(&[], |done| &done.signatures)
    }

    /// Gives the option that was chosen in an item.
    pub fn chosen(&self, id: &str) -> Option<&str> {
        self.items.get(id)?.chosen.as_deref()
    }

    /// Says who has to sign an item.
    pub fn signers(&self, item: &Item) -> &Sign {
        item.kind.step().map_or(&Sign::None, |step| &self.runbook.step(step).sign)
    }

    /// Tells whether a person may act: he came, or the roster names him.
    pub fn is_here(&self, who: &Person) -> bool {
        self.people.iter().any(|person| person.id == who.id) || self.roster.member(&who.id).is_some()
    }

    /// Gives the questions that a step puts to a person; for an option, what is noted down with it.
    pub fn questions(&self, item: &Item, option: Option<&str>) -> Vec<super::Question> {
        let Some(id) = item.kind.step() else { return Vec::new() };
        let step = self.runbook.step(id);
        let places: Vec<(u32, &str)> = match option {
            None => self.asked_of(step).collect(),
            Some(option) => asked_by(step, option),
        };
        places.into_iter().filter_map(|(index, name)| self.question(item, (id, index), name)).collect()
    }

    fn question(&self, item: &Item, (step, index): (StepId, u32), name: &str) -> Option<super::Question> {
        let asked = super::Asked::Recorded(step, index);
        let (_, declared) = super::answer::declared(&self.runbook, step, index)?;
        Some(match declared {
            Ok(input) => {
                let ask = self.plan.fill(&self.runbook, &self.values, item, &input.ask).text;
                super::Question::declared(asked, input, ask)
            }
            Err(_) => super::Question::captured(asked, name),
        })
    }

    pub(super) fn is_done(&self, id: &str) -> bool {
        let Some(item) = self.plan.item(id) else { return false };
        let Some(done) = self.items.get(id) else { return false };
        match self.signers(item) {
            Sign::None => done.confirmed,
            _ => !done.signatures.is_empty() && self.lacking(item).is_empty(),
        }
    }

    pub(super) fn is_touched(&self, id: &str) -> bool {
        self.items.contains_key(id)
    }

    /// Tells whether an item gave a value.
    pub fn has_recorded(&self, id: &str, name: &str) -> bool {
        self.items.get(id).is_some_and(|done| done.recorded.contains(name))
    }

    /// Gives the last record after which a step was no longer what it was.
    pub(super) fn moved_at(&self, id: &str) -> u64 {
        self.items.get(id).map_or(0, |done| done.at).max(self.values_at)
    }

    /// Finds the outermost activity that an item stands in.
    pub(super) fn activity_of(&self, item: &Item) -> Option<&Item> {
        let at = *self.places.get(&item.id)?;
        let is_activity = |above: &&Item| matches!(above.kind, ItemKind::Activity(_)) && above.depth == 0;
        self.items()[..at].iter().rev().find(|above| above.depth == 0).filter(is_activity)
    }
}

/// Gives the places of the values that are noted down with an option.
pub(super) fn asked_by<'a>(step: &'a Step, option: &str) -> Vec<(u32, &'a str)> {
    let Action::Choose(options) = &step.action else { return Vec::new() };
    let of = |choice: &crate::runbook::model::Choice| choice.record.len();
    let Some(at) = options.iter().position(|choice| choice.id == option) else { return Vec::new() };
    let all: usize = options.iter().map(of).sum();
    let before = step.values().count() - all + options[..at].iter().map(of).sum::<usize>();
    (0..).zip(step.values().map(|(name, _)| name)).skip(before).take(of(&options[at])).collect()
}
