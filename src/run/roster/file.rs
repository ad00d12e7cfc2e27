//! A roster as the JSON of `roster.json`, read strictly.
//!
//! Members that are not known are refused: a level that was misspelled must not be taken for none.

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::error::{MemberProblem, RosterError};
use super::key::{KeyError, PublicKey};
use super::{Level, MOST_BYTES, MOST_KEYS, MOST_PEOPLE, Member, Roster, RosterKey, place};
use crate::run::event::Person;
use crate::text::Shown;

const VERSION: u64 = 1;
/// What a key entry begins with that is the key of an authority.
const AUTHORITY: &str = "cert-authority ";

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RosterForm {
    v: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    level: Option<String>,
    people: Vec<MemberForm>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct MemberForm {
    id: String,
    name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    level: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    keys: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pin: Option<String>,
}

/// Names the version alone, so that a newer roster is called newer and not unreadable.
#[derive(Deserialize)]
struct VersionForm {
    v: u64,
}

impl Roster {
    /// Reads the bytes of `roster.json`.
    ///
    /// # Errors
    ///
    /// Says where it is wrong and what to do.
    pub fn parse(bytes: &[u8]) -> Result<Self, RosterError> {
        if bytes.len() > MOST_BYTES {
            return Err(RosterError::TooLarge);
        }
        match serde_json::from_slice(bytes) {
            Ok(VersionForm { v }) if v != VERSION => return Err(RosterError::Version(v)),
            _ => check_shape(bytes)?,
        }
        let form: RosterForm = serde_json::from_slice(bytes).map_err(|error| unreadable(&error))?;
        if form.people.len() > MOST_PEOPLE {
            return Err(RosterError::TooMany);
        }
        let level = form.level.map_or(Ok(Level::Name), |word| Level::from_word(&word).ok_or_else(|| shown(&word)));
        let level = level.map_err(RosterError::Level)?;
        let people = form.people.into_iter().enumerate().map(|(at, form)| {
            let place = place(at, &form.id);
            form.member().map_err(|problem| RosterError::Person { place, problem })
        });
        Self::new(level, people.collect::<Result<_, _>>()?)
    }

    /// Writes it as `roster.json`, for people to read.
    pub fn to_json(&self) -> String {
        let people = self.people().iter().map(MemberForm::of).collect();
        let form = RosterForm { v: VERSION, level: Some(self.level().to_string()), people };
        let json = serde_json::to_string_pretty(&form).unwrap_or_default();
        crate::text::harmless_json(&json) + "\n"
    }
}

/// Checks that objects are objects, which a list of their members in order would pass for.
fn check_shape(bytes: &[u8]) -> Result<(), RosterError> {
    let json: Json = serde_json::from_slice(bytes).map_err(|error| unreadable(&error))?;
    let people = json.get("people").and_then(Json::as_array);
    match people.is_none_or(|people| people.iter().all(Json::is_object)) && json.is_object() {
        true => Ok(()),
        false => Err(RosterError::Unreadable("it is an object with a list of objects, `people`".to_owned())),
    }
}

fn unreadable(error: &serde_json::Error) -> RosterError {
    RosterError::Unreadable(Shown::line_limited(&error.to_string(), 200).as_str().to_owned())
}

fn shown(word: &str) -> String {
    Shown::line_limited(word, 40).as_str().to_owned()
}

impl MemberForm {
    fn member(self) -> Result<Member, MemberProblem> {
        let level = self.level.map(|word| Level::from_word(&word).ok_or_else(|| MemberProblem::Level(shown(&word))));
        if self.keys.len() > MOST_KEYS {
            return Err(MemberProblem::Keys);
        }
        let keys = self
            .keys
            .iter()
            .zip(1..)
            .map(|(entry, key)| RosterKey::parse(entry).map_err(|problem| MemberProblem::Key { key, problem }));
        Ok(Member {
            person: Person { id: self.id, name: self.name },
            level: level.transpose()?,
            keys: keys.collect::<Result<_, _>>()?,
            pin: self.pin,
        })
    }

    fn of(member: &Member) -> Self {
        Self {
            id: member.person.id.clone(),
            name: member.person.name.clone(),
            level: member.level.map(|level| level.to_string()),
            keys: member.keys.iter().map(RosterKey::entry).collect(),
            pin: member.pin.clone(),
        }
    }
}

impl RosterKey {
    /// Reads an entry: the line of a key, perhaps after `cert-authority`.
    ///
    /// # Errors
    ///
    /// Says why it is no key that can sign.
    pub fn parse(entry: &str) -> Result<Self, KeyError> {
        let (authority, line) = entry.strip_prefix(AUTHORITY).map_or((false, entry), |line| (true, line));
        Ok(Self { authority, key: PublicKey::parse(line)? })
    }

    /// Writes it as an entry.
    pub fn entry(&self) -> String {
        format!("{}{}", if self.authority { AUTHORITY } else { "" }, self.key)
    }
}
