//! The list at home: runs in progress, then the runbooks that can be started.
//!
//! Where there is little room a run has a second row for how it stands, so that no word is cut that
//! tells what it waits for.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::run::forecast::lasts;
use crate::text::{Shown, pad, width, wrap};
use crate::ui::areas::inside;
use crate::ui::command::Command;
use crate::ui::frame::draw_pane;
use crate::ui::model::{Book, Entry, Listed, Model, Shelf};
use crate::ui::screen::Mode;

/// From how many cells on a run stands in one row.
const WIDE: usize = 70;
/// How many cells a title has at least before what stands right of it.
const TITLE: usize = 26;

/// Draws the list.
pub(in crate::ui) fn draw_home(frame: &mut Frame<'_>, model: &Model<'_>, (shelf, area): (&Shelf, Rect)) {
    let room = inside(area);
    let (lines, selected) = lines(model, shelf, usize::from(room.width));
    let top = (selected + 1).saturating_sub(usize::from(room.height));
    let sealed = shelf.sealed();
    let title = match (sealed, model.screen.with_sealed) {
        (0, _) | (_, true) => "mop · runs and runbooks".to_owned(),
        (sealed, false) => format!("mop · runs and runbooks · {sealed} sealed"),
    };
    draw_pane(frame, (area, &title, true), lines.get(top..).unwrap_or_default(), model.theme);
}

/// Gives the lines, and the last one of what is selected.
fn lines(model: &Model<'_>, shelf: &Shelf, cells: usize) -> (Vec<Line<'static>>, usize) {
    let theme = model.theme;
    let mut lines = Vec::new();
    let mut selected = 0;
    let mut before = "";
    if !shelf.shown(model.screen.with_sealed).any(|entry| matches!(entry, Entry::Run(_))) {
        let wrapped = nothing_yet(model, shelf).into_iter().flat_map(|words| wrap(&words, cells, 0));
        lines.extend(wrapped.map(|words| Line::styled(words, theme.dim())));
    }
    for (at, entry) in shelf.shown(model.screen.with_sealed).enumerate() {
        let heading = if matches!(entry, Entry::Run(_)) { "Runs" } else { "Runbooks" };
        if before != heading {
            if !lines.is_empty() {
                lines.push(Line::default());
            }
            lines.push(Line::styled(heading, theme.strong()));
            before = heading;
        }
        let is_selected = at == model.screen.home;
        match entry {
            Entry::Run(run) => lines.extend(run_lines(model, (run, is_selected), cells)),
            Entry::Runbook(book) => lines.push(book_line(model, (book, is_selected), cells)),
        }
        if is_selected {
            selected = lines.len() - 1;
        }
    }
    (lines, selected)
}

/// Says what to do where there is no run.
fn nothing_yet(model: &Model<'_>, shelf: &Shelf) -> Vec<String> {
    let key = |command| model.sight.setting.bindings.key(Mode::Home, command);
    let begins = format!("{} begins one of the runbook, {} practises it", key(Command::Act), key(Command::Rehearse));
    let words: &[&str] = match (shelf.is_looking, shelf.entries.is_empty()) {
        (true, _) => &["looking for runs and runbooks…"],
        (false, true) => &["There is nothing to run here.", "mop new FILE writes a runbook to begin with."],
        (false, false) => &["No run is going on.", &begins],
    };
    words.iter().map(|line| (*line).to_owned()).collect()
}

fn run_lines(model: &Model<'_>, (run, is_selected): (&Listed, bool), cells: usize) -> Vec<Line<'static>> {
    let theme = model.theme;
    let title = match (run.title.as_str(), run.id.as_str()) {
        ("", _) => run.name.clone(),
        (title, "") => title.to_owned(),
        (title, id) => format!("{id} {title}"),
    };
    let kind = if run.is_rehearsal { "rehearsal · " } else { "" };
    let right = match &run.problem {
        Some(why) => format!("cannot be read: {why}"),
        None => fitting(format!("{kind}{}", run.state_words()), &words(model, run), cells),
    };
    let style = if run.problem.is_some() { theme.bad() } else { Style::new() };
    if cells < WIDE {
        let below = Shown::line_limited(&right, cells.saturating_sub(4)).to_string();
        let first = entry_line(model, (&title, is_selected), ("", cells));
        return vec![first, Line::from(vec![Span::raw("    "), Span::styled(below, style)])];
    }
    let right = Shown::line_limited(&right, cells.saturating_sub(TITLE + 4)).to_string();
    let mut line = entry_line(model, (&title, is_selected), (&right, cells));
    if let Some(span) = line.spans.last_mut() {
        span.style = style;
    }
    vec![line]
}

/// Adds what there is room for, each as a whole.
fn fitting(mut first: String, more: &[String], cells: usize) -> String {
    let room = if cells < WIDE { cells.saturating_sub(4) } else { cells.saturating_sub(TITLE + 4) };
    for words in more {
        if width(&first) + width(words) + 3 > room {
            break;
        }
        first = format!("{first} · {words}");
    }
    first
}

/// Says who is there, and since when nothing happened.
fn words(model: &Model<'_>, run: &Listed) -> Vec<String> {
    let mut words = Vec::new();
    if !run.here.is_empty() {
        words.push(format!("here: {}", run.here.join(", ")));
    }
    words.extend(run.last_ms.map(|last_ms| format!("{} ago", lasts(model.sight.now.at_ms - last_ms))));
    words
}

fn book_line(model: &Model<'_>, (book, is_selected): (&Book, bool), cells: usize) -> Line<'static> {
    let (activities, steps) = book.counts;
    let right = match &book.problem {
        Some(why) => why.clone(),
        None if cells < WIDE => format!("{steps} steps"),
        None => format!("{activities} activities, {steps} steps"),
    };
    let right = Shown::line_limited(&right, cells * 2 / 3).to_string();
    let room = cells.saturating_sub(width(&right) + 4);
    let title = match cells < WIDE {
        true => book.id.clone(),
        false => format!("{} {}", pad(Shown::line(&book.id).as_str(), (room / 2).min(24)), book.title),
    };
    entry_line(model, (&title, is_selected), (&right, cells))
}

/// Makes a row: what it is on the left, how it stands at the right end.
fn entry_line(model: &Model<'_>, (title, is_selected): (&str, bool), (right, cells): (&str, usize)) -> Line<'static> {
    let theme = model.theme;
    let marker = if is_selected { theme.marker() } else { " " };
    let style = if is_selected { theme.selected() } else { Style::new() };
    let room = cells.saturating_sub(width(right) + if right.is_empty() { 2 } else { 3 });
    let left = pad(Shown::line_limited(title, room).as_str(), room);
    let space = if right.is_empty() { "" } else { " " };
    Line::from(vec![
        Span::styled(format!("{marker} "), theme.accent()),
        Span::styled(left, style),
        Span::raw(space),
        Span::styled(right.to_owned(), theme.dim()),
    ])
}
