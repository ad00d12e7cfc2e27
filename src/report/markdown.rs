//! An account as Markdown, for the change ticket: CommonMark with tables, as GitHub and GitLab draw them.
//!
//! [`Md`] is the one way in for text from outside. What a page says first is what a reviewer asks first.

mod md;
mod steps;

use super::RECIPE;
use super::account::Account;
use super::deviation::Deviation;
use super::people::Participant;
use super::status::Probe;
use super::timing::Row;
use super::words::{BY_HAND, WITHOUT_MOP, as_of, by_hand, estimate, over, span, times, whole};
use crate::run::forecast::lasts;
use crate::text::grouped;
use md::{Md, Page};

/// Writes an account as Markdown.
pub fn markdown(account: &Account) -> String {
    let mut page = Page::default();
    head(account, &mut page);
    deviations(account, &mut page);
    people(account, &mut page);
    time(account, &mut page);
    steps::steps(account, &mut page);
    status(account, &mut page);
    remarks(account, &mut page);
    record(account, &mut page);
    page.finish()
}

fn head(account: &Account, page: &mut Page) {
    let identity = &account.identity;
    page.heading(1, &Md::text(&identity.title));
    if let Some(alarm) = &account.alarm {
        let words = Md::ours("THE RECORD IS NOT AS IT WAS RECORDED. ").strong();
        page.quote(
            &words
                .then(&Md::text(alarm))
                .then(&Md::ours(" What follows is what can be read, and cannot be relied on.")),
        );
    }
    let version = identity.version.as_ref().map(|version| format!(", version {version}")).unwrap_or_default();
    let kind = if identity.is_rehearsal { "Rehearsal" } else { "Run" };
    let which = format!("{kind} {} of {}{version}. {}", identity.run, identity.runbook, as_of(account));
    page.paragraph(&Md::text(&which));
    let rows = account.answers.iter().map(|answer| {
        vec![Md::text(answer.question.words()), Md::text(&answer.short).strong(), Md::text(&answer.words)]
    });
    page.table(&["Question", "Answer", "In words"], rows.collect());
    let groups = account.groups.iter().map(|group| {
        let numbers: Vec<_> = group.items.iter().map(|(number, _)| number.as_str()).collect();
        vec![
            Md::text(&format!("{} {}", group.mark.sign, group.mark.word)),
            Md::text(&group.items.len().to_string()),
            Md::text(&numbers.join(" ")),
        ]
    });
    page.table(&["Standing", "Steps", "Which"], groups.collect());
}

fn deviations(account: &Account, page: &mut Page) {
    page.heading(2, &Md::ours("Deviations"));
    if account.deviations.is_empty() {
        return page.paragraph(&Md::ours("None."));
    }
    let row = |found: &Deviation| {
        let when = found.at_ms.map(|at_ms| account.moments.second(at_ms)).unwrap_or_default();
        let n = found.n.map(|n| n.to_string()).unwrap_or_default();
        vec![
            Md::text(found.kind.weight().word()),
            Md::text(found.kind.title()),
            Md::text(found.item.as_ref().map(|(number, _)| number.as_str()).unwrap_or_default()),
            Md::text(&found.words),
            Md::text(&when),
            Md::text(&n),
        ]
    };
    page.table(&["Weight", "Kind", "Step", "What", "When", "Record"], account.deviations.iter().map(row).collect());
}

fn people(account: &Account, page: &mut Page) {
    page.heading(2, &Md::ours("People"));
    let row = |person: &Participant| {
        let times: Vec<_> = person.sittings.iter().map(|sitting| times(account, sitting)).collect();
        vec![
            Md::text(&person.name),
            Md::text(&person.id),
            Md::text(&person.roles.join(", ")),
            Md::text(&person.signed_words()),
            Md::text(&person.level_words()),
            Md::text(&times.join("; ")),
        ]
    };
    page.table(
        &["Name", "Id", "Roles signed for", "Signed", "Proved", "There"],
        account.people.iter().map(row).collect(),
    );
}

fn time(account: &Account, page: &mut Page) {
    let (timing, moments) = (&account.timing, &account.moments);
    page.heading(2, &Md::ours("Time"));
    page.paragraph(&Md::text(&whole(timing, moments)));
    let row = |row: &Row| {
        let (began, ended) = span(moments, row);
        let paused = if row.paused_ms > 0 { lasts(row.paused_ms) } else { String::new() };
        let title = Md::text(&format!("{} {}", row.number, row.title));
        vec![
            if row.is_part { title.strong() } else { title },
            Md::text(&row.estimate.as_ref().map(estimate).unwrap_or_default()),
            Md::text(row.estimate.as_ref().map(|estimate| estimate.source.as_str()).unwrap_or_default()),
            Md::text(&row.took_ms.map(lasts).unwrap_or_default()),
            Md::text(&over(row)),
            Md::text(&began),
            Md::text(&ended),
            Md::text(&paused),
            Md::text(row.stage),
        ]
    };
    page.table(
        &["What", "Estimate", "Source", "Actual", "Difference", "Began", "Ended", "In pauses", "Stage"],
        timing.rows.iter().map(row).collect(),
    );
    let pauses = timing.pauses.iter().map(|pause| {
        let to = pause.to_ms.map_or_else(|| "still".to_owned(), |to_ms| moments.minute(to_ms));
        vec![Md::text(&moments.minute(pause.from_ms)), Md::text(&to), Md::text(&pause.who), Md::text(&pause.why)]
    });
    page.table(&["Paused from", "To", "By", "Why"], pauses.collect());
}

fn status(account: &Account, page: &mut Page) {
    page.heading(2, &Md::ours("Status"));
    if account.probes.is_empty() {
        return page.paragraph(&Md::ours("Nothing that the runbook watches changed, or it watches nothing."));
    }
    let rows = |probe: &Probe| {
        let change = |change: &super::status::Change| {
            vec![
                Md::text(&probe.id),
                Md::text(&account.moments.second(change.at_ms)),
                Md::text(&format!("{} {}", change.state.signs().0, change.state.word())),
                Md::text(change.was.word()),
                Md::text(&change.words),
                Md::text(&change.n.to_string()),
            ]
        };
        probe.changes.iter().map(change).collect::<Vec<_>>()
    };
    page.table(
        &["Probe", "When", "Is", "Was", "What was seen", "Record"],
        account.probes.iter().flat_map(rows).collect(),
    );
}

fn remarks(account: &Account, page: &mut Page) {
    let moments = &account.moments;
    let about = |item: &Option<String>| Md::text(item.as_deref().unwrap_or_default());
    let rows = account.attached.iter().map(|file| {
        let size = format!("{} bytes", grouped(file.bytes));
        vec![
            Md::text(&file.name),
            about(&file.item),
            Md::text(&size),
            Md::code(&file.sha256),
            Md::text(&file.who),
            Md::text(&moments.second(file.at_ms)),
        ]
    });
    page.section("Attachments", &["File", "Step", "Size", "SHA-256", "By", "When"], rows.collect());
    let rows = account
        .notes
        .iter()
        .map(|note| vec![Md::text(&note.text), Md::text(&note.who), Md::text(&moments.second(note.at_ms))]);
    page.section("Notes on the run", &["Note", "By", "When"], rows.collect());
    let rows = account.corrections.iter().map(|wrong| {
        vec![
            Md::text(&wrong.of.to_string()),
            Md::text(&wrong.wrong),
            Md::text(&wrong.right),
            Md::text(&wrong.why),
            Md::text(&wrong.who),
        ]
    });
    page.section("Corrected records", &["Record", "Wrong", "Right", "Why", "By"], rows.collect());
    let rows = account.wishes.iter().map(|wish| {
        vec![about(&wish.item), Md::text(&wish.was), Md::text(&wish.now), Md::text(&wish.why), Md::text(&wish.who)]
    });
    page.section("Wishes for the runbook", &["Step", "It says", "It should say", "Why", "By"], rows.collect());
    if !account.asides.is_empty() {
        page.heading(2, &Md::ours("Commands beside the runbook"));
        account.asides.iter().for_each(|aside| steps::started(account, aside, page));
    }
}

fn record(account: &Account, page: &mut Page) {
    let check = &account.check;
    page.heading(2, &Md::ours("The record"));
    page.paragraph(&Md::ours(check.title).strong().then(&Md::text(&super::deviation::sentence(&check.words))));
    let looked = check.looked_at.iter().map(|(word, words)| vec![Md::text(word), Md::text(words)]);
    page.table(&["Looked at", "Found"], looked.collect());
    let found = check.found.iter().map(|(weight, words)| vec![Md::text(weight), Md::text(words)]);
    page.table(&["Weight", "What else was found"], found.collect());
    let rows = [
        ("Run", account.identity.name.clone()),
        ("Last record", account.as_of.n.to_string()),
        ("Its hash", account.as_of.head.clone()),
        ("Its receipt", check.receipt.clone()),
    ];
    page.table(&["", ""], rows.into_iter().map(|(name, value)| vec![Md::text(name), Md::code(&value)]).collect());
    page.heading(3, &Md::ours("How to check it by hand"));
    page.paragraph(&Md::ours(BY_HAND));
    page.fence("sh", &by_hand(account));
    page.paragraph(&Md::ours(WITHOUT_MOP));
    page.fence("bash", RECIPE);
}
