//! One record in full: when, who, in which session, what, and by what it can be held against the log.

use ratatui::style::Style;
use ratatui::text::Line;

use crate::text::Shown;
use crate::ui::links::linked;
use crate::ui::model::Model;

/// Gives the title, the lines and the line to keep in view.
pub(in crate::ui) fn lines(model: &Model<'_>, n: u64, cells: usize) -> (String, Vec<Line<'static>>, usize) {
    let title = format!("Record {n}");
    let at = usize::try_from(n).unwrap_or(usize::MAX);
    let found = model.sight.run().and_then(|run| Some((run, run.trail().get(at)?)));
    let Some((run, entry)) = found else { return (title, Vec::new(), 0) };
    let now = model.sight.now;
    let step = run.item_of_record(n).map(|item| format!("{} {}", item.number, run.title(item)));
    let facts = [
        ("local", Some(now.local(entry.at_ms).format("%Y-%m-%d %H:%M:%S%.3f %:z").to_string())),
        ("UTC", Some(now.utc(entry.at_ms).format("%Y-%m-%dT%H:%M:%S%.3fZ").to_string())),
        ("who", Some(entry.who.clone())),
        ("session", Some(entry.session.clone()).filter(|session| !session.is_empty())),
        ("step", step),
        ("what", Some(entry.what.clone())),
        ("receipt", run.receipt(n)),
        ("hash", run.hash_of(n).map(|hash| hash.to_string())),
    ];
    let facts = facts.into_iter().filter_map(|(name, fact)| fact.map(|fact| (name, fact)));
    (title, facts.flat_map(|(name, fact)| told(model, (name, &fact), cells)).collect(), 0)
}

/// Writes a fact behind its name, on as many lines as it takes.
pub(super) fn told(model: &Model<'_>, (name, fact): (&str, &str), cells: usize) -> Vec<Line<'static>> {
    let text = format!("{name:<9} {}", Shown::line(fact));
    linked(model.links(), &text, (cells, 10, Style::new()))
}
