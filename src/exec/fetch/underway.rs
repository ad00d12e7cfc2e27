//! Long work in a thread of its own: how far it is, its end, and asking it to stop.
//!
//! Looking costs nothing and waits for nothing but [`Underway::wait`], which is told for how long. Who drops
//! it stops the work. Should the work be lost, that is an end too.

use std::fmt;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::pace::{Pace, Phase, Progress, left};
use crate::exec::process::Cancel;
use crate::text::Shown;

/// Says that somebody stopped it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::exec) struct Cancelled;

/// Is what the work and who watches it both see.
pub(in crate::exec) struct Shared {
    began: Instant,
    cancel: Cancel,
    state: Mutex<(Progress, Pace)>,
}

impl Shared {
    fn new() -> Self {
        Self { began: Instant::now(), cancel: Cancel::new(), state: Mutex::default() }
    }

    /// Tells for how long it has been going on.
    pub(in crate::exec) fn took(&self) -> Duration {
        self.began.elapsed()
    }

    /// Goes on unless somebody stopped it.
    pub(in crate::exec) fn go_on(&self) -> Result<(), Cancelled> {
        if self.cancel.is_cancelled() { Err(Cancelled) } else { Ok(()) }
    }

    /// Begins a phase, with a count of its own.
    pub(in crate::exec) fn begin(&self, phase: Phase, bytes: u64, total: Option<u64>) {
        let mut state = self.state();
        let retries = state.0.retries;
        *state = (Progress { phase, bytes, total, retries, ..Progress::default() }, Pace::default());
        state.1.note(self.took(), bytes);
    }

    /// Says how many bytes there are now.
    pub(in crate::exec) fn reach(&self, bytes: u64) {
        let mut state = self.state();
        state.0.bytes = bytes;
        state.1.note(self.took(), bytes);
    }

    /// Says what is being read.
    pub(in crate::exec) fn remark(&self, remark: Shown) {
        self.state().0.remark = Some(remark);
    }

    /// Says that it is waited before the next try, and why.
    pub(super) fn retry(&self, why: Shown) {
        let mut state = self.state();
        state.0.phase = Phase::Waiting;
        state.0.retries += 1;
        state.0.remark = Some(why);
    }

    fn progress(&self) -> Progress {
        let state = self.state();
        let (progress, pace) = &*state;
        let is_moving = matches!(progress.phase, Phase::Moving | Phase::Verifying);
        let rate = pace.rate(self.took()).filter(|_| is_moving);
        Progress { rate, left: left(progress.bytes, progress.total, rate), ..progress.clone() }
    }

    fn state(&self) -> MutexGuard<'_, (Progress, Pace)> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Is work that goes on, and then has an end.
pub struct Underway<E> {
    shared: Arc<Shared>,
    ends: Receiver<E>,
    /// What the end is when there is none; until an end was given.
    lost: Option<fn() -> E>,
}

impl<E> fmt::Debug for Underway<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Underway").field("progress", &self.shared.progress()).finish_non_exhaustive()
    }
}

impl<E: Send + 'static> Underway<E> {
    /// Begins work in a thread; without one it is lost at once.
    pub(in crate::exec) fn begin(
        name: &str,
        lost: fn() -> E,
        work: impl FnOnce(&Shared) -> E + Send + 'static,
    ) -> Self {
        let (sender, ends): (SyncSender<E>, _) = sync_channel(1);
        let shared = Arc::new(Shared::new());
        let seen = Arc::clone(&shared);
        // A thread that is not begun drops the sender, as one does that panics.
        let _ = std::thread::Builder::new().name(name.to_owned()).spawn(move || {
            let _ = sender.send(work(&seen));
        });
        Self { shared, ends, lost: Some(lost) }
    }

    /// Tells how far it is.
    #[must_use]
    pub fn progress(&self) -> Progress {
        self.shared.progress()
    }

    /// Asks for it to be stopped; that it has stopped is told as any end is.
    pub fn cancel(&self) {
        self.shared.cancel.cancel();
    }

    /// Waits for its end, at most that long; the end is given once.
    pub fn wait(&mut self, patience: Duration) -> Option<E> {
        let end = match self.ends.recv_timeout(patience) {
            Ok(end) => Some(end),
            Err(RecvTimeoutError::Timeout) => return None,
            Err(RecvTimeoutError::Disconnected) => self.lost.map(|lost| lost()),
        };
        self.lost = None;
        end
    }
}

impl<E> Drop for Underway<E> {
    fn drop(&mut self) {
        self.shared.cancel.cancel();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATIENCE: Duration = Duration::from_secs(60);

    #[test]
    fn an_end_is_given_once_and_a_panic_is_an_end() {
        let mut work = Underway::begin("test", || 0, |_| 7);
        assert_eq!((work.wait(PATIENCE), work.wait(PATIENCE)), (Some(7), None));
        let mut lost = Underway::begin("test", || 0, |_| if PATIENCE.is_zero() { 1 } else { panic!("on purpose") });
        assert_eq!((lost.wait(PATIENCE), lost.wait(PATIENCE)), (Some(0), None));
    }

    #[test]
    fn who_drops_it_stops_it() {
        let (sender, stopped) = sync_channel(1);
        let work = Underway::begin(
            "test",
            || (),
            move |shared| {
                while shared.go_on().is_ok() {
                    std::thread::yield_now();
                }
                sender.send(()).unwrap();
            },
        );
        drop(work);
        stopped.recv_timeout(PATIENCE).unwrap();
    }

    #[test]
    fn a_retry_is_counted_across_phases() {
        let shared = Shared::new();
        shared.begin(Phase::Moving, 10, Some(20));
        shared.reach(15);
        shared.retry(Shown::ours("cut"));
        let waiting = shared.progress();
        assert_eq!((waiting.phase, waiting.bytes, waiting.retries), (Phase::Waiting, 15, 1));
        shared.begin(Phase::Asking, 15, Some(20));
        assert_eq!(shared.progress().retries, 1);
    }
}
