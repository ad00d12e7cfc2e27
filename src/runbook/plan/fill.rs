//! Values into texts and commands, for one item of a plan.

use std::collections::BTreeSet;

use super::names::Names;
use super::{Item, ItemKind, ItemState, Plan, Scope, Values};
use crate::runbook::expression::{Operand, eval, text};
use crate::runbook::model::{Action, CommandLine, Logic, Piece, Run, Runbook, Template, each_text_of};
use crate::runbook::shell::Slot;
use crate::runbook::value::Value;

/// A text with its values, and the names that were not known; those are shown as ‹name›.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filled {
    /// The text.
    pub text: String,
    /// The names that are not known.
    pub missing: BTreeSet<String>,
    /// Values that the command would take for options, because they begin with `-`; it must not be run with them.
    pub refused: BTreeSet<String>,
}

/// A command with its values, and the names that were not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FilledCommand {
    /// A line for `sh -c`.
    Shell(Filled),
    /// A program and its words.
    Words(Vec<Filled>),
}

impl FilledCommand {
    /// Returns the values with which the command must not be run.
    pub fn refused(&self) -> impl Iterator<Item = &str> {
        self.parts().iter().flat_map(|part| part.refused.iter().map(String::as_str))
    }

    /// Returns the names in it that are not known.
    pub fn missing(&self) -> impl Iterator<Item = &String> {
        self.parts().iter().flat_map(|part| &part.missing)
    }

    fn parts(&self) -> &[Filled] {
        match self {
            Self::Shell(line) => std::slice::from_ref(line),
            Self::Words(words) => words,
        }
    }

    /// Returns the command as a person reads it.
    pub fn shown(&self) -> String {
        match self {
            Self::Shell(line) => line.text.clone(),
            Self::Words(words) => words.iter().map(|word| quoted(&word.text)).collect::<Vec<_>>().join(" "),
        }
    }
}

/// Returns a word in quotes when a reader could not tell where it ends.
fn quoted(word: &str) -> String {
    let plain = !word.is_empty() && word.chars().all(|c| c.is_ascii_alphanumeric() || "_./:@%+,-=".contains(c));
    if plain { word.to_owned() } else { format!("'{}'", word.replace('\'', "'\\''")) }
}

/// Returns the name of the environment variable that carries a secret to a command.
pub fn secret_variable(input: &str) -> String {
    format!("MOP_SECRET_{input}")
}

/// What stands before the id of an item in the id of the offer to take it back.
pub(super) const UNDO: &str = "back_out/undo/";

/// How long a text may become, in bytes; a longer one is cut, and what is cut counts as not known.
const MOST_BYTES: usize = 1024 * 1024;

impl Plan {
    /// Fills a text for an item, or for whatever else has names looked up.
    pub fn fill(
        &self,
        runbook: &Runbook,
        values: &Values,
        item: &(impl AsRef<Scope> + ?Sized),
        template: &Template,
    ) -> Filled {
        let names = self.names(runbook, values, item);
        let mut filled = Filled::default();
        for piece in &template.parts {
            if filled.is_cut() {
                break;
            }
            match piece {
                Piece::Text(text) => filled.text.push_str(text),
                Piece::Value(value) => {
                    filled.take(text(&value.0, &names).map_err(|(shown, missing)| (shown, missing.names)))
                }
            }
        }
        filled
    }

    /// Fills a command for an item; every value is quoted for the shell in its place.
    pub fn fill_command(
        &self,
        runbook: &Runbook,
        values: &Values,
        item: &(impl AsRef<Scope> + ?Sized),
        command: &CommandLine,
    ) -> FilledCommand {
        match command {
            CommandLine::Words(words) => {
                FilledCommand::Words(words.iter().map(|word| self.fill(runbook, values, item, word)).collect())
            }
            CommandLine::Shell(template, command) => {
                let names = self.names(runbook, values, item);
                let mut filled = Filled::default();
                let mut slots = command.slots().iter();
                for piece in &template.parts {
                    if filled.is_cut() {
                        break;
                    }
                    match (piece, piece.is_value().then(|| slots.next()).flatten()) {
                        (Piece::Text(text), _) => filled.text.push_str(text),
                        (Piece::Value(value), Some(slot)) => filled.quote(slot, eval(&value.0, &names)),
                        (Piece::Value(_), None) => {}
                    }
                }
                FilledCommand::Shell(filled)
            }
        }
    }

    /// Returns the value of an expression for an item.
    pub fn value(
        &self,
        runbook: &Runbook,
        values: &Values,
        item: &(impl AsRef<Scope> + ?Sized),
        logic: &Logic,
    ) -> Result<Value, BTreeSet<String>> {
        eval(logic, &self.names(runbook, values, item)).map_err(|missing| missing.names)
    }

    /// Returns the names that an item waits for: those in any of its texts that have no value yet.
    ///
    /// While there are any, the item is locked.
    pub fn waits_for(&self, runbook: &Runbook, values: &Values, item: &Item) -> BTreeSet<String> {
        let names = self.names(runbook, values, item);
        let mut waits = match &item.state {
            ItemState::Undecided(names) | ItemState::Growing(names) => names.clone(),
            ItemState::NotApplicable(_) => return BTreeSet::new(),
            ItemState::Open => BTreeSet::new(),
        };
        if let (ItemKind::Undo(_), Some(command)) = (item.kind, self.command(runbook, values, item)) {
            waits.extend(command.missing().cloned());
        }
        let Some(step) = item.kind.step().map(|step| runbook.step(step)) else { return waits };
        let own: Vec<_> = step.values().map(|(name, _)| name).collect();
        each_text_of(step, &mut |found| {
            let missing = found.template.values().filter_map(|(logic, _)| eval(logic, &names).err());
            waits.extend(missing.flat_map(|missing| missing.names).filter(|name| !own.contains(&name.as_str())));
        });
        waits
    }

    /// Returns the title of an item.
    pub fn title(&self, runbook: &Runbook, values: &Values, item: &Item) -> Filled {
        match item.kind {
            ItemKind::Requirements(_) => Filled { text: "Requirements".to_owned(), ..Filled::default() },
            ItemKind::Activity(activity) => self.fill(runbook, values, item, &runbook.activity(activity).title),
            ItemKind::BackOut(book) => match &runbook.book(book).back_out {
                Some(back_out) => self.fill(runbook, values, item, &back_out.title),
                None => Filled { text: "Back out".to_owned(), ..Filled::default() },
            },
            ItemKind::Undo(step) => {
                let done = item.id.strip_prefix(UNDO).and_then(|id| self.item(id));
                let number = done.map(|item| &*item.number).unwrap_or("?");
                let title = self.fill(runbook, values, item, &runbook.step(step).title);
                let remark = done.and_then(|item| values.remark_on_undone(&item.id));
                let remark = remark.map(|remark| format!(" ({remark})")).unwrap_or_default();
                Filled { text: format!("Undo {number}: {}{remark}", title.text), ..title }
            }
            ItemKind::Requirement(step) | ItemKind::Prerequisite(step) | ItemKind::Step(step) => {
                self.fill(runbook, values, item, &runbook.step(step).title)
            }
        }
    }

    /// Returns the command of an item, when it has one.
    pub fn command(&self, runbook: &Runbook, values: &Values, item: &Item) -> Option<FilledCommand> {
        Some(self.fill_command(runbook, values, item, &self.run_of(runbook, item)?.command))
    }

    /// Returns the command that belongs to an item: that of its step, or the one that takes a step back.
    pub fn run_of<'a>(&self, runbook: &'a Runbook, item: &Item) -> Option<&'a Run> {
        match item.kind {
            ItemKind::Undo(step) => runbook.step(step).undo.as_deref(),
            kind => match &runbook.step(kind.step()?).action {
                Action::Run(run) => Some(run),
                _ => None,
            },
        }
    }

    pub(super) fn names<'a>(
        &'a self,
        runbook: &'a Runbook,
        values: &'a Values,
        item: &'a (impl AsRef<Scope> + ?Sized),
    ) -> Names<'a> {
        Names { runbook, values, plan: self, scope: item.as_ref(), brief: false }
    }
}

impl Filled {
    /// Adds a value, quoted for its place in a command.
    fn quote(&mut self, slot: &Slot, value: Operand) {
        match value {
            Ok(Value::Secret(name)) => slot.variable(&secret_variable(&name), &mut self.text),
            Ok(Value::List(items)) => {
                let items: Vec<_> = items.iter().map(Value::to_string).collect();
                items.iter().for_each(|item| self.check_option(slot, item));
                slot.list(&items, &mut self.text);
            }
            Ok(value) => {
                let text = value.to_string();
                self.check_option(slot, &text);
                slot.text(&text, &mut self.text);
            }
            Err(missing) => {
                let shown: Vec<_> = missing.names.iter().map(|name| format!("‹{name}›")).collect();
                self.take(Err((shown.join(" "), missing.names)));
            }
        }
    }

    fn check_option(&mut self, slot: &Slot, value: &str) {
        if slot.may_read_as_option() && value.starts_with('-') {
            self.refused.insert(value.to_owned());
        }
    }

    /// Cuts a text that has become too long, and says so among the names that are not known.
    fn is_cut(&mut self) -> bool {
        let is_long = self.text.len() > MOST_BYTES;
        if is_long {
            self.text.truncate(self.text.floor_char_boundary(MOST_BYTES));
            self.text.push('…');
            self.missing.insert("the rest of a text of more than 1 MiB".to_owned());
        }
        is_long
    }

    fn take(&mut self, part: Result<String, (String, BTreeSet<String>)>) {
        match part {
            Ok(text) => self.text.push_str(&text),
            Err((shown, missing)) => {
                self.text.push_str(&shown);
                self.missing.extend(missing);
            }
        }
    }
}
