//! The pen: where the cursor stands and how it writes, and the shortest way to another place.
//!
//! What is not sure is not known: after the last column, after text whose width terminals disagree on
//! and after rows were moved, only ways are taken that do not depend on it.

use std::io::Write;

use ratatui::style::Color;

use super::cell::{Cell, Clusters};
use super::look::Look;
use crate::ui::Links;

/// Is where a cell leads that is no part of a link, as the colour of its underline says it.
pub(super) const NOWHERE: Color = Color::Reset;
const END_OF_LINK: &[u8] = b"\x1b]8;;\x07";

/// Writes bytes, and knows what they did.
#[derive(Debug)]
pub(super) struct Pen {
    /// Where the cursor is; in the column after the last one it may still be in the last.
    at: Option<(u16, u16)>,
    look: Option<Look>,
    /// Where what it writes leads.
    leads: Color,
    links: Links,
    /// How many columns there are.
    width: u16,
    pub out: Vec<u8>,
}

impl Pen {
    /// Makes one for so many columns of which nothing else is known.
    pub(super) fn new(width: u16, links: Links) -> Self {
        Self { at: None, look: None, leads: NOWHERE, links, width, out: Vec::new() }
    }

    /// Gives one that stands at the same place and has written nothing.
    pub(super) fn fork(&self) -> Self {
        Self { out: Vec::new(), links: self.links.clone(), ..*self }
    }

    /// Tells where the cursor is, if that is sure.
    pub(super) fn at(&self) -> Option<(u16, u16)> {
        self.at.filter(|(x, _)| *x < self.width)
    }

    /// Forgets where the cursor is.
    pub(super) fn lose_place(&mut self) {
        self.at = None;
    }

    /// Makes the whole screen blank.
    pub(super) fn clear(&mut self) {
        // Whoever wrote before may have been in the middle of a link.
        if self.links.is_wanted() {
            self.out.extend_from_slice(END_OF_LINK);
        }
        self.wear(Look::PLAIN);
        self.out.extend_from_slice(b"\x1b[H\x1b[2J");
        self.at = Some((0, 0));
    }

    /// Gives the addresses that it knows.
    pub(super) fn links(&self) -> &Links {
        &self.links
    }

    /// Makes what it writes lead to the address of a colour, or nowhere.
    ///
    /// Parts with the same number are one link to the terminal, whatever stands between them.
    pub(super) fn lead(&mut self, to: Color) {
        if self.leads == to {
            return;
        }
        match self.links.address(to) {
            Some((number, address)) => self.say(format_args!("\x1b]8;id={number:x};{address}\x07")),
            None if self.leads == NOWHERE => return,
            None => self.out.extend_from_slice(END_OF_LINK),
        }
        self.leads = to;
    }

    /// Writes what leads nowhere from now on, and looks like nothing where there is no letter.
    pub(super) fn wear_nothing(&mut self) {
        self.lead(NOWHERE);
        self.wear_on_blank(Look::PLAIN);
    }

    /// Changes how it writes.
    pub(super) fn wear(&mut self, look: Look) {
        match self.look {
            Some(before) => before.change(look, &mut self.out),
            None => look.write(&mut self.out),
        }
        self.look = Some(look);
    }

    /// Changes how it writes as far as it can be seen where there is no letter.
    fn wear_on_blank(&mut self, look: Look) {
        if self.look.is_none_or(|before| before.of_blank() != look) {
            self.wear(look);
        }
    }

    /// Goes to a place the shortest way.
    pub(super) fn go(&mut self, x: u16, y: u16) {
        if self.at == Some((x, y)) {
            return;
        }
        let mut best = absolute(x, y);
        for way in self.at.into_iter().flat_map(|at| relative(at, (x, y), self.width)) {
            if way.len() < best.len() {
                best = way;
            }
        }
        self.out.extend_from_slice(&best);
        self.at = Some((x, y));
    }

    /// Writes a cell at a place.
    pub(super) fn put(&mut self, (x, y): (u16, u16), Cell { symbol, look, leads }: Cell, clusters: &Clusters) {
        self.go(x, y);
        self.lead(leads);
        match symbol.is_blank() {
            true => self.wear_on_blank(look),
            false => self.wear(look),
        }
        clusters.write(symbol, &mut self.out);
        self.at = symbol.is_settled().then(|| (x + symbol.width(), y));
    }

    /// Erases to the end of the row.
    pub(super) fn erase_rest(&mut self, x: u16, y: u16) {
        self.go(x, y);
        self.wear_nothing();
        self.out.extend_from_slice(b"\x1b[K");
    }

    /// Erases so many cells.
    pub(super) fn erase(&mut self, (x, y): (u16, u16), count: u16) {
        self.go(x, y);
        self.wear_nothing();
        self.say(format_args!("\x1b[{count}X"));
    }

    /// Writes a sequence.
    pub(super) fn say(&mut self, words: std::fmt::Arguments<'_>) {
        // A vector takes everything.
        let _ = self.out.write_fmt(words);
    }
}

fn absolute(x: u16, y: u16) -> Vec<u8> {
    match (x, y) {
        (0, 0) => b"\x1b[H".to_vec(),
        (0, y) => format!("\x1b[{}H", y + 1).into_bytes(),
        (x, y) => format!("\x1b[{};{}H", y + 1, x + 1).into_bytes(),
    }
}

/// Gives the ways from where the cursor is.
fn relative((from_x, from_y): (u16, u16), (x, y): (u16, u16), width: u16) -> Vec<Vec<u8>> {
    let rows = vertical(from_y, y);
    let by_margin = [b"\r", &*rows, &*right(x)].concat();
    // A cursor that waits past the last column is sure to be somewhere only after it went to the first.
    if from_x >= width {
        return vec![by_margin];
    }
    let columns = if x >= from_x { right(x - from_x) } else { left(from_x - x) };
    vec![by_margin, [rows, columns].concat()]
}

/// Goes up or down; the margins are those of the screen, and no row that is gone to lies beyond them.
fn vertical(from: u16, to: u16) -> Vec<u8> {
    match (to.saturating_sub(from), from.saturating_sub(to)) {
        (0, 0) => Vec::new(),
        (down @ 1..=3, _) => vec![b'\n'; usize::from(down)],
        (0, 1) => b"\x1bM".to_vec(),
        (0, up) => format!("\x1b[{up}A").into_bytes(),
        (down, _) => format!("\x1b[{down}B").into_bytes(),
    }
}

fn right(columns: u16) -> Vec<u8> {
    match columns {
        0 => Vec::new(),
        1 => b"\x1b[C".to_vec(),
        columns => format!("\x1b[{columns}C").into_bytes(),
    }
}

fn left(columns: u16) -> Vec<u8> {
    match columns {
        0..=3 => vec![b'\x08'; usize::from(columns)],
        columns => format!("\x1b[{columns}D").into_bytes(),
    }
}
