//! Frames as two emulators show them, held against a full repaint, and bytes counted for named moves.

mod clusters;
mod counted;
mod equal;
mod held;
mod linked;
mod stingy;

use std::cell::RefCell;
use std::io::{self, Write};
use std::rc::Rc;

use ratatui::Terminal;
use ratatui::buffer::Buffer;
use ratatui::layout::{Rect, Size};

use super::{Tty, Wire, draw};
use crate::ui::Links;

/// A terminal that takes everything, and keeps it to be looked at.
#[derive(Clone, Debug)]
struct Glass(Rc<RefCell<Taken>>);

#[derive(Debug, Default)]
struct Taken {
    size: Size,
    bytes: Vec<u8>,
    writes: usize,
}

impl Write for Glass {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut taken = self.0.borrow_mut();
        taken.bytes.extend_from_slice(bytes);
        taken.writes += 1;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Tty for Glass {
    fn size(&self) -> io::Result<Size> {
        Ok(self.0.borrow().size)
    }
}

/// A terminal, the program's way to it, and what it is to show.
struct Bench {
    glass: Glass,
    terminal: Terminal<Wire<Glass>>,
    buffer: Buffer,
}

impl Bench {
    fn new(width: u16, height: u16) -> Self {
        Self::linking(width, height, Links::default())
    }

    /// Makes one whose cells may lead somewhere.
    fn linking(width: u16, height: u16, links: Links) -> Self {
        let size = Size { width, height };
        let glass = Glass(Rc::new(RefCell::new(Taken { size, ..Taken::default() })));
        let terminal = Terminal::new(Wire::new(glass.clone(), links).unwrap()).unwrap();
        Self { glass, terminal, buffer: Buffer::empty(Rect::new(0, 0, width, height)) }
    }

    /// Makes one that shows these lines.
    fn showing(width: u16, lines: &[String]) -> Self {
        let mut bench = Self::new(width, u16::try_from(lines.len()).unwrap());
        bench.set(lines);
        bench.frame();
        bench
    }

    fn set(&mut self, lines: &[String]) {
        self.buffer.reset();
        for (y, line) in (0..).zip(lines) {
            self.buffer.set_string(0, y, line, ratatui::style::Style::new());
        }
    }

    fn resize(&mut self, width: u16, height: u16) {
        self.glass.0.borrow_mut().size = Size { width, height };
        self.terminal.backend_mut().look_at_size().unwrap();
        let before = std::mem::replace(&mut self.buffer, Buffer::empty(Rect::new(0, 0, width, height)));
        for (x, y) in (0..height).flat_map(|y| (0..width).map(move |x| (x, y))) {
            if let Some(cell) = before.cell((x, y)) {
                self.buffer[(x, y)] = cell.clone();
            }
        }
    }

    /// Draws a frame, and gives the bytes that it took and in how many writes.
    fn frame_in_writes(&mut self) -> (Vec<u8>, usize) {
        let buffer = &self.buffer;
        draw(&mut self.terminal, |frame| (frame.buffer_mut().clone_from(buffer), vec![frame.area()])).unwrap();
        let writes = std::mem::take(&mut self.glass.0.borrow_mut().writes);
        (self.taken(), writes)
    }

    /// Gives the bytes that were written since.
    fn taken(&self) -> Vec<u8> {
        std::mem::take(&mut self.glass.0.borrow_mut().bytes)
    }

    fn frame(&mut self) -> Vec<u8> {
        self.frame_in_writes().0
    }
}
