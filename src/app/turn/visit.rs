//! Coming and going: opening a run, going on with one, and being there.

use std::collections::{HashMap, VecDeque};
use std::path::PathBuf;
use std::sync::Arc;

use crate::app::clock::Surroundings;
use crate::app::follower::Follower;
use crate::app::perform::Performer;
use crate::app::presence::{Attendance, Heir};
use crate::app::recorder::Recorder;
use crate::app::store::by_words;
use crate::app::wake::Waker;
use crate::app::{App, Arrival, Filled, Keys, Open};
use crate::journal::{Clock, JournalError, Reading, Tick, Watch};
use crate::run::{Answer, Asked, Intent, Person, Run, Start};
use crate::runbook::format::Kind;
use crate::runbook::model::Runbook;
use crate::runbook::value::Value;
use crate::time::Length;
use crate::ui::{Answers, Now, resume_form};

impl Open {
    /// Begins to record, unless the run is sealed, and to take what others record.
    fn begin(&mut self, surroundings: &Surroundings, (session, waker): (&str, &Waker)) -> Result<(), String> {
        let world = &surroundings.world;
        match Recorder::start(world, &self.path, (&by_words(session), waker.wakeup())) {
            Ok(recorder) => (self.health, self.recorder) = (Some(recorder.health()), Some(recorder)),
            Err(JournalError::Sealed { .. }) => self.is_sealed = true,
            Err(error) => return Err(error.to_string()),
        }
        self.follow(surroundings, waker)
    }

    /// Begins to take what others record.
    pub(super) fn follow(&mut self, surroundings: &Surroundings, waker: &Waker) -> Result<(), String> {
        let world = &surroundings.world;
        let last = self.past.as_ref().map_or(self.run.head().n, |past| past.chronicle.newest());
        let follower = Follower::start(world, &self.path, (last, waker.wakeup()));
        self.follower = Some(follower.map_err(|error| error.to_string())?);
        Ok(())
    }
}

impl App {
    /// Asks who goes on with a run, as the list at home does.
    pub fn show_run(&mut self, name: &str) {
        self.stale = true;
        match self.store.roster_of(name) {
            Ok(roster) => {
                let title = self.store.title_of(name).unwrap_or_else(|| name.to_owned());
                self.screen.ask(resume_form(name, &title, Arc::new(roster)));
            }
            Err(error) => self.screen.say(error.to_string()),
        }
    }

    /// Looks on at a run, without a word to anybody.
    pub fn watch_run(&mut self, name: &str) {
        let path = self.store.path(name);
        let opened = self.store.open(&self.surroundings, name).map_err(|error| error.to_string());
        (self.stale, self.setting.is_watching) = (true, opened.is_ok());
        self.show_opened(opened.map(|run| self.seat((name, path), (run, Person::default()))), Arrival::Watching);
    }

    /// Asks who goes on with a run of the list.
    pub(super) fn ask_who(&mut self, name: &str, is_rehearsal: bool) {
        self.store = self.store.real();
        if is_rehearsal {
            self.store = self.store.rehearsals();
        }
        self.show_run(name);
    }

    /// Fills the next form in with what was said already.
    pub fn fill_in(&mut self, filled: Filled) {
        self.filled = filled;
    }

    /// Signs with a key that was named, and with no other.
    pub fn sign_with(&mut self, key: Option<Keys>) {
        self.setting.keys = key.as_ref().map(|key| key.all.clone()).unwrap_or_default();
        self.key = key;
    }

    /// Goes on with a run: shows it as it was read; what has to be asked of the disk beside that comes after
    /// the first frame.
    pub fn resume(&mut self, name: &str, who: &str) {
        self.enter(name, who, Arrival::Resumed);
    }

    /// Begins to record and to follow where a run is shown and nothing else was done yet: what the disk takes for
    /// that keeps nobody from seeing it.
    pub fn arrive(&mut self) {
        let Some((open, arrival)) = self.open.as_mut().and_then(|open| open.arrival.take().map(|how| (open, how)))
        else {
            return;
        };
        (self.stale, self.awaited) = (true, true);
        match arrival {
            Arrival::Watching => return self.look_on(),
            Arrival::Reviewing => return self.begin_review(),
            Arrival::Begun | Arrival::Resumed => {}
        }
        if let Err(why) = open.begin(&self.surroundings, (&self.session, &self.waker)) {
            open.halted = Some(why);
            return;
        }
        if !open.run.roster().people().is_empty() {
            self.prover.look_for_keys(self.waker.wakeup());
        }
        let name = open.name.clone();
        if let Some(open) = &self.open {
            self.learn_from_past(&open.run.start().runbook.clone());
        }
        self.be_present(&name);
        self.attend();
        self.ask_for_probes();
        if arrival == Arrival::Resumed {
            self.join(&name);
        }
    }

    /// Follows a run of which nothing is recorded here, and looks at what it watches.
    fn look_on(&mut self) {
        let Some(open) = &mut self.open else { return };
        if let Err(why) = open.follow(&self.surroundings, &self.waker) {
            open.halted = Some(why);
        }
        let book = open.run.start().runbook.clone();
        self.learn_from_past(&book);
        self.look_for_seal();
        self.attend();
        self.take_up(&Heir::Nobody);
    }

    /// Says what there is to know for who goes on with a run, and records that he does.
    fn join(&mut self, name: &str) {
        let Some(open) = &self.open else { return };
        if open.recorder.is_none() {
            return self.screen.say("this run is sealed; it is shown, and stays as it is");
        }
        if let Err(error) = self.store.note(&self.surroundings, (name, &open.run), &self.session) {
            self.screen.say(format!("the ledger does not know this run, and cannot be told: {error}"));
        }
        if open.run.closed().is_some() {
            return self.offer_seal();
        }
        if let Some(last) = open.run.trail().iter().rev().find(|entry| entry.who != Person::program().name) {
            self.screen.say(format!("resumed; recorded before: {} {} {}", last.n, last.who, last.what));
        }
        let resumed = self.attendance(name).is_alone(&self.session);
        if resumed {
            self.offer_changes();
        } else {
            self.look_for_changes();
        }
        self.want(Intent::Join { resumed });
        self.take_up(&if resumed { Heir::Alone } else { Heir::Nobody });
        self.keep_clock(Reading::take(&*self.surroundings.world.clock), (Tick::Regular, 0));
    }

    /// Shows a run to the person that is meant by what somebody typed.
    pub(super) fn enter(&mut self, name: &str, typed: &str, arrival: Arrival) {
        let opened = self.opened(name, typed);
        self.show_opened(opened, arrival);
    }

    pub(super) fn show_opened(&mut self, opened: Result<Open, String>, arrival: Arrival) {
        match opened {
            Ok(open) => {
                self.screen.note_opened(open.run.head().n);
                self.screen.go_to_next(&open.run);
                self.open = Some(Open { arrival: Some(arrival), ..open });
                self.foresee();
            }
            Err(why) => self.screen.say(why),
        }
    }

    fn opened(&self, name: &str, typed: &str) -> Result<Open, String> {
        let run = self.store.open(&self.surroundings, name).map_err(|error| error.to_string())?;
        let who = run.roster().person(typed).map_err(|several| several.to_string())?;
        let who = who.ok_or("a name has at least one letter or digit")?;
        let path = self.store.recordable(&self.surroundings, name).map_err(|error| error.to_string())?;
        Ok(self.seat((name, path), (run, who)))
    }

    /// Makes a place at a run that was read, where nothing was begun yet.
    pub(super) fn seat(&self, (name, path): (&str, PathBuf), (run, who): (Run, Person)) -> Open {
        let world = &self.surroundings.world;
        let watch = Watch::new(Reading::take(&*world.clock));
        let performer = Performer::new(&path, self.surroundings.launcher.clone(), Arc::clone(&world.clock));
        Open {
            name: name.to_owned(),
            path,
            run,
            who,
            arrival: None,
            recorder: None,
            health: None,
            performer,
            follower: None,
            _presence: None,
            pending: None,
            waiting: VecDeque::new(),
            halted: None,
            is_sealed: false,
            contents: HashMap::new(),
            edition: None,
            watch,
            past: None,
            replay: None,
        }
    }

    /// Takes up what was under way when the program ended last.
    fn take_up(&mut self, heir: &Heir) {
        if let Some(open) = &mut self.open {
            open.performer.take_up(&open.run, heir, &|| self.waker.wakeup());
        }
    }

    /// Takes up what goes on and nobody does any more, where that is for this session.
    pub(super) fn take_up_as_heir(&mut self) {
        let Some(open) = &self.open else { return };
        if self.setting.is_watching {
            return self.take_up(&Heir::Nobody);
        }
        if open.run.running().next().is_some() || !open.run.rechecks().is_empty() || open.run.ad_hoc().1 {
            let heir = self.attendance(&open.name).heir(&self.session, &open.run);
            self.take_up(&heir);
        }
    }

    /// Lets another person act.
    pub(super) fn change_person(&mut self, name: &str) {
        let Some(open) = &mut self.open else { return };
        match open.run.roster().person(name) {
            Ok(Some(who)) => {
                open.who = who;
                self.want(Intent::Join { resumed: false });
            }
            Ok(None) => {}
            Err(several) => self.screen.say(several.to_string()),
        }
    }

    /// Tells others that this session is at the run; a sealed one is left alone.
    fn be_present(&mut self, name: &str) {
        let attendance = self.attendance(name);
        let Some(open) = self.open.as_mut().filter(|open| open.recorder.is_some()) else { return };
        match attendance.enter(&self.session, (&open.who, &self.setting.terminal)) {
            Ok(session) => open._presence = Some(session),
            Err(why) => self.screen.say(why),
        }
    }

    pub(super) fn attendance(&self, name: &str) -> Attendance {
        Attendance::at(&self.surroundings.world.storage, self.store.path(name))
    }
}

/// Makes the first record's content of the answers, and gives the name of who gave them.
pub(in crate::app) fn start(runbook: &Runbook, (run, machine): (String, Machine), answers: Answers) -> (Start, String) {
    let main = runbook.main();
    let mut start = Start { run, runbook: main.id.clone(), title: main.title.outline(), ..Start::default() };
    start.machine = machine;
    let mut typed = String::new();
    for (asked, name, answer) in answers {
        match (asked, answer) {
            (Asked::Operator, Answer::One(name)) => typed = name,
            // They make the window together.
            (Asked::Window | Asked::Until, _) => {}
            (_, answer) => start.answers.push((name, answer)),
        }
    }
    (start, typed)
}

/// Gives the moment that an answer names.
pub(in crate::app) fn moment_ms(text: &str, now: &Now) -> Option<i64> {
    match Value::parse(Kind::Time, text, now.offset) {
        Ok(Value::Moment(moment)) => Some(moment.timestamp_millis()),
        _ => None,
    }
}

pub(in crate::app) fn window(text: &str, length: Length, now: &Now) -> Option<(String, String)> {
    let Ok(Value::Moment(begin)) = Value::parse(Kind::Time, text, now.offset) else { return None };
    let end = begin.checked_add_signed(chrono::TimeDelta::from_std(length.as_std()).ok()?)?;
    Some((Value::Moment(begin).to_string(), Value::Moment(end).to_string()))
}

/// Is what the machine says of itself, by name.
pub(in crate::app) type Machine = Vec<(String, String)>;

/// Says which machine, account and program the run began with.
pub(in crate::app) fn machine(clock: &dyn Clock) -> Machine {
    let node = rustix::system::uname();
    vec![
        ("boot".to_owned(), clock.boot_id()),
        ("clock".to_owned(), clock.keeping().to_string()),
        ("host".to_owned(), node.nodename().to_string_lossy().into_owned()),
        ("uid".to_owned(), rustix::process::getuid().as_raw().to_string()),
        ("program".to_owned(), format!("mop {}", env!("CARGO_PKG_VERSION"))),
    ]
}
