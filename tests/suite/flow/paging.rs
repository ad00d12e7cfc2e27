//! Reading what is longer than its place: page by page nothing is left out, and who left something out is led back.

use mop::ui::{Code, Key};

use super::fixture::Bench;

/// Alice looks at a step of thirty lines, the command of which has printed something.
fn long_step(columns: u16, rows: u16) -> Bench {
    let lines: String = (1..=30).map(|line| format!("          printf '%s\\n' line{line:02}x\n")).collect();
    let book = format!(
        "mop: 1\ntitle: Long\nactivities:\n  - title: One\n    steps:\n      - title: Print\n        run:\n          safe: true\n          expect: {{ contains: line30x }}\n          command: |\n{}",
        lines.replace("          printf", "            printf")
    );
    let mut bench = Bench::new(columns, rows);
    bench.start(&book, "Alice");
    bench.frame();
    bench.key(Key::press(Code::Enter));
    bench.frame();
    for _ in 0..30 {
        bench.key(Key::press(Code::PageDown));
        bench.frame();
    }
    bench.keys("y");
    bench.settle();
    bench.until("◇  1.1");
    bench
}

fn seen(frame: &str) -> Vec<usize> {
    (1..=30).filter(|line| frame.contains(&format!("line{line:02}x"))).collect()
}

#[test]
fn a_page_leaves_no_line_of_a_step_out_at_any_size() {
    for size in [(120, 40), (100, 30), (80, 24), (60, 20), (40, 10)] {
        let mut bench = long_step(size.0, size.1);
        bench.keys("s");
        let mut read: Vec<usize> = Vec::new();
        for _ in 0..40 {
            let frame = bench.frame();
            read.extend(seen(&frame));
            if !frame.contains("more") {
                break;
            }
            bench.key(Key::press(Code::PageDown));
        }
        read.sort_unstable();
        read.dedup();
        assert_eq!(read.len(), 30, "{size:?}: {read:?}");
        bench.keys("s");
        assert!(bench.frame().contains("mop sign-off v1"), "{size:?}: {}", bench.frame());
    }
}

#[test]
fn who_jumps_to_the_end_of_a_step_is_led_back_to_what_was_left_out() {
    let mut bench = long_step(80, 24);
    bench.keys("\tG");
    assert!(bench.frame().contains("signs"), "{}", bench.frame());
    bench.keys("s");
    let frame = bench.frame();
    assert!(frame.contains("read the step to its end first: page down"), "{frame}");
    assert!(!frame.contains("n' line30x") && !seen(&frame).is_empty(), "{frame}");
}

#[test]
fn who_jumps_to_the_end_of_a_statement_is_led_back_to_what_was_left_out() {
    let mut bench = Bench::new(60, 14);
    bench.start_tour("Alice");
    for key in ["s", "s", "G"] {
        bench.frame();
        bench.keys(key);
    }
    let frame = bench.frame();
    assert!(frame.contains("reason") && !frame.contains("mop sign-off"), "{frame}");
    bench.keys("y");
    bench.settle();
    let frame = bench.frame();
    assert!(frame.contains("read it to its end first") && frame.contains("outcome"), "{frame}");
    assert_eq!(bench.journal().lines().count(), 1);
}

#[test]
fn a_step_that_ran_says_that_it_is_to_be_signed_and_shows_what_was_noted() {
    let book = "mop: 1\ntitle: Small\nactivities:\n  - title: One\n    steps:\n      - title: Ask\n        run:\n          command: [echo, blue]\n          safe: true\n          expect: { contains: blue }\n          capture: { colour: { line: last } }\n";
    let mut bench = Bench::new(100, 30);
    bench.start(book, "Alice");
    bench.frame();
    bench.key(Key::press(Code::Enter));
    bench.frame();
    bench.keys("y");
    bench.settle();
    let frame = bench.until("◇  1.1");
    assert!(frame.contains("noted     colour: blue") && !frame.contains("asks "), "{frame}");
    bench.key(Key::press(Code::Enter));
    assert!(bench.frame().contains("it was done: press s to sign"), "{}", bench.frame());
}
