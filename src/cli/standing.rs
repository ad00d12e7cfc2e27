//! How an item stands and what it needs next, in words that the dialogue and `mop status` share.
//!
//! What may be done is asked of the run; nothing is decided here.

use crate::run::{Proof, Refusal, Run, Stamp, Standing, Verb};
use crate::runbook::model::Sign;
use crate::runbook::plan::Item;

/// Says how an item stands, with what there is to know of it.
pub(super) fn words(standing: &Standing) -> String {
    let word = standing.word();
    match standing {
        Standing::Locked(lock) => format!("{word}: {lock}"),
        Standing::Done(proof) => format!("{word}, {}", proof_words(*proof)),
        Standing::Deferred(whose) => format!("{word} to {whose}"),
        Standing::Heading { done, of } => format!("{done} of {of} done"),
        Standing::Overridden(why)
        | Standing::Regressed(why)
        | Standing::Failed(why)
        | Standing::EndUnknown(why)
        | Standing::Skipped(why)
        | Standing::NotApplicable(why) => format!("{word}: {why}"),
        Standing::Ready | Standing::Running(_) | Standing::ToSign => word.to_owned(),
    }
}

fn proof_words(proof: Proof) -> &'static str {
    match proof {
        Proof::Claimed => "claimed by a person",
        Proof::Checked => "checked",
        Proof::Sensed => "sensed",
    }
}

/// Says what an item needs next, in the words that a person types; nothing where it needs nothing.
pub(super) fn needs(run: &Run, item: &Item, stamp: &Stamp) -> Option<String> {
    match run.standing(&item.id) {
        Standing::Ready | Standing::ToSign | Standing::Deferred(_) => Some(open_needs(run, item, stamp)),
        Standing::Failed(_) | Standing::EndUnknown(_) | Standing::Regressed(_) => {
            Some(ways_on(run, item, stamp)).filter(|ways| !ways.is_empty())
        }
        Standing::Running(_) => Some(format!("its end, or: {} {}", Verb::Cancel.word(), item.number)),
        _ => None,
    }
}

fn open_needs(run: &Run, item: &Item, stamp: &Stamp) -> String {
    let number = &item.number;
    match run.check_sign(item, stamp) {
        Ok(()) if *run.signers(item) == Sign::None => {
            format!("sign {number}; nobody's signature, only that it was done")
        }
        Ok(()) => {
            let role = run.next_signature(item).1.map(|role| format!(", as {role}")).unwrap_or_default();
            format!("sign {number}{role}")
        }
        Err(Refusal::NotStarted) => format!("start {number}"),
        Err(Refusal::NothingChosen) => format!("choose {number} OPTION"),
        Err(Refusal::NothingRecorded(name)) => format!("record {number}, for {name}"),
        Err(Refusal::SameOperator(_)) => {
            format!("a signature of somebody else ({}): person NAME, then sign {number}", run.lacking(item).join(", "))
        }
        Err(why @ Refusal::NoLongerFits { .. }) => format!("late {number}, as {why}"),
        Err(why @ Refusal::PastLastSafe { .. }) => format!("go-on-late, as {why}"),
        Err(why @ Refusal::Paused) => format!("continue, as {why}"),
        Err(why) => why.to_string(),
    }
}

/// Lists the ways on from what failed.
fn ways_on(run: &Run, item: &Item, stamp: &Stamp) -> String {
    const WAYS: [Verb; 6] = [Verb::Retry, Verb::ByHand, Verb::Override, Verb::Skip, Verb::Defer, Verb::RuleOut];
    let can = run.verbs(Some(item), stamp);
    let ways = WAYS.into_iter().filter(|way| can.contains(way));
    let mut ways: Vec<_> = ways.map(|way| format!("{} {}", way.word(), item.number)).collect();
    if can.contains(&Verb::BackOut) {
        ways.push(Verb::BackOut.word().to_owned());
    }
    ways.join(", or ")
}

/// Says how a whole run stands, in one word or two.
pub(super) fn run_word(run: &Run, is_sealed: bool) -> &'static str {
    match run.closed() {
        _ if is_sealed => "sealed",
        Some(_) => "closed",
        None if run.paused().is_some() => "paused",
        None if run.open_items().next().is_none() => "settled",
        None if run.back_out().is_some() => "backing out",
        None if run.stopped().is_some() => "stopped",
        None => "open",
    }
}
