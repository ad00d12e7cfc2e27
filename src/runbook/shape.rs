//! Shapes: one declaration from which both the reading of YAML and the JSON Schema come.
//!
//! [`mapping!`] declares a mapping with its keys, [`keyword!`] a set of words; the shapes of single
//! values are in `shape/value.rs`. A shape reports what it cannot read and gives back what it can, so
//! that one mistake does not hide the next. What the values mean together is not its business.

mod collection;
mod hints;
mod schema;
mod value;

pub use collection::{Literal, OneOrMany, Spread, Table};
pub use schema::Definitions;
pub use value::{Bytes, Free, Ident, Label, Logic, Pattern, Placed, Text, length_help, unquoted};

use serde_json::Value as Json;

use super::diagnostic::{Code, Diagnostic, Problems};
use super::place::Place;
use super::yaml::{Content, Entry, Node, Scalar};
use crate::id::nearest;

/// Something that can be read from a node and described by a schema.
pub trait Shape: Sized {
    /// Returns what messages call it, with its article.
    fn noun() -> &'static str;
    /// Reads it; what is wrong is reported.
    fn read(node: Node<'_>, problems: &mut Problems) -> Option<Self>;
    /// Describes it as JSON Schema.
    fn schema(definitions: &mut Definitions) -> Json;
}

/// Reports that something else stands where a `noun` should.
pub(super) fn wrong_type(node: &Node<'_>, noun: &str, problems: &mut Problems) {
    let found = match &node.content {
        Content::Scalar(_) if node.is_nothing() => "nothing",
        Content::Scalar(_) => "a text",
        Content::List(_) => "a list",
        Content::Map(_) => "a mapping",
    };
    let mut diagnostic = Diagnostic::new(Code::WrongType, node.place, format!("expected {noun}, found {found}"));
    diagnostic.help = hints::form(&node.content, noun);
    problems.push(diagnostic);
}

/// Takes the text out of a scalar.
pub(super) fn scalar<'s>(node: Node<'s>, noun: &str, problems: &mut Problems) -> Option<(Place, Scalar<'s>)> {
    if node.is_nothing() {
        wrong_type(&node, noun, problems);
        return None;
    }
    match node.content {
        Content::Scalar(scalar) => Some((node.place, scalar)),
        _ => {
            wrong_type(&node, noun, problems);
            None
        }
    }
}

/// Takes the entries out of a mapping.
pub(super) fn entries<'s>(node: Node<'s>, noun: &str, problems: &mut Problems) -> Option<(Place, Vec<Entry<'s>>)> {
    match node.content {
        Content::Map(entries) => Some((node.place, entries)),
        _ => {
            wrong_type(&node, noun, problems);
            None
        }
    }
}

/// The keys of one mapping that were met so far; finds doubles and misspellings.
pub(super) struct Keys {
    noun: &'static str,
    known: &'static [&'static str],
    seen: Vec<(&'static str, Place)>,
}

impl Keys {
    pub(super) fn new(noun: &'static str, known: &'static [&'static str]) -> Self {
        Self { noun, known, seen: Vec::with_capacity(known.len().min(8)) }
    }

    /// Returns the key an entry means: a misspelt one is reported and taken for what it resembles.
    pub(super) fn meant(&mut self, entry: &Entry<'_>, problems: &mut Problems) -> Option<&'static str> {
        let key = match self.known.iter().find(|known| **known == entry.key) {
            Some(key) => *key,
            None => self.misspelt(entry, problems)?,
        };
        if let Some((_, first)) = self.seen.iter().find(|(seen, _)| *seen == key) {
            if key == entry.key {
                problems.push(duplicate(&entry.key, entry.key_place, *first));
            }
            return None;
        }
        self.seen.push((key, entry.key_place));
        Some(key)
    }

    fn misspelt(&self, entry: &Entry<'_>, problems: &mut Problems) -> Option<&'static str> {
        let known = self.known;
        let guess = hints::same_meaning(&entry.key, known).or_else(|| nearest(&entry.key, known.iter().copied()));
        let meant = known.iter().find(|known| Some(**known) == guess).copied();
        let message = format!("`{}` is not a key of {}", entry.key, self.noun);
        let diagnostic = Diagnostic::new(Code::UnknownKey, entry.key_place, message);
        problems.push(match meant {
            Some(meant) => diagnostic.did_you_mean(Some(meant)),
            None => diagnostic.help(
                hints::stray_key(&entry.key, self.noun)
                    .unwrap_or_else(|| format!("{} can have: {}", self.noun, self.known.join(", "))),
            ),
        });
        meant
    }

    /// Reports a key that must be there and is not; `noun` is what it takes.
    pub(super) fn require(&self, key: &str, noun: &str, place: Place, problems: &mut Problems) {
        if !self.seen.iter().any(|(seen, _)| *seen == key) {
            let message = format!("{} needs `{key}`", self.noun);
            problems.push(Diagnostic::new(Code::MissingKey, place, message).help(hints::missing_key(key, noun)));
        }
    }
}

pub(super) fn duplicate(key: &str, second: Place, first: Place) -> Diagnostic {
    Diagnostic::new(Code::DuplicateKey, second, format!("`{key}` stands here a second time"))
        .related(first, "the first is here")
        .help("remove one of the two")
}

/// Reads the value of a key; nothing after the colon is a mistake of its own.
pub(super) fn value<T: Shape>(entry: Entry<'_>, problems: &mut Problems) -> Option<T> {
    if entry.value.is_nothing() {
        let message = format!("`{}` has nothing after it", entry.key);
        let help = format!("write {} after the colon, or remove the key", T::noun());
        problems.push(Diagnostic::new(Code::WrongType, entry.key_place, message).help(help));
        return None;
    }
    T::read(entry.value, problems)
}

/// Declares a mapping: a struct whose fields are its keys, read and described from one list.
macro_rules! mapping {
    (
        $(#[doc = $about:literal])+
        $Name:ident = $noun:literal {
            $( $(#[doc = $doc:literal])+ $field:ident $key:literal $($required:ident)? : $ty:ty, )+
        }
    ) => {
        $(#[doc = $about])+
        #[derive(Debug, Default)]
        pub struct $Name {
            /// Where the mapping stands.
            pub place: Place,
            $( $(#[doc = $doc])+ pub $field: Option<$ty>, )+
        }

        impl $Name {
            /// Every key, in the order of the declaration.
            pub const KEYS: &'static [&'static str] = &[$($key),+];
        }

        impl Shape for $Name {
            fn noun() -> &'static str {
                $noun
            }

            fn read(node: Node<'_>, problems: &mut Problems) -> Option<Self> {
                let (place, entries) = $crate::runbook::shape::entries(node, $noun, problems)?;
                let mut keys = $crate::runbook::shape::Keys::new($noun, Self::KEYS);
                let mut this = Self { place, ..Self::default() };
                for entry in entries {
                    match keys.meant(&entry, problems) {
                        $( Some($key) => this.$field = $crate::runbook::shape::value(entry, problems), )+
                        _ => {}
                    }
                }
                $( $( $crate::runbook::shape::mapping!(@ $required keys, $key, $ty, place, problems); )? )+
                Some(this)
            }

            fn schema(definitions: &mut Definitions) -> Json {
                definitions.object(stringify!($Name), concat!($($about),+), |definitions| vec![
                    $( (
                        $key,
                        concat!($($doc),+),
                        <[&str]>::contains(&[$(stringify!($required))?], &"required"),
                        <$ty as Shape>::schema(definitions),
                    ), )+
                ])
            }
        }
    };
    (@ required $keys:ident, $key:literal, $ty:ty, $place:ident, $problems:ident) => {
        $keys.require($key, <$ty as Shape>::noun(), $place, $problems);
    };
}
pub(super) use mapping;

/// Reports a sentence with `: ` in it, which YAML reads as a mapping.
pub(super) fn is_broken_sentence(node: &Node<'_>, known: &[&str], problems: &mut Problems) -> bool {
    let Content::Map(entries) = &node.content else { return false };
    let [Entry { key, value: Node { content: Content::Scalar(rest), .. }, .. }] = entries.as_slice() else {
        return false;
    };
    let is_sentence = !known.contains(&&**key) && (key.starts_with(char::is_uppercase) || key.contains(' '));
    if is_sentence {
        let quote = if key.contains('"') || rest.text.contains('"') { '\'' } else { '"' };
        let help = format!("put it in quotes: {quote}{key}: {}{quote}", rest.text);
        let message = "the sentence holds `: `, so YAML reads it as a mapping";
        problems.push(Diagnostic::new(Code::WrongType, node.place, message).help(help));
    }
    is_sentence
}

/// Declares the short form of a mapping: a value that stands for the mapping with one key.
macro_rules! short {
    ($(#[doc = $about:literal])+ $Name:ident($Parts:ident) or $field:ident : $ty:ty) => {
        $(#[doc = $about])+
        #[derive(Debug)]
        pub struct $Name(pub $Parts);

        impl Shape for $Name {
            fn noun() -> &'static str {
                $Parts::noun()
            }

            fn read(node: Node<'_>, problems: &mut Problems) -> Option<Self> {
                if $crate::runbook::shape::is_broken_sentence(&node, $Parts::KEYS, problems) {
                    return None;
                }
                if matches!(node.content, $crate::runbook::yaml::Content::Map(_)) {
                    return $Parts::read(node, problems).map(Self);
                }
                let place = node.place;
                let value = <$ty as Shape>::read(node, problems)?;
                Some(Self($Parts { place, $field: Some(value), ..$Parts::default() }))
            }

            fn schema(definitions: &mut Definitions) -> Json {
                let value = <$ty as Shape>::schema(definitions);
                let mapping = $Parts::schema(definitions);
                serde_json::json!({ "anyOf": [value, mapping] })
            }
        }
    };
}
pub(super) use short;

/// Declares a set of words: an enum, read and described from one list.
macro_rules! keyword {
    (
        $(#[doc = $about:literal])+
        $Name:ident = $noun:literal { $( $(#[doc = $doc:literal])+ $variant:ident $word:literal, )+ }
    ) => {
        $(#[doc = $about])+
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum $Name { $( $(#[doc = $doc])+ $variant, )+ }

        impl $Name {
            /// Every word, in the order of the declaration.
            pub const WORDS: &'static [&'static str] = &[$($word),+];

            /// Returns the word for it.
            pub fn word(self) -> &'static str {
                match self { $( Self::$variant => $word, )+ }
            }
        }

        impl Shape for $Name {
            fn noun() -> &'static str {
                $noun
            }

            fn read(node: Node<'_>, problems: &mut Problems) -> Option<Self> {
                let (place, scalar) = $crate::runbook::shape::scalar(node, $noun, problems)?;
                match &*scalar.text {
                    $( $word => Some(Self::$variant), )+
                    other => {
                        $crate::runbook::shape::unknown_word(place, other, $noun, Self::WORDS, problems);
                        None
                    }
                }
            }

            fn schema(_: &mut Definitions) -> Json {
                serde_json::json!({ "enum": Self::WORDS })
            }
        }
    };
}
pub(super) use keyword;

/// Reports a word that is none of the known ones.
pub(super) fn unknown_word(place: Place, word: &str, noun: &str, known: &[&str], problems: &mut Problems) {
    let diagnostic = Diagnostic::new(Code::BadValue, place, format!("`{word}` is not {noun}"));
    problems.push(match hints::same_meaning(word, known).or_else(|| nearest(word, known.iter().copied())) {
        Some(meant) => diagnostic.did_you_mean(Some(meant)),
        None => diagnostic.help(format!("write one of: {}", known.join(", "))),
    });
}
