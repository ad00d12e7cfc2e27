//! Cells are counted as a terminal draws them, and nothing cut is ever too wide.

use proptest::prelude::*;

use super::*;
use crate::text::shown::tests::nasty;

#[test]
fn wide_characters_take_two_cells() {
    assert_eq!(width("abc"), 3);
    assert_eq!(width("漢字"), 4);
    assert_eq!(width("👩‍👩‍👧"), 2);
    assert_eq!(width("e\u{301}"), 1);
    assert_eq!(width("±§…⏎◌"), 5);
    assert_eq!(width(""), 0);
}

#[test]
fn a_cut_takes_whole_clusters() {
    assert_eq!(cut("abc", 2), "ab");
    assert_eq!(cut("漢字", 3), "漢");
    assert_eq!(cut("ae\u{301}", 1), "a");
    assert_eq!(cut("a\u{301}e", 1), "a\u{301}");
    assert_eq!(cut("abc", 0), "");
    assert_eq!(cut("abc", usize::MAX), "abc");
}

#[test]
fn a_text_that_does_not_fit_ends_in_an_ellipsis() {
    assert_eq!(fit("abcdef", 4), "abc…");
    assert_eq!(fit("漢字漢", 4), "漢…");
    assert_eq!(fit("abc", 3), "abc");
    assert_eq!(fit("abc", 0), "");
}

#[test]
fn padding_fills_what_a_wide_character_leaves() {
    assert_eq!(pad("漢字漢", 4), "漢… ");
    assert_eq!(pad("ab", 4), "ab  ");
}

#[test]
fn a_chain_of_letters_that_is_one_cluster_can_be_cut() {
    let chain = "\u{1100}".repeat(1000);
    assert_eq!(width(&chain), 2000);
    assert_eq!(width(cut(&chain, 7)), 6);
}

#[test]
fn marks_are_told_from_letters() {
    assert!("\u{301}\u{20E3}\u{93E}\u{1161}\u{1F3FD}".chars().all(is_mark));
    assert!(!"aé漢각🙂क".chars().any(is_mark));
}

proptest! {
    #[test]
    fn nothing_cut_or_fitted_is_wider_than_asked(text in nasty(), cells in 0usize..20) {
        let start = cut(&text, cells);
        prop_assert!(text.starts_with(start));
        prop_assert!(width(start) <= cells);
        prop_assert!(width(&fit(&text, cells)) <= cells);
        prop_assert_eq!(width(&pad(&text, cells)), cells);
    }

    #[test]
    fn what_fits_is_left_alone(text in nasty()) {
        prop_assert_eq!(cut(&text, width(&text)), text.as_str());
        prop_assert_eq!(fit(&text, width(&text)), text.as_str());
    }

    #[test]
    fn clusters_add_up_to_the_text(text in nasty()) {
        let joined: String = clusters(&text).map(|(cluster, _)| cluster).collect();
        prop_assert_eq!(joined, text);
    }

    #[test]
    fn clusters_end_where_unicode_says_so_or_inside_a_chain(text in nasty()) {
        let ends = |parts: Vec<&str>| parts.iter().scan(0, |end, part| { *end += part.len(); Some(*end) }).collect();
        let known: std::collections::BTreeSet<usize> = ends(text.graphemes(true).collect());
        let found: std::collections::BTreeSet<usize> = ends(clusters(&text).map(|(cluster, _)| cluster).collect());
        prop_assert!(known.is_subset(&found), "{:?}: {:?} {:?}", text, known, found);
        let is_short = text.graphemes(true).all(|grapheme| grapheme.width() <= 2);
        prop_assert!(!is_short || known == found, "{:?}: {:?} {:?}", text, known, found);
    }
}
