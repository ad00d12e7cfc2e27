//! One thing that is under way, and the thread that watches it.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::SyncSender;
use std::time::Duration;

use super::News;
use super::order::{Deadline, Judging};
use crate::app::recorder::Wakeup;
use crate::exec::command::{self, Running, State, Stream, Verdict, judge, printed};
use crate::journal::{Clock, Digest};
use crate::run::{Answer, End, Found, Output, Report};

/// How long nothing is looked at.
const LOOK: Duration = Duration::from_millis(200);
/// How much output is taken at once.
const MOST_AT_ONCE: usize = 64 * 1024;

/// Is one thing that is under way.
pub(super) struct Task {
    step: String,
    attempt: u32,
    sender: SyncSender<News>,
    wake: Wakeup,
    cancel: Arc<AtomicBool>,
}

impl Task {
    pub(super) fn new(
        (step, attempt): (&str, u32),
        (sender, wake): (SyncSender<News>, Wakeup),
        cancel: Arc<AtomicBool>,
    ) -> Self {
        Self { step: step.to_owned(), attempt, sender, wake, cancel }
    }

    /// Reports something at once; on a thread, as nobody may be there yet to take it.
    pub(super) fn say(&mut self, report: Report) {
        self.detached().begin(move |task| task.send(News::Report(report)));
    }

    /// Watches a command to its end.
    pub(super) fn follow(&mut self, running: Running, judging: Judging) {
        self.detached().begin(move |task| {
            let report = match task.watch(running) {
                Watched::Ended(dir, end) => ended(&dir, (&task.step, task.attempt), &end, &judging),
                Watched::NotStarted(why) => failed(&task.step, task.attempt, why),
                Watched::Lost(why) => lost(&task.step, task.attempt, why),
            };
            task.send(News::Report(report));
        });
    }

    /// Watches a command beside the runbook to its end.
    pub(super) fn follow_ad_hoc(&mut self, running: Running, number: u32) {
        self.detached().begin(move |task| {
            let report = match task.watch(running) {
                Watched::Ended(dir, end) => ad_hoc_ended(&dir, number, &end),
                Watched::NotStarted(why) | Watched::Lost(why) => ad_hoc_failed(number, why),
            };
            task.send(News::Report(report));
        });
    }

    /// Lets time pass.
    pub(super) fn wait(&mut self, clock: &Arc<dyn Clock>, (until, words): (Deadline, String)) {
        let clock = Arc::clone(clock);
        self.detached().begin(move |task| {
            let began = clock.since_boot();
            let is_over = || match until {
                Deadline::After(length) => clock.since_boot().saturating_sub(began) >= length.as_std(),
                Deadline::At(at_ms) => clock.wall_ms() >= at_ms,
            };
            while !is_over() && !task.is_cancelled() {
                std::thread::sleep(LOOK);
            }
            let took = clock.since_boot().saturating_sub(began);
            let (found, why) = match is_over() {
                true => (Found::Checked, words),
                false => (Found::Failed, "the wait was cut short".to_owned()),
            };
            let report = end_of(&task.step, task.attempt, End { took_ms: millis(took), ..end(found, why) });
            task.send(News::Report(report));
        });
    }

    fn watch(&self, mut running: Running) -> Watched {
        loop {
            if self.is_cancelled()
                && let Err(error) = running.cancel()
            {
                self.cancel.store(false, Ordering::Release);
                self.send(News::Said { step: self.step.clone(), words: error.to_string() });
            }
            let news = match running.news(MOST_AT_ONCE) {
                Ok(news) => news,
                Err(error) => return Watched::Lost(error.to_string()),
            };
            if !news.chunks.is_empty() {
                self.send(News::Output { step: self.step.clone(), chunks: news.chunks });
            }
            if news.is_more {
                continue;
            }
            match news.state {
                State::Running => {}
                State::Ended(end) => return Watched::Ended(running.dir().to_owned(), end),
                State::NeverBegun(why) => {
                    return Watched::NotStarted(why.map_or("it could not be begun".to_owned(), |why| why.to_string()));
                }
                State::Unknown(why) => return Watched::Lost(why.to_string()),
            }
            if let Err(error) = running.wait(LOOK) {
                return Watched::Lost(error.to_string());
            }
        }
    }

    fn is_cancelled(&self) -> bool {
        self.cancel.load(Ordering::Acquire)
    }

    fn send(&self, news: News) {
        // Nobody is there any more when the program ends; what is under way is found again.
        if self.sender.send(news).is_ok() {
            (self.wake)();
        }
    }

    fn detached(&mut self) -> Self {
        let wake = std::mem::replace(&mut self.wake, Box::new(|| {}));
        let (step, sender, cancel) = (self.step.clone(), self.sender.clone(), Arc::clone(&self.cancel));
        Self { step, attempt: self.attempt, sender, wake, cancel }
    }

    fn begin(self, work: impl FnOnce(&Self) + Send + 'static) {
        let started = std::thread::Builder::new().name("performer".to_owned());
        // Without a thread nothing is watched; what is under way is found when the run is resumed.
        let _ = started.spawn(move || work(&self));
    }
}

/// Is how watching a command ended.
enum Watched {
    Ended(std::path::PathBuf, Box<command::End>),
    NotStarted(String),
    Lost(String),
}

/// Reports how a command ended.
pub(super) fn ended(dir: &Path, (step, attempt): (&str, u32), end: &command::End, judging: &Judging) -> Report {
    end_of(step, attempt, judged(dir, end, judging))
}

/// Reports how a command beside the runbook ended.
pub(super) fn ad_hoc_ended(dir: &Path, number: u32, end: &command::End) -> Report {
    Report::AdHocEnded { number, end: judged(dir, end, &Judging::default()) }
}

pub(super) fn ad_hoc_failed(number: u32, why: String) -> Report {
    Report::AdHocEnded { number, end: end(Found::Failed, why) }
}

pub(super) fn ad_hoc_for_person(number: u32, why: String) -> Report {
    Report::AdHocEnded { number, end: end(Found::ForPerson, why) }
}

pub(super) fn failed(step: &str, attempt: u32, why: String) -> Report {
    end_of(step, attempt, end(Found::Failed, why))
}

pub(super) fn for_person(step: &str, attempt: u32, why: String) -> Report {
    end_of(step, attempt, end(Found::ForPerson, why))
}

pub(super) fn lost(step: &str, attempt: u32, why: String) -> Report {
    Report::Lost { step: step.to_owned(), attempt, why }
}

fn end_of(step: &str, attempt: u32, end: End) -> Report {
    Report::Ended { step: step.to_owned(), attempt, end }
}

fn end(found: Found, why: String) -> End {
    End { found, why, took_ms: 0, exit: None, values: Vec::new(), output: Vec::new() }
}

fn judged(dir: &Path, ended: &command::End, judging: &Judging) -> End {
    let (took_ms, exit) = (millis(ended.took()), Some(ended.how.to_string()));
    let output = [Stream::Out, Stream::Err].into_iter().filter_map(|stream| output(stream, ended)).collect();
    let with = |found, why, values| End { found, why, took_ms, exit: exit.clone(), values, output };
    if let Some(why) = &judging.unready {
        return with(Found::ForPerson, format!("it ended ({}); {why}", ended.how), Vec::new());
    }
    let kept = match printed(dir, ended) {
        Ok(kept) => kept,
        Err(error) => return with(Found::ForPerson, format!("it ended ({}); {error}", ended.how), Vec::new()),
    };
    let judgement = judge(judging.expected.as_ref(), &judging.captures, ended, &kept);
    let reasons: Vec<_> = judgement.reasons.iter().map(ToString::to_string).collect();
    let values = judgement.captured.iter().map(|taken| (taken.name.to_string(), Answer::of(&taken.value))).collect();
    match judgement.verdict {
        Verdict::Passed => with(Found::Checked, format!("as expected ({})", ended.how), values),
        Verdict::Failed => with(Found::Failed, reasons.join("; "), Vec::new()),
        Verdict::ToPerson => with(Found::ForPerson, format!("{}; a person judges", ended.how), values),
    }
}

fn output(stream: Stream, ended: &command::End) -> Option<Output> {
    let tally = ended.tally(stream);
    let name = match stream {
        Stream::Out => "stdout",
        Stream::Err => "stderr",
    };
    let sha256 = Digest::parse(tally.sha256.as_bytes())?;
    Some(Output { stream: name.to_owned(), bytes: tally.bytes, dropped: tally.dropped, sha256 })
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
