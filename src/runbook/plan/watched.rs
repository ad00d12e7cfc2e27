//! The probes of a run: those of the runbook and of every runbook it calls, once for each value of their loops.
//!
//! Each has an id that stays the same while values come in, such as `agent[web1]`; in a called runbook the
//! id of the calling step stands before it. What its texts hold is filled in as for an item, from its
//! scope. How a probe looks, and what a reading means, is for others.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::grow::rounds_of;
use super::{Frame, Item, ItemState, Plan, Round, Scope, Values};
use crate::runbook::expression::eval;
use crate::runbook::model::{BookId, Loop, Over, Probe, ProbeRef, Runbook};
use crate::runbook::value::Value;

/// How many probes a run may have; more are left out.
pub const MOST_PROBES: usize = 1_000;

/// One probe of a run, in one round of its loop.
#[derive(Clone, Debug)]
pub struct ProbeItem<'a> {
    /// Its stable name.
    pub id: Arc<str>,
    /// What it is.
    pub probe: &'a Probe,
    /// Whether it is watched: a loop that is not known yet stands for as many as its list will have.
    pub state: ItemState,
    /// The status probe that it is; nothing for a step's own.
    of: Option<(BookId, u32)>,
    scope: Arc<Scope>,
}

impl AsRef<Scope> for ProbeItem<'_> {
    fn as_ref(&self) -> &Scope {
        &self.scope
    }
}

impl Plan {
    /// Returns the status probes of a runbook and of the runbooks it calls, in order, up to [`MOST_PROBES`].
    pub fn probes<'a>(&self, runbook: &'a Runbook, values: &Values) -> Vec<ProbeItem<'a>> {
        let mut probes = Vec::new();
        for (frame, state) in self.frames() {
            let book = frame.book;
            let scope = Arc::new(Scope { frame, rounds: Vec::new() });
            for (at, probe) in (0..).zip(&runbook.book(book).probes) {
                let id = scope.frame.prefixed(&probe.name);
                let one = ProbeItem {
                    id: Arc::from(id),
                    probe,
                    state: state.clone(),
                    of: Some((book, at)),
                    scope: Arc::clone(&scope),
                };
                probes.extend(self.grown(runbook, values, one));
            }
        }
        probes.truncate(MOST_PROBES);
        probes
    }

    /// Returns the probes that a step of an item refers to; of a looped one that of the item's round, or else all.
    pub fn probes_of<'a>(
        &self,
        runbook: &'a Runbook,
        values: &Values,
        (item, probe): (&Item, &'a ProbeRef),
    ) -> Vec<ProbeItem<'a>> {
        match probe {
            ProbeRef::Own(probe) => {
                let (id, scope) = (Arc::clone(&item.id), Arc::clone(&item.scope));
                self.grown(runbook, values, ProbeItem { id, probe, state: item.state.clone(), of: None, scope })
            }
            ProbeRef::Status(book, at) => {
                let is_meant = |probe: &ProbeItem<'_>| {
                    probe.of == Some((*book, *at)) && probe.scope.frame.id == item.scope.frame.id
                };
                let all: Vec<_> = self.probes(runbook, values).into_iter().filter(is_meant).collect();
                let own = all.iter().find(|probe| is_in_round(probe, &item.scope)).cloned();
                own.map_or(all, |own| vec![own])
            }
        }
    }

    /// Returns the runbooks that are gone through: the one that was opened, and each call that is not left out.
    fn frames(&self) -> Vec<(Arc<Frame>, ItemState)> {
        let main = Arc::new(Frame { book: BookId(0), id: String::new(), given: Vec::new() });
        let mut frames = vec![(main, ItemState::Open)];
        for item in &self.items {
            let frame = &item.scope.frame;
            if frame.id.is_empty() || frames.iter().rev().any(|(known, _)| known.id == frame.id) {
                continue;
            }
            match self.item(&frame.id).map(|caller| caller.state.clone()) {
                Some(ItemState::NotApplicable(_)) | None => {}
                Some(state) => frames.push((Arc::clone(frame), state)),
            }
        }
        frames
    }

    /// Makes of a probe one for each value of its loop.
    fn grown<'a>(&self, runbook: &Runbook, values: &Values, one: ProbeItem<'a>) -> Vec<ProbeItem<'a>> {
        let Some(each) = &one.probe.each else { return vec![one] };
        let list = match &each.over {
            Over::Written(values) => Ok(values.clone()),
            Over::Named(logic) => eval(logic, &self.names(runbook, values, &one)).map(|value| match value {
                Value::List(values) => values,
                other => vec![other],
            }),
        };
        match list {
            Ok(values) => {
                rounds_of(each, values).into_iter().take(MOST_PROBES + 1).map(|round| in_round(&one, round)).collect()
            }
            Err(missing) => vec![ungrown(&one, each, missing.names)],
        }
    }
}

/// Says whether a probe's round is one that an item stands in.
fn is_in_round(probe: &ProbeItem<'_>, scope: &Scope) -> bool {
    let same = |own: &Round| scope.rounds.iter().any(|round| round.name == own.name && round.key == own.key);
    probe.probe.each.is_some() && probe.scope.rounds.last().is_some_and(same)
}

fn in_round<'a>(one: &ProbeItem<'a>, round: Round) -> ProbeItem<'a> {
    let id = Arc::from(format!("{}[{}]", one.id, round.key));
    let rounds = one.scope.rounds.iter().cloned().chain([round]).collect();
    let scope = Arc::new(Scope { frame: Arc::clone(&one.scope.frame), rounds });
    ProbeItem { id, scope, ..one.clone() }
}

fn ungrown<'a>(one: &ProbeItem<'a>, each: &Loop, names: BTreeSet<String>) -> ProbeItem<'a> {
    let waits: Vec<_> = names.iter().map(|name| format!("‹{name}›")).collect();
    let name = Arc::clone(&each.name);
    let round = Round { name, value: None, key: waits.join(" "), index: 0, last: false, previous: None };
    ProbeItem { state: ItemState::Growing(names), ..in_round(one, round) }
}

#[cfg(test)]
mod tests;
