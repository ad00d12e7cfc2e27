//! The status: what the probes say now, a row for each; the worst first where there is no room for all.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::run::ProbeState;
use crate::text::{Shown, pad, width};
use crate::ui::areas::inside;
use crate::ui::frame::draw_pane;
use crate::ui::live::{Live, Probe};
use crate::ui::model::Model;
use crate::ui::screen::{Pane, Screen};
use crate::ui::steer::top;

/// From how many cells on a row has room for its bars.
const WIDE: usize = 46;

/// What to say when every probe is ok.
pub(in crate::ui) const ALL_OK: &str = "all ok";
/// From how many cells on it has room for its worst and its last change.
const VERY_WIDE: usize = 60;

/// Draws the rows that are in view.
pub(in crate::ui) fn draw_status(frame: &mut Frame<'_>, model: &Model<'_>, area: Rect) {
    if area.is_empty() {
        return;
    }
    let room = inside(area);
    let focused = model.screen.pane == Pane::Status;
    let probes = listed(model.sight.live, room);
    let at = selected(model.screen, &probes);
    let rows = usize::from(room.height);
    let first = if focused { top(model.screen.scroll, (at, rows)) } else { 0 };
    let names = longest(model);
    let line = |(place, probe): (usize, &&Probe)| {
        row(model, (probe, focused && place == at), (usize::from(room.width), names))
    };
    let lines: Vec<_> = probes.iter().enumerate().skip(first).take(rows).map(line).collect();
    draw_pane(frame, (area, &title(model), focused), &lines, model.theme);
}

/// Gives the probes in the order in which they are shown: the worst first where there is no room for all.
pub(in crate::ui) fn listed(live: &Live, room: Rect) -> Vec<&Probe> {
    let mut probes: Vec<_> = live.probes().iter().collect();
    if probes.len() > usize::from(room.height) {
        probes.sort_by_key(|probe| std::cmp::Reverse(probe.sighting.state));
    }
    probes
}

/// Finds the probe that is selected among them.
pub(in crate::ui) fn selected(screen: &Screen, probes: &[&Probe]) -> usize {
    let is_it = |probe: &&Probe| Some(&probe.sighting.probe) == screen.probe.as_ref();
    probes.iter().position(is_it).unwrap_or_default()
}

fn title(model: &Model<'_>) -> String {
    let counts = counts(model);
    if counts.is_empty() { "Status".to_owned() } else { format!("Status · {counts}") }
}

/// Counts the probes that are not ok, the worst first: `2 bad, 1 stale`; or says that all are.
pub(in crate::ui) fn counts(model: &Model<'_>) -> String {
    let probes = model.sight.live.probes();
    let count = |state| probes.iter().filter(|probe| probe.sighting.state == state).count();
    let wrong = ProbeState::ALL.into_iter().rev().filter(|state| *state != ProbeState::Ok);
    let wrong = wrong.filter_map(|state| Some((count(state), state.word())).filter(|(count, _)| *count > 0));
    let words: Vec<_> = wrong.map(|(count, word)| format!("{count} {word}")).collect();
    match (probes.len(), words.is_empty()) {
        (0, _) => String::new(),
        (_, true) => ALL_OK.to_owned(),
        _ => words.join(", "),
    }
}

fn row(model: &Model<'_>, (probe, is_selected): (&Probe, bool), (cells, names): (usize, usize)) -> Line<'static> {
    let theme = model.theme;
    let (sign, style) = theme.probe(probe.sighting.state);
    let age = probe.age(model.sight.now.at_ms).map(|age| format!("  {age}")).unwrap_or_default();
    let bars = if cells >= WIDE && !theme.ascii { format!("  {}", bars(probe)) } else { String::new() };
    let name = Shown::line_limited(&probe.title, cells * 2 / 5);
    let wide = (cells * 2 / 5).min(names).max(width(name.as_str()));
    let past = if cells >= VERY_WIDE { past(model, probe) } else { String::new() };
    let room = cells.saturating_sub(2 + wide + 2 + width(&past) + width(&age) + width(&bars));
    let words = Shown::line_limited(&probe.sighting.words, room);
    let said = match probe.sighting.state {
        ProbeState::Ok => Span::raw(pad(words.as_str(), room)),
        _ => Span::styled(pad(words.as_str(), room), style),
    };
    Line::from(vec![
        Span::styled(sign, style),
        Span::styled(if is_selected { theme.marker() } else { " " }, theme.pointer_if(is_selected)),
        Span::raw(format!("{}  ", pad(name.as_str(), wide))),
        said,
        Span::styled(past, theme.dim()),
        Span::styled(bars, theme.dim()),
        Span::styled(age, theme.dim()),
    ])
}

/// Gives the width of the longest title, so that what was seen lines up.
fn longest(model: &Model<'_>) -> usize {
    let titles = model.sight.live.probes().iter();
    titles.map(|probe| width(Shown::line(&probe.title).as_str())).max().unwrap_or_default()
}

/// Says since when it stands as it does, and how bad it ever was, where that is worse: `since 22:07, was bad`.
fn past(model: &Model<'_>, probe: &Probe) -> String {
    let Some((_, since_ms)) = probe.changed else { return String::new() };
    let worst = probe.worst.filter(|(worst, _)| *worst > probe.sighting.state.max(ProbeState::Stale));
    let worst = worst.map(|(worst, _)| format!(", was {}", worst.word())).unwrap_or_default();
    format!("  since {}{worst}", model.sight.now.local(since_ms).format("%H:%M"))
}

pub(in crate::ui) fn bars(probe: &Probe) -> String {
    const LEVELS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let bar = |height: Option<u8>| height.and_then(|height| LEVELS.get(usize::from(height)).copied()).unwrap_or(' ');
    let bars: String = probe.bars().into_iter().map(bar).collect();
    format!("{bars:>7}")
}
