//! Through all floors: a key becomes a command, an intent, a record on disk, an event and a frame.
//!
//! The program is stepped turn by turn, without its loop; nothing here sleeps.
#![expect(clippy::unwrap_used, clippy::panic, reason = "what fails in a test fails the test")]

mod acting;
mod beginning;
mod closing;
mod disk;
mod files;
mod finding;
pub mod fixture;
mod given;
mod guests;
mod hand;
mod home;
mod lending;
mod lookback;
mod multiplexer;
mod paging;
mod panes;
mod people;
mod presence;
pub mod pty;
mod random;
mod terminal;
mod tour;
mod watching;
mod writing;

use fixture::Bench;
use mop::ui::{Code, Key};

#[test]
fn a_step_is_signed_from_the_key_to_the_frame() {
    let mut bench = Bench::new(120, 40);
    bench.start_tour("Ada");
    bench.frame();
    bench.keys("s");
    assert!(bench.frame().contains("mop sign-off v1"));
    bench.keys("y");
    bench.settle();
    let frame = bench.frame();
    assert!(frame.contains("✓P R1 Nothing of value depends on this run"), "{frame}");
    assert!(frame.contains("signed R1 as operator") && frame.contains("recorded 1"), "{frame}");
    assert!(bench.journal().lines().last().unwrap().contains(r#""t":"step_signed""#));
}

#[test]
fn nothing_is_believed_before_it_is_recorded() {
    let mut bench = Bench::new(120, 40);
    bench.start_tour("Ada");
    bench.frame();
    bench.keys("s");
    bench.frame();
    bench.keys("y");
    let frame = bench.frame();
    assert!(frame.contains("recording…") && !frame.contains("✓P"), "{frame}");
    bench.settle();
    assert!(bench.frame().contains("✓P R1"));
}

#[test]
fn keys_typed_ahead_sign_nothing() {
    let mut bench = Bench::new(80, 24);
    bench.start_tour("Ada");
    bench.frame();
    bench.keys("sysyyy");
    bench.settle();
    assert_eq!(bench.journal().lines().count(), 1);
}

#[test]
fn a_held_key_or_enter_signs_nothing() {
    let mut bench = Bench::new(80, 24);
    bench.start_tour("Ada");
    for _ in 0..20 {
        bench.frame();
        bench.key(Key::press(Code::Enter));
    }
    bench.frame();
    bench.keys("s");
    bench.frame();
    bench.key(Key { held: true, ..Key::press(Code::Char('y')) });
    bench.paste("y");
    bench.key(Key::press(Code::Enter));
    bench.keys("y");
    bench.settle();
    assert_eq!(bench.journal().lines().count(), 1);
}

#[test]
fn two_keys_at_once_sign_a_step_once() {
    let mut bench = Bench::new(80, 24);
    bench.start_tour("Ada");
    bench.open_statement();
    bench.keys("yysy");
    bench.settle();
    assert_eq!(bench.journal().lines().count(), 2);
}

#[test]
fn a_signature_on_what_another_process_changed_is_refused() {
    let mut bench = Bench::new(120, 40);
    bench.start_tour("Ada");
    let mut other = bench.second_terminal();
    other.go_on("Bob");
    for bench in [&mut bench, &mut other] {
        bench.frame();
        bench.keys("s");
        bench.frame();
    }
    other.keys("y");
    other.settle();
    bench.keys("y");
    bench.settle();
    let frame = bench.frame();
    assert!(frame.contains("changed this step after you read it"), "{frame}");
    assert!(frame.contains("Bob signed R1"), "{frame}");
    let signed = bench.journal().lines().filter(|line| line.contains("step_signed")).count();
    assert_eq!(signed, 1);
}

#[test]
fn a_remark_is_recorded_whatever_another_process_did() {
    let mut bench = Bench::new(120, 40);
    bench.start_tour("Ada");
    let mut other = bench.second_terminal();
    other.go_on("Bob");
    bench.keys("n");
    bench.keys("it is late");
    bench.ctrl('s');
    bench.settle();
    let frame = bench.frame();
    assert!(frame.contains("remarked on R1: it is late") && frame.contains("Bob is here"), "{frame}");
}

#[test]
fn a_torn_write_of_another_process_is_set_aside_and_shown() {
    let mut bench = Bench::new(120, 40);
    bench.start_tour("Ada");
    bench.tear();
    bench.sign();
    let frame = bench.frame();
    assert!(frame.contains("✓P R1") && frame.contains("set a torn write aside"), "{frame}");
    bench.sign();
    assert!(bench.frame().contains("recorded 3"));
}

#[test]
fn a_run_goes_on_where_it_was_left() {
    let mut bench = Bench::new(120, 40);
    bench.start_tour("Ada");
    bench.sign();
    bench.sign();
    let mut again = bench.second_terminal();
    let home = again.frame();
    assert!(home.contains("2/24 · 1.1 is next"), "{home}");
    again.go_on("Ada");
    let frame = again.frame();
    assert!(frame.contains("▸  ○  1.1 Read this sentence") || frame.contains("1.1 step"), "{frame}");
    assert!(frame.contains("✓P 1a You can read"), "{frame}");
}

#[test]
fn values_are_noted_down_and_the_loop_over_them_grows() {
    let mut bench = Bench::new(120, 40);
    bench.start_tour("Ada");
    (0..4).for_each(|_| bench.sign());
    bench.frame();
    bench.keys("s");
    assert!(bench.frame().contains("note down animals first"));
    bench.key(Key::press(Code::Enter));
    assert!(bench.frame().contains("Animals, one a line"));
    bench.key(Key::press(Code::Enter));
    bench.settle();
    bench.sign();
    let frame = bench.frame();
    assert!(frame.contains("1.4 Think of a cat") && frame.contains("1.5 Think of a dog"), "{frame}");
}

#[test]
fn the_screen_is_legible_at_every_size() {
    for (columns, rows) in [(120, 40), (80, 24), (40, 10)] {
        let mut bench = Bench::new(columns, rows);
        assert!(bench.frame().contains("tour"), "{columns}x{rows}");
        bench.start_tour("Ada");
        let frame = bench.frame();
        assert!(frame.contains("A tour") && frame.contains("R1 Nothing of value"), "{frame}");
        assert!(frame.contains("s sign"), "{frame}");
        let frame = bench.open_statement();
        assert!(frame.contains("y sign it"), "{frame}");
        bench.keys("y");
        bench.settle();
        assert_eq!(bench.journal().lines().count(), 2, "{frame}");
    }
}

#[test]
fn nothing_is_signed_before_all_of_the_step_and_of_the_statement_was_on_the_screen() {
    let mut bench = Bench::new(40, 10);
    bench.start_tour("Ada");
    bench.frame();
    bench.keys("s");
    assert!(bench.frame().contains("read the step to its end first"), "{}", bench.frame());
    bench.keys("y");
    bench.settle();
    bench.key(Key::press(Code::PageDown));
    bench.frame();
    bench.keys("s");
    let frame = bench.frame();
    assert!(frame.contains("lines more"), "{frame}");
    bench.keys("y");
    bench.settle();
    assert!(bench.frame().contains("read it to its end first"), "{}", bench.frame());
    assert_eq!(bench.journal().lines().count(), 1);
    bench.keys("GGGG");
    bench.keys("y");
    bench.settle();
    assert_eq!(bench.journal().lines().count(), 1, "what no frame showed was not read");
}

#[test]
fn no_size_makes_a_frame_fail() {
    let mut bench = Bench::new(120, 40);
    bench.start_tour("漢字 👩‍👩‍👧");
    for keys in ["", "\t", "\t", "\ts", "q?", "q"] {
        bench.keys(keys);
        for (columns, rows) in [(1, 1), (2, 3), (7, 4), (30, 5), (69, 15), (70, 16), (200, 60)] {
            bench.resize(columns, rows);
            bench.frame();
        }
    }
}

#[test]
fn without_colour_and_unicode_every_difference_is_still_there() {
    let mut bench = Bench::plain(80, 24);
    bench.start_tour("Ada");
    bench.sign();
    let frame = bench.frame();
    assert!(frame.contains("xP R1") && frame.contains(">  o  1a") && frame.contains("."), "{frame}");
    assert!(frame.is_ascii(), "{frame}");
}
