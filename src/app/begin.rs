//! Beginning a run: the answers become its first record.
//!
//! What is asked and how is for whoever calls; the full screen and the dialogue make the same record
//! here, and before that the same run that nobody recorded, to look at.

use std::sync::Arc;

use super::clock::Surroundings;
use super::hand::{Hand, NotDone};
use super::store::{Store, StoreError};
use super::turn::visit::{machine, moment_ms, start, window};
use crate::run::briefing::draft;
use crate::run::{Asked, Basis, Person, Run, Stamp, Start, Until};
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
    pub runbook: &'a Arc<Runbook>,
    /// The answers, the name of who begins among them.
    pub answers: Answers,
    /// When the window begins, where it was said beside the answers, and how long it is, where that is not the
    /// runbook's.
    pub window: (Option<String>, Option<Length>),
}

impl Beginning<'_> {
    /// Makes the content of the first record, and gives the name that whoever begins typed.
    fn start(&self, surroundings: &Surroundings, id: String) -> (Start, String) {
        let now = surroundings.now();
        let machine = machine(&*surroundings.world.clock);
        let (mut start, typed) = start(self.runbook, (id, machine), self.answers.clone());
        let answered =
            |asked| self.answers.iter().find(|(known, ..)| *known == asked).map(|(.., text)| text.to_string());
        let (begins, length) = &self.window;
        let begins = begins.clone().or_else(|| answered(Asked::Window));
        let until = answered(Asked::Until).as_deref().and_then(Until::kept).zip(begins.as_deref());
        let length = until.and_then(|(until, begins)| until.length_from(moment_ms(begins, &now)?).ok()).or(*length);
        let length = length.or_else(|| self.runbook.main().window.map(|window| window.length));
        if let Some((begins, length)) = begins.zip(length) {
            start.window = window(&begins, length, &now);
        }
        (start, typed)
    }

    /// Gives the title of the runbook with the answers in it, as lists show it later.
    fn title(&self, stamp: Stamp, start: &Start) -> String {
        let basis = Basis { runbook: Arc::clone(self.runbook), roster: Arc::default() };
        draft(basis, stamp, start.clone()).map_or_else(|_| start.title.clone(), |run| run.name())
    }

    /// Makes the run that would begin, which nobody records.
    ///
    /// # Errors
    ///
    /// Says why it could not begin.
    pub fn draft(&self, surroundings: &Surroundings, store: &Store) -> Result<Run, NotDone> {
        let (mut start, typed) = self.start(surroundings, String::new());
        start.rehearsal = store.is_for_rehearsals();
        let roster = store.roster().map_err(NotDone::failed)?;
        let who = person(roster.person(&typed))?;
        let basis = Basis { runbook: Arc::clone(self.runbook), roster: Arc::new(roster) };
        draft(basis, surroundings.stamp(&who, ""), start).map_err(NotDone::failed)
    }

    /// Makes the run on the disk, and gives its name with who began it.
    ///
    /// # Errors
    ///
    /// Says why there is no run.
    pub(super) fn make(
        &self,
        surroundings: &Surroundings,
        store: &Store,
        session: &str,
    ) -> Result<(String, Person), NotDone> {
        let id = surroundings.short_id().ok_or_else(|| NotDone::failed(StoreError::NoChance))?;
        let (start, typed) = self.start(surroundings, id);
        let roster = store.roster().map_err(NotDone::failed)?;
        let who = person(roster.person(&typed))?;
        let stamp = surroundings.stamp(&who, session);
        let start = Start { title: self.title(stamp.clone(), &start), ..start };
        let name = store.create(surroundings, self.loaded, (start, stamp)).map_err(NotDone::failed)?;
        Ok((name, who))
    }
}

fn person(found: Result<Option<Person>, impl ToString>) -> Result<Person, NotDone> {
    found.map_err(NotDone::failed)?.ok_or_else(|| NotDone::failed("a name has at least one letter or digit"))
}

/// Makes a run, and gives it with who began it.
///
/// # Errors
///
/// Says why there is no run.
pub fn begin(surroundings: Surroundings, store: Store, beginning: &Beginning<'_>) -> Result<(Hand, Person), NotDone> {
    let session = surroundings.short_id().ok_or_else(|| NotDone::failed(StoreError::NoChance))?;
    let (name, who) = beginning.make(&surroundings, &store, &session)?;
    let hand = Hand::open_in(session, surroundings, (store, &name)).map_err(NotDone::failed)?;
    Ok((hand, who))
}
