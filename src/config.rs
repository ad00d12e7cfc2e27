//! The settings that a person keeps in a file: few knobs, and keys by the names of commands.
//!
//! Owns what can be set and the reading of it; what is not said has no value here. Where the file is, what
//! holds without it, and whether a command can have a key is for others. What is wrong is a [`Mistake`] with
//! its place, and everything else in the file holds.

mod read;

use std::ops::Range;

/// Is what a file says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Config {
    /// Which colours are used.
    pub theme: Option<Told<Colours>>,
    /// Whether only ASCII is drawn.
    pub ascii: Option<Told<bool>>,
    /// How often the clock goes on.
    pub clock: Option<Told<Clock>>,
    /// Whether the mouse points.
    pub mouse: Option<Told<bool>>,
    /// Whether the bell rings.
    pub bell: Option<Told<bool>>,
    /// Whether the desktop is told what the bell rings for.
    pub notify: Option<Told<bool>>,
    /// Whether addresses are links.
    pub links: Option<Told<bool>>,
    /// The commands that are to have other keys.
    pub keys: Vec<Rebound>,
    /// Whether something of them cannot be read.
    pub has_wrong_keys: bool,
}

/// Is a value, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told<T> {
    /// The value.
    pub value: T,
    /// Its bytes in the file.
    pub at: Range<usize>,
}

/// Says which colours are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colours {
    /// Those for a dark ground.
    Dark,
    /// Those for a light ground.
    Light,
    /// Those with grounds of their own.
    HighContrast,
    /// None.
    None,
}

/// Says how often the clock is to go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clock {
    /// Once a second.
    Seconds,
    /// Once a minute.
    Minutes,
}

/// Is a command that is to have other keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rebound {
    /// The name of the command.
    pub command: Told<String>,
    /// The names of its keys.
    pub keys: Vec<Told<String>>,
}

/// Is something that is wrong in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// What, in one sentence without a full stop.
    pub words: String,
    /// Where.
    pub at: Range<usize>,
    /// Another place that belongs to it, with a few words.
    pub also: Option<(Range<usize>, String)>,
    /// What to write instead.
    pub help: Option<String>,
}

/// Says all about a knob.
#[derive(Clone, Copy, Debug)]
pub struct Knob {
    /// Its name in the file.
    pub name: &'static str,
    /// What it can be.
    pub values: &'static [&'static str],
    /// What it is, unless somebody or something says otherwise.
    pub usual: &'static str,
    /// What it is for.
    pub about: &'static str,
}

const SWITCH: &[&str] = &["true", "false"];

/// Holds every knob beside the keys.
#[rustfmt::skip]
pub const KNOBS: [Knob; 7] = [
    Knob { name: "theme", values: &["dark", "light", "high-contrast", "none"], usual: "dark", about: "the colours, for a ground that is dark or light" },
    Knob { name: "ascii", values: SWITCH, usual: "false", about: "only signs that every terminal has" },
    Knob { name: "clock", values: &["seconds", "minutes"], usual: "seconds", about: "how often clocks go on, and are sent over the link" },
    Knob { name: "mouse", values: SWITCH, usual: "false", about: "clicks select and the wheel scrolls; neither ever signs or starts" },
    Knob { name: "bell", values: SWITCH, usual: "true", about: "rings when the run waits for a person, or the time gets short" },
    Knob { name: "notify", values: SWITCH, usual: "true", about: "tells the desktop what the bell rings for, where the terminal can" },
    Knob { name: "links", values: SWITCH, usual: "true", about: "addresses of the web are links, where the terminal has them" },
];

impl Config {
    /// Reads what a file says, as far as it can be read, and what is wrong with it.
    pub fn read(text: &str) -> (Self, Vec<Mistake>) {
        read::read(text)
    }
}

impl Mistake {
    fn new(at: Range<usize>, words: impl Into<String>) -> Self {
        Self { words: words.into(), at, also: None, help: None }
    }

    fn help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }
}

#[cfg(test)]
mod tests;
