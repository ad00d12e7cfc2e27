//! Finding items of the checklist: by number, id, title, how they stand, and who has to do with them.
//!
//! What begins with a digit is a number: it goes to that item. Otherwise every word has to be found
//! somewhere in the item. It is looked when something is typed or the plan changes, not for a frame.

use super::field::Field;
use super::folds::Folds;
use super::screen::{Pane, Screen};
use crate::run::{Run, Standing};
use crate::runbook::plan::Item;

/// How many letters of a state have to be typed: fewer are found in too many words.
const LEAST_STATE: usize = 4;
/// How much may be typed.
const MOST_TYPED: usize = 200;

/// Is what is looked for, and what was found.
#[derive(Debug, Default)]
pub(super) struct Finding {
    pub words: Field,
    /// Whether it is being typed.
    pub is_open: bool,
    /// The places of what was found, in order.
    hits: Vec<usize>,
    /// Of which plan they are the places.
    filled_at: u64,
    /// The last record when it was looked.
    looked_at: u64,
    before: Before,
}

/// Is where somebody looked before he began to look for something.
#[derive(Debug, Default)]
struct Before {
    item: usize,
    top: usize,
    pane: Pane,
    folds: Folds,
}

impl Finding {
    /// Tells whether the item at a place was found.
    pub fn is_hit(&self, place: usize) -> bool {
        self.hits.binary_search(&place).is_ok()
    }

    /// Says how many were found, and which of them is selected.
    pub fn count(&self, selected: usize) -> String {
        match (self.hits.len(), self.hits.binary_search(&selected)) {
            _ if self.words.text().trim().is_empty() => "a number, words of a title, open, failed, a name".to_owned(),
            (0, _) => "nothing found".to_owned(),
            (of, Ok(at)) => format!("{} of {of}", at + 1),
            (of, Err(_)) => format!("{of} found"),
        }
    }

    fn look(&mut self, run: &Run) {
        let words: Vec<_> = self.words.text().split_whitespace().map(str::to_lowercase).collect();
        let is_hit = |(place, item): &(usize, &Item)| !words.is_empty() && is_like(run, (*place, item), &words);
        (self.filled_at, self.looked_at) = (run.filled_at(), run.head().n);
        self.hits = run.items().iter().enumerate().filter(is_hit).map(|(place, _)| place).collect();
    }

    /// Gives the number that was typed, if it is one.
    fn number(&self) -> Option<String> {
        let text = self.words.text();
        let text = text.trim();
        text.starts_with(|first: char| first.is_ascii_digit()).then(|| text.to_lowercase())
    }

    /// Finds what to go to from a place on: the item of that very number, or the first that was found.
    fn target(&self, run: &Run, from: usize) -> Option<usize> {
        let named = self.number().and_then(|number| {
            let is_named = |place: &&usize| run.items().get(**place).is_some_and(|i| i.number.to_lowercase() == number);
            self.hits.iter().find(is_named)
        });
        let at = self.hits.partition_point(|place| *place < from);
        named.or_else(|| self.hits.get(at).or(self.hits.first())).copied()
    }

    /// Finds the hit after a place or before it, round the end.
    fn neighbour(&self, place: usize, is_forward: bool) -> Option<usize> {
        let after = self.hits.partition_point(|hit| *hit <= place);
        let before = self.hits.partition_point(|hit| *hit < place);
        match is_forward {
            true => self.hits.get(after).or(self.hits.first()).copied(),
            false => before.checked_sub(1).and_then(|at| self.hits.get(at)).or(self.hits.last()).copied(),
        }
    }
}

/// Tells whether an item is like all of the words.
fn is_like(run: &Run, (place, item): (usize, &Item), words: &[String]) -> bool {
    if let [number] = words
        && number.starts_with(|first: char| first.is_ascii_digit())
    {
        return item.number.to_lowercase().starts_with(number);
    }
    let (texts, standing) = (texts(run, (place, item)), run.standing_at(place));
    let states = standing.word().split(' ').chain(standing.is_open().then_some("open"));
    let states: Vec<_> = states.collect();
    let is_state = |word: &str| word.len() >= LEAST_STATE && states.iter().any(|state| state.starts_with(word));
    words.iter().all(|word| is_state(word) || texts.iter().any(|text| text.to_lowercase().contains(word)))
}

/// Gives all that an item is found by.
fn texts(run: &Run, (place, item): (usize, &Item)) -> Vec<String> {
    let standing = run.standing_at(place);
    let mut texts = vec![item.number.clone(), item.id.to_string(), run.title(item)];
    texts.extend(run.signatures(&item.id).iter().map(|given| given.who.name.clone()));
    texts.extend(run.settled(&item.id).map(|settled| settled.who.name.clone()));
    match standing {
        Standing::Deferred(whose) => texts.push(whose),
        Standing::ToSign | Standing::Ready => texts.extend(run.lacking(item)),
        _ => {}
    }
    texts
}

impl Screen {
    /// Begins to look for something.
    pub(super) fn begin_to_find(&mut self) {
        let before = Before { item: self.item, top: self.top, pane: self.pane, folds: self.folds.clone() };
        let words = Field::at_most(MOST_TYPED);
        self.find = Some(Finding { words, is_open: true, before, ..Finding::default() });
        self.look_at(Pane::Checklist);
    }

    /// Changes what is looked for, and goes to what is found from where it was begun.
    pub(super) fn find(&mut self, run: &Run, change: impl FnOnce(&mut Field)) {
        let Some(finding) = &mut self.find else { return };
        change(&mut finding.words);
        finding.look(run);
        let target = finding.target(run, finding.before.item);
        let to = target.unwrap_or(finding.before.item);
        self.select(to, run);
    }

    /// Keeps what was found, or forgets it when nothing was looked for.
    pub(super) fn keep_found(&mut self) {
        match &mut self.find {
            Some(finding) if !finding.words.text().trim().is_empty() => finding.is_open = false,
            _ => self.find = None,
        }
    }

    /// Goes back to where somebody looked before.
    pub(super) fn stop_finding(&mut self, run: &Run) {
        let Some(finding) = self.find.take().filter(|finding| finding.is_open) else { return };
        let Before { item, top, pane, folds } = finding.before;
        (self.folds, self.top) = (folds, top);
        self.look_at(pane);
        self.select(item.min(run.items().len().saturating_sub(1)), run);
    }

    /// Goes to the next of what was found, or the one before.
    pub(super) fn go_to_found(&mut self, run: &Run, is_forward: bool) {
        let Some(finding) = &mut self.find else { return self.say("look for something first: /") };
        // How items stand may have changed since.
        if finding.looked_at != run.head().n {
            finding.look(run);
        }
        match finding.neighbour(self.item, is_forward) {
            Some(place) => {
                self.look_at(Pane::Checklist);
                self.select(place, run);
            }
            None => self.say("nothing found"),
        }
    }

    /// Looks again where the plan is another one than before.
    pub(super) fn find_again(&mut self, run: &Run) {
        if let Some(finding) = self.find.as_mut().filter(|finding| finding.filled_at != run.filled_at()) {
            finding.look(run);
        }
    }
}
