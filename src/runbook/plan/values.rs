//! What is known so far: answers, records, choices, outcomes and the window.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use chrono::{DateTime, FixedOffset, Offset, Utc};

use crate::id::nearest;
use crate::runbook::expression::OUTCOMES;
use crate::runbook::format::Kind as InputKind;
use crate::runbook::model::{Action, BookId, Input, Runbook, StepId};
use crate::runbook::value::{Kind, Value};

use super::listing::Listing;
use super::names::instance_id;

/// Everything known so far.
#[derive(Clone, Debug, Default)]
pub struct Values {
    /// Values by the id of the item that gave them; those of inputs by the id of the calling item, or `""`.
    by_item: HashMap<String, BTreeMap<String, Value>>,
    /// The chosen option, by the id of the item.
    chosen: HashMap<String, String>,
    /// How items ended, by their ids.
    outcomes: HashMap<String, String>,
    /// The rounds that the back-out returns from, by the name of the loop.
    rounds: HashMap<String, String>,
    /// The values and the choices as lines.
    listing: Listing,
    /// The items that a back-out offers to take back, in that order, each with what is to be known of it.
    undone: Vec<(String, Option<&'static str>)>,
    /// The beginning of the window.
    pub window_start: Option<DateTime<FixedOffset>>,
    /// The end of the window.
    pub window_end: Option<DateTime<FixedOffset>>,
    /// The id of the run.
    pub run_id: Option<String>,
}

/// Why a value could not be set.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SetError {
    /// Nothing has this name.
    #[error("there is no value called `{name}`{}", meant.as_ref().map(|meant| format!("; did you mean `{meant}`?")).unwrap_or_default())]
    Unknown {
        /// The name.
        name: String,
        /// What may be meant.
        meant: Option<String>,
    },
    /// The value does not fit.
    #[error("{name}: `{value}` does not fit: {help}")]
    Unfit {
        /// The name.
        name: String,
        /// The value.
        value: String,
        /// What to write instead.
        help: String,
    },
}

impl Values {
    /// Notes the value of an input; `frame` is the id of the calling item, or `""`.
    pub fn answer(&mut self, frame: &str, name: &str, value: Value) {
        let values = self.by_item.entry(frame.to_owned()).or_default();
        self.listing.value((frame, name), values.get(name), &value);
        values.insert(name.to_owned(), value);
    }

    /// Notes a value that an item recorded.
    pub fn record(&mut self, item: &str, name: &str, value: Value) {
        self.answer(item, name, value);
    }

    /// Notes which option was chosen in an item.
    pub fn choose(&mut self, item: &str, option: &str) {
        let was = self.chosen.insert(item.to_owned(), option.to_owned());
        self.listing.choice(item, was.as_deref(), Some(option));
    }

    /// Notes how an item ended.
    pub fn end(&mut self, item: &str, outcome: &str) {
        self.outcomes.insert(item.to_owned(), outcome.to_owned());
    }

    /// Notes the round of a loop that a back-out returns from.
    pub fn go_through(&mut self, name: &str, key: &str) {
        self.rounds.insert(name.to_owned(), key.to_owned());
    }

    /// Notes which items a back-out offers to take back, in that order, each with what is to be known of it.
    pub fn take_back(&mut self, items: Vec<(String, Option<&'static str>)>) {
        self.undone = items;
    }

    /// Forgets which option was chosen in an item, and how the item ended.
    pub fn reopen(&mut self, item: &str) {
        if let Some(was) = self.chosen.remove(item) {
            self.listing.choice(item, Some(&was), None);
        }
        self.outcomes.remove(item);
    }

    /// Returns the answer to an input of the runbook that was opened.
    pub fn answer_of(&self, name: &str) -> Option<&Value> {
        self.get("", name)
    }

    /// Returns the value that an item recorded.
    pub fn recorded(&self, item: &str, name: &str) -> Option<&Value> {
        self.get(item, name)
    }

    /// Gives every value on a line of its own, in an order that depends on nothing else; secrets by name.
    pub fn listing(&self) -> &Arc<str> {
        self.listing.text()
    }

    /// Tells whether the listing was wanted since something in it changed.
    pub fn is_listed(&self) -> bool {
        self.listing.is_made()
    }

    pub(super) fn get(&self, item: &str, name: &str) -> Option<&Value> {
        self.by_item.get(item).and_then(|values| values.get(name))
    }

    pub(super) fn option(&self, item: &str) -> Option<&str> {
        self.chosen.get(item).map(String::as_str)
    }

    pub(super) fn outcome(&self, item: &str) -> Option<&str> {
        self.outcomes.get(item).map(String::as_str)
    }

    pub(super) fn undone(&self) -> impl Iterator<Item = &str> {
        self.undone.iter().map(|(id, _)| id.as_str())
    }

    /// Says what is to be known of an item that is offered to be taken back.
    pub(super) fn remark_on_undone(&self, item: &str) -> Option<&'static str> {
        self.undone.iter().find(|(id, _)| id == item)?.1
    }

    pub(super) fn round(&self, name: &str) -> Option<&str> {
        self.rounds.get(name).map(String::as_str)
    }

    /// Takes what is proposed for every input that has no answer.
    pub fn take_defaults(&mut self, runbook: &Runbook) {
        for input in &runbook.main().inputs {
            if input.kind == InputKind::Secret {
                self.answer("", &input.name, Value::Secret(input.name.to_string()));
            }
            if let Some(default) = input.default.as_ref().filter(|_| self.get("", &input.name).is_none()) {
                self.answer("", &input.name, default.clone());
            }
        }
    }

    /// Sets a value by the name that expressions use, from the words of a command line.
    ///
    /// Several words make a list; one word makes a list of what its commas separate.
    pub fn set(&mut self, runbook: &Runbook, name: &str, words: &[&str]) -> Result<(), SetError> {
        let last = words.last().copied().unwrap_or_default();
        match name.split_once('.') {
            Some(("window", "start")) => self.window_start = Some(moment(name, last)?),
            Some(("window", "end")) => self.window_end = Some(moment(name, last)?),
            Some(("run", "id")) => self.run_id = Some(last.to_owned()),
            Some(("chosen", step)) => self.set_choice(runbook, name, step, last)?,
            Some(("outcome", step)) => self.set_outcome(runbook, name, step, last)?,
            _ => return self.set_plain(runbook, name, words),
        }
        Ok(())
    }

    fn set_plain(&mut self, runbook: &Runbook, name: &str, words: &[&str]) -> Result<(), SetError> {
        let (plain, key) = name.split_once('[').map_or((name, None), |(name, key)| (name, key.strip_suffix(']')));
        if let Some(input) = runbook.main().inputs.iter().find(|input| &*input.name == plain) {
            match key {
                None => self.answer("", name, read(input, words)?),
                Some(key) => self.answer_row(input, key, words)?,
            }
            return Ok(());
        }
        let main = runbook.steps.iter().enumerate().filter(|(_, step)| step.book == BookId(0));
        for (at, step) in main {
            if let Some((_, input)) = step.values().find(|(value, _)| *value == name) {
                let item = self.item_of(runbook, name, StepId(at as u32))?;
                let value = input.map_or_else(|| Ok(Value::Text(words.join(","))), |input| read(input, words))?;
                self.record(&item, name, value);
                return Ok(());
            }
        }
        let mut loops = runbook.main().activities.iter().filter_map(|activity| activity.each.as_ref());
        if loops.any(|each| &*each.name == name) {
            self.go_through(name, words.last().copied().unwrap_or_default());
            return Ok(());
        }
        let known: Vec<_> = runbook.main().inputs.iter().map(|input| &*input.name).collect();
        let recorded = runbook.steps.iter().flat_map(|step| step.values().map(|(name, _)| name));
        let meant = nearest(name, known.into_iter().chain(recorded)).map(str::to_owned);
        Err(SetError::Unknown { name: name.to_owned(), meant })
    }

    /// Notes one row of a table: the answer for one value.
    fn answer_row(&mut self, input: &Input, key: &str, words: &[&str]) -> Result<(), SetError> {
        if input.each.is_none() {
            return Err(unfit(&input.name, key, "it has one answer, not one for each value"));
        }
        let value = read_row(input, words)?;
        let mut rows = match self.get("", &input.name) {
            Some(Value::Table(rows)) => rows.clone(),
            _ => BTreeMap::new(),
        };
        rows.insert(key.to_owned(), value);
        self.answer("", &input.name, Value::Table(rows));
        Ok(())
    }

    fn set_choice(&mut self, runbook: &Runbook, name: &str, step: &str, option: &str) -> Result<(), SetError> {
        let found = find_step(runbook, name, step)?;
        let item = self.item_of(runbook, name, found)?;
        let Action::Choose(options) = &runbook.step(found).action else {
            return Err(unfit(name, option, "nothing is chosen in this step"));
        };
        if !options.iter().any(|choice| choice.id == option) {
            let ids: Vec<_> = options.iter().map(|choice| choice.id.as_str()).collect();
            return Err(unfit(name, option, &format!("choose one of: {}", ids.join(", "))));
        }
        self.choose(&item, option);
        Ok(())
    }

    fn set_outcome(&mut self, runbook: &Runbook, name: &str, step: &str, outcome: &str) -> Result<(), SetError> {
        let found = find_step(runbook, name, step)?;
        let item = self.item_of(runbook, name, found)?;
        if !OUTCOMES.contains(&outcome) {
            return Err(unfit(name, outcome, &format!("write one of: {}", OUTCOMES.join(", "))));
        }
        self.end(&item, outcome);
        Ok(())
    }

    /// Finds the one item of a step; a step in a loop has an item for each round, and needs `--set LOOP=VALUE`.
    fn item_of(&self, runbook: &Runbook, name: &str, step: StepId) -> Result<String, SetError> {
        let round = |name: &str| self.round(name).map(str::to_owned);
        instance_id(runbook, step, "", &round).ok_or_else(|| {
            unfit(name, "", "there is one for each round of a loop; name the round first, as in --set hop=10.2")
        })
    }
}

fn unfit(name: &str, value: &str, help: &str) -> SetError {
    SetError::Unfit { name: name.to_owned(), value: value.to_owned(), help: help.to_owned() }
}

fn moment(name: &str, text: &str) -> Result<DateTime<FixedOffset>, SetError> {
    match Value::coerce(text, &Kind::Moment) {
        Ok(Value::Moment(moment)) => Ok(moment),
        Ok(_) => Err(unfit(name, text, "write a time as 2026-03-01T22:00+01:00")),
        Err(help) => Err(unfit(name, text, &help)),
    }
}

fn find_step(runbook: &Runbook, name: &str, id: &str) -> Result<StepId, SetError> {
    let found = runbook.steps.iter().position(|step| step.book == BookId(0) && step.id == id);
    found.map(|at| StepId(at as u32)).ok_or_else(|| {
        let ids = runbook.steps.iter().map(|step| step.id.as_str());
        let meant = nearest(id, ids).map(|id| format!("{}.{id}", name.split('.').next().unwrap_or_default()));
        SetError::Unknown { name: name.to_owned(), meant }
    })
}

/// Reads the answer to an input.
pub fn read(input: &Input, words: &[&str]) -> Result<Value, SetError> {
    if input.each.is_some() {
        let help = format!("it has an answer for each value: --set {}[VALUE]=ANSWER", input.name);
        return Err(unfit(&input.name, &words.join(","), &help));
    }
    read_row(input, words)
}

/// Reads one answer: a value, or a list of them; where there is one for each value, that of one of them.
pub fn read_row(input: &Input, words: &[&str]) -> Result<Value, SetError> {
    if input.kind == InputKind::Secret {
        let help = "a secret is asked when the run starts, and never given on the command line";
        return Err(unfit(&input.name, "…", help));
    }
    let zone = Utc.fix();
    let one = |word: &str| {
        let value = Value::parse(input.kind, word, zone).map_err(|help| unfit(&input.name, word, &help))?;
        fits(input, value, word)
    };
    if !input.list {
        return words.last().map_or_else(|| Err(unfit(&input.name, "", "it needs a value")), |word| one(word));
    }
    let items: Vec<_> = match words {
        [only] => only.split(',').map(str::trim).filter(|word| !word.is_empty()).collect(),
        many => many.to_vec(),
    };
    check_count(input, items.len(), words)?;
    items.into_iter().map(one).collect::<Result<_, _>>().map(Value::List)
}

/// Tells whether a value that was given before is an answer to an input as it is declared now.
pub fn is_answer(input: &Input, value: &Value) -> bool {
    let fits_one = |value: &Value| fits(input, value.clone(), &value.to_string()).is_ok();
    let fits_row = |value: &Value| match value {
        Value::List(items) if input.list => check_count(input, items.len(), &[]).is_ok() && items.iter().all(fits_one),
        Value::List(_) | Value::Table(_) => false,
        one => !input.list && fits_one(one),
    };
    match value {
        Value::Table(rows) => input.each.is_some() && rows.values().all(fits_row),
        row => input.each.is_none() && fits_row(row),
    }
}

fn check_count(input: &Input, count: usize, words: &[&str]) -> Result<(), SetError> {
    let wanted = match (input.min, input.max) {
        (Some(min), _) if count < min as usize => format!("at least {min}"),
        (_, Some(max)) if count > max as usize => format!("at most {max}"),
        _ => return Ok(()),
    };
    Err(unfit(&input.name, &words.join(","), &format!("give {wanted}; this has {count}")))
}

/// Checks an answer against what the input allows.
fn fits(input: &Input, value: Value, word: &str) -> Result<Value, SetError> {
    if !input.one_of.is_empty() && !input.one_of.contains(&value) {
        let known: Vec<_> = input.one_of.iter().map(Value::to_string).collect();
        return Err(unfit(&input.name, word, &format!("write one of: {}", known.join(", "))));
    }
    if let Some(pattern) = &input.matches {
        let whole = regex::Regex::new(&format!("^(?:{pattern})$"));
        if whole.is_ok_and(|whole| !whole.is_match(word)) {
            let example = input.example.as_ref().map(|example| format!(", as in {example}")).unwrap_or_default();
            return Err(unfit(&input.name, word, &format!("it must match {pattern}{example}")));
        }
    }
    if let Value::Number(number) = value
        && !input.list
        && (input.min.is_some_and(|min| number < f64::from(min))
            || input.max.is_some_and(|max| number > f64::from(max)))
    {
        return Err(unfit(&input.name, word, "it is outside the range that the runbook allows"));
    }
    Ok(value)
}
