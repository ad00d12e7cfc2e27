//! What else there is to see of a run that is looked at afterwards: filters, and lists that lead to records.

use ratatui::style::Style;
use ratatui::text::Line;

use crate::text::{Shown, pad, wrap};
use crate::ui::command::Command;
use crate::ui::hindsight::{Found, Hindsight, Mark};
use crate::ui::model::Model;
use crate::ui::screen::{Listing, Looking, Mode};
use crate::ui::timeline::KINDS;

/// How many cells the number of a record and its time have.
const PLACE: usize = 14;

/// Is something that can be chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::ui) enum Look {
    /// A list, by its place.
    List(usize),
    /// A filter, by its words.
    Filter(String),
}

/// Gives what can be chosen: lists first, then filters by mark, by kind and by person.
pub(in crate::ui) fn looks(past: &Hindsight, people: &[crate::run::Person]) -> Vec<Look> {
    let lists = past.findings().map_or(0, |findings| findings.lists.len());
    let words = Mark::ALL.iter().map(|(word, ..)| *word).chain(KINDS.iter().map(|(word, _)| *word));
    let people = people.iter().map(|person| person.name.to_lowercase());
    let filters = [String::new()].into_iter().chain(words.map(str::to_owned)).chain(people);
    (0..lists).map(Look::List).chain(filters.map(Look::Filter)).collect()
}

/// Gives the title, the lines and the line to keep in view.
pub(in crate::ui) fn lines(model: &Model<'_>, looking: &Looking, cells: usize) -> (String, Vec<Line<'static>>, usize) {
    let words = |look: &Look| match look {
        Look::List(at) => {
            let list = model.sight.past.and_then(|past| past.findings()).and_then(|found| found.lists.get(*at));
            let of = |list: &crate::ui::hindsight::List| {
                format!("list    {} ({}){}", list.title, list.entries.len(), sum(&list.sum))
            };
            list.map(of).unwrap_or_default()
        }
        Look::Filter(words) if words.is_empty() => "filter  none: every record".to_owned(),
        Look::Filter(words) => format!("filter  {words}"),
    };
    let line = |(at, look): (usize, &Look)| row(model, (&words(look), at == looking.at), cells);
    let mut lines: Vec<_> = looking.looks.iter().enumerate().map(line).collect();
    match model.sight.past.map(|past| &past.found) {
        Some(Found::Waiting) => {
            lines.push(Line::styled("  the lists come when the run is verified", model.theme.dim()))
        }
        Some(Found::Failed(why)) => lines.push(Line::styled(format!("  {}", Shown::line(why)), model.theme.bad())),
        _ => {}
    }
    ("Lists and filters".to_owned(), lines, looking.at)
}

fn sum(sum: &str) -> String {
    if sum.is_empty() { String::new() } else { format!(": {sum}") }
}

/// Gives the lines of a list.
pub(in crate::ui) fn list_lines(
    model: &Model<'_>,
    listing: &Listing,
    cells: usize,
) -> (String, Vec<Line<'static>>, usize) {
    let found = model.sight.past.and_then(|past| past.findings()).and_then(|found| found.lists.get(listing.list));
    let Some(list) = found else { return ("List".to_owned(), Vec::new(), 0) };
    let title = format!("{} · {}{}", list.title, list.entries.len(), sum(&list.sum));
    if list.entries.is_empty() {
        return (title, vec![Line::raw("There are none."), Line::default()], 0);
    }
    let time = |n: u64| {
        let record = model.sight.past.and_then(|past| past.chronicle.record(n));
        let time = record.map(|(_, event)| model.sight.now.local(event.stamp.at_ms).format("%H:%M:%S").to_string());
        format!("{n:>5} {:<8}", time.unwrap_or_default())
    };
    let lines_of = |(at, (n, words)): (usize, &(Option<u64>, String))| {
        let text = format!("{} {words}", n.map_or_else(|| " ".repeat(PLACE), time));
        if at == listing.at { whole(model, &text, cells) } else { vec![row(model, (&text, false), cells)] }
    };
    let mut lines: Vec<_> = list.entries.iter().enumerate().flat_map(lines_of).collect();
    // The last line of the one that is selected, which is the only one that has several.
    let focus = listing.at + lines.len().saturating_sub(list.entries.len());
    let key = model.sight.setting.bindings.key(Mode::Choose, Command::Act);
    lines.push(Line::styled(format!("  {key} goes to the record"), model.theme.dim()));
    (title, lines, focus)
}

/// Writes the entry that is selected on as many lines as it takes.
fn whole(model: &Model<'_>, text: &str, cells: usize) -> Vec<Line<'static>> {
    let theme = model.theme;
    let wrapped = wrap(Shown::line(text).as_str(), cells.saturating_sub(2), (PLACE + 1).min(cells / 4));
    let line = |(at, part): (usize, String)| {
        let sign = if at == 0 { theme.marker() } else { " " };
        Line::styled(pad(&format!("{sign} {part}"), cells), theme.selected())
    };
    wrapped.into_iter().enumerate().map(line).collect()
}

fn row(model: &Model<'_>, (words, is_here): (&str, bool), cells: usize) -> Line<'static> {
    let theme = model.theme;
    let (marker, style) = if is_here { (theme.marker(), theme.selected()) } else { (" ", Style::new()) };
    let words = Shown::line_limited(words, cells.saturating_sub(2));
    Line::styled(pad(&format!("{marker} {words}"), cells), style)
}
