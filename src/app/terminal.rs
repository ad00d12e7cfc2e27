//! The terminal: its modes are taken once and given back once, whatever happens.
//!
//! The guard is there before the first mode is taken; drop, the panic hook and stepping back undo
//! through it, in reverse, and only the first of them does. Nothing here waits for a terminal that
//! takes nothing: a frame that is on its way is kept, and a farewell is given up after a moment.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, ErrorKind, IsTerminal, Write};
use std::mem::ManuallyDrop;
use std::os::fd::{AsFd, BorrowedFd};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crossterm::terminal::{disable_raw_mode, enable_raw_mode};
use ratatui::Terminal;
use ratatui::layout::Size;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Signal, kill_current_process_group};

use super::App;
use super::wake::Wake;
use super::wire::{Outlet, Wire, open};
use crate::ui;

/// The other screen, and pastes marked as such.
const TAKE: &[u8] = b"\x1b[?1049h\x1b[?2004h";
/// All that any frame may have changed, and then what was taken, in reverse.
const GIVE_BACK: &[u8] = b"\x1b[?2026l\x1b[r\x1b[m\x1b[?7h\x1b[?25h\x1b[?2004l\x1b[?1049l";
/// What other programs may leave behind: another screen, a cursor that is gone, keys and pointers in another
/// language, letters that insert, other letters.
pub(super) const TIDY: &[u8] = b"\x1b[r\x1b[m\x1b[?7h\x1b[?25h\x1b[?1049l\x1b[?1l\x1b>\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l\x1b[?1004l\x1b[?2004l\x1b[4l\x1b(B\x0f";
/// How long a terminal that takes nothing is waited for.
const PATIENCE: Duration = Duration::from_millis(200);
/// How many frames may be drawn in how long a time: an answer to a key and what becomes of it come at once,
/// and what goes on changing is drawn together.
const BURST: (usize, Duration) = (4, Duration::from_millis(64));
/// How long a frame is left alone that was drawn for another size: a size seldom changes once.
const RESIZED: Duration = Duration::from_millis(30);

/// Tells whether standard input and output are a terminal that can be drawn on.
pub fn is_usable() -> bool {
    let is_dumb = std::env::var_os("TERM").is_none_or(|term| term.is_empty() || term == "dumb");
    io::stdin().is_terminal() && io::stdout().is_terminal() && !is_dumb
}

/// Opens the terminal that standard output is.
pub(super) fn own() -> io::Result<File> {
    open(io::stdout().as_fd())
}

/// Gives the modes back when it goes.
#[derive(Debug)]
pub(super) struct Guard {
    terminal: Arc<File>,
    taken: Arc<AtomicBool>,
}

impl Guard {
    /// Takes the terminal.
    pub(super) fn take() -> io::Result<Self> {
        let terminal = Arc::new(own()?);
        let guard = Self { terminal, taken: Arc::new(AtomicBool::new(false)) };
        let (terminal, taken) = (Arc::clone(&guard.terminal), Arc::clone(&guard.taken));
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            give_back(&terminal, &taken);
            before(panic);
        }));
        guard.take_modes()?;
        Ok(guard)
    }

    fn take_modes(&self) -> io::Result<()> {
        self.taken.store(true, Ordering::SeqCst);
        enable_raw_mode()?;
        write_within(&self.terminal, TAKE, PATIENCE)
    }

    /// Takes the modes again, of which it is not known who changed them.
    pub(super) fn take_again(&self) -> io::Result<()> {
        if self.taken.load(Ordering::SeqCst) {
            disable_raw_mode()?;
        }
        self.take_modes()
    }

    /// Clears the way for a command that gets the terminal as it is, raw.
    pub(super) fn lend(&self, announcement: &[u8]) -> io::Result<Arc<File>> {
        write_within(&self.terminal, GIVE_BACK, PATIENCE)?;
        write_within(&self.terminal, announcement, PATIENCE)?;
        Ok(Arc::clone(&self.terminal))
    }

    /// Takes it back, whatever was left of its modes.
    pub(super) fn take_back(&self) -> io::Result<()> {
        write_within(&self.terminal, TIDY, PATIENCE)?;
        self.take_again()
    }

    /// Gives the terminal back and stops, until somebody lets the program go on.
    ///
    /// The signal keeps its usual action: the kernel knows whether anybody is there who could.
    pub(super) fn step_back(&self) -> io::Result<()> {
        give_back(&self.terminal, &self.taken);
        kill_current_process_group(Signal::TSTP)?;
        self.take_again()
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        give_back(&self.terminal, &self.taken);
    }
}

/// Undoes everything, once; on a terminal that is gone there is nobody to tell of a failure.
fn give_back(terminal: &File, taken: &AtomicBool) {
    if taken.swap(false, Ordering::SeqCst) {
        let _ = write_within(terminal, GIVE_BACK, PATIENCE);
        let _ = disable_raw_mode();
    }
}

/// Writes everything, unless the terminal takes nothing for so long.
fn write_within(mut terminal: &File, bytes: &[u8], patience: Duration) -> io::Result<()> {
    let (end, mut rest) = (Instant::now() + patience, bytes);
    while !rest.is_empty() {
        match terminal.write(rest) {
            Ok(written) => rest = rest.get(written..).unwrap_or_default(),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) if error.kind() == ErrorKind::WouldBlock => {
                let left = end.saturating_duration_since(Instant::now());
                if left.is_zero() {
                    return Err(ErrorKind::TimedOut.into());
                }
                wait_for_room(terminal, left)?;
            }
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

fn wait_for_room(terminal: &File, patience: Duration) -> io::Result<()> {
    let timeout = Timespec { tv_sec: patience.as_secs().cast_signed(), tv_nsec: patience.subsec_nanos().into() };
    match poll(&mut [PollFd::new(terminal, PollFlags::OUT)], Some(&timeout)) {
        Ok(_) | Err(rustix::io::Errno::INTR) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// How far apart frames are that nobody waits for: what is printed or measured goes by.
const CALM: Duration = Duration::from_millis(50);

/// Draws frames.
///
/// The terminal of ratatui is never dropped: it would show the cursor, which the guard does, and
/// complain on a standard error that is as dead as the terminal.
#[derive(Debug)]
pub(super) struct Painter {
    terminal: ManuallyDrop<Terminal<Wire<Outlet<Arc<File>>>>>,
    /// For which size the last frame was.
    size: Option<Size>,
    /// When the last frames were drawn, the oldest first.
    drawn: VecDeque<Instant>,
    /// When the next frame may be drawn after one for another size.
    next: Instant,
}

impl Painter {
    /// Makes one for the terminal that was taken.
    pub(super) fn new(guard: &Guard) -> io::Result<Self> {
        let terminal = Terminal::new(Wire::new(Outlet::new(Arc::clone(&guard.terminal)))?)?;
        Ok(Self { terminal: ManuallyDrop::new(terminal), size: None, drawn: VecDeque::new(), next: Instant::now() })
    }

    /// Tells how long the next frame has to wait, longer where nobody waits for it; while the last one is on its
    /// way that is not known.
    pub(super) fn until_next(&self, is_awaited: bool) -> Option<Duration> {
        let calm = self.drawn.back().filter(|_| !is_awaited).map_or(self.next, |last| *last + CALM);
        let (most, time) = BURST;
        let is_burst = self.drawn.len() >= most;
        let paced = self.drawn.front().filter(|_| is_burst).map_or(self.next, |oldest| self.next.max(*oldest + time));
        let paced = paced.max(calm);
        self.is_idle().then(|| paced.saturating_duration_since(Instant::now()))
    }

    /// Tells whether all frames were taken.
    fn is_idle(&self) -> bool {
        self.terminal.backend().tty().is_empty()
    }

    /// Gives what can be waited on until the terminal takes more, if something is left over.
    pub(super) fn unsent(&self) -> Option<BorrowedFd<'_>> {
        (!self.is_idle()).then(|| self.terminal.backend().tty().end().as_fd())
    }

    /// Sends what is left over, as far as it is taken.
    pub(super) fn push(&mut self) -> io::Result<()> {
        self.terminal.backend_mut().tty_mut().push()
    }

    /// Draws what the app shows, as large as the terminal is now.
    pub(super) fn draw(&mut self, app: &mut App) -> io::Result<()> {
        let size = self.terminal.backend_mut().look_at_size()?;
        let is_resized = self.size.is_some_and(|before| before != size);
        if self.size.replace(size) != Some(size) {
            app.turn(Wake::Size(size.width, size.height));
        }
        if app.anew {
            self.terminal.clear()?;
        }
        if app.ring {
            self.terminal.backend_mut().ring();
        }
        let mut views = Vec::new();
        self.terminal.draw(|frame| views = ui::draw(frame, &app.model()))?;
        app.note_drawn(views);
        let now = Instant::now();
        if is_resized {
            self.next = now + RESIZED;
        }
        self.drawn.push_back(now);
        if self.drawn.len() > BURST.0 {
            self.drawn.pop_front();
        }
        Ok(())
    }
}
