//! Proving who signs, on a thread of its own: a PIN takes time, and a person may have to touch a key.
//!
//! One proof is made at a time. What comes back is a [`Report`]; whether the signature may stand is
//! decided in `run`. A proof that was stopped reports nothing.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Duration;

use super::recorder::Wakeup;
use crate::exec::pin::{Pin, check_pin};
use crate::exec::process::Cancel;
use crate::exec::sign::{Check, OpenSsh, SignError, Signers, SigningKey};
use crate::run::roster::{Auth, Holder, Level, PublicKey, Roster, SIGNOFF};
use crate::run::{Person, Proved, Scene};

/// How many reports may wait.
const MOST_REPORTS: usize = 16;

/// Is what is to be signed, by whom and with what.
#[derive(Clone, Debug)]
pub struct Proof {
    /// What the statement says besides the run.
    pub scene: Scene,
    /// The statement, without the line feed at its end.
    pub statement: String,
    /// What was typed, where a PIN proves it.
    pub pin: Option<String>,
    /// Who may sign.
    pub roster: Arc<Roster>,
    /// The key file that the program was given, where that one signs.
    pub file: Option<SigningKey>,
}

/// Says why a signature was not proved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unproved {
    /// Whose signature it was to be.
    pub who: Person,
    /// By what it was to be proved.
    pub level: Level,
    /// Why it was not.
    pub why: String,
    /// Whether somebody tried and failed, which belongs into the record.
    pub is_failure: bool,
}

/// Is what the thread found out.
#[derive(Debug)]
pub enum Report {
    /// The keys of the agent.
    Keys(Vec<PublicKey>),
    /// What became of a proof.
    Proof(Result<Box<Proved>, Unproved>),
}

/// Makes proofs.
#[derive(Debug)]
pub struct Prover {
    ssh: OpenSsh,
    reports: Receiver<(u64, Report)>,
    sender: SyncSender<(u64, Report)>,
    /// The proof that is being made, by its number.
    at_work: Option<(u64, Cancel)>,
    last: u64,
}

impl Prover {
    /// Makes one that signs with an OpenSSH.
    pub fn new(ssh: OpenSsh) -> Self {
        let (sender, reports) = sync_channel(MOST_REPORTS);
        Self { ssh, reports, sender, at_work: None, last: 0 }
    }

    /// Looks which keys the agent has.
    pub fn look_for_keys(&self, wake: Wakeup) {
        let (ssh, sender) = (self.ssh.clone(), self.sender.clone());
        start(move || {
            // No agent, no keys; why is said when somebody wants to sign with one.
            let keys = ssh.agent_keys(&Cancel::new()).unwrap_or_default();
            if sender.send((0, Report::Keys(keys))).is_ok() {
                wake();
            }
        });
    }

    /// Begins to make a proof; an earlier one is stopped.
    pub fn prove(&mut self, proof: Proof, wake: Wakeup) {
        self.stop();
        self.last += 1;
        let (number, cancel) = (self.last, Cancel::new());
        self.at_work = Some((number, cancel.clone()));
        let (ssh, sender) = (self.ssh.clone(), self.sender.clone());
        start(move || {
            let done = prove(&ssh, proof, &cancel);
            if sender.send((number, Report::Proof(done.map(Box::new)))).is_ok() {
                wake();
            }
        });
    }

    /// Stops the proof that is being made.
    pub fn stop(&mut self) {
        if let Some((_, cancel)) = self.at_work.take() {
            cancel.cancel();
        }
    }

    /// Takes a report, if there is one that is still wanted.
    pub fn report(&mut self) -> Option<Report> {
        while let Ok((number, report)) = self.reports.try_recv() {
            if let Some(report) = self.wanted(number, report) {
                return Some(report);
            }
        }
        None
    }

    /// Waits for a report that is still wanted, not for ever; for who has no loop.
    pub fn wait(&mut self, patience: Duration) -> Option<Report> {
        loop {
            let (number, report) = self.reports.recv_timeout(patience).ok()?;
            if let Some(report) = self.wanted(number, report) {
                return Some(report);
            }
        }
    }

    fn wanted(&mut self, number: u64, report: Report) -> Option<Report> {
        if matches!(report, Report::Keys(_)) {
            return Some(report);
        }
        let (at_work, _) = self.at_work.as_ref()?;
        let is_wanted = *at_work == number;
        self.at_work.take_if(|_| is_wanted)?;
        Some(report)
    }
}

impl Drop for Prover {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Starts a thread; without one nothing comes back, and the person can stop waiting.
fn start(work: impl FnOnce() + Send + 'static) {
    let _ = std::thread::Builder::new().name("identity".to_owned()).spawn(work);
}

/// Proves a signature, and believes no key before its signature was verified.
pub fn prove(ssh: &OpenSsh, proof: Proof, cancel: &Cancel) -> Result<Proved, Unproved> {
    let Proof { scene, statement, pin, roster, file } = proof;
    match &scene.auth {
        Auth::NameOnly => Ok(Proved::by_word(scene, statement)),
        Auth::Pin => {
            check(&roster, &scene, pin.unwrap_or_default())?;
            Ok(Proved::by_word(scene, statement))
        }
        Auth::Key { holder, key } => {
            let key = match (holder, file) {
                (Holder::File, Some(file)) => file,
                _ => SigningKey::in_agent(key.clone()),
            };
            let made = ssh.sign(&key, SIGNOFF, format!("{statement}\n").as_bytes(), cancel);
            let signature = made.map_err(|error| unsigned(&scene, &error))?;
            verified(ssh, &roster, (scene, statement), signature.to_string())
        }
    }
}

/// Takes a signature that was made of a statement when it is the signer's.
pub fn verified(
    ssh: &OpenSsh,
    roster: &Roster,
    (scene, statement): (Scene, String),
    signature: String,
) -> Result<Proved, Unproved> {
    let signers = roster.allowed_signers();
    let check = Check {
        signers: Signers::Text(&signers),
        person: &scene.who.id,
        namespace: SIGNOFF,
        at_ms: Some(scene.at_ms),
        revoked: None,
        touch: false,
    };
    let failed = |why| Unproved { who: scene.who.clone(), level: scene.auth.level(), why, is_failure: true };
    let found = ssh.verify(&check, format!("{statement}\n").as_bytes(), signature.as_bytes());
    let found = found.map_err(|error| failed(error.to_string()))?;
    let is_named = matches!(&scene.auth, Auth::Key { key, .. } if key.bytes() == found.key.bytes());
    if !is_named {
        return Err(failed("the signature is by another key than the statement names".to_owned()));
    }
    Ok(Proved { statement, signature: Some(signature), touched: found.touched(), scene })
}

fn check(roster: &Roster, scene: &Scene, typed: String) -> Result<(), Unproved> {
    let unproved = |why, is_failure| Unproved { who: scene.who.clone(), level: Level::Pin, why, is_failure };
    let hash = roster.member(&scene.who.id).and_then(|member| member.pin.as_deref());
    let hash = hash.ok_or_else(|| unproved("the roster has no PIN of that person".to_owned(), false))?;
    let pin = Pin::new(typed).map_err(|error| unproved(error.to_string(), true))?;
    match check_pin(&pin, hash) {
        Ok(true) => Ok(()),
        Ok(false) => Err(unproved("a wrong PIN".to_owned(), true)),
        Err(error) => Err(unproved(error.to_string(), false)),
    }
}

fn unsigned(scene: &Scene, error: &SignError) -> Unproved {
    let is_failure = matches!(error, SignError::AgentRefused { .. } | SignError::Device(_) | SignError::Unexpected(_));
    Unproved { who: scene.who.clone(), level: scene.auth.level(), why: error.to_string(), is_failure }
}
