//! What there is to say about an item, whatever the form it is printed in.

use super::Sheet;
use crate::runbook::model::{Action, Callout, CommandLine, Link, ProbeRef, Sign, Step, StepId, Template, Then, Until};
use crate::runbook::plan::{Item, ItemKind, ItemState};
use crate::text::Shown;

/// A line beside an item: a word that says what it is, and the text.
pub(super) struct Line {
    pub(super) word: &'static str,
    pub(super) text: Shown,
}

impl Sheet<'_> {
    /// Returns the title of an item.
    pub(super) fn title(&self, item: &Item) -> Shown {
        Shown::line(&self.plan.title(self.runbook, self.values, item).text)
    }

    /// Fills a text for an item.
    pub(super) fn text(&self, item: &Item, template: &Template) -> Shown {
        Shown::text(self.plan.fill(self.runbook, self.values, item, template).text.trim_end())
    }

    /// Returns what is to be known before acting: callouts, the danger.
    pub(super) fn before(&self, item: &Item) -> Vec<Line> {
        let (callouts, danger): (&[Callout], _) = match item.kind {
            ItemKind::Activity(activity) => (&self.runbook.activity(activity).callouts, None),
            ItemKind::BackOut(book) => {
                (self.runbook.book(book).back_out.as_ref().map_or(&[], |back_out| &back_out.callouts), None)
            }
            kind => match kind.step() {
                Some(step) => (&self.runbook.step(step).callouts, self.runbook.step(step).danger.as_deref()),
                None => (&[], None),
            },
        };
        let danger = danger.map(|danger| Line { word: "danger", text: self.text(item, danger) });
        let callouts =
            callouts.iter().map(|callout| Line { word: callout.level.word(), text: self.text(item, &callout.text) });
        danger.into_iter().chain(callouts).collect()
    }

    /// Returns why an item is not to be done, or what it waits for.
    pub(super) fn state(&self, item: &Item) -> Option<Line> {
        let names = |names: &std::collections::BTreeSet<String>| {
            Shown::line(&names.iter().cloned().collect::<Vec<_>>().join(", "))
        };
        match &item.state {
            ItemState::Open => {
                let waits = self.plan.waits_for(self.runbook, self.values, item);
                (!waits.is_empty()).then(|| Line { word: "waits for", text: names(&waits) })
            }
            ItemState::Undecided(waits) => Some(Line { word: "depends on", text: names(waits) }),
            ItemState::Growing(waits) => Some(Line { word: "for each", text: names(waits) }),
            ItemState::NotApplicable(why) => Some(Line { word: "n/a", text: Shown::line(why) }),
        }
    }

    /// Returns what is done in a step.
    pub(super) fn action(&self, item: &Item, step: StepId) -> Vec<Line> {
        let found = self.runbook.step(step);
        let mut lines = Vec::new();
        let mut say = |word, text: String| lines.push(Line { word, text: Shown::text(&text) });
        let fill = |template: &Template| self.plan.fill(self.runbook, self.values, item, template).text;
        match &found.action {
            Action::Manual | Action::Heading(_) => {}
            Action::Run(run) => {
                let command = self.plan.fill_command(self.runbook, self.values, item, &run.command);
                say("run", command.shown());
                for value in command.refused() {
                    say("refused", format!("{value} begins with `-`, and the command would take it for an option"));
                }
            }
            Action::Check(check) => {
                say("check", self.probes(item, &check.probes));
                if let Some(limit) = check.at_most {
                    let steady = check.steady.map(|steady| format!(", good for {steady}")).unwrap_or_default();
                    say("wait", format!("at most {limit}{steady}"));
                }
            }
            Action::Choose(options) => {
                for option in options {
                    let mark = if option.recommended { " (recommended)" } else { "" };
                    say("option", format!("{}{mark}{}", fill(&option.title), said_then(self, option.then)));
                }
            }
            Action::Fetch(fetch) => say("fetch", format!("{} to {}", fill(&fetch.url), fill(&fetch.to))),
            Action::Package(package) => say("package", fill(&package.file)),
            Action::Wait(wait) => say(
                "wait",
                match &wait.until {
                    Until::Passed(length) => length.to_string(),
                    Until::Moment(moment) => match self.plan.value(self.runbook, self.values, item, moment) {
                        Ok(moment) => format!("until {moment}"),
                        Err(names) => format!("until ‹{}›", names.into_iter().collect::<Vec<_>>().join(", ")),
                    },
                    Until::Good(probes) => format!("until good: {}", self.probes(item, probes)),
                },
            ),
            Action::Call(call) => say("call", self.runbook.book(call.book).id.clone()),
        }
        for input in &found.record {
            say("record", format!("{}: ", fill(&input.ask)));
        }
        if let Some(undo) = &found.undo {
            say("undo", self.command(item, &undo.command));
        }
        lines
    }

    fn command(&self, item: &Item, command: &CommandLine) -> String {
        self.plan.fill_command(self.runbook, self.values, item, command).shown()
    }

    fn probes(&self, item: &Item, probes: &[ProbeRef]) -> String {
        let said = probes.iter().map(|probe| match probe {
            ProbeRef::Status(book, at) => self.runbook.book(*book).probes[*at as usize].name.clone(),
            ProbeRef::Own(probe) => match &probe.title {
                Some(title) => self.plan.fill(self.runbook, self.values, item, title).text,
                None => probe.look.word().to_owned(),
            },
        });
        said.collect::<Vec<_>>().join(", ")
    }

    /// Returns what may be read besides.
    pub(super) fn links(&self, item: &Item, links: &[Link]) -> Vec<Line> {
        let said = links.iter().map(|link| {
            let url = self.plan.fill(self.runbook, self.values, item, &link.url).text;
            link.title.as_ref().map_or_else(|| url.clone(), |title| format!("{title}: {url}"))
        });
        said.map(|text| Line { word: "see", text: Shown::line(&text) }).collect()
    }

    /// Returns who signs a step, one name for each signature.
    pub(super) fn signers(step: &Step) -> Vec<String> {
        match &step.sign {
            Sign::None => Vec::new(),
            Sign::People(count) => (1..=*count).map(|nth| format!("person {nth}")).collect(),
            Sign::Roles(roles) => roles.iter().map(|role| role.to_string()).collect(),
        }
    }
}

fn said_then(sheet: &Sheet<'_>, then: Then) -> String {
    match then {
        Then::Next => String::new(),
        Then::BackOut => "; then back out".to_owned(),
        Then::Stop => "; then stop".to_owned(),
        Then::RedoActivity(activity) => format!("; then again from {}", sheet.runbook.activity(activity).id),
        Then::RedoStep(step) => format!("; then again from {}", sheet.runbook.step(step).id),
    }
}
