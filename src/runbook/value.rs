//! The values that inputs take and expressions give, and their kinds.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, Offset, SecondsFormat, TimeZone};

use super::format::Kind as InputKind;
use crate::time::Length;
use crate::version::Version;

/// The longest value that is taken, in bytes.
const MOST_BYTES: usize = 64 * 1024;

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A text.
    Text(String),
    /// A number.
    Number(f64),
    /// A truth value.
    Bool(bool),
    /// A version.
    Version(Version),
    /// A day.
    Date(NaiveDate),
    /// A moment.
    Moment(DateTime<FixedOffset>),
    /// A length of time.
    Length(Length),
    /// A secret, known by the name of its input only.
    Secret(String),
    /// A list.
    List(Vec<Value>),
    /// A table, by the text of its keys.
    Table(BTreeMap<String, Value>),
}

/// What kind of value something is, known before there is a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A text.
    Text,
    /// One of a few words.
    Word(Arc<[String]>),
    /// A number.
    Number,
    /// A truth value.
    Bool,
    /// A version.
    Version,
    /// A day.
    Date,
    /// A moment.
    Moment,
    /// A length of time.
    Length,
    /// A secret.
    Secret,
    /// A list of values of one kind.
    List(Box<Kind>),
    /// A table of values of one kind.
    Table(Box<Kind>),
    /// Not known, because of a mistake that was reported already.
    Unknown,
}

impl Kind {
    /// Returns the kind of one value of an input type.
    pub fn of(input: InputKind) -> Self {
        match input {
            InputKind::Text | InputKind::Url | InputKind::Host | InputKind::Path => Self::Text,
            InputKind::Version => Self::Version,
            InputKind::Number => Self::Number,
            InputKind::Bool => Self::Bool,
            InputKind::Date => Self::Date,
            InputKind::Time => Self::Moment,
            InputKind::Duration => Self::Length,
            InputKind::Secret => Self::Secret,
        }
    }

    /// Says whether it is written as a text.
    pub fn is_text(&self) -> bool {
        matches!(self, Self::Text | Self::Word(_))
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Text | Self::Word(_) => "a text",
            Self::Number => "a number",
            Self::Bool => "true or false",
            Self::Version => "a version",
            Self::Date => "a date",
            Self::Moment => "a time",
            Self::Length => "a length of time",
            Self::Secret => "a secret",
            Self::List(_) => "a list",
            Self::Table(_) => "a table",
            Self::Unknown => "something unknown",
        })
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Number(number) => write!(f, "{number}"),
            Self::Bool(true) => f.write_str("yes"),
            Self::Bool(false) => f.write_str("no"),
            Self::Version(version) => write!(f, "{version}"),
            Self::Date(date) => write!(f, "{date}"),
            Self::Moment(moment) => f.write_str(&moment.to_rfc3339_opts(SecondsFormat::Secs, true)),
            Self::Length(length) => write!(f, "{length}"),
            Self::Secret(name) => write!(f, "‹secret {name}›"),
            Self::List(items) => joined(f, items.iter(), ", "),
            Self::Table(rows) => joined(f, rows.iter().map(|(key, value)| format!("{key}: {value}")), ", "),
        }
    }
}

fn joined<T: fmt::Display>(f: &mut fmt::Formatter<'_>, items: impl Iterator<Item = T>, between: &str) -> fmt::Result {
    for (at, item) in items.enumerate() {
        if at > 0 {
            f.write_str(between)?;
        }
        write!(f, "{item}")?;
    }
    Ok(())
}

impl Value {
    /// Says how two values of one kind stand to each other; nothing for values that have no order.
    pub fn order(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Text(a), Self::Text(b)) => Some(a.cmp(b)),
            (Self::Number(a), Self::Number(b)) => a.partial_cmp(b),
            (Self::Bool(a), Self::Bool(b)) => Some(a.cmp(b)),
            (Self::Version(a), Self::Version(b)) => Some(a.cmp(b)),
            (Self::Date(a), Self::Date(b)) => Some(a.cmp(b)),
            (Self::Moment(a), Self::Moment(b)) => Some(a.cmp(b)),
            (Self::Length(a), Self::Length(b)) => Some(a.cmp(b)),
            (Self::List(a), Self::List(b)) if a == b => Some(Ordering::Equal),
            _ => None,
        }
    }

    /// Reads one value of an input type, or says what to write instead.
    ///
    /// A time without an offset is taken in `zone`.
    pub fn parse(kind: InputKind, text: &str, zone: FixedOffset) -> Result<Self, String> {
        if let Some(c) = text.chars().find(|c| c.is_control() && !(*c == '\n' && kind == InputKind::Text)) {
            return Err(format!("the character U+{:04X} cannot stand in a value", u32::from(c)));
        }
        if text.len() > MOST_BYTES {
            return Err("a value is at most 64 KiB long".to_owned());
        }
        match kind {
            InputKind::Text | InputKind::Secret => Ok(Self::Text(text.to_owned())),
            InputKind::Url => url(text),
            InputKind::Host => host(text),
            InputKind::Path if text.is_empty() => Err("write a path".to_owned()),
            InputKind::Path => Ok(Self::Text(text.to_owned())),
            InputKind::Version => Version::parse(text).map(Self::Version).map_err(|error| error.to_string()),
            InputKind::Number => number(text),
            InputKind::Bool => truth(text),
            InputKind::Date => text.parse().map(Self::Date).map_err(|_| "write a date as 2026-03-01".to_owned()),
            InputKind::Time => moment(text, zone),
            InputKind::Duration => Length::parse(text).map(Self::Length).map_err(|error| error.to_string()),
        }
    }

    /// Reads a text written in an expression as the kind it is held against.
    pub fn coerce(text: &str, kind: &Kind) -> Result<Self, String> {
        let utc = chrono::Utc.fix();
        match kind {
            Kind::Version => Self::parse(InputKind::Version, text, utc),
            Kind::Date => Self::parse(InputKind::Date, text, utc),
            Kind::Moment => Self::parse(InputKind::Time, text, utc),
            Kind::Length => Self::parse(InputKind::Duration, text, utc),
            _ => Ok(Self::Text(text.to_owned())),
        }
    }
}

fn number(text: &str) -> Result<Value, String> {
    let plain = text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-'));
    match text.parse::<f64>() {
        Ok(number) if plain && number.is_finite() => Ok(Value::Number(number)),
        _ => Err("write a number such as 3 or 2.5".to_owned()),
    }
}

fn truth(text: &str) -> Result<Value, String> {
    match text.to_ascii_lowercase().as_str() {
        "yes" | "y" | "true" => Ok(Value::Bool(true)),
        "no" | "n" | "false" => Ok(Value::Bool(false)),
        _ => Err("write yes or no".to_owned()),
    }
}

fn url(text: &str) -> Result<Value, String> {
    let (scheme, rest) = text.split_once("://").unwrap_or(("", ""));
    let scheme_is_good = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if !scheme_is_good || authority.is_empty() || text.contains(char::is_whitespace) {
        return Err("write an address with its scheme, such as https://site.example/".to_owned());
    }
    Ok(Value::Text(text.to_owned()))
}

fn host(text: &str) -> Result<Value, String> {
    let allowed = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | ':' | '_' | '@' | '%' | '[' | ']');
    if text.is_empty() || text.len() > 255 || text.starts_with('-') || !text.chars().all(allowed) {
        return Err("write the name or address of a machine, such as app1.example or 192.0.2.7".to_owned());
    }
    Ok(Value::Text(text.to_owned()))
}

fn moment(text: &str, zone: FixedOffset) -> Result<Value, String> {
    if let Ok(moment) = DateTime::parse_from_rfc3339(text) {
        return Ok(Value::Moment(moment));
    }
    let forms = ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S"];
    let local = forms.iter().find_map(|form| NaiveDateTime::parse_from_str(text, form).ok());
    let moment = local.and_then(|local| zone.from_local_datetime(&local).single());
    let offset = DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M%:z").ok();
    offset.or(moment).map(Value::Moment).ok_or_else(|| {
        "write a time as 2026-03-01T22:00, with an offset such as +01:00 if it is of another zone".to_owned()
    })
}
