//! `mop roster pin`: a person types a new PIN twice, and its hash goes into the roster.

use std::io::Write;

use super::{Changed, put};
use crate::app::{Surroundings, Typist};
use crate::cli::output::Output;
use crate::cli::stop::Stop;
use crate::exec::pin::{LEAST_CHARACTERS, Pin, hash_pin};
use crate::run::roster::{Member, Roster};
use crate::text::Shown;

/// Asks for a PIN and sets it.
pub(super) fn set(
    roster: &Roster,
    member: &Member,
    output: &mut Output<impl Write, impl Write>,
) -> Result<Changed, Stop> {
    let pin = ask_twice(member, output)?;
    let salt = (Surroundings::machine().chance)().ok_or(Stop::usage("this system gives no random numbers"))?;
    let hash = hash_pin(&pin, &salt).map_err(Stop::usage)?;
    let member = Member { pin: Some(hash), ..member.clone() };
    let done = format!("set the PIN of {}", member.person.id);
    Ok((put(roster, member)?, done))
}

fn ask_twice(member: &Member, output: &mut Output<impl Write, impl Write>) -> Result<Pin, Stop> {
    let mut typist = Typist::new()?;
    let is_terminal = typist.is_terminal();
    let mut ask = |question: &str| {
        if is_terminal {
            output.ask(question);
        }
    };
    // Hidden first, asked then: what is typed at the question is never on the screen.
    let mut hidden = typist.hide()?;
    let name = Shown::line_limited(&member.person.name, 60);
    ask(&format!("New PIN of {name}, {LEAST_CHARACTERS} characters or more: "));
    let first = hidden.line()?;
    ask("The same again: ");
    let second = hidden.line()?;
    match *first == *second {
        true => Pin::new(first.to_string()).map_err(Stop::usage),
        false => Err(Stop::no("the two are not the same; the PIN stays as it was")),
    }
}
