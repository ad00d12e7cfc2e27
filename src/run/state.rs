//! The state of a run: what its records, one after the other, add up to.
//!
//! [`Run::apply`] is the only way it changes; it cannot fail and never looks at a clock. The plan is
//! laid out again only when something changes that shapes it. Whether something may happen is decided
//! in `decide`.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::{Arc, OnceLock};

use super::edition::Adopted;
use super::event::{Event, Person, Proof, Start, What};
use super::outline::Standing;
use super::probe::Watched;
use super::roster::Roster;
use super::trail::Entry;
use crate::journal::Digest;
use crate::runbook::model::{Action, Runbook, Sign};
use crate::runbook::plan::{Item, Plan, Shapers, Sheet, Values, plan};

mod asked;
mod chronicle;
mod clock;
mod editions;
mod fold;
mod layout;
mod work;

pub use chronicle::Chronicle;
pub use clock::{Moment, Pause, Span};
pub use layout::Progress;
pub use work::{Given, Settled};

pub(super) use asked::asked_by;
pub(super) use editions::answers_of;
pub(super) use layout::{Count, Layout};
pub(super) use work::{Going, Work};

use clock::RunClock;

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

/// Is a file that was put into the run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// The record it stands in.
    pub n: u64,
    /// The item it is about.
    pub step: Option<String>,
    /// What it is called.
    pub name: String,
    /// How many bytes it has.
    pub bytes: u64,
    /// The hash by which it is kept.
    pub blob: Digest,
}

/// Is a wish for another wording in the runbook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redline {
    /// The record it stands in.
    pub n: u64,
    /// Who has it.
    pub who: Person,
    /// The item it is about.
    pub step: Option<String>,
    /// What the runbook says.
    pub was: String,
    /// What it should say.
    pub now: String,
    /// Why.
    pub why: String,
}

/// Is the one who has the wheel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Driver {
    /// Who.
    pub who: Person,
    /// In which session of the program.
    pub session: String,
}

/// Is a way back that was begun.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BackOut {
    /// The record it stands in.
    pub n: u64,
    /// When.
    pub began: Moment,
    /// Who began it.
    pub who: Person,
    /// Why.
    pub why: String,
}

/// Is a run as its journal tells it.
///
/// What a copy shares with it is what most of it is: the plan, and what was done with items since left alone.
#[derive(Clone, Debug)]
pub struct Run {
    runbook: Arc<Runbook>,
    start: Start,
    roster: Arc<Roster>,
    /// Who acts in it, in the order they came.
    people: Vec<Person>,
    /// How many wrong PINs were given in each one's name since the last right one.
    refused: HashMap<String, u32>,
    values: Values,
    /// The hash of their listing, once somebody wanted it.
    values_hash: OnceLock<Digest>,
    plan: Arc<Plan>,
    shapers: Arc<Shapers>,
    layout: Layout,
    items: HashMap<Arc<str>, Arc<Work>>,
    /// The steps that were done, each with the record, in the order in which that happened.
    finished: Vec<(u64, Arc<str>)>,
    /// The items of which something is under way, in the order in which they were started.
    running: Vec<Arc<str>>,
    /// The rounds of loops in which something was last done, each with its key.
    rounds: Vec<(String, String)>,
    /// How long each part took, by the id of its heading.
    spans: HashMap<Arc<str>, Span>,
    clock: RunClock,
    driver: Option<Driver>,
    /// Who asked for the wheel and has no answer yet.
    asking: Option<Person>,
    /// The session whose eyes count: others may see less from where they are.
    lookout: String,
    /// What is to be looked at again before anything else.
    rechecks: BTreeSet<String>,
    /// What probes said last.
    probes: BTreeMap<String, Watched>,
    back_out: Option<BackOut>,
    /// The editions of the runbook that it went over to.
    adopted: Vec<Adopted>,
    /// Whether the last of them is not here; nothing can be decided without it.
    is_lost: bool,
    /// The number of the item that stopped the run.
    stopped: Option<String>,
    /// Whether the run goes on although the last safe moment has passed.
    is_late: bool,
    /// How many commands were run beside the runbook, and whether one is under way.
    ad_hoc: (u32, bool),
    notes: Vec<Note>,
    attachments: Vec<Attachment>,
    redlines: Vec<Redline>,
    /// What is wrong in earlier records: the number of the one that is wrong, and of the one that says so.
    amended: Vec<(u64, u64)>,
    trail: Vec<Entry>,
    heads: Vec<Digest>,
    /// The last record that changed values.
    values_at: u64,
    /// The last record after which the plan was laid out anew.
    laid_at: u64,
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

    /// Gives the hash of the listing of the values.
    pub(super) fn values_hash(&self) -> Digest {
        *self.values_hash.get_or_init(|| Digest::of(self.values.listing().as_bytes()))
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

    /// Gives the last record after which texts may be filled otherwise than before.
    pub fn filled_at(&self) -> u64 {
        self.values_at.max(self.laid_at)
    }

    /// Says how it ended, once somebody closed it.
    pub fn closed(&self) -> Option<&str> {
        self.closed.as_deref()
    }

    /// Counts the records of kinds that this version does not know.
    pub fn unknown(&self) -> usize {
        self.unknown
    }

    /// Says how an item stands; one that is not in the plan is locked.
    pub fn standing(&self, id: &str) -> Standing {
        match self.plan.position(id) {
            Some(at) => self.standing_at(at),
            None => Standing::Locked(super::Lock::Waits(BTreeSet::new())),
        }
    }

    /// Says how far it is: forward, or on the way back.
    pub fn progress(&self) -> Progress {
        self.layout.progress(self.back_out.is_some())
    }

    /// Gives the one who has the wheel.
    pub fn driver(&self) -> Option<&Driver> {
        self.driver.as_ref()
    }

    /// Tells whether a session is the one whose eyes count: the last one that took the wheel, or came when nobody
    /// else was there.
    pub fn keeps_lookout(&self, session: &str) -> bool {
        self.lookout == session
    }

    /// Gives who asked for the wheel and has no answer yet.
    pub fn asking(&self) -> Option<&Person> {
        self.asking.as_ref()
    }

    /// Says why it stands still, if it does.
    pub fn paused(&self) -> Option<&Pause> {
        self.clock.paused()
    }

    /// Says since when it is on the way back, if it is.
    pub fn back_out(&self) -> Option<&BackOut> {
        self.back_out.as_ref()
    }

    /// Gives the number of the item that stopped it.
    pub fn stopped(&self) -> Option<&str> {
        self.stopped.as_deref()
    }

    /// Gives the items that are to be looked at again before anything else.
    pub fn rechecks(&self) -> &BTreeSet<String> {
        &self.rechecks
    }

    /// Gives what probes said last, by their ids; what was never recorded of one is unknown.
    pub fn probes(&self) -> &BTreeMap<String, Watched> {
        &self.probes
    }

    /// Gives how long it has been going on at a time after its last record, pauses left out.
    pub fn ran_at(&self, now_ms: i64) -> i64 {
        self.clock.ran_at(now_ms)
    }

    /// Gives how long it stood still, at a time after its last record.
    pub fn stood_at(&self, now_ms: i64) -> i64 {
        self.clock.stood_at(now_ms)
    }

    /// Says when a part of the plan began and ended, by the id of its heading.
    pub fn span(&self, id: &str) -> Option<&Span> {
        self.spans.get(id)
    }

    /// Tells whether somebody took it upon himself to go on after the last safe moment.
    pub fn is_late(&self) -> bool {
        self.is_late
    }

    /// Gives how many commands were run beside the runbook, and whether one is under way.
    pub fn ad_hoc(&self) -> (u32, bool) {
        self.ad_hoc
    }

    /// Gives the files that were put into the run.
    pub fn attachments(&self) -> &[Attachment] {
        &self.attachments
    }

    /// Gives the wishes for other wordings in the runbook.
    pub fn redlines(&self) -> &[Redline] {
        &self.redlines
    }

    /// Gives which records are said to be wrong, each with the record that says so.
    pub fn amended(&self) -> &[(u64, u64)] {
        &self.amended
    }

    /// Gives the items that were moved out of the way and are neither done nor handed over.
    pub fn deferred(&self) -> impl Iterator<Item = &Item> {
        let is_open = |item: &&Item| {
            let settled = self.items.get(&item.id).and_then(|work| work.settled.as_ref());
            settled.is_some_and(|settled| settled.deferred.is_some() && !settled.is_handed_over)
                && matches!(self.standing(&item.id), Standing::Deferred(_))
        };
        self.plan.items.iter().filter(is_open)
    }

    /// Gives how an item was settled otherwise than by doing it.
    pub fn settled(&self, id: &str) -> Option<&Settled> {
        self.items.get(id)?.settled.as_ref()
    }

    /// Gives how often what an item does was started.
    pub fn attempts(&self, id: &str) -> u32 {
        self.items.get(id).map_or(0, |work| work.attempt)
    }

    /// Gives the items of which something is under way.
    pub fn running(&self) -> impl Iterator<Item = (&str, u32)> {
        self.running.iter().filter_map(|id| self.items.get(id).map(|work| (&**id, work.attempt)))
    }

    /// Gives the session in which what an item does was begun.
    pub fn begun_in(&self, id: &str) -> Option<&str> {
        self.items.get(id).map(|work| &*work.session)
    }

    /// Tells whether somebody wants what an item does to end before its time.
    pub fn is_cancelled(&self, id: &str) -> bool {
        self.items.get(id).is_some_and(|work| work.is_cancelled)
    }

    /// Says how what an item does ended, in the words of its last end.
    pub fn ended(&self, id: &str) -> Option<&str> {
        match &self.items.get(id)?.action {
            Going::Ended(_, why) => Some(why),
            _ => None,
        }
    }

    /// Says what is wrong with an item since it was done.
    pub fn regressed(&self, id: &str) -> Option<&str> {
        self.items.get(id)?.regressed.as_deref()
    }

    /// Gives the rounds of loops in which something was last done.
    pub(super) fn rounds(&self) -> &[(String, String)] {
        &self.rounds
    }

    /// Gives the items that were done, each with the record, in the order in which that happened.
    pub(super) fn finished(&self) -> &[(u64, Arc<str>)] {
        &self.finished
    }

    pub(super) fn layout(&self) -> &Layout {
        &self.layout
    }

    pub(super) fn work(&self, id: &str) -> Option<&Work> {
        self.items.get(id).map(Arc::as_ref)
    }

    /// Gives the title of an item with its values.
    pub fn title(&self, item: &Item) -> String {
        self.plan.title(&self.runbook, &self.values, item).text
    }

    /// Gives all that is to be read of an item.
    pub fn sheet(&self, item: &Item) -> Sheet {
        self.plan.sheet(&self.runbook, &self.values, item)
    }

    /// Gives who signed that an item was done.
    pub fn signatures(&self, id: &str) -> &[Given] {
        self.items.get(id).map_or(&[], |work| &work.given)
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

    /// Tells whether an item gave all the values that are noted down in it.
    pub(super) fn has_all_recorded(&self, item: &Item) -> bool {
        let step = item.kind.step().map(|id| self.runbook.step(id));
        step.is_none_or(|step| self.asked_of(step).all(|(_, name)| self.has_recorded(&item.id, name)))
    }

    /// Tells whether an item was proved by looking, and is watched.
    pub(super) fn is_sensed(&self, id: &str) -> bool {
        self.items.get(id).is_some_and(|work| work.proof() == Proof::Sensed) && self.is_done(id)
    }

    pub(super) fn is_done(&self, id: &str) -> bool {
        self.plan.item(id).zip(self.items.get(id)).is_some_and(|(item, work)| self.is_signed_for(item, work))
    }

    /// Tells whether all that an item needs to be done was given.
    pub(super) fn is_signed_for(&self, item: &Item, work: &Work) -> bool {
        match self.signers(item) {
            Sign::None => work.confirmed,
            _ => !work.given.is_empty() && self.lacking(item).is_empty(),
        }
    }

    /// Tells whether an item gave a value.
    pub fn has_recorded(&self, id: &str, name: &str) -> bool {
        self.items.get(id).is_some_and(|work| work.recorded.contains(name))
    }

    /// Gives the last record after which a step was no longer what it was.
    pub(super) fn moved_at(&self, id: &str) -> u64 {
        self.items.get(id).map_or(0, |work| work.at).max(self.values_at)
    }
}
