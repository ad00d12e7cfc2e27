//! The order of versions is the one people expect, and an order at all.

use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};

use proptest::prelude::*;

use super::*;

fn version(text: &str) -> Version {
    Version::parse(text).unwrap()
}

fn hash(version: &Version) -> u64 {
    BuildHasherDefault::<DefaultHasher>::default().hash_one(version)
}

#[test]
fn a_version_with_ten_is_newer_than_nine() {
    assert!(version("9.10.1") > version("9.9.1"));
    assert!(version("10") > version("9.9.9"));
}

#[test]
fn versions_stand_in_the_order_people_expect() {
    let rising = [
        "9.9",
        "10.0.0-dev",
        "10.0.0-alpha",
        "10.0.0-beta",
        "10.0.0-beta.2",
        "10.0.0 Preview 1",
        "10.0.0-rc1",
        "10.0.0rc2",
        "10.0.0",
        "10.0.0-1",
        "10.0.0-10",
        "10.0.0 CU2",
        "10.0.0 CU19",
        "10.0.1-beta",
        "10.0.1",
        "10.0.1a",
        "10.0.1p1",
        "10.1",
        "2024-01-15",
        "2024-02-01",
        "99999999999999999999999999999999",
        "CU9",
        "cu10",
    ];
    for pair in rising.windows(2) {
        assert!(version(pair[0]) < version(pair[1]), "{pair:?}");
    }
}

#[test]
fn what_means_the_same_is_equal_and_keeps_its_text() {
    for (one, other) in [
        ("10.0", "10.0.0"),
        ("v10.2", "10.2"),
        ("010.2", "10.2"),
        ("10.0 CU19", "10.0.0-cu.19"),
        ("10.0.0-0", "10"),
        ("1 RC 1", "1.0rc1"),
    ] {
        assert_eq!(version(one), version(other), "{one} and {other}");
        assert_eq!(hash(&version(one)), hash(&version(other)));
    }
    assert_eq!(version("v10.0 CU19").to_string(), "v10.0 CU19");
}

#[test]
fn says_what_is_wrong_with_a_text_that_is_no_version() {
    let said = |text: &str| Version::parse(text).unwrap_err().to_string();
    assert_eq!(said(" "), "a version is missing: write one like 10.2.0");
    assert_eq!(said("latest"), "a version has at least one digit: write one like 10.2.0");
    assert_eq!(said("1.0\n"), "a version has no control character, and this one has U+000A");
    assert_eq!(said(&"1".repeat(65)), "a version has at most 64 characters");
    assert!(Version::parse(&"1".repeat(64)).is_ok());
}

/// Makes versions that are often nearly the same.
fn close() -> impl Strategy<Value = Version> {
    let part = proptest::sample::select(vec![
        "0", "00", "1", "2", "10", ".", ".", ".", "-", " ", "+", "CU", "cu", "rc", "beta", "v", "é", "ß", "x",
    ]);
    proptest::collection::vec(part, 0..7).prop_map(|parts| {
        let text = parts.concat();
        Version::parse(&text).unwrap_or_else(|_| version(&format!("{text}1")))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    #[test]
    fn the_order_is_total(a in close(), b in close(), c in close()) {
        prop_assert_eq!(a.cmp(&b), b.cmp(&a).reverse());
        if a <= b && b <= c {
            prop_assert!(a <= c, "{} {} {}", a, b, c);
        }
        if a == b {
            prop_assert_eq!(a.cmp(&c), b.cmp(&c));
        }
    }

    #[test]
    fn equality_and_hash_agree_with_the_order(a in close(), b in close()) {
        prop_assert_eq!(a == b, a.cmp(&b).is_eq());
        prop_assert!(a != b || hash(&a) == hash(&b));
    }

    #[test]
    fn numbers_compare_as_numbers(a in any::<u128>(), b in any::<u128>()) {
        prop_assert_eq!(version(&a.to_string()).cmp(&version(&b.to_string())), a.cmp(&b));
    }

    #[test]
    fn any_text_is_read_or_refused(text in any::<String>()) {
        if let Ok(version) = Version::parse(&text) {
            prop_assert_eq!(version.to_string(), text);
        }
    }
}
