//! The six questions of a reviewer, and what the record answers: the first page.
//!
//! In this order: did it succeed, was the window kept, who was there, what deviated, is the record intact, what
//! proves each step. An answer is a short word and a sentence; nothing in it is more than the record tells.

use super::account::Part;
use super::deviation::{self, Deviation, Weight, sentence, stopped};
use super::item::Item;
use super::mark::{Mark, Tone};
use super::material::Material;
use super::moment::{Moments, joined};
use super::people::{self, Participant};
use super::timing::{Timing, Window};
use crate::run::forecast::lasts;
use crate::run::roster::Level;
use crate::text::counted;

/// Says how an answer is to be taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grade {
    /// It is as one would wish.
    Good,
    /// It is to be looked at.
    Mixed,
    /// It is not as one would wish.
    Bad,
    /// It cannot be told, or not yet.
    #[default]
    Open,
}

impl Grade {
    /// Gives the word that scripts know it by.
    pub fn word(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Mixed => "mixed",
            Self::Bad => "bad",
            Self::Open => "open",
        }
    }

    /// Says how it is to be taken.
    pub fn tone(self) -> Tone {
        match self {
            Self::Good => Tone::Good,
            Self::Mixed => Tone::Loud,
            Self::Bad => Tone::Bad,
            Self::Open => Tone::Open,
        }
    }
}

/// Says what is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Question {
    /// Did it succeed?
    Success,
    /// Was the window kept?
    Window,
    /// Who was there?
    People,
    /// What deviated?
    Deviations,
    /// Is the record intact?
    Record,
    /// What proves each step?
    Proof,
}

impl Question {
    /// Gives the word that scripts know it by.
    pub fn word(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Window => "window",
            Self::People => "people",
            Self::Deviations => "deviations",
            Self::Record => "record",
            Self::Proof => "proof",
        }
    }

    /// Asks it.
    pub fn words(self) -> &'static str {
        match self {
            Self::Success => "Did it succeed?",
            Self::Window => "Was the window kept?",
            Self::People => "Who was there?",
            Self::Deviations => "What deviated?",
            Self::Record => "Is the record intact?",
            Self::Proof => "What proves each step?",
        }
    }
}

/// Is an answer of the first page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// What is asked.
    pub question: Question,
    /// How the answer is to be taken.
    pub grade: Grade,
    /// The answer in a word or two.
    pub short: String,
    /// The answer in a sentence, or a few.
    pub words: String,
}

/// Is the items that stand alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// How they stand.
    pub mark: Mark,
    /// Their numbers, with their ids.
    pub items: Vec<(String, String)>,
}

/// Is what answers are made from.
pub(super) struct Ground<'a> {
    pub(super) material: &'a Material<'a>,
    pub(super) moments: Moments,
    pub(super) parts: &'a [Part],
    pub(super) people: &'a [Participant],
    pub(super) deviations: &'a [Deviation],
    pub(super) timing: &'a Timing,
}

/// Gathers the items that stand alike, in the order of the marks.
pub(super) fn groups(items: &[&Item]) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for item in items {
        let named = (item.number.clone(), item.id.clone());
        match groups.iter_mut().find(|group| group.mark == item.mark) {
            Some(group) => group.items.push(named),
            None => groups.push(Group { mark: item.mark, items: vec![named] }),
        }
    }
    groups.sort_by_key(|group| ORDER.iter().position(|word| *word == group.mark.word));
    groups
}

/// In which order marks are told: what proves most first, then what was not done, then what is left.
const ORDER: [&str; 14] = [
    "done, sensed",
    "done, checked",
    "done, claimed",
    "overridden",
    "regressed",
    "failed",
    "end unknown",
    "skipped",
    "deferred",
    "not applicable",
    "running",
    "to sign",
    "not begun",
    "in reserve",
];

/// Is how many items stand how.
#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    done: usize,
    overridden: usize,
    bad: usize,
    passed: usize,
    open: usize,
}

impl Counts {
    fn of<'a>(items: impl Iterator<Item = &'a Item>) -> Self {
        let mut counts = Self::default();
        for item in items {
            let counted = match item.mark.word {
                "not applicable" => continue,
                "overridden" => &mut counts.overridden,
                "skipped" | "deferred" => &mut counts.passed,
                _ if item.proof.is_some() => &mut counts.done,
                _ if item.mark.tone == Tone::Bad => &mut counts.bad,
                _ => &mut counts.open,
            };
            *counted += 1;
        }
        counts
    }

    fn all(self) -> usize {
        self.done + self.overridden + self.bad + self.passed + self.open
    }
}

impl Ground<'_> {
    /// Answers the six questions.
    pub(super) fn answers(&self, groups: &[Group]) -> Vec<Answer> {
        vec![self.success(), self.window(), self.people(), self.deviations(), self.record(), self.proof(groups)]
    }

    fn items(&self, is_back: bool) -> impl Iterator<Item = &Item> {
        let parts = self.parts.iter().filter(move |part| part.is_back == is_back);
        parts.flat_map(Part::all).filter(|item| item.counts())
    }

    fn success(&self) -> Answer {
        let run = self.material.run;
        let counts = Counts::of(self.items(false));
        let (grade, short, words) = match (run.closed(), run.back_out()) {
            (None, None) => (Grade::Open, "Not over yet", self.so_far(counts)),
            (None, Some(_)) => (Grade::Bad, "Being backed out", self.backed_out()),
            (Some(_), Some(_)) => (Grade::Bad, "No: backed out", self.backed_out()),
            (Some(_), None) => self.closed(counts),
        };
        let result = run.closed().map(|result| format!(" It was closed as “{}”.", result.trim())).unwrap_or_default();
        let kind = if run.start().rehearsal {
            "A rehearsal; nothing of it was done to a live system unless the runbook calls it safe. "
        } else {
            ""
        };
        let short = if run.start().rehearsal { format!("{short} (rehearsal)") } else { short.to_owned() };
        Answer { question: Question::Success, grade, short, words: format!("{kind}{words}{result}") }
    }

    fn so_far(&self, counts: Counts) -> String {
        let run = self.material.run;
        let settled = counts.all() - counts.open - counts.bad;
        let (of, at) = (counted(counts.all(), "step"), self.moments.full(self.material.last_ms()));
        let paused = run.paused().map(|pause| stopped(&format!(" It stands still: {}", pause.why)));
        let (halted, paused) = (self.halted(), paused.unwrap_or_default());
        format!("{settled} of {of} settled as of record {}, {at}.{halted}{paused}", run.head().n)
    }

    /// Says in which step the run was stopped, if it was.
    fn halted(&self) -> String {
        self.material.run.stopped().map(|number| format!(" It was stopped in {number}.")).unwrap_or_default()
    }

    fn closed(&self, counts: Counts) -> (Grade, &'static str, String) {
        let all = counts.all();
        let missed = [
            (counts.bad, "failed or not good any more"),
            (counts.open, "not done"),
            (counts.overridden, "done against the evidence"),
            (counts.passed, "passed over or left for later"),
        ];
        let missed: Vec<_> =
            missed.iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {word}")).collect();
        let halted = self.halted();
        if missed.is_empty() {
            return (Grade::Good, "Yes", format!("{}.{halted}", share((all, all), "")));
        }
        let words = format!("{}; {}.{halted}", share((counts.done, all), ""), joined(&missed));
        match counts.bad + counts.open {
            0 => (Grade::Mixed, "Yes, with exceptions", words),
            _ if counts.done + counts.overridden == 0 => (Grade::Bad, "No", words),
            _ => (Grade::Bad, "No, not all of it", words),
        }
    }

    fn backed_out(&self) -> String {
        let Some(back_out) = self.material.run.back_out() else { return String::new() };
        let counts = Counts::of(self.items(true));
        let way = match counts.all() {
            0 => "There was nothing to do on the way back.".to_owned(),
            all => format!("{}.", share((counts.done, all), " of the way back")),
        };
        let (who, at) = (&back_out.who.name, self.moments.minute(back_out.began.at_ms));
        format!("{who} began the back-out at {at}: {} {way}", stopped(&back_out.why))
    }

    fn window(&self) -> Answer {
        let (grade, short, words) = match &self.timing.window {
            None => (Grade::Open, "No window", "The run had no window.".to_owned()),
            Some(window) => self.held(window),
        };
        Answer { question: Question::Window, grade, short: short.to_owned(), words }
    }

    fn held(&self, window: &Window) -> (Grade, &'static str, String) {
        let (start, end) = (self.moments.full(window.start_ms), self.until(window));
        let span = format!("The window was {start} to {end} {}", self.moments.zone());
        let early =
            window.early.as_ref().map(|(title, by_ms)| format!(" “{title}” began {} before it.", lasts(*by_ms)));
        let left_ms = window.end_ms - self.timing.ended_ms;
        let is_over = self.material.run.closed().is_some();
        let ended = self.moments.minute(self.timing.ended_ms);
        let grade = if early.is_some() { Grade::Mixed } else { Grade::Good };
        let (grade, short, words) = match (is_over, left_ms) {
            (true, 0..) if early.is_some() => (
                grade,
                "Ended in time, began early",
                format!("the work ended at {ended}, {} before its end.", lasts(left_ms)),
            ),
            (true, 0..) => (grade, "Yes", format!("the work ended at {ended}, {} before its end.", lasts(left_ms))),
            (true, _) => (Grade::Bad, "No", format!("the work ended at {ended}, {} after its end.", lasts(-left_ms))),
            (false, 0..) => (Grade::Open, "So far", format!("as of the last record {} were left.", lasts(left_ms))),
            (false, _) => (Grade::Bad, "No", format!("as of the last record it was over for {}.", lasts(-left_ms))),
        };
        (grade, short, format!("{span}; {words}{}", early.unwrap_or_default()))
    }

    fn until(&self, window: &Window) -> String {
        let is_one_day = self.moments.is_one_day(window.start_ms, window.end_ms);
        if is_one_day { self.moments.clock(window.end_ms) } else { self.moments.full(window.end_ms) }
    }

    fn people(&self) -> Answer {
        let levels = people::levels(self.people);
        let grade = match (levels.get(&Level::Name), levels.len()) {
            (_, 0) => Grade::Open,
            (None, _) => Grade::Good,
            (Some(_), _) => Grade::Mixed,
        };
        let short = match self.people.len() {
            0 => "Nobody".to_owned(),
            1 => "1 person".to_owned(),
            more => format!("{more} people"),
        };
        Answer { question: Question::People, grade, short, words: people::words(self.people) }
    }

    fn deviations(&self) -> Answer {
        let worst = self.deviations.iter().map(|found| found.kind.weight()).min();
        let grade = match worst {
            None | Some(Weight::Minor) => Grade::Good,
            Some(Weight::Notable) => Grade::Mixed,
            Some(Weight::Grave) => Grade::Bad,
        };
        let short =
            if self.deviations.is_empty() { "Nothing".to_owned() } else { counted(self.deviations.len(), "thing") };
        Answer { question: Question::Deviations, grade, short, words: deviation::words(self.deviations) }
    }

    fn record(&self) -> Answer {
        let check = self.material.check;
        // A run that goes on has no seal yet, and cannot have one.
        let is_natural = self.material.run.closed().is_none() && check.verdict == "unsealed";
        let grade = if is_natural { Grade::Open } else { check.grade };
        let short = match grade {
            Grade::Good => "Yes".to_owned(),
            Grade::Bad => format!("No: {}", check.title.to_lowercase()),
            _ => title_case(check.title),
        };
        Answer { question: Question::Record, grade, short, words: sentence(&check.words) }
    }

    fn proof(&self, groups: &[Group]) -> Answer {
        let count = |word: &str| {
            groups.iter().filter(|group| group.mark.word == word).map(|group| group.items.len()).sum::<usize>()
        };
        let (sensed, checked, claimed) = (count("done, sensed"), count("done, checked"), count("done, claimed"));
        let done = sensed + checked + claimed;
        let kinds = [
            (sensed, "by looking at the thing itself (sensed)"),
            (checked, "by the end of a command (checked)"),
            (claimed, "by a person's word (claimed)"),
        ];
        let kinds: Vec<_> =
            kinds.iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {word}")).collect();
        let against = count("overridden");
        let against = (against > 0).then(|| {
            format!(
                " {} against the evidence.",
                if against == 1 { "1 went on".to_owned() } else { format!("{against} went on") }
            )
        });
        let words = match done {
            0 => "No step is done.".to_owned(),
            1 => format!("The 1 step done is proved {}.", joined(&kinds).trim_start_matches("1 ")),
            done => format!("Of the {done} steps done: {}.", joined(&kinds)),
        };
        // Where it is mostly words that nothing else proves, it is not as good as it could be.
        let grade = match done {
            0 => Grade::Open,
            _ if against.is_some() || claimed > sensed + checked => Grade::Mixed,
            _ => Grade::Good,
        };
        let short = format!("{} of {done} by machine", sensed + checked);
        Answer { question: Question::Proof, grade, short, words: words + &against.unwrap_or_default() }
    }
}

/// Says how many of how many steps are done.
fn share((done, all): (usize, usize), of: &str) -> String {
    match (done, all) {
        (1, 1) => format!("The one step{of} is done"),
        _ if done == all => format!("All {all} steps{of} are done"),
        (1, _) => format!("1 of {all} steps{of} is done"),
        _ => format!("{done} of {}{of} are done", counted(all, "step")),
    }
}

/// Writes a word in capitals as other words are.
fn title_case(title: &str) -> String {
    let lower = title.to_lowercase();
    let mut letters = lower.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
