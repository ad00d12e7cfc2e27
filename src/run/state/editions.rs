//! Which edition of its runbook a run goes by, and how it reads what was answered at the start.

use std::sync::Arc;

use super::{Head, Layout, Run};
use crate::journal::Digest;
use crate::run::Answer;
use crate::run::edition::{Adopted, Adoption};
use crate::run::event::{Person, Start};
use crate::runbook::format::Kind as InputKind;
use crate::runbook::model::{Input, Runbook};
use crate::runbook::plan::{Shapers, Values, plan};
use crate::runbook::value::{Kind, Value};

/// The main file of the runbook that a run begins with, as its first record names it.
const RUNBOOK: &str = "runbook.yaml";
/// What the names of those that it calls begin with.
const CALLED: &str = "called-";

impl Run {
    /// Gives the editions of the runbook that it went over to, the last of which it goes by.
    pub fn adopted(&self) -> &[Adopted] {
        &self.adopted
    }

    /// Tells whether the runbook that it goes by was not brought along with the record that adopted it.
    pub fn is_lost(&self) -> bool {
        self.is_lost
    }

    /// Gives the SHA-256 of the runbook that it goes by, in the words of a statement.
    pub(in crate::run) fn runbook_sha256(&self) -> &str {
        let adopted = self.adopted.last().and_then(|adopted| adopted.files.first());
        let began_with = || self.start.files.iter().find(|(name, _)| name == RUNBOOK);
        adopted.or_else(began_with).map_or("-", |(_, hash)| hash)
    }

    /// Gives the hashes of the files of the runbook that it goes by, the main one first.
    pub(in crate::run) fn files_in_force(&self) -> impl Iterator<Item = Digest> {
        let is_book = |name: &str| name == RUNBOOK || name.starts_with(CALLED);
        let (files, is_first) = match self.adopted.last() {
            Some(adopted) => (&adopted.files, false),
            None => (&self.start.files, true),
        };
        let books = files.iter().filter(move |(name, _)| !is_first || is_book(name));
        books.filter_map(|(_, hash)| Digest::parse(hash.as_bytes()))
    }

    /// Goes by another edition of the runbook from here on; what was done stays, as it is the same there.
    pub(super) fn adopt(&mut self, at: Head, who: &Person, adoption: &Adoption) {
        let (who, why, files) = (who.clone(), adoption.why.clone(), adoption.files.clone());
        self.adopted.push(Adopted { n: at.n, who, why, files });
        self.values_at = at.n;
        let laid_out = adoption.runbook().and_then(|now| {
            let values = self.values_with(now);
            Some((Arc::clone(now), Arc::new(plan(now, &values).ok()?), values))
        });
        self.is_lost = laid_out.is_none();
        let Some((now, plan, values)) = laid_out else { return };
        (self.shapers, self.runbook) = (Arc::new(Shapers::of(&now)), now);
        (self.plan, self.values) = (plan, values);
        self.layout = Layout::of(self);
        self.reopen_spans();
    }

    /// Gives the values so far as another edition of the runbook reads them.
    pub(in crate::run) fn values_with(&self, now: &Runbook) -> Values {
        let mut values = self.values.clone();
        for (name, value) in answers_of(now, &self.start) {
            values.answer("", name, value);
        }
        values
    }
}

/// Reads what was answered at the start, as the inputs of a runbook are declared.
pub(in crate::run) fn answers_of<'a>(runbook: &'a Runbook, start: &Start) -> Vec<(&'a str, Value)> {
    let value = |input: &'a Input| {
        let answer = start.answers.iter().find(|(name, _)| **name == *input.name).map(|(_, answer)| answer);
        let answer = answer.or((input.kind == InputKind::Secret).then_some(&Answer::Secret));
        Some((&*input.name, answer?.value(&input.name, input.kind)?))
    };
    runbook.main().inputs.iter().filter_map(value).collect()
}

/// Makes the values that a run begins with.
pub(super) fn first_values(runbook: &Runbook, start: &Start) -> Values {
    let mut values = Values::default();
    values.run_id = Some(start.run.clone());
    for (name, value) in answers_of(runbook, start) {
        values.answer("", name, value);
    }
    let moment = |text: &String| match Value::coerce(text, &Kind::Moment) {
        Ok(Value::Moment(moment)) => Some(moment),
        _ => None,
    };
    values.window_start = start.window.as_ref().and_then(|(start, _)| moment(start));
    values.window_end = start.window.as_ref().and_then(|(_, end)| moment(end));
    values
}
