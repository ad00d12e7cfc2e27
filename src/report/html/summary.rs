//! The first page: what the run was, and the answers to the six questions.

use super::tag::Tag;
use super::{Page, badge, mark, section, sign};
use crate::report::answer::{Answer, Question};
use crate::report::deviation::Weight;
use crate::report::words::as_of;

/// How many deviations stand on the first page.
const MOST_FIRST: usize = 6;

/// Makes the head of the page.
pub(super) fn header(page: &Page<'_>) -> Tag {
    let identity = &page.account.identity;
    let kind = if identity.is_rehearsal { "Report of a rehearsal" } else { "Report of a run" };
    let version = identity.version.as_ref().map(|version| format!(", version {version}")).unwrap_or_default();
    let which = format!("{} · {}{version}", identity.run, identity.runbook);
    Tag::of("header")
        .add(Tag::class("p", "kicker").says(kind))
        .add(Tag::saying("h1", &identity.title))
        .add(Tag::class("p", "which").says(&which))
        .add(Tag::class("p", "as-of").says(&as_of(page.account)))
}

/// Says before anything else that the record is not what was recorded.
pub(super) fn alarm(page: &Page<'_>) -> Option<Tag> {
    let alarm = page.account.alarm.as_ref()?;
    let words = "What follows is what can be read of it, and cannot be relied on.";
    let title = Tag::of("h2").with("id", "alarm").says("The record is not as it was recorded");
    let section = Tag::class("section", "alarm").with("aria-labelledby", "alarm").add(title);
    Some(section.add(Tag::of("p").add(Tag::saying("strong", alarm))).add(Tag::saying("p", words)))
}

/// Answers the six questions.
pub(super) fn summary(page: &Page<'_>) -> Tag {
    let answers = page.account.answers.iter().map(|answer| card(page, answer));
    section("summary", "Summary").add(Tag::class("dl", "answers").add_all(answers))
}

fn card(page: &Page<'_>, answer: &Answer) -> Tag {
    let tone = answer.grade.tone();
    let said = Tag::of("dd")
        .add(Tag::class("p", "short").add(badge(tone, (sign(tone), &answer.short))))
        .add(Tag::saying("p", &answer.words));
    let said = match answer.question {
        Question::Deviations => said.add_all(first(page)),
        Question::Proof => said.add_all(groups(page)),
        _ => said,
    };
    Tag::class("div", "card").add(Tag::saying("dt", answer.question.words())).add(said)
}

/// Lists the gravest deviations.
fn first(page: &Page<'_>) -> Option<Tag> {
    let found = &page.account.deviations;
    let told: Vec<_> = found.iter().filter(|found| found.kind.weight() != Weight::Minor).collect();
    let entry = |found: &&crate::report::Deviation| {
        let tone = found.kind.weight().tone();
        Tag::of("li").add(badge(tone, (sign(tone), found.kind.title()))).says(" ").says(&found.words)
    };
    let list = Tag::class("ul", "first").add_all(told.iter().take(MOST_FIRST).map(entry));
    let more = found.len().saturating_sub(told.len().min(MOST_FIRST));
    let words = if more == 1 { "1 more".to_owned() } else { format!("{more} more") };
    let more = (more > 0).then(|| Tag::of("li").add(Tag::of("a").with("href", "#deviations").says(&words)));
    (!told.is_empty()).then(|| list.add_all(more))
}

/// Lists the steps by how they stand, each as a link.
fn groups(page: &Page<'_>) -> Option<Tag> {
    let entry = |group: &crate::report::Group| {
        let links = group.items.iter().map(|(number, id)| {
            let anchor = page.anchor(id).unwrap_or_default();
            Tag::of("li").add(Tag::of("a").with("href", &format!("#{anchor}")).says(number))
        });
        let numbers = Tag::class("ul", "numbers").with("aria-label", group.mark.word).add_all(links);
        Tag::of("li").add(mark(group.mark)).add(numbers)
    };
    let groups = &page.account.groups;
    (!groups.is_empty()).then(|| Tag::class("ul", "groups").add_all(groups.iter().map(entry)))
}
