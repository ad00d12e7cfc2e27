//! A step as a person reads it: every text of it with its values filled in.
//!
//! The screen draws a sheet, and a signature carries the hash of the same sheet, so that what was
//! signed is what was shown. Wrapping, colour and safety on a terminal are for whoever draws.

use std::collections::BTreeSet;

use super::{Item, ItemKind, Plan, Values};
use crate::runbook::model::{
    Action, Check, Choice, CommandLine, Level, Link, Logic, Look, ProbeRef, Run, Runbook, Step, StepId, Template, Then,
    Until, Wait,
};
use crate::time::Length;

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
}

/// Is a remark that stands before the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Callout {
    /// How loud it is: danger, warning, caution or note.
    pub word: &'static str,
    /// What it says.
    pub text: String,
}

impl Plan {
    /// Makes the sheet of an item.
    pub fn sheet(&self, runbook: &Runbook, values: &Values, item: &Item) -> Sheet {
        let sheet = Sheet { number: item.number.clone(), ..Sheet::default() };
        let mut pen = Pen { runbook, values, plan: self, item, sheet };
        pen.sheet.title = self.title(runbook, values, item).text;
        match item.kind {
            ItemKind::Activity(id) => {
                let activity = runbook.activity(id);
                pen.callouts(&activity.callouts);
                pen.text(activity.text.as_ref());
                pen.moment("not before", activity.not_before.as_ref());
                pen.links(&activity.links);
            }
            ItemKind::Requirements(book) => pen.text(runbook.book(book).about.as_ref()),
            ItemKind::BackOut(book) => {
                if let Some(back_out) = &runbook.book(book).back_out {
                    pen.callouts(&back_out.callouts);
                    pen.text(back_out.text.as_ref());
                    pen.fact("when", back_out.when_to.as_ref());
                }
            }
            ItemKind::Requirement(id) | ItemKind::Prerequisite(id) | ItemKind::Step(id) => pen.step(id),
            ItemKind::Undo(_) => {
                if let Some(run) = self.run_of(runbook, item) {
                    pen.run(run);
                }
            }
        }
        pen.sheet
    }
}

impl Sheet {
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
    runbook: &'a Runbook,
    values: &'a Values,
    plan: &'a Plan,
    item: &'a Item,
    sheet: Sheet,
}

impl Pen<'_> {
    fn fill(&self, template: &Template) -> String {
        self.plan.fill(self.runbook, self.values, self.item, template).text
    }

    fn text(&mut self, text: Option<&Template>) {
        self.sheet.text = text.map(|text| self.fill(text)).unwrap_or_default();
    }

    fn say(&mut self, name: &'static str, text: String) {
        self.sheet.facts.push((name, text));
    }

    fn fact(&mut self, name: &'static str, template: Option<&Template>) {
        if let Some(template) = template {
            let text = self.fill(template);
            self.say(name, text);
        }
    }

    fn moment(&mut self, name: &'static str, logic: Option<&Logic>) {
        let Some(logic) = logic else { return };
        let value = self.plan.value(self.runbook, self.values, self.item, logic);
        let waits =
            |names: BTreeSet<String>| names.into_iter().map(|name| format!("‹{name}›")).collect::<Vec<_>>().join(" ");
        self.say(name, value.map_or_else(waits, |value| value.to_string()));
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
        let step = self.runbook.step(id);
        if let Some(danger) = &step.danger {
            let text = self.fill(danger);
            self.sheet.callouts.push(Callout { word: "danger", text });
        }
        self.callouts(&step.callouts);
        self.text(step.text.as_deref());
        self.fact("on", step.on.as_deref());
        self.action(step);
        for input in &step.record {
            self.fact("record", Some(&input.ask));
        }
        self.undo(step);
        self.links(&step.links);
    }

    fn links(&mut self, links: &[Link]) {
        for link in links {
            let url = self.fill(&link.url);
            let text = link.title.as_ref().map_or_else(|| url.clone(), |title| format!("{title}: {url}"));
            self.say("link", text);
        }
    }

    fn action(&mut self, step: &Step) {
        match &step.action {
            Action::Run(run) => self.run(run),
            Action::Check(check) => self.check(check),
            Action::Choose(options) => options.iter().for_each(|option| self.option(option)),
            Action::Fetch(fetch) => {
                self.fact("fetch", Some(&fetch.url));
                self.fact("to", Some(&fetch.to));
                self.fact("sha256", fetch.sha256.as_ref());
            }
            Action::Package(package) => self.fact("package", Some(&package.file)),
            Action::Wait(wait) => self.wait(wait),
            Action::Call(call) => self.say("call", self.runbook.book(call.book).id.clone()),
            Action::Manual | Action::Heading(_) => {}
        }
    }

    fn run(&mut self, run: &Run) {
        self.command(&run.command);
        self.fact("folder", run.dir.as_ref());
        if run.interactive {
            self.say("terminal", "goes to the command, which asks questions".to_owned());
        }
        if let Some(timeout) = run.timeout {
            self.say("timeout", timeout.to_string());
        }
    }

    fn option(&mut self, option: &Choice) {
        let title = self.fill(&option.title);
        let then = match option.then {
            Then::Next => String::new(),
            Then::BackOut => "; then back out".to_owned(),
            Then::Stop => "; then stop".to_owned(),
            Then::RedoActivity(id) => format!("; then again from “{}”", self.fill(&self.runbook.activity(id).title)),
            Then::RedoStep(id) => format!("; then again from “{}”", self.fill(&self.runbook.step(id).title)),
        };
        self.sheet.options.push((option.id.clone(), format!("{title}{then}"), option.recommended));
    }

    fn command(&mut self, command: &CommandLine) {
        let command = self.plan.fill_command(self.runbook, self.values, self.item, command);
        self.sheet.command = Some(command.shown());
        for value in command.refused() {
            self.sheet
                .facts
                .push(("refused", format!("{value} begins with `-`, and the command would take it for an option")));
        }
    }

    /// Says what takes the step back; what it waits for is known when it is needed.
    fn undo(&mut self, step: &Step) {
        if let Some(undo) = &step.undo {
            let command = self.plan.fill_command(self.runbook, self.values, self.item, &undo.command);
            self.say("undo", command.shown());
        }
    }

    fn check(&mut self, check: &Check) {
        self.probes(&check.probes);
        self.limits(check.at_most, check.steady);
    }

    fn wait(&mut self, wait: &Wait) {
        match &wait.until {
            Until::Passed(length) => self.say("wait", length.to_string()),
            Until::Moment(moment) => self.moment("wait until", Some(moment)),
            Until::Good(probes) => self.probes(probes),
        }
        self.limits(wait.at_most, wait.steady);
    }

    fn limits(&mut self, at_most: Option<Length>, steady: Option<Length>) {
        let at_most = at_most.map(|length| format!("at most {length}"));
        let steady = steady.map(|length| format!("good for {length}"));
        let said: Vec<_> = at_most.into_iter().chain(steady).collect();
        if !said.is_empty() {
            self.say("wait", said.join(", "));
        }
    }

    fn probes(&mut self, probes: &[ProbeRef]) {
        for probe in probes {
            let probe = match probe {
                ProbeRef::Status(book, index) => &self.runbook.book(*book).probes[*index as usize],
                ProbeRef::Own(probe) => probe,
            };
            match &probe.title {
                // The title of a looped probe speaks of a round that may not be this item's.
                Some(title) if probe.each.is_none() => self.fact("check", Some(title)),
                _ if probe.name.is_empty() => self.look(&probe.look),
                _ => self.say("check", format!("{} ({})", probe.name, probe.look.word())),
            }
        }
    }

    /// Says what a check of its own looks at.
    fn look(&mut self, look: &Look) {
        let at = match look {
            Look::Http(http) => self.fill(&http.url),
            Look::Tcp(at) | Look::Tail(at) | Look::Disk(at) | Look::Dns(at) => self.fill(at),
            Look::Run(command) => {
                self.plan.fill_command(self.runbook, self.values, self.item, command).shown().trim_end().to_owned()
            }
        };
        self.say("check", format!("{}: {at}", look.word()));
    }
}
