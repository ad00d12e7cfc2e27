//! A command while it runs: its output, its end, its time, and being asked to end.
//!
//! Its status is fetched last, so that until then its number, which is its group's too, stays its own.
//! Ending it means all of its group: asked first, killed when the grace is over. What only holds its
//! output open after its end is waited for a little, and then left.

use std::fs::File;
use std::process::Child;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, WaitIdStatus, kill_process_group, waitid};

use super::super::end::{How, Moment, Stop};
use super::super::left::living;
use super::super::order::Limits;
use super::Start;
use super::outputs::Outputs;
use super::signals::{Signals, is_cancelled};
use super::terminal::Terminal;
use crate::journal::Clock;

/// How often it is looked at what nothing tells.
const LOOK: Duration = Duration::from_secs(1);
/// The same while a group is being ended whose leader has gone before.
const SHORT_LOOK: Duration = Duration::from_millis(50);

/// Is what became of a command.
#[derive(Debug)]
pub(super) struct Past {
    pub how: How,
    pub stopped: Option<Stop>,
    pub killed: bool,
    pub left_running: bool,
    pub ended: Moment,
}

/// Says that it was asked to end.
#[derive(Clone, Copy, Debug)]
struct Stopping {
    why: Stop,
    kill_at: Duration,
    killed: bool,
}

/// Is a command that runs.
pub(super) struct Watched<'a> {
    child: Child,
    group: Pid,
    outputs: Outputs,
    signals: Signals,
    control: File,
    /// The terminal that it was given.
    terminal: Option<Terminal>,
    clock: &'a dyn Clock,
    limits: Limits,
    /// When its time is over.
    deadline: Option<Duration>,
    stopping: Option<Stopping>,
    exited: Option<(How, Moment)>,
}

impl<'a> Watched<'a> {
    /// Takes a child that was just started.
    pub fn new(
        start: &Start<'a>,
        (mut child, terminal): (Child, Option<Terminal>),
        (mut outputs, signals, control): (Outputs, Signals, File),
    ) -> Self {
        outputs.connect(&mut child);
        let near = terminal.as_ref().and_then(|terminal| terminal.near().ok());
        near.into_iter().for_each(|near| outputs.connect_terminal(near));
        let limits = start.order.limits;
        let deadline = limits.timeout.map(|timeout| start.clock.since_boot().saturating_add(timeout));
        let (group, clock) = (Pid::from_child(&child), start.clock);
        let (stopping, exited) = (None, None);
        Self { child, group, outputs, signals, control, terminal, clock, limits, deadline, stopping, exited }
    }

    /// Watches it to its end.
    pub fn watch(mut self) -> (Past, Outputs) {
        loop {
            self.wait();
            self.hear();
            self.look();
            self.enforce();
            if let Some((how, ended)) = self.exited.clone().filter(|(_, ended)| self.is_over(ended)) {
                return self.finish((how, ended));
            }
        }
    }

    fn finish(mut self, (how, ended): (How, Moment)) -> (Past, Outputs) {
        let session = std::process::id();
        let left_running = !self.outputs.are_closed() || !living(|stat| stat.session == session).is_empty();
        let _ = self.child.wait();
        let (stopped, killed) = self.stopping.map_or((None, false), |stopping| (Some(stopping.why), stopping.killed));
        (Past { how, stopped, killed, left_running, ended }, self.outputs)
    }

    /// Waits for output, a signal, a word or a point in time, and takes the output.
    fn wait(&mut self) {
        let patience = self.patience();
        let timeout = Timespec { tv_sec: patience.as_secs().cast_signed(), tv_nsec: patience.subsec_nanos().into() };
        let mut ends: Vec<_> = self.outputs.ends().map(|end| PollFd::from_borrowed_fd(end, PollFlags::IN)).collect();
        let outputs = ends.len();
        ends.extend(self.signals.ends().map(|end| PollFd::from_borrowed_fd(end, PollFlags::IN)));
        ends.push(PollFd::new(&self.control, PollFlags::IN));
        if let Some(terminal) = &self.terminal {
            ends.push(match terminal.unread() {
                Some(unread) => PollFd::from_borrowed_fd(unread, PollFlags::OUT),
                None => PollFd::from_borrowed_fd(terminal.typed(), PollFlags::IN),
            });
        }
        let is_polled = poll(&mut ends, Some(&timeout)).is_ok();
        let ready: Vec<_> = ends.iter().take(outputs).map(|end| is_polled && !end.revents().is_empty()).collect();
        self.outputs.read(&ready, self.clock.since_boot());
    }

    /// Gives how long nothing has to be done unless something is told.
    fn patience(&self) -> Duration {
        let now = self.clock.since_boot();
        let look = if self.stopping.is_some() && self.exited.is_some() { SHORT_LOOK } else { LOOK };
        let runs = self.exited.is_none();
        let kill_at = self.stopping.filter(|stopping| runs && !stopping.killed).map(|stopping| stopping.kill_at);
        let deadline = self.deadline.filter(|_| runs && self.stopping.is_none());
        let lingers = self.exited.as_ref().map(|(_, ended)| ended.since_boot() + self.limits.linger);
        // What is past by now is done at once, but for this one: it is looked at after every wait.
        let lingers = lingers.filter(|lingers| *lingers > now);
        let due = [kill_at, deadline, lingers].into_iter().flatten().min();
        due.map_or(look, |due| due.saturating_sub(now).min(look))
    }

    fn hear(&mut self) {
        if self.signals.is_told_to_end() {
            self.stop(Stop::Terminated);
        }
        if is_cancelled(&mut self.control) {
            self.stop(Stop::Cancelled);
        }
        if let Some(terminal) = &mut self.terminal {
            terminal.pass_on();
        }
    }

    /// Looks whether it has ended, and leaves its status to be fetched.
    fn look(&mut self) {
        if self.exited.is_some() {
            return;
        }
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
        if let Ok(Some(status)) = waitid(WaitId::Pid(self.group), options) {
            self.exited = Some((how(&status), Moment::now(self.clock)));
        }
    }

    fn enforce(&mut self) {
        let now = self.clock.since_boot();
        if self.exited.is_none() && self.deadline.is_some_and(|deadline| now >= deadline) {
            self.stop(Stop::TimedOut);
        }
        let is_due = self.stopping.is_some_and(|stopping| !stopping.killed && now >= stopping.kill_at);
        if is_due && (self.exited.is_none() || self.has_group()) {
            let _ = kill_process_group(self.group, Signal::KILL);
            self.stopping = self.stopping.map(|stopping| Stopping { killed: true, ..stopping });
        }
    }

    fn stop(&mut self, why: Stop) {
        if self.stopping.is_some() {
            return;
        }
        let _ = kill_process_group(self.group, Signal::TERM);
        let _ = kill_process_group(self.group, Signal::CONT);
        let kill_at = self.clock.since_boot().saturating_add(self.limits.grace);
        self.stopping = Some(Stopping { why, kill_at, killed: false });
    }

    /// Tells whether nothing more is waited for, after the command's own end.
    fn is_over(&self, ended: &Moment) -> bool {
        let now = self.clock.since_boot();
        let is_past = now >= ended.since_boot() + self.limits.linger;
        let is_ending = self.stopping.is_some_and(|stopping| now < stopping.kill_at + self.limits.linger);
        (self.outputs.are_closed() || is_past) && !(is_ending && self.has_group())
    }

    /// Tells whether any of its group lives.
    fn has_group(&self) -> bool {
        let group = u32::try_from(self.group.as_raw_nonzero().get()).unwrap_or_default();
        !living(|stat| stat.group == group).is_empty()
    }
}

fn how(status: &WaitIdStatus) -> How {
    match (status.exit_status(), status.terminating_signal()) {
        (Some(code), _) => How::Exit(code),
        (None, Some(number)) => How::Signal(number),
        (None, None) => How::Signal(0),
    }
}
