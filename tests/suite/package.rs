//! Archives that are whole, damaged, lying and hostile.

pub mod archive;
mod damaged;
mod hostile;
mod large;
mod ordinary;

use std::time::Duration;

use mop::exec::package::{End, How, Order, start};
use tempfile::TempDir;

/// How long a test waits for what must come.
const PATIENCE: Duration = Duration::from_secs(120);

/// Looks into an archive to the end.
fn check(order: Order) -> End {
    start(order).wait(PATIENCE).unwrap_or_else(|| panic!("looking has no end"))
}

/// Looks into an archive of these bytes; the order may be changed before.
fn check_bytes(bytes: &[u8], change: impl FnOnce(&mut Order)) -> End {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("a.zip");
    std::fs::write(&path, bytes).unwrap();
    let mut order = Order::new(path);
    change(&mut order);
    check(order)
}

/// The faults, as sentences.
fn faults(end: &End) -> Vec<String> {
    assert_eq!(end.how, How::Faulty, "{end}");
    end.faults.iter().map(ToString::to_string).collect()
}

/// The remarks, as sentences.
fn remarks(end: &End) -> Vec<String> {
    end.remarks.iter().map(ToString::to_string).collect()
}
