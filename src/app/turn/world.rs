//! The outside world: effects go out once they are durable, and what comes back is decided as anything else.

use std::time::Duration;

use super::MOST_WAITING;
use crate::app::alarm::reason;
use crate::app::perform::{News, sighting, unseen};
use crate::app::{App, Open, Pending};
use crate::exec::command::{Lent, Secret};
use crate::exec::probe::{Seen, Watched};
use crate::run::{Act, Effect, Intent, Person, Standing, Wheel};
use crate::text::Shown;
use crate::ui::{Command, Mode, Past, Probe, Progress, secrets_form};

/// How much is said of what a probe looks at, in cells.
const MOST_TARGET: usize = 1_000;

impl App {
    /// Takes news of what is under way, if there is some and a report could be decided.
    pub fn news(&mut self) -> Option<News> {
        self.open.as_mut().filter(|open| open.waiting.len() < MOST_WAITING)?.performer.news()
    }

    /// Waits for news of what is under way, not for ever; for who has no loop.
    pub fn wait_for_news(&mut self, patience: Duration) -> Option<News> {
        self.open.as_mut()?.performer.wait(patience)
    }

    pub(super) fn take_news(&mut self, news: News) {
        self.stale = true;
        match news {
            News::Output { step, chunks } => {
                for chunk in chunks {
                    self.live.take(&step, &chunk.bytes, (chunk.missed, self.now.at_ms));
                }
            }
            News::Recalled { step, printed } => self.live.recall(&step, printed),
            News::Kept { start, chunks } => self.take_kept(start, chunks),
            News::Progress { step, words, share } => self.live.reach(&step, Progress { words, share }),
            News::Seen(seen) => self.see(&seen),
            News::Said { words, .. } => self.screen.say(words),
            News::Report(report) => self.want_by(Intent::Report(report), Person::program()),
        }
    }

    /// Shows what a probe said, and records it where that is another state than before.
    fn see(&mut self, seen: &Seen) {
        let points = seen.history.points().map(|point| (point.state, point.number)).collect();
        let (worst, changed) = (seen.history.worst(), seen.history.changed());
        self.live.see(sighting(seen), Past { points, worst, changed, answer: seen.answer.clone() });
        self.look_there_again();
        if seen.changed.is_some() {
            self.tell_differences();
        }
    }

    /// Watches what the run wants watched now, and records what probes say otherwise than before.
    pub(super) fn attend(&mut self) {
        let is_watching = self.setting.is_watching;
        let may_look =
            |open: &&mut Open| open.past.is_none() && (open.recorder.is_some() || (is_watching && !open.is_sealed));
        let Some(open) = self.open.as_mut().filter(may_look) else { return };
        if let Some(listed) = open.performer.attend(&open.run, &|| self.waker.wakeup()) {
            self.live.list(listed.iter().map(probe).collect());
            self.screen.make_room(self.live.probes().len(), &open.run);
            self.stale = true;
            self.look_there_again();
        }
        self.tell_differences();
    }

    /// Records what probes say otherwise than before, one at a time, when nothing else is on its way.
    fn tell_differences(&mut self) {
        let records = |open: &&Open| open.recorder.is_some() && open.halted.is_none() && open.run.closed().is_none();
        let Some(open) = self.open.as_ref().filter(records) else { return };
        for report in open.performer.differences(&open.run) {
            if self.open.as_ref().is_none_or(|open| open.pending.is_some()) {
                return;
            }
            self.want_by(Intent::Report(report), Person::program());
        }
    }

    /// Decides what the person who acts wants, once the secrets that it needs were typed.
    pub(super) fn want_with_secrets(&mut self, intent: Intent) {
        let Some(open) = &self.open else { return };
        let lacking = match &intent {
            Intent::Act { step, act: Act::Start | Act::Retry { .. }, .. } => open.performer.lacks(&open.run, step),
            _ => Vec::new(),
        };
        if lacking.is_empty() {
            return self.want(intent);
        }
        let form = secrets_form(open.run.runbook(), &lacking, Some(intent));
        self.screen.ask(form);
    }

    /// Asks for the secrets without which probes cannot look.
    pub(super) fn ask_for_probes(&mut self) {
        let Some(open) = self.open.as_ref().filter(|open| open.recorder.is_some()) else { return };
        let lacking = open.performer.probes_lack(&open.run);
        if !lacking.is_empty() && open.run.closed().is_none() {
            self.screen.ask(secrets_form(open.run.runbook(), &lacking, None));
        }
    }

    /// Keeps secrets in mind for as long as the run is open, and decides what needs them.
    pub(super) fn learn(&mut self, intent: Option<Intent>, secrets: Vec<(String, String)>) {
        if let Some(open) = &mut self.open {
            secrets.into_iter().for_each(|(name, value)| open.performer.learn(name, Secret::new(value)));
        }
        self.attend();
        intent.into_iter().for_each(|intent| self.want(intent));
    }

    /// Looks whether the one who has the wheel is gone, where somebody would take it for that.
    pub(super) fn with_driver_looked_for(&self, intent: Intent) -> Intent {
        let (Intent::Wheel(Wheel::Take { .. }), Some(open)) = (&intent, &self.open) else { return intent };
        Intent::Wheel(Wheel::Take { is_gone: self.attendance(&open.name).is_driver_gone(&open.run) })
    }

    /// Sits down again at the terminal of a command that goes on.
    pub(super) fn sit_down(&mut self, step: &str) {
        let Some(open) = &mut self.open else { return };
        open.performer.note_terminal(self.terminal);
        match open.performer.sit_down((step, open.run.attempts(step)), false) {
            Ok(lent) => self.lent = Some(lent),
            Err(why) => self.screen.say(why),
        }
    }

    /// Gives the command that is to get the terminal, and what the person who gives it should read.
    pub(in crate::app) fn take_lent(&mut self) -> Option<(Lent, String)> {
        let asking = self.open.as_ref().and_then(|open| Some(open.run.sheet(open.run.interactive_now()?)));
        Some((self.lent.take()?, asking.and_then(|sheet| sheet.command).unwrap_or_default()))
    }

    /// Says how it goes on, when the terminal came back before the end of the command.
    pub(in crate::app) fn note_back(&mut self) {
        let key = self.setting.bindings.key(Mode::Checklist, Command::Act);
        self.screen.say(format!("it goes on; {key} on the step sits down at its terminal again"));
        self.take_back();
    }

    /// Draws everything anew, as others had the terminal.
    pub(in crate::app) fn take_back(&mut self) {
        (self.anew, self.stale, self.awaited) = (true, true, true);
    }

    pub(super) fn perform(&mut self, pending: &Pending) {
        if let Some(open) = self.open.as_ref().filter(|_| pending.effects.contains(&Effect::Ring)) {
            let words = reason(&open.run, &pending.intent);
            self.call(&words);
        }
        if let Some(open) = &mut self.open {
            open.performer.note_terminal(self.terminal);
            for effect in &pending.effects {
                if let Effect::Start { step, .. } = effect {
                    self.live.begin(step);
                }
                open.performer.perform(&open.run, effect, &|| self.waker.wakeup());
                self.lent = open.performer.lend(&open.run, effect).or(self.lent.take());
            }
        }
        if matches!(pending.intent, Intent::Close { .. }) {
            self.offer_seal();
        }
        if matches!(pending.intent, Intent::Wheel(_) | Intent::Act { .. }) {
            self.take_up_as_heir();
        }
        self.move_on(&pending.intent);
    }

    /// Goes to what is next, where what was selected is done.
    pub(super) fn move_on(&mut self, intent: &Intent) {
        let Some(open) = &self.open else { return };
        let is_done = match intent {
            Intent::BackOut { .. } => true,
            Intent::SignStep { step, .. } | Intent::Settle { step, .. } => {
                self.screen.selected(&open.run).is_some_and(|item| *item.id == **step)
                    && !matches!(open.run.standing(step), Standing::ToSign | Standing::Failed(_))
            }
            _ => false,
        };
        if is_done {
            self.screen.go_to_next(&open.run);
        }
    }
}

/// Shows a probe of which nothing was read yet.
pub(super) fn probe(watched: &Watched) -> Probe {
    let every_ms = i64::try_from(watched.every.as_millis()).unwrap_or(i64::MAX);
    let title = watched.title.to_string();
    let kind = match &watched.target {
        Ok(target) => Shown::line_limited(&format!("{}  {}", watched.kind, target.words()), MOST_TARGET).to_string(),
        Err(_) => watched.kind.to_owned(),
    };
    let (sighting, answer) = (unseen(watched), Shown::default());
    Probe { title, kind, sighting, every_ms, points: Vec::new(), worst: None, changed: None, answer }
}
