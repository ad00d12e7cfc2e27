//! What a run is going to be, as a page: nothing is recorded before it was looked at and said yes to.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::run::briefing::{Briefing, Weight};
use crate::text::Shown;
use crate::ui::links::{Links, linked};
use crate::ui::model::Model;
use crate::ui::theme::Theme;

/// How far a fact stands below its subject.
const HANGING: usize = 4;

/// Gives the title, the lines and the line to keep in view.
pub(in crate::ui) fn lines(
    model: &Model<'_>,
    briefing: &Briefing,
    cells: usize,
) -> (String, Vec<Line<'static>>, usize) {
    let counted = |weight, words: &str| match briefing.count(weight) {
        0 => String::new(),
        count => format!(" · {count} {words}"),
    };
    let (bad, warnings) = (counted(Weight::Bad, "not as it should be"), counted(Weight::Warning, "to think of"));
    (format!("Before it begins{bad}{warnings}"), page(briefing, (cells, model.theme, model.links())), 0)
}

fn page(briefing: &Briefing, (cells, theme, links): (usize, &Theme, &Links)) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    for part in &briefing.parts {
        if !lines.is_empty() {
            lines.push(Line::default());
        }
        lines.push(Line::styled(Shown::line(&part.title).to_string(), theme.strong()));
        for said in &part.lines {
            let style = style(theme, said.weight);
            let sign = if theme.ascii && said.weight == Weight::Bad { "X" } else { said.weight.sign() };
            let wrapped = linked(links, &said.words, (cells.saturating_sub(HANGING), 2, style));
            for (nth, mut line) in wrapped.into_iter().enumerate() {
                let before = if nth == 0 { format!("  {sign} ") } else { " ".repeat(HANGING) };
                line.spans.insert(0, Span::raw(before));
                lines.push(line);
            }
        }
    }
    lines
}

fn style(theme: &Theme, weight: Weight) -> Style {
    match weight {
        Weight::Plain => Style::new(),
        Weight::Warning => theme.loud(),
        Weight::Bad => theme.bad(),
    }
}
