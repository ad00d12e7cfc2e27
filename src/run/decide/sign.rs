//! Signatures: that a step was done, or how else it is settled.

use super::{Decision, said, wheel};
use crate::run::effect::Effect;
use crate::run::event::{Outcome, Proof, Signature, Signed, Stamp, Verdict, What};
use crate::run::intent::Ruling;
use crate::run::proof::{Claim, Proved, Statement, statement_of};
use crate::run::refusal::Refusal;
use crate::run::state::Run;
use crate::runbook::model::Sign;
use crate::runbook::plan::Item;

/// Signs that a step was done.
pub(super) fn sign(
    run: &Run,
    stamp: &Stamp,
    (step, seen): (&str, u64),
    proved: Option<&Proved>,
) -> Result<Decision, Refusal> {
    let item = run.item_as_seen(step, seen)?;
    run.check_sign(item, stamp)?;
    let mut decision = word(run, stamp, (item, seen, &Claim::Done), proved)?;
    let is_last = is_last_signature(run, item);
    if let Some(then) = run.leads_to(step).filter(|_| is_last) {
        run.check_redo(step, then)?;
    }
    let progress = run.progress();
    if !is_last || progress.done + 1 == progress.of {
        decision = decision.then(Effect::Ring);
    }
    Ok(decision)
}

/// Settles a step otherwise than by doing it.
pub(super) fn settle(
    run: &Run,
    stamp: &Stamp,
    (step, seen, ruling): (&str, u64, &Ruling),
    proved: Option<&Proved>,
) -> Result<Decision, Refusal> {
    let item = run.item_as_seen(step, seen)?;
    said(ruling.why())?;
    if let Ruling::Defer { deferral, .. } = ruling {
        said(&deferral.to)?;
        said(&deferral.until)?;
    }
    run.check_settle(item, stamp, ruling)?;
    let taken = if matches!(ruling, Ruling::Fail { .. }) { None } else { wheel::take(run, stamp)? };
    let decision = word(run, stamp, (item, seen, &Claim::Ruled(ruling)), proved)?;
    Ok(decision.after(stamp, taken))
}

/// Records that somebody will not sign.
pub(super) fn refuse(run: &Run, stamp: &Stamp, (step, why): (&str, &str)) -> Result<Decision, Refusal> {
    run.check_is_here(&stamp.who)?;
    let item = run.plan().item(step).ok_or(Refusal::NoSuchStep)?;
    if *run.signers(item) == Sign::None {
        return Err(Refusal::NobodySigns);
    }
    let what = What::SignatureRefused { step: step.to_owned(), why: said(why)? };
    Ok(Decision::of(stamp, what).then(Effect::Ring))
}

/// Takes a person's word on a step: signed where it has to be.
fn word(
    run: &Run,
    stamp: &Stamp,
    (item, seen, claim): (&Item, u64, &Claim<'_>),
    proved: Option<&Proved>,
) -> Result<Decision, Refusal> {
    let verdict = run.verdict(item, claim);
    if *run.signers(item) == Sign::None {
        return Ok(Decision::of(stamp, What::StepConfirmed { step: item.id.to_string(), verdict }));
    }
    let proved = proved.ok_or(Refusal::NotProved)?;
    run.check_proved(item, stamp, proved)?;
    let (signed, evidence) = signed(run, (item, seen, claim), proved)?;
    let what = What::StepSigned(Signature { step: item.id.to_string(), verdict, signed });
    Ok(Decision { evidence, ..Decision::of(stamp, what) })
}

/// Makes the signature of a claim, when what was signed is what the run says now.
pub(super) fn signed(
    run: &Run,
    (item, seen, claim): (&Item, u64, &Claim<'_>),
    proved: &Proved,
) -> Result<(Signed, Vec<String>), Refusal> {
    let (meaning, role) = run.meaning_of(item, claim);
    let Statement { text, evidence, blobs } = statement_of(run, (item, seen, claim), &proved.scene);
    // Anything that moved on since then makes it another statement.
    if text != proved.statement {
        return Err(Refusal::MovedOn { by: run.head().n });
    }
    if *claim == Claim::Done {
        run.check_other_key(item, &proved.scene.auth)?;
    }
    if *claim == Claim::Done && run.signatures(&item.id).iter().any(|first| first.shown != blobs.first().copied()) {
        return Err(Refusal::SawOther);
    }
    let signed = Signed {
        meaning,
        role: role.map(str::to_owned),
        seen,
        statement: text,
        level: proved.level(),
        signature: proved.signature.clone(),
        blobs,
    };
    Ok((signed, evidence))
}

impl Run {
    /// Gives how a claim would settle an item.
    pub(in crate::run) fn verdict(&self, item: &Item, claim: &Claim<'_>) -> Verdict {
        let work = self.work(&item.id);
        match claim {
            Claim::Ruled(ruling) => {
                let deferred = match ruling {
                    Ruling::Defer { deferral, .. } => Some(deferral.clone()),
                    _ => None,
                };
                Verdict { outcome: ruling.outcome(), proof: None, reason: Some(ruling.why().trim().into()), deferred }
            }
            Claim::Amended(correction) => {
                Verdict { reason: Some(correction.why.trim().to_owned()), ..Verdict::done(Proof::Claimed) }
            }
            Claim::Done => {
                let overridden = work.and_then(|work| work.overridden.clone());
                let by_hand = || work.and_then(|work| work.by_hand.as_ref()).map(|why| format!("by hand: {why}"));
                let outcome = if overridden.is_some() { Outcome::Overridden } else { Outcome::Done };
                let proof = Some(work.map_or(Proof::Claimed, |work| work.proof()));
                Verdict { outcome, proof, reason: overridden.or_else(by_hand), deferred: None }
            }
        }
    }
}

/// Tells whether a signature that an item needs is the last one.
fn is_last_signature(run: &Run, item: &Item) -> bool {
    let needs = match run.signers(item) {
        Sign::None => 0,
        Sign::People(count) => *count as usize,
        Sign::Roles(roles) => roles.len(),
    };
    needs <= run.signatures(&item.id).len() + 1
}
