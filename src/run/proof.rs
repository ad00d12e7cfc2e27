//! The statement that a signature stands for: readable, and exact to the byte.
//!
//! Run, step and base are part of it, so that it means nothing anywhere else. What is signed is the
//! text and a line feed; the hashes in it are of the evidence that is kept beside the journal.

use super::event::Person;
use super::intent::{Correction, Intent, Ruling};
use super::probe::{Sighting, listing, oldest};
use super::roster::{Auth, Level};
use super::state::Run;
use crate::journal::{Digest, timestamp};
use crate::runbook::plan::Item;
use crate::text::Shown;

mod written;

pub use written::{Misfit, NotAStatement, Written};

/// What every statement begins with.
pub const STATEMENT: &str = "mop sign-off v1";

/// What the lines of a statement after the first begin with, in order; each takes ten cells.
pub const STATEMENT_KEYS: [&str; 15] = [
    "run", "step", "outcome", "meaning", "role", "signer", "name", "time", "base", "shown", "values", "probes",
    "terminal", "auth", "reason",
];

/// Is all that a statement says and the run does not know: who signs, when, where and with what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scene {
    /// Who signs.
    pub who: Person,
    /// When, in milliseconds since 1970 in UTC.
    pub at_ms: i64,
    /// How the clock is kept.
    pub clock: String,
    /// At which terminal.
    pub terminal: String,
    /// By what the signer proves who he is.
    pub auth: Auth,
    /// What the probes said that were on the screen.
    pub sightings: Vec<Sighting>,
}

/// Is a scene with what proves it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proved {
    /// The scene.
    pub scene: Scene,
    /// The statement that was signed, without the line feed at its end.
    pub statement: String,
    /// The SSH signature of the statement, where a key made one; it was verified.
    pub signature: Option<String>,
    /// Whether the device that holds the key was touched for it.
    pub touched: bool,
}

impl Proved {
    /// Takes a signer's word for who he is.
    pub fn by_word(scene: Scene, statement: String) -> Self {
        Self { scene, statement, signature: None, touched: false }
    }

    /// Gives the level that was reached; a key without its signature proves nothing.
    pub fn level(&self) -> Level {
        match (&self.scene.auth, &self.signature) {
            (Auth::Pin, _) => Level::Pin,
            (Auth::Key { .. }, Some(_)) if self.touched => Level::Touch,
            (Auth::Key { .. }, Some(_)) => Level::Key,
            (Auth::NameOnly, _) | (Auth::Key { .. }, None) => Level::Name,
        }
    }
}

/// Is a statement with the evidence whose hashes it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// What is signed, without the line feed at its end.
    pub text: String,
    /// The step as it was shown, the values, and what probes said, where there are any.
    pub evidence: Vec<String>,
    /// The hash of each of them.
    pub blobs: Vec<Digest>,
}

/// Says what is signed of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claim<'a> {
    /// That it was done.
    Done,
    /// How else it is settled.
    Ruled(&'a Ruling),
    /// That an earlier record about it is wrong.
    Amended(&'a Correction),
}

/// Is a claim that is kept while it is being proved.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Claimed {
    /// That a step was done.
    #[default]
    Done,
    /// How else it is settled.
    Ruled(Ruling),
    /// That an earlier record about it is wrong.
    Amended(Correction),
}

impl Claimed {
    /// Borrows it.
    pub fn claim(&self) -> Claim<'_> {
        match self {
            Self::Done => Claim::Done,
            Self::Ruled(ruling) => Claim::Ruled(ruling),
            Self::Amended(correction) => Claim::Amended(correction),
        }
    }

    /// Makes the intent of it, about a step as it was seen.
    pub fn intent(self, (step, seen): (String, u64), proved: Option<Box<Proved>>) -> Intent {
        match self {
            Self::Done => Intent::SignStep { step, seen, proved, note: None },
            Self::Ruled(ruling) => Intent::Settle { step, seen, ruling, proved },
            Self::Amended(correction) => Intent::Amend { correction, proved },
        }
    }
}

/// Writes what is signed: that a step was done as it was shown, after the record that was seen.
pub fn statement(run: &Run, item: &Item, seen: u64, scene: &Scene) -> Statement {
    statement_of(run, (item, seen, &Claim::Done), scene)
}

/// Writes what is signed: a claim about a step as it was shown, after the record that was seen.
pub fn statement_of(run: &Run, (item, seen, claim): (&Item, u64, &Claim<'_>), scene: &Scene) -> Statement {
    let (meaning, role) = run.meaning_of(item, claim);
    let base = run.hash_of(seen).unwrap_or(Digest::ZERO);
    let Scene { who, at_ms, clock, terminal, auth, sightings } = scene;
    let (shown, values) = (run.sheet(item).plain(), run.values().listing().to_string());
    let seen_there = seen_there(sightings);
    let seen_hash = seen_there.as_ref().map(|seen| Digest::of(seen.as_bytes()));
    let (shown_hash, values_hash) = (Digest::of(shown.as_bytes()), run.values_hash());
    let said = [
        run_words(run),
        step_words(run, item),
        outcome_words(run, item, claim),
        meaning.word().to_owned(),
        role.unwrap_or("-").to_owned(),
        who.id.clone(),
        who.name.clone(),
        format!("{} {clock}", timestamp(*at_ms)),
        format!("{seen} {base}"),
        format!("sha256:{shown_hash}"),
        format!("sha256:{values_hash}"),
        seen_hash.map_or_else(|| "-".to_owned(), |hash| format!("sha256:{hash}{}", age_words(scene))),
        terminal.clone(),
        auth.to_string(),
        run.verdict(item, claim).reason.unwrap_or_else(|| "-".to_owned()),
    ];
    let lines = STATEMENT_KEYS.iter().zip(&said).map(|(key, said)| line(&format!("{key:<10}{said}")));
    let text = [STATEMENT.to_owned()].into_iter().chain(lines).collect::<Vec<_>>().join("\n");
    let evidence = [shown, values].into_iter().chain(seen_there).collect();
    let blobs = [shown_hash, values_hash].into_iter().chain(seen_hash).collect();
    Statement { text, evidence, blobs }
}

/// Gives the evidence of a statement before anybody signs it: the step as it is shown, the values, and what probes
/// say, where there are any.
pub fn evidence_of(run: &Run, item: &Item, sightings: &[Sighting]) -> Vec<String> {
    let known = [run.sheet(item).plain(), run.values().listing().to_string()];
    known.into_iter().chain(seen_there(sightings)).collect()
}

fn seen_there(sightings: &[Sighting]) -> Option<String> {
    (!sightings.is_empty()).then(|| listing(sightings))
}

/// Says how old the oldest reading is that was on the screen.
fn age_words(scene: &Scene) -> String {
    oldest(&scene.sightings, scene.at_ms).map(|age| format!(" age={age}")).unwrap_or_default()
}

/// Says what the outcome is and what proves it, or which record is wrong and what is right.
fn outcome_words(run: &Run, item: &Item, claim: &Claim<'_>) -> String {
    match claim {
        Claim::Amended(correction) => correction.amendment(None).words(),
        Claim::Done | Claim::Ruled(_) => run.verdict(item, claim).words(),
    }
}

/// Finds by what the signer of a statement proved who he is, in its words.
pub(super) fn auth_words(statement: &str) -> &str {
    statement.lines().find_map(|line| line.strip_prefix("auth      ")).unwrap_or_default()
}

/// Makes a line of what may come from outside.
fn line(text: &str) -> String {
    Shown::line(text).as_str().to_owned()
}

fn run_words(run: &Run) -> String {
    let start = run.start();
    format!("{} {} runbook-sha256:{}", start.run, start.runbook, run.runbook_sha256())
}

fn step_words(run: &Run, item: &Item) -> String {
    format!("{} \"{}\"", item.id, run.title(item))
}
