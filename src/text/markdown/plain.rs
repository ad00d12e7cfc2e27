//! Draws Markdown as plain lines: for a dumb terminal, a log, a ticket.
//!
//! No colours and no line art; a screen that has them draws the blocks itself.

use super::{Block, Span, parse};
use crate::text::{Shown, wrap};

/// Renders Markdown as lines of at most that many cells, links as `text <address>`.
pub fn plain(markdown: &str, cells: usize) -> Vec<String> {
    let mut lines = Vec::new();
    draw_blocks(&parse(markdown), cells, &mut lines);
    lines
}

/// Draws blocks below each other, with an empty line between those that are not one list.
fn draw_blocks(blocks: &[Block], cells: usize, lines: &mut Vec<String>) {
    let mut before: Option<&Block> = None;
    for block in blocks.iter().filter(|_| cells > 0) {
        if before.is_some_and(|before| !belong_together(before, block)) {
            lines.push(String::new());
        }
        draw_block(block, cells, lines);
        before = Some(block);
    }
}

fn belong_together(above: &Block, below: &Block) -> bool {
    matches!(above, Block::Item { .. }) && matches!(below, Block::Item { marker, .. } if !marker.is_empty())
}

fn draw_block(block: &Block, cells: usize, lines: &mut Vec<String>) {
    match block {
        Block::Paragraph(spans) | Block::Heading(_, spans) => lines.extend(wrap(&flat(spans), cells, 0)),
        Block::Item { depth, marker, spans } => draw_item(*depth, marker, &flat(spans), cells, lines),
        Block::Code { lines: code, .. } => indent(code, "    ", cells, lines),
        Block::Quote(blocks) => draw_quote(blocks, cells, lines),
        Block::Rule => lines.push("-".repeat(cells.min(20))),
    }
}

fn draw_item(depth: usize, marker: &str, text: &str, cells: usize, lines: &mut Vec<String>) {
    let before = (2 * depth).min(cells / 2);
    let hanging = before + marker.len().max(1) + 1;
    let first = format!("{:before$}{marker:1} {text}", "");
    // A line break that the author asked for goes on below the text, not below the marker.
    let text = first.replace('\n', &format!("\n{:hanging$}", ""));
    lines.extend(wrap(&text, cells, hanging));
}

fn draw_quote(blocks: &[Block], cells: usize, lines: &mut Vec<String>) {
    let mut quoted = Vec::new();
    // In a narrow place a deep quote loses its sign rather than its text.
    let (sign, room) = if cells > 8 { ("> ", cells - 2) } else { ("", cells) };
    draw_blocks(blocks, room, &mut quoted);
    lines.extend(quoted.into_iter().map(|line| format!("{sign}{line}").trim_end().to_owned()));
}

fn indent(code: &[Shown], sign: &str, cells: usize, lines: &mut Vec<String>) {
    let sign = if cells > 2 * sign.len() { sign } else { "" };
    for line in code {
        let wrapped = line.wrap(cells - sign.len(), 2);
        if wrapped.is_empty() {
            lines.push(String::new());
        }
        lines.extend(wrapped.iter().map(|line| format!("{sign}{line}").trim_end().to_owned()));
    }
}

/// Puts spans into one text, with the address of a link behind the last of its spans.
fn flat(spans: &[Span]) -> String {
    let mut text = String::new();
    let mut label = String::new();
    for (at, span) in spans.iter().enumerate() {
        label.push_str(span.text.as_str());
        let next = spans.get(at + 1).and_then(|next| next.link.as_ref());
        if span.link.is_some() && span.link.as_ref() == next {
            continue;
        }
        text.push_str(&label);
        if let Some(link) = span.link.as_deref().filter(|link| *link != label) {
            text.push_str(&format!(" <{}>", Shown::line(link)));
        }
        label.clear();
    }
    text
}
