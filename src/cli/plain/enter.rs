//! `mop resume --plain` and `mop join --plain`: sitting down at a run that is there.
//!
//! Says first what a person has to know who comes back: what was recorded last, whether the file of the
//! runbook is another one now, who else is here. What was under way is taken up by the sitting.

use std::io::Write;
use std::path::Path;

use super::answers::Answers;
use super::ask::{Asking, ask};
use super::show::about;
use super::source::Source;
use super::{Dialogue, Snag};
use crate::app::{Hand, Sitting, Surroundings, Typist};
use crate::cli::args::{JoinArgs, ResumeArgs, StateArgs, TalkArgs};
use crate::cli::output::Output;
use crate::cli::stop::Stop;
use crate::cli::{Exit, changed, runs, screen};
use crate::run::Person;

/// Says what somebody comes for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Coming {
    /// To go on with a run.
    Back,
    /// To act beside somebody else.
    ToHelp,
    /// To look on.
    ToWatch,
}

/// Goes on with a run.
pub(in crate::cli) fn resume(
    place: &StateArgs,
    args: &ResumeArgs,
    output: &mut Output<impl Write, impl Write>,
) -> Exit {
    enter(place, (args.run.as_deref(), &args.talk, Coming::Back), output)
}

/// Sits down at a run that somebody else drives, or looks on.
pub(in crate::cli) fn join(place: &StateArgs, args: &JoinArgs, output: &mut Output<impl Write, impl Write>) -> Exit {
    let coming = if args.watch { Coming::ToWatch } else { Coming::ToHelp };
    enter(place, (Some(&args.run), &args.talk, coming), output)
}

/// Opens where the words come from.
pub(super) fn source(talk: &TalkArgs) -> Result<Source, Stop> {
    let answers = talk.answers.as_deref().map(Answers::read).transpose()?;
    Ok(Source::new(Typist::new()?, answers))
}

fn enter(
    place: &StateArgs,
    (wanted, talk, coming): (Option<&Path>, &TalkArgs, Coming),
    output: &mut Output<impl Write, impl Write>,
) -> Exit {
    match sit(place, (wanted, talk, coming), output) {
        Ok(dialogue) => dialogue.talk(),
        Err(Snag::Stop(stop)) => stop.say(output),
        Err(Snag::Refused(why)) => Stop::no(why).say(output),
    }
}

fn sit<'a, O: Write, E: Write>(
    place: &StateArgs,
    (wanted, talk, coming): (Option<&Path>, &TalkArgs, Coming),
    output: &'a mut Output<O, E>,
) -> Result<Dialogue<'a, O, E>, Snag> {
    let is_watching = coming == Coming::ToWatch;
    let mut source = source(talk)?;
    let (store, name) = runs::chosen(place, wanted)?;
    let hand = Hand::open(Surroundings::machine(), store, &name).map_err(Stop::from)?;
    let changed = hand.changed(screen::opener);
    let changes = changed.as_ref().map(|changed| changed::words(hand.run(), changed)).unwrap_or_default();
    let is_over = hand.sealed().is_some();
    let who = if is_watching || is_over { None } else { person(&hand, talk, (&mut source, output))? };
    if who.is_none() && !is_watching && !is_over {
        return Err(Snag::Refused("nobody sat down at the run".to_owned()));
    }
    let sitting = Sitting::at(hand)?;
    let mut dialogue = Dialogue::new(sitting, (who.clone(), talk.key.clone()), (source, output));
    dialogue.say_where();
    let before = last_of_a_person(&dialogue);
    let others: Vec<_> = dialogue
        .sitting
        .others()
        .iter()
        .map(|guest| format!("also here: {}, at {}", guest.name, guest.terminal))
        .collect();
    before.into_iter().chain(others).chain(changes).for_each(|words| dialogue.say(&words));
    if let Some(who) = who {
        let words = dialogue.sitting.come(&who, false)?;
        words.iter().for_each(|words| dialogue.say(&format!("! {words}")));
        dialogue.changed = changed.filter(|_| coming == Coming::Back && dialogue.run().closed().is_none());
    }
    Ok(dialogue)
}

/// Says what was recorded last by somebody; where nobody was there since, it may never have been seen.
fn last_of_a_person<O: Write, E: Write>(dialogue: &Dialogue<'_, O, E>) -> Option<String> {
    let by_people = || dialogue.run().trail().iter().rev().filter(|entry| entry.who != Person::program().name);
    // That somebody came or went is no loss.
    let last = by_people().find(|entry| entry.step.is_some()).or_else(|| by_people().next())?;
    let is_dropped = dialogue.run().closed().is_none() && dialogue.sitting.others().is_empty();
    let when = if is_dropped { "recorded before the drop" } else { "recorded last" };
    Some(format!("{when}: {}  {} {}", last.n, last.who, last.what))
}

/// Finds who goes on: the one that was named, or the answer to the question.
fn person(
    hand: &Hand,
    talk: &TalkArgs,
    (source, output): (&mut Source, &mut Output<impl Write, impl Write>),
) -> Result<Option<Person>, Snag> {
    let roster = hand.run().roster();
    let read = |typed: &str| match roster.person(typed) {
        Ok(Some(who)) => Ok(who),
        Ok(None) => Err("write your name: it stands beside everything you sign".to_owned()),
        Err(several) => Err(several.to_string()),
    };
    if let Some(who) = &talk.who {
        return read(who).map(Some).map_err(|why| Stop::usage(format!("--as {who}: {why}")).into());
    }
    let asking =
        Asking { name: "operator", ask: "Your name; it stands beside everything you sign", hint: "", proposed: None };
    ask((source, output), &asking, &read)
}

impl<O: Write, E: Write> Dialogue<'_, O, E> {
    /// Says at which run one sits.
    pub(super) fn say_where(&mut self) {
        let words = about(self.run());
        self.say(&words);
        if self.run().start().rehearsal {
            self.say("This is a rehearsal.");
        }
        if self.source.is_person() {
            self.say("help lists what can be said; an empty line does nothing.");
        }
    }
}
