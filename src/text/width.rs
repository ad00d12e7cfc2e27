//! How many terminal cells text takes, and cutting and filling to a number of cells.
//!
//! Counted by clusters, what a reader takes for one character; ambiguous characters are narrow.
//! Line breaks and safety are for `wrap` and `Shown`: a control character counts as one cell here.

use std::borrow::Cow;

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

const ELLIPSIS: &str = "…";
const ZERO_WIDTH_JOINER: char = '\u{200D}';

/// Counts the terminal cells that a text takes on one line.
pub fn width(text: &str) -> usize {
    if is_plain(text.as_bytes()) {
        return text.len();
    }
    clusters(text).map(|(_, cells)| cells).sum()
}

/// Takes the longest beginning of a text that fits, in whole clusters.
pub fn cut(text: &str, cells: usize) -> &str {
    let bytes = text.as_bytes();
    let near = &bytes[..bytes.len().min(cells.saturating_add(1))];
    if is_plain(near) {
        return &text[..near.len().min(cells)];
    }
    let mut used = 0;
    let mut end = 0;
    for (cluster, wide) in clusters(text) {
        used += wide;
        if used > cells {
            break;
        }
        end += cluster.len();
    }
    &text[..end]
}

/// Fits a text into a number of cells; one that is too long ends in `…`.
pub fn fit(text: &str, cells: usize) -> Cow<'_, str> {
    if cut(text, cells).len() == text.len() {
        return Cow::Borrowed(text);
    }
    match cells {
        0 => Cow::Borrowed(""),
        _ => Cow::Owned(format!("{}{ELLIPSIS}", cut(text, cells - 1))),
    }
}

/// Fits a text and fills it with spaces to exactly that many cells.
pub fn pad(text: &str, cells: usize) -> String {
    let mut padded = fit(text, cells).into_owned();
    let missing = cells.saturating_sub(width(&padded));
    padded.push_str(&" ".repeat(missing));
    padded
}

/// Walks a text by clusters, each with the cells it takes.
///
/// A chain of letters that Unicode calls one cluster but that takes more than two cells is walked
/// letter by letter, so that long chains can be cut and wrapped.
pub fn clusters(text: &str) -> impl Iterator<Item = (&str, usize)> {
    Clusters { rest: text, chain: "" }
}

/// Tells whether a character is drawn onto the one before it instead of beside it.
pub fn is_mark(c: char) -> bool {
    // Latin, Han and whole Hangul syllables, the most frequent ones, need no look into a table.
    if matches!(c, '\0'..='\u{2FF}' | '\u{3400}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7A3}') {
        return false;
    }
    c.width() == Some(0) || extends(c)
}

fn extends(c: char) -> bool {
    let mut pair = [b'a'; 5];
    let len = c.encode_utf8(&mut pair[1..]).len();
    str::from_utf8(&pair[..=len]).is_ok_and(|pair| pair.graphemes(true).nth(1).is_none())
}

/// Tells whether a text is made of letters of which each takes one byte and one cell.
pub fn is_plain(bytes: &[u8]) -> bool {
    bytes.iter().all(|byte| matches!(byte, b' '..=b'~'))
}

struct Clusters<'a> {
    rest: &'a str,
    /// What is left of a cluster that is taken apart.
    chain: &'a str,
}

impl<'a> Iterator for Clusters<'a> {
    type Item = (&'a str, usize);

    fn next(&mut self) -> Option<Self::Item> {
        if self.chain.is_empty() {
            let (cluster, rest) = self.rest.split_at(cluster_len(self.rest)?);
            self.rest = rest;
            let cells = if is_plain(cluster.as_bytes()) { cluster.len() } else { cluster.width() };
            if cells <= 2 {
                return Some((cluster, cells));
            }
            self.chain = cluster;
        }
        let (link, rest) = self.chain.split_at(link_len(self.chain));
        self.chain = rest;
        Some((link, link.width()))
    }
}

/// Finds the end of the first cluster. Most texts are plain: a letter that another one follows is a cluster, and
/// no table has to say so.
fn cluster_len(text: &str) -> Option<usize> {
    match text.as_bytes() {
        [b' '..=b'~'] | [b' '..=b'~', b' '..=b'~', ..] => Some(1),
        _ => text.graphemes(true).next().map(str::len),
    }
}

/// Finds the end of the first letter of a chain, with its marks and what is joined to it.
fn link_len(chain: &str) -> usize {
    let mut joined = false;
    let starts_another = |&(at, c): &(usize, char)| {
        let starts = at > 0 && !joined && !is_mark(c);
        joined = c == ZERO_WIDTH_JOINER;
        starts
    };
    chain.char_indices().find(starts_another).map_or(chain.len(), |(at, _)| at)
}

#[cfg(test)]
mod tests;
