//! Planned against actual as a chart: a line for each part and each step with an estimate of its own.
//!
//! Every cell is a stretch of time, and its sign says what was in it: only planned, only done, or both. Below
//! the names of the hours stands what was of the whole run: the window, pauses, the way back. Signs say it all,
//! and colours say it again.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::text::{Shown, pad, width};
use crate::ui::areas::inside;
use crate::ui::frame::draw_pane;
use crate::ui::hindsight::{Bar, Chart, Found};
use crate::ui::model::Model;

/// The rows that are always there: the hours, the run, and what the signs mean.
const FIXED: usize = 3;
/// How many cells the scale has at the least where there are words beside it.
const LEAST_SCALE: usize = 24;
/// What stands above the words of the lines.
const HEADS: &str = " estimate    took   diff";
/// How many cells a title has at the most.
const MOST_TITLE: usize = 34;

/// Is the signs of a chart.
struct Signs {
    planned: char,
    actual: char,
    both: char,
    begins: char,
    ends: char,
    pause: char,
    back: char,
    rest: char,
}

const SIGNS: Signs =
    Signs {
        planned: '░', actual: '█', both: '▓', begins: '├', ends: '┤', pause: '=', back: 'B', rest: '─'
    };
const ASCII: Signs =
    Signs { planned: '.', actual: '#', both: '%', begins: '[', ends: ']', pause: '=', back: 'B', rest: '-' };

/// Draws the chart.
pub(in crate::ui) fn draw_chart(frame: &mut Frame<'_>, model: &Model<'_>, area: Rect) {
    let room = inside(area);
    let (cells, rows) = (usize::from(room.width), usize::from(room.height));
    let Some(past) = model.sight.past else { return };
    let chart = match &past.found {
        Found::All(findings) => &findings.chart,
        Found::Waiting => return say(frame, model, (area, "The run is being verified; the chart comes then.")),
        Found::Failed(why) => return say(frame, model, (area, why)),
    };
    let bars = bar_rows(room);
    let top = model.screen.page.min(chart.bars.len().saturating_sub(bars));
    let page = Page::of(model, chart, cells);
    let mut lines = vec![page.hours(), page.whole()];
    lines.extend(chart.bars.iter().skip(top).take(bars).map(|bar| page.bar(bar)));
    lines.resize_with(rows.saturating_sub(1).max(lines.len()), Line::default);
    lines.push(page.legend());
    let below = chart.bars.len().saturating_sub(top + bars);
    let title =
        if below > 0 { format!("Planned and actual · {below} more below") } else { "Planned and actual".into() };
    draw_pane(frame, (area, &title, true), &lines, model.theme);
}

/// Counts the rows above the last page, and those of a page.
pub(in crate::ui) fn most_scroll(model: &Model<'_>, area: Rect) -> (usize, usize) {
    let bars = model.sight.past.and_then(|past| past.findings()).map_or(0, |findings| findings.chart.bars.len());
    let rows = bar_rows(inside(area));
    (bars.saturating_sub(rows), rows)
}

fn bar_rows(room: Rect) -> usize {
    usize::from(room.height).saturating_sub(FIXED).max(1)
}

fn say(frame: &mut Frame<'_>, model: &Model<'_>, (area, words): (Rect, &str)) {
    let words = Shown::line_limited(words, usize::from(inside(area).width)).to_string();
    draw_pane(frame, (area, "Planned and actual", true), &[Line::raw(words)], model.theme);
}

/// Is the chart as it is laid out.
struct Page<'a> {
    model: &'a Model<'a>,
    chart: &'a Chart,
    signs: &'static Signs,
    title: usize,
    scale: usize,
    words: usize,
    begin_ms: i64,
    end_ms: i64,
}

impl<'a> Page<'a> {
    fn of(model: &'a Model<'a>, chart: &'a Chart, cells: usize) -> Self {
        let spans = chart.bars.iter().flat_map(|bar| [bar.planned, bar.actual]).chain([chart.window]).flatten();
        let (begin_ms, end_ms) =
            spans.fold((chart.end_ms, chart.end_ms), |(begin, end), (from, to)| (begin.min(from), end.max(to)));
        let title = (cells / 3).min(MOST_TITLE);
        let most = chart.bars.iter().map(|bar| width(&bar.words)).max().unwrap_or(0).max(HEADS.len());
        let words = if title + 2 + LEAST_SCALE + 1 + most <= cells { most } else { 0 };
        let scale = cells.saturating_sub(title + 1 + words + usize::from(words > 0)).max(1);
        let signs = if model.theme.ascii { &ASCII } else { &SIGNS };
        Self { model, chart, signs, title, scale, words, begin_ms, end_ms: end_ms.max(begin_ms + 1) }
    }

    /// Gives the cell in which a moment stands.
    fn place(&self, at_ms: i64) -> usize {
        let passed = i128::from((at_ms - self.begin_ms).clamp(0, self.end_ms - self.begin_ms));
        let place = passed * (self.scale as i128 - 1) / i128::from(self.end_ms - self.begin_ms);
        usize::try_from(place).unwrap_or_default()
    }

    fn holds(&self, at: usize, span: Option<(i64, i64)>) -> bool {
        span.is_some_and(|(from, to)| (self.place(from)..=self.place(to)).contains(&at))
    }

    /// Names the hours at the beginning and the end, and in the middle where there is room.
    fn hours(&self) -> Line<'static> {
        let clock = |at_ms: i64| self.model.sight.now.local(at_ms).format("%H:%M").to_string();
        let middle =
            if self.scale > 24 { clock(self.begin_ms + (self.end_ms - self.begin_ms) / 2) } else { String::new() };
        let (first, last) = (clock(self.begin_ms), clock(self.end_ms));
        let gap = self.scale.saturating_sub(first.len() + middle.len() + last.len());
        let (before, behind) = (" ".repeat(gap / 2), " ".repeat(gap - gap / 2));
        let heads = if self.words > 0 { format!(" {HEADS:>wide$}", wide = self.words) } else { String::new() };
        let text = format!("{} {first}{before}{middle}{behind}{last}{heads}", " ".repeat(self.title));
        Line::styled(text, self.model.theme.dim())
    }

    /// Shows the window, the pauses and the way back.
    fn whole(&self) -> Line<'static> {
        let (chart, signs) = (self.chart, self.signs);
        let edge = |at: usize, of: fn((i64, i64)) -> i64| chart.window.is_some_and(|w| self.place(of(w)) == at);
        let cell = |at: usize| match at {
            _ if chart.back_out.is_some_and(|back| self.place(back) == at) => signs.back,
            _ if chart.pauses.iter().any(|pause| self.holds(at, Some(*pause))) => signs.pause,
            _ if edge(at, |window| window.0) => signs.begins,
            _ if edge(at, |window| window.1) => signs.ends,
            _ if self.holds(at, chart.window) => signs.rest,
            _ => ' ',
        };
        let cells: String = (0..self.scale).map(cell).collect();
        Line::raw(format!("{} {cells}", pad("window, pauses, way back", self.title)))
    }

    fn bar(&self, bar: &Bar) -> Line<'static> {
        let (theme, signs) = (self.model.theme, self.signs);
        let indent = if bar.is_part { "" } else { "  " };
        let title = Shown::line_limited(&format!("{indent}{}", bar.title), self.title);
        let cell = |at: usize| match (self.holds(at, bar.planned), self.holds(at, bar.actual)) {
            (true, true) => signs.both,
            (true, false) => signs.planned,
            (false, true) => signs.actual,
            (false, false) => ' ',
        };
        let mut cells: String = (0..self.scale).map(cell).collect();
        if let Some((_, to)) = bar.actual.filter(|_| bar.is_open) {
            let at = self.place(to);
            cells = cells.chars().enumerate().map(|(place, sign)| if place == at { '>' } else { sign }).collect();
        }
        let style = if bar.is_part { theme.strong() } else { Style::new() };
        let words = Shown::line_limited(&bar.words, self.words);
        Line::from(vec![
            Span::styled(format!("{} ", pad(title.as_str(), self.title)), style),
            Span::styled(cells, theme.accent()),
            Span::styled(format!(" {words}"), theme.dim()),
        ])
    }

    fn legend(&self) -> Line<'static> {
        let Signs { planned, actual, both, begins, ends, pause, back, .. } = self.signs;
        let text = format!(
            "{planned} planned  {actual} actual  {both} both  > not ended  {begins}{ends} window  {pause} paused  {back} backed out"
        );
        Line::styled(text, self.model.theme.dim())
    }
}
