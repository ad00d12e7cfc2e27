//! The step that is selected: remarks first, then the text, the command, what is asked and who signs.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::run::{Given, Proof, Run, Sheet, Standing};
use crate::runbook::model::Sign;
use crate::runbook::plan::Item;
use crate::text::counted;
use crate::text::markdown::leading;
use crate::ui::areas::{areas, inside};
use crate::ui::command::Command;
use crate::ui::frame::draw_pane;
use crate::ui::links::{linked, linked_line};
use crate::ui::model::Model;
use crate::ui::pane::output::rows;
use crate::ui::reading::{View, name};
use crate::ui::screen::{Mode, Pane};

/// How many of the last lines that a command printed are shown where its output has no pane.
const MOST_PRINTED: usize = 2;

/// Draws the selected step, and gives what it shows of all that there is to read.
pub(in crate::ui) fn draw_step(frame: &mut Frame<'_>, model: &Model<'_>, (run, area): (&Run, Rect)) -> Option<View> {
    if area.is_empty() {
        return None;
    }
    let item = model.screen.selected(run)?;
    let room = inside(area);
    let lines = lines(model, (run, item), usize::from(room.width));
    let focused = model.screen.pane == Pane::Step;
    let top = if focused { model.screen.scroll.min(last_top(lines.len(), room.height)) } else { 0 };
    let below = lines.len().saturating_sub(top + usize::from(room.height));
    let more = if below > 0 { format!(" · {} more", counted(below, "line")) } else { String::new() };
    // The number stands on the page; said twice it would be sent twice with every move.
    let title = format!("{}{more}", item.kind.word());
    draw_pane(frame, (area, &title, focused), &lines[top..], model.theme);
    Some(View { text: text_name(run, item), top, rows: usize::from(room.height), total: lines.len() })
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

/// Names the text of a step.
pub(in crate::ui) fn text_name(run: &Run, item: &Item) -> u64 {
    name(&["step", &item.id, &run.sheet(item).plain()])
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
        let text = leading(&sheet.text, cells).into_iter().map(|line| linked_line(model.links(), line, Style::new()));
        page.lines.extend(text);
    }
    page.command(run, (item, &sheet));
    page.progress(run, item);
    page.printed(item);
    page.options(run, (item, &sheet));
    page.facts(&sheet);
    page.found(run, item);
    page.signatures(run, item);
    page.notes(run, item);
    page.lines
}

fn proof_words(proof: Proof) -> &'static str {
    match proof {
        Proof::Claimed => "claimed by a person",
        Proof::Checked => "checked",
        Proof::Sensed => "sensed, and watched",
    }
}

/// Draws how many thousandths are done.
fn bar(share: u16, cells: usize, ascii: bool) -> String {
    let done = cells * usize::from(share.min(1000)) / 1000;
    let (full, empty) = if ascii { ("#", ".") } else { ("█", "░") };
    full.repeat(done) + &empty.repeat(cells - done)
}

/// Is a page that lines are added to.
struct Page<'a> {
    model: &'a Model<'a>,
    cells: usize,
    lines: Vec<Line<'static>>,
}

impl Page<'_> {
    /// Names the key of a command in the checklist.
    fn key(&self, command: Command) -> String {
        self.model.sight.setting.bindings.key(Mode::Checklist, command)
    }

    fn gap(&mut self) {
        self.lines.push(Line::default());
    }

    /// Adds text from outside.
    fn wrapped(&mut self, text: &str, style: Style) {
        self.indented(text, (style, 0));
    }

    fn indented(&mut self, text: &str, (style, hanging): (Style, usize)) {
        self.lines.extend(linked(self.model.links(), text, (self.cells, hanging, style)));
    }

    fn state(&mut self, run: &Run, item: &Item) {
        let theme = self.model.theme;
        let standing = run.standing(&item.id);
        let (mark, style) = theme.mark(&standing);
        let words = match &standing {
            Standing::Locked(lock) => format!("locked: {lock}"),
            // Whoever looks on is told how it stands, and not what he may not do.
            Standing::Ready if self.model.sight.setting.is_watching => "ready".to_owned(),
            Standing::ToSign if self.model.sight.setting.is_watching => "to sign".to_owned(),
            Standing::Ready if run.check_is_open(item, &self.model.sight.stamp()).is_ok() => "ready".to_owned(),
            Standing::Ready | Standing::ToSign => match run.check_sign(item, &self.model.sight.stamp()) {
                Ok(()) => "to sign".to_owned(),
                Err(why) => why.to_string(),
            },
            Standing::Running(_) => "running".to_owned(),
            Standing::Done(proof) => format!("done, {}", proof_words(*proof)),
            Standing::Overridden(why) => format!("done against the evidence: {why}"),
            Standing::Regressed(why) => format!("not good any more: {why}"),
            Standing::Failed(why) => format!("failed: {why}"),
            Standing::EndUnknown(why) => format!("its end was never seen: {why}"),
            Standing::Skipped(why) => format!("skipped: {why}"),
            Standing::Deferred(why) => format!("deferred to {why}"),
            Standing::NotApplicable(why) => format!("does not apply ({why})"),
            Standing::Heading { done, of } => format!("{done} of {of} done"),
        };
        self.wrapped(&format!("{} {words}", mark.trim_end()), style);
    }

    fn command(&mut self, run: &Run, (item, sheet): (&Item, &Sheet)) {
        let theme = self.model.theme;
        if !run.is_acting(item) {
            return;
        }
        self.gap();
        let next = match run.standing(&item.id) {
            Standing::Running(since_ms) => {
                let passed_ms = (self.model.sight.now.at_ms - since_ms).max(0);
                let at = format!(" · {} sits down at its terminal", self.key(Command::Act));
                let at = if run.is_interactive(item) { &*at } else { "" };
                format!("running for {}{at}", self.model.sight.setting.pace.lasts(passed_ms))
            }
            Standing::Failed(_) | Standing::EndUnknown(_) => format!("{} shows how to go on", self.key(Command::Menu)),
            _ if run.is_to_start(item) => format!("{} starts it", self.key(Command::Act)),
            _ => format!("it was done; {} signs", self.key(Command::Sign)),
        };
        let settled = matches!(run.standing(&item.id), Standing::Done(_) | Standing::Overridden(_));
        let words = [sheet.command.as_ref().map(|_| "run"), (!settled).then_some(&*next)];
        self.wrapped(&words.into_iter().flatten().collect::<Vec<_>>().join(" · "), theme.dim());
        for line in sheet.command.iter().flat_map(|command| command.trim_end().lines()) {
            self.indented(&format!("  {line}"), (theme.accent(), 4));
        }
    }

    /// Shows how far what is under way is.
    fn progress(&mut self, run: &Run, item: &Item) {
        let Standing::Running(_) = run.standing(&item.id) else { return };
        let Some(progress) = self.model.sight.live.progress(&item.id) else { return };
        if let Some(share) = progress.share {
            let bar = bar(share, self.cells.saturating_sub(8).min(60), self.model.theme.ascii);
            self.lines.push(Line::styled(format!("  {bar} {:>3} %", share / 10), self.model.theme.accent()));
        }
        self.indented(&format!("  {}", progress.words), (Style::new(), 2));
    }

    /// Shows what a command printed last, where its output has no pane of its own.
    fn printed(&mut self, item: &Item) {
        let theme = self.model.theme;
        let printed = self.model.sight.live.printed(&item.id).filter(|printed| !printed.is_empty());
        let Some(printed) = printed.filter(|_| areas(self.model.screen).output.is_empty()) else { return };
        self.gap();
        let count = printed.held() as u64 + printed.dropped();
        let how = if count > MOST_PRINTED as u64 {
            format!(", {count} lines: {}", self.key(Command::NextPane))
        } else {
            String::new()
        };
        self.wrapped(&format!("output{how}"), theme.dim());
        for line in printed.lines().skip(printed.held().saturating_sub(MOST_PRINTED)) {
            // One row each, so that the page stays as long as it is while lines come.
            let row = rows(line, self.cells.saturating_sub(2), theme).into_iter().next();
            let mut row = row.unwrap_or_default();
            row.spans.insert(0, Span::raw("  "));
            self.lines.push(row);
        }
    }

    fn options(&mut self, run: &Run, (item, sheet): (&Item, &Sheet)) {
        if sheet.options.is_empty() {
            return;
        }
        self.gap();
        let hint = format!("{} chooses, {} signs", self.key(Command::Act), self.key(Command::Sign));
        self.wrapped(&hint, self.model.theme.dim());
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
        self.gap();
        for (name, fact) in &sheet.facts {
            self.indented(&format!("{name:<9} {fact}"), (Style::new(), 10));
        }
    }

    /// Says how what it does ended, where its state does not say so.
    fn found(&mut self, run: &Run, item: &Item) {
        let is_told = matches!(run.standing(&item.id), Standing::Failed(_));
        if let Some(why) = run.ended(&item.id).filter(|_| !is_told) {
            self.gap();
            self.indented(&format!("{:<9} {why}", "found"), (Style::new(), 10));
        }
    }

    fn signatures(&mut self, run: &Run, item: &Item) {
        if run.is_heading(item) && *run.signers(item) == Sign::None {
            return;
        }
        let asked: Vec<_> = match run.is_to_start(item) {
            // What is taken from the output of the command need not be asked.
            true => Vec::new(),
            false => run.questions(item, None).into_iter().map(|question| question.name).collect(),
        };
        let noted = run.noted(item);
        let asked: Vec<_> = asked.into_iter().filter(|asked| !noted.iter().any(|(name, _)| name == asked)).collect();
        let lacking = run.lacking(item);
        self.gap();
        for (name, value) in &noted {
            self.indented(&format!("{:<9} {name}: {value}", "noted"), (Style::new(), 10));
        }
        if !asked.is_empty() {
            self.indented(
                &format!("{:<9} {} ({})", "asks", asked.join(", "), self.key(Command::Act)),
                (Style::new(), 10),
            );
        }
        for Given { who, role, .. } in run.signatures(&item.id) {
            let role = role.as_ref().map(|role| format!(" as {role}")).unwrap_or_default();
            self.indented(&format!("{:<9} {}{role}", "signed", who.name), (self.model.theme.good(), 10));
        }
        if !lacking.is_empty() {
            self.indented(&format!("{:<9} {}", "signs", lacking.join(", ")), (Style::new(), 10));
        }
        if *run.signers(item) == Sign::None {
            let signs = self.model.sight.setting.bindings.key(Mode::Sign, Command::PutSignature);
            let hint = format!("nobody; {} and {signs} mark it as done", self.key(Command::Sign));
            self.indented(&format!("{:<9} {hint}", "signs"), (Style::new(), 10));
        }
    }

    fn notes(&mut self, run: &Run, item: &Item) {
        for note in run.notes().iter().filter(|note| note.step.as_deref() == Some(&item.id)) {
            self.indented(&format!("{:<9} {}: {}", "note", note.who.name, note.text), (Style::new(), 10));
        }
    }
}
