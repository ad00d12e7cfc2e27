//! An account as one page: nothing to load, no script, for a screen of any width, for paper, and for ears.
//!
//! [`Tag`](tag::Tag) is the one way in for text from outside. What a reviewer asks first stands first; what is
//! long is folded, and left out on paper unless somebody unfolded it.

mod axis;
mod prose;
mod record;
mod steps;
mod summary;
mod table;
mod tag;
mod timeline;

use std::collections::HashMap;

use super::account::Account;
use super::mark::{Mark, Tone};
use super::moment::Moments;
use crate::journal::timestamp;
use tag::Tag;

/// How the page looks.
const STYLE: &str = include_str!("html/style.css");
/// What the page may do: show itself.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/// Writes an account as HTML.
pub fn html(account: &Account) -> String {
    let page = Page::of(account);
    let title = format!("{}: {} · {}", account.identity.title, account.identity.run, page.result());
    let head = Tag::of("head")
        .add(Tag::of("meta").with("charset", "utf-8"))
        .add(Tag::of("meta").with("http-equiv", "Content-Security-Policy").with("content", POLICY))
        .add(Tag::of("meta").with("name", "viewport").with("content", "width=device-width, initial-scale=1"))
        .add(Tag::of("meta").with("name", "color-scheme").with("content", "light dark"))
        .add(Tag::of("meta").with("name", "generator").with("content", "mop report"))
        .add(Tag::saying("title", &title))
        .add(Tag::of("style").styles(STYLE));
    let body = Tag::of("body")
        .add(Tag::class("a", "skip").with("href", "#main").says("Skip to the report"))
        .add(summary::header(&page))
        .add(contents(&page))
        .add(main(&page))
        .add(footer(&page));
    format!("<!doctype html>\n{}", Tag::of("html").with("lang", "en").add(head).add(body).written())
}

/// Is what the sections of the page share.
pub(in crate::report) struct Page<'a> {
    account: &'a Account,
    /// The places of the items among all of them, by their ids.
    anchors: HashMap<&'a str, usize>,
    /// The same by their numbers.
    numbers: HashMap<&'a str, usize>,
}

impl<'a> Page<'a> {
    fn of(account: &'a Account) -> Self {
        let anchors = account.items().enumerate().map(|(at, item)| (item.id.as_str(), at)).collect();
        let numbers = account.items().enumerate().map(|(at, item)| (item.number.as_str(), at)).collect();
        Self { account, anchors, numbers }
    }

    fn moments(&self) -> &Moments {
        &self.account.moments
    }

    /// Gives the result in a word or two.
    fn result(&self) -> &str {
        self.account.answers.first().map(|answer| answer.short.as_str()).unwrap_or_default()
    }

    /// Names the place of an item on the page; the name is ours, whatever its id is.
    fn anchor(&self, id: &str) -> Option<String> {
        self.anchors.get(id).map(|at| format!("item-{at}"))
    }

    /// Names an item by its number, as a link to it.
    fn link(&self, number: &str) -> Tag {
        match self.numbers.get(number) {
            Some(at) => Tag::of("a").with("href", &format!("#item-{at}")).says(number),
            None => Tag::saying("span", number),
        }
    }

    /// Tells a moment to the second, for people and for programs.
    fn second(&self, at_ms: i64) -> Tag {
        Tag::of("time").with("datetime", &timestamp(at_ms)).says(&self.moments().second(at_ms))
    }

    /// Tells a moment to the minute.
    fn minute(&self, at_ms: i64) -> Tag {
        Tag::of("time").with("datetime", &timestamp(at_ms)).says(&self.moments().minute(at_ms))
    }
}

/// Makes a section with its heading.
fn section(id: &'static str, title: &str) -> Tag {
    Tag::of("section").with("aria-labelledby", id).add(Tag::of("h2").with("id", id).says(title))
}

/// Makes a badge of a word and a sign.
fn badge(tone: Tone, (sign, word): (&str, &str)) -> Tag {
    let sign = Tag::class("span", "sign").with("aria-hidden", "true").says(sign);
    Tag::class("span", &format!("badge {}", tone.word())).add(sign).add(Tag::saying("span", word))
}

/// Makes the badge of a mark.
fn mark(mark: Mark) -> Tag {
    badge(mark.tone, (mark.sign, mark.word))
}

/// Gives the sign for how something is to be taken.
fn sign(tone: Tone) -> &'static str {
    match tone {
        Tone::Good => "✓",
        Tone::Loud => "!",
        Tone::Bad => "✗",
        Tone::Open => "○",
        Tone::Quiet => "·",
    }
}

/// Lists the sections, in their order.
fn contents(page: &Page<'_>) -> Tag {
    let account = page.account;
    let entries = [
        ("summary", "Summary", true),
        ("timeline", "Timeline", true),
        ("deviations", "Deviations", !account.deviations.is_empty()),
        ("people", "People", true),
        ("time", "Time", true),
        ("steps", "Steps", true),
        ("status", "Status", !account.probes.is_empty()),
        ("remarks", "Notes and files", record::has_remarks(account)),
        ("record", "The record", true),
    ];
    let entry = |(id, words, _): &(&str, &str, bool)| {
        Tag::of("li").add(Tag::of("a").with("href", &format!("#{id}")).says(words))
    };
    // It leads to itself: as long as the page stands there, nothing is folded, on the screen and on paper.
    let all = Tag::of("a").with("id", "everything").with("href", "#everything").says("Unfold all evidence");
    let entries = entries.iter().filter(|(_, _, is_there)| *is_there).map(entry);
    let list = Tag::of("ul").add_all(entries).add(Tag::of("li").add(all));
    Tag::of("nav").with("aria-label", "Contents").add(list)
}

fn main(page: &Page<'_>) -> Tag {
    let main = Tag::of("main").with("id", "main").with("tabindex", "-1");
    let main = main.add_all(summary::alarm(page)).add(summary::summary(page)).add_all(picture(page));
    let main =
        main.add_all(table::deviations(page)).add(table::people(page)).add(table::time(page)).add(steps::steps(page));
    main.add_all(table::status(page)).add_all(record::remarks(page)).add(record::record(page))
}

fn picture(page: &Page<'_>) -> Option<Tag> {
    let drawn = timeline::timeline(page.account)?;
    let scroll = Tag::class("div", "scroll")
        .with("role", "region")
        .with("aria-label", "Timeline, scrolls sideways")
        .with("tabindex", "0");
    let figure = Tag::of("figure").add(scroll.add(drawn)).add(timeline::legend());
    Some(section("timeline", "Timeline").add(figure))
}

fn footer(page: &Page<'_>) -> Tag {
    let account = page.account;
    let words = format!(
        "Written by mop report from records 0 to {} of {}. The same run gives the same page, to the byte.",
        account.as_of.n, account.identity.name
    );
    Tag::of("footer").add(Tag::saying("p", &words))
}
