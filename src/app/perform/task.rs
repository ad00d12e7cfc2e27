//! One thing that is under way, and the thread that watches it.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::SyncSender;
use std::sync::{Arc, Weak};
use std::time::Duration;

use super::order::{Deadline, Judging};
use super::{News, Sent};
use crate::app::recorder::Wakeup;
use crate::exec::command::{self, How, Running, State, Stream, Verdict, judge, printed};
use crate::exec::fetch::{self, Underway};
use crate::exec::package;
use crate::journal::{Clock, Digest, Mask};
use crate::run::{Answer, End, Found, Output, Report};

/// How long nothing is looked at.
const LOOK: Duration = Duration::from_millis(200);
/// How long it rests between two pieces of output while more is there.
const PACE: Duration = Duration::from_millis(50);
/// How much output is taken at once.
const MOST_AT_ONCE: usize = 64 * 1024;

/// Is one thing that is under way.
pub(super) struct Task {
    step: String,
    attempt: u32,
    sender: SyncSender<Sent>,
    wake: Wakeup,
    cancel: Arc<AtomicBool>,
    /// Whether anybody is there who wants to know.
    audience: Weak<()>,
}

impl Task {
    pub(super) fn new(
        (step, attempt): (&str, u32),
        (sender, wake): (SyncSender<Sent>, Wakeup),
        (cancel, audience): (Arc<AtomicBool>, Weak<()>),
    ) -> Self {
        Self { step: step.to_owned(), attempt, sender, wake, cancel, audience }
    }

    /// Reports something at once; on a thread, as nobody may be there yet to take it.
    pub(super) fn say(self, report: Report) {
        self.begin(move |task| task.send(News::Report(report)));
    }

    /// Watches a command to its end.
    pub(super) fn follow(self, running: Running, judging: Judging) {
        self.begin(move |task| {
            let report = match task.watch(running) {
                Watched::Ended(dir, end) => ended(&dir, (&task.step, task.attempt), &end, &judging),
                Watched::NotStarted(why) => failed(&task.step, task.attempt, why),
                Watched::Lost(why) => lost(&task.step, task.attempt, why),
            };
            task.send(News::Report(report));
        });
    }

    /// Watches a command beside the runbook to its end.
    pub(super) fn follow_ad_hoc(self, running: Running, number: u32) {
        self.begin(move |task| {
            let report = match task.watch(running) {
                Watched::Ended(dir, end) => ad_hoc_ended(&dir, number, &end),
                Watched::NotStarted(why) | Watched::Lost(why) => ad_hoc_failed(number, why),
            };
            task.send(News::Report(report));
        });
    }

    /// Lets time pass; some may have passed before.
    pub(super) fn wait(self, clock: &Arc<dyn Clock>, (until, words): (Deadline, String), before: Duration) {
        let clock = Arc::clone(clock);
        self.begin(move |task| {
            let began = clock.since_boot();
            let is_over = || match until {
                Deadline::After(length) => clock.since_boot().saturating_sub(began) >= length.as_std(),
                Deadline::At(at_ms) => clock.wall_ms() >= at_ms,
            };
            while !is_over() && !task.is_cancelled() && !task.is_alone() {
                std::thread::sleep(LOOK);
            }
            let took = before + clock.since_boot().saturating_sub(began);
            let (found, why) = match is_over() {
                true => (Found::Checked, words),
                false => (Found::Failed, "the wait was cut short".to_owned()),
            };
            task.end((found, why), took);
        });
    }

    /// Downloads a file.
    pub(super) fn fetch(self, order: fetch::Order, mask: Mask) {
        self.begin(move |task| {
            let end = task.see_through(fetch::start(order), &mask);
            let found = if end.is_good() { Found::Checked } else { Found::Failed };
            task.end((found, mask.apply_text(&end.to_string())), end.took);
        });
    }

    /// Verifies an archive.
    pub(super) fn verify(self, order: package::Order, mask: Mask) {
        self.begin(move |task| {
            let end = task.see_through(package::start(order), &mask);
            let found = if end.is_good() { Found::Checked } else { Found::Failed };
            task.end((found, mask.apply_text(&end.to_string())), end.took);
        });
    }

    fn end(&self, (found, why): (Found, String), took: Duration) {
        let end = End { took_ms: millis(took), ..end(found, why) };
        self.send(News::Report(end_of(&self.step, self.attempt, end)));
    }

    /// Watches work to its end, and tells how far it is.
    fn see_through<E: Send + 'static>(&self, mut work: Underway<E>, mask: &Mask) -> E {
        let mut told = None;
        loop {
            if self.is_cancelled() || self.is_alone() {
                work.cancel();
            }
            if let Some(end) = work.wait(LOOK) {
                return end;
            }
            let progress = work.progress();
            let words = mask.apply_text(&progress.to_string());
            if told.as_ref() != Some(&words) {
                told = Some(words.clone());
                self.send(News::Progress { step: self.step.clone(), words, share: progress.share() });
            }
        }
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
                // Who prints faster than anybody reads is not shown all of it: what is given up meanwhile is counted.
                if matches!(news.state, State::Running) && !self.is_cancelled() {
                    std::thread::sleep(PACE);
                }
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
            if self.is_alone() {
                return Watched::Lost("nobody watches any more".to_owned());
            }
        }
    }

    /// Tells whether nobody wants to know any more; what goes on without us is found again.
    fn is_alone(&self) -> bool {
        self.audience.strong_count() == 0
    }

    fn is_cancelled(&self) -> bool {
        self.cancel.load(Ordering::Acquire)
    }

    fn send(&self, news: News) {
        // Nobody is there any more when the program ends; what is under way is found again.
        if self.sender.send(Sent::News(news)).is_ok() {
            (self.wake)();
        }
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

pub(super) fn end_of(step: &str, attempt: u32, end: End) -> Report {
    Report::Ended { step: step.to_owned(), attempt, end }
}

pub(super) fn end(found: Found, why: String) -> End {
    End { found, why, took_ms: 0, exit: None, values: Vec::new(), output: Vec::new(), sightings: Vec::new() }
}

fn judged(dir: &Path, ended: &command::End, judging: &Judging) -> End {
    let has_run = !matches!(ended.how, How::NotStarted(_));
    let (took_ms, exit) = (millis(ended.took()), has_run.then(|| ended.how.to_string()));
    let output = [Stream::Out, Stream::Err].into_iter().filter_map(|stream| output(stream, ended)).collect();
    let with =
        |found, why, values| End { found, why, took_ms, exit: exit.clone(), values, output, sightings: Vec::new() };
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

pub(super) fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
