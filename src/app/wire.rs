//! What goes over the link: a backend of ratatui that writes as few bytes as it can.
//!
//! It keeps a copy of what the terminal shows and sends what differs, in one write a frame and none
//! when nothing does. Composing a frame is pure; who takes the bytes is a [`Tty`].
//!
//! What is sent: CUP, CUU, CUD, CUF, CUB, CR, LF, BS and RI to move, EL, ECH and ED to erase, DECSTBM with IL
//! and DL to move rows, SGR, OSC 8 where links are wanted, and the modes 7 (no wrapping), 25 (cursor) and 2026 (synchronized
//! output). All but OSC 8 and the last are those of a VT220, which xterm, tmux, screen and the Linux console know; a mode that is not known is left
//! alone by all of them. Nothing is asked, and nothing relies on what terminals disagree on.

mod cell;
mod grid;
mod look;
mod outlet;
mod pen;
mod row;
mod shift;
#[cfg(test)]
mod tests;

use std::io::{self, ErrorKind, Write};

use ratatui::backend::{Backend, ClearType, WindowSize};
use ratatui::buffer::{Buffer, Cell as Drawn};
use ratatui::layout::{Position, Rect, Size};
use ratatui::{Frame, Terminal};

use cell::{Cell, Clusters};
use grid::Grid;
pub(super) use outlet::{Outlet, open};
use pen::{NOWHERE, Pen};
use shift::Shift;

use crate::ui::Links;

/// From how many bytes on a frame is shown at once: what fits into one packet is, without being asked for.
const SYNCHRONIZED: usize = 1_200;
/// With how many rows left to write, once some were moved, it is tried whether one more had better come along.
const MOST_LEFT: usize = 4;
const BEGIN_SYNCHRONIZED: &[u8] = b"\x1b[?2026h";
const END_SYNCHRONIZED: &[u8] = b"\x1b[?2026l";

/// Takes bytes for a terminal, and knows how large it is.
pub(super) trait Tty: Write {
    /// Tells its columns and rows.
    fn size(&self) -> io::Result<Size>;
}

/// Is a terminal as it is known to look, and the way to it.
#[derive(Debug)]
pub(super) struct Wire<T> {
    tty: T,
    /// How large it was when it was last looked at; frames are made for this size.
    size: Size,
    /// What it shows, as soon as everything is written.
    shown: Grid,
    /// What it is to show.
    wanted: Grid,
    /// The symbols in them that are more than a letter.
    clusters: Clusters,
    pen: Pen,
    /// What writes the frame that was drawn and is kept back.
    held: Option<Pen>,
    /// Whether no frame was drawn since it was made blank.
    is_wiped: bool,
    /// Whether the cursor is shown, as far as that is known.
    cursor: Option<bool>,
    /// What is to be written with the next flush.
    out: Vec<u8>,
}

/// Draws a frame and sends what is new in it; what is drawn says which parts it drew, and all else is as it was.
///
/// ratatui compares each frame with the one before, cell by cell; the wire has to compare them anyway.
pub(super) fn draw<T: Tty, R>(
    terminal: &mut Terminal<Wire<T>>,
    render: impl FnOnce(&mut Frame<'_>) -> (R, Vec<Rect>),
) -> io::Result<R> {
    terminal.autoresize()?;
    give_back_spare(terminal);
    let (rendered, parts) = render(&mut terminal.get_frame());
    let mut frame = std::mem::take(terminal.current_buffer_mut());
    terminal.backend_mut().show(&frame, &parts);
    frame.reset();
    *terminal.current_buffer_mut() = frame;
    terminal.hide_cursor()?;
    Backend::flush(terminal.backend_mut())?;
    Ok(rendered)
}

/// Draws a whole frame and keeps it back: it is sent when it is let go, and forgotten when another one is drawn.
pub(super) fn hold<T: Tty>(terminal: &mut Terminal<Wire<T>>, render: impl FnOnce(&mut Frame<'_>)) {
    render(&mut terminal.get_frame());
    let mut frame = std::mem::take(terminal.current_buffer_mut());
    terminal.backend_mut().hold(&frame);
    frame.reset();
    *terminal.current_buffer_mut() = frame;
}

/// Gives the memory back of the frame that ratatui has for comparing, and makes anew when the size changes.
fn give_back_spare<T: Tty>(terminal: &mut Terminal<Wire<T>>) {
    if !std::mem::take(&mut terminal.backend_mut().is_wiped) {
        return;
    }
    terminal.swap_buffers();
    *terminal.current_buffer_mut() = Buffer::default();
    terminal.swap_buffers();
}

impl<T: Tty> Wire<T> {
    /// Makes one for a terminal of which nothing is known; the first frame clears it.
    pub(super) fn new(tty: T, links: Links) -> io::Result<Self> {
        let size = tty.size()?;
        let (shown, wanted) = (Grid::blank(Size::ZERO), Grid::blank(Size::ZERO));
        let pen = Pen::new(size.width, links);
        let clusters = Clusters::new();
        let mut wire =
            Self { tty, size, shown, wanted, clusters, pen, held: None, is_wiped: true, cursor: None, out: Vec::new() };
        wire.wipe();
        Ok(wire)
    }

    /// Gives the way to the terminal.
    pub(super) fn tty(&self) -> &T {
        &self.tty
    }

    /// Gives the way to the terminal.
    pub(super) fn tty_mut(&mut self) -> &mut T {
        &mut self.tty
    }

    /// Looks how large the terminal is; it may change at any moment, and no frame may be made for two sizes.
    pub(super) fn look_at_size(&mut self) -> io::Result<Size> {
        self.size = self.tty.size()?;
        Ok(self.size)
    }

    /// Sends with the next frame what is no part of what is shown, and leaves cursor and cells alone.
    pub(super) fn say(&mut self, bytes: &[u8]) {
        self.out.extend_from_slice(bytes);
    }

    /// Forgets everything that is known of the terminal and makes it blank, whatever was done to it.
    fn wipe(&mut self) {
        let size = self.size;
        self.shown = Grid::blank(size);
        self.wanted = self.shown.clone();
        self.clusters = Clusters::new();
        (self.is_wiped, self.held) = (true, None);
        self.pen = Pen::new(size.width, self.pen.links().clone());
        self.cursor = None;
        // Margins as they were, and nothing that is wider than it was taken for goes on in the next row.
        self.out.extend_from_slice(b"\x1b[r\x1b[?7l");
        self.pen.clear();
        self.out.append(&mut self.pen.out);
    }

    /// Shows parts of a frame, and leaves there what was drawn before.
    fn show(&mut self, frame: &Buffer, parts: &[Rect]) {
        self.put(frame, parts);
        self.send();
    }

    /// Keeps a whole frame back.
    fn hold(&mut self, frame: &Buffer) {
        self.put(frame, &[frame.area]);
        self.held = Some(self.compose());
    }

    /// Sends the frame that is kept back.
    pub(super) fn let_go(&mut self) -> io::Result<()> {
        let Some(pen) = self.held.take() else { return Ok(()) };
        self.write_with(pen);
        Backend::flush(self)
    }

    fn put(&mut self, frame: &Buffer, parts: &[Rect]) {
        let width = usize::from(frame.area.width);
        for part in parts.iter().map(|part| part.intersection(frame.area)) {
            for y in part.y..part.bottom() {
                let from = usize::from(y) * width + usize::from(part.x);
                let cells = frame.content.get(from..from + usize::from(part.width)).unwrap_or_default();
                self.wanted.put((part.x, y), cells.iter().map(|cell| Cell::of(cell, &mut self.clusters)));
            }
        }
    }

    /// Writes what is wanted and not shown.
    fn send(&mut self) {
        self.held = None;
        let pen = self.compose();
        self.write_with(pen);
    }

    fn write_with(&mut self, pen: Pen) {
        self.pen = pen;
        self.out.append(&mut self.pen.out);
        self.shown.follow(&self.wanted);
    }

    /// Finds what turns the terminal into what is wanted, in the cheapest of some ways.
    fn compose(&mut self) -> Pen {
        if self.clusters.are_many() {
            self.clusters.keep(self.shown.all_cells().chain(self.wanted.all_cells()));
            self.shown.settle();
        }
        self.wanted.settle();
        let shift = Shift::find(&self.shown.hashes, &self.wanted.hashes);
        let next =
            shift.filter(|shift| self.left(*shift) <= MOST_LEFT).and_then(|shift| shift.and_next(self.wanted.rows()));
        let mut best: Option<Pen> = None;
        for way in [next, shift].into_iter().flatten().map(Some).chain([None]) {
            let most = best.as_ref().map_or(usize::MAX, |best| best.out.len());
            best = self.painted(way, most).or(best);
        }
        best.unwrap_or_else(|| self.pen.fork())
    }

    /// Counts the rows that are still to be written when some were moved.
    fn left(&self, shift: Shift) -> usize {
        let is_there = |y: u16| shift.source(y).is_some_and(|from| self.shown.hash(from) == self.wanted.hash(y));
        (0..self.wanted.rows()).filter(|y| !is_there(*y)).count()
    }

    /// Writes it in one way; nothing where that takes as many bytes as it may at the most, or more.
    fn painted(&self, shift: Option<Shift>, most: usize) -> Option<Pen> {
        let (mut pen, wanted) = (self.pen.fork(), &self.wanted);
        if let Some(shift) = shift {
            shift.write(&mut pen, wanted.rows());
        }
        for y in 0..wanted.rows() {
            let from = shift.map_or(Some(y), |shift| shift.source(y));
            let before = from.map(|from| (self.shown.row(from), self.shown.hash(from)));
            if before.is_some_and(|(_, hash)| hash == wanted.hash(y)) {
                continue;
            }
            row::paint(&mut pen, y, (before.map(|(cells, _)| cells), wanted.row(y)), &self.clusters);
            if pen.out.len() >= most {
                return None;
            }
        }
        // What is written beside frames leads nowhere.
        pen.lead(NOWHERE);
        (pen.out.len() < most).then_some(pen)
    }
}

impl<T: Tty> Backend for Wire<T> {
    type Error = io::Error;

    fn draw<'a, I>(&mut self, content: I) -> io::Result<()>
    where
        I: Iterator<Item = (u16, u16, &'a Drawn)>,
    {
        for (x, y, cell) in content {
            self.wanted.put((x, y), std::iter::once(Cell::of(cell, &mut self.clusters)));
        }
        self.send();
        Ok(())
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        if self.cursor != Some(false) {
            self.cursor = Some(false);
            self.out.extend_from_slice(b"\x1b[?25l");
        }
        Ok(())
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        if self.cursor != Some(true) {
            self.cursor = Some(true);
            self.out.extend_from_slice(b"\x1b[?25h");
        }
        Ok(())
    }

    /// Says where the cursor was put; the terminal is not asked.
    fn get_cursor_position(&mut self) -> io::Result<Position> {
        Ok(self.pen.at().map_or(Position::ORIGIN, |(x, y)| Position { x, y }))
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        let Position { x, y } = position.into();
        self.pen.go(x, y);
        self.out.append(&mut self.pen.out);
        Ok(())
    }

    fn clear(&mut self) -> io::Result<()> {
        self.wipe();
        Ok(())
    }

    fn clear_region(&mut self, region: ClearType) -> io::Result<()> {
        match region {
            ClearType::All => self.clear(),
            // A full screen never asks for it.
            _ => Err(io::Error::new(ErrorKind::Unsupported, "only the whole screen is cleared")),
        }
    }

    fn size(&self) -> io::Result<Size> {
        Ok(self.size)
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        Ok(WindowSize { columns_rows: self.size, pixels: Size::ZERO })
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.out.is_empty() {
            return Ok(());
        }
        if self.out.len() >= SYNCHRONIZED {
            self.out.splice(0..0, BEGIN_SYNCHRONIZED.iter().copied());
            self.out.extend_from_slice(END_SYNCHRONIZED);
        }
        self.tty.write_all(&self.out)?;
        self.out.clear();
        self.tty.flush()
    }
}
