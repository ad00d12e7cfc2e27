//! Signals as bytes in pipes, so that the loop hears them where it waits.

use std::io::{self, Read};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixStream;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGWINCH};
use signal_hook::low_level::pipe;

/// Is a signal that the program hears.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// The terminal was hung up.
    Hangup,
    /// Somebody asked it to end.
    Terminate,
    /// Somebody interrupted it.
    Interrupt,
    /// Somebody told it to quit.
    Quit,
    /// The terminal has another size.
    Resize,
    /// The program was stopped, and goes on.
    Continue,
}

impl Signal {
    /// Gives its number.
    pub fn number(self) -> u8 {
        match self {
            Self::Hangup => 1,
            Self::Interrupt => 2,
            Self::Quit => 3,
            Self::Terminate => 15,
            Self::Continue => 18,
            Self::Resize => 28,
        }
    }

    /// Tells whether it asks the program to end.
    pub(super) fn ends(self) -> bool {
        !matches!(self, Self::Resize | Self::Continue)
    }
}

/// Holds one pipe for each signal, the most urgent first.
#[derive(Debug)]
pub(super) struct Signals(Vec<(Signal, UnixStream)>);

impl Signals {
    /// Begins to listen.
    pub(super) fn listen() -> io::Result<Self> {
        let heard = [
            (Signal::Hangup, SIGHUP),
            (Signal::Terminate, SIGTERM),
            (Signal::Interrupt, SIGINT),
            (Signal::Quit, SIGQUIT),
            (Signal::Continue, SIGCONT),
            (Signal::Resize, SIGWINCH),
        ];
        heard
            .into_iter()
            .map(|(signal, number)| listen(number).map(|pipe| (signal, pipe)))
            .collect::<io::Result<_>>()
            .map(Self)
    }

    /// Gives the ends to wait on.
    pub(super) fn ends(&self) -> impl Iterator<Item = BorrowedFd<'_>> {
        self.0.iter().map(|(_, pipe)| pipe.as_fd())
    }

    /// Takes what was heard.
    pub(super) fn take(&mut self) -> Vec<Signal> {
        let heard = self.0.iter_mut().filter_map(|(signal, pipe)| drain(pipe).then_some(*signal));
        heard.collect()
    }

    /// Waits until something can be read or a signal comes; only one that asks to end is one here.
    pub(super) fn wait(&mut self, end: BorrowedFd<'_>) -> io::Result<Option<Signal>> {
        let mut ends = vec![PollFd::from_borrowed_fd(end, PollFlags::IN)];
        ends.extend(self.ends().map(|end| PollFd::from_borrowed_fd(end, PollFlags::IN)));
        match poll(&mut ends, None) {
            Ok(_) | Err(Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
        drop(ends);
        Ok(self.take().into_iter().find(|signal| signal.ends()))
    }
}

/// Says what came while somebody waited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Heard {
    /// A signal.
    Signal(Signal),
    /// The first end can be read.
    First,
    /// Only the other end can be read, or nothing came in that time.
    Other,
}

impl Signals {
    /// Waits for a signal or one of two ends, not for ever; only one that asks to end is one here.
    pub(super) fn wait_for(&mut self, ends: [BorrowedFd<'_>; 2], patience: Duration) -> io::Result<Heard> {
        let mut polled: Vec<_> = ends.iter().map(|end| PollFd::from_borrowed_fd(*end, PollFlags::IN)).collect();
        polled.extend(self.ends().map(|end| PollFd::from_borrowed_fd(end, PollFlags::IN)));
        let timeout = Timespec { tv_sec: patience.as_secs().cast_signed(), tv_nsec: patience.subsec_nanos().into() };
        match poll(&mut polled, Some(&timeout)) {
            Ok(_) | Err(Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
        let is_first = polled.first().is_some_and(|end| !end.revents().is_empty());
        drop(polled);
        Ok(match self.take().into_iter().find(|signal| signal.ends()) {
            Some(signal) => Heard::Signal(signal),
            None if is_first => Heard::First,
            None => Heard::Other,
        })
    }
}

fn listen(number: i32) -> io::Result<UnixStream> {
    let (near, far) = UnixStream::pair()?;
    near.set_nonblocking(true)?;
    pipe::register(number, far)?;
    Ok(near)
}

/// Empties a pipe that does not block, and tells whether there was something.
pub(super) fn drain(pipe: &mut UnixStream) -> bool {
    let mut bytes = [0; 64];
    let mut any = false;
    while pipe.read(&mut bytes).is_ok_and(|read| read > 0) {
        any = true;
    }
    any
}
