//! The report for people: the verdict, what was looked at, what was found, and what it means.

use super::doubt::Weight;
use super::explain::explain;
use super::pairs::Levels;
use super::report::{LedgerAt, Part, Report};
use super::verdict::Verdict;
use crate::journal::{Finding, receipt_of};
use crate::run::roster::Level;
use crate::text::{Shown, counted, grouped};

/// How many cells the word before a line takes.
const INDENT: usize = 12;
/// How wide explanations are.
const PAGE: usize = 110;
/// How many people are listed.
const MOST_PEOPLE: usize = 50;
/// How many adopted runbooks are listed.
const MOST_ADOPTED: usize = 20;

/// Writes a report; everything from outside is made safe here, line by line.
pub(super) fn text(report: &Report, verdict: Verdict, is_explained: bool) -> String {
    let mut lines = vec![format!("{}  {}", verdict.title(), verdict.words(report)), String::new()];
    lines.extend(checked(report));
    lines.extend(people(report));
    lines.extend(found(report));
    let lines = lines.iter().map(|line| Shown::line(line));
    let explained = if is_explained { explain(report) } else { Vec::new() };
    let explained = explained.iter().flat_map(|line| wrapped(line));
    lines.chain(explained).map(|line| format!("{line}\n")).collect()
}

/// Wraps a line, with its own indentation before each part.
fn wrapped(line: &str) -> Vec<Shown> {
    let indent = line.len() - line.trim_start().len();
    if line.is_empty() { vec![Shown::default()] } else { Shown::line(line).wrap(PAGE, indent) }
}

/// Writes a line, or several, behind one word.
fn line(word: &str, text: &str) -> String {
    format!("{word:<INDENT$}{text}")
}

fn checked(report: &Report) -> Vec<String> {
    looked_at(report).into_iter().map(|(word, text)| line(word, &text)).collect()
}

/// Says what was looked at, part by part.
pub(super) fn looked_at(report: &Report) -> Vec<(&'static str, String)> {
    let parts = [
        ("run", Some(report.name.clone())),
        ("journal", Some(journal(report))),
        ("files", Some(files(report))),
        ("runbook", adopted(report)),
        ("output", report.judged.outputs.words()),
        ("signatures", Some(signatures(report))),
        ("", by_word(report).map(str::to_owned)),
        ("keys", Some(keys(report).to_owned())),
        ("seal", Some(seal(report))),
        ("ledger", Some(ledger(report))),
        ("receipts", receipts(report)),
        ("witness", witness(report)),
        ("unknown", unknown(report)),
    ];
    parts.into_iter().filter_map(|(word, text)| Some((word, text?))).collect()
}

fn journal(report: &Report) -> String {
    let audit = &report.judged.audit;
    let records = counted(audit.records, "record");
    let Some(last) = audit.records.checked_sub(1) else { return "no record".to_owned() };
    let torn = report.torn();
    let place = match (report.altered(Part::Journal), torn) {
        (0, None) => format!("{records} in {} follow each other", counted(audit.bytes, "byte")),
        (0, Some(len)) => format!("{records} follow each other, and then {} that are no record", counted(len, "byte")),
        _ => format!("{records} can be verified, and what comes then cannot"),
    };
    format!("{place}; the last is {}, receipt {}", grouped(last), receipt_of(&audit.head))
}

fn files(report: &Report) -> String {
    let audit = &report.judged.audit;
    let state = |part| match report.altered(part) {
        0 => "as recorded".to_owned(),
        wrong => format!("{wrong} not as recorded"),
    };
    let (files, blobs) = (counted(audit.files, "file"), counted(audit.blobs, "blob"));
    format!("{files} that it began with: {}; {blobs} of evidence: {}", state(Part::Files), state(Part::Blobs))
}

/// Says since which records the run goes by other editions of its runbook.
fn adopted(report: &Report) -> Option<String> {
    let adopted = &report.judged.adopted;
    let mut records: Vec<_> = adopted.iter().take(MOST_ADOPTED).map(|n| grouped(*n)).collect();
    records.extend((adopted.len() > MOST_ADOPTED).then(|| "and more".to_owned()));
    let words = "changed since the run began, and adopted for the steps that were not begun, in record";
    (!adopted.is_empty()).then(|| format!("{words} {}", records.join(", ")))
}

fn signatures(report: &Report) -> String {
    let (tally, signed) = (&report.judged.tally, report.judged.signed);
    if signed == 0 {
        return "no record is signed".to_owned();
    }
    let refused = report.judged.refused;
    let refused = (refused > 0).then(|| format!("; {} by a key cannot be believed", grouped(refused)));
    format!("{}: {}{}", counted(signed, "record"), levels(&tally.all), refused.unwrap_or_default())
}

/// Says what signatures are worth that no key made.
fn by_word(report: &Report) -> Option<&'static str> {
    let tally = &report.judged.tally;
    match (tally.by(Level::Name), tally.by(Level::Pin)) {
        (0, 0) => None,
        (_, 0) => Some("by name: claimed, and nothing proves it"),
        (0, _) => Some("by PIN: proved to mop, and nobody else can check it"),
        (_, _) => Some("by name: claimed, and nothing proves it; by PIN: proved to mop, and nobody else can check it"),
    }
}

/// Says how many signatures are proved by what, the surest first.
fn levels(levels: &Levels) -> String {
    let counts = Level::ALL.into_iter().zip(levels).rev().filter(|(_, count)| **count > 0);
    let word = |level: Level| if level == Level::Pin { "PIN" } else { level.word() };
    let counts: Vec<_> = counts.map(|(level, count)| format!("{} by {}", grouped(*count), word(level))).collect();
    if counts.is_empty() { "none holds".to_owned() } else { counts.join(", ") }
}

fn keys(report: &Report) -> &'static str {
    match (&report.outside.signers, &report.outside.revoked) {
        (None, None) => "those that the run names itself; --allowed-signers FILE asks for keys that you know",
        (None, Some(_)) => "those that the run names itself, without those that were revoked",
        (Some(_), None) => "those that you gave",
        (Some(_), Some(_)) => "those that you gave, without those that were revoked",
    }
}

fn seal(report: &Report) -> String {
    match (report.seal(), &report.judged.audit.seal_text) {
        (Some(seal), _) => {
            let covers = match report.altered(Part::Seal) {
                0 => "covers every byte of the journal",
                _ => "does not cover this journal",
            };
            let signed = match report.sealers.len() as u64 {
                0 => "no signature of it holds".to_owned(),
                1 => "1 signature of it holds".to_owned(),
                more => format!("{} signatures of it hold", grouped(more)),
            };
            format!("{covers}; {signed}; the run ended: {}", seal.result)
        }
        (None, Some(_)) => "cannot be read".to_owned(),
        (None, None) => "none".to_owned(),
    }
}

fn ledger(report: &Report) -> String {
    let Some(LedgerAt { state, .. }) = &report.ledger else {
        return "no ledger here; --ledger DIR names the state directory that the run was made in".to_owned();
    };
    let knows = if report.altered(Part::Ledger) > 0 {
        "contradicts the run"
    } else if report.has(&Finding::NotInLedger) {
        "does not know the run"
    } else if report.has(&Finding::SealNotInLedger) {
        "knows the run, and not its seal"
    } else if report.judged.audit.seal_text.is_some() {
        "knows the run and its seal"
    } else {
        "knows the run"
    };
    format!("{knows} ({})", state.display())
}

fn receipts(report: &Report) -> Option<String> {
    let given = report.outside.receipts.len();
    let wrong = report.altered(Part::Receipts).min(given);
    (given > 0).then(|| format!("{} of {given} hold", given - wrong))
}

fn witness(report: &Report) -> Option<String> {
    let heads = report.outside.heads.as_ref()?;
    let last = heads.anchors.last().unwrap_or_default();
    Some(format!("{} of this run were kept, the last of record {}", counted(heads.count, "head"), grouped(last)))
}

fn unknown(report: &Report) -> Option<String> {
    let (count, names) = &report.judged.unknown;
    let verb = "of kinds that this version does not know";
    (*count > 0).then(|| format!("{} {verb}: {}", counted(*count, "record"), names.join(", ")))
}

fn people(report: &Report) -> Vec<String> {
    let people = &report.judged.tally.people;
    let words = |(id, count): (&String, &Levels)| format!("{id}: {}", levels(count));
    let mut lines: Vec<_> = people.iter().take(MOST_PEOPLE).map(words).collect();
    lines.extend(people.len().checked_sub(MOST_PEOPLE).filter(|more| *more > 0).map(|more| format!("{more} more")));
    behind("people", lines)
}

fn found(report: &Report) -> Vec<String> {
    let words = |(weight, words): (&str, String)| match weight {
        weight if weight == Weight::Wrong.word() => words,
        weight => format!("{weight}: {words}"),
    };
    let mut lines: Vec<_> = report.found().into_iter().map(words).collect();
    let left_out = report.left_out();
    lines.extend((left_out > 0).then(|| format!("and {} more", grouped(left_out))));
    behind("found", lines)
}

/// Puts one word before the first of several lines.
fn behind(word: &str, lines: Vec<String>) -> Vec<String> {
    let word = |at| if at == 0 { word } else { "" };
    lines.iter().enumerate().map(|(at, text)| line(word(at), text)).collect()
}
