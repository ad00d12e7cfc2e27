//! `mop sign`: signing for a step of a run that is going on, from another terminal or another machine.
//!
//! The whole step and the exact statement are printed before anything is asked. Whether a signature
//! may stand is decided in `run`; here it is found out which step, whose signature and by what.

mod brought;
mod elsewhere;
mod here;

use std::io::Write;

use super::Exit;
use super::args::{SignArgs, StateArgs};
use super::hand;
use super::output::{Output, width};
use super::page;
use super::stop::Stop;
use crate::app::{Hand, Unproved};
use crate::id::nearest;
use crate::journal::receipt_of;
use crate::run::roster::Level;
use crate::run::{Head, Intent, Person, Proved, Refusal, Run, Scene, statement};
use crate::runbook::plan::Item;
use crate::text::Shown;

pub(super) use here::way;

pub(super) fn run(state: &StateArgs, args: &SignArgs, output: &mut Output<impl Write, impl Write>) -> Exit {
    answer(state, args, output).unwrap_or_else(|stop| stop.say(output))
}

fn answer(state: &StateArgs, args: &SignArgs, output: &mut Output<impl Write, impl Write>) -> Result<Exit, Stop> {
    let mut hand = hand::open(state, &args.run)?;
    if hand.sealed().is_some() || hand.run().closed().is_some() {
        return Err(Stop::no(Refusal::Closed));
    }
    let recorded = match (&args.statement, &args.signature) {
        (Some(statement), Some(signature)) => brought::record(&mut hand, args, (statement, signature))?,
        _ if args.print => {
            elsewhere::print(&hand, args, output)?;
            return Ok(Exit::Good);
        }
        _ if args.paste => elsewhere::paste(&mut hand, args, output)?,
        _ => here::sign(&mut hand, args, output)?,
    };
    output.print(&format!("recorded {} {}\n", recorded.n, receipt_of(&recorded.hash)));
    Ok(Exit::Good)
}

/// Finds the step that was meant, by number or id; without a word the one that is next.
fn step<'a>(run: &'a Run, wanted: Option<&str>) -> Result<&'a Item, Stop> {
    let Some(wanted) = wanted else {
        let next = run.next_open().and_then(|at| run.items().get(at));
        return next.ok_or_else(|| Stop::no("no step of this run can be signed now"));
    };
    let is_it = |item: &&Item| *item.id == *wanted || item.number.eq_ignore_ascii_case(wanted);
    run.items().iter().find(is_it).ok_or_else(|| {
        let words = run.items().iter().flat_map(|item| [&*item.id, item.number.as_str()]);
        let hint = nearest(wanted, words).map(|word| format!("; did you mean {word}?")).unwrap_or_default();
        Stop::usage(format!("{wanted}: no step of this run has this number or id{hint}"))
    })
}

/// Is a step that is about to be signed by somebody, as it was printed.
struct Signing {
    step: String,
    /// The last record when it was printed.
    seen: u64,
    who: Person,
}

impl Signing {
    /// Prints the step, as the run stands now.
    fn begin((run, item): (&Run, &Item), who: Person, output: &mut Output<impl Write, impl Write>) -> Self {
        output.print(&page::page(run, item, width()));
        Self { step: item.id.to_string(), seen: run.head().n, who }
    }

    /// Writes what is signed.
    fn statement(&self, run: &Run, scene: &Scene) -> Result<String, Stop> {
        let item = run.plan().item(&self.step).ok_or(Stop::no(Refusal::NoSuchStep))?;
        Ok(statement(run, item, self.seen, scene).text)
    }

    /// Records the signature, or that somebody could not prove who he is.
    fn record(self, hand: &mut Hand, proof: Result<Proved, Unproved>) -> Result<Head, Stop> {
        match proof {
            Ok(proved) => self.put(hand, Some(Box::new(proved))),
            Err(unproved) => Err(keep_failure(hand, unproved)),
        }
    }

    /// Records it, with what proves it.
    fn put(self, hand: &mut Hand, proved: Option<Box<Proved>>) -> Result<Head, Stop> {
        let intent = Intent::SignStep { step: self.step, seen: self.seen, proved, note: None };
        hand.act(&intent, &self.who).map(|acted| acted.at).map_err(|error| hand::not_done(hand, error))
    }
}

/// Records that somebody could not prove who he is, where he tried and failed.
pub(super) fn keep_failure(hand: &mut Hand, Unproved { who, level, why, is_failure }: Unproved) -> Stop {
    if !is_failure {
        return Stop::no(why);
    }
    let intent = Intent::KeepRefusedIdentity { level, why: why.clone() };
    match hand.act(&intent, &who) {
        Ok(acted) => {
            let left = if level == Level::Pin { pins_left(hand.run(), &who) } else { String::new() };
            Stop::no(format!("{why}; not signed, and recorded so in record {}{left}", acted.at.n))
        }
        Err(error) => Stop::no(format!("{why}; not signed, and this could not be recorded: {error}")),
    }
}

/// Says how often a PIN may still be wrong.
fn pins_left(run: &Run, who: &Person) -> String {
    match run.pins_left(who) {
        0 => format!("; that was one too many: in this run only a key proves {} now", who.name),
        1 => "; one more try, then only a key signs".to_owned(),
        left => format!("; {left} more tries"),
    }
}

/// Says who signs what, and as whom.
fn signs(run: &Run, (item, who): (&Item, &Person)) -> String {
    let role = run.next_signature(item).1.map(|role| format!(" as {role}")).unwrap_or_default();
    format!("{} signs {}{role}", who.name, item.number)
}

/// Makes a statement safe to print; it is already, so nothing in it changes.
pub(super) fn shown(statement: &str) -> String {
    Shown::text(statement).as_str().to_owned()
}
