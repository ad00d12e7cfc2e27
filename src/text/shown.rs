//! Text from outside, made safe to draw.
//!
//! Only the constructors of [`Shown`] make one, and what they make holds no control character but
//! a line feed, nothing that hides or reorders text, and no pile of marks that leaves its line.
//! Whatever was taken out is seen in its place. Making a `Shown` of shown text changes nothing.
//! Wrapping and styling are left to others.

use std::borrow::Cow;
use std::fmt;

use super::width::is_plain;
use super::{cut, fit, width, wrap};

mod marker;
use marker::{Breaks, Marker};

/// Is a text that is safe to draw on a terminal or to put into a report.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Shown(Cow<'static, str>);

impl Shown {
    /// Shows a text as one line: a line break becomes `⏎` and a tab two spaces.
    pub fn line(outside: &str) -> Self {
        Self::marked(outside, Breaks::Marked)
    }

    /// Shows a text of many lines: line feeds stay, and CRLF becomes one.
    pub fn text(outside: &str) -> Self {
        Self::marked(outside, Breaks::Kept)
    }

    /// Shows output of many lines; bytes that are not UTF-8 become `\xNN`.
    pub fn bytes(outside: &[u8]) -> Self {
        Self::text(&spelt(outside))
    }

    /// Shows a text as one line of at most that many cells, cut with `…`.
    ///
    /// It reads little more of a long text than it shows.
    pub fn line_limited(outside: &str, max_cells: usize) -> Self {
        let near = outside.as_bytes().get(..max_cells.saturating_add(1)).unwrap_or(outside.as_bytes());
        if is_plain(near) {
            return Self(Cow::Owned(fit(outside, max_cells).into_owned()));
        }
        // The longest cluster `Marker` lets through has five letters, so this many fill the line.
        let letters = max_cells.saturating_add(1).saturating_mul(8);
        let mut marker = Marker::new(outside, Breaks::Marked);
        let whole = marker.run(letters);
        let shown = Self(Cow::Owned(marker.finish()));
        match max_cells {
            _ if whole => shown.fit(max_cells),
            0 => Self::default(),
            cells => Self(Cow::Owned(format!("{}…", cut(&shown.0, cells - 1)))),
        }
    }

    /// Takes a text of our own, written in the source.
    pub const fn ours(literal: &'static str) -> Self {
        Self(Cow::Borrowed(literal))
    }

    /// Gives the safe text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Tells whether there is nothing to draw.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Counts the cells of the widest line.
    pub fn width(&self) -> usize {
        self.lines().map(width).max().unwrap_or(0)
    }

    /// Walks the lines, without their line feeds.
    pub fn lines(&self) -> impl Iterator<Item = &str> {
        self.0.split_terminator('\n')
    }

    /// Adds shown text at the end.
    pub fn push(&mut self, more: &Self) {
        self.0.to_mut().push_str(&more.0);
    }

    /// Cuts one line to a number of cells, with `…` when something is missing.
    pub fn fit(&self, cells: usize) -> Self {
        Self(Cow::Owned(fit(&self.0, cells).into_owned()))
    }

    /// Wraps the text into lines that are safe to draw, as [`wrap()`] does.
    pub fn wrap(&self, cells: usize, hanging: usize) -> Vec<Self> {
        wrap(&self.0, cells, hanging).into_iter().map(|line| Self(Cow::Owned(line))).collect()
    }

    fn marked(outside: &str, breaks: Breaks) -> Self {
        if breaks.is_plain(outside) {
            return Self(Cow::Owned(outside.to_owned()));
        }
        let mut marker = Marker::new(outside, breaks);
        marker.run(usize::MAX);
        Self(Cow::Owned(marker.finish()))
    }
}

/// Spells the bytes that are not UTF-8 out as `\xNN`.
pub(super) fn spelt(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        chunk.invalid().iter().for_each(|byte| text.push_str(&format!("\\x{byte:02X}")));
    }
    text
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl AsRef<str> for Shown {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl FromIterator<Self> for Shown {
    fn from_iter<I: IntoIterator<Item = Self>>(parts: I) -> Self {
        let mut all = Self::default();
        parts.into_iter().for_each(|part| all.push(&part));
        all
    }
}

#[cfg(test)]
pub(super) mod tests;
