//! Where each byte of a YAML text stands in the file, whatever quoting and folding did to it.
//!
//! Goes through the text and its source side by side, once. What cannot be followed has no offset, and
//! then the whole text is pointed at.

use std::ops::Range;

/// The offsets of a text in what was written for it.
pub(super) struct Offsets {
    /// For each byte of the text the byte of the source, as far as it could be followed.
    of: Vec<u32>,
}

impl Offsets {
    /// Follows a text through what was written for it, with its quotes.
    pub(super) fn new(text: &str, raw: &str) -> Self {
        let mut follow = Follow { raw: raw.as_bytes(), at: 0, of: Vec::with_capacity(text.len()) };
        follow.begin();
        follow.text(text.as_bytes());
        Self { of: follow.of }
    }

    /// Finds a part of the text in the source.
    pub(super) fn find(&self, part: Range<usize>) -> Option<Range<usize>> {
        if part.is_empty() {
            return None;
        }
        let start = *self.of.get(part.start)? as usize;
        let last = *self.of.get(part.end - 1)? as usize;
        Some(start..last + 1)
    }
}

struct Follow<'r> {
    raw: &'r [u8],
    at: usize,
    of: Vec<u32>,
}

impl Follow<'_> {
    /// Steps over the opening quote, or the header line of a block.
    fn begin(&mut self) {
        match self.raw.first() {
            Some(b'"' | b'\'') => self.at = 1,
            Some(b'|' | b'>') => self.at = self.raw.iter().position(|byte| *byte == b'\n').map_or(0, |at| at + 1),
            _ => {}
        }
    }

    /// Goes through the text as far as it can be followed.
    fn text(&mut self, text: &[u8]) {
        let quote = self.raw.first().copied().filter(|byte| matches!(byte, b'"' | b'\''));
        let mut next = 0;
        while next < text.len() {
            let step = match (quote, self.peek(0), self.peek(1)) {
                (Some(b'"'), Some(b'\\'), Some(b'\n' | b'\r')) => {
                    self.at += 1;
                    self.skip_spaces();
                    continue;
                }
                (Some(b'"'), Some(b'\\'), Some(escaped)) => self.escape(escaped, text, next),
                (Some(b'\''), Some(b'\''), Some(b'\'')) => self.take(1, 2),
                _ => self.plain(text[next]),
            };
            if step == 0 {
                return;
            }
            next += step;
        }
    }

    fn peek(&self, ahead: usize) -> Option<u8> {
        self.raw.get(self.at + ahead).copied()
    }

    /// Notes that so many bytes of the text stand in so many of the source.
    fn take(&mut self, text: usize, raw: usize) -> usize {
        self.of.extend(std::iter::repeat_n(self.at as u32, text));
        self.at += raw;
        text
    }

    fn escape(&mut self, escaped: u8, text: &[u8], next: usize) -> usize {
        let raw = match escaped {
            b'x' => 4,
            b'u' => 6,
            b'U' => 10,
            _ => 2,
        };
        let first = text[next];
        let length = match first {
            0..0x80 => 1,
            0x80..0xe0 => 2,
            0xe0..0xf0 => 3,
            _ => 4,
        };
        let pair = escaped == b'u' && length == 4;
        self.take(length, if pair { 12 } else { raw })
    }

    /// Takes one byte as it stands; line breaks and the spaces around them may have become one space.
    fn plain(&mut self, byte: u8) -> usize {
        if self.peek(0) == Some(byte) {
            return self.take(1, 1);
        }
        if byte == b' ' && self.peek(0).is_some_and(|raw| matches!(raw, b'\n' | b'\r')) {
            let step = self.take(1, 1);
            self.skip_spaces();
            return step;
        }
        self.skip_spaces();
        match self.peek(0) {
            Some(raw) if raw == byte => self.take(1, 1),
            _ => 0,
        }
    }

    fn skip_spaces(&mut self) {
        while self.peek(0).is_some_and(|raw| raw.is_ascii_whitespace()) {
            self.at += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found<'r>(text: &str, raw: &'r str, part: &str) -> Option<&'r str> {
        let start = text.rfind(part).unwrap();
        Offsets::new(text, raw).find(start..start + part.len()).map(|found| &raw[found])
    }

    #[test]
    fn a_part_of_a_text_is_found_however_it_is_written() {
        for (text, raw) in [
            ("a site", "a site"),
            ("a site", "'a site'"),
            ("it's a site", "'it''s a site'"),
            ("say \"a\" site", r#""say \"a\" site""#),
            ("é\u{1f600}\t site", r#""\u00e9\ud83d\ude00\t site""#),
            ("é\u{1f600} site", r#""\xe9\U0001F600 site""#),
            ("one two\nsite", "one\n   two\n\n   site"),
            ("one two site", "\"one\\\n   \\ two\n  site\""),
            ("one\n  two\nsite\n", "|\n    one\n      two\n    site\n"),
            ("one two site\n", ">-\n    one\n    two\n    site\n"),
        ] {
            assert_eq!(found(text, raw, "site"), Some("site"), "{raw}");
        }
    }

    #[test]
    fn the_right_one_of_several_is_found() {
        let raw = "'x '' x'";
        let offsets = Offsets::new("x ' x", raw);
        assert_eq!(offsets.find(0..1), Some(1..2));
        assert_eq!(offsets.find(4..5), Some(6..7));
    }

    #[test]
    fn what_cannot_be_followed_is_not_found() {
        assert_eq!(Offsets::new("other", "text").find(0..5), None);
        assert_eq!(Offsets::new("text", "text").find(4..4), None);
    }
}
