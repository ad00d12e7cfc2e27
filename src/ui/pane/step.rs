//! The step that is selected: remarks first, then the text, the command, what is asked and who signs.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Line;

use crate::run::{Run, Sheet, Standing};
use crate::runbook::model::Sign;
use crate::runbook::plan::Item;
use crate::text::markdown::plain;
use crate::text::{Shown, wrap};
use crate::ui::areas::inside;
use crate::ui::frame::draw_pane;
use crate::ui::model::Model;
use crate::ui::screen::Pane;

/// What a step says that something has to be done by hand.
const BY_HAND: &str = "run it yourself, then sign";

/// Draws the selected step.
pub(in crate::ui) fn draw_step(frame: &mut Frame<'_>, model: &Model<'_>, (run, area): (&Run, Rect)) {
    if area.is_empty() {
        return;
    }
    let Some(item) = model.screen.selected(run) else { return };
    let room = inside(area);
    let lines = lines(model, (run, item), usize::from(room.width));
    let focused = model.screen.pane == Pane::Step;
    let top = if focused { model.screen.scroll.min(last_top(lines.len(), room.height)) } else { 0 };
    let below = lines.len().saturating_sub(top + usize::from(room.height));
    let more = if below > 0 { format!(" · {below} lines more") } else { String::new() };
    let title = Shown::line(&format!("{} {}", item.number, item.kind.word())).to_string() + &more;
    draw_pane(frame, (area, &title, focused), &lines[top..], model.theme);
}

fn last_top(lines: usize, rows: u16) -> usize {
    lines.saturating_sub(usize::from(rows))
}

/// Counts the lines of the selected step above its last page.
pub(in crate::ui) fn most_scroll(model: &Model<'_>, (run, area): (&Run, Rect)) -> usize {
    let Some(item) = model.screen.selected(run) else { return 0 };
    let room = inside(area);
    last_top(lines(model, (run, item), usize::from(room.width)).len(), room.height)
}

/// Gives everything there is to read of a step.
fn lines(model: &Model<'_>, (run, item): (&Run, &Item), cells: usize) -> Vec<Line<'static>> {
    let sheet = run.sheet(item);
    let mut page = Page { model, cells, lines: Vec::new() };
    page.wrapped(&format!("{} {}", sheet.number, sheet.title), model.theme.strong());
    page.state(run, item);
    for callout in &sheet.callouts {
        page.gap();
        page.wrapped(&format!("! {}: {}", callout.word, callout.text), model.theme.loud());
    }
    if !sheet.text.is_empty() {
        page.gap();
        page.lines.extend(plain(&sheet.text, cells).into_iter().map(Line::raw));
    }
    page.command(&sheet);
    page.options(run, (item, &sheet));
    page.facts(&sheet);
    page.signatures(run, item);
    page.notes(run, item);
    page.lines
}

/// Is a page that lines are added to.
struct Page<'a> {
    model: &'a Model<'a>,
    cells: usize,
    lines: Vec<Line<'static>>,
}

impl Page<'_> {
    fn gap(&mut self) {
        self.lines.push(Line::default());
    }

    /// Adds text from outside.
    fn wrapped(&mut self, text: &str, style: Style) {
        self.indented(text, (style, 0));
    }

    fn indented(&mut self, text: &str, (style, hanging): (Style, usize)) {
        let shown = Shown::text(text);
        for line in wrap(shown.as_str(), self.cells, hanging) {
            self.lines.push(Line::styled(line, style));
        }
    }

    fn state(&mut self, run: &Run, item: &Item) {
        let theme = self.model.theme;
        let standing = run.standing(&item.id);
        let (mark, style) = theme.mark(standing);
        let words = match standing {
            Standing::Locked(lock) => format!("locked: {lock}"),
            Standing::Ready if run.check_is_open(item, &self.model.sight.stamp()).is_ok() => "ready".to_owned(),
            Standing::Ready | Standing::ToSign => match run.check_sign(item, &self.model.sight.stamp()) {
                Ok(()) => "to sign".to_owned(),
                Err(why) => why.to_string(),
            },
            Standing::Done => "done, claimed by a person".to_owned(),
            Standing::NotApplicable(why) => format!("does not apply ({why})"),
            Standing::Heading { done, of } => format!("{done} of {of} done"),
        };
        self.wrapped(&format!("{} {words}", mark.trim_end()), style);
    }

    fn command(&mut self, sheet: &Sheet) {
        let theme = self.model.theme;
        if let Some(command) = &sheet.command {
            self.gap();
            self.wrapped(&format!("run · {BY_HAND}"), theme.dim());
            for line in command.trim_end().lines() {
                self.indented(&format!("  {line}"), (theme.accent(), 4));
            }
        } else if sheet.facts.iter().any(|(name, _)| matches!(*name, "check" | "fetch" | "archive" | "wait")) {
            self.gap();
            self.wrapped("do it yourself, then sign", theme.dim());
        }
    }

    fn options(&mut self, run: &Run, (item, sheet): (&Item, &Sheet)) {
        if sheet.options.is_empty() {
            return;
        }
        self.gap();
        self.wrapped("choose with enter, then sign", self.model.theme.dim());
        for (id, title, recommended) in &sheet.options {
            let chosen = run.chosen(&item.id) == Some(id);
            let sign = if chosen { self.model.theme.marker() } else { "-" };
            let usual = if *recommended { "  (usual)" } else { "" };
            let style = if chosen { self.model.theme.good() } else { Style::new() };
            self.indented(&format!("{sign} {title}{usual}"), (style, 2));
        }
    }

    fn facts(&mut self, sheet: &Sheet) {
        if sheet.facts.is_empty() {
            return;
        }
        if sheet.command.is_none() && sheet.text.is_empty() {
            self.gap();
        }
        for (name, fact) in &sheet.facts {
            self.indented(&format!("{name:<9} {fact}"), (Style::new(), 10));
        }
    }

    fn signatures(&mut self, run: &Run, item: &Item) {
        if run.is_heading(item) && *run.signers(item) == Sign::None {
            return;
        }
        let asked: Vec<_> = run.questions(item, None).into_iter().map(|question| question.name).collect();
        let lacking = run.lacking(item);
        self.gap();
        if !asked.is_empty() {
            self.indented(&format!("{:<9} {} (enter)", "asks", asked.join(", ")), (Style::new(), 10));
        }
        for (who, role) in run.signatures(&item.id) {
            let role = role.as_ref().map(|role| format!(" as {role}")).unwrap_or_default();
            self.indented(&format!("{:<9} {}{role}", "signed", who.name), (self.model.theme.good(), 10));
        }
        if !lacking.is_empty() {
            self.indented(&format!("{:<9} {}", "signs", lacking.join(", ")), (Style::new(), 10));
        }
        if *run.signers(item) == Sign::None {
            self.indented(&format!("{:<9} nobody; s and y mark it as done", "signs"), (Style::new(), 10));
        }
    }

    fn notes(&mut self, run: &Run, item: &Item) {
        for note in run.notes().iter().filter(|note| note.step.as_deref() == Some(&item.id)) {
            self.indented(&format!("{:<9} {}: {}", "note", note.who.name, note.text), (Style::new(), 10));
        }
    }
}
