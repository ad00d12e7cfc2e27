//! A statement that was written down, signed elsewhere and brought back: taken apart, and held against
//! the run as it stands now.
//!
//! It has one form, to the byte. What it says is believed only after the run would say the very same
//! now; what may differ is the moment and the place, which the one who printed it fixed.

use chrono::DateTime;

use super::{STATEMENT, STATEMENT_KEYS, Scene, Statement, line, run_words, step_words};
use crate::journal::{Digest, timestamp};
use crate::run::event::Person;
use crate::run::roster::Auth;
use crate::run::state::Run;
use crate::runbook::plan::Item;

/// The longest statement.
const MOST_BYTES: usize = 64 * 1024;
/// How old it may be, in milliseconds.
const MOST_AGE: i64 = 24 * 60 * 60 * 1000;
/// How far ahead its time may be: clocks are never quite the same.
const MOST_AHEAD: i64 = 5 * 60 * 1000;

/// Is a statement as somebody brought it back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    text: String,
    /// What its lines say, in the order of the keys.
    said: Vec<String>,
    at_ms: i64,
    clock: String,
    seen: u64,
}

/// Says why a text is no statement.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAStatement {
    /// It is longer than any statement.
    #[error("a statement has at most {MOST_BYTES} bytes")]
    TooLong,
    /// Another version of the program wrote it.
    #[error("the statement is of another version than this mop knows, which is 1")]
    Version,
    /// A line is not as it has to be.
    #[error("line {number} of the statement is not `{key}` as it has to be")]
    Line {
        /// Which line, from 1.
        number: usize,
        /// What has to stand there.
        key: &'static str,
    },
    /// It does not end with its last line and one line feed.
    #[error("the statement does not end with its line `reason` and one line feed")]
    Ending,
}

/// Says why a statement does not fit the run.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Misfit {
    /// It is about another run.
    #[error("the statement is about another run or another version of its runbook")]
    Run,
    /// It is about a step that the run does not have now.
    #[error("the statement is about a step that this run does not have, or not under that title any more")]
    Step,
    /// It was printed too long ago.
    #[error("the statement was printed more than 24 hours ago; print a new one and sign that")]
    Old,
    /// It was printed in the future.
    #[error("the statement was printed more than 5 minutes in the future; look at the clocks of both machines")]
    Ahead,
    /// Something that it says is not so any more.
    #[error("the statement does not fit any more: its line `{0}` is not what the run says now; print a new one")]
    Line(&'static str),
}

impl Written {
    /// Reads a statement with the line feed at its end, exactly as it is signed.
    ///
    /// # Errors
    ///
    /// Says why it is none.
    pub fn parse(bytes: &[u8]) -> Result<Self, NotAStatement> {
        if bytes.len() > MOST_BYTES {
            return Err(NotAStatement::TooLong);
        }
        let text = str::from_utf8(bytes).map_err(|_| NotAStatement::Line { number: 1, key: STATEMENT })?;
        let text = text.strip_suffix('\n').ok_or(NotAStatement::Ending)?;
        let mut lines = text.split('\n');
        match lines.next() {
            Some(STATEMENT) => {}
            Some(line) if is_version(line) => return Err(NotAStatement::Version),
            _ => return Err(NotAStatement::Line { number: 1, key: STATEMENT }),
        }
        let said: Vec<String> = STATEMENT_KEYS
            .into_iter()
            .zip(2..)
            .map(|(key, number)| lines.next().and_then(|line| value(key, line)).ok_or(wrong(number, key)))
            .collect::<Result<_, _>>()?;
        if lines.next().is_some() {
            return Err(NotAStatement::Ending);
        }
        let (at_ms, clock) = value_of(&said, "time").and_then(time).ok_or(wrong(9, "time"))?;
        let seen = value_of(&said, "base").and_then(base).ok_or(wrong(10, "base"))?;
        Ok(Self { text: text.to_owned(), clock: clock.to_owned(), at_ms, seen, said })
    }

    /// Gives the id of the one who signs.
    pub fn signer(&self) -> &str {
        self.said("signer")
    }

    /// Gives by what the signer proves who he is, in the words of the statement.
    pub fn auth(&self) -> &str {
        self.said("auth")
    }

    /// Gives the number of the last record that was on the screen.
    pub fn seen(&self) -> u64 {
        self.seen
    }

    /// Finds the item that it is about.
    ///
    /// # Errors
    ///
    /// Says that it is about another run, or about nothing in this one.
    pub fn item<'a>(&self, run: &'a Run) -> Result<&'a Item, Misfit> {
        if line(&run_words(run)) != self.said("run") {
            return Err(Misfit::Run);
        }
        let is_it = |item: &&Item| line(&step_words(run, item)) == self.said("step");
        run.items().iter().find(is_it).ok_or(Misfit::Step)
    }

    /// Checks that it was printed not long ago, and not in the future.
    ///
    /// # Errors
    ///
    /// Says which.
    pub fn check_age(&self, now_ms: i64) -> Result<(), Misfit> {
        match now_ms.saturating_sub(self.at_ms) {
            age if age > MOST_AGE => Err(Misfit::Old),
            age if age < -MOST_AHEAD => Err(Misfit::Ahead),
            _ => Ok(()),
        }
    }

    /// Gives the scene that it was printed in.
    pub fn scene(&self, who: Person, auth: Auth) -> Scene {
        let (clock, terminal) = (self.clock.clone(), self.said("terminal").to_owned());
        Scene { who, at_ms: self.at_ms, clock, terminal, auth, sightings: Vec::new() }
    }

    /// Checks that it says what the run would say now.
    ///
    /// # Errors
    ///
    /// Names the first line that differs.
    pub fn compare(&self, now: &Statement) -> Result<(), Misfit> {
        let lines = now.text.split('\n').skip(1).zip(STATEMENT_KEYS).zip(&self.said);
        let mut other = lines.filter(|((line, key), said)| value(key, line).as_ref() != Some(said));
        match other.next() {
            Some(((_, key), _)) => Err(Misfit::Line(key)),
            None if now.text == self.text => Ok(()),
            None => Err(Misfit::Line("run")),
        }
    }

    fn said(&self, key: &str) -> &str {
        value_of(&self.said, key).unwrap_or_default()
    }
}

fn is_version(line: &str) -> bool {
    line.strip_prefix("mop sign-off v").is_some_and(|version| version.bytes().all(|byte| byte.is_ascii_digit()))
}

fn wrong(number: usize, key: &'static str) -> NotAStatement {
    NotAStatement::Line { number, key }
}

fn value_of<'a>(said: &'a [String], key: &str) -> Option<&'a str> {
    STATEMENT_KEYS.iter().zip(said).find(|(known, _)| **known == key).map(|(_, said)| said.as_str())
}

/// Takes what a line says, when it begins with its key and holds nothing that is not shown.
fn value(key: &str, text: &str) -> Option<String> {
    let said = text.strip_prefix(&format!("{key:<10}"))?;
    (!said.is_empty() && line(text) == text).then(|| said.to_owned())
}

/// Reads `2026-03-01T22:07:41.123Z` and the words about the clock.
fn time(said: &str) -> Option<(i64, &str)> {
    let (time, clock) = said.split_once(' ')?;
    let at_ms = DateTime::parse_from_rfc3339(time).ok()?.timestamp_millis();
    (timestamp(at_ms) == time).then_some((at_ms, clock))
}

/// Reads the number of a record, which its hash has to stand behind.
fn base(said: &str) -> Option<u64> {
    let (n, hash) = said.split_once(' ')?;
    let seen: u64 = n.parse().ok()?;
    (seen.to_string() == n && Digest::parse(hash.as_bytes()).is_some()).then_some(seen)
}

#[cfg(test)]
mod tests;
