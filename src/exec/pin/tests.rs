//! PINs that fit, PINs that do not, and hashes that are not believed.

use proptest::prelude::*;

use super::*;

fn pin(typed: &str) -> Pin {
    Pin::new(typed.to_owned()).unwrap()
}

fn hash(params: &str) -> String {
    format!("$argon2id$v=19${params}$c2FsdHNhbHRzYWx0c2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")
}

#[test]
fn a_pin_fits_its_hash_and_no_other_does() {
    let made = hash_pin(&pin("correct horse"), &[7; 16]).unwrap();
    assert!(made.starts_with("$argon2id$v=19$m=65536,t=3,p=1$"), "{made}");
    assert_eq!(check_pin(&pin("correct horse"), &made), Ok(true));
    for other in ["correct hors", "correct horse ", " correct horse", "Correct horse", ""] {
        assert_eq!(check_pin(&pin(other), &made), Ok(false), "{other:?}");
    }
}

#[test]
fn the_same_pin_with_another_salt_has_another_hash() {
    assert_ne!(hash_pin(&pin("12345678"), &[1; 16]), hash_pin(&pin("12345678"), &[2; 16]));
}

#[test]
fn a_hash_that_another_program_made_is_understood() {
    // Made with the reference implementation, of `password12` and the salt `saltsaltsaltsalt`.
    let made = "$argon2id$v=19$m=65536,t=3,p=1$c2FsdHNhbHRzYWx0c2FsdA$SC4PpRXPSoX7jF7KUZJ9CxJ0sBJg2cVJmKQqLkTxVa4";
    assert_eq!(check_pin(&pin("password12"), made), Ok(true));
    assert_eq!(check_pin(&pin("password13"), made), Ok(false));
}

#[test]
fn a_pin_has_eight_characters_and_not_eight_bytes() {
    assert_eq!(hash_pin(&pin("1234567"), &[0; 16]), Err(PinError::TooShort));
    assert_eq!(hash_pin(&pin("éééé"), &[0; 16]), Err(PinError::TooShort));
    assert!(hash_pin(&pin("éèàüößñç"), &[0; 16]).is_ok());
    assert!(hash_pin(&pin("      12"), &[0; 16]).is_ok());
}

#[test]
fn a_pin_has_no_more_than_256_bytes() {
    assert!(Pin::new("x".repeat(256)).is_ok());
    assert_eq!(Pin::new("x".repeat(257)).err(), Some(PinError::TooLong));
}

#[test]
fn a_pin_is_not_written_where_it_is_debugged() {
    assert!(!format!("{:?}", pin("secret-1234")).contains("secret"));
}

#[test]
fn a_weak_hash_is_to_be_set_anew() {
    let weak = [
        hash("m=65535,t=3,p=1"),
        hash("m=19456,t=2,p=1"),
        hash("m=65536,t=3,p=1").replace("argon2id", "argon2i"),
        hash("m=65536,t=3,p=1").replace("argon2id", "argon2d"),
        hash("m=65536,t=3,p=1").replace("v=19", "v=16"),
        "$argon2id$v=19$m=65536,t=3,p=1$c2FsdHNhbHRzYWx0c2FsdA$AAAAAAAAAAAAAA".to_owned(),
    ];
    for hash in weak {
        assert_eq!(check_pin(&pin("12345678"), &hash), Err(PinError::Weak), "{hash}");
    }
}

#[test]
fn a_hash_that_would_take_the_machine_down_is_not_tried() {
    for params in ["m=1048577,t=1,p=1", "m=4294967295,t=1,p=1", "m=65536,t=33,p=1", "m=65536,t=3,p=17"] {
        assert_eq!(check_pin(&pin("12345678"), &hash(params)), Err(PinError::Expensive), "{params}");
    }
}

#[test]
fn what_is_no_hash_is_to_be_set_anew() {
    let whole = hash("m=65536,t=3,p=1");
    let wrong =
        ["", "x", "$argon2id$", "$argon2id$v=19$m=65536,t=3,p=1", "$6$salt$hash", &whole[..60], &"$".repeat(300)];
    for hash in wrong {
        assert!(matches!(check_pin(&pin("12345678"), hash), Err(PinError::NotAHash | PinError::Weak)), "{hash}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_for_a_hash_makes_it_fall_over(hash in "\\$?[a-z0-9=,$+/A-Z]{0,120}", any in any::<String>()) {
        // Cheap by construction: to be computed at all it would have to ask for 64 MiB by name.
        for hash in [hash, any] {
            prop_assert!(check_pin(&pin("12345678"), &hash).is_err());
        }
    }
}
