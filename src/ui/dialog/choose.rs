//! The options of a step where something is chosen.

use ratatui::style::Style;
use ratatui::text::Line;

use crate::text::{Shown, wrap};
use crate::ui::model::Model;
use crate::ui::screen::Choosing;

/// Gives the title, the lines and the line to keep in view.
pub(in crate::ui) fn lines(
    model: &Model<'_>,
    choosing: &Choosing,
    cells: usize,
) -> (String, Vec<Line<'static>>, usize) {
    let theme = model.theme;
    let found = model.sight.run().and_then(|run| Some((run, run.plan().item(&choosing.step)?)));
    let Some((run, item)) = found else { return ("Choose".to_owned(), Vec::new(), 0) };
    let mut lines = Vec::new();
    let mut focus = 0;
    for (at, (_, title, recommended)) in run.sheet(item).options.iter().enumerate() {
        let here = at == choosing.at;
        if here {
            focus = lines.len();
        }
        let marker = if here { theme.marker() } else { " " };
        let usual = if *recommended { "  (usual)" } else { "" };
        let style = if here { theme.selected() } else { Style::new() };
        let text = format!("{marker} {}{usual}", Shown::line(title));
        lines.extend(wrap(&text, cells, 2).into_iter().map(|line| Line::styled(line, style)));
    }
    (Shown::line(&format!("{} {}", item.number, run.title(item))).to_string(), lines, focus)
}
