//! Beginning a run without the full screen: the answers become its first record.
//!
//! What is asked and how is for whoever calls; the first record is the one that the full screen makes.

use super::clock::Surroundings;
use super::hand::{Hand, NotDone};
use super::store::Store;
use super::turn::visit::{machine, start, window};
use crate::run::Person;
use crate::runbook::Loaded;
use crate::runbook::model::Runbook;
use crate::time::Length;
use crate::ui::Answers;

/// Is all that a run begins with.
#[derive(Debug)]
pub struct Beginning<'a> {
    /// The files of the runbook.
    pub loaded: &'a Loaded,
    /// What they say.
    pub runbook: &'a Runbook,
    /// The answers, the name of who begins among them.
    pub answers: Answers,
    /// When the window begins, where it was said beside the answers, and how long it is, where that is not the
    /// runbook's.
    pub window: (Option<String>, Option<Length>),
}

/// Makes a run, and gives it with who began it.
///
/// # Errors
///
/// Says why there is no run.
pub fn begin(
    surroundings: Surroundings,
    store: Store,
    Beginning { loaded, runbook, answers, window: (begins, length) }: Beginning<'_>,
) -> Result<(Hand, Person), NotDone> {
    let no_chance = || NotDone::failed(super::store::StoreError::NoChance);
    let (id, session) = surroundings.short_id().zip(surroundings.short_id()).ok_or_else(no_chance)?;
    let now = surroundings.now();
    let (mut start, typed) = start(runbook, (id, &now, machine(&*surroundings.world.clock)), answers);
    if let Some(begins) = begins {
        let length = length.or_else(|| runbook.main().window.as_ref().map(|window| window.length));
        start.window = length.and_then(|length| window(&begins, length, &now));
    }
    let roster = store.roster().map_err(NotDone::failed)?;
    let who = roster.person(&typed).map_err(NotDone::failed)?;
    let who = who.ok_or_else(|| NotDone::failed("a name has at least one letter or digit"))?;
    let stamp = surroundings.stamp(&who, &session);
    let name = store.create(&surroundings, loaded, (start, stamp)).map_err(NotDone::failed)?;
    let hand = Hand::open_in(session, surroundings, (store, &name)).map_err(NotDone::failed)?;
    Ok((hand, who))
}
