//! Finds what a key means in a mode, by the one table of commands.
//!
//! A held key gives only commands that repeat. Where text is written, letters are text.

use super::command::{self, Command};
use super::screen::Mode;

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
    /// Gives the name of the key as a person reads it.
    pub fn name(self) -> String {
        match self {
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
}

/// Finds what a key means in a mode.
pub fn read(mode: Mode, key: Key) -> Option<Deed> {
    let chord = command::Chord { ctrl: key.ctrl, code: key.code };
    let found = command::of(mode).find(|entry| entry.keys.contains(&chord));
    if let Some(entry) = found {
        return (entry.repeats || !key.held).then_some(Deed::Do(entry.command));
    }
    match key.code {
        Code::Char(letter) if mode.writes() && !key.ctrl => Some(Deed::Write(letter.to_string())),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held(letter: char) -> Key {
        Key { held: true, ..Key::press(Code::Char(letter)) }
    }

    #[test]
    fn a_held_key_moves_and_never_decides() {
        assert_eq!(read(Mode::Checklist, held('j')), Some(Deed::Do(Command::Down)));
        assert_eq!(read(Mode::Sign, held('y')), None);
        assert_eq!(read(Mode::Checklist, held('s')), None);
        assert_eq!(read(Mode::Sign, Key::press(Code::Char('y'))), Some(Deed::Do(Command::PutSignature)));
    }

    #[test]
    fn enter_in_the_signing_dialog_closes_it() {
        assert_eq!(read(Mode::Sign, Key::press(Code::Enter)), Some(Deed::Do(Command::Close)));
    }

    #[test]
    fn letters_are_text_where_text_is_written() {
        assert_eq!(read(Mode::Note, Key::press(Code::Char('q'))), Some(Deed::Write("q".into())));
        assert_eq!(read(Mode::Checklist, Key::press(Code::Char('x'))), None);
    }
}
