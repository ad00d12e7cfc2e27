//! The list at home: runs in progress, then the runbooks that can be started.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::text::{Shown, pad};
use crate::ui::areas::inside;
use crate::ui::frame::draw_pane;
use crate::ui::model::{Entry, Model, Shelf};

/// Draws the list.
pub(in crate::ui) fn draw_home(frame: &mut Frame<'_>, model: &Model<'_>, (shelf, area): (&Shelf, Rect)) {
    let room = inside(area);
    let mut lines = Vec::new();
    let mut selected_row = 0;
    let mut before: Option<&str> = None;
    for (at, entry) in shelf.entries.iter().enumerate() {
        let heading = if matches!(entry, Entry::Run { .. }) { "Runs" } else { "Runbooks" };
        if before != Some(heading) {
            lines.extend(before.map(|_| Line::default()));
            lines.push(Line::styled(heading, model.theme.strong()));
            before = Some(heading);
        }
        if at == model.screen.home {
            selected_row = lines.len();
        }
        lines.push(entry_line(model, (at, entry), usize::from(room.width)));
    }
    let top = (selected_row + 1).saturating_sub(usize::from(room.height));
    draw_pane(frame, (area, "mop · runs and runbooks", true), &lines[top..], model.theme);
}

fn entry_line(model: &Model<'_>, (at, entry): (usize, &Entry), cells: usize) -> Line<'static> {
    let theme = model.theme;
    let selected = at == model.screen.home;
    let marker = if selected { theme.marker() } else { " " };
    let (name, title, right) = match entry {
        Entry::Run { name, title, progress, people } => (name, title, state(progress, people)),
        Entry::Runbook { id, title, counts: (activities, steps) } => (
            id,
            title,
            if cells < 60 { format!("{steps} steps") } else { format!("{activities} activities, {steps} steps") },
        ),
    };
    let most = if cells < 60 { cells / 3 } else { cells / 2 };
    let right = Shown::line_limited(&right, most).to_string();
    let room = cells.saturating_sub(crate::text::width(&right) + 4);
    let name_cells = if matches!(entry, Entry::Run { .. }) { room * 2 / 3 } else { (room / 2).min(24) };
    let (name, title) = (Shown::line(name), Shown::line(title));
    let left = format!("{} {}", pad(name.as_str(), name_cells), pad(title.as_str(), room.saturating_sub(name_cells)));
    let style = if selected { theme.selected() } else { ratatui::style::Style::new() };
    Line::from(vec![
        Span::styled(format!("{marker} "), theme.accent()),
        Span::styled(left, style),
        Span::raw(" "),
        Span::styled(right, theme.dim()),
    ])
}

fn state(progress: &Result<crate::run::Progress, String>, people: &[String]) -> String {
    match progress {
        Ok(progress) => {
            let state = if progress.done == progress.of {
                "all done".to_owned()
            } else {
                format!("{}/{}", progress.done, progress.of)
            };
            format!("{state} · {}", people.join(", "))
        }
        Err(why) => why.clone(),
    }
}
