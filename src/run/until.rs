//! When a window ends: after a length, or at a time; said in the form and on the command line alike.

use chrono::{FixedOffset, Offset as _, Utc};

use crate::runbook::format::Kind;
use crate::runbook::value::Value;
use crate::time::Length;

/// Is when a window ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until {
    /// So long after it began.
    Lasts(Length),
    /// At this moment, in milliseconds since 1970 in UTC.
    Ends(i64),
}

impl Until {
    /// Reads what was typed, or says what to write instead; a time without offset is taken in `zone`.
    ///
    /// # Errors
    ///
    /// Says what to write.
    pub fn read(typed: &str, zone: FixedOffset) -> Result<Self, String> {
        Self::parse(typed, zone).map(|(until, _)| until)
    }

    /// Reads it, and gives it as an answer is kept.
    pub(super) fn parse(typed: &str, zone: FixedOffset) -> Result<(Self, String), String> {
        let typed = typed.trim();
        if typed.is_empty() {
            return Err("write a length such as 4h, or the time when it ends".to_owned());
        }
        // No length has them, and every time does.
        if typed.contains([':', '-']) {
            return match Value::parse(Kind::Time, typed, zone)? {
                Value::Moment(moment) => Ok((Self::Ends(moment.timestamp_millis()), Value::Moment(moment).to_string())),
                _ => Err("write a time".to_owned()),
            };
        }
        match Length::parse(typed) {
            Ok(Length::ZERO) => Err("a window of no length is none".to_owned()),
            Ok(length) => Ok((Self::Lasts(length), length.to_string())),
            Err(error) => Err(error.to_string()),
        }
    }

    /// Reads an answer as it was kept.
    pub fn kept(answer: &str) -> Option<Self> {
        Self::read(answer, Utc.fix()).ok()
    }

    /// Gives how long a window is that begins at a moment.
    ///
    /// # Errors
    ///
    /// Says that it ends before it begins.
    pub fn length_from(self, start_ms: i64) -> Result<Length, String> {
        let too_early = "it ends before the window begins";
        match self {
            Self::Lasts(length) => Ok(length),
            Self::Ends(end_ms) => match u64::try_from(end_ms.saturating_sub(start_ms)) {
                Err(_) | Ok(..1_000) => Err(too_early.to_owned()),
                Ok(ms) => Length::parse(&format!("{}s", ms / 1_000)).map_err(|error| error.to_string()),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(typed: &str) -> Result<Until, String> {
        Until::read(typed, FixedOffset::east_opt(3_600).unwrap())
    }

    #[test]
    fn a_window_ends_after_a_length_or_at_a_time() {
        assert_eq!(read(" 90m ").unwrap(), Until::Lasts(Length::parse("1h30m").unwrap()));
        let end = read("2026-03-02 01:00").unwrap();
        assert_eq!(end, Until::Ends(1_772_409_600_000));
        assert_eq!(read("2026-03-02T00:00+00:00").unwrap(), end);
        assert_eq!(end.length_from(1_772_402_400_000).unwrap().to_string(), "2h");
        assert_eq!(read("4h").unwrap().length_from(0).unwrap().to_string(), "4h");
    }

    #[test]
    fn what_is_no_end_says_what_to_write() {
        assert!(read("").unwrap_err().contains("such as 4h"));
        assert!(read("soon").is_err() && read("04:00").is_err() && read("0m").is_err());
        let end = read("2026-03-02 01:00").unwrap();
        assert_eq!(end.length_from(1_772_409_600_000).unwrap_err(), "it ends before the window begins");
        assert!(end.length_from(0).is_err(), "no window is as long as that");
    }

    #[test]
    fn an_answer_is_kept_so_that_it_means_the_same_in_every_zone() {
        let zone = FixedOffset::east_opt(3_600).unwrap();
        for typed in ["2026-03-02 01:00", "4h", "1h30m"] {
            let (until, kept) = Until::parse(typed, zone).unwrap();
            assert_eq!(Until::kept(&kept), Some(until), "{kept}");
        }
    }
}
