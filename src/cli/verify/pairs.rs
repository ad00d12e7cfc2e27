//! The rule of two: no step has two signatures of one person, or of one key.
//!
//! Also counts who signed how often and by what, which is what a report says of people.

use std::collections::{BTreeMap, HashMap};

use super::doubt::{About, Doubt};
use super::hold::short;
use super::signing::Signing;
use crate::journal::Digest;
use crate::run::Meaning;
use crate::run::roster::Level;

/// How many people are counted by name.
const MOST_PEOPLE: usize = 1_000;

/// Is a signature that stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Given {
    pub(super) n: u64,
    pub(super) person: String,
    /// The step that it says was done; nothing when it says something else.
    pub(super) step: Option<String>,
    /// Whether it is the first for that step: what it means is that the signer did it.
    pub(super) is_first: bool,
    /// The last record before it after which a step may be signed anew.
    pub(super) opened: u64,
    /// What proves it.
    pub(super) level: Level,
    /// The key that made it, by the hash of its bytes.
    pub(super) key: Option<Digest>,
}

impl Given {
    /// Notes a signature with what proves it.
    pub(super) fn of(signing: &Signing, level: Level, key: Option<Digest>) -> Self {
        let (n, person, opened) = (signing.n, signing.who.id.clone(), signing.opened);
        let meaning = signing.said.as_ref().map(|said| said.signed.meaning);
        let says_done = matches!(meaning, Some(Meaning::Executed | Meaning::Witnessed));
        let step = signing.said.as_ref().and_then(|said| said.step.clone()).filter(|_| says_done);
        Self { n, person, step, is_first: meaning == Some(Meaning::Executed), opened, level, key }
    }
}

/// Counts signatures by what proves them, in the order of the levels.
pub(super) type Levels = [u64; Level::ALL.len()];

/// Is who signed how often.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) all: Levels,
    pub(super) people: BTreeMap<String, Levels>,
}

impl Tally {
    pub(super) fn of(given: &[Given]) -> Self {
        let mut tally = Self::default();
        for Given { person, level, .. } in given {
            let at = *level as usize;
            count(&mut tally.all, at);
            let is_room = tally.people.len() < MOST_PEOPLE || tally.people.contains_key(person);
            if is_room {
                count(tally.people.entry(person.clone()).or_default(), at);
            }
        }
        tally
    }

    /// Gives those who signed with a key.
    pub(super) fn with_keys(&self) -> impl Iterator<Item = &String> {
        let by_key = |levels: &Levels| Level::ALL.iter().zip(levels).any(|(level, n)| *level >= Level::Key && *n > 0);
        self.people.iter().filter(move |(_, levels)| by_key(levels)).map(|(person, _)| person)
    }

    /// Tells how many signatures there are.
    pub(super) fn total(&self) -> u64 {
        self.all.iter().sum()
    }

    /// Tells how many are proved by that.
    pub(super) fn by(&self, level: Level) -> u64 {
        self.all.get(level as usize).copied().unwrap_or_default()
    }
}

fn count(levels: &mut Levels, at: usize) {
    if let Some(count) = levels.get_mut(at) {
        *count += 1;
    }
}

/// Is who signed a step since it was last opened, and with which keys.
#[derive(Debug, Default)]
struct Signers<'a> {
    people: HashMap<&'a str, u64>,
    keys: HashMap<Digest, &'a Given>,
}

/// Says where two signatures of a step are of one person or of one key; they are in the order of the log.
///
/// A step that was tried again, or that a choice led back to, is signed anew.
pub(super) fn check_pairs(given: &[Given]) -> Vec<Doubt> {
    let mut steps: HashMap<&str, Signers<'_>> = HashMap::new();
    let mut doubts = Vec::new();
    for second in given {
        let Some(step) = second.step.as_deref() else { continue };
        let signers = steps.entry(step).or_default();
        let last = signers.people.values().max().copied();
        if second.is_first && last.is_some_and(|last| second.opened > last) {
            *signers = Signers::default();
        }
        let Given { n, person, key, .. } = second;
        let with_key = key.map(|key| *signers.keys.entry(key).or_insert(second));
        let words = match (signers.people.insert(person, *n), with_key) {
            (Some(first), _) => format!("a second time, after record {first}; two signatures are of two people"),
            (None, Some(first)) if first.n != *n => {
                format!("with the key that {} signed with in record {}", short(&first.person), first.n)
            }
            _ => continue,
        };
        let words = format!("{} signed the step {} {words}", short(person), short(step));
        doubts.push(Doubt::wrong(About::TwoPeople, *n, words));
    }
    doubts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(n: u64, person: &str, step: &str, key: Option<&str>) -> Given {
        let level = if key.is_some() { Level::Key } else { Level::Name };
        let key = key.map(|key| Digest::of(key.as_bytes()));
        Given { n, person: person.into(), step: Some(step.into()), is_first: true, opened: 0, level, key }
    }

    #[test]
    fn a_step_that_was_tried_again_is_signed_anew_and_one_that_was_not_is_not() {
        let first = given(1, "alice", "one", Some("a"));
        let again = |opened, is_first| Given { n: 5, opened, is_first, ..first.clone() };
        assert!(check_pairs(&[first.clone(), again(3, true)]).is_empty());
        assert_eq!(check_pairs(&[first.clone(), again(0, true)]).len(), 1, "nothing opened it");
        assert_eq!(check_pairs(&[first.clone(), again(3, false)]).len(), 1, "she signs as the second one");
    }

    #[test]
    fn two_signatures_of_a_step_are_of_two_people_with_two_keys() {
        let fine = [
            given(1, "alice", "one", Some("a")),
            given(2, "bob", "one", Some("b")),
            given(3, "alice", "two", Some("a")),
            given(4, "bob", "two", None),
            given(5, "carol", "two", None),
        ];
        assert!(check_pairs(&fine).is_empty());
        let again = [&fine[..], &[given(6, "alice", "two", Some("c"))]].concat();
        assert_eq!(check_pairs(&again)[0].record, Some(6));
        let shared = [&fine[..], &[given(7, "carol", "one", Some("b"))]].concat();
        assert!(check_pairs(&shared)[0].text().contains("the key that bob signed with in record 2"));
    }

    #[test]
    fn signatures_are_counted_by_what_proves_them_and_by_whom() {
        let tally = Tally::of(&[given(1, "alice", "one", Some("a")), given(2, "bob", "one", None)]);
        assert_eq!((tally.total(), tally.by(Level::Key), tally.by(Level::Name), tally.by(Level::Touch)), (2, 1, 1, 0));
        assert_eq!(tally.people["alice"], [0, 0, 1, 0]);
    }
}
