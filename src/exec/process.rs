//! Runs another program to its end: bounded in time and output, without the terminal.
//!
//! The program gets bytes on its standard input and an environment that is given whole. It runs in a
//! process group of its own, so that all of it can be ended; one that asks the terminal for
//! something is stopped by the kernel, and ended here. What the program is, and what its output
//! means, is for the caller.

use std::ffi::OsString;
use std::io;
use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};

mod pipes;

pub use pipes::Kept;
use pipes::Pipes;

/// How often it is looked whether to go on, when the program is silent.
const TICK: Duration = Duration::from_millis(20);
/// The same when the program has closed its output, and is about to end.
const SHORT_TICK: Duration = Duration::from_millis(1);
/// How long a program may take to end when it is asked to.
const GRACE: Duration = Duration::from_millis(300);

/// Says what to run and how.
#[derive(Clone, Debug)]
pub struct Program {
    /// The program: a path, or a name that is looked for in `PATH`.
    pub path: PathBuf,
    /// Its arguments.
    pub arguments: Vec<OsString>,
    /// Its whole environment.
    pub environment: Vec<(OsString, OsString)>,
    /// How long it may take.
    pub limit: Duration,
}

/// Tells how a program ended.
#[derive(Debug)]
pub struct Ended {
    /// Its status.
    pub status: ExitStatus,
    /// What it wrote to its standard output.
    pub out: Kept,
    /// What it wrote to its standard error.
    pub err: Kept,
}

/// Says why a program did not come to its end.
#[derive(Debug, thiserror::Error)]
pub enum ProcessError {
    /// There is no such program.
    #[error("{} is not installed, or not in PATH", path.display())]
    Missing {
        /// The program.
        path: PathBuf,
    },
    /// It could not be run.
    #[error("cannot run {}: {source}", path.display())]
    Failed {
        /// The program.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Somebody cancelled it.
    #[error("cancelled")]
    Cancelled,
    /// It took too long.
    #[error("{} did not end in {} s and was ended", path.display(), limit.as_secs())]
    TimedOut {
        /// The program.
        path: PathBuf,
        /// How long it had.
        limit: Duration,
    },
    /// It asked the terminal, which it is not given.
    #[error("{} asked something on the terminal, where it cannot be answered, and was ended", path.display())]
    WantsTerminal {
        /// The program.
        path: PathBuf,
    },
}

/// Cancels what runs in another thread; once cancelled it stays so.
#[derive(Clone, Debug, Default)]
pub struct Cancel(Arc<AtomicBool>);

impl Cancel {
    /// Makes one that is not cancelled.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Cancels it.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Release);
    }

    /// Tells whether it was cancelled.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

impl Program {
    /// Runs it with bytes on its standard input, and waits for its end.
    ///
    /// # Errors
    ///
    /// Says why it did not end by itself; it has ended all the same.
    pub fn run(&self, input: &[u8], cancel: &Cancel) -> Result<Ended, ProcessError> {
        if cancel.is_cancelled() {
            return Err(ProcessError::Cancelled);
        }
        let mut running = self.start()?;
        self.wait(&mut running, input, cancel)
    }

    fn start(&self) -> Result<Running, ProcessError> {
        let mut command = Command::new(&self.path);
        command.args(&self.arguments).env_clear().envs(self.environment.iter().cloned());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).process_group(0);
        match command.spawn() {
            Ok(child) => Ok(Running { child, is_done: false }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                Err(ProcessError::Missing { path: self.path.clone() })
            }
            Err(error) => Err(self.failed(error)),
        }
    }

    fn wait(&self, running: &mut Running, input: &[u8], cancel: &Cancel) -> Result<Ended, ProcessError> {
        let deadline = Instant::now() + self.limit;
        let mut pipes = Pipes::new(&mut running.child, input);
        loop {
            match running.state().map_err(|error| self.failed(error))? {
                State::Ended => break,
                State::Stopped => return Err(ProcessError::WantsTerminal { path: self.path.clone() }),
                State::Running if cancel.is_cancelled() => return Err(ProcessError::Cancelled),
                State::Running if Instant::now() >= deadline => return Err(self.timed_out()),
                State::Running => {}
            }
            let tick = if pipes.has_output() { TICK } else { SHORT_TICK };
            pipes.turn(tick).map_err(|error| self.failed(error))?;
        }
        pipes.drain().map_err(|error| self.failed(error))?;
        let status = running.finish().map_err(|error| self.failed(error))?;
        let (out, err) = pipes.finish();
        Ok(Ended { status, out, err })
    }

    fn failed(&self, source: io::Error) -> ProcessError {
        ProcessError::Failed { path: self.path.clone(), source }
    }

    fn timed_out(&self) -> ProcessError {
        ProcessError::TimedOut { path: self.path.clone(), limit: self.limit }
    }
}

/// Is a child that does not outlive its owner.
struct Running {
    child: Child,
    /// Says that its status was fetched, and that its number may be another's by now.
    is_done: bool,
}

enum State {
    Running,
    Stopped,
    Ended,
}

impl Running {
    fn pid(&self) -> Pid {
        Pid::from_child(&self.child)
    }

    /// Looks how it is, and leaves its status to be fetched, so that its number stays its own.
    fn state(&self) -> io::Result<State> {
        let options = WaitIdOptions::EXITED | WaitIdOptions::STOPPED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
        Ok(match waitid(WaitId::Pid(self.pid()), options)? {
            None => State::Running,
            Some(status) if status.stopped() => State::Stopped,
            Some(_) => State::Ended,
        })
    }

    /// Fetches the status of a child that has ended.
    fn finish(&mut self) -> io::Result<ExitStatus> {
        let status = self.child.wait()?;
        self.is_done = true;
        Ok(status)
    }

    /// Ends all of its group: asks, waits a little, then kills.
    fn end(&mut self) {
        let group = self.pid();
        let _ = kill_process_group(group, Signal::TERM);
        let _ = kill_process_group(group, Signal::CONT);
        let deadline = Instant::now() + GRACE;
        while Instant::now() < deadline && !matches!(self.state(), Ok(State::Ended) | Err(_)) {
            std::thread::sleep(SHORT_TICK);
        }
        let _ = kill_process_group(group, Signal::KILL);
        let _ = self.child.wait();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if !self.is_done {
            self.end();
        }
    }
}

#[cfg(test)]
mod tests;
