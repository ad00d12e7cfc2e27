//! What the commands that act in a run share: finding the run, the person, the keys, and asking.
//!
//! Nothing is decided here. Who a person is comes from the roster of the run; without one, from those
//! who are in it.

use std::io::{self, IsTerminal as _, Write};
use std::path::Path;

use super::args::StateArgs;
use super::find::{Place, find};
use super::output::Output;
use super::stop::Stop;
use crate::app::{Hand, Keys, NotDone, Store, Surroundings, Typist};
use crate::exec::process::Cancel;
use crate::exec::sign::{OpenSsh, SignError};
use crate::journal::{FileSystems, World};
use crate::run::roster::{Auth, Holder, Member, NotFound, PublicKey};
use crate::run::{Entry, Person, Run};

/// What the fingerprint of a key begins with.
const FINGERPRINT: &str = "SHA256:";
/// How many records of others are told.
const MOST_NEWS: usize = 5;

/// Opens the run that a command is about; it has to lie in a state directory, where its ledger is.
pub(super) fn open(state: &StateArgs, wanted: &Path) -> Result<Hand, Stop> {
    let place = find(state, wanted).map_err(Stop::usage)?;
    place.check_is_no_archive("runs are acted in where they are kept").map_err(Stop::usage)?;
    let Place { dir, name, .. } = place;
    let runs = dir.parent().filter(|runs| runs.file_name().is_some_and(|name| name == "runs"));
    let Some(state_dir) = runs.and_then(Path::parent) else {
        let path = dir.display();
        return Err(Stop::usage(format!(
            "{path}: is a copy; runs are acted in where they are kept, in runs/ of a state directory"
        )));
    };
    let file_systems = if state.allow_fs { FileSystems::Any } else { FileSystems::Reliable };
    let store = Store::at(state_dir.to_owned()).allowing(file_systems);
    Ok(Hand::open(Surroundings::machine(), store, &name)?)
}

/// Opens a run that is only looked at, wherever it lies: where it was made, as a copy, or in an archive.
pub(super) fn open_to_read(state: &StateArgs, wanted: &Path) -> Result<Hand, Stop> {
    let Place { dir, name, storage, .. } = find(state, wanted).map_err(Stop::usage)?;
    let folder = dir.parent().unwrap_or(Path::new("/"));
    let surroundings = Surroundings::machine();
    let world = World { storage, ..surroundings.world };
    Ok(Hand::open(Surroundings { world, ..surroundings }, Store::of_copies(folder.to_owned()), &name)?)
}

/// Finds the keys that can sign here.
pub(super) fn keys(ssh: &OpenSsh, named: Option<&Path>, cancel: &Cancel) -> Result<Keys, SignError> {
    let Some(named) = named else {
        // No agent, no keys; why is said when somebody has to sign with one.
        return Ok(Keys { all: in_agent(ssh, cancel).unwrap_or_default(), file: None });
    };
    if let Some(print) = fingerprint(named) {
        let mut all = in_agent(ssh, cancel)?;
        all.retain(|(_, key)| key.fingerprint() == print);
        return if all.is_empty() {
            Err(SignError::NotInAgent(print.to_owned()))
        } else {
            Ok(Keys { all, file: None })
        };
    }
    let found = ssh.find_key(named, cancel)?;
    match found.auth() {
        Auth::Key { holder: Holder::File, key } => Ok(Keys { all: vec![(Holder::File, key)], file: Some(found) }),
        _ => Ok(Keys { all: vec![(Holder::Agent, found.key().clone())], file: None }),
    }
}

fn in_agent(ssh: &OpenSsh, cancel: &Cancel) -> Result<Vec<(Holder, PublicKey)>, SignError> {
    Ok(ssh.agent_keys(cancel)?.into_iter().map(|key| (Holder::Agent, key)).collect())
}

/// Takes what was named for a fingerprint, when it is one.
pub(super) fn fingerprint(named: &Path) -> Option<&str> {
    named.to_str().filter(|named| named.starts_with(FINGERPRINT))
}

/// Finds who acts: the one that was named, or the only one in the roster who has one of the keys.
pub(super) fn person(run: &Run, named: Option<&str>, keys: &[(Holder, PublicKey)]) -> Result<Person, Stop> {
    let roster = run.roster();
    let Some(named) = named else {
        let has_one = |member: &&Member| keys.iter().any(|(_, key)| member.has_key(key));
        let mut holders = roster.people().iter().filter(has_one);
        return match (holders.next(), holders.next()) {
            (Some(member), None) => Ok(member.person.clone()),
            (Some(_), Some(_)) => {
                Err(Stop::usage(format!("keys of more than one person are here; {}", who_there_is(run))))
            }
            (None, _) => Err(Stop::usage(format!("nobody in the roster has a key here; {}", who_there_is(run)))),
        };
    };
    match roster.find(named) {
        Ok(member) => Ok(member.person.clone()),
        Err(error @ NotFound::Several { .. }) => Err(Stop::usage(error)),
        Err(error) => {
            let by_name = Person::named(named).filter(|person| run.is_here(person));
            by_name.ok_or_else(|| {
                Stop::no(format!("{named}: {error}, and nobody of that name has joined the run; {}", who_there_is(run)))
            })
        }
    }
}

/// Names those who may act, at most twenty of them.
fn who_there_is(run: &Run) -> String {
    let named = run.roster().people().iter().map(|member| &member.person);
    let mut people: Vec<&Person> = Vec::new();
    for person in named.chain(run.people()) {
        if people.len() < 20 && !people.iter().any(|known| known.id == person.id) {
            people.push(person);
        }
    }
    let people: Vec<_> = people.iter().map(|person| format!("{} ({})", person.id, person.name)).collect();
    format!("say who it is with --as: {}", people.join(", "))
}

/// Makes sure that a question can be read and answered, unless nothing is going to be asked.
pub(super) fn check_can_ask(typist: &Typist, is_told_yes: bool) -> Result<(), Stop> {
    match is_told_yes || (typist.is_terminal() && io::stdout().is_terminal()) {
        true => Ok(()),
        false => Err(Stop::usage("there is no terminal to ask on; say --yes to go on without a question")),
    }
}

/// Asks for a word, which is typed after everything above it was on the screen.
pub(super) fn confirm(
    typist: &mut Typist,
    (question, word): (&str, &str),
    output: &mut Output<impl Write, impl Write>,
) -> Result<(), Stop> {
    let _ = output.flush();
    typist.forget();
    output.ask(question);
    let answer = typist.line()?;
    if answer.trim() == word { Ok(()) } else { Err(Stop::no("not confirmed; nothing was recorded")) }
}

/// Says why something was not done, and where it is refused, what others recorded meanwhile.
pub(super) fn not_done(hand: &Hand, error: NotDone) -> Stop {
    let news = hand.news();
    let last = news.get(news.len().saturating_sub(MOST_NEWS)..).unwrap_or_default();
    let words = |entry: &Entry| format!("\n  record {}: {} {}", entry.n, entry.who, entry.what);
    match error {
        NotDone::Refused(refusal) if !last.is_empty() => {
            Stop::no(format!("{refusal}; meanwhile:{}", last.iter().map(words).collect::<String>()))
        }
        error => Stop::from(error),
    }
}
