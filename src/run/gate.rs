//! What must hold before a person may act on an item. When a gate cannot tell, it is closed.

use super::event::{Meaning, Person, Proof, Stamp};
use super::intent::Ruling;
use super::outline::{Lock, Standing, is_heading};
use super::proof::{Claim, Proved};
use super::refusal::Refusal;
use super::roster::{Auth, Level};
use super::state::{Given, Run};
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

    /// Says why a person may do nothing in the run now.
    pub fn check_is_here(&self, who: &Person) -> Result<(), Refusal> {
        if self.is_here(who) { Ok(()) } else { Err(Refusal::NotHere(who.name.clone())) }
    }

    /// Says why a person can remark nothing now.
    pub fn check_may_note(&self, who: &Person) -> Result<(), Refusal> {
        if self.closed().is_some() { Err(Refusal::Closed) } else { self.check_is_here(who) }
    }

    /// Says why a person may not act in the run now, whatever the item.
    pub fn check_may_act(&self, stamp: &Stamp) -> Result<(), Refusal> {
        self.check_is_here(&stamp.who)?;
        if self.paused().is_some() {
            return Err(Refusal::Paused);
        }
        match self.rechecks().len() {
            0 => Ok(()),
            count => Err(Refusal::LookingAgain(count)),
        }
    }

    /// Says why an item may not be acted on now.
    pub fn check_is_open(&self, item: &Item, stamp: &Stamp) -> Result<(), Refusal> {
        if self.closed().is_some() {
            return Err(Refusal::Closed);
        }
        let standing = self.standing(&item.id);
        match &standing {
            Standing::Ready | Standing::ToSign | Standing::Deferred(_) => {}
            Standing::Locked(lock) => return Err(Refusal::Locked(lock.clone())),
            Standing::Done(_) | Standing::Overridden(_) | Standing::Regressed(_) => return Err(Refusal::AlreadyDone),
            Standing::Skipped(why) => return Err(Refusal::PassedOver(why.clone())),
            Standing::NotApplicable(why) => return Err(Refusal::NotApplicable(why.clone())),
            Standing::Running(_) => return Err(Refusal::StillRunning(item.number.clone())),
            Standing::Failed(why) => return Err(Refusal::HasFailed(why.clone())),
            Standing::EndUnknown(why) => return Err(Refusal::EndUnknown(why.clone())),
            Standing::Heading { .. } => return Err(Refusal::OnlyHeading),
        }
        self.check_is_not_left(item)?;
        self.check_may_act(stamp)?;
        self.check_time(item, stamp)?;
        // What was begun in time is brought to its end.
        if standing == Standing::Ready { self.check_time_left(item, stamp) } else { Ok(()) }
    }

    /// Says that the way forward is left, where an item belongs to it.
    pub(super) fn check_is_not_left(&self, item: &Item) -> Result<(), Refusal> {
        let is_left = self.back_out().is_some() && self.plan().position(&item.id) < Some(self.plan().forward().len());
        if is_left { Err(Refusal::Locked(Lock::BackingOut)) } else { Ok(()) }
    }

    /// Says why a person may not sign an item now.
    pub fn check_sign(&self, item: &Item, stamp: &Stamp) -> Result<(), Refusal> {
        self.check_is_open(item, stamp)?;
        self.check_is_acted_on(item)?;
        match self.signatures(&item.id).iter().find(|given| given.who.id == stamp.who.id) {
            Some(given) => Err(Refusal::SameOperator(given.who.name.clone())),
            None => Ok(()),
        }
    }

    /// Says why an item may not be settled otherwise than by doing it.
    pub fn check_settle(&self, item: &Item, stamp: &Stamp, ruling: &Ruling) -> Result<(), Refusal> {
        self.check_may_act(stamp)?;
        if self.is_heading(item) && !self.signers_are_due(item) {
            return Err(Refusal::OnlyHeading);
        }
        match self.standing(&item.id) {
            Standing::Locked(lock) => Err(Refusal::Locked(lock)),
            Standing::Done(_) | Standing::Overridden(_) | Standing::Regressed(_) => Err(Refusal::AlreadyDone),
            Standing::NotApplicable(why) => Err(Refusal::NotApplicable(why)),
            Standing::Skipped(why) => Err(Refusal::PassedOver(why)),
            Standing::Running(_) => Err(Refusal::StillRunning(item.number.clone())),
            Standing::Heading { .. } => Err(Refusal::OnlyHeading),
            Standing::Failed(_) | Standing::EndUnknown(_) if matches!(ruling, Ruling::Fail { .. }) => {
                Err(Refusal::AlreadyFailed)
            }
            Standing::Ready
            | Standing::ToSign
            | Standing::Failed(_)
            | Standing::EndUnknown(_)
            | Standing::Deferred(_) => self.check_is_not_left(item),
        }
    }

    fn signers_are_due(&self, item: &Item) -> bool {
        !matches!(self.standing(&item.id), Standing::Heading { .. })
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

    /// Checks that nobody signed an item with the key that is to sign it once more.
    pub(super) fn check_other_key(&self, item: &Item, auth: &Auth) -> Result<(), Refusal> {
        let Auth::Key { key, .. } = auth else { return Ok(()) };
        let fingerprint = key.fingerprint();
        let is_it = |given: &Given| given.auth.split(' ').any(|word| word == fingerprint);
        if self.signatures(&item.id).iter().any(is_it) { Err(Refusal::SameKey(fingerprint)) } else { Ok(()) }
    }

    /// Gives what the next signature of an item means and the role it is for, as nobody gave it yet.
    pub fn next_signature(&self, item: &Item) -> (Meaning, Option<&str>) {
        self.meaning_of(item, &Claim::Done)
    }

    /// Gives what a signature for a claim about an item means, and the role it is for.
    pub fn meaning_of(&self, item: &Item, claim: &Claim<'_>) -> (Meaning, Option<&str>) {
        let given = self.signatures(&item.id);
        let meaning = match claim {
            Claim::Done if given.is_empty() => Meaning::Executed,
            Claim::Done => Meaning::Witnessed,
            Claim::Ruled(ruling) => ruling.outcome().meaning(),
            Claim::Amended(_) => Meaning::Amended,
        };
        let role = match (claim, self.signers(item)) {
            (Claim::Done, Sign::Roles(roles)) => roles.iter().map(|role| &**role).find(|role| !gave(given, role)),
            _ => None,
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
                let missing = roles.iter().filter(|role| !gave(given, role));
                missing.map(|role| role.to_string()).collect()
            }
        }
    }

    /// Tells whether the program has something to do in an item.
    pub fn is_acting(&self, item: &Item) -> bool {
        match item.kind {
            ItemKind::Undo(_) => true,
            kind => kind.step().is_some_and(|step| {
                let action = &self.runbook().step(step).action;
                !matches!(action, Action::Manual | Action::Heading(_) | Action::Choose(_) | Action::Call(_))
            }),
        }
    }

    /// Tells whether the program has to do something in an item before it can be signed.
    pub fn is_to_start(&self, item: &Item) -> bool {
        self.is_acting(item) && !self.work(&item.id).is_some_and(|work| work.is_acted_on())
    }

    fn check_is_acted_on(&self, item: &Item) -> Result<(), Refusal> {
        if self.is_to_start(item) {
            return Err(Refusal::NotStarted);
        }
        let Some(step) = item.kind.step().map(|id| self.runbook().step(id)) else { return Ok(()) };
        let chosen = self.chosen(&item.id);
        if matches!(step.action, Action::Choose(_)) && chosen.is_none() {
            return Err(Refusal::NothingChosen);
        }
        match self.asked_of(step).find(|(_, name)| !self.has_recorded(&item.id, name)) {
            Some((_, name)) => Err(Refusal::NothingRecorded(name.to_owned())),
            None => Ok(()),
        }
    }

    /// Gives the items that were proved by looking, and are watched.
    pub fn sensed(&self) -> impl Iterator<Item = &str> {
        self.finished()
            .iter()
            .map(|(_, id)| &**id)
            .filter(|id| self.work(id).is_some_and(|work| work.proof() == Proof::Sensed))
    }

    /// Holds an item against the moments before which the activities that it is in must not begin.
    fn check_time(&self, item: &Item, stamp: &Stamp) -> Result<(), Refusal> {
        let above = self.plan().position(&item.id).into_iter().flat_map(|at| self.layout().above(at));
        above.map(|at| &self.items()[at]).try_for_each(|above| self.check_begins(above, stamp))
    }

    /// Holds an activity against the moment before which it must not begin.
    fn check_begins(&self, above: &Item, stamp: &Stamp) -> Result<(), Refusal> {
        let ItemKind::Activity(id) = above.kind else { return Ok(()) };
        let Some(moment) = &self.runbook().activity(id).not_before else { return Ok(()) };
        match self.plan().value(self.runbook(), self.values(), above, moment) {
            Ok(Value::Moment(moment)) if moment.timestamp_millis() <= stamp.at_ms => Ok(()),
            Ok(Value::Moment(moment)) => Err(Refusal::TooEarly(moment.format("%Y-%m-%d %H:%M %:z").to_string())),
            Ok(_) => Err(Refusal::TooEarly("a moment that cannot be told".to_owned())),
            Err(names) => Err(Refusal::Locked(Lock::Waits(names))),
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

fn gave(given: &[Given], role: &str) -> bool {
    given.iter().any(|given| given.role.as_deref() == Some(role))
}
