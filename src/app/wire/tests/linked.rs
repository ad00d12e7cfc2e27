//! Links: after every frame each cell leads where it should, and no frame without links is a byte longer.
//!
//! Neither emulator knows links. So the bytes are read once more, for links only: where one begins the letters
//! get the colour of its number, and no other colours are taken. What rows are moved, erased and written
//! over is the emulator's.

use proptest::prelude::*;
use ratatui::buffer::Buffer;
use ratatui::style::{Color, Style};

use super::Bench;
use super::equal::{Happening, config, cut_wide_symbols, happen, happening};
use crate::ui::Links;

const ADDRESSES: [&str; 3] = ["https://a.example/", "http://b.example/?c=d;e", "https://c.example/"];

/// Gives the bytes with the number of each link as the colour of letters, and without all else that is a style.
fn as_colours(bytes: &[u8]) -> String {
    let text = std::str::from_utf8(bytes).unwrap();
    let mut found = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('\x1b') {
        found.push_str(&rest[..at]);
        rest = &rest[at..];
        let len = match rest.strip_prefix("\x1b]8;") {
            Some(link) => {
                let (link, _) = link.split_once('\x07').unwrap();
                let (params, address) = link.split_once(';').unwrap();
                found.push_str(&match address {
                    "" => "\x1b[39m".to_owned(),
                    _ => format!("\x1b[38;5;{}m", colour(params, address)),
                });
                "\x1b]8;".len() + link.len() + 1
            }
            None if is_style(rest) => rest.find('m').unwrap() + 1,
            None => 1,
        };
        if len == 1 {
            found.push('\x1b');
        }
        rest = &rest[len..];
    }
    found + rest
}

/// Gives a colour for an address, whose id has to be its own.
fn colour(params: &str, address: &str) -> usize {
    let at = ADDRESSES.iter().position(|known| *known == address).unwrap();
    assert_eq!(params, format!("id={at:x}"));
    at + 1
}

fn is_style(text: &str) -> bool {
    let end = text[1..].find(|c: char| !c.is_ascii_digit() && !"[;?".contains(c)).unwrap() + 1;
    text[end..].starts_with('m')
}

fn links() -> Links {
    let links = Links::wanted();
    ADDRESSES.iter().for_each(|address| _ = links.style(address));
    links
}

/// Gives where each cell of a terminal leads, as the number of a colour.
fn led(terminal: &avt::Terminal) -> Vec<Vec<Option<u8>>> {
    let number = |cell: &avt::Cell| match cell.pen().foreground() {
        Some(avt::Color::Indexed(number)) => Some(number),
        _ => None,
    };
    terminal.screen().visible_lines().map(|line| line.cells().iter().map(number).collect()).collect()
}

/// Gives the same of what is to be shown; a wide symbol leads as one.
fn wanted(buffer: &Buffer, links: &Links) -> Vec<Vec<Option<u8>>> {
    let number = |cell: &ratatui::buffer::Cell| links.address(cell.underline_color).map(|(number, _)| number as u8 + 1);
    let rows = buffer.content.chunks(usize::from(buffer.area.width).max(1));
    rows.map(|row| {
        let mut row: Vec<_> =
            row.iter().map(|cell| (ratatui::buffer::CellWidth::cell_width(cell), number(cell))).collect();
        for at in 1..row.len() {
            if row[at - 1].0 > 1 {
                row[at].1 = row[at - 1].1;
            }
        }
        row.into_iter().map(|(_, number)| number).collect()
    })
    .collect()
}

/// Is something that happens, or a link that is put on cells or taken from them.
#[derive(Clone, Debug)]
enum Linking {
    Else(Happening),
    Link { x: u16, y: u16, width: u16, to: Option<usize> },
}

fn linking() -> impl Strategy<Value = Linking> {
    let symbols = vec!["a", "b", " ", "  ", "─", "é", "漢", "字a"];
    prop_oneof![
        3 => happening(symbols).prop_map(Linking::Else),
        2 => (0_u16..24, 0_u16..10, 1_u16..15, prop::option::of(0..ADDRESSES.len()))
            .prop_map(|(x, y, width, to)| Linking::Link { x, y, width, to }),
    ]
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn every_cell_leads_where_it_should_whatever_was_shown_before(
        frames in prop::collection::vec(prop::collection::vec(linking(), 1..6), 1..12)
    ) {
        let links = links();
        let mut bench = Bench::linking(20, 8, links.clone());
        let mut emulator = avt::Terminal::new(20, 8).unwrap();
        // Another program ended in the middle of a link.
        emulator.feed(as_colours(b"\x1b]8;id=0;https://a.example/\x07left over").as_str());
        for frame in &frames {
            for step in frame {
                match step {
                    Linking::Else(step) => happen(&mut bench, step),
                    Linking::Link { x, y, width, to } => {
                        let area = ratatui::layout::Rect { x: *x, y: *y, width: *width, height: 1 };
                        let area = area.intersection(bench.buffer.area);
                        let style = to.map_or(Style::new().underline_color(Color::Reset), |to| links.style(ADDRESSES[to]));
                        bench.buffer.set_style(area, style);
                    }
                }
            }
            cut_wide_symbols(&mut bench.buffer);
            emulator.resize(bench.buffer.area.width.into(), bench.buffer.area.height.into());
            let bytes = bench.frame();
            emulator.feed(as_colours(&bytes).as_str());
            prop_assert_eq!(led(&emulator), wanted(&bench.buffer, &links));
            prop_assert!(is_ended(&bytes), "what comes behind a frame would be part of a link");
        }
    }

    #[test]
    fn a_frame_without_links_is_the_same_where_links_are_wanted(
        frames in prop::collection::vec(prop::collection::vec(happening(vec!["a", " ", "  ", "漢"]), 1..6), 1..12)
    ) {
        let (mut with, mut without) = (Bench::linking(20, 8, links()), Bench::new(20, 8));
        for frame in &frames {
            frame.iter().for_each(|step| [&mut with, &mut without].into_iter().for_each(|bench| happen(bench, step)));
            [&mut with, &mut without].into_iter().for_each(|bench| cut_wide_symbols(&mut bench.buffer));
            let (one, other) = (with.frame(), without.frame());
            // Only what makes everything blank ends a link that others may have left.
            let one = String::from_utf8(one).unwrap().replace("\x1b]8;;\x07", "");
            prop_assert_eq!(without_brackets(&one), without_brackets(std::str::from_utf8(&other).unwrap()));
        }
    }
}

/// Leaves out what shows a large frame at once.
fn without_brackets(frame: &str) -> String {
    frame.replace("\x1b[?2026h", "").replace("\x1b[?2026l", "")
}

fn is_ended(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    text.rfind("\x1b]8;").is_none_or(|at| text[at..].starts_with("\x1b]8;;\x07"))
}

#[test]
fn a_link_is_written_once_for_all_its_letters_and_never_where_nothing_is_wanted() {
    let text = "read https://a.example/ first";
    let style = |links: &Links| links.style("https://a.example/");
    let links = Links::wanted();
    let mut bench = Bench::linking(40, 2, links.clone());
    bench.frame();
    bench.set(&[text.to_owned()]);
    bench.buffer.set_string(5, 0, "https://a.example/", style(&links));
    let shown = String::from_utf8(bench.frame()).unwrap();
    assert_eq!(shown, "read \x1b]8;id=0;https://a.example/\x07https://a.example/\x1b]8;;\x07 first");
    // A cell that comes from somewhere else does not become one.
    let mut bench = Bench::new(40, 2);
    bench.frame();
    bench.set(&[text.to_owned()]);
    bench.buffer.set_string(5, 0, "https://a.example/", style(&links));
    assert_eq!(String::from_utf8(bench.frame()).unwrap(), text);
}
