//! Finding one's way in a long checklist: folding it, and looking for something in it.

use std::fmt::Write as _;

use mop::ui::{Code, Key};
use proptest::prelude::*;

use super::fixture::Bench;

/// A runbook with two activities and a loop that grows.
fn bench() -> Bench {
    let mut bench = Bench::new(120, 40);
    let book = "mop: 1\ntitle: Small\nactivities:\n  - title: Prepare\n    steps:\n      \
                - { id: names, title: Name the hosts, record: { hosts: { ask: Hosts, list: true } } }\n      \
                - { id: disk, title: Free the disk, for_each: { host: hosts } }\n  \
                - title: Upgrade\n    steps:\n      - { id: part, title: A part, steps: [Deep one, Deep two] }\n      \
                - { id: db, title: Save the DATABASE }\n      - Wash the disk\n";
    bench.start(book, "Alice");
    bench
}

fn press(bench: &mut Bench, codes: &[Code]) {
    for code in codes {
        bench.frame();
        bench.key(Key::press(*code));
    }
}

fn selected(frame: &str) -> String {
    let line = frame.lines().find(|line| line.contains('▸')).unwrap_or_else(|| panic!("{frame}"));
    line.split('▸').nth(1).unwrap().split('│').next().unwrap().trim().to_owned()
}

#[test]
fn what_stands_below_a_heading_is_folded_and_unfolded() {
    let mut bench = bench();
    bench.keys("G");
    press(&mut bench, &[Code::Left, Code::Left]);
    let frame = bench.frame();
    assert!(frame.contains("+  2 Upgrade") && !frame.contains("Wash the disk"), "{frame}");
    assert!(selected(&frame).starts_with("+  2 Upgrade"), "{frame}");
    bench.keys("k");
    assert!(!selected(&bench.frame()).contains("Upgrade"));
    bench.keys("j");
    press(&mut bench, &[Code::Right]);
    assert!(bench.frame().contains("Wash the disk"));
    press(&mut bench, &[Code::Right]);
    assert!(selected(&bench.frame()).contains("A part"), "{}", bench.frame());
}

#[test]
fn going_to_what_is_open_unfolds_it() {
    let mut bench = bench();
    bench.keys("g");
    press(&mut bench, &[Code::Left]);
    assert!(!bench.frame().contains("Name the hosts ") || !bench.frame().contains("1.1 Name the hosts  "));
    bench.keys("G.");
    let frame = bench.frame();
    assert!(selected(&frame).contains("1.1 Name the hosts"), "{frame}");
}

#[test]
fn a_loop_that_grows_leaves_the_selection_and_the_folds_where_they_are() {
    let mut bench = bench();
    let mut other = bench.second_terminal();
    other.resume(&bench.run_path(), "Bob");
    other.keys("G");
    press(&mut other, &[Code::Up, Code::Up, Code::Up, Code::Left, Code::Left]);
    other.keys("G");
    let before = other.frame();
    assert!(selected(&before).contains("Wash the disk") && before.contains("+  2.1 A part"), "{before}");
    bench.key(Key::press(Code::Enter));
    bench.types("web1, web2, web3");
    while !other.frame().contains("noted down in 1.1") {
        other.take_foreign();
    }
    let frame = other.frame();
    assert!(selected(&frame).contains("Wash the disk") && frame.contains("+  2.1 A part"), "{frame}");
    assert_eq!(frame.matches("Free the disk").count(), 3, "{frame}");
}

#[test]
fn a_step_is_found_by_words_of_its_title_by_how_it_stands_and_by_its_number() {
    let mut bench = bench();
    bench.keys("/dISK");
    let frame = bench.frame();
    assert!(frame.contains("/dISK_") && selected(&frame).contains("disk"), "{frame}");
    bench.key(Key::press(Code::Enter));
    let frame = bench.frame();
    assert!(frame.contains("· /dISK ") && frame.contains("of 2"), "{frame}");
    bench.keys("N");
    let first = selected(&bench.frame());
    bench.keys("N");
    assert_ne!(selected(&bench.frame()), first);
    bench.keys("P");
    assert_eq!(selected(&bench.frame()), first);
    bench.key(Key::press(Code::Esc));
    assert!(!bench.frame().contains("/dISK"));
    bench.keys(":2.2");
    assert!(selected(&bench.frame()).contains("2.2 "), "{}", bench.frame());
    bench.key(Key::press(Code::Enter));
    bench.keys("/open alice");
    assert!(bench.frame().contains("nothing found"), "{}", bench.frame());
    bench.key(Key { ctrl: true, ..Key::press(Code::Char('u')) });
    bench.keys("open");
    assert!(selected(&bench.frame()).contains("1.1"), "{}", bench.frame());
}

#[test]
fn escape_goes_back_to_where_one_was_with_the_folds_as_they_were() {
    let mut bench = bench();
    bench.keys("G");
    press(&mut bench, &[Code::Left, Code::Left]);
    let before = bench.frame();
    bench.keys("/deep two");
    assert!(selected(&bench.frame()).contains("Deep two"), "{}", bench.frame());
    bench.key(Key::press(Code::Esc));
    assert_eq!(bench.frame(), before);
    bench.keys("/zebra");
    let frame = bench.frame();
    assert!(frame.contains("/zebra_  nothing found"), "{frame}");
    bench.key(Key::press(Code::Enter));
    bench.keys("N");
    assert!(bench.frame().contains("nothing found"), "{}", bench.frame());
}

#[test]
fn what_is_pasted_to_be_found_is_bounded() {
    let mut bench = bench();
    bench.keys("/");
    bench.paste(&"\u{202e}漢字\n\x1b[31m".repeat(100_000));
    let frame = bench.frame();
    assert!(frame.contains("nothing found") && !frame.contains('\u{202e}'), "{frame}");
}

/// A runbook whose texts are out to break the screen.
fn hostile() -> String {
    let mut book = "mop: 1\ntitle: \"\\e[31m\\u202Eevil\\t漢字漢字 👩‍👩‍👧\"\nactivities:\n".to_owned();
    for part in 0..3 {
        let _ = writeln!(
            book,
            "  - title: \"漢{part} \\u200B\\u0301e\\u0301\\u0301 {}\"\n    estimate: 30m\n    steps:",
            "W".repeat(90)
        );
        for step in 0..6 {
            let _ = writeln!(
                book,
                "      - {{ title: \"{step} 👩‍👩‍👧漢\\u202E\\e]0;x\\a {}\", estimate: 5m }}",
                "字".repeat(step * 9)
            );
        }
    }
    book
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_keys_at_no_size_make_a_frame_fail(
        strokes in prop::collection::vec((0_usize..34, 1_u16..=200, 1_u16..=60, prop::bool::weighted(0.1)), 60..120)
    ) {
        let mut bench = Bench::new(80, 24);
        bench.start(&hostile(), "漢字 👩‍👩‍👧");
        for (stroke, columns, rows, is_resized) in strokes {
            if is_resized {
                bench.resize(columns, rows);
            }
            let codes = [Code::Enter, Code::Esc, Code::Tab, Code::BackTab, Code::Left, Code::Right, Code::PageUp, Code::PageDown];
            match codes.get(stroke) {
                Some(code) => bench.key(Key::press(*code)),
                None => bench.keys(&"jkgGtz/:f?onspNP.hl2漢y 5m".chars().nth(stroke - codes.len()).unwrap_or('/').to_string()),
            }
            bench.settle();
            let frame = bench.frame();
            prop_assert!(!frame.chars().any(|c| c == '\x1b' || c == '\u{202e}'), "{}", frame);
        }
    }
}
