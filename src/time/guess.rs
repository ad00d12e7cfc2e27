//! Guesses which length of time somebody meant who wrote it in another way.
//!
//! Nothing guessed here is ever used as a length; it only makes the error say what to write.

use super::{Length, LengthError};

/// The words for units, in milliseconds.
const WORDS: [(&[&str], u128); 6] = [
    (&["ms", "msec", "msecs", "milli", "millis", "millisecond", "milliseconds"], 1),
    (&["s", "sec", "secs", "second", "seconds"], 1000),
    (&["m", "min", "mins", "minute", "minutes"], 60_000),
    (&["h", "hr", "hrs", "hour", "hours"], 3_600_000),
    (&["d", "day", "days"], 86_400_000),
    (&["w", "week", "weeks"], 604_800_000),
];

/// Explains why a text is no length, with what to write if the meaning can be guessed.
pub(super) fn error(text: &str) -> LengthError {
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return LengthError::Empty;
    }
    if trimmed.bytes().all(|byte| byte.is_ascii_digit()) {
        return match trimmed.parse::<u64>() {
            Ok(number) => LengthError::NoUnit(number.to_string()),
            Err(_) => LengthError::TooLong,
        };
    }
    match instead(trimmed) {
        Some(instead) => LengthError::Misspelled { problem: problem(trimmed, text), instead },
        None => LengthError::Unknown,
    }
}

fn instead(text: &str) -> Option<String> {
    if let Some(millis) = meant(text) {
        return Some(Length::from_millis(millis).to_string());
    }
    let fields: Vec<u64> = text.split(':').map(|field| field.parse().ok()).collect::<Option<_>>()?;
    match fields[..] {
        [a, b] => Some(format!("{} or {}", clock(a, b, 0), clock(0, a, b))),
        [h, m, s] => Some(clock(h, m, s).to_string()),
        _ => None,
    }
}

fn clock(hours: u64, minutes: u64, seconds: u64) -> Length {
    Length::hours(hours).saturating_add(Length::minutes(minutes)).saturating_add(Length::seconds(seconds))
}

fn problem(trimmed: &str, text: &str) -> &'static str {
    let has = |test: fn(char) -> bool| trimmed.contains(test);
    match () {
        () if trimmed.starts_with(['-', '+', '\u{2212}']) => "a length of time has no sign",
        () if has(|c| c == ':') => "a length of time is no clock",
        () if has(|c| matches!(c, '.' | ',')) && has(|c| c.is_ascii_digit()) => "a length of time has no fraction",
        () if !has(|c| c.is_ascii_digit()) => "a length of time is written in digits",
        () if text.contains(char::is_whitespace) => "a length of time has no spaces",
        () if has(char::is_uppercase) => "units are lower case",
        () if reads_all_units(trimmed) => "units go from large to small, each once",
        () => "the units are d, h, m, s and ms",
    }
}

fn reads_all_units(text: &str) -> bool {
    text.split(|c: char| c.is_ascii_digit()).all(|unit| matches!(unit, "" | "d" | "h" | "m" | "s" | "ms"))
}

/// Adds up everything that looks like a number and a unit.
fn meant(text: &str) -> Option<u64> {
    let lower = text.to_lowercase();
    let mut rest = lower.trim_start_matches(['-', '+', '\u{2212}']);
    let mut total: u128 = 0;
    let mut amount: Option<u128> = None;
    loop {
        rest = rest.trim_start();
        let Some(first) = rest.chars().next() else {
            break;
        };
        let (run, after) = split_run(rest, first);
        rest = after;
        if first.is_ascii_digit() {
            amount = Some(match amount {
                None => thousandths(run)?,
                Some(_) => return None,
            });
        } else if let Some(unit) = unit(run) {
            total = total.checked_add(amount.take()?.checked_mul(unit)?)?;
        } else {
            amount = spoken(run, amount)?;
        }
    }
    match amount {
        None if !lower.is_empty() => u64::try_from(total / 1000).ok(),
        _ => None,
    }
}

/// Splits off a number with its fraction, a word, or one other sign.
fn split_run(text: &str, first: char) -> (&str, &str) {
    let end = if first.is_ascii_digit() {
        let end = text.find(|c: char| !c.is_ascii_digit() && !matches!(c, '.' | ',')).unwrap_or(text.len());
        text[..end].trim_end_matches(['.', ',']).len()
    } else if first.is_alphabetic() {
        text.find(|c: char| !c.is_alphabetic()).unwrap_or(text.len())
    } else {
        first.len_utf8()
    };
    text.split_at(end)
}

fn unit(word: &str) -> Option<u128> {
    WORDS.iter().find(|(words, _)| words.contains(&word)).map(|(_, millis)| *millis)
}

/// Reads `1.5` as 1500.
fn thousandths(number: &str) -> Option<u128> {
    let (whole, part) = number.split_once(['.', ',']).unwrap_or((number, ""));
    let part: String = part.chars().chain("000".chars()).take(3).collect();
    let whole: u128 = whole.parse::<u64>().ok()?.into();
    Some(whole * 1000 + part.parse::<u128>().ok()?)
}

/// Reads the small words of numbers: the amount afterwards, or nothing for a word that is none.
fn spoken(word: &str, amount: Option<u128>) -> Option<Option<u128>> {
    match (word, amount) {
        ("half", None | Some(1000)) => Some(Some(500)),
        ("quarter", None | Some(1000)) => Some(Some(250)),
        ("a" | "an" | "one", None) => Some(Some(1000)),
        ("a" | "an" | "of", Some(_)) => Some(amount),
        ("and" | ",", None) => Some(None),
        _ => None,
    }
}
