//! Archives that would write elsewhere, fill a disk, or be two things at once.

use std::io::{Cursor, Write as _};

use mop::exec::package::Limits;
use zip::write::{SimpleFileOptions, ZipWriter};

use super::archive::{Raw, end, raw, zip};
use super::{check_bytes, faults, remarks};

fn only_fault(entries: &[Raw]) -> String {
    let found = faults(&check_bytes(&zip(entries), |_| {}));
    assert_eq!(found.len(), 1, "{found:?}");
    found[0].clone()
}

#[test]
fn a_name_that_leaves_the_folder_is_named() {
    let names = ["../a", "/etc/cron.d/a", "a/../../b", "..\\a", "C:\\a", "\\\\host\\a", "a\0.txt"];
    for name in names {
        assert!(only_fault(&[raw("good", "x"), raw(name, "x")]).contains("name"), "{name}");
    }
    let shown = only_fault(&[raw("../\u{1b}[2J\u{202e}", "x")]);
    assert!(!shown.contains('\u{1b}') && !shown.contains('\u{202e}'), "{shown}");
}

#[test]
fn names_that_would_become_one_file_are_named() {
    let twice = only_fault(&[raw("a", "x"), raw("a", "y")]);
    assert_eq!(twice, "`a` is in it twice: which one is unpacked nobody can tell");
    assert!(only_fault(&[raw("a/b", "x"), raw("a/./b", "y")]).contains("twice"));
    assert!(only_fault(&[raw("a", "x"), raw("a-b", "x"), raw("a/b", "y")]).contains("is a file, and other entries"));
    let cases = check_bytes(&zip(&[raw("README", "x"), raw("readme", "y"), raw("a\\b", "z")]), |_| {});
    assert!(cases.is_good(), "{cases}");
    let words = remarks(&cases);
    assert_eq!(words[0], "`readme` and `README` are one file where case does not count");
    assert!(words[1].starts_with("`a\\b` has `\\` in its name"), "{words:?}");
}

#[test]
fn two_names_of_one_entry_are_a_fault() {
    let entry = Raw { local_name: b"evil.exe".into(), ..raw("good.txt", "x") };
    assert!(only_fault(&[entry]).contains("has another name before its content"));
}

#[test]
fn links_that_leave_the_folder_are_faults_and_others_are_counted() {
    let link = |name: &str, target: &str| raw(name, target).mode(0o120_777);
    let good = check_bytes(&zip(&[raw("lib/a.so.1", "x"), link("lib/a.so", "a.so.1")]), |_| {});
    assert!(good.is_good() && good.tally.links == 1, "{good}");
    assert_eq!(remarks(&good), ["1 of its entries are links"]);
    assert!(only_fault(&[link("a", "../../etc/passwd")]).contains("leads out of the folder"));
    assert!(only_fault(&[link("a", "/etc/passwd")]).contains("a fixed place"));
    assert!(only_fault(&[link("d", "e"), raw("d/x", "x")]).contains("through a link"));
    assert!(only_fault(&[link("a", &"x/".repeat(3000))]).contains("too long"));
    assert!(only_fault(&[raw("p", "").mode(0o010_644)]).contains("a device or a pipe"));
}

#[test]
fn what_cannot_be_unpacked_is_a_fault() {
    assert!(only_fault(&[Raw { flags: 1, ..raw("a", "x".repeat(20)) }]).contains("is encrypted"));
    assert_eq!(
        only_fault(&[Raw { method: 14, ..raw("a", "x") }]),
        "`a` is packed by method 14, which mop does not know"
    );
}

#[test]
fn a_bomb_is_told_by_its_list_and_not_unpacked() {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    writer.start_file("bomb", SimpleFileOptions::default()).unwrap();
    for _ in 0..32 {
        writer.write_all(&vec![0; 1 << 20]).unwrap();
    }
    let bomb = writer.finish().unwrap().into_inner();
    assert!(bomb.len() < 40_000);
    let end = check_bytes(&bomb, |_| {});
    assert!(faults(&end)[0].starts_with("`bomb` would be 10"), "{end}");
    assert_eq!(end.tally.unpacked, 0);
    let lenient = check_bytes(&bomb, |order| order.limits = Limits { ratio: 2000, ..order.limits });
    assert!(lenient.is_good(), "{lenient}");
    let small = check_bytes(&bomb, |order| {
        order.limits = Limits { ratio: 2000, ..order.limits };
        order.under = Some(32 << 20);
    });
    assert!(small.is_good(), "{small}");
    let under = check_bytes(&bomb, |order| {
        order.limits = Limits { ratio: 2000, ..order.limits };
        order.under = Some((32 << 20) - 1);
    });
    assert!(faults(&under)[0].starts_with("it would have 32.0 MiB (33554432 bytes) unpacked, and at most 31.9 MiB"));
    assert_eq!(under.tally.unpacked, 0);
}

#[test]
fn a_bomb_that_lies_about_its_size_is_stopped_when_it_grows() {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    writer.start_file("bomb", SimpleFileOptions::default()).unwrap();
    writer.write_all(&vec![0; 8 << 20]).unwrap();
    let mut bytes = writer.finish().unwrap().into_inner();
    let real = (8_u32 << 20).to_le_bytes();
    let places: Vec<_> = bytes.windows(4).enumerate().filter(|(_, four)| **four == real).map(|(at, _)| at).collect();
    assert!(!places.is_empty());
    for at in places {
        bytes[at..at + 4].copy_from_slice(&1000_u32.to_le_bytes());
    }
    let end = check_bytes(&bytes, |_| {});
    assert_eq!(faults(&end), ["`bomb` has more bytes than it is said to have"]);
    assert!(end.tally.unpacked <= 64 * 1024, "{end:?}");
}

#[test]
fn entries_that_share_their_content_are_a_fault() {
    let entry = raw("a", "x".repeat(100));
    let other = Raw { name: b"b".into(), ..entry.clone() };
    let mut bytes = entry.local();
    let offset = bytes.len();
    let list = [entry.listed(0), other.listed(0)].concat();
    bytes.extend(&list);
    bytes.extend(end(2, list.len(), offset));
    let found = faults(&check_bytes(&bytes, |_| {}));
    assert!(found[0].starts_with("`b` has another name before its content"), "{found:?}");
    // Content within the content of another entry, as in the bombs that are made this way.
    let inner = raw("inner", "y".repeat(50));
    let outer = raw("outer", inner.local());
    let mut bytes = outer.local();
    let (at, offset) = (bytes.len() - inner.local().len(), bytes.len());
    let list = [outer.listed(0), inner.listed(at)].concat();
    bytes.extend(&list);
    bytes.extend(end(2, list.len(), offset));
    let found = faults(&check_bytes(&bytes, |_| {}));
    assert!(found[0].starts_with("`inner` stands in the place of another entry"), "{found:?}");
}

#[test]
fn more_entries_than_may_be_are_not_read() {
    let many: Vec<_> = (0..50).map(|number| raw(number.to_string(), "")).collect();
    let end = check_bytes(&zip(&many), |order| order.limits = Limits { entries: 49, ..order.limits });
    assert_eq!(faults(&end), ["it has 50 entries, and at most 49 are looked at"]);
    let end = check_bytes(&zip(&many), |order| order.limits = Limits { directory: 100, ..order.limits });
    assert!(!end.is_good());
    let mut lying = zip(&[raw("a", "x")]);
    let record = lying.len() - 22;
    lying[record + 8..record + 12].copy_from_slice(&[0xFF; 4]);
    let end = check_bytes(&lying, |_| {});
    assert_eq!(faults(&end), ["it is said to have more entries than its list has room for"]);
}
