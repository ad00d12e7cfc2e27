//! What probes say, as far as a run knows it: five states, their changes, and what a signer saw.
//!
//! How somebody looks and what a reading means is not known here. A state is recorded when it is another
//! one than before; what a signer saw is written into the evidence of the signature.

use serde::{Deserialize, Serialize};

use super::state::Run;
use super::wire::{maybe_hash, maybe_moment};
use crate::journal::{Digest, timestamp};
use crate::runbook::model::{Action, ProbeRef, Until};
use crate::runbook::plan::Item;
use crate::text::Shown;
use crate::time::Length;

/// How many cells of what a probe says stand in the evidence.
const MOST_CELLS: usize = 400;

/// Says how things stand with what a probe watches; the later, the worse.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProbeState {
    /// It is as expected.
    Ok,
    /// It is as expected, and will not be for long.
    Warn,
    /// Nobody looked, or what came does not tell.
    #[default]
    Unknown,
    /// The last reading is too old.
    Stale,
    /// It is not as expected.
    Bad,
}

impl ProbeState {
    /// Every state.
    pub const ALL: [Self; 5] = [Self::Ok, Self::Warn, Self::Unknown, Self::Stale, Self::Bad];

    /// Returns the word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warn => "warn",
            Self::Unknown => "unknown",
            Self::Stale => "stale",
            Self::Bad => "bad",
        }
    }

    /// Returns the sign for it; the other is for terminals without such letters.
    #[must_use]
    pub fn signs(self) -> (&'static str, &'static str) {
        match self {
            Self::Ok => ("✓", "+"),
            Self::Warn => ("!", "!"),
            Self::Unknown => ("?", "?"),
            Self::Stale => ("~", "~"),
            Self::Bad => ("✗", "x"),
        }
    }

    /// Tells whether a gate may open on it: only when all is as expected.
    #[must_use]
    pub fn holds(self) -> bool {
        self == Self::Ok
    }
}

/// Is the state of a probe as it was recorded last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Watched {
    /// The state.
    pub state: ProbeState,
    /// Why, or what was seen.
    pub words: String,
    /// When it became so, in milliseconds since 1970 in UTC.
    pub since_ms: i64,
    /// The record that says so.
    pub n: u64,
}

/// Is what a probe said when somebody signed, or when a check ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sighting {
    /// The probe.
    pub probe: String,
    /// How it stood.
    pub state: ProbeState,
    /// What was seen.
    pub words: String,
    /// When it was read, in milliseconds since 1970 in UTC; nothing when it never was.
    #[serde(default, rename = "at", with = "maybe_moment", skip_serializing_if = "Option::is_none")]
    pub at_ms: Option<i64>,
    /// The SHA-256 of the whole answer or output.
    #[serde(default, rename = "sha256", with = "maybe_hash", skip_serializing_if = "Option::is_none")]
    pub digest: Option<Digest>,
}

/// Writes what a signer saw: a line for each probe, its parts set off by tabs.
pub(super) fn listing(sightings: &[Sighting]) -> String {
    let line = |seen: &Sighting| {
        let read = seen.at_ms.map_or_else(|| "-".to_owned(), timestamp);
        let digest = seen.digest.map_or_else(|| "-".to_owned(), |digest| format!("sha256:{digest}"));
        let (probe, words) = (Shown::line(&seen.probe), Shown::line_limited(&seen.words, MOST_CELLS));
        format!("{probe}\t{}\t{words}\t{read}\t{digest}", seen.state.word())
    };
    sightings.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// Tells how old the oldest reading is, at a moment in milliseconds since 1970 in UTC.
pub(super) fn oldest(sightings: &[Sighting], now_ms: i64) -> Option<Length> {
    let oldest = sightings.iter().filter_map(|seen| seen.at_ms).min()?;
    Some(Length::seconds(now_ms.saturating_sub(oldest).max(0).unsigned_abs() / 1000))
}

impl Run {
    /// Gives the probes that an item looks at to be proved; none where it does something else.
    pub fn looks_at(&self, item: &Item) -> &[ProbeRef] {
        let Some(step) = item.kind.step() else { return &[] };
        match &self.runbook().step(step).action {
            Action::Check(check) => &check.probes,
            Action::Wait(wait) => match &wait.until {
                Until::Good(probes) => probes,
                Until::Passed(_) | Until::Moment(_) => &[],
            },
            _ => &[],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(probe: &str, at_ms: Option<i64>) -> Sighting {
        let digest = at_ms.map(|_| Digest::of(b"x"));
        Sighting { probe: probe.to_owned(), state: ProbeState::Ok, words: "200\t\u{1b}[1m".to_owned(), at_ms, digest }
    }

    #[test]
    fn what_was_seen_is_a_line_for_each_probe_and_cannot_be_forged_by_what_it_says() {
        let text = listing(&[seen("site", Some(0)), seen("agent[a\tb\n]", None)]);
        let lines: Vec<Vec<_>> = text.split('\n').map(|line| line.split('\t').collect()).collect();
        assert!(lines.iter().all(|line| line.len() == 5), "{text:?}");
        let digest = format!("sha256:{}", Digest::of(b"x"));
        assert_eq!(lines[0][..2], ["site", "ok"]);
        assert_eq!(lines[0][3..], ["1970-01-01T00:00:00.000Z", &digest]);
        assert_eq!(lines[1][3..], ["-", "-"]);
        assert!(!text.contains('\u{1b}'));
    }

    #[test]
    fn the_age_is_that_of_the_oldest_reading() {
        assert_eq!(
            oldest(&[seen("a", Some(1_000)), seen("b", Some(8_000)), seen("c", None)], 9_500),
            Some(Length::seconds(8))
        );
        assert_eq!(oldest(&[seen("a", Some(9_000))], 1_000), Some(Length::ZERO));
        assert_eq!(oldest(&[seen("c", None)], 1_000), None);
    }

    #[test]
    fn only_ok_opens_a_gate() {
        assert_eq!(ProbeState::ALL.map(ProbeState::holds), [true, false, false, false, false]);
    }
}
