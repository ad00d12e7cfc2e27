//! Waiting: for a signal, a receipt, input or the next second, and for nothing else.
//!
//! The loop sleeps in one `poll`. What came is taken in the order of urgency: signals, receipts,
//! input, tick. A terminal that is gone ends the program.

use std::io::{self, Write};
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};

use super::clerk::Receipt;
use super::follower::Foreign;
use super::identity::Report;
use super::perform::News;
use super::recorder::Wakeup;
use super::signals::{Signal, Signals, drain};
use super::terminal::{Guard, Painter};
use super::{App, Ending, Flow, input};
use crate::ui::Key;

/// How many batches of input may wait.
const MOST_BATCHES: usize = 16;
/// How much news is taken in one turn, so that a command that prints much leaves room for keys.
const MOST_NEWS: usize = 8;

/// Is something that the program has to look at.
#[derive(Debug)]
pub enum Wake {
    /// A signal.
    Signal(Signal),
    /// What became of the decision in flight.
    Receipt(Receipt),
    /// What was found out about keys, or became of a proof.
    Report(Report),
    /// What other processes recorded.
    Foreign(Foreign),
    /// What is new of something that is under way.
    News(News),
    /// A key or a paste.
    Input(Input),
    /// The terminal has this many columns and rows.
    Size(u16, u16),
    /// Another second.
    Tick,
}

/// Is what a person does at the terminal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// A key.
    Key(Key),
    /// A paste.
    Paste(String),
}

/// Is where the loop listens.
struct Ear {
    signals: Signals,
    batches: Receiver<Vec<Input>>,
    woken: UnixStream,
}

/// Takes turns until the program ends, and gives the terminal back.
pub(super) fn go_on(app: &mut App, guard: Guard) -> Ending {
    let ending = listen(app).and_then(|mut ear| take_turns(app, &mut ear));
    drop(guard);
    // Writing fails only when the terminal is gone.
    ending.unwrap_or(Ending::Gone)
}

fn listen(app: &mut App) -> io::Result<Ear> {
    let (woken, waker) = Waker::pair()?;
    let (keys, batches) = sync_channel(MOST_BATCHES);
    let wake = waker.wakeup();
    app.wake_with(waker);
    std::thread::Builder::new().name("input".to_owned()).spawn(move || input::read_all(&keys, &wake))?;
    Ok(Ear { signals: Signals::listen()?, batches, woken })
}

/// Is what other threads wake somebody with who waits; by default it wakes nobody.
#[derive(Debug, Default)]
pub(super) struct Waker(Option<UnixStream>);

impl Waker {
    /// Makes one, and the end that can be read when somebody was woken.
    pub fn pair() -> io::Result<(UnixStream, Self)> {
        let (woken, waker) = UnixStream::pair()?;
        woken.set_nonblocking(true)?;
        waker.set_nonblocking(true)?;
        Ok((woken, Self(Some(waker))))
    }

    /// Makes what one thread wakes with; a full pipe wakes as well, and without one he who waits looks once
    /// a second all the same.
    pub fn wakeup(&self) -> Wakeup {
        let waker = self.0.as_ref().and_then(|waker| waker.try_clone().ok());
        Box::new(move || {
            let _ = waker.as_ref().map(|mut waker| waker.write(b"w"));
        })
    }
}

fn take_turns(app: &mut App, ear: &mut Ear) -> io::Result<Ending> {
    let mut painter = Painter::new()?;
    let (columns, rows) = painter.size()?;
    app.turn(Wake::Size(columns, rows));
    loop {
        if app.is_stale() {
            painter.draw(app)?;
            app.note_drawn();
        }
        if !ear.wait(app.until_tick())? {
            return Ok(Ending::Gone);
        }
        if let Some(ending) = take_what_came(app, ear, &painter)? {
            return Ok(ending);
        }
    }
}

fn take_what_came(app: &mut App, ear: &mut Ear, painter: &Painter) -> io::Result<Option<Ending>> {
    drain(&mut ear.woken);
    let mut wakes = Vec::new();
    for signal in ear.signals.take() {
        wakes.push(if signal == Signal::Resize { size(painter)? } else { Wake::Signal(signal) });
    }
    wakes.extend(app.receipt().map(Wake::Receipt));
    wakes.extend(std::iter::from_fn(|| app.report()).map(Wake::Report));
    wakes.extend(std::iter::from_fn(|| app.foreign()).map(Wake::Foreign));
    wakes.extend(std::iter::from_fn(|| app.news()).take(MOST_NEWS).map(Wake::News));
    wakes.extend(ear.batches.try_iter().flatten().map(Wake::Input));
    wakes.push(Wake::Tick);
    for wake in wakes {
        if let Flow::End(ending) = app.turn(wake) {
            return Ok(Some(ending));
        }
    }
    Ok(None)
}

fn size(painter: &Painter) -> io::Result<Wake> {
    painter.size().map(|(columns, rows)| Wake::Size(columns, rows))
}

impl Ear {
    /// Sleeps until something comes; false when the terminal is gone.
    fn wait(&self, patience: Duration) -> io::Result<bool> {
        let stdin = io::stdin();
        // The input thread reads; here only a hang-up is waited for, which is always told.
        let mut ends = vec![PollFd::from_borrowed_fd(stdin.as_fd(), PollFlags::empty())];
        ends.push(PollFd::new(&self.woken, PollFlags::IN));
        ends.extend(self.signals.ends().map(|end| PollFd::from_borrowed_fd(end, PollFlags::IN)));
        let timeout = Timespec { tv_sec: patience.as_secs().cast_signed(), tv_nsec: patience.subsec_nanos().into() };
        match poll(&mut ends, Some(&timeout)) {
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
        Ok(!ends[0].revents().intersects(PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL))
    }
}
