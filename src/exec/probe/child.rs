//! A program that is looked at while it runs: read as it prints, ended in time, and nothing of it left.
//!
//! It has a process group of its own. Its end is seen before its number is free again, so that what it
//! left behind in its group can be ended safely. Whoever stops waiting ends all of it, and so does being killed.

use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Child, ExitStatus};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};
use tokio::net::unix::pipe::Receiver;
use tokio::time::{sleep, sleep_until};

use super::gathered::{Gathered, Whole};
use crate::exec::command::{End, How, Moment, Order, Stop, Tally, settled, spawn};
use crate::exec::warden::Guard;
use crate::journal::{Clock, Mask};

/// How much is read at once.
const PIECE: usize = 64 * 1024;
/// How long a program may take to end when it is asked to.
const GRACE: Duration = Duration::from_millis(300);
/// How long others may hold its output open after its end.
const LINGER: Duration = Duration::from_millis(200);
/// How long its end is waited for once it is killed, and how often it is looked.
const BURIAL: Duration = Duration::from_millis(500);
const TICK: Duration = Duration::from_millis(2);
/// How often it is looked whether it has ended while its output is open: closing that tells sooner.
pub(super) const SLOW_TICK: Duration = Duration::from_millis(25);

/// Is a child and all that stands in its group; none of it outlives this.
#[derive(Debug)]
pub(super) struct Group {
    child: Child,
    is_done: bool,
    /// Ends it when this program is killed.
    guard: Option<Guard>,
}

impl Group {
    /// Starts an order, and gives the two ends that are read from.
    pub fn start(order: &Order) -> Result<(Self, Stream, Stream), String> {
        let order = settled(order).map_err(|error| error.to_string())?;
        let mut child = spawn(&order)?;
        let (out, err) = (child.stdout.take().map(OwnedFd::from), child.stderr.take().map(OwnedFd::from));
        // From here on the child is ended whatever happens.
        let guard = Some(Guard::over(Pid::from_child(&child)));
        let group = Self { child, is_done: false, guard };
        let streams = Stream::new(out).and_then(|out| Ok((out, Stream::new(err)?)));
        let (out, err) = streams.map_err(|error| format!("its output cannot be read: {error}"))?;
        Ok((group, out, err))
    }

    /// Waits until the child has ended, looking that often; its status is left to be fetched.
    pub async fn ended(&self, tick: Duration) {
        while !self.has_ended() {
            sleep(tick).await;
        }
    }

    fn has_ended(&self) -> bool {
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
        !matches!(waitid(WaitId::Pid(Pid::from_child(&self.child)), options), Ok(None))
    }

    fn signal(&self, signal: Signal) {
        if !self.is_done {
            let _ = kill_process_group(Pid::from_child(&self.child), signal);
        }
    }

    /// Ends all of the group at once, and fetches the status of the child.
    fn bury(&mut self) -> Option<ExitStatus> {
        self.signal(Signal::KILL);
        self.guard = None;
        let deadline = Instant::now() + BURIAL;
        loop {
            match self.child.try_wait() {
                Ok(Some(status)) => {
                    self.is_done = true;
                    return Some(status);
                }
                // One that is stuck in the kernel goes when the kernel lets it.
                Ok(None) if Instant::now() < deadline => std::thread::sleep(TICK),
                _ => return None,
            }
        }
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        if !self.is_done {
            self.bury();
        }
    }
}

/// Is one output of a child, until its other end is closed.
#[derive(Debug)]
pub(super) struct Stream {
    from: Option<Receiver>,
    buffer: Vec<u8>,
}

impl Stream {
    fn new(from: Option<OwnedFd>) -> io::Result<Self> {
        Ok(Self { from: from.map(Receiver::from_owned_fd).transpose()?, buffer: Vec::new() })
    }

    /// Tells whether something may still come.
    pub fn is_open(&self) -> bool {
        self.from.is_some()
    }

    /// Waits for what comes next; nothing at the end. Who stops waiting loses nothing.
    pub async fn next(&mut self) -> Option<&[u8]> {
        loop {
            let from = self.from.as_ref()?;
            if from.readable().await.is_err() {
                self.from = None;
                return None;
            }
            self.buffer.resize(PIECE, 0);
            match from.try_read(&mut self.buffer) {
                Ok(0) => self.from = None,
                Ok(read) => return self.buffer.get(..read),
                Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted) => {}
                Err(_) => self.from = None,
            }
        }
    }
}

/// Is a program that came to its end, by itself or not.
#[derive(Debug)]
pub(super) struct Ran {
    /// How it ended.
    pub end: End,
    /// What it printed.
    pub out: Whole,
    /// What it printed as errors.
    pub err: Whole,
}

/// Runs an order to its end, or ends it when its time is over.
pub(super) async fn run(order: &Order, limit: Duration, (mask, clock): (Option<&Arc<Mask>>, &dyn Clock)) -> Ran {
    let started = Moment::now(clock);
    let mut gathered = (Gathered::new(mask), Gathered::new(mask));
    let (how, stopped) = match Group::start(order) {
        Err(why) => (How::NotStarted(mask.map_or(why.clone(), |mask| mask.apply_text(&why))), None),
        Ok((group, out, err)) => Watch { group, out, err, to: &mut gathered }.watch_all(limit).await,
    };
    let ended = Moment::now(clock);
    let (out, err, host) = (Tally::default(), Tally::default(), order.host.clone());
    let killed = how == How::Signal(9) && stopped.is_some();
    let end = End { host, how, stopped, killed, left_running: false, started, ended, out, err };
    Ran { end, out: gathered.0.finish(), err: gathered.1.finish() }
}

/// Is a child that is read while it runs.
struct Watch<'a> {
    group: Group,
    out: Stream,
    err: Stream,
    to: &'a mut (Gathered, Gathered),
}

/// Says why reading came to a stop.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Until {
    Ended,
    Closed,
    Late,
}

impl Watch<'_> {
    async fn watch_all(mut self, limit: Duration) -> (How, Option<Stop>) {
        let mut until = self.read(limit, true).await;
        let stopped = (until == Until::Late).then_some(Stop::TimedOut);
        if stopped.is_some() {
            self.group.signal(Signal::TERM);
            self.group.signal(Signal::CONT);
            until = self.read(GRACE, true).await;
        }
        if until == Until::Ended {
            self.read(LINGER, false).await;
        }
        let status = self.group.bury();
        (status.map_or(How::Signal(9), how), stopped)
    }

    /// Reads for so long, or until the child ends, or until nobody holds its outputs where its end is known.
    async fn read(&mut self, limit: Duration, is_running: bool) -> Until {
        let deadline = tokio::time::Instant::now() + limit;
        loop {
            if !is_running && !self.out.is_open() && !self.err.is_open() {
                return Until::Closed;
            }
            let is_silent = !self.out.is_open() && !self.err.is_open();
            let tick = if is_silent { TICK } else { SLOW_TICK };
            tokio::select! {
                biased;
                () = sleep_until(deadline) => return Until::Late,
                () = self.group.ended(tick), if is_running => return Until::Ended,
                piece = self.out.next(), if self.out.is_open() => piece.into_iter().for_each(|piece| self.to.0.add(piece)),
                piece = self.err.next(), if self.err.is_open() => piece.into_iter().for_each(|piece| self.to.1.add(piece)),
            }
        }
    }
}

fn how(status: ExitStatus) -> How {
    status.code().map_or_else(|| How::Signal(status.signal().unwrap_or_default()), How::Exit)
}
