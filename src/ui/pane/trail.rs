//! The trail: the last records, newest first, in words; those that nobody saw yet are marked.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::run::{Entry, Run};
use crate::text::Shown;
use crate::ui::areas::inside;
use crate::ui::frame::draw_pane;
use crate::ui::model::Model;
use crate::ui::screen::{Pane, Screen};
use crate::ui::steer::top;

/// Draws the records that are in view.
pub(in crate::ui) fn draw_trail(frame: &mut Frame<'_>, model: &Model<'_>, (run, area): (&Run, Rect)) {
    if area.is_empty() {
        return;
    }
    let room = inside(area);
    let focused = model.screen.pane == Pane::Trail;
    let rows = usize::from(room.height);
    let at = selected(model.screen, run);
    let first = if focused { top(model.screen.scroll, (at, rows)) } else { 0 };
    let newest = run.trail().iter().rev().enumerate().skip(first).take(rows);
    let line = |(place, entry)| entry_line(model, (entry, focused && place == at), usize::from(room.width));
    let lines: Vec<_> = newest.map(line).collect();
    draw_pane(frame, (area, "Trail", focused), &lines, model.theme);
}

/// Counts the records that are newer than the selected one.
pub(in crate::ui) fn selected(screen: &Screen, run: &Run) -> usize {
    let newer = |n: u64| usize::try_from(run.head().n.saturating_sub(n)).unwrap_or_default();
    screen.record.map_or(0, newer).min(run.trail().len().saturating_sub(1))
}

fn entry_line(model: &Model<'_>, (entry, is_selected): (&Entry, bool), cells: usize) -> Line<'static> {
    let theme = model.theme;
    let time = model.sight.now.local(entry.at_ms).format("%H:%M:%S");
    let before = format!("{:>3} {time} ", entry.n);
    let (sign, style) = match (is_selected, model.screen.tidings.is_new(entry.n)) {
        (true, _) => (theme.marker(), theme.pointer()),
        (false, true) => (theme.news(), theme.loud()),
        (false, false) => (" ", Style::new()),
    };
    let who = Shown::line_limited(&entry.who, 16).to_string();
    let room = cells.saturating_sub(1 + before.len() + crate::text::width(&who) + 1);
    let what = Shown::line_limited(&entry.what, room);
    Line::from(vec![
        Span::styled(sign, style),
        Span::styled(before, theme.dim()),
        Span::styled(who, theme.accent()),
        Span::raw(format!(" {what}")),
    ])
}
