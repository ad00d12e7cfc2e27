//! Names and identifiers: slugs made of titles, keys made of values, the nearest known word.
//!
//! Owns which texts may be names and how others are turned into one. Whether an id is unique, and
//! what it stands for, is known where it is used.

use crate::text::is_mark;

mod key;
mod nearest;
mod slug;

pub use key::{key_text, key_value};
pub use nearest::nearest;
pub use slug::slug;

const MOST_NAME_BYTES: usize = 64;
const MOST_ID_BYTES: usize = 128;

/// Tells whether a text may name a variable: a letter or `_`, then letters, digits and `_`, at most 64.
pub fn is_name(text: &str) -> bool {
    text.len() <= MOST_NAME_BYTES
        && text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// Tells whether a text may identify a step: lower-case letters and digits, then also `.`, `_` and `-`.
///
/// Every slug that is not empty is an id. An id takes at most 128 bytes.
pub fn is_id(text: &str) -> bool {
    text.len() <= MOST_ID_BYTES
        && text.starts_with(|c: char| is_id_letter(c) && !is_mark(c))
        && text.chars().all(|c| is_id_letter(c) || matches!(c, '.' | '_' | '-'))
}

/// Tells whether a character is a letter or digit that has no lower case but itself.
fn is_id_letter(c: char) -> bool {
    c.is_alphanumeric() && !crate::text::is_dangerous(c) && c.to_lowercase().eq([c])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_that_a_shell_takes() {
        assert!(["a", "_x9", "DB_HOST", &"n".repeat(64)].into_iter().all(is_name));
        assert!(!["", "9a", "a-b", "é", "a b", "a\n", &"n".repeat(65)].into_iter().any(is_name));
    }

    #[test]
    fn an_id_is_lower_case_and_begins_with_a_letter_or_digit() {
        assert!(["a", "9", "take-a-backup", "hop.10_1", "σχέδιο", "漢字"].into_iter().all(is_id));
        assert!(!["", "-a", ".a", "A", "a b", "a/b", "Σ", "a\u{3164}", "\u{345}a"].into_iter().any(is_id));
        assert!(!is_id(&"a".repeat(129)));
    }
}
