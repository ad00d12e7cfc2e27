//! How many bytes named moves take.

use ratatui::style::{Color, Modifier, Style};

use super::Bench;

fn lines(count: usize) -> Vec<String> {
    (0..count).map(|at| format!("  {at:>3}  Restart the service number {at} and look at its log")).collect()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).replace('\x1b', "^")
}

#[test]
fn a_frame_that_changes_nothing_writes_nothing() {
    let mut bench = Bench::showing(80, &lines(24));
    assert_eq!(bench.frame_in_writes(), (Vec::new(), 0));
}

#[test]
fn a_frame_is_one_write() {
    let mut bench = Bench::new(80, 24);
    bench.set(&lines(24));
    let (bytes, writes) = bench.frame_in_writes();
    assert_eq!(writes, 1);
    assert!(bytes.ends_with(b"\x1b[?2026l"), "so large a frame is shown at once: {}", text(&bytes));
}

#[test]
fn a_marker_that_moves_down_costs_a_few_bytes() {
    let mut bench = Bench::showing(80, &lines(24));
    let marker = |bench: &mut Bench, y: u16| {
        let before = if y > 0 { y - 1 } else { y };
        bench.buffer.set_string(0, before, " ", Style::new());
        bench.buffer.set_string(0, y, ">", Style::new());
        bench.frame()
    };
    marker(&mut bench, 3);
    assert_eq!(text(&marker(&mut bench, 4)), "\r \r\n>");
    assert_eq!(text(&marker(&mut bench, 5)), "\r \r\n>");
}

#[test]
fn a_row_that_scrolls_is_moved_by_the_terminal() {
    let all = lines(40);
    let mut bench = Bench::showing(80, &[&["Title".to_owned()], &all[..20], &["Footer".to_owned()]].concat());
    bench.set(&[&["Title".to_owned()], &all[1..21], &["Footer".to_owned()]].concat());
    let bytes = bench.frame();
    let row = all[20].trim_start().len();
    assert!(bytes.len() <= row + 32, "{}", text(&bytes));
    bench.set(&[&["Title".to_owned()], &all[..20], &["Footer".to_owned()]].concat());
    let bytes = bench.frame();
    assert!(bytes.len() <= row + 32, "{}", text(&bytes));
}

#[test]
fn a_marker_that_stays_while_rows_scroll_costs_no_row() {
    let all = lines(40);
    let marked = |from: usize, at: usize| {
        let mut rows = all[from..from + 20].to_vec();
        rows[at].replace_range(0..1, ">");
        [&["Title".to_owned()], &rows[..], &["Footer".to_owned()]].concat()
    };
    for (at, before, after) in [(19, 0, 1), (0, 1, 0)] {
        let mut bench = Bench::showing(80, &marked(before, at));
        bench.set(&marked(after, at));
        let bytes = bench.frame();
        assert!(bytes.len() <= all[20].len() + 40, "{}", text(&bytes));
    }
}

#[test]
fn a_block_at_the_end_is_moved_without_margins() {
    let all = lines(40);
    let mut bench = Bench::showing(80, &all[..20]);
    bench.set(&all[4..24]);
    let bytes = text(&bench.frame());
    assert!(bytes.contains("^[4M") && !bytes.contains('r') || bytes.contains("Restart"), "{bytes}");
    assert!(!bytes.contains(";20r"), "{bytes}");
}

#[test]
fn a_clock_writes_only_the_digits_that_changed() {
    let mut bench = Bench::showing(80, &["Upgrade                    22:14:07".to_owned(), String::new()]);
    let mut tick = |clock: &str| {
        bench.buffer.set_string(27, 0, clock, Style::new());
        bench.frame().len()
    };
    tick("22:14:08");
    assert_eq!(tick("22:14:09"), 2, "one step back and one digit");
    assert!(tick("22:14:10") <= 5);
}

#[test]
fn small_gaps_are_written_again_and_large_ones_jumped_over() {
    let mut bench = Bench::showing(80, &["the quick brown fox jumps over the lazy dog".to_owned()]);
    bench.buffer.set_string(0, 0, "T", Style::new());
    bench.buffer.set_string(3, 0, "-", Style::new());
    bench.buffer.set_string(40, 0, "D", Style::new());
    assert_eq!(text(&bench.frame()), "\rThe-^[36CD");
}

#[test]
fn what_goes_is_erased_and_not_written_over() {
    let mut bench = Bench::showing(80, &["a".repeat(80), "b".repeat(80)]);
    bench.set(&["a".repeat(10), "b".repeat(30) + &" ".repeat(20) + &"b".repeat(30)]);
    let bytes = text(&bench.frame());
    assert!(bytes.len() <= 30 && bytes.contains("^[K") && bytes.contains("^[20X"), "{bytes}");
}

#[test]
fn only_what_differs_in_style_is_said() {
    let mut bench = Bench::showing(80, &["-".to_owned()]);
    let (bold, green) = (Style::new().add_modifier(Modifier::BOLD), Style::new().fg(Color::Green));
    bench.buffer.set_string(0, 0, "ab", bold);
    bench.buffer.set_string(2, 0, "cd", bold.fg(Color::Green));
    bench.buffer.set_string(4, 0, "ef", green);
    bench.buffer.set_string(6, 0, "gh", Style::new());
    assert_eq!(text(&bench.frame()), "\r^[1mab^[32mcd^[22mef^[mgh");
}

#[test]
fn the_colour_of_a_blank_is_not_worth_a_byte() {
    let mut bench = Bench::showing(20, &["a b".to_owned()]);
    bench.buffer.set_string(1, 0, " ", Style::new().fg(Color::Red).add_modifier(Modifier::BOLD));
    assert!(bench.frame().is_empty());
}

#[test]
fn control_characters_do_not_get_through() {
    let mut bench = Bench::new(20, 1);
    bench.buffer[(0, 0)].set_symbol("\u{1b}[31m");
    bench.buffer[(9, 0)].set_symbol("\u{9b}0c");
    let bytes = text(&bench.frame());
    assert!(bytes.matches('\u{FFFD}').count() == 2 && !bytes.contains("31m") && !bytes.contains("0c"), "{bytes}");
}

#[test]
fn a_bell_goes_out_with_the_frame() {
    let mut bench = Bench::showing(20, &["a".to_owned()]);
    bench.terminal.backend_mut().say(b"\x07");
    bench.buffer.set_string(0, 0, "b", Style::new());
    let (bytes, writes) = bench.frame_in_writes();
    assert_eq!((text(&bytes).as_str(), writes), ("\x07\rb", 1));
}
