//! Signatures on their way: what is kept while a statement is read, the proof that is made of it, and what comes of that.
//!
//! Who signs what is steered in `ui`, proofs are made by the prover's threads, and whether a signature counts is decided
//! in `run`. What is kept ahead is looked for again when the decision is recorded.

use std::sync::Arc;
use std::time::Duration;

use crate::app::identity::{Proof, Report, Unproved};
use crate::app::{App, Open};
use crate::run::roster::{Auth, Holder, PublicKey};
use crate::run::{Intent, Proved, Sighting, Statement, evidence_of, statement_of};
use crate::runbook::model::Sign;
use crate::ui::Proving;

impl Open {
    /// Has kept what a signature of an item is going to name, while its statement is being read.
    fn keep_shown(&self, step: &str, sightings: &[Sighting]) {
        let item = self.run.plan().item(step).filter(|item| *self.run.signers(item) != Sign::None);
        item.into_iter().for_each(|item| self.keep_ahead(evidence_of(&self.run, item, sightings)));
    }

    fn keep_ahead(&self, evidence: Vec<String>) {
        if let Some(recorder) = self.recorder.as_ref().filter(|_| self.halted.is_none()) {
            recorder.keep_ahead(evidence.into_iter().map(String::into_bytes).collect());
        }
    }
}

impl App {
    /// Begins to prove a signature; one that proves nothing is decided at once.
    pub(super) fn prove(&mut self, Proving { step, seen, claimed, scene, pin, note }: Proving) {
        let Some(open) = &self.open else { return };
        let Some(item) = open.run.plan().item(&step) else { return };
        let Statement { text: statement, evidence, .. } =
            statement_of(&open.run, (item, seen, &claimed.claim()), &scene);
        let (roster, file) = (Arc::clone(open.run.roster()), self.key.as_ref().and_then(|key| key.file.clone()));
        self.proving = Some((step, seen, (claimed, note)));
        if scene.auth == Auth::NameOnly {
            let proved = Proved::by_word(scene, statement);
            return self.take_report(Report::Proof(Ok(Box::new(proved))));
        }
        // What probes said is known by now; it is durable before the proof is made.
        open.keep_ahead(evidence);
        self.prover.prove(Proof { scene, statement, pin, roster, file }, self.waker.wakeup());
    }

    /// Takes what was found out about keys or a proof.
    pub(super) fn take_report(&mut self, report: Report) {
        self.stale = true;
        let done = match report {
            Report::Keys(keys) => return self.note_keys(keys),
            Report::Proof(done) => done,
        };
        let Some((step, seen, (claimed, note))) = self.proving.take() else { return };
        match done {
            Ok(proved) => {
                let who = proved.scene.who.clone();
                self.screen.close();
                self.was_signing = false;
                self.want_by(claimed.intent((step, seen), Some(proved)).noting(note), who);
            }
            Err(Unproved { who, level, why, is_failure }) => {
                self.screen.go_back_to_statement();
                self.screen.say(why.clone());
                if is_failure {
                    self.want_by(Intent::KeepRefusedIdentity { level, why }, who);
                }
            }
        }
    }

    /// Looks which keys can sign when somebody is about to, and has kept what he is about to name.
    pub(super) fn prepare_to_sign(&mut self) {
        let is_signing = self.screen.to_sign().is_some();
        if let (false, true, Some(open)) = (self.was_signing, is_signing, &self.open)
            && !open.run.roster().people().is_empty()
        {
            self.prover.look_for_keys(self.waker.wakeup());
        }
        self.was_signing = is_signing;
        let number = self.screen.seen_there().map(|(number, _)| number);
        if std::mem::replace(&mut self.kept_for, number) != number {
            self.keep_statement();
        }
    }

    /// Has kept what the statement names that is being read.
    fn keep_statement(&self) {
        if let (Some(open), Some(step), Some((_, seen))) = (&self.open, self.screen.to_sign(), self.screen.seen_there())
        {
            open.keep_shown(step, seen);
        }
    }

    /// Takes down anew what probes say for the statement that is being read, and has that kept.
    pub(super) fn look_there_again(&mut self) {
        if self.screen.look_there_again(&self.live, self.now.at_ms) {
            self.stale = true;
            self.keep_statement();
        }
    }

    fn note_keys(&mut self, keys: Vec<PublicKey>) {
        let agent = || keys.into_iter().map(|key| (Holder::Agent, key)).collect();
        self.setting.keys = self.key.as_ref().map_or_else(agent, |named| named.all.clone());
    }

    /// Takes a report on a proof or on keys, if there is one.
    pub fn report(&mut self) -> Option<Report> {
        self.prover.report()
    }

    /// Waits for a report, not for ever; for who has no loop.
    pub fn wait_for_report(&mut self, patience: Duration) -> Option<Report> {
        self.prover.wait(patience)
    }
}
