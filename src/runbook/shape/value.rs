//! The shapes of single values: text, names, lengths of time, numbers, lists and tables of them.

use std::collections::HashMap;
use std::marker::PhantomData;

use serde_json::{Value as Json, json};

use super::{Definitions, Shape, duplicate, entries, scalar, value, wrong_type};
use crate::id::{is_id, is_name};
use crate::runbook::diagnostic::{Code, Diagnostic, Problems};
use crate::runbook::expression::RESERVED;
use crate::runbook::place::Place;
use crate::runbook::yaml::{Content, Node, Scalar};
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

impl<T: Shape> Shape for Box<T> {
    fn noun() -> &'static str {
        T::noun()
    }

    fn read(node: Node<'_>, problems: &mut Problems) -> Option<Self> {
        T::read(node, problems).map(Self::new)
    }

    fn schema(definitions: &mut Definitions) -> Json {
        T::schema(definitions)
    }
}

impl<T: Shape> Shape for Vec<T> {
    fn noun() -> &'static str {
        "a list"
    }

    fn read(node: Node<'_>, problems: &mut Problems) -> Option<Self> {
        match node.content {
            Content::List(items) => Some(items.into_iter().filter_map(|item| T::read(item, problems)).collect()),
            _ => {
                wrong_type(&node, "a list", problems);
                None
            }
        }
    }

    fn schema(definitions: &mut Definitions) -> Json {
        json!({ "type": "array", "items": T::schema(definitions) })
    }
}

/// One value, or a list of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OneOrMany<T>(pub Vec<T>);

impl<T: Shape> Shape for OneOrMany<T> {
    fn noun() -> &'static str {
        T::noun()
    }

    fn read(node: Node<'_>, problems: &mut Problems) -> Option<Self> {
        match node.content {
            Content::List(_) => Vec::read(node, problems).map(Self),
            _ => T::read(node, problems).map(|one| Self(vec![one])),
        }
    }

    fn schema(definitions: &mut Definitions) -> Json {
        let one = T::schema(definitions);
        json!({ "anyOf": [one, { "type": "array", "items": one }] })
    }
}

/// A mapping from names of one kind to values of one shape, in the order of the file.
#[derive(Debug)]
pub struct Table<K, T>(pub Vec<(K, T)>, PhantomData<K>);

impl<K: TableKey, T: Shape> Shape for Table<K, T> {
    fn noun() -> &'static str {
        if T::noun() == Spread::noun() { super::hints::LOOP } else { "a mapping" }
    }

    fn read(node: Node<'_>, problems: &mut Problems) -> Option<Self> {
        let (place, entries) = entries(node, Self::noun(), problems)?;
        if entries.is_empty() && T::noun() == Spread::noun() {
            let message = "the loop has no list to go through";
            let help = "write { NAME: LIST }, such as { host: hosts }";
            problems.push(Diagnostic::new(Code::LoopOverNoList, place, message).help(help));
        }
        let mut seen: HashMap<String, Place> = HashMap::with_capacity(entries.len());
        let mut rows = Vec::with_capacity(entries.len());
        for entry in entries {
            if let Some(first) = seen.insert(entry.key.to_string(), entry.key_place) {
                problems.push(duplicate(&entry.key, entry.key_place, first));
                continue;
            }
            let text = Text { text: entry.key.to_string(), place: entry.key_place };
            let key = match K::take(text) {
                Ok(key) => key,
                Err((text, help)) => {
                    let message = format!("`{}` cannot be a name", text.text);
                    problems.push(Diagnostic::new(Code::BadValue, text.place, message).help(help));
                    problems.lose(&text.text);
                    continue;
                }
            };
            let name = entry.key.to_string();
            match value(entry, problems) {
                Some(value) => rows.push((key, value)),
                None => problems.lose(&name),
            }
        }
        Some(Self(rows, PhantomData))
    }

    fn schema(definitions: &mut Definitions) -> Json {
        let mut schema = json!({ "type": "object", "additionalProperties": T::schema(definitions) });
        if let Some(pattern) = K::pattern() {
            schema["propertyNames"] = json!({ "pattern": pattern });
        }
        if pattern_is_of_names::<K>() {
            schema["propertyNames"]["not"] = json!({ "enum": RESERVED });
        }
        if T::noun() == Spread::noun() {
            schema["minProperties"] = json!(1);
            schema["maxProperties"] = json!(1);
        }
        schema
    }
}

/// Says whether the keys of a table are names in expressions.
fn pattern_is_of_names<K: TableKey>() -> bool {
    K::pattern() == Ident::pattern()
}

impl<K, T> Default for Table<K, T> {
    fn default() -> Self {
        Self(Vec::new(), PhantomData)
    }
}

/// A value written in the runbook, whose type something else decides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Literal {
    /// One value, and whether it was written bare.
    One(Text, bool),
    /// A list.
    Many(Vec<Literal>, Place),
}

impl Literal {
    /// Returns where it was written.
    pub fn place(&self) -> Place {
        match self {
            Self::One(text, _) => text.place,
            Self::Many(_, place) => *place,
        }
    }
}

impl Shape for Literal {
    fn noun() -> &'static str {
        "a value or a list of values"
    }

    fn read(node: Node<'_>, problems: &mut Problems) -> Option<Self> {
        match node.content {
            Content::List(items) => {
                let items = items.into_iter().filter_map(|item| Self::read(item, problems)).collect();
                Some(Self::Many(items, node.place))
            }
            _ => {
                let (place, scalar) = scalar(node, Self::noun(), problems)?;
                Some(Self::One(Text { text: scalar.text.into_owned(), place }, scalar.plain))
            }
        }
    }

    fn schema(_: &mut Definitions) -> Json {
        json!({ "type": ["string", "number", "boolean", "array"] })
    }
}

/// What a loop goes through: an expression, or a list written out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Spread {
    /// The name of a list, or an expression that gives one.
    Named(Logic),
    /// The values.
    Written(Vec<Literal>, Place),
}

impl Shape for Spread {
    fn noun() -> &'static str {
        "the name of a list, or a list"
    }

    fn read(node: Node<'_>, problems: &mut Problems) -> Option<Self> {
        match node.content {
            Content::List(_) => match Literal::read(node, problems)? {
                Literal::Many(items, place) => Some(Self::Written(items, place)),
                Literal::One(..) => None,
            },
            _ => Logic::read(node, problems).map(Self::Named),
        }
    }

    fn schema(_: &mut Definitions) -> Json {
        json!({ "type": ["string", "array"], "minItems": 1 })
    }
}
