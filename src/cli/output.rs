//! Where words for people and scripts go.
//!
//! A reader that has gone away (`mop plan … | head`) is no mistake of ours: what is left is dropped.

use std::io::{self, IsTerminal as _, Write};

/// How wide lines are where nobody says.
const PAGE: usize = 120;

/// Standard output and standard error.
pub struct Output<O, E> {
    out: O,
    err: E,
    colour: bool,
    failure: Option<io::Error>,
    /// Whether the line that stands last has no end, as something is typed behind it.
    is_asking: bool,
    /// How often something was printed.
    printed: u64,
}

impl<O: Write, E: Write> Output<O, E> {
    /// Makes an output of two streams.
    pub fn new(out: O, err: E, colour: bool) -> Self {
        Self { out, err, colour, failure: None, is_asking: false, printed: 0 }
    }

    /// Says whether colour is wanted.
    pub fn colour(&self) -> bool {
        self.colour
    }

    /// Writes an answer.
    pub fn print(&mut self, text: &str) {
        self.is_asking = false;
        self.printed += u64::from(!text.is_empty());
        if self.failure.is_none()
            && let Err(error) = self.out.write_all(text.as_bytes())
        {
            self.failure = Some(error);
        }
    }

    /// Writes an answer that is no text.
    pub(super) fn write(&mut self, bytes: &[u8]) {
        if self.failure.is_none()
            && let Err(error) = self.out.write_all(bytes)
        {
            self.failure = Some(error);
        }
    }

    /// Writes a question that is answered on the same line.
    pub(super) fn put_question(&mut self, question: &str) {
        self.print(question);
        self.is_asking = true;
    }

    /// Notes that the question was answered, with the end of its line.
    pub(super) fn note_answered(&mut self) {
        self.is_asking = false;
    }

    /// Tells whether the line that stands last is a question.
    pub(super) fn is_asking(&self) -> bool {
        self.is_asking
    }

    /// Counts how often something was printed.
    pub(super) fn printed(&self) -> u64 {
        self.printed
    }

    /// Tells whether everything could be written so far.
    pub fn is_open(&self) -> bool {
        self.failure.is_none()
    }

    /// Writes out what is buffered and tells whether that could be done.
    pub fn flush(&mut self) -> bool {
        if self.failure.is_none() {
            self.failure = self.out.flush().err();
        }
        self.is_open()
    }

    /// Writes why there is no answer.
    pub fn complain(&mut self, text: &str) {
        // Nobody is left to tell when standard error cannot be written.
        let _ = writeln!(self.err, "mop: {}", text.trim_end());
    }

    /// Writes what a person is to know meanwhile, beside the answer.
    pub fn tell(&mut self, text: &str) {
        // Nobody is left to tell when standard error cannot be written.
        let _ = writeln!(self.err, "{}", text.trim_end());
    }

    /// Asks a person something, on the line where the answer is typed.
    pub fn ask(&mut self, question: &str) {
        // Nobody is left to be asked when standard error cannot be written.
        let _ = write!(self.err, "{question}");
        let _ = self.err.flush();
    }

    /// Writes out what is buffered and returns the first failure.
    pub fn finish(&mut self) -> io::Result<()> {
        match self.failure.take() {
            Some(error) => Err(error),
            None => self.out.flush(),
        }
    }
}

/// Tells how wide the terminal is.
pub(super) fn width() -> usize {
    let stdout = io::stdout();
    let size = stdout.is_terminal().then(|| rustix::termios::tcgetwinsize(&stdout).ok()).flatten();
    size.map(|size| usize::from(size.ws_col)).filter(|columns| *columns > 0).unwrap_or(PAGE)
}
