//! Verifies signatures with ssh-keygen while the journal is read on, two at a time at most.
//!
//! One worker takes what waits; when too much waits, whoever reads the journal verifies too, so that
//! nothing piles up. What a signature proves is held against what its record claims.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread;

use super::basis::Basis;
use super::claim::Claim;
use super::doubt::{About, Doubt, Weight};
use super::hold::short;
use super::outside::Outside;
use super::pairs::Given;
use super::signing::Signing;
use crate::exec::sign::{Check, NotVerified, OpenSsh, Signers, Verified};
use crate::run::roster::{Auth, Holder, Level, SIGNOFF};

/// How many signatures may wait.
const MOST_WAITING: usize = 4;

/// Is a signature that is to be verified.
#[derive(Debug)]
pub(super) struct Job {
    pub(super) signing: Box<Signing>,
    pub(super) basis: Arc<Basis>,
}

/// Is what became of a signature.
#[derive(Debug)]
pub(super) struct Checked {
    /// Whose it is and what it proves; nothing when it does not hold.
    pub(super) given: Option<Given>,
    pub(super) doubts: Vec<Doubt>,
}

/// Verifies signatures of one run.
#[derive(Debug)]
pub(super) struct Verifier<'a> {
    pub(super) ssh: &'a OpenSsh,
    pub(super) outside: &'a Outside,
}

/// Takes signatures to verify.
#[derive(Debug)]
pub(super) struct Queue<'a> {
    verifier: &'a Verifier<'a>,
    jobs: SyncSender<Job>,
    checked: Vec<Checked>,
    taken: usize,
}

impl Queue<'_> {
    pub(super) fn push(&mut self, job: Job) {
        self.taken += 1;
        match self.jobs.try_send(job) {
            Ok(()) => {}
            Err(TrySendError::Full(job) | TrySendError::Disconnected(job)) => {
                self.checked.push(self.verifier.check(&job));
            }
        }
    }
}

impl Verifier<'_> {
    /// Does some work that finds signatures, and verifies them meanwhile; gives what became of them in
    /// any order, and whether that is all of them.
    pub(super) fn beside<T>(&self, work: impl FnOnce(&mut Queue<'_>) -> T) -> (T, Vec<Checked>, bool) {
        let (jobs, waiting) = sync_channel(MOST_WAITING);
        thread::scope(|scope| {
            let worker = thread::Builder::new().spawn_scoped(scope, move || self.check_all(&waiting));
            let mut queue = Queue { verifier: self, jobs, checked: Vec::new(), taken: 0 };
            let done = work(&mut queue);
            let Queue { jobs, mut checked, taken, .. } = queue;
            drop(jobs);
            checked.extend(worker.ok().and_then(|worker| worker.join().ok()).unwrap_or_default());
            let is_all = checked.len() == taken;
            (done, checked, is_all)
        })
    }

    fn check_all(&self, waiting: &Receiver<Job>) -> Vec<Checked> {
        waiting.iter().map(|job| self.check(&job)).collect()
    }

    fn check(&self, job: &Job) -> Checked {
        let Job { signing, basis } = job;
        match self.verify(signing, basis) {
            Ok(verified) => prove(signing, &verified, basis),
            Err(why) => {
                let cannot_tell = matches!(why, NotVerified::CannotTell(_));
                let weight = if cannot_tell { Weight::Unknown } else { Weight::Wrong };
                let words = format!("the signature in the name of {} does not hold: {why}", short(&signing.who.id));
                Checked { given: None, doubts: vec![signature(signing, words).of_weight(weight)] }
            }
        }
    }

    fn verify(&self, signing: &Signing, basis: &Basis) -> Result<Verified, NotVerified> {
        let check = Check {
            signers: Signers::Text(&basis.signers),
            person: &signing.who.id,
            namespace: SIGNOFF,
            at_ms: signing.at_ms,
            revoked: self.outside.revoked.as_deref(),
            touch: signing.said.as_ref().is_some_and(|said| said.signed.level == Level::Touch),
        };
        let text = format!("{}\n", signing.statement);
        self.ssh.verify(&check, text.as_bytes(), signing.signature.as_deref().unwrap_or_default().as_bytes())
    }
}

/// Holds the key of a signature that is verified against what the statement and the roster say.
fn prove(signing: &Signing, verified: &Verified, basis: &Basis) -> Checked {
    let mut doubts = Vec::new();
    let key = &verified.key;
    let said = Claim::parse(&signing.statement).map(|claim| claim.value("auth")).ok();
    let named = |holder| Auth::Key { holder, key: key.clone() }.to_string();
    let is_named = |said: &str| [Holder::Agent, Holder::File].into_iter().any(|holder| named(holder) == said);
    if let Some(said) = said.filter(|said| !is_named(said)) {
        let words = format!("the key that signed is {}, and the statement names `{}`", key.fingerprint(), short(said));
        doubts.push(signature(signing, words));
    }
    if basis.roster.is_some() && !basis.member(&signing.who.id).is_some_and(|member| member.has_key(key)) {
        let (id, key) = (short(&signing.who.id), key.fingerprint());
        doubts.push(signature(signing, format!("the roster of the run does not have the key {key} of {id}")));
    }
    let key = Some(crate::journal::Digest::of(verified.key.plain_bytes()));
    Checked { given: Some(Given::of(signing, verified.level(), key)), doubts }
}

fn signature(signing: &Signing, words: String) -> Doubt {
    Doubt::wrong(About::Signature, signing.n, words)
}
