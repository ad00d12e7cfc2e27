//! The keys of a mode, made from the one table of commands.

use ratatui::text::{Line, Span};

use crate::ui::bindings::Bound;
use crate::ui::model::Model;
use crate::ui::screen::Mode;

/// Gives the title, the lines and the line to keep in view.
pub(in crate::ui) fn lines(model: &Model<'_>, mode: Mode) -> (String, Vec<Line<'static>>, usize) {
    let theme = model.theme;
    let line = |bound: &Bound| {
        let keys = format!("{:<18}", bound.keys().join(" "));
        Line::from(vec![Span::styled(keys, theme.accent()), Span::raw(bound.entry.help)])
    };
    let mut lines: Vec<_> = model.sight.setting.bindings.of(mode).map(line).collect();
    if mode == Mode::Checklist {
        lines.push(Line::default());
        lines.push(Line::styled("Marks", theme.strong()));
        lines.extend(marks(model));
    }
    ("Keys".to_owned(), lines, 0)
}

fn marks(model: &Model<'_>) -> Vec<Line<'static>> {
    use crate::run::{Lock, Proof, Standing};
    let all = [
        (Standing::Locked(Lock::After(String::new())), "locked: something before it is open"),
        (Standing::Ready, "ready: may be done now"),
        (Standing::ToSign, "to sign: acted on, a signature is missing"),
        (Standing::Running(0), "running"),
        (Standing::Done(Proof::Claimed), "done, claimed: a person says so"),
        (Standing::Done(Proof::Checked), "done, checked: a command ended as expected"),
        (Standing::Done(Proof::Sensed), "done, sensed: looked at, and watched"),
        (Standing::Overridden(String::new()), "done against the evidence"),
        (Standing::Failed(String::new()), "failed, or not good any more"),
        (Standing::EndUnknown(String::new()), "its end was never seen"),
        (Standing::Skipped(String::new()), "skipped"),
        (Standing::Deferred(String::new()), "deferred to somebody"),
        (Standing::NotApplicable(String::new()), "does not apply"),
    ];
    let line = |(standing, words): &(Standing, &'static str)| {
        let (mark, style) = model.theme.mark(standing);
        Line::from(vec![Span::styled(format!("{mark:<18}"), style), Span::raw(*words)])
    };
    all.iter().map(line).collect()
}
