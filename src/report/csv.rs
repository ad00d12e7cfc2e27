//! An account as a table for spreadsheets: one row an item, RFC 4180.
//!
//! [`Cell`] is the one way into the table. A text that a spreadsheet would take for a formula, because it begins
//! with `=`, `+`, `-`, `@`, a tab or a carriage return, gets an apostrophe before it; so does one that begins with
//! an apostrophe, so that taking one away again gives the text. Line breaks are shown as signs. Numbers are ours
//! and stay as they are.

use std::collections::HashMap;

use super::account::Account;
use super::item::Item;
use super::moment::joined;
use super::timing::Row;
use crate::journal::timestamp;
use crate::text::Shown;

/// What stands in each column, in the first line.
const COLUMNS: [&str; 23] = [
    "number",
    "id",
    "part",
    "title",
    "kind",
    "standing",
    "proof",
    "proved_by",
    "reason",
    "began",
    "settled",
    "estimate_low_s",
    "estimate_high_s",
    "estimate_source",
    "took_s",
    "paused_s",
    "difference_s",
    "attempts",
    "last_exit",
    "signed_by",
    "signature_levels",
    "receipts",
    "notes",
];

/// Is a cell that is safe in a spreadsheet.
struct Cell(String);

impl Cell {
    /// Takes text from outside.
    fn text(outside: &str) -> Self {
        let shown = Shown::line(outside);
        let text = shown.as_str();
        let is_risky = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\'']);
        let text = if is_risky { format!("'{text}") } else { text.to_owned() };
        let is_quoted = text.contains(['"', ',', '\n', '\r']) || text.starts_with(' ') || text.ends_with(' ');
        Self(if is_quoted { format!("\"{}\"", text.replace('"', "\"\"")) } else { text })
    }

    fn maybe(outside: Option<&str>) -> Self {
        Self::text(outside.unwrap_or_default())
    }

    fn number(number: Option<i64>) -> Self {
        Self(number.map(|number| number.to_string()).unwrap_or_default())
    }

    fn moment(at_ms: Option<i64>) -> Self {
        Self(at_ms.map(timestamp).unwrap_or_default())
    }
}

/// Writes the items of an account as CSV.
pub fn csv(account: &Account) -> String {
    let header = COLUMNS.map(Cell::text);
    let mut out = line(&header);
    let rows: HashMap<&str, &Row> = account.timing.rows.iter().map(|row| (row.id.as_str(), row)).collect();
    for part in &account.parts {
        for item in part.all() {
            out += &line(&cells((&part.head.title, item), rows.get(item.id.as_str()).copied()));
        }
    }
    out
}

fn line(cells: &[Cell]) -> String {
    let cells: Vec<_> = cells.iter().map(|cell| cell.0.as_str()).collect();
    cells.join(",") + "\r\n"
}

fn cells((part, item): (&str, &Item), row: Option<&Row>) -> [Cell; COLUMNS.len()] {
    let seconds = |ms: Option<i64>| Cell::number(ms.map(|ms| ms / 1000));
    let estimate = row.and_then(|row| row.estimate.as_ref());
    let took_ms = row.and_then(|row| row.took_ms).or_else(|| took_ms(item));
    let counted: Vec<_> = item.signatures.iter().filter(|given| given.counts).collect();
    let each = |word: &dyn Fn(&super::item::Signature) -> String| {
        let words: Vec<_> = counted.iter().map(|given| word(given)).collect();
        Cell::text(&words.join("; "))
    };
    let notes: Vec<_> = item.notes.iter().map(|note| format!("{}: {}", note.who, note.text)).collect();
    let last = item.starts.iter().rev().find_map(|start| start.outcome.as_ref());
    [
        Cell::text(&item.number),
        Cell::text(&item.id),
        Cell::text(part),
        Cell::text(&item.title),
        Cell::text(item.kind),
        Cell::text(item.mark.word),
        Cell::maybe(item.proof.map(crate::run::Proof::word)),
        Cell::text(if item.is_heading { "" } else { &item.proved }),
        Cell::maybe(item.why.as_deref()),
        Cell::moment(item.began_ms.or_else(|| row.and_then(|row| row.began_ms))),
        Cell::moment(item.settled_ms.or_else(|| row.and_then(|row| row.ended_ms))),
        seconds(estimate.map(|estimate| estimate.low_ms)),
        seconds(estimate.map(|estimate| estimate.high_ms)),
        Cell::maybe(estimate.map(|estimate| estimate.source.as_str())),
        seconds(took_ms),
        seconds(row.map(|row| row.paused_ms)),
        seconds(row.and_then(|row| row.difference_ms)),
        Cell::number(i64::try_from(item.starts.len()).ok().filter(|starts| *starts > 0)),
        Cell::maybe(last.and_then(|end| end.exit.as_deref())),
        Cell::text(&joined(&item.signers())),
        each(&|given| given.level.word().to_owned()),
        each(&|given| given.receipt.clone()),
        Cell::text(&notes.join("; ")),
    ]
}

/// Gives how long the last command of an item took.
fn took_ms(item: &Item) -> Option<i64> {
    let took = item.starts.iter().rev().find_map(|start| start.outcome.as_ref()?.took_ms)?;
    i64::try_from(took).ok()
}
