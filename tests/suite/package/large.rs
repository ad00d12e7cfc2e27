//! An archive of more than 4 GiB, whose content is a hole that takes no room on the disk.

use std::fs::File;
use std::os::unix::fs::FileExt as _;
use std::time::Instant;

use mop::exec::package::{How, Order, start};

use super::archive::{crc32, raw};
use super::{PATIENCE, check, faults};

/// How many zeros are in the large entry, and their checksum.
const ZEROS: u64 = (4 << 30) + 1000;
const CHECKSUM: u32 = 0x3FBC_67BA;
/// Stands for a number that is in the extra field.
const ELSEWHERE: [u8; 4] = [0xFF; 4];

fn shorts(numbers: &[u16]) -> Vec<u8> {
    numbers.iter().flat_map(|number| number.to_le_bytes()).collect()
}

fn longs(numbers: &[u64]) -> Vec<u8> {
    numbers.iter().flat_map(|number| number.to_le_bytes()).collect()
}

/// Writes an archive with a large entry, and a small one behind it.
fn write(path: &std::path::Path, checksum: u32) {
    let file = File::create(path).unwrap();
    let (name, checksum) = (b"zeros", checksum.to_le_bytes());
    let sizes = [&checksum[..], &ELSEWHERE, &ELSEWHERE].concat();
    let local = [
        b"PK\x03\x04",
        &shorts(&[45, 0, 0, 0, 0x21])[..],
        &sizes,
        &shorts(&[5, 20]),
        name,
        &shorts(&[1, 16]),
        &longs(&[ZEROS, ZEROS]),
    ];
    let local = local.concat();
    file.write_all_at(&local, 0).unwrap();
    let behind = local.len() as u64 + ZEROS;
    let small = raw("small", "here");
    file.write_all_at(&small.local(), behind).unwrap();
    let start = behind + small.local().len() as u64;
    // Only what does not fit is in the extra field: where the large one stands does.
    let large_listed = [
        b"PK\x01\x02",
        &shorts(&[0x032D, 45, 0, 0, 0, 0x21])[..],
        &sizes,
        &shorts(&[5, 20, 0, 0, 0]),
        &[0; 4],
        &[0; 4],
        name,
        &shorts(&[1, 16]),
        &longs(&[ZEROS, ZEROS]),
    ];
    let content = b"here";
    let count = 4_u32.to_le_bytes();
    let small_listed = [
        b"PK\x01\x02",
        &shorts(&[0x032D, 45, 0, 0, 0, 0x21])[..],
        &crc32(content).to_le_bytes(),
        &count,
        &count,
        &shorts(&[5, 12, 0, 0, 0]),
        &[0; 4],
        &ELSEWHERE,
        b"small",
        &shorts(&[1, 8]),
        &longs(&[behind]),
    ];
    let list = [large_listed.concat(), small_listed.concat()].concat();
    file.write_all_at(&list, start).unwrap();
    let (end, length) = (start + list.len() as u64, list.len() as u64);
    let record = [
        b"PK\x06\x06",
        &longs(&[44])[..],
        &shorts(&[45, 45, 0, 0, 0, 0]),
        &longs(&[2, 2, length, start]),
        b"PK\x06\x07",
        &[0; 4],
        &longs(&[end]),
        &[1, 0, 0, 0],
        b"PK\x05\x06",
        &shorts(&[0, 0, 0xFFFF, 0xFFFF]),
        &ELSEWHERE,
        &ELSEWHERE,
        &[0, 0],
    ];
    file.write_all_at(&record.concat(), end).unwrap();
}

#[test]
fn an_archive_of_more_than_4_gib_is_proved_to_its_last_byte() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.zip");
    write(&path, CHECKSUM);
    let mut stopped = start(Order::new(&path));
    let deadline = Instant::now() + PATIENCE;
    while stopped.progress().bytes == 0 {
        assert!(Instant::now() < deadline);
        std::thread::yield_now();
    }
    stopped.cancel();
    let end = stopped.wait(PATIENCE).unwrap();
    assert_eq!(end.how, How::Cancelled);
    assert!(end.to_string().starts_with("stopped after "), "{end}");
    let mut order = Order::new(&path);
    order.has = vec!["zeros".to_owned(), "small".to_owned()];
    order.holds = vec![("small".to_owned(), "here".to_owned())];
    let end = check(order.clone());
    assert!(end.is_good(), "{end}");
    assert_eq!((end.tally.files, end.tally.unpacked), (2, ZEROS + 4));
    write(&path, CHECKSUM ^ 1);
    order.under = Some(ZEROS);
    let end = check(order);
    assert!(faults(&end)[0].starts_with("it would have 4.0 GiB"), "{end}");
}
