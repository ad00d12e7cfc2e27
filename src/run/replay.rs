//! A run made again from its records.

use std::sync::Arc;

use super::event::Event;
use super::roster::Roster;
use super::state::{Head, Run};
use crate::runbook::model::Runbook;
use crate::runbook::plan::TooLarge;

/// Says why records are no run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoRun {
    /// There is no record at all.
    #[error("the journal is empty")]
    Empty,
    /// The first record is not the beginning of a run.
    #[error("the first record is not the start of a run; a newer mop may have written it")]
    NoStart,
    /// The plan cannot be laid out.
    #[error(transparent)]
    TooLarge(#[from] TooLarge),
    /// It went over to another edition of its runbook, which was not brought along or cannot be laid out.
    #[error("the runbook that record {0} adopted is not here")]
    Lost(u64),
}

/// Is what a run is begun with and never changes.
#[derive(Clone, Debug)]
pub struct Basis {
    /// What is to be done.
    pub runbook: Arc<Runbook>,
    /// Who may sign, and with what; without anybody in it people are known by name.
    pub roster: Arc<Roster>,
}

impl From<Arc<Runbook>> for Basis {
    fn from(runbook: Arc<Runbook>) -> Self {
        Self { runbook, roster: Arc::default() }
    }
}

/// Makes a run from its records, in order. Those that adopt another edition of the runbook bring it along.
///
/// # Errors
///
/// Says why they are no run.
pub fn replay(basis: impl Into<Basis>, records: impl IntoIterator<Item = (Head, Event)>) -> Result<Run, NoRun> {
    let mut records = records.into_iter();
    let (at, first) = records.next().ok_or(NoRun::Empty)?;
    let mut run = Run::begin(basis.into(), at, &first).ok_or(NoRun::NoStart)??;
    for (at, event) in records {
        run.apply(at, &event);
        if run.is_lost() {
            return Err(NoRun::Lost(at.n));
        }
    }
    Ok(run)
}
