//! The roster: who may sign in a run, and what he proves it with.
//!
//! Owns what a roster must be ([`Roster::new`] lets nothing else be made), how people are found in
//! it, and the `allowed_signers` that ssh-keygen verifies with. Reading and writing its file is in
//! `file`, keys are in `key`. No file is opened and nothing is signed here.

use std::collections::HashMap;

use super::event::Person;
use crate::id::{nearest, slug};
use crate::text::is_dangerous;

mod certificate;
mod error;
mod file;
mod key;
mod level;

pub use certificate::Certificate;
pub use error::{MemberProblem, RosterError};
pub use key::{KeyError, KeyKind, PublicKey};
pub use level::{Auth, Holder, Level};

/// The namespace of signatures for steps.
pub const SIGNOFF: &str = "mop-signoff";
/// The namespace of signatures over a finished run.
pub const SEAL: &str = "mop-seal";

/// How many bytes a roster's file may have.
pub const MOST_BYTES: usize = 1024 * 1024;
/// How many people it may list.
pub const MOST_PEOPLE: usize = 1000;
const MOST_KEYS: usize = 32;
const MOST_ID: usize = 64;
const MOST_NAME: usize = 256;
const MOST_PIN: usize = 256;

/// Is everybody who may sign.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Roster {
    level: Level,
    people: Vec<Member>,
}

/// Is one person of a roster.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Member {
    /// Who he is.
    pub person: Person,
    /// The least level he needs, where it is more than everybody's.
    pub level: Option<Level>,
    /// His keys.
    pub keys: Vec<RosterKey>,
    /// The hash of his PIN.
    pub pin: Option<String>,
}

/// Is a key of a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RosterKey {
    /// Says that it signs certificates for the keys that he signs with.
    pub authority: bool,
    /// The key.
    pub key: PublicKey,
}

/// Says why nobody was found.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotFound {
    /// Nobody is called so.
    #[error("nobody of that name is in the roster{}", nearest.as_ref().map(|id| format!("; did you mean {id}?")).unwrap_or_default())]
    Nobody {
        /// The id that is nearest.
        nearest: Option<String>,
    },
    /// More than one is called so.
    #[error("more than one is called so; say which: {}", ids.join(", "))]
    Several {
        /// Their ids, at most eight of them.
        ids: Vec<String>,
    },
}

impl Roster {
    /// Makes a roster of people, when each is somebody and no other.
    ///
    /// # Errors
    ///
    /// Says about whom something is wrong, and what.
    pub fn new(level: Level, people: Vec<Member>) -> Result<Self, RosterError> {
        if people.len() > MOST_PEOPLE {
            return Err(RosterError::TooMany);
        }
        let mut seen = Seen::default();
        for (at, member) in people.iter().enumerate() {
            let checked = check_member(member).and_then(|()| seen.add(member));
            checked.map_err(|problem| wrong(at, member, problem))?;
        }
        for (at, member) in people.iter().enumerate() {
            seen.check_authorities(member).map_err(|problem| wrong(at, member, problem))?;
        }
        Ok(Self { level, people })
    }

    /// Gives the least level that everybody needs.
    pub fn level(&self) -> Level {
        self.level
    }

    /// Gives the people, in the order of the file.
    pub fn people(&self) -> &[Member] {
        &self.people
    }

    /// Gives the least level that one person needs.
    pub fn needs(&self, member: &Member) -> Level {
        self.level.max(member.level.unwrap_or_default())
    }

    /// Finds a person by id, else by name, else by the slug of his name, else by his first name or what
    /// stands before the `@` of his id, whatever the case of letters.
    ///
    /// # Errors
    ///
    /// Says whether nobody or more than one is called so.
    pub fn find(&self, who: &str) -> Result<&Member, NotFound> {
        let (wanted, wanted_slug) = (folded(who), slug(who));
        let by_id = |member: &Member| folded(&member.person.id) == wanted;
        let by_name = |member: &Member| folded(&member.person.name) == wanted;
        let by_slug = |member: &Member| !wanted_slug.is_empty() && slug(&member.person.name) == wanted_slug;
        let by_part = |member: &Member| parts(member).any(|part| folded(part) == wanted);
        let ways: [&dyn Fn(&Member) -> bool; 4] = [&by_id, &by_name, &by_slug, &by_part];
        for way in ways {
            let found: Vec<_> = self.people.iter().filter(|member| way(member)).take(9).collect();
            match found[..] {
                [] => {}
                [member] => return Ok(member),
                _ => return Err(several(&found)),
            }
        }
        let ids = self.people.iter().map(|member| member.person.id.as_str());
        Err(NotFound::Nobody { nearest: nearest(who, ids).map(str::to_owned) })
    }

    /// Gives who is meant by what somebody typed: a person of the roster, else one known by name only.
    ///
    /// # Errors
    ///
    /// Says whom it may mean when it means more than one.
    pub fn person(&self, typed: &str) -> Result<Option<Person>, NotFound> {
        match self.find(typed) {
            Ok(member) => Ok(Some(member.person.clone())),
            Err(NotFound::Nobody { .. }) => Ok(Person::named(typed)),
            Err(several) => Err(several),
        }
    }

    /// Gives the person with exactly this id.
    pub fn member(&self, id: &str) -> Option<&Member> {
        self.people.iter().find(|member| member.person.id == id)
    }

    /// Writes everybody's keys as `allowed_signers`.
    pub fn allowed_signers(&self) -> String {
        self.people.iter().map(Member::allowed_signers).collect()
    }
}

impl Member {
    /// Gives the highest level that he can reach with what the roster has of him.
    ///
    /// The key of an authority may certify any key, so with it he may reach the highest.
    pub fn reach(&self) -> Level {
        let keys = self.keys.iter().map(|key| match key.authority || key.key.kind().is_device() {
            true => Level::Touch,
            false => Level::Key,
        });
        let pin = self.pin.as_ref().map_or(Level::Name, |_| Level::Pin);
        keys.fold(pin, Level::max)
    }

    /// Tells whether a key is one of his, or has a certificate by an authority of his.
    pub fn has_key(&self, key: &PublicKey) -> bool {
        let authority = key.certificate().map(|certificate| certificate.authority.as_str());
        self.keys.iter().any(|known| match known.authority {
            true => authority == Some(known.key.fingerprint().as_str()),
            false => known.key.plain_bytes() == key.plain_bytes(),
        })
    }

    /// Writes his keys as lines of `allowed_signers`.
    pub fn allowed_signers(&self) -> String {
        let line = |key: &RosterKey| {
            let authority = if key.authority { "cert-authority," } else { "" };
            let (id, key) = (&self.person.id, key.key.line());
            format!("{id} {authority}namespaces=\"{SIGNOFF},{SEAL}\" {key}\n")
        };
        self.keys.iter().map(line).collect()
    }
}

/// Tells whether a text may be the id of a person in a roster.
///
/// Nothing in it means anything to the patterns of `allowed_signers`, to a shell or in a path.
pub fn is_person_id(id: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || b"@._+-".contains(&byte);
    (1..=MOST_ID).contains(&id.len()) && id.bytes().all(is_letter) && !id.starts_with(['.', '-'])
}

fn is_person_name(name: &str) -> bool {
    name.len() <= MOST_NAME && !slug(name).is_empty() && name.trim() == name && !name.contains(is_dangerous)
}

fn check_member(member: &Member) -> Result<(), MemberProblem> {
    if !is_person_id(&member.person.id) {
        return Err(MemberProblem::Id);
    }
    if !is_person_name(&member.person.name) {
        return Err(MemberProblem::Name);
    }
    if member.keys.len() > MOST_KEYS {
        return Err(MemberProblem::Keys);
    }
    member.keys.iter().zip(1..).try_for_each(|(entry, key)| check_key(&entry.key, key))?;
    member.pin.as_deref().map_or(Ok(()), check_pin)
}

fn check_key(entry: &PublicKey, key: usize) -> Result<(), MemberProblem> {
    if entry.certificate().is_some() {
        return Err(MemberProblem::Certificate { key });
    }
    match entry.comment().contains(is_dangerous) || entry.comment().len() > MOST_NAME {
        true => Err(MemberProblem::Comment { key }),
        false => Ok(()),
    }
}

/// Checks the look of a hash; how hard it is to break is checked where it is used.
fn check_pin(hash: &str) -> Result<(), MemberProblem> {
    let is_one = hash.starts_with("$argon2id$") && hash.len() <= MOST_PIN && hash.bytes().all(|b| b.is_ascii_graphic());
    if is_one { Ok(()) } else { Err(MemberProblem::Pin) }
}

/// Remembers whose ids and keys were seen.
#[derive(Default)]
struct Seen<'a> {
    ids: HashMap<String, &'a str>,
    keys: HashMap<&'a [u8], &'a str>,
}

impl<'a> Seen<'a> {
    fn add(&mut self, member: &'a Member) -> Result<(), MemberProblem> {
        let id = member.person.id.as_str();
        if let Some(other) = self.ids.insert(folded(id), id) {
            return Err(MemberProblem::SameId(other.to_owned()));
        }
        for (entry, key) in member.keys.iter().zip(1..).filter(|(entry, _)| !entry.authority) {
            let other = *self.keys.entry(entry.key.plain_bytes()).or_insert(id);
            check_owner(id, other, key)?;
        }
        Ok(())
    }

    /// Checks that nobody's key is another's authority; people may share one that is nobody's.
    fn check_authorities(&self, member: &Member) -> Result<(), MemberProblem> {
        let authorities = member.keys.iter().zip(1..).filter(|(entry, _)| entry.authority);
        for (entry, key) in authorities {
            let owner = self.keys.get(entry.key.plain_bytes());
            check_owner(&member.person.id, owner.unwrap_or(&member.person.id.as_str()), key)?;
        }
        Ok(())
    }
}

fn check_owner(id: &str, owner: &str, key: usize) -> Result<(), MemberProblem> {
    if owner == id { Ok(()) } else { Err(MemberProblem::SameKey { key, other: owner.to_owned() }) }
}

fn wrong(at: usize, member: &Member, problem: MemberProblem) -> RosterError {
    RosterError::Person { place: place(at, &member.person.id), problem }
}

fn several(found: &[&Member]) -> NotFound {
    NotFound::Several { ids: found.iter().take(8).map(|member| member.person.id.clone()).collect() }
}

/// Names a person of the list by number and id.
fn place(at: usize, id: &str) -> String {
    format!("people[{at}] ({})", crate::text::Shown::line_limited(id, MOST_ID).as_str())
}

/// Gives the short names of a person.
fn parts(member: &Member) -> impl Iterator<Item = &str> {
    let Person { id, name } = &member.person;
    id.split('@').take(1).chain(name.split_whitespace().take(1))
}

fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

#[cfg(test)]
mod tests;
