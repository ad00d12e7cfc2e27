//! The two outputs of a command: read as they come, masked, and kept.
//!
//! One read at a time, so that a command that prints faster than the disk takes it has to wait.

use std::fs::File;
use std::io::{ErrorKind, Read as _};
use std::os::fd::{AsFd as _, BorrowedFd, OwnedFd};
use std::process::Child;
use std::sync::Arc;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, poll};
use zeroize::Zeroizing;

use super::super::end::Tally;
use super::super::frame::{Each, MOST, Stream};
use super::super::keep::Keeper;
use crate::journal::{Mask, MaskStream};

/// Is one output.
struct Pipe {
    stream: Stream,
    from: Option<File>,
    mask: Option<MaskStream>,
}

impl Pipe {
    fn new(stream: Stream, mask: Option<&Arc<Mask>>) -> Self {
        Self { stream, from: None, mask: mask.map(|mask| MaskStream::new(Arc::clone(mask))) }
    }

    fn pass_on(&mut self, bytes: &[u8], (keeper, at_ms): (&mut Option<Keeper>, u64)) {
        let Some(keeper) = keeper else { return };
        match &mut self.mask {
            Some(mask) => keeper.add(self.stream, at_ms, &mask.push(bytes)),
            None => keeper.add(self.stream, at_ms, bytes),
        }
    }

    fn close(&mut self, to: (&mut Option<Keeper>, u64)) {
        self.from = None;
        self.end_mask(to);
    }

    /// Passes on what was held back, because it might have become a secret.
    fn end_mask(&mut self, (keeper, at_ms): (&mut Option<Keeper>, u64)) {
        if let (Some(keeper), Some(mask)) = (keeper, self.mask.take()) {
            keeper.add(self.stream, at_ms, &mask.finish());
        }
    }
}

/// Is both outputs of a command, and what becomes of them.
pub(super) struct Outputs {
    pipes: [Pipe; 2],
    keeper: Option<Keeper>,
    started: Duration,
    last_ms: u64,
    buffer: Zeroizing<Vec<u8>>,
}

impl Outputs {
    /// Begins without any output.
    pub fn new(mask: Option<&Arc<Mask>>, (keeper, started): (Keeper, Duration)) -> Self {
        let pipes = Stream::BOTH.map(|stream| Pipe::new(stream, mask));
        Self { pipes, keeper: Some(keeper), started, last_ms: 0, buffer: Zeroizing::new(vec![0; MOST]) }
    }

    /// Takes those of a child.
    pub fn connect(&mut self, child: &mut Child) {
        let out = child.stdout.take().map(OwnedFd::from);
        let err = child.stderr.take().map(OwnedFd::from);
        for (pipe, from) in self.pipes.iter_mut().zip([out, err]) {
            pipe.from = from.map(File::from);
        }
    }

    /// Takes that of a terminal, where both are one.
    pub fn connect_terminal(&mut self, near: File) {
        let [out, _] = &mut self.pipes;
        out.from = Some(near);
    }

    /// Gives the ends to wait on: those that nobody has closed.
    pub fn ends(&self) -> impl Iterator<Item = BorrowedFd<'_>> {
        self.pipes.iter().filter_map(|pipe| pipe.from.as_ref().map(|from| from.as_fd()))
    }

    /// Tells whether nobody holds any of them.
    pub fn are_closed(&self) -> bool {
        self.pipes.iter().all(|pipe| pipe.from.is_none())
    }

    /// Reads once from those that are ready, by the order of [`Outputs::ends`].
    pub fn read(&mut self, ready: &[bool], now: Duration) {
        self.last_ms = u64::try_from(now.saturating_sub(self.started).as_millis()).unwrap_or(u64::MAX);
        let open = self.pipes.iter_mut().filter(|pipe| pipe.from.is_some());
        for (pipe, _) in open.zip(ready).filter(|(_, is_ready)| **is_ready) {
            let Some(from) = &mut pipe.from else { continue };
            match from.read(&mut self.buffer) {
                Ok(read @ 1..) => {
                    let bytes = self.buffer.get(..read).unwrap_or_default();
                    pipe.pass_on(bytes, (&mut self.keeper, self.last_ms));
                }
                Err(error) if matches!(error.kind(), ErrorKind::Interrupted | ErrorKind::WouldBlock) => {}
                Ok(0) | Err(_) => pipe.close((&mut self.keeper, self.last_ms)),
            }
        }
    }

    /// Ends what is kept, and gives the counts; what comes later is thrown away.
    pub fn tell(&mut self) -> Each<Tally> {
        for pipe in &mut self.pipes {
            pipe.end_mask((&mut self.keeper, self.last_ms));
        }
        self.keeper.take().map_or_else(Each::default, Keeper::finish)
    }

    /// Takes what others still write, until they have closed it.
    pub fn drain(&mut self) {
        while !self.are_closed() {
            let mut ends: Vec<_> = self.ends().map(|end| PollFd::from_borrowed_fd(end, PollFlags::IN)).collect();
            let polled = poll(&mut ends, None);
            let ready: Vec<_> = ends.iter().map(|end| !end.revents().is_empty()).collect();
            match polled {
                Ok(_) => self.read(&ready, Duration::ZERO),
                Err(rustix::io::Errno::INTR) => {}
                Err(_) => return,
            }
        }
    }
}
