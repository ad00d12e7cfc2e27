//! The rule of two: no step has two signatures of one person, or of one key.
//!
//! Also counts who signed how often and by what, which is what a report says of people.

use std::collections::{BTreeMap, HashMap};

use super::doubt::{About, Doubt};
use super::hold::short;
use crate::journal::Digest;
use crate::run::roster::Level;

/// How many people are counted by name.
const MOST_PEOPLE: usize = 1_000;

/// Is a signature that stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Given {
    pub(super) n: u64,
    pub(super) person: String,
    /// The step that it is for; nothing when this version does not know what it is for.
    pub(super) step: Option<String>,
    /// What proves it.
    pub(super) level: Level,
    /// The key that made it, by the hash of its bytes.
    pub(super) key: Option<Digest>,
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

/// Says where two signatures of a step are of one person or of one key; they are in the order of the log.
pub(super) fn check_pairs(given: &[Given]) -> Vec<Doubt> {
    let mut people: HashMap<(&str, &str), u64> = HashMap::new();
    let mut keys: HashMap<(&str, Digest), &Given> = HashMap::new();
    let mut doubts = Vec::new();
    for second in given {
        let Given { n, person, key, .. } = second;
        let Some(step) = second.step.as_deref() else { continue };
        let with_key = key.map(|key| *keys.entry((step, key)).or_insert(second));
        let words = match (people.insert((step, person), *n), with_key) {
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
        Given { n, person: person.into(), step: Some(step.into()), level, key }
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
