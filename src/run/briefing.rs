//! The briefing: what there is to know of a run before it begins, in words.
//!
//! Made of a run that nobody recorded yet ([`draft`]), so that it says what the run would say. Every
//! sentence stands here once; the full screen and the dialogue only lay it out. Who signs and how the
//! time stands is in `people` and `time`.

mod people;
mod time;

use super::forecast::{Row, Stage, Teller, lasts};
use super::history::{History, Sample};
use super::replay::{Basis, NoRun, replay};
use super::{Event, Forecast, Head, Run, Stamp, Start, What};
use crate::journal::Digest;
use crate::runbook::format::Kind as InputKind;
use crate::runbook::model::Action;
use crate::runbook::plan::{Item, ItemKind, ItemState};

pub use time::window_words;

/// How many lines a part has at most; the rest is counted.
const MOST_LINES: usize = 60;

/// Is all that there is to know before a run begins.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Briefing {
    /// What it is about, one subject after the other.
    pub parts: Vec<Part>,
}

/// Is what there is to know of one subject.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// The subject.
    pub title: String,
    /// What there is to know, one fact a line.
    pub lines: Vec<Said>,
}

/// Is one fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// How much it matters.
    pub weight: Weight,
    /// What it says.
    pub words: String,
}

/// Says how much a fact matters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// It is good to know.
    #[default]
    Plain,
    /// It has to be thought of before the run begins.
    Warning,
    /// It keeps the run from ending as it should.
    Bad,
}

impl Weight {
    /// Gives the sign that stands before it.
    pub fn sign(self) -> &'static str {
        match self {
            Self::Plain => " ",
            Self::Warning => "!",
            Self::Bad => "✗",
        }
    }
}

impl Said {
    fn plain(words: impl Into<String>) -> Self {
        Self { weight: Weight::Plain, words: words.into() }
    }

    fn warning(words: impl Into<String>) -> Self {
        Self { weight: Weight::Warning, words: words.into() }
    }

    fn bad(words: impl Into<String>) -> Self {
        Self { weight: Weight::Bad, words: words.into() }
    }
}

/// Is what a briefing is made of besides the run.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    /// What past runs took; nothing while it is not known yet.
    pub history: Option<&'a History>,
    /// What was found in the runbook that does not keep it from being run, each with its line.
    pub warnings: &'a [String],
    /// The time, and the zone that times are told in.
    pub teller: Teller,
}

/// Makes a run that nobody recorded, to look at before it begins.
///
/// # Errors
///
/// Says why it could not be begun.
pub fn draft(basis: impl Into<Basis>, stamp: Stamp, start: Start) -> Result<Run, NoRun> {
    let event = Event { stamp, what: What::RunStarted(Box::new(start)) };
    replay(basis, [(Head { n: 0, hash: Digest::ZERO }, event)])
}

impl Briefing {
    /// Counts the facts that matter so much.
    pub fn count(&self, weight: Weight) -> usize {
        self.parts.iter().flat_map(|part| &part.lines).filter(|said| said.weight == weight).count()
    }

    /// Makes the briefing of a run that was not begun yet.
    pub fn of(run: &Run, known: &Known<'_>) -> Self {
        let nothing = History::default();
        let history = known.history.unwrap_or(&nothing);
        let begins_ms = run.window().map_or(known.teller.now_ms, |(start_ms, _)| start_ms.max(known.teller.now_ms));
        let forecast = Forecast::of(run, history, begins_ms);
        let parts = [
            ("Run", run_lines(run)),
            ("Time", time::lines(run, (&forecast, begins_ms), known)),
            // What has to be thought of is read where the page is not turned.
            ("Not to be taken back", dangers(run)),
            ("Warnings of the runbook", known.warnings.iter().map(Said::warning_of).collect()),
            ("People", people::lines(run)),
            ("Contacts", contacts(run)),
            ("Values", values(run)),
            ("Activities", activities(run, &forecast)),
        ];
        let parts = parts.into_iter().filter(|(_, lines)| !lines.is_empty());
        Self { parts: parts.map(|(title, lines)| Part::of(title, lines)).collect() }
    }
}

impl Said {
    fn warning_of(words: &String) -> Self {
        Self::warning(words)
    }
}

impl Part {
    /// Takes lines, as many as one can read, and says how many there are more.
    fn of(title: &str, mut lines: Vec<Said>) -> Self {
        let count = lines.len();
        let is_counted = matches!(title, "Activities" | "Not to be taken back" | "Warnings of the runbook");
        let title = if is_counted { format!("{title} ({count})") } else { title.to_owned() };
        if count > MOST_LINES {
            lines.truncate(MOST_LINES);
            lines.push(Said::plain(format!("and {} more", count - MOST_LINES)));
        }
        Self { title, lines }
    }
}

fn run_lines(run: &Run) -> Vec<Said> {
    let (start, book) = (run.start(), run.runbook().main());
    let version = book.version.as_ref().map(|version| format!(", version {version}")).unwrap_or_default();
    let mut lines = vec![Said::plain(format!("{}  ({}{version})", run.name(), book.id))];
    if start.rehearsal {
        lines.push(Said::plain("a rehearsal: commands are shown, and run only where the runbook says that it is safe"));
    }
    lines.push(Said::plain("nothing is recorded and nothing is started before you begin it"));
    lines
}

/// Lists whom to turn to, and how.
fn contacts(run: &Run) -> Vec<Said> {
    let contacts = run.runbook().main().contacts.iter();
    contacts.map(|(name, how)| Said::plain(format!("{name}: {how}"))).collect()
}

/// Lists what was answered; a secret is asked when it is needed.
fn values(run: &Run) -> Vec<Said> {
    let inputs = &run.runbook().main().inputs;
    let secrets: Vec<_> =
        inputs.iter().filter(|input| input.kind == InputKind::Secret).map(|input| &*input.name).collect();
    let answered = run.start().answers.iter().filter(|(name, _)| !secrets.contains(&name.as_str()));
    let empty = |text: String| if text.is_empty() { "(empty)".to_owned() } else { text };
    let mut lines: Vec<_> =
        answered.map(|(name, answer)| Said::plain(format!("{name}: {}", empty(answer.to_string())))).collect();
    if !secrets.is_empty() {
        let words = format!("asked when a step or a probe needs it, and never written: {}", secrets.join(", "));
        lines.push(Said::plain(words));
    }
    lines
}

/// Lists the activities and the way back, each with what it takes and how many steps it has.
fn activities(run: &Run, forecast: &Forecast) -> Vec<Said> {
    let rows = forecast.rows.iter().filter(|row| row.is_part);
    rows.filter_map(|row| activity(run, row)).collect()
}

fn activity(run: &Run, row: &Row) -> Option<Said> {
    let item = run.items().get(row.at)?;
    if matches!(item.kind, ItemKind::Requirements(_)) {
        return None;
    }
    let title = format!("{} {}", item.number, run.title(item));
    if let ItemState::NotApplicable(why) = &item.state {
        return Some(Said::plain(format!("{title}: does not apply, {why}")));
    }
    let estimate = match row.baseline.words() {
        Some(words) => format!("{words} ({})", row.baseline.source.words()),
        None => "no estimate".to_owned(),
    };
    let back = if row.stage == Stage::InReserve { ", only when the run is backed out" } else { "" };
    Some(Said::plain(format!("{title}: {estimate}, {}{}{back}", steps(run, row.at), past(row))))
}

/// Counts the steps of a part; of a list that is not known yet each stands once.
fn steps(run: &Run, head: usize) -> String {
    let below = run.items()[head + 1..].iter().take_while(|item| item.depth > run.items()[head].depth);
    let steps = below.filter(|item| is_step(run, item));
    let (count, is_open) = steps.fold((0, false), |(count, is_open), item| {
        (count + 1, is_open || matches!(item.state, ItemState::Growing(_) | ItemState::Undecided(_)))
    });
    let at_least = if is_open { "about " } else { "" };
    format!("{at_least}{count} step{}", if count == 1 { "" } else { "s" })
}

fn is_step(run: &Run, item: &Item) -> bool {
    let is_done = !matches!(item.state, ItemState::NotApplicable(_));
    is_done && matches!(item.kind, ItemKind::Step(_)) && !run.is_heading(item)
}

/// Says what a part took before.
fn past(row: &Row) -> String {
    let Some(figures) = row.past else { return String::new() };
    let (median, most) = (lasts(figures.median_ms), lasts(figures.p90_ms));
    let of = match figures.sample {
        Sample::Runs(1) => return format!(", took {median} in the last run here"),
        Sample::Runs(count) => format!("{count} runs here"),
        Sample::Rounds(count) => format!("{count} other rounds here"),
    };
    format!(", took {median} in the middle and at most {most} in nine of ten of {of}")
}

/// Lists the steps that the author calls dangerous, and says which of them nothing takes back.
fn dangers(run: &Run) -> Vec<Said> {
    let dangerous = |item: &&Item| {
        let is_done = !matches!(item.state, ItemState::NotApplicable(_));
        is_done && item.kind.step().is_some_and(|step| run.runbook().step(step).danger.is_some())
    };
    run.items().iter().filter(dangerous).map(|item| danger(run, item)).collect()
}

fn danger(run: &Run, item: &Item) -> Said {
    let step = item.kind.step().map(|step| run.runbook().step(step));
    let has_undo = step.is_some_and(|step| step.undo.is_some());
    let acts = step.is_some_and(|step| matches!(step.action, Action::Run(_)));
    let sheet = run.sheet(item);
    let why = sheet.callouts.iter().find(|callout| callout.word == "danger").map(|callout| callout.text.as_str());
    let undo = match (has_undo, acts) {
        (true, _) => "; a back-out offers to undo it",
        (false, true) => "; nothing in the runbook undoes it",
        (false, false) => "",
    };
    Said::warning(format!(
        "{} {}: {}{undo}",
        item.number,
        run.title(item),
        why.unwrap_or("dangerous").trim().trim_end_matches('.')
    ))
}

#[cfg(test)]
mod tests;
