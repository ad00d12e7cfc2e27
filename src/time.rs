//! Lengths of time as a runbook writes them: `45s`, `30m`, `1h30m`.
//!
//! Owns how a length is read and written. Points in time and the clock are values that come from
//! elsewhere.

use std::fmt;
use std::time::Duration;

use thiserror::Error;

mod guess;

/// The units from large to small, in milliseconds.
const UNITS: [(&str, u64); 5] = [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1)];

/// Is a length of time in whole milliseconds, of at most [`Length::MAX`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Length {
    millis: u64,
}

impl Length {
    /// Is no time at all.
    pub const ZERO: Self = Self { millis: 0 };
    /// Is the longest there is, 3650 days; what would be longer is this.
    pub const MAX: Self = Self { millis: 3650 * 86_400_000 };

    /// Makes a length of milliseconds.
    pub const fn from_millis(millis: u64) -> Self {
        if millis > Self::MAX.millis { Self::MAX } else { Self { millis } }
    }

    /// Makes a length of seconds.
    pub const fn seconds(seconds: u64) -> Self {
        Self::from_millis(seconds.saturating_mul(1000))
    }

    /// Makes a length of minutes.
    pub const fn minutes(minutes: u64) -> Self {
        Self::seconds(minutes.saturating_mul(60))
    }

    /// Makes a length of hours.
    pub const fn hours(hours: u64) -> Self {
        Self::minutes(hours.saturating_mul(60))
    }

    /// Gives the length in milliseconds.
    pub const fn as_millis(self) -> u64 {
        self.millis
    }

    /// Gives the length as the standard library has it.
    pub const fn as_std(self) -> Duration {
        Duration::from_millis(self.millis)
    }

    /// Tells whether it is no time at all.
    pub const fn is_zero(self) -> bool {
        self.millis == 0
    }

    /// Adds, up to [`Length::MAX`].
    pub const fn saturating_add(self, other: Self) -> Self {
        Self::from_millis(self.millis.saturating_add(other.millis))
    }

    /// Takes away, down to zero.
    pub const fn saturating_sub(self, other: Self) -> Self {
        Self::from_millis(self.millis.saturating_sub(other.millis))
    }

    /// Multiplies, up to [`Length::MAX`].
    pub const fn saturating_mul(self, times: u64) -> Self {
        Self::from_millis(self.millis.saturating_mul(times))
    }

    /// Gives the form of a running clock, `0:48` or `1:02:03`, without the part of a second.
    pub const fn clock(self) -> Clock {
        Clock { seconds: self.millis / 1000 }
    }

    /// Reads a length: numbers with the units `d`, `h`, `m`, `s` and `ms`, large before small, each once.
    ///
    /// # Errors
    /// Says what to write instead, as far as it can be guessed.
    pub fn parse(text: &str) -> Result<Self, LengthError> {
        let mut rest = text;
        let mut units = UNITS.as_slice();
        let mut millis: u64 = 0;
        while !rest.is_empty() {
            let (number, unit, after) = split_part(rest);
            let (Some(at), false) = (units.iter().position(|known| known.0 == unit), number.is_empty()) else {
                return Err(guess::error(text));
            };
            let part = number.parse::<u64>().ok().and_then(|number| number.checked_mul(units[at].1));
            millis = part.and_then(|part| millis.checked_add(part)).ok_or(LengthError::TooLong)?;
            units = &units[at + 1..];
            rest = after;
        }
        match millis {
            _ if text.is_empty() => Err(LengthError::Empty),
            millis if millis > Self::MAX.millis => Err(LengthError::TooLong),
            millis => Ok(Self { millis }),
        }
    }
}

/// Splits off a number and what stands before the next one.
fn split_part(text: &str) -> (&str, &str, &str) {
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, rest) = text.split_at(digits);
    let letters = rest.find(|c: char| c.is_ascii_digit()).unwrap_or(rest.len());
    let (unit, rest) = rest.split_at(letters);
    (number, unit, rest)
}

impl fmt::Display for Length {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_zero() {
            return f.pad("0s");
        }
        let mut text = String::new();
        let mut rest = self.millis;
        for (unit, millis) in UNITS {
            if rest >= millis {
                text.push_str(&format!("{}{unit}", rest / millis));
                rest %= millis;
            }
        }
        f.pad(&text)
    }
}

/// Draws a length as a running clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clock {
    seconds: u64,
}

impl fmt::Display for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (hours, minutes, seconds) = (self.seconds / 3600, self.seconds / 60 % 60, self.seconds % 60);
        let text = match hours {
            0 => format!("{minutes}:{seconds:02}"),
            _ => format!("{hours}:{minutes:02}:{seconds:02}"),
        };
        f.pad(&text)
    }
}

/// Says why a text is no length of time, and what to write.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum LengthError {
    /// There is nothing in it.
    #[error("a length of time is missing: write one like 45s, 30m or 1h30m")]
    Empty,
    /// It is a number alone.
    #[error("{0} has no unit: write {0}m for {0} minutes or {0}s for {0} seconds")]
    NoUnit(String),
    /// It is longer than anything that is run.
    #[error("a length of time is at most 3650 days")]
    TooLong,
    /// It can be understood, and is to be written in another way.
    #[error("{problem}: write {instead}")]
    Misspelled {
        /// What is not allowed.
        problem: &'static str,
        /// What it seems to mean, in the right form.
        instead: String,
    },
    /// It cannot be understood.
    #[error("this is no length of time: write one like 45s, 30m or 1h30m, in the units d, h, m, s and ms")]
    Unknown,
}

#[cfg(test)]
mod tests;
