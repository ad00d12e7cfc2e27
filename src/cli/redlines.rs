//! `mop redlines`: what people wanted to be worded otherwise in the runbook of a run, as a patch for its author.
//!
//! Each wish is a patch of its own with who, when and why before it, on top of those before, so that one can be
//! taken and another left. Those that cannot be put into the text stand in it as remarks, with the reason.

use std::io::Write;

use serde_json::json;

use super::Exit;
use super::args::{RedlinesArgs, RedlinesFormat, StateArgs};
use super::hand::open_to_read;
use super::output::Output;
use super::patches::{named, print, remark};
use super::stop::Stop;
use crate::app::Hand;
use crate::journal::timestamp;
use crate::run::{Redline, Run};
use crate::runbook::plan::{Item, ItemKind};
use crate::runbook::reword::{Reworded, Unfit};
use crate::text::harmless_json;

pub(super) fn run(state: &StateArgs, args: &RedlinesArgs, output: &mut Output<impl Write, impl Write>) -> Exit {
    answer(state, args, output).unwrap_or_else(|stop| stop.say(output))
}

/// Is a wish, and what comes of it.
struct Wish<'a> {
    redline: &'a Redline,
    item: Option<&'a Item>,
    /// Where the step stands: the file and the line.
    place: Option<(String, usize)>,
    /// The patch, or why there is none.
    patch: Result<String, Unfit>,
}

fn answer(state: &StateArgs, args: &RedlinesArgs, output: &mut Output<impl Write, impl Write>) -> Result<Exit, Stop> {
    let hand = open_to_read(state, &args.run)?;
    let run = hand.run();
    let wishes = wishes(run, reworded(&hand)?);
    let text: String = match args.format {
        RedlinesFormat::Patch => wishes.iter().map(|wish| text(run, wish)).collect(),
        RedlinesFormat::Json => wishes.iter().map(|wish| object(run, wish)).collect(),
    };
    print(&text, output);
    let left = wishes.iter().filter(|wish| wish.patch.is_err()).count();
    if left == 0 {
        if wishes.is_empty() {
            output.tell("nobody wanted the runbook to be worded otherwise");
        }
        return Ok(Exit::Good);
    }
    Err(Stop::no(format!(
        "{left} of {} cannot be put into the text of the runbook; why stands with each",
        wishes.len()
    )))
}

/// Reads the runbook that the run went by in the end.
fn reworded(hand: &Hand) -> Result<Reworded, Stop> {
    Reworded::of(&hand.in_force()?)
        .ok_or_else(|| Stop::usage("this version finds errors in the runbook of the run; look at it with mop check"))
}

fn wishes(run: &Run, mut reworded: Reworded) -> Vec<Wish<'_>> {
    let mut wishes = Vec::new();
    for redline in run.redlines() {
        let item = redline.step.as_ref().and_then(|step| run.plan().item(step));
        let kind: Option<ItemKind> = item.map(|item| item.kind);
        let place = kind.and_then(|kind| reworded.place(kind)).map(|(file, line)| (file.to_owned(), line));
        let patch = reworded.take(kind, (&redline.was, &redline.now), named);
        wishes.push(Wish { redline, item, place, patch });
    }
    wishes
}

/// Gives when it was written down.
fn at(run: &Run, redline: &Redline) -> Option<String> {
    let at = usize::try_from(redline.n).ok()?;
    run.trail().get(at).map(|entry| timestamp(entry.at_ms))
}

fn text(run: &Run, wish: &Wish<'_>) -> String {
    let Wish { redline: redline @ Redline { n, who, step, was, now, why }, item, place, patch } = wish;
    let about = match (item, step) {
        (Some(item), _) => format!("{} {} {}", item.number, item.id, run.title(item)),
        (None, Some(step)) => step.clone(),
        (None, None) => "the whole runbook".to_owned(),
    };
    let mut text = remark(&format!("record {n}: {about}"));
    text += &remark(&format!("by {}, {}", who.name, at(run, redline).unwrap_or_default()));
    let mut fact = |name: &str, fact: &str| {
        if !fact.is_empty() {
            text += &remark(&format!("{name}: {fact}"));
        }
    };
    fact("why", why);
    match patch {
        Ok(patch) => text += patch,
        Err(unfit) => {
            fact("was", was);
            fact("now", now);
            let place = place.as_ref().map(|(file, line)| format!(" ({file}:{line})")).unwrap_or_default();
            text += &remark(&format!("not applied{place}: {unfit}"));
        }
    }
    text + "\n"
}

fn object(run: &Run, wish: &Wish<'_>) -> String {
    let Wish { redline: redline @ Redline { n, who, step, was, now, why }, item, place, patch } = wish;
    let object = json!({
        "n": n, "step": step, "number": item.map(|item| &item.number), "was": was, "now": now, "why": why,
        "who": { "id": who.id, "name": who.name }, "at": at(run, redline),
        "file": place.as_ref().map(|(file, _)| file), "line": place.as_ref().map(|(_, line)| line),
        "patch": patch.as_ref().ok(), "not_applied": patch.as_ref().err().map(ToString::to_string),
    });
    format!("{}\n", harmless_json(&object.to_string()))
}
