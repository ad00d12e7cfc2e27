//! What a probe said last, in full, with what came before it was judged, and what is remembered of it.

use ratatui::style::Style;
use ratatui::text::Line;

use super::record::told;
use crate::ui::links::linked;
use crate::ui::live::Probe;
use crate::ui::model::Model;
use crate::ui::pane::status::bars;

/// Gives the title, the lines and the line to keep in view.
pub(in crate::ui) fn lines(model: &Model<'_>, id: &str, cells: usize) -> (String, Vec<Line<'static>>, usize) {
    let found = model.sight.live.probes().iter().find(|probe| probe.sighting.probe == id);
    let Some(probe) = found else {
        return ("Status".to_owned(), vec![Line::raw("This is not watched any more.")], 0);
    };
    let theme = model.theme;
    let (sign, style) = theme.probe(probe.sighting.state);
    let mut lines = vec![Line::styled(format!("{sign} {}", probe.sighting.state.word()), style)];
    lines.extend(facts(model, probe).into_iter().flat_map(|(name, fact)| told(model, (name, &fact), cells)));
    if !probe.answer.is_empty() {
        lines.extend([Line::default(), Line::styled("What came at the last look", theme.dim())]);
        lines.extend(linked(model.links(), probe.answer.as_str(), (cells, 2, Style::new())));
    }
    (crate::text::Shown::line(&probe.title).to_string(), lines, 0)
}

fn facts(model: &Model<'_>, probe: &Probe) -> Vec<(&'static str, String)> {
    let now = model.sight.now;
    let clock = |at_ms: i64| now.local(at_ms).format("%H:%M:%S").to_string();
    let every = crate::run::forecast::lasts(probe.every_ms);
    let counts = probe.points.iter().filter(|(state, _)| *state == crate::run::ProbeState::Ok).count();
    let drawn = if model.theme.ascii { String::new() } else { bars(probe) };
    let history = format!("{}  {counts} of the last {} readings were ok", drawn.trim(), probe.points.len());
    let facts = [
        ("seen", Some(probe.sighting.words.clone())),
        ("looks at", Some(probe.kind.clone())),
        ("each", Some(format!("{every}, as {}", probe.sighting.probe))),
        ("read", Some(probe.sighting.at_ms.map_or_else(|| "not yet".to_owned(), clock))),
        ("since", probe.changed.map(|(state, at_ms)| format!("{} since {}", state.word(), clock(at_ms)))),
        ("worst", probe.worst.map(|(state, at_ms)| format!("{}, first at {}", state.word(), clock(at_ms)))),
        ("history", Some(history.trim().to_owned()).filter(|_| !probe.points.is_empty())),
        ("sha256", probe.sighting.digest.map(|digest| digest.to_string())),
    ];
    facts.into_iter().filter_map(|(name, fact)| fact.map(|fact| (name, fact))).collect()
}
