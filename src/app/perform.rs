//! Performs effects: starts what steps do, watches it, and reports how it ended.
//!
//! Each thing that is under way has a thread of its own that only watches; a command itself runs under
//! its supervisor and goes on when this program ends. An effect comes here only after its event is
//! durable, and what is reported is believed only after it was recorded. Output that nobody takes
//! waits in its folder; the end is never dropped.

mod lookout;
mod order;
mod recall;
mod task;

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::{Duration, Instant};

use super::presence::Heir;
use super::recorder::Wakeup;
use crate::exec::command::{Chunk, Found, Launcher, Lent, Secret, Size, find, mask_of};
use crate::exec::probe::{Seen, Watched};
use crate::journal::{COMMANDS, Clock, Digest, Mask};
use crate::run::{Effect, Report, Run, Sighting};
use crate::runbook::plan::Item;
use crate::ui::Printed;
use lookout::Lookout;
pub(super) use lookout::{declared, sighting, unseen};
use order::{Prepared, Secrets, prepare, secrets_of, secrets_of_probes};
use task::{Task, failed, lost};

/// What to say where a command asks questions and nobody can answer them.
const NO_TERMINAL: &str = "it asks questions, and there is no terminal here: run it yourself, then sign";

/// How much news may wait; who is slow to take it slows only its own reading.
const MOST_NEWS: usize = 64;

/// Is what is new of something under way, or of a probe.
#[derive(Debug)]
pub enum News {
    /// It printed something.
    Output {
        /// What it belongs to.
        step: String,
        /// What was printed.
        chunks: Vec<Chunk>,
    },
    /// It is as far as this.
    Progress {
        /// What it belongs to.
        step: String,
        /// How far, in words.
        words: String,
        /// How many thousandths are done, where that is known.
        share: Option<u16>,
    },
    /// It printed this before we looked.
    Recalled {
        /// What it belongs to.
        step: String,
        /// What was printed.
        printed: Printed,
    },
    /// All that was kept of what a start printed.
    Kept {
        /// What it belongs to, and the how-manieth time.
        start: (String, u32),
        /// What was printed.
        chunks: Vec<Chunk>,
    },
    /// A probe was read, or its reading became too old.
    Seen(Box<Seen>),
    /// Something went wrong in watching it.
    Said {
        /// What it belongs to.
        step: String,
        /// What went wrong.
        words: String,
    },
    /// Something is to be recorded.
    Report(Report),
}

/// Is what tasks and the watching thread put into the channel.
#[derive(Debug)]
enum Sent {
    News(News),
    /// There is something at the lookout.
    Look,
}

/// Performs effects of one run, and watches its probes.
#[derive(Debug)]
pub struct Performer {
    launcher: Launcher,
    clock: Arc<dyn Clock>,
    dir: PathBuf,
    secrets: Secrets,
    sender: SyncSender<Sent>,
    news: Receiver<Sent>,
    lookout: Lookout,
    /// How large the terminal is that can be given to a command.
    terminal: Option<Size>,
    /// What ends each thing that is under way before its time.
    cancels: HashMap<(String, u32), Arc<AtomicBool>>,
    /// The starts of which it was looked what they printed.
    recalled: HashSet<(String, u32)>,
    /// Whether it is being read what a start printed.
    is_reading: bool,
    /// Tells the threads that somebody is there who wants to know.
    here: Arc<()>,
}

impl Performer {
    /// Makes one for the run in a directory.
    pub fn new(run: &Path, launcher: Launcher, clock: Arc<dyn Clock>) -> Self {
        let (sender, news) = sync_channel(MOST_NEWS);
        let (secrets, cancels, lookout) = (Secrets::new(), HashMap::new(), Lookout::new(Arc::clone(&clock)));
        let (dir, terminal, recalled, here) = (run.join(COMMANDS), None, HashSet::new(), Arc::new(()));
        Self {
            launcher,
            clock,
            dir,
            secrets,
            sender,
            news,
            lookout,
            terminal,
            cancels,
            recalled,
            is_reading: false,
            here,
        }
    }

    /// Takes how large the terminal is, where there is one that can be given to a command.
    pub fn note_terminal(&mut self, size: Option<Size>) {
        self.terminal = size;
    }

    /// Sits down at the terminal of a command that runs: at its beginning, or later.
    ///
    /// # Errors
    ///
    /// Says why nobody can.
    pub fn sit_down(&self, (step, attempt): (&str, u32), is_new: bool) -> Result<Lent, String> {
        let size = self.terminal.ok_or(NO_TERMINAL)?;
        match Lent::sit_down(&self.folder(step, attempt), (size, is_new)) {
            Ok(Some(lent)) => Ok(lent),
            Ok(None) => Err("it has ended, or its terminal is not on this machine".to_owned()),
            Err(error) => Err(error.to_string()),
        }
    }

    /// Gives the names of the secrets that an item needs and that nobody typed yet.
    pub fn lacks(&self, run: &Run, step: &str) -> Vec<String> {
        let needs = run.plan().item(step).map(|item| secrets_of(run, item)).unwrap_or_default();
        needs.into_iter().filter(|name| !self.secrets.contains_key(name)).collect()
    }

    /// Gives the names of the secrets that the status probes need and that nobody typed yet.
    pub fn probes_lack(&self, run: &Run) -> Vec<String> {
        let needs = secrets_of_probes(run, run.plan().probes(run.runbook(), run.values()));
        needs.into_iter().filter(|name| !self.secrets.contains_key(name) && !run.start().rehearsal).collect()
    }

    /// Takes a secret, for as long as the program runs.
    pub fn learn(&mut self, name: String, secret: Secret) {
        self.secrets.insert(name, secret);
    }

    /// Watches what a run wants watched now; gives its status probes when they are others than before.
    pub fn attend(&mut self, run: &Run, wake: &dyn Fn() -> Wakeup) -> Option<&[Watched]> {
        let wake = nudge(&self.sender, wake);
        self.lookout.attend(run, &self.secrets, &wake)
    }

    /// Tells what probes say otherwise than it was recorded.
    pub fn differences(&self, run: &Run) -> Vec<Report> {
        self.lookout.differences(run)
    }

    /// Gives what the status probes say now.
    pub fn sightings(&self) -> Vec<Sighting> {
        self.lookout.sightings()
    }

    /// Watches nothing any more.
    pub fn rest(&mut self) {
        self.lookout.rest();
    }

    /// Performs an effect.
    pub fn perform(&mut self, run: &Run, effect: &Effect, wake: &dyn Fn() -> Wakeup) {
        match effect {
            Effect::Ring => {}
            Effect::Start { step, attempt } => {
                if let Some(item) = run.plan().item(step) {
                    let prepared = prepare(run, item, &self.secrets);
                    self.start((step, *attempt), prepared, wake);
                }
            }
            Effect::Cancel { step, attempt } => self.cancel(step, *attempt),
            Effect::Recheck { steps } => self.look_again(run, steps, wake),
            Effect::RunAdHoc { number, command } => self.run_ad_hoc(run, (*number, command), wake()),
        }
    }

    /// Gives the terminal of what was just started, where that asks questions and could be started.
    pub fn lend(&self, run: &Run, effect: &Effect) -> Option<Lent> {
        let Effect::Start { step, attempt } = effect else { return None };
        run.plan().item(step).filter(|item| run.is_interactive(item))?;
        self.sit_down((step, *attempt), true).ok()
    }

    /// Takes what is new, if something is.
    pub fn news(&mut self) -> Option<News> {
        while let Ok(sent) = self.news.try_recv() {
            if let Sent::News(news) = sent {
                return Some(news);
            }
        }
        self.lookout.news()
    }

    /// Waits for news, not for ever.
    pub fn wait(&mut self, patience: Duration) -> Option<News> {
        let deadline = Instant::now() + patience;
        loop {
            if let Some(news) = self.lookout.news() {
                return Some(news);
            }
            if let Sent::News(news) = self.news.recv_timeout(deadline.saturating_duration_since(Instant::now())).ok()? {
                return Some(news);
            }
        }
    }

    /// Takes up what was under way when the program ended last, or what another terminal started.
    ///
    /// Only an heir can tell that something was never started: another one may be about to.
    pub fn take_up(&mut self, run: &Run, heir: &Heir, wake: &dyn Fn() -> Wakeup) {
        let running: Vec<_> = run.running().map(|(step, attempt)| (step.to_owned(), attempt)).collect();
        for (step, attempt) in running {
            match self.cancels.contains_key(&(step.clone(), attempt)) {
                true if run.is_cancelled(&step) => self.cancel(&step, attempt),
                true => {}
                false => self.take_up_one(run, (&step, attempt, heir.takes_up(run.begun_in(&step))), wake),
            }
        }
        // That two look again does no harm.
        if *heir != Heir::Nobody {
            let again: Vec<_> = run.rechecks().iter().cloned().collect();
            self.look_again(run, &again, wake);
        }
        if let (number, true) = run.ad_hoc()
            && *heir == Heir::Alone
            && !self.cancels.contains_key(&(beside(number), number))
        {
            self.take_up_ad_hoc(number, wake());
        }
    }

    fn start(&mut self, (step, attempt): (&str, u32), prepared: Result<Prepared, String>, wake: &dyn Fn() -> Wakeup) {
        let task = self.task((step, attempt), wake());
        match prepared {
            Err(why) => task.say(failed(step, attempt, why)),
            Ok(Prepared::ForPerson(why)) => task.say(task::for_person(step, attempt, why)),
            Ok(Prepared::Wait { until, words }) => task.wait(&self.clock, (until, words), Duration::ZERO),
            Ok(Prepared::Fetch(order)) => task.fetch(*order, self.mask()),
            Ok(Prepared::Package(order)) => task.verify(*order, self.mask()),
            Ok(Prepared::Check { probes, limits }) => {
                let wake = nudge(&self.sender, wake);
                if let Err(why) = self.lookout.check((step, attempt), (probes, limits), &wake) {
                    task.say(failed(step, attempt, why));
                }
            }
            Ok(Prepared::Command { order, .. }) if order.terminal.is_some() && self.terminal.is_none() => {
                task.say(task::for_person(step, attempt, NO_TERMINAL.to_owned()));
            }
            Ok(Prepared::Command { mut order, judging }) => {
                order.terminal = order.terminal.and(self.terminal);
                match self.launcher.start(&order, &self.folder(step, attempt)) {
                    Ok(running) => task.follow(running, *judging),
                    Err(error) => task.say(failed(step, attempt, error.to_string())),
                }
            }
        }
    }

    fn run_ad_hoc(&mut self, run: &Run, (number, command): (u32, &str), wake: Wakeup) {
        let task = self.task((&beside(number), number), wake);
        if run.start().rehearsal {
            return task.say(task::ad_hoc_for_person(number, order::REHEARSED.to_owned()));
        }
        let order = order::ad_hoc(command, &self.secrets);
        match self.launcher.start(&order, &self.folder(&beside(number), number)) {
            Ok(running) => task.follow_ad_hoc(running, number),
            Err(error) => task.say(task::ad_hoc_failed(number, error.to_string())),
        }
    }

    /// Looks again at what was proved by looking.
    fn look_again(&mut self, run: &Run, steps: &[String], wake: &dyn Fn() -> Wakeup) {
        for step in steps {
            let nudge = nudge(&self.sender, wake);
            if let Err(why) = self.lookout.look_again(run, (step, &self.secrets), &nudge) {
                let task = self.task((&format!("again/{step}"), 0), wake());
                task.say(Report::Rechecked { step: step.clone(), why: Some(why) });
            }
        }
    }

    fn take_up_one(&mut self, run: &Run, (step, attempt, is_heir): (&str, u32, bool), wake: &dyn Fn() -> Wakeup) {
        let Some(item) = run.plan().item(step) else { return };
        if run.plan().run_of(run.runbook(), item).is_some() {
            return self.take_up_command(run, (item, attempt, is_heir), wake);
        }
        match prepare(run, item, &self.secrets) {
            Ok(Prepared::Wait { until, words }) => {
                let (until, before) = order::resumed(run, step, (until, self.clock.wall_ms()));
                self.task((step, attempt), wake()).wait(&self.clock, (until, words), before);
            }
            // It ended with the program that did it, and goes on where it was; another one may be doing it.
            prepared if is_heir => self.start((step, attempt), prepared, wake),
            _ => {}
        }
    }

    fn take_up_command(&mut self, run: &Run, (item, attempt, is_heir): (&Item, u32, bool), wake: &dyn Fn() -> Wakeup) {
        let step = &*item.id;
        if let Ok(Prepared::ForPerson(why)) = prepare(run, item, &self.secrets) {
            // Nothing was to be run, so nothing is lost; who is there already tells it himself.
            if is_heir {
                self.task((step, attempt), wake()).say(task::for_person(step, attempt, why));
            }
            return;
        }
        let (dir, judging) = (self.folder(step, attempt), order::judging(run, item, &self.secrets));
        let never = "mop ended before it was started; nothing was run".to_owned();
        match find(&dir) {
            Ok(Found::Running(running)) => self.task((step, attempt), wake()).follow(*running, judging),
            Ok(Found::Ended(end)) => {
                let report = task::ended(&dir, (step, attempt), &end, &judging);
                self.task((step, attempt), wake()).say(report);
            }
            Ok(Found::Unknown(why)) => self.task((step, attempt), wake()).say(lost(step, attempt, why.to_string())),
            Ok(Found::Absent | Found::NeverBegun) if is_heir => {
                self.task((step, attempt), wake()).say(failed(step, attempt, never));
            }
            Ok(Found::Absent | Found::NeverBegun) => {}
            Err(error) if is_heir => self.task((step, attempt), wake()).say(lost(step, attempt, error.to_string())),
            Err(_) => {}
        }
    }

    fn take_up_ad_hoc(&mut self, number: u32, wake: Wakeup) {
        let dir = self.folder(&beside(number), number);
        let task = self.task((&beside(number), number), wake);
        match find(&dir) {
            Ok(Found::Running(running)) => task.follow_ad_hoc(*running, number),
            Ok(Found::Ended(end)) => task.say(task::ad_hoc_ended(&dir, number, &end)),
            Ok(Found::Unknown(why)) => task.say(task::ad_hoc_failed(number, why.to_string())),
            Ok(Found::Absent | Found::NeverBegun) => {
                task.say(task::ad_hoc_failed(number, "mop ended before it was started".to_owned()));
            }
            Err(error) => task.say(task::ad_hoc_failed(number, error.to_string())),
        }
    }

    /// Takes the secrets out of what is told of a thing.
    fn mask(&self) -> Mask {
        mask_of(self.secrets.values()).unwrap_or_else(|| Mask::new(&[]))
    }

    fn task(&mut self, (step, attempt): (&str, u32), wake: Wakeup) -> Task {
        let cancel = Arc::new(AtomicBool::new(false));
        self.cancels.insert((step.to_owned(), attempt), Arc::clone(&cancel));
        Task::new((step, attempt), (self.sender.clone(), wake), (cancel, Arc::downgrade(&self.here)))
    }

    fn cancel(&self, step: &str, attempt: u32) {
        self.lookout.cancel(step, attempt);
        if let Some(cancel) = self.cancels.get(&(step.to_owned(), attempt)) {
            cancel.store(true, Ordering::Release);
        }
    }

    /// Gives the folder of a start.
    fn folder(&self, step: &str, attempt: u32) -> PathBuf {
        self.dir.join(command_folder(step, attempt))
    }
}

/// Makes what the watching thread wakes with: also who waits at the channel learns of it.
fn nudge<'a>(sender: &SyncSender<Sent>, wake: &'a dyn Fn() -> Wakeup) -> impl Fn() -> Wakeup + use<'a> {
    let sender = sender.clone();
    move || {
        let (sender, wake) = (sender.clone(), wake());
        Box::new(move || {
            // A channel that is full wakes as well.
            let _ = sender.try_send(Sent::Look);
            wake();
        })
    }
}

/// Names the folder of a start among those of a run: one that a person finds, and that no other start has.
pub fn command_folder(step: &str, attempt: u32) -> String {
    let name: String = crate::id::slug(step).chars().take(60).collect();
    let hash = Digest::of(step.as_bytes()).to_string();
    format!("{name}-{}-{attempt}", hash.get(..8).unwrap_or_default())
}

/// Names a command beside the runbook, where others are named by their step.
pub fn beside(number: u32) -> String {
    format!("beside/{number}")
}
