//! The trail: the last records, newest first, in words; those that nobody saw yet are marked.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::run::{Entry, Run};
use crate::text::Shown;
use crate::ui::areas::inside;
use crate::ui::command::Command;
use crate::ui::frame::draw_pane;
use crate::ui::model::Model;
use crate::ui::screen::{Mode, Pane};
use crate::ui::steer::top;
use crate::ui::timeline::{NOTHING_LEFT, Timeline};

/// Draws the records that are in view.
pub(in crate::ui) fn draw_trail(frame: &mut Frame<'_>, model: &Model<'_>, (run, area): (&Run, Rect)) {
    if area.is_empty() {
        return;
    }
    let room = inside(area);
    let focused = model.screen.pane == Pane::Trail;
    let rows = usize::from(room.height);
    let timeline = Timeline::of(model.screen, &model.sight, run);
    let at = timeline.selected(model.screen);
    // Where records are what is looked at, the one that is stood at is always in view.
    let is_shown = focused || model.sight.past.is_some();
    let first = if is_shown { top(if focused { model.screen.scroll } else { 0 }, (at, rows)) } else { 0 };
    let newest = (first..first + rows).filter_map(|place| Some((place, timeline.entry(place)?)));
    let line = |(place, entry)| entry_line(model, (entry, is_shown && place == at), usize::from(room.width));
    let mut lines: Vec<_> = newest.map(line).collect();
    if timeline.len() == 0 {
        let key = model.sight.setting.bindings.key(Mode::Past, Command::Close);
        let words = format!(" {NOTHING_LEFT}; {key} shows all");
        lines.push(Line::styled(Shown::line_limited(&words, usize::from(room.width)).to_string(), model.theme.dim()));
    }
    draw_pane(frame, (area, &title(model, &timeline), focused), &lines, model.theme);
}

/// Says which records are shown, where they are not all.
fn title(model: &Model<'_>, timeline: &Timeline<'_>) -> String {
    let sieve = model.screen.sieve.as_ref().filter(|sieve| model.sight.past.is_some() && !sieve.is_empty());
    sieve.map_or_else(
        || "Trail".to_owned(),
        |sieve| format!("Trail · {} · {}", Shown::line_limited(&sieve.words.text(), 24), sieve.count(timeline.all())),
    )
}

fn entry_line(model: &Model<'_>, (entry, is_selected): (&Entry, bool), cells: usize) -> Line<'static> {
    let theme = model.theme;
    let time = model.sight.now.local(entry.at_ms).format("%H:%M:%S");
    let signs = model.sight.past.map(|past| format!("{:<2}", past.signs(entry.n))).unwrap_or_default();
    let before = format!("{:>3} {time} ", entry.n);
    let is_new = model.sight.past.is_none() && model.screen.tidings.is_new(entry.n);
    let (sign, style) = match (is_selected, is_new) {
        (true, _) => (theme.marker(), theme.pointer()),
        (false, true) => (theme.news(), theme.loud()),
        (false, false) => (" ", Style::new()),
    };
    let who = Shown::line_limited(&entry.who, 16).to_string();
    let room = cells.saturating_sub(1 + before.len() + signs.len() + crate::text::width(&who) + 1);
    let what = Shown::line_limited(&entry.what, room);
    Line::from(vec![
        Span::styled(sign, style),
        Span::styled(before, theme.dim()),
        Span::styled(signs, theme.loud()),
        Span::styled(who, theme.accent()),
        Span::raw(format!(" {what}")),
    ])
}
