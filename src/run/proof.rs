//! The statement that a signature stands for: readable, and exact to the byte.
//!
//! Run, step and base are part of it, so that it means nothing anywhere else. In this version a
//! person is known by name only, and the statement says so.

use super::event::Stamp;
use super::state::Run;
use crate::journal::{Digest, timestamp};
use crate::runbook::plan::Item;

/// Writes what is signed: the step as it was shown, after the record that was seen.
pub fn statement(run: &Run, item: &Item, seen: u64, stamp: &Stamp) -> String {
    let (meaning, role) = run.next_signature(item);
    let base = run.hash_of(seen).unwrap_or(Digest::ZERO);
    let shown = Digest::of(run.sheet(item).plain().as_bytes());
    let start = run.start();
    let lines = [
        "mop sign-off v1".to_owned(),
        format!("run       {} {}", start.run, start.runbook),
        format!("step      {} \"{}\"", item.id, run.title(item)),
        "outcome   done, claimed".to_owned(),
        format!("meaning   {}", meaning.word()),
        format!("role      {}", role.unwrap_or("-")),
        format!("signer    {}", stamp.who.id),
        format!("name      {}", stamp.who.name),
        format!("time      {}", timestamp(stamp.at_ms)),
        format!("base      {seen} {base}"),
        format!("shown     sha256:{shown}"),
        "auth      name only".to_owned(),
    ];
    lines.join("\n")
}
