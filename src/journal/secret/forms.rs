//! The forms in which a value turns up in what programs print.
//!
//! As it is, with the line ends of a terminal, without the line end of its file; and each of these
//! in JSON, in shell quotes, percent-encoded and in base64. Forms that make no difference are left
//! out. A value that was cut, wrapped, reversed or encrypted is not found by any of them.

use zeroize::Zeroizing;

/// The shortest value that can be masked: what is shorter stands in every other line by chance.
pub(super) const SHORTEST: usize = 4;

/// Is one way of writing a value.
pub(super) type Form = Zeroizing<Vec<u8>>;

/// Gives every form of a value, each once and none shorter than can be masked.
pub(super) fn forms_of(value: &[u8]) -> Vec<Form> {
    let mut forms = Vec::new();
    for plain in plain_forms(value) {
        if let Ok(text) = str::from_utf8(&plain) {
            forms.extend(JSON_STYLES.map(|style| json(text, style)));
        }
        forms.extend(percent_forms(&plain));
        forms.extend(base64_forms(&plain));
        forms.extend([b"'\\''".as_slice(), b"'\"'\"'"].map(|quote| replace(&plain, b'\'', quote)));
        forms.push(plain);
    }
    forms.retain(|form| form.len() >= SHORTEST);
    each_once(forms)
}

/// Gives the value as it is, as a terminal shows it, and without the line end that a file puts there.
fn plain_forms(value: &[u8]) -> Vec<Form> {
    let ended = value.strip_suffix(b"\n").unwrap_or(value);
    let ended = ended.strip_suffix(b"\r").unwrap_or(ended);
    let mut forms = vec![copy(value), copy(ended), replace(value, b'\n', b"\r\n"), replace(ended, b'\n', b"\r\n")];
    forms.retain(|form| form.len() >= SHORTEST);
    each_once(forms)
}

fn each_once(mut forms: Vec<Form>) -> Vec<Form> {
    forms.sort_unstable_by(|a, b| a.as_slice().cmp(b));
    forms.dedup();
    forms
}

fn copy(bytes: &[u8]) -> Form {
    Zeroizing::new(bytes.to_vec())
}

/// Makes room for the longest form there is, so that growing leaves no copies behind.
fn room(bytes: &[u8]) -> Form {
    Zeroizing::new(Vec::with_capacity(bytes.len() * 12 + 8))
}

fn replace(bytes: &[u8], byte: u8, by: &[u8]) -> Form {
    let mut out = room(bytes);
    for each in bytes {
        if *each == byte { out.extend_from_slice(by) } else { out.push(*each) }
    }
    out
}

/// Says what a program escapes in JSON beyond what it must.
#[derive(Clone, Copy)]
struct JsonStyle {
    slash: bool,
    beyond_ascii: bool,
    html: bool,
}

const PLAIN: JsonStyle = JsonStyle { slash: false, beyond_ascii: false, html: false };
const JSON_STYLES: [JsonStyle; 5] = [
    PLAIN,
    JsonStyle { slash: true, ..PLAIN },
    JsonStyle { beyond_ascii: true, ..PLAIN },
    JsonStyle { slash: true, beyond_ascii: true, ..PLAIN },
    JsonStyle { html: true, ..PLAIN },
];

fn json(text: &str, style: JsonStyle) -> Form {
    let mut out = room(text.as_bytes());
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend_from_slice(&[b'\\', c as u8]),
            '/' if style.slash => out.extend_from_slice(br"\/"),
            '\n' => out.extend_from_slice(br"\n"),
            '\r' => out.extend_from_slice(br"\r"),
            '\t' => out.extend_from_slice(br"\t"),
            '\u{8}' => out.extend_from_slice(br"\b"),
            '\u{c}' => out.extend_from_slice(br"\f"),
            c if style.escapes(c) => escape(&mut out, c),
            c => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
    out
}

impl JsonStyle {
    fn escapes(self, c: char) -> bool {
        c < ' '
            || (self.beyond_ascii && !c.is_ascii())
            || (self.html && matches!(c, '<' | '>' | '&' | '\u{2028}' | '\u{2029}'))
    }
}

fn escape(out: &mut Form, c: char) {
    for unit in c.encode_utf16(&mut [0; 2]) {
        out.extend_from_slice(br"\u");
        for shift in [12, 8, 4, 0] {
            out.push(DIGITS_LOWER[usize::from(*unit >> shift & 15)]);
        }
    }
}

const DIGITS_LOWER: &[u8; 16] = b"0123456789abcdef";
const DIGITS_UPPER: &[u8; 16] = b"0123456789ABCDEF";

/// What is left as it is beside letters and digits: RFC 3986, with the slash, JavaScript, HTML forms.
const KEPT: [&[u8]; 4] = [b"-._~", b"-._~/", b"-._~!'()*", b"-._*"];

fn percent_forms(bytes: &[u8]) -> impl Iterator<Item = Form> {
    KEPT.into_iter().flat_map(move |kept| {
        [DIGITS_UPPER, DIGITS_LOWER]
            .into_iter()
            .flat_map(move |digits| [percent(bytes, kept, digits), spaced(&percent(bytes, kept, digits))])
    })
}

fn percent(bytes: &[u8], kept: &[u8], digits: &[u8; 16]) -> Form {
    let mut out = room(bytes);
    for byte in bytes {
        if byte.is_ascii_alphanumeric() || kept.contains(byte) {
            out.push(*byte);
        } else {
            out.extend_from_slice(&[b'%', digits[usize::from(byte >> 4)], digits[usize::from(byte & 15)]]);
        }
    }
    out
}

/// Writes spaces as HTML forms do.
fn spaced(encoded: &[u8]) -> Form {
    let mut out = room(encoded);
    let mut rest = encoded;
    while let Some((first, behind)) = rest.split_first() {
        rest = match rest.strip_prefix(b"%20") {
            Some(behind) => {
                out.push(b'+');
                behind
            }
            None => {
                out.push(*first);
                behind
            }
        };
    }
    out
}

const STANDARD: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const FOR_URLS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Gives the value alone in base64, and the letters that it alone decides wherever it begins in a
/// longer text: `user:password` is encoded as one.
fn base64_forms(bytes: &[u8]) -> impl Iterator<Item = Form> {
    [STANDARD, FOR_URLS].into_iter().flat_map(move |letters| {
        let alone = base64(letters, (bytes, 0));
        let mut padded = alone.clone();
        padded.extend(std::iter::repeat_n(b'=', alone.len().next_multiple_of(4) - alone.len()));
        let inside = [0, 1, 2].map(|before| core(letters, (bytes, before)));
        [alone, padded].into_iter().chain(inside)
    })
}

/// Gives the letters of the value behind so many other bytes, without those that others decide too.
fn core(letters: &[u8; 64], (bytes, before): (&[u8], usize)) -> Form {
    let all = base64(letters, (bytes, before));
    let begin = [0, 2, 3][before % 3];
    let end = (before + bytes.len()) * 8 / 6;
    copy(all.get(begin..end).unwrap_or_default())
}

/// Encodes zeros and the value, without padding.
fn base64(letters: &[u8; 64], (bytes, before): (&[u8], usize)) -> Form {
    let mut all = room(bytes);
    all.resize(before, 0);
    all.extend_from_slice(bytes);
    let mut out = room(bytes);
    for group in all.chunks(3) {
        let bits = [0, 1, 2].map(|at| u32::from(group.get(at).copied().unwrap_or_default()));
        let bits = bits[0] << 16 | bits[1] << 8 | bits[2];
        let encoded = [18, 12, 6, 0].map(|shift| letters[(bits >> shift & 63) as usize]);
        out.extend_from_slice(&encoded[..=group.len()]);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn has(value: &str, form: &str) {
        let forms = forms_of(value.as_bytes());
        assert!(forms.iter().any(|found| found.as_slice() == form.as_bytes()), "{form} of {value}");
    }

    #[test]
    fn a_value_is_known_in_the_forms_that_programs_print() {
        has("pass word", "pass word");
        has("pa\"ss\\w/ord", r#"pa\"ss\\w/ord"#);
        has("pa\"ss\\w/ord", r#"pa\"ss\\w\/ord"#);
        has("pässwörd", r"p\u00e4ssw\u00f6rd");
        has("key🔑key", r"key\ud83d\udd11key");
        has("a<b>&c", r"a\u003cb\u003e\u0026c");
        has("a\u{1}\tb", r"a\u0001\tb");
        has("it's me", r"it'\''s me");
        has("it's me", "it'\"'\"'s me");
        has("p@ss/w rd~", "p%40ss%2Fw%20rd~");
        has("p@ss/w rd~", "p%40ss%2fw%20rd~");
        has("p@ss/w rd~", "p%40ss/w%20rd~");
        has("p@ss/w rd~", "p%40ss%2Fw+rd%7E");
        has("two\nlines", "two\r\nlines");
        has("two\nlines", r"two\r\nlines");
        has("from a file\n", "from a file");
    }

    #[test]
    fn base64_is_known_alone_and_at_every_place_in_a_longer_text() {
        has("password", "cGFzc3dvcmQ=");
        has("password", "cGFzc3dvcmQ");
        has("p\u{3ff}\u{3ff}p", "cM-_z79w");
        // `printf 'u:password;' | base64` and its neighbours.
        for (text, encoded) in
            [("password;", "cGFzc3dvcmQ7"), ("u:password;", "dTpwYXNzd29yZDs="), (":password;", "OnBhc3N3b3JkOw==")]
        {
            let forms = forms_of(b"password");
            let found = forms.iter().any(|form| memchr::memmem::find(encoded.as_bytes(), form).is_some());
            assert!(found, "{text}");
        }
    }

    #[test]
    fn no_form_is_too_short_to_be_masked() {
        for value in ["abcd", "a\nb\n", "\n\n\n\n", "ab\r\n", "''''"] {
            assert!(forms_of(value.as_bytes()).iter().all(|form| form.len() >= SHORTEST), "{value:?}");
        }
        assert!(forms_of(b"abc").iter().all(|form| form.as_slice() != b"abc"));
    }
}
