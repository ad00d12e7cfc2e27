//! Archives that are cut, flipped, or surrounded by something else.

use std::io::{Cursor, Write as _};

use proptest::prelude::*;
use zip::write::{SimpleFileOptions, ZipWriter};

use super::archive::{Raw, raw, zip};
use super::{check_bytes, faults, remarks};

fn deflated() -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    writer.start_file("a.txt", SimpleFileOptions::default()).unwrap();
    let text: Vec<u8> = (0..20_000_u32).flat_map(|number| number.to_string().into_bytes()).collect();
    writer.write_all(&text).unwrap();
    writer.start_file("b.txt", SimpleFileOptions::default()).unwrap();
    writer.write_all(b"b").unwrap();
    writer.finish().unwrap().into_inner()
}

#[test]
fn a_wrong_checksum_names_its_entry() {
    let wrong = Raw { crc: 1, ..raw("bin/a.dll", "content") };
    let end = check_bytes(&zip(&[raw("good", "x"), wrong]), |order| {
        order.holds = vec![("bin/a.dll".to_owned(), "other".to_owned())];
    });
    assert_eq!(faults(&end), ["`bin/a.dll` is damaged: its checksum is wrong"]);
}

#[test]
fn a_flipped_byte_of_packed_content_is_found() {
    let mut bytes = deflated();
    for at in [500, 5_000, 20_000] {
        bytes[at] ^= 0x10;
        let end = check_bytes(&bytes, |_| {});
        assert!(faults(&end)[0].starts_with("`a.txt` is damaged"), "{end}");
        bytes[at] ^= 0x10;
    }
    assert!(check_bytes(&bytes, |_| {}).is_good());
}

#[test]
fn an_archive_that_is_cut_anywhere_is_never_sound() {
    let whole = deflated();
    for cut in (0..whole.len()).step_by(701).chain([whole.len() - 1, whole.len() - 22, 4, 22]) {
        let end = check_bytes(&whole[..cut], |_| {});
        assert_eq!(faults(&end), ["the end of the archive is missing: it is cut off, or it is no zip"], "{cut}");
    }
    for gone in [0..100, 1000..2000] {
        let mut bytes = whole.clone();
        bytes.drain(gone);
        let end = check_bytes(&bytes, |_| {});
        assert_eq!(faults(&end), ["its list of entries is not where it should be: bytes are missing"]);
    }
}

#[test]
fn what_stands_around_an_archive_is_remarked() {
    let whole = deflated();
    let end = check_bytes(&[b"#!/bin/sh\n", &whole[..]].concat(), |_| {});
    assert!(end.is_good(), "{end}");
    assert_eq!(remarks(&end), ["10 bytes stand before the archive in its file"]);
    let end = check_bytes(&[&whole[..], &[0; 1000]].concat(), |_| {});
    assert!(end.is_good(), "{end}");
    assert_eq!(remarks(&end), ["1000 bytes stand after the archive in its file"]);
    let two = [&whole[..], &zip(&[raw("other", "x")])].concat();
    let end = check_bytes(&two, |_| {});
    assert!(end.is_good() && end.tally.files == 1, "{end}");
    assert_eq!(remarks(&end).len(), 1);
}

#[test]
fn an_entry_that_has_more_or_less_than_it_says_is_a_fault() {
    for said in [3, 9] {
        let end = check_bytes(&zip(&[Raw { said, ..raw("a", "12345") }]), |_| {});
        assert!(faults(&end)[0].starts_with("`a` has "), "{end}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_changed_byte_is_found_or_changes_nothing_that_counts(at in 0_usize..250, bit in 0_u8..8) {
        let mut bytes = zip(&[raw("a/b", "some content"), raw("c", "other")]);
        let at = at % bytes.len();
        bytes[at] ^= 1 << bit;
        let end = check_bytes(&bytes, |order| order.has = vec!["a/b".to_owned(), "c".to_owned()]);
        // What is left sound has the same names and the same content.
        if end.is_good() {
            prop_assert_eq!(end.tally.unpacked, 17);
        }
    }

    #[test]
    fn bytes_that_are_no_archive_have_an_end(mut bytes in proptest::collection::vec(any::<u8>(), 0..300), has_end in any::<bool>()) {
        if has_end {
            bytes.extend(super::archive::end(1, 46, 0));
        }
        let end = check_bytes(&bytes, |_| {});
        prop_assert!(!end.is_good());
        prop_assert!(end.to_string().chars().all(|c| !c.is_control()));
    }
}
