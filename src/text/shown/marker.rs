//! Goes through outside text once and puts a visible mark where something may not stay.
//!
//! Each decision rests on what was already written and on the next character, so that going
//! through the result again decides the same and changes nothing.
//! Which characters are dangerous is for `hidden` to say.

use std::fmt::Write as _;
use std::iter::Peekable;
use std::str::Chars;

use unicode_segmentation::UnicodeSegmentation;

use crate::text::{is_dangerous, is_mark};

const MOST_MARKS: usize = 4;
const MOST_JOINS: usize = 4;
const ZERO_WIDTH_JOINER: char = '\u{200D}';
const KEYCAP: char = '\u{20E3}';

/// Says what becomes of a line break.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Breaks {
    Kept,
    Marked,
}

impl Breaks {
    /// Tells at a glance that going through a text would change nothing.
    pub(super) fn is_plain(self, text: &str) -> bool {
        text.bytes().all(|byte| matches!(byte, b' '..=b'~') || (byte == b'\n' && self == Self::Kept))
    }
}

pub(super) struct Marker<'a> {
    input: Peekable<Chars<'a>>,
    breaks: Breaks,
    out: String,
    letters: usize,
    /// The letter that marks would be drawn onto.
    base: Option<char>,
    marks: usize,
    surplus: usize,
    joins: usize,
    joined: bool,
}

impl<'a> Marker<'a> {
    pub(super) fn new(outside: &'a str, breaks: Breaks) -> Self {
        Self {
            input: outside.chars().peekable(),
            breaks,
            out: String::new(),
            letters: 0,
            base: None,
            marks: 0,
            surplus: 0,
            joins: 0,
            joined: false,
        }
    }

    /// Goes on until that many letters are written; tells whether that was everything.
    pub(super) fn run(&mut self, letters: usize) -> bool {
        while self.letters < letters {
            match self.input.next() {
                Some(c) => self.take(c),
                None => return true,
            }
        }
        self.input.peek().is_none()
    }

    pub(super) fn finish(mut self) -> String {
        self.count_surplus();
        self.out
    }

    fn take(&mut self, c: char) {
        if is_mark(c) && !is_dangerous(c) {
            return self.mark(c);
        }
        self.count_surplus();
        match c {
            '\r' if self.input.peek() == Some(&'\n') => {}
            '\n' => self.line_break(),
            '\t' => "  ".chars().for_each(|space| self.letter(space)),
            ZERO_WIDTH_JOINER if self.may_join() => self.join(),
            '\u{FE0E}' | '\u{FE0F}' if self.may_style() => self.mark(c),
            c if is_dangerous(c) => self.name(c),
            c => self.letter(c),
        }
    }

    fn letter(&mut self, c: char) {
        if !self.joined {
            self.joins = 0;
        }
        self.joined = false;
        self.base = Some(c);
        self.marks = 0;
        self.letters += 1;
        self.out.push(c);
    }

    /// Writes a mark, on a dotted circle if there is nothing it could be drawn onto.
    fn mark(&mut self, c: char) {
        if self.surplus > 0 || self.marks == MOST_MARKS {
            self.surplus += 1;
            return;
        }
        if self.base.is_none() {
            self.letter('◌');
        }
        self.marks += 1;
        self.out.push(c);
    }

    fn count_surplus(&mut self) {
        if self.surplus > 0 {
            let surplus = std::mem::take(&mut self.surplus);
            self.put(format_args!("<+{surplus}>"));
        }
    }

    fn line_break(&mut self) {
        match self.breaks {
            Breaks::Kept => {
                self.out.push('\n');
                self.base = None;
            }
            Breaks::Marked => self.letter('⏎'),
        }
    }

    fn name(&mut self, c: char) {
        match u8::try_from(c) {
            Ok(byte) if byte.is_ascii_control() => self.put(format_args!("^{}", char::from(byte ^ 0x40))),
            _ => self.put(format_args!("<U+{:04X}>", u32::from(c))),
        }
    }

    fn put(&mut self, marker: std::fmt::Arguments<'_>) {
        // Writing to a String cannot fail.
        let _ = self.out.write_fmt(marker);
        self.letters += 1;
        self.base = None;
    }

    fn join(&mut self) {
        self.joins += 1;
        self.joined = true;
        self.out.push(ZERO_WIDTH_JOINER);
    }

    /// Tells whether a joiner here makes one picture of two.
    fn may_join(&mut self) -> bool {
        let bare = match self.marks {
            0 => true,
            1 => self.out.ends_with([
                '\u{FE0E}',
                '\u{FE0F}',
                '\u{1F3FB}',
                '\u{1F3FC}',
                '\u{1F3FD}',
                '\u{1F3FE}',
                '\u{1F3FF}',
            ]),
            _ => false,
        };
        bare && self.joins < MOST_JOINS
            && self.base.is_some_and(is_picture)
            && self.input.peek().is_some_and(|&next| is_picture(next))
    }

    /// Tells whether a variation selector here chooses how a picture or a keycap looks.
    fn may_style(&mut self) -> bool {
        self.marks == 0
            && match self.base {
                Some('0'..='9' | '#' | '*') => self.input.peek() == Some(&KEYCAP),
                Some(base) => is_picture(base),
                None => false,
            }
    }
}

/// Tells whether a character is a picture, which is what a joiner glues to a heart.
fn is_picture(c: char) -> bool {
    !c.is_ascii() && format!("{c}{ZERO_WIDTH_JOINER}❤").graphemes(true).nth(1).is_none()
}
