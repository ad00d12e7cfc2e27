//! Output in rows, and moving in it.

use super::*;
use crate::ui::theme::Palette;

const PLAIN: Theme = Theme::PLAIN;
const COLOUR: Theme = Theme { palette: Palette::Dark, ascii: false };

fn told(line: &[u8], cells: usize) -> Vec<String> {
    rows((Ink::default(), line), cells, &PLAIN).iter().map(ToString::to_string).collect()
}

#[test]
fn a_line_is_broken_by_cells_and_goes_on_a_little_further_in() {
    assert_eq!(told(b"abcdefgh", 6), ["abcdef", "  gh"]);
    assert_eq!(told("漢字かな".as_bytes(), 6), ["漢字か", "  な"]);
    assert_eq!(told(b"", 6), [""]);
    assert!(told(&b"x".repeat(100), 0).iter().all(|row| row.len() <= 4));
}

#[test]
fn colours_are_drawn_where_there_are_colours() {
    let line = b"\x1b[1;31mred\x1b[0m";
    let red = rows((Ink::default(), line), 20, &COLOUR)[0].spans[0].style;
    assert_eq!((red.fg, red.add_modifier), (Some(Color::Indexed(1)), Modifier::BOLD));
    let plain = rows((Ink::default(), line), 20, &PLAIN)[0].spans[0].style;
    assert_eq!((plain.fg, plain.add_modifier), (None, Modifier::BOLD));
}

fn printed(lines: &[&str]) -> Printed {
    let mut printed = Printed::default();
    lines.iter().for_each(|line| printed.take(format!("{line}\n").as_bytes(), 0));
    printed
}

/// Gives what is shown after some movements, in so many rows of ten cells.
fn seen(printed: &Printed, commands: &[Command], rows: usize) -> (Vec<String>, bool) {
    let mut spot = None;
    for command in commands {
        spot = moved(printed, (spot, *command), (10, rows));
    }
    let roll = Roll { printed, cells: 10, theme: &PLAIN };
    let top = spot.unwrap_or_else(|| roll.last_page(rows));
    (roll.page(top, rows).iter().map(ToString::to_string).collect(), spot.is_none())
}

#[test]
fn the_end_is_shown_until_somebody_goes_back_and_followed_again_once_he_is_there() {
    let lines = printed(&["one", "two", "three", "abcdefghijklmn", "five"]);
    assert_eq!(seen(&lines, &[], 3), (["abcdefghij", "  klmn", "five"].map(str::to_owned).into(), true));
    let (up, down) = (Command::Up, Command::Down);
    assert_eq!(seen(&lines, &[up], 3).0, ["three", "abcdefghij", "  klmn"]);
    assert_eq!(seen(&lines, &[up, up], 3), (["two", "three", "abcdefghij"].map(str::to_owned).into(), false));
    assert_eq!(seen(&lines, &[Command::First], 3).0, ["one", "two", "three"]);
    assert_eq!(seen(&lines, &[Command::First, Command::PageDown], 3).0, ["three", "abcdefghij", "  klmn"]);
    assert!(seen(&lines, &[Command::First, down, down, down, down], 3).1, "the end is followed");
    assert!(seen(&lines, &[Command::First, Command::Last], 3).1);
    assert_eq!(seen(&printed(&["one"]), &[up, down, Command::PageUp], 3), (vec!["one".to_owned()], true));
}

#[test]
fn what_somebody_looks_at_stays_while_lines_come_and_go() {
    let mut printed = printed(&[]);
    (0..300).for_each(|line| printed.take(format!("{line}\n").as_bytes(), 0));
    let spot = moved(&printed, (None, Command::PageUp), (10, 5));
    (300..400).for_each(|line| printed.take(format!("{line}\n").as_bytes(), 0));
    assert_eq!(first_row(&printed, spot.unwrap()), "291");
    (400..5_000).for_each(|line| printed.take(format!("{line}\n").as_bytes(), 0));
    assert_eq!(first_row(&printed, spot.unwrap()), "4600", "the first that is held");
}

fn first_row(printed: &Printed, spot: Spot) -> String {
    let roll = Roll { printed, cells: 10, theme: &PLAIN };
    roll.page(roll.held(spot), 1)[0].to_string()
}
