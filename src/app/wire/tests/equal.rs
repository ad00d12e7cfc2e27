//! Whatever was shown before, a frame looks as a full repaint does: cell by cell, style by style.

use std::num::NonZeroU16;

use proptest::prelude::*;
use ratatui::Terminal;
use ratatui::backend::{Backend, CrosstermBackend};
use ratatui::buffer::{Buffer, CellWidth};
use ratatui::style::{Color, Modifier, Style};

use super::Bench;

/// What every terminal writes in the same way.
const AGREED: [&str; 12] = ["a", "b", "x", " ", " ", "  ", "─", "✓", "é", "漢", "한", "字a"];
/// And what they do not.
const DISPUTED: [&str; 5] = ["e\u{301}", "👍", "⚠\u{FE0F}", "1\u{FE0F}\u{20E3}", "n\u{303}\u{301}"];

/// Is something that happens to a screen.
#[derive(Clone, Debug)]
pub(super) enum Happening {
    Write { x: u16, y: u16, text: String, style: Style },
    Paint { x: u16, y: u16, width: u16, style: Style },
    Move { top: u16, bottom: u16, rows: u16, is_up: bool },
    Blank,
    Resize(u16, u16),
    Redraw,
}

fn style() -> impl Strategy<Value = Style> {
    let colour = || {
        prop_oneof![
            4 => Just(Color::Reset),
            1 => Just(Color::Red),
            1 => Just(Color::DarkGray),
            1 => Just(Color::White),
            1 => (0_u8..=255).prop_map(Color::Indexed),
            1 => any::<(u8, u8, u8)>().prop_map(|(red, green, blue)| Color::Rgb(red, green, blue)),
        ]
    };
    let modifiers = prop_oneof![
        3 => Just(Modifier::empty()),
        2 => (0_u16..512).prop_map(|bits| {
            // The emulators know no hidden text and take one kind of blinking for the other.
            Modifier::from_bits_truncate(bits) - Modifier::HIDDEN - Modifier::SLOW_BLINK - Modifier::RAPID_BLINK
        }),
    ];
    (colour(), colour(), modifiers).prop_map(|(fg, bg, on)| Style::new().fg(fg).bg(bg).add_modifier(on))
}

pub(super) fn happening(symbols: Vec<&'static str>) -> impl Strategy<Value = Happening> {
    let text = prop::collection::vec(prop::sample::select(symbols), 1..12).prop_map(|symbols| symbols.concat());
    let place = || (0_u16..24, 0_u16..10);
    prop_oneof![
        10 => (place(), text, style()).prop_map(|((x, y), text, style)| Happening::Write { x, y, text, style }),
        2 => (place(), 1_u16..20, style()).prop_map(|((x, y), width, style)| Happening::Paint { x, y, width, style }),
        4 => (0_u16..6, 2_u16..10, 1_u16..4, any::<bool>())
            .prop_map(|(top, rows, by, is_up)| Happening::Move { top, bottom: top + rows, rows: by, is_up }),
        1 => Just(Happening::Blank),
        1 => (1_u16..24, 1_u16..10).prop_map(|(width, height)| Happening::Resize(width, height)),
        1 => Just(Happening::Redraw),
    ]
}

fn happenings(symbols: &[&'static str]) -> impl Strategy<Value = Vec<Vec<Happening>>> {
    prop::collection::vec(prop::collection::vec(happening(symbols.to_vec()), 1..6), 1..12)
}

/// Changes what a screen is to show.
pub(super) fn happen(bench: &mut Bench, happening: &Happening) {
    let area = bench.buffer.area;
    match happening {
        Happening::Write { x, y, text, style } if *x < area.width && *y < area.height => {
            bench.buffer.set_string(*x, *y, text, *style);
        }
        Happening::Paint { x, y, width, style } => {
            let painted = ratatui::layout::Rect { x: *x, y: *y, width: *width, height: 1 };
            bench.buffer.set_style(painted.intersection(area), *style);
        }
        Happening::Move { top, bottom, rows, is_up } if *bottom < area.height => {
            shift(&mut bench.buffer, (*top, *bottom), (*rows, *is_up));
        }
        Happening::Blank => bench.buffer.reset(),
        Happening::Resize(width, height) => bench.resize(*width, *height),
        Happening::Redraw => bench.terminal.clear().unwrap(),
        _ => {}
    }
}

/// Takes wide symbols away that were written over in part, as who draws does; ratatui would draw them whole.
pub(super) fn cut_wide_symbols(buffer: &mut Buffer) {
    for y in 0..buffer.area.height {
        for x in 0..buffer.area.width {
            let hidden = buffer.cell((x + 1, y)).filter(|cell| *cell == &ratatui::buffer::Cell::EMPTY);
            if buffer[(x, y)].cell_width() > 1 && (hidden.is_none() || x + 1 == buffer.area.width) {
                buffer[(x, y)].reset();
            }
        }
    }
}

fn shift(buffer: &mut Buffer, (top, bottom): (u16, u16), (by, is_up): (u16, bool)) {
    let before = buffer.clone();
    for y in top..=bottom {
        let from = if is_up { y.checked_add(by) } else { y.checked_sub(by) };
        for x in 0..buffer.area.width {
            buffer[(x, y)] = match from {
                Some(from) if (top..=bottom).contains(&from) => before[(x, from)].clone(),
                _ => ratatui::buffer::Cell::EMPTY,
            };
        }
    }
}

/// Is what can be seen of a cell: the symbol, colours, and all else.
pub(super) type Seen = (String, String);

/// Leaves out what cannot be seen where there is no letter.
fn seen(text: &str, (fg, bg): (String, String), on_all: Vec<bool>, on_letters: Vec<bool>) -> Seen {
    let is_blank = text.is_empty() || text == " ";
    let fg = if is_blank && on_all.iter().all(|on| !on) { String::new() } else { fg };
    let on_letters = if is_blank { Vec::new() } else { on_letters };
    let text = if is_blank { " " } else { text };
    (text.to_owned(), format!("{fg} {bg} {on_all:?} {on_letters:?}"))
}

/// One of two emulators that have nothing to do with each other.
pub(super) trait Emulator {
    fn of(width: u16, height: u16) -> Self;
    fn resize(&mut self, width: u16, height: u16);
    fn take(&mut self, bytes: &[u8]);
    fn cells(&self) -> Vec<Vec<Seen>>;
}

impl Emulator for vt100::Parser {
    fn of(width: u16, height: u16) -> Self {
        Self::new(NonZeroU16::new(height).unwrap(), NonZeroU16::new(width).unwrap(), 0)
    }

    fn resize(&mut self, width: u16, height: u16) {
        self.set_size(NonZeroU16::new(height).unwrap(), NonZeroU16::new(width).unwrap());
    }

    fn take(&mut self, bytes: &[u8]) {
        self.process(bytes);
    }

    fn cells(&self) -> Vec<Vec<Seen>> {
        let (rows, columns) = self.screen().size();
        let cell = |y, x| {
            let cell = self.screen().cell(y, x).unwrap();
            let colours = (format!("{:?}", cell.fgcolor()), format!("{:?}", cell.bgcolor()));
            let on_all = vec![cell.inverse(), cell.underline()];
            seen(cell.contents(), colours, on_all, vec![cell.bold(), cell.dim(), cell.italic(), cell.is_wide()])
        };
        (0..rows.into()).map(|y| (0..columns.into()).map(|x| cell(y, x)).collect()).collect()
    }
}

impl Emulator for avt::Terminal {
    fn of(width: u16, height: u16) -> Self {
        Self::new(width.into(), height.into()).unwrap()
    }

    fn resize(&mut self, width: u16, height: u16) {
        avt::Terminal::resize(self, width.into(), height.into());
    }

    fn take(&mut self, bytes: &[u8]) {
        self.feed(std::str::from_utf8(bytes).unwrap());
    }

    fn cells(&self) -> Vec<Vec<Seen>> {
        let cell = |cell: &avt::Cell| {
            let pen = cell.pen();
            let colours = (format!("{:?}", pen.foreground()), format!("{:?}", pen.background()));
            let on_all = vec![pen.is_inverse(), pen.is_underline(), pen.is_strikethrough()];
            let on_letters = vec![pen.is_bold(), pen.is_faint(), pen.is_italic(), cell.width() == 2];
            seen(&cell.char().to_string(), colours, on_all, on_letters)
        };
        self.screen().visible_lines().map(|line| line.cells().iter().map(cell).collect()).collect()
    }
}

/// Shows a buffer on a terminal that showed nothing.
pub(super) fn repainted<E: Emulator>(buffer: &Buffer) -> Vec<Vec<Seen>> {
    let mut bench = Bench::new(buffer.area.width, buffer.area.height);
    bench.buffer = buffer.clone();
    let mut emulator = E::of(buffer.area.width, buffer.area.height);
    emulator.take(&bench.frame());
    emulator.cells()
}

/// Shows a buffer the way that ratatui's own backend does.
fn painted_by_others(buffer: &Buffer) -> Vec<Vec<Seen>> {
    let mut bytes = Vec::new();
    let empty = Buffer::empty(buffer.area);
    CrosstermBackend::new(&mut bytes).draw(empty.diff(buffer).into_iter()).unwrap();
    let mut emulator = <vt100::Parser as Emulator>::of(buffer.area.width, buffer.area.height);
    emulator.take(&bytes);
    emulator.cells()
}

/// Makes sure that two screens are the same, and names the first cell that is not.
fn assert_same(shown: &[Vec<Seen>], wanted: &[Vec<Seen>], whose: &str) {
    assert_eq!(shown.len(), wanted.len(), "{whose}");
    for (y, (shown, wanted)) in shown.iter().zip(wanted).enumerate() {
        for (x, (cell, other)) in shown.iter().zip(wanted).enumerate() {
            assert!(cell == other, "column {x} of row {y} is {cell:?}, {whose} {other:?}");
        }
    }
}

/// Lets things happen, frame by frame, and compares each with a full repaint.
fn compare<E: Emulator>(frames: &[Vec<Happening>], also: impl Fn(&Buffer) -> Option<Vec<Vec<Seen>>>) {
    let mut bench = Bench::new(20, 8);
    let mut emulator = E::of(20, 8);
    // Whatever stood there before is gone with the first frame.
    emulator.take(b"something\x1b[7m that\x1b[3;5r was there\x1b[31m");
    for frame in frames {
        frame.iter().for_each(|happening| happen(&mut bench, happening));
        cut_wide_symbols(&mut bench.buffer);
        emulator.resize(bench.buffer.area.width, bench.buffer.area.height);
        emulator.take(&bench.frame());
        assert_same(&emulator.cells(), &repainted::<E>(&bench.buffer), "repainted");
        if let Some(others) = also(&bench.buffer) {
            assert_same(&emulator.cells(), &others, "by others");
        }
    }
}

pub(super) fn config() -> ProptestConfig {
    let cases = if std::env::var_os("MOP_LONG").is_some() { 20_000 } else { 150 };
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_frame_looks_as_a_full_repaint_and_as_ratatui_would_draw_it(frames in happenings(&AGREED)) {
        // This emulator takes bold and dim for one state, so that it shows which of both was said last.
        let both = Modifier::BOLD | Modifier::DIM;
        let is_plain = |buffer: &Buffer| !buffer.content.iter().any(|cell| cell.modifier.contains(both));
        compare::<vt100::Parser>(&frames, |buffer| is_plain(buffer).then(|| painted_by_others(buffer)));
    }

    #[test]
    fn a_frame_looks_as_a_full_repaint_in_another_emulator(frames in happenings(&AGREED)) {
        compare::<avt::Terminal>(&frames, |_| None);
    }

    #[test]
    fn symbols_whose_width_is_disputed_leave_the_rest_as_it_should_be(
        frames in happenings(&[&AGREED[..], &DISPUTED[..]].concat())
    ) {
        compare::<vt100::Parser>(&frames, |_| None);
        compare::<avt::Terminal>(&frames, |_| None);
    }
}

#[test]
fn a_terminal_that_lost_what_it_showed_is_right_again_when_everything_is_drawn_anew() {
    let lines: Vec<String> = (0..8).map(|at| format!("line {at} 漢字")).collect();
    let mut bench = Bench::showing(20, &lines);
    let mut emulator = <vt100::Parser as Emulator>::of(20, 8);
    emulator.take(b"\x1b[2;3r\x1b[31;7mnoise\n\n\n\n\x1b[?25h");
    bench.terminal.clear().unwrap();
    emulator.take(&bench.frame());
    assert_eq!(emulator.cells(), repainted::<vt100::Parser>(&bench.buffer));
    assert!(emulator.screen().hide_cursor());
}

#[test]
fn the_last_cell_of_the_screen_does_not_scroll_it() {
    let lines: Vec<String> = (0..4).map(|at| at.to_string().repeat(10)).collect();
    let mut bench = Bench::new(10, 4);
    bench.set(&lines);
    let mut emulator = <vt100::Parser as Emulator>::of(10, 4);
    emulator.take(&bench.frame());
    assert_eq!(emulator.screen().contents(), lines.join("\n"));
    bench.buffer.set_string(0, 3, "x", Style::new());
    bench.buffer.set_string(9, 2, "y", Style::new());
    emulator.take(&bench.frame());
    assert_eq!(emulator.cells(), repainted::<vt100::Parser>(&bench.buffer));
}

#[test]
fn a_wide_symbol_that_goes_takes_both_halves_with_it() {
    let mut terminal = Terminal::new(ratatui::backend::TestBackend::new(6, 1)).unwrap();
    for (before, after) in
        [("漢字漢", "a字漢"), ("漢字漢", "a漢字"), ("ab漢cd", "a漢bcd"), ("漢字", "漢a"), ("漢字", "")]
    {
        let mut bench = Bench::showing(6, &[before.to_owned()]);
        let mut emulator = <vt100::Parser as Emulator>::of(6, 1);
        bench.terminal.clear().unwrap();
        emulator.take(&bench.frame());
        bench.set(&[after.to_owned()]);
        emulator.take(&bench.frame());
        terminal.draw(|frame| frame.buffer_mut().clone_from(&bench.buffer)).unwrap();
        assert_eq!(emulator.screen().contents().trim_end(), after);
    }
}
