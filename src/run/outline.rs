//! How each item of the plan stands: what is done, what may be done now, what is locked and why.
//!
//! Items are done in the order of the plan, a heading after what stands below it. Where it cannot be
//! told whether something applies, it is locked. Whether a person may sign is decided in `gate`.

use std::collections::BTreeSet;
use std::fmt;

use super::event::{Found, Outcome, Proof};
use super::state::{Count, Going, Run, Work};
use crate::runbook::model::{Action, Sign};
use crate::runbook::plan::{Item, ItemKind, ItemState};

/// Says how an item stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It may not be done yet.
    Locked(Lock),
    /// It may be done now.
    Ready,
    /// What it does is under way, since this moment in milliseconds since 1970 in UTC.
    Running(i64),
    /// It was acted on; a signature is missing.
    ToSign,
    /// It is done, and this proves it.
    Done(Proof),
    /// It was done against the evidence, for this reason.
    Overridden(String),
    /// It was done, and is not good any more, as this says.
    Regressed(String),
    /// It failed, as this says.
    Failed(String),
    /// What it does was started, and its end was never seen.
    EndUnknown(String),
    /// It was passed over, for this reason.
    Skipped(String),
    /// It is not done, because of this decision.
    NotApplicable(String),
    /// It was moved out of the way: whose it is, and until when.
    Deferred(String),
    /// It stands for what is below it.
    Heading {
        /// How many of those that apply are settled.
        done: usize,
        /// How many of those there are.
        of: usize,
    },
}

impl Standing {
    /// Tells whether a person has something to do with it now.
    pub fn is_open(&self) -> bool {
        matches!(self, Self::Ready | Self::Running(_) | Self::ToSign | Self::Failed(_) | Self::EndUnknown(_))
    }

    /// Says in one word how an item stands.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Locked(_) => "locked",
            Self::Ready => "ready",
            Self::Running(_) => "running",
            Self::ToSign => "to sign",
            Self::Done(_) => "done",
            Self::Overridden(_) => "overridden",
            Self::Regressed(_) => "regressed",
            Self::Failed(_) => "failed",
            Self::EndUnknown(_) => "end unknown",
            Self::Skipped(_) => "skipped",
            Self::NotApplicable(_) => "not applicable",
            Self::Deferred(_) => "deferred",
            Self::Heading { .. } => "heading",
        }
    }
}

/// Says why an item is locked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lock {
    /// This item, by number, comes first.
    After(String),
    /// These names are not known yet.
    Waits(BTreeSet<String>),
    /// The run stopped at this item, by number.
    Stopped(String),
    /// The run is on the way back.
    BackingOut,
    /// It belongs to the way back, which the run is not on.
    OnlyBackOut,
}

impl fmt::Display for Lock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::After(number) => write!(f, "{number} comes first"),
            Self::Waits(names) => {
                write!(f, "waits for {}", names.iter().map(|name| format!("‹{name}›")).collect::<Vec<_>>().join(" "))
            }
            Self::Stopped(number) => write!(f, "the run was stopped in {number}"),
            Self::BackingOut => f.write_str("the run is on the way back"),
            Self::OnlyBackOut => f.write_str("only when the run is backed out"),
        }
    }
}

impl Run {
    /// Gives the title of the runbook with the values that are known by now.
    pub fn name(&self) -> String {
        match self.items().first() {
            Some(item) => {
                let (book, values) = (self.runbook(), self.values());
                self.plan().fill(book, values, item, &book.main().title).text
            }
            None => self.start().title.clone(),
        }
    }

    /// Says how the items stand, in the order of the plan.
    pub fn standings(&self) -> impl Iterator<Item = Standing> {
        (0..self.items().len()).map(|at| self.standing_at(at))
    }

    /// Says how the item at a place stands.
    pub fn standing_at(&self, at: usize) -> Standing {
        let item = &self.items()[at];
        if let ItemState::NotApplicable(why) = &item.state {
            return Standing::NotApplicable(why.clone());
        }
        if is_heading(self, item) {
            let below = self.layout().below(at);
            if *self.signers(item) == Sign::None || below.done < below.of {
                return Standing::Heading { done: below.done, of: below.of };
            }
        }
        let work = self.work(&item.id);
        work.and_then(|work| self.settled_standing(item, work)).unwrap_or_else(|| self.open_standing(at, work))
    }

    /// Says how an item stands on which something was decided, whatever its turn.
    fn settled_standing(&self, item: &Item, work: &Work) -> Option<Standing> {
        if self.is_signed_for(item, work) {
            return Some(match (&work.regressed, &work.overridden) {
                (Some(why), _) => Standing::Regressed(why.clone()),
                (None, Some(why)) => Standing::Overridden(why.clone()),
                (None, None) => Standing::Done(work.proof()),
            });
        }
        if let Some(settled) = &work.settled {
            let why = settled.why.clone();
            return Some(match (settled.outcome, &settled.deferred) {
                (Outcome::Deferred, Some(later)) => Standing::Deferred(format!("{}, until {}", later.to, later.until)),
                (Outcome::NotApplicable, _) => Standing::NotApplicable(format!("{}: {why}", settled.who.name)),
                (Outcome::Failed, _) => Standing::Failed(why),
                _ => Standing::Skipped(why),
            });
        }
        match &work.action {
            Going::Running(since_ms) => Some(Standing::Running(*since_ms)),
            Going::Lost(why) if !work.is_acted_on() => Some(Standing::EndUnknown(why.clone())),
            Going::Ended(Found::Failed, why) if !work.is_acted_on() => Some(Standing::Failed(why.clone())),
            _ => None,
        }
    }

    fn open_standing(&self, at: usize, work: Option<&Work>) -> Standing {
        let item = &self.items()[at];
        if let Some(lock) = self.lock_of(at, work) {
            return Standing::Locked(lock);
        }
        let waits = self.plan().waits_for(self.runbook(), self.values(), item);
        match waits.is_empty() {
            false => Standing::Locked(Lock::Waits(waits)),
            true if work.is_some_and(Work::is_begun) => Standing::ToSign,
            true => Standing::Ready,
        }
    }

    /// Says what an item waits for; one that was freed waits for nothing that comes before it.
    fn lock_of(&self, at: usize, work: Option<&Work>) -> Option<Lock> {
        let is_back = at >= self.plan().forward().len();
        match (self.back_out().is_some(), is_back) {
            (true, false) => return Some(Lock::BackingOut),
            (false, true) => return Some(Lock::OnlyBackOut),
            _ => {}
        }
        if let Some(stopped) = self.stopped().filter(|_| !is_back) {
            return Some(Lock::Stopped(stopped.to_owned()));
        }
        if work.is_some_and(|work| work.is_freed) || matches!(self.items()[at].kind, ItemKind::Undo(_)) {
            return None;
        }
        let first = (!is_back).then(|| self.layout().gate_of_section(at)).flatten();
        let first = first.or_else(|| self.layout().gate_before(at))?;
        Some(Lock::After(self.items()[first].number.clone()))
    }

    /// Says how long the last start of what an item does took, once its end was seen.
    pub fn took_ms(&self, id: &str) -> Option<i64> {
        self.work(id)?.took_ms.and_then(|ms| i64::try_from(ms).ok())
    }

    /// Tells how an item counts for what comes after it and what stands above it.
    pub(super) fn count(&self, item: &Item) -> Count {
        let is_out = matches!(item.state, ItemState::NotApplicable(_)) || matches!(item.kind, ItemKind::Undo(_));
        if is_out || (is_heading(self, item) && *self.signers(item) == Sign::None) {
            return Count::Out;
        }
        let Some(work) = self.work(&item.id) else { return Count::Open };
        match self.settled_standing(item, work) {
            Some(Standing::NotApplicable(_)) => Count::Out,
            Some(Standing::Running(_)) if self.is_parallel(item) => Count::Aside,
            Some(Standing::Running(_) | Standing::Failed(_) | Standing::EndUnknown(_)) | None => Count::Open,
            Some(_) => Count::Closed,
        }
    }

    /// Tells whether other steps go on while this one runs.
    pub(super) fn is_parallel(&self, item: &Item) -> bool {
        self.plan().run_of(self.runbook(), item).is_some_and(|run| run.parallel)
    }

    /// Tells whether an item's command asks questions, and gets the terminal.
    pub fn is_interactive(&self, item: &Item) -> bool {
        self.plan().run_of(self.runbook(), item).is_some_and(|run| run.interactive)
    }

    /// Gives the item whose command asks questions now.
    pub fn interactive_now(&self) -> Option<&Item> {
        self.running().filter_map(|(step, _)| self.plan().item(step)).find(|item| self.is_interactive(item))
    }

    /// Gives the items that are not settled: of the way forward, or of the way back once that was begun.
    pub fn open_items(&self) -> impl Iterator<Item = &Item> {
        let (forward, back) = (self.plan().forward(), self.plan().back_out());
        let items = if self.back_out().is_some() { back } else { forward };
        items.iter().filter(|item| matches!(self.count(item), Count::Open | Count::Aside))
    }

    /// Finds the place of the item to act on next.
    pub fn next_open(&self) -> Option<usize> {
        let (layout, back) = (self.layout(), self.plan().forward().len());
        let sections = layout.sections().iter().filter(|section| (section.head >= back) == self.back_out().is_some());
        let open = |at: &usize| self.standing_at(*at).is_open();
        sections.filter(|section| !layout.is_over(section)).find_map(|section| {
            let turn = layout.turn_in(section).filter(open);
            turn.or_else(|| layout.aside_in(section).find(|at| open(at)))
        })
    }
}

/// Tells whether an item stands only for what is below it.
pub(super) fn is_heading(run: &Run, item: &Item) -> bool {
    match item.kind {
        ItemKind::Undo(_) => false,
        kind => kind
            .step()
            .is_none_or(|step| matches!(run.runbook().step(step).action, Action::Heading(_) | Action::Call(_))),
    }
}
