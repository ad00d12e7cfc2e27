//! Every finding has a runbook that has it, at the stated place, and a near twin that does not.
//!
//! The examples are `tests/diagnostics/CODE.yaml`: `# fail LINE:COLUMN`, a runbook, `# pass`, its twin.
//! Those that no YAML text can show stand in the table below.

use std::collections::BTreeMap;
use std::fs;

use mop::runbook::diagnostic::Code;
use mop::runbook::{Loaded, load};

use crate::reading::{Shelf, files, found, shown, with_steps};

/// A runbook with a finding, where it is, and the twin without.
pub struct Example {
    pub fail: Vec<u8>,
    pub at: (usize, usize),
    pub pass: Vec<u8>,
}

/// Returns the examples by code.
pub fn examples() -> BTreeMap<String, Example> {
    let mut all: BTreeMap<String, Example> = written().into_iter().map(|(code, e)| (code.to_owned(), e)).collect();
    for path in files("tests/diagnostics", ".yaml") {
        let code = path.file_stem().unwrap().to_string_lossy().into_owned();
        let text = fs::read_to_string(&path).unwrap();
        let (fail, pass) = text.split_once("# pass\n").unwrap_or_else(|| panic!("{code}: no `# pass`"));
        let head = fail.lines().next().unwrap_or_default();
        let at = head.strip_prefix("# fail ").and_then(|at| at.split_once(':'));
        let (line, column) = at.unwrap_or_else(|| panic!("{code}: no `# fail LINE:COLUMN`"));
        let at = (line.parse().unwrap(), column.parse().unwrap());
        all.insert(code, Example { fail: fail.into(), at, pass: pass.into() });
    }
    all
}

/// Returns the examples that are made of bytes.
fn written() -> Vec<(&'static str, Example)> {
    let book = with_steps("", "- Restart it");
    let example = |fail: Vec<u8>, at| Example { fail, at, pass: book.clone().into_bytes() };
    let with = |c: &str| book.replace("Restart it", &format!("Restart {c}it")).into_bytes();
    let mut latin = with("X");
    let at = latin.iter().position(|byte| *byte == b'X').unwrap();
    latin[at] = 0xe9;
    vec![
        ("not-text", example(latin, (7, 17))),
        ("control-character", example(with("\u{1b}"), (7, 17))),
        ("byte-order-mark", example([b"\xef\xbb\xbf", book.as_bytes()].concat(), (1, 1))),
        ("carriage-return", example(book.replace('\n', "\r\n").into_bytes(), (1, 7))),
        ("too-large", example(book.replace("Restart it", &"[".repeat(70)).into_bytes(), (7, 73))),
    ]
}

fn read(code: &str, bytes: &[u8]) -> Loaded {
    let name = format!("{code}.yaml");
    let text = String::from_utf8_lossy(bytes);
    let shelf = Shelf::of(&[("other.yaml", &with_steps("", "- Start it")), (&name, &text)]);
    load(&name, bytes.to_vec(), &shelf)
}

#[test]
fn every_code_has_an_example_and_every_example_a_code() {
    let examples: Vec<_> = examples().into_keys().collect();
    let mut codes: Vec<_> = Code::ALL.iter().map(|code| code.name().to_owned()).collect();
    codes.sort();
    assert_eq!(examples, codes);
}

#[test]
fn a_failing_example_has_that_finding_at_that_place_and_no_other() {
    let mut wrong = String::new();
    for (name, example) in examples() {
        let loaded = read(&name, &example.fail);
        let found: Vec<_> =
            found(&loaded).into_iter().map(|(code, line, column)| (code.name(), line, column)).collect();
        if found != [(name.as_str(), example.at.0, example.at.1)] {
            wrong += &format!("{name}: {found:?} and not {:?}\n{}", example.at, shown(&loaded));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn a_passing_example_has_no_finding_at_all() {
    for (name, example) in examples() {
        let loaded = read(&name, &example.pass);
        assert!(loaded.runbook.is_some() && loaded.diagnostics.is_empty(), "{name}:\n{}", shown(&loaded));
    }
}

#[test]
fn an_error_keeps_a_runbook_from_being_run_and_a_warning_does_not() {
    for code in Code::ALL {
        let loaded = read(code.name(), &examples()[code.name()].fail);
        let is_warning = code.severity() == mop::runbook::diagnostic::Severity::Warning;
        assert_eq!(loaded.runbook.is_some(), is_warning, "{}", code.name());
    }
}
