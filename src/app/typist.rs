//! What a person types outside of the full screen: lines, and lines that are not shown.
//!
//! A signal is heard wherever it is waited, also while a proof is being made. The terminal's echo is
//! taken by a guard that gives it back however it goes. What is asked, and where, is for the caller.

use std::io::{self, IsTerminal as _, Stdin, Write as _};
use std::os::fd::{AsFd as _, BorrowedFd};
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::time::Duration;

use rustix::io::Errno;
use rustix::termios::{
    LocalModes, OptionalActions, QueueSelector, SpecialCodeIndex, Termios, tcflush, tcgetattr, tcsetattr,
};
use zeroize::{Zeroize as _, Zeroizing};

use super::lend::{Meanwhile, Parting, announcement, relay};
use super::signals::{Heard, Signal, Signals, drain};
use super::terminal::{TIDY, own};
use crate::exec::command::Lent;
use crate::exec::process::Cancel;

/// How many bytes a line may have.
const MOST_LINE: usize = 4096;

/// Reads standard input, line by line.
#[derive(Debug)]
pub struct Typist {
    stdin: Stdin,
    signals: Signals,
    /// What was read behind the last line.
    ahead: Zeroizing<Vec<u8>>,
}

/// Says why no line came.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotTyped {
    /// A signal came instead.
    #[error("cancelled")]
    Signal(Signal),
    /// The input ended.
    #[error("standard input ended before the answer")]
    Ended,
    /// The line is too long, or no text.
    #[error("the answer has to be one line of text of at most {MOST_LINE} bytes")]
    NoLine,
    /// The input cannot be read.
    #[error("standard input cannot be read: {0}")]
    Failed(String),
}

impl From<io::Error> for NotTyped {
    fn from(error: io::Error) -> Self {
        Self::Failed(error.to_string())
    }
}

impl From<Errno> for NotTyped {
    fn from(error: Errno) -> Self {
        io::Error::from(error).into()
    }
}

impl Typist {
    /// Begins to listen to signals, which end nothing by themselves from now on.
    ///
    /// # Errors
    ///
    /// Says why they cannot be heard.
    pub fn new() -> Result<Self, NotTyped> {
        Ok(Self { stdin: io::stdin(), signals: Signals::listen()?, ahead: Zeroizing::default() })
    }

    /// Tells whether a person types at a terminal.
    pub fn is_terminal(&self) -> bool {
        self.stdin.is_terminal()
    }

    /// Forgets what was typed before now, so that nothing typed ahead answers a question.
    pub fn forget(&mut self) {
        if self.is_terminal() {
            self.ahead.zeroize();
            // Where that cannot be done, what was typed ahead is read as it is.
            let _ = tcflush(&self.stdin, QueueSelector::IFlush);
        }
    }

    /// Reads the next line, without its end.
    ///
    /// # Errors
    ///
    /// Says why there is none.
    pub fn line(&mut self) -> Result<Zeroizing<String>, NotTyped> {
        loop {
            if let Some(end) = memchr::memchr(b'\n', &self.ahead) {
                return self.take(end);
            }
            if self.ahead.len() > MOST_LINE {
                return Err(NotTyped::NoLine);
            }
            self.read_more()?;
        }
    }

    /// Waits for the next line, but gives nothing once another end can be read or so much time passed.
    ///
    /// # Errors
    ///
    /// Says why there will be none.
    pub fn line_or(
        &mut self,
        woken: BorrowedFd<'_>,
        patience: Duration,
    ) -> Result<Option<Zeroizing<String>>, NotTyped> {
        loop {
            if let Some(end) = memchr::memchr(b'\n', &self.ahead) {
                return self.take(end).map(Some);
            }
            if self.ahead.len() > MOST_LINE {
                return Err(NotTyped::NoLine);
            }
            match self.signals.wait_for([self.stdin.as_fd(), woken], patience)? {
                Heard::Signal(signal) => return Err(NotTyped::Signal(signal)),
                Heard::First => self.read_what_is_there()?,
                Heard::Other => return Ok(None),
            }
        }
    }

    /// Waits until an end can be read or so much time passed, whatever is typed.
    ///
    /// # Errors
    ///
    /// Gives the signal that came instead.
    pub fn rest(&mut self, woken: BorrowedFd<'_>, patience: Duration) -> Result<(), NotTyped> {
        match self.signals.wait_for([woken, woken], patience)? {
            Heard::Signal(signal) => Err(NotTyped::Signal(signal)),
            Heard::First | Heard::Other => Ok(()),
        }
    }

    /// Hides what is typed from now on, as long as the guard is kept.
    ///
    /// # Errors
    ///
    /// Says why it cannot be hidden; then nothing secret may be asked.
    pub fn hide(&mut self) -> Result<Hidden<'_>, NotTyped> {
        let before = if self.is_terminal() { Some(tcgetattr(&self.stdin)?) } else { None };
        if let Some(before) = &before {
            let mut hidden = before.clone();
            hidden.local_modes.remove(LocalModes::ECHO);
            hidden.local_modes.insert(LocalModes::ECHONL | LocalModes::ICANON | LocalModes::ISIG);
            // Stopped in the middle, it would leave a terminal behind that shows nothing.
            hidden.special_codes[SpecialCodeIndex::VSUSP] = 0;
            self.ahead.zeroize();
            tcsetattr(&self.stdin, OptionalActions::Flush, &hidden)?;
        }
        Ok(Hidden { typist: self, before })
    }

    /// Does something that takes a while; a signal cancels it.
    ///
    /// # Errors
    ///
    /// Gives the signal that cancelled it.
    pub fn meanwhile<T: Send>(&mut self, work: impl FnOnce(&Cancel) -> T + Send) -> Result<T, NotTyped> {
        let (mut done, mut tell) = UnixStream::pair()?;
        done.set_nonblocking(true)?;
        let cancel = Cancel::new();
        std::thread::scope(|scope| {
            let working = scope.spawn(|| {
                let result = work(&cancel);
                // The other end waits below until this comes.
                let _ = tell.write_all(b"d");
                drop(tell);
                result
            });
            let mut heard = None;
            while !drain(&mut done) && !working.is_finished() {
                match self.signals.wait(done.as_fd()) {
                    Ok(None) => {}
                    Ok(Some(signal)) => heard = Some(NotTyped::Signal(signal)),
                    Err(error) => heard = Some(error.into()),
                }
                if heard.is_some() {
                    cancel.cancel();
                    break;
                }
            }
            let result = working.join();
            match (heard, result) {
                (Some(heard), _) => Err(heard),
                (None, Ok(result)) => Ok(result),
                (None, Err(_)) => Err(NotTyped::Failed("the work fell over".to_owned())),
            }
        })
    }

    /// Lends the terminal to a command that asks questions; tells whether it ended, or goes on.
    ///
    /// # Errors
    ///
    /// Gives the signal that came, or says why the terminal cannot be lent.
    pub fn lend(&mut self, lent: &mut Lent, command: &str) -> Result<bool, NotTyped> {
        self.ahead.zeroize();
        let terminal = Arc::new(own()?);
        (&*terminal).write_all(&announcement(command))?;
        let before = tcgetattr(&self.stdin)?;
        let mut raw = before.clone();
        raw.make_raw();
        tcsetattr(&self.stdin, OptionalActions::Now, &raw)?;
        let parting = relay(lent, (io::stdin().as_fd(), Arc::clone(&terminal)), &mut Listening(&mut self.signals));
        // On a terminal that is gone there is nobody to tidy up for.
        let _ = (&*terminal).write_all(TIDY);
        let _ = tcsetattr(&self.stdin, OptionalActions::Flush, &before);
        match parting? {
            Parting::Ended => Ok(true),
            Parting::Back => Ok(false),
            Parting::Gone => Err(NotTyped::Signal(Signal::Hangup)),
            Parting::Other(signal) => Err(NotTyped::Signal(signal)),
        }
    }

    fn take(&mut self, end: usize) -> Result<Zeroizing<String>, NotTyped> {
        let rest = Zeroizing::new(self.ahead.split_off(end + 1));
        let line = std::mem::replace(&mut self.ahead, rest);
        let line = line.strip_suffix(b"\n").unwrap_or(&line);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        match str::from_utf8(line) {
            Ok(text) if line.len() <= MOST_LINE => Ok(Zeroizing::new(text.to_owned())),
            _ => Err(NotTyped::NoLine),
        }
    }

    fn read_more(&mut self) -> Result<(), NotTyped> {
        if let Some(signal) = self.signals.wait(self.stdin.as_fd())? {
            return Err(NotTyped::Signal(signal));
        }
        self.read_what_is_there()
    }

    fn read_what_is_there(&mut self) -> Result<(), NotTyped> {
        let mut piece = Zeroizing::new([0; 1024]);
        match rustix::io::read(&self.stdin, &mut piece[..]) {
            Ok(0) if self.ahead.is_empty() => Err(NotTyped::Ended),
            // The last line need not have an end.
            Ok(0) => {
                self.ahead.push(b'\n');
                Ok(())
            }
            Ok(read) => {
                self.ahead.extend_from_slice(piece.get(..read).unwrap_or_default());
                Ok(())
            }
            Err(Errno::INTR | Errno::AGAIN) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}

/// Listens to signals while the terminal is lent.
struct Listening<'a>(&'a mut Signals);

impl Meanwhile for Listening<'_> {
    type End = Signal;

    fn ends(&self) -> Vec<BorrowedFd<'_>> {
        self.0.ends().collect()
    }

    fn look(&mut self) -> io::Result<Option<Signal>> {
        Ok(self.0.take().into_iter().find(|signal| signal.ends()))
    }

    fn patience(&self) -> Duration {
        Duration::MAX
    }
}

/// Hides what is typed, and shows it again when it goes.
#[derive(Debug)]
pub struct Hidden<'a> {
    typist: &'a mut Typist,
    before: Option<Termios>,
}

impl Hidden<'_> {
    /// Reads the next line, without its end.
    ///
    /// # Errors
    ///
    /// Says why there is none.
    pub fn line(&mut self) -> Result<Zeroizing<String>, NotTyped> {
        self.typist.line()
    }
}

impl Drop for Hidden<'_> {
    fn drop(&mut self) {
        if let Some(before) = &self.before {
            // On a terminal that is gone there is nobody to show anything to.
            let _ = tcsetattr(&self.typist.stdin, OptionalActions::Flush, before);
        }
    }
}
