//! What must hold before a person may act on an item. When a gate cannot tell, it is closed.

use super::event::{Meaning, Person, Stamp};
use super::outline::{Standing, is_heading};
use super::proof::Proved;
use super::refusal::Refusal;
use super::roster::{Auth, Level};
use super::state::Run;
use crate::runbook::model::{Action, Sign, Step};
use crate::runbook::plan::{Item, ItemKind};
use crate::runbook::value::Value;

impl Run {
    /// Finds the item that somebody wants to act on, if it is still as he saw it.
    pub(super) fn item_as_seen(&self, step: &str, seen: u64) -> Result<&Item, Refusal> {
        let item = self.plan().item(step).ok_or(Refusal::NoSuchStep)?;
        let by = self.moved_at(step);
        if seen < by || seen > self.head().n { Err(Refusal::MovedOn { by }) } else { Ok(item) }
    }

    /// Says why an item may not be acted on now.
    pub fn check_is_open(&self, item: &Item, stamp: &Stamp) -> Result<(), Refusal> {
        if self.closed().is_some() {
            return Err(Refusal::Closed);
        }
        match self.standing(&item.id) {
            Standing::Ready | Standing::ToSign => {}
            Standing::Locked(lock) => return Err(Refusal::Locked(lock.clone())),
            Standing::Done => return Err(Refusal::AlreadyDone),
            Standing::NotApplicable(why) => return Err(Refusal::NotApplicable(why.clone())),
            Standing::Heading { .. } => return Err(Refusal::OnlyHeading),
        }
        if !self.is_here(&stamp.who) {
            return Err(Refusal::NotHere(stamp.who.name.clone()));
        }
        self.check_time(item, stamp)
    }

    /// Says why a person may not sign an item now.
    pub fn check_sign(&self, item: &Item, stamp: &Stamp) -> Result<(), Refusal> {
        self.check_is_open(item, stamp)?;
        if let Some(step) = item.kind.step() {
            self.check_is_acted_on(&item.id, self.runbook().step(step))?;
        }
        match self.signatures(&item.id).iter().find(|(who, _)| who.id == stamp.who.id) {
            Some((who, _)) => Err(Refusal::SameOperator(who.name.clone())),
            None => Ok(()),
        }
    }

    /// Gives the least level that a person's signature of an item needs: the role's, and the roster's.
    pub fn needed_level(&self, item: &Item, who: &Person) -> Level {
        let (_, role) = self.next_signature(item);
        let book = item.kind.step().map(|step| self.runbook().book(self.runbook().step(step).book));
        let roles = book.map(|book| book.roles.as_slice()).unwrap_or_default();
        let declared = roles.iter().find(|known| Some(&*known.name) == role);
        let of_role: Level = declared.map(|role| role.level.into()).unwrap_or_default();
        let roster = self.roster();
        let of_roster = roster.member(&who.id).map_or(roster.level(), |member| roster.needs(member));
        of_role.max(of_roster)
    }

    /// Says why what a signer brings does not prove that it is him.
    pub(super) fn check_proved(&self, item: &Item, stamp: &Stamp, proved: &Proved) -> Result<(), Refusal> {
        let who = &proved.scene.who;
        if *who != stamp.who {
            return Err(Refusal::NotProved);
        }
        let member = self.roster().member(&who.id);
        if member.is_some_and(|member| member.person != *who) {
            return Err(Refusal::NotProved);
        }
        match &proved.scene.auth {
            Auth::Pin if self.is_pin_locked(who) => return Err(Refusal::PinLocked(who.name.clone())),
            Auth::Pin if member.is_none_or(|member| member.pin.is_none()) => return Err(Refusal::NotProved),
            Auth::Key { key, .. } if !member.is_some_and(|member| member.has_key(key)) => {
                return Err(Refusal::NotTheirKey(key.fingerprint()));
            }
            _ => {}
        }
        let (needs, has) = (self.needed_level(item, who), proved.level());
        if has < needs { Err(Refusal::TooWeak { needs, has }) } else { Ok(()) }
    }

    /// Gives what the next signature of an item means and the role it is for, as nobody gave it yet.
    pub fn next_signature(&self, item: &Item) -> (Meaning, Option<&str>) {
        let given = self.signatures(&item.id);
        let meaning = if given.is_empty() { Meaning::Executed } else { Meaning::Witnessed };
        let role = match self.signers(item) {
            Sign::Roles(roles) => {
                roles.iter().map(|role| &**role).find(|role| !given.iter().any(|(_, of)| of.as_deref() == Some(role)))
            }
            Sign::People(_) | Sign::None => None,
        };
        (meaning, role)
    }

    /// Says in words whose signatures an item needs and still lacks.
    pub fn lacking(&self, item: &Item) -> Vec<String> {
        let given = self.signatures(&item.id);
        match self.signers(item) {
            Sign::None => Vec::new(),
            Sign::People(count) => {
                let missing = (*count as usize).saturating_sub(given.len());
                (missing > 0).then(|| format!("{missing} more")).into_iter().collect()
            }
            Sign::Roles(roles) => {
                let missing = roles.iter().filter(|role| !given.iter().any(|(_, of)| of.as_deref() == Some(role)));
                missing.map(|role| role.to_string()).collect()
            }
        }
    }

    fn check_is_acted_on(&self, item: &str, step: &Step) -> Result<(), Refusal> {
        let chosen = self.chosen(item);
        if matches!(step.action, Action::Choose(_)) && chosen.is_none() {
            return Err(Refusal::NothingChosen);
        }
        match self.asked_of(step).find(|(_, name)| !self.has_recorded(item, name)) {
            Some((_, name)) => Err(Refusal::NothingRecorded(name.to_owned())),
            None => Ok(()),
        }
    }

    /// Holds an item of an activity against the moment before which that must not begin.
    fn check_time(&self, item: &Item, stamp: &Stamp) -> Result<(), Refusal> {
        let Some(above) = self.activity_of(item) else { return Ok(()) };
        let ItemKind::Activity(id) = above.kind else { return Ok(()) };
        let Some(moment) = &self.runbook().activity(id).not_before else { return Ok(()) };
        match self.plan().value(self.runbook(), self.values(), above, moment) {
            Ok(Value::Moment(moment)) if moment.timestamp_millis() <= stamp.at_ms => Ok(()),
            Ok(Value::Moment(moment)) => Err(Refusal::TooEarly(moment.format("%Y-%m-%d %H:%M %:z").to_string())),
            Ok(_) => Err(Refusal::TooEarly("a moment that cannot be told".to_owned())),
            Err(names) => Err(Refusal::Locked(super::Lock::Waits(names))),
        }
    }

    /// Gives the values that a person notes down in a step before signing, with their places.
    pub(super) fn asked_of<'a>(&self, step: &'a Step) -> impl Iterator<Item = (u32, &'a str)> {
        let of_options: usize = match &step.action {
            Action::Choose(options) => options.iter().map(|option| option.record.len()).sum(),
            _ => 0,
        };
        let own = step.values().count() - of_options;
        (0..).zip(step.values().map(|(name, _)| name)).take(own)
    }

    /// Tells whether an item is a heading, which is acted on only when it is signed itself.
    pub fn is_heading(&self, item: &Item) -> bool {
        is_heading(self, item)
    }
}
