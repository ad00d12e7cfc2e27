//! Which names from outside may become the names of files.
//!
//! Every one of them is a single component that hides nothing from whoever lists the directory.
//! What the names stand for is not known here.

use crate::id::{is_id, is_name};
use crate::text::is_dangerous;

/// The longest name that every file system takes.
const LONGEST: usize = 255;
/// The longest name of a person or a session: it stands between other parts in the name of a file.
const LONGEST_WORD: usize = 128;

/// Tells whether a name is one component of a path, and shows as what it is.
pub(super) fn is_component(name: &str) -> bool {
    let is_plain = |c: char| c != '/' && !c.is_control() && !is_dangerous(c);
    !matches!(name, "" | "." | "..") && name.len() <= LONGEST && name.chars().all(is_plain)
}

/// Tells whether a name may be the name of a run: it is on show, so it begins with no dot or dash.
pub(super) fn is_run(name: &str) -> bool {
    is_component(name) && !name.starts_with(['.', '-', ' ']) && !name.ends_with(' ')
}

/// Tells whether a name may be the one of a signer or a session.
pub(super) fn is_word(name: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'@' | b'.' | b'_' | b'+' | b'-');
    (1..=LONGEST_WORD).contains(&name.len()) && !name.starts_with(['.', '-']) && name.bytes().all(is_plain)
}

/// Tells whether a name may be the one of a secret.
pub(super) fn is_secret(name: &str) -> bool {
    is_name(name) || is_id(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_leaves_its_directory_or_hides_in_it() {
        let bad = ["", ".", "..", "a/b", "/a", "../a", "a\nb", "a\u{1b}[31m", "a\u{202e}b", &"n".repeat(256)];
        for name in bad {
            assert!(![is_component, is_run, is_word, is_secret].iter().any(|is_fit| is_fit(name)), "{name:?}");
        }
        assert!(!is_run(".hidden") && !is_run("-option") && is_component(".hidden"));
        assert!(!is_word(".hidden") && !is_word("-option") && !is_word("a b") && !is_word("é"));
    }

    #[test]
    fn names_of_people_runs_and_secrets_are_taken() {
        assert!(is_word("alice@example.com") && is_word("bob+ops_1-x"));
        assert!(is_run("2026-03-01T2200Z-platform-upgrade-7K3QX") && is_run("σχέδιο"));
        assert!(is_secret("DB_PASSWORD") && is_secret("hop.1-key") && !is_secret(".x"));
    }
}
