//! Lending the terminal to a command that asks questions: what it prints goes out, what is typed goes in.
//!
//! The terminal is raw meanwhile, and nothing of ours is drawn. Two presses of one key come back while
//! the command goes on; its end comes back too. What else happens is looked at in between.

use std::fs::File;
use std::io::{self, Write as _};
use std::os::fd::{AsFd, BorrowedFd};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::termios::tcgetwinsize;

use super::wire::Outlet;
use crate::exec::command::{Lent, Size};
use crate::text::Shown;

/// The key that comes back when it is pressed twice: ctrl-].
const BACK: u8 = 0x1d;
/// How long the first press waits for the second before it goes to the command.
const TWICE: Duration = Duration::from_millis(800);
/// How often it is looked at what nothing tells.
const LOOK: Duration = Duration::from_secs(1);
/// How much is read from the terminal at once.
const MOST_READ: usize = 4096;
/// What to do to come back.
const HOW_BACK: &str = "ctrl-] twice comes back here, and it goes on";

/// Says how the terminal came back.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Parting<E> {
    /// The command ended.
    Ended,
    /// Who sat there came back; it goes on.
    Back,
    /// The terminal is gone.
    Gone,
    /// Something else ends it.
    Other(E),
}

/// Is what else is looked at while the terminal is lent.
pub(super) trait Meanwhile {
    /// What ends it.
    type End;
    /// Gives the ends that can be read when there is something to look at.
    fn ends(&self) -> Vec<BorrowedFd<'_>>;
    /// Looks at it, and gives what ends the lending.
    fn look(&mut self) -> io::Result<Option<Self::End>>;
    /// Tells how long nothing has to be looked at.
    fn patience(&self) -> Duration;
}

/// Says to whom the terminal goes, and how it comes back, as a line for the terminal.
pub(super) fn announcement(command: &str) -> Vec<u8> {
    let command = Shown::line_limited(command, 200);
    format!("\r\nmop: the terminal goes to: {command}\r\nmop: {HOW_BACK}\r\n").into_bytes()
}

/// Tells how large a terminal is, where it says so.
pub(super) fn size_of(terminal: impl AsFd) -> Option<Size> {
    let size = tcgetwinsize(terminal).ok()?;
    (size.ws_col > 0 && size.ws_row > 0).then_some(Size { columns: size.ws_col, rows: size.ws_row })
}

/// Passes on what is printed and typed, until the terminal comes back.
pub(super) fn relay<M: Meanwhile>(
    lent: &mut Lent,
    (stdin, terminal): (BorrowedFd<'_>, Arc<File>),
    meanwhile: &mut M,
) -> io::Result<Parting<M::End>> {
    let mut size = size_of(&*terminal);
    let mut relay = Relay { lent, out: Outlet::new(terminal), pressed: None };
    loop {
        let now = size_of(&**relay.out.end());
        if let Some(changed) = now.filter(|_| now != size) {
            relay.lent.resize(changed);
            size = now;
        }
        if relay.print()? {
            return Ok(Parting::Ended);
        }
        relay.lent.push();
        let heard = relay.wait(stdin, meanwhile)?;
        if heard.is_gone {
            return Ok(Parting::Gone);
        }
        if heard.has_typed && relay.take(stdin)? {
            return Ok(Parting::Back);
        }
        relay.let_go();
        if let Some(end) = meanwhile.look()? {
            return Ok(Parting::Other(end));
        }
    }
}

struct Relay<'a> {
    lent: &'a mut Lent,
    out: Outlet<Arc<File>>,
    /// When the key that comes back was pressed once.
    pressed: Option<Instant>,
}

/// Says what was heard.
struct Heard {
    is_gone: bool,
    has_typed: bool,
}

impl Relay<'_> {
    /// Prints what there is, as far as it is taken; tells whether that was the last of it.
    fn print(&mut self) -> io::Result<bool> {
        self.out.push()?;
        let mut is_last = false;
        while self.out.is_empty() && !is_last {
            let (printed, is_over) = self.lent.news().map_err(io::Error::other)?;
            if printed.is_empty() && !is_over {
                return Ok(false);
            }
            self.out.write_all(&printed)?;
            self.out.push()?;
            is_last = is_over && self.out.is_empty();
        }
        Ok(is_last)
    }

    fn wait(&self, stdin: BorrowedFd<'_>, meanwhile: &impl Meanwhile) -> io::Result<Heard> {
        let escape = self.pressed.map(|pressed| (pressed + TWICE).saturating_duration_since(Instant::now()));
        let patience = [Some(LOOK), Some(meanwhile.patience()), escape].into_iter().flatten().min().unwrap_or(LOOK);
        let timeout = Timespec { tv_sec: patience.as_secs().cast_signed(), tv_nsec: patience.subsec_nanos().into() };
        // Who types more than is read waits, but is heard when he hangs up.
        let typed = if self.lent.is_full() { PollFlags::empty() } else { PollFlags::IN };
        let mut ends = vec![PollFd::from_borrowed_fd(stdin, typed)];
        ends.extend(meanwhile.ends().into_iter().map(|end| PollFd::from_borrowed_fd(end, PollFlags::IN)));
        match self.out.is_empty() {
            true => ends.extend(self.lent.wakes().map(|end| PollFd::from_borrowed_fd(end, PollFlags::IN))),
            false => ends.push(PollFd::from_borrowed_fd(self.out.end().as_fd(), PollFlags::OUT)),
        }
        ends.extend(self.lent.unsent().map(|end| PollFd::from_borrowed_fd(end, PollFlags::OUT)));
        match poll(&mut ends, Some(&timeout)) {
            Ok(_) | Err(Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
        let told = ends.first().map_or(PollFlags::empty(), PollFd::revents);
        let is_gone = told.intersects(PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL);
        Ok(Heard { is_gone, has_typed: told.contains(PollFlags::IN) })
    }

    /// Takes what was typed; tells whether somebody comes back.
    fn take(&mut self, stdin: BorrowedFd<'_>) -> io::Result<bool> {
        let mut bytes = [0; MOST_READ];
        let read = match rustix::io::read(stdin, &mut bytes) {
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(read) => read,
            Err(Errno::INTR | Errno::AGAIN) => return Ok(false),
            Err(error) => return Err(error.into()),
        };
        let mut typed = Vec::with_capacity(read + 1);
        for byte in bytes.get(..read).unwrap_or_default() {
            match (self.pressed.take(), *byte) {
                (Some(_), BACK) => return Ok(true),
                (None, BACK) => self.pressed = Some(Instant::now()),
                (Some(_), byte) => typed.extend([BACK, byte]),
                (None, byte) => typed.push(byte),
            }
        }
        self.lent.type_keys(&typed);
        Ok(false)
    }

    /// Lets a single press go to the command when no second one came.
    fn let_go(&mut self) {
        if self.pressed.is_some_and(|pressed| pressed.elapsed() >= TWICE) {
            self.pressed = None;
            self.lent.type_keys(&[BACK]);
        }
    }
}
