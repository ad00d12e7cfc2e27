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
use ratatui::backend::Backend;
use ratatui::layout::Size;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Signal, kill_current_process_group};

use super::App;
use super::title::Caption;
use super::wake::Wake;
use super::wire::{Outlet, Wire, draw, hold, open};
use crate::ui::{self, Links};

/// The other screen, and pastes marked as such.
const TAKE: &str = "\x1b[?1049h\x1b[?2004h";
/// All that any frame may have changed, and then what was taken, in reverse.
const GIVE_BACK: &str = "\x1b[?2026l\x1b[r\x1b[m\x1b[?7h\x1b[?25h\x1b[?2004l\x1b[?1049l";
/// What other programs may leave behind: another screen, a cursor that is gone, keys and pointers in another
/// language, letters that insert, other letters.
pub(super) const TIDY: &[u8] = b"\x1b[r\x1b[m\x1b[?7h\x1b[?25h\x1b[?1049l\x1b[?1l\x1b>\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l\x1b[?1004l\x1b[?2004l\x1b[4l\x1b(B\x0f";
/// Clicks and the wheel, told in numbers of any size.
const TAKE_MOUSE: &str = "\x1b[?1006h\x1b[?1000h";
const GIVE_MOUSE_BACK: &str = "\x1b[?1000l\x1b[?1006l";
/// The title that there was is kept by the terminal, where it keeps titles; elsewhere none is left.
const TAKE_TITLE: &str = "\x1b[22;2t";
const GIVE_TITLE_BACK: &str = "\x1b]2;\x07\x1b[23;2t";
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

/// Says what is taken beside the screen.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Modes {
    /// The mouse.
    pub mouse: bool,
    /// The title.
    pub title: bool,
}

impl Modes {
    /// Gives what takes them; a title that was kept is not kept again.
    fn take(self, is_kept: bool) -> String {
        let mouse = if self.mouse { TAKE_MOUSE } else { "" };
        let title = if self.title && !is_kept { TAKE_TITLE } else { "" };
        [title, TAKE, mouse].concat()
    }

    /// Gives what gives back all that another program would stumble over.
    fn lend(self) -> String {
        [if self.mouse { GIVE_MOUSE_BACK } else { "" }, GIVE_BACK].concat()
    }

    fn give_back(self) -> String {
        self.lend() + if self.title { GIVE_TITLE_BACK } else { "" }
    }
}

/// Gives the modes back when it goes.
#[derive(Debug)]
pub(super) struct Guard {
    terminal: Arc<File>,
    taken: Arc<AtomicBool>,
    modes: Modes,
}

impl Guard {
    /// Takes the terminal.
    pub(super) fn take(modes: Modes) -> io::Result<Self> {
        let terminal = Arc::new(own()?);
        let guard = Self { terminal, taken: Arc::new(AtomicBool::new(false)), modes };
        let (terminal, taken) = (Arc::clone(&guard.terminal), Arc::clone(&guard.taken));
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            give_back(&terminal, (&taken, modes));
            before(panic);
        }));
        guard.take_modes()?;
        Ok(guard)
    }

    fn take_modes(&self) -> io::Result<()> {
        let was_taken = self.taken.swap(true, Ordering::SeqCst);
        enable_raw_mode()?;
        write_within(&self.terminal, self.modes.take(was_taken).as_bytes(), PATIENCE)
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
        write_within(&self.terminal, self.modes.lend().as_bytes(), PATIENCE)?;
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
        give_back(&self.terminal, (&self.taken, self.modes));
        kill_current_process_group(Signal::TSTP)?;
        self.take_again()
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        give_back(&self.terminal, (&self.taken, self.modes));
    }
}

/// Undoes everything, once; on a terminal that is gone there is nobody to tell of a failure.
fn give_back(terminal: &File, (taken, modes): (&AtomicBool, Modes)) {
    if taken.swap(false, Ordering::SeqCst) {
        let _ = write_within(terminal, modes.give_back().as_bytes(), PATIENCE);
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
    frames: VecDeque<Instant>,
    /// When the next frame may be drawn after one for another size.
    next: Instant,
    /// What the last frame shows, where the next may differ in little.
    drawn: Option<ui::Drawn>,
    /// The title that the terminal has; nothing where it has none.
    caption: Option<Caption>,
}

impl Painter {
    /// Makes one for the terminal that was taken.
    pub(super) fn new(guard: &Guard, links: Links) -> io::Result<Self> {
        let terminal = Terminal::new(Wire::new(Outlet::new(Arc::clone(&guard.terminal)), links)?)?;
        let caption = guard.modes.title.then(Caption::default);
        let (terminal, next) = (ManuallyDrop::new(terminal), Instant::now());
        Ok(Self { terminal, size: None, frames: VecDeque::new(), next, drawn: None, caption })
    }

    /// Tells how long the next frame has to wait, longer where nobody waits for it; while the last one is on its
    /// way that is not known.
    pub(super) fn until_next(&self, is_awaited: bool) -> Option<Duration> {
        let calm = self.frames.back().filter(|_| !is_awaited).map_or(self.next, |last| *last + CALM);
        let (most, time) = BURST;
        let is_burst = self.frames.len() >= most;
        let paced = self.frames.front().filter(|_| is_burst).map_or(self.next, |oldest| self.next.max(*oldest + time));
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

    /// Sends a new title, where there is one.
    fn entitle(&mut self, app: &App, now: Instant) -> io::Result<()> {
        let bytes = self.caption.as_mut().and_then(|caption| caption.change(ui::title(&app.model()), now));
        let Some(bytes) = bytes else { return Ok(()) };
        self.terminal.backend_mut().say(&bytes);
        Backend::flush(self.terminal.backend_mut())
    }

    /// Draws what the app shows and keeps it back, where it can be sent at once; tells whether it can.
    pub(super) fn draw_ahead(&mut self, app: &App) -> bool {
        let is_ready = self.is_idle() && !app.anew && self.terminal.backend_mut().look_at_size().ok() == self.size;
        if is_ready {
            // What comes next is drawn whole: what is kept back may never be sent.
            self.drawn = None;
            hold(&mut self.terminal, |frame| _ = ui::draw(frame, &app.model()));
        }
        is_ready
    }

    /// Sends what was kept back.
    pub(super) fn let_go(&mut self) -> io::Result<()> {
        self.terminal.backend_mut().let_go()
    }

    /// Draws what the app shows, as large as the terminal is now.
    pub(super) fn draw(&mut self, app: &mut App) -> io::Result<()> {
        let size = self.terminal.backend_mut().look_at_size()?;
        let is_resized = self.size.is_some_and(|before| before != size);
        if self.size.replace(size) != Some(size) {
            self.drawn = None;
            app.turn(Wake::Size(size.width, size.height));
        }
        if app.anew {
            self.terminal.clear()?;
            self.drawn = None;
            self.caption.iter_mut().for_each(Caption::forget);
        }
        self.terminal.backend_mut().say(&app.aside);
        let (model, drawn) = (app.model(), self.drawn.take().filter(|_| app.is_only_moved()));
        let views = draw(&mut self.terminal, |frame| {
            let moved = drawn.and_then(|drawn| ui::draw_moved(frame, &model, &drawn));
            moved.unwrap_or_else(|| (ui::draw(frame, &model), vec![frame.area()]))
        })?;
        self.drawn = ui::Drawn::of(&model);
        let now = Instant::now();
        self.entitle(app, now)?;
        app.note_drawn(views);
        if is_resized {
            self.next = now + RESIZED;
        }
        self.frames.push_back(now);
        if self.frames.len() > BURST.0 {
            self.frames.pop_front();
        }
        Ok(())
    }
}
