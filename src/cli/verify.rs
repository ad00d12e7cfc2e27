//! `mop verify`: whether a run is as it was recorded, whose its signatures are, and what that proves.
//!
//! The bytes are the journal's audit, signatures are ssh-keygen's; here what each record claims is held
//! against them, against the roster, and against what the auditor brings along. It never writes, and it
//! works on a copy, on a directory that cannot be written to, and on runs of newer versions.

mod basis;
mod claim;
mod doubt;
mod explain;
mod hold;
mod json;
mod judge;
mod keygen;
mod outside;
mod pairs;
mod pins;
mod printed;
mod report;
mod roles;
mod seal;
mod seen;
mod signing;
mod stood;
mod text;
mod verdict;

use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use super::Exit;
use super::args::{StateArgs, TrustArgs, VerifyArgs, VerifyFormat};
use super::find::{Place, find_directory, is_path};
use super::output::Output;
use super::state::store;
use crate::exec::sign::OpenSsh;
use crate::journal::{
    Disk, Finding, JOURNAL, JournalError, LedgerEntry, LedgerFact, LogFiles, Standing, Subject, read_ledger,
};
use crate::text::Shown;
use judge::judge;
use outside::Outside;
use report::{LedgerAt, Report};
use seal::check_sealers;
use verdict::Verdict;

pub(super) use stood::Stood;

/// How often a run is verified that grows meanwhile.
const MOST_LOOKS: usize = 3;
/// How long to wait for a write that is under way.
const PAUSE: Duration = Duration::from_millis(100);
/// What a run's directory has besides its journal.
const REMAINS: [&str; 3] = ["manifest.json", "seal/seal.txt", "lock"];

pub(super) use seen::{auditor, check_trust, seen};

pub(super) fn run(state: &StateArgs, args: &VerifyArgs, output: &mut Output<impl Write, impl Write>) -> Exit {
    let place = match find_directory(state, &args.run) {
        Ok(place) => place,
        Err(why) => return deleted(state, args, output).unwrap_or_else(|| refuse(&why, output)),
    };
    match verify(args, &place) {
        Ok(report) => {
            let verdict = Verdict::of(&report);
            output.print(&match args.format {
                VerifyFormat::Text => text::text(&report, verdict, args.explain),
                VerifyFormat::Json => json::json(&report, verdict),
            });
            verdict.exit()
        }
        Err(why) => refuse(&why, output),
    }
}

/// Says how a run stands, for whoever hands it on.
#[derive(Debug)]
pub(super) struct Survey {
    /// The line that `mop verify` begins with.
    pub(super) line: String,
    /// How `mop verify` ends.
    pub(super) exit: Exit,
    /// How it stands by its bytes alone.
    pub(super) stood: Stood,
}

/// Verifies a run with what it brings along itself, with those keys, and with the ledger where it lies.
pub(super) fn survey(place: &Place, trust: &TrustArgs) -> Result<Survey, String> {
    let report = seen::report(place, trust)?;
    let verdict = Verdict::of(&report);
    let line = format!("{}  {}", verdict.title(), verdict.words(&report));
    Ok(Survey { line, exit: verdict.exit(), stood: Stood::of(&report) })
}

fn refuse(why: &str, output: &mut Output<impl Write, impl Write>) -> Exit {
    output.complain(Shown::line(why).as_str());
    Exit::Usage
}

/// Verifies a run; one that grows meanwhile is verified again, so that a write under way is not taken for
/// one that did not end.
fn verify(args: &VerifyArgs, place: &Place) -> Result<Report, String> {
    let ssh = OpenSsh::here().with_agent(None);
    let auditor = Auditor {
        outside: Arc::new(Outside::read(args, &place.name, &ssh)?),
        ledger: ledger_of(args, &place.dir)?,
        ssh,
    };
    for look in 1.. {
        let report = auditor.look_at(place).map_err(|error| error.to_string())?;
        check_is_run(place, &report)?;
        if matches!(report.judged.audit.standing, Standing::Unsealed) || look >= MOST_LOOKS || !grows(place, &report) {
            return Ok(report);
        }
    }
    Err("the run grows faster than it can be verified".to_owned())
}

/// Is what a run is held against, however often.
struct Auditor {
    outside: Arc<Outside>,
    ledger: Option<LedgerAt>,
    ssh: OpenSsh,
}

impl Auditor {
    fn look_at(&self, place: &Place) -> Result<Report, JournalError> {
        let Self { outside, ledger, ssh } = self;
        let state = ledger.as_ref().map(|ledger| ledger.state.as_path());
        let (storage, subject) = (&*place.storage, Subject { run: &place.dir, state, receipts: &outside.receipts });
        let mut judged = judge((storage, &subject), outside, ssh)?;
        let sealers = check_sealers((storage, &place.dir), &mut judged, (outside, ssh))?;
        judged.doubts.sort();
        let (outside, ledger) = (Arc::clone(outside), ledger.clone());
        Ok(Report { name: place.name.clone(), judged, sealers, outside, ledger })
    }
}

/// Tells whether somebody wrote to the journal after it was read.
fn grows(place: &Place, report: &Report) -> bool {
    let size = || place.storage.stat(&place.dir.join(JOURNAL)).map(|found| found.size).ok();
    let read = Some(report.judged.audit.bytes);
    if matches!(report.judged.audit.standing, Standing::TornTail { .. }) && size() == read {
        std::thread::sleep(PAUSE);
    }
    size().is_some() && size() != read
}

/// Refuses a directory in which there is nothing of a run.
fn check_is_run(place: &Place, report: &Report) -> Result<(), String> {
    let is_empty = report.has(&Finding::NoJournal { is_other: false });
    match is_empty && !REMAINS.iter().any(|name| place.storage.stat(&place.dir.join(name)).is_ok()) {
        true => Err(format!("{}: is no run, as there is no {JOURNAL} in it", place.dir.display())),
        false => Ok(()),
    }
}

/// Finds the ledger of a run: the one that was asked for, or the one of the directory where the run lies.
fn ledger_of(args: &VerifyArgs, run: &Path) -> Result<Option<LedgerAt>, String> {
    if let Some(state) = &args.ledger {
        let journal = LogFiles::of_ledger(state).journal;
        return match journal.is_file() {
            true => Ok(Some(LedgerAt { state: state.clone(), is_asked: true })),
            false => Err(format!("{}: there is no ledger; give the state directory that holds it", journal.display())),
        };
    }
    let runs = run.parent().filter(|runs| runs.file_name().is_some_and(|name| name == "runs"));
    let state = runs.and_then(Path::parent).filter(|state| {
        let ledger = LogFiles::of_ledger(state);
        ledger.journal.exists() || ledger.lock.exists()
    });
    Ok(state.map(|state| LedgerAt { state: state.into(), is_asked: false }))
}

/// Says that a run is gone which the ledger knows; nothing when it does not.
fn deleted(state: &StateArgs, args: &VerifyArgs, output: &mut Output<impl Write, impl Write>) -> Option<Exit> {
    if is_path(&args.run) {
        return None;
    }
    let state = args.ledger.clone().or_else(|| store(state).map(|store| store.state().to_owned()))?;
    let (entries, _) = read_ledger(&Disk, &state).ok()?;
    let wanted = args.run.to_string_lossy();
    let end = format!("-{}", wanted.to_ascii_uppercase());
    let entry = entries.iter().rfind(|entry| entry.run == wanted || entry.run.ends_with(&end))?;
    let words = deleted_words(entry);
    output.print(&match args.format {
        VerifyFormat::Text => Shown::line(&format!("{}  {words}", Verdict::Deleted.title())).as_str().to_owned() + "\n",
        VerifyFormat::Json => json::deleted(&entry.run, &words),
    });
    Some(Verdict::Deleted.exit())
}

fn deleted_words(entry: &LedgerEntry) -> String {
    let LedgerEntry { n, run, fact, .. } = entry;
    let fact = match fact {
        LedgerFact::Opened { .. } => "it was opened".to_owned(),
        LedgerFact::Sealed { records, .. } => format!("it was sealed with {records} records"),
    };
    format!("{run} is not there any more; entry {n} of the ledger says that {fact}")
}
