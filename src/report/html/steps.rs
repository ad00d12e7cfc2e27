//! Every item with its mark, what proves it, who signed, and its evidence, which is folded away on a screen.

use super::tag::Tag;
use super::{Page, mark, section};
use crate::report::account::Part;
use crate::report::item::{Item, Signature, level_words};
use crate::report::moment::took;
use crate::report::start::{Outcome, Output, Started};
use crate::report::words::excerpt;
use crate::text::{counted, grouped};

/// Writes the steps, part by part.
pub(super) fn steps(page: &Page<'_>) -> Tag {
    section("steps", "Steps").add_all(page.account.parts.iter().map(|part| of_part(page, part)))
}

fn of_part(page: &Page<'_>, part: &Part) -> Tag {
    let anchor = page.anchor(&part.head.id).unwrap_or_default();
    let title = Tag::of("h3")
        .with("id", &anchor)
        .add(Tag::class("span", "number").says(&part.head.number))
        .says(" ")
        .says(&part.head.title);
    let section = Tag::class("section", "of-part").with("aria-labelledby", &anchor).add(title);
    if part.head.is_in_reserve {
        let steps = counted(part.items.iter().filter(|item| !item.is_heading).count(), "step");
        return section
            .add(Tag::class("p", "quiet").says(&format!("In reserve with {steps}: the run was not backed out.")));
    }
    let own = (!part.head.is_heading).then(|| item(page, &part.head));
    let items = part.items.iter().filter(|item| item.counts() || item.is_heading).map(|one| item(page, one));
    section.add(Tag::class("ol", "items").add_all(own).add_all(items))
}

fn item(page: &Page<'_>, item: &Item) -> Tag {
    let anchor = page.anchor(&item.id).unwrap_or_default();
    let number = Tag::class("span", "number").says(&item.number);
    let title = Tag::class("h4", "title").add(number).says(" ").says(&item.title);
    let entry = Tag::class("li", if item.is_heading { "item heading" } else { "item" }).with("id", &anchor);
    if item.is_heading {
        return entry.add(title);
    }
    let head = Tag::class("div", "head").add(title).add(mark(item.mark));
    let settled = item.settled_ms.map(|at_ms| Tag::class("span", "when").add(page.second(at_ms)).says(" "));
    let proved = Tag::class("p", "proved").add_all(settled).says(&crate::report::deviation::sentence(&item.proved));
    let proved = if item.proved.is_empty() { None } else { Some(proved) };
    let chosen = item.chosen.as_ref().map(|(id, title)| Tag::saying("p", &format!("Chosen: {title} ({id})")));
    let values = item.values.iter().map(|(name, value)| Tag::saying("p", &format!("Recorded {name}: {value}")));
    let notes = item.notes.iter().map(|note| {
        let words = format!("{}, {}: ", note.who, page.moments().second(note.at_ms));
        Tag::class("p", "note").says("Note of ").says(&words).add(Tag::class("span", "lines").says_lines(&note.text))
    });
    entry.add(head).add_all(proved).add_all(chosen).add_all(values).add_all(notes).add_all(more(page, item))
}

/// Folds the evidence of an item away.
fn more(page: &Page<'_>, item: &Item) -> Option<Tag> {
    if item.lines.is_empty() && item.text.is_empty() {
        return None;
    }
    let parts = [(item.signatures.len(), "signature"), (item.starts.len(), "attempt"), (item.lines.len(), "record")];
    let words: Vec<_> =
        parts.iter().filter(|(count, _)| *count > 0).map(|(count, thing)| counted(*count, thing)).collect();
    let words = if words.is_empty() { "How to do it".to_owned() } else { format!("Evidence: {}", words.join(", ")) };
    let name = Tag::class("span", "for-ears").says(&format!(" of {}", item.number));
    let how = (!item.text.is_empty()).then(|| block("How to do it", super::prose::prose(&item.written)));
    let details = Tag::of("details").add(Tag::of("summary").says(&words).add(name)).add_all(how);
    let details = details.add_all(item.signatures.iter().map(|given| signature(page, given)));
    let details = details.add_all(item.starts.iter().map(|start| started(page, start)));
    Some(details.add_all(records(page, item)))
}

fn block(title: &str, tag: Tag) -> Tag {
    Tag::class("div", "block").add(Tag::class("p", "label").says(title)).add(tag)
}

fn signature(page: &Page<'_>, given: &Signature) -> Tag {
    let role = given.role.as_ref().map(|role| format!(" as {role}")).unwrap_or_default();
    let title = format!("Signature of {}{role}: {}", given.who, given.meaning.word());
    let counts = if given.counts { "" } else { " It does not count any more." };
    let words = format!(
        "{}, {}. Record {}, after record {} was seen.{counts}",
        given.outcome,
        level_words(given.level),
        given.n,
        given.seen
    );
    let facts = Tag::class("dl", "facts")
        .add_all(fact("When", page.second(given.at_ms)))
        .add_all(fact("Receipt", Tag::saying("code", &given.receipt)))
        .add_all(given.evidence.iter().flat_map(|kept| fact(kept.what, hash(&kept.sha256))));
    let statement = Tag::of("pre")
        .with("tabindex", "0")
        .with("role", "region")
        .with("aria-label", "The statement that was signed")
        .says_lines(&given.statement);
    block(&title, Tag::of("div").add(Tag::saying("p", &words)).add(facts).add(statement))
}

/// Makes a fact with its name.
pub(super) fn fact(name: &str, value: Tag) -> [Tag; 1] {
    [Tag::of("div").add(Tag::saying("dt", name)).add(Tag::of("dd").add(value))]
}

/// Writes a hash, which may break anywhere.
pub(super) fn hash(sha256: &str) -> Tag {
    Tag::class("code", "hash").says(&format!("sha256:{sha256}"))
}

/// Writes one start of a command.
pub(super) fn started(page: &Page<'_>, start: &Started) -> Tag {
    let title = format!("Attempt {}, started by {}", start.attempt, start.who);
    let mended = start.mended.as_ref().map(|mended| Tag::saying("p", &format!("After this was mended: {mended}")));
    let command = start.command.as_ref().map(|command| {
        Tag::class("pre", "command")
            .with("tabindex", "0")
            .with("role", "region")
            .with("aria-label", "Command")
            .says_lines(command)
    });
    let end = start
        .outcome
        .as_ref()
        .map_or_else(|| Tag::saying("p", "No record says how it ended."), |end| Tag::saying("p", &ended(end)));
    let began = Tag::of("p").says("Started ").add(page.second(start.at_ms)).says(&format!(", record {}.", start.n));
    let inside = Tag::of("div").add(began).add_all(mended).add_all(command).add(end);
    let seen = start.outcome.iter().flat_map(|end| &end.sightings);
    let seen = seen.map(|(probe, state, words)| Tag::saying("p", &format!("{probe} was {state}: {words}")));
    let values = start.outcome.iter().flat_map(|end| &end.values);
    let values = values.map(|(name, value)| Tag::saying("p", &format!("It gave {name}: {value}")));
    let outputs = start.outcome.iter().flat_map(|end| &end.outputs).filter(|output| output.bytes > 0).map(output);
    block(&title, inside.add_all(seen).add_all(values).add_all(outputs))
}

fn ended(end: &Outcome) -> String {
    let exit = end.exit_unless_said().map(|exit| format!(", {exit}")).unwrap_or_default();
    let after = end.took_ms.map(|ms| format!(" after {}", took(ms))).unwrap_or_default();
    format!("Ended{after}{exit} ({}, record {}): {}", end.found, end.n, crate::report::deviation::stopped(&end.why))
}

fn output(output: &Output) -> Tag {
    let dropped = if output.dropped > 0 {
        format!(", of which {} were not kept", grouped(output.dropped))
    } else {
        String::new()
    };
    let words = format!("{}: {} bytes{dropped}", output.stream, grouped(output.bytes));
    let head = Tag::of("p").says(&words).says(" ").add(hash(&output.sha256));
    let shown = output.printed.as_ref().map(|printed| {
        let label = format!("What was printed to {}", output.stream);
        Tag::class("pre", "output")
            .with("tabindex", "0")
            .with("role", "region")
            .with("aria-label", &label)
            .says_lines(&excerpt(printed))
    });
    Tag::of("div").add(head).add_all(shown)
}

fn records(page: &Page<'_>, item: &Item) -> Option<Tag> {
    let rows = item.lines.iter().map(|line| super::record::row(page, line)).collect::<Vec<_>>();
    (!rows.is_empty()).then(|| block("Records", super::record::lines("Records of the step", rows)))
}
