//! The time table: what each part and each step with an estimate should take, takes and took.
//!
//! It has the whole body. Columns go where there is no room for them: who says an estimate first, then
//! by how much something is late. Only what is in view is put into words.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::run::forecast::{Row, Stage, Teller, Told, until};
use crate::run::{Forecast, Run};
use crate::text::{Shown, pad, width};
use crate::ui::areas::inside;
use crate::ui::frame::draw_pane;
use crate::ui::model::Model;

/// The rows that are always there: the names of the columns, the run as a whole, the window.
const FIXED: usize = 4;
/// How many cells an item should have at the least.
const LEAST_ITEM: usize = 24;

/// Is a column behind the item.
struct Column {
    name: &'static str,
    cells: usize,
    /// Which goes first where there is no room: the one with the greatest number.
    goes: u8,
    of: fn(&Told) -> &str,
}

const COLUMNS: [Column; 5] = [
    Column { name: "estimate", cells: 11, goes: 1, of: |told| &told.estimate },
    Column { name: "source", cells: 15, goes: 5, of: |told| &told.source },
    Column { name: "actual", cells: 7, goes: 2, of: |told| &told.actual },
    Column { name: "ends", cells: 14, goes: 3, of: |told| &told.forecast },
    Column { name: "late", cells: 7, goes: 4, of: |told| &told.difference },
];

/// Draws the table.
pub(in crate::ui) fn draw_times(frame: &mut Frame<'_>, model: &Model<'_>, (run, area): (&Run, Rect)) {
    let Some(forecast) = model.sight.live.forecast() else {
        return draw_pane(frame, (area, "Time table", true), &[Line::raw("Not known yet.")], model.theme);
    };
    let room = inside(area);
    let (cells, rows) = (usize::from(room.width), table_rows(room));
    let teller = Teller { now_ms: model.sight.now.at_ms, offset: model.sight.now.offset };
    let columns = columns(cells);
    let page = Page { model, columns: &columns, cells };
    let names = Told { title: "item".to_owned(), ..Told::default() };
    let mut lines = vec![page.line((" ", &names, 0), |column| column.name, model.theme.dim())];
    let top = model.screen.page.min(shown(forecast).count().saturating_sub(rows));
    lines.extend(shown(forecast).skip(top).take(rows).map(|row| page.row(&teller.row(run, row), row)));
    let whole = teller.whole(run, forecast);
    lines.push(Line::styled("-".repeat(cells), model.theme.dim()));
    lines.push(page.line((" ", &whole, 0), |column| (column.of)(&whole), model.theme.strong()));
    lines.push(Line::raw(Shown::line_limited(&window_words(forecast, teller), cells).to_string()));
    let below = shown(forecast).count().saturating_sub(top + rows);
    let title = if below > 0 { format!("Time table · {below} more below") } else { "Time table".to_owned() };
    draw_pane(frame, (area, &title, true), &lines, model.theme);
}

/// Counts the rows above the last page, and those of a page.
pub(in crate::ui) fn most_scroll(forecast: &Forecast, area: Rect) -> (usize, usize) {
    let rows = table_rows(inside(area));
    (shown(forecast).count().saturating_sub(rows), rows)
}

fn table_rows(room: Rect) -> usize {
    usize::from(room.height).saturating_sub(FIXED).max(1)
}

/// Gives the rows that are shown: what does not apply takes no time.
fn shown(forecast: &Forecast) -> impl Iterator<Item = &Row> {
    forecast.rows.iter().filter(|row| row.stage != Stage::DoesNotApply)
}

/// Chooses the columns that there is room for.
fn columns(cells: usize) -> Vec<&'static Column> {
    let mut columns: Vec<&Column> = COLUMNS.iter().collect();
    let wide = |columns: &[&Column]| columns.iter().map(|column| column.cells + 2).sum::<usize>();
    while !columns.is_empty() && wide(&columns) + LEAST_ITEM > cells {
        let last = columns.iter().map(|column| column.goes).max();
        columns.retain(|column| Some(column.goes) != last);
    }
    columns
}

/// Says how the window and the way back stand.
fn window_words(forecast: &Forecast, teller: Teller) -> String {
    let window = forecast.window.map(|window| {
        format!(
            "window {}–{}, ends {}",
            teller.time(window.start_ms),
            teller.time(window.end_ms),
            until(window.left_ms)
        )
    });
    let safe = forecast.last_safe.as_ref().map(|safe| teller.last_safe(safe));
    let facts = [window, safe, teller.backed_out(forecast)].into_iter().flatten();
    facts.collect::<Vec<_>>().join("  ")
}

/// Is the table as it is laid out.
struct Page<'a> {
    model: &'a Model<'a>,
    columns: &'a [&'static Column],
    cells: usize,
}

impl Page<'_> {
    fn row(&self, told: &Told, row: &Row) -> Line<'static> {
        let theme = self.model.theme;
        let style = match (row.stage, row.over_ms) {
            (_, Some(_)) => theme.loud(),
            (Stage::UnderWay, None) if row.is_part => theme.strong(),
            (Stage::InReserve | Stage::Left, None) => theme.dim(),
            _ => Style::new(),
        };
        let indent = if row.is_part { 0 } else { 2 };
        self.line((theme.stage(row.stage), told, indent), |column| (column.of)(told), style)
    }

    fn line<'t>(
        &self,
        (mark, told, indent): (&str, &Told, usize),
        of: impl Fn(&'static Column) -> &'t str,
        style: Style,
    ) -> Line<'static> {
        let taken: usize = self.columns.iter().map(|column| column.cells + 2).sum();
        let room = self.cells.saturating_sub(taken + 2 + indent);
        let item = format!("{} {}", told.number, told.title);
        let item = Shown::line_limited(item.trim_start(), room);
        let mut text = format!("{mark} {}{}", " ".repeat(indent), pad(item.as_str(), room));
        for column in self.columns {
            let shown = Shown::line_limited(of(column), column.cells);
            let gap = column.cells.saturating_sub(width(shown.as_str())) + 2;
            text += &(" ".repeat(gap) + shown.as_str());
        }
        Line::from(Span::styled(text, style))
    }
}
