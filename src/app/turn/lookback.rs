//! Looking at a run afterwards: opening it from a directory, standing at a record, and following what comes.
//!
//! Nothing is written, nobody is told, and no probe is looked at: everything comes from the records. What is
//! found when the run is verified comes from a thread, after the first frame.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::world::probe;
use crate::app::audit::{Auditor, alarm};
use crate::app::perform::declared;
use crate::app::reading::chronicle;
use crate::app::wake::Input;
use crate::app::{App, Arrival, Open};
use crate::journal::{Kept, get_blob, read_seal};
use crate::run::{Head, Person, What, from_wire};
use crate::ui::{Deed, Found, Hindsight, Mode, Now, Probe, reviewing};

/// How long what was found is good for while more is recorded, in milliseconds.
const AUDIT_MS: i64 = 5_000;
/// How much is shown of what was kept when somebody signed, in bytes.
const MOST_EVIDENCE: usize = 64 * 1024;

impl App {
    /// Verifies runs that are looked at afterwards in this way.
    pub fn audit_with(&mut self, auditor: Auditor) {
        self.auditor = auditor;
    }

    /// Looks at the run in a directory, without a word to anybody.
    pub fn review_run(&mut self, path: &Path) {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let read = chronicle(&*self.surroundings.world.storage, path).map_err(|error| error.to_string());
        (self.stale, self.setting.is_watching) = (true, read.is_ok());
        let opened = read.map(|(chronicle, run, verdict)| {
            let past = Some(Box::new(Hindsight::of(chronicle, alarm(&verdict))));
            let is_sealed = matches!(read_seal(&*self.surroundings.world.storage, path), Ok(Some(_)));
            Open { past, is_sealed, ..self.seat((&name, path.to_owned()), (run, Person::default())) }
        });
        self.screen.look_back();
        self.show_opened(opened, Arrival::Reviewing);
        self.stand();
    }

    pub(super) fn look_back_from_home(&mut self, name: &str, is_rehearsal: bool) {
        self.store = self.store.real();
        if is_rehearsal {
            self.store = self.store.rehearsals();
        }
        let path: PathBuf = self.store.path(name);
        self.review_run(&path);
    }

    /// Verifies the run, and follows what is recorded, once it is on the screen.
    pub(super) fn begin_review(&mut self) {
        let Some(open) = &mut self.open else { return };
        // A copy may have no lock, and a sealed run does not grow: then there is nothing to follow.
        if !open.is_sealed {
            let _ = open.follow(&self.surroundings, &self.waker);
        }
        self.audit();
    }

    fn audit(&mut self) {
        let Some(open) = &self.open else { return };
        self.audited_ms = self.surroundings.now().at_ms;
        let with = (Arc::clone(&self.surroundings.world.storage), self.auditor.clone());
        let is_begun = self.scout.audit(open.path.clone(), with, self.waker.wakeup());
        if !is_begun {
            self.take_audit(Found::Failed("it cannot be verified now: no thread could be started".to_owned()));
        }
    }

    /// Takes what was found when the run was verified.
    pub(super) fn take_audit(&mut self, found: Found) {
        let Some(past) = self.open.as_mut().and_then(|open| open.past.as_deref_mut()) else { return };
        past.found = found;
        self.sift_again();
    }

    fn sift_again(&mut self) {
        if let Some(open) = &self.open
            && let Some(past) = open.past.as_deref()
        {
            self.screen.sift_again(&open.run, past);
        }
    }

    /// Takes what was recorded while one looks: at the newest record one goes along, elsewhere it is counted.
    pub(super) fn take_later(&mut self, records: &[Kept]) {
        let Some(open) = &mut self.open else { return };
        let Some(past) = open.past.as_deref_mut() else { return };
        for kept in records {
            if kept.n <= past.chronicle.newest() {
                continue;
            }
            let event =
                crate::app::edition::bring(&*self.surroundings.world.storage, &open.path, from_wire(&kept.line));
            match event {
                Ok(event) => past.chronicle.push(Head { n: kept.n, hash: kept.head }, event),
                Err(error) => {
                    open.halted.get_or_insert(error.to_string());
                    return;
                }
            }
        }
        // More may have been printed since it was read.
        (self.stale, open.replay) = (true, None);
        self.stand_where_looked();
        if self.surroundings.now().at_ms - self.audited_ms >= AUDIT_MS {
            self.audit();
        }
    }

    /// Stands at the record that is selected, and reads what was kept with one that is opened.
    pub(super) fn stand_where_looked(&mut self) {
        let Some(open) = &mut self.open else { return };
        let Some(past) = open.past.as_deref_mut() else { return };
        let wanted = self.screen.looks_at().unwrap_or_else(|| past.chronicle.newest());
        if wanted >= past.chronicle.newest() {
            past.seen = past.chronicle.newest();
        }
        if wanted != open.run.head().n {
            past.chronicle.go(&mut open.run, wanted);
            self.screen.show_record(&open.run);
            self.stand();
        }
        self.bring_evidence();
    }

    /// Shows everything as it stood at the record: the time, what probes had said, the forecast.
    fn stand(&mut self) {
        let Some(open) = &self.open else { return };
        let Some(past) = open.past.as_deref() else { return };
        self.now = Now { at_ms: past.at_ms(&open.run), ..self.now };
        // What was said later was not known then.
        self.live.list(Vec::new());
        self.live.list(declared(&open.run).iter().map(|watched| recorded(probe(watched), &open.run)).collect());
        self.screen.make_room(self.live.probes().len(), &open.run);
        self.screen.keep_inside(&self.shelf, Some(&open.run));
        self.foresee();
    }

    /// Reads what was kept when somebody signed, where that record is opened.
    fn bring_evidence(&mut self) {
        let Some(open) = &mut self.open else { return };
        let Some(past) = open.past.as_deref_mut() else { return };
        let Some(n) = self.screen.opened_record() else { return };
        if past.evidence.as_ref().is_some_and(|(of, _)| *of == n) {
            return;
        }
        let blobs = match past.chronicle.record(n).map(|(_, event)| &event.what) {
            Some(What::StepSigned(signature)) => signature.signed.blobs.clone(),
            _ => Vec::new(),
        };
        let storage = &*self.surroundings.world.storage;
        let kept = |(at, hash): (usize, &crate::journal::Digest)| {
            let name = ["What was shown", "The values", "What the probes said"].get(at).copied().unwrap_or("Kept");
            let text = match get_blob(storage, &open.path, hash) {
                Ok(Some(bytes)) => String::from_utf8_lossy(bytes.get(..MOST_EVIDENCE).unwrap_or(&bytes)).into_owned(),
                Ok(None) => "it is not there any more".to_owned(),
                Err(error) => error.to_string(),
            };
            (format!("{name} · sha256 {hash}"), text)
        };
        past.evidence = Some((n, blobs.iter().enumerate().map(kept).collect()));
    }

    /// Gives the time that is shown: that of the record, where a run is looked at afterwards.
    pub(super) fn moment(&self) -> Now {
        let now = self.surroundings.now();
        let open = self.open.as_ref();
        let at_ms = open.and_then(|open| open.past.as_deref().map(|past| past.at_ms(&open.run)));
        Now { at_ms: at_ms.unwrap_or(now.at_ms), ..now }
    }

    /// Says why a key that decides elsewhere decides nothing here.
    pub(super) fn refuse_in_review(&mut self, mode: Mode, input: &Input) {
        let (Mode::Past, Input::Key(key), Some(open)) = (mode, input, &self.open) else { return };
        if matches!(self.setting.bindings.read(Mode::Checklist, *key), Some(Deed::Do(command)) if command.acts()) {
            self.screen.say(reviewing(&open.run, open.is_sealed));
            self.stale = true;
        }
    }
}

/// Says of a probe what was recorded of it last.
fn recorded(mut probe: Probe, run: &crate::run::Run) -> Probe {
    match run.probes().get(&probe.sighting.probe) {
        Some(watched) => {
            let (sighting, since_ms) = (&mut probe.sighting, watched.since_ms);
            (sighting.state, sighting.at_ms) = (watched.state, Some(since_ms));
            sighting.words = format!("{} (record {})", watched.words, watched.n);
            probe.changed = Some((watched.state, since_ms));
        }
        None => "nothing recorded yet".clone_into(&mut probe.sighting.words),
    }
    probe
}
