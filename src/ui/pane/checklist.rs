//! The checklist: every item with its mark, number and title, the one that is selected with a marker.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::run::{Run, Standing};
use crate::runbook::plan::Item;
use crate::text::{Shown, pad, width};
use crate::ui::areas::inside;
use crate::ui::frame::draw_pane;
use crate::ui::model::Model;
use crate::ui::screen::Pane;

/// The deepest indentation; what is deeper is drawn there.
const MOST_INDENT: usize = 4;

/// Draws the items that are in view.
pub(in crate::ui) fn draw_checklist(frame: &mut Frame<'_>, model: &Model<'_>, (run, area): (&Run, Rect)) {
    if area.is_empty() {
        return;
    }
    let room = inside(area);
    let top = model.screen.top;
    let rows = run.items().iter().enumerate().skip(top).take(usize::from(room.height));
    let line = |(at, item)| item_line(model, (run, at), (item, &run.standing_at(at)), usize::from(room.width));
    let lines: Vec<_> = rows.map(line).collect();
    let progress = run.progress();
    let title = format!("Checklist · {} of {}", progress.done, progress.of);
    draw_pane(frame, (area, &title, model.screen.pane == Pane::Checklist), &lines, model.theme);
}

fn item_line(
    model: &Model<'_>,
    (run, at): (&Run, usize),
    (item, standing): (&Item, &Standing),
    cells: usize,
) -> Line<'static> {
    let theme = model.theme;
    let selected = at == model.screen.item;
    let marker = if selected { theme.marker() } else { " " };
    let (mark, style) = theme.mark(standing);
    let indent = " ".repeat(2 * item.depth.min(MOST_INDENT));
    let right = remark(run, item, standing).map(|text| Shown::line_limited(&text, cells / 3).to_string());
    let right = right.unwrap_or_default();
    let used = width(marker) + indent.len() + width(mark) + width(&right) + 2;
    let title = Shown::line_limited(&format!("{} {}", item.number, run.title(item)), cells.saturating_sub(used));
    let title = pad(title.as_str(), cells.saturating_sub(used));
    let text = match standing {
        Standing::Heading { .. } => theme.strong(),
        Standing::Locked(_) | Standing::NotApplicable(_) => theme.dim(),
        _ => ratatui::style::Style::new(),
    };
    Line::from(vec![
        Span::styled(marker, if selected { theme.pointer() } else { ratatui::style::Style::new() }),
        Span::raw(indent),
        Span::styled(mark, style),
        Span::raw(" "),
        Span::styled(title, text),
        Span::styled(format!(" {right}"), theme.dim()),
    ])
}

/// Says in a word or two what the mark leaves open.
fn remark(run: &Run, item: &Item, standing: &Standing) -> Option<String> {
    match standing {
        Standing::ToSign => Some(format!("signs: {}", run.lacking(item).join(", "))),
        Standing::NotApplicable(why) => Some(why.clone()),
        Standing::Heading { done, of } if done < of => Some(format!("{done}/{of}")),
        Standing::Done(_) => run.chosen(&item.id).map(str::to_owned),
        Standing::Overridden(why)
        | Standing::Regressed(why)
        | Standing::Failed(why)
        | Standing::EndUnknown(why)
        | Standing::Skipped(why)
        | Standing::Deferred(why) => Some(why.clone()),
        _ => None,
    }
}
