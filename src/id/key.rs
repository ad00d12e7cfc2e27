//! Loop values as they stand in the path of a step, as in `hop[10.1]/start`.
//!
//! What would end the key, or not be seen as it is, becomes `%XX` of its UTF-8 bytes. There is one
//! key for each value and one value for each key.

use crate::text::{is_dangerous, is_mark};

/// Writes a value as a key.
pub fn key_text(value: &str) -> String {
    let mut key = String::with_capacity(value.len());
    for c in value.chars() {
        if is_escaped(c) {
            let mut bytes = [0; 4];
            c.encode_utf8(&mut bytes).bytes().for_each(|byte| key.push_str(&format!("%{byte:02X}")));
        } else {
            key.push(c);
        }
    }
    key
}

/// Reads a value back; nothing for a text that [`key_text`] does not write.
pub fn key_value(key: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(key.len());
    let mut rest = key.as_bytes();
    while let [first, after @ ..] = rest {
        rest = after;
        if *first != b'%' {
            bytes.push(*first);
            continue;
        }
        let digits = str::from_utf8(after.get(..2)?).ok()?;
        bytes.push(u8::from_str_radix(digits, 16).ok()?);
        rest = &after[2..];
    }
    String::from_utf8(bytes).ok().filter(|value| key_text(value) == key)
}

fn is_escaped(c: char) -> bool {
    matches!(c, '%' | '/' | '[' | ']' | '#') || is_dangerous(c) || is_mark(c)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::text::Shown;

    #[test]
    fn what_would_end_a_key_is_escaped() {
        assert_eq!(key_text("10.1"), "10.1");
        assert_eq!(key_text("a/b[c]#%"), "a%2Fb%5Bc%5D%23%25");
        assert_eq!(key_text("é\u{202e}\n"), "é%E2%80%AE%0A");
    }

    #[test]
    fn what_is_no_key_has_no_value() {
        for wrong in ["%", "%4", "%zz", "%2f", "%41", "%+1", "%FF", "a/b", "a\n", "%é"] {
            assert_eq!(key_value(wrong), None, "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn a_value_comes_back_from_its_key(value in any::<String>()) {
            let key = key_text(&value);
            prop_assert!(!key.contains(['/', '[', ']', '#']));
            prop_assert_eq!(Shown::line(&key).to_string(), key.clone());
            prop_assert_eq!(key_value(&key), Some(value));
        }

        #[test]
        fn a_key_with_a_value_is_the_key_of_it(key in "[a%0-9A-F/é]{0,12}") {
            if let Some(value) = key_value(&key) {
                prop_assert_eq!(key_text(&value), key);
            }
        }
    }
}
