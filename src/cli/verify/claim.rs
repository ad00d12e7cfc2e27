//! What a statement claims, taken apart as an auditor reads it: line by line, without the run.
//!
//! A statement has one form. What is not in it to the byte is no statement of this version; one of
//! another version is signed for all the same, and what it says is left to a newer program.

use chrono::DateTime;

use crate::journal::{Digest, timestamp};
use crate::run::{STATEMENT, STATEMENT_KEYS};

/// What statements of every version begin with.
const VERSIONS: &str = "mop sign-off v";
/// How many cells the key of a line takes.
const INDENT: usize = 10;

/// Is a statement of this version.
#[derive(Clone, Copy, Debug)]
pub(super) struct Claim<'a> {
    text: &'a str,
}

/// Says why a text is no statement of this version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NotAClaim {
    /// It is one of another version.
    Version,
    /// Its line of this number is not the one that has to stand there.
    Line(usize),
}

impl<'a> Claim<'a> {
    /// Reads a statement, without the line feed at its end.
    pub(super) fn parse(text: &'a str) -> Result<Self, NotAClaim> {
        let mut lines = text.split('\n');
        match lines.next() {
            Some(STATEMENT) => {}
            Some(line) if line.starts_with(VERSIONS) => return Err(NotAClaim::Version),
            _ => return Err(NotAClaim::Line(1)),
        }
        for (key, number) in STATEMENT_KEYS.into_iter().zip(2..) {
            lines.next().and_then(|line| said(key, line)).ok_or(NotAClaim::Line(number))?;
        }
        match lines.next() {
            None => Ok(Self { text }),
            Some(_) => Err(NotAClaim::Line(STATEMENT_KEYS.len() + 2)),
        }
    }

    /// Gives a whole line by its key.
    pub(super) fn line(&self, key: &str) -> &'a str {
        let mut lines = self.text.split('\n').skip(1).zip(STATEMENT_KEYS);
        lines.find(|(_, known)| *known == key).map(|(line, _)| line).unwrap_or_default()
    }

    /// Gives what a line says.
    pub(super) fn value(&self, key: &str) -> &'a str {
        said(key, self.line(key)).unwrap_or_default()
    }

    /// Gives the moment that it names, in milliseconds since 1970.
    pub(super) fn at_ms(&self) -> Option<i64> {
        let (time, _) = self.value("time").split_once(' ')?;
        let at_ms = DateTime::parse_from_rfc3339(time).ok()?.timestamp_millis();
        (timestamp(at_ms) == time).then_some(at_ms)
    }

    /// Gives the record that the signer saw last, by number and hash.
    pub(super) fn base(&self) -> Option<(u64, Digest)> {
        let (n, hash) = self.value("base").split_once(' ')?;
        let seen: u64 = n.parse().ok()?;
        (seen.to_string() == n).then_some((seen, Digest::parse(hash.as_bytes())?))
    }

    /// Gives the hash of evidence that a line names; a dash names none.
    pub(super) fn evidence(&self, key: &str) -> Option<Option<Digest>> {
        let value = self.value(key);
        if value == "-" {
            return Some(None);
        }
        let hex = value.strip_prefix("sha256:")?.split(' ').next()?;
        Digest::parse(hex.as_bytes()).map(Some)
    }
}

/// Writes a line as a statement has it, before what is outside text in it was made safe.
pub(super) fn line_of(key: &str, value: &str) -> String {
    format!("{key:<INDENT$}{value}")
}

fn said<'a>(key: &str, line: &'a str) -> Option<&'a str> {
    line.strip_prefix(&line_of(key, "")).filter(|said| !said.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn statement() -> String {
        let hash = Digest::of(b"x");
        let lines = [
            "run       7K3QX small runbook-sha256:ab".to_owned(),
            "step      one/first \"First\"".to_owned(),
            "outcome   done, claimed".to_owned(),
            "meaning   executed".to_owned(),
            "role      -".to_owned(),
            "signer    alice@example.com".to_owned(),
            "name      Alice Example".to_owned(),
            "time      2026-03-01T22:07:41.123Z clock=unsynced boot=835f mono=1".to_owned(),
            format!("base      41 {hash}"),
            format!("shown     sha256:{hash}"),
            format!("values    sha256:{hash}"),
            "probes    -".to_owned(),
            "terminal  bastion /dev/pts/3".to_owned(),
            "auth      name only".to_owned(),
            "reason    -".to_owned(),
        ];
        format!("{STATEMENT}\n{}", lines.join("\n"))
    }

    #[test]
    fn every_line_of_a_statement_is_found_under_its_key() {
        let text = statement();
        let claim = Claim::parse(&text).unwrap();
        assert_eq!((claim.value("signer"), claim.value("role")), ("alice@example.com", "-"));
        assert_eq!(claim.line("step"), "step      one/first \"First\"");
        assert_eq!(claim.at_ms(), Some(1_772_402_861_123));
        assert_eq!(claim.base(), Some((41, Digest::of(b"x"))));
        assert_eq!(claim.evidence("shown"), Some(Some(Digest::of(b"x"))));
        assert_eq!(claim.evidence("probes"), Some(None));
    }

    #[test]
    fn a_line_that_is_missing_moved_doubled_or_added_makes_it_none() {
        let text = statement();
        let lines: Vec<_> = text.split('\n').collect();
        for at in 0..lines.len() {
            let without: Vec<_> = lines.iter().enumerate().filter(|(n, _)| *n != at).map(|(_, line)| *line).collect();
            assert_eq!(Claim::parse(&without.join("\n")).unwrap_err(), NotAClaim::Line(at + 1), "without line {at}");
            let mut doubled = lines.clone();
            doubled.insert(at, lines[at]);
            assert_eq!(Claim::parse(&doubled.join("\n")).unwrap_err(), NotAClaim::Line(at + 2), "line {at} twice");
        }
        assert_eq!(Claim::parse(&format!("{text}\n")).unwrap_err(), NotAClaim::Line(17));
        assert_eq!(Claim::parse(&text.replace("role      -", "role      ")).unwrap_err(), NotAClaim::Line(6));
        assert_eq!(Claim::parse(&text.replace("off v1", "off v2")).unwrap_err(), NotAClaim::Version);
        assert_eq!(Claim::parse("").unwrap_err(), NotAClaim::Line(1));
    }

    #[test]
    fn values_that_are_not_written_as_they_have_to_be_say_nothing() {
        let text = statement();
        for (from, to) in
            [("base      41", "base      041"), ("base      41", "base      +41"), ("base      41 ", "base      41  ")]
        {
            assert_eq!(Claim::parse(&text.replace(from, to)).unwrap().base(), None, "{to}");
        }
        for to in ["22:07:41Z", "22:07:41.123+00:00", "25:07:41.123Z"] {
            assert_eq!(Claim::parse(&text.replace("22:07:41.123Z", to)).unwrap().at_ms(), None, "{to}");
        }
        let text = text.replace("shown     sha256:", "shown     SHA256:");
        assert_eq!(Claim::parse(&text).unwrap().evidence("shown"), None);
    }
}
