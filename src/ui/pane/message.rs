//! The row of messages: what is typed to find something, what was refused, and what others did.
//!
//! What one did oneself is answered at the left until the next key; what others did stands beside it
//! where there is room, and alone once that answer is gone.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::run::Verb;
use crate::text::{Shown, fit, pad, width, wrap};
use crate::ui::command::Command;
use crate::ui::hindsight::{Grade, Hindsight};
use crate::ui::letters::write_line;
use crate::ui::model::{Model, Recording};
use crate::ui::screen::Mode;
use crate::ui::timeline::NOTHING_LEFT;

/// How many cells what others did needs beside something else.
const LEAST_BESIDE: usize = 24;

/// How many rows an answer may take.
const MOST_ROWS: usize = 4;

/// Draws the row, or as many above it as an answer needs, and gives how many those are; `more` says what of a
/// dialog stands below, where no border says it.
pub(in crate::ui) fn draw_message(frame: &mut Frame<'_>, model: &Model<'_>, (more, area): (&str, Rect)) -> usize {
    let (theme, cells) = (model.theme, usize::from(area.width).saturating_sub(1));
    let told = model.screen.tidings.words(model.sight.now.at_ms);
    let told = told.map(|(words, is_new)| (words, if is_new { theme.loud() } else { theme.dim() }));
    let (last, said) = (last_thing(model), model.screen.message.as_deref());
    let said = [said, last.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(" · ");
    let alarm = model.sight.past.and_then(alarm);
    let own = match model.recording {
        Recording::Halted(why) => Some((why, theme.bad())),
        _ if !said.is_empty() => Some((said.as_str(), theme.loud())),
        _ if alarm.is_some() => alarm.as_deref().map(|words| (words, theme.bad())),
        _ => Some((more, theme.dim())).filter(|(more, _)| !more.is_empty()),
    };
    let mut spans = vec![Span::raw(" ")];
    if let Some(prompt) = prompt(model, cells) {
        spans.extend(prompt);
    } else if let Some((words, style)) = own.filter(|(words, _)| !fits(words, cells)) {
        return draw_rows(frame, (&rows(words, cells), style), area);
    } else if let Some((words, style)) = own {
        let words = Shown::line_limited(words, cells);
        let left = cells.saturating_sub(width(words.as_str()));
        spans.push(Span::styled(words.to_string(), style));
        spans.extend(told.and_then(|(told, style)| beside(&told, left).map(|told| Span::styled(told, style))));
    } else if let Some((words, style)) = told {
        spans.push(Span::styled(Shown::line_limited(&words, cells).to_string(), style));
    }
    write_line(frame.buffer_mut(), (area.x, area.y), (&Line::from(spans), area.width));
    0
}

/// Says for as long as it is looked at that a record is not what was recorded.
fn alarm(past: &Hindsight) -> Option<String> {
    let found = past.findings().filter(|findings| findings.grade == Grade::Bad);
    found.map(|findings| format!("{}: {}", findings.title, findings.words)).or_else(|| past.alarm.clone())
}

/// Says what is left to do with a run that has come to its end.
fn last_thing(model: &Model<'_>) -> Option<String> {
    let (run, setting) = (model.sight.run()?, model.sight.setting);
    if model.screen.mode(true) != Mode::Checklist || setting.is_sealed || model.recording == Recording::Sealed {
        return None;
    }
    let menu = setting.bindings.key(Mode::Checklist, Command::Menu);
    match run.closed() {
        Some(_) => Some(format!("the run is closed: {menu}, then seal, seals it")),
        None if run.is_all_done() => Some(format!("all is done: {menu}, then {}, ends the run", Verb::Close.word())),
        None => None,
    }
}

fn fits(words: &str, cells: usize) -> bool {
    width(Shown::line(words).as_str()) <= cells
}

/// Breaks an answer into rows; of one that is very long the beginning is taken.
fn rows(words: &str, cells: usize) -> Vec<String> {
    let mut rows = wrap(Shown::line(words).as_str(), cells.max(1), 0);
    if rows.len() > MOST_ROWS {
        rows.truncate(MOST_ROWS);
        if let Some(last) = rows.last_mut() {
            *last = format!("{}…", fit(last, cells.saturating_sub(1)).trim_end());
        }
    }
    rows
}

/// Draws rows that end with the row of messages, over what stands above it.
fn draw_rows(frame: &mut Frame<'_>, (rows, style): (&[String], Style), area: Rect) -> usize {
    if area.is_empty() {
        return 0;
    }
    let above = u16::try_from(rows.len().saturating_sub(1)).unwrap_or(0).min(area.y);
    // Nothing of what it covers shines through, and nothing of it leads anywhere.
    let covered = Rect { y: area.y - above, height: above + 1, ..area };
    frame.buffer_mut().set_style(covered, Style::reset());
    for (y, row) in (covered.y..).zip(rows) {
        let row = pad(&format!(" {row}"), usize::from(area.width));
        write_line(frame.buffer_mut(), (area.x, y), (&Line::styled(row, style), area.width));
    }
    usize::from(above)
}

/// Puts what others did at the right end of the cells that are left, if they are worth it.
fn beside(told: &str, left: usize) -> Option<String> {
    let room = left.checked_sub(3).filter(|room| *room >= LEAST_BESIDE)?;
    let told = Shown::line_limited(told, room);
    Some(" ".repeat(left.saturating_sub(width(told.as_str()) + 1)) + told.as_str())
}

/// Gives what is typed to find something, and what came of it.
fn prompt(model: &Model<'_>, cells: usize) -> Option<Vec<Span<'static>>> {
    let finding = model.screen.find.as_ref().filter(|finding| finding.is_open);
    let sieve = model.screen.sieve.as_ref().filter(|sieve| sieve.is_open);
    let theme = model.theme;
    let (words, count) = match (finding, sieve, model.sight.past) {
        (Some(finding), ..) => (&finding.words, finding.count(model.screen.item)),
        (None, Some(sieve), Some(past)) => (&sieve.words, sieve.count(past.chronicle.told(model.sight.run()?))),
        _ => return None,
    };
    let (before, behind) = words.around_cursor();
    let (before, behind) = (Shown::line(before), Shown::line(behind));
    let room = cells.saturating_sub(width(&count) + 4).max(8);
    let style = if count == "nothing found" || count == NOTHING_LEFT { theme.bad() } else { Style::new() };
    Some(vec![
        Span::styled("/", theme.accent()),
        Span::raw(fit(before.as_str(), room).into_owned()),
        Span::styled("_", theme.strong()),
        Span::raw(fit(behind.as_str(), room.saturating_sub(width(before.as_str()))).into_owned()),
        Span::styled(format!("  {count}"), style),
    ])
}
