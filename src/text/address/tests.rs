//! Where addresses begin and end, and that nothing hidden gets into one.

use proptest::prelude::*;

use super::*;
use crate::text::Shown;

fn found(text: &str) -> Vec<&str> {
    addresses(text).into_iter().map(|at| &text[at]).collect()
}

#[test]
fn an_address_ends_where_its_sentence_goes_on() {
    assert_eq!(
        found("see https://a.example/b?c=d#e, or (http://f.example/g_(h))."),
        ["https://a.example/b?c=d#e", "http://f.example/g_(h)"]
    );
    assert_eq!(
        found("<https://a.example>; “https://b.example/”; https://[::1]:8080/."),
        ["https://a.example", "https://b.example/", "https://[::1]:8080/"]
    );
    assert_eq!(found("HTTPS://A.EXAMPLE!"), ["HTTPS://A.EXAMPLE"]);
}

#[test]
fn nothing_else_is_an_address() {
    for text in
        ["ftp://a.example", "javascript://a", "file:///etc/passwd", "https://", "https://.", "xhttps://a.example"]
    {
        assert_eq!(found(text), [""; 0], "{text}");
    }
    assert_eq!(found("git+https://a.example"), [""; 0]);
    assert_eq!(found(&format!("https://a.example/{}", "x".repeat(MOST_BYTES))), [""; 0]);
}

#[test]
fn what_cannot_be_followed_as_it_stands_is_none() {
    for text in ["https://a.example/ä", "https://bücher.example", "https://a.example/lo…"] {
        assert_eq!(found(text), [""; 0], "{text}");
    }
    for outside in ["https://a.example/\u{202E}b", "https://a.example\u{1b}]8;;x\u{7}", "https://a.\u{200B}b"] {
        assert_eq!(found(Shown::line(outside).as_str()), [""; 0], "{outside:?}");
    }
    assert!(is_address("https://a.example") && !is_address("https://a.example/ b"));
}

#[test]
fn an_address_that_takes_lines_is_the_same_on_all_of_them() {
    let lines = wrap_leading("go to https://a.example/bcd now", 14, 2);
    let parts: Vec<_> =
        lines.iter().flat_map(|l| l.leads.iter().map(|(at, to)| (&l.text[at.clone()], &**to))).collect();
    let whole = "https://a.example/bcd";
    assert_eq!(parts, [("https://a.ex", whole), ("ample/bcd", whole)]);
}

proptest! {
    #[test]
    fn lines_are_as_without_links_and_no_address_can_do_harm(
        parts in prop::collection::vec(
            prop_oneof![
                "[a-z .,()漢\u{202E}\u{1b}\n<>^]{0,9}",
                "https?://[a-z/.\u{7f}\u{1b}\u{9c}é]{0,30}",
                any::<String>(),
            ],
            0..8,
        ),
        cells in 0_usize..30,
        hanging in 0_usize..6,
    ) {
        let shown = Shown::text(&parts.concat());
        let lines = wrap_leading(shown.as_str(), cells, hanging);
        let plain: Vec<_> = lines.iter().map(|line| line.text.clone()).collect();
        prop_assert_eq!(plain, wrap(shown.as_str(), cells, hanging));
        for line in &lines {
            let mut end = 0;
            for (at, address) in &line.leads {
                prop_assert!(end <= at.start && at.start < at.end);
                end = at.end;
                prop_assert!(is_address(address) && address.len() <= MOST_BYTES);
                prop_assert!(address.bytes().all(|byte| (0x21..0x7f).contains(&byte) && byte != b'^'));
                prop_assert!(address.contains(&line.text[at.clone()]));
            }
        }
    }
}
