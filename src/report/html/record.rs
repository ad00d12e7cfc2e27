//! What stands beside the steps: notes, files, corrections, wishes, other commands; and the record itself, with
//! how to check it by hand.

use super::steps::{fact, hash, started};
use super::table::{Table, cell, figure, holding, naming};
use super::tag::Tag;
use super::{Page, badge, section, sign};
use crate::report::RECIPE;
use crate::report::account::Account;
use crate::report::line::Line;
use crate::report::words::{BY_HAND, WITHOUT_MOP, by_hand};
use crate::text::grouped;

/// Tells whether there is anything beside the steps.
pub(super) fn has_remarks(account: &Account) -> bool {
    !(account.notes.is_empty()
        && account.attached.is_empty()
        && account.corrections.is_empty()
        && account.wishes.is_empty()
        && account.asides.is_empty())
}

/// Writes what stands beside the steps.
pub(super) fn remarks(page: &Page<'_>) -> Option<Tag> {
    if !has_remarks(page.account) {
        return None;
    }
    let section = section("remarks", "Notes and files").add_all(files(page)).add_all(notes(page));
    let section = section.add_all(corrections(page)).add_all(wishes(page));
    Some(section.add_all(page.account.asides.iter().map(|aside| started(page, aside))))
}

fn table(caption: &'static str, columns: &'static [&'static str], rows: Vec<Tag>) -> Option<Tag> {
    (!rows.is_empty()).then(|| Table { caption, columns, rows }.drawn())
}

fn files(page: &Page<'_>) -> Option<Tag> {
    let rows = page.account.attached.iter().map(|file| {
        Tag::of("tr")
            .add(naming(&file.name))
            .add(holding(file.item.as_ref().map(|number| page.link(number))))
            .add(figure(&format!("{} bytes", grouped(file.bytes))))
            .add(holding(Some(hash(&file.sha256))))
            .add(cell(&file.who))
            .add(Tag::class("td", "figure").add(page.second(file.at_ms)))
    });
    table("Files that were put into the run", &["File", "Step", "Size", "SHA-256", "By", "When"], rows.collect())
}

fn notes(page: &Page<'_>) -> Option<Tag> {
    let rows = page.account.notes.iter().map(|note| {
        Tag::of("tr")
            .add(Tag::class("td", "words lines").says_lines(&note.text))
            .add(cell(&note.who))
            .add(Tag::class("td", "figure").add(page.second(note.at_ms)))
    });
    table("Notes on the run", &["Note", "By", "When"], rows.collect())
}

fn corrections(page: &Page<'_>) -> Option<Tag> {
    let rows = page.account.corrections.iter().map(|wrong| {
        Tag::of("tr")
            .add(Tag::of("th").with("scope", "row").says(&wrong.of.to_string()))
            .add(cell(&wrong.wrong))
            .add(cell(&wrong.right))
            .add(cell(&wrong.why))
            .add(cell(&wrong.who))
            .add(Tag::class("td", "figure").add(page.second(wrong.at_ms)))
    });
    table("Records that were said to be wrong", &["Record", "Wrong", "Right", "Why", "By", "When"], rows.collect())
}

fn wishes(page: &Page<'_>) -> Option<Tag> {
    let rows = page.account.wishes.iter().map(|wish| {
        let step = wish.item.as_ref().map_or_else(|| Tag::saying("span", "the runbook"), |number| page.link(number));
        Tag::of("tr")
            .add(Tag::of("th").with("scope", "row").add(step))
            .add(Tag::class("td", "words").add(Tag::saying("del", &wish.was)))
            .add(Tag::class("td", "words").add(Tag::saying("ins", &wish.now)))
            .add(cell(&wish.why))
            .add(cell(&wish.who))
    });
    table("Wishes for the runbook", &["Step", "It says", "It should say", "Why", "By"], rows.collect())
}

/// Makes the row of a record.
pub(super) fn row(page: &Page<'_>, line: &Line) -> Tag {
    Tag::of("tr")
        .add(Tag::of("th").with("scope", "row").says(&line.n.to_string()))
        .add(Tag::class("td", "figure").add(page.second(line.at_ms)))
        .add(cell(&line.who))
        .add(Tag::class("td", "words").says(&line.words))
        .add(Tag::of("td").add(Tag::saying("code", &line.receipt)))
}

/// Makes a table of records.
pub(super) fn lines(caption: &'static str, rows: Vec<Tag>) -> Tag {
    Table { caption, columns: &["Record", "When", "Who", "What", "Receipt"], rows }.drawn()
}

/// Writes what the record is worth, and how to check that.
pub(super) fn record(page: &Page<'_>) -> Tag {
    let (account, check) = (page.account, &page.account.check);
    let tone = check.grade.tone();
    let verdict = Tag::of("p").add(badge(tone, (sign(tone), check.title))).says(" ");
    let looked = check
        .looked_at
        .iter()
        .map(|(word, words)| Tag::of("tr").add(naming(word)).add(Tag::class("td", "words").says(words)));
    let found = check
        .found
        .iter()
        .map(|(weight, words)| Tag::of("tr").add(naming(weight)).add(Tag::class("td", "words").says(words)));
    let facts = Tag::class("dl", "facts")
        .add_all(fact("Run", Tag::saying("code", &account.identity.name)))
        .add_all(fact("Last record", Tag::saying("span", &account.as_of.n.to_string())))
        .add_all(fact("Its hash", hash(&account.as_of.head)))
        .add_all(fact("Its receipt", Tag::saying("code", &check.receipt)))
        .add_all(account.identity.answers.iter().flat_map(|(name, value)| fact(name, Tag::saying("span", value))));
    let files = account.identity.files.iter().flat_map(|(name, value)| fact(name, hash(value)));
    let files = folded("The files that it began with", Tag::class("dl", "facts").add_all(files));
    let others: Vec<_> = account.lines.iter().map(|line| row(page, line)).collect();
    let others = (!others.is_empty()).then(|| folded("Records about no step", lines("Records about no step", others)));
    section("record", "The record")
        .add(verdict.says(&crate::report::deviation::sentence(&check.words)))
        .add_all(table("What was looked at", &["Part", "Found"], looked.collect()))
        .add_all(table("What else was found", &["Weight", "What"], found.collect()))
        .add(facts)
        .add(files)
        .add_all(others)
        .add(folded("How to check it by hand", by_hands(account)))
}

fn folded(title: &str, inside: Tag) -> Tag {
    Tag::of("details").add(Tag::saying("summary", title)).add(inside)
}

fn by_hands(account: &Account) -> Tag {
    let code = |label: &str, text: &str| {
        Tag::of("pre").with("tabindex", "0").with("role", "region").with("aria-label", label).says_lines(text)
    };
    Tag::of("div")
        .add(Tag::saying("p", BY_HAND))
        .add(code("Commands of mop", &by_hand(account)))
        .add(Tag::saying("p", WITHOUT_MOP))
        .add(code("Recipe without mop", RECIPE))
}
