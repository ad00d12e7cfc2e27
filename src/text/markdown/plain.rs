//! Draws Markdown as plain lines: for a dumb terminal, a log, a ticket.
//!
//! No colours and no line art; a screen that has them draws the blocks itself. Which parts of a line lead
//! somewhere is said beside it.

use super::{Block, Span, parse};
use crate::text::address::wrap_with;
use crate::text::{Lead, Leading, Shown, is_address};

/// Renders Markdown as lines of at most that many cells, links as `text <address>`.
pub fn plain(markdown: &str, cells: usize) -> Vec<String> {
    leading(markdown, cells).into_iter().map(|line| line.text).collect()
}

/// Does the same, and says which parts of each line lead where.
pub fn leading(markdown: &str, cells: usize) -> Vec<Leading> {
    let mut lines = Vec::new();
    draw_blocks(&parse(markdown), cells, &mut lines);
    lines
}

/// Draws blocks below each other, with an empty line between those that are not one list.
fn draw_blocks(blocks: &[Block], cells: usize, lines: &mut Vec<Leading>) {
    let mut before: Option<&Block> = None;
    for block in blocks.iter().filter(|_| cells > 0) {
        if before.is_some_and(|before| !belong_together(before, block)) {
            lines.push(Leading::default());
        }
        draw_block(block, cells, lines);
        before = Some(block);
    }
}

fn belong_together(above: &Block, below: &Block) -> bool {
    matches!(above, Block::Item { .. }) && matches!(below, Block::Item { marker, .. } if !marker.is_empty())
}

fn draw_block(block: &Block, cells: usize, lines: &mut Vec<Leading>) {
    match block {
        Block::Paragraph(spans) | Block::Heading(_, spans) => {
            let flat = Flat::of(spans);
            lines.extend(wrap_with(&flat.text, (cells, 0), flat.leads));
        }
        Block::Item { depth, marker, spans } => draw_item((*depth, marker), Flat::of(spans), cells, lines),
        Block::Code { lines: code, .. } => indent(code, "    ", cells, lines),
        Block::Quote(blocks) => draw_quote(blocks, cells, lines),
        Block::Rule => lines.push(Leading { text: "-".repeat(cells.min(20)), leads: Vec::new() }),
    }
}

fn draw_item((depth, marker): (usize, &str), flat: Flat, cells: usize, lines: &mut Vec<Leading>) {
    let before = (2 * depth).min(cells / 2);
    let hanging = before + marker.len().max(1) + 1;
    let first = Flat { text: format!("{:before$}{marker:1} ", ""), leads: Vec::new() };
    // A line break that the author asked for goes on below the text, not below the marker.
    let text = first.and(flat, &format!("\n{:hanging$}", ""));
    lines.extend(wrap_with(&text.text, (cells, hanging), text.leads));
}

fn draw_quote(blocks: &[Block], cells: usize, lines: &mut Vec<Leading>) {
    let mut quoted = Vec::new();
    // In a narrow place a deep quote loses its sign rather than its text.
    let (sign, room) = if cells > 8 { ("> ", cells - 2) } else { ("", cells) };
    draw_blocks(blocks, room, &mut quoted);
    lines.extend(quoted.into_iter().map(|line| line.behind(sign)));
}

fn indent(code: &[Shown], sign: &str, cells: usize, lines: &mut Vec<Leading>) {
    let sign = if cells > 2 * sign.len() { sign } else { "" };
    for line in code {
        let wrapped = wrap_with(line.as_str(), (cells - sign.len(), 2), Vec::new());
        if wrapped.is_empty() {
            lines.push(Leading::default());
        }
        lines.extend(wrapped.into_iter().map(|line| line.behind(sign)));
    }
}

/// Is a text in one piece, and the parts of it that lead somewhere.
struct Flat {
    text: String,
    leads: Vec<Lead>,
}

impl Flat {
    /// Puts spans into one text, with the address of a link behind the last of its spans.
    fn of(spans: &[Span]) -> Self {
        let mut flat = Self { text: String::new(), leads: Vec::new() };
        let mut label = String::new();
        for (at, span) in spans.iter().enumerate() {
            label.push_str(span.text.as_str());
            let next = spans.get(at + 1).and_then(|next| next.link.as_ref());
            if span.link.is_some() && span.link.as_ref() == next {
                continue;
            }
            flat.push(&label, span.link.as_deref());
            label.clear();
        }
        flat
    }

    fn push(&mut self, label: &str, link: Option<&str>) {
        let from = self.text.len();
        self.text.push_str(label);
        if let Some(link) = link.filter(|link| *link != label) {
            if is_address(link) && !label.trim().is_empty() {
                self.leads.push((from..self.text.len(), link.to_owned()));
            }
            self.text.push_str(&format!(" <{}>", Shown::line(link)));
        }
    }

    /// Adds another text, whose line breaks become something else.
    fn and(mut self, other: Self, line_break: &str) -> Self {
        let moved = |at: usize| {
            let breaks = other.text[..at].matches('\n').count();
            self.text.len() + at + breaks * (line_break.len() - 1)
        };
        let leads: Vec<_> = other.leads.iter().map(|(at, to)| (moved(at.start)..moved(at.end), to.clone())).collect();
        self.leads.extend(leads);
        self.text.push_str(&other.text.replace('\n', line_break));
        self
    }
}
