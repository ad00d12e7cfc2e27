//! The keys of a mode, made from the one table of commands.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::text::{Shown, pad, wrap};
use crate::ui::bindings::Bound;
use crate::ui::links::linked;
use crate::ui::model::Model;
use crate::ui::screen::Mode;

/// How many cells the keys have.
const HEAD: usize = 18;

/// Gives the title, the lines and the line to keep in view.
pub(in crate::ui) fn lines(model: &Model<'_>, mode: Mode, cells: usize) -> (String, Vec<Line<'static>>, usize) {
    let theme = model.theme;
    let rows = |bound: &Bound| rows((&bound.keys().join(" "), theme.accent()), bound.entry.help, cells);
    let mut lines: Vec<_> = model.sight.setting.bindings.of(mode).flat_map(rows).collect();
    if mode == Mode::Checklist {
        lines.push(Line::default());
        lines.push(Line::styled("Marks", theme.strong()));
        lines.extend(marks(model, cells));
        lines.extend(contacts(model, cells));
    }
    ("Keys".to_owned(), lines, 0)
}

/// Puts words beside what they explain, on as many rows as they need.
fn rows((head, style): (&str, Style), words: &str, cells: usize) -> Vec<Line<'static>> {
    let wrapped = wrap(words, cells.saturating_sub(HEAD).max(1), 0).into_iter().enumerate();
    let row = |(at, words)| {
        let head = if at == 0 { head } else { "" };
        Line::from(vec![Span::styled(format!("{head:<HEAD$}"), style), Span::raw(words)])
    };
    wrapped.map(row).collect()
}

/// Says whom to turn to, where the runbook knows somebody.
fn contacts(model: &Model<'_>, cells: usize) -> Vec<Line<'static>> {
    let contacts = model.sight.runbook.map(|book| &*book.main().contacts).unwrap_or_default();
    let heading = [Line::default(), Line::styled("Contacts", model.theme.strong())];
    let heading = heading.into_iter().filter(|_| !contacts.is_empty());
    let lines = contacts.iter().map(|(name, how)| format!("{} {how}", pad(Shown::line(name).as_str(), 17)));
    let lines = lines.flat_map(|words| linked(model.links(), &words, (cells, 18, Style::new())));
    heading.chain(lines).collect()
}

fn marks(model: &Model<'_>, cells: usize) -> Vec<Line<'static>> {
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
    let rows = |(standing, words): &(Standing, &'static str)| rows(model.theme.mark(standing), words, cells);
    all.iter().flat_map(rows).collect()
}
