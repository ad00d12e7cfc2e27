//! The shapes of several values: lists, tables, and values written out whose type something else decides.

use std::collections::HashMap;
use std::marker::PhantomData;

use serde_json::{Value as Json, json};

use super::value::{Ident, Logic, TableKey, Text};
use super::{Definitions, Shape, duplicate, entries, scalar, value, wrong_type};
use crate::runbook::diagnostic::{Code, Diagnostic, Problems};
use crate::runbook::expression::RESERVED;
use crate::runbook::place::Place;
use crate::runbook::yaml::{Content, Node};

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
            Content::List(items) => {
                // A list that grows as it is filled keeps up to as much again for nothing.
                let mut read = Self::with_capacity(items.len());
                read.extend(items.into_iter().filter_map(|item| T::read(item, problems)));
                Some(read)
            }
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
