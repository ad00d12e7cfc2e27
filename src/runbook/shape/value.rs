//! The shapes of single values: text, names, lengths of time, numbers.

use serde_json::{Value as Json, json};

use super::{Definitions, Shape, scalar};
use crate::id::{is_id, is_name};
use crate::runbook::diagnostic::{Code, Diagnostic, Problems};
use crate::runbook::place::Place;
use crate::runbook::yaml::{Node, Scalar};
use crate::time::{Length, LengthError};

/// A value and where it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Placed<T> {
    /// The value.
    pub value: T,
    /// Where it was written.
    pub place: Place,
}

/// A text, and where it was written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text {
    /// The text.
    pub text: String,
    /// Where it was written.
    pub place: Place,
}

impl Shape for Text {
    fn noun() -> &'static str {
        "a text"
    }

    fn read(node: Node<'_>, problems: &mut Problems) -> Option<Self> {
        let (place, scalar) = scalar(node, "a text", problems)?;
        if let Some(kind) = other_kind(&scalar) {
            let message = format!("`{}` is {kind} to YAML, and a text is wanted here", scalar.text);
            let help = format!("put it in quotes: \"{}\"", scalar.text);
            problems.push(Diagnostic::new(Code::Unquoted, place, message).help(help));
        }
        Some(Self { text: scalar.text.into_owned(), place })
    }

    fn schema(_: &mut Definitions) -> Json {
        json!({ "type": "string" })
    }
}

/// Says what a scalar is to a YAML reader when it is not a text.
fn other_kind(scalar: &Scalar<'_>) -> Option<&'static str> {
    unquoted(&scalar.text, scalar.plain)
}

/// Says what a word is to a YAML reader when it was written without quotes and is not a text.
pub fn unquoted(word: &str, plain: bool) -> Option<&'static str> {
    match word {
        _ if !plain => None,
        "true" | "false" | "True" | "False" | "TRUE" | "FALSE" => Some("a truth value"),
        "Null" | "NULL" => Some("nothing"),
        word if is_number(word) => Some("a number"),
        _ => None,
    }
}

/// Says whether YAML's core schema reads a bare word as a number.
fn is_number(word: &str) -> bool {
    let digits = word.strip_prefix(['+', '-']).unwrap_or(word);
    match digits.get(..2) {
        Some("0x") => {
            return digits.len() > 2 && digits[2..].bytes().all(|b| b.is_ascii_hexdigit());
        }
        Some("0o") => {
            return digits.len() > 2 && digits[2..].bytes().all(|b| matches!(b, b'0'..=b'7'));
        }
        _ => {}
    }
    if matches!(digits, ".inf" | ".Inf" | ".INF") || matches!(word, ".nan" | ".NaN" | ".NAN") {
        return true;
    }
    digits.starts_with(|c: char| c.is_ascii_digit() || c == '.') && digits.parse::<f64>().is_ok()
}

/// The source of an expression; bare numbers and truth values are expressions too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logic(pub Text);

impl Shape for Logic {
    fn noun() -> &'static str {
        "an expression"
    }

    fn read(node: Node<'_>, problems: &mut Problems) -> Option<Self> {
        let (place, scalar) = scalar(node, "an expression", problems)?;
        Some(Self(Text { text: scalar.text.into_owned(), place }))
    }

    fn schema(_: &mut Definitions) -> Json {
        json!({ "type": ["string", "boolean", "number"] })
    }
}

/// The source of a regular expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern(pub Text);

impl Shape for Pattern {
    fn noun() -> &'static str {
        "a regular expression"
    }

    fn read(node: Node<'_>, problems: &mut Problems) -> Option<Self> {
        Text::read(node, problems).map(Self)
    }

    fn schema(_: &mut Definitions) -> Json {
        json!({ "type": "string", "format": "regex" })
    }
}

/// Declares the shape of a word that is read by a function.
macro_rules! word {
    ($ty:ty, $noun:literal, $code:ident, $schema:expr, $read:expr) => {
        impl Shape for Placed<$ty> {
            fn noun() -> &'static str {
                $noun
            }

            fn read(node: Node<'_>, problems: &mut Problems) -> Option<Self> {
                let (place, scalar) = scalar(node, $noun, problems)?;
                let read: fn(&str) -> Result<$ty, String> = $read;
                match read(&scalar.text) {
                    Ok(value) => Some(Self { value, place }),
                    Err(help) => {
                        let message = format!("`{}` is not {}", scalar.text, $noun);
                        problems.push(Diagnostic::new(Code::$code, place, message).help(help));
                        None
                    }
                }
            }

            fn schema(_: &mut Definitions) -> Json {
                $schema
            }
        }
    };
}

word!(bool, "`true` or `false`", BadValue, json!({ "type": "boolean" }), |word| match word {
    "true" => Ok(true),
    "false" => Ok(false),
    "yes" | "Yes" | "YES" | "on" | "On" | "ON" | "y" | "Y" => Err("write `true`".to_owned()),
    "no" | "No" | "NO" | "off" | "Off" | "OFF" | "n" | "N" => Err("write `false`".to_owned()),
    _ => Err("write `true` or `false`".to_owned()),
});

word!(u32, "a whole number", BadValue, json!({ "type": "integer", "minimum": 0 }), |word| word
    .parse()
    .map_err(|_| "write a whole number such as 3".to_owned()));

word!(
    Length,
    "a length of time",
    BadValue,
    json!({ "type": "string", "pattern": "^([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?([0-9]+ms)?$", "minLength": 2 }),
    |word| Length::parse(word).map_err(|error| length_help(&error))
);

/// Says how to write a length of time, without saying once more what is wrong.
pub fn length_help(error: &LengthError) -> String {
    match error {
        LengthError::Unknown => "write one like 45s, 30m or 1h30m".to_owned(),
        error => error.to_string(),
    }
}

/// A number of bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Bytes(pub u64);

impl Bytes {
    /// Reads `2GiB`, `500MB` or `12B`.
    pub fn parse(word: &str) -> Option<Self> {
        const UNITS: [(&str, u64); 9] = [
            ("KiB", 1 << 10),
            ("MiB", 1 << 20),
            ("GiB", 1 << 30),
            ("TiB", 1 << 40),
            ("kB", 1000),
            ("MB", 1_000_000),
            ("GB", 1_000_000_000),
            ("TB", 1_000_000_000_000),
            ("B", 1),
        ];
        let (unit, factor) = UNITS.iter().find(|(unit, _)| word.ends_with(unit))?;
        let number: u64 = word.strip_suffix(unit)?.trim_end().parse().ok()?;
        number.checked_mul(*factor).map(Self)
    }
}

word!(Bytes, "a size", BadValue, json!({ "type": "string", "pattern": "^[0-9]+ ?([KMGT]iB|[kMGT]?B)$" }), |word| {
    Bytes::parse(word).ok_or_else(|| "write a whole number with a unit, such as 2GiB, 500MB or 12B".to_owned())
});

/// A name for expressions: letters, digits and `_`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ident(pub Text);

/// An id: lower-case letters, digits, `-`, `.` and `_`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Label(pub Text);

/// What an id looks like, as near as a pattern comes to [`is_id`].
const ID: &str = "^[^\\sA-Z/\\[\\]#._-][^\\sA-Z/\\[\\]#]*$";

/// Any text as the key of a table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Free(pub Text);

/// What can be the key of a [`Table`].
pub trait TableKey: Sized {
    /// Takes a key, or says what to write instead.
    fn take(text: Text) -> Result<Self, (Text, String)>;
    /// Returns the pattern for the schema.
    fn pattern() -> Option<&'static str>;
}

impl TableKey for Ident {
    fn take(text: Text) -> Result<Self, (Text, String)> {
        if is_name(&text.text) {
            return Ok(Self(text));
        }
        let safe: String = text.text.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
        let help = if is_name(&safe) {
            format!("a name has letters, digits and `_`: `{safe}`")
        } else {
            "a name begins with a letter and has letters, digits and `_`".to_owned()
        };
        Err((text, help))
    }

    fn pattern() -> Option<&'static str> {
        Some("^[A-Za-z_][A-Za-z0-9_]*$")
    }
}

impl TableKey for Label {
    fn take(text: Text) -> Result<Self, (Text, String)> {
        if is_id(&text.text) {
            return Ok(Self(text));
        }
        let slug = crate::id::slug(&text.text);
        let help = if slug.is_empty() {
            "an id has lower-case letters, digits, `-`, `.` and `_`".to_owned()
        } else {
            format!("an id has lower-case letters, digits, `-`, `.` and `_`: `{slug}`")
        };
        Err((text, help))
    }

    fn pattern() -> Option<&'static str> {
        Some(ID)
    }
}

impl TableKey for Free {
    fn take(text: Text) -> Result<Self, (Text, String)> {
        Ok(Self(text))
    }

    fn pattern() -> Option<&'static str> {
        None
    }
}

impl Shape for Label {
    fn noun() -> &'static str {
        "an id"
    }

    fn read(node: Node<'_>, problems: &mut Problems) -> Option<Self> {
        let text = Text::read(node, problems)?;
        match Self::take(text) {
            Ok(label) => Some(label),
            Err((text, help)) => {
                let message = format!("`{}` is not an id", text.text);
                problems.push(Diagnostic::new(Code::BadValue, text.place, message).help(help));
                None
            }
        }
    }

    fn schema(_: &mut Definitions) -> Json {
        json!({ "type": "string", "pattern": ID, "maxLength": 128 })
    }
}
