//! Beginning: a runbook is opened, its questions are answered, what follows is looked at, and then the run is made.
//!
//! Nothing is made before a person said yes to what he was shown. What past runs took is looked for
//! meanwhile, and what is shown follows it.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use crate::app::begin::Beginning;
use crate::app::scout::{Finding, Place, Shelved};
use crate::app::{App, Arrival, Filled, Opened};
use crate::run::briefing::{Briefing, Known};
use crate::run::forecast::Teller;
use crate::run::{Asked, Run};
use crate::runbook::Loaded;
use crate::ui::{Answers, start_form};

/// How many milliseconds what was said before a run begins is good for.
const BRIEFED_MS: i64 = 60_000;

impl Opened {
    fn beginning(&self, answers: Answers) -> Beginning<'_> {
        Beginning { loaded: &self.loaded, runbook: &self.runbook, answers, window: (None, self.length) }
    }
}

impl App {
    /// Opens a runbook, as the list at home does.
    pub fn show_runbook(&mut self, loaded: Loaded) {
        self.take_runbook(loaded);
    }

    pub(super) fn open_runbook(&mut self, path: &Path, is_rehearsal: bool) {
        self.store = self.store.real();
        if is_rehearsal {
            self.store = self.store.rehearsals();
        }
        match (self.opener)(path) {
            Ok(loaded) => self.take_runbook(loaded),
            Err(why) => self.screen.say(why),
        }
    }

    fn take_runbook(&mut self, mut loaded: Loaded) {
        self.stale = true;
        let Some(runbook) = loaded.runbook.take() else {
            return self.screen.say("this runbook has errors; mop check says which");
        };
        let roster = match self.store.roster() {
            Ok(roster) => Arc::new(roster),
            Err(error) => return self.screen.say(error.to_string()),
        };
        self.now = self.surroundings.now();
        let Filled { answers, length } = std::mem::take(&mut self.filled);
        let form = start_form(&runbook, &self.now, (length, roster)).filled(&answers);
        let (warnings, runbook) = (loaded.findings(), Arc::new(runbook));
        self.screen.ask(if self.store.is_for_rehearsals() { form.rehearsed() } else { form });
        self.learn_from_past(&runbook.main().id.clone());
        self.loaded = Some(Opened { length, runbook, loaded, warnings, draft: None });
    }

    /// Begins to look what past runs of a runbook took.
    pub(super) fn learn_from_past(&mut self, runbook: &str) {
        self.learnt = None;
        let place = (self.surroundings.clone(), self.store.clone());
        self.scout.look_for_past(place, runbook.to_owned(), self.waker.wakeup());
    }

    /// Shows what a run with these answers is going to be.
    pub(super) fn review(&mut self, answers: Answers) {
        let drafted = self.loaded.as_ref().map(|opened| {
            opened.beginning(answers.clone()).draft(&self.surroundings, &self.store).map_err(|error| error.to_string())
        });
        match drafted {
            Some(Ok(run)) => {
                let briefing = self.briefing(&run);
                if let Some(opened) = &mut self.loaded {
                    opened.draft = Some(run);
                }
                self.briefed_ms = self.now.at_ms;
                self.screen.review(answers, briefing);
            }
            Some(Err(why)) => self.screen.say(why),
            None => {}
        }
    }

    fn briefing(&self, run: &Run) -> Briefing {
        let warnings = self.loaded.as_ref().map_or(&[][..], |opened| &opened.warnings);
        let teller = Teller { now_ms: self.now.at_ms, offset: self.now.offset };
        Briefing::of(run, &Known { history: self.learnt.as_ref(), warnings, teller })
    }

    /// Says anew what a run is going to be, when a while has passed.
    pub(super) fn brief(&mut self) {
        if self.screen.is_reviewing() && self.now.at_ms - self.briefed_ms >= BRIEFED_MS {
            self.brief_now();
        }
    }

    fn brief_now(&mut self) {
        self.briefed_ms = self.now.at_ms;
        let drafted = self.loaded.as_ref().and_then(|opened| opened.draft.as_ref());
        if let Some(briefing) = drafted.map(|run| self.briefing(run)) {
            self.stale |= self.screen.brief(briefing);
        }
    }

    /// Makes a run of the runbook that was opened, and opens it. What cannot be made leaves everything as it was typed.
    pub(super) fn begin(&mut self, answers: Answers) {
        let Some(opened) = &self.loaded else { return };
        let typed = answers.iter().find(|(asked, ..)| *asked == Asked::Operator).map(|(.., name)| name.to_string());
        match opened.beginning(answers).make(&self.surroundings, &self.store, &self.session) {
            Ok((name, who)) => {
                self.loaded = None;
                self.screen.close();
                self.enter(&name, &typed.unwrap_or(who.name), Arrival::Begun);
            }
            Err(error) => self.screen.say(error.to_string()),
        }
    }

    /// Says in which folder runbooks are looked for.
    pub fn look_in(&mut self, folder: PathBuf) {
        self.folder = Some(folder);
        if self.is_shelved {
            self.look_around();
        }
    }

    /// Begins to look what there is to open.
    pub(super) fn look_around(&mut self) {
        self.is_shelved = true;
        let place = Place {
            surroundings: self.surroundings.clone(),
            store: self.store.clone(),
            opener: self.opener,
            folder: self.folder.clone(),
        };
        self.shelf.is_looking = self.scout.look_for_runs(place, self.waker.wakeup());
        self.stale = true;
    }

    /// Takes what was found, if something was.
    pub fn finding(&mut self) -> Option<Finding> {
        self.scout.finding()
    }

    /// Waits for something to be found, not for ever; for who has no loop.
    pub fn wait_for_finding(&mut self, patience: Duration) -> Option<Finding> {
        self.scout.wait(patience)
    }

    pub(super) fn take_finding(&mut self, finding: Finding) {
        self.stale = true;
        match finding {
            Finding::Shelf(Shelved { entries, problem }) => {
                (self.shelf.entries, self.shelf.is_looking) = (entries, false);
                problem.into_iter().for_each(|why| self.screen.say(why));
                self.screen.keep_inside(&self.shelf, self.open.as_ref().map(|open| &open.run));
            }
            Finding::Audit(found) => self.take_audit(found),
            Finding::Past(history) => {
                self.learnt = Some(history);
                self.foreseen_at = None;
                self.foresee();
                if self.screen.is_reviewing() {
                    self.brief_now();
                }
            }
        }
    }
}
