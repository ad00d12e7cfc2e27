//! Events as bytes: one JSON object each, with a type `t` and a version `v`.
//!
//! What is written once is read for ever. A type, a version or a shape that is not known becomes
//! [`What::Unknown`]: kept in the journal, shown with a mark, believed by nobody. The names and shapes
//! are those of `event`; what JSON cannot hold as it is has its own form here.

mod tagged;

use std::borrow::Cow;
use std::collections::BTreeMap;

use chrono::DateTime;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use serde_json::{Map, Value as Json, json};

use tagged::Tagged;

use super::answer::Answer;
use super::event::{Event, Person, Stamp, What};
use crate::journal::{Digest, timestamp};

/// The version of every event that is written now.
const VERSION: u64 = 1;

/// Writes an event as the body of a record.
pub fn to_wire(event: &Event) -> Vec<u8> {
    let (name, members) = body(&event.what);
    let stamp = &event.stamp;
    let mut object = Map::new();
    object.insert("t".to_owned(), json!(name));
    object.insert("v".to_owned(), json!(VERSION));
    object.insert("sid".to_owned(), json!(stamp.session));
    object.insert("ts".to_owned(), json!(timestamp(stamp.at_ms)));
    // A text, because a number that is not exact past 2^53 would be wrong after a hundred days.
    object.insert("mono".to_owned(), json!(stamp.mono.to_string()));
    object.insert("who".to_owned(), json!({ "id": stamp.who.id, "name": stamp.who.name }));
    object.extend(members);
    Json::Object(object).to_string().into_bytes()
}

/// Gives the type and the members of an event.
fn body(what: &What) -> (String, Map<String, Json>) {
    if let What::Unknown(name) = what {
        return (name.clone(), Map::new());
    }
    match serde_json::to_value(what) {
        Ok(Json::String(name)) => (name, Map::new()),
        Ok(Json::Object(named)) => match named.into_iter().next() {
            Some((name, Json::Object(members))) => (name, members),
            named => (named.map(|(name, _)| name).unwrap_or_default(), Map::new()),
        },
        // Every event is a map of texts, numbers and lists, and those always have a form.
        _ => Default::default(),
    }
}

/// Reads an event from the line of a record, or from a body.
pub fn from_wire(line: &[u8]) -> Event {
    known(line).unwrap_or_else(|| from_parts(line))
}

/// Is what every record says beside what happened.
#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(borrow)]
    t: Cow<'a, str>,
    v: Option<u64>,
    #[serde(borrow)]
    sid: Option<Cow<'a, str>>,
    #[serde(borrow)]
    ts: Option<Cow<'a, str>>,
    #[serde(borrow)]
    mono: Option<Cow<'a, str>>,
    who: Option<Person>,
}

/// Reads what is as this version writes it, which nearly everything is.
fn known(line: &[u8]) -> Option<Event> {
    let Envelope { t, v, sid, ts, mono, who } = serde_json::from_slice(line).ok()?;
    let object = &mut serde_json::Deserializer::from_slice(line);
    let what = is_known(&t, v).then(|| What::deserialize(Tagged { name: &t, object }).ok()).flatten()?;
    Some(Event { stamp: stamp(who, (ts.as_deref(), mono.as_deref(), sid.as_deref())), what })
}

/// Reads what can be read, whatever else is in it.
fn from_parts(line: &[u8]) -> Event {
    let read: Option<Map<String, Json>> = serde_json::from_slice(line).ok();
    let object = read.unwrap_or_default();
    let text = |name| object.get(name).and_then(Json::as_str);
    let who = object.get("who").and_then(|who| Person::deserialize(who).ok());
    let stamp = stamp(who, (text("ts"), text("mono"), text("sid")));
    let name = text("t").unwrap_or("?").to_owned();
    let is_known = is_known(&name, object.get("v").and_then(Json::as_u64));
    let object = Json::Object(object);
    let what = is_known.then(|| What::deserialize(Tagged { name: &name, object }).ok()).flatten();
    Event { stamp, what: what.unwrap_or(What::Unknown(name)) }
}

/// Tells whether an event is of this version; the journal makes some itself, in a version of its own.
fn is_known(name: &str, version: Option<u64>) -> bool {
    name == "recover" || version == Some(VERSION)
}

fn stamp(who: Option<Person>, (ts, mono, sid): (Option<&str>, Option<&str>, Option<&str>)) -> Stamp {
    let at = ts.and_then(|ts| DateTime::parse_from_rfc3339(ts).ok());
    Stamp {
        who: who.unwrap_or_default(),
        at_ms: at.map(|at| at.timestamp_millis()).unwrap_or_default(),
        mono: mono.and_then(|mono| mono.parse().ok()).unwrap_or_default(),
        session: sid.unwrap_or_default().to_owned(),
    }
}

impl Serialize for Answer {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::One(text) => to.serialize_str(text),
            Self::Many(texts) => texts.serialize(to),
            Self::Table(rows) => rows.serialize(to),
            Self::Secret => to.serialize_none(),
        }
    }
}

impl<'de> Deserialize<'de> for Answer {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = |json: Json| match json {
            Json::String(text) => Ok(text),
            _ => Err(de::Error::custom("an answer is made of texts")),
        };
        match Json::deserialize(from)? {
            Json::Null => Ok(Self::Secret),
            Json::Array(items) => items.into_iter().map(text).collect::<Result<_, _>>().map(Self::Many),
            Json::Object(rows) => {
                let rows = rows.into_iter().map(|(key, row)| Ok((key, text(row)?)));
                rows.collect::<Result<BTreeMap<_, _>, _>>().map(Self::Table)
            }
            one => text(one).map(Self::One),
        }
    }
}

/// Writes pairs as the members of an object, in their order.
pub(super) mod pairs {
    use serde::de::DeserializeOwned;

    use super::*;

    pub fn serialize<T: Serialize, S: Serializer>(pairs: &[(String, T)], to: S) -> Result<S::Ok, S::Error> {
        to.collect_map(pairs.iter().map(|(name, value)| (name, value)))
    }

    pub fn deserialize<'de, T: DeserializeOwned, D: Deserializer<'de>>(from: D) -> Result<Vec<(String, T)>, D::Error> {
        let members: Map<String, Json> = Map::deserialize(from)?;
        let pair = |(name, value)| Ok((name, serde_json::from_value(value).map_err(de::Error::custom)?));
        members.into_iter().map(pair).collect()
    }
}

/// Writes a window as its beginning and its end.
pub(super) mod window {
    use super::*;

    #[derive(Serialize, Deserialize)]
    struct Window {
        start: String,
        end: String,
    }

    pub fn serialize<S: Serializer>(window: &Option<(String, String)>, to: S) -> Result<S::Ok, S::Error> {
        window.clone().map(|(start, end)| Window { start, end }).serialize(to)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<(String, String)>, D::Error> {
        let window: Option<Window> = Option::deserialize(from)?;
        Ok(window.map(|window| (window.start, window.end)))
    }
}

/// Writes a hash in hexadecimal digits.
pub(super) mod hash {
    use super::*;

    pub fn serialize<S: Serializer>(hash: &Digest, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(hash)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Digest, D::Error> {
        let text = String::deserialize(from)?;
        Digest::parse(text.as_bytes()).ok_or_else(|| de::Error::custom("a hash has 64 hexadecimal digits"))
    }
}

/// Writes a hash, where there is one, in hexadecimal digits.
pub(super) mod maybe_hash {
    use super::*;

    pub fn serialize<S: Serializer>(hash: &Option<Digest>, to: S) -> Result<S::Ok, S::Error> {
        hash.map(|hash| hash.to_string()).serialize(to)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Digest>, D::Error> {
        let text: Option<String> = Option::deserialize(from)?;
        let hash = text.map(|text| Digest::parse(text.as_bytes()));
        hash.map(|hash| hash.ok_or_else(|| de::Error::custom("a hash has 64 hexadecimal digits"))).transpose()
    }
}

/// Writes a moment, where there is one, as a timestamp.
pub(super) mod maybe_moment {
    use super::*;

    pub fn serialize<S: Serializer>(at_ms: &Option<i64>, to: S) -> Result<S::Ok, S::Error> {
        at_ms.map(timestamp).serialize(to)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<i64>, D::Error> {
        let text: Option<String> = Option::deserialize(from)?;
        let moment = text.map(|text| DateTime::parse_from_rfc3339(&text).map(|at| at.timestamp_millis()));
        moment.transpose().map_err(de::Error::custom)
    }
}

/// Writes hashes in hexadecimal digits.
pub(super) mod hashes {
    use super::*;

    pub fn serialize<S: Serializer>(hashes: &[Digest], to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(hashes.iter().map(Digest::to_string))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<Digest>, D::Error> {
        let texts: Vec<String> = Vec::deserialize(from)?;
        let hash = |text: &String| Digest::parse(text.as_bytes());
        let hashes: Option<Vec<_>> = texts.iter().map(hash).collect();
        hashes.ok_or_else(|| de::Error::custom("a hash has 64 hexadecimal digits"))
    }
}

/// Writes why a clock was read as the word for it.
pub(super) mod tick {
    use super::*;
    use crate::journal::Tick;

    pub fn serialize<S: Serializer>(tick: &Tick, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(tick.word())
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Tick, D::Error> {
        let word = String::deserialize(from)?;
        Tick::from_word(&word).ok_or_else(|| de::Error::custom("not why a clock is read"))
    }
}

#[cfg(test)]
mod tests;
