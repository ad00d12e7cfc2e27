//! Walks the pieces of a template, one character or placeholder at a time.
//!
//! Owns: positions, and line continuations (a backslash before a newline is as if it were not there).
//! Leaves alone: what a character means.
use super::{Piece, Place};

/// What stands at one position of a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    /// A character of the author.
    Char(char),
    /// A placeholder.
    Value,
    /// Nothing more.
    End,
}

/// A position that moves forward; a copy looks ahead.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cursor<'a> {
    pieces: &'a [Piece<'a>],
    place: Place,
}

impl<'a> Cursor<'a> {
    /// Starts at the first piece.
    pub(super) fn new(pieces: &'a [Piece<'a>]) -> Self {
        Cursor { pieces, place: Place::default() }
    }

    /// Gives the position of the next unit.
    pub(super) fn place(&self) -> Place {
        self.place
    }

    /// Takes the next unit as it is written.
    pub(super) fn raw(&mut self) -> Unit {
        loop {
            match self.pieces.get(self.place.piece) {
                None => return Unit::End,
                Some(Piece::Value) => {
                    self.next_piece();
                    return Unit::Value;
                }
                Some(Piece::Text(text)) => match text.get(self.place.byte..).and_then(|rest| rest.chars().next()) {
                    Some(c) => {
                        self.place.byte += c.len_utf8();
                        return Unit::Char(c);
                    }
                    None => self.next_piece(),
                },
            }
        }
    }

    /// Takes the next unit after any line continuation.
    pub(super) fn joined(&mut self) -> Unit {
        loop {
            let mut ahead = *self;
            if ahead.raw() != Unit::Char('\\') || ahead.raw() != Unit::Char('\n') {
                return self.raw();
            }
            *self = ahead;
        }
    }

    /// Looks at the next unit as it is written.
    pub(super) fn peek_raw(&self) -> Unit {
        let mut ahead = *self;
        ahead.raw()
    }

    /// Looks at the next unit after any line continuation.
    pub(super) fn peek(&self) -> Unit {
        let mut ahead = *self;
        ahead.joined()
    }

    /// Takes the next unit if it is this character.
    pub(super) fn take(&mut self, wanted: char) -> bool {
        let mut ahead = *self;
        let found = ahead.joined() == Unit::Char(wanted);
        if found {
            *self = ahead;
        }
        found
    }

    /// Takes the characters of a shell name that follow, perhaps none.
    pub(super) fn name(&mut self) -> String {
        let mut name = String::new();
        while let Unit::Char(c) = self.peek() {
            let fits = c == '_' || c.is_ascii_alphabetic() || (c.is_ascii_digit() && !name.is_empty());
            if !fits {
                break;
            }
            self.joined();
            name.push(c);
        }
        name
    }

    fn next_piece(&mut self) {
        self.place = Place { piece: self.place.piece + 1, byte: 0 };
    }
}
