//! A whole run of version 1, with a bit flipped here and there in every file of it.

use std::fs;
use std::path::{Path, PathBuf};

use super::agreed;
use crate::needs::needs;
use crate::reading::here;

const RUN: &str = "2026-11-21T1817Z-site-restart-QGNE1";

/// Copies a directory, and gives the files in it.
fn copy(from: &Path, to: &Path) -> Vec<PathBuf> {
    fs::create_dir(to).unwrap();
    let mut files = Vec::new();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let to = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            files.extend(copy(&entry.path(), &to));
        } else {
            fs::copy(entry.path(), &to).unwrap();
            files.push(to);
        }
    }
    files.sort();
    files
}

#[test]
fn whatever_bit_is_flipped_in_whatever_file_a_stranger_judges_it_as_mop_does() {
    needs!(OPENSSH, PYTHON);
    let most = if std::env::var_os("MOP_LONG").is_some() { 40 } else { 2 };
    let place = tempfile::tempdir().unwrap();
    let run = place.path().join(RUN);
    let files = copy(&here("tests/journals/v1").join(RUN), &run);
    assert_eq!(agreed("nothing", &run, &[]), "intact");
    let (mut tried, mut seen) = (0, 0);
    for file in &files {
        let good = fs::read(file).unwrap();
        for at in (0..most).map(|part| (good.len() * (2 * part + 1)) / (2 * most)).filter(|at| *at < good.len()) {
            let mut flipped = good.clone();
            flipped[at] ^= 1 << (at % 8);
            fs::write(file, flipped).unwrap();
            let word = agreed(&format!("byte {at} of {}", file.display()), &run, &[]);
            tried += 1;
            seen += u32::from(word != "intact");
        }
        fs::write(file, good).unwrap();
    }
    // What is in the orders and ends of commands is vouched for by nobody.
    assert!(tried >= 30 && seen * 3 >= tried, "{seen} of {tried}");
}
