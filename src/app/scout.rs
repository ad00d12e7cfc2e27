//! Looks around on a thread of its own: which runs and runbooks there are, and what past runs took.
//!
//! Nobody waits for what is found: frames are drawn meanwhile, and what was asked for before something
//! else is forgotten when it comes. What a shelf holds is gathered in `shelf`.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Duration;

use super::audit::{Auditor, found};
use super::clock::Surroundings;
use super::recorder::Wakeup;
use super::store::Store;
use super::turn::Opener;
use crate::journal::Storage;
use crate::run::History;
use crate::ui::{Entry, Found};

mod shelf;

/// How many findings may wait.
const MOST_FINDINGS: usize = 16;
/// How many past runs are learnt from.
const MOST_PAST: usize = 20;

/// Is what was found.
#[derive(Debug)]
pub enum Finding {
    /// What there is to open.
    Shelf(Shelved),
    /// What past runs took.
    Past(History),
    /// What was found in a run that is looked at afterwards.
    Audit(Found),
}

/// Is what there is to open.
#[derive(Debug, Default)]
pub struct Shelved {
    /// The lines, runs in progress first.
    pub entries: Vec<Entry>,
    /// Why the runs cannot be listed, where they cannot.
    pub problem: Option<String>,
}

/// Says where to look.
#[derive(Clone, Debug)]
pub(super) struct Place {
    /// The world.
    pub surroundings: Surroundings,
    /// The runs.
    pub store: Store,
    /// Opens runbooks.
    pub opener: Opener,
    /// The folder that runbooks are looked for in, besides those that come with the program.
    pub folder: Option<PathBuf>,
}

/// Looks around.
#[derive(Debug)]
pub(super) struct Scout {
    findings: Receiver<(u64, Finding)>,
    sender: SyncSender<(u64, Finding)>,
    /// The last look of each kind.
    shelf: u64,
    past: u64,
    audit: u64,
    last: u64,
}

impl Default for Scout {
    fn default() -> Self {
        let (sender, findings) = sync_channel(MOST_FINDINGS);
        Self { findings, sender, shelf: 0, past: 0, audit: 0, last: 0 }
    }
}

impl Scout {
    /// Looks what there is to open; tells whether it could be begun.
    pub fn look_for_runs(&mut self, place: Place, wake: Wakeup) -> bool {
        self.last += 1;
        self.shelf = self.last;
        self.start(wake, move || Finding::Shelf(shelf::shelved(&place)))
    }

    /// Looks what past runs of a runbook took; without a thread nothing is learnt.
    pub fn look_for_past(&mut self, (surroundings, store): (Surroundings, Store), runbook: String, wake: Wakeup) {
        self.last += 1;
        self.past = self.last;
        self.start(wake, move || Finding::Past(store.history(&surroundings, &runbook, MOST_PAST)));
    }

    /// Verifies the run in a directory, and gathers what there is to list of it; tells whether it could be begun.
    pub fn audit(&mut self, run: PathBuf, (storage, auditor): (Arc<dyn Storage>, Auditor), wake: Wakeup) -> bool {
        self.last += 1;
        self.audit = self.last;
        self.start(wake, move || Finding::Audit(found(&storage, &run, &auditor)))
    }

    fn start(&self, wake: Wakeup, look: impl FnOnce() -> Finding + Send + 'static) -> bool {
        let (number, sender) = (self.last, self.sender.clone());
        let looking = std::thread::Builder::new().name("scout".to_owned()).spawn(move || {
            if sender.send((number, look())).is_ok() {
                wake();
            }
        });
        looking.is_ok()
    }

    /// Takes what was found, if there is something that is still wanted.
    pub fn finding(&mut self) -> Option<Finding> {
        std::iter::from_fn(|| self.findings.try_recv().ok()).find_map(|found| self.wanted(found))
    }

    /// Waits for something that is still wanted, not for ever; for who has no loop.
    pub fn wait(&mut self, patience: Duration) -> Option<Finding> {
        std::iter::from_fn(|| self.findings.recv_timeout(patience).ok()).find_map(|found| self.wanted(found))
    }

    fn wanted(&self, (number, finding): (u64, Finding)) -> Option<Finding> {
        let last = match finding {
            Finding::Shelf(_) => self.shelf,
            Finding::Past(_) => self.past,
            Finding::Audit(_) => self.audit,
        };
        (number == last).then_some(finding)
    }
}
