//! The signing dialog: the statement, exactly as it will be signed, but for the time.

use ratatui::text::Line;

use crate::run::statement;
use crate::runbook::model::Sign;
use crate::text::{Shown, wrap};
use crate::ui::model::Model;
use crate::ui::screen::Signing;

/// Gives the title, the lines and the line to keep in view.
pub(in crate::ui) fn lines(model: &Model<'_>, signing: &Signing, cells: usize) -> (String, Vec<Line<'static>>, usize) {
    let theme = model.theme;
    let found = model.sight.run().and_then(|run| Some((run, run.plan().item(&signing.step)?)));
    let Some((run, item)) = found else { return ("Sign".to_owned(), Vec::new(), 0) };
    let mut lines = Vec::new();
    // A hash that does not fit beside its name goes below it.
    let hanging = if cells >= 84 { 10 } else { 2 };
    let mut push = |text: &str, style| {
        for line in wrap(Shown::text(text).as_str(), cells, hanging) {
            lines.push(Line::styled(line, style));
        }
    };
    push("y signs. Enter, esc, n and q go back without signing.", theme.loud());
    push(" ", theme.dim());
    if *run.signers(item) == Sign::None {
        push(&format!("{} {}", item.number, run.title(item)), theme.strong());
        push("Nobody has to sign this; y records that it was done.", ratatui::style::Style::new());
    } else {
        push(&statement(run, item, signing.seen, &model.sight.stamp()), ratatui::style::Style::new());
    }
    (format!("Sign {}", item.number), lines, 0)
}
