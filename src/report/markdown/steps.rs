//! The steps of an account as Markdown: a table for each part, and below it what each step did in detail.

use super::md::{Md, Page};
use crate::report::account::{Account, Part};
use crate::report::deviation::stopped;
use crate::report::item::{Item, Signature, level_words};
use crate::report::moment::took;
use crate::report::start::{Outcome, Output, Started};
use crate::report::words::excerpt;
use crate::text::grouped;

/// Writes the steps.
pub(super) fn steps(account: &Account, page: &mut Page) {
    page.heading(2, &Md::ours("Steps"));
    account.parts.iter().for_each(|part| of_part(account, part, page));
}

fn of_part(account: &Account, part: &Part, page: &mut Page) {
    page.heading(3, &Md::text(&format!("{} {}", part.head.number, part.head.title)));
    if part.head.is_in_reserve {
        return page.paragraph(&Md::ours("In reserve: the run was not backed out."));
    }
    let row = |item: &Item| {
        let mark = if item.is_heading { String::new() } else { format!("{} {}", item.mark.sign, item.mark.word) };
        let when = item.settled_ms.map(|at_ms| account.moments.second(at_ms)).unwrap_or_default();
        let receipts: Vec<_> =
            item.signatures.iter().filter(|given| given.counts).map(|given| given.receipt.as_str()).collect();
        let title = Md::text(&item.title);
        vec![
            Md::text(&item.number),
            if item.is_heading { title.strong() } else { title },
            Md::text(&mark),
            Md::text(if item.is_heading { "" } else { &item.proved }),
            Md::text(&when),
            Md::text(&receipts.join(", ")),
        ]
    };
    let rows = part.items.iter().filter(|item| item.counts() || item.is_heading).map(row);
    page.table(&["Step", "What", "Mark", "What proves it", "Settled", "Receipts"], rows.collect());
    part.all().for_each(|item| details(account, item, page));
}

fn details(account: &Account, item: &Item, page: &mut Page) {
    let has_more = !item.starts.is_empty()
        || !item.signatures.is_empty()
        || !item.notes.is_empty()
        || !item.values.is_empty()
        || item.chosen.is_some()
        || (item.counts() && !item.text.is_empty());
    if !has_more {
        return;
    }
    page.heading(4, &Md::text(&format!("{} {}", item.number, item.title)));
    if !item.text.is_empty() {
        // As it is, so that no mark of it means anything here.
        page.fence("text", &item.text);
    }
    let mut facts: Vec<Md> = Vec::new();
    facts.extend(item.chosen.as_ref().map(|(id, title)| Md::text(&format!("Chosen: {title} ({id})"))));
    facts.extend(item.values.iter().map(|(name, value)| Md::text(&format!("Recorded {name}: {value}"))));
    facts.extend(item.signatures.iter().map(|given| signature(account, given)));
    facts.extend(
        item.notes.iter().map(|note| {
            Md::text(&format!("Note of {}, {}: {}", note.who, account.moments.second(note.at_ms), note.text))
        }),
    );
    page.list(&facts);
    item.starts.iter().for_each(|start| started(account, start, page));
}

fn signature(account: &Account, given: &Signature) -> Md {
    let role = given.role.as_ref().map(|role| format!(" as {role}")).unwrap_or_default();
    let counts = if given.counts { "" } else { "; it does not count any more" };
    let words = format!(
        "Record {}: {}, {}{role}, {}, {}, {}{counts}. Receipt {}. Evidence:",
        given.n,
        given.who,
        given.meaning.word(),
        given.outcome,
        level_words(given.level),
        account.moments.second(given.at_ms),
        given.receipt
    );
    let words = Md::text(&words);
    given
        .evidence
        .iter()
        .fold(words, |words, kept| words.then(&Md::text(kept.what)).then(&Md::code(&format!("sha256:{}", kept.sha256))))
}

/// Writes one start of a command.
pub(super) fn started(account: &Account, start: &Started, page: &mut Page) {
    let mended = start.mended.as_ref().map(|mended| format!(" After this was mended: {mended}.")).unwrap_or_default();
    let head =
        format!("Attempt {}, started by {} {}.{mended}", start.attempt, start.who, account.moments.second(start.at_ms));
    let end = start.outcome.as_ref().map_or_else(|| "No record says how it ended.".to_owned(), ended);
    page.paragraph(&Md::text(&format!("{head} {end}")));
    if let Some(command) = &start.command {
        page.fence("", command);
    }
    start.outcome.iter().flat_map(|end| &end.outputs).for_each(|written| output(written, page));
}

/// Says how something ended.
fn ended(end: &Outcome) -> String {
    let exit = end.exit_unless_said().map(|exit| format!(", {exit}")).unwrap_or_default();
    let after = end.took_ms.map(|ms| format!(" after {}", took(ms))).unwrap_or_default();
    format!("Ended{after}{exit} ({}): {}", end.found, stopped(&end.why))
}

fn output(output: &Output, page: &mut Page) {
    if output.bytes == 0 {
        return;
    }
    let dropped = if output.dropped > 0 {
        format!(", of which {} were not kept", grouped(output.dropped))
    } else {
        String::new()
    };
    let head = Md::text(&format!("{}: {} bytes{dropped},", output.stream, grouped(output.bytes)));
    page.paragraph(&head.then(&Md::code(&format!("sha256:{}", output.sha256))));
    if let Some(printed) = &output.printed {
        page.fence("", &excerpt(printed));
    }
}
