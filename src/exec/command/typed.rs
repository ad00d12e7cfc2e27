//! What is typed at a command, as it goes through the pipe: keys as they are, or a new size.
//!
//! A letter says which, and how long it is follows. A word is shorter than what a pipe takes at once,
//! so that words of two who type never mix.

use super::order::Size;

/// How many bytes of keys stand in one word; a pipe takes 4,096 bytes at once.
pub(super) const MOST: usize = 1024;

/// Is a word.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Typed<'a> {
    /// Keys, as a terminal sends them.
    Keys(&'a [u8]),
    /// The terminal has another size.
    Size(Size),
    /// It is no word of ours.
    Nonsense,
}

impl Typed<'_> {
    /// Writes it.
    pub fn bytes(&self) -> Vec<u8> {
        match self {
            Self::Keys(keys) => {
                let len = u16::try_from(keys.len()).unwrap_or(u16::MAX).to_le_bytes();
                [b"k", &len[..], keys].concat()
            }
            Self::Size(Size { columns, rows }) => [b"s", &columns.to_le_bytes()[..], &rows.to_le_bytes()].concat(),
            Self::Nonsense => Vec::new(),
        }
    }
}

/// Reads the first word, and gives how many bytes it has; nothing when it is not whole.
pub(super) fn next(bytes: &[u8]) -> Option<(Typed<'_>, usize)> {
    let number = |at: usize| Some(u16::from_le_bytes([*bytes.get(at)?, *bytes.get(at + 1)?]));
    match bytes.first()? {
        b'k' => {
            let len = usize::from(number(1)?);
            if len > MOST {
                return Some((Typed::Nonsense, bytes.len()));
            }
            Some((Typed::Keys(bytes.get(3..3 + len)?), 3 + len))
        }
        b's' => Some((Typed::Size(Size { columns: number(1)?, rows: number(3)? }), 5)),
        _ => Some((Typed::Nonsense, bytes.len())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_arrive_whole_however_they_are_cut() {
        let size = Typed::Size(Size { columns: 120, rows: 40 });
        let words = [Typed::Keys(b"yes\r"), size, Typed::Keys(b"")];
        let bytes = words.iter().map(Typed::bytes).collect::<Vec<_>>().concat();
        let mut rest = &bytes[..];
        for word in &words {
            let (read, used) = next(rest).unwrap();
            assert_eq!(read, *word);
            assert!((0..used).all(|cut| next(&rest[..cut]).is_none()), "a part of a word is none");
            rest = &rest[used..];
        }
        assert!(rest.is_empty());
    }

    #[test]
    fn what_is_no_word_is_passed_over() {
        assert_eq!(next(b"x123"), Some((Typed::Nonsense, 4)));
        assert_eq!(next(b"k\xff\xff12"), Some((Typed::Nonsense, 5)));
        assert!(next(b"").is_none());
    }
}
