//! The three pipes of a child: bytes in, bounded bytes out, without a thread.

use std::io::{self, Read, Write as _};
use std::os::fd::{AsFd, BorrowedFd};
use std::process::{Child, ChildStderr, ChildStdin, ChildStdout};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};

/// How much of each output is kept.
const KEPT: usize = 64 * 1024;
/// How much is written at once: what fits into a pipe that says it takes something.
const PIECE: usize = 4096;
/// How often output is fetched after the end, should somebody else hold the pipe and go on writing.
const MOST_ROUNDS: usize = 256;

/// Is the beginning of an output, and how long it was.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    /// The beginning.
    pub bytes: Vec<u8>,
    /// How many bytes there were.
    pub total: u64,
}

impl Kept {
    /// Tells whether some of it was left off.
    pub fn is_cut(&self) -> bool {
        self.total > self.bytes.len() as u64
    }

    fn add(&mut self, bytes: &[u8]) {
        let room = KEPT.saturating_sub(self.bytes.len()).min(bytes.len());
        self.bytes.extend(bytes.iter().take(room));
        self.total = self.total.saturating_add(bytes.len() as u64);
    }
}

/// Is an output that is read as it comes.
struct Stream<R> {
    from: Option<R>,
    kept: Kept,
}

impl<R: Read> Stream<R> {
    /// Reads once; a pipe that has something does not keep us waiting.
    fn read(&mut self) -> io::Result<()> {
        let mut buffer = [0; 16 * 1024];
        let Some(from) = &mut self.from else { return Ok(()) };
        match from.read(&mut buffer) {
            Ok(0) => self.from = None,
            Ok(read) => self.kept.add(buffer.get(..read).unwrap_or_default()),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
        Ok(())
    }
}

/// Is all that goes in and out.
pub(super) struct Pipes<'a> {
    input: Option<ChildStdin>,
    left: &'a [u8],
    out: Stream<ChildStdout>,
    err: Stream<ChildStderr>,
}

/// Says which pipes are ready.
#[derive(Default)]
struct Ready {
    input: bool,
    out: bool,
    err: bool,
}

impl<'a> Pipes<'a> {
    /// Takes the pipes of a child.
    pub(super) fn new(child: &mut Child, input: &'a [u8]) -> Self {
        Self {
            input: child.stdin.take().filter(|_| !input.is_empty()),
            left: input,
            out: Stream { from: child.stdout.take(), kept: Kept::default() },
            err: Stream { from: child.stderr.take(), kept: Kept::default() },
        }
    }

    /// Tells whether output may still come.
    pub(super) fn has_output(&self) -> bool {
        self.out.from.is_some() || self.err.from.is_some()
    }

    /// Moves bytes once, or waits that long for some; tells whether any output was ready.
    pub(super) fn turn(&mut self, wait: Duration) -> io::Result<bool> {
        let ready = self.ready(wait)?;
        if ready.input {
            self.write();
        }
        if ready.out {
            self.out.read()?;
        }
        if ready.err {
            self.err.read()?;
        }
        Ok(ready.out || ready.err)
    }

    /// Fetches what is left in the pipes after the end.
    pub(super) fn drain(&mut self) -> io::Result<()> {
        self.input = None;
        for _ in 0..MOST_ROUNDS {
            if !self.turn(Duration::ZERO)? {
                break;
            }
        }
        Ok(())
    }

    /// Gives the two outputs.
    pub(super) fn finish(self) -> (Kept, Kept) {
        (self.out.kept, self.err.kept)
    }

    fn ready(&self, wait: Duration) -> io::Result<Ready> {
        let input = self.input.as_ref().map(|pipe| (pipe.as_fd(), PollFlags::OUT));
        let out = self.out.from.as_ref().map(|pipe| (pipe.as_fd(), PollFlags::IN));
        let err = self.err.from.as_ref().map(|pipe| (pipe.as_fd(), PollFlags::IN));
        let open = [input, out, err];
        let mut asked: Vec<PollFd<'_>> = open.iter().flatten().map(asked_for).collect();
        let wait = Timespec { tv_sec: 0, tv_nsec: i64::from(wait.subsec_nanos()) };
        match poll(&mut asked, Some(&wait)) {
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
        let mut answers = asked.iter().map(|fd| !fd.revents().is_empty());
        let mut of = |pipe: Option<_>| pipe.is_some() && answers.next().unwrap_or(false);
        Ok(Ready { input: of(open[0]), out: of(open[1]), err: of(open[2]) })
    }

    /// Writes once. A program that does not want its input is no error: its status tells.
    fn write(&mut self) {
        let Some(input) = &mut self.input else { return };
        let piece = self.left.get(..PIECE).unwrap_or(self.left);
        match input.write(piece) {
            Ok(written) => self.left = self.left.get(written..).unwrap_or_default(),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => self.left = &[],
        }
        if self.left.is_empty() {
            self.input = None;
        }
    }
}

fn asked_for<'fd>((pipe, flags): &(BorrowedFd<'fd>, PollFlags)) -> PollFd<'fd> {
    PollFd::from_borrowed_fd(*pipe, *flags)
}
