//! What there is to say about an item, whatever the form it is printed in.

use super::Paper;
use crate::runbook::model::{Sign, Step, Template};
use crate::runbook::plan::{Item, ItemState, Sheet};
use crate::text::Shown;

/// A line beside an item: a word that says what it is, and the text.
pub(super) struct Line {
    pub(super) word: &'static str,
    pub(super) text: Shown,
}

impl Paper<'_> {
    /// Returns all that is to be read of an item.
    pub(super) fn sheet(&self, item: &Item) -> Sheet {
        self.plan.sheet(self.runbook, self.values, item)
    }

    /// Returns the title of an item.
    pub(super) fn title(&self, item: &Item) -> Shown {
        Shown::line(&self.plan.title(self.runbook, self.values, item).text)
    }

    /// Fills a text for an item.
    pub(super) fn text(&self, item: &Item, template: &Template) -> Shown {
        Shown::text(self.plan.fill(self.runbook, self.values, item, template).text.trim_end())
    }

    /// Returns what is to be known before acting: the danger, warnings, cautions and notes.
    pub(super) fn before(sheet: &Sheet) -> Vec<Line> {
        sheet.callouts.iter().map(|callout| Line { word: callout.word, text: Shown::text(&callout.text) }).collect()
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

    /// Returns what is done in a step, and all that belongs to it.
    pub(super) fn action(sheet: &Sheet) -> Vec<Line> {
        let command = sheet.command.iter().map(|command| Line { word: "run", text: Shown::text(command) });
        let options = sheet.options.iter().map(|(_, title, recommended)| {
            let mark = if *recommended { " (recommended)" } else { "" };
            Line { word: "option", text: Shown::text(&format!("{title}{mark}")) }
        });
        let facts = sheet.facts.iter().map(|(word, fact)| Line { word, text: Shown::text(fact) });
        command.chain(options).chain(facts).collect()
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
