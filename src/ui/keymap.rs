//! Keys, what they are called, and what one can mean.
//!
//! Which of it one means in a mode is found in `bindings`.

use super::command::{self, Command};
use super::steer::Mouse;

/// Is a key without its modifiers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// A letter or sign.
    Char(char),
    /// Enter.
    Enter,
    /// Escape.
    Esc,
    /// Tab.
    Tab,
    /// Tab backwards.
    BackTab,
    /// Backspace.
    Backspace,
    /// Delete.
    Delete,
    /// Cursor up.
    Up,
    /// Cursor down.
    Down,
    /// Cursor left.
    Left,
    /// Cursor right.
    Right,
    /// Page up.
    PageUp,
    /// Page down.
    PageDown,
    /// Home.
    Home,
    /// End.
    End,
    /// The first function key.
    F1,
}

impl Code {
    /// Holds the keys that are no letters or signs.
    pub const NAMED: [Self; 16] = [
        Self::Enter,
        Self::Esc,
        Self::Tab,
        Self::BackTab,
        Self::Backspace,
        Self::Delete,
        Self::Up,
        Self::Down,
        Self::Left,
        Self::Right,
        Self::PageUp,
        Self::PageDown,
        Self::Home,
        Self::End,
        Self::F1,
        Self::Char(' '),
    ];

    /// Gives the name of the key as a person reads it.
    pub fn name(self) -> String {
        match self {
            Self::Char(' ') => "space",
            Self::Char(letter) => return letter.to_string(),
            Self::Enter => "enter",
            Self::Esc => "esc",
            Self::Tab => "tab",
            Self::BackTab => "shift-tab",
            Self::Backspace => "backspace",
            Self::Delete => "delete",
            Self::Up => "up",
            Self::Down => "down",
            Self::Left => "left",
            Self::Right => "right",
            Self::PageUp => "page up",
            Self::PageDown => "page down",
            Self::Home => "home",
            Self::End => "end",
            Self::F1 => "f1",
        }
        .to_owned()
    }
}

impl command::Chord {
    /// Gives the name of the key as a person reads it.
    pub fn name(self) -> String {
        if self.ctrl { format!("ctrl-{}", self.code.name()) } else { self.code.name() }
    }
}

/// Is a key that was pressed, or is held and repeats.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key {
    /// The key.
    pub code: Code,
    /// Whether control is held.
    pub ctrl: bool,
    /// Whether the terminal says that it repeats.
    pub held: bool,
}

impl Key {
    /// Makes the press of a key.
    pub fn press(code: Code) -> Self {
        Self { code, ctrl: false, held: false }
    }
}

/// Says what a key means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deed {
    /// A command.
    Do(Command),
    /// Text to write.
    Write(String),
    /// Something was pointed at.
    Point(Mouse),
}
