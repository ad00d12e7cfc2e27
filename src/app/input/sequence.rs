//! Sequences that begin with an escape: which key they are, or that a paste begins.
//!
//! The ways of xterm, of the Linux console and of those who follow them.

use crate::ui::{Code, Key, Mouse, Pointed};

/// From how many bytes on a sequence without an end is none.
const MOST_BYTES: usize = 64;

/// Says what bytes mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// A key.
    Key(Key),
    /// Something was pointed at.
    Mouse(Mouse),
    /// What follows is pasted.
    PasteBegins,
    /// Nothing that is known.
    Nothing,
}

/// Says whether a sequence is whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// More has to come.
    Partial,
    /// It means this, and has so many bytes.
    Whole(Meaning, usize),
}

/// Reads the sequence that bytes begin with, of which the first is an escape.
pub(super) fn sequence(bytes: &[u8]) -> Found {
    match bytes {
        [] | [_] => Found::Partial,
        // The first is a key by itself.
        [_, 0x1b, ..] => Found::Whole(Meaning::Key(Key::press(Code::Esc)), 1),
        [_, b'[', b'[', rest @ ..] => match rest {
            [] => Found::Partial,
            [b'A', ..] => Found::Whole(Meaning::Key(Key::press(Code::F1)), 4),
            _ => Found::Whole(Meaning::Nothing, 4),
        },
        // A mouse told in the old way, in three bytes that would be keys otherwise.
        [_, b'[', b'M', rest @ ..] if rest.len() < 3 => Found::Partial,
        [_, b'[', b'M', ..] => Found::Whole(Meaning::Nothing, 6),
        [_, b'[', rest @ ..] => control_sequence(rest),
        [_, b'O', rest @ ..] => match rest {
            [] => Found::Partial,
            [letter, ..] => Found::Whole(by_letter(*letter).map_or(Meaning::Nothing, plain), 3),
        },
        // A key with alt; a letter of several bytes is left out whole.
        [_, first, rest @ ..] if *first >= 0xc0 => {
            let follows = rest.iter().take(3).take_while(|byte| (0x80..0xc0).contains(*byte)).count();
            Found::Whole(Meaning::Nothing, 2 + follows)
        }
        [_, _, ..] => Found::Whole(Meaning::Nothing, 2),
    }
}

/// Reads what follows upon the opening bracket.
fn control_sequence(rest: &[u8]) -> Found {
    let is_inside = |byte: &u8| (0x20..=0x3f).contains(byte);
    let inside = rest.iter().take_while(|byte| is_inside(byte)).count();
    let (Some(params), Some(last)) = (rest.get(..inside), rest.get(inside)) else {
        // What never ends is no sequence.
        let is_too_long = rest.len() > MOST_BYTES;
        return if is_too_long { Found::Whole(Meaning::Nothing, rest.len() + 2) } else { Found::Partial };
    };
    match last {
        0x40..=0x7e => Found::Whole(meaning(params, *last), inside + 3),
        // It was broken off.
        _ => Found::Whole(Meaning::Nothing, inside + 2),
    }
}

fn meaning(params: &[u8], last: u8) -> Meaning {
    let text = str::from_utf8(params).unwrap_or_default();
    if let Some(pointed) = text.strip_prefix('<') {
        return mouse(pointed, last).map_or(Meaning::Nothing, Meaning::Mouse);
    }
    let (first, second) = text.split_once(';').unwrap_or((text, ""));
    let code = match (last, first) {
        (b'~', "200") => return Meaning::PasteBegins,
        (b'~', "1" | "7") => Some(Code::Home),
        (b'~', "3") => Some(Code::Delete),
        (b'~', "4" | "8") => Some(Code::End),
        (b'~', "5") => Some(Code::PageUp),
        (b'~', "6") => Some(Code::PageDown),
        (b'~', "11") => Some(Code::F1),
        (letter, "" | "1") => by_letter(letter),
        _ => None,
    };
    code.and_then(|code| with_modifiers(code, second)).map_or(Meaning::Nothing, Meaning::Key)
}

/// Reads what was pointed at: a button with what was held beside it, a column and a row from 1.
fn mouse(words: &str, last: u8) -> Option<Mouse> {
    const HELD: u16 = 4 | 8 | 16;
    let mut numbers = words.splitn(3, ';').map(|word| word.parse::<u16>().ok());
    let (button, column, row) = (numbers.next()??, numbers.next()??, numbers.next()??);
    let pointed = match (button & !HELD, last) {
        (0, b'M') if button == 0 => Pointed::Click,
        (64, b'M') => Pointed::WheelUp,
        (65, b'M') => Pointed::WheelDown,
        _ => return None,
    };
    Some(Mouse { column: column.checked_sub(1)?, row: row.checked_sub(1)?, pointed })
}

fn by_letter(letter: u8) -> Option<Code> {
    Some(match letter {
        b'A' => Code::Up,
        b'B' => Code::Down,
        b'C' => Code::Right,
        b'D' => Code::Left,
        b'H' => Code::Home,
        b'F' => Code::End,
        b'P' => Code::F1,
        b'Z' => Code::BackTab,
        b'M' => Code::Enter,
        _ => return None,
    })
}

fn plain(code: Code) -> Meaning {
    Meaning::Key(Key::press(code))
}

/// Adds what was held beside a key: one more than the sum of shift 1, alt 2 and control 4, and what happened to it.
fn with_modifiers(code: Code, words: &str) -> Option<Key> {
    let (modifiers, happened) = words.split_once(':').unwrap_or((words, ""));
    let modifiers = if modifiers.is_empty() { 0 } else { modifiers.parse::<u8>().ok()?.checked_sub(1)? };
    let (alt, ctrl) = (modifiers & 2 != 0, modifiers & 4 != 0);
    let is_released = happened == "3";
    (!alt && !is_released).then_some(Key { code, ctrl, held: happened == "2" })
}
