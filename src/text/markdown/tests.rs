//! What authors write arrives, in bounds, and safe.

use proptest::prelude::*;

use super::*;
use crate::text::{clusters, is_dangerous, shown::tests::nasty, width};

fn texts(spans: &[Span]) -> String {
    spans.iter().map(|span| span.text.as_str()).collect()
}

#[test]
fn blocks_are_told_apart() {
    let blocks = parse("# Take *care*\n\nOne\ntwo  \nthree\n\n***\n\n```sh -x\nls\n\nrm \u{1b}\n```\n> quoted\n");
    assert!(matches!(&blocks[0], Block::Heading(1, spans) if spans[1].emphasis && texts(spans) == "Take care"));
    assert!(matches!(&blocks[1], Block::Paragraph(spans) if texts(spans) == "One two\nthree"));
    assert_eq!(blocks[2], Block::Rule);
    let Block::Code { language, lines } = &blocks[3] else { panic!("{blocks:?}") };
    assert_eq!(language.as_ref().map(Shown::as_str), Some("sh"));
    assert_eq!(lines.iter().map(Shown::as_str).collect::<Vec<_>>(), ["ls", "", "rm ^["]);
    assert!(matches!(&blocks[4], Block::Quote(inner) if inner.len() == 1));
}

#[test]
fn items_know_their_depth_and_number() {
    let blocks = parse("3. a\n   - b\n\n     more\n4. c\n5.\n");
    let items: Vec<_> = blocks
        .iter()
        .filter_map(|block| match block {
            Block::Item { depth, marker, spans } => Some((*depth, marker.as_str(), texts(spans))),
            _ => None,
        })
        .collect();
    let expected = [(0, "3.", "a"), (1, "-", "b"), (1, "", "more"), (0, "4.", "c"), (0, "5.", "")];
    assert_eq!(items, expected.map(|(depth, marker, text)| (depth, marker, text.to_owned())));
}

#[test]
fn spans_carry_their_style() {
    let blocks = parse("a **b** `c` [d](https://e)");
    let Block::Paragraph(spans) = &blocks[0] else { panic!("{blocks:?}") };
    assert!(spans[1].strong && spans[3].code);
    assert_eq!(spans[5].link.as_deref(), Some("https://e"));
}

#[test]
fn raw_html_is_text() {
    assert_eq!(plain("a <b>c</b>\n\n<script>\nx\n</script>\n", 40), ["a <b>c</b>", "", "<script>", "x", "</script>"]);
}

#[test]
fn an_entity_cannot_smuggle_a_control_in() {
    assert_eq!(plain("a&#x202e;b&#27;", 40), ["a<U+202E>b^["]);
}

#[test]
fn plain_lines_show_links_lists_code_and_quotes() {
    let text = "See [the **guide**](https://g) or <https://h>.\n\n- one two\n- x\n  1. y\n\n      code\n\n> wise\n>\n> words\n";
    let expected = [
        "See the guide",
        "<https://g> or",
        "https://h.",
        "",
        "- one two",
        "- x",
        "  1. y",
        "",
        "      code",
        "",
        "> wise",
        ">",
        "> words",
    ];
    let drawn = plain(text, 15);
    assert_eq!(drawn[..7], expected[..7]);
    assert_eq!(drawn[drawn.len() - 3..], expected[10..]);
}

#[test]
fn a_link_without_a_text_shows_its_address() {
    assert_eq!(plain("a [](https://b) ![](c.png)", 40), ["a https://b c.png"]);
}

#[test]
fn code_keeps_its_empty_lines() {
    assert_eq!(plain("```\na\n\n  b\n```", 40), ["    a", "", "      b"]);
}

#[test]
fn a_deep_document_is_drawn_at_the_deepest_level() {
    let deep = format!("{} end", "> ".repeat(5000));
    assert_eq!(plain(&deep, 80).len(), 1);
    let list: String = (0..200).map(|depth| format!("{}- x\n", "  ".repeat(depth))).collect();
    let deepest = parse(&list).iter().fold(0, |most, block| match block {
        Block::Item { depth, .. } => most.max(*depth),
        _ => most,
    });
    assert_eq!(deepest, MOST_DEPTH);
}

proptest! {
    #[test]
    fn any_text_can_be_drawn_in_any_width(text in nasty(), any in any::<String>(), cells in 0usize..40) {
        for line in plain(&text, cells).into_iter().chain(plain(&any, cells)) {
            let fits = width(&line) <= cells.max(3) || clusters(&line).count() == 1;
            prop_assert!(fits, "{:?}", line);
            let safe = line.chars().all(|c| !is_dangerous(c) || "\u{200d}\u{fe0e}\u{fe0f}".contains(c));
            prop_assert!(safe, "{:?}", line);
        }
    }
}

#[test]
fn a_link_leads_with_its_words_and_its_address_and_nowhere_but_to_the_web() {
    let text = "1. Read\n   [the *whole* page](https://a.example/b) and\n   [this](file:///etc/passwd).\n\n> https://c.example";
    for cells in [80, 14] {
        let lines = leading(text, cells);
        let leads = |to: &str| {
            let parts =
                lines.iter().flat_map(|line| line.leads.iter().map(move |(at, to)| (&line.text[at.clone()], to)));
            parts.filter(|(_, known)| **known == to).map(|(part, _)| part).collect::<Vec<_>>().join("|")
        };
        let joined = |to| leads(to).replace(['|', ' '], "");
        assert_eq!(joined("https://a.example/b"), "thewholepagehttps://a.example/b", "{lines:?}");
        assert_eq!(joined("https://c.example"), "https://c.example");
        assert_eq!(lines.iter().flat_map(|line| &line.leads).filter(|(_, to)| to.contains("file")).count(), 0);
    }
}
