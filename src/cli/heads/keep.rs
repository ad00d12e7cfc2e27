//! `mop heads --witness`: the file in which a witness keeps heads.
//!
//! It is only ever appended to, and synced before anything more is read. What a write left that did not
//! end is closed with `#`, so that it can never be read as a head. What may be kept is decided in
//! `witness`.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, BufReader, Read, Seek as _, SeekFrom, Write};
use std::os::fd::AsFd;
use std::path::Path;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};

use super::line::HeadLine;
use super::witness::{Entry, FENCE, Judged, Refusal, Witness, read_heads};
use crate::cli::Exit;
use crate::cli::output::Output;
use crate::text::Shown;

/// How long a run may stay behind what was kept of it before that counts as the end of its log.
const PATIENCE: Duration = Duration::from_secs(10);

/// Says why a witness ends.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("{0}: {1}")]
    Io(String, io::Error),
    #[error("{0}: another witness keeps its heads there")]
    Busy(String),
    #[error("{file}: line {line} is no head; it is another file, or was altered: keep it, and witness to a new one")]
    Strange { file: String, line: u64 },
    #[error("{file}: line {line} does not follow from those before, so the file was altered: {refusal}")]
    Altered { file: String, line: u64, refusal: Refusal },
    #[error("refused, nothing more is kept: {0}")]
    Refused(#[from] Refusal),
    #[error("refused, nothing more is kept: what came in is not written as a head")]
    NoHead,
}

impl Failure {
    fn exit(&self) -> Exit {
        match self {
            Self::Io(..) | Self::Busy(_) => Exit::Usage,
            Self::Strange { .. } | Self::Altered { .. } | Self::Refused(_) | Self::NoHead => Exit::Problems,
        }
    }
}

/// Keeps what comes in, until it ends or something has to be refused.
pub(super) fn keep(path: &Path, input: impl Read + AsFd, output: &mut Output<impl Write, impl Write>) -> Exit {
    let mut say = |words: &str| {
        output.print(Shown::text(&format!("{words}\n")).as_str());
        let _ = output.flush();
    };
    let done = Keeper::open(path).and_then(|mut keeper| {
        let done = keeper.take_all(input, &mut say);
        say(&format!("{} new heads are kept in {}", keeper.kept, path.display()));
        done
    });
    match done {
        Ok(()) => Exit::Good,
        Err(failure) => {
            output.complain(Shown::line(&failure.to_string()).as_str());
            failure.exit()
        }
    }
}

/// Is the open file and what is in it.
#[derive(Debug)]
struct Keeper {
    name: String,
    file: File,
    witness: Witness,
    patience: Duration,
    kept: u64,
}

impl Keeper {
    fn open(path: &Path) -> Result<Self, Failure> {
        let name = path.display().to_string();
        let io = |error| Failure::Io(name.clone(), error);
        if path.metadata().is_ok_and(|found| !found.is_file()) {
            return Err(io(io::Error::other("is not a file")));
        }
        let file = OpenOptions::new().read(true).append(true).create(true).open(path).map_err(io)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(Failure::Busy(name)),
            Err(TryLockError::Error(error)) => return Err(io(error)),
        }
        sync_folder(path).map_err(io)?;
        let mut keeper = Self { name, file, witness: Witness::default(), patience: PATIENCE, kept: 0 };
        keeper.recall()?;
        keeper.close_line()?;
        Ok(keeper)
    }

    /// Reads what was kept before.
    fn recall(&mut self) -> Result<(), Failure> {
        let Self { name, file, witness, .. } = self;
        let mut reader = BufReader::new(&*file);
        let mut line = 0;
        while let Some(entry) = read_heads(&mut reader).map_err(|error| Failure::Io(name.clone(), error))? {
            line += 1;
            let altered = |refusal| Failure::Altered { file: name.clone(), line, refusal };
            match entry {
                Entry::Head(head) => witness.recall(&head).map_err(altered)?,
                Entry::Torn | Entry::Unfinished => {}
                Entry::Strange(_) => return Err(Failure::Strange { file: name.clone(), line }),
            }
        }
        Ok(())
    }

    /// Ends a last line that was not written to its end.
    fn close_line(&mut self) -> Result<(), Failure> {
        let mut last = [b'\n'];
        let size = self.file.metadata().map_err(|error| self.io(error))?.len();
        if size > 0 {
            let read = self.file.seek(SeekFrom::End(-1)).and_then(|_| self.file.read_exact(&mut last));
            read.map_err(|error| self.io(error))?;
        }
        if last == [b'\n'] { Ok(()) } else { self.write(&[FENCE, b'\n']) }
    }

    fn take_all(&mut self, input: impl Read + AsFd, say: &mut dyn FnMut(&str)) -> Result<(), Failure> {
        // Larger than the buffer of standard input, so that nothing stays there unseen.
        let mut input = BufReader::with_capacity(1 << 16, Patient { input });
        let mut fresh = Vec::new();
        loop {
            if !input.buffer().contains(&b'\n') {
                // Nothing is waited for while something is not kept yet.
                self.write(&std::mem::take(&mut fresh))?;
                self.wait(&input)?;
            }
            let entry = read_heads(&mut input).map_err(|error| Failure::Io("standard input".to_owned(), error))?;
            let judged = match entry {
                None | Some(Entry::Unfinished) => break,
                Some(Entry::Torn | Entry::Strange(_)) => Err(Failure::NoHead),
                Some(Entry::Head(head)) => self.judge(&head, &mut fresh, say),
            };
            if let Err(failure) = judged {
                self.write(&fresh)?;
                return Err(failure);
            }
        }
        Ok(self.witness.check_reached()?)
    }

    fn judge(&mut self, head: &HeadLine, fresh: &mut Vec<u8>, say: &mut dyn FnMut(&str)) -> Result<(), Failure> {
        let judged = self.witness.judge(head)?;
        if judged == Judged::First {
            say(&format!("{} is new here; its first head that is kept is {}", head.run, head.n));
        }
        if judged != Judged::Known {
            fresh.extend_from_slice(format!("{head}\n").as_bytes());
            self.kept += 1;
        }
        Ok(())
    }

    /// Waits for more while a run is behind what was kept of it, and not for ever.
    fn wait(&self, input: &BufReader<Patient<impl Read + AsFd>>) -> Result<(), Failure> {
        match self.witness.check_reached() {
            Err(refusal) if !input.get_ref().has_more_within(self.patience) => Err(refusal.into()),
            _ => Ok(()),
        }
    }

    /// Appends bytes and makes them durable.
    fn write(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        if bytes.is_empty() {
            return Ok(());
        }
        let written = self.file.write_all(bytes).and_then(|()| self.file.sync_data());
        written.map_err(|error| self.io(error))
    }

    fn io(&self, error: io::Error) -> Failure {
        Failure::Io(self.name.clone(), error)
    }
}

/// Is a stream that can be asked whether more comes.
struct Patient<R> {
    input: R,
}

impl<R: Read> Read for Patient<R> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        self.input.read(bytes)
    }
}

impl<R: AsFd> Patient<R> {
    fn has_more_within(&self, patience: Duration) -> bool {
        let timeout = Timespec { tv_sec: patience.as_secs().cast_signed(), tv_nsec: patience.subsec_nanos().into() };
        let mut ends = [PollFd::new(&self.input, PollFlags::IN)];
        !matches!(poll(&mut ends, Some(&timeout)), Ok(0))
    }
}

/// Makes the name of the file durable.
fn sync_folder(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests;
