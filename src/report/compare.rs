//! Two runs held against each other: what each took, how each item ended, what was chosen, what was not as planned.
//!
//! Items are told apart by their ids, so that the editions of the runbook may differ; what is in one run only is
//! said. What was not as planned are the deviations of both accounts, but for those of no weight.

use std::collections::{HashMap, HashSet};

use super::account::Account;
use super::deviation::{Kind, Weight};
use super::item::Item;
use crate::run::Run;
use crate::run::history::lengths;

/// Is something of the first run and of the second.
pub type Both<T> = [T; 2];

/// Is a run that is held against another one.
#[derive(Debug)]
pub struct Half<'a> {
    /// The account of it.
    pub account: &'a Account,
    /// The run itself.
    pub run: &'a Run,
}

/// Is what comes of holding two runs against each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// The items of both, in the order of the first run; what only the second has stands where it has it.
    pub rows: Vec<Pair>,
    /// What was chosen.
    pub choices: Vec<Choice>,
    /// What was not as planned, the gravest first.
    pub deviations: Vec<Differing>,
}

/// Is an item of one run or of both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// Its id.
    pub id: String,
    /// What it is, as the first run that has it says.
    pub title: String,
    /// Its number in each run; nothing where the run does not have it.
    pub numbers: Both<Option<String>>,
    /// How deep it stands.
    pub depth: usize,
    /// How long it took, in milliseconds, pauses left out.
    pub took_ms: Both<Option<i64>>,
    /// How it stands, in a word or two; nothing for a heading.
    pub outcomes: Both<Option<&'static str>>,
}

impl Pair {
    /// Says by how much longer the second run took.
    pub fn difference_ms(&self) -> Option<i64> {
        let [first, second] = self.took_ms;
        Some(second? - first?)
    }
}

/// Is a choice that was made in one run or in both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The id of the item.
    pub id: String,
    /// What it is.
    pub title: String,
    /// The option: its id and its title.
    pub chosen: Both<Option<(String, String)>>,
}

/// Is a kind of deviation of an item, or of the run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Differing {
    /// What kind it is.
    pub kind: Kind,
    /// The id of the item, and what it is.
    pub item: Option<(String, String)>,
    /// What is said of each in either run.
    pub words: Both<Vec<String>>,
}

impl Comparison {
    /// Holds two runs against each other.
    pub fn of(halves: Both<&Half<'_>>) -> Self {
        let sides = halves.map(Side::of);
        let order = order(halves);
        let choices = order.iter().filter_map(|id| choice(&sides, id)).collect();
        let rows: Vec<_> = order.iter().filter_map(|id| pair(&sides, id)).collect();
        Self { choices, deviations: deviations(halves, &sides, &order), rows }
    }
}

/// Is a run by the ids of its items.
struct Side<'a> {
    items: HashMap<&'a str, &'a Item>,
    took_ms: HashMap<&'a str, i64>,
}

impl<'a> Side<'a> {
    fn of(half: &'a Half<'_>) -> Self {
        let took = half.run.items().iter().zip(lengths(half.run));
        Self {
            items: half.account.items().map(|item| (&*item.id, item)).collect(),
            took_ms: took.filter_map(|(item, took)| Some((&*item.id, took?.ms))).collect(),
        }
    }
}

/// Lists the ids of both runs, each once.
fn order<'a>(halves: Both<&'a Half<'_>>) -> Vec<&'a str> {
    let [first, second] = halves.map(|half| half.account.items().map(|item| &*item.id).collect::<Vec<&str>>());
    let known: HashSet<_> = first.iter().copied().collect();
    let mut behind: HashMap<Option<&str>, Vec<&str>> = HashMap::new();
    let mut last = None;
    for id in second {
        match known.contains(id) {
            true => last = Some(id),
            false => behind.entry(last).or_default().push(id),
        }
    }
    let mut all = behind.remove(&None).unwrap_or_default();
    for id in first {
        all.push(id);
        all.extend(behind.remove(&Some(id)).unwrap_or_default());
    }
    all
}

fn pair(sides: &Both<Side<'_>>, id: &str) -> Option<Pair> {
    let items = sides.each_ref().map(|side| side.items.get(id).copied());
    let is_told = |item: &&Item| item.counts() || (item.is_heading && !item.is_in_reserve);
    let shown = items.iter().flatten().find(|item| is_told(item))?;
    Some(Pair {
        id: id.to_owned(),
        title: shown.title.clone(),
        numbers: items.map(|item| item.map(|item| item.number.clone())),
        depth: shown.depth,
        took_ms: sides.each_ref().map(|side| side.took_ms.get(id).copied()),
        outcomes: items.map(|item| item.filter(|item| !item.is_heading).map(|item| item.mark.word)),
    })
}

fn choice(sides: &Both<Side<'_>>, id: &str) -> Option<Choice> {
    let items = sides.each_ref().map(|side| side.items.get(id).copied());
    let title = items.iter().flatten().next()?.title.clone();
    let chosen = items.map(|item| item.and_then(|item| item.chosen.clone()));
    chosen.iter().any(Option::is_some).then(|| Choice { id: id.to_owned(), title, chosen })
}

/// Puts the deviations of the same kind and item together.
fn deviations(halves: Both<&Half<'_>>, sides: &Both<Side<'_>>, order: &[&str]) -> Vec<Differing> {
    let places: HashMap<&str, usize> = order.iter().enumerate().map(|(at, id)| (*id, at)).collect();
    let mut found: HashMap<(Kind, Option<&str>), Both<Vec<String>>> = HashMap::new();
    for (at, half) in halves.into_iter().enumerate() {
        let ids: HashMap<&str, &str> = half.account.items().map(|item| (&*item.number, &*item.id)).collect();
        for deviation in half.account.deviations.iter().filter(|deviation| deviation.kind.weight() != Weight::Minor) {
            let item = deviation.item.as_ref().map(|(number, _)| ids.get(&**number).copied().unwrap_or(number));
            found.entry((deviation.kind, item)).or_default()[at].push(deviation.words.clone());
        }
    }
    let title = |id: &str| sides.iter().find_map(|side| side.items.get(id)).map(|item| item.title.clone());
    let differing = |((kind, item), words): ((Kind, Option<&str>), _)| Differing {
        kind,
        item: item.map(|id| (id.to_owned(), title(id).unwrap_or_default())),
        words,
    };
    let mut all: Vec<_> = found.into_iter().collect();
    all.sort_by_key(|((kind, item), _)| (*kind, item.map(|id| places.get(id).copied().unwrap_or(usize::MAX)), *item));
    all.into_iter().map(differing).collect()
}
