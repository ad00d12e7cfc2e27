//! One head as a line of text: `<run> <n> <prev> <h>`, for ever.
//!
//! `n` is the number of the record, `h` its hash and `prev` the hash of the one before. Nothing else
//! in the program knows how such a line is written.

use std::fmt;

use crate::journal::Digest;
use crate::text::{is_dangerous, is_mark};

/// How long the name of a run may be in a line.
const LONGEST_RUN: usize = 1024;
/// How many digits a record's number may have.
const MOST_DIGITS: usize = 16;

/// Is the head that a run's log had after a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeadLine {
    /// The run, in one word as [`run_word`] writes it.
    pub run: String,
    /// The record's number.
    pub n: u64,
    /// The hash of the record before it.
    pub prev: Digest,
    /// Its own hash.
    pub head: Digest,
}

/// Says that a text is no line of a head.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("it is not written as a head: run, number, hash before, hash")]
pub struct NotAHead;

impl HeadLine {
    /// Reads a line, without its line feed.
    ///
    /// # Errors
    ///
    /// Says that it is none; only what this program writes is one.
    pub fn parse(line: &[u8]) -> Result<Self, NotAHead> {
        let line = str::from_utf8(line).map_err(|_| NotAHead)?;
        let mut words = line.split(' ');
        let mut word = || words.next().ok_or(NotAHead);
        let (run, n, prev, head) = (word()?, word()?, word()?, word()?);
        let digest = |hex: &str| Digest::parse(hex.as_bytes()).ok_or(NotAHead);
        let found = Self { run: run.to_owned(), n: number(n)?, prev: digest(prev)?, head: digest(head)? };
        let is_first = found.n == 0;
        let is_sound = words.next().is_none() && is_run(run) && is_first == (found.prev == Digest::ZERO);
        is_sound.then_some(found).ok_or(NotAHead)
    }
}

impl fmt::Display for HeadLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { run, n, prev, head } = self;
        write!(f, "{run} {n} {prev} {head}")
    }
}

/// Writes the name of a run as one word that can stand in a line, and in a command.
///
/// What is no letter, digit or plain sign becomes `%XX` of its UTF-8 bytes.
pub fn run_word(name: &str) -> String {
    let mut word = String::with_capacity(name.len());
    for (at, c) in name.char_indices() {
        if is_plain(c) && (at > 0 || c != '-') {
            word.push(c);
        } else {
            let mut bytes = [0; 4];
            c.encode_utf8(&mut bytes).bytes().for_each(|byte| word.push_str(&format!("%{byte:02X}")));
        }
    }
    if word.is_empty() { "%".to_owned() } else { word }
}

fn is_plain(c: char) -> bool {
    (c.is_alphanumeric() && !is_dangerous(c) && !is_mark(c)) || "-_.+:@,=".contains(c)
}

fn is_run(word: &str) -> bool {
    let is_long = word.is_empty() || word.len() > LONGEST_RUN;
    !is_long && !word.starts_with('-') && word.chars().all(|c| is_plain(c) || c == '%')
}

fn number(text: &str) -> Result<u64, NotAHead> {
    let is_plain = text.len() <= MOST_DIGITS && text.bytes().all(|byte| byte.is_ascii_digit());
    let number = text.parse().ok().filter(|n: &u64| is_plain && *n < 1 << 53 && n.to_string() == text);
    number.ok_or(NotAHead)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn digest(seed: u64) -> Digest {
        Digest::of(&seed.to_le_bytes())
    }

    #[test]
    fn a_line_stays_as_it_is() {
        let zero = "0".repeat(64);
        let hash = "ab".repeat(32);
        let line = format!("2026-03-01T2200Z-tour-7K3QX 0 {zero} {hash}");
        let head = HeadLine::parse(line.as_bytes()).unwrap();
        assert_eq!((head.run.as_str(), head.n), ("2026-03-01T2200Z-tour-7K3QX", 0));
        assert_eq!((head.prev, head.head.to_string()), (Digest::ZERO, hash));
        assert_eq!(head.to_string(), line);
    }

    #[test]
    fn what_the_program_would_not_write_is_no_line() {
        let (zero, hash) = ("0".repeat(64), "ab".repeat(32));
        for wrong in [
            String::new(),
            format!("run 1 {hash}"),
            format!("run 1 {hash} {hash} more"),
            format!("run 1 {hash} {hash} "),
            format!(" run 1 {hash} {hash}"),
            format!("run  1 {hash} {hash}"),
            format!("run 01 {hash} {hash}"),
            format!("run +1 {hash} {hash}"),
            format!("run 9007199254740992 {hash} {hash}"),
            format!("run 1 {} {hash}", hash.to_uppercase()),
            format!("run 1 {hash} {}", &hash[1..]),
            format!("run 1 {zero} {hash}"),
            format!("run 0 {hash} {hash}"),
            format!("r\u{1b}un 1 {hash} {hash}"),
            format!("r;un 1 {hash} {hash}"),
            format!("-run 1 {hash} {hash}"),
            format!("{} 1 {hash} {hash}", "r".repeat(1025)),
        ] {
            assert_eq!(HeadLine::parse(wrong.as_bytes()), Err(NotAHead), "{wrong}");
        }
        assert_eq!(HeadLine::parse(b"\xff 1"), Err(NotAHead));
    }

    #[test]
    fn the_name_of_a_run_is_one_word_that_no_shell_takes_apart() {
        assert_eq!(run_word("2026-03-01T2200Z-tour-7K3QX"), "2026-03-01T2200Z-tour-7K3QX");
        assert_eq!(run_word("-a copy;$(x)\u{202e}%"), "%2Da%20copy%3B%24%28x%29%E2%80%AE%25");
        assert_eq!(run_word(""), "%");
    }

    proptest! {
        #[test]
        fn every_head_comes_back_from_its_line(name in ".{0,40}", n in 0..1_u64 << 53, seed in any::<u64>()) {
            let prev = if n == 0 { Digest::ZERO } else { digest(seed) };
            let head = HeadLine { run: run_word(&name), n, prev, head: digest(seed ^ 1) };
            prop_assert_eq!(HeadLine::parse(head.to_string().as_bytes()), Ok(head));
        }

        #[test]
        fn no_bytes_make_it_fail(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = HeadLine::parse(&bytes);
        }
    }
}
