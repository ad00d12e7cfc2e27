//! The terminal: its modes are taken once and given back once, whatever happens.
//!
//! The guard is there before the first mode is taken; drop and the panic hook undo through it, in
//! reverse, and only the first of them does. A frame goes out in one write.

use std::io::{self, BufWriter, IsTerminal, Stdout, Write};
use std::mem::ManuallyDrop;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crossterm::cursor::{Hide, Show};
use crossterm::event::{DisableBracketedPaste, EnableBracketedPaste};
use crossterm::execute;
use crossterm::terminal::{EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode};
use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;

use super::App;
use crate::ui;

/// Tells whether standard input and output are a terminal that can be drawn on.
pub fn is_usable() -> bool {
    let is_dumb = std::env::var_os("TERM").is_none_or(|term| term.is_empty() || term == "dumb");
    io::stdin().is_terminal() && io::stdout().is_terminal() && !is_dumb
}

/// Gives the modes back when it goes.
#[derive(Debug)]
pub(super) struct Guard {
    taken: Arc<AtomicBool>,
}

impl Guard {
    /// Takes the terminal.
    pub(super) fn take() -> io::Result<Self> {
        let guard = Self { taken: Arc::new(AtomicBool::new(true)) };
        let taken = Arc::clone(&guard.taken);
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            restore(&taken);
            before(panic);
        }));
        enable_raw_mode()?;
        execute!(io::stdout(), EnterAlternateScreen, EnableBracketedPaste, Hide)?;
        Ok(guard)
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        restore(&self.taken);
    }
}

/// Undoes everything, once; on a terminal that is gone there is nobody to tell of a failure.
fn restore(taken: &AtomicBool) {
    if taken.swap(false, Ordering::SeqCst) {
        let _ = execute!(io::stdout(), Show, DisableBracketedPaste, LeaveAlternateScreen);
        let _ = disable_raw_mode();
    }
}

/// Draws frames.
///
/// The terminal of ratatui is never dropped: it would show the cursor, which the guard does, and
/// complain on a standard error that is as dead as the terminal.
pub(super) struct Painter(ManuallyDrop<Terminal<CrosstermBackend<BufWriter<Stdout>>>>);

impl Painter {
    /// Makes one for the terminal that was taken.
    pub(super) fn new() -> io::Result<Self> {
        let buffered = BufWriter::with_capacity(64 * 1024, io::stdout());
        Terminal::new(CrosstermBackend::new(buffered)).map(ManuallyDrop::new).map(Self)
    }

    /// Tells the size of the terminal.
    pub(super) fn size(&self) -> io::Result<(u16, u16)> {
        self.0.size().map(|size| (size.width, size.height))
    }

    /// Draws what the app shows.
    pub(super) fn draw(&mut self, app: &App) -> io::Result<()> {
        if app.anew {
            self.0.clear()?;
        }
        self.0.draw(|frame| ui::draw(frame, &app.model()))?;
        if app.ring {
            self.0.backend_mut().write_all(b"\x07")?;
        }
        Write::flush(self.0.backend_mut())
    }
}
