//! The rules that a run keeps whatever is wanted.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use mop::run::{Intent, Lock, Run, Standing};
use mop::runbook::model::Sign;
use mop::runbook::plan::{Item, plan};
use proptest::prelude::*;

/// How a run was before a decision.
pub struct Before {
    standings: HashMap<Arc<str>, Standing>,
    is_closed: bool,
    is_held: bool,
    was_back: bool,
}

impl Before {
    pub fn of(run: &Run) -> Self {
        let standings = run.items().iter().map(|item| Arc::clone(&item.id)).zip(run.standings()).collect();
        let (is_closed, was_back) = (run.closed().is_some(), run.back_out().is_some());
        Self { standings, is_closed, is_held: run.paused().is_some() || !run.rechecks().is_empty(), was_back }
    }
}

/// Checks a run after a decision against how it was before.
pub fn check(before: &Before, run: &Run, (intent, is_taken): (&Intent, bool)) -> Result<(), TestCaseError> {
    prop_assert!(!(before.is_closed && is_taken), "{intent:?} after the end");
    let moves_on = matches!(intent, Intent::SignStep { .. } | Intent::Settle { .. } | Intent::ChooseOption { .. });
    prop_assert!(!(before.is_held && moves_on && is_taken), "{intent:?} while the run was held");
    check_plan(run)?;
    for (item, standing) in run.items().iter().zip(run.standings()) {
        let was = before.standings.get(&item.id);
        check_item(run, (item, &standing))?;
        check_move(before, (item, was, &standing), run)?;
    }
    let next = run.next_open().map(|at| run.standing_at(at));
    prop_assert!(next.as_ref().is_none_or(Standing::is_open), "{next:?} is next");
    for (id, _) in run.running() {
        prop_assert!(matches!(run.standing(id), Standing::Running(_)), "{id} runs and is {:?}", run.standing(id));
    }
    Ok(())
}

fn check_plan(run: &Run) -> Result<(), TestCaseError> {
    let ids: HashSet<_> = run.items().iter().map(|item| &item.id).collect();
    prop_assert_eq!(ids.len(), run.items().len(), "an id stands twice in the plan");
    let anew = plan(run.runbook(), run.values()).unwrap();
    let all = |items: &[Item]| items.iter().map(|item| (item.id.clone(), item.state.clone())).collect::<Vec<_>>();
    prop_assert_eq!(all(run.items()), all(&anew.items), "the plan is not the one that its values make");
    prop_assert!(run.progress().done <= run.progress().of);
    prop_assert_eq!(run.trail().len() as u64, run.head().n + 1);
    let running = run.running().count();
    let standing = run.standings().filter(|standing| matches!(standing, Standing::Running(_))).count();
    prop_assert_eq!(running, standing);
    Ok(())
}

/// What is done has all its signatures, by as many persons, with as many keys and roles.
fn check_item(run: &Run, (item, standing): (&Item, &Standing)) -> Result<(), TestCaseError> {
    if !matches!(standing, Standing::Done(_) | Standing::Overridden(_) | Standing::Regressed(_)) {
        return Ok(());
    }
    let given = run.signatures(&item.id);
    let needs = match run.signers(item) {
        Sign::None => 0,
        Sign::People(count) => *count as usize,
        Sign::Roles(roles) => roles.len(),
    };
    prop_assert!(given.len() >= needs, "{} is done with {given:?}", item.id);
    let people: HashSet<_> = given.iter().map(|given| &given.who.id).collect();
    prop_assert_eq!(people.len(), given.len(), "{} is signed twice by one person", item.id);
    let with_key = given.iter().filter(|given| given.auth.starts_with("ssh-"));
    let keys: HashSet<_> = with_key.clone().map(|given| &given.auth).collect();
    prop_assert_eq!(keys.len(), with_key.count(), "{} is signed twice with one key", item.id);
    prop_assert!(people.iter().all(|id| run.people().iter().any(|who| who.id == **id)));
    prop_assert!(!given.iter().any(|given| super::is_stranger(&given.who) && needs > 0 && !is_here(run)));
    if let Sign::Roles(roles) = run.signers(item) {
        let signed: HashSet<_> = given.iter().filter_map(|given| given.role.as_deref()).collect();
        prop_assert!(roles.iter().all(|role| signed.contains(&**role)), "{} lacks a role", item.id);
    }
    let shown: HashSet<_> = given.iter().map(|given| &given.shown).collect();
    prop_assert!(shown.len() <= 1, "{} was signed in two forms", item.id);
    prop_assert!(run.lacking(item).is_empty());
    Ok(())
}

fn is_here(run: &Run) -> bool {
    run.people().iter().any(super::is_stranger)
}

/// Nothing that was locked is done at once, and nothing of the way forward once the run is on the way back.
fn check_move(
    before: &Before,
    (item, was, is): (&Item, Option<&Standing>, &Standing),
    run: &Run,
) -> Result<(), TestCaseError> {
    let is_settled =
        |standing: &Standing| matches!(standing, Standing::Done(_) | Standing::Overridden(_) | Standing::Skipped(_));
    let Some(was) = was.filter(|was| *was != is && !is_settled(was) && is_settled(is)) else { return Ok(()) };
    prop_assert!(!matches!(was, Standing::Locked(_)), "{} was {was:?} and is {is:?}", item.id);
    let is_forward = run.plan().position(&item.id) < Some(run.plan().forward().len());
    let ended = matches!(was, Standing::Running(_) | Standing::EndUnknown(_));
    prop_assert!(!(before.was_back && is_forward && !ended), "{} was {was:?} on the way back", item.id);
    prop_assert!(!matches!(is, Standing::Locked(Lock::OnlyBackOut)));
    Ok(())
}
