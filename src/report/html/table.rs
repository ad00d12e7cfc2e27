//! Tables: deviations, people, times and status, each in a box of its own that scrolls where it is too wide.

use super::tag::Tag;
use super::{Page, badge, section, sign};
use crate::report::deviation::Deviation;
use crate::report::mark::Tone;
use crate::report::people::Participant;
use crate::report::status::{Change, Probe};
use crate::report::timing::{Pause, Row};
use crate::report::words::{estimate, over, times, whole};
use crate::run::ProbeState;
use crate::run::forecast::lasts;

/// Is a table: its caption, what stands above its columns, and its rows.
pub(super) struct Table {
    pub(super) caption: &'static str,
    pub(super) columns: &'static [&'static str],
    pub(super) rows: Vec<Tag>,
}

impl Table {
    /// Draws it; the columns that hold figures are named by their class.
    pub(super) fn drawn(self) -> Tag {
        let Self { caption, columns, rows } = self;
        let head = columns.iter().map(|name| Tag::of("th").with("scope", "col").says(name));
        let table = Tag::of("table")
            .add(Tag::saying("caption", caption))
            .add(Tag::of("thead").add(Tag::of("tr").add_all(head)))
            .add(Tag::of("tbody").add_all(rows));
        Tag::class("div", "scroll").with("role", "region").with("aria-label", caption).with("tabindex", "0").add(table)
    }
}

/// Makes a cell of text.
pub(super) fn cell(text: &str) -> Tag {
    Tag::saying("td", text)
}

/// Makes a cell of a figure.
pub(super) fn figure(text: &str) -> Tag {
    Tag::class("td", "figure").says(text)
}

/// Makes a cell of an element, or an empty one.
pub(super) fn holding(tag: Option<Tag>) -> Tag {
    Tag::of("td").add_all(tag)
}

/// Makes the cell that names its row.
pub(super) fn naming(text: &str) -> Tag {
    Tag::of("th").with("scope", "row").says(text)
}

/// Lists what was not as the runbook has it.
pub(super) fn deviations(page: &Page<'_>) -> Option<Tag> {
    let found = &page.account.deviations;
    let row = |found: &Deviation| {
        let weight = found.kind.weight();
        let tone = weight.tone();
        Tag::of("tr")
            .add(Tag::of("th").with("scope", "row").add(badge(tone, (sign(tone), found.kind.title()))))
            .add(cell(weight.word()))
            .add(holding(found.item.as_ref().map(|(number, _)| page.link(number))))
            .add(Tag::class("td", "words").says(&found.words))
            .add(Tag::class("td", "figure").add_all(found.at_ms.map(|at_ms| page.second(at_ms))))
            .add(figure(&found.n.map(|n| n.to_string()).unwrap_or_default()))
    };
    let columns = &["Kind", "Weight", "Step", "What happened", "When", "Record"];
    let table = Table {
        caption: "What was not as the runbook has it, the gravest first",
        columns,
        rows: found.iter().map(row).collect(),
    };
    (!found.is_empty()).then(|| section("deviations", "Deviations").add(table.drawn()))
}

/// Lists who was there.
pub(super) fn people(page: &Page<'_>) -> Tag {
    let row = |person: &Participant| {
        let there = person.sittings.iter().map(|sitting| Tag::saying("li", &times(page.account, sitting)));
        let roster = if person.is_in_roster { "yes" } else { "no" };
        Tag::of("tr")
            .add(naming(&person.name))
            .add(cell(&person.id))
            .add(cell(roster))
            .add(cell(&person.roles.join(", ")))
            .add(cell(&person.signed_words()))
            .add(cell(&person.level_words()))
            .add(Tag::of("td").add(Tag::class("ul", "plain").add_all(there)))
    };
    let columns = &["Name", "Id", "In the roster", "Roles signed for", "Signed", "Proved", "There"];
    let rows = page.account.people.iter().map(row).collect();
    let table = Table { caption: "Who acted in the run", columns, rows };
    let wheel = page.account.wheel.iter().map(|line| {
        Tag::of("tr")
            .add(Tag::class("td", "figure").add(page.second(line.at_ms)))
            .add(cell(&line.who))
            .add(cell(&line.words))
    });
    let wheel: Vec<_> = wheel.collect();
    let has_wheel = !wheel.is_empty();
    let wheel =
        Table { caption: "Who had the wheel, after the one who began", columns: &["When", "Who", "What"], rows: wheel };
    section("people", "People").add(table.drawn()).add_all(has_wheel.then(|| wheel.drawn()))
}

/// Lists the times.
pub(super) fn time(page: &Page<'_>) -> Tag {
    let (timing, moments) = (&page.account.timing, page.moments());
    let row = |row: &Row| {
        let longer = row.difference_ms.is_some_and(|ms| ms > 0);
        let difference = Tag::class("td", if longer { "figure over" } else { "figure" }).says(&over(row));
        let moment = |at_ms: Option<i64>| Tag::class("td", "figure").add_all(at_ms.map(|at_ms| page.minute(at_ms)));
        Tag::class("tr", if row.is_part { "part" } else { "below" })
            .add(naming(&format!("{} {}", row.number, row.title)))
            .add(figure(&row.estimate.as_ref().map(estimate).unwrap_or_default()))
            .add(cell(row.estimate.as_ref().map(|estimate| estimate.source.as_str()).unwrap_or_default()))
            .add(figure(&row.took_ms.map(lasts).unwrap_or_default()))
            .add(difference)
            .add(moment(row.began_ms))
            .add(moment(row.ended_ms))
            .add(figure(&if row.paused_ms > 0 { lasts(row.paused_ms) } else { String::new() }))
            .add(cell(row.stage))
    };
    let columns = &["What", "Estimate", "Source", "Actual", "Difference", "Began", "Ended", "In pauses", "Stage"];
    let table = Table { caption: "Estimated and actual times", columns, rows: timing.rows.iter().map(row).collect() };
    let pause = |pause: &Pause| {
        let to = pause.to_ms.map_or_else(|| cell("still"), |to_ms| Tag::class("td", "figure").add(page.minute(to_ms)));
        let lasted = pause.to_ms.unwrap_or(page.account.as_of.at_ms) - pause.from_ms;
        Tag::of("tr")
            .add(Tag::class("td", "figure").add(page.minute(pause.from_ms)))
            .add(to)
            .add(figure(&lasts(lasted)))
            .add(cell(&pause.who))
            .add(cell(&pause.why))
    };
    let pauses = Table {
        caption: "Pauses",
        columns: &["From", "To", "For", "By", "Why"],
        rows: timing.pauses.iter().map(pause).collect(),
    };
    let has_pauses = !timing.pauses.is_empty();
    let words = Tag::saying("p", &whole(timing, moments));
    section("time", "Time").add(words).add(table.drawn()).add_all(has_pauses.then(|| pauses.drawn()))
}

/// Lists what changed in the status.
pub(super) fn status(page: &Page<'_>) -> Option<Tag> {
    let rows = |probe: &Probe| {
        let row = |change: &Change| {
            let tone = match change.state {
                ProbeState::Ok => Tone::Good,
                ProbeState::Bad => Tone::Bad,
                ProbeState::Warn | ProbeState::Stale => Tone::Loud,
                ProbeState::Unknown => Tone::Quiet,
            };
            Tag::of("tr")
                .add(naming(&probe.id))
                .add(Tag::class("td", "figure").add(page.second(change.at_ms)))
                .add(holding(Some(badge(tone, (change.state.signs().0, change.state.word())))))
                .add(cell(change.was.word()))
                .add(Tag::class("td", "words").says(&change.words))
                .add(figure(&change.n.to_string()))
        };
        probe.changes.iter().map(row).collect::<Vec<_>>()
    };
    let probes = &page.account.probes;
    let columns = &["Probe", "When", "Is", "Was", "What was seen", "Record"];
    let table = Table { caption: "What changed in the status", columns, rows: probes.iter().flat_map(rows).collect() };
    (!probes.is_empty()).then(|| section("status", "Status").add(table.drawn()))
}
