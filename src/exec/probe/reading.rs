//! What one look saw: when, how long it took, the facts, and the few words that are shown of them.

use std::net::IpAddr;
use std::time::Duration;

use crate::exec::command::{End, How, Kept, Moment, Printed, first_number};
use crate::journal::Digest;
use crate::text::Shown;

/// How many bytes of an answer are shown, and of how many lines.
const MOST_ANSWERED: usize = 2_000;
const MOST_LINES: usize = 40;
/// How many cells of a reading are shown.
const MOST_CELLS: usize = 200;
/// Below how many seconds it makes no difference to a person how long an answer took.
const SHORTEST: f64 = 0.02;
/// How many milliseconds a day has.
const DAY_MS: i64 = 86_400_000;

/// Is what one look saw.
#[derive(Clone, Debug)]
pub struct Reading {
    /// When it came.
    pub at: Moment,
    /// How long it took.
    pub took: Duration,
    /// What was seen.
    pub facts: Facts,
    /// The SHA-256 of the whole answer or output, masked; nothing where there was none.
    pub digest: Option<Digest>,
    /// How many bytes that were.
    pub bytes: u64,
    /// How many of them were not kept.
    pub dropped: u64,
}

/// Is what was seen.
#[derive(Clone, Debug)]
pub enum Facts {
    /// A web server answered.
    Web {
        /// Its status.
        status: u16,
        /// When its certificate ends, in milliseconds since 1970 in UTC.
        ends_ms: Option<i64>,
        /// Its answer.
        body: Kept,
    },
    /// Somebody listens.
    Connected,
    /// A command ended.
    Ran {
        /// How it ended.
        end: Box<End>,
        /// What it printed.
        printed: Printed,
    },
    /// A log was read.
    Log(Log),
    /// A file system has room.
    Room {
        /// How many bytes are free for this account.
        free: u64,
        /// How many there are.
        total: u64,
    },
    /// A name has these addresses, in order.
    Names(Vec<IpAddr>),
    /// Nothing was seen.
    Failed(Failure),
}

/// Says why nothing was seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Says that this is what is watched for: nobody listens, or no answer comes. Otherwise nothing is known.
    pub is_bad: bool,
    /// Why, in words that are safe to show.
    pub words: Shown,
}

/// Is what is known of a log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Log {
    /// Its last lines.
    pub lines: Vec<Shown>,
    /// How many alerts came since it is watched.
    pub alerts: u64,
    /// The last alert, and how long before the reading it came.
    pub last: Option<(Duration, Shown)>,
    /// For how long before the reading it is known that no alert came.
    pub clean: Duration,
    /// How many bytes could not be looked at.
    pub missed: u64,
}

impl Failure {
    /// Says that what is watched is not there.
    pub(super) fn bad(words: &str) -> Self {
        Self { is_bad: true, words: Shown::line_limited(words, MOST_CELLS) }
    }

    /// Says that nothing can be told.
    pub(super) fn unknown(words: &str) -> Self {
        Self { is_bad: false, words: Shown::line_limited(words, MOST_CELLS) }
    }
}

impl Reading {
    /// Tells what was seen, in a few words.
    #[must_use]
    pub fn words(&self) -> Shown {
        let took = format!("{:.2} s", self.took.as_secs_f64());
        let words = match &self.facts {
            Facts::Web { status, ends_ms, .. } => format!("{status}  {took}{}", self.certificate(*ends_ms)),
            Facts::Connected => format!("connected  {:.0} ms", self.took.as_secs_f64() * 1000.0),
            Facts::Ran { end, printed } => ran(end, printed),
            Facts::Log(log) => logged(log),
            Facts::Room { free, total } => format!("{} free, {:.0} %", bytes(*free), percent(*free, *total)),
            Facts::Names(addresses) => addresses.iter().map(IpAddr::to_string).collect::<Vec<_>>().join(", "),
            Facts::Failed(failure) => return failure.words.clone(),
        };
        Shown::line_limited(&words, MOST_CELLS)
    }

    /// Gives the one number that tells most, for a row of bars.
    #[must_use]
    pub fn number(&self) -> Option<f64> {
        match &self.facts {
            Facts::Web { .. } | Facts::Connected => Some(self.took.as_secs_f64().max(SHORTEST) * 1000.0),
            Facts::Ran { printed, .. } => number(printed).or(Some(self.took.as_secs_f64() * 1000.0)),
            Facts::Log(log) => Some(log.alerts as f64),
            Facts::Room { free, total } => Some(percent(*free, *total)),
            Facts::Names(addresses) => Some(addresses.len() as f64),
            Facts::Failed(_) => None,
        }
    }

    /// Tells in how many whole days the certificate ends; negative when it has.
    #[must_use]
    pub fn days_left(&self) -> Option<i64> {
        match &self.facts {
            Facts::Web { ends_ms: Some(ends), .. } => Some(ends.saturating_sub(self.at.wall_ms).div_euclid(DAY_MS)),
            _ => None,
        }
    }

    fn certificate(&self, ends_ms: Option<i64>) -> String {
        match ends_ms.and(self.days_left()) {
            Some(days) => format!("  certificate {days} d"),
            None => String::new(),
        }
    }

    /// Gives the beginning of what came, as it came but for what a terminal must not get; nothing where the few words
    /// say it all.
    pub(super) fn answer(&self) -> Shown {
        match &self.facts {
            Facts::Web { body, .. } => beginning(&body.bytes, self.bytes),
            Facts::Ran { printed, .. } => {
                let both = [printed.out.bytes.as_slice(), printed.err.bytes.as_slice()].concat();
                beginning(&both, self.bytes)
            }
            Facts::Log(log) => {
                let lines: Vec<_> = log.lines.iter().map(Shown::as_str).collect();
                let text = lines.join("\n");
                beginning(text.as_bytes(), text.len() as u64)
            }
            _ => Shown::default(),
        }
    }

    /// Gives it without the texts that were only needed to judge it.
    pub(super) fn light(mut self) -> Self {
        match &mut self.facts {
            Facts::Web { body, .. } => *body = Kept::default(),
            Facts::Ran { printed, .. } => *printed = shortened(printed),
            _ => {}
        }
        self
    }
}

/// Gives the first number of an output.
fn number(printed: &Printed) -> Option<f64> {
    [&printed.out, &printed.err]
        .iter()
        .find_map(|kept| first_number(&String::from_utf8_lossy(&kept.bytes)).map(|found| found.0))
}

/// Shows the first lines of a text of so many bytes, and says how much of it is left out.
fn beginning(bytes: &[u8], total: u64) -> Shown {
    let mut shown = bytes.get(..MOST_ANSWERED).unwrap_or(bytes);
    if let Some((at, _)) = shown.iter().enumerate().filter(|(_, byte)| **byte == b'\n').nth(MOST_LINES) {
        shown = shown.get(..at).unwrap_or(shown);
    }
    let left = total.saturating_sub(shown.len() as u64);
    let mut text = Shown::text(&String::from_utf8_lossy(shown));
    if left > 0 {
        text.push(&Shown::text(&format!("\n… {left} bytes more")));
    }
    text
}

/// Keeps of an output the line with the number, and the last one.
fn shortened(printed: &Printed) -> Printed {
    let words = last_line(&printed.out).or_else(|| last_line(&printed.err)).unwrap_or_default();
    let number = number(printed).map(|number| format!("{number}\n")).unwrap_or_default();
    let text = format!("{number}{}", Shown::line_limited(&words, MOST_CELLS));
    Printed { out: Kept::whole(text.into_bytes()), err: Kept::default() }
}

fn ran(end: &End, printed: &Printed) -> String {
    let line = last_line(&printed.out).or_else(|| last_line(&printed.err));
    match (&end.how, line) {
        (How::Exit(0), Some(line)) => line,
        (How::Exit(0), None) => "ended well, without a word".to_owned(),
        (How::Exit(status), Some(line)) => format!("status {status}: {line}"),
        (how, line) => format!("{how}{}", line.map(|line| format!(": {line}")).unwrap_or_default()),
    }
}

fn last_line(kept: &Kept) -> Option<String> {
    let text = String::from_utf8_lossy(&kept.bytes);
    text.lines().map(str::trim).rfind(|line| !line.is_empty()).map(str::to_owned)
}

fn logged(log: &Log) -> String {
    let last = log.lines.last().map_or("no line yet", Shown::as_str);
    match log.alerts {
        0 => last.to_owned(),
        1 => format!("1 alert; {last}"),
        alerts => format!("{alerts} alerts; {last}"),
    }
}

/// Gives how many of a hundred parts are free.
pub(super) fn percent(free: u64, total: u64) -> f64 {
    if total == 0 { 0.0 } else { free as f64 * 100.0 / total as f64 }
}

/// Writes a number of bytes as people say it.
pub(super) fn bytes(bytes: u64) -> String {
    let units = ["TiB", "GiB", "MiB", "KiB"];
    let sizes = [1_u64 << 40, 1 << 30, 1 << 20, 1 << 10];
    let unit = units.iter().zip(sizes).find(|(_, size)| bytes >= *size);
    unit.map_or_else(|| format!("{bytes} B"), |(unit, size)| format!("{:.1} {unit}", bytes as f64 / size as f64))
}
