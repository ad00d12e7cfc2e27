//! `mop roster`: who may sign in the runs that begin from now on, and with what.
//!
//! Shows and changes `roster.json` in the state directory. What a roster may be is decided in `run`,
//! how its file is replaced in `app`; a run that began keeps the roster that it began with.

mod listing;
mod pin;

use std::io::Write;

use super::Exit;
use super::args::{MemberArgs, RosterArgs, RosterChange, StateArgs};
use super::output::Output;
use super::state::{NO_PLACE, store};
use super::stop::Stop;
use crate::app::RosterFile;
use crate::exec::sign::SigningKey;
use crate::id::nearest;
use crate::run::Person;
use crate::run::roster::{Level, Member, Roster, RosterKey};
use crate::text::Shown;

pub(super) fn run(state: &StateArgs, args: &RosterArgs, output: &mut Output<impl Write, impl Write>) -> Exit {
    answer(state, args, output).unwrap_or_else(|stop| stop.say(output))
}

fn answer(state: &StateArgs, args: &RosterArgs, output: &mut Output<impl Write, impl Write>) -> Result<Exit, Stop> {
    let path = store(state).ok_or(Stop::usage(NO_PLACE))?.roster_path();
    let file = RosterFile::read(&path).map_err(Stop::usage)?;
    let Some(change) = &args.change else {
        output.print(&listing::text(&file));
        return Ok(Exit::Good);
    };
    let (roster, done) = match change {
        RosterChange::Add(member) => add(file.roster(), member)?,
        RosterChange::Pin { id } => pin::set(file.roster(), known(file.roster(), id)?, output)?,
        RosterChange::Remove { id, key: None } => remove(file.roster(), known(file.roster(), id)?)?,
        RosterChange::Remove { id, key: Some(key) } => remove_key(file.roster(), (known(file.roster(), id)?, key))?,
        RosterChange::Level { level } => set_level(file.roster(), *level)?,
    };
    file.replace(&roster).map_err(Stop::usage)?;
    output
        .print(Shown::text(&format!("{done}\nRuns that have begun keep the roster that they began with.\n")).as_str());
    Ok(Exit::Good)
}

/// Finds a person by exactly this id.
fn known<'a>(roster: &'a Roster, id: &str) -> Result<&'a Member, Stop> {
    roster.member(id).ok_or_else(|| {
        let ids = roster.people().iter().map(|member| member.person.id.as_str());
        let hint = nearest(id, ids).map(|id| format!("did you mean {id}?"));
        let hint = hint.unwrap_or_else(|| "mop roster shows who there is".to_owned());
        Stop::usage(format!("{id}: nobody in the roster has this id; {hint}"))
    })
}

/// Is a roster as it is going to be, with the words for what was done.
type Changed = (Roster, String);

/// Makes a roster with other people in it.
fn with(roster: &Roster, people: Vec<Member>) -> Result<Roster, Stop> {
    Roster::new(roster.level(), people).map_err(Stop::usage)
}

/// Puts a person in the place of the one with the same id, or at the end.
fn put(roster: &Roster, member: Member) -> Result<Roster, Stop> {
    let mut people = roster.people().to_vec();
    match people.iter_mut().find(|known| known.person.id == member.person.id) {
        Some(known) => *known = member,
        None => people.push(member),
    }
    with(roster, people)
}

fn add(roster: &Roster, args: &MemberArgs) -> Result<Changed, Stop> {
    let known = roster.member(&args.id);
    let mut member = match (known, &args.name) {
        (Some(known), _) => known.clone(),
        (None, Some(name)) => {
            Member { person: Person { id: args.id.clone(), name: name.clone() }, ..Member::default() }
        }
        (None, None) => {
            return Err(Stop::usage(format!("{}: is not in the roster yet; say the name with --name", args.id)));
        }
    };
    if let Some(name) = &args.name {
        member.person.name.clone_from(name);
    }
    member.level = args.level.or(member.level);
    for key in new_keys(args)? {
        if !member.keys.iter().any(|known| known.key.bytes() == key.key.bytes() && known.authority == key.authority) {
            member.keys.push(key);
        }
    }
    let (name, reach) = (member.person.name.clone(), member.reach());
    let needs = roster.needs(&member);
    let word = if known.is_some() { "changed" } else { "added" };
    let mut done = format!("{word} {} ({name}), who can sign up to the level {reach}", args.id);
    if reach < needs {
        done += &format!("; that is less than {needs}, which is needed: add a key, or mop roster pin {}", args.id);
    }
    Ok((put(roster, member)?, done))
}

fn new_keys(args: &MemberArgs) -> Result<Vec<RosterKey>, Stop> {
    let of_file = |path: &std::path::PathBuf| {
        let key = SigningKey::in_file(path).map_err(Stop::usage)?;
        Ok(RosterKey { authority: false, key: key.key().clone() })
    };
    let of_line =
        |line: &String| RosterKey::parse(line.trim()).map_err(|error| Stop::usage(format!("--key-line: {error}")));
    args.keys.iter().map(of_file).chain(args.key_lines.iter().map(of_line)).collect()
}

fn remove(roster: &Roster, member: &Member) -> Result<Changed, Stop> {
    let mut people = roster.people().to_vec();
    people.retain(|known| known.person.id != member.person.id);
    let left = people.len();
    let mut done = format!("removed {} ({}), {left} left", member.person.id, member.person.name);
    if left == 0 {
        done += "; with nobody in the roster people are known by name only";
    }
    Ok((with(roster, people)?, done))
}

fn remove_key(roster: &Roster, (member, print): (&Member, &str)) -> Result<Changed, Stop> {
    let mut member = member.clone();
    let before = member.keys.len();
    member.keys.retain(|key| key.key.fingerprint() != print);
    if member.keys.len() == before {
        return Err(Stop::usage(format!("{}: has no key {print}; mop roster shows the keys", member.person.id)));
    }
    let done = format!("removed the key {print} of {}", member.person.id);
    Ok((put(roster, member)?, done))
}

fn set_level(roster: &Roster, level: Level) -> Result<Changed, Stop> {
    let changed = Roster::new(level, roster.people().to_vec()).map_err(Stop::usage)?;
    let short = changed.people().iter().filter(|member| member.reach() < changed.needs(member));
    let short: Vec<_> = short.map(|member| member.person.id.as_str()).collect();
    let mut done = format!("everybody needs the level {level} from now on");
    if !short.is_empty() {
        done += &format!("; these cannot reach it: {}", short.join(", "));
    }
    Ok((changed, done))
}
