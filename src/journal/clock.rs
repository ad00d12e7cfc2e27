//! The seam between the journal and time.
//!
//! The wall clock is only ever written down; order comes from record numbers, and lengths of time
//! from the clock that counts since the machine came up, sleep included.

mod kernel;
mod watch;

use std::fmt;
use std::sync::OnceLock;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

pub use watch::{Reading, Tick, Watch};

use rustix::time::{ClockId, clock_gettime};

/// Tells the time, and waits.
pub trait Clock: Send + Sync + fmt::Debug {
    /// Tells the wall clock, in milliseconds since 1970 in UTC.
    fn wall_ms(&self) -> i64;

    /// Tells the time since the machine came up.
    fn since_boot(&self) -> Duration;

    /// Tells which time up this is; empty where the system does not say.
    fn boot_id(&self) -> String;

    /// Tells how the wall clock is kept; a clock that cannot tell says so.
    fn keeping(&self) -> Keeping {
        Keeping::Unknown
    }

    /// Lets time pass.
    fn wait(&self, time: Duration);
}

/// Is the clock of this machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct MachineClock;

impl Clock for MachineClock {
    fn wall_ms(&self) -> i64 {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
    }

    fn since_boot(&self) -> Duration {
        let time = clock_gettime(ClockId::Boottime);
        let seconds = u64::try_from(time.tv_sec).unwrap_or_default();
        Duration::new(seconds, u32::try_from(time.tv_nsec).unwrap_or_default())
    }

    fn boot_id(&self) -> String {
        // A process is up no longer than the machine; the clock is looked at with every key.
        static ID: OnceLock<String> = OnceLock::new();
        let read = || std::fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
        ID.get_or_init(|| read().trim().to_owned()).clone()
    }

    fn keeping(&self) -> Keeping {
        kernel::keeping()
    }

    fn wait(&self, time: Duration) {
        std::thread::sleep(time);
    }
}

/// Says how a wall clock is kept, as far as the kernel knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keeping {
    /// It follows a time server.
    Synced {
        /// How far it may be off.
        max_error: Duration,
    },
    /// Nothing keeps it right.
    Unsynced,
    /// The kernel does not say.
    Unknown,
}

impl fmt::Display for Keeping {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Synced { max_error } => write!(f, "synced maxerr={}ms", max_error.as_micros().div_ceil(1_000)),
            Self::Unsynced => f.write_str("unsynced"),
            Self::Unknown => f.write_str("unknown"),
        }
    }
}

/// Writes a wall clock reading as RFC 3339 in UTC with milliseconds.
#[must_use]
pub fn timestamp(wall_ms: i64) -> String {
    let time = chrono::DateTime::from_timestamp_millis(wall_ms).unwrap_or_default();
    time.format("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}
