//! The plan as plain text: a paper checklist with room for signatures.

use super::Paper;
use super::estimate::{Sum, said};
use super::lines::Line;
use crate::runbook::format::SignLevel;
use crate::runbook::model::{Role, StepId};
use crate::runbook::plan::{Item, ItemKind, ItemState};
use crate::text::markdown::plain;
use crate::text::{Shown, pad, width};

/// How wide a page is, in cells.
const PAGE: usize = 100;

/// Prints the plan.
pub(super) fn page(paper: &Paper<'_>) -> String {
    let mut page = Page { paper, text: String::new() };
    page.head();
    for item in paper.plan.forward() {
        page.item(item);
    }
    if !paper.plan.back_out().is_empty() {
        page.rule("If it has to be taken back");
        for item in paper.plan.back_out() {
            page.item(item);
        }
    }
    page.time_table();
    page.text
}

struct Page<'a> {
    paper: &'a Paper<'a>,
    text: String,
}

impl Page<'_> {
    fn line(&mut self, text: &str) {
        self.text.push_str(text.trim_end());
        self.text.push('\n');
    }

    fn rule(&mut self, title: &str) {
        self.line("");
        let rest = PAGE.saturating_sub(width(title) + 4);
        self.line(&format!("-- {title} {}", "-".repeat(rest)));
    }

    /// Writes a text in lines, the first after `first` and the rest below it.
    fn wrapped(&mut self, first: &str, text: &Shown) {
        let indent = width(first);
        let room = PAGE.saturating_sub(indent).max(20);
        let lines: Vec<Shown> = text.wrap(room, 0);
        if lines.is_empty() {
            self.line(first);
        }
        for (nth, line) in lines.iter().enumerate() {
            let before = if nth == 0 { first.to_owned() } else { " ".repeat(indent) };
            self.line(&format!("{before}{line}"));
        }
    }

    /// Writes a command line by line, however long, so that it can be copied.
    fn verbatim(&mut self, first: &str, text: &Shown) {
        let indent = " ".repeat(width(first));
        for (nth, line) in text.lines().enumerate() {
            let before = if nth == 0 { first } else { &indent };
            self.line(&format!("{before}{line}"));
        }
    }

    fn head(&mut self) {
        let book = self.paper.runbook.main();
        let title = self.paper.plan.items.first().map(|item| self.paper.text(item, &book.title));
        self.line(title.unwrap_or_default().as_str());
        let version = book.version.as_ref().map(|version| format!(", version {version}")).unwrap_or_default();
        self.line(Shown::line(&format!("{}{version}", book.id)).as_str());
        if let (Some(about), Some(item)) = (&book.about, self.paper.plan.items.first()) {
            self.line("");
            for line in plain(self.paper.text(item, about).as_str(), PAGE) {
                self.line(&line);
            }
        }
        self.line("");
        if let Some(window) = book.window {
            self.line(&format!("window    {} from ____-__-__ __:__", window.length));
        }
        let roles = book.roles.iter().map(|role| (&*role.name, format!("______________________  {}", duty(role))));
        let contacts = book.contacts.iter().map(|(name, how)| (name.as_str(), how.clone()));
        self.table(roles.chain(contacts).collect());
        self.answers();
    }

    /// Writes names and what belongs to each in two columns.
    fn table(&mut self, rows: Vec<(&str, String)>) {
        let widest = rows.iter().map(|(name, _)| width(name)).max().unwrap_or_default().clamp(8, PAGE / 2);
        for (name, text) in rows {
            let first = format!("{}  ", pad(Shown::line(name).as_str(), widest));
            self.wrapped(&first, &Shown::line(&text));
        }
    }

    /// Writes what is asked when the run starts, with the answers that are known.
    fn answers(&mut self) {
        let paper = self.paper;
        let (Some(item), inputs) = (paper.plan.items.first(), &paper.runbook.main().inputs) else { return };
        if inputs.is_empty() {
            return;
        }
        self.rule("Answers");
        let rows = inputs.iter().map(|input| {
            let answer =
                paper.values.answer_of(&input.name).map_or_else(|| "____________".to_owned(), ToString::to_string);
            (&*input.name, format!("{}  {answer}", paper.plan.fill(paper.runbook, paper.values, item, &input.ask).text))
        });
        self.table(rows.collect());
    }

    fn item(&mut self, item: &Item) {
        match item.kind {
            ItemKind::Requirements(_) | ItemKind::Activity(_) | ItemKind::BackOut(_) | ItemKind::Undo(_) => {
                self.heading(item)
            }
            ItemKind::Requirement(step) | ItemKind::Prerequisite(step) | ItemKind::Step(step) => self.step(item, step),
        }
    }

    fn heading(&mut self, item: &Item) {
        let title = self.paper.title(item);
        let estimate = match item.kind {
            ItemKind::Activity(activity) => said(self.paper.runbook.activity(activity).estimate.as_ref()),
            ItemKind::BackOut(book) => {
                let back_out = self.paper.runbook.book(book).back_out.as_ref();
                said(back_out.and_then(|back_out| back_out.estimate.as_ref()))
            }
            _ => String::new(),
        };
        self.line("");
        let indent = "  ".repeat(item.depth);
        let left = format!("{indent}{}  {title}", item.number);
        self.line(&format!("{}  {estimate}", pad(&left, PAGE.saturating_sub(width(&estimate) + 2))));
        self.beside(item, &Paper::before(&self.paper.sheet(item)));
        if let Some(state) = self.paper.state(item) {
            self.beside(item, &[state]);
        }
    }

    fn step(&mut self, item: &Item, id: StepId) {
        let step = self.paper.runbook.step(id);
        let box_ = if matches!(item.state, ItemState::NotApplicable(_)) { "[-]" } else { "[ ]" };
        let room = width(&item.number).max(5);
        let first = format!("{}{box_} {}  ", "  ".repeat(item.depth), pad(&item.number, room));
        self.wrapped(&first, &self.paper.title(item));
        if let Some(state) = self.paper.state(item) {
            self.beside(item, &[state]);
        }
        if matches!(item.state, ItemState::NotApplicable(_)) {
            return;
        }
        let sheet = self.paper.sheet(item);
        self.beside(item, &Paper::before(&sheet));
        let indent = " ".repeat(beside_indent(item));
        for line in plain(Shown::text(&sheet.text).as_str(), PAGE.saturating_sub(indent.len()).max(20)) {
            self.line(&format!("{indent}{line}"));
        }
        self.beside(item, &Paper::action(&sheet));
        let signers = Paper::signers(step);
        if !signers.is_empty() {
            let said = signers.iter().map(|who| format!("{} ____________", Shown::line(who)));
            let line = format!("{indent}{}", said.collect::<Vec<_>>().join("   "));
            self.line(&line);
        }
    }

    fn beside(&mut self, item: &Item, lines: &[Line]) {
        for line in lines {
            let first = format!("{}{}  ", " ".repeat(beside_indent(item)), pad(line.word, 10));
            if matches!(line.word, "run" | "undo") {
                self.verbatim(&first, &line.text);
            } else {
                self.wrapped(&first, &line.text);
            }
        }
    }

    fn time_table(&mut self) {
        self.rule("Time");
        let mut sum = Sum::default();
        for item in self.paper.plan.forward() {
            let ItemKind::Activity(activity) = item.kind else { continue };
            if item.depth > 0 {
                continue;
            }
            let activity = self.paper.runbook.activity(activity);
            let estimate = activity.estimate.as_ref();
            let is_done = !matches!(item.state, ItemState::NotApplicable(_));
            if is_done {
                sum.add(estimate);
            }
            let because = estimate.map(|estimate| estimate.because.join(", ")).unwrap_or_default();
            let figure = if is_done { said(estimate) } else { "not applicable".to_owned() };
            let because = Shown::line(&because);
            self.line(&format!(
                "{}  {}  {}  {because}",
                pad(&item.number, 4),
                pad(self.paper.title(item).as_str(), 40),
                pad(&figure, 18)
            ));
        }
        self.line(&format!("{}  {}", pad("", 46), sum.said()));
    }
}

/// Returns how far the lines beside an item stand in.
fn beside_indent(item: &Item) -> usize {
    item.depth * 2 + 11
}

/// Says what a role does, and how it has to sign where that matters.
fn duty(role: &Role) -> String {
    match role.level {
        SignLevel::Name => role.about.clone(),
        level => format!("{} (signs by {})", role.about, level.word()),
    }
}
