//! What programs print, with its colours: sequences that only colour become styles, all others are shown as text.
//!
//! Nothing is obeyed. Sixteen colours are known; of finer ones only that there is a colour is left out.
//! What a colour looks like is decided where it is drawn.

use super::Shown;
use super::shown::spelt;

/// How many parameters of one sequence are read.
const MOST_PARAMETERS: usize = 32;

/// Says how a piece of output is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ink {
    /// The colour of the letters, from 0 to 15.
    pub colour: Option<u8>,
    /// The colour behind them.
    pub ground: Option<u8>,
    /// Whether they are bold.
    pub bold: bool,
    /// Whether they are pale.
    pub dim: bool,
    /// Whether they are slanted.
    pub italic: bool,
    /// Whether a line is under them.
    pub underlined: bool,
    /// Whether the two colours are swapped.
    pub reversed: bool,
}

/// Takes the colours out of a line of output, and gives its pieces; the ink is that of its end afterwards.
pub fn inked(line: &[u8], ink: &mut Ink) -> Vec<(Ink, Shown)> {
    let mut pieces = Vec::new();
    let mut rest = line;
    while !rest.is_empty() {
        let (plain, sequence, behind) = next(rest);
        if !plain.is_empty() {
            pieces.push((*ink, Shown::line(&spelt(plain))));
        }
        ink.take(sequence);
        rest = behind;
    }
    pieces
}

/// Follows the colours of a line without keeping its text.
pub fn ink_after(line: &[u8], mut ink: Ink) -> Ink {
    let mut rest = line;
    while !rest.is_empty() {
        let (_, sequence, behind) = next(rest);
        ink.take(sequence);
        rest = behind;
    }
    ink
}

/// Gives what stands before the next sequence that colours, its parameters, and what stands behind it.
fn next(bytes: &[u8]) -> (&[u8], &[u8], &[u8]) {
    let mut from = 0;
    while let Some(at) = memchr::memmem::find(bytes.get(from..).unwrap_or_default(), b"\x1b[").map(|at| at + from) {
        let inside = bytes.get(at + 2..).unwrap_or_default();
        let is_parameter = |byte: &u8| byte.is_ascii_digit() || matches!(byte, b';' | b':');
        let len = inside.iter().position(|byte| !is_parameter(byte)).unwrap_or(inside.len());
        if inside.get(len) == Some(&b'm') {
            let (plain, behind) = (bytes.get(..at), inside.get(len + 1..));
            return (plain.unwrap_or_default(), inside.get(..len).unwrap_or_default(), behind.unwrap_or_default());
        }
        from = at + 2;
    }
    (bytes, b"-", b"")
}

impl Ink {
    /// Takes the parameters of a sequence; a dash stands for none at all.
    fn take(&mut self, sequence: &[u8]) {
        if sequence == b"-" {
            return;
        }
        let numbers = sequence.split(|byte| matches!(byte, b';' | b':')).take(MOST_PARAMETERS);
        let mut numbers =
            numbers.map(|digits| digits.iter().fold(0_u32, |n, digit| (n * 10 + u32::from(digit - b'0')).min(999)));
        while let Some(number) = numbers.next() {
            match number {
                0 => *self = Self::default(),
                1 => self.bold = true,
                2 => self.dim = true,
                3 => self.italic = true,
                4 => self.underlined = true,
                7 => self.reversed = true,
                22 => (self.bold, self.dim) = (false, false),
                23 => self.italic = false,
                24 => self.underlined = false,
                27 => self.reversed = false,
                30..=37 => self.colour = small(number - 30),
                38 => self.colour = fine(&mut numbers),
                39 => self.colour = None,
                40..=47 => self.ground = small(number - 40),
                48 => self.ground = fine(&mut numbers),
                49 => self.ground = None,
                90..=97 => self.colour = small(number - 90 + 8),
                100..=107 => self.ground = small(number - 100 + 8),
                _ => {}
            }
        }
    }
}

fn small(number: u32) -> Option<u8> {
    u8::try_from(number).ok().filter(|colour| *colour < 16)
}

/// Reads a colour out of many: one of the first sixteen, or none.
fn fine(numbers: &mut impl Iterator<Item = u32>) -> Option<u8> {
    match numbers.next() {
        Some(5) => numbers.next().and_then(small),
        Some(2) => {
            numbers.by_ref().take(3).for_each(drop);
            None
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::text::is_dangerous;

    fn told(line: &[u8]) -> Vec<(Ink, String)> {
        let mut ink = Ink::default();
        inked(line, &mut ink).into_iter().map(|(ink, text)| (ink, text.to_string())).collect()
    }

    #[test]
    fn colours_become_ink_and_leave_no_sequence() {
        let (plain, red) = (Ink::default(), Ink { colour: Some(1), bold: true, ..Ink::default() });
        let pieces = told(b"a \x1b[1;31merror\x1b[0m: no");
        assert_eq!(pieces, [(plain, "a ".into()), (red, "error".into()), (plain, ": no".into())]);
        let bright = Ink { colour: Some(10), ground: Some(4), ..Ink::default() };
        assert_eq!(told(b"\x1b[92m\x1b[44mx\x1b[m"), [(bright, "x".into())]);
        let palette = Ink { colour: Some(9), ..Ink::default() };
        assert_eq!(told(b"\x1b[38;5;9mx\x1b[38;2;1;2;3my"), [(palette, "x".into()), (plain, "y".into())]);
    }

    #[test]
    fn every_other_sequence_is_shown() {
        for hostile in
            ["\x1b[2J", "\x1b]52;c;aGk=\x07", "\x1b[201~", "\x1b[?1049h", "\x1bc", "\u{9b}31m", "\x1b[31", "\x1b[1;>m"]
        {
            let pieces = told(hostile.as_bytes());
            let text: String = pieces.iter().map(|(_, text)| text.as_str()).collect();
            assert!(pieces.iter().all(|(ink, _)| *ink == Ink::default()), "{hostile:?}");
            assert!(text.len() >= hostile.len() - 1 && !text.contains(is_dangerous), "{hostile:?} {text:?}");
        }
    }

    #[test]
    fn ink_goes_on_from_line_to_line() {
        let ink = ink_after(b"\x1b[33mwarning", Ink::default());
        assert_eq!(ink.colour, Some(3));
        assert_eq!(inked(b"more", &mut ink.clone()), [(ink, Shown::ours("more"))]);
    }

    proptest! {
        #[test]
        fn no_bytes_make_a_dangerous_letter_or_another_end(bytes in proptest::collection::vec(prop_oneof![any::<u8>(), Just(0x1b), Just(b'['), Just(b'm'), Just(b';'), b'0'..=b'9'], 0..80)) {
            let mut ink = Ink::default();
            let pieces = inked(&bytes, &mut ink);
            prop_assert_eq!(ink, ink_after(&bytes, Ink::default()));
            for (_, text) in pieces {
                prop_assert!(!text.as_str().contains(|c| is_dangerous(c) || c == '\n'), "{:?}", text);
            }
        }
    }
}
