//! What a run began with, as its first record pins it: which run it is, and who may sign in it; and what
//! it goes by since it adopted another edition of its runbook.
//!
//! A file is believed only when the first record names its hash. An auditor's own list of keys goes
//! before the run's, because whoever made the whole directory could have made its keys too.

use std::sync::Arc;

use serde_json::{Map, Value as Json};

use super::doubt::{About, Doubt, Weight};
use super::hold::short;
use super::outside::Outside;
use super::pins::{Folder, Pins};
use super::roles::Roles;
use crate::app::{Pinned, ROSTER, SIGNERS};
use crate::journal::{Digest, Record, get_blob};
use crate::run::Adoption;
use crate::run::roster::{Member, Roster, RosterError};

/// The runbook that a statement names by its hash.
const RUNBOOK: &str = "runbook.yaml";

/// Is what is known of a run before anything was signed in it.
#[derive(Clone, Debug, Default)]
pub(super) struct Basis {
    /// What the statements of this run say of it.
    pub(super) run: String,
    /// Who may sign, as ssh-keygen reads it.
    pub(super) signers: Arc<str>,
    /// Who may sign, and what each needs; nothing when this version cannot read it.
    pub(super) roster: Option<Roster>,
    /// What the runbook asks of those who sign in a role.
    pub(super) roles: Roles,
}

impl Basis {
    /// Reads it from the first record and the files that it pins.
    pub(super) fn read(folder: Folder<'_>, first: &Record<'_>, outside: &Outside) -> (Self, Vec<Doubt>) {
        let members: Map<String, Json> = serde_json::from_slice(first.line()).unwrap_or_default();
        let text = |name: &str| members.get(name).and_then(Json::as_str).unwrap_or("-");
        let files = Pins { folder, files: members.get("files").and_then(Json::as_object) };
        let runbook = files.hash(RUNBOOK).unwrap_or("-");
        let run = format!("{} {} runbook-sha256:{runbook}", text("run"), text("runbook"));
        let mut doubts = Vec::new();
        let (roster, roles) = (read_roster(&files, &mut doubts), Roles::read(&files, &mut doubts));
        let own = files.read(SIGNERS).and_then(|bytes| String::from_utf8(bytes).ok());
        let signers = outside.signers.clone().or(own.map(Arc::from)).unwrap_or_default();
        (Self { run, signers, roster, roles }, doubts)
    }

    /// Gives what is known once the run went over to another edition of its runbook.
    pub(super) fn adopt(&self, folder: Folder<'_>, (n, adoption): (u64, &Adoption)) -> (Self, Vec<Doubt>) {
        let (mut kept, mut doubts) = (Pinned::default(), Vec::new());
        for file in &adoption.files {
            match read_adopted(folder, file, &adoption.blobs) {
                Ok(bytes) => kept.0.push((file.0.clone(), bytes)),
                Err(words) => doubts.push(Doubt::wrong(About::Runbook, n, words)),
            }
        }
        let roles = match kept.load().runbook {
            Some(runbook) => Roles::asked_by(&runbook),
            None => {
                let words = "the runbook that was adopted cannot be read, so what it asks of roles is not checked";
                doubts.push(Doubt::wrong(About::Runbook, n, words).of_weight(Weight::Warning));
                Roles::default()
            }
        };
        let hash = adoption.files.first().map_or("-", |(_, hash)| hash);
        let run = self.run.rsplit_once(':').map_or_else(String::new, |(run, _)| format!("{run}:{hash}"));
        (Self { run, roles, ..self.clone() }, doubts)
    }

    /// Gives a person of the roster.
    pub(super) fn member(&self, id: &str) -> Option<&Member> {
        self.roster.as_ref()?.member(id)
    }
}

fn read_roster(files: &Pins<'_>, doubts: &mut Vec<Doubt>) -> Option<Roster> {
    match Roster::parse(&files.read(ROSTER)?) {
        Ok(roster) => Some(roster),
        Err(why) => {
            let weight = if matches!(why, RosterError::Version(_)) { Weight::Warning } else { Weight::Wrong };
            doubts.push(Doubt::wrong(About::Roster, 0, format!("{ROSTER}: {why}")).of_weight(weight));
            None
        }
    }
}

/// Reads a file of an edition that was adopted, or says what is wrong with it.
fn read_adopted(folder: Folder<'_>, (name, hash): &(String, String), blobs: &[Digest]) -> Result<Vec<u8>, String> {
    let (name, digest) = (short(name), Digest::parse(hash.as_bytes()));
    let digest = digest.filter(|digest| blobs.contains(digest));
    let digest = digest.ok_or_else(|| format!("the adopted runbook {name} is not among what the record keeps"))?;
    match get_blob(folder.storage, folder.dir, &digest) {
        Ok(Some(bytes)) => Ok(bytes),
        Ok(None) => Err(format!("the adopted runbook {name} is missing; it is kept as the blob {digest}")),
        Err(_) => Err(format!("the adopted runbook {name} is not the one that was adopted; it is the blob {digest}")),
    }
}
