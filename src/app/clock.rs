//! Time and chance, as values: what the floors below are handed instead of looking themselves.

use std::fmt;

use chrono::{FixedOffset, Local, Offset, TimeZone, Utc};

use crate::exec::command::Launcher;
use crate::exec::sign::OpenSsh;
use crate::journal::{Reading, RecordId, Tick, World};
use crate::run::{ClockReading, Intent, Person, Stamp};
use crate::text::Shown;
use crate::ui::Now;

/// How many cells a statement gives to the terminal.
const MOST_TERMINAL: usize = 120;
/// The most milliseconds that are written down; a record holds no larger number.
const MOST_BEYOND: i64 = (1 << 53) - 1;

/// Is the outside world of the program: disk, clock, zone and chance.
#[derive(Clone)]
pub struct Surroundings {
    /// The disk and the clock.
    pub world: World,
    /// Tells how far the local clock is from UTC at a moment.
    pub offset: fn(i64) -> FixedOffset,
    /// Gives random bits; nothing when the system has none.
    pub chance: fn() -> Option<[u8; 16]>,
    /// Signs with keys.
    pub ssh: OpenSsh,
    /// Starts commands.
    pub launcher: Launcher,
    /// Says which terminal this is, in the words of a statement.
    pub terminal: fn() -> String,
}

impl fmt::Debug for Surroundings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Surroundings").field("world", &self.world).finish_non_exhaustive()
    }
}

impl Surroundings {
    /// Gives those of this machine.
    pub fn machine() -> Self {
        let (ssh, launcher) = (OpenSsh::here(), Launcher::own());
        let (world, terminal) = (World::machine(), terminal_words);
        Self { world, offset: local_offset, chance: random_bits, ssh, launcher, terminal }
    }

    /// Tells the time.
    pub fn now(&self) -> Now {
        let at_ms = self.world.clock.wall_ms();
        Now { at_ms, offset: (self.offset)(at_ms) }
    }

    /// Stamps what a person does now.
    pub fn stamp(&self, who: &Person, session: &str) -> Stamp {
        let mono = u64::try_from(self.world.clock.since_boot().as_nanos()).unwrap_or_default();
        Stamp { who: who.clone(), at_ms: self.world.clock.wall_ms(), mono, session: session.to_owned() }
    }

    /// Says in the words of a statement how the clocks stand.
    pub fn clock_words(&self, reading: &Reading) -> String {
        let boot: String = self.world.clock.boot_id().chars().take(8).collect();
        format!("clock={} boot={boot} mono={}", reading.keeping, reading.since_boot.as_nanos())
    }

    /// Makes what is recorded of how the clocks stand.
    pub fn clock_record(&self, reading: &Reading, (why, beyond_ms): (Tick, i64)) -> Intent {
        let (keeping, boot) = (reading.keeping.to_string(), self.world.clock.boot_id());
        let beyond_ms = beyond_ms.clamp(-MOST_BEYOND, MOST_BEYOND);
        Intent::KeepClock(ClockReading { why, beyond_ms, keeping, boot })
    }

    /// Makes a new name for a record.
    pub fn record_id(&self) -> Option<RecordId> {
        (self.chance)().map(RecordId::from_bits)
    }

    /// Makes a new short name that people can say: letters and digits that do not look alike.
    pub fn short_id(&self) -> Option<String> {
        const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
        let bits = (self.chance)()?;
        Some(bits[..5].iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect())
    }
}

fn local_offset(at_ms: i64) -> FixedOffset {
    Local.timestamp_millis_opt(at_ms).single().map_or_else(|| Utc.fix(), |time| time.offset().fix())
}

fn random_bits() -> Option<[u8; 16]> {
    let mut bits = [0; 16];
    getrandom::fill(&mut bits).ok().map(|()| bits)
}

/// Says in the words of a statement which machine and terminal this is, and where a person came from.
fn terminal_words() -> String {
    let host = rustix::system::uname().nodename().to_string_lossy().into_owned();
    let tty = rustix::termios::ttyname(std::io::stdin(), Vec::new()).ok();
    let tty = tty.and_then(|name| name.into_string().ok()).unwrap_or_else(|| "-".to_owned());
    let variable = |name| std::env::var(name).ok().filter(|value: &String| !value.is_empty());
    let pane = variable("TMUX_PANE").map(|pane| format!(" tmux:{pane}"));
    let from = variable("SSH_CONNECTION").and_then(|from| Some(format!(" ssh:{}", from.split(' ').next()?)));
    let words = format!("{host} {tty}{}{}", pane.unwrap_or_default(), from.unwrap_or_default());
    Shown::line_limited(&words, MOST_TERMINAL).as_str().to_owned()
}
