//! The panes: what a command printed, the time table, the trail, the status; and what others did.

use std::time::Duration;

use mop::ui::{Code, Key};

use super::fixture::Bench;

/// A runbook whose first step prints many lines.
fn book(command: &str) -> String {
    format!(
        "mop: 1\ntitle: Small\nwindow: {{ length: 4h }}\nactivities:\n  - title: Prepare\n    estimate: 30m\n    steps:\n      \
         - {{ id: do, title: Print, run: {{ command: '{command}', expect: {{ exit: 0 }} }}, estimate: 5m }}\n      \
         - Look at it\n  - title: Upgrade\n    estimate: {{ from: 30m, to: 2h }}\n    steps: [One, Two]\n\
         back_out: {{ title: Back, estimate: 1h, steps: [Restore] }}\n"
    )
}

/// Starts a run of it and its first step.
fn printed(command: &str, size: (u16, u16)) -> Bench {
    let mut bench = Bench::new(size.0, size.1);
    bench.start(&book(command), "Alice");
    press(&mut bench, &[Code::Enter, Code::Char('y')]);
    bench.settle();
    bench
}

fn press(bench: &mut Bench, codes: &[Code]) {
    for code in codes {
        bench.frame();
        bench.key(Key::press(*code));
    }
}

#[test]
fn what_a_command_prints_has_a_pane_of_its_own_beside_the_step() {
    let mut bench = printed("seq 1 500", (120, 40));
    bench.until("ended after");
    let frame = bench.frame();
    assert!(frame.contains("├ Output · 500 lines, 100 not held ─"), "{frame}");
    assert!(frame.contains("│ 500 ") && !frame.contains("│ 480 "), "{frame}");
    bench.keys("j");
    let frame = bench.frame();
    assert!(!frame.contains("Output"), "the next step has the room: {frame}");
}

#[test]
fn the_output_follows_its_end_until_somebody_goes_back() {
    let mut bench = printed("seq 1 300", (80, 24));
    bench.until("ended after");
    bench.keys("\t\tk");
    let frame = bench.frame();
    assert!(frame.contains("not at the end: G") && !frame.contains("│ 300 "), "{frame}");
    bench.keys("g");
    assert!(bench.frame().contains("│ 1 "), "{}", bench.frame());
    bench.keys("G");
    let frame = bench.frame();
    assert!(!frame.contains("not at the end") && frame.contains("│ 300 "), "{frame}");
}

#[test]
fn a_command_that_is_silent_says_for_how_long() {
    let mut bench = printed("echo begun; exec sleep 600", (120, 40));
    bench.until("Output · 1 line");
    bench.pass(Duration::from_secs(69));
    let frame = bench.frame();
    assert!(frame.contains("Output · 1 line · silent 1:09") && frame.contains("1:09 "), "{frame}");
    bench.chooses("cancel");
    bench.types("enough");
    bench.until("✗");
    assert!(!bench.frame().contains("silent"));
}

#[test]
fn where_one_pane_is_seen_the_step_has_the_last_lines_of_the_output() {
    let mut bench = printed("seq 1 300", (40, 10));
    bench.until("ended after");
    bench.keys("\tG");
    let frame = bench.frame();
    assert!(frame.contains("300") && !frame.contains("298"), "{frame}");
    bench.keys("\t");
    let frame = bench.frame();
    assert!(frame.contains("298") && frame.contains("300"), "{frame}");
}

#[test]
fn what_was_printed_before_a_resume_is_read_where_somebody_looks() {
    let mut bench = printed("seq 1 500", (120, 40));
    bench.until("ended after");
    bench.sign();
    let mut again = bench.second_terminal();
    again.resume(&bench.run_path(), "Bob");
    assert!(!again.frame().contains("Output"), "{}", again.frame());
    again.keys("k");
    let frame = again.until("Output · 500 lines, 100 not held");
    assert!(frame.contains("│ 500 "), "{frame}");
}

#[test]
fn the_time_table_says_what_should_be_what_is_and_how_it_ends() {
    let mut bench = printed("true", (120, 40));
    bench.until("ended after");
    bench.pass(Duration::from_secs(40 * 60));
    bench.keys("t");
    let frame = bench.frame();
    let row =
        |word: &str| frame.lines().find(|line| line.contains(word)).unwrap_or_else(|| panic!("{frame}")).to_owned();
    assert!(frame.contains("┌ Time table"), "{frame}");
    for word in ["◐ 1 Prepare", "~30m", "author", "40m", "+10m"] {
        assert!(row("1 Prepare").contains(word), "{word}: {frame}");
    }
    assert!(row("1.1 Print").contains("~5m"), "{frame}");
    assert!(row("2 Upgrade").contains("30m–2h"), "{frame}");
    assert!(row("B Back").contains("in reserve"), "{frame}");
    assert!(row("The run").contains("1h–2h30m") && row("The run").contains("+10m"), "{frame}");
    assert!(frame.contains("last safe moment"), "{frame}");
    bench.resize(80, 24);
    let frame = bench.frame();
    assert!(frame.contains("estimate") && frame.contains("ends") && !frame.contains("source"), "{frame}");
    bench.key(Key::press(Code::Esc));
    assert!(bench.frame().contains("Checklist"));
}

#[test]
fn the_checklist_says_how_long_things_should_take_and_took() {
    let mut bench = printed("exec sleep 600", (120, 40));
    bench.pass(Duration::from_secs(7 * 60 + 12));
    let frame = bench.frame();
    let row = |word: &str| frame.lines().find(|line| line.contains(word)).unwrap().to_owned();
    assert!(row("1 Prepare").contains("~30m     7m "), "{frame}");
    assert!(row("◐  1.1 Print").contains("~5m   7:12 "), "{frame}");
    bench.chooses("cancel");
    bench.types("enough");
    bench.until("✗");
}

#[test]
fn a_record_is_shown_in_full() {
    let mut bench = Bench::new(120, 40);
    bench.start(&book("true"), "Alice");
    bench.keys("n");
    bench.paste(&"a long remark ".repeat(20));
    bench.ctrl('s');
    bench.settle();
    bench.key(Key::press(Code::BackTab));
    bench.key(Key::press(Code::Enter));
    let frame = bench.frame();
    assert!(frame.contains("Record 1 ") && frame.matches("a long remark").count() > 15, "{frame}");
    for word in
        ["local     2026-03-01 23:00:00.000 +01:00", "UTC       2026-03-01T22:00:00.000Z", "who       Alice", "hash"]
    {
        assert!(frame.contains(word), "{word}: {frame}");
    }
    bench.key(Key::press(Code::Esc));
    bench.keys("j");
    bench.key(Key::press(Code::Enter));
    assert!(bench.frame().contains("Record 0 "), "{}", bench.frame());
}

#[test]
fn a_probe_is_shown_in_full() {
    let mut bench = Bench::new(120, 40);
    let long = "a long story ".repeat(12);
    let status = format!(
        "status:\n  said: {{ title: Said, run: \"echo {long}\" }}\n  door: {{ title: A door, tcp: \"127.0.0.1:1\" }}\n"
    );
    bench.start(&book("true").replace("activities:", &(status + "activities:")), "Alice");
    bench.until("✗ A door");
    bench.until("✓ Said");
    bench.keys("\t\tj");
    assert!(bench.frame().contains("✗▸A door"), "{}", bench.frame());
    bench.key(Key::press(Code::Enter));
    let frame = bench.frame();
    for word in [
        "✗ bad",
        "refused: nobody listens there",
        "looks at  tcp  127.0.0.1 port 1",
        "each      ",
        "worst     bad, first at 23:00:00",
        "since     bad since",
    ] {
        assert!(frame.contains(word), "{word}: {frame}");
    }
    bench.key(Key::press(Code::Esc));
    bench.keys("k");
    bench.key(Key::press(Code::Enter));
    assert!(bench.frame().matches("a long story").count() > 10, "{}", bench.frame());
}

#[test]
fn what_somebody_else_does_is_said_until_it_was_seen() {
    let mut bench = Bench::new(120, 40);
    bench.start(&book("true"), "Alice");
    let mut other = bench.second_terminal();
    other.resume(&bench.run_path(), "Bob");
    other.keys("n");
    other.paste("the channel knows");
    other.ctrl('s');
    other.settle();
    while !bench.frame().contains("the channel knows · just now") {
        bench.take_foreign();
    }
    let frame = bench.frame();
    assert!(frame.contains("│•  2 ") || frame.contains("│ •  2 "), "{frame}");
    // Typed before anybody can have seen it.
    bench.keys("s");
    let frame = bench.frame();
    assert!(frame.contains("start it first") && frame.contains("the channel knows · just now"), "{frame}");
    bench.key(Key::press(Code::Esc));
    assert!(bench.frame().contains("the channel knows · just now"), "{}", bench.frame());
    bench.pass(Duration::from_secs(40));
    assert!(bench.frame().contains("the channel knows · 30 s ago"), "{}", bench.frame());
    bench.keys("j");
    assert!(bench.frame().contains("the channel knows · 30 s ago"), "seen, and still there: {}", bench.frame());
    bench.pass(Duration::from_secs(120));
    let frame = bench.frame();
    assert!(!frame.contains("ago") && !frame.contains('•'), "{frame}");
}

#[test]
fn what_mop_does_by_itself_is_said_and_what_one_does_oneself_is_not() {
    let mut bench = printed("true", (120, 40));
    let frame = bench.until("· just now");
    assert!(frame.contains(" mop 1.1 ended after") && !frame.contains("Alice started 1.1 ·"), "{frame}");
}

#[test]
fn each_size_of_terminal_is_left_as_it_was_and_one_that_is_too_small_says_so() {
    let mut bench = printed("true", (120, 40));
    bench.until("ended after");
    bench.keys("\tz");
    bench.resize(40, 10);
    bench.keys("z");
    bench.key(Key::press(Code::BackTab));
    assert!(bench.frame().contains("1.1 Print"), "{}", bench.frame());
    bench.resize(120, 40);
    let frame = bench.frame();
    assert!(frame.contains("┌ step") && !frame.contains("Checklist"), "{frame}");
    bench.resize(29, 40);
    assert!(bench.frame().starts_with("29x40 is too small"), "{}", bench.frame());
    bench.keys("sy");
    bench.resize(60, 20);
    let frame = bench.frame();
    assert!(frame.contains("Checklist") && frame.contains("1.1 Print"), "{frame}");
}
