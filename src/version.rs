//! Version numbers that compare as versions.
//!
//! Owns what counts as a version and which of two is newer. What to do about a version that is too
//! old is for others.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

use thiserror::Error;

const MOST_CHARS: usize = 64;

/// Words of versions that come before the one they name, from early to late.
const PRE_RELEASES: [&str; 8] = ["dev", "nightly", "snapshot", "alpha", "beta", "pre", "preview", "rc"];

/// Is a version as somebody wrote it, ordered by what it means.
///
/// A version is a row of groups: an optional word followed by numbers (`10.0.0 CU19` is `10.0.0`,
/// then `cu` with 19). A dot, any other sign or nothing at all may stand between a word and its
/// numbers; within one group the numbers are joined by dots, so `10.0.0-2` is `10.0.0`, then a
/// group of its own with 2. A `v` before the first digit and the case of words mean nothing.
///
/// Groups are compared from the left, and a missing group is one without word and numbers:
///
/// 1. a pre-release word comes before no word: dev, nightly, snapshot, alpha, beta, pre, preview, rc;
/// 2. then no word; then any other word, by its letters;
/// 3. with the same word, number by number, of any length, where a missing number is zero.
///
/// So `10.0.0-beta` < `10.0.0-rc1` < `10.0` = `10.0.0` < `10.0.0-1` < `10.0.0 CU9` < `10.0.0 CU10` < `10.0.1`.
#[derive(Clone, Debug)]
pub struct Version {
    text: String,
    groups: Vec<Group>,
}

impl Version {
    /// Reads a version.
    ///
    /// # Errors
    /// Says what was wrong when the text is empty or too long, or has no digit or a control character.
    pub fn parse(text: &str) -> Result<Self, VersionError> {
        check_text(text)?;
        Ok(Self { text: text.to_owned(), groups: parse_groups(text) })
    }

    /// Gives the text as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

fn check_text(text: &str) -> Result<(), VersionError> {
    if text.trim().is_empty() {
        return Err(VersionError::Empty);
    }
    if text.chars().nth(MOST_CHARS).is_some() {
        return Err(VersionError::TooLong);
    }
    if let Some(control) = text.chars().find(|c| c.is_control()) {
        return Err(VersionError::Control(u32::from(control)));
    }
    if !text.contains(|c: char| c.is_ascii_digit()) {
        return Err(VersionError::NoDigit);
    }
    Ok(())
}

/// Says why a text is no version.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum VersionError {
    /// There is nothing in it.
    #[error("a version is missing: write one like 10.2.0")]
    Empty,
    /// It is longer than any version.
    #[error("a version has at most {MOST_CHARS} characters")]
    TooLong,
    /// It holds a control character.
    #[error("a version has no control character, and this one has U+{0:04X}")]
    Control(u32),
    /// It holds no digit.
    #[error("a version has at least one digit: write one like 10.2.0")]
    NoDigit,
}

impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        let none = Group::default();
        let longest = self.groups.len().max(other.groups.len());
        (0..longest)
            .map(|at| self.groups.get(at).unwrap_or(&none).cmp(other.groups.get(at).unwrap_or(&none)))
            .find(|order| order.is_ne())
            .unwrap_or(Ordering::Equal)
    }
}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Version {
    fn eq(&self, other: &Self) -> bool {
        self.groups == other.groups
    }
}

impl Eq for Version {}

impl Hash for Version {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.groups.hash(state);
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

/// Is a word with the numbers behind it; the order of the fields is the order of versions.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Group {
    word: Word,
    /// Without zeros at the end.
    numbers: Vec<Number>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Word {
    PreRelease(usize),
    #[default]
    None,
    Other(String),
}

/// Is a number of any length: its digits without zeros before them, the longer the greater.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Number {
    len: usize,
    digits: String,
}

fn parse_groups(text: &str) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let mut rest = without_v(text);
    let mut dotted = false;
    while let Some(first) = rest.chars().next() {
        let (run, after) = split_run(rest);
        if first.is_ascii_digit() {
            match groups.last_mut() {
                Some(group) if dotted || group.numbers.is_empty() => group.numbers.push(Number::new(run)),
                _ => groups.push(Group { word: Word::None, numbers: vec![Number::new(run)] }),
            }
        } else if first.is_alphanumeric() {
            groups.push(Group { word: Word::new(run), numbers: Vec::new() });
        }
        dotted = run == ".";
        rest = after;
    }
    normal(groups)
}

fn without_v(text: &str) -> &str {
    match text.strip_prefix(['v', 'V']) {
        Some(rest) if rest.starts_with(|c: char| c.is_ascii_digit()) => rest,
        _ => text,
    }
}

/// Splits off a run of digits, of letters or of other signs.
fn split_run(text: &str) -> (&str, &str) {
    let kind = |c: char| (c.is_ascii_digit(), c.is_alphanumeric());
    let first = text.chars().next().map(kind);
    let end = text.find(|c| Some(kind(c)) != first).unwrap_or(text.len());
    text.split_at(end)
}

/// Takes away what means the same as nothing, so that equal versions have equal groups.
fn normal(mut groups: Vec<Group>) -> Vec<Group> {
    for group in &mut groups {
        while group.numbers.last().is_some_and(|number| number.len == 0) {
            group.numbers.pop();
        }
    }
    while groups.last().is_some_and(|group| *group == Group::default()) {
        groups.pop();
    }
    groups
}

impl Word {
    fn new(text: &str) -> Self {
        let lower = text.to_lowercase();
        match PRE_RELEASES.iter().position(|word| *word == lower) {
            Some(rank) => Self::PreRelease(rank),
            None => Self::Other(lower),
        }
    }
}

impl Number {
    fn new(digits: &str) -> Self {
        let digits = digits.trim_start_matches('0').to_owned();
        Self { len: digits.len(), digits }
    }
}

#[cfg(test)]
mod tests;
