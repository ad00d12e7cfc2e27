//! What a person wants of the screen: keys, colours, clock, mouse, clipboard, and being called.

mod called;
mod links;
mod terminal;

use std::time::Duration;

use mop::ui::{Bindings, Code, Key, Pace, Palette, Pointed, Wish};

use super::fixture::Bench;

/// A runbook with a plain step, one with a command, and one that nobody signs.
const BOOK: &str = "mop: 1\ntitle: Small\nactivities:\n  - title: One\n    steps:\n      - Look at it\n      - { id: do, \
                    title: Do it, run: { command: echo hello, expect: { exit: 0 } } }\n      - { title: Tick it, sign: none }\n";

/// A runbook with a window of an hour, a warning two minutes before its end, and a way back of ten minutes.
const WINDOW: &str = "mop: 1\ntitle: Timed\nwindow: { length: 1h, warn: 2m }\nactivities:\n  - title: One\n    \
                      estimate: 5m\n    steps: [Look at it]\nback_out: { title: Way back, estimate: 10m, steps: [Restore] }\n";

fn started(book: &str) -> Bench {
    let mut bench = Bench::new(120, 40);
    bench.start(book, "Ada");
    bench.pass(Duration::ZERO);
    bench.frame();
    bench
}

fn bound(wanted: &[(&str, &str)]) -> Bindings {
    let wish =
        |(name, key): &(&str, &str)| Wish { name: (*name).to_owned(), at: 0..1, keys: vec![((*key).to_owned(), 2..3)] };
    Bindings::with(&wanted.iter().map(wish).collect::<Vec<_>>()).unwrap()
}

/// Binds every command that hints are about to another key.
fn rebound() -> Bindings {
    bound(&[
        ("sign", "S"),
        ("put-signature", "Z"),
        ("confirm", "W"),
        ("act", "A"),
        ("more", "M"),
        ("page-down", "D"),
        ("close-with-key", "Q"),
        ("close", "ctrl-g"),
        ("leave", "L"),
        ("help", "H"),
    ])
}

#[test]
fn every_hint_names_the_key_that_is_bound() {
    let mut bench = started(BOOK);
    bench.fit_out(|fittings| fittings.bindings = rebound());
    let frame = bench.frame();
    assert!(frame.contains("S sign") && frame.contains("M more") && frame.contains("L leave"), "{frame}");
    bench.key(Key::press(Code::Enter));
    bench.keys("o");
    assert_eq!(bench.frame(), frame, "the keys that were there before mean nothing");
    bench.keys("A");
    assert!(bench.frame().contains("then press S to sign"), "{}", bench.frame());
    bench.keys("S");
    let frame = bench.frame();
    assert!(frame.contains("Z signs") && frame.contains("ctrl-g and Q go back without signing"), "{frame}");
    bench.keys("y");
    bench.settle();
    assert_eq!(bench.journal().lines().count(), 1, "y signs no more");
    bench.keys("Z");
    bench.settle();
    let frame = bench.frame();
    assert!(frame.contains("✓P 1.1") && frame.contains("run · A starts it"), "{frame}");
    bench.keys("A");
    let frame = bench.frame();
    assert!(frame.contains("W starts it; ctrl-g and Q go back without starting"), "{frame}");
    bench.keys("W");
    bench.settle();
    assert!(bench.until("ended after").contains("it was done; S signs"), "{}", bench.frame());
    bench.keys("SjH");
    let frame = bench.frame();
    assert!(!frame.contains(" y ") && !frame.contains("enter starts"), "{frame}");
}

#[test]
fn help_and_what_nobody_signs_name_the_keys_that_are_bound() {
    let mut bench = started(BOOK);
    bench.fit_out(|fittings| fittings.bindings = rebound());
    bench.keys("G");
    assert!(bench.frame().contains("nobody; S and Z mark it as done"), "{}", bench.frame());
    bench.keys("H");
    let frame = bench.frame();
    assert!(frame.lines().any(|line| line.contains("S  ") && line.contains("shows the statement to sign")), "{frame}");
}

#[test]
fn a_frame_has_colours_in_three_themes_and_none_in_the_fourth() {
    for (word, palette) in Palette::ALL {
        let mut bench = started(BOOK);
        bench.fit_out(|fittings| fittings.theme.palette = palette);
        bench.sign();
        bench.keys("o");
        bench.frame();
        let is_coloured = matches!(palette, Palette::Dark | Palette::Light);
        assert!(bench.has_colour() || !is_coloured, "{word}");
        assert!(!bench.has_colour() || palette != Palette::None, "{word}");
    }
}

#[test]
fn nothing_is_bold_and_dim_at_once_which_terminals_show_in_different_ways() {
    for (word, palette) in Palette::ALL {
        let mut bench = started(BOOK);
        bench.fit_out(|fittings| fittings.theme.palette = palette);
        for keys in ["", "\t", "\t", "\t", "?", "q", "o", "t"] {
            bench.keys(keys);
            let frame = bench.frame();
            assert!(!bench.is_torn(), "{word} {keys}: {frame}");
        }
    }
}

/// Gives the place of a text on the screen.
fn place(frame: &str, text: &str) -> (u16, u16) {
    let found = frame.lines().enumerate().find_map(|(row, line)| {
        let before = line.split_once(text)?.0;
        Some((before.chars().count(), row))
    });
    let (column, row) = found.unwrap_or_else(|| panic!("no {text} in\n{frame}"));
    (u16::try_from(column).unwrap(), u16::try_from(row).unwrap())
}

#[test]
fn a_click_selects_a_line_and_goes_to_a_pane() {
    let mut bench = started(BOOK);
    let frame = bench.frame();
    bench.point(place(&frame, "1.3 Tick it"), Pointed::Click);
    let frame = bench.frame();
    assert!(frame.lines().any(|line| line.contains("▸") && line.contains("1.3 Tick it")), "{frame}");
    bench.point(place(&frame, "Trail"), Pointed::Click);
    bench.keys("G");
    assert!(
        bench.frame().lines().any(|line| line.contains("▸") && line.contains("1.3 Tick it")),
        "the trail has the keys"
    );
    bench.point((119, 39), Pointed::Click);
    bench.point((400, 400), Pointed::Click);
    bench.point((400, 400), Pointed::WheelDown);
}

#[test]
fn a_click_on_a_word_of_the_footer_is_its_key_and_never_decides() {
    let mut bench = started(BOOK);
    let frame = bench.frame();
    bench.point(place(&frame, "s sign"), Pointed::Click);
    let frame = bench.frame();
    assert!(frame.contains("mop sign-off v1"), "{frame}");
    bench.point(place(&frame, "y sign it"), Pointed::Click);
    bench.settle();
    let frame = bench.frame();
    assert!(frame.contains("a click never decides; press y"), "{frame}");
    assert_eq!(bench.journal().lines().count(), 1);
    bench.point(place(&frame, "cancel"), Pointed::Click);
    assert!(!bench.frame().contains("mop sign-off v1"));
}

#[test]
fn no_click_anywhere_records_anything() {
    let mut bench = started(BOOK);
    for keys in ["", "s", "jjs", "jo", "n", "p", "?", "j"] {
        bench.keys("g");
        bench.keys(keys);
        if keys == "j" {
            bench.key(Key::press(Code::Enter));
        }
        bench.frame();
        for row in 0..40 {
            for column in (0..120).step_by(3) {
                let before = bench.frame();
                bench.point((column, row), Pointed::Click);
                bench.settle();
                assert_eq!(bench.journal().lines().count(), 1, "{keys}: {column} {row} in\n{before}");
            }
        }
        bench.key(Key::press(Code::Esc));
        bench.key(Key::press(Code::Esc));
    }
}

#[test]
fn the_wheel_scrolls_the_pane_under_it() {
    let mut bench = started(BOOK);
    let frame = bench.frame();
    bench.point(place(&frame, "○  1.1 Look"), Pointed::WheelDown);
    let frame = bench.frame();
    assert!(frame.lines().any(|line| line.contains("▸") && line.contains("1.3 Tick it")), "{frame}");
    bench.point(place(&frame, "·  1.2 Do"), Pointed::WheelUp);
    bench.keys("?");
    let (above, _) = (bench.frame(), bench.point((60, 20), Pointed::WheelDown));
    let below = bench.frame();
    assert!(above != below || !above.contains("lines more"), "{below}");
}

#[test]
fn the_command_of_a_step_is_copied_letter_by_letter() {
    let mut bench = started(BOOK);
    bench.keys("c");
    assert_eq!(bench.aside(), "");
    assert!(bench.frame().contains("this step has no command to copy"), "{}", bench.frame());
    bench.keys("jc");
    assert_eq!(bench.aside(), "\x1b]52;c;ZWNobyBoZWxsbw==\x07");
    assert!(
        bench.frame().contains("copied the command of 1.2, 10 bytes; some terminals refuse it"),
        "{}",
        bench.frame()
    );
    assert_eq!(bench.aside(), "", "it is sent once");
    bench.keys("k");
    bench.frame();
    bench.keys("s");
    bench.frame();
    bench.keys("c");
    assert!(bench.aside().starts_with("\x1b]52;c;bW9wIHNpZ24tb2Zm"), "{:?}", bench.aside());
    assert!(bench.frame().contains("copied the statement for 1.1"), "{}", bench.frame());
}

#[test]
fn what_cannot_be_seen_is_not_copied() {
    let mut bench = started(&BOOK.replace("echo hello", "\"echo a\\u200bb\""));
    bench.keys("jc");
    assert_eq!(bench.aside(), "");
    assert!(bench.frame().contains("characters that cannot be seen"), "{}", bench.frame());
    let mut bench = started(&BOOK.replace("echo hello", &format!("echo {}", "x".repeat(40_000))));
    bench.keys("jc");
    assert_eq!(bench.aside(), "");
    assert!(bench.frame().contains("is too long to copy"), "{}", bench.frame());
}

#[test]
fn the_bell_rings_when_what_ran_has_ended_and_not_again_at_once() {
    let mut bench = started(BOOK);
    bench.sign();
    bench.fit_out(|fittings| fittings.notify = true);
    bench.key(Key::press(Code::Enter));
    bench.frame();
    bench.keys("y");
    bench.settle();
    let news = |bench: &mut Bench| {
        while bench.aside().is_empty() {
            bench.take_news();
        }
        bench.aside()
    };
    let called = news(&mut bench);
    assert_eq!(called, "\x07\x1b]9;mop: ended: 1.2 Do it\x07");
    bench.frame();
    bench.settle();
    assert_eq!(bench.aside(), "");
}

#[test]
fn nobody_is_called_who_does_not_want_it() {
    let mut bench = started(BOOK);
    bench.sign();
    bench.fit_out(|fittings| (fittings.bell, fittings.notify) = (false, false));
    bench.key(Key::press(Code::Enter));
    bench.frame();
    bench.keys("y");
    bench.settle();
    for _ in 0..10 {
        if bench.journal().contains("\"action_ended\"") {
            break;
        }
        bench.take_news();
        assert_eq!(bench.aside(), "");
    }
    assert!(bench.journal().contains("\"action_ended\""));
}

#[test]
fn somebody_is_called_when_the_last_safe_moment_and_the_end_of_the_window_come_near() {
    let mut bench = started(WINDOW);
    bench.fit_out(|fittings| fittings.notify = true);
    let mut called = Vec::new();
    for _ in 0..(70 * 6) {
        bench.pass(Duration::from_secs(10));
        if !bench.aside().is_empty() {
            called.push(bench.aside().replace("\x07\x1b]9;mop: ", "").replace('\x07', ""));
        }
        bench.frame();
    }
    let expected = [
        "the last safe moment to back out is in 30m",
        "the last safe moment to back out is in 10m",
        "the last safe moment to back out is in 5m",
        "the last safe moment to back out has passed",
        "2m of the window left",
        "the window is over",
    ];
    let said: Vec<_> = expected.into_iter().filter(|words| called.iter().any(|said| said == words)).collect();
    assert_eq!(called, expected, "{said:?}");
}

#[test]
fn a_clock_in_minutes_changes_nothing_within_a_minute() {
    let mut bench = started(BOOK);
    bench.fit_out(|fittings| fittings.pace = Pace::Minutes);
    bench.pass(Duration::from_secs(1));
    let before = bench.frame();
    assert!(before.contains("23:00  22:00Z"), "{before}");
    for _ in 0..58 {
        bench.pass(Duration::from_secs(1));
        assert!(!bench.is_stale());
    }
    assert_eq!(bench.frame(), before);
    bench.pass(Duration::from_secs(1));
    assert!(bench.is_stale() && bench.frame().contains("23:01  22:01Z"), "{}", bench.frame());
}

#[test]
fn with_a_clock_in_minutes_what_runs_is_counted_in_minutes_too() {
    let mut bench = started(&BOOK.replace("echo hello", "sleep 60"));
    bench.sign();
    bench.fit_out(|fittings| fittings.pace = Pace::Minutes);
    bench.key(Key::press(Code::Enter));
    bench.frame();
    bench.keys("y");
    bench.settle();
    assert!(bench.frame().contains("running for less than 1m"), "{}", bench.frame());
    bench.pass(Duration::from_secs(150));
    assert!(bench.frame().contains("running for 2m"), "{}", bench.frame());
    bench.chooses("cancel");
    bench.types("enough");
}

#[test]
fn the_title_says_how_far_the_run_is_and_how_long_is_left() {
    assert_eq!(Bench::new(80, 24).title(), "mop");
    let mut bench = started(WINDOW);
    bench.pass(Duration::from_secs(60));
    assert_eq!(bench.title(), "mop · Timed · 0/1 · 59m left");
    bench.pass(Duration::from_secs(59 * 60));
    bench.pass(Duration::from_secs(60));
    assert_eq!(bench.title(), "mop · Timed · 0/1 · window over");
    let hostile = BOOK.replace("title: Small", "title: \"a\\u202eb\\ec\"");
    assert!(!started(&hostile).title().chars().any(|c| c.is_control() || c == '\u{202e}'));
}
