//! `mop seal`: closes a run, seals it, and adds a person's signature to the seal.
//!
//! The first to do it seals; everybody signs for himself, each from his own terminal. Done again it
//! goes on where it ended. What is sealed and how is decided below.

use std::io::Write;

use super::Exit;
use super::args::{SealArgs, StateArgs};
use super::hand::{self, check_can_ask, confirm, keys, not_done, person};
use super::output::Output;
use super::stop::Stop;
use crate::app::{Hand, Keys, Typist};
use crate::exec::sign::SigningKey;
use crate::journal::is_result;
use crate::run::roster::{Holder, Member, SEAL};
use crate::run::{Person, Refusal, Run};
use crate::text::{Shown, counted};

/// How many steps that are not done are named before a run is closed.
const MOST_OPEN: usize = 10;

pub(super) fn run(state: &StateArgs, args: &SealArgs, output: &mut Output<impl Write, impl Write>) -> Exit {
    answer(state, args, output).unwrap_or_else(|stop| stop.say(output))
}

/// Says how a run is sealed.
pub(super) struct Sealing<'a> {
    /// How it ended, where somebody says so.
    pub(super) result: Option<&'a str>,
    /// Whether nothing is asked.
    pub(super) is_told_yes: bool,
}

fn answer(state: &StateArgs, args: &SealArgs, output: &mut Output<impl Write, impl Write>) -> Result<Exit, Stop> {
    let mut hand = hand::open(state, &args.run)?;
    let mut typist = Typist::new()?;
    check_can_ask(&typist, args.yes)?;
    let (ssh, named) = (hand.ssh().clone(), args.key.as_deref());
    let keys = typist.meanwhile(|cancel| keys(&ssh, named, cancel))?.map_err(Stop::usage)?;
    let who = person(hand.run(), args.who.as_deref(), &keys.all)?;
    let sealing = Sealing { result: args.result.as_deref(), is_told_yes: args.yes };
    seal_here(&mut hand, (&sealing, &who, keys), (&mut typist, output))
}

/// Seals a run, or shows its seal, and adds a person's signature to it.
pub(super) fn seal_here(
    hand: &mut Hand,
    (sealing, who, keys): (&Sealing<'_>, &Person, Keys),
    (typist, output): (&mut Typist, &mut Output<impl Write, impl Write>),
) -> Result<Exit, Stop> {
    let key = key_of(hand.run(), who, keys);
    let is_new = hand.sealed().is_none();
    if is_new {
        seal(hand, (sealing, who, &key), (typist, output))?;
    } else {
        check_result(hand.run(), sealing, hand.sealed().map(|sealed| sealed.seal.result.as_str()))?;
        show(hand, output)?;
    }
    if hand.has_signed_seal(who)? {
        output.print(&line(&format!("{} has signed this seal.", who.id)));
        return Ok(Exit::Good);
    }
    let key = match key {
        Ok(key) => key,
        Err(why) => return Ok(stand_unsigned(hand, (who, &why), is_new, output)),
    };
    if !is_new && !sealing.is_told_yes {
        confirm(typist, ("sign this seal? type yes: ", "yes"), output)?;
    }
    sign(hand, (who, &key), (typist, output))?;
    output.print(&line(&others(hand)));
    Ok(Exit::Good)
}

/// Closes and seals the run, after whoever does it has typed its id.
fn seal(
    hand: &mut Hand,
    (sealing, who, key): (&Sealing<'_>, &Person, &Result<SigningKey, String>),
    (typist, output): (&mut Typist, &mut Output<impl Write, impl Write>),
) -> Result<(), Stop> {
    check_result(hand.run(), sealing, hand.run().closed())?;
    let run = hand.run();
    let asked = || marked(run, sealing.result.map_or_else(|| result_of(run), str::to_owned));
    let result = run.closed().map_or_else(asked, str::to_owned);
    output.print(Shown::text(&summary(run, &result, (who, key))).as_str());
    let _ = output.flush();
    if !sealing.is_told_yes {
        let id = run.start().run.clone();
        confirm(typist, (&format!("Nothing can be recorded afterwards. seal it? type {id}: "), &id), output)?;
    }
    hand.seal(who, &result).map_err(|error| not_done(hand, error))?;
    let text = hand.sealed().map(|sealed| Shown::bytes(&sealed.text)).unwrap_or_default();
    output.print(&format!("sealed\n\n{text}\n"));
    let _ = output.flush();
    Ok(())
}

/// Makes sure that a result may be one, and that it is no other than the one that is recorded.
fn check_result(run: &Run, sealing: &Sealing<'_>, recorded: Option<&str>) -> Result<(), Stop> {
    match (sealing.result, recorded) {
        (Some(asked), Some(recorded)) if asked != recorded && marked(run, asked.to_owned()) != recorded => {
            Err(Stop::no(format!("{}; its result is recorded: {recorded}", Refusal::Closed)))
        }
        (Some(asked), None) if !is_result(asked) => Err(Stop::usage(Refusal::NoResult)),
        _ => Ok(()),
    }
}

/// Says that all of so many steps are meant.
fn all_steps(of: usize, whose: &str) -> String {
    if of == 1 { "its only step".to_owned() } else { format!("all {of} steps{whose}") }
}

/// Marks how a rehearsal ended, so that nobody takes its seal for that of a real run.
fn marked(run: &Run, result: String) -> String {
    const MARK: &str = "rehearsal";
    if run.start().rehearsal && !result.starts_with(MARK) { format!("{MARK}: {result}") } else { result }
}

fn result_of(run: &Run) -> String {
    let progress = run.progress();
    match progress.done == progress.of {
        true if run.back_out().is_some() => format!("backed out, {}", all_steps(progress.of, " of it")),
        false if run.back_out().is_some() => {
            format!("ended with {} of {} of the back-out done", progress.done, counted(progress.of, "step"))
        }
        true => format!("done, {}", all_steps(progress.of, "")),
        false => format!("ended with {} of {} done", progress.done, counted(progress.of, "step")),
    }
}

/// Says what is going to be sealed and by whom, and what was not done.
fn summary(run: &Run, result: &str, (who, key): (&Person, &Result<SigningKey, String>)) -> String {
    let (start, progress) = (run.start(), run.progress());
    let mut text = format!("{} · {} · {}/{}\n\n", run.name(), start.run, progress.done, progress.of);
    let open: Vec<_> = run.open_items().collect();
    for item in open.iter().take(MOST_OPEN) {
        text += &format!("not done  {} {}\n", item.number, run.title(item).replace('\n', " "));
    }
    if open.len() > MOST_OPEN {
        text += &format!("          and {} more\n", open.len() - MOST_OPEN);
    }
    text += &format!("result    {}\n", result.replace('\n', " "));
    match key {
        Ok(key) => text + &format!("by        {}, with {}\n\n", who.name, key.auth()),
        Err(why) => text + &format!("by        {}, unsigned: {why}\n\n", who.name),
    }
}

/// Shows a seal that is there, once it is sure that it covers the run.
fn show(hand: &Hand, output: &mut Output<impl Write, impl Write>) -> Result<(), Stop> {
    let sealed = hand.check_seal().map_err(Stop::no)?;
    output.print(&format!("sealed already\n\n{}\n", Shown::bytes(&sealed.text)));
    let _ = output.flush();
    Ok(())
}

/// Finds the key that a person signs the seal with here, or says why there is none.
fn key_of(run: &Run, who: &Person, Keys { all, file }: Keys) -> Result<SigningKey, String> {
    let member: Option<&Member> = run.roster().member(&who.id);
    let has_key = member.is_some_and(|member| !member.keys.is_empty());
    let own = all.into_iter().find(|(_, key)| member.is_some_and(|member| member.has_key(key)));
    match (own, file) {
        (Some((Holder::File, _)), Some(file)) => Ok(file),
        (Some((_, key)), _) => Ok(SigningKey::in_agent(key)),
        (None, _) if has_key => {
            Err(format!("no key of {} is here: ssh-add it, name it with --key, or do this where it is", who.id))
        }
        (None, _) => Err(format!("the roster of this run has no key of {}, and only a key signs a seal", who.id)),
    }
}

/// Says that the seal stands without a person's signature.
fn stand_unsigned(
    hand: &Hand,
    (who, why): (&Person, &str),
    is_new: bool,
    output: &mut Output<impl Write, impl Write>,
) -> Exit {
    let has_key = hand.run().roster().member(&who.id).is_some_and(|member| !member.keys.is_empty());
    let _ = output.flush();
    output.complain(Shown::line(&format!("the seal stands unsigned by {}: {why}", who.id)).as_str());
    // Whoever has a key was expected to sign; whoever has none has done what he could.
    if is_new && !has_key { Exit::Good } else { Exit::Problems }
}

fn sign(
    hand: &Hand,
    (who, key): (&Person, &SigningKey),
    (typist, output): (&mut Typist, &mut Output<impl Write, impl Write>),
) -> Result<(), Stop> {
    output.tell("Signing the seal; touch the key, or confirm, if it asks. ctrl-c stops.");
    let unsigned =
        |why: &dyn ToString| Stop::no(format!("the seal stands unsigned by {}: {}", who.id, why.to_string()));
    let (ssh, text) = (hand.ssh(), hand.sealed().map(|sealed| sealed.text.as_slice()).unwrap_or_default());
    let made = typist.meanwhile(|cancel| ssh.sign(key, SEAL, text, cancel))?.map_err(|error| unsigned(&error))?;
    let verified = hand.keep_seal_signature(who, &made).map_err(|error| unsigned(&error))?;
    output.print(&line(&format!("{} signed the seal ({}, {})", who.id, verified.level(), verified.key.fingerprint())));
    Ok(())
}

/// Says who acted in the run and has a key, and did not sign the seal.
fn others(hand: &Hand) -> String {
    let run = hand.run();
    let has_key = |who: &&Person| run.roster().member(&who.id).is_some_and(|member| !member.keys.is_empty());
    let is_lacking = |who: &&Person| !matches!(hand.has_signed_seal(who), Ok(true));
    let lacking: Vec<_> = run.people().iter().filter(has_key).filter(is_lacking).map(|who| who.id.as_str()).collect();
    let id = &run.start().run;
    match lacking[..] {
        [] => "Everybody who acted in the run and has a key has signed it.".to_owned(),
        _ => format!("Not signed yet by {}: mop seal {id}, each where the key is.", lacking.join(", ")),
    }
}

fn line(text: &str) -> String {
    format!("{}\n", Shown::line(text))
}
