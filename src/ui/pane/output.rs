//! What a command printed, in its colours: the end of it as it grows, or the part that somebody looks at.
//!
//! Lines are broken where the pane ends, and nothing of them is obeyed. A place in the output is a [`Spot`],
//! which stays what it is while lines come behind it and go before it.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier, Style};
use ratatui::text::{Line, Span};

use crate::run::{Run, Standing};
use crate::text::{Ink, clusters, counted, inked};
use crate::ui::areas::inside;
use crate::ui::command::Command;
use crate::ui::frame::draw_pane;
use crate::ui::live::{Live, Printed};
use crate::ui::model::{Model, Pace};
use crate::ui::screen::{Mode, Pane, Screen};
use crate::ui::theme::Theme;

/// From how many seconds on it is said that nothing is printed.
const SILENT: i64 = 3;

/// Is a row of output: its line, counted from the first that was ever printed, and which row of that.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::ui) struct Spot {
    line: u64,
    row: usize,
}

/// Gives what the pane shows: what the selected item printed, or whatever printed something last.
pub(in crate::ui) fn shown<'a>(screen: &Screen, (run, live): (&'a Run, &'a Live)) -> Option<(&'a str, &'a Printed)> {
    let selected = screen.selected(run).map(|item| &*item.id);
    let own = selected.and_then(|step| Some((step, live.printed(step).filter(|printed| !printed.is_empty())?)));
    // Where a run is looked at afterwards, only what belongs to the record is held.
    own.or_else(|| live.printed_last().filter(|_| screen.is_past || screen.pane == Pane::Output))
}

/// Draws the output.
pub(in crate::ui) fn draw_output(frame: &mut Frame<'_>, model: &Model<'_>, (run, area): (&Run, Rect)) {
    if area.is_empty() {
        return;
    }
    let focused = model.screen.pane == Pane::Output;
    let Some((step, printed)) = shown(model.screen, (run, model.sight.live)) else {
        let words = if model.screen.is_past { "Output · nothing up to here" } else { "Output · nothing was printed" };
        return draw_pane(frame, (area, words, focused), &[], model.theme);
    };
    let room = inside(area);
    let (cells, rows) = (usize::from(room.width), usize::from(room.height));
    let roll = Roll { printed, cells, theme: model.theme };
    let top = model.screen.output.map(|spot| roll.held(spot)).filter(|spot| *spot < roll.last_page(rows));
    let lines = roll.page(top.unwrap_or_else(|| roll.last_page(rows)), rows);
    draw_pane(frame, (area, &title(model, (run, step, printed), top.is_some()), focused), &lines, model.theme);
}

/// Says whose output it is, how long it is, and how long nothing came.
fn title(model: &Model<'_>, (run, step, printed): (&Run, &str, &Printed), is_back: bool) -> String {
    let is_selected = model.screen.selected(run).is_some_and(|item| &*item.id == step);
    let whose = match run.plan().item(step) {
        _ if is_selected => String::new(),
        Some(item) => format!(" of {}", item.number),
        None => " beside the runbook".to_owned(),
    };
    let (count, dropped) = (printed.held() as u64 + printed.dropped(), printed.dropped());
    let start = printed.start().filter(|(attempt, _)| *attempt > 1 && run.plan().item(step).is_some());
    let try_number = start.map(|(attempt, _)| format!(" · try {attempt}")).unwrap_or_default();
    let so_far = if printed.start().is_some_and(|(_, has_ended)| !has_ended) { " up to here" } else { "" };
    let mut title = format!("Output{whose}{try_number} · {}{so_far}", counted(count, "line"));
    if dropped > 0 {
        title += &format!(", {dropped} not held");
    }
    let silent_s = (model.sight.now.at_ms - printed.last_ms()) / 1000;
    if is_back {
        let last = model.sight.setting.bindings.key(Mode::Checklist, Command::Last);
        title += &format!(" · not at the end: {last}");
    } else if matches!(run.standing(step), Standing::Running(_)) && silent_s >= SILENT {
        title += &match model.sight.setting.pace {
            Pace::Seconds => format!(" · silent {}:{:02}", silent_s / 60, silent_s % 60),
            Pace::Minutes => format!(" · silent for {}", model.sight.setting.pace.lasts(silent_s * 1_000)),
        };
    }
    title
}

/// Moves in output that is shown in so many cells and rows; at the end it follows what is printed.
pub(in crate::ui) fn moved(
    printed: &Printed,
    (spot, command): (Option<Spot>, Command),
    (cells, rows): (usize, usize),
) -> Option<Spot> {
    let roll = Roll { printed, cells, theme: &Theme::PLAIN };
    let last = roll.last_page(rows);
    let at = spot.map_or(last, |spot| roll.held(spot)).min(last);
    let page = rows.saturating_sub(1).max(1);
    let to = match command {
        Command::Up => roll.back(at, 1),
        Command::Down => roll.forth(at, 1),
        Command::PageUp => roll.back(at, page),
        Command::PageDown => roll.forth(at, page),
        Command::First => roll.first(),
        Command::Last => last,
        _ => at,
    };
    Some(to).filter(|to| *to < last)
}

/// Is output as it is laid out in a pane.
struct Roll<'a> {
    printed: &'a Printed,
    cells: usize,
    theme: &'a Theme,
}

impl Roll<'_> {
    fn first(&self) -> Spot {
        Spot { line: self.printed.dropped(), row: 0 }
    }

    /// Gives the rows of a line.
    fn rows(&self, line: u64) -> Vec<Line<'static>> {
        let at = line.checked_sub(self.printed.dropped()).and_then(|at| usize::try_from(at).ok());
        let line = at.and_then(|at| self.printed.line(at));
        line.map(|line| rows(line, self.cells, self.theme)).unwrap_or_default()
    }

    /// Gives a place, or the first that is still held.
    fn held(&self, spot: Spot) -> Spot {
        spot.max(self.first())
    }

    /// Gives the place of so many rows before another one.
    fn back(&self, mut spot: Spot, mut rows: usize) -> Spot {
        while rows > spot.row && spot.line > self.first().line {
            rows -= spot.row + 1;
            spot = Spot { line: spot.line - 1, row: self.rows(spot.line - 1).len().saturating_sub(1) };
        }
        Spot { row: spot.row.saturating_sub(rows), ..spot }
    }

    /// Gives the place of so many rows after another one, at most the end.
    fn forth(&self, mut spot: Spot, rows: usize) -> Spot {
        let end = self.printed.dropped() + self.printed.held() as u64;
        let mut left = rows;
        while left > 0 && spot.line < end {
            let below = self.rows(spot.line).len().saturating_sub(spot.row);
            if left < below {
                return Spot { row: spot.row + left, ..spot };
            }
            left -= below;
            spot = Spot { line: spot.line + 1, row: 0 };
        }
        spot
    }

    /// Gives the top of the last page.
    fn last_page(&self, rows: usize) -> Spot {
        let end = self.printed.dropped() + self.printed.held() as u64;
        self.back(Spot { line: end, row: 0 }, rows)
    }

    /// Gives so many rows from a place on.
    fn page(&self, top: Spot, most: usize) -> Vec<Line<'static>> {
        let end = self.printed.dropped() + self.printed.held() as u64;
        let mut page = Vec::with_capacity(most);
        for line in top.line..end {
            let skipped = if line == top.line { top.row } else { 0 };
            page.extend(self.rows(line).into_iter().skip(skipped));
            if page.len() >= most {
                break;
            }
        }
        page.truncate(most);
        page
    }
}

/// By how many cells what goes on on another row is set in.
const HANGING: usize = 2;

/// Lays a line of output out in rows of at most so many cells.
pub(in crate::ui) fn rows((mut ink, line): (Ink, &[u8]), cells: usize, theme: &Theme) -> Vec<Line<'static>> {
    let mut rows = Rows { cells: cells.max(HANGING + 2), rows: Vec::new(), row: Vec::new(), used: 0 };
    for (ink, text) in inked(line, &mut ink) {
        rows.write(text.as_str(), style(ink, theme));
    }
    rows.end_row();
    rows.rows
}

/// Is rows that are being filled.
struct Rows {
    cells: usize,
    rows: Vec<Line<'static>>,
    row: Vec<Span<'static>>,
    used: usize,
}

impl Rows {
    fn write(&mut self, text: &str, style: Style) {
        let mut piece = String::new();
        for (cluster, wide) in clusters(text) {
            if self.used + wide > self.cells {
                self.row.push(Span::styled(std::mem::take(&mut piece), style));
                self.end_row();
                self.row.push(Span::raw(" ".repeat(HANGING)));
                self.used = HANGING;
            }
            piece.push_str(cluster);
            self.used += wide;
        }
        self.row.push(Span::styled(piece, style));
    }

    fn end_row(&mut self) {
        self.rows.push(Line::from(std::mem::take(&mut self.row)));
        self.used = 0;
    }
}

/// Says what ink looks like; without colours only what is not a colour is left of it.
fn style(ink: Ink, theme: &Theme) -> Style {
    let modifiers = [
        (ink.bold, Modifier::BOLD),
        (ink.dim, Modifier::DIM),
        (ink.italic, Modifier::ITALIC),
        (ink.underlined, Modifier::UNDERLINED),
        (ink.reversed, Modifier::REVERSED),
    ];
    let modifier = modifiers.into_iter().filter(|(is_on, _)| *is_on).map(|(_, modifier)| modifier).collect();
    let mut style = Style::new().add_modifier(modifier);
    if theme.has_colour() {
        (style.fg, style.bg) = (ink.colour.map(Color::Indexed), ink.ground.map(Color::Indexed));
    }
    style
}

#[cfg(test)]
mod tests;
