//! A cell as a terminal shows it: clean, and small enough to be copied and compared as a number.
//!
//! What cannot be seen (the colour of a blank) or must not be sent (a control character) does not get in. Nearly
//! every symbol is one letter and is its own number. Others are clusters of letters, which have numbers beyond those
//! of letters and are kept beside, as long as they are shown.

use std::collections::HashMap;

use ratatui::buffer::{Cell as Drawn, CellWidth};
use ratatui::style::Color;

use super::look::Look;
use super::pen::NOWHERE;

/// Says of a symbol that it takes two cells.
const WIDE: u32 = 1 << 31;
/// From where on a number is that of a cluster.
const BEYOND_LETTERS: u32 = char::MAX as u32 + 1;
/// From where on terminals do not agree on how wide a symbol is: beyond are pictures, and then clusters.
const DISPUTED: u32 = 0x1_F000;
/// How many bytes of clusters are kept before it is looked which of them are shown no more.
const MANY_BYTES: usize = 64 * 1024;

/// Is what is in a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Symbol(u32);

/// Is a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cell {
    pub symbol: Symbol,
    pub look: Look,
    /// Where it leads. The colour of an underline itself is never sent, which old terminals take for blinking.
    pub leads: Color,
}

/// Is the symbols that are more than one letter.
#[derive(Debug)]
pub(super) struct Clusters {
    known: Vec<Box<str>>,
    numbers: HashMap<Box<str>, u32>,
    bytes: usize,
    /// How many bytes are too many.
    most: usize,
}

impl Symbol {
    /// Is the second cell of a wide symbol.
    const TAIL: Self = Self(0);
    const BLANK: Self = Self(' ' as u32);

    /// Tells whether there is no letter.
    pub(super) fn is_blank(self) -> bool {
        self == Self::BLANK
    }

    /// Tells whether all terminals agree on how wide it is.
    pub(super) fn is_settled(self) -> bool {
        self.number() < DISPUTED
    }

    /// Tells how many cells it takes.
    pub(super) fn width(self) -> u16 {
        if self.0 & WIDE > 0 { 2 } else { 1 }
    }

    /// Gives what is to be compared of it.
    pub(super) fn to_bytes(self) -> [u8; 4] {
        self.0.to_ne_bytes()
    }

    fn number(self) -> u32 {
        self.0 & !WIDE
    }
}

impl Cell {
    /// Is a cell in which nothing can be seen.
    pub(super) const BLANK: Self = Self { symbol: Symbol::BLANK, look: Look::PLAIN, leads: NOWHERE };

    /// Takes from a cell that was drawn what can be sent and seen.
    pub(super) fn of(drawn: &Drawn, clusters: &mut Clusters) -> Self {
        let (symbol, look) = (clusters.symbol(drawn.symbol()), Look::of(drawn));
        let look = if symbol.is_blank() { look.of_blank() } else { look };
        Self { symbol, look, leads: drawn.underline_color }
    }

    /// Gives the second cell of a wide symbol.
    pub(super) fn tail(self) -> Self {
        Self { symbol: Symbol::TAIL, ..self }
    }

    /// Tells whether it is the second cell of a wide symbol.
    pub(super) fn is_tail(self) -> bool {
        self.symbol == Symbol::TAIL
    }

    /// Tells whether it is a wide symbol.
    pub(super) fn is_wide(self) -> bool {
        self.symbol.width() == 2
    }
}

impl Clusters {
    pub(super) fn new() -> Self {
        Self { known: Vec::new(), numbers: HashMap::new(), bytes: 0, most: MANY_BYTES }
    }

    /// Writes a symbol.
    pub(super) fn write(&self, symbol: Symbol, out: &mut Vec<u8>) {
        match char::from_u32(symbol.number()) {
            Some('\0') => {}
            Some(letter) => out.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes()),
            None => out.extend_from_slice(self.text(symbol).unwrap_or_default().as_bytes()),
        }
    }

    /// Tells whether it should be looked which of them are shown no more.
    pub(super) fn are_many(&self) -> bool {
        self.bytes > self.most
    }

    /// Tells how many bytes they are.
    #[cfg(test)]
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Keeps those of them that one of some cells has, and gives them other numbers.
    pub(super) fn keep<'a>(&mut self, cells: impl Iterator<Item = &'a mut Cell>) {
        let before = std::mem::replace(self, Self::new());
        for Cell { symbol, .. } in cells {
            if let Some(text) = before.text(*symbol) {
                *symbol = Symbol(symbol.0 & WIDE | self.number(text));
            }
        }
        self.most = self.bytes * 2 + MANY_BYTES;
    }

    fn symbol(&mut self, text: &str) -> Symbol {
        if let [letter @ b' '..=b'~'] = text.as_bytes() {
            return Symbol(u32::from(*letter));
        }
        let width = if text.chars().any(char::is_control) { 0 } else { text.cell_width() };
        let wide = match width {
            1 => 0,
            2 => WIDE,
            _ => return Symbol(char::REPLACEMENT_CHARACTER as u32),
        };
        let mut letters = text.chars();
        match (letters.next(), letters.next()) {
            (Some(letter), None) => Symbol(wide | letter as u32),
            _ => Symbol(wide | self.number(text)),
        }
    }

    fn text(&self, symbol: Symbol) -> Option<&str> {
        let at = usize::try_from(symbol.number().checked_sub(BEYOND_LETTERS)?).ok()?;
        self.known.get(at).map(|text| &**text)
    }

    fn number(&mut self, text: &str) -> u32 {
        if let Some(number) = self.numbers.get(text) {
            return *number;
        }
        let number = BEYOND_LETTERS + self.known.len() as u32;
        self.bytes += text.len();
        self.known.push(text.into());
        self.numbers.insert(text.into(), number);
        number
    }
}
