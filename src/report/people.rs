//! Who was there: what each signed and by what it was proved, when he came and left, and who drove.

use std::collections::BTreeMap;

use super::item::level_words;
use super::line::Line;
use super::material::Material;
use super::moment::joined;
use crate::run::roster::Level;
use crate::run::{Meaning, Person, What};
use crate::text::counted;

/// Is somebody who acted in a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Participant {
    /// What tells him from others.
    pub id: String,
    /// His name.
    pub name: String,
    /// Whether the roster of the run names him.
    pub is_in_roster: bool,
    /// The roles that he signed for.
    pub roles: Vec<String>,
    /// How often he signed, by what it means.
    pub signed: Vec<(Meaning, usize)>,
    /// How often he signed, by what proves it, the surest first.
    pub levels: Vec<(Level, usize)>,
    /// The times that he was there.
    pub sittings: Vec<Sitting>,
    /// How many records are his.
    pub records: usize,
}

/// Is a time that somebody was there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sitting {
    /// The session of the program.
    pub session: String,
    /// Since when, in milliseconds since 1970 in UTC.
    pub from_ms: i64,
    /// Until when, where it was recorded that he left.
    pub to_ms: Option<i64>,
    /// His last record in that session.
    pub last_ms: i64,
    /// Whether the terminal was hung up.
    pub is_hung_up: bool,
}

impl Participant {
    /// Gathers those who acted, in the order in which they came.
    pub(super) fn all(material: &Material<'_>) -> Vec<Self> {
        let mut people: Vec<Self> = Vec::new();
        for (_, event) in material.records {
            let who = &event.stamp.who;
            if *who == Person::program() || who.id.is_empty() {
                hang_up(&mut people, &event.what, &event.stamp.session);
                continue;
            }
            let at = people.iter().position(|known| known.id == who.id).unwrap_or_else(|| {
                people.push(Self::new(material, who));
                people.len() - 1
            });
            if let Some(person) = people.get_mut(at) {
                person.take(&event.what, (&event.stamp.session, event.stamp.at_ms));
            }
            hang_up(&mut people, &event.what, &event.stamp.session);
        }
        people
    }

    fn new(material: &Material<'_>, who: &Person) -> Self {
        Self {
            id: who.id.clone(),
            name: who.name.clone(),
            is_in_roster: material.run.roster().member(&who.id).is_some(),
            roles: Vec::new(),
            signed: Vec::new(),
            levels: Vec::new(),
            sittings: Vec::new(),
            records: 0,
        }
    }

    fn take(&mut self, what: &What, (session, at_ms): (&str, i64)) {
        self.records += 1;
        if let What::StepSigned(signed) = what {
            let signed = &signed.signed;
            count(&mut self.signed, signed.meaning);
            count(&mut self.levels, signed.level);
            self.levels.sort_by_key(|(level, _)| std::cmp::Reverse(*level));
            self.roles
                .extend(signed.role.iter().filter(|role| !self.roles.contains(role)).cloned().collect::<Vec<_>>());
        }
        let open = self.sittings.iter_mut().rfind(|sitting| sitting.session == session && sitting.to_ms.is_none());
        let is_left = matches!(what, What::PersonLeft);
        match open {
            Some(sitting) => {
                sitting.last_ms = at_ms;
                sitting.to_ms = is_left.then_some(at_ms);
            }
            None if is_left => {}
            None => self.sittings.push(Sitting {
                session: session.to_owned(),
                from_ms: at_ms,
                to_ms: None,
                last_ms: at_ms,
                is_hung_up: false,
            }),
        }
    }

    /// Counts all his signatures.
    pub fn signatures(&self) -> usize {
        self.signed.iter().map(|(_, count)| count).sum()
    }

    /// Says how often he signed and what that means: `executed 3, witnessed 1`.
    pub fn signed_words(&self) -> String {
        let words: Vec<_> = self.signed.iter().map(|(meaning, count)| format!("{} {count}", meaning.word())).collect();
        words.join(", ")
    }

    /// Says by what his signatures are proved: `3 by key, 1 by name, unproved`.
    pub fn level_words(&self) -> String {
        let words: Vec<_> =
            self.levels.iter().map(|(level, count)| format!("{count} {}", level_words(*level))).collect();
        words.join("; ")
    }
}

fn hang_up(people: &mut [Participant], what: &What, session: &str) {
    if matches!(what, What::HungUp) {
        let sittings = people.iter_mut().flat_map(|person| &mut person.sittings);
        sittings.filter(|sitting| sitting.session == session).for_each(|sitting| sitting.is_hung_up = true);
    }
}

fn count<T: PartialEq>(counts: &mut Vec<(T, usize)>, what: T) {
    match counts.iter_mut().find(|(known, _)| *known == what) {
        Some((_, count)) => *count += 1,
        None => counts.push((what, 1)),
    }
}

/// Adds up by what all signatures are proved, the surest first.
pub(super) fn levels(people: &[Participant]) -> BTreeMap<Level, usize> {
    let mut all = BTreeMap::new();
    for (level, count) in people.iter().flat_map(|person| &person.levels) {
        *all.entry(*level).or_default() += count;
    }
    all
}

/// Says in a sentence who was there.
pub(super) fn words(people: &[Participant]) -> String {
    let word = |person: &Participant| match person.signatures() {
        0 => format!("{}, who signed nothing", person.name),
        signed => format!("{} ({})", person.name, counted(signed, "signature")),
    };
    let who: Vec<_> = people.iter().map(word).collect();
    let levels: Vec<_> = levels(people).into_iter().rev().collect();
    let proved = match levels.as_slice() {
        [] => "Nothing was signed.".to_owned(),
        [(Level::Name, _)] => "All signatures are by name: claimed, and nothing proves whose they are.".to_owned(),
        [(Level::Pin, _)] => "All signatures are by PIN.".to_owned(),
        [(Level::Key, _)] => "All signatures are by key.".to_owned(),
        [(Level::Touch, _)] => "All signatures are by a key that was touched.".to_owned(),
        levels => {
            format!(
                "Of {} {}.",
                counted(levels.iter().map(|(_, count)| count).sum::<usize>(), "signature"),
                by_words(levels)
            )
        }
    };
    if who.is_empty() { "Nobody acted in it.".to_owned() } else { format!("{}. {proved}", joined(&who)) }
}

fn by_words(levels: &[(Level, usize)]) -> String {
    let word = |(level, count): &(Level, usize)| {
        let verb = if *count == 1 { "is" } else { "are" };
        match level {
            Level::Name => format!("{count} {verb} by name, which proves nothing"),
            level => format!("{count} {verb} {}", level_words(*level)),
        }
    };
    joined(&levels.iter().map(word).collect::<Vec<_>>())
}

/// Gathers the records that say who had the wheel.
pub(super) fn wheel(material: &Material<'_>) -> Vec<Line> {
    let is_wheel = |what: &What| {
        matches!(what, What::WheelAsked | What::WheelKept | What::WheelGiven { .. } | What::WheelTaken { .. })
    };
    let records = material.records.iter().filter(|(_, event)| is_wheel(&event.what));
    records.map(|record| Line::of(material, record)).collect()
}
