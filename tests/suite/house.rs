//! The house rules that a program can look after: floors, first lines, names and sizes of files.
//!
//! The table of floors is here; the rest of the rules is for people.

use std::fs;
use std::path::Path;

use regex::Regex;

use crate::reading::{files, here};

/// The subjects of each floor, from the ground up, and whether those of one floor may use each other.
const FLOORS: [(&[&str], bool); 6] = [
    (&["id", "time", "text", "version"], true),
    (&["runbook", "journal"], false),
    (&["run"], false),
    (&["ui", "exec", "report", "config"], false),
    (&["app"], false),
    (&["cli"], false),
];

/// Words that say nothing about what is in a file.
const EMPTY_NAMES: [&str; 6] = ["utils", "util", "common", "helpers", "misc", "manager"];

fn floor(subject: &str) -> usize {
    FLOORS
        .iter()
        .position(|(subjects, _)| subjects.contains(&subject))
        .unwrap_or_else(|| panic!("`{subject}` stands on no floor; put it into the table"))
}

/// Says whether code of one subject may use another.
fn may_use(own: &str, other: &str) -> bool {
    let (own_floor, other_floor) = (floor(own), floor(other));
    own == other || other_floor < own_floor || (own_floor == other_floor && FLOORS[own_floor].1)
}

/// Returns the files of `src` with their path below it and their text.
fn sources() -> Vec<(String, String)> {
    let paths = files("src", ".rs");
    assert!(paths.len() > 50);
    let below = |path: &Path| path.strip_prefix(here("src")).unwrap().to_string_lossy().into_owned();
    paths.iter().map(|path| (below(path), fs::read_to_string(path).unwrap())).collect()
}

/// Returns the part of a file before its tests.
fn without_tests(text: &str) -> &str {
    text.split_once("#[cfg(test)]\nmod tests {").map_or(text, |(code, _)| code)
}

fn is_test_file(path: &str) -> bool {
    path.ends_with("/tests.rs")
        || path.contains("/tests/")
        || path.contains("/sim")
        || path.contains("/faults")
        || path.ends_with("/hostile.rs")
}

/// Returns the module a file is, as the parts of its path.
fn module(path: &str) -> Vec<&str> {
    path.trim_end_matches(".rs").split('/').filter(|part| !matches!(*part, "lib" | "main")).collect()
}

/// Returns the subjects that a file of this module names with `crate::` or climbs to with `super::`.
fn used(module: &[&str], text: &str) -> Vec<String> {
    let path = Regex::new(r"\b(?:crate|((?:super::)*super))::(\{|\w+)").unwrap();
    let code: String =
        text.lines().filter(|line| !line.trim_start().starts_with("//")).map(|l| l.to_owned() + "\n").collect();
    let mut found = Vec::new();
    for used in path.captures_iter(&code) {
        let climbs = used.get(1).map_or(0, |supers| supers.as_str().matches("super").count());
        if climbs > 0 && climbs < module.len() {
            continue; // still inside its own subject
        }
        match &used[2] {
            "{" => found.extend(first_names(&code[used.get(0).unwrap().end()..])),
            name => found.push(name.to_owned()),
        }
    }
    found
}

/// Returns the names that stand directly in the braces of a `use`, whose beginning is cut off.
fn first_names(rest: &str) -> Vec<String> {
    let mut depth = 0;
    let mut names = String::new();
    for c in rest.chars() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            c if depth == 0 => names.push(c),
            _ => {}
        }
    }
    let first = |name: &str| name.trim().split("::").next().unwrap_or_default().to_owned();
    names.split(',').map(first).filter(|name| !name.is_empty()).collect()
}

#[test]
fn code_uses_its_own_subject_and_the_floors_below() {
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        let module = module(&path);
        let Some(own) = module.first() else { continue };
        for other in used(&module, &text).iter().filter(|other| !may_use(own, other)) {
            wrong.push(format!("{path} uses {other}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_rule_of_floors_finds_what_breaks_it() {
    assert!(may_use("cli", "runbook") && may_use("text", "id") && may_use("ui", "run"));
    assert!(!may_use("runbook", "journal") && !may_use("journal", "runbook") && !may_use("run", "exec"));
    assert!(!may_use("ui", "report") && !may_use("time", "runbook") && !may_use("runbook", "cli"));
    assert_eq!(
        used(&["run", "state"], "use crate::journal::Line;\nuse super::super::exec::Report;"),
        ["journal", "exec"]
    );
    assert_eq!(used(&["run", "state"], "use super::gate;\n// crate::cli\nlet a = crate::ui::draw();"), ["ui"]);
    assert_eq!(used(&["run"], "use crate::{\n    exec::{A, B},\n    text,\n};"), ["exec", "text"]);
}

#[test]
fn every_subject_of_the_library_stands_on_a_floor() {
    let library = fs::read_to_string(here("src/lib.rs")).unwrap();
    let subjects = library.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'));
    for subject in subjects {
        floor(subject);
    }
}

#[test]
fn every_file_says_first_what_it_owns() {
    for path in [files("src", ".rs"), files("tests", ".rs")].concat() {
        let text = fs::read_to_string(&path).unwrap();
        let lines = text.lines().take_while(|line| line.starts_with("//!")).count();
        assert!((1..=10).contains(&lines), "{}: {lines} lines of //!", path.display());
    }
}

#[test]
fn files_have_the_names_of_things() {
    for (path, _) in sources() {
        let parts: Vec<_> = path.trim_end_matches(".rs").split('/').collect();
        assert!(!parts.contains(&"mod"), "{path}: put it beside its folder");
        assert!(!parts.iter().any(|part| EMPTY_NAMES.contains(part)), "{path}: name what is in it");
    }
}

#[test]
fn no_file_is_over_500_lines() {
    for (path, text) in sources() {
        let lines = text.lines().count();
        assert!(lines <= 500, "{path} has {lines} lines");
    }
}

#[test]
fn only_tests_may_panic() {
    let calls = Regex::new(r#"\.unwrap\(\)|\.expect\("|\b(?:panic|todo|unimplemented|unreachable)!"#).unwrap();
    for (path, text) in sources().iter().filter(|(path, _)| !is_test_file(path)) {
        let code = without_tests(text).lines().filter(|line| !line.trim_start().starts_with("//"));
        for line in code {
            assert!(!calls.is_match(line), "{path}: {line}");
        }
    }
}

/// The file that draws on the terminal.
const TERMINAL: &str = "app/terminal.rs";

#[test]
fn only_the_command_line_prints() {
    let prints = Regex::new(r"\b(?:print|println|eprint|eprintln|dbg)!|io::std(?:out|err)\b").unwrap();
    for (path, text) in
        sources().iter().filter(|(path, _)| !path.starts_with("cli") && *path != TERMINAL && !is_test_file(path))
    {
        let code = without_tests(text);
        assert!(!prints.is_match(code), "{path} prints");
    }
}

#[test]
fn only_the_question_to_the_kernels_clock_is_unsafe() {
    let files = sources();
    let unsafe_code = Regex::new(r"\bunsafe\b\s*[{(a-z]|unsafe_code").unwrap();
    let found: Vec<_> = files.iter().filter(|(_, text)| unsafe_code.is_match(text)).map(|(path, _)| path).collect();
    assert_eq!(found, ["journal/clock/kernel.rs"]);
}
