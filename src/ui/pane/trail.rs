//! The trail: the last records, newest first, in words.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::run::Run;
use crate::text::Shown;
use crate::ui::areas::inside;
use crate::ui::frame::draw_pane;
use crate::ui::model::Model;
use crate::ui::screen::Pane;

/// Draws the records that are in view.
pub(in crate::ui) fn draw_trail(frame: &mut Frame<'_>, model: &Model<'_>, (run, area): (&Run, Rect)) {
    if area.is_empty() {
        return;
    }
    let room = inside(area);
    let focused = model.screen.pane == Pane::Trail;
    let rows = usize::from(room.height);
    let scroll = if focused { model.screen.scroll.min(run.trail().len().saturating_sub(rows)) } else { 0 };
    let newest = run.trail().iter().rev().skip(scroll).take(rows);
    let lines: Vec<_> = newest.map(|entry| entry_line(model, entry, usize::from(room.width))).collect();
    draw_pane(frame, (area, "Trail", focused), &lines, model.theme);
}

fn entry_line(model: &Model<'_>, entry: &crate::run::Entry, cells: usize) -> Line<'static> {
    let theme = model.theme;
    let time = model.sight.now.local(entry.at_ms).format("%H:%M:%S");
    let before = format!("{:>3} {time} ", entry.n);
    let who = Shown::line_limited(&entry.who, 16).to_string();
    let room = cells.saturating_sub(before.len() + crate::text::width(&who) + 1);
    let what = Shown::line_limited(&entry.what, room);
    Line::from(vec![
        Span::styled(before, theme.dim()),
        Span::styled(who, theme.accent()),
        Span::raw(format!(" {what}")),
    ])
}
