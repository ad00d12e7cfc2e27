//! Receipts: the first 80 bits of a record's hash, written so that people can copy and say them.
//!
//! Four groups of four of Crockford's letters, `K7QF-2M9X-T4HD-R8WN`. Reading one forgives what
//! hands and eyes do: case, dashes and spaces, o for 0, i and l for 1.

use std::fmt;

use super::digest::Digest;

/// Crockford's letters: none of them looks or sounds like another.
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// How many letters a receipt has.
const LEN: usize = 16;
const GROUP: usize = 4;
/// How many hex digits of a hash a receipt stands for.
const DIGITS: usize = 20;

/// Is what a person keeps of a record.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Receipt([u8; LEN]);

/// Says why a text is no receipt.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAReceipt {
    /// A character is none of a receipt's letters.
    #[error("{letter:?} at place {place} is never in a receipt; look at it again")]
    Letter {
        /// The character.
        letter: char,
        /// Which of the letters it stands for, from 1.
        place: usize,
    },
    /// There are too few or too many letters.
    #[error("a receipt has {LEN} letters and digits, like K7QF-2M9X-T4HD-R8WN; here are {found}")]
    Length {
        /// How many there are.
        found: usize,
    },
}

/// Writes the receipt of a record by its hash.
#[must_use]
pub fn receipt_of(head: &Digest) -> String {
    Receipt::of(head).to_string()
}

impl Receipt {
    /// Makes the receipt of a record by its hash.
    #[must_use]
    pub fn of(head: &Digest) -> Self {
        let bits = head.as_hex()[..DIGITS].iter().fold(0, |bits: u128, digit| bits << 4 | u128::from(nibble(*digit)));
        let mut letters = [0; LEN];
        for (letter, at) in letters.iter_mut().rev().zip(0..) {
            *letter = LETTERS[(bits >> (5 * at) & 31) as usize];
        }
        Self(letters)
    }

    /// Reads a receipt as people write them.
    ///
    /// # Errors
    ///
    /// Says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, NotAReceipt> {
        let mut letters = [0; LEN];
        let mut found = 0;
        for c in text.chars().filter(|c| !is_filling(*c)) {
            let letter = meant(c).ok_or(NotAReceipt::Letter { letter: c, place: found + 1 })?;
            if let Some(place) = letters.get_mut(found) {
                *place = letter;
            }
            found += 1;
        }
        if found == LEN { Ok(Self(letters)) } else { Err(NotAReceipt::Length { found }) }
    }

    /// Tells whether it is the receipt of the record with this hash.
    #[must_use]
    pub fn is_of(&self, head: &Digest) -> bool {
        *self == Self::of(head)
    }
}

impl fmt::Display for Receipt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, group) in self.0.chunks(GROUP).enumerate() {
            let dash = if at == 0 { "" } else { "-" };
            write!(f, "{dash}{}", str::from_utf8(group).unwrap_or_default())?;
        }
        Ok(())
    }
}

impl fmt::Debug for Receipt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// Tells what stands between letters: white space, and whatever a program makes of a dash.
fn is_filling(c: char) -> bool {
    c.is_whitespace() || matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}')
}

/// Gives the letter that was meant.
fn meant(c: char) -> Option<u8> {
    let upper = match c.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    LETTERS.iter().copied().find(|letter| char::from(*letter) == upper)
}

fn nibble(digit: u8) -> u8 {
    if digit.is_ascii_digit() { digit - b'0' } else { digit.wrapping_sub(b'a' - 10) & 15 }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn digest(start: &str) -> Digest {
        Digest::parse(format!("{start:0<64}").as_bytes()).unwrap()
    }

    #[test]
    fn is_the_first_80_bits_in_four_groups() {
        assert_eq!(receipt_of(&Digest::ZERO), "0000-0000-0000-0000");
        assert_eq!(receipt_of(&digest("ffffffffffffffffffff")), "ZZZZ-ZZZZ-ZZZZ-ZZZZ");
        // 00001 00010 00011 … 10000, five bits a letter.
        assert_eq!(receipt_of(&digest("08864298e84a96c6b9f0")), "1234-5678-9ABC-DEFG");
        assert_eq!(receipt_of(&digest("08864298e84a96c6b9f0ffff")), "1234-5678-9ABC-DEFG");
    }

    #[test]
    fn forgives_what_hands_and_eyes_do() {
        let head = digest("00021084210842108421");
        assert_eq!(receipt_of(&head), "0011-1111-1111-1111");
        for text in ["0011-1111-1111-1111", "oOiI lLiI 1111 1111", " 00111111\u{2013}11111111\n"] {
            assert!(Receipt::parse(text).unwrap().is_of(&head), "{text}");
        }
        let head = digest("9f37abcdef0123456789");
        assert!(Receipt::parse(&receipt_of(&head).to_lowercase()).unwrap().is_of(&head));
    }

    #[test]
    fn says_what_is_wrong() {
        let error = |text: &str| Receipt::parse(text).unwrap_err();
        assert_eq!(error("K7QF-2M9X-T4HD-R8W"), NotAReceipt::Length { found: 15 });
        assert_eq!(error(""), NotAReceipt::Length { found: 0 });
        assert_eq!(error(&"0".repeat(1_000)), NotAReceipt::Length { found: 1_000 });
        assert_eq!(error("K7QU"), NotAReceipt::Letter { letter: 'U', place: 4 });
        assert!(error("K7\u{1b}").to_string().starts_with(r"'\u{1b}' at place 3"));
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn a_receipt_is_of_its_record_and_of_no_other(one: [u8; 8], other: [u8; 8]) {
            let (one, other) = (Digest::of(&one), Digest::of(&other));
            let read = Receipt::parse(&receipt_of(&one)).unwrap();
            prop_assert!(read.is_of(&one));
            prop_assert_eq!(read.is_of(&other), one.as_hex()[..DIGITS] == other.as_hex()[..DIGITS]);
        }
    }
}
