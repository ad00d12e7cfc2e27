//! The keys as they are bound: the one table of commands, with what a person wants otherwise.
//!
//! What a key means, the footer, the help and every hint come from here, so that none of them names a key
//! that does something else. What may be wanted is checked in `bindings/wish.rs`.

mod wish;

pub use wish::{Unbindable, Wish};

use super::command::{Chord, Command, Entry, TABLE};
use super::keymap::{Code, Deed, Key};
use super::screen::Mode;

/// Is every command with its keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bindings {
    rows: Vec<Bound>,
}

/// Is a command with its keys.
#[derive(Clone, Debug)]
pub struct Bound {
    /// What the table says of it.
    pub entry: &'static Entry,
    /// Its keys; the first one is shown.
    keys: Vec<Chord>,
}

impl PartialEq for Bound {
    fn eq(&self, other: &Self) -> bool {
        (self.entry.name, &self.keys) == (other.entry.name, &other.keys)
    }
}

impl Eq for Bound {}

impl Default for Bindings {
    /// Gives the keys that the program comes with.
    fn default() -> Self {
        Self { rows: TABLE.iter().map(|entry| Bound { entry, keys: entry.keys.to_vec() }).collect() }
    }
}

impl Bound {
    /// Names the keys, as a person reads them.
    pub fn keys(&self) -> Vec<String> {
        self.keys.iter().map(|chord| chord.name()).collect()
    }

    /// Names the key that is shown.
    pub fn first(&self) -> String {
        self.keys.first().map(|chord| chord.name()).unwrap_or_default()
    }

    /// Tells whether the keys are others than those that the program comes with.
    pub fn is_changed(&self) -> bool {
        self.keys != self.entry.keys
    }
}

impl Bindings {
    /// Gives every command, in the order of the table.
    pub fn all(&self) -> &[Bound] {
        &self.rows
    }

    /// Gives the commands of a mode, in the order of the table.
    pub fn of(&self, mode: Mode) -> impl Iterator<Item = &Bound> {
        self.rows.iter().filter(move |bound| bound.entry.modes.contains(&mode))
    }

    /// Finds what a key means in a mode.
    ///
    /// A held key gives only commands that repeat. Where text is written, letters are text.
    pub fn read(&self, mode: Mode, key: Key) -> Option<Deed> {
        let chord = Chord { ctrl: key.ctrl, code: key.code };
        if let Some(bound) = self.of(mode).find(|bound| bound.keys.contains(&chord)) {
            return (bound.entry.repeats || !key.held).then_some(Deed::Do(bound.entry.command));
        }
        match key.code {
            Code::Char(letter) if mode.writes() && !key.ctrl => Some(Deed::Write(letter.to_string())),
            _ => None,
        }
    }

    /// Names all keys that give a command in a mode.
    pub fn keys(&self, mode: Mode, command: Command) -> Vec<String> {
        self.of(mode).filter(|bound| bound.entry.command == command).flat_map(Bound::keys).collect()
    }

    /// Names the first key that gives a command in a mode.
    pub fn key(&self, mode: Mode, command: Command) -> String {
        self.keys(mode, command).into_iter().next().unwrap_or_default()
    }

    /// Names all keys that go back from a dialog, with what they do: `esc, q and n go back`.
    pub fn back(&self, mode: Mode) -> String {
        let mut keys = self.keys(mode, Command::Close);
        let last = keys.pop().unwrap_or_default();
        if keys.is_empty() { format!("{last} goes back") } else { format!("{} and {last} go back", keys.join(", ")) }
    }
}

#[cfg(test)]
mod tests;
