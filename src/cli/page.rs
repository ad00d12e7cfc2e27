//! A step as it is read before it is acted on or signed, in plain lines: all that the screen would show.
//!
//! Every text in it comes from outside and is made safe here.

use crate::run::{Given, Run, Sheet};
use crate::runbook::model::Sign;
use crate::runbook::plan::Item;
use crate::text::markdown::plain;
use crate::text::{Shown, wrap};

/// Writes all that there is to read of a step, below the run that it is of, in lines of so many cells.
pub(super) fn page(run: &Run, item: &Item, cells: usize) -> String {
    let sheet = run.sheet(item);
    let mut page = Page { cells, text: String::new() };
    let (start, progress) = (run.start(), run.progress());
    page.line(&format!("{} · {} · {}/{}", start.title, start.run, progress.done, progress.of), 0);
    page.gap();
    page.item(run, (item, &sheet));
    page.text
}

/// Writes all that there is to read of a step, and nothing else.
pub(super) fn sheet(run: &Run, item: &Item, cells: usize) -> String {
    let mut page = Page { cells, text: String::new() };
    page.item(run, (item, &run.sheet(item)));
    page.text
}

/// Writes text from outside as lines of so many cells.
pub(super) fn lines(text: &str, (cells, hanging): (usize, usize)) -> String {
    let mut page = Page { cells, text: String::new() };
    page.line(text, hanging);
    page.text
}

/// Is a page that lines are added to.
struct Page {
    cells: usize,
    text: String,
}

impl Page {
    fn push(&mut self, line: &str) {
        self.text += line;
        self.text.push('\n');
    }

    fn gap(&mut self) {
        self.push("");
    }

    /// Adds text from outside.
    fn line(&mut self, text: &str, hanging: usize) {
        let shown = Shown::text(text);
        wrap(shown.as_str(), self.cells, hanging).iter().for_each(|line| self.push(line));
    }

    fn fact(&mut self, name: &str, fact: &str) {
        self.line(&format!("{name:<9} {fact}"), 10);
    }

    /// Adds all that there is to read of a step.
    fn item(&mut self, run: &Run, (item, sheet): (&Item, &Sheet)) {
        self.line(&format!("{} {}", sheet.number, sheet.title), 0);
        for callout in &sheet.callouts {
            self.gap();
            self.line(&format!("! {}: {}", callout.word, callout.text), 0);
        }
        if !sheet.text.is_empty() {
            self.gap();
            plain(&sheet.text, self.cells).iter().for_each(|line| self.push(line));
        }
        self.action(run, (item, sheet));
        self.people(run, item);
    }

    /// Says what is done in the step, and what was chosen.
    fn action(&mut self, run: &Run, (item, sheet): (&Item, &Sheet)) {
        self.gap();
        if let Some(command) = &sheet.command {
            self.line("run:", 0);
            command.trim_end().lines().for_each(|line| self.line(&format!("  {line}"), 4));
        }
        for (id, title, recommended) in &sheet.options {
            let chosen = if run.chosen(&item.id) == Some(id) { "  (chosen)" } else { "" };
            let usual = if *recommended { "  (usual)" } else { "" };
            self.line(&format!("- {id}: {title}{usual}{chosen}"), 2);
        }
        sheet.facts.iter().for_each(|(name, fact)| self.fact(name, fact));
    }

    /// Says who signed, who has to, and what was remarked.
    fn people(&mut self, run: &Run, item: &Item) {
        for Given { who, role, .. } in run.signatures(&item.id) {
            let role = role.as_ref().map(|role| format!(" as {role}")).unwrap_or_default();
            self.fact("signed", &format!("{}{role}", who.name));
        }
        let lacking = run.lacking(item);
        if !lacking.is_empty() {
            self.fact("signs", &lacking.join(", "));
        }
        if *run.signers(item) == Sign::None && !run.is_heading(item) {
            self.fact("signs", "nobody; it is recorded that it was done");
        }
        for note in run.notes().iter().filter(|note| note.step.as_deref() == Some(&item.id)) {
            self.fact("note", &format!("{}: {}", note.who.name, note.text));
        }
    }
}
