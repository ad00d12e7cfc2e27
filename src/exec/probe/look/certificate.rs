//! When a certificate ends: the one field of X.509 that is needed, read from its DER.
//!
//! Whether a certificate is to be trusted was decided before; here nothing is verified.

use chrono::{DateTime, NaiveDateTime};

/// The tags of DER that are met on the way.
const SEQUENCE: u8 = 0x30;
const VERSION: u8 = 0xa0;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;

/// Reads when a certificate ends, in milliseconds since 1970 in UTC.
pub(super) fn not_after_ms(certificate: &[u8]) -> Option<i64> {
    let whole = inside(certificate, SEQUENCE)?;
    let mut rest = inside(whole, SEQUENCE)?;
    if rest.first() == Some(&VERSION) {
        rest = element(rest)?.2;
    }
    // Past the serial number, the algorithm and the issuer stands the validity.
    for _ in 0..3 {
        rest = element(rest)?.2;
    }
    let (_, _, end) = element(inside(rest, SEQUENCE)?)?;
    let (tag, time, _) = element(end)?;
    moment(tag, str::from_utf8(time).ok()?)
}

/// Reads a time; two digits of a year are of 1950 to 2049.
fn moment(tag: u8, text: &str) -> Option<i64> {
    let text = match tag {
        UTC_TIME => {
            let century = if text.get(..2)?.parse::<u8>().ok()? < 50 { "20" } else { "19" };
            format!("{century}{text}")
        }
        GENERALIZED_TIME => text.to_owned(),
        _ => return None,
    };
    let time = NaiveDateTime::parse_from_str(&text, "%Y%m%d%H%M%SZ").ok()?;
    Some(DateTime::<chrono::Utc>::from_naive_utc_and_offset(time, chrono::Utc).timestamp_millis())
}

/// Gives what is in the first element, which must have this tag.
fn inside(bytes: &[u8], tag: u8) -> Option<&[u8]> {
    element(bytes).filter(|(found, _, _)| *found == tag).map(|(_, inside, _)| inside)
}

/// Splits off the first element: its tag, what is in it, and what follows.
fn element(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (tag, rest) = bytes.split_first()?;
    let (first, rest) = rest.split_first()?;
    let (len, rest) = match first {
        0..=0x7f => (usize::from(*first), rest),
        0x81..=0x84 => {
            let (digits, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
            (digits.iter().fold(0_usize, |len, digit| len << 8 | usize::from(*digit)), rest)
        }
        _ => return None,
    };
    let (inside, rest) = rest.split_at_checked(len)?;
    Some((*tag, inside, rest))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Writes an element of at most 64 KiB.
    fn der(tag: u8, inside: &[u8]) -> Vec<u8> {
        let len = inside.len();
        let head = if len < 128 { vec![tag, len as u8] } else { vec![tag, 0x82, (len >> 8) as u8, len as u8] };
        [head, inside.to_vec()].concat()
    }

    fn certificate(has_version: bool, end: &[u8]) -> Vec<u8> {
        let version = if has_version { der(VERSION, &der(2, &[2])) } else { Vec::new() };
        let validity = der(SEQUENCE, &[&der(UTC_TIME, b"200101000000Z"), end].concat());
        let head = [der(2, &[7; 16]), der(SEQUENCE, b""), der(SEQUENCE, &[0; 300])].concat();
        der(SEQUENCE, &[der(SEQUENCE, &[version, head, validity].concat()), der(SEQUENCE, b"")].concat())
    }

    #[test]
    fn the_end_of_a_certificate_is_read_in_both_forms_of_time() {
        let ms = |text: &str| Some(DateTime::parse_from_rfc3339(text).unwrap().timestamp_millis());
        for has_version in [true, false] {
            let end = |tag, text: &[u8]| not_after_ms(&certificate(has_version, &der(tag, text)));
            assert_eq!(end(UTC_TIME, b"260301220741Z"), ms("2026-03-01T22:07:41Z"));
            assert_eq!(end(UTC_TIME, b"991231235959Z"), ms("1999-12-31T23:59:59Z"));
            assert_eq!(end(GENERALIZED_TIME, b"20510301220741Z"), ms("2051-03-01T22:07:41Z"));
            assert_eq!(end(4, b"260301220741Z"), None);
            assert_eq!(end(UTC_TIME, b"26"), None);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn no_bytes_are_too_odd(bytes in proptest::collection::vec(any::<u8>(), 0..200), at in 0_usize..400, byte in any::<u8>()) {
            let _ = not_after_ms(&bytes);
            let mut altered = certificate(true, &der(UTC_TIME, b"260301220741Z"));
            let at = at % altered.len();
            altered[at] = byte;
            let _ = not_after_ms(&altered);
            let _ = not_after_ms(&altered[..at]);
        }
    }
}
