//! Nothing that hides, reorders or steers survives, and showing twice is showing once.

use proptest::prelude::*;

use super::*;
use crate::text::{is_dangerous, is_mark};

/// Makes strings of the kind that breaks terminals.
pub(crate) fn nasty() -> impl Strategy<Value = String> {
    let special = "a1#>^ \t\r\n\u{1b}\u{7}\u{7f}\u{85}\u{9b}\u{202e}\u{200b}\u{200d}\u{fe0f}\u{fe0e}\u{20e3}\u{301}\
        \u{302}\u{e0061}\u{feff}\u{2028}\u{fff9}\u{1100}\u{1161}\u{11a8}漢。❤🙂👩\u{1f3fd}🇩🇪\u{915}\u{94d}\u{93f}\u{605}\
        \u{110bd}\u{17d8}\u{34f}\u{3164}\u{ad}لا©-_/`*[]()<>&;";
    let chars: Vec<char> = special.chars().collect();
    let one = prop_oneof![4 => proptest::sample::select(chars), 1 => any::<char>()];
    proptest::collection::vec(one, 0..40).prop_map(String::from_iter)
}

#[test]
fn escape_sequences_are_seen_and_not_obeyed() {
    assert_eq!(Shown::line("\u{1b}[2J\u{7}\u{7f}\0").as_str(), "^[[2J^G^?^@");
    assert_eq!(Shown::line("\u{9b}31m").as_str(), "<U+009B>31m");
}

#[test]
fn what_hides_or_reorders_is_named() {
    assert_eq!(Shown::line("a\u{202e}b\u{200b}c\u{feff}").as_str(), "a<U+202E>b<U+200B>c<U+FEFF>");
    assert_eq!(Shown::line("\u{e0061}\u{2028}").as_str(), "<U+E0061><U+2028>");
    assert_eq!(Shown::line("rm\u{200d}x").as_str(), "rm<U+200D>x");
}

#[test]
fn one_line_marks_its_line_breaks_and_a_text_keeps_them() {
    assert_eq!(Shown::line("a\r\nb\nc\rd\te").as_str(), "a⏎b⏎c^Md  e");
    assert_eq!(Shown::text("a\r\nb\nc\rd\te").as_str(), "a\nb\nc^Md  e");
    assert_eq!(Shown::text("a\n\nbc\n").lines().collect::<Vec<_>>(), ["a", "", "bc"]);
    assert_eq!(Shown::text("a\nbcd\n").width(), 3);
}

#[test]
fn real_emoji_stay_whole() {
    for emoji in ["👩‍👩‍👧‍👦", "❤️", "🏳️‍🌈", "👍🏽", "🕵🏽‍♂️", "1️⃣", "🇩🇪", "👩🏽‍❤️‍💋‍👨🏿"]
    {
        assert_eq!(Shown::line(emoji).as_str(), emoji);
    }
}

#[test]
fn a_chain_of_joined_pictures_ends() {
    let chain = ["👩"; 9].join("\u{200d}");
    assert_eq!(Shown::line(&chain).as_str().matches("<U+200D>").count(), 1);
}

#[test]
fn a_pile_of_marks_is_counted_instead_of_drawn() {
    let pile = format!("a{}b", "\u{301}".repeat(9));
    assert_eq!(Shown::line(&pile).as_str(), "a\u{301}\u{301}\u{301}\u{301}<+5>b");
}

#[test]
fn a_mark_without_a_letter_gets_a_dotted_circle() {
    assert_eq!(Shown::text("\u{301}\n\u{302}").as_str(), "◌\u{301}\n◌\u{302}");
}

#[test]
fn letters_of_all_scripts_stay() {
    for word in ["Grüße", "Größe e\u{301}", "漢字かな", "नमस्ते", "שלום", "각", "\u{1100}\u{1161}\u{11a8}"]
    {
        assert_eq!(Shown::line(word).as_str(), word);
    }
}

#[test]
fn bytes_that_are_not_text_are_seen() {
    assert_eq!(Shown::bytes(b"ok\xff\xc3(\n").as_str(), "ok\\xFF\\xC3(\n");
}

#[test]
fn a_limited_line_is_cut_with_an_ellipsis() {
    assert_eq!(Shown::line_limited("abcdef", 4).as_str(), "abc…");
    assert_eq!(Shown::line_limited("abcd", 4).as_str(), "abcd");
    assert_eq!(Shown::line_limited(&"x".repeat(1 << 20), 3).as_str(), "xx…");
    assert_eq!(Shown::line_limited("abc", 0).as_str(), "");
}

#[test]
fn shown_parts_are_put_together() {
    let parts = [Shown::ours("step "), Shown::line("\u{1b}")];
    assert_eq!(parts.into_iter().collect::<Shown>().to_string(), "step ^[");
}

fn check_safe(shown: &Shown) -> Result<(), TestCaseError> {
    let chars: Vec<char> = shown.as_str().chars().collect();
    for (at, &c) in chars.iter().enumerate() {
        let kept = match c {
            '\n' => true,
            '\u{200d}' => at > 0 && chars.get(at + 1).is_some_and(|c| !c.is_ascii() && !is_dangerous(*c)),
            '\u{fe0e}' | '\u{fe0f}' => at > 0,
            c => !is_dangerous(c),
        };
        prop_assert!(kept, "U+{:04X} in {:?}", u32::from(c), shown);
    }
    let starts_bare = shown.lines().any(|line| line.starts_with(is_mark));
    prop_assert!(!starts_bare);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn a_plain_text_is_shown_as_going_through_it_shows_it(text in "[ -~\\n\\t\u{301}]{0,20}") {
        for (breaks, shown) in [(Breaks::Kept, Shown::text(&text)), (Breaks::Marked, Shown::line(&text))] {
            let mut marker = Marker::new(&text, breaks);
            marker.run(usize::MAX);
            prop_assert_eq!(marker.finish(), shown.as_str());
        }
    }

    #[test]
    fn nothing_dangerous_survives(text in nasty(), any in any::<String>(), bytes in any::<Vec<u8>>()) {
        check_safe(&Shown::text(&text))?;
        check_safe(&Shown::text(&any))?;
        check_safe(&Shown::bytes(&bytes))?;
        check_safe(&Shown::line(&text))?;
        prop_assert!(!Shown::line(&text).as_str().contains('\n'));
    }

    #[test]
    fn showing_twice_is_showing_once(text in nasty()) {
        let shown = Shown::text(&text);
        prop_assert_eq!(&Shown::text(shown.as_str()), &shown);
        let line = Shown::line(&text);
        prop_assert_eq!(&Shown::line(line.as_str()), &line);
    }

    #[test]
    fn shown_texts_put_together_are_shown(a in nasty(), b in nasty()) {
        let mut both = Shown::text(&a);
        both.push(&Shown::text(&b));
        prop_assert_eq!(&Shown::text(both.as_str()), &both);
    }

    #[test]
    fn a_limited_line_is_a_line_that_fits(text in nasty(), cells in 0usize..30) {
        let limited = Shown::line_limited(&text, cells);
        prop_assert!(limited.width() <= cells);
        prop_assert_eq!(&limited, &Shown::line(&text).fit(cells));
        prop_assert_eq!(&Shown::line(limited.as_str()), &limited);
    }

    #[test]
    fn wrapped_lines_are_safe(text in nasty(), cells in 1usize..30) {
        for line in Shown::text(&text).wrap(cells, 2) {
            let safe = line.as_str().chars().all(|c| !is_dangerous(c) || "\u{200d}\u{fe0e}\u{fe0f}".contains(c));
            prop_assert!(safe);
        }
    }
}
