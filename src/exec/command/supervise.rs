//! The supervisor: the process that runs one command, and tells its folder how it ended.
//!
//! It needs nobody: not who started it, no terminal, no session of theirs. Once `order.json` is
//! durable the command may have been started, and never before; `end.json` comes last. What others
//! left in the command's output after its end is taken and thrown away for as long as they hold it,
//! because a closed pipe would end them.

use std::fs::{self, File};
use std::io::Read as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::process::Child;
use std::sync::Arc;
use std::time::Duration;

use rustix::fs::{FlockOperation, flock, ftruncate};
use rustix::process::{DumpableBehavior, set_dumpable_behavior, setsid};
use zeroize::Zeroizing;

use super::end::{End, How, Moment};
use super::error::CommandError;
use super::folder::{CONTROL, END, LOCK, ORDER, Reserved};
use super::keep::{Keeper, ROOM};
use super::left::Stat;
use super::order::{Begun, MOST, Order};
use crate::journal::{Clock, MachineClock, Mask};

mod outputs;
mod signals;
mod spawn;
mod terminal;
mod watched;

use outputs::Outputs;
use signals::Signals;
pub(in crate::exec) use spawn::spawn;
use terminal::Terminal;
use watched::{Past, Watched};

/// How often the end is tried to be written, should the disk not take it, and the pause between.
const TRIES: usize = 60;
const PAUSE: Duration = Duration::from_secs(1);

/// Carries out the order that is read, in a folder whose lock was taken and handed over.
///
/// # Errors
///
/// Says why nothing was begun, or why its end could not be told.
pub fn supervise(dir: &Path, order: File, lock: &File) -> Result<(), CommandError> {
    let signals = Signals::listen().map_err(CommandError::io("listen to signals for", dir))?;
    // Away from the terminal and its group; who leads a session already needs no other.
    let _ = setsid();
    // The order is not to be found in a dump of this process.
    let _ = set_dumpable_behavior(DumpableBehavior::NotDumpable);
    check_lock(dir, lock)?;
    let order = take(order).ok_or(CommandError::Stranger)?;
    let mask = order.mask().map(Arc::new);
    let start = Start { dir, clock: &MachineClock, order: &order, mask: mask.as_ref() };
    let mut left = start.carry_out(signals)?;
    drop((order, mask));
    left.drain();
    Ok(())
}

/// Makes sure that this was started for the folder, and holds its lock.
fn check_lock(dir: &Path, lock: &File) -> Result<(), CommandError> {
    let path = dir.join(LOCK);
    let (named, held) = (fs::metadata(&path), lock.metadata());
    let (named, held) =
        (named.map_err(CommandError::io("look at", &path))?, held.map_err(CommandError::io("look at", &path))?);
    let is_same = (named.dev(), named.ino()) == (held.dev(), held.ino());
    if !is_same || dir.join(ORDER).exists() || flock(lock, FlockOperation::NonBlockingLockExclusive).is_err() {
        return Err(CommandError::Stranger);
    }
    Ok(())
}

/// Reads the order, and leaves nothing of it where it was.
fn take(mut from: File) -> Option<Order> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(64 * 1024));
    (&mut from).take(MOST as u64 + 1).read_to_end(&mut bytes).ok()?;
    let _ = ftruncate(&from, 0);
    Order::parse(&bytes)
}

/// Is what a start has at hand.
#[derive(Clone, Copy)]
struct Start<'a> {
    dir: &'a Path,
    clock: &'a dyn Clock,
    order: &'a Order,
    mask: Option<&'a Arc<Mask>>,
}

impl Start<'_> {
    /// Runs the command to its end and tells the end; gives what others still hold open.
    fn carry_out(&self, signals: Signals) -> Result<Outputs, CommandError> {
        // All that may fail comes before the point from which the command may have been started.
        let mut end = Reserved::new(self.dir, END)?;
        let control = signals::open_pipe(&self.dir.join(CONTROL))?;
        let mut terminal = self.order.terminal.map(|size| Terminal::open(self.dir, size)).transpose()?;
        let begun = self.begun();
        Reserved::new(self.dir, ORDER)?.put(&begun)?;
        let started = begun.started;
        let keeper = Keeper::new(self.dir, ROOM);
        let outputs = Outputs::new(self.mask, (keeper, started.since_boot()));
        let (past, mut outputs) = match self.spawn(terminal.as_mut()) {
            Ok(child) => Watched::new(self, (child, terminal), (outputs, signals, control)).watch(),
            Err(why) => (self.never(&why), outputs),
        };
        let tallies = outputs.tell();
        let Past { how, stopped, killed, left_running, ended } = past;
        let (host, out, err) = (begun.host, tallies.out, tallies.err);
        self.tell(&mut end, &End { host, how, stopped, killed, left_running, started, ended, out, err })?;
        Ok(outputs)
    }

    fn spawn(&self, terminal: Option<&mut Terminal>) -> Result<Child, String> {
        let Some(far) = terminal.and_then(Terminal::far) else { return spawn(self.order) };
        let child = spawn::spawn_at(self.order, &far)?;
        terminal::hand_over(&far, &child);
        Ok(child)
    }

    fn begun(&self) -> Begun {
        let supervisor = std::process::id();
        Begun {
            supervisor,
            ticks: Stat::of(supervisor).map_or(0, |stat| stat.ticks),
            boot: self.clock.boot_id(),
            started: Moment::now(self.clock),
            ..Begun::of(self.order, self.mask.map(|mask| &**mask))
        }
    }

    fn never(&self, why: &str) -> Past {
        let why = self.mask.map_or_else(|| why.to_owned(), |mask| mask.apply_text(why));
        let ended = Moment::now(self.clock);
        Past { how: How::NotStarted(why), stopped: None, killed: false, left_running: false, ended }
    }

    /// Writes the end, and again for a while should the disk not take it.
    fn tell(&self, to: &mut Reserved, end: &End) -> Result<(), CommandError> {
        let mut told = to.put(end);
        for _ in 0..TRIES {
            // With its folder gone there is nobody to tell.
            if told.is_ok() || !self.dir.exists() {
                break;
            }
            self.clock.wait(PAUSE);
            told = to.put(end);
        }
        told
    }
}
