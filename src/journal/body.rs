//! What a record's body may hold: the JSON that never reads as two different things.
//!
//! A body is one object of strings, whole numbers below 2^53, booleans, nulls, lists and objects,
//! without a float, a duplicate key or a raw control byte. It is checked when it is written and
//! by a full verification; nothing here ever writes JSON back.

use std::collections::BTreeSet;
use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::error::JournalError;

/// The largest number that every JSON reader holds exactly.
const SAFE: u64 = 1 << 53;

/// Checks a body that is about to be written, and gives its members without the braces.
///
/// # Errors
///
/// Says what the body holds that a record may not.
pub(super) fn check_body(object: &[u8]) -> Result<&[u8], JournalError> {
    check_json(object)?;
    let claimed: Claimed = serde_json::from_slice(object).map_err(|error| refused(&error))?;
    if let Some(name) = claimed.first() {
        return Err(JournalError::Body { what: format!("it has {name}, which the journal writes itself") });
    }
    let members = object.strip_prefix(b"{").and_then(|rest| rest.strip_suffix(b"}"));
    members
        .filter(|members| !members.is_empty())
        .ok_or_else(|| JournalError::Body { what: "it is not one object with members and nothing around it".into() })
}

/// Checks that bytes are one JSON object by the journal's rules.
///
/// # Errors
///
/// Says what breaks the rules.
pub fn check_json(object: &[u8]) -> Result<(), JournalError> {
    if has_control(object) {
        return Err(JournalError::Body { what: "it holds a raw control byte".into() });
    }
    let mut reader = serde_json::Deserializer::from_slice(object);
    reader.deserialize_map(Strict).and_then(|()| reader.end()).map_err(|error| refused(&error))
}

/// Tells whether bytes hold anything below a space.
pub(super) fn has_control(bytes: &[u8]) -> bool {
    bytes.iter().fold(false, |so_far, byte| so_far | (*byte < b' '))
}

fn refused(error: &serde_json::Error) -> JournalError {
    JournalError::Body { what: error.to_string() }
}

/// The members that are the journal's own.
#[derive(Deserialize)]
struct Claimed {
    n: Option<IgnoredAny>,
    prev: Option<IgnoredAny>,
    id: Option<IgnoredAny>,
    h: Option<IgnoredAny>,
    t: Option<serde_json::Value>,
}

impl Claimed {
    fn first(&self) -> Option<&'static str> {
        let recover = self.t.as_ref().is_some_and(|t| t == "recover").then_some("t = recover");
        [("n", &self.n), ("prev", &self.prev), ("id", &self.id), ("h", &self.h)]
            .into_iter()
            .find_map(|(name, claim)| claim.as_ref().map(|_| name))
            .or(recover)
    }
}

/// Walks any JSON value and keeps none of it.
struct Strict;

impl<'de> DeserializeSeed<'de> for Strict {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object of strings and whole numbers")
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<(), E> {
        if number < SAFE { Ok(()) } else { Err(E::custom("a number of 2^53 or more")) }
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<(), E> {
        self.visit_u64(number.unsigned_abs())
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<(), E> {
        Err(E::custom("a number that is not whole, or too large"))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        while items.next_element_seed(Strict)?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let mut seen = BTreeSet::new();
        while let Some(key) = members.next_key::<String>()? {
            members.next_value_seed(Strict)?;
            if let Some(twice) = seen.replace(key) {
                return Err(A::Error::custom(format!("the key `{twice}` twice")));
            }
        }
        Ok(())
    }
}
