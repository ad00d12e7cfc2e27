//! Which characters hide, reorder or imitate: the one table of them.
//!
//! `Shown` marks these before text is drawn and the runbook checker looks for them in commands.
//! What to do about such a character is up to the caller.

/// Tells whether a character steers the order of text that runs from right to left.
pub const fn is_bidi_control(c: char) -> bool {
    matches!(
        c,
        '\u{61C}'
            | '\u{200E}'
            | '\u{200F}'
            | '\u{202A}'..='\u{202E}'
            | '\u{2066}'..='\u{2069}'
    )
}

/// Tells whether a character leaves no mark of its own on a screen.
///
/// These are the characters Unicode lets a renderer ignore (zero-width ones, fillers, variation
/// selectors, tags), the annotation anchors and the two separators, but neither the controls of
/// writing direction nor ordinary spaces.
pub const fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{AD}'
            | '\u{34F}'
            | '\u{115F}'
            | '\u{1160}'
            | '\u{17B4}'
            | '\u{17B5}'
            | '\u{180B}'..='\u{180F}'
            | '\u{200B}'..='\u{200D}'
            | '\u{2028}'
            | '\u{2029}'
            | '\u{2060}'..='\u{2065}'
            | '\u{206A}'..='\u{206F}'
            | '\u{3164}'
            | '\u{FE00}'..='\u{FE0F}'
            | '\u{FEFF}'
            | '\u{FFA0}'
            | '\u{FFF0}'..='\u{FFFB}'
            | '\u{1BCA0}'..='\u{1BCA3}'
            | '\u{1D173}'..='\u{1D17A}'
            | '\u{E0000}'..='\u{E0FFF}'
    )
}

/// Tells whether a character must not reach a terminal as it is.
///
/// A line feed counts as dangerous here; text of many lines makes its own exception.
pub fn is_dangerous(c: char) -> bool {
    c.is_control() || is_bidi_control(c) || is_invisible(c)
}

/// Tells whether a character is a quotation mark that a word processor made of a plain one.
pub const fn is_typographic_quote(c: char) -> bool {
    matches!(
        c,
        '\u{AB}'
            | '\u{BB}'
            | '\u{2018}'..='\u{201F}'
            | '\u{2032}'..='\u{2037}'
            | '\u{2039}'
            | '\u{203A}'
            | '\u{301D}'..='\u{301F}'
            | '\u{FF02}'
            | '\u{FF07}'
    )
}

/// Tells whether a character looks like a space and is none to a shell.
pub const fn is_odd_space(c: char) -> bool {
    matches!(c, '\u{A0}' | '\u{1680}' | '\u{2000}'..='\u{200A}' | '\u{202F}' | '\u{205F}' | '\u{2800}' | '\u{3000}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use unicode_width::UnicodeWidthChar;

    #[test]
    fn every_character_that_unicode_says_may_be_ignored_is_known() {
        // The zero-width characters that are left are marks on a base, which `Shown` counts.
        for c in "\u{AD}\u{34F}\u{61C}\u{115F}\u{17B4}\u{180E}\u{200B}\u{200D}\u{202E}\u{2064}\u{2069}\
                  \u{3164}\u{FE0F}\u{FEFF}\u{FFA0}\u{FFF9}\u{1D173}\u{E0001}\u{E007F}\u{E0100}"
            .chars()
        {
            assert!(is_dangerous(c), "U+{:04X}", u32::from(c));
        }
    }

    #[test]
    fn a_format_character_without_width_is_dangerous() {
        let formats = ('\u{2000}'..='\u{206F}').filter(|c| c.width() == Some(0));
        for c in formats {
            assert!(is_dangerous(c), "U+{:04X}", u32::from(c));
        }
    }

    #[test]
    fn letters_and_plain_punctuation_are_not_dangerous() {
        for c in "aZ09 ~\"'`éΩ漢🙂◌⏎…".chars() {
            assert!(!is_dangerous(c) && !is_typographic_quote(c) && !is_odd_space(c), "{c}");
        }
    }

    #[test]
    fn curly_quotes_and_odd_spaces_are_named() {
        assert!("“”‘’«»„".chars().all(is_typographic_quote));
        assert!("\u{A0}\u{2009}\u{3000}".chars().all(is_odd_space));
    }
}
