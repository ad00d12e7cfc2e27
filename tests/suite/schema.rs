//! The JSON Schema of runbooks: valid by itself, and of one mind with the reader.

use std::fs;

use jsonschema::Validator;
use mop::runbook::schema::schema;
use mop::runbook::shipped;
use serde_json::Value as Json;

use crate::diagnostics::examples;
use crate::reading::{files, read, with_steps};

fn validator() -> Validator {
    jsonschema::draft202012::new(&schema()).unwrap()
}

/// Reads YAML as an editor does, without knowing what a runbook is.
fn untyped(text: &str) -> Option<Json> {
    serde_saphyr::from_str(text).ok()
}

/// Returns what a schema finds in a text.
fn found(text: &str) -> Vec<String> {
    let json = untyped(text).unwrap_or_else(|| panic!("no YAML:\n{text}"));
    validator().iter_errors(&json).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

#[test]
fn the_schema_is_a_valid_schema() {
    jsonschema::draft202012::meta::validate(&schema()).unwrap();
}

#[test]
fn every_shipped_runbook_is_good_by_the_schema() {
    let on_disk = files("runbooks", ".yaml");
    assert_eq!(on_disk.len(), shipped::ALL.len(), "a runbook in the folder is not in the binary");
    for path in on_disk {
        assert_eq!(found(&fs::read_to_string(&path).unwrap()), Vec::<String>::new(), "{}", path.display());
    }
    assert_eq!(found(shipped::NEW), Vec::<String>::new());
}

#[test]
fn every_passing_example_is_good_by_the_schema() {
    for (code, example) in examples() {
        assert_eq!(found(&String::from_utf8(example.pass).unwrap()), Vec::<String>::new(), "{code}");
    }
}

#[test]
fn what_the_reader_refuses_for_its_form_the_schema_refuses_too() {
    let form = [
        "unknown-key",
        "missing-key",
        "wrong-type",
        "unquoted",
        "bad-estimate",
        "no-activities",
        "reserved-name",
        "several-actions",
    ];
    for code in form {
        let text = String::from_utf8(examples().remove(code).unwrap().fail).unwrap();
        assert!(!found(&text).is_empty(), "{code}");
    }
}

#[test]
fn the_schema_and_the_reader_agree_on_forms() {
    let cases = [
        ("- { title: \"\" }", false),
        ("- { title: a, id: Backup }", false),
        ("- { title: a, id: \"take a copy\" }", false),
        ("- { title: a, id: -a }", false),
        ("- { title: a, id: a.b_c-9 }", true),
        ("- { title: a, run: [] }", false),
        ("- { title: a, run: [date], undo: date, text: b }", true),
        ("- { title: a, run: date, wait: 5m, text: b }", false),
        ("- { title: a, check: { tcp: \"a:1\" }, wait: { at_most: 5m } }", true),
        ("- { title: a, steps: [b], call: c.yaml }", false),
        ("- { title: a, with: { b: c } }", false),
        ("- { title: a, choose: [{ title: b }] }", false),
        ("- { title: a, choose: [{ title: b }, { title: c }] }", true),
        ("- { title: a, choose: [{ title: b }, { title: c, then: { redo: restart } }] }", true),
        ("- { title: a, wait: 5 }", false),
        ("- { title: a, wait: \"\" }", false),
        ("- { title: a, wait: 5 minutes }", false),
        ("- { title: a, wait: { for: 5m, check: b } }", false),
        ("- { title: a, for_each: { b: [] } }", false),
        ("- { title: a, for_each: {} }", false),
        ("- { title: a, for_each: { step: [1] } }", false),
        ("- { title: a, for_each: { b: [1], c: [2] } }", false),
        ("- { title: a, for_each: { \"b c\": [1] } }", false),
        ("- { title: a, for_each: { b: [1, 2] } }", true),
        ("- { title: a, sign: 0 }", false),
        ("- { title: a, sign: [] }", false),
        ("- { title: a, sign: none }", true),
        ("- { title: a, sign: 1 }", true),
        ("- { title: a, estimate: {} }", false),
        ("- { title: a, estimate: { from: 5m } }", false),
        ("- { title: a, estimate: { from: 5m, to: 6m } }", true),
        ("- { title: a, estimate: { from: 5m, to: 6m, allow: 7m } }", false),
        ("- { title: a, estimate: { varies: b } }", true),
        ("- { title: a, estimate: { varies: b, from: 1m } }", false),
        ("- { title: a, check: { http: \"https://a/\", tcp: \"a:1\" } }", false),
        ("- { title: a, check: { every: 5s } }", false),
        ("- { title: a, check: { http: \"https://a/\", expect: { status: 99 } } }", false),
        ("- { title: a, check: { http: \"https://a/\", expect: { status: [2xx, 304] } } }", true),
        ("- { title: a, check: { http: { url: \"https://a/\", method: FETCH } } }", false),
        (
            "- { title: a, run: { command: date, expect: { exit: 0 }, capture: { b: { line: last, json: /c } } } }",
            false,
        ),
        ("- { title: a, run: { command: date, expect: { number: \"90\" } } }", false),
        ("- { title: a, run: { command: date, expect: { number: \"<= 9.5\" } } }", true),
        ("- { title: a, fetch: { url: \"https://a/\", to: b, sha256: c } }", false),
        ("- { title: a, fetch: { url: \"https://a/\", to: b, size: 5 GB } }", true),
        ("- { title: a, fetch: { url: \"https://a/\", to: b, size: 5 } }", false),
        ("- { title: a, record: { b: { ask: c, type: enum } } }", false),
        ("- { title: a, record: { b: { ask: c, one_of: d } } }", false),
        ("- { title: a, record: { b: { ask: c, one_of: [d, e] } } }", true),
        ("- { title: a, record: { in: { ask: c } } }", false),
    ];
    let mut differ = Vec::new();
    for (step, good) in cases {
        let text = with_steps("", step);
        let loaded = read(&text);
        let reader = loaded.counts().0 == 0;
        let schema = untyped(&text).is_some() && found(&text).is_empty();
        if (reader, schema) != (good, good) {
            let why = loaded.diagnostics.iter().map(|d| d.message.clone()).collect::<Vec<_>>();
            differ.push(format!("{step}: should be {good}, the reader says {reader}, the schema {schema} {why:?}"));
        }
    }
    assert!(differ.is_empty(), "{differ:#?}");
}
