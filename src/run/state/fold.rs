//! How each kind of event changes a run.
//!
//! What does not fit the runbook any more is kept in the trail and otherwise left alone, so that the
//! journal of another version can be read as far as it is understood.

use super::editions::first_values;
use super::*;
use crate::run::Answer;
use crate::run::event::{Amendment, End, Found, Outcome, Proof, Signature, Stamp, Verdict};
use crate::run::proof::auth_words;
use crate::run::replay::Basis;
use crate::run::roster::Level;
use crate::runbook::model::Then;
use crate::runbook::plan::TooLarge;
use crate::runbook::value::Value;

impl Run {
    /// Begins a run with its first record.
    pub(in crate::run) fn begin(basis: Basis, at: Head, event: &Event) -> Option<Result<Self, TooLarge>> {
        let What::RunStarted(start) = &event.what else { return None };
        let Basis { runbook, roster } = basis;
        let values = first_values(&runbook, start);
        let plan = match plan(&runbook, &values) {
            Ok(plan) => Arc::new(plan),
            Err(error) => return Some(Err(error)),
        };
        let (who, session) = (event.stamp.who.clone(), event.stamp.session.clone());
        let mut run = Self {
            shapers: Arc::new(Shapers::of(&runbook)),
            runbook,
            start: (**start).clone(),
            roster,
            people: vec![who.clone()],
            refused: HashMap::new(),
            values,
            values_hash: OnceLock::new(),
            plan,
            layout: Layout::default(),
            items: HashMap::new(),
            finished: Vec::new(),
            running: Vec::new(),
            rounds: Vec::new(),
            spans: HashMap::new(),
            clock: RunClock::default(),
            driver: Some(Driver { who, session: session.clone() }),
            asking: None,
            lookout: session,
            rechecks: BTreeSet::new(),
            probes: BTreeMap::new(),
            back_out: None,
            adopted: Vec::new(),
            is_lost: false,
            stopped: None,
            is_late: false,
            ad_hoc: (0, false),
            notes: Vec::new(),
            attachments: Vec::new(),
            redlines: Vec::new(),
            amended: Vec::new(),
            trail: Vec::new(),
            heads: vec![at.hash],
            values_at: 0,
            laid_at: 0,
            acted_at: at.n,
            closed: None,
            unknown: 0,
        };
        run.clock.go_to(&event.stamp);
        run.layout = Layout::of(&run);
        run.trail.push(Entry::of(&run, at.n, event));
        Some(Ok(run))
    }

    /// Takes a record that is durable: the only way a run changes.
    pub fn apply(&mut self, at: Head, event: &Event) {
        self.heads.push(at.hash);
        self.clock.go_to(&event.stamp);
        if event.is_by_person() {
            self.acted_at = at.n;
        }
        self.take(at, event);
        if !self.values.is_listed() {
            self.values_hash = OnceLock::new();
        }
        self.trail.push(Entry::of(self, at.n, event));
    }

    fn take(&mut self, at: Head, event: &Event) {
        let (n, stamp) = (at.n, &event.stamp);
        if matches!(event.what, What::WheelTaken { .. } | What::PersonJoined { resumed: true }) {
            self.lookout.clone_from(&stamp.session);
        }
        match &event.what {
            What::RunStarted(_) | What::Unknown(_) => self.unknown += 1,
            What::JournalRecovered | What::ClockRead(_) | What::HungUp | What::SignatureRefused { .. } => {}
            What::PersonJoined { resumed } => self.join(&stamp.who, *resumed),
            What::PersonLeft => self.leave(stamp),
            What::WheelAsked => self.asking = Some(stamp.who.clone()),
            What::WheelKept => self.asking = None,
            What::WheelGiven { to } => self.steer(to.clone(), String::new()),
            What::WheelTaken { .. } => self.steer(stamp.who.clone(), stamp.session.clone()),
            What::IdentityRefused { level, .. } => self.refuse(&stamp.who, *level),
            What::StepSigned(signed) => self.sign(at, stamp, signed),
            What::StepConfirmed { step, verdict } => self.settle(at, stamp, (step, verdict)),
            What::OptionChosen { step, option, values } => self.choose(at, (step, option, values)),
            What::ValuesRecorded { step, values } => self.note_down(at, (step, values)),
            What::ActionStarted { step, attempt, .. } => self.start_action(at, stamp, (step, *attempt)),
            What::ActionEnded { step, attempt, end } => self.end_action(at, (step, *attempt, end)),
            What::ActionLost { step, attempt, why } => self.lose_action(at, (step, *attempt, why)),
            What::CancelAsked { step, .. } => self.touch(at, step, |work| work.is_cancelled = true),
            What::DoneByHand { step, why } => self.change(at, step, |work| {
                work.judge();
                work.by_hand = Some(why.clone());
            }),
            What::StepReopened { step, .. } => self.reopen(at, step, |_| {}),
            What::StepOverridden { step, why } => self.change(at, step, |work| {
                work.judge();
                work.overridden = Some(why.clone());
            }),
            What::DeferralHandedOver { step, .. } => self.touch(at, step, |work| {
                if let Some(settled) = &mut work.settled {
                    settled.is_handed_over = true;
                }
            }),
            What::ItemRechecked { step, why } => {
                self.rechecks.remove(step);
                self.touch(at, step, |work| work.regressed.clone_from(why));
            }
            What::ProbeChanged { probe, state, words, .. } => {
                let (words, since_ms) = (words.clone(), stamp.at_ms);
                self.probes.insert(probe.clone(), Watched { state: *state, words, since_ms, n });
            }
            What::OrderWaived { step, .. } => self.touch(at, step, |work| work.is_freed = true),
            What::TimeWaived { step: Some(step), .. } => self.touch(at, step, |work| work.is_late = true),
            What::TimeWaived { step: None, .. } => self.is_late = true,
            What::RunPaused { why } => {
                let (since_ms, who, why) = (stamp.at_ms, stamp.who.clone(), why.clone());
                self.clock.pause(Pause { since_ms, who, why });
            }
            What::RunContinued => self.clock.go_on(),
            What::AdHocStarted { number, .. } => self.ad_hoc = (*number, true),
            What::AdHocEnded { number, .. } => self.ad_hoc = (*number, false),
            What::RunbookAdopted(adoption) => self.adopt(at, &stamp.who, adoption),
            What::BackOutBegun { why, rounds, undo } => self.begin_back_out(at, &stamp.who, (why, rounds, undo)),
            What::NoteAdded { step, text } => {
                let (who, step, text) = (stamp.who.clone(), step.clone(), text.clone());
                self.notes.push(Note { n, who, step, text });
            }
            What::FileAttached { step, name, bytes, blob } => {
                let (step, name) = (step.clone(), name.clone());
                self.attachments.push(Attachment { n, step, name, bytes: *bytes, blob: *blob });
            }
            What::RecordAmended(Amendment { of, .. }) => self.amended.push((*of, n)),
            What::RedlineAdded { step, was, now, why } => {
                let (who, step, was, now, why) =
                    (stamp.who.clone(), step.clone(), was.clone(), now.clone(), why.clone());
                self.redlines.push(Redline { n, who, step, was, now, why });
            }
            What::RunClosed { result } => self.closed = Some(result.clone()),
        }
    }

    fn join(&mut self, who: &Person, resumed: bool) {
        if !self.people.iter().any(|person| person.id == who.id) {
            self.people.push(who.clone());
        }
        if resumed {
            let sensed = self.items.iter().filter(|(id, work)| work.proof() == Proof::Sensed && self.is_done(id));
            self.rechecks = sensed.map(|(id, _)| id.to_string()).collect();
        }
    }

    fn leave(&mut self, stamp: &Stamp) {
        if self.driver.as_ref().is_some_and(|driver| driver.session == stamp.session) {
            self.driver = None;
        }
        if self.asking.as_ref().is_some_and(|asking| asking.id == stamp.who.id) {
            self.asking = None;
        }
    }

    fn steer(&mut self, who: Person, session: String) {
        self.driver = Some(Driver { who, session });
        self.asking = None;
    }

    fn refuse(&mut self, who: &Person, level: Level) {
        if level == Level::Pin {
            *self.refused.entry(who.id.clone()).or_default() += 1;
        }
    }

    /// Changes what was done with an item; unless that is out of its turn, the run is there now.
    fn change(&mut self, at: Head, step: &str, change: impl FnOnce(&mut Work)) {
        let is_out_of_turn = self.items.get(step).is_some_and(|work| work.is_out_of_turn());
        if let Some(item) = self.plan.item(step).filter(|_| !is_out_of_turn) {
            let rounds = self.plan.rounds(item);
            if !rounds.is_empty() {
                self.rounds = rounds;
            }
        }
        self.touch(at, step, change);
    }

    /// Changes what is known of an item, and counts it again.
    fn touch(&mut self, at: Head, step: &str, change: impl FnOnce(&mut Work)) {
        let Some(place) = self.plan.position(step) else { return };
        let id = Arc::clone(&self.plan.items[place].id);
        let work = Arc::make_mut(self.items.entry(Arc::clone(&id)).or_default());
        let was_running = work.is_running();
        work.at = at.n;
        change(work);
        match (was_running, work.is_running()) {
            (false, true) => self.running.push(id),
            (true, false) => self.running.retain(|running| *running != id),
            _ => {}
        }
        self.count_again(place);
        self.note_span(place);
    }

    /// Opens an item once more; what was said, chosen and done in it counts no more.
    fn reopen(&mut self, at: Head, step: &str, change: impl FnOnce(&mut Work)) {
        let was_done = self.is_done(step);
        let had = self.items.get(step).is_some_and(|work| work.chosen.is_some() || work.settled.is_some());
        self.change(at, step, |work| {
            work.reopen(at);
            change(work);
        });
        if was_done {
            self.finished.retain(|(_, done)| **done != *step);
        }
        if was_done || had {
            self.values.reopen(step);
            self.values_at = at.n;
            self.lay_out_after(step);
        }
    }

    fn count_again(&mut self, place: usize) {
        let mut layout = std::mem::take(&mut self.layout);
        layout.update(self, place);
        self.layout = layout;
    }

    /// Notes when the part that an item is in began, and when it was over.
    fn note_span(&mut self, place: usize) {
        let moment = self.clock.moment();
        let section = self.layout.section(place);
        let is_over = self.layout.is_over(section);
        let id = Arc::clone(&self.plan.items[section.head].id);
        let span = self.spans.entry(id).or_insert(Span { began: moment, ended: None });
        span.ended = is_over.then(|| span.ended.unwrap_or(moment));
    }

    fn sign(&mut self, at: Head, stamp: &Stamp, Signature { step, verdict, signed }: &Signature) {
        self.join(&stamp.who, false);
        if signed.level == Level::Pin {
            self.refused.remove(&stamp.who.id);
        }
        if !matches!(verdict.outcome, Outcome::Done | Outcome::Overridden) {
            return self.settle(at, stamp, (step, verdict));
        }
        let given = Given {
            who: stamp.who.clone(),
            role: signed.role.clone(),
            meaning: signed.meaning,
            auth: auth_words(&signed.statement).to_owned(),
            shown: signed.blobs.first().copied(),
            n: at.n,
        };
        self.change(at, step, |work| work.given.push(given));
        self.end_if_done(at, &stamp.who, step);
    }

    fn settle(&mut self, at: Head, stamp: &Stamp, (step, verdict): (&str, &Verdict)) {
        match verdict.outcome {
            Outcome::Done | Outcome::Overridden => {
                self.change(at, step, |work| work.confirmed = true);
                self.end_if_done(at, &stamp.who, step);
            }
            outcome => {
                let settled = Settled::of(verdict, &stamp.who);
                self.change(at, step, |work| {
                    work.is_put_off |= settled.deferred.is_some();
                    work.settled = Some(settled);
                });
                if outcome != Outcome::Failed {
                    self.end(step, outcome);
                }
            }
        }
    }

    fn choose(&mut self, at: Head, (step, option, values): (&str, &str, &[(String, Answer)])) {
        self.change(at, step, |work| work.chosen = Some(option.to_owned()));
        self.values.choose(step, option);
        self.record(step, values);
        self.values_at = at.n;
        self.lay_out_after(step);
    }

    fn note_down(&mut self, at: Head, (step, values): (&str, &[(String, Answer)])) {
        self.record(step, values);
        self.change(at, step, |_| {});
        self.values_at = at.n;
        self.lay_out_after(step);
    }

    fn record(&mut self, step: &str, values: &[(String, Answer)]) {
        let Some(id) = self.plan.item(step).map(|item| Arc::clone(&item.id)) else { return };
        for (name, answer) in values {
            if let Some(value) = self.value_of(step, name, answer) {
                self.values.record(step, name, value);
                let work = Arc::make_mut(self.items.entry(Arc::clone(&id)).or_default());
                work.recorded.insert(name.clone());
            }
        }
    }

    fn start_action(&mut self, at: Head, stamp: &Stamp, (step, attempt): (&str, u32)) {
        self.reopen(at, step, |work| {
            work.attempt = attempt;
            work.action = Going::Running(stamp.at_ms);
            work.has_run = true;
            work.session.clone_from(&stamp.session);
        });
    }

    fn end_action(&mut self, at: Head, (step, attempt, end): (&str, u32, &End)) {
        let Some(work) = self.items.get(step).filter(|work| work.attempt == attempt) else { return };
        let action = Going::Ended(end.found, end.why.clone());
        let has_run = end.exit.is_some() || !self.is_command(step);
        if work.is_decided() {
            return self.touch(at, step, |work| {
                (work.action, work.has_run, work.took_ms) = (action, has_run, Some(end.took_ms));
            });
        }
        if !end.values.is_empty() {
            self.record(step, &end.values);
            self.values_at = at.n;
        }
        let is_good = matches!(end.found, Found::Sensed | Found::Checked);
        let needs_nobody = |item| *self.signers(item) == Sign::None && self.has_all_recorded(item);
        let is_done = is_good && self.plan.item(step).is_some_and(needs_nobody);
        self.change(at, step, |work| {
            (work.action, work.has_run, work.took_ms) = (action, has_run, Some(end.took_ms));
            work.confirmed = is_done;
        });
        if !end.values.is_empty() {
            self.lay_out_after(step);
        }
        self.end_if_done(at, &Person::program(), step);
    }

    fn lose_action(&mut self, at: Head, (step, attempt, why): (&str, u32, &str)) {
        if self.items.get(step).is_some_and(|work| work.attempt == attempt) {
            self.change(at, step, |work| work.action = Going::Lost(why.to_owned()));
        }
    }

    fn begin_back_out(&mut self, at: Head, who: &Person, (why, rounds, undo): (&str, &[(String, String)], &[String])) {
        let (who, why, began) = (who.clone(), why.to_owned(), self.clock.moment());
        self.back_out = Some(BackOut { n: at.n, began, who, why });
        for (name, key) in rounds {
            self.values.go_through(name, key);
        }
        let undone = undo.iter().map(|id| (id.clone(), self.halfway(id))).collect();
        self.values.take_back(undone);
        self.lay_out();
    }

    fn end_if_done(&mut self, at: Head, who: &Person, step: &str) {
        if !self.is_done(step) {
            return;
        }
        let Some(item) = self.plan.item(step) else { return };
        self.finished.push((at.n, Arc::clone(&item.id)));
        let is_overridden = self.items.get(step).is_some_and(|work| work.overridden.is_some());
        self.end(step, if is_overridden { Outcome::Overridden } else { Outcome::Done });
        self.follow_choice(at, who, step);
    }

    /// Notes the outcome of an item, by the word that expressions use.
    fn end(&mut self, step: &str, outcome: Outcome) {
        let word = match outcome {
            Outcome::Done => "done",
            Outcome::Overridden => "overridden",
            Outcome::Failed => "failed",
            Outcome::Skipped => "skipped",
            Outcome::Deferred => "deferred",
            Outcome::NotApplicable => "na",
        };
        self.values.end(step, word);
        if !self.is_laid_out_for(step) {
            self.lay_out_after(step);
        }
    }

    /// Tells whether the end of an item changes nothing in the plan: it gave all that it can give, the plan
    /// was laid out for that, and nothing asks how it ended.
    fn is_laid_out_for(&self, item: &str) -> bool {
        let Some(id) = self.plan.item(item).and_then(|item| item.kind.step()) else { return true };
        let step = self.runbook.step(id);
        let has_chosen = !matches!(step.action, Action::Choose(_)) || self.chosen(item).is_some();
        // What was not given never will be, and there are words for that.
        let has_given = step.values().all(|(name, _)| self.has_recorded(item, name));
        has_chosen && has_given && !self.shapers.holds_end(id)
    }

    /// Goes where the chosen option of an item leads: on, nowhere, back to an earlier item, or the way back.
    ///
    /// That is part of the record of the last signature: no crash parts a choice from what follows of it.
    fn follow_choice(&mut self, at: Head, who: &Person, step: &str) {
        let Some(then) = self.leads_to(step) else { return };
        match then {
            Then::Next => {}
            Then::BackOut if self.back_out.is_some() => {}
            Then::BackOut => {
                let number = self.plan.item(step).map(|item| item.number.clone()).unwrap_or_default();
                let why = format!("chose {} in {number}", self.chosen(step).unwrap_or_default());
                let (rounds, undo) = (self.rounds.clone(), self.undoable());
                self.begin_back_out(at, who, (&why, &rounds, &undo));
            }
            Then::Stop => self.stopped = self.plan.item(step).map(|item| item.number.clone()),
            Then::RedoActivity(_) | Then::RedoStep(_) => self.redo(at, step, then),
        }
    }

    /// Opens all items once more from an earlier one up to the one where that was chosen.
    fn redo(&mut self, at: Head, step: &str, then: Then) {
        let Some((first, last)) = self.redone(step, then) else { return };
        let again: HashSet<_> = self.plan.items[first..=last].iter().map(|item| Arc::clone(&item.id)).collect();
        for id in &again {
            self.values.reopen(id);
            if let Some(work) = self.items.get_mut(id).map(Arc::make_mut) {
                work.reopen(at);
                (work.is_freed, work.is_put_off) = (false, false);
            }
        }
        self.finished.retain(|(_, done)| !again.contains(done));
        self.running.retain(|running| !again.contains(running));
        self.values_at = at.n;
        self.lay_out();
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

    /// Tells whether the plan may be another one after an item gave something or ended.
    pub(in crate::run) fn is_shaped_by(&self, item: &str) -> bool {
        self.plan.item(item).and_then(|item| item.kind.step()).is_some_and(|step| self.shapers.holds(step))
    }

    /// Tells whether there may be more items after an item gave something.
    pub(in crate::run) fn may_grow_by(&self, item: &str) -> bool {
        self.plan.item(item).and_then(|item| item.kind.step()).is_some_and(|step| self.shapers.may_grow(step))
    }

    fn lay_out_after(&mut self, item: &str) {
        if self.is_shaped_by(item) {
            self.lay_out();
        }
    }

    fn lay_out(&mut self) {
        // A plan that became too large was refused before it was recorded; then the last one stays.
        if let Ok(plan) = plan(&self.runbook, &self.values) {
            self.plan = Arc::new(plan);
        }
        self.layout = Layout::of(self);
        self.laid_at = self.head().n;
        self.reopen_spans();
    }

    /// Forgets when a part ended that has something open again.
    pub(super) fn reopen_spans(&mut self) {
        for section in self.layout.sections().iter().filter(|section| !self.layout.is_over(section)) {
            if let Some(span) = self.spans.get_mut(&self.plan.items[section.head].id) {
                span.ended = None;
            }
        }
    }
}
