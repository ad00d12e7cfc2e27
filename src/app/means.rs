//! What the terminal can do beside showing cells: a clipboard, notes on the desktop, a title.
//!
//! Only the environment is asked, never the terminal. What is made here are whole sequences of our own
//! bytes, wrapped for the multiplexer that stands between; whether they are heard is never known.

use std::ffi::OsString;
use std::fmt::Write as _;

use crate::text::Shown;

/// How many cells of a note or a title are sent.
const MOST_CELLS: usize = 120;
/// How long a string is that screen hands on in one piece.
const SCREEN_PIECE: usize = 512;
/// The first VTE that leaves out what it does not show of a link.
const FIRST_VTE: u32 = 5_000;

/// Is what is known of the terminal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Means {
    is_console: bool,
    /// Whether it writes what it does not know of links among the letters.
    garbles_links: bool,
    between: Between,
}

/// Says what stands between the program and the terminal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Between {
    #[default]
    Nothing,
    Tmux,
    Screen,
}

impl Means {
    /// Finds out what the environment tells.
    pub fn of(variable: impl Fn(&str) -> Option<OsString>) -> Self {
        let is_set = |name| variable(name).is_some_and(|value| !value.is_empty());
        let term = variable("TERM").unwrap_or_default().to_string_lossy().into_owned();
        let between = match (is_set("TMUX"), is_set("STY")) {
            (true, _) => Between::Tmux,
            (_, true) => Between::Screen,
            _ => Between::Nothing,
        };
        let names = ["linux", "ansi", "dumb", ""];
        let is_console = names.contains(&&*term) || ["vt", "cons"].iter().any(|begin| term.starts_with(begin));
        let vte = variable("VTE_VERSION").and_then(|version| version.to_string_lossy().parse::<u32>().ok());
        let garbles_links = term.starts_with("eterm") || vte.is_some_and(|version| version < FIRST_VTE);
        Self { is_console: is_console && between == Between::Nothing, garbles_links, between }
    }

    /// Tells whether a title is shown anywhere, and nothing else is made of one.
    pub(super) fn has_title(self) -> bool {
        !self.is_console
    }

    /// Tells whether a link can be told: most terminals that have none leave it out, and screen lets none through.
    pub(super) fn has_links(self) -> bool {
        !self.is_console
            && match self.between {
                Between::Nothing => !self.garbles_links,
                Between::Tmux => true,
                Between::Screen => false,
            }
    }

    /// Makes what sets the title.
    pub(super) fn title(words: &str) -> Vec<u8> {
        let words = Shown::line_limited(words, MOST_CELLS);
        format!("\x1b]2;{words}\x07").into_bytes()
    }

    /// Makes what gives a text to the clipboard; nothing where there is none.
    pub(super) fn copy(self, text: &str) -> Option<Vec<u8>> {
        let words = format!("\x1b]52;c;{}\x07", base64(text.as_bytes()));
        match self.between {
            _ if self.is_console => None,
            Between::Nothing => Some(words.into_bytes()),
            // It may take the text for its own and hand it on, or hand on only what is wrapped.
            Between::Tmux => Some([words.as_bytes(), &wrapped_for_tmux(&words)].concat()),
            Between::Screen => Some(wrapped_for_screen(&words)),
        }
    }

    /// Makes what tells the desktop something; nothing where there is none.
    pub(super) fn note(self, words: &str) -> Option<Vec<u8>> {
        let words = format!("\x1b]9;mop: {}\x07", Shown::line_limited(words, MOST_CELLS));
        match self.between {
            _ if self.is_console => None,
            Between::Nothing => Some(words.into_bytes()),
            Between::Tmux => Some(wrapped_for_tmux(&words)),
            Between::Screen => Some(wrapped_for_screen(&words)),
        }
    }
}

fn wrapped_for_tmux(words: &str) -> Vec<u8> {
    format!("\x1bPtmux;{}\x1b\\", words.replace('\x1b', "\x1b\x1b")).into_bytes()
}

/// Wraps a text in pieces; its only escape is its first letter, so that none of them ends early.
fn wrapped_for_screen(words: &str) -> Vec<u8> {
    let mut out = Vec::new();
    for piece in words.as_bytes().chunks(SCREEN_PIECE) {
        out.extend_from_slice(b"\x1bP");
        out.extend_from_slice(piece);
        out.extend_from_slice(b"\x1b\\");
    }
    out
}

/// Writes bytes in letters that no terminal obeys.
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let bits = three.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - three.len()));
        for place in 0..4 {
            let letter = LETTERS[(bits >> (18 - 6 * place) & 63) as usize];
            let is_there = place <= three.len();
            // Writing into a text does not fail.
            let _ = text.write_char(if is_there { char::from(letter) } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn means(variables: &[(&str, &str)]) -> Means {
        Means::of(|name| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| value.into()))
    }

    const XTERM: (&str, &str) = ("TERM", "xterm-256color");

    #[test]
    fn letters_are_those_that_everybody_reads() {
        let known = [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ];
        for (text, letters) in known {
            assert_eq!(base64(text.as_bytes()), letters);
        }
        assert_eq!(base64(&[0xfb, 0xff, 0xfe]), "+//+");
    }

    #[test]
    fn a_text_is_given_to_the_clipboard_through_what_stands_between() {
        let copied = |variables: &[_]| means(variables).copy("id").map(|bytes| String::from_utf8(bytes).unwrap());
        assert_eq!(copied(&[XTERM]).unwrap(), "\x1b]52;c;aWQ=\x07");
        let tmux = copied(&[("TERM", "tmux-256color"), ("TMUX", "/tmp/tmux-0/default,1,0")]).unwrap();
        assert_eq!(tmux, "\x1b]52;c;aWQ=\x07\x1bPtmux;\x1b\x1b]52;c;aWQ=\x07\x1b\\");
        let screen = copied(&[("TERM", "screen"), ("STY", "1.pts")]).unwrap();
        assert_eq!(screen, "\x1bP\x1b]52;c;aWQ=\x07\x1b\\");
        assert_eq!(copied(&[("TERM", "linux")]), None);
        assert_eq!(copied(&[]), None);
    }

    #[test]
    fn screen_is_handed_a_long_text_in_pieces() {
        let bytes = Means { between: Between::Screen, ..Means::default() }.copy(&"x".repeat(3_000)).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        let pieces: Vec<_> = text.split("\x1b\\").filter(|piece| !piece.is_empty()).collect();
        assert!(pieces.len() > 1 && pieces.iter().all(|piece| piece.starts_with("\x1bP") && piece.len() <= 514));
        let joined: String = pieces.iter().map(|piece| &piece[2..]).collect();
        assert_eq!(joined, format!("\x1b]52;c;{}\x07", base64(&[b'x'; 3_000])));
    }

    #[test]
    fn nothing_from_outside_ends_a_note_or_a_title_or_begins_another() {
        let hostile = "a\x07b\x1b]52;c;AAAA\x1b\\c\u{9d}d\u{9c}e";
        for bytes in [means(&[XTERM]).note(hostile).unwrap(), Means::title(hostile)] {
            let text = String::from_utf8(bytes).unwrap();
            let inside = &text[1..text.len() - 1];
            assert!(text.starts_with("\x1b]") && text.ends_with('\x07'), "{text:?}");
            assert!(!inside.chars().any(char::is_control), "{text:?}");
        }
        let long = Means::title(&"x".repeat(10_000));
        assert!(long.len() < 200, "{}", long.len());
    }

    #[test]
    fn links_are_told_where_they_are_known_or_left_out() {
        let has = |variables: &[_]| means(variables).has_links();
        assert!(
            has(&[XTERM]) && has(&[XTERM, ("VTE_VERSION", "6003")]) && has(&[("TERM", "tmux"), ("TMUX", "/tmp/1")])
        );
        assert!(
            !has(&[XTERM, ("VTE_VERSION", "4602")]) && !has(&[("TERM", "eterm-color")]) && !has(&[("TERM", "linux")])
        );
        assert!(!has(&[("TERM", "screen"), ("STY", "1.pts")]));
    }

    #[test]
    fn a_console_is_sent_nothing_that_it_would_draw() {
        for term in ["linux", "vt220", "cons25", "ansi", ""] {
            let means = means(&[("TERM", term)]);
            assert!(!means.has_title() && means.note("a").is_none() && means.copy("a").is_none(), "{term}");
        }
        assert!(means(&[XTERM]).has_title());
    }
}
