//! A step as a person reads it: every text of it with its values filled in.
//!
//! The screen draws a sheet, and a signature carries the hash of the same sheet, so that what was
//! signed is what was shown. Wrapping, colour and safety on a terminal are for whoever draws.

use std::collections::BTreeSet;

use super::state::Run;
use crate::runbook::model::{Action, Level, Logic, ProbeRef, Step, StepId, Template, Until};
use crate::runbook::plan::{Filled, Item, ItemKind};

/// Is all that is to be read of one item.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sheet {
    /// Its number.
    pub number: String,
    /// What is to be done.
    pub title: String,
    /// Warnings first, then cautions and notes.
    pub callouts: Vec<Callout>,
    /// How to do it, as Markdown.
    pub text: String,
    /// The command as it will run.
    pub command: Option<String>,
    /// What belongs to it: the host, the folder, what it waits for; by name.
    pub facts: Vec<(&'static str, String)>,
    /// The options to choose from: id, title, whether it is recommended.
    pub options: Vec<(String, String, bool)>,
    /// The names that are not known yet and stand as ‹name›.
    pub missing: BTreeSet<String>,
}

/// Is a remark that stands before the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Callout {
    /// How loud it is: danger, warning, caution or note.
    pub word: &'static str,
    /// What it says.
    pub text: String,
}

impl Sheet {
    /// Makes the sheet of an item.
    pub(super) fn of(run: &Run, item: &Item) -> Self {
        let mut pen = Pen { run, item, sheet: Self { number: item.number.clone(), ..Self::default() } };
        let title = run.plan().title(run.runbook(), run.values(), item);
        pen.sheet.title = pen.take(title);
        match item.kind {
            ItemKind::Activity(id) => {
                let activity = run.runbook().activity(id);
                pen.callouts(&activity.callouts);
                pen.sheet.text = activity.text.as_ref().map(|text| pen.fill(text)).unwrap_or_default();
                pen.moment("not before", activity.not_before.as_ref());
            }
            ItemKind::Requirements(book) => {
                pen.sheet.text = run.runbook().book(book).about.as_ref().map(|text| pen.fill(text)).unwrap_or_default();
            }
            ItemKind::BackOut(_) => {}
            ItemKind::Requirement(id) | ItemKind::Prerequisite(id) | ItemKind::Step(id) => pen.step(id),
        }
        pen.sheet
    }

    /// Gives the sheet as plain text; a signature carries the hash of it.
    pub fn plain(&self) -> String {
        let mut lines = vec![format!("{} {}", self.number, self.title)];
        lines.extend(self.callouts.iter().map(|callout| format!("{}: {}", callout.word, callout.text)));
        lines.push(self.text.clone());
        lines.extend(self.command.iter().map(|command| format!("run: {command}")));
        lines.extend(self.facts.iter().map(|(name, fact)| format!("{name}: {fact}")));
        lines.extend(self.options.iter().map(|(id, title, _)| format!("option {id}: {title}")));
        lines.join("\n")
    }
}

/// Writes a sheet.
struct Pen<'a> {
    run: &'a Run,
    item: &'a Item,
    sheet: Sheet,
}

impl Pen<'_> {
    fn take(&mut self, filled: Filled) -> String {
        self.sheet.missing.extend(filled.missing);
        filled.text
    }

    fn fill(&mut self, template: &Template) -> String {
        let filled = self.run.plan().fill(self.run.runbook(), self.run.values(), self.item, template);
        self.take(filled)
    }

    fn fact(&mut self, name: &'static str, template: Option<&Template>) {
        if let Some(template) = template {
            let text = self.fill(template);
            self.sheet.facts.push((name, text));
        }
    }

    fn moment(&mut self, name: &'static str, logic: Option<&Logic>) {
        let Some(logic) = logic else { return };
        let value = self.run.plan().value(self.run.runbook(), self.run.values(), self.item, logic);
        let text =
            value.map_or_else(|names| names.into_iter().collect::<Vec<_>>().join(", "), |value| value.to_string());
        self.sheet.facts.push((name, text));
    }

    fn callouts(&mut self, callouts: &[crate::runbook::model::Callout]) {
        for level in [Level::Warning, Level::Caution, Level::Note] {
            for callout in callouts.iter().filter(|callout| callout.level == level) {
                let text = self.fill(&callout.text);
                self.sheet.callouts.push(Callout { word: level.word(), text });
            }
        }
    }

    fn step(&mut self, id: StepId) {
        let run = self.run;
        let step = run.runbook().step(id);
        if let Some(danger) = &step.danger {
            let text = self.fill(danger);
            self.sheet.callouts.push(Callout { word: "danger", text });
        }
        self.callouts(&step.callouts);
        self.sheet.text = step.text.as_ref().map(|text| self.fill(text)).unwrap_or_default();
        self.fact("on", step.on.as_deref());
        self.action(id, step);
        for link in &step.links {
            self.fact("link", Some(&link.url));
        }
    }

    fn action(&mut self, id: StepId, step: &Step) {
        match &step.action {
            Action::Run(command) => {
                self.command(id);
                self.fact("folder", command.dir.as_ref());
                if let Some(timeout) = command.timeout {
                    self.sheet.facts.push(("timeout", timeout.to_string()));
                }
            }
            Action::Check(check) => self.probes(&check.probes),
            Action::Choose(options) => {
                for option in options {
                    let title = self.fill(&option.title);
                    self.sheet.options.push((option.id.clone(), title, option.recommended));
                }
            }
            Action::Fetch(fetch) => {
                self.fact("fetch", Some(&fetch.url));
                self.fact("to", Some(&fetch.to));
                self.fact("sha256", fetch.sha256.as_ref());
            }
            Action::Package(package) => self.fact("archive", Some(&package.file)),
            Action::Wait(wait) => match &wait.until {
                Until::Passed(length) => self.sheet.facts.push(("wait", length.to_string())),
                Until::Moment(moment) => self.moment("wait until", Some(moment)),
                Until::Good(probes) => self.probes(probes),
            },
            Action::Manual | Action::Heading(_) | Action::Call(_) => {}
        }
    }

    fn command(&mut self, id: StepId) {
        use crate::runbook::plan::FilledCommand;
        let run = self.run;
        let Some(command) = run.plan().command(run.runbook(), run.values(), self.item, id) else { return };
        self.sheet.command = Some(command.shown());
        let parts = match command {
            FilledCommand::Shell(line) => vec![line],
            FilledCommand::Words(words) => words,
        };
        self.sheet.missing.extend(parts.into_iter().flat_map(|part| part.missing));
    }

    fn probes(&mut self, probes: &[ProbeRef]) {
        let runbook = self.run.runbook();
        for probe in probes {
            let probe = match probe {
                ProbeRef::Status(book, index) => &runbook.book(*book).probes[*index as usize],
                ProbeRef::Own(probe) => probe,
            };
            match &probe.title {
                // The title of a looped probe speaks of a round that may not be this item's.
                Some(title) if probe.each.is_none() => self.fact("check", Some(title)),
                _ => self.sheet.facts.push(("check", probe_words(probe))),
            }
        }
    }
}

fn probe_words(probe: &crate::runbook::model::Probe) -> String {
    let name = if probe.name.is_empty() { "looks once" } else { &probe.name };
    format!("{name} ({})", probe.look.word())
}
