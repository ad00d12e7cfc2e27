//! What is said about a run: remarks, files, corrections, wishes for the runbook.

use super::{Decision, said, sign};
use crate::journal::Digest;
use crate::run::event::{Stamp, What};
use crate::run::intent::Correction;
use crate::run::proof::{Claim, Proved};
use crate::run::refusal::Refusal;
use crate::run::state::Run;
use crate::runbook::model::Sign;

pub(super) fn note(run: &Run, stamp: &Stamp, step: Option<&String>, text: &str) -> Result<Decision, Refusal> {
    let text = said(text)?;
    check(run, stamp, step)?;
    Ok(Decision::of(stamp, What::NoteAdded { step: step.cloned(), text }))
}

/// Makes the remark that stands behind a signature; one that says nothing is none.
pub(super) fn note_on(step: &str, text: Option<&str>) -> Option<What> {
    let text = text.map(str::trim).filter(|text| !text.is_empty())?;
    Some(What::NoteAdded { step: Some(step.to_owned()), text: text.to_owned() })
}

pub(super) fn attach(
    run: &Run,
    stamp: &Stamp,
    step: Option<&String>,
    (name, bytes, blob): (&str, u64, Digest),
) -> Result<Decision, Refusal> {
    check(run, stamp, step)?;
    Ok(Decision::of(stamp, What::FileAttached { step: step.cloned(), name: said(name)?, bytes, blob }))
}

/// Says that an earlier record is wrong; about a step that is signed, the correction is signed too.
pub(super) fn amend(
    run: &Run,
    stamp: &Stamp,
    correction: &Correction,
    proved: Option<&Proved>,
) -> Result<Decision, Refusal> {
    run.check_is_here(&stamp.who)?;
    let Correction { of, wrong, right, why } = correction;
    [wrong, right, why].into_iter().try_for_each(|text| said(text).map(|_| ()))?;
    if *of > run.head().n {
        return Err(Refusal::NoSuchRecord(*of));
    }
    let about = run.item_of_record(*of).filter(|item| *run.signers(item) != Sign::None);
    let (signed, evidence) = match about {
        None => (None, Vec::new()),
        Some(item) => {
            let proved = proved.ok_or(Refusal::NotProved)?;
            run.check_proved(item, stamp, proved)?;
            let (signed, evidence) = sign::signed(run, (item, run.head().n, &Claim::Amended(correction)), proved)?;
            (Some(signed), evidence)
        }
    };
    let what = What::RecordAmended(correction.amendment(signed));
    Ok(Decision { evidence, ..Decision::of(stamp, what) })
}

pub(super) fn redline(
    run: &Run,
    stamp: &Stamp,
    step: Option<&String>,
    (was, now, why): (&str, &str, &str),
) -> Result<Decision, Refusal> {
    check(run, stamp, step)?;
    let (was, now, why) = (was.trim().to_owned(), said(now)?, why.trim().to_owned());
    Ok(Decision::of(stamp, What::RedlineAdded { step: step.cloned(), was, now, why }))
}

fn check(run: &Run, stamp: &Stamp, step: Option<&String>) -> Result<(), Refusal> {
    if step.is_some_and(|step| run.plan().item(step).is_none()) {
        return Err(Refusal::NoSuchStep);
    }
    run.check_is_here(&stamp.who)
}
