//! The list at home: runs in progress, then the runbooks that can be started.
//!
//! Where there is little room a run has a second row for how it stands, so that no word is cut that
//! tells what it waits for.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::run::forecast::lasts;
use crate::runbook::model::Runbook;
use crate::text::markdown::leading;
use crate::text::{Shown, counted, pad, width, wrap};
use crate::ui::areas::inside;
use crate::ui::command::Command;
use crate::ui::frame::draw_pane;
use crate::ui::links::{linked, linked_line};
use crate::ui::model::{Book, Entry, Listed, Model, Shelf};
use crate::ui::screen::{Dialog, Mode};

/// From how many cells on a run stands in one row.
const WIDE: usize = 70;
/// How many cells a title has at least before what stands right of it.
const TITLE: usize = 26;

/// Draws the list.
pub(in crate::ui) fn draw_home(frame: &mut Frame<'_>, model: &Model<'_>, (shelf, area): (&Shelf, Rect)) {
    let room = inside(area);
    if shelf.entries.is_empty() && matches!(model.screen.dialog, Some(Dialog::Form(_) | Dialog::Review(_))) {
        let lines = about(model, usize::from(room.width));
        return draw_pane(frame, (area, "mop", true), &lines, model.theme);
    }
    let listing = Listing::of(model, shelf, usize::from(room.width));
    let (top, lines) = (listing.top(room.height), listing.lines);
    let sealed = shelf.sealed();
    let title = match (sealed, model.screen.with_sealed) {
        (0, _) | (_, true) => "mop · runs and runbooks".to_owned(),
        (sealed, false) => format!("mop · runs and runbooks · {sealed} sealed"),
    };
    draw_pane(frame, (area, &title, true), lines.get(top..).unwrap_or_default(), model.theme);
}

/// Gives what stands behind the questions of somebody who came for one runbook: nobody looked for others.
fn about(model: &Model<'_>, cells: usize) -> Vec<Line<'static>> {
    let Some(book) = model.sight.runbook.map(Runbook::main) else { return Vec::new() };
    let title = linked(model.links(), &book.title.outline(), (cells, 0, model.theme.strong()));
    let about = book.about.as_ref().map(|about| leading(&about.outline(), cells)).unwrap_or_default();
    let about = about.into_iter().map(|line| linked_line(model.links(), line, Style::new()));
    title.into_iter().chain([Line::default()]).chain(about).collect()
}

/// Gives the entry that is in a row of the list, counted from the first that is in view.
pub(in crate::ui) fn entry_at(model: &Model<'_>, (shelf, area): (&Shelf, Rect), row: usize) -> Option<usize> {
    let room = inside(area);
    let listing = Listing::of(model, shelf, usize::from(room.width));
    listing.entries.get(listing.top(room.height) + row).copied().flatten()
}

/// Is the list in lines.
#[derive(Default)]
struct Listing {
    lines: Vec<Line<'static>>,
    /// What entry each line belongs to.
    entries: Vec<Option<usize>>,
    /// The last line of what is selected.
    selected: usize,
}

impl Listing {
    fn of(model: &Model<'_>, shelf: &Shelf, cells: usize) -> Self {
        let mut listing = Self::default();
        if !shelf.shown(model.screen.with_sealed).any(|entry| matches!(entry, Entry::Run(_))) {
            let wrapped = nothing_yet(model, shelf).into_iter().flat_map(|words| wrap(&words, cells, 0));
            listing.add(None, wrapped.map(|words| Line::styled(words, model.theme.dim())));
        }
        let mut before = "";
        for (at, entry) in shelf.shown(model.screen.with_sealed).enumerate() {
            let heading = if matches!(entry, Entry::Run(_)) { "Runs" } else { "Runbooks" };
            if before != heading {
                let gap = (!listing.lines.is_empty()).then(Line::default);
                listing.add(None, gap.into_iter().chain([Line::styled(heading, model.theme.strong())]));
                before = heading;
            }
            let is_selected = at == model.screen.home;
            match entry {
                Entry::Run(run) => listing.add(Some(at), run_lines(model, (run, is_selected), cells)),
                Entry::Runbook(book) => listing.add(Some(at), [book_line(model, (book, is_selected), cells)]),
            }
            if is_selected {
                listing.selected = listing.lines.len() - 1;
            }
        }
        listing
    }

    fn add(&mut self, entry: Option<usize>, lines: impl IntoIterator<Item = Line<'static>>) {
        self.lines.extend(lines);
        self.entries.resize(self.lines.len(), entry);
    }

    /// Gives the first line that is in view.
    fn top(&self, rows: u16) -> usize {
        (self.selected + 1).saturating_sub(usize::from(rows))
    }
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
        None if cells < WIDE => counted(steps, "step"),
        None => {
            let activities = if activities == 1 { "1 activity".to_owned() } else { format!("{activities} activities") };
            format!("{activities}, {}", counted(steps, "step"))
        }
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
