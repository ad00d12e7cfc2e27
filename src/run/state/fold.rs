//! How each kind of event changes a run.
//!
//! What does not fit the runbook any more is kept in the trail and otherwise left alone, so that the
//! journal of another version can be read as far as it is understood.

use super::*;
use crate::run::replay::Basis;
use crate::run::roster::Level;
use crate::runbook::format::Kind as InputKind;
use crate::runbook::plan::TooLarge;
use crate::runbook::value::{Kind, Value};

impl Run {
    /// Begins a run with its first record.
    pub(in crate::run) fn begin(basis: Basis, at: Head, event: &Event) -> Option<Result<Self, TooLarge>> {
        let What::RunStarted(start) = &event.what else { return None };
        let Basis { runbook, roster } = basis;
        let values = first_values(&runbook, start);
        let plan = match plan(&runbook, &values) {
            Ok(plan) => plan,
            Err(error) => return Some(Err(error)),
        };
        let mut run = Self {
            runbook,
            start: (**start).clone(),
            roster,
            people: vec![event.stamp.who.clone()],
            refused: HashMap::new(),
            values,
            plan,
            standings: Vec::new(),
            places: HashMap::new(),
            items: HashMap::new(),
            notes: Vec::new(),
            trail: Vec::new(),
            heads: vec![at.hash],
            values_at: 0,
            acted_at: at.n,
            closed: None,
            unknown: 0,
        };
        run.settle();
        run.trail.push(Entry::of(&run, at.n, event));
        Some(Ok(run))
    }

    /// Takes a record that is durable: the only way a run changes.
    pub fn apply(&mut self, at: Head, event: &Event) {
        self.take(at, event);
        self.settle();
    }

    /// Takes a record and leaves how the items stand to [`Run::settle`], which looks at each of them.
    pub(in crate::run) fn take(&mut self, at: Head, event: &Event) {
        self.heads.push(at.hash);
        if event.is_by_person() {
            self.acted_at = at.n;
        }
        match &event.what {
            What::RunStarted(_) | What::Unknown(_) => self.unknown += 1,
            What::RunClosed { result } => self.closed = Some(result.clone()),
            What::JournalRecovered | What::ClockRead(_) | What::HungUp => {}
            What::PersonJoined => self.join(&event.stamp.who),
            What::IdentityRefused { level: Level::Pin, .. } => {
                *self.refused.entry(event.stamp.who.id.clone()).or_default() += 1;
            }
            What::IdentityRefused { .. } => {}
            What::StepSigned(signed) => {
                self.join(&event.stamp.who);
                if signed.level == Level::Pin {
                    self.refused.remove(&event.stamp.who.id);
                }
                let role = signed.role.clone();
                self.touch(&signed.step, at.n).signatures.push((event.stamp.who.clone(), role));
                self.end_if_done(&signed.step);
            }
            What::StepConfirmed { step } => {
                self.touch(step, at.n).confirmed = true;
                self.end_if_done(step);
            }
            What::OptionChosen { step, option, values } => self.choose(at.n, (step, option), values),
            What::ValuesRecorded { step, values } => {
                self.touch(step, at.n);
                self.record(step, values);
                self.replan(at.n);
            }
            What::NoteAdded { step, text } => {
                let (who, step, text) = (event.stamp.who.clone(), step.clone(), text.clone());
                self.notes.push(Note { n: at.n, who, step, text });
            }
        }
        self.trail.push(Entry::of(self, at.n, event));
    }

    fn join(&mut self, who: &Person) {
        if !self.people.iter().any(|person| person.id == who.id) {
            self.people.push(who.clone());
        }
    }

    fn touch(&mut self, step: &str, n: u64) -> &mut Done {
        let done = self.items.entry(step.to_owned()).or_default();
        done.at = n;
        done
    }

    fn choose(&mut self, n: u64, (step, option): (&str, &str), values: &[(String, Answer)]) {
        self.touch(step, n).chosen = Some(option.to_owned());
        self.values.choose(step, option);
        self.record(step, values);
        self.replan(n);
    }

    fn record(&mut self, step: &str, values: &[(String, Answer)]) {
        for (name, answer) in values {
            if let Some(value) = self.value_of(step, name, answer) {
                self.values.record(step, name, value);
                self.items.entry(step.to_owned()).or_default().recorded.insert(name.clone());
            }
        }
    }

    /// Reads a value that a step gives; nothing when the step does not give it or it does not fit.
    pub(in crate::run) fn value_of(&self, item: &str, name: &str, answer: &Answer) -> Option<Value> {
        let step = self.plan.item(item)?.kind.step()?;
        let index = self.runbook.step(step).values().position(|(value, _)| value == name)?;
        let (_, declared) = crate::run::answer::declared(&self.runbook, step, u32::try_from(index).ok()?)?;
        answer.value(name, declared.map_or_else(|kind| kind, |input| input.kind))
    }

    /// Gives the plan that values would make.
    pub(in crate::run) fn plan_with(&self, change: impl FnOnce(&mut Values)) -> Result<Plan, TooLarge> {
        let mut values = self.values.clone();
        change(&mut values);
        plan(&self.runbook, &values)
    }

    fn end_if_done(&mut self, step: &str) {
        if self.is_done(step) {
            self.values.end(step, "done");
            self.lay_out();
        }
    }

    fn replan(&mut self, n: u64) {
        self.values_at = n;
        self.lay_out();
    }

    fn lay_out(&mut self) {
        // A plan that became too large was refused before it was recorded; then the last one stays.
        if let Ok(plan) = plan(&self.runbook, &self.values) {
            self.plan = plan;
        }
    }

    /// Finds how every item stands.
    pub(in crate::run) fn settle(&mut self) {
        self.places = self.plan.items.iter().enumerate().map(|(at, item)| (Arc::clone(&item.id), at)).collect();
        self.standings = outline(self);
    }
}

fn first_values(runbook: &Runbook, start: &Start) -> Values {
    let mut values = Values::default();
    values.run_id = Some(start.run.clone());
    for input in &runbook.main().inputs {
        let answer = start.answers.iter().find(|(name, _)| **name == *input.name).map(|(_, answer)| answer);
        let answer = answer.or((input.kind == InputKind::Secret).then_some(&Answer::Secret));
        if let Some(value) = answer.and_then(|answer| answer.value(&input.name, input.kind)) {
            values.answer("", &input.name, value);
        }
    }
    let moment = |text: &String| match Value::coerce(text, &Kind::Moment) {
        Ok(Value::Moment(moment)) => Some(moment),
        _ => None,
    };
    values.window_start = start.window.as_ref().and_then(|(start, _)| moment(start));
    values.window_end = start.window.as_ref().and_then(|(_, end)| moment(end));
    values
}
