//! Source text into words and signs.

use std::ops::Range;

use super::ParseError;
use crate::time::Length;

/// A word or a sign.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    Name(Vec<String>),
    Text(String),
    Number(f64),
    Length(Length),
    Sign(&'static str),
}

const SIGNS: [&str; 17] = ["==", "!=", "<=", ">=", "<", ">", "(", ")", "[", "]", ",", "&&", "||", "|", "+", "-", "="];

/// Roots whose parts are ids, which may hold `-`.
const ID_ROOTS: [&str; 3] = ["chosen", "outcome", "step"];

pub(super) fn lex(source: &str) -> Result<Vec<(Token, Range<usize>)>, ParseError> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(c) = source[at..].chars().next() {
        if c.is_whitespace() {
            at += c.len_utf8();
            continue;
        }
        let (token, length) = token(&source[at..], c).map_err(|error| shifted(error, at))?;
        tokens.push((token, at..at + length));
        at += length;
    }
    Ok(tokens)
}

fn shifted(error: ParseError, by: usize) -> ParseError {
    ParseError { at: error.at.start + by..error.at.end + by, ..error }
}

fn token(rest: &str, first: char) -> Result<(Token, usize), ParseError> {
    match first {
        '"' | '\'' => quoted(rest, first),
        '0'..='9' => number(rest),
        c if c == '_' || c.is_alphabetic() => Ok(name(rest)),
        '\u{2018}'..='\u{201f}' => {
            Err(ParseError::new(0..first.len_utf8(), "a typographic quote").help("use plain quotes: \"text\""))
        }
        '.' => Err(ParseError::new(0..1, "a name cannot begin with `.`")
            .help("two literal braces, as in docker's --format, are written {{ '{{' }}")),
        _ => sign(rest, first),
    }
}

fn sign(rest: &str, first: char) -> Result<(Token, usize), ParseError> {
    let length = first.len_utf8();
    if rest.starts_with("{{") {
        let end = rest.find("}}").map_or(2, |at| at + 2);
        return Err(ParseError::new(0..end, "the expression stands here by itself, without {{ and }}").help(format!(
            "write {}",
            rest.replace("{{", "").replace("}}", "").split_whitespace().collect::<Vec<_>>().join(" ")
        )));
    }
    let Some(sign) = SIGNS.iter().find(|sign| rest.starts_with(**sign)) else {
        return Err(ParseError::new(0..length, format!("`{first}` has no meaning in an expression")).help(
            "an expression has names, \"texts\", numbers, ==, <, and, or, not, in, and filters such as `| length`",
        ));
    };
    match *sign {
        "&&" => Err(ParseError::new(0..2, "`&&` has no meaning here").help("write `and`")),
        "||" => Err(ParseError::new(0..2, "`||` has no meaning here").help("write `or`")),
        "=" => Err(ParseError::new(0..1, "`=` does not compare").help("write `==`")),
        sign => Ok((Token::Sign(sign), sign.len())),
    }
}

fn quoted(rest: &str, quote: char) -> Result<(Token, usize), ParseError> {
    let mut text = String::new();
    let mut chars = rest.char_indices().skip(1);
    while let Some((at, c)) = chars.next() {
        match c {
            _ if c == quote => return Ok((Token::Text(text), at + 1)),
            '\\' => text.extend(chars.next().map(|(_, escaped)| escaped)),
            c => text.push(c),
        }
    }
    Err(ParseError::new(0..rest.len(), "the quote is not closed"))
}

fn number(rest: &str) -> Result<(Token, usize), ParseError> {
    let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '.')).unwrap_or(rest.len());
    let word = &rest[..end];
    if word.bytes().all(|b| b.is_ascii_digit() || b == b'.') {
        return match word.parse() {
            Ok(number) if word.matches('.').count() < 2 => Ok((Token::Number(number), end)),
            _ => Err(ParseError::new(0..end, format!("`{word}` is not a number"))
                .help(format!("put a version in quotes: \"{word}\""))),
        };
    }
    match Length::parse(word) {
        Ok(length) => Ok((Token::Length(length), end)),
        Err(error) => Err(ParseError::new(0..end, format!("`{word}` is neither a number nor a length of time"))
            .help(error.to_string())),
    }
}

/// Takes a name with its parts: `chosen.take-a-backup.title`.
fn name(rest: &str) -> (Token, usize) {
    let mut parts = vec![part(rest, false)];
    let mut at = parts[0].len();
    let ids = ID_ROOTS.contains(&parts[0].as_str());
    while rest[at..].starts_with('.') {
        let next = part(&rest[at + 1..], ids);
        if next.is_empty() {
            break;
        }
        at += 1 + next.len();
        parts.push(next);
    }
    (Token::Name(parts), at)
}

fn part(rest: &str, id: bool) -> String {
    rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_' || (id && *c == '-')).collect()
}
