//! The time table: what was estimated, what it took, the difference, and what stood still meanwhile.
//!
//! Estimates are the author's, or the sum of what stands below. What past runs took is left out: it is not in
//! this run's record, and would make the same report another one after the next run.

use super::material::Material;
use crate::run::forecast::{Actual, Row as Told, Source, Spread, Stage};
use crate::run::{Forecast, History, What};
use crate::runbook::plan::ItemKind;

/// Is when a run was, and how long it took.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timing {
    /// Its window.
    pub window: Option<Window>,
    /// When the first record was made, in milliseconds since 1970 in UTC.
    pub begun_ms: i64,
    /// When the last part that was done ended; of a run that goes on, its last record.
    pub ended_ms: i64,
    /// How long it went on, pauses left out.
    pub ran_ms: i64,
    /// How long it stood still.
    pub stood_ms: i64,
    /// When a run that goes on ends, by its estimates.
    pub ends: Option<Spread>,
    /// The parts, and the steps with estimates of their own.
    pub rows: Vec<Row>,
    /// The pauses.
    pub pauses: Vec<Pause>,
}

/// Is the window of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    /// When it begins, in milliseconds since 1970 in UTC.
    pub start_ms: i64,
    /// When it ends.
    pub end_ms: i64,
    /// The part that began before it, and by how many milliseconds.
    pub early: Option<(String, i64)>,
}

/// Is a line of the time table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The id of the item.
    pub id: String,
    /// Its number.
    pub number: String,
    /// What it is.
    pub title: String,
    /// Whether it is a part: the requirements, an activity or the way back.
    pub is_part: bool,
    /// How far it is, in words.
    pub stage: &'static str,
    /// What it should take.
    pub estimate: Option<Estimate>,
    /// When it was planned to begin and end, in milliseconds since 1970 in UTC.
    pub planned: Option<(i64, i64)>,
    /// When it began.
    pub began_ms: Option<i64>,
    /// When it ended.
    pub ended_ms: Option<i64>,
    /// How long it took, or takes so far, pauses left out.
    pub took_ms: Option<i64>,
    /// How long it stood still between its beginning and its end.
    pub paused_ms: i64,
    /// By how much it took more than the most that was estimated, or less than the least; 0 between them.
    pub difference_ms: Option<i64>,
}

/// Is what something should take, in milliseconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Estimate {
    /// The least.
    pub low_ms: i64,
    /// The most.
    pub high_ms: i64,
    /// Whether something is in it that nobody estimated.
    pub is_at_least: bool,
    /// Who says so: `author`, `allowed`, `its steps`.
    pub source: String,
}

/// Is a time in which the run stood still.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pause {
    /// The record that begins it.
    pub n: u64,
    /// Since when, in milliseconds since 1970 in UTC.
    pub from_ms: i64,
    /// Until when; nothing where it still stands.
    pub to_ms: Option<i64>,
    /// Who paused.
    pub who: String,
    /// Why.
    pub why: String,
}

impl Timing {
    /// Draws up the time table of a run as of its last record.
    pub(super) fn of(material: &Material<'_>) -> Self {
        let (run, last_ms) = (material.run, material.last_ms());
        let forecast = Forecast::of(run, &History::default(), last_ms);
        let pauses = pauses(material);
        let rows: Vec<_> = forecast.rows.iter().map(|row| Row::of(material, row, &pauses)).collect();
        let is_over = run.closed().is_some();
        // What was left undone keeps the run at work until it is closed; on the way back only that counts.
        let is_left =
            |row: &Row| row.is_part && row.ended_ms.is_none() && matches!(row.stage, "not done" | "under way");
        let is_given_up = |row: &Row| run.back_out().is_some() && !is_back(material, &row.id);
        let is_open = rows.iter().any(|row| is_left(row) && !is_given_up(row));
        let ended_ms = rows.iter().filter(|row| row.is_part).filter_map(|row| row.ended_ms).max().filter(|_| !is_open);
        Self {
            window: run.window().map(|(start_ms, end_ms)| Window {
                start_ms,
                end_ms,
                early: early(material, (start_ms, &rows)),
            }),
            begun_ms: material.records.first().map_or(0, |(_, event)| event.stamp.at_ms),
            ended_ms: ended_ms.filter(|_| is_over).unwrap_or(last_ms),
            ran_ms: run.ran_at(last_ms),
            stood_ms: run.stood_at(last_ms),
            ends: (!is_over).then_some(forecast.end),
            rows,
            pauses,
        }
    }
}

impl Row {
    fn of(material: &Material<'_>, row: &Told, pauses: &[Pause]) -> Self {
        let (run, last_ms) = (material.run, material.last_ms());
        let item = run.items().get(row.at);
        let (began_ms, ended_ms) = match row.actual {
            Some(Actual { began_ms, ended_ms }) => (Some(began_ms), ended_ms),
            None => (None, None),
        };
        // What the way back cut short ended with its beginning.
        let cut = run.back_out().filter(|_| row.stage == Stage::Left && !is_back(material, &row.id));
        let ended_ms = ended_ms.or(cut.and(began_ms).and(cut).map(|back_out| back_out.began.at_ms));
        let stood = |(from, to): (i64, i64)| {
            let part = |pause: &Pause| (pause.to_ms.unwrap_or(last_ms).min(to) - pause.from_ms.max(from)).max(0);
            pauses.iter().map(part).sum()
        };
        let estimate = Estimate::of(row);
        let paused_ms = began_ms.map_or(0, |from| stood((from, ended_ms.unwrap_or(last_ms))));
        // What a step took by itself nobody counts; between its beginning and its end it is the run's time.
        let between = || Some(ended_ms? - began_ms? - paused_ms);
        let took_ms = row.elapsed_ms.or_else(between);
        Self {
            id: row.id.to_string(),
            number: item.map(|item| item.number.clone()).unwrap_or_default(),
            title: item.map(|item| run.title(item)).unwrap_or_default(),
            is_part: row.is_part,
            stage: stage_word(row.stage),
            difference_ms: estimate
                .as_ref()
                .zip(took_ms)
                .and_then(|(estimate, took_ms)| estimate.difference(took_ms, row.stage == Stage::Done)),
            estimate,
            planned: row.planned.map(|planned| (planned.start.low_ms, planned.end.high_ms)),
            began_ms,
            ended_ms,
            took_ms,
            paused_ms,
        }
    }
}

impl Estimate {
    fn of(row: &Told) -> Option<Self> {
        let Spread { low_ms, high_ms, is_at_least } = row.baseline.length;
        let is_one = row.baseline.source != Source::Nothing && row.stage != Stage::DoesNotApply;
        is_one.then(|| Self { low_ms, high_ms, is_at_least, source: row.baseline.source.words() })
    }

    /// Tells by how much something that took so long goes beyond it, or stays below it once it is done.
    fn difference(&self, took_ms: i64, is_done: bool) -> Option<i64> {
        match took_ms {
            _ if took_ms > self.high_ms && !self.is_at_least => Some(took_ms - self.high_ms),
            _ if !is_done => None,
            _ if took_ms < self.low_ms => Some(took_ms - self.low_ms),
            _ if self.is_at_least => None,
            _ => Some(0),
        }
    }
}

/// Tells whether an item belongs to the way back.
fn is_back(material: &Material<'_>, id: &str) -> bool {
    let plan = material.run.plan();
    plan.position(id).is_some_and(|at| at >= plan.forward().len())
}

fn stage_word(stage: Stage) -> &'static str {
    match stage {
        Stage::Open => "to be done",
        Stage::UnderWay => "under way",
        Stage::Done => "done",
        Stage::DoesNotApply => "does not apply",
        Stage::InReserve => "in reserve",
        Stage::Left => "not done",
    }
}

/// Finds what was begun before the window, by how much; an activity that says itself when it may begin is left out,
/// and then so are all.
fn early(material: &Material<'_>, (start_ms, rows): (i64, &[Row])) -> Option<(String, i64)> {
    let run = material.run;
    if run.runbook().main().activities.iter().any(|activity| activity.not_before.is_some()) {
        return None;
    }
    let is_activity = |row: &&Row| {
        row.is_part && run.plan().item(&row.id).is_some_and(|item| matches!(item.kind, ItemKind::Activity(_)))
    };
    let early = rows.iter().filter(is_activity).filter_map(|row| Some((row.title.clone(), start_ms - row.began_ms?)));
    early.filter(|(_, by_ms)| *by_ms > 0).max_by_key(|(_, by_ms)| *by_ms)
}

fn pauses(material: &Material<'_>) -> Vec<Pause> {
    let mut pauses: Vec<Pause> = Vec::new();
    for (head, event) in material.records {
        let at_ms = event.stamp.at_ms;
        match &event.what {
            What::RunPaused { why } => pauses.push(Pause {
                n: head.n,
                from_ms: at_ms,
                to_ms: None,
                who: event.stamp.who.name.clone(),
                why: why.clone(),
            }),
            What::RunContinued => {
                pauses.iter_mut().filter(|pause| pause.to_ms.is_none()).for_each(|pause| pause.to_ms = Some(at_ms))
            }
            _ => {}
        }
    }
    pauses
}
