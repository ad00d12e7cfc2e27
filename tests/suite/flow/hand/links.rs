//! Addresses that are links: in a text, a value, a link of the runbook and a contact.

use mop::app::Means;
use mop::ui::{Code, Key};

use crate::flow::fixture::{Bench, book_of};

const BOOK: &str = "mop: 1\ntitle: Small\ncontacts: { Store: 'https://store.example/' }\ninputs:\n  site: { ask: \
                    Which site, type: url, default: 'https://site.example/' }\nactivities:\n  - title: One\n    \
                    steps:\n      - { title: Read, text: 'Read [the page](https://page.example/) first.' }\n      - \
                    { id: do, title: Look, run: { command: 'curl {{ site }}', expect: { exit: 0 } } }\n";

fn begun(fits: bool) -> Bench {
    let mut bench = Bench::new(120, 40);
    bench.fit_out(|fittings| fittings.links = fits);
    bench.start(BOOK, "Ada");
    bench.frame();
    bench
}

#[test]
fn a_link_of_the_runbook_a_value_and_a_contact_lead_where_they_say() {
    let mut bench = begun(true);
    assert_eq!(bench.led(), ["the pagehttps://page.example/"]);
    bench.sign();
    bench.frame();
    assert_eq!(bench.led(), ["https://site.example/"], "{}", bench.frame());
    bench.keys("?G");
    bench.frame();
    assert_eq!(bench.led(), ["https://store.example/"], "{}", bench.frame());
}

#[test]
fn before_a_run_begins_its_contacts_and_values_lead_somewhere_too() {
    let mut bench = Bench::new(120, 40);
    bench.fit_out(|_| {});
    bench.open_book(book_of(BOOK));
    bench.keys("Ada");
    bench.key(Key::press(Code::Enter));
    bench.frame();
    assert_eq!(bench.led(), ["https://store.example/", "https://site.example/"], "{}", bench.frame());
}

#[test]
fn nothing_is_a_link_where_nobody_wants_it_or_the_terminal_has_none() {
    let mut bench = begun(false);
    bench.frame();
    assert_eq!(bench.led(), [""; 0]);
    let console = |name: &str| (name == "TERM").then(|| "linux".into());
    bench.fit_out(|fittings| fittings.means = Means::of(console));
    bench.frame();
    assert_eq!(bench.led(), [""; 0]);
}

#[test]
fn a_long_message_over_a_link_leads_nowhere() {
    let mut bench = Bench::new(60, 12);
    bench.fit_out(|_| {});
    let page = "https://page.example/x ".repeat(30);
    bench.start(&BOOK.replace("Read [the page](https://page.example/) first.", &page), "Ada");
    bench.keys("\t");
    bench.frame();
    let before = bench.led().len();
    bench.say(&"This is a sentence that is too long for one row. ".repeat(4));
    bench.frame();
    assert!(bench.led().len() < before, "{}", bench.frame());
}
