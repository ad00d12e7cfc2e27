//! Each part and step of a runbook with what runs took for it, and what its estimate should be.

use std::collections::{HashMap, HashSet};

use crate::cli::compare::span;
use crate::run::history::{Annals, Measure, better};
use crate::runbook::mend::Mending;
use crate::runbook::model::{Estimate, Runbook};
use crate::runbook::place::Place;
use crate::runbook::timed::timed;
use crate::time::Length;

/// Is a part or a step.
pub(super) struct Row {
    /// Its id, without rounds.
    pub(super) id: String,
    /// What it is; nothing where the runbook does not have it any more.
    pub(super) title: Option<String>,
    /// How deep it stands.
    pub(super) depth: usize,
    /// What the author says.
    pub(super) estimate: Option<Estimate>,
    /// What runs took.
    pub(super) measure: Option<Measure>,
    /// What the estimate should say, where it is off.
    pub(super) better: Option<(Length, Length)>,
}

/// Lists the parts and steps of a runbook, and behind them what runs had and it has no more.
pub(super) fn rows(runbook: &Runbook, annals: &Annals) -> Vec<Row> {
    let all = timed(runbook);
    let mut sharing: HashMap<(Place, Place), Vec<&str>> = HashMap::new();
    for timed in &all {
        if let Some(figures) = timed.estimate.and_then(|estimate| estimate.figures) {
            sharing.entry(figures).or_default().push(&timed.id);
        }
    }
    // Estimates that are written once are one, and what all of them took counts together.
    let off = |estimate: &Estimate| better(estimate, &annals.measure(sharing.get(&estimate.figures?)?)?);
    let known: HashSet<&str> = all.iter().map(|timed| &*timed.id).collect();
    let mut gone: Vec<_> = annals.ids().filter(|id| !known.contains(id)).map(str::to_owned).collect();
    gone.sort_unstable();
    let measure = |id: &str| annals.measure(&[id]);
    let now = all.iter().map(|timed| Row {
        measure: measure(&timed.id),
        better: timed.estimate.and_then(off),
        estimate: timed.estimate.cloned(),
        depth: timed.depth,
        title: Some(timed.title.clone()),
        id: timed.id.clone(),
    });
    let before = gone.into_iter().map(|id| Row {
        measure: measure(&id),
        better: None,
        estimate: None,
        depth: 0,
        title: None,
        id,
    });
    now.chain(before).collect()
}

/// Lists what is to be mended, each once, with what is said of it.
pub(super) fn mendings(rows: &[Row]) -> Vec<(Mending, String)> {
    let mut seen = HashSet::new();
    let mending = |row: &Row| {
        let estimate = row.estimate.as_ref()?;
        let ((low, high), figures) = (row.better?, estimate.figures?);
        seen.insert(figures).then(|| (Mending { figures, low, high }, words(row, estimate)))
    };
    rows.iter().filter_map(mending).collect()
}

fn words(row: &Row, estimate: &Estimate) -> String {
    let took = row.measure.as_ref().map(|measure| {
        let times = if measure.times == measure.runs { String::new() } else { format!("{} times in ", measure.times) };
        format!("; done {times}{} runs, median {}, p90 {}", measure.runs, span(measure.median_ms), span(measure.p90_ms))
    });
    format!("{}: estimated {}{}", row.id, figures((estimate.low, estimate.high)), took.unwrap_or_default())
}

/// Says an estimate in figures: `30m`, `30m–2h`, or that there is none.
pub(super) fn figures(estimate: (Option<Length>, Option<Length>)) -> String {
    match estimate {
        (Some(low), Some(high)) if low == high => low.to_string(),
        (Some(low), Some(high)) => format!("{low}–{high}"),
        _ => "varies".to_owned(),
    }
}
