//! Watches all probes in one thread, and tells what is new.
//!
//! Who watches says what, and may say it anew when values come; it can have probes looked at now, and
//! checks held until they end. News waits until somebody takes it: a newer reading takes the place of an
//! older one, which is counted; changes and ends wait in order, and while too many wait nothing is looked
//! at. Stopping, dropping and a panic end all that was begun.

mod outbox;
mod turn;

use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use tokio::sync::Notify;

use super::check::CheckEnd;
use super::filling::Watched;
use super::history::History;
use super::reading::Reading;
use crate::journal::Clock;
use crate::run::ProbeState;
use crate::text::Shown;
use crate::time::Length;
use outbox::Outbox;
use turn::Turning;

/// Names a check that goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CheckId(u64);

/// Is what is new.
#[derive(Clone, Debug)]
pub enum News {
    /// A probe was read, or turned stale.
    Seen(Box<Seen>),
    /// A check goes on; how it stands, in a few words.
    Progress(CheckId, Shown),
    /// A check has ended.
    Ended(CheckId, Ending),
}

/// Says how a check came to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// It held, or did not.
    Judged(CheckEnd),
    /// It could not be begun; why.
    Unwatched(Shown),
    /// Somebody cancelled it.
    Cancelled,
}

/// Is how a probe stands.
#[derive(Clone, Debug)]
pub struct Seen {
    /// The probe.
    pub id: Arc<str>,
    /// The last reading.
    pub reading: Arc<Reading>,
    /// What it means.
    pub state: ProbeState,
    /// Why, or what was seen.
    pub sentence: Shown,
    /// The beginning of what came, where it says more.
    pub answer: Shown,
    /// How it stood before, if that changed.
    pub changed: Option<ProbeState>,
    /// How many readings before this one nobody took.
    pub skipped: u32,
    /// For how long the reading is fresh.
    pub fresh: Duration,
    /// What is remembered.
    pub history: History,
}

/// Is what the watching thread is told.
#[derive(Debug)]
enum Order {
    Watch(Vec<Watched>),
    Look(Vec<Arc<str>>),
    Check(CheckId, Vec<Watched>, (Option<Length>, Length)),
    Cancel(CheckId),
}

/// Is what the two sides share.
#[derive(Debug, Default)]
struct Shared {
    desk: Mutex<Desk>,
    /// Wakes the watching thread.
    wake: Notify,
    /// Wakes who waits for news.
    told: Condvar,
}

#[derive(Debug, Default)]
struct Desk {
    orders: Vec<Order>,
    outbox: Outbox,
    is_stopped: bool,
    has_ended: bool,
}

impl Shared {
    fn desk(&self) -> MutexGuard<'_, Desk> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Watches probes until it is stopped or dropped.
#[derive(Debug)]
pub struct Watcher {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
    checks: AtomicU64,
}

impl Watcher {
    /// Starts the thread, which watches nothing yet; `wake` is called after news was put out.
    ///
    /// # Errors
    ///
    /// Gives what the system says.
    pub fn start(clock: Arc<dyn Clock>, wake: Box<dyn Fn() + Send>) -> io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .max_blocking_threads(32)
            .thread_keep_alive(Duration::from_secs(10))
            .build()?;
        let shared = Arc::new(Shared::default());
        let far = Arc::clone(&shared);
        let work = move || {
            let end = End(Arc::clone(&far));
            runtime.block_on(Turning::new(far, clock, wake).go());
            // Ends what is left of looks, and waits for no thread that is stuck in the kernel.
            runtime.shutdown_background();
            drop(end);
        };
        let thread = thread::Builder::new().name("watcher".to_owned()).spawn(work)?;
        Ok(Self { shared, thread: Some(thread), checks: AtomicU64::new(0) })
    }

    /// Watches these probes from now on, and no others; one that looks as before keeps what is remembered of it.
    pub fn watch(&self, probes: Vec<Watched>) {
        self.tell(Order::Watch(probes));
    }

    /// Has probes looked at now.
    pub fn look(&self, ids: Vec<Arc<str>>) {
        self.tell(Order::Look(ids));
    }

    /// Begins a check: these probes are looked at now, and are to be good within a time and to stay so.
    ///
    /// Without a time the first reading that is not ok ends it.
    pub fn check(&self, probes: Vec<Watched>, at_most: Option<Length>, steady: Option<Length>) -> CheckId {
        let id = CheckId(self.checks.fetch_add(1, Ordering::Relaxed));
        self.tell(Order::Check(id, probes, (at_most, steady.unwrap_or_default())));
        id
    }

    /// Cancels a check, whose end is told.
    pub fn cancel(&self, check: CheckId) {
        self.tell(Order::Cancel(check));
    }

    /// Takes what is new, if something is.
    pub fn news(&self) -> Option<News> {
        let news = self.shared.desk().outbox.take();
        if news.is_some() {
            self.shared.wake.notify_one();
        }
        news
    }

    /// Waits for what is new, not for ever.
    pub fn wait(&self, patience: Duration) -> Option<News> {
        let deadline = Instant::now() + patience;
        let mut desk = self.shared.desk();
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let news = desk.outbox.take();
            if news.is_some() || left.is_zero() || desk.has_ended {
                drop(desk);
                if news.is_some() {
                    self.shared.wake.notify_one();
                }
                return news;
            }
            desk = self.shared.told.wait_timeout(desk, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Tells that the thread is gone, and that nothing more comes: a mistake in this program.
    pub fn has_ended(&self) -> bool {
        self.shared.desk().has_ended
    }

    /// Ends everything, and returns when nothing of it is left.
    pub fn stop(self) {
        drop(self);
    }

    fn tell(&self, order: Order) {
        let mut desk = self.shared.desk();
        if matches!(order, Order::Watch(_)) {
            // What is to be watched now makes what was to be watched before pointless.
            desk.orders.retain(|order| !matches!(order, Order::Watch(_)));
        }
        desk.orders.push(order);
        drop(desk);
        self.shared.wake.notify_one();
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        self.shared.desk().is_stopped = true;
        self.shared.wake.notify_one();
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has ended what it began on its way.
            let _ = thread.join();
        }
    }
}

/// Tells who waits that nothing more comes, also after a panic.
struct End(Arc<Shared>);

impl Drop for End {
    fn drop(&mut self) {
        self.0.desk().has_ended = true;
        self.0.told.notify_all();
    }
}

#[cfg(test)]
mod tests;
