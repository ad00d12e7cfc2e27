//! Performs effects: starts what steps do, watches it, and reports how it ended.
//!
//! Each thing that is under way has a thread of its own that only watches; a command itself runs under
//! its supervisor and goes on when this program ends. An effect comes here only after its event is
//! durable, and what is reported is believed only after it was recorded. Output that nobody takes
//! waits in its folder; the end is never dropped.

mod order;
mod task;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Duration;

use super::recorder::Wakeup;
use crate::exec::command::{Chunk, Found, Launcher, Secret, find};
use crate::journal::{COMMANDS, Clock, Digest};
use crate::run::{Effect, Report, Run};
use order::{Prepared, prepare, secrets_of};
use task::{Task, failed, lost};

/// How much news may wait; who is slow to take it slows only its own reading.
const MOST_NEWS: usize = 64;

/// Is what is new of something under way.
#[derive(Debug)]
pub enum News {
    /// It printed something.
    Output {
        /// What it belongs to.
        step: String,
        /// What was printed.
        chunks: Vec<Chunk>,
    },
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

/// Performs effects of one run.
#[derive(Debug)]
pub struct Performer {
    launcher: Launcher,
    clock: Arc<dyn Clock>,
    dir: PathBuf,
    secrets: HashMap<String, Secret>,
    sender: SyncSender<News>,
    news: Receiver<News>,
    /// What ends each thing that is under way before its time.
    cancels: HashMap<(String, u32), Arc<AtomicBool>>,
}

impl Performer {
    /// Makes one for the run in a directory.
    pub fn new(run: &Path, launcher: Launcher, clock: Arc<dyn Clock>) -> Self {
        let (sender, news) = sync_channel(MOST_NEWS);
        let (secrets, cancels) = (HashMap::new(), HashMap::new());
        Self { launcher, clock, dir: run.join(COMMANDS), secrets, sender, news, cancels }
    }

    /// Gives the names of the secrets that an item needs and that nobody typed yet.
    pub fn lacks(&self, run: &Run, step: &str) -> Vec<String> {
        let needs = run.plan().item(step).map(|item| secrets_of(run, item)).unwrap_or_default();
        needs.into_iter().filter(|name| !self.secrets.contains_key(name)).collect()
    }

    /// Takes a secret, for as long as the program runs.
    pub fn learn(&mut self, name: String, secret: Secret) {
        self.secrets.insert(name, secret);
    }

    /// Performs an effect.
    pub fn perform(&mut self, run: &Run, effect: &Effect, wake: Wakeup) {
        match effect {
            Effect::Ring => {}
            Effect::Start { step, attempt } => self.start(run, (step, *attempt), wake),
            Effect::Cancel { step, attempt } => self.cancel(step, *attempt),
            Effect::Recheck { steps } => self.recheck(steps, &wake),
            Effect::RunAdHoc { number, command } => self.run_ad_hoc(run, (*number, command), wake),
        }
    }

    /// Takes what is new, if something is.
    pub fn news(&mut self) -> Option<News> {
        self.news.try_recv().ok()
    }

    /// Waits for news, not for ever.
    pub fn wait(&mut self, patience: Duration) -> Option<News> {
        self.news.recv_timeout(patience).ok()
    }

    /// Takes up what was under way when the program ended last, or what another terminal started.
    ///
    /// Only who is alone can tell that something was never started: another one may be about to.
    pub fn take_up(&mut self, run: &Run, is_alone: bool, wake: &dyn Fn() -> Wakeup) {
        let running: Vec<_> = run.running().map(|(step, attempt)| (step.to_owned(), attempt)).collect();
        for (step, attempt) in running {
            if !self.cancels.contains_key(&(step.clone(), attempt)) {
                self.take_up_one(run, (step, attempt, is_alone), wake());
            }
        }
        if let (number, true) = run.ad_hoc()
            && is_alone
            && !self.cancels.contains_key(&(ad_hoc(number), number))
        {
            self.take_up_ad_hoc(number, wake());
        }
    }

    fn start(&mut self, run: &Run, (step, attempt): (&str, u32), wake: Wakeup) {
        let secrets = self.secrets.clone();
        let secret = |name: &str| secrets.get(name).cloned();
        let Some(item) = run.plan().item(step) else { return };
        let mut task = self.task((step, attempt), wake);
        match prepare(run, item, &secret) {
            Err(why) => task.say(failed(step, attempt, why)),
            Ok(Prepared::ForPerson(why)) => task.say(task::for_person(step, attempt, why)),
            Ok(Prepared::Wait { until, words }) => task.wait(&self.clock, (until, words)),
            Ok(Prepared::Command { mut order, judging }) => {
                order.masked.extend(self.secrets.values().cloned());
                match self.launcher.start(&order, &self.folder(step, attempt)) {
                    Ok(running) => task.follow(running, *judging),
                    Err(error) => task.say(failed(step, attempt, error.to_string())),
                }
            }
        }
    }

    fn run_ad_hoc(&mut self, run: &Run, (number, command): (u32, &str), wake: Wakeup) {
        let mut task = self.task((&ad_hoc(number), number), wake);
        if run.start().rehearsal {
            return task.say(task::ad_hoc_for_person(number, order::REHEARSED.to_owned()));
        }
        let mut order = order::ad_hoc(command);
        order.masked.extend(self.secrets.values().cloned());
        match self.launcher.start(&order, &self.folder(&ad_hoc(number), number)) {
            Ok(running) => task.follow_ad_hoc(running, number),
            Err(error) => task.say(task::ad_hoc_failed(number, error.to_string())),
        }
    }

    /// Looks again at what was proved by looking; this version cannot, and says so.
    fn recheck(&mut self, steps: &[String], wake: &Wakeup) {
        for step in steps {
            let why = Some("mop cannot look at this by itself yet; look at it again".to_owned());
            if self.sender.try_send(News::Report(Report::Rechecked { step: step.clone(), why })).is_ok() {
                wake();
            }
        }
    }

    fn take_up_one(&mut self, run: &Run, (step, attempt, is_alone): (String, u32, bool), wake: Wakeup) {
        let secrets = self.secrets.clone();
        let secret = |name: &str| secrets.get(name).cloned();
        let Some(item) = run.plan().item(&step) else { return };
        let plan = prepare(run, item, &secret);
        let dir = self.folder(&step, attempt);
        if let Ok(Prepared::Wait { until, words }) = plan {
            let until = order::resumed(run, &step, until);
            return self.task((&step, attempt), wake).wait(&self.clock, (until, words));
        }
        if let Ok(Prepared::ForPerson(why)) = plan {
            // Nothing was to be run, so nothing is lost; who is there already tells it himself.
            if is_alone {
                self.task((&step, attempt), wake).say(task::for_person(&step, attempt, why));
            }
            return;
        }
        let judging = order::judging(run, item, &secret);
        let never = "mop ended before it was started; nothing was run".to_owned();
        match find(&dir) {
            Ok(Found::Running(running)) => self.task((&step, attempt), wake).follow(*running, judging),
            Ok(Found::Ended(end)) => {
                let mut task = self.task((&step, attempt), wake);
                let report = task::ended(&dir, (&step, attempt), &end, &judging);
                task.say(report);
            }
            Ok(Found::Unknown(why)) => self.task((&step, attempt), wake).say(lost(&step, attempt, why.to_string())),
            Ok(Found::Absent | Found::NeverBegun) if is_alone => {
                self.task((&step, attempt), wake).say(failed(&step, attempt, never));
            }
            Ok(Found::Absent | Found::NeverBegun) => {}
            Err(error) if is_alone => self.task((&step, attempt), wake).say(lost(&step, attempt, error.to_string())),
            Err(_) => {}
        }
    }

    fn take_up_ad_hoc(&mut self, number: u32, wake: Wakeup) {
        let dir = self.folder(&ad_hoc(number), number);
        let mut task = self.task((&ad_hoc(number), number), wake);
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

    fn task(&mut self, (step, attempt): (&str, u32), wake: Wakeup) -> Task {
        let cancel = Arc::new(AtomicBool::new(false));
        self.cancels.insert((step.to_owned(), attempt), Arc::clone(&cancel));
        Task::new((step, attempt), (self.sender.clone(), wake), cancel)
    }

    fn cancel(&self, step: &str, attempt: u32) {
        if let Some(cancel) = self.cancels.get(&(step.to_owned(), attempt)) {
            cancel.store(true, Ordering::Release);
        }
    }

    /// Gives the folder of a start: one that a person finds, and that no other start has.
    fn folder(&self, step: &str, attempt: u32) -> PathBuf {
        let name: String = crate::id::slug(step).chars().take(60).collect();
        let hash = Digest::of(step.as_bytes()).to_string();
        self.dir.join(format!("{name}-{}-{attempt}", hash.get(..8).unwrap_or_default()))
    }
}

fn ad_hoc(number: u32) -> String {
    format!("beside/{number}")
}
