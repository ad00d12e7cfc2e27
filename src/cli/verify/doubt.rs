//! What is said against a run besides what its bytes say: by the signatures, the rules and the anchors.
//!
//! A doubt names its record and how much it weighs. The list does not grow without bound, and the worst
//! is remembered whatever was left out.

use serde_json::{Value as Json, json};

/// The most doubts of one weight that are kept.
const MOST: usize = 200;

/// Says how much a doubt weighs, from the least to the most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Weight {
    /// Worth knowing.
    Note,
    /// Something could not be looked at, because this version does not know it.
    Warning,
    /// It cannot be told, because something is missing here that tells.
    Unknown,
    /// It does not hold.
    Wrong,
}

impl Weight {
    /// Gives the word for it.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Unknown => "unknown",
            Self::Wrong => "wrong",
        }
    }
}

/// Says about what a doubt is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum About {
    /// A signature of a step.
    Signature,
    /// Two people who have to be two.
    TwoPeople,
    /// A signature of the seal.
    Seal,
    /// Who may sign.
    Roster,
    /// A runbook that was adopted.
    Runbook,
    /// What a command printed.
    Output,
    /// A head that a witness kept.
    Witness,
}

impl About {
    /// Gives the word that scripts know it by.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Signature => "signature",
            Self::TwoPeople => "two-people",
            Self::Seal => "seal",
            Self::Roster => "roster",
            Self::Runbook => "runbook",
            Self::Output => "output",
            Self::Witness => "witness",
        }
    }
}

/// Is one thing that is said against a run, or about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Doubt {
    pub(super) weight: Weight,
    pub(super) about: About,
    /// The record that it is about.
    pub(super) record: Option<u64>,
    /// What it is, in words that may hold outside text.
    pub(super) words: String,
}

impl Doubt {
    /// Says that something about a record does not hold.
    pub(super) fn wrong(about: About, n: u64, words: impl Into<String>) -> Self {
        Self { weight: Weight::Wrong, about, record: Some(n), words: words.into() }
    }

    /// Says something of another weight about a record.
    pub(super) fn of_weight(self, weight: Weight) -> Self {
        Self { weight, ..self }
    }

    /// Says the same about no record.
    pub(super) fn of_run(self) -> Self {
        Self { record: None, ..self }
    }

    fn order(&self) -> (std::cmp::Reverse<Weight>, u64) {
        (std::cmp::Reverse(self.weight), self.record.unwrap_or(u64::MAX))
    }

    /// Gives it in words, with its record before them.
    pub(super) fn text(&self) -> String {
        let Self { record, words, .. } = self;
        record.map_or_else(|| words.clone(), |n| format!("record {n}: {words}"))
    }

    /// Gives it for scripts.
    pub(super) fn json(&self) -> Json {
        let Self { weight, about, record, .. } = self;
        json!({ "weight": weight.word(), "about": about.word(), "record": record, "words": self.text() })
    }
}

/// Is a list of doubts.
#[derive(Debug, Default)]
pub(super) struct Doubts {
    list: Vec<Doubt>,
    /// How many were left out because there are too many.
    pub(super) left_out: u64,
    /// The first, by the number of its record, of those that weigh most.
    pub(super) worst: Option<Doubt>,
}

impl Doubts {
    pub(super) fn push(&mut self, doubt: Doubt) {
        if self.worst.as_ref().is_none_or(|worst| doubt.order() < worst.order()) {
            self.worst = Some(doubt.clone());
        }
        if self.list.iter().filter(|kept| kept.weight == doubt.weight).count() < MOST {
            self.list.push(doubt);
        } else {
            self.left_out += 1;
        }
    }

    pub(super) fn extend(&mut self, doubts: impl IntoIterator<Item = Doubt>) {
        doubts.into_iter().for_each(|doubt| self.push(doubt));
    }

    /// Puts them in order: those that weigh most first, and by their records.
    pub(super) fn sort(&mut self) {
        self.list.sort_by_key(Doubt::order);
    }

    /// Gives them.
    pub(super) fn list(&self) -> &[Doubt] {
        &self.list
    }

    /// Gives the worst when it weighs that much.
    pub(super) fn worst_of(&self, weight: Weight) -> Option<&Doubt> {
        self.worst.as_ref().filter(|worst| worst.weight == weight)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(n: u64) -> Doubt {
        Doubt::wrong(About::Signature, n, "no")
    }

    #[test]
    fn the_worst_is_known_however_many_there_are() {
        let mut doubts = Doubts::default();
        doubts.extend((0..300).map(|n| wrong(n).of_weight(Weight::Note)));
        doubts.extend((10..300).rev().map(wrong));
        doubts.extend([9, 7, 8].map(wrong));
        assert_eq!(doubts.worst_of(Weight::Wrong).map(Doubt::text).as_deref(), Some("record 7: no"));
        assert_eq!(doubts.worst_of(Weight::Note), None);
        assert_eq!((doubts.list().len(), doubts.left_out), (400, 193));
    }

    #[test]
    fn those_that_weigh_most_come_first_and_then_those_of_the_first_records() {
        let mut doubts = Doubts::default();
        doubts.extend([wrong(3).of_weight(Weight::Note), wrong(9).of_run(), wrong(5), wrong(4)]);
        doubts.sort();
        let order: Vec<_> = doubts.list().iter().map(|doubt| (doubt.weight, doubt.record)).collect();
        let wrong = Weight::Wrong;
        assert_eq!(order, [(wrong, Some(4)), (wrong, Some(5)), (wrong, None), (Weight::Note, Some(3))]);
    }
}
