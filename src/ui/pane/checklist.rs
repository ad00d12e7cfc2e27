//! The checklist: every item with its mark, number and title, the one that is selected with a marker.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::run::forecast::lasts;
use crate::run::{Run, Standing};
use crate::runbook::plan::Item;
use crate::text::{Shown, pad, width};
use crate::ui::areas::inside;
use crate::ui::frame::draw_pane;
use crate::ui::letters::write_line;
use crate::ui::model::Model;
use crate::ui::screen::Pane;

/// From how many cells on there is room for how long things take.
const WIDE: usize = 44;
const MINUTE_MS: i64 = 60_000;

/// The deepest indentation; what is deeper is drawn there.
const MOST_INDENT: usize = 4;

/// Draws the items that are in view.
pub(in crate::ui) fn draw_checklist(frame: &mut Frame<'_>, model: &Model<'_>, (run, area): (&Run, Rect)) {
    if area.is_empty() {
        return;
    }
    let room = inside(area);
    let folds = &model.screen.folds;
    let rows = (model.screen.top..folds.len(run)).take(usize::from(room.height)).map(|row| folds.place(row));
    let line = |at: usize| Some(item_line(model, (run, at), run.items().get(at)?, usize::from(room.width)));
    let lines: Vec<_> = rows.filter_map(line).collect();
    let progress = run.progress();
    let found = model.screen.find.as_ref().filter(|finding| !finding.is_open);
    let found = found.map(|finding| format!(" · /{} {}", finding.words.text(), finding.count(model.screen.item)));
    let title = format!("Checklist · {} of {}{}", progress.done, progress.of, found.unwrap_or_default());
    let title = Shown::line(&title);
    draw_pane(frame, (area, title.as_str(), model.screen.pane == Pane::Checklist), &lines, model.theme);
}

/// Draws the row of one item.
pub(in crate::ui) fn draw_row(frame: &mut Frame<'_>, model: &Model<'_>, (run, at, row): (&Run, usize, Rect)) {
    let line = run.items().get(at).map(|item| item_line(model, (run, at), item, usize::from(row.width)));
    line.into_iter().for_each(|line| write_line(frame.buffer_mut(), (row.x, row.y), (&line, row.width)));
}

fn item_line(model: &Model<'_>, (run, at): (&Run, usize), item: &Item, cells: usize) -> Line<'static> {
    let theme = model.theme;
    let standing = run.standing_at(at);
    let (marker, pointer) = marker(model, at);
    let (mark, style) = theme.mark(&standing);
    let mark = if model.screen.folds.is_folded(item) { theme.folded(mark) } else { mark };
    let indent = " ".repeat(2 * item.depth.min(MOST_INDENT));
    let before = width(marker) + indent.len() + width(mark) + 1;
    let times = if cells >= WIDE { times(model, (run, at), (item, &standing)) } else { Vec::new() };
    let taken: usize = times.iter().map(|span| width(&span.content)).sum();
    let room = cells.saturating_sub(before + taken);
    let remark = match standing {
        // Who is wanted stands there as a whole, if need be without a word around it.
        Standing::ToSign => signers(&run.lacking(item), room / 2),
        _ => remark(run, item, &standing).map(|text| Shown::line_limited(&text, room / 3).to_string()),
    };
    let remark = remark.map(|text| format!(" {text}")).unwrap_or_default();
    let room = room.saturating_sub(width(&remark));
    let title = Shown::line_limited(&[&*item.number, " ", &run.title(item)].concat(), room);
    let text = match standing {
        Standing::Heading { .. } => theme.strong(),
        Standing::Locked(_) | Standing::NotApplicable(_) => theme.dim(),
        _ => Style::new(),
    };
    let is_last = remark.is_empty() && times.is_empty();
    let title = if is_last { title.as_str().to_owned() } else { pad(title.as_str(), room) };
    let mut spans = Vec::with_capacity(6 + times.len());
    spans.extend([Span::styled(marker, pointer), Span::raw(indent), Span::styled(mark, style), Span::raw(" ")]);
    spans.extend([Span::styled(title, text), Span::styled(remark, theme.dim())]);
    spans.extend(times);
    Line::from(spans)
}

/// Gives what stands first: the marker of the selected item, or that it was found.
fn marker(model: &Model<'_>, at: usize) -> (&'static str, Style) {
    let theme = model.theme;
    match &model.screen.find {
        _ if at == model.screen.item => (theme.marker(), theme.pointer()),
        Some(finding) if finding.is_hit(at) => ("/", theme.loud()),
        _ => (" ", Style::new()),
    }
}

/// Says how long an item should take, and how long it takes or took: one column each.
fn times(model: &Model<'_>, (run, at): (&Run, usize), (item, standing): (&Item, &Standing)) -> Vec<Span<'static>> {
    let row = model.sight.live.forecast().and_then(|forecast| forecast.row_at((at, &item.id)));
    let estimate = row.and_then(|row| row.baseline.words());
    let (elapsed_ms, is_exact) = match (standing, row) {
        (Standing::Running(since_ms), _) => (Some((model.sight.now.at_ms - since_ms).max(0)), true),
        _ => match (run.took_ms(&item.id), row) {
            (None, row) => (row.and_then(|row| row.elapsed_ms).filter(|ms| *ms >= MINUTE_MS), false),
            (took_ms, _) => (took_ms, true),
        },
    };
    let elapsed = elapsed_ms.map(|ms| if is_exact { counted(ms) } else { lasts(ms) });
    if estimate.is_none() && elapsed.is_none() {
        return Vec::new();
    }
    let (theme, estimate) = (model.theme, estimate.unwrap_or_default());
    let is_over = row.is_some_and(|row| row.over_ms.is_some());
    let style = if is_over { theme.loud() } else { Style::new() };
    vec![
        Span::styled(format!("{:>1$}", format!("  {estimate}"), if estimate.is_empty() { 0 } else { 9 }), theme.dim()),
        Span::styled(format!("{:>7}", elapsed.unwrap_or_default()), style),
    ]
}

/// Says a length as a clock counts it: `0:48`, `24:10`, and from an hour on `1h12m`.
fn counted(ms: i64) -> String {
    match ms / 1000 {
        seconds @ ..3600 => format!("{}:{:02}", seconds / 60, seconds % 60),
        _ => lasts(ms),
    }
}

/// Says whose signatures are wanted, in the most words that there is room for.
fn signers(lacking: &[String], room: usize) -> Option<String> {
    let (first, more) = lacking.split_first()?;
    let all = lacking.join(", ");
    let short = if more.is_empty() { first.clone() } else { format!("{first} +{}", more.len()) };
    let ways = [format!("signs: {all}"), all, short];
    let shown = ways.iter().map(|words| Shown::line(words)).find(|words| words.width() <= room);
    Some(shown.unwrap_or_else(|| Shown::line_limited(first, room)).to_string())
}

/// Says in a word or two what the mark leaves open.
fn remark(run: &Run, item: &Item, standing: &Standing) -> Option<String> {
    match standing {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_wanted_is_said_in_as_many_words_as_fit() {
        let roles = ["lead".to_owned(), "witness".to_owned()];
        let said = |lacking: &[String], room| signers(lacking, room).unwrap();
        assert_eq!(said(&roles, 30), "signs: lead, witness");
        assert_eq!(said(&roles, 14), "lead, witness");
        assert_eq!(said(&roles, 9), "lead +1");
        assert_eq!(said(&roles[1..], 9), "witness");
        assert_eq!(said(&roles[1..], 5), "witn…");
        assert_eq!(signers(&[], 9), None);
    }
}
