//! Letters on their way into a frame: a line is written as ratatui writes it, and plain ones sooner.
//!
//! ratatui looks every letter up in the tables of Unicode, which takes a third of a frame. What a line says, and that
//! it is safe to draw, is not known here.

use ratatui::buffer::Buffer;
use ratatui::style::Style;
use ratatui::text::Line;

use crate::text::is_plain;

/// Writes a line at a place, in so many cells at most.
pub(in crate::ui) fn write_line(buffer: &mut Buffer, (mut x, y): (u16, u16), (line, cells): (&Line<'_>, u16)) {
    let end = x.saturating_add(cells).min(buffer.area.right());
    for span in line {
        let style = line.style.patch(span.style);
        x = match is_plain(span.content.as_bytes()) {
            true => write_plain(buffer, (x, y), (&span.content, end, style)),
            false => buffer.set_stringn(x, y, &span.content, usize::from(end.saturating_sub(x)), style).0,
        };
    }
}

fn write_plain(buffer: &mut Buffer, (x, y): (u16, u16), (text, end, style): (&str, u16, Style)) -> u16 {
    let area = buffer.area;
    if x >= end || !area.contains((x, y).into()) {
        return x;
    }
    let from = usize::from(y - area.y) * usize::from(area.width) + usize::from(x - area.x);
    let cells = buffer.content.get_mut(from..from + usize::from(end - x)).unwrap_or_default();
    for (at, cell) in (0..text.len()).zip(cells) {
        cell.set_symbol(text.get(at..=at).unwrap_or(" "));
        if style != Style::new() {
            cell.set_style(style);
        }
    }
    u16::try_from(text.len()).map_or(end, |len| end.min(x.saturating_add(len)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use ratatui::buffer::Cell;
    use ratatui::layout::Rect;
    use ratatui::style::Stylize as _;
    use ratatui::text::Span;

    use super::*;

    fn spans() -> impl Strategy<Value = Vec<Span<'static>>> {
        let text = prop_oneof!["[ -~]{0,9}", "[a-c·漢\u{301}\t ]{0,9}"];
        let style = prop_oneof![Just(Style::new()), Just(Style::new().bold()), Just(Style::new().red().on_blue())];
        let span = (text, style).prop_map(|(text, style)| Span::styled(text, style));
        proptest::collection::vec(span, 0..5)
    }

    proptest! {
        #[test]
        fn a_line_is_written_as_ratatui_writes_it(spans in spans(), x in 0u16..12, cells in 0u16..30, is_dim: bool) {
            let line = Line::from(spans);
            let line = if is_dim { line.dim() } else { line };
            let area = Rect { x: 2, y: 1, width: 20, height: 2 };
            let (mut ours, mut theirs) = (Buffer::filled(area, Cell::new("#")), Buffer::filled(area, Cell::new("#")));
            write_line(&mut ours, (2 + x, 2), (&line, cells));
            theirs.set_line(2 + x, 2, &line, cells);
            prop_assert_eq!(ours, theirs);
        }
    }
}
