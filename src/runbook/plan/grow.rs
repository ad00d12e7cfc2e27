//! The items of a plan, made in order; loops grown and conditions decided as far as the values tell.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use super::fill::UNDO;
use super::names::Names;
use super::{Frame, Item, ItemKind, ItemState, Plan, Round, Scope, Values};
use crate::id::key_text;
use crate::runbook::expression::{Found, Missing, eval};
use crate::runbook::model::{Action, ActivityId, BookId, Logic, Loop, Over, Runbook, StepId};
use crate::runbook::value::Value;

/// How many items a plan may have.
pub const MOST_ITEMS: usize = 1_000_000;

/// How many bytes the ids of a plan may have.
const MOST_ID_BYTES: usize = 256 * 1024 * 1024;

/// How long a value may be that is given to a called runbook, in bytes.
const MOST_GIVEN: usize = 64 * 1024;

/// The lists or values are so long that the plan was not made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the lists make more than {MOST_ITEMS} items, or the values in them are too long; shorten them")]
pub struct TooLarge;

/// Lays out a run of a runbook with the values so far.
pub fn plan(runbook: &Runbook, values: &Values) -> Result<Plan, TooLarge> {
    let mut grower = Grower { runbook, values, plan: Plan::default(), bytes: 0 };
    let frame = Arc::new(Frame { book: BookId(0), id: String::new(), given: Vec::new() });
    let scope = Arc::new(Scope { frame, rounds: Vec::new() });
    grower.reserve(runbook.steps.len() + runbook.main().activities.len() + 2);
    grower.book(&scope, "", 0, &ItemState::Open)?;
    grower.plan.back_at = grower.plan.items.len();
    grower.back_out(&scope)?;
    Ok(grower.plan)
}

struct Grower<'a> {
    runbook: &'a Runbook,
    values: &'a Values,
    plan: Plan,
    bytes: usize,
}

type Grown = Result<(), TooLarge>;

/// A round: its scope, the id of its item, and the names that its list waits for.
type Turn = (Arc<Scope>, String, Option<BTreeSet<String>>);

/// Where new items go: under which id, number and depth, and in which state their parent is.
struct Under<'a> {
    scope: &'a Arc<Scope>,
    id: &'a str,
    number: &'a str,
    depth: usize,
    state: &'a ItemState,
}

impl Grower<'_> {
    /// Makes the items of a runbook under a number, which is empty for the one that was opened.
    fn book(&mut self, scope: &Arc<Scope>, number: &str, depth: usize, state: &ItemState) -> Grown {
        let book = self.runbook.book(scope.frame.book);
        if !book.requirements.is_empty() {
            let id = scope.frame.prefixed("requirements");
            let heading = numbered(number, "R");
            self.push(&id, heading.clone(), depth, ItemKind::Requirements(scope.frame.book), state.clone(), scope)?;
            let under = Under { scope, id: &id, number: &heading, depth: depth + 1, state };
            let mut count = 0;
            for step in &book.requirements {
                self.step(*step, &under, ItemKind::Requirement, &mut count, &|number, count| {
                    format!("{number}{count}")
                })?;
            }
        }
        let mut count = 0;
        for index in 0..book.activities.len() {
            let id = ActivityId { book: scope.frame.book, index: index as u32 };
            self.activity(id, scope, number, depth, state, &mut count)?;
        }
        Ok(())
    }

    fn activity(
        &mut self,
        id: ActivityId,
        scope: &Arc<Scope>,
        number: &str,
        depth: usize,
        state: &ItemState,
        count: &mut usize,
    ) -> Grown {
        let activity = self.runbook.activity(id);
        let prefix = scope.frame.prefixed(&activity.id);
        let rounds = self.rounds(activity.each.as_ref(), scope, &prefix)?;
        self.reserve(rounds.len().saturating_mul(1 + activity.prerequisites.len() + activity.steps.len()));
        for (scope, id_text, growing) in rounds {
            *count += 1;
            let number = numbered(number, &count.to_string());
            let state = self.state(activity.when.as_ref(), &scope, state, growing);
            self.push(&id_text, number.clone(), depth, ItemKind::Activity(id), state.clone(), &scope)?;
            let under = Under { scope: &scope, id: &id_text, number: &number, depth: depth + 1, state: &state };
            let mut letters = 0;
            for step in &activity.prerequisites {
                self.step(*step, &under, ItemKind::Prerequisite, &mut letters, &|number, count| {
                    format!("{number}{}", letter(count))
                })?;
            }
            self.steps(&activity.steps, &under, &mut 0)?;
        }
        Ok(())
    }

    fn back_out(&mut self, scope: &Arc<Scope>) -> Grown {
        let main = self.runbook.main();
        let undone: Vec<_> = self.values.undone().collect();
        if main.back_out.is_none() && undone.is_empty() {
            return Ok(());
        }
        let loops = main.activities.iter().filter_map(|activity| activity.each.as_ref());
        let mut rounds: Vec<Round> = Vec::new();
        for each in loops {
            if !rounds.iter().any(|round| round.name == each.name) {
                rounds.extend(self.current_round(each, scope));
            }
        }
        let scope = Arc::new(Scope { frame: Arc::clone(&scope.frame), rounds });
        self.push("back_out", "B".to_owned(), 0, ItemKind::BackOut(BookId(0)), ItemState::Open, &scope)?;
        for (at, id) in undone.into_iter().enumerate() {
            self.undo(id, at + 1)?;
        }
        let under = Under { scope: &scope, id: "back_out", number: "B", depth: 1, state: &ItemState::Open };
        let mut count = 0;
        for step in main.back_out.iter().flat_map(|back_out| &back_out.steps) {
            self.step(*step, &under, ItemKind::Step, &mut count, &|number, count| format!("{number}{count}"))?;
        }
        Ok(())
    }

    /// Makes the item that offers to take a step back.
    fn undo(&mut self, id: &str, number: usize) -> Grown {
        let Some(done) = self.plan.item(id) else { return Ok(()) };
        let (Some(step), scope) = (done.kind.step(), Arc::clone(&done.scope)) else { return Ok(()) };
        let id = format!("{UNDO}{id}");
        self.push(&id, format!("U{number}"), 1, ItemKind::Undo(step), ItemState::Open, &scope)
    }

    /// Returns the round that a back-out returns from: the one that was named, or the first.
    fn current_round(&self, each: &Loop, scope: &Arc<Scope>) -> Option<Round> {
        let rounds = self.list(&each.over, scope).map(|values| rounds_of(each, values)).ok()?;
        let named = self.values.round(&each.name);
        let position = named.and_then(|key| rounds.iter().position(|round| round.key == key)).unwrap_or(0);
        rounds.into_iter().nth(position)
    }

    fn steps(&mut self, steps: &[StepId], under: &Under<'_>, count: &mut usize) -> Grown {
        for step in steps {
            self.step(*step, under, ItemKind::Step, count, &|number, count| format!("{number}.{count}"))?;
        }
        Ok(())
    }

    fn step(
        &mut self,
        id: StepId,
        under: &Under<'_>,
        kind: fn(StepId) -> ItemKind,
        count: &mut usize,
        number: &dyn Fn(&str, usize) -> String,
    ) -> Grown {
        let step = self.runbook.step(id);
        let prefix = format!("{}/{}", under.id, step.id);
        for (scope, id_text, growing) in self.rounds(step.each.as_deref(), under.scope, &prefix)? {
            *count += 1;
            let number = number(under.number, *count);
            let state = self.state(step.when.as_deref(), &scope, under.state, growing);
            self.push(&id_text, number.clone(), under.depth, kind(id), state.clone(), &scope)?;
            let inner = Under { scope: &scope, id: &id_text, number: &number, depth: under.depth + 1, state: &state };
            self.below(id, &inner)?;
        }
        Ok(())
    }

    /// Makes the items that stand under a step.
    fn below(&mut self, id: StepId, under: &Under<'_>) -> Grown {
        match &self.runbook.step(id).action {
            Action::Heading(steps) => self.steps(steps, under, &mut 0),
            Action::Choose(options) => {
                let chosen = self.values.option(under.id).map(str::to_owned);
                let mut count = 0;
                for option in options {
                    let state = option_state(&option.id, chosen.as_deref(), &self.runbook.step(id).id, under.state);
                    let prefix = format!("{}/{}", under.id, option.id);
                    let under = Under { id: &prefix, state: &state, ..*under };
                    self.steps(&option.steps, &under, &mut count)?;
                }
                Ok(())
            }
            Action::Call(call) => {
                let names = self.names(under.scope);
                let given: Vec<_> = call.with.iter().map(|(at, part)| (*at, names.part(part))).collect();
                if given.iter().any(|(_, found)| is_too_long(found)) {
                    return Err(TooLarge);
                }
                let frame = Frame { book: call.book, id: under.id.to_owned(), given };
                let scope = Arc::new(Scope { frame: Arc::new(frame), rounds: Vec::new() });
                self.book(&scope, under.number, under.depth, under.state)
            }
            _ => Ok(()),
        }
    }

    /// Returns the scope and the id of each round, and the names that a loop waits for.
    fn rounds(&mut self, each: Option<&Loop>, scope: &Arc<Scope>, id: &str) -> Result<Vec<Turn>, TooLarge> {
        let Some(each) = each else { return Ok(vec![(Arc::clone(scope), id.to_owned(), None)]) };
        let within = |round: Round| {
            let rounds = scope.rounds.iter().cloned().chain([round]).collect();
            Arc::new(Scope { frame: Arc::clone(&scope.frame), rounds })
        };
        match self.list(&each.over, scope) {
            Ok(values) => {
                let rounds = rounds_of(each, values);
                let around: usize = scope.rounds.iter().map(|round| round.key.len()).sum::<usize>() + id.len();
                self.count(rounds.iter().map(|round| around + 3 * round.key.len()).sum())?;
                let turn = |round: Round| {
                    let id = format!("{id}[{}]", round.key);
                    (within(round), id, None)
                };
                Ok(rounds.into_iter().map(turn).collect())
            }
            Err(missing) => {
                let waits: Vec<_> = missing.names.iter().map(|name| format!("‹{name}›")).collect();
                let round = Round {
                    name: Arc::clone(&each.name),
                    value: None,
                    key: waits.join(" "),
                    index: 0,
                    last: false,
                    previous: None,
                };
                let id = format!("{id}[{}]", round.key);
                Ok(vec![(within(round), id, Some(missing.names))])
            }
        }
    }

    /// Counts what names take.
    fn count(&mut self, bytes: usize) -> Grown {
        self.bytes = self.bytes.saturating_add(bytes);
        if self.bytes > MOST_ID_BYTES { Err(TooLarge) } else { Ok(()) }
    }

    fn list(&self, over: &Over, scope: &Scope) -> Result<Vec<Value>, Missing> {
        match over {
            Over::Written(values) => Ok(values.clone()),
            Over::Named(logic) => match eval(logic, &self.names(scope))? {
                Value::List(values) => Ok(values),
                other => Ok(vec![other]),
            },
        }
    }

    fn names<'b>(&'b self, scope: &'b Scope) -> Names<'b> {
        Names { runbook: self.runbook, values: self.values, plan: &self.plan, scope, brief: false }
    }

    /// Decides the state of an item from that of its parent, its loop and its condition.
    fn state(
        &self,
        when: Option<&Logic>,
        scope: &Scope,
        parent: &ItemState,
        growing: Option<BTreeSet<String>>,
    ) -> ItemState {
        if let ItemState::NotApplicable(why) = parent {
            return ItemState::NotApplicable(why.clone());
        }
        if let Some(names) = growing {
            return ItemState::Growing(names);
        }
        let parent =
            if let ItemState::Growing(names) = parent { ItemState::Undecided(names.clone()) } else { parent.clone() };
        let Some(when) = when else { return parent };
        let names = self.names(scope);
        match (eval(when, &names), parent) {
            (Ok(Value::Bool(true)), parent) => parent,
            (Ok(_), _) => ItemState::NotApplicable(names.because(when)),
            (Err(missing), ItemState::Undecided(mut names)) => {
                names.extend(missing.names);
                ItemState::Undecided(names)
            }
            (Err(missing), _) => ItemState::Undecided(missing.names),
        }
    }

    /// Makes room for so many items at once; a table that grows again and again is filled again and again.
    fn reserve(&mut self, items: usize) {
        let items = items.min(MOST_ITEMS - self.plan.items.len().min(MOST_ITEMS));
        self.plan.items.reserve(items);
        self.plan.index.reserve(items);
    }

    fn push(
        &mut self,
        id: &str,
        number: String,
        depth: usize,
        kind: ItemKind,
        state: ItemState,
        scope: &Arc<Scope>,
    ) -> Grown {
        self.count(2 * id.len() + number.len())?;
        let address = self.plan.items.len();
        if address >= MOST_ITEMS {
            return Err(TooLarge);
        }
        let id: Arc<str> = Arc::from(id);
        self.plan.items.push(Item { id: Arc::clone(&id), number, depth, kind, state, scope: Arc::clone(scope) });
        self.plan.index.insert(id, address);
        if let Some(step) = kind.step() {
            self.plan.first_of.entry(step).or_insert(address);
        }
        Ok(())
    }
}

/// Says whether a value is longer than one that is given to a called runbook may be.
fn is_too_long(found: &Found) -> bool {
    matches!(found, Found::Value(value) if value.to_string().len() > MOST_GIVEN)
}

fn option_state(option: &str, chosen: Option<&str>, step: &str, parent: &ItemState) -> ItemState {
    match (parent, chosen) {
        (ItemState::NotApplicable(_), _) => parent.clone(),
        (_, Some(chosen)) if chosen == option => parent.clone(),
        (_, Some(chosen)) => ItemState::NotApplicable(format!("chosen.{step}: {chosen}")),
        (_, None) => ItemState::Undecided(BTreeSet::from([format!("chosen.{step}")])),
    }
}

/// Makes the rounds of a loop; a value that stands twice in the list has two keys.
pub(super) fn rounds_of(each: &Loop, values: Vec<Value>) -> Vec<Round> {
    let count = values.len();
    let mut seen: HashMap<String, usize> = HashMap::new();
    let mut previous = None;
    let mut rounds = Vec::with_capacity(count);
    for (index, value) in values.into_iter().enumerate() {
        let key = key_text(&value.to_string());
        let times = seen.entry(key.clone()).or_default();
        *times += 1;
        let key = if *times == 1 { key } else { format!("{key}#{times}") };
        let last = index + 1 == count;
        rounds.push(Round {
            name: Arc::clone(&each.name),
            value: Some(value.clone()),
            key,
            index,
            last,
            previous: previous.replace(value),
        });
    }
    rounds
}

fn numbered(above: &str, own: &str) -> String {
    if above.is_empty() { own.to_owned() } else { format!("{above}.{own}") }
}

/// Counts in letters: a, b, …, z, aa, ab.
fn letter(count: usize) -> String {
    let mut letters = Vec::new();
    let mut rest = count;
    while rest > 0 {
        rest -= 1;
        letters.push(char::from(b'a' + (rest % 26) as u8));
        rest /= 26;
    }
    letters.iter().rev().collect()
}
