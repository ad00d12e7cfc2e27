//! One record in full: when, who, in which session, what, and by what it can be held against the log.

use ratatui::style::Style;
use ratatui::text::Line;

use crate::run::roster::Level;
use crate::run::{Entry, Run};
use crate::text::Shown;
use crate::ui::hindsight::{Found, Hindsight, Mark, signed};
use crate::ui::links::linked;
use crate::ui::model::Model;

/// Gives the title, the lines and the line to keep in view.
pub(in crate::ui) fn lines(model: &Model<'_>, n: u64, cells: usize) -> (String, Vec<Line<'static>>, usize) {
    let title = format!("Record {n}");
    let at = usize::try_from(n).unwrap_or(usize::MAX);
    let entry = |run: &'_ Run| -> Option<Entry> {
        let past = model.sight.past.and_then(|past| past.chronicle.entry(run, n));
        past.or_else(|| run.trail().get(at)).cloned()
    };
    let found = model.sight.run().and_then(|run| Some((run, entry(run)?)));
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
    let mut lines: Vec<_> = facts.flat_map(|(name, fact)| told(model, (name, &fact), cells)).collect();
    lines.extend(model.sight.past.into_iter().flat_map(|past| verified(model, (past, n), cells)));
    lines.extend(model.sight.past.into_iter().flat_map(|past| signature(model, (past, n), cells)));
    (title, lines, 0)
}

/// Says what was found of a record when the run was verified.
fn verified(model: &Model<'_>, (past, n): (&Hindsight, u64), cells: usize) -> Vec<Line<'static>> {
    let theme = model.theme;
    let mut lines = Vec::new();
    let marks = Mark::ALL.iter().filter(|(_, _, mark)| past.has(n, *mark)).map(|(word, ..)| *word);
    let marks = marks.collect::<Vec<_>>().join(", ");
    lines.extend((!marks.is_empty()).then(|| told(model, ("marks", &marks), cells)).into_iter().flatten());
    let findings = match &past.found {
        Found::Waiting => {
            lines.push(Line::styled("verified  being verified…", theme.dim()));
            return lines;
        }
        Found::Failed(why) => {
            lines.extend(linked(model.links(), &format!("verified  {}", Shown::line(why)), (cells, 10, theme.bad())));
            return lines;
        }
        Found::All(findings) => findings,
    };
    let found = findings.records.get(&n).map(Vec::as_slice).unwrap_or_default();
    for (is_good, words) in found {
        let style = if *is_good { theme.good() } else { theme.bad() };
        lines.extend(linked(model.links(), &format!("verified  {}", Shown::line(words)), (cells, 10, style)));
    }
    if found.is_empty() {
        lines.extend(told(model, ("verified", "its hash follows from the record before it"), cells));
    }
    lines
}

/// Shows a signature: by what it was proved, the statement letter by letter, and what was kept with it.
fn signature(model: &Model<'_>, (past, n): (&Hindsight, u64), cells: usize) -> Vec<Line<'static>> {
    let Some(signed) = past.chronicle.record(n).and_then(|(_, event)| signed(event)) else { return Vec::new() };
    let theme = model.theme;
    let by = match (signed.level, &signed.signature) {
        (Level::Name, _) => "by name: claimed, and nothing proves it".to_owned(),
        (level, Some(_)) => format!("by {level}: an SSH signature of the statement stands in the record"),
        (level, None) => format!("by {level}"),
    };
    let mut lines = told(model, ("signed", &by), cells);
    lines.extend(told(model, ("had seen", &format!("record {}", signed.seen)), cells));
    lines.extend([Line::default(), Line::styled("The statement that was signed, letter by letter", theme.strong())]);
    let statement = signed.statement.split('\n');
    lines.extend(
        statement.flat_map(|line| linked(model.links(), Shown::line(line).as_str(), (cells, 10, Style::new()))),
    );
    let kept = past.evidence.as_ref().filter(|(of, _)| *of == n).map(|(_, kept)| kept.as_slice()).unwrap_or_default();
    for (name, text) in kept {
        lines.extend([Line::default(), Line::styled(name.clone(), theme.strong())]);
        let text = text.lines().map(|line| Shown::line(line).to_string());
        lines.extend(text.flat_map(|line| linked(model.links(), &line, (cells, 2, Style::new()))));
    }
    lines
}

/// Writes a fact behind its name, on as many lines as it takes.
pub(super) fn told(model: &Model<'_>, (name, fact): (&str, &str), cells: usize) -> Vec<Line<'static>> {
    let text = format!("{name:<9} {}", Shown::line(fact));
    linked(model.links(), &text, (cells, 10, Style::new()))
}
