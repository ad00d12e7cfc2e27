//! What else can be done, and what is going to be started.

use ratatui::style::Style;
use ratatui::text::Line;

use crate::run::Verb;
use crate::text::pad;
use crate::ui::command::Command;
use crate::ui::links::linked;
use crate::ui::model::Model;
use crate::ui::screen::{Confirming, Menu, Mode, Offer};

/// Gives the title, the lines and the line to keep in view.
pub(in crate::ui) fn lines(model: &Model<'_>, menu: &Menu, cells: usize) -> (String, Vec<Line<'static>>, usize) {
    let theme = model.theme;
    let line = |(at, offer): (usize, &Offer)| {
        let here = at == menu.at;
        let (marker, style) = if here { (theme.marker(), theme.selected()) } else { (" ", Style::new()) };
        let text = format!("{marker} {} {}", pad(offer.word(), 10), offer.title());
        Line::styled(pad(&text, cells), style)
    };
    let item = model.sight.run().and_then(|run| run.plan().item(&menu.step));
    let title = item.map_or_else(|| "More".to_owned(), |item| format!("More for {} and the run", item.number));
    (title, menu.offers.iter().enumerate().map(line).collect(), menu.at)
}

/// Gives the title and the lines of what is going to be started.
pub(in crate::ui) fn start_lines(
    model: &Model<'_>,
    confirming: &Confirming,
    cells: usize,
) -> (String, Vec<Line<'static>>, usize) {
    let theme = model.theme;
    let mut lines = Vec::new();
    let mut push = |text: &str, style, hanging| {
        lines.extend(linked(model.links(), text, (cells, hanging, style)));
    };
    let keys = &model.sight.setting.bindings;
    let (starts, back) = (keys.key(Mode::Confirm, Command::Confirm), keys.back(Mode::Confirm));
    push(&format!("{starts} starts it; {back} without starting."), theme.loud(), 2);
    push(" ", theme.dim(), 0);
    if confirming.verb == Verb::Beside {
        push("A command that is not in the runbook; it and its output stand in the record.", Style::new(), 0);
        push(&format!("  {}", confirming.said.join(" ")), theme.accent(), 4);
        return ("Run beside the runbook".to_owned(), lines, 0);
    }
    let found = model.sight.run().and_then(|run| Some((run, run.plan().item(&confirming.step)?)));
    let Some((run, item)) = found else { return ("Start".to_owned(), lines, 0) };
    let sheet = run.sheet(item);
    push(&format!("{} {}", sheet.number, sheet.title), theme.strong(), 2);
    for callout in &sheet.callouts {
        push(&format!("! {}: {}", callout.word, callout.text), theme.loud(), 2);
    }
    for line in sheet.command.iter().flat_map(|command| command.trim_end().lines()) {
        push(&format!("  {line}"), theme.accent(), 4);
    }
    for (name, fact) in &sheet.facts {
        push(&format!("{name:<9} {fact}"), Style::new(), 10);
    }
    let attempts = run.attempts(&item.id);
    if attempts > 0 {
        push(&format!("This is attempt {}.", attempts + 1), Style::new(), 0);
    }
    (format!("Start {}", item.number), lines, 0)
}
