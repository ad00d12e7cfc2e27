//! Being at a run: each session says so in a file that lasts as long as its process does.
//!
//! Owns what a session says of itself, and what others read there. The files are the journal's; what
//! follows from somebody being there or gone is decided in `run`.

use std::path::PathBuf;
use std::sync::Arc;

use serde_json::{Value as Json, json};

use crate::journal::{Presence, Session, Storage, enter, present};
use crate::run::{Person, Run};

/// Is a session that is at a run now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guest {
    /// The session.
    pub session: String,
    /// Who.
    pub name: String,
    /// Where.
    pub terminal: String,
}

/// Says what may be taken up of what others began, and nobody does any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heir {
    /// Nothing: somebody else may be doing it, or about to.
    Nobody,
    /// All of it, as nobody else is there.
    Alone,
    /// What was begun in a session that is gone, by the one who has the wheel; these others are there.
    Driver(Vec<String>),
}

impl Heir {
    /// Tells whether what was begun in a session may be taken up.
    #[must_use]
    pub fn takes_up(&self, begun_in: Option<&str>) -> bool {
        match self {
            Self::Nobody => false,
            Self::Alone => true,
            Self::Driver(others) => begun_in.is_some_and(|session| others.iter().all(|other| other != session)),
        }
    }
}

/// Looks who is at a run.
#[derive(Clone, Debug)]
pub struct Attendance {
    storage: Arc<dyn Storage>,
    run: PathBuf,
}

impl Attendance {
    /// Looks at the run in a directory.
    pub fn at(storage: &Arc<dyn Storage>, run: PathBuf) -> Self {
        Self { storage: Arc::clone(storage), run }
    }

    /// Says that a session is there, for as long as what is given is kept.
    ///
    /// # Errors
    ///
    /// Says why others cannot see it.
    pub fn enter(&self, session: &str, (who, terminal): (&Person, &str)) -> Result<Session, String> {
        let person = json!({ "id": who.id, "name": who.name });
        let about = json!({ "person": person, "pid": std::process::id(), "terminal": terminal }).to_string();
        let entered = enter(&*self.storage, &self.run, session, about.as_bytes());
        entered.map_err(|error| format!("others cannot see that you are here: {error}"))
    }

    /// Gives the sessions that are there now, as they say it themselves.
    pub fn guests(&self) -> Vec<Guest> {
        let there = present(&*self.storage, &self.run).unwrap_or_default();
        let guest = |one: Presence| {
            let about = about(&one);
            let text = |value: &Json| value.as_str().unwrap_or("-").to_owned();
            Guest { session: one.sid, name: text(&about["person"]["name"]), terminal: text(&about["terminal"]) }
        };
        there.into_iter().filter(|one| one.is_alive).map(guest).collect()
    }

    /// Tells whether no other session is there; when that cannot be told, somebody may be.
    pub fn is_alone(&self, session: &str) -> bool {
        let there = present(&*self.storage, &self.run);
        there.is_ok_and(|there| there.iter().all(|one| !one.is_alive || one.sid == session))
    }

    /// Says what a session may take up of what others began.
    pub fn heir(&self, session: &str, run: &Run) -> Heir {
        let Ok(there) = present(&*self.storage, &self.run) else { return Heir::Nobody };
        let others: Vec<_> = there.into_iter().filter(|one| one.is_alive && one.sid != session).collect();
        match run.driver().is_some_and(|driver| driver.session == session) {
            _ if others.is_empty() => Heir::Alone,
            true => Heir::Driver(others.into_iter().map(|one| one.sid).collect()),
            false => Heir::Nobody,
        }
    }

    /// Tells whether the one who has the wheel is there no more.
    pub fn is_driver_gone(&self, run: &Run) -> bool {
        let Some(driver) = run.driver() else { return true };
        // To whom it was given before he sat down has it as soon as he is there in any session.
        let is_driver = |one: &Presence| match driver.session.as_str() {
            "" => about(one)["person"]["id"].as_str() == Some(&driver.who.id),
            session => one.sid == session,
        };
        let there = present(&*self.storage, &self.run);
        there.is_ok_and(|there| !there.iter().any(|one| one.is_alive && is_driver(one)))
    }
}

/// Reads what a session says about itself; whoever wrote something else there says nothing.
fn about(one: &Presence) -> Json {
    serde_json::from_slice(&one.bytes).unwrap_or_default()
}
