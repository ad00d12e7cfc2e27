//! An order made of a runbook's step: its texts filled with values, its secrets put where nobody reads them.
//!
//! In a command line a secret is the name of a variable; in the environment it is the value itself.
//! What is not known, or would be read as an option, keeps the order from being made.

use std::collections::BTreeSet;
use std::fmt;

use super::judge::{Expected, ExpectedOutput};
use super::order::{Limits, Line, Order, Secret, Size};
use crate::runbook::model::{CommandLine, Expect, Output, Piece, Run, Runbook, Template};
use crate::runbook::plan::{Filled, FilledCommand, Plan, Scope, Values, secret_variable};
use crate::runbook::value::{Kind, Value};
use crate::text::Shown;

/// How many names are told.
const MOST_TOLD: usize = 5;

/// Says why a command cannot be run with the values there are.
#[derive(Clone, Debug, Default, PartialEq, Eq, thiserror::Error)]
pub struct Unready {
    /// The names that have no value.
    pub missing: BTreeSet<String>,
    /// The values that would be read as options.
    pub refused: BTreeSet<String>,
}

impl fmt::Display for Unready {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let told = |texts: &BTreeSet<String>| {
            let texts: Vec<_> =
                texts.iter().take(MOST_TOLD).map(|text| Shown::line_limited(text, 60).to_string()).collect();
            texts.join(", ")
        };
        if self.refused.is_empty() {
            let missing: BTreeSet<_> = self.missing.iter().map(|name| format!("‹{name}›")).collect();
            return write!(f, "waits for {}", told(&missing));
        }
        write!(f, "these values begin with `-` and would be read as options: {}", told(&self.refused))
    }
}

impl Unready {
    pub(in crate::exec) fn or<T>(self, ready: T) -> Result<T, Self> {
        if self.missing.is_empty() && self.refused.is_empty() { Ok(ready) } else { Err(self) }
    }

    /// Takes a text that was filled, and keeps what was wrong with it.
    fn take(&mut self, filled: Filled) -> String {
        self.missing.extend(filled.missing);
        self.refused.extend(filled.refused);
        filled.text
    }
}

/// Is what an item's texts are filled with.
#[derive(Clone, Copy)]
pub struct Filling<'a> {
    /// The plan that the item stands in.
    pub plan: &'a Plan,
    /// The runbook.
    pub runbook: &'a Runbook,
    /// The values so far.
    pub values: &'a Values,
    /// Where its names are looked up: an item, or a probe of the plan.
    pub item: &'a dyn AsRef<Scope>,
    /// Gives the value of a secret, by the name of its input.
    pub secrets: &'a dyn Fn(&str) -> Option<Secret>,
}

impl Filling<'_> {
    /// Makes the order to run a command, on a host if one is named; what else is to be masked is added by the caller.
    ///
    /// # Errors
    ///
    /// Says which values keep it from being run.
    pub fn order(&self, run: &Run, on: Option<&Template>) -> Result<Order, Unready> {
        let mut unready = Unready::default();
        let mut order = self.plain(&run.command, on, &mut unready);
        order.terminal = run.interactive.then(Size::default);
        order.folder = run.dir.as_ref().map(|dir| unready.take(self.fill(dir)));
        order.limits = Limits { timeout: run.timeout.map(|timeout| timeout.as_std()), ..Limits::default() };
        for (name, template) in &run.env {
            match self.setting(template, &mut unready) {
                Setting::Plain(value) => order.environment.push((name.clone(), value)),
                Setting::Hidden(value) => order.secrets.push((name.clone(), value)),
            }
        }
        unready.or(order)
    }

    /// Fills what is expected of a command.
    ///
    /// # Errors
    ///
    /// Says which values are not known.
    pub fn expected(&self, expect: &Expect) -> Result<Expected, Unready> {
        let mut unready = Unready::default();
        let mut output = |output: &Output| ExpectedOutput {
            contains: output.contains.iter().map(|text| unready.take(self.fill(text))).collect(),
            matches: output.matches.clone(),
            number: output.number,
        };
        let expected = Expected {
            exit: expect.exit.clone(),
            output: output(&expect.output),
            out: expect.stdout.as_ref().map(&mut output),
            err: expect.stderr.as_ref().map(&mut output),
            unit: expect.unit.clone(),
            json: expect.json.clone(),
            within: expect.within,
        };
        unready.or(expected)
    }

    /// Makes the order of a command alone, with the secrets that stand in its line.
    pub(in crate::exec) fn plain(&self, command: &CommandLine, on: Option<&Template>, unready: &mut Unready) -> Order {
        let mut order = Order::new(self.line(command, unready));
        order.host = on.map(|on| unready.take(self.fill(on)));
        if let CommandLine::Shell(template, _) = command {
            self.name_secrets(template, (&mut order, unready));
        }
        order
    }

    /// Fills a text that nobody sees, with its secrets in it.
    pub(in crate::exec) fn hidden(&self, template: &Template, unready: &mut Unready) -> Secret {
        match self.setting(template, unready) {
            Setting::Plain(text) => Secret::new(text),
            Setting::Hidden(secret) => secret,
        }
    }

    /// Fills a text.
    pub(in crate::exec) fn text(&self, template: &Template, unready: &mut Unready) -> String {
        unready.take(self.fill(template))
    }

    fn fill(&self, template: &Template) -> Filled {
        self.plan.fill(self.runbook, self.values, self.item, template)
    }

    fn line(&self, command: &CommandLine, unready: &mut Unready) -> Line {
        match self.plan.fill_command(self.runbook, self.values, self.item, command) {
            FilledCommand::Shell(line) => Line::Shell(unready.take(line)),
            FilledCommand::Words(words) => Line::Words(words.into_iter().map(|word| unready.take(word)).collect()),
        }
    }

    /// Adds the variables that stand in a line for its secrets.
    fn name_secrets(&self, template: &Template, (order, unready): (&mut Order, &mut Unready)) {
        for (logic, _) in template.values() {
            let Ok(Value::Secret(input)) = self.plan.value(self.runbook, self.values, self.item, logic) else {
                continue;
            };
            let name = secret_variable(&input);
            if order.secrets.iter().any(|(known, _)| *known == name) {
                continue;
            }
            match (self.secrets)(&input) {
                Some(secret) => order.secrets.push((name, secret)),
                None => drop(unready.missing.insert(input)),
            }
        }
    }

    /// Fills a text of the environment, with its secrets in it.
    fn setting(&self, template: &Template, unready: &mut Unready) -> Setting {
        if !template.values().any(|(_, kind)| *kind == Kind::Secret) {
            return Setting::Plain(unready.take(self.fill(template)));
        }
        let mut text = String::new();
        for part in &template.parts {
            match part {
                Piece::Text(plain) => text.push_str(plain),
                Piece::Value(value) => text.push_str(&self.revealed(value, unready)),
            }
        }
        Setting::Hidden(Secret::new(text))
    }

    fn revealed(&self, value: &(crate::runbook::model::Logic, Kind), unready: &mut Unready) -> String {
        match self.plan.value(self.runbook, self.values, self.item, &value.0) {
            Ok(Value::Secret(input)) => match (self.secrets)(&input) {
                Some(secret) => return secret.reveal().to_owned(),
                None => drop(unready.missing.insert(input)),
            },
            Ok(value) => return value.to_string(),
            Err(missing) => unready.missing.extend(missing),
        }
        String::new()
    }
}

/// Is a text of the environment.
enum Setting {
    Plain(String),
    Hidden(Secret),
}
