//! `mop redlines`: what people wanted to be worded otherwise in the runbook of a run, for its author.

use std::io::Write;

use serde_json::json;

use super::Exit;
use super::args::{ListFormat, RedlinesArgs, StateArgs};
use super::hand;
use super::output::{Output, width};
use super::page::lines;
use super::stop::Stop;
use crate::journal::timestamp;
use crate::run::{Redline, Run};
use crate::text::harmless_json;

pub(super) fn run(place: &StateArgs, args: &RedlinesArgs, output: &mut Output<impl Write, impl Write>) -> Exit {
    let hand = match hand::open_to_read(place, &args.run) {
        Ok(hand) => hand,
        Err(stop) => return Stop::say(&stop, output),
    };
    for redline in hand.run().redlines() {
        output.print(&match args.format {
            ListFormat::Text => text(hand.run(), redline),
            ListFormat::Json => object(hand.run(), redline),
        });
    }
    Exit::Good
}

/// Gives when it was written down.
fn at(run: &Run, redline: &Redline) -> Option<String> {
    let at = usize::try_from(redline.n).ok()?;
    run.trail().get(at).map(|entry| timestamp(entry.at_ms))
}

fn text(run: &Run, redline: &Redline) -> String {
    let Redline { n, who, step, was, now, why } = redline;
    let item = step.as_ref().and_then(|step| run.plan().item(step));
    let about = match (item, step) {
        (Some(item), _) => format!("{} {} {}", item.number, item.id, run.title(item)),
        (None, Some(step)) => step.clone(),
        (None, None) => "the whole runbook".to_owned(),
    };
    let fact = |name: &str, fact: &str| {
        if fact.is_empty() { String::new() } else { lines(&format!("  {name:<4} {fact}"), (width(), 7)) }
    };
    let head = lines(&format!("{n}  {about}"), (width(), 4));
    let by = format!("{}, {}", who.name, at(run, redline).unwrap_or_default());
    head + &fact("was", was) + &fact("now", now) + &fact("why", why) + &fact("by", &by)
}

fn object(run: &Run, redline: &Redline) -> String {
    let Redline { n, who, step, was, now, why } = redline;
    let number = step.as_ref().and_then(|step| run.plan().item(step)).map(|item| item.number.clone());
    let who = json!({ "id": who.id, "name": who.name });
    let object = json!({
        "n": n, "step": step, "number": number, "was": was, "now": now, "why": why, "who": who, "at": at(run, redline)
    });
    format!("{}\n", harmless_json(&object.to_string()))
}
