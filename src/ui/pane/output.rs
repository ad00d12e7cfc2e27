//! What a command prints, in its colours: lines broken where the pane ends, nothing of them obeyed.

use ratatui::style::{Color, Modifier, Style};
use ratatui::text::{Line, Span};

use crate::text::{Ink, clusters, inked};
use crate::ui::theme::Theme;

/// By how many cells what goes on on another row is set in.
const HANGING: usize = 2;

/// Lays a line of output out in rows of at most so many cells.
pub(in crate::ui) fn rows((mut ink, line): (Ink, &[u8]), cells: usize, theme: &Theme) -> Vec<Line<'static>> {
    let mut rows = Rows { cells: cells.max(HANGING + 2), rows: Vec::new(), row: Vec::new(), used: 0 };
    for (ink, text) in inked(line, &mut ink) {
        rows.write(text.as_str(), style(ink, theme));
    }
    rows.end_row();
    rows.rows
}

/// Is rows that are being filled.
struct Rows {
    cells: usize,
    rows: Vec<Line<'static>>,
    row: Vec<Span<'static>>,
    used: usize,
}

impl Rows {
    fn write(&mut self, text: &str, style: Style) {
        let mut piece = String::new();
        for (cluster, wide) in clusters(text) {
            if self.used + wide > self.cells {
                self.row.push(Span::styled(std::mem::take(&mut piece), style));
                self.end_row();
                self.row.push(Span::raw(" ".repeat(HANGING)));
                self.used = HANGING;
            }
            piece.push_str(cluster);
            self.used += wide;
        }
        self.row.push(Span::styled(piece, style));
    }

    fn end_row(&mut self) {
        self.rows.push(Line::from(std::mem::take(&mut self.row)));
        self.used = 0;
    }
}

/// Says what ink looks like; without colours only what is not a colour is left of it.
fn style(ink: Ink, theme: &Theme) -> Style {
    let modifiers = [
        (ink.bold, Modifier::BOLD),
        (ink.dim, Modifier::DIM),
        (ink.italic, Modifier::ITALIC),
        (ink.underlined, Modifier::UNDERLINED),
        (ink.reversed, Modifier::REVERSED),
    ];
    let modifier = modifiers.into_iter().filter(|(is_on, _)| *is_on).map(|(_, modifier)| modifier).collect();
    let mut style = Style::new().add_modifier(modifier);
    if theme.colour {
        (style.fg, style.bg) = (ink.colour.map(Color::Indexed), ink.ground.map(Color::Indexed));
    }
    style
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Theme = Theme { colour: false, ascii: false };
    const COLOUR: Theme = Theme { colour: true, ascii: false };

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
}
