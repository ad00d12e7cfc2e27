//! JSON that does not drive a terminal; what it says stays the same.

use std::fmt::Write;

use super::is_dangerous;

/// Writes what would drive or deceive a terminal as JSON escapes; line breaks between values stay.
pub fn harmless_json(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        if is_dangerous(c) && c != '\n' {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(out, "\\u{unit:04x}");
            }
        } else {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_drives_a_terminal_is_escaped_and_reads_the_same() {
        let written = serde_json::json!({ "title": "a\u{202e}b\u{9b}c\u{7f}d\u{e0041}" });
        for text in [written.to_string(), format!("{written:#}")] {
            let harmless = harmless_json(&text);
            assert!(!harmless.chars().any(|c| is_dangerous(c) && c != '\n'));
            assert_eq!(serde_json::from_str::<serde_json::Value>(&harmless).unwrap(), written);
        }
    }
}
