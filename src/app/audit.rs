//! What is found in a run that is looked at afterwards: whether it is as it was recorded, and its account as lists.
//!
//! How a run is verified stands above; it is handed down as an [`Auditor`]. All of it is done on a thread, while
//! the records are on the screen already.

use std::collections::HashMap;
use std::fmt;
use std::path::Path;
use std::sync::Arc;

use super::reading::Reading;
use crate::journal::Storage;
use crate::report::{Account, Check, Grade as Graded, Kind, Material, Row};
use crate::run::forecast::lasts;
use crate::text::counted;
use crate::ui::{Bar, Chart, Findings, Found, Grade, List};

/// Is what was found when a run was verified.
#[derive(Clone, Debug, Default)]
pub struct Audited {
    /// The verdict on the run.
    pub check: Check,
    /// What was found of single records: the number, whether it speaks for the record, and what.
    pub records: Vec<(u64, bool, String)>,
}

/// Verifies the run in a directory, on the disk or in an archive, or says why it cannot be verified.
type Look = dyn Fn(&Arc<dyn Storage>, &Path) -> Result<Audited, String> + Send + Sync;

/// Is who verifies runs that are looked at afterwards.
#[derive(Clone)]
pub struct Auditor(Arc<Look>);

impl Auditor {
    /// Verifies in this way.
    pub fn of(look: impl Fn(&Arc<dyn Storage>, &Path) -> Result<Audited, String> + Send + Sync + 'static) -> Self {
        Self(Arc::new(look))
    }
}

impl Default for Auditor {
    fn default() -> Self {
        Self::of(|_, _| Err("nothing here verifies runs".to_owned()))
    }
}

impl fmt::Debug for Auditor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Auditor")
    }
}

/// Verifies a run, and gathers what there is to list of it.
pub(super) fn found(storage: &Arc<dyn Storage>, run: &Path, auditor: &Auditor) -> Found {
    let audited = match (auditor.0)(storage, run) {
        Ok(audited) => audited,
        Err(why) => return Found::Failed(why),
    };
    let mut findings = judged(&audited);
    // What cannot be read by this version is verified all the same.
    if let Ok(reading) = Reading::without_output(&**storage, run, audited.check.records) {
        let (Reading { run, records, printed }, check) = (&reading, &audited.check);
        tell(&mut findings, &Account::of(&Material { name: "", run, records, printed, check }));
    }
    Found::All(Box::new(findings))
}

fn judged(Audited { check, records }: &Audited) -> Findings {
    let grade = match check.grade {
        Graded::Good => Grade::Good,
        Graded::Bad => Grade::Bad,
        Graded::Open | Graded::Mixed => Grade::Open,
    };
    let mut by_record: HashMap<u64, Vec<(bool, String)>> = HashMap::new();
    for (n, is_good, words) in records {
        by_record.entry(*n).or_default().push((*is_good, words.clone()));
    }
    let (title, words) = (check.title.to_owned(), check.words.clone());
    Findings { title, words, grade, records: by_record, ..Findings::default() }
}

/// Puts an account into lists and a chart.
fn tell(findings: &mut Findings, account: &Account) {
    findings.deviating = account.deviations.iter().filter_map(|found| found.n).collect();
    findings.lists = vec![deviations(account), deferred(account), notes(account), redlines(account), pauses(account)];
    findings.chart = chart(account);
}

fn deviations(account: &Account) -> List {
    let entry =
        |found: &crate::report::Deviation| (found.n, format!("{:<8} {}", found.kind.weight().word(), found.words));
    List { title: "Deviations", sum: String::new(), entries: account.deviations.iter().map(entry).collect() }
}

fn deferred(account: &Account) -> List {
    let is_put_off = |kind: Kind| matches!(kind, Kind::Deferred | Kind::HandedOver);
    let found = account.deviations.iter().filter(|found| is_put_off(found.kind));
    List { title: "Deferred", sum: String::new(), entries: found.map(|found| (found.n, found.words.clone())).collect() }
}

fn notes(account: &Account) -> List {
    let all = account.notes.iter().chain(account.items().flat_map(|item| &item.notes));
    let entry = |note: &crate::report::Note| {
        let item = note.item.as_ref().map(|item| format!(" on {item}")).unwrap_or_default();
        (Some(note.n), format!("{}{item}: {}", note.who, note.text))
    };
    let mut entries: Vec<_> = all.map(entry).collect();
    entries.sort_by_key(|(n, _)| *n);
    List { title: "Notes", sum: String::new(), entries }
}

fn redlines(account: &Account) -> List {
    let entry = |wish: &crate::report::Wish| {
        let item = wish.item.as_ref().map(|item| format!(" on {item}")).unwrap_or_default();
        (Some(wish.n), format!("{}{item}: {} instead of {} ({})", wish.who, wish.now, wish.was, wish.why))
    };
    List { title: "Redlines", sum: String::new(), entries: account.wishes.iter().map(entry).collect() }
}

fn pauses(account: &Account) -> List {
    let timing = &account.timing;
    let entry = |pause: &crate::report::Pause| {
        let lost_ms = pause.to_ms.unwrap_or(account.as_of.at_ms) - pause.from_ms;
        let goes_on = if pause.to_ms.is_none() { " so far" } else { "" };
        (Some(pause.n), format!("{:>6} lost{goes_on}, {}: {}", lasts(lost_ms), pause.who, pause.why))
    };
    let sum = if timing.pauses.is_empty() { String::new() } else { format!("{} lost", lasts(timing.stood_ms)) };
    List { title: "Pauses", sum, entries: timing.pauses.iter().map(entry).collect() }
}

fn chart(account: &Account) -> Chart {
    let (timing, end_ms) = (&account.timing, account.as_of.at_ms);
    let back = account.deviations.iter().find(|found| found.kind == Kind::BackOut);
    let is_drawn = |row: &&Row| row.began_ms.is_some() || (row.planned.is_some() && row.stage == "to be done");
    Chart {
        window: timing.window.as_ref().map(|window| (window.start_ms, window.end_ms)),
        pauses: timing.pauses.iter().map(|pause| (pause.from_ms, pause.to_ms.unwrap_or(end_ms))).collect(),
        back_out: back.and_then(|back| back.at_ms),
        end_ms,
        bars: timing.rows.iter().filter(is_drawn).map(|row| bar(row, end_ms)).collect(),
    }
}

fn bar(row: &Row, end_ms: i64) -> Bar {
    let estimate = row.estimate.as_ref().map(|estimate| match estimate.low_ms == estimate.high_ms {
        true => lasts(estimate.high_ms),
        false => format!("{}-{}", lasts(estimate.low_ms), lasts(estimate.high_ms)),
    });
    let over = row.difference_ms.filter(|ms| *ms != 0).map(|ms| {
        let sign = if ms > 0 { '+' } else { '-' };
        format!("{sign}{}", lasts(ms.abs()))
    });
    let took = row.took_ms.map(lasts);
    let words = format!("{:>9} {:>7} {:>6}", or_nothing(estimate), or_nothing(took), or_nothing(over));
    // An estimate is laid from where the part began, so that what is longer than the other can be seen.
    let length = row.estimate.as_ref().map(|estimate| estimate.high_ms);
    let from_begin = || row.began_ms.zip(length).map(|(began, length)| (began, began + length));
    Bar {
        title: format!("{} {}", row.number, row.title).trim().to_owned(),
        is_part: row.is_part,
        planned: row.planned.or_else(from_begin),
        actual: row.began_ms.map(|began| (began, row.ended_ms.unwrap_or(end_ms))),
        is_open: row.began_ms.is_some() && row.ended_ms.is_none(),
        words,
    }
}

fn or_nothing(words: Option<String>) -> String {
    words.unwrap_or_else(|| "-".to_owned())
}

/// Says what is wrong with a journal that breaks off.
pub(super) fn alarm(verdict: &crate::journal::Verdict) -> Option<String> {
    let found = verdict.broken.as_ref()?;
    let told = counted(verdict.records, "record");
    Some(format!("ALTERED: the journal breaks off at byte {}; the {told} before that are shown", found.offset))
}
